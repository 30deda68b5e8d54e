//! The text of a record: which of it is the goal and which the result.
//!
//! Every place where the text could part has a score: what printed evidence says about the place itself (a blank line,
//! a column header, a list that begins again), plus how well the tense of the sentences on both sides fits,
//! since goals are promised (努めます) and results reported (努めました). The sheet as a whole decides which of the two
//! columns comes first.

use crate::record::sheet::lines::Line;
use crate::record::sheet::paragraphs::{
    LineHabits, begins_paragraph, ends_sentence, is_empty_cell, is_label, marker,
};
use crate::record::tables::ColumnRole;

/// A line of a record's text, with what stands between it and the line before.
#[derive(Clone, Debug)]
pub(super) struct TextLine {
    /// The line, as an index.
    pub(super) line: usize,
    pub(super) boundary: Boundary,
    /// The roles of the column headers in between.
    pub(super) headers: Vec<ColumnRole>,
}

/// What separates a line of text from the one before.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Boundary {
    /// The next line of the paper.
    None,
    /// Furniture or column headers: the end of a page.
    Interruption,
    /// Blank lines.
    Blank,
}

/// A text parted in two: the first `n_first` lines and the rest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Parting {
    pub(super) n_first: usize,
    pub(super) score: f32,
}

/// The two orders in which the columns of goal and result may be printed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Order {
    GoalFirst,
    ResultFirst,
}

/// The order that fits the texts of a whole sheet better; goals come first where nothing tells.
pub(super) fn order(texts: &[Vec<TextLine>], lines: &[Line<'_>], habits: &LineHabits) -> Order {
    let total = |order| -> f32 {
        let fits =
            texts.iter().map(|text| part(text, lines, habits, order).score.clamp(-12.0, 12.0));
        fits.sum()
    };
    if total(Order::GoalFirst) < total(Order::ResultFirst) {
        Order::ResultFirst
    } else {
        Order::GoalFirst
    }
}

/// Parts a text in two where its score is best; either part may be empty.
pub(super) fn part(
    text: &[TextLine],
    lines: &[Line<'_>],
    habits: &LineHabits,
    order: Order,
) -> Parting {
    // Everything in one part: the other column is empty. Printed columns seldom are.
    const PRIOR_MISSING: f32 = -1.0;
    const PRIOR_MISSING_GOAL: f32 = -3.0;
    if text.is_empty() {
        return Parting { n_first: 0, score: 0.0 };
    }
    if let Some(n_first) = beside_empty_cell(text, lines) {
        return Parting { n_first, score: 0.0 };
    }
    let tense = tenses(text, lines);
    let sign = match order {
        Order::GoalFirst => 1.0,
        Order::ResultFirst => -1.0,
    };
    let total: f32 = tense.iter().sum();
    // The first column is the goal: everything promised before, everything reported behind.
    let fit = |before: f32| sign * (total - 2.0 * before);
    let (missing_second, missing_first) = match order {
        Order::GoalFirst => (PRIOR_MISSING, PRIOR_MISSING_GOAL),
        Order::ResultFirst => (PRIOR_MISSING_GOAL, PRIOR_MISSING),
    };
    // A label at the top names the column the text begins with.
    let label = label_evidence(lines[text[0].line].content, order);
    let mut best = Parting { n_first: text.len(), score: fit(total) + missing_second - label };
    let none_first = Parting { n_first: 0, score: fit(0.0) + missing_first + label };
    if best.score < none_first.score {
        best = none_first;
    }
    let has_blank = text[1..].iter().any(|t| t.boundary == Boundary::Blank);
    let mut before = 0.0;
    for n_first in 1..text.len() {
        before += tense[n_first - 1];
        let Some(place) = place(text, n_first, lines, habits, order, has_blank) else { continue };
        let score = place + fit(before) - label;
        if best.score < score {
            best = Parting { n_first, score };
        }
    }
    best
}

/// The parting of a text that begins or ends with the mark of an empty cell.
fn beside_empty_cell(text: &[TextLine], lines: &[Line<'_>]) -> Option<usize> {
    let is_empty_at = |index: usize| is_empty_cell(&lines[text[index].line]);
    match text.len() {
        0 | 1 => None,
        _ if is_empty_at(0) => Some(1),
        n_lines => is_empty_at(n_lines - 1).then_some(n_lines - 1),
    }
}

/// How likely the text parts before line `at` by what is printed there; none where it cannot.
fn place(
    text: &[TextLine],
    at: usize,
    lines: &[Line<'_>],
    habits: &LineHabits,
    order: Order,
    has_blank: bool,
) -> Option<f32> {
    let before = &lines[text[at - 1].line];
    let after = &lines[text[at].line];
    let column = column(text, at, lines);
    let ended = ends_sentence(before.content);
    let mut score = match text[at].boundary {
        Boundary::Blank => 3.0,
        Boundary::Interruption => 0.5,
        Boundary::None if begins_paragraph(before, after, column) => {
            if has_blank {
                -3.5
            } else {
                -1.0
            }
        }
        Boundary::None if ended => -4.5,
        Boundary::None => return None,
    };
    if !ended {
        // Where no line is full, an item may well end without a full stop.
        let full = habits.is_full(before.width, column.min(following_width(text, at, lines)));
        let comma = before.content.ends_with(['、', '，', '・', '「', '（']);
        score -= if comma {
            12.0
        } else if full {
            6.0
        } else {
            1.0
        };
    }
    if is_label(before.content) {
        score -= 8.0;
    }
    let second = match order {
        Order::GoalFirst => ColumnRole::Result,
        Order::ResultFirst => ColumnRole::Goal,
    };
    // A header alone between the parts names the second; several are the top of a page.
    if text[at].headers == [second] && ended {
        score += 2.0;
    }
    Some(score + list_evidence(text, at, lines) + label_evidence(after.content, order))
}

/// The width of the lines that follow: the columns of goal and result may differ, and a sentence that an interruption
/// cuts goes on in its own.
fn following_width(text: &[TextLine], at: usize, lines: &[Line<'_>]) -> usize {
    text[at..].iter().take(2).map(|t| lines[t.line].width).max().unwrap_or_default()
}

/// The widest line of the block above line `at`.
fn column(text: &[TextLine], at: usize, lines: &[Line<'_>]) -> usize {
    let block = text[..at].iter().rev();
    let mut widest = 0;
    for line in block.take(40) {
        widest = widest.max(lines[line.line].width);
        if line.boundary == Boundary::Blank {
            break;
        }
    }
    widest
}

/// A list that begins again speaks for a new part, a list that goes on against it.
fn list_evidence(text: &[TextLine], at: usize, lines: &[Line<'_>]) -> f32 {
    let Some(next) = marker(lines[text[at].line].content) else { return 0.0 };
    let earlier = text[..at].iter().rev().filter_map(|t| marker(lines[t.line].content));
    let Some(last) = earlier.take(40).find(|m| m.same_sort(next)) else { return 0.0 };
    match (last.ordinal(), next.ordinal()) {
        (Some(_), Some(1)) => 5.0,
        (Some(last), Some(next)) if next == last + 1 => -6.0,
        (Some(_), Some(_)) => -1.0,
        _ => -0.5,
    }
}

/// A label at the start of a part says which part it is.
fn label_evidence(content: &str, order: Order) -> f32 {
    let Some(label) = content.strip_prefix(['【', '［', '〈', '＜', '■', '◆', '○'])
    else {
        return 0.0;
    };
    let label = label.split(['】', '］', '〉', '＞']).next().unwrap_or(label);
    let is_result =
        ["結果", "実績", "成果", "達成", "評価", "状況"].iter().any(|w| label.contains(w));
    let is_goal = !is_result && ["目標", "取組", "内容", "計画"].iter().any(|w| label.contains(w));
    match (is_result, is_goal, order) {
        (true, _, Order::GoalFirst) | (_, true, Order::ResultFirst) => 3.0,
        (_, true, Order::GoalFirst) | (true, _, Order::ResultFirst) => -5.0,
        _ => 0.0,
    }
}

/// For each line how much its sentences speak of the past (above zero) or of the future (below).
fn tenses(text: &[TextLine], lines: &[Line<'_>]) -> Vec<f32> {
    let mut tenses = vec![0.0; text.len()];
    let mut sentence = String::new();
    for (index, line) in text.iter().enumerate() {
        let content = lines[line.line].content;
        if line.boundary == Boundary::Blank && index > 0 && !sentence.is_empty() {
            // A list item without a full stop ends with its block, unless the line goes on.
            tenses[index - 1] += tense(&sentence) / 2.0;
            sentence.clear();
        }
        let mut rest = content;
        while let Some(stop) = rest.find('。') {
            sentence.push_str(&rest[..stop]);
            tenses[index] += tense(&sentence);
            sentence.clear();
            rest = &rest[stop + '。'.len_utf8()..];
        }
        // The end of a sentence tells; what precedes is not needed.
        sentence.push_str(rest);
    }
    if let Some(last) = tenses.last_mut() {
        *last += tense(&sentence) / 2.0;
    }
    tenses
}

/// Whether a sentence reports (above zero), promises (below) or does neither.
fn tense(sentence: &str) -> f32 {
    const REPORTING: [&str; 5] = ["た", "だ", "済", "済み", "ませんでした"];
    const LASTING: [&str; 6] = ["ています", "ております", "ている", "でいます", "でいる", "ておる"];
    const PROMISING: [&str; 14] = [
        "ます",
        "る",
        "う",
        "く",
        "す",
        "む",
        "ぶ",
        "つ",
        "ぐ",
        "こと",
        "ません",
        "ない",
        "たい",
        "ましょう",
    ];
    let sentence =
        without_remark(sentence).trim_end_matches(['」', '）', ')', '』', '】', ' ', '　']);
    if LASTING.iter().any(|ending| sentence.ends_with(ending)) {
        1.0
    } else if REPORTING.iter().any(|ending| sentence.ends_with(ending)) {
        2.0
    } else if PROMISING.iter().any(|ending| sentence.ends_with(ending)) {
        -1.5
    } else {
        0.0
    }
}

/// `直しました（２回）` without the remark in brackets, which has no tense.
fn without_remark(sentence: &str) -> &str {
    match sentence.rfind(['（', '(']) {
        Some(at) if 0 < at && sentence.ends_with(['）', ')']) => &sentence[..at],
        _ => sentence,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::sheet::lines::lines;

    /// Blank lines are boundaries; the expected part is given by its number of lines.
    #[track_caller]
    fn check(text: &str, order: Order, n_first: usize) {
        let lines = lines(text);
        let habits = LineHabits::of(&lines);
        let boundary = |gap| if gap { Boundary::Blank } else { Boundary::None };
        let texts: Vec<TextLine> = lines
            .iter()
            .enumerate()
            .map(|(line, l)| TextLine { line, boundary: boundary(l.gap), headers: Vec::new() })
            .collect();
        assert_eq!(part(&texts, &lines, &habits, order).n_first, n_first, "{text}");
    }

    #[test]
    fn a_blank_line_parts_goal_and_result() {
        check("　案内を直します。\n\n　案内を直しました。\n", Order::GoalFirst, 1);
        check("　案内を直しました。\n\n　案内を直します。\n", Order::ResultFirst, 1);
    }

    #[test]
    fn tense_tells_among_several_blank_lines() {
        let text = "（１）案内を直します。\n\n（２）棚を直します。\n\n（１）案内を直しました。\n\n（２）棚も直しました。\n";
        check(text, Order::GoalFirst, 2);
        check(
            "案内を直します。\n\n案内を直しました。\n\n棚は来年度に直します。\n",
            Order::GoalFirst,
            1,
        );
    }

    #[test]
    fn without_blank_lines_the_tense_parts() {
        check("　案内を直します。\n　棚も直します。\n　案内を直しました。\n", Order::GoalFirst, 2);
    }

    #[test]
    fn a_dash_is_a_cell_of_its_own() {
        check("　案内を直します。\n　棚も直します。\n\n－\n", Order::GoalFirst, 2);
        check("－\n　案内を直します。\n\n　棚も直します。\n", Order::ResultFirst, 1);
    }

    #[test]
    fn a_label_at_the_top_names_its_column() {
        check("【目標】\n窓口の改善\n\n【取組】\n案内の見直し\n", Order::ResultFirst, 0);
    }

    #[test]
    fn a_part_may_be_missing() {
        check("　案内を直します。\n　棚も直します。\n", Order::GoalFirst, 2);
        check("", Order::GoalFirst, 0);
    }
}

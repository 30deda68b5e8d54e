//! What each line of a sheet is, as far as it can be told without knowing the records:
//! title, furniture, column header, statement of policy, or content.

use std::collections::HashSet;

use crate::record::sheet::furniture;
use crate::record::sheet::headers::{self, Header};
use crate::record::sheet::heads;
use crate::record::sheet::lines::Line;
use crate::record::sheet::paragraphs::{
    LineHabits, Marker, ends_sentence, marker, starts_paragraph,
};
use crate::record::sheet::title::Title;
use crate::record::tables::Tables;

/// What a line is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    Title,
    Furniture,
    Header(Vec<Header>),
    Policy,
    /// Heads and text of records.
    Content,
}

/// Judges every line, and reads the title.
pub(super) fn kinds(
    lines: &[Line<'_>],
    tables: &Tables,
    habits: &LineHabits,
) -> (Vec<Kind>, Title) {
    let mut kinds = vec![Kind::Content; lines.len()];
    let title = mark_title(lines, tables, &mut kinds);
    mark_furniture(lines, &title, &mut kinds);
    mark_headers(lines, tables, habits, &mut kinds);
    mark_policy(lines, tables, habits, &title, &mut kinds);
    (kinds, title)
}

/// The title stands above the first column header and the first record.
fn mark_title(lines: &[Line<'_>], tables: &Tables, kinds: &mut [Kind]) -> Title {
    const LATEST_LINE: usize = 8;
    let mut title = Title::default();
    for (line, kind) in lines.iter().zip(kinds).take(LATEST_LINE) {
        let is_table = headers::headers(line.content, tables).is_some()
            || heads::has_number(line, tables)
            || line.printed.starts_with('　');
        if is_table {
            break;
        }
        if title.take(line) {
            *kind = Kind::Title;
        }
    }
    title
}

fn mark_furniture(lines: &[Line<'_>], title: &Title, kinds: &mut [Kind]) {
    for (index, (line, kind)) in lines.iter().zip(kinds).enumerate() {
        let is_furniture = furniture::is_page_number(line.content)
            || (is_apart(lines, index) && furniture::is_date(line.content))
            || (!title.lines.is_empty()
                && furniture::is_running_title(line.content, &title.lines)
                && !is_policy_heading(line.content));
        if *kind == Kind::Content && is_furniture {
            *kind = Kind::Furniture;
        }
    }
}

/// Whether blank lines stand on both sides of a line.
fn is_apart(lines: &[Line<'_>], index: usize) -> bool {
    lines[index].gap && lines.get(index + 1).is_none_or(|below| below.gap)
}

fn mark_headers(lines: &[Line<'_>], tables: &Tables, habits: &LineHabits, kinds: &mut [Kind]) {
    let found: Vec<Option<Vec<Header>>> = lines
        .iter()
        .zip(kinds.iter())
        .map(|(line, kind)| match kind {
            Kind::Content => headers::headers(line.content, tables),
            _ => None,
        })
        .collect();
    // What is a header in one place is one in the middle of a sentence as well.
    let standing_apart: HashSet<&str> = lines
        .iter()
        .zip(&found)
        .filter(|(line, found)| line.gap && found.is_some())
        .map(|(line, _)| line.content)
        .collect();
    for (index, found) in found.iter().enumerate() {
        if let Some(headers) = found
            && (standing_apart.contains(lines[index].content)
                || !is_text_of_header_words(lines, index, headers, habits))
        {
            kinds[index] = Kind::Header(headers.clone());
        }
    }
    mark_vertical_headers(lines, tables, kinds);
    mark_header_fragments(lines, tables, kinds);
}

/// Whether a line of header words is the end of a paragraph: a single telling word that goes on from the full
/// line above and after which the text breaks off.
fn is_text_of_header_words(
    lines: &[Line<'_>],
    index: usize,
    headers: &[Header],
    habits: &LineHabits,
) -> bool {
    let (Some(before), line) = (index.checked_sub(1).map(|i| &lines[i]), &lines[index]) else {
        return false;
    };
    let [header] = headers else { return false };
    let goes_on = !line.gap
        && !ends_sentence(before.content)
        && habits.is_full(before.width, habits.full_width)
        && before.content.contains(['、', '。', 'を', 'に', 'の', 'は', 'が']);
    let next = lines.get(index + 1);
    // A short line in the middle of a paragraph can only be an interruption.
    let breaks_off = next.is_none_or(|next| next.gap || starts_paragraph(next));
    goes_on && breaks_off && header.n_telling_words == 1
}

/// Headers of narrow columns, one character a line: 区, 分.
fn mark_vertical_headers(lines: &[Line<'_>], tables: &Tables, kinds: &mut [Kind]) {
    let is_single = |i: usize| lines[i].content.chars().count() == 1;
    let mut start = 0;
    while start < lines.len() {
        let mut end = start;
        while end < lines.len() && is_single(end) && kinds[end] == Kind::Content {
            end += 1;
        }
        let joined: String = lines[start..end].iter().map(|line| line.content).collect();
        if 2 <= end - start
            && end - start <= 12
            && let Some(header) = headers::header(&joined, tables)
        {
            kinds[start] = Kind::Header(vec![header]);
            kinds[start + 1..end].fill(Kind::Header(Vec::new()));
        }
        start = end.max(start + 1);
    }
}

/// Halves of headers that tell nothing alone: 及び between two lines of a broken header.
fn mark_header_fragments(lines: &[Line<'_>], tables: &Tables, kinds: &mut [Kind]) {
    for index in 0..lines.len() {
        let beside = |i: Option<usize>, gap: bool| {
            !gap && i.and_then(|i| kinds.get(i)).is_some_and(|k| matches!(k, Kind::Header(_)))
        };
        let after_header = beside(index.checked_sub(1), lines[index].gap);
        let before_header = beside(Some(index + 1), lines.get(index + 1).is_none_or(|l| l.gap));
        if kinds[index] == Kind::Content
            && (after_header || before_header)
            && marker(lines[index].content).is_none()
            && headers::is_fragment(lines[index].content, tables)
        {
            kinds[index] = Kind::Header(Vec::new());
        }
    }
}

/// A statement of policy: a heading of its own and the ①②③ below it.
fn mark_policy(
    lines: &[Line<'_>],
    tables: &Tables,
    habits: &LineHabits,
    title: &Title,
    kinds: &mut [Kind],
) {
    let mut in_policy = false;
    for (index, line) in lines.iter().enumerate() {
        if kinds[index] != Kind::Content {
            continue;
        }
        let before = index.checked_sub(1).map(|i| &lines[i]);
        let stands_alone = line.gap
            || before.is_none_or(|before| ends_sentence(before.content))
            || index.checked_sub(1).is_some_and(|i| kinds[i] != Kind::Content);
        let heading =
            stands_alone && is_policy_heading(line.content) && !is_title_like(line, title);
        // A circled figure and nothing else is an item's number.
        let circled = matches!(marker(line.content), Some(Marker::Circled(_)))
            && 1 < line.content.chars().count();
        let goes_on = in_policy
            && !line.gap
            && before.is_some_and(|before| {
                !ends_sentence(before.content) && habits.is_full(before.width, before.width)
            })
            && !heads::has_number(line, tables);
        in_policy = heading || (in_policy && (circled || goes_on));
        if in_policy {
            kinds[index] = Kind::Policy;
        }
    }
}

fn is_title_like(line: &Line<'_>, title: &Title) -> bool {
    title.lines.iter().any(|t| t == line.content)
}

/// Whether a line reads as the heading of a statement of policy: 区サービス基本方針.
fn is_policy_heading(content: &str) -> bool {
    const LONGEST_CHARS: usize = 30;
    const ENDINGS: [&str; 9] =
        ["方針", "理念", "基本姿勢", "心得", "宣言", "憲章", "スローガン", "モットー", "行動指針"];
    if LONGEST_CHARS < content.chars().count()
        || content.contains(['。', '、'])
        || marker(content).is_some()
    {
        return false;
    }
    let content = content
        .trim_matches(['【', '】', '「', '」', '＜', '＞', '<', '>', '〈', '〉', '■', '◆', '○']);
    let named =
        ENDINGS.iter().any(|ending| content.ends_with(ending)) && 4 <= content.chars().count();
    // 目標 alone is a column; as the end of a statement's name it follows what is to be improved.
    let goal = content.ends_with("目標")
        && ["サービス", "向上", "共通", "全体"].iter().any(|w| content.contains(w));
    named || goal
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::sheet::lines::lines;

    /// One letter for each line: T, F, H, P, or c for content.
    #[track_caller]
    fn check(text: &str, expected: &str) {
        let lines = lines(text);
        let habits = LineHabits::of(&lines);
        let (kinds, _) = kinds(&lines, &Tables::carried(), &habits);
        let letters: String = kinds
            .iter()
            .map(|kind| match kind {
                Kind::Title => 'T',
                Kind::Furniture => 'F',
                Kind::Header(_) => 'H',
                Kind::Policy => 'P',
                Kind::Content => 'c',
            })
            .collect();
        assert_eq!(letters, expected, "{text}");
    }

    #[test]
    fn the_top_of_a_sheet() {
        check("令和４年度窓口改善取組シート 港区役所\n\n部署名 番号\n区　分\n\n総務課 1\n", "THHc");
        check("令和４年度\n窓口改善取組シート\n港区役所\n総務課\n1\n共通\n", "TTTccc");
    }

    #[test]
    fn furniture_and_headers_interrupt_text() {
        let body = "　窓口の案内を、来られた方に分かり\n";
        let end = "やすく直します。\n";
        check(&format!("{body}- 2 -\n目標及び取組内容\n{end}"), "cFHc");
        check(&format!("{body}実施結果\n{end}"), "cHc");
    }

    #[test]
    fn statements_of_policy_stand_apart() {
        check(
            "　直しました。\n\n港区サービス方針\n\n①親切にします。\n\n②速くします。\n\n総務課 1\n",
            "cPPPc",
        );
        check("①親切にします。\n②速くします。\n", "cc");
    }

    #[test]
    fn headers_of_narrow_columns_are_headers() {
        check("区\n分\n\n番\n号\n\n目標及び\n取組内容\n", "HHHHHH");
    }
}

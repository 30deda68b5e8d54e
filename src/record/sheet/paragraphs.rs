//! Joining the lines of a text: words broken at line ends become whole, paragraphs and lists stay.

use std::collections::HashSet;

use crate::record::sheet::lines::{Line, is_invisible};

/// What the whole sheet says about its lines.
#[derive(Clone, Debug, Default)]
pub(super) struct LineHabits {
    /// Whether a space at a line's end means something: not where most lines have one.
    trailing_spaces_tell: bool,
    /// The Latin words printed inside lines, which tell broken words from neighbours.
    latin_words: HashSet<String>,
    /// The usual width of full lines, in half-width columns.
    pub(super) full_width: usize,
}

impl LineHabits {
    /// Looks at all lines of a sheet.
    pub(super) fn of(lines: &[Line<'_>]) -> LineHabits {
        let n_trailing = lines.iter().filter(|line| line.trailing_space).count();
        let mut latin_words = HashSet::new();
        for line in lines {
            let mut words: Vec<&str> = line.content.split(|c| !is_latin(c)).collect();
            // The first and the last piece of a line may be halves of a word.
            words.pop();
            latin_words
                .extend(words.into_iter().skip(1).filter(|w| !w.is_empty()).map(str::to_owned));
        }
        LineHabits {
            trailing_spaces_tell: n_trailing * 4 < lines.len(),
            latin_words,
            full_width: full_width(lines),
        }
    }

    /// Whether a line of `width` reaches the end of a column whose widest line has `column`.
    ///
    /// A full line is short of the column by a character that may not begin a line, or by a Latin word.
    pub(super) fn is_full(&self, width: usize, column: usize) -> bool {
        column.min(self.full_width) * 17 <= width * 20
    }
}

/// The usual width of full lines: what most lines with punctuation come close to and few exceed.
fn full_width(lines: &[Line<'_>]) -> usize {
    const SHORTEST: usize = 16;
    let mut widths: Vec<usize> = lines
        .iter()
        .filter(|line| line.content.contains(['、', '。']) && SHORTEST <= line.width)
        .map(|line| line.width)
        .collect();
    widths.sort_unstable();
    // Two thirds: the last lines of paragraphs are below, statements across the page are above.
    widths.get(widths.len() * 2 / 3).copied().unwrap_or(SHORTEST)
}

/// Joins the lines of one text; paragraphs are separated by `\n`.
///
/// A paragraph begins at an indented line, at a list marker or label, after a label that fills a line, and after
/// a sentence whose line ended well short of the column.
pub(super) fn join(lines: &[&Line<'_>], habits: &LineHabits) -> String {
    let column = lines.iter().map(|line| line.width).max().unwrap_or_default();
    let mut text = String::new();
    for (index, line) in lines.iter().enumerate() {
        if let Some(before) = index.checked_sub(1).map(|before| lines[before]) {
            if begins_paragraph(before, line, column) {
                text.push('\n');
            } else if needs_space(before, line, column, habits) {
                text.push(' ');
            }
        }
        let continued = 0 < index && !text.ends_with('\n');
        let printed = if continued { line.content } else { line.printed };
        text.extend(printed.chars().filter(|&c| !is_invisible(c)));
    }
    text
}

/// Whether a paragraph begins at `line`, the one after `before`.
pub(super) fn begins_paragraph(before: &Line<'_>, line: &Line<'_>, column: usize) -> bool {
    // A sentence that goes on is no place for a paragraph, whatever the next line looks like.
    let unfinished = before.content.ends_with(['、', '，', '（', '「', '・']);
    if unfinished && !line.printed.starts_with('　') {
        return false;
    }
    // Seven tenths: even a long Latin word moved to the next line leaves less room than that.
    let short = before.width * 10 < column * 7;
    let ended = ends_sentence(before.content) && short;
    starts_paragraph(line) || is_label(before.content) || ended
}

/// Whether a line shows by itself that a paragraph begins with it.
pub(super) fn starts_paragraph(line: &Line<'_>) -> bool {
    line.printed.starts_with('　')
        || marker(line.content).is_some()
        || line.content.starts_with('【')
}

/// Whether a text ends where a sentence may end.
pub(in crate::record) fn ends_sentence(text: &str) -> bool {
    let text = text.trim_end_matches(['」', '）', ')', '』', '】', '”', '"']);
    text.ends_with(['。', '．', '！', '？', '!', '?'])
}

/// Whether a line is a label and nothing else: 【目標】.
pub(super) fn is_label(content: &str) -> bool {
    let inner = content.strip_prefix('【').and_then(|rest| rest.strip_suffix('】'));
    inner.is_some_and(|inner| !inner.contains(['【', '】']))
}

/// Whether a line says that a cell is empty: －, なし.
pub(super) fn is_empty_cell(line: &Line<'_>) -> bool {
    const WORDS: [&str; 6] = ["なし", "無し", "特になし", "該当なし", "未実施", "同上"];
    let is_dash = |c| matches!(c, '－' | '―' | '—' | '–' | '-' | '‐' | '−' | 'ー' | '〃');
    let is_long_vowel = line.content == "ー";
    (line.content.chars().all(is_dash) && (line.gap || !is_long_vowel))
        || (line.gap && WORDS.contains(&line.content))
}

/// A list marker at the start of a line.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::record) enum Marker {
    /// `・`, `●`: items without an order.
    Bullet(char),
    /// `（１）`, `(1)`.
    Bracketed(u32),
    /// `１．`, `1)`.
    Dotted(u32),
    /// `①`.
    Circled(u32),
    /// `（ア）`, `ア　`.
    Kana(u32),
}

impl Marker {
    /// The item's place in its list, from 1; none for bullets.
    pub(super) fn ordinal(self) -> Option<u32> {
        match self {
            Marker::Bullet(_) => None,
            Marker::Bracketed(n) | Marker::Dotted(n) | Marker::Circled(n) | Marker::Kana(n) => {
                Some(n)
            }
        }
    }

    /// Whether two markers are of one sort.
    pub(super) fn same_sort(self, other: Marker) -> bool {
        match (self, other) {
            (Marker::Bullet(a), Marker::Bullet(b)) => a == b,
            _ => std::mem::discriminant(&self) == std::mem::discriminant(&other),
        }
    }
}

/// The list marker that `content` begins with.
pub(in crate::record) fn marker(content: &str) -> Option<Marker> {
    const KANA: &str = "アイウエオカキクケコ";
    let first = content.chars().next()?;
    if matches!(
        first,
        '・' | '●'
            | '■'
            | '○'
            | '◆'
            | '◇'
            | '□'
            | '◎'
            | '※'
            | '★'
            | '☆'
            | '▼'
            | '▽'
            | '▲'
            | '△'
            | '►'
            | '•'
    ) {
        return Some(Marker::Bullet(first));
    }
    if let '①'..='⑳' = first {
        return Some(Marker::Circled(u32::from(first) - u32::from('①') + 1));
    }
    if let '⑴'..='⒇' = first {
        return Some(Marker::Bracketed(u32::from(first) - u32::from('⑴') + 1));
    }
    let bracketed = content.strip_prefix(['（', '(']);
    let rest = bracketed.unwrap_or(content);
    if bracketed.is_some()
        && let Some(index) = rest.chars().next().and_then(|c| KANA.chars().position(|k| k == c))
        && rest.chars().nth(1).is_some_and(|c| matches!(c, '）' | ')'))
    {
        return Some(Marker::Kana(u32::try_from(index).unwrap_or_default() + 1));
    }
    let digits: String = rest.chars().take(3).map_while(digit).collect();
    let number: u32 = digits.parse().ok()?;
    let after = rest.chars().nth(digits.len())?;
    match (bracketed.is_some(), after) {
        (true, '）' | ')') => Some(Marker::Bracketed(number)),
        // `1.5` is a number; the dot of a marker is not followed by a digit.
        (false, '．' | '.')
            if rest.chars().nth(digits.len() + 1).is_none_or(|c| digit(c).is_none()) =>
        {
            Some(Marker::Dotted(number))
        }
        (false, '）' | ')') => Some(Marker::Dotted(number)),
        _ => None,
    }
}

fn digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10),
        _ => None,
    }
}

/// Whether a space was lost between two lines: only between Latin words.
///
/// Evidence, the surest first: a space that was printed at the line's end; the joined word, or the two halves,
/// elsewhere in the sheet; and a line that ended short of the column, since a word is broken at a full line only.
fn needs_space(before: &Line<'_>, line: &Line<'_>, column: usize, habits: &LineHabits) -> bool {
    let left = before.content.rsplit(|c| !is_latin(c)).next().unwrap_or_default();
    let right = line.content.split(|c| !is_latin(c)).next().unwrap_or_default();
    if left.is_empty() || right.is_empty() {
        return false;
    }
    if before.trailing_space && habits.trailing_spaces_tell {
        return true;
    }
    let known = |word: &str| habits.latin_words.contains(word);
    if known(&format!("{left}{right}")) {
        return false;
    }
    (known(left) && known(right)) || before.width + 1 < column
}

fn is_latin(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '\u{C0}'..='\u{24F}' | '\'' | '.' | '@' | '_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::sheet::lines::lines;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let lines = lines(text);
        let habits = LineHabits::of(&lines);
        let lines: Vec<_> = lines.iter().collect();
        assert_eq!(join(&lines, &habits), expected, "{text}");
    }

    #[test]
    fn a_broken_word_becomes_whole() {
        check("　窓口の案内を分か\nりやすく直します。", "　窓口の案内を分かりやすく直します。");
        check("窓口でＦＡＱとTabl\netを使います。", "窓口でＦＡＱとTabletを使います。");
    }

    #[test]
    fn a_space_between_latin_words_is_not_lost() {
        check(
            "　窓口ではOpen \nDayを開き、地図も配ります。",
            "　窓口ではOpen Dayを開き、地図も配ります。",
        );
        check(
            "　窓口でOpen\nDayを開いて地図も配りました。",
            "　窓口でOpen Dayを開いて地図も配りました。",
        );
    }

    #[test]
    fn paragraphs_and_lists_stay() {
        check("　甲です。\n　乙です。", "　甲です。\n　乙です。");
        check("（１）窓口の\n案内\n（２）電話", "（１）窓口の案内\n（２）電話");
        check(
            "【目標】\n窓口を直す\n【取組】\n案内を貼る",
            "【目標】\n窓口を直す\n【取組】\n案内を貼る",
        );
        check(
            "　甲でした。\n乙は来年度に行うことといたしました。",
            "　甲でした。\n乙は来年度に行うことといたしました。",
        );
    }

    #[test]
    fn markers() {
        for (line, expected) in [
            ("（１）甲", Some(Marker::Bracketed(1))),
            ("(12)甲", Some(Marker::Bracketed(12))),
            ("２．甲", Some(Marker::Dotted(2))),
            ("③甲", Some(Marker::Circled(3))),
            ("（イ）甲", Some(Marker::Kana(2))),
            ("・甲", Some(Marker::Bullet('・'))),
            ("１．５倍", None),
            ("３月", None),
            ("（仮称）甲", None),
            ("", None),
        ] {
            assert_eq!(marker(line), expected, "{line}");
        }
    }
}

//! Page furniture: page numbers and running titles.

use crate::record::sheet::lines::is_empty;

/// Whether a line is a page number beyond doubt: `- 3 -`, `3 / 12`, `p.3`, `3ページ`.
///
/// A bare `3` may as well be an item's number and is decided where items are.
pub(in crate::record) fn is_page_number(content: &str) -> bool {
    // The digits are looked at in half width; a page number is short.
    const LONGEST_CHARS: usize = 16;
    if LONGEST_CHARS < content.chars().count() {
        return false;
    }
    let text: String = content.chars().filter(|&c| !is_empty(c)).map(half_width).collect();
    let text = text.to_lowercase();
    let dashed = text
        .strip_prefix(is_dash)
        .and_then(|rest| rest.strip_suffix(is_dash))
        .is_some_and(|inner| is_digits(inner.trim_matches(is_dash)));
    let of_total = text
        .trim_matches(|c| is_dash(c) || matches!(c, '(' | ')' | '[' | ']'))
        .split_once(['/', '／'])
        .is_some_and(|(page, total)| is_digits(page) && is_digits(total));
    let named = ["page", "p.", "p"]
        .iter()
        .find_map(|name| text.strip_prefix(name))
        .is_some_and(|rest| is_digits(rest.trim_matches(is_dash)));
    let counted = ["ページ", "頁"]
        .iter()
        .find_map(|name| text.strip_suffix(name))
        .is_some_and(|rest| is_digits(rest.trim_start_matches('第')));
    dashed || of_total || named || counted
}

/// Whether a line is the date of a paper and nothing else: 令和5年4月1日現在, 2023/4/1, 作成日：令和5年4月.
pub(in crate::record) fn is_date(content: &str) -> bool {
    const LONGEST_CHARS: usize = 24;
    const REMARKS: [&str; 17] = [
        "現在",
        "時点",
        "作成",
        "更新",
        "改訂",
        "改定",
        "公表",
        "公開",
        "発行",
        "印刷",
        "版",
        "作成日",
        "更新日",
        "公表日",
        "印刷日",
        "発行日",
        "末",
    ];
    const ERAS: [&str; 6] = ["令和", "平成", "西暦", "r", "h", ""];
    if LONGEST_CHARS < content.chars().count() {
        return false;
    }
    let text = folded(content).to_lowercase();
    let is_edge = |c| matches!(c, '(' | ')' | ':' | '［' | '］' | '【' | '】');
    let mut text = text.trim_matches(is_edge);
    for remark in REMARKS {
        text = text.strip_suffix(remark).unwrap_or(text).trim_matches(is_edge);
        text = text.strip_prefix(remark).unwrap_or(text).trim_matches(is_edge);
    }
    let text = ERAS.iter().find_map(|era| text.strip_prefix(era)).unwrap_or(text);
    let text = text.strip_prefix('元').map_or_else(|| text.to_owned(), |rest| format!("1{rest}"));
    let parts: Vec<&str> = text.trim_end_matches('日').split(['年', '月', '/', '.']).collect();
    let named = text.contains('年') && text.contains('月');
    let parts: Vec<&str> = match parts[..] {
        [year, month, ""] if named => vec![year, month],
        _ => parts,
    };
    (parts.len() == 3 || (named && parts.len() == 2)) && parts.iter().all(|part| is_digits(part))
}

/// Whether a line repeats the sheet's title or a part of it.
pub(super) fn is_running_title(content: &str, titles: &[String]) -> bool {
    // Shorter pieces of a title (取組) are ordinary words.
    const SHORTEST_CHARS: usize = 4;
    let line = folded(content);
    let n_chars = line.chars().count();
    if n_chars < SHORTEST_CHARS || content.contains('。') {
        return false;
    }
    // Titles of several lines run together as well: 令和４年度 on the first line, the rest on the second.
    let whole: String = titles.iter().map(|title| folded(title)).collect();
    // A word out of the title (窓口サービス) may be a division's name; half of a title is none.
    let is_half = |title: &String| folded(title).chars().count() <= 2 * n_chars;
    let is_token = |title: &String| {
        let mut tokens =
            title.split(|c| is_empty(c) || matches!(c, '（' | '）' | '(' | ')' | '「' | '」'));
        tokens.any(|token| folded(token) == line)
    };
    let is_part =
        whole.contains(&line) && titles.iter().any(|title| is_half(title) || is_token(title));
    let holds_title = |title: &String| {
        let title = folded(title);
        SHORTEST_CHARS <= title.chars().count()
            && line.contains(&title)
            && n_chars <= 2 * title.chars().count()
    };
    is_part || titles.iter().any(holds_title)
}

/// `text` without white space and in half width, for comparing.
fn folded(text: &str) -> String {
    text.chars().filter(|&c| !is_empty(c)).map(half_width).collect()
}

/// Full-width ASCII in half width; everything else as it is.
pub(in crate::record) fn half_width(c: char) -> char {
    match c {
        '！'..='～' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

fn is_dash(c: char) -> bool {
    matches!(
        c,
        '-' | '‐' | '‑' | '–' | '—' | '―' | '−' | 'ー' | '~' | '〜' | '─' | '<' | '>' | '・'
    )
}

fn is_digits(text: &str) -> bool {
    (1..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_page(line: &str, expected: bool) {
        assert_eq!(is_page_number(line), expected, "{line}");
    }

    #[test]
    fn page_numbers() {
        for line in [
            "- 3 -",
            "－３－",
            "― 12 ―",
            "3 / 12",
            "３／１２",
            "p.3",
            "P 3",
            "3ページ",
            "第３頁",
            "(1/9)",
        ] {
            check_page(line, true);
        }
        for line in ["3", "（３）", "3 共通", "３月", "-", "令和4年", "1-2"] {
            check_page(line, false);
        }
    }

    #[test]
    fn dates_of_a_paper() {
        for line in [
            "令和5年4月1日現在",
            "（令和５年３月末時点）",
            "2023年4月1日",
            "2023/4/1",
            "令和元年５月作成",
        ] {
            assert!(is_date(line), "{line}");
        }
        for line in
            ["令和5年度", "４月１日から", "3/12", "1.5", "年月日", "", "令和5年4月1日に開きました"]
        {
            assert!(!is_date(line), "{line}");
        }
    }

    #[track_caller]
    fn check_title(line: &str, expected: bool) {
        let titles = ["令和５年度".to_owned(), "窓口改善取組シート　港区役所".to_owned()];
        assert_eq!(is_running_title(line, &titles), expected, "{line}");
    }

    #[test]
    fn running_titles_repeat_the_title() {
        check_title("令和5年度窓口改善取組シート 港区役所", true);
        check_title("窓口改善取組シート", true);
        check_title("港区役所", true);
        check_title("取組", false);
        check_title("港区役所の窓口を改善しました。", false);
    }
}

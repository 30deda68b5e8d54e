//! Items' numbers, as tables print them.

use crate::record::sheet::furniture::half_width;
use crate::record::sheet::heads::{bracketed_number, circled};
use crate::record::sheet::lines::is_empty;

/// `1`, `１`, `No.1`, `第１号`, `(1)`, `①`; nothing else may stand in the cell.
pub(super) fn item_number(text: &str) -> Option<u32> {
    const MOST_DIGITS: usize = 9;
    // More than a sign, a number and brackets have, zeros in front left aside.
    const MOST_CHARS: usize = 24;
    const SIGNS: [&str; 7] = ["no.", "no", "№", "第", "#", "番号", "項番"];
    let printed = || text.chars().filter(|&c| !is_empty(c)).map(half_width);
    if printed().filter(|&c| c != '0').nth(MOST_CHARS).is_some() {
        return None;
    }
    let text: String = printed().collect();
    let mut chars = text.chars();
    if let (Some(circle), None) = (chars.next().and_then(circled), chars.next()) {
        return Some(circle);
    }
    if let Some(number) = bracketed_number(&text) {
        return Some(number);
    }
    let lower = text.to_lowercase();
    let bare = SIGNS.iter().find_map(|sign| lower.strip_prefix(sign)).unwrap_or(&lower);
    let bare = bare.strip_suffix(['.', '番', '号', '．']).unwrap_or(bare);
    // 0000000001 is padded.
    let bare = match bare.trim_start_matches('0') {
        "" => bare,
        padded => padded,
    };
    let is_number =
        (1..=MOST_DIGITS).contains(&bare.len()) && bare.bytes().all(|b| b.is_ascii_digit());
    bare.parse().ok().filter(|_| is_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<u32>) {
        assert_eq!(item_number(text), expected, "{text}");
    }

    #[test]
    fn forms_of_a_number() {
        for text in [
            "7",
            "７",
            " 7 ",
            "No.7",
            "Ｎｏ．７",
            "№7",
            "第７号",
            "(7)",
            "（７）",
            "⑦",
            "⑺",
            "7.",
            "7番",
        ] {
            check(text, Some(7));
        }
        check("1234", Some(1234));
        check("0000000007", Some(7));
        check("１\n２", Some(12));
    }

    #[test]
    fn anything_else_is_no_number() {
        for text in ["", "1-2", "A1", "1.5", "7人", "1,234", "－", "令和4", "9999999999", "⑦⑧"]
        {
            check(text, None);
        }
    }
}

//! From bytes to text: UTF-8 with or without a byte order mark, UTF-16 with one.

use crate::notice::{Notice, NoticeKind, Reading};

/// Decodes `bytes` of the file called `file`.
///
/// Undecodable bytes become U+FFFD, with one notice that counts them.
/// A byte order mark is no part of the text.
pub fn decode(bytes: &[u8], file: &str) -> Reading<String> {
    let text = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => String::from_utf8_lossy(bytes).into_owned(),
    };
    let n_unreadable = text.matches('\u{FFFD}').count();
    let notices = match n_unreadable {
        0 => Vec::new(),
        n => {
            let line = 1 + text.split('\u{FFFD}').next().unwrap_or_default().matches('\n').count();
            let message = format!("{n}文字を読み取れず、U+FFFDとしました。");
            vec![Notice::new(NoticeKind::Unreadable, message, format!("{file}:{line}"))]
        }
    };
    Reading { value: text, notices }
}

/// Whether `bytes` begin with a byte order mark of UTF-16.
pub(super) fn has_utf16_mark(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF])
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let pairs = bytes.chunks(2).map(|pair| match *pair {
        [first, second] => unit([first, second]),
        // Half a unit at the end: a lone surrogate, which decodes to U+FFFD.
        _ => 0xD800,
    });
    char::decode_utf16(pairs).map(|unit| unit.unwrap_or('\u{FFFD}')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], expected: &str, n_notices: usize) {
        let reading = decode(bytes, "a.txt");
        assert_eq!(reading.value, expected);
        assert_eq!(reading.notices.len(), n_notices, "{:?}", reading.notices);
    }

    #[test]
    fn byte_order_marks_choose_the_encoding() {
        check("取組".as_bytes(), "取組", 0);
        check("\u{FEFF}取組".as_bytes(), "取組", 0);
        check(&[0xFF, 0xFE, 0xD6, 0x53], "取", 0);
        check(&[0xFE, 0xFF, 0x53, 0xD6], "取", 0);
        check(&[], "", 0);
    }

    #[test]
    fn what_cannot_be_decoded_is_marked_and_noticed() {
        check(&[b'a', 0xFF, b'b'], "a\u{FFFD}b", 1);
        check(&[0xFE, 0xFF, 0x53], "\u{FFFD}", 1);
        let notice = &decode(&[b'\n', 0xFF], "a.txt").notices[0];
        assert_eq!(notice.place, "a.txt:2");
        assert_eq!(notice.message, "1文字を読み取れず、U+FFFDとしました。");
    }
}

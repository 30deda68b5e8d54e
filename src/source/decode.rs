//! Bytes to text: UTF-8, UTF-16 with its mark, and the Japanese encodings before them.

use encoding_rs::{EUC_JP, Encoding, ISO_2022_JP, SHIFT_JIS};

use crate::notice::{Notice, NoticeKind, Reading};

/// Fewer unreadable characters than this are a fault in a text, and not a sign that it is none.
const FEW_UNREADABLE: usize = 16;

/// The text of a file, unless its bytes are text in no encoding that can be told.
///
/// A byte order mark is no part of the text.
pub fn decode(bytes: &[u8], file: &str) -> Reading<Option<String>> {
    let text = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => match (iso_2022_jp(bytes), std::str::from_utf8(bytes)) {
            (Some(text), _) => text,
            (None, Ok(text)) => text.to_owned(),
            (None, Err(_)) => match before_unicode(bytes) {
                Some(text) => text,
                None => String::from_utf8_lossy(bytes).into_owned(),
            },
        },
    };
    let n_unreadable = text.matches('\u{FFFD}').count();
    let is_garbage = FEW_UNREADABLE < n_unreadable && text.chars().count() < 20 * n_unreadable;
    if text.contains('\0') || is_garbage {
        let message = "文字として読めないので、取り込みませんでした。UTF-8で保存し直してください。";
        let notices = vec![Notice::new(NoticeKind::Unreadable, message, file)];
        return Reading { value: None, notices };
    }
    let notices = match n_unreadable {
        0 => Vec::new(),
        n => {
            let line = 1 + text.split('\u{FFFD}').next().unwrap_or_default().matches('\n').count();
            let message = format!("{n}文字を読み取れず、U+FFFDとしました。");
            vec![Notice::new(NoticeKind::Unreadable, message, format!("{file}:{line}"))]
        }
    };
    Reading { value: Some(text), notices }
}

/// The text of bytes that switch to Japanese characters as ISO-2022-JP does. All of them are ASCII, so that they
/// would pass for UTF-8.
fn iso_2022_jp(bytes: &[u8]) -> Option<String> {
    let switches = [b"\x1B$@", b"\x1B$B", b"\x1B(I", b"\x1B(J"];
    let is_switch = |start: &[u8]| switches.iter().any(|switch| start == *switch);
    if !bytes.is_ascii() || !bytes.contains(&0x1B) || !bytes.windows(3).any(is_switch) {
        return None;
    }
    let text = ISO_2022_JP.decode_without_bom_handling_and_without_replacement(bytes)?;
    Some(text.into_owned())
}

/// The text in the encoding of Japanese files before Unicode that fits all of it; among several, the one that gives
/// most hiragana: bytes of one encoding often pass for rare characters of another.
fn before_unicode(bytes: &[u8]) -> Option<String> {
    if bytes.contains(&0) {
        return None;
    }
    let candidates: [&'static Encoding; 2] = [SHIFT_JIS, EUC_JP];
    let texts = candidates
        .iter()
        .filter_map(|encoding| encoding.decode_without_bom_handling_and_without_replacement(bytes));
    let n_hiragana = |text: &str| text.chars().filter(|c| matches!(c, 'ぁ'..='ん')).count();
    texts.max_by_key(|text| n_hiragana(text)).map(std::borrow::Cow::into_owned)
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
        assert_eq!(reading.value.as_deref(), Some(expected));
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

    #[test]
    fn encodings_before_unicode_are_told() {
        for encoding in [SHIFT_JIS, EUC_JP] {
            let (bytes, ..) = encoding.encode("窓口の待ち時間を短くします。");
            check(&bytes, "窓口の待ち時間を短くします。", 0);
        }
        check(b"\x1B$B<hAH\x1B(B", "取組", 0);
        check(b"\x1B[1m", "\u{1B}[1m", 0);
    }

    #[test]
    fn what_is_no_text_is_refused() {
        for bytes in [&[0x7F, b'E', b'L', b'F', 0, 1][..], &[0xFF; 64], &[0x53, 0xD6, 0, 0x20]] {
            let reading = decode(bytes, "a.txt");
            assert_eq!(reading.value, None);
            assert_eq!((reading.notices.len(), reading.notices[0].place.as_str()), (1, "a.txt"));
        }
    }
}

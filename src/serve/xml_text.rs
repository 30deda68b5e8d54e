//! Text that can stand in XML.

use std::borrow::Cow;

/// The text without the characters that XML cannot hold, not even escaped.
pub(super) fn xml_text(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_allowed) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().filter(|c| is_allowed(*c)).collect())
}

/// The characters of XML 1.0.
fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_hold_is_left_out() {
        assert_eq!(xml_text("花\0壇\u{1B}\u{FFFE}<\n"), "花壇<\n");
        assert!(matches!(xml_text("花壇 𠮷"), Cow::Borrowed(_)));
    }
}

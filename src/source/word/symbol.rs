//! Characters of symbol fonts, which stand at places of their own and not where their signs are in Unicode.

/// What a character of a symbol font shows; one that is not known stays.
pub(super) fn shown(font: &str, c: char) -> char {
    let place = match u32::from(c) {
        code @ 0xF000..=0xF0FF => code - 0xF000,
        code @ 0..=0xFF => code,
        _ => return c,
    };
    match (font, place) {
        ("Wingdings", 0x6C) => '●',
        ("Wingdings", 0x6E | 0xA7) => '■',
        ("Wingdings", 0x6F | 0xA8) => '□',
        ("Wingdings", 0x75) => '◆',
        ("Wingdings", 0xA1) => '○',
        ("Wingdings", 0x9F | 0x9E) => '・',
        ("Wingdings", 0xD8) => '➢',
        ("Wingdings", 0xE0) => '→',
        ("Wingdings", 0xFC) => '✓',
        ("Wingdings", 0xFE) | ("Wingdings 2", 0x52) => '☑',
        ("Wingdings 2", 0xA3) => '□',
        ("Symbol", 0xB7) => '・',
        _ => c,
    }
}

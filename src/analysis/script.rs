//! Which script a character belongs to.

/// Whether `character` is an ideograph, the mark of repetition included.
pub fn is_kanji(character: char) -> bool {
    matches!(character, '々' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// Whether `character` is hiragana, katakana or the mark of a long vowel.
pub fn is_kana(character: char) -> bool {
    is_hiragana(character) || matches!(character, 'ァ'..='ヺ' | 'ー')
}

/// Whether `character` is hiragana.
pub fn is_hiragana(character: char) -> bool {
    matches!(character, 'ぁ'..='ゖ')
}

//! A sentence as its hiragana, with one sign for each stretch of anything else.
//!
//! What stands between two words of content is the same whatever the words are: with 実施 and 開催 told apart, しました
//! would be seen half as often behind each.

/// A hiragana, or a stretch of one other sort of characters.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Symbol {
    /// The letter's number in Unicode, or a small one for other sorts.
    pub(super) sign: u16,
    /// Its bytes in the sentence.
    pub(super) start: usize,
    pub(super) end: usize,
}

const KANJI: u16 = 1;
const KATAKANA: u16 = 2;
const DIGIT: u16 = 3;
const LATIN: u16 = 4;
const COMMA: u16 = 5;
const FULL_STOP: u16 = 6;
const EDGE: u16 = 7;
const OPENING: u16 = 8;
const CLOSING: u16 = 9;
const OTHER: u16 = 10;

/// The symbols of a sentence between two edges.
pub(super) fn symbols(sentence: &str) -> Vec<Symbol> {
    let mut symbols = vec![Symbol { sign: EDGE, start: 0, end: 0 }];
    for (start, c) in sentence.char_indices() {
        let end = start + c.len_utf8();
        let last = symbols.last_mut().expect("an edge stands first");
        // Lengthened hiragana (よーい) are no katakana.
        let sign = if c == 'ー' && is_hiragana_symbol(last.sign) { 'ー' as u16 } else { sign(c) };
        let is_run = matches!(sign, KANJI | KATAKANA | DIGIT | LATIN | OTHER);
        if is_run && last.sign == sign {
            last.end = end;
        } else {
            symbols.push(Symbol { sign, start, end });
        }
    }
    let end = sentence.len();
    symbols.push(Symbol { sign: EDGE, start: end, end });
    symbols
}

/// The sign of a hiragana.
pub(super) fn letter(c: char) -> Option<u16> {
    matches!(c, 'ぁ'..='ゖ').then_some(c as u16)
}

/// Whether a sign is a hiragana.
pub(super) fn is_hiragana_symbol(sign: u16) -> bool {
    OTHER < sign
}

fn sign(c: char) -> u16 {
    match c {
        'ぁ'..='ゖ' => c as u16,
        '\u{3400}'..='\u{9FFF}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{3FFFF}'
        | '々'
        | '〆' => KANJI,
        'ァ'..='ヿ' | '\u{FF66}'..='\u{FF9F}' => KATAKANA,
        '0'..='9' | '０'..='９' => DIGIT,
        'A'..='Z' | 'a'..='z' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => LATIN,
        '、' | '，' | ',' => COMMA,
        '。' | '．' => FULL_STOP,
        '(' | '（' | '「' | '『' | '【' | '［' | '《' | '〈' => OPENING,
        ')' | '）' | '」' | '』' | '】' | '］' | '》' | '〉' => CLOSING,
        _ => OTHER,
    }
}

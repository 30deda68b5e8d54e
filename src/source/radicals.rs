//! Radicals printed in place of ideographs: `⽬標` for `目標`.
//!
//! Fonts often map the glyph shared by a radical and an ideograph back to the radical, so that text taken out of a PDF
//! holds characters that nobody typed. Every replacement has the length in bytes of what it replaces.

use unicode_normalization::UnicodeNormalization;

/// Radicals of the CJK Radicals Supplement that are complete Japanese characters, and those characters.
///
/// From EquivalentUnifiedIdeograph.txt of the Unicode Character Database. Components that no Japanese text
/// writes alone (⺾, ⻌) and simplified Chinese forms are left out: they are not a font's confusion here.
const SUPPLEMENT: [(char, char); 24] = [
    ('⺋', '㔾'),
    ('⺒', '巳'),
    ('⺓', '幺'),
    ('⺜', '日'),
    ('⺝', '月'),
    ('⺟', '母'),
    ('⺠', '民'),
    ('⺧', '牛'),
    ('⺩', '王'),
    ('⺫', '目'),
    ('⺬', '示'),
    ('⺶', '羊'),
    ('⻁', '虎'),
    ('⻄', '西'),
    ('⻆', '角'),
    ('⻑', '長'),
    ('⻘', '青'),
    ('⻝', '食'),
    ('⻤', '鬼'),
    ('⻨', '麦'),
    ('⻩', '黄'),
    ('⻫', '斉'),
    ('⻭', '歯'),
    ('⻯', '竜'),
];

/// Replaces compatibility radicals by the ideographs they stand for; every other character stays.
pub fn mend(text: String) -> String {
    // Almost every file has none: it is not copied.
    if !text.contains(is_radical) {
        return text;
    }
    text.chars().map(mend_char).collect()
}

fn mend_char(c: char) -> char {
    match c {
        // Fonts for Japanese show the newer form under the radical's number.
        '⼾' => '戸',
        '⿊' => '黒',
        '⾭' => '青',
        '⿈' => '黄',
        '⻲' | '⻳' => '亀',
        // Kangxi radicals decompose to their ideographs in the Unicode Character Database itself.
        '\u{2F00}'..='\u{2FD5}' => c.nfkc().next().unwrap_or(c),
        '\u{2E80}'..='\u{2EFF}' => SUPPLEMENT
            .iter()
            .find(|(radical, _)| *radical == c)
            .map_or(c, |(_, ideograph)| *ideograph),
        _ => c,
    }
}

fn is_radical(c: char) -> bool {
    ('\u{2E80}'..='\u{2FD5}').contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(mend(text.to_owned()), expected);
    }

    #[test]
    fn radicals_become_ideographs() {
        check("⽬標", "目標");
        check("区⺠課", "区民課");
        check("成⻑", "成長");
        check("⻲⼾", "亀戸");
    }

    #[test]
    fn everything_else_stays() {
        check("ｅ－ラーニング（１）", "ｅ－ラーニング（１）");
        check("⺾", "⺾");
    }

    #[test]
    fn lengths_in_bytes_stay() {
        for code in 0x2E80..=0x2FD5 {
            let Some(c) = char::from_u32(code) else { continue };
            assert_eq!(mend_char(c).len_utf8(), c.len_utf8(), "{c}");
        }
    }
}

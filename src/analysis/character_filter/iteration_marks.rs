//! Iteration marks after kana, spelled out: `すゝめ` is `すすめ`, `たゞし` is `ただし`.
//!
//! `々` stays: the words it stands in are entries of the dictionary (日々, 時々) and have lemmas of their own.
//! `〱`, which repeats several characters, stays too: nothing says how many.

use unicode_normalization::UnicodeNormalization;

use super::Cluster;

const VOICED_MARK: char = '\u{3099}';

pub(super) fn filter(cluster: &mut Cluster) {
    let Some(mark) = cluster.single() else { return };
    let Some(before) = cluster.before else { return };
    let repeated = match mark {
        'ゝ' if is_hiragana(before) => plain(before),
        'ゞ' if is_hiragana(before) => voiced(before),
        'ヽ' if is_katakana(before) => plain(before),
        'ヾ' if is_katakana(before) => voiced(before),
        _ => return,
    };
    cluster.replace(repeated);
}

fn is_hiragana(character: char) -> bool {
    matches!(character, 'ぁ'..='ゖ')
}

fn is_katakana(character: char) -> bool {
    matches!(character, 'ァ'..='ヺ')
}

/// The kana without its voiced mark: the `つ` of `づゝ`.
fn plain(kana: char) -> char {
    std::iter::once(kana).nfd().next().unwrap_or(kana)
}

/// The kana with the voiced mark; itself where it takes none.
fn voiced(kana: char) -> char {
    let mut composed = [plain(kana), VOICED_MARK].into_iter().nfc();
    match (composed.next(), composed.next()) {
        (Some(voiced), None) => voiced,
        _ => kana,
    }
}

#[cfg(test)]
mod tests {
    use crate::analysis::character_filter::fold_for_segmenter;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let folded = fold_for_segmenter(text);
        assert_eq!(folded.text, expected, "{text}");
        // The mark and the kana are equally long in most texts; the way back must hold in all of them.
        assert_eq!(folded.offsets.original(0..expected.len()), 0..text.len(), "{text}");
    }

    #[test]
    fn the_mark_repeats_the_kana_before_it() {
        check("すゝめ", "すすめ");
        check("たゞし", "ただし");
        check("づゝ", "づつ");
        check("つゝゞ", "つつづ");
        check("バナヽ", "バナナ");
        check("カヾミ", "カガミ");
        check("ｶヾﾐ", "カガミ");
        check("かゝ\u{3099}み", "かがみ");
    }

    #[test]
    fn a_mark_that_repeats_nothing_stays() {
        check("ゝ", "ゝ");
        check("窓ゝ", "窓ゝ");
        check("アゝ", "アゝ");
        check("あゞ", "ああ");
        check("日々", "日々");
    }
}

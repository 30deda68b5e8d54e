//! Which hiragana a hand takes for another.
//!
//! Almost everybody types Japanese in Latin letters, so a slip is one key: its neighbour (の for に), one that was not
//! struck (え for れ), or one too many. A voicing mark or a small letter forgotten is one, too.
//! Letters that are further apart are rather other words: より and かり, そして and として.

/// Letters and the keys that they are typed with.
const KEYS: &[(&str, &str)] = &[
    ("あいうえお", ""),
    ("かきくけこ", "k"),
    ("さしすせそ", "s"),
    ("たちつてと", "t"),
    ("なにぬねの", "n"),
    ("はひふへほ", "h"),
    ("まみむめも", "m"),
    ("らりるれろ", "r"),
    ("がぎぐげご", "g"),
    ("ざじずぜぞ", "z"),
    ("だぢづでど", "d"),
    ("ばびぶべぼ", "b"),
    ("ぱぴぷぺぽ", "p"),
];

/// Letters outside the rows of five.
const OTHERS: &[(char, &str, char)] =
    &[('や', "y", 'a'), ('ゆ', "y", 'u'), ('よ', "y", 'o'), ('わ', "w", 'a'), ('を', "w", 'o')];

const VOWELS: [char; 5] = ['a', 'i', 'u', 'e', 'o'];

/// Keys that lie side by side, each pair once.
const NEIGHBOURS: &[&str] = &[
    "ui", "io", "sd", "zs", "dg", "gh", "hn", "bn", "nm", "hy", "gt", "rt", "ty", "bg", "bh", "kn",
    "km", "ds", "gb",
];

/// A letter without voicing mark and size, for those that have several forms.
const FORMS: &[&str] = &[
    "かが",
    "きぎ",
    "くぐ",
    "けげ",
    "こご",
    "さざ",
    "しじ",
    "すず",
    "せぜ",
    "そぞ",
    "ただ",
    "ちぢ",
    "つづっ",
    "てで",
    "とど",
    "はばぱ",
    "ひびぴ",
    "ふぶぷ",
    "へべぺ",
    "ほぼぽ",
    "あぁ",
    "いぃ",
    "うぅ",
    "えぇ",
    "おぉ",
    "やゃ",
    "ゆゅ",
    "よょ",
    "わゎ",
];

/// Whether one slip of the hand makes one letter of the other.
pub(super) fn is_slip(one: u16, other: u16) -> bool {
    let letter = |sign: u16| char::from_u32(u32::from(sign));
    let (Some(one), Some(other)) = (letter(one), letter(other)) else { return false };
    if one == other {
        return false;
    }
    if FORMS.iter().any(|forms| forms.contains(one) && forms.contains(other)) {
        return true;
    }
    let (Some((consonant, vowel)), Some((other_consonant, other_vowel))) =
        (typed(one), typed(other))
    else {
        return false;
    };
    match (consonant == other_consonant, vowel == other_vowel) {
        (true, false) => are_neighbours(&vowel.to_string(), &other_vowel.to_string()),
        (false, true) => {
            consonant.is_empty()
                || other_consonant.is_empty()
                || are_neighbours(consonant, other_consonant)
        }
        _ => false,
    }
}

/// The keys of a letter: a consonant, or none, and a vowel.
fn typed(letter: char) -> Option<(&'static str, char)> {
    if let Some((_, consonant, vowel)) = OTHERS.iter().find(|(other, ..)| *other == letter) {
        return Some((consonant, *vowel));
    }
    KEYS.iter().find_map(|(row, consonant)| {
        let at = row.chars().position(|c| c == letter)?;
        Some((*consonant, VOWELS[at]))
    })
}

fn are_neighbours(one: &str, other: &str) -> bool {
    NEIGHBOURS
        .iter()
        .any(|pair| *pair == format!("{one}{other}") || *pair == format!("{other}{one}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(one: char, other: char, expected: bool) {
        assert_eq!(is_slip(one as u16, other as u16), expected, "{one}{other}");
        assert_eq!(is_slip(other as u16, one as u16), expected, "{other}{one}");
    }

    #[test]
    fn one_key_is_a_slip() {
        check('の', 'に', true);
        check('え', 'れ', true);
        check('つ', 'っ', true);
        check('か', 'が', true);
        check('み', 'む', true);
    }

    #[test]
    fn letters_far_apart_are_other_words() {
        check('そ', 'と', false);
        check('つ', 'ら', false);
        check('や', 'の', false);
        check('も', 'を', false);
        check('の', 'の', false);
    }
}

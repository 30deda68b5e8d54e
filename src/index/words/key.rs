//! The terms of the field `words`: what is known of a word in one term, so that the term dictionary is the vocabulary.
//!
//! ```text
//! s  folded surface   reading   cut   surface     found by what is typed
//! r  reading          surface   cut               found by how it is read
//! v  units            surface                     other spellings of the same units
//! ```
//!
//! The first character is the kind; U+001F, which no word holds, stands between the parts, and empty parts at the end
//! are left out.
//! There are as many terms as words, and each costs what it does not share with the one before it, so that what can be
//! told from the other parts is left empty: a surface that is its own folded form or reading, the units that are the
//! whole word.
//! A *cut* says where the folded surface falls into units, or else which units they are.

use std::borrow::Cow;

use crate::analysis;
use crate::analysis::Word;

/// Stands between the parts of a term.
pub(super) const SEPARATOR: char = '\u{1F}';

/// Terms that begin with the folded surface.
pub(super) const SURFACE: u8 = b's';
/// Terms that begin with the reading.
pub(super) const READING: u8 = b'r';
/// Terms that begin with the units.
pub(super) const SPELLING: u8 = b'v';

/// Katakana by the byte that stands for each: the first of either are the most frequent ones, since the term
/// dictionary writes those bytes in half the space.
const KANA: &str = "ンイウシカクコョーキトジュツサタケリセスラッアチテナガルオソニハマヒフホミメモヤロレゴギデドブバゲグムヨワエネノユヘダボズビベャプパポピペヌザゼゾヂヅェィォァゥヴヱヰヲヶヵヮヷヸヹヺヽヾ・";
const BYTES: &str = "te/oasripcnw.hlm-du012g=:bf3y5&_4v9678k%?xCDASFIBEjPTzRNM+LOqHGWUVYKJZXQ,;)(~[]$!'*@\"#<>\\^`{|}";

/// Words of more units are found by their surface only: they are half of all words, and their parts are found.
const MAX_UNITS: usize = 2;

/// A word of the index, with the number of records that hold it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct KnownWord {
    /// As it is shown: the width folded, the case kept.
    pub surface: String,
    /// In katakana; empty where it is not known, and of what [`Vocabulary::spellings`](super::Vocabulary::spellings) gives.
    pub reading: String,
    /// The terms of its units, in order.
    pub units: Vec<String>,
    /// Live records that hold the word so written, so read and so cut.
    pub count: usize,
}

/// Calls `each` with every term of a word.
pub(in crate::index) fn for_each_term(word: &Word, mut each: impl FnMut(String)) {
    let folded = analysis::fold(&word.surface).text;
    let cut = cut(&word.terms, &folded);
    let if_other = |than: &str| if word.surface == than { "" } else { &word.surface };
    let reading = written_reading(&word.reading).unwrap_or_default();
    each(term(SURFACE, &[&folded, &reading, &cut, if_other(&folded)]));
    let is_short = word.terms.len() <= MAX_UNITS;
    if !reading.is_empty() && is_short {
        each(term(READING, &[&reading, if_other(&word.reading), &cut]));
    }
    // A word with a unit that is left out is no spelling of what is left.
    if cut.starts_with(UNITS) && is_short && !word.holds_grammar {
        each(term(SPELLING, &[&word.terms.join(" "), &word.surface]));
    }
}

/// The term under which a word is found by its surface.
pub(super) fn surface_term(word: &KnownWord) -> String {
    let folded = analysis::fold(&word.surface).text;
    let reading = written_reading(&word.reading).unwrap_or_default();
    let surface = if word.surface == folded { "" } else { &word.surface };
    term(SURFACE, &[&folded, &reading, &cut(&word.units, &folded), surface])
}

fn term(kind: u8, parts: &[&str]) -> String {
    let n_parts = parts.iter().rposition(|part| !part.is_empty()).map_or(0, |last| last + 1);
    let mut term = String::from(char::from(kind));
    for (n, part) in parts[..n_parts].iter().enumerate() {
        if 0 < n {
            term.push(SEPARATOR);
        }
        term.push_str(part);
    }
    term
}

/// The word of a term; `None` for a term that was not written here.
pub(super) fn read(term: &[u8], count: usize) -> Option<KnownWord> {
    let (kind, parts) = std::str::from_utf8(term).ok()?.split_at_checked(1)?;
    let mut parts = parts.split(SEPARATOR);
    let first = parts.next().filter(|first| !first.is_empty())?;
    let mut next = || parts.next().unwrap_or_default();
    let or =
        |part: &str, other: &str| if part.is_empty() { other.to_owned() } else { part.to_owned() };
    let (surface, reading, units) = match *kind.as_bytes().first()? {
        SURFACE => {
            let (reading, cut) = (read_reading(next())?, next());
            (or(next(), first), reading, units(cut, first))
        }
        READING => {
            let reading = read_reading(first)?;
            let surface = or(next(), &reading);
            let units = units(next(), &analysis::fold(&surface).text);
            (surface, reading, units)
        }
        SPELLING => {
            (next().to_owned(), String::new(), first.split(' ').map(str::to_owned).collect())
        }
        _ => return None,
    };
    Some(KnownWord { surface, reading, units, count })
}

/// The first part of a term, without its kind.
pub(super) fn first_part(term: &[u8]) -> &[u8] {
    let part = term.get(1..).unwrap_or_default();
    part.split(|byte| *byte == SEPARATOR as u8).next().unwrap_or_default()
}

/// A reading as it stands in terms, a byte for each kana; `None` if it is not all katakana.
pub(super) fn written_reading(reading: &str) -> Option<String> {
    let byte = |kana| KANA.chars().zip(BYTES.chars()).find(|(known, _)| *known == kana);
    reading.chars().map(|kana| byte(kana).map(|(_, byte)| byte)).collect()
}

/// The mark of a long vowel, as it stands in terms.
pub(super) const LONG_VOWEL: u8 = b'p';

fn read_reading(written: &str) -> Option<String> {
    let kana = |byte| KANA.chars().zip(BYTES.chars()).find(|(_, known)| *known == byte);
    written.chars().map(|byte| kana(byte).map(|(kana, _)| kana)).collect()
}

/// Begins a cut that names its units.
const UNITS: char = ' ';

/// How `folded` falls into `units`: the length of each but the last in characters, `a` for one;
/// nothing if it is the only unit; the units themselves if they are not written so.
fn cut<'c>(units: &[String], folded: &str) -> Cow<'c, str> {
    let mut lengths = String::new();
    let mut rest = folded;
    for unit in units {
        let length =
            u8::try_from(unit.chars().count()).ok().and_then(|n| (b'a' - 1).checked_add(n));
        match (rest.strip_prefix(unit.as_str()), length) {
            (Some(after), Some(length @ b'a'..=b'z')) => {
                lengths.push(char::from(length));
                rest = after;
            }
            _ => return named(units),
        }
    }
    if !rest.is_empty() {
        return named(units);
    }
    lengths.pop();
    lengths.into()
}

fn named<'c>(units: &[String]) -> Cow<'c, str> {
    format!("{UNITS}{}", units.join(" ")).into()
}

fn units(cut: &str, folded: &str) -> Vec<String> {
    if let Some(named) = cut.strip_prefix(UNITS) {
        return named.split(' ').map(str::to_owned).collect();
    }
    let mut units = Vec::new();
    let mut rest = folded;
    for length in cut.bytes() {
        let length = usize::from(length.saturating_sub(b'a') + 1);
        let end = rest.char_indices().nth(length).map_or(rest.len(), |(at, _)| at);
        units.push(rest[..end].to_owned());
        rest = &rest[end..];
    }
    units.push(rest.to_owned());
    units
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(surface: &str, reading: &str, terms: &[&str]) -> Word {
        Word {
            surface: surface.to_owned(),
            reading: reading.to_owned(),
            terms: terms.iter().map(|&term| term.to_owned()).collect(),
            holds_grammar: false,
        }
    }

    #[track_caller]
    fn check(word: &Word, expected: &[&str]) {
        let mut terms = Vec::new();
        for_each_term(word, |term| {
            let known = read(term.as_bytes(), 3).expect("a term of a word");
            assert_eq!(
                (&known.surface, &known.units, known.count),
                (&word.surface, &word.terms, 3)
            );
            assert!(known.reading == word.reading || term.starts_with('v'), "{term}");
            terms.push(term.replace(SEPARATOR, "|"));
        });
        assert_eq!(terms, expected);
    }

    #[test]
    fn a_word_is_found_by_surface_and_reading() {
        check(
            &word("個人情報", "コジンジョウホウ", &["個人", "情報"]),
            &["s個人情報|rwtwi/6/|b", "rrwtwi/6/|個人情報|b"],
        );
        check(&word("保育", "ホイク", &["保育"]), &["s保育|6es", "r6es|保育"]);
        check(&word("PCR", "", &["pcr"]), &["spcr|||PCR"]);
        check(&word("ゆず", "ユズ", &["ゆず"]), &["sゆず|Mq", "rMq|ゆず"]);
        check(&word("ミカン", "ミカン", &["ミカン"]), &["sミカン|7at", "r7at"]);
    }

    #[test]
    fn another_spelling_is_found_by_its_units() {
        check(
            &word("問合せ", "トイアワセ", &["問い合わせ"]),
            &["s問合せ|negTu| 問い合わせ", "rnegTu|問合せ| 問い合わせ", "v問い合わせ|問合せ"],
        );
        check(
            &word("センター", "センター", &["センタ"]),
            &["sセンター|utmp| センタ", "rutmp|| センタ", "vセンタ|センター"],
        );
    }

    #[test]
    fn every_kana_has_a_byte_of_its_own() {
        let sorted = |text: &str| {
            let mut characters: Vec<char> = text.chars().collect();
            characters.sort_unstable();
            characters
        };
        let all: Vec<char> = ('ァ'..='ヾ').collect();
        assert_eq!(sorted(KANA), all);
        let bytes = sorted(BYTES);
        assert!(bytes.windows(2).all(|pair| pair[0] != pair[1]));
        assert!(bytes.len() >= all.len() && bytes.iter().all(char::is_ascii_graphic));
        assert_eq!(written_reading("ー").as_deref(), Some("p"));
        assert_eq!(written_reading("ホ育"), None);
    }

    #[test]
    fn what_is_no_term_is_no_word() {
        for term in [&b""[..], b"s", b"r", "x一".as_bytes(), &[0xff, 0xff], "r一".as_bytes()] {
            assert_eq!(read(term, 1), None, "{term:?}");
        }
    }
}

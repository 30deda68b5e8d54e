//! The terms of the field `words`: what is known of a word in one term, so that the term dictionary is the vocabulary.
//!
//! ```text
//! s  folded surface   surface   reading   units     found by what is typed
//! r  reading          surface   units               found by how it is read
//! v  units            surface                       other spellings of the same units
//! ```
//!
//! The first character is the kind; U+001F, which no word holds, stands between the parts.

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
pub(in crate::index) fn for_each_term(word: &Word, term: &mut String, mut each: impl FnMut(&str)) {
    let folded = analysis::fold(&word.surface).text;
    let units = word.terms.join(" ");
    write(term, SURFACE, &[&folded, &word.surface, &word.reading, &units]);
    each(term);
    if !word.reading.is_empty() {
        write(term, READING, &[&word.reading, &word.surface, &units]);
        each(term);
    }
    if !is_written_in(&word.terms, &folded) {
        write(term, SPELLING, &[&units, &word.surface]);
        each(term);
    }
}

fn write(term: &mut String, kind: u8, parts: &[&str]) {
    term.clear();
    term.push(char::from(kind));
    for (n, part) in parts.iter().enumerate() {
        if 0 < n {
            term.push(SEPARATOR);
        }
        term.push_str(part);
    }
}

/// Whether the units one after the other are `folded`.
fn is_written_in(units: &[String], folded: &str) -> bool {
    let mut rest = folded;
    units.iter().all(|unit| match rest.strip_prefix(unit.as_str()) {
        Some(after) => {
            rest = after;
            true
        }
        None => false,
    }) && rest.is_empty()
}

/// The word of a term; `None` for a term that was not written here.
pub(super) fn read(term: &[u8], count: usize) -> Option<KnownWord> {
    let (kind, parts) = std::str::from_utf8(term).ok()?.split_at_checked(1)?;
    let mut parts = parts.split(SEPARATOR);
    let first = parts.next()?;
    let (surface, reading, units) = match kind.as_bytes().first()? {
        &SURFACE => (parts.next()?, parts.next()?, parts.next()?),
        &READING => (parts.next()?, first, parts.next()?),
        &SPELLING => (parts.next()?, "", first),
        _ => return None,
    };
    Some(KnownWord {
        surface: surface.to_owned(),
        reading: reading.to_owned(),
        units: units.split(' ').map(str::to_owned).collect(),
        count,
    })
}

/// The first part of a term, without its kind.
pub(super) fn first_part(term: &[u8]) -> &[u8] {
    let part = term.get(1..).unwrap_or_default();
    part.split(|byte| *byte == SEPARATOR as u8).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(surface: &str, reading: &str, terms: &[&str]) -> Word {
        Word {
            surface: surface.to_owned(),
            reading: reading.to_owned(),
            terms: terms.iter().map(|&term| term.to_owned()).collect(),
        }
    }

    #[track_caller]
    fn check(word: &Word, expected: &[&str]) {
        let mut terms = Vec::new();
        for_each_term(word, &mut String::new(), |term| terms.push(term.replace(SEPARATOR, "|")));
        assert_eq!(terms, expected);
    }

    #[test]
    fn a_word_is_found_by_surface_and_reading() {
        check(
            &word("個人情報", "コジンジョウホウ", &["個人", "情報"]),
            &[
                "s個人情報|個人情報|コジンジョウホウ|個人 情報",
                "rコジンジョウホウ|個人情報|個人 情報",
            ],
        );
        check(&word("PCR", "", &["pcr"]), &["spcr|PCR||pcr"]);
    }

    #[test]
    fn another_spelling_is_found_by_its_units() {
        check(
            &word("問合せ", "トイアワセ", &["問い合わせ"]),
            &[
                "s問合せ|問合せ|トイアワセ|問い合わせ",
                "rトイアワセ|問合せ|問い合わせ",
                "v問い合わせ|問合せ",
            ],
        );
    }

    #[test]
    fn a_term_gives_its_word_back() {
        let given = word("サーバー室", "サーバーシツ", &["サーバ", "室"]);
        for_each_term(&given, &mut String::new(), |term| {
            let known = read(term.as_bytes(), 3).expect("a term of a word");
            assert_eq!(
                (known.surface, known.units, known.count),
                (given.surface.clone(), given.terms.clone(), 3)
            );
            assert!(known.reading == given.reading || term.starts_with('v'));
        });
        assert_eq!(read(b"", 1), None);
        assert_eq!(read("x一".as_bytes(), 1), None);
        assert_eq!(read(&[0xff, 0xff], 1), None);
    }
}

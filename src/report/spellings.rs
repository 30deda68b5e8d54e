//! Words that one office writes in several ways.
//!
//! The analysis knows which writings are one word: it finds them all under one term.
//! Two writings are a mixed spelling when they have one term and one reading and differ in nothing but how much is written
//! in kana, in the long vowels of katakana, or in the width of Latin letters.
//! Writings with different ideographs (取る, 採る) are words of their own here: which is right depends on the sense.

use std::collections::{BTreeMap, HashMap};

use crate::analysis::{Word, Worker, is_hiragana, is_kanji};

use super::findings::SpellingKind;

/// Beyond this many writings no new ones are counted.
const MOST_WRITINGS: usize = 1_000_000;

/// Records that are named for each form.
const MOST_PLACES: usize = 3;

/// Words in hiragana with fewer characters are as often grammar as content: こと, とき, ため.
const LEAST_HIRAGANA: usize = 3;

/// The writings of a collection as far as it is read.
#[derive(Default)]
pub(super) struct Spellings {
    offices: HashMap<Option<String>, u32>,
    /// By office and writing.
    uses: HashMap<(u32, Writing), Use>,
    /// The words of the text at hand.
    words: Vec<Word>,
}

#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
struct Writing {
    term: String,
    reading: String,
    form: String,
}

#[derive(Default)]
struct Use {
    n_records: u32,
    /// The numbers of the first records.
    records: Vec<u32>,
}

/// A form with the number of records that have it, and the first of them.
pub(super) type Form = (String, u32, Vec<u32>);

/// A word that an office writes in several ways.
pub(super) struct Mixed {
    pub(super) organization: Option<String>,
    pub(super) kind: SpellingKind,
    /// The most frequent first.
    pub(super) forms: Vec<Form>,
}

impl Spellings {
    /// Counts the words of a record's text.
    pub(super) fn add(
        &mut self,
        text: &str,
        office: Option<&str>,
        record: u32,
        worker: &mut Worker,
    ) {
        let office = self.office(office);
        let mut words = std::mem::take(&mut self.words);
        worker.words(text, &mut words);
        for word in &words {
            if let Some(writing) = writing(word, text) {
                self.count(office, writing, record);
            }
        }
        self.words = words;
    }

    fn office(&mut self, office: Option<&str>) -> u32 {
        let office = office.map(str::to_owned);
        let next = u32::try_from(self.offices.len()).unwrap_or(u32::MAX);
        *self.offices.entry(office).or_insert(next)
    }

    fn count(&mut self, office: u32, writing: Writing, record: u32) {
        let n_writings = self.uses.len();
        let key = (office, writing);
        let known = match self.uses.get_mut(&key) {
            Some(known) => known,
            None if n_writings < MOST_WRITINGS => self.uses.entry(key).or_default(),
            None => return,
        };
        if known.records.last() == Some(&record) {
            return;
        }
        known.n_records += 1;
        if known.records.len() < MOST_PLACES {
            known.records.push(record);
        }
    }

    /// Every word that an office writes in several ways, the most frequent first.
    pub(super) fn finish(self) -> Vec<Mixed> {
        let names: HashMap<u32, Option<String>> =
            self.offices.into_iter().map(|(name, number)| (number, name)).collect();
        let mut words: BTreeMap<(u32, String), Vec<(Writing, Use)>> = BTreeMap::new();
        for ((office, writing), used) in self.uses {
            let key = (office, writing.term.clone());
            words.entry(key).or_default().push((writing, used));
        }
        let mut mixed = Vec::new();
        for ((office, _), mut writings) in words {
            writings.sort_by(|(a, x), (b, y)| y.n_records.cmp(&x.n_records).then(a.cmp(b)));
            for (kind, forms) in mixed_in(writings) {
                let organization = names.get(&office).cloned().flatten();
                mixed.push(Mixed { organization, kind, forms });
            }
        }
        let n_records = |mixed: &Mixed| mixed.forms.iter().map(|(_, n, _)| *n).sum::<u32>();
        mixed.sort_by(|a, b| {
            a.kind.cmp(&b.kind).then(n_records(b).cmp(&n_records(a))).then(a.forms.cmp(&b.forms))
        });
        mixed
    }
}

/// The groups of writings of one term that are one word, each round its most frequent form.
fn mixed_in(mut writings: Vec<(Writing, Use)>) -> Vec<(SpellingKind, Vec<Form>)> {
    let mut groups = Vec::new();
    while writings.len() > 1 {
        let (first, first_use) = writings.remove(0);
        let mut kind = None;
        let mut forms = vec![(first.form.clone(), first_use.n_records, first_use.records)];
        let mut others = Vec::new();
        for (writing, used) in writings {
            match difference(&first, &writing) {
                Some(found) => {
                    kind = Some(kind.map_or(found, |kind: SpellingKind| kind.min(found)));
                    forms.push((writing.form, used.n_records, used.records));
                }
                None => others.push((writing, used)),
            }
        }
        groups.extend(kind.map(|kind| (kind, forms)));
        writings = others;
    }
    groups
}

/// How a word is written in the text; nothing for words that are not compared.
fn writing(word: &Word, text: &str) -> Option<Writing> {
    let [term] = word.terms.as_slice() else { return None };
    if word.holds_grammar || word.surface.chars().count() < 2 {
        return None;
    }
    let is_latin = word.surface.chars().all(|c| c.is_ascii_alphabetic());
    // Words are told with their width folded.
    let form = if is_latin && !text.contains(&word.surface) {
        wide(&word.surface)
    } else {
        word.surface.clone()
    };
    Some(Writing { term: term.clone(), reading: word.reading.clone(), form })
}

fn wide(word: &str) -> String {
    let wide = |c: char| char::from_u32(c as u32 + 0xFEE0).unwrap_or(c);
    word.chars().map(|c| if c.is_ascii() { wide(c) } else { c }).collect()
}

/// What two writings of a term differ in, if they are one word.
fn difference(one: &Writing, other: &Writing) -> Option<SpellingKind> {
    let (a, b) = (&one.form, &other.form);
    let all = |test: fn(char) -> bool| a.chars().chain(b.chars()).all(test);
    if all(|c| c.is_ascii_alphabetic() || matches!(c, 'Ａ'..='Ｚ' | 'ａ'..='ｚ')) {
        // Another case is another word as often as not: Data, DATA.
        return (wide(a) == wide(b)).then_some(SpellingKind::Width);
    }
    if all(|c| matches!(c, 'ァ'..='ヺ' | 'ー' | '・')) {
        return Some(SpellingKind::Katakana);
    }
    let is_same_reading =
        one.reading.is_empty() || other.reading.is_empty() || one.reading == other.reading;
    let is_hiragana_or_kanji =
        all(|c| is_hiragana(c) || is_kanji(c) || matches!(c, '々' | 'ヶ' | 'ケ' | 'ー'));
    if !is_same_reading || !is_hiragana_or_kanji {
        return None;
    }
    let kanji = |text: &str| -> Vec<char> { text.chars().filter(|c| !is_hiragana(*c)).collect() };
    let (in_a, in_b) = (kanji(a), kanji(b));
    if in_a == in_b {
        return (!in_a.is_empty()).then_some(SpellingKind::Okurigana);
    }
    let (fewer, more) = if in_a.len() < in_b.len() { (&in_a, &in_b) } else { (&in_b, &in_a) };
    let is_part = is_subsequence(fewer, more) && fewer.len() < more.len();
    let is_long =
        |text: &str| !text.chars().all(is_hiragana) || LEAST_HIRAGANA <= text.chars().count();
    (is_part && is_long(a) && is_long(b)).then_some(SpellingKind::KanjiOrKana)
}

fn is_subsequence(part: &[char], whole: &[char]) -> bool {
    let mut whole = whole.iter();
    part.iter().all(|c| whole.any(|other| other == c))
}

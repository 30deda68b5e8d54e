//! What is known of each word: the entry of the dictionary, passed through the token filters once and kept.
//!
//! The units of an entry and their lemmas were worked out when the dictionary was built.
//! In the entry's field they are joined by spaces; every unit but the last is `lemma/surface`, or the lemma alone where
//! it is the surface, and the last takes the rest of the token.
//! A lemma after `~` is a word of grammar inside a longer one: the `せる` of `待たせる`.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use lindera::dictionary::{Dictionary, UserDictionary, WordId};
use lindera_dictionary::viterbi::LexType;

use crate::analysis::Origin;
use crate::analysis::offsets::OffsetMap;
use crate::analysis::script::is_kanji;
use crate::analysis::segmenter::Segment;
use crate::analysis::token_filter::Stop;
use crate::analysis::token_filter::katakana_stem::katakana_stem;
use crate::analysis::user_words::{PART_OF_SPEECH, UserWord};
use crate::analysis::word_lists::WordLists;

/// The fields of an entry, as the dictionary holds them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields<'a> {
    pub(crate) part_of_speech: &'a str,
    /// `*` where it is the surface, as in the next two.
    pub(crate) base_form: &'a str,
    pub(crate) reading: &'a str,
    units: &'a str,
}

/// What becomes of a word wherever it stands.
#[derive(Clone, Debug, Default)]
pub(crate) struct Entry {
    /// Why the whole word is without content, if it is.
    pub(crate) stop: Option<Stop>,
    /// Whether the word takes no position: what stands on both sides of it stands together.
    pub(crate) joins: bool,
    pub(crate) units: Vec<EntryUnit>,
    /// The part it plays in the words that people type.
    pub(crate) kind: Kind,
    /// In katakana, as all readings; empty where it is not known.
    pub(crate) reading: String,
    /// The form that the dictionary lists; of an inflected word only.
    pub(crate) base_form: String,
    /// The reading of the base form.
    pub(crate) base_reading: String,
}

/// The part that an entry plays in the words that people type.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Kind {
    /// None: grammar, numbers, signs.
    #[default]
    Nothing,
    /// The hyphen inside `e-ラーニング`.
    Joint,
    Noun,
    /// A word only with a noun after it, and alone.
    Prefix,
    /// A word only with a noun before it, and alone.
    Suffix,
    /// A verb or an adjective.
    Inflected,
}

/// A unit of an entry.
#[derive(Clone, Debug)]
pub(crate) struct EntryUnit {
    pub(crate) term: String,
    /// Why it is without content, if it is.
    pub(crate) stop: Option<Stop>,
    /// Where the unit lies in the surface, in bytes; all of it where the unit's own part is not known.
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl Entry {
    /// Fills in what is known of the word as it is typed.
    fn tell(&mut self, fields: &Fields<'_>, surface: &str) {
        if self.kind == Kind::Nothing || self.kind == Kind::Joint {
            return;
        }
        self.reading = reading(or(fields.reading, surface));
        if self.kind == Kind::Inflected {
            or(fields.base_form, surface).clone_into(&mut self.base_form);
            self.base_reading = base_reading(surface, &self.reading, &self.base_form);
        }
    }

    /// How many positions the word takes.
    pub(crate) fn n_positions(&self) -> u32 {
        if self.joins { 0 } else { u32::try_from(self.units.len()).unwrap_or(u32::MAX) }
    }
}

impl EntryUnit {
    /// Where the unit stands in the original text, as a part of `segment`.
    pub(crate) fn range(&self, segment: Segment, offsets: &OffsetMap) -> Range<usize> {
        offsets.original(segment.start + self.start..segment.start + self.end)
    }
}

/// The dictionaries and the filters, shared by all threads.
pub(crate) struct Lexicon {
    pub(crate) dictionary: Arc<Dictionary>,
    pub(crate) user_dictionary: Option<Arc<UserDictionary>>,
    pub(crate) lists: WordLists,
    /// The own words, by number.
    user_entries: Vec<Entry>,
}

impl Lexicon {
    /// The carried dictionary with the lists.
    pub(crate) fn new(dictionary: Dictionary, lists: WordLists) -> lindera::LinderaResult<Lexicon> {
        let user_dictionary = lists.user_words.dictionary()?.map(Arc::new);
        let dictionary = Arc::new(dictionary);
        let mut lexicon = Lexicon { dictionary, user_dictionary, lists, user_entries: Vec::new() };
        lexicon.user_entries =
            lexicon.lists.user_words.iter().map(|word| lexicon.user_entry(word)).collect();
        Ok(lexicon)
    }

    /// The fields of a word; of one that the dictionary does not know, the part of speech it is taken for.
    pub(crate) fn fields(&self, word: WordId) -> Fields<'_> {
        let number = word.id() as usize;
        match word.lex_type() {
            LexType::System => fields(self.dictionary.word_details_iter(number)),
            LexType::Unknown => fields(self.dictionary.unknown_word_details_iter(number)),
            LexType::User => {
                let reading = self.lists.user_words.get(number);
                let reading = reading.map_or("*", |(word, _)| word.reading.as_str());
                let part_of_speech = PART_OF_SPEECH;
                Fields { part_of_speech, base_form: "*", reading, units: "*" }
            }
        }
    }

    /// The parts of speech of all entries.
    pub(crate) fn parts_of_speech(&self) -> HashSet<&str> {
        self.carried_fields().map(|fields| fields.part_of_speech).collect()
    }

    /// Those of `wanted` that are a unit of some entry.
    ///
    /// An entry whose unit is its surface says so by `*` and is not looked at: a text of the term alone gives it.
    pub(crate) fn given_among<'w>(&self, mut wanted: HashSet<&'w str>) -> HashSet<&'w str> {
        let all = wanted.clone();
        for fields in self.carried_fields() {
            if fields.units == "*" {
                remove(&mut wanted, fields.base_form);
                continue;
            }
            for part in fields.units.split(' ') {
                let lemma = part.split_once('/').map_or(part, |(lemma, _)| lemma);
                remove(&mut wanted, lemma.trim_start_matches('~'));
            }
        }
        for unit in self.user_entries.iter().flat_map(|entry| &entry.units) {
            wanted.remove(unit.term.as_str());
        }
        &all - &wanted
    }

    fn carried_fields(&self) -> impl Iterator<Item = Fields<'_>> {
        const INDEX_BYTES: usize = 4;
        let n = self.dictionary.prefix_dictionary.words_idx_data.len() / INDEX_BYTES;
        (0..n).map(|number| fields(self.dictionary.word_details_iter(number)))
    }

    /// Where a word is known from.
    pub(crate) fn origin(&self, word: WordId) -> Origin {
        let line = |number| self.lists.user_words.get(number).map(|(_, line)| line);
        match word.lex_type() {
            LexType::System => Origin::Dictionary(word.id()),
            LexType::User => line(word.id() as usize).map_or(Origin::Unknown, Origin::UserWords),
            LexType::Unknown => Origin::Unknown,
        }
    }

    /// The word as the token filters leave it.
    pub(crate) fn entry(&self, word: WordId, surface: &str) -> Entry {
        if word.lex_type() == LexType::User {
            return self.known_user_entry(word).cloned().unwrap_or_default();
        }
        let fields = self.fields(word);
        let units: Vec<EntryUnit> =
            cut(&fields, surface).into_iter().map(|unit| self.filter(unit, surface)).collect();
        let part_of_speech = (!word.is_unknown()).then_some(fields.part_of_speech);
        let stop = self.stop(part_of_speech, surface);
        let has_content = stop.is_none() && units.iter().any(|unit| unit.stop.is_none());
        let mut entry = Entry {
            stop,
            joins: surface.chars().all(joins),
            units,
            kind: kind(fields.part_of_speech, surface, has_content),
            ..Entry::default()
        };
        entry.tell(&fields, surface);
        entry
    }

    /// An own word, which is kept; none for any other.
    pub(crate) fn known_user_entry(&self, word: WordId) -> Option<&Entry> {
        (word.lex_type() == LexType::User).then(|| self.user_entries.get(word.id() as usize))?
    }

    fn user_entry(&self, word: &UserWord) -> Entry {
        let mut start = 0;
        let units = word.units.iter().map(|part| {
            let end = start + part.surface.len();
            let unit = unit(&part.lemma, start, end);
            start = end;
            self.filter(unit, &word.surface)
        });
        let units: Vec<EntryUnit> = units.collect();
        let stop = self.stop(Some(PART_OF_SPEECH), &word.surface);
        let has_content = stop.is_none() && units.iter().any(|unit| unit.stop.is_none());
        Entry {
            stop,
            kind: kind(PART_OF_SPEECH, &word.surface, has_content),
            reading: word.reading.clone(),
            units,
            ..Entry::default()
        }
    }

    /// The token filters on one unit, in order.
    ///
    /// Stop words come last because they name terms in their final form.
    fn filter(&self, mut unit: EntryUnit, surface: &str) -> EntryUnit {
        katakana_stem(&mut unit.term);
        if is_one_hiragana(&surface[unit.start..unit.end]) {
            unit.stop = unit.stop.or(Some(Stop::Kana));
        }
        unit.stop = unit.stop.or_else(|| self.lists.stop_words.stops(&unit.term).map(Stop::Word));
        unit
    }

    /// Why a word is without content; one that the dictionary does not know has no part of speech.
    fn stop(&self, part_of_speech: Option<&str>, surface: &str) -> Option<Stop> {
        // A sign is no word whatever it is taken for, and an unknown word is one whatever its script is taken for.
        if !surface.chars().any(char::is_alphanumeric) {
            return Some(Stop::Sign);
        }
        let part_of_speech = part_of_speech?;
        // Whether a noun is tagged as one of grammar depends on its neighbours (`後`, `中`), and a passage would be cut
        // otherwise than its text; those written with kanji are left to the stop words, which name terms.
        if part_of_speech.starts_with("名詞") && surface.chars().any(is_kanji) {
            return None;
        }
        self.lists.stop_tags.stops(part_of_speech).map(Stop::Tag)
    }
}

fn fields<'d>(mut details: impl Iterator<Item = &'d str>) -> Fields<'d> {
    let mut next = || details.next().unwrap_or("*");
    Fields { part_of_speech: next(), base_form: next(), reading: next(), units: next() }
}

/// Removes what the term of a unit is under its last name.
fn remove(wanted: &mut HashSet<&str>, lemma: &str) {
    if wanted.contains(lemma) {
        wanted.remove(lemma);
    } else if lemma.ends_with('ー') {
        let mut stem = lemma.to_owned();
        katakana_stem(&mut stem);
        wanted.remove(stem.as_str());
    }
}

/// A field of the dictionary, which holds a star where it is the surface.
pub(crate) fn or<'a>(field: &'a str, surface: &'a str) -> &'a str {
    if field == "*" { surface } else { field }
}

fn kind(part_of_speech: &str, surface: &str, has_content: bool) -> Kind {
    if surface == "-" {
        return Kind::Joint;
    }
    let is = |tag: &str| part_of_speech.starts_with(tag);
    if !has_content
        || is("名詞-数")
        || is("接頭詞-数接続")
        || !surface.chars().any(char::is_alphabetic)
    {
        return Kind::Nothing;
    }
    match () {
        () if is("名詞-接尾") => Kind::Suffix,
        () if is("名詞") => Kind::Noun,
        () if is("接頭詞") => Kind::Prefix,
        () if is("動詞") || is("形容詞") => Kind::Inflected,
        () => Kind::Nothing,
    }
}

/// The reading in katakana, unless it is not known: an unknown word has its surface here.
pub(crate) fn reading(field: &str) -> String {
    let is_kana = |c| matches!(c, 'ァ'..='ヺ' | 'ー' | '・' | 'ぁ'..='ゖ');
    if !field.chars().all(is_kana) {
        return String::new();
    }
    field.chars().map(katakana).collect()
}

/// The reading of a base form: that of the inflected form, with the ending of the one put for that of the other.
///
/// Empty where the two differ in more than an ending of kana.
fn base_reading(surface: &str, reading: &str, base_form: &str) -> String {
    // The one verb whose stem is read in three ways.
    if base_form == "来る" {
        return "クル".to_owned();
    }
    let stem: usize = surface
        .chars()
        .zip(base_form.chars())
        .take_while(|(a, b)| a == b)
        .map(|(a, _)| a.len_utf8())
        .sum();
    let (ending, base_ending) =
        (self::reading(&surface[stem..]), self::reading(&base_form[stem..]));
    let is_known = ending.is_empty() == surface[stem..].is_empty()
        && base_ending.is_empty() == base_form[stem..].is_empty();
    match reading.strip_suffix(&ending) {
        Some(stem) if is_known && !stem.is_empty() => format!("{stem}{base_ending}"),
        _ => String::new(),
    }
}

/// The text with its hiragana as katakana, the form that readings have.
pub fn to_katakana(text: &str) -> String {
    text.chars().map(katakana).collect()
}

fn katakana(character: char) -> char {
    const DISTANCE: u32 = 'ア' as u32 - 'あ' as u32;
    match character {
        'ぁ'..='ゖ' => char::from_u32(character as u32 + DISTANCE).unwrap_or(character),
        _ => character,
    }
}

/// A single hiragana is an ending or a piece of one, whatever it is taken for: the `さ` of `安全さ`, the `つ` of `3つ`.
fn is_one_hiragana(written: &str) -> bool {
    let mut characters = written.chars();
    matches!((characters.next(), characters.next()), (Some('ぁ'..='ゖ'), None))
}

/// Whether a character parts no words: `ｅ－ラーニング` is `eラーニング`, and where a line was broken is chance.
fn joins(character: char) -> bool {
    character.is_whitespace() || matches!(character, '-' | '・')
}

/// The units of an entry with their places in its surface.
fn cut(fields: &Fields<'_>, surface: &str) -> Vec<EntryUnit> {
    if fields.units == "*" {
        let term = if fields.base_form == "*" { surface } else { fields.base_form };
        return vec![unit(term, 0, surface.len())];
    }
    let mut start = 0;
    let mut units = Vec::new();
    let mut parts = fields.units.split(' ').peekable();
    while let Some(part) = parts.next() {
        let (lemma, written) = part.split_once('/').unwrap_or((part, part.trim_start_matches('~')));
        let end = if parts.peek().is_some() { start + written.len() } else { surface.len() };
        units.push(match lemma.strip_prefix('~') {
            Some(lemma) => EntryUnit { stop: Some(Stop::Grammar), ..unit(lemma, start, end) },
            None => unit(lemma, start, end),
        });
        start = end;
    }
    // The dictionary was built so that this does not happen; a term without its place is better than none.
    if units.iter().any(|unit| surface.get(unit.start..unit.end).is_none_or(str::is_empty)) {
        for unit in &mut units {
            (unit.start, unit.end) = (0, surface.len());
        }
    }
    units
}

fn unit(term: &str, start: usize, end: usize) -> EntryUnit {
    EntryUnit { term: term.to_owned(), stop: None, start, end }
}

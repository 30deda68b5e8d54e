//! Finding again, in the text of a record, what a query asked for.

use std::ops::Range;

use crate::analysis;
use crate::analysis::{Folded, Unit};

use super::sentence_worker::SentenceWorker;
use super::widening::WideningKind;

/// One thing that a query asked for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Matcher {
    /// What is found.
    pub pattern: Pattern,
    /// Where it comes from.
    pub origin: Origin,
}

/// What a matcher finds.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Pattern {
    /// Units.
    Units {
        /// At these distances from the first.
        units: Vec<(u32, String)>,
        /// Spellings with endings, without them and folded: what a sentence holds that holds the units.
        /// Where nothing is known of spellings, every sentence may hold them.
        stems: Vec<Stem>,
        /// Spellings that are found by their characters, folded.
        plain: Vec<String>,
        /// Characters that another matcher finds: a sentence is looked into for a stem that stands elsewhere.
        found_beside: Option<String>,
    },
    /// Characters, folded.
    Substring(String),
}

impl Pattern {
    fn has_unit(&self, term: &str) -> bool {
        match self {
            Pattern::Units { units, .. } => units.iter().any(|(_, unit)| unit == term),
            Pattern::Substring(_) => false,
        }
    }
}

/// What every form of a word begins with.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Stem {
    /// The characters, folded.
    pub text: String,
    /// Whether the word has an ending behind them.
    pub has_ending: bool,
}

/// Why something is searched for.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Origin {
    /// The part of the query, as typed.
    pub from: String,
    /// The widening that led to it; none for the words themselves, in whatever spelling.
    pub widening: Option<WideningKind>,
    /// The line of the thesaurus, for a synonym.
    pub line: Option<usize>,
}

impl Origin {
    /// What is searched for because it was typed.
    pub fn typed(from: &str) -> Origin {
        Origin { from: from.to_owned(), widening: None, line: None }
    }
}

impl Matcher {
    /// Finds `units` at the distances they have; `spellings` are texts that they may be written as.
    pub fn units<'s>(
        units: &[Unit],
        spellings: impl IntoIterator<Item = &'s str>,
        origin: Origin,
    ) -> Matcher {
        let first = units.first().map_or(0, |unit| unit.position);
        let (mut stems, mut plain) = (Vec::new(), Vec::new());
        // The forms of a date begin with anything.
        if let Some(first) = units.first().filter(|unit| !analysis::is_date_term(&unit.term)) {
            for spelling in spellings {
                let folded = analysis::fold(spelling).text;
                if is_plain(&folded) { plain.push(folded) } else { stems.push(stem(folded)) }
            }
            let first = analysis::fold(&first.term).text;
            if !plain.iter().any(|plain| plain.starts_with(&first)) {
                stems.push(stem(first));
            }
            stems.sort_unstable();
            stems.dedup();
            plain.sort_unstable();
            plain.dedup();
        }
        let units = units.iter().map(|unit| (unit.position - first, unit.term.clone())).collect();
        let pattern = Pattern::Units { units, stems, plain, found_beside: None };
        Matcher { pattern, origin }
    }

    /// The same, where another matcher finds the characters of `text` itself.
    #[must_use]
    pub fn beside(mut self, text: &str) -> Matcher {
        if let Pattern::Units { found_beside, .. } = &mut self.pattern {
            *found_beside = Some(analysis::fold(text).text);
        }
        self
    }

    /// Finds the characters of `text`, width and case folded.
    pub fn substring(text: &str, origin: Origin) -> Matcher {
        Matcher { pattern: Pattern::Substring(analysis::fold(text).text), origin }
    }
}

impl Matcher {
    /// Whether a sentence, folded, is worth analysing for this.
    fn may_stand_in(&self, sentence: &str) -> bool {
        let Pattern::Units { stems, plain, found_beside, .. } = &self.pattern else {
            return false;
        };
        let n_beside = |stem: &str| {
            let found = found_beside.as_ref().filter(|found| found.contains(stem));
            found.map_or(0, |found| sentence.matches(found.as_str()).count())
        };
        stems.is_empty() && plain.is_empty()
            || stems.iter().any(|stem| match sentence.matches(stem.text.as_str()).count() {
                0 => false,
                // What was typed without an ending may have one here: 手続, 手続き.
                n_stems => stem.has_ending || n_beside(&stem.text) < n_stems,
            })
    }
}

/// Whether a word, folded, is found by its characters alone: it has no ending, and no single character to be mistaken.
fn is_plain(folded: &str) -> bool {
    let has_one_form = folded.chars().all(|c| analysis::is_kanji(c) || is_katakana(c));
    has_one_form && 2 <= folded.chars().count()
}

fn is_katakana(character: char) -> bool {
    analysis::is_kana(character) && !analysis::is_hiragana(character)
}

/// What every form of a word, folded, begins with: the word without its last hiragana.
fn stem(mut folded: String) -> Stem {
    // The last kana changes with the form (取り組む, 取り組み), of する and ずる both.
    let n_changing = if folded.ends_with("する") || folded.ends_with("ずる") { 2 } else { 1 };
    let changing = folded.char_indices().rev().take(n_changing);
    let changing = changing.take_while(|(_, c)| analysis::is_hiragana(*c));
    let stem = changing.last().map_or(folded.len(), |(start, _)| start);
    let first = folded.chars().next().map_or(0, char::len_utf8);
    let end = stem.max(first);
    let has_ending = end < folded.len();
    folded.truncate(end);
    Stem { text: folded, has_ending }
}

/// The positions of a sentence that was not looked into: more than any two units of a query are apart.
const SKIPPED: u32 = 1024;

/// How much of a text is analysed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Care {
    /// The sentences that hold a character which something asked for may begin with.
    Likely,
    /// Every sentence.
    Every,
}

/// A text made ready for finding: its units and its folded form.
pub struct Haystack {
    /// Those that something asked for.
    units: Vec<Unit>,
    folded: Folded,
}

impl Haystack {
    /// Analyses what of `text` is needed for `matchers`.
    pub fn new(
        text: &str,
        matchers: &[Matcher],
        care: Care,
        worker: &mut SentenceWorker,
    ) -> Haystack {
        let folded = analysis::fold(text);
        let mut haystack = Haystack { units: Vec::new(), folded };
        if matchers.iter().any(|matcher| matches!(matcher.pattern, Pattern::Units { .. })) {
            let may_hold = |sentence: &str| {
                care == Care::Every || matchers.iter().any(|matcher| matcher.may_stand_in(sentence))
            };
            let asked_for =
                |term: &str| matchers.iter().any(|matcher| matcher.pattern.has_unit(term));
            haystack.analyse(text, may_hold, asked_for, worker);
        }
        haystack
    }

    /// Analyses the sentences that are likely; sentences are those of the segmenter, which cuts each by itself.
    fn analyse(
        &mut self,
        text: &str,
        may_hold: impl Fn(&str) -> bool,
        asked_for: impl Fn(&str) -> bool,
        worker: &mut SentenceWorker,
    ) {
        let mut start = 0;
        let mut position = 0u32;
        for part in self.folded.text.split_inclusive(['。', '、']) {
            let range = start..start + part.len();
            start = range.end;
            if !may_hold(part) {
                position = position.saturating_add(SKIPPED);
                continue;
            }
            let printed = self.folded.offsets.original(range);
            let sentence = text.get(printed.clone()).unwrap_or_default();
            let n_positions = worker.sentence(sentence, |sentence| {
                let asked_for = sentence.units.iter().filter(|unit| asked_for(&unit.term));
                self.units.extend(asked_for.map(|unit| Unit {
                    range: unit.range.start + printed.start..unit.range.end + printed.start,
                    position: unit.position.saturating_add(position),
                    term: unit.term.clone(),
                }));
                sentence.n_positions
            });
            position = position.saturating_add(n_positions);
        }
    }

    /// The byte ranges of the original text where `matcher` matches, in order.
    pub fn find(&self, matcher: &Matcher) -> Vec<Range<usize>> {
        match &matcher.pattern {
            Pattern::Units { units, plain, .. } => {
                let mut found = self.find_units(units);
                let standing = |spelling: &String| self.find_standing(spelling);
                found.extend(plain.iter().flat_map(standing));
                found.sort_unstable_by_key(|range| (range.start, range.end));
                found.dedup();
                found
            }
            Pattern::Substring(folded) => self.find_substring(folded),
        }
    }

    fn find_units(&self, wanted: &[(u32, String)]) -> Vec<Range<usize>> {
        let Some(((_, first), others)) = wanted.split_first() else { return Vec::new() };
        let mut found = Vec::new();
        for (at, unit) in self.units.iter().enumerate() {
            if unit.term != *first {
                continue;
            }
            let mut range = unit.range.clone();
            let all_there = others.iter().all(|(distance, term)| {
                let position = unit.position + distance;
                self.units[at..]
                    .iter()
                    .take_while(|other| other.position <= position)
                    .find(|other| other.position == position && other.term == *term)
                    .inspect(|other| {
                        range = range.start.min(other.range.start)..range.end.max(other.range.end);
                    })
                    .is_some()
            });
            if all_there {
                found.push(range);
            }
        }
        found
    }

    /// Where `wanted` stands and is no part of a longer word of katakana.
    fn find_standing(&self, wanted: &str) -> Vec<Range<usize>> {
        let is_in_katakana = |edge: Option<char>, neighbour: Option<char>| {
            edge.is_some_and(is_katakana) && neighbour.is_some_and(is_katakana)
        };
        let text = &self.folded.text;
        let stands = |start: &usize| {
            let (before, after) = (&text[..*start], &text[start + wanted.len()..]);
            !is_in_katakana(wanted.chars().next(), before.chars().next_back())
                && !is_in_katakana(wanted.chars().next_back(), after.chars().next())
        };
        let places = text.match_indices(wanted).map(|(start, _)| start).filter(stands);
        places.map(|start| self.folded.offsets.original(start..start + wanted.len())).collect()
    }

    fn find_substring(&self, wanted: &str) -> Vec<Range<usize>> {
        if wanted.is_empty() {
            return Vec::new();
        }
        let mut found = Vec::new();
        let mut from = 0;
        while let Some(at) = self.folded.text[from..].find(wanted) {
            let start = from + at;
            found.push(self.folded.offsets.original(start..start + wanted.len()));
            // Overlapping occurrences count: ここ in こここ stands twice.
            from = start + wanted.chars().next().map_or(1, char::len_utf8);
        }
        found
    }
}

/// Overlapping and touching ranges as one, in order.
pub fn merge(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

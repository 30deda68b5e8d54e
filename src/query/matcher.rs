//! Finding again, in the text of a record, what a query asked for.

use std::ops::Range;

use crate::analysis;
use crate::analysis::{Folded, Unit, Worker};

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
    /// Units at these distances from the first.
    Units(Vec<(u32, String)>),
    /// Characters, folded.
    Substring(String),
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
    /// Finds `units` at the distances they have.
    pub fn units(units: &[Unit], origin: Origin) -> Matcher {
        let first = units.first().map_or(0, |unit| unit.position);
        let pattern = units.iter().map(|unit| (unit.position - first, unit.term.clone())).collect();
        Matcher { pattern: Pattern::Units(pattern), origin }
    }

    /// Finds the characters of `text`, width and case folded.
    pub fn substring(text: &str) -> Matcher {
        let pattern = Pattern::Substring(analysis::fold(text).text);
        Matcher { pattern, origin: Origin::typed(text) }
    }
}

/// A text made ready for finding: its units and its folded form.
pub struct Haystack {
    units: Vec<Unit>,
    folded: Folded,
}

impl Haystack {
    /// Analyses `text`.
    pub fn new(text: &str, worker: &mut Worker) -> Haystack {
        let mut units = Vec::new();
        worker.units(text, &mut units);
        Haystack { units, folded: analysis::fold(text) }
    }

    /// The byte ranges of the original text where `matcher` matches, in order.
    pub fn find(&self, matcher: &Matcher) -> Vec<Range<usize>> {
        match &matcher.pattern {
            Pattern::Units(units) => self.find_units(units),
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

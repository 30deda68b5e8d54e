//! The leaves of a plan: units and characters in one field.
//!
//! Where a field holds one of the terms nowhere there is no leaf: most terms stand in one or two fields.

use tantivy::Term;
use tantivy::query::{BooleanQuery, EmptyQuery, PhraseQuery, Query, RegexQuery, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};
use unicode_segmentation::UnicodeSegmentation;

use crate::analysis;
use crate::analysis::Unit;

use super::explicable::explicable;
use super::statistics::Statistics;

/// Units together; what stands before a date and what begins with it stand in one field, but not together.
///
/// How far the end of a date is from the word before it depends on how the date is written.
pub(super) fn pieces_together(
    statistics: &Statistics,
    field: Field,
    units: &[Unit],
) -> Option<Box<dyn Query>> {
    let pieces = pieces(units).into_iter().map(|piece| units_together(statistics, field, piece));
    let mut pieces: Vec<Box<dyn Query>> = pieces.collect::<Option<_>>()?;
    match pieces.len() {
        0 | 1 => pieces.pop(),
        _ => {
            Some(Box::new(BooleanQuery::intersection(pieces.into_iter().map(explicable).collect())))
        }
    }
}

/// The stretches of `units` that begin with a date, and the one before them.
pub(super) fn pieces(units: &[Unit]) -> Vec<&[Unit]> {
    let begins = |n: &usize| *n == 0 || analysis::is_date_term(&units[*n].term);
    let starts: Vec<usize> = (0..units.len()).filter(begins).collect();
    let ends = starts.iter().skip(1).copied().chain([units.len()]);
    starts.iter().zip(ends).map(|(start, end)| &units[*start..end]).collect()
}

/// Units at the distances they have in the query.
pub(super) fn units_together(
    statistics: &Statistics,
    field: Field,
    units: &[Unit],
) -> Option<Box<dyn Query>> {
    let [first, others @ ..] = units else { return None };
    if units.iter().any(|unit| statistics.frequency(field, &unit.term) == 0) {
        return None;
    }
    let term = |unit: &Unit| Term::from_field_text(field, &unit.term);
    if others.is_empty() {
        return Some(Box::new(TermQuery::new(term(first), IndexRecordOption::WithFreqs)));
    }
    let terms = units.iter().map(|unit| ((unit.position - first.position) as usize, term(unit)));
    Some(Box::new(PhraseQuery::new_with_offset(terms.collect())))
}

/// Whether a text has characters that can be searched for.
pub(super) fn holds_characters(text: &str) -> bool {
    let mut bigrams = Vec::new();
    analysis::bigrams(text, &mut bigrams);
    !bigrams.is_empty()
}

/// The characters of a text, one after the other.
pub(super) fn characters(
    statistics: &Statistics,
    field: Field,
    text: &str,
) -> Option<Box<dyn Query>> {
    let mut bigrams = Vec::new();
    analysis::bigrams(text, &mut bigrams);
    let first = bigrams.first()?;
    let is_single = bigrams.len() == 1 && first.term.graphemes(true).count() == 1;
    if is_single {
        Some(begins_with(field, &first.term))
    } else {
        units_together(statistics, field, &bigrams)
    }
}

/// Any bigram whose first character is `character`.
fn begins_with(field: Field, character: &str) -> Box<dyn Query> {
    let mut pattern = String::new();
    for c in character.chars() {
        if r".+*?()|[]{}^$\".contains(c) {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push_str("(.|\n)*");
    match RegexQuery::from_pattern(&pattern, field) {
        Ok(query) => Box::new(query),
        // The pattern is one escaped character: this cannot be reached, and finding nothing is no failure.
        Err(_) => Box::new(EmptyQuery),
    }
}

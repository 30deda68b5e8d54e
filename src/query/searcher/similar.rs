//! More like this: the words that tell most about a record, asked of all others.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use tantivy::query::{BooleanQuery, BoostQuery, DisjunctionMaxQuery, Query, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{Score, Term};

use crate::analysis;
use crate::index::TextField;
use crate::index::document;
use crate::query::collect::AnswerCollector;
use crate::query::comparison::{MAX_SIMILAR, Similar};
use crate::query::engine::QueryError;
use crate::query::request::{Filters, Sort};
use crate::record::{Record, RecordId};

use super::{Moment, Searcher, index_error};

/// How many words of a record are asked for.
const ASKED_WORDS: usize = 30;

/// How many words are told.
const TOLD_WORDS: usize = 5;

/// Records below this share of the score that the record itself has are not like it.
const LEAST_SHARE: Score = 0.12;

/// What is said of a result weighs less: figures and courtesies are alike everywhere.
const RESULT_FACTOR: f32 = 0.5;

/// The fields whose words tell what an initiative is about: not whose it is, nor how it is classed.
const TELLING: [TextField; 4] =
    [TextField::Title, TextField::Goal, TextField::Result, TextField::Body];

/// A record's words with what they tell.
type Weights = BTreeMap<String, f32>;

impl Searcher {
    pub(super) fn similar_to(
        &self,
        id: &RecordId,
        limit: usize,
    ) -> Result<Option<Vec<Similar>>, QueryError> {
        let mut moment = self.moment()?;
        let Some((own, record)) = self.located(&moment, id)? else { return Ok(None) };
        let weights = self.telling_words(&mut moment, &record);
        if weights.is_empty() {
            return Ok(Some(Vec::new()));
        }
        let query = self.any_of(&moment, &weights);
        let explained = query.explain(&moment.snapshot, own).map_err(index_error)?;
        let least = explained.value() * LEAST_SHARE;
        // One more, because the record itself is among them.
        let n_best = limit.min(MAX_SIMILAR) + 1;
        let collector = AnswerCollector::new(&Filters::default(), Sort::Relevance, n_best);
        let collected =
            moment.snapshot.search_with_statistics_provider(&query, &collector, &moment.statistics);
        let best = collected.map_err(index_error)?.best.into_iter();
        let others = best.filter(|(address, score)| *address != own && least <= *score);
        let mut similar = Vec::new();
        for (address, score) in others.take(limit.min(MAX_SIMILAR)) {
            let record = self.record_at(&moment.snapshot, address)?;
            let words = shared_words(&mut moment, &record, &weights);
            similar.push(Similar { record, score, words });
        }
        Ok(Some(similar))
    }

    /// The words of a record that tell most: frequent in it, rare in the index, and in some other record, too.
    fn telling_words(&self, moment: &mut Moment<'_>, record: &Record) -> Weights {
        let mut counts = Weights::new();
        let mut units = Vec::new();
        for (field, text) in telling_texts(record) {
            moment.worker.units(&text, &mut units);
            let factor = if field == TextField::Result { RESULT_FACTOR } else { 1.0 };
            for unit in &units {
                *counts.entry(unit.term.clone()).or_default() += factor;
            }
        }
        let n_records = moment.snapshot.num_docs() as f32;
        let weight = |(term, count): (String, f32)| {
            let n_holders = self.holders_of(moment, &term);
            let rarity = (1.0 + n_records / n_holders.max(1) as f32).ln();
            (2 <= n_holders).then_some((term, (1.0 + count).ln() * rarity))
        };
        let mut weighed: Vec<(String, f32)> = counts.into_iter().filter_map(weight).collect();
        weighed.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        weighed.truncate(ASKED_WORDS);
        weighed.into_iter().collect()
    }

    /// The records that hold a word, in the field where it is most frequent.
    fn holders_of(&self, moment: &Moment<'_>, term: &str) -> u64 {
        let fields = TELLING.map(|field| self.reader.fields().text(field).units);
        fields.map(|field| moment.statistics.frequency(field, term)).into_iter().max().unwrap_or(0)
    }

    /// Finds what holds any of the words, each in the field where it tells most.
    fn any_of(&self, moment: &Moment<'_>, weights: &Weights) -> BooleanQuery {
        let in_field = |term: &str, field: TextField| {
            let field = self.reader.fields().text(field).units;
            let is_held = 0 < moment.statistics.frequency(field, term);
            let term = Term::from_field_text(field, term);
            let leaf = || TermQuery::new(term, IndexRecordOption::WithFreqs);
            is_held.then(|| Box::new(leaf()) as Box<dyn Query>)
        };
        let word = |(term, weight): (&String, &f32)| {
            let leaves = TELLING.into_iter().filter_map(|field| in_field(term, field)).collect();
            let anywhere = Box::new(DisjunctionMaxQuery::new(leaves));
            Box::new(BoostQuery::new(anywhere, *weight)) as Box<dyn Query>
        };
        BooleanQuery::union(weights.iter().map(word).collect())
    }
}

/// The printed texts of a record that tell what it is about.
fn telling_texts(record: &Record) -> impl Iterator<Item = (TextField, Cow<'_, str>)> {
    document::printed(record).into_iter().filter(|(field, _)| TELLING.contains(field))
}

/// The words of `record` that are asked for, as it prints them; neighbours are told as one.
fn shared_words(moment: &mut Moment<'_>, record: &Record, weights: &Weights) -> Vec<String> {
    let mut runs: Vec<(f32, String, BTreeSet<String>)> = Vec::new();
    let mut units = Vec::new();
    for (_, text) in telling_texts(record) {
        moment.worker.units(&text, &mut units);
        let mut end_of_last = None;
        for unit in &units {
            let Some(weight) = weights.get(&unit.term) else { continue };
            let printed = &text[unit.range.clone()];
            match runs.last_mut() {
                Some((sum, run, terms)) if end_of_last == Some(unit.range.start) => {
                    *sum += weight;
                    run.push_str(printed);
                    terms.insert(unit.term.clone());
                }
                _ => {
                    let terms = BTreeSet::from([unit.term.clone()]);
                    runs.push((*weight, printed.to_owned(), terms));
                }
            }
            end_of_last = Some(unit.range.end);
        }
    }
    // What changes its ending (受け, 困り) tells little by itself.
    let is_plain = |printed: &str| {
        let has_ending = printed.ends_with(analysis::is_hiragana);
        !has_ending || printed.chars().all(analysis::is_hiragana)
    };
    if runs.iter().any(|(_, printed, _)| is_plain(printed)) {
        runs.retain(|(_, printed, _)| is_plain(printed));
    }
    runs.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    let mut told = BTreeSet::new();
    let mut words = Vec::new();
    for (_, printed, terms) in runs {
        if words.len() < TOLD_WORDS && !terms.is_subset(&told) {
            told.extend(terms);
            words.push(printed);
        }
    }
    words
}

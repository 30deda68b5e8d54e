//! What an index knows of its terms, asked for once in each query.
//!
//! Weights ask for the number of tokens of their field and for the records that hold their terms, and the same terms
//! stand in many parts of a query.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use tantivy::query::Bm25StatisticsProvider;
use tantivy::schema::Field;
use tantivy::{Searcher as Snapshot, SearcherGeneration, Term};

use crate::index::{Fields, TextField};

/// How many tokens each field holds, by the fields of a snapshot.
type FieldTotals = BTreeMap<Field, u64>;

/// The totals of the snapshot that was last asked about.
#[derive(Debug, Default)]
pub struct KnownTotals {
    last: Mutex<Option<(SearcherGeneration, Arc<FieldTotals>)>>,
}

impl KnownTotals {
    /// The statistics of a snapshot.
    ///
    /// # Errors
    ///
    /// The index cannot be read.
    pub fn statistics(&self, snapshot: &Snapshot, fields: &Fields) -> tantivy::Result<Statistics> {
        let generation = snapshot.generation();
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let totals = match &*last {
            Some((known, totals)) if known == generation => Arc::clone(totals),
            _ => {
                let totals = Arc::new(totals(snapshot, fields)?);
                *last = Some((generation.clone(), Arc::clone(&totals)));
                totals
            }
        };
        Ok(Statistics { snapshot: snapshot.clone(), totals, frequencies: RefCell::default() })
    }
}

fn totals(snapshot: &Snapshot, fields: &Fields) -> tantivy::Result<FieldTotals> {
    let handles = TextField::ALL.into_iter().map(|field| fields.text(field));
    let searched = handles.flat_map(|handles| [handles.units, handles.bigrams]);
    searched.map(|field| Ok((field, snapshot.total_num_tokens(field)?))).collect()
}

/// The statistics of one snapshot while one query is answered.
#[derive(Debug)]
pub struct Statistics {
    snapshot: Snapshot,
    totals: Arc<FieldTotals>,
    frequencies: RefCell<HashMap<Term, u64>>,
}

impl Statistics {
    /// Whether any record has something in `field`.
    pub fn is_filled(&self, field: Field) -> bool {
        self.totals.get(&field).is_none_or(|total| 0 < *total)
    }

    /// The records that hold a term; deleted ones count until their segment is merged.
    ///
    /// An index that cannot be read fails the search itself: here the term counts as held.
    pub fn frequency(&self, field: Field, term: &str) -> u64 {
        self.doc_freq(&Term::from_field_text(field, term)).unwrap_or(1)
    }
}

impl Bm25StatisticsProvider for Statistics {
    fn total_num_tokens(&self, field: Field) -> tantivy::Result<u64> {
        match self.totals.get(&field) {
            Some(total) => Ok(*total),
            None => self.snapshot.total_num_tokens(field),
        }
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        self.snapshot.total_num_docs()
    }

    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        if let Some(frequency) = self.frequencies.borrow().get(term) {
            return Ok(*frequency);
        }
        let frequency = self.snapshot.doc_freq(term)?;
        self.frequencies.borrow_mut().insert(term.clone(), frequency);
        Ok(frequency)
    }
}

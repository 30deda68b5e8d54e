//! Parts of a plan, wrapped so that they can be asked to explain any record.
//!
//! tantivy explains a query by asking all its parts, also those that do not match the record; some of its weights then
//! seek backwards, which its scorers take for a mistake of the caller (a debug assertion of 0.27.0).
//! The wrapper says of such a part that it does not match, and changes nothing else.

use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{DocId, Score, SegmentReader, TantivyError, Term};

/// A query that is a part of another.
#[derive(Debug)]
struct Explicable(Box<dyn Query>);

/// The same query, which can be asked to explain any record.
pub(super) fn explicable(query: Box<dyn Query>) -> Box<dyn Query> {
    Box::new(Explicable(query))
}

/// What `weight` says of a record; an error, if it does not match.
///
/// # Errors
///
/// The record does not match, or the index cannot be read.
pub(super) fn explained(
    weight: &dyn Weight,
    reader: &SegmentReader,
    doc: DocId,
) -> tantivy::Result<Explanation> {
    if doc < weight.scorer(reader, 1.0)?.doc() {
        return Err(TantivyError::InvalidArgument(format!("document {doc} does not match")));
    }
    weight.explain(reader, doc)
}

impl Clone for Explicable {
    fn clone(&self) -> Explicable {
        Explicable(self.0.box_clone())
    }
}

impl Query for Explicable {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(ExplicableWeight(self.0.weight(scoring)?)))
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        self.0.query_terms(visitor);
    }
}

struct ExplicableWeight(Box<dyn Weight>);

impl Weight for ExplicableWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        self.0.scorer(reader, boost)
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        explained(self.0.as_ref(), reader, doc)
    }

    fn count(&self, reader: &SegmentReader) -> tantivy::Result<u32> {
        self.0.count(reader)
    }
}

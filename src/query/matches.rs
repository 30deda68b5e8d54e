//! Every record that a request matches, read one after the other as they are asked for.
//!
//! What matched is settled at once and from one snapshot, which is held until the last record is read;
//! it takes eight bytes a record, so that a reader may take its time.

use std::fmt;

use super::engine::QueryError;
use crate::record::Record;

/// A record that matches.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// The record.
    pub record: Record,
    /// When its content last changed: seconds since 1970, UTC.
    pub changed: u64,
}

/// The matches of a request, in its order.
pub struct Matches {
    total: usize,
    rest: Box<dyn Iterator<Item = Result<Match, QueryError>> + Send>,
}

impl Matches {
    /// Matches that are `total` in number; skipping ([`Iterator::nth`]) should read nothing.
    pub fn new(
        total: usize,
        matches: impl Iterator<Item = Result<Match, QueryError>> + Send + 'static,
    ) -> Matches {
        Matches { total, rest: Box::new(matches) }
    }

    /// How many there are, those that were taken included.
    pub fn total(&self) -> usize {
        self.total
    }
}

impl Iterator for Matches {
    type Item = Result<Match, QueryError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.rest.next()
    }

    fn nth(&mut self, n: usize) -> Option<Self::Item> {
        self.rest.nth(n)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.rest.size_hint()
    }
}

impl fmt::Debug for Matches {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Matches").field("total", &self.total).finish_non_exhaustive()
    }
}

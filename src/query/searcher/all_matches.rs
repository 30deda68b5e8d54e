//! Reading what matched, record by record, from the snapshot it was found in.

use std::vec;

use tantivy::{DocAddress, Searcher as Snapshot};

use super::{index_error, stored_record};
use crate::index::{Fields, changed};
use crate::query::engine::QueryError;
use crate::query::matches::Match;

/// Places of records that are still to be read.
pub(super) struct Unread {
    pub(super) snapshot: Snapshot,
    pub(super) fields: Fields,
    pub(super) places: vec::IntoIter<DocAddress>,
}

impl Unread {
    fn read(&self, place: DocAddress) -> Result<Match, QueryError> {
        let record = stored_record(&self.fields, &self.snapshot, place)?;
        let changed = changed(&self.snapshot, place).map_err(index_error)?;
        Ok(Match { record, changed })
    }
}

impl Iterator for Unread {
    type Item = Result<Match, QueryError>;

    fn next(&mut self) -> Option<Self::Item> {
        let place = self.places.next()?;
        Some(self.read(place))
    }

    fn nth(&mut self, n: usize) -> Option<Self::Item> {
        let place = self.places.nth(n)?;
        Some(self.read(place))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.places.size_hint()
    }
}

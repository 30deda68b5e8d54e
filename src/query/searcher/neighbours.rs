//! What stands around a record: in its sheet, in other years, in other divisions.

use tantivy::{DocAddress, Searcher as Snapshot};

use crate::index::StoredRecord;
use crate::query::comparison::Neighbours;
use crate::query::engine::QueryError;
use crate::record::RecordId;

use super::{Searcher, index_error};

impl Searcher {
    pub(super) fn around(&self, id: &RecordId) -> Result<Option<Neighbours>, QueryError> {
        let mut moment = self.moment()?;
        let Some((own, record)) = self.located(&moment, id)? else { return Ok(None) };
        let [previous, next] = in_sheet(&moment.snapshot, own).map_err(index_error)?;
        let read = |address: Option<DocAddress>| {
            address.map(|address| self.record_at(&moment.snapshot, address)).transpose()
        };
        let (previous, next) = (read(previous)?, read(next)?);
        let mut neighbours = Neighbours {
            previous,
            next,
            division_years: self.division_years(&moment, &record)?,
            ..Neighbours::default()
        };
        if let Some(aligned) = self.aligned_around(&mut moment, &record)? {
            for place in aligned.line(own).filter(|place| place.address != own) {
                neighbours.other_years.push(self.record_at(&moment.snapshot, place.address)?);
            }
            neighbours.n_counterparts = aligned.counterparts(own).len();
        }
        Ok(Some(neighbours))
    }
}

/// The records before and after one in its sheet.
fn in_sheet(snapshot: &Snapshot, own: DocAddress) -> tantivy::Result<[Option<DocAddress>; 2]> {
    let columns = snapshot.segment_reader(own.segment_ord).fast_fields().u64("sequence")?;
    let Some(place) = columns.first(own.doc_id) else { return Ok([None, None]) };
    let (mut before, mut after) = (None, None);
    for (reader, segment) in snapshot.segment_readers().iter().zip(0..) {
        let sequence = reader.fast_fields().u64("sequence")?;
        for doc in reader.doc_ids_alive() {
            let Some(other) = sequence.first(doc) else { continue };
            if !StoredRecord::is_one_source(place, other) {
                continue;
            }
            let found = Some((other, DocAddress::new(segment, doc)));
            if other < place && before < found {
                before = found;
            } else if place < other && (after.is_none() || found < after) {
                after = found;
            }
        }
    }
    Ok([before, after].map(|found| found.map(|(_, address)| address)))
}

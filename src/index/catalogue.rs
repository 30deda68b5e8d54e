//! Which records an index holds and when they changed, without reading them.

use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocSet, Searcher, TERMINATED};

use crate::record::RecordId;

use super::schema::{CHANGED, Fields};

/// When the record at `place` last changed: seconds since 1970, UTC.
///
/// # Errors
///
/// The index cannot be read.
pub fn changed(snapshot: &Searcher, place: DocAddress) -> tantivy::Result<u64> {
    let segment = snapshot.segment_reader(place.segment_ord);
    Ok(segment.fast_fields().u64(CHANGED)?.first(place.doc_id).unwrap_or_default())
}

/// Every record with the time of its last change, in the order of their identities.
///
/// # Errors
///
/// The index cannot be read.
pub fn catalogue(snapshot: &Searcher, fields: &Fields) -> tantivy::Result<Vec<(RecordId, u64)>> {
    let mut records = Vec::new();
    for segment in snapshot.segment_readers() {
        let changed = segment.fast_fields().u64(CHANGED)?;
        let identities = segment.inverted_index(fields.id)?;
        let mut terms = identities.terms().stream()?;
        while terms.advance() {
            // Identities come from texts.
            let Ok(id) = str::from_utf8(terms.key()) else { continue };
            let mut places =
                identities.read_postings_from_terminfo(terms.value(), IndexRecordOption::Basic)?;
            while places.doc() != TERMINATED {
                if !segment.is_deleted(places.doc()) {
                    let changed = changed.first(places.doc()).unwrap_or_default();
                    records.push((RecordId(id.to_owned()), changed));
                }
                places.advance();
            }
        }
    }
    records.sort_unstable();
    Ok(records)
}

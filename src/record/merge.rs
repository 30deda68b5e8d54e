//! Merging: readings of one identity from several sources become the records that are shown.
//!
//! The rules, in their order; each looks at what those before it left apart:
//!
//! | # | what the sources print | what is shown |
//! |---|---|---|
//! | 1 | the same text, part by part (a PDF and its Excel twin, a copy) | one record; the text of the source that is read most surely: workbooks, CSV, HTML and Word before PDF, before text, before text recognised in pictures, then by name |
//! | 2 | the same but for a few characters, none of them a digit | one record as in 1; a notice shows the first difference |
//! | 3 | a part that the other lacks (a plan its goal, a year later the result), and what both have agrees, or is half alike | one record with the parts of both, each naming its source; where the goals differ both are shown, that of the source with the result first, with a notice |
//! | 4 | both parts, of which one agrees and the other does not | one record with both texts of the other, with a notice |
//! | 5 | the one a goal only, the other a result only, and neither has another counterpart | one record as in 3, unless titles or categories differ |
//! | 6 | a text that its source calls corrected (差し替え, 訂正版 …) | the corrected text in place of the older one, part by part, with a notice that names the replaced file; of several corrections the latest by number, date and name |
//! | 7 | anything else: another plan that numbers its items alike | records of their own, with ordinals by the names of the sources, and a notice |
//!
//! Two readings of one source never become one record: the source itself says that they are two.
//! Records whose identity was given in JSON Lines are never merged; a later one gets an ordinal.
//! A record that names no organisation, year or division meets others by chance: only rules 1 and 2 hold for it, and only for
//! texts long enough to tell.
//! Nothing is lost silently: a text that is not shown is the same, is quoted in a notice where it differs, or is replaced by
//! a correction that says so. Of very many differences of one record the last are counted.
//!
//! Readings are taken in the order of their sources' names ([`sort`]), so that the outcome does not depend on the order of
//! ingest, or on the machine.

pub(in crate::record) mod edition;
mod likeness;
mod clusters;
mod union;

use std::cmp::Ordering;
use std::collections::HashSet;

use crate::notice::NoticeKind;
use crate::record::identity;
use crate::record::{Record, RecordId};

/// One record as one source has it.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'r> {
    /// Tells the sources of the readings apart.
    pub source: u64,
    /// The record.
    pub record: &'r Record,
}

/// A record that is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// The record, with its final identity.
    pub record: Record,
    /// Which readings it was made of, in ascending order.
    pub readings: Vec<usize>,
}

/// Sorts readings by the name of the file, its content, and the place in the source.
///
/// Sources of one name and content are told apart by what was read from them.
pub fn sort<T>(readings: &mut [T], reading: impl Fn(&T) -> (u64, &Record)) {
    fn file(record: &Record) -> Option<(&str, Option<&str>)> {
        record.sources.first().map(|source| (source.file.as_str(), source.sha256.as_deref()))
    }
    let json = |record: &Record| serde_json::to_string(record).expect("a record is plain data");
    readings.sort_by(|a, b| {
        let ((at, a), (other, b)) = (reading(a), reading(b));
        let by_place = file(a).cmp(&file(b)).then(at.cmp(&other));
        by_place.then_with(|| if a == b { Ordering::Equal } else { json(a).cmp(&json(b)) })
    });
}

/// The records that readings of `identity` are shown as, by their first readings.
///
/// `readings` are in the order of [`sort`].
/// `is_taken` tells the identities that other records hold; no ordinal comes to one of them.
pub fn merge(
    identity: &RecordId,
    readings: &[Reading<'_>],
    is_taken: impl Fn(&RecordId) -> bool,
) -> Vec<Shown> {
    let clusters = clusters::clusters(identity, readings);
    let mut shown: Vec<Shown> = Vec::with_capacity(clusters.len());
    for members in clusters {
        let records: Vec<&Record> = members.iter().map(|&index| readings[index].record).collect();
        shown.push(Shown { record: union::union(&records), readings: members });
    }
    settle(identity, &mut shown, is_taken);
    for merged in shown.iter_mut().filter(|shown| 1 < shown.readings.len()) {
        let id = std::mem::take(&mut merged.record.id);
        rename(identity, &mut merged.record, id);
    }
    shown
}

/// Gives every record an identity of its own: the one it was read with if nobody before it has it, else the next ordinal.
fn settle(identity: &RecordId, shown: &mut [Shown], is_taken: impl Fn(&RecordId) -> bool) {
    let mut taken: HashSet<RecordId> = HashSet::new();
    let mut homeless = Vec::new();
    for (index, shown) in shown.iter().enumerate() {
        let wanted = &shown.record.id;
        let is_free = wanted == identity || !is_taken(wanted);
        if !is_free || !taken.insert(wanted.clone()) {
            homeless.push(index);
        }
    }
    let mut ordinal = 1;
    for index in homeless {
        let id = loop {
            let id = match ordinal {
                1 => identity.clone(),
                _ => identity::with_ordinal(identity, ordinal),
            };
            ordinal += 1;
            if (id == *identity || !is_taken(&id)) && taken.insert(id.clone()) {
                break id;
            }
        };
        rename(identity, &mut shown[index].record, id);
    }
}

fn rename(identity: &RecordId, record: &mut Record, id: RecordId) {
    record.notices.retain(|notice| notice.kind != NoticeKind::DuplicateIdentity);
    if id != *identity {
        let place = record.sources.first().map_or("", |source| source.file.as_str());
        record.notices.push(identity::duplicate(identity, &id, place));
    }
    record.id = id;
}

#[cfg(test)]
mod tests;

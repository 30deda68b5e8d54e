//! One commit in the making: readings come and go, and what they are shown as follows.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use redb::ReadableTable;

use crate::notice::Notice;
use crate::record::identity;
use crate::record::merge::{self, Reading};
use crate::record::{Record, RecordId};

use super::rows::{Held, SealedRecord, StoredHolders, StoredReading, StoredReadings, StoredSource};
use super::{Changes, META, READINGS, RECORDS, REMOVED, SOURCES, SourceUpdate, StoredRecord};

/// Room for the positions of records within one source.
pub(super) const POSITIONS_PER_SOURCE: u64 = 1 << 32;

/// One commit in the making.
///
/// First every source of the commit lets go of its readings, then each hands in its own, and then every identity that was
/// touched is merged: a record that moves from one file to another keeps its identity and its dates, in whatever order
/// they are read.
pub(super) struct Update<'t> {
    records: redb::Table<'t, &'static str, &'static [u8]>,
    readings: redb::Table<'t, &'static str, &'static [u8]>,
    sources: redb::Table<'t, &'static str, &'static [u8]>,
    removed: redb::Table<'t, &'static str, u64>,
    meta: redb::Table<'t, &'static str, u64>,
    /// The identities that the commit touches.
    groups: BTreeMap<String, Group>,
    /// The records that were shown under them, and are not shown again yet.
    before: BTreeSet<String>,
    changes: Changes,
    now: u64,
    /// Whether anything differs from before, be it only the fingerprint of a source.
    touched: bool,
}

/// The readings of one identity.
///
/// Many sources may say the same, so that what the store has of them is read only while this identity is merged.
#[derive(Default)]
struct Group {
    /// What the commit hands in, and the one reading that had no row.
    readings: Vec<Held>,
    /// The sources that have a reading in the row of the store.
    holders: Vec<u64>,
    /// Those of them whose readings are let go of.
    released: HashSet<u64>,
}

/// What an identity is shown as.
struct Merged {
    shared: RecordId,
    shown: Vec<Placed>,
    row: Option<StoredReadings>,
}

/// A record to be shown.
struct Placed {
    record: Record,
    sequence: u64,
    /// What the merging noticed, and no reader.
    notices: Vec<Notice>,
}

impl<'t> Update<'t> {
    pub(super) fn begin(
        transaction: &'t redb::WriteTransaction,
        now: u64,
    ) -> Result<Update<'t>, redb::Error> {
        let meta = transaction.open_table(META)?;
        let generation = meta.get("generation")?.map_or(0, |value| value.value()) + 1;
        Ok(Update {
            records: transaction.open_table(RECORDS)?,
            readings: transaction.open_table(READINGS)?,
            sources: transaction.open_table(SOURCES)?,
            removed: transaction.open_table(REMOVED)?,
            meta,
            groups: BTreeMap::new(),
            before: BTreeSet::new(),
            changes: Changes { generation, ..Changes::default() },
            now,
            touched: false,
        })
    }

    /// What changed, or `None` if nothing did.
    pub(super) fn run(
        mut self,
        updates: Vec<SourceUpdate>,
        gone: &[String],
    ) -> Result<Option<Changes>, redb::Error> {
        for key in gone {
            if self.release(key)?.is_some() {
                self.sources.remove(key.as_str())?;
                self.touched = true;
            }
        }
        let updates = last_of_each(updates);
        let mut known = Vec::with_capacity(updates.len());
        for update in &updates {
            known.push(self.release(&update.key)?);
        }
        for (update, known) in updates.into_iter().zip(known) {
            self.take(update, known)?;
        }
        self.touch_origins()?;
        self.merge()?;
        for id in std::mem::take(&mut self.before) {
            self.records.remove(id.as_str())?;
            self.removed.insert(id.as_str(), self.changes.generation)?;
            self.changes.n_removed += 1;
            self.touched = true;
        }
        if !self.touched {
            return Ok(None);
        }
        self.meta.insert("generation", self.changes.generation)?;
        Ok(Some(self.changes))
    }

    /// Takes the readings of a source out; returns what was known of the source.
    fn release(&mut self, key: &str) -> Result<Option<StoredSource>, redb::Error> {
        let source = self.sources.get(key)?.map(|value| StoredSource::of_json(value.value()));
        let Some(source) = source else { return Ok(None) };
        for id in &source.ids {
            let group = self.touch(id)?;
            group.readings.retain(|held| held.source != source.ordinal);
            group.released.insert(source.ordinal);
        }
        Ok(Some(source))
    }

    /// Hands in the readings of a source.
    fn take(
        &mut self,
        update: SourceUpdate,
        known: Option<StoredSource>,
    ) -> Result<(), redb::Error> {
        let ordinal = match &known {
            Some(source) => source.ordinal,
            None => self.next_ordinal()?,
        };
        let mut seen = HashSet::new();
        let mut ids = Vec::with_capacity(update.records.len());
        for (position, record) in (0..).zip(update.records) {
            let shared = identity::shared(&record).0;
            let held = Held { source: ordinal, position, record };
            self.touch(&shared)?.readings.push(held);
            if seen.insert(shared.clone()) {
                ids.push(shared);
            }
        }
        let source = StoredSource { fingerprint: update.fingerprint, ordinal, ids }.json();
        let key = update.key.as_str();
        let is_stored = self.sources.get(key)?.is_some_and(|stored| stored.value() == source);
        if !is_stored {
            self.sources.insert(key, source.as_slice())?;
            self.touched = true;
        }
        Ok(())
    }

    fn next_ordinal(&mut self) -> Result<u64, redb::Error> {
        let ordinal = self.meta.get("next_source")?.map_or(0, |value| value.value());
        self.meta.insert("next_source", ordinal + 1)?;
        Ok(ordinal)
    }

    /// The readings of an identity, out of the store if the commit has not touched it yet.
    fn touch(&mut self, id: &str) -> Result<&mut Group, redb::Error> {
        if !self.groups.contains_key(id) {
            let holders = self.readings.get(id)?.map(|row| StoredHolders::unseal(row.value()));
            let group = match holders {
                Some(holders) => self.several(id, holders)?,
                None => self.single(id)?,
            };
            self.groups.insert(id.to_owned(), group);
        }
        Ok(self.groups.get_mut(id).expect("it was put there"))
    }

    /// The readings that have a row of their own, unless that is damaged.
    fn several(&mut self, id: &str, holders: Option<StoredHolders>) -> Result<Group, redb::Error> {
        let Some(holders) = holders else {
            self.abandon(id)?;
            return Ok(Group::default());
        };
        let sources = holders.sources().collect();
        self.before.extend(holders.shown.into_iter().map(|id| id.0));
        Ok(Group { holders: sources, ..Group::default() })
    }

    /// Takes what the store has of a group out of its row, among the readings.
    fn take_apart(&mut self, id: &str, group: &mut Group) -> Result<(), redb::Error> {
        if group.holders.is_empty() {
            return Ok(());
        }
        let row = self.readings.get(id)?.and_then(|row| StoredReadings::unseal(row.value()));
        let StoredReadings { shown, readings } = row.unwrap_or_default();
        let mut records = Vec::with_capacity(shown.len());
        for id in &shown {
            records.push(self.shown_before(&id.0)?);
        }
        for reading in readings {
            let source = reading.source();
            if group.released.contains(&source) {
                continue;
            }
            let shown = records.get(reading.shown()).and_then(Option::as_ref);
            match reading.held(shown.map(|stored| &stored.record)) {
                Some(held) => group.readings.push(held),
                None => self.read_again(|stored| stored.ordinal == source)?,
            }
        }
        Ok(())
    }

    /// A record as it was shown before this commit; `None` where it is damaged.
    fn shown_before(&self, id: &str) -> Result<Option<StoredRecord>, redb::Error> {
        let stored = self.records.get(id)?;
        let stored = stored.and_then(|sealed| SealedRecord::unseal(sealed.value()));
        Ok(stored.filter(|stored| stored.generation < self.changes.generation))
    }

    /// The one reading of an identity, which is shown as it is; or none.
    fn single(&mut self, id: &str) -> Result<Group, redb::Error> {
        let sealed = self.records.get(id)?;
        let Some(stored) = sealed.map(|sealed| SealedRecord::unseal(sealed.value())) else {
            return Ok(Group::default());
        };
        let Some(stored) = stored else {
            self.before.insert(id.to_owned());
            self.read_again(|source| source.ids.iter().any(|known| known == id))?;
            return Ok(Group::default());
        };
        if let Some(shared) = stored.shared {
            // An ordinal of another identity: it has to give way.
            self.touch(&shared.0)?;
            return Ok(Group::default());
        }
        let (source, position) =
            (stored.sequence / POSITIONS_PER_SOURCE, stored.sequence % POSITIONS_PER_SOURCE);
        let held = Held { source, position, record: stored.record };
        self.before.insert(id.to_owned());
        Ok(Group { readings: vec![held], ..Group::default() })
    }

    /// Lets go of all that is shown of an identity whose readings are damaged.
    fn abandon(&mut self, id: &str) -> Result<(), redb::Error> {
        for entry in self.records.range(id..)? {
            let (shown, sealed) = entry?;
            if !shown.value().starts_with(id) {
                break;
            }
            let stored = SealedRecord::unseal(sealed.value());
            let shared = stored.as_ref().and_then(|stored| stored.shared.as_ref());
            if shown.value() == id || shared.is_some_and(|shared| shared.0 == id) {
                self.before.insert(shown.value().to_owned());
            }
        }
        self.read_again(|source| source.ids.iter().any(|known| known == id))
    }

    /// Makes sources count as changed, so that the next ingest brings back what is damaged here.
    fn read_again(&mut self, is_meant: impl Fn(&StoredSource) -> bool) -> Result<(), redb::Error> {
        let mut damaged = Vec::new();
        for entry in self.sources.iter()? {
            let (key, value) = entry?;
            let source = StoredSource::of_json(value.value());
            if is_meant(&source) {
                let source = StoredSource { fingerprint: String::new(), ..source };
                damaged.push((key.value().to_owned(), source.json()));
            }
        }
        for (key, json) in damaged {
            self.sources.insert(key.as_str(), json.as_slice())?;
            self.touched = true;
        }
        Ok(())
    }

    /// Touches the identities whose ordinals look like identities of this commit: they give way to those, or come back.
    fn touch_origins(&mut self) -> Result<(), redb::Error> {
        let ids: Vec<RecordId> = self.groups.keys().cloned().map(RecordId).collect();
        for id in ids {
            let mut id = id;
            while let Some(origin) = identity::origin(&id) {
                if self.readings.get(origin)?.is_some() {
                    self.touch(origin)?;
                }
                id = RecordId(origin.to_owned());
            }
        }
        Ok(())
    }

    /// Merges every identity that was touched, one after the other.
    fn merge(&mut self) -> Result<(), redb::Error> {
        let groups = std::mem::take(&mut self.groups);
        let touched: BTreeMap<String, bool> =
            groups.iter().map(|(id, group)| (id.clone(), group.is_there())).collect();
        for (id, mut group) in groups {
            self.take_apart(&id, &mut group)?;
            let failed = RefCell::new(None);
            let is_taken = |id: &RecordId| {
                let is_taken = self.is_taken(id, &touched);
                is_taken.map_err(|error| failed.replace(Some(error))).unwrap_or_default()
            };
            let merged = merge_group(RecordId(id), group, is_taken);
            if let Some(error) = failed.into_inner() {
                return Err(error);
            }
            self.write(merged)?;
        }
        Ok(())
    }

    /// Whether an identity belongs to readings of its own; `touched` says it of those of the commit.
    fn is_taken(
        &self,
        id: &RecordId,
        touched: &BTreeMap<String, bool>,
    ) -> Result<bool, redb::Error> {
        let id = id.0.as_str();
        if let Some(is_there) = touched.get(id) {
            return Ok(*is_there);
        }
        if self.before.contains(id) {
            return Ok(false);
        }
        if self.readings.get(id)?.is_some() {
            return Ok(true);
        }
        let stored = self.records.get(id)?;
        let stored = stored.and_then(|sealed| SealedRecord::unseal(sealed.value()));
        Ok(stored.is_some_and(|stored| stored.shared.is_none()))
    }

    fn write(&mut self, merged: Merged) -> Result<(), redb::Error> {
        for placed in merged.shown {
            let shared = (placed.record.id != merged.shared).then(|| merged.shared.clone());
            self.put(placed, shared)?;
        }
        let row = merged.row.map(|row| row.seal());
        let id = merged.shared.0.as_str();
        let stored = self.readings.get(id)?;
        if row.as_deref() != stored.as_ref().map(|stored| stored.value()) {
            drop(stored);
            match row {
                Some(row) => drop(self.readings.insert(id, row.as_slice())?),
                None => drop(self.readings.remove(id)?),
            }
            self.touched = true;
        }
        Ok(())
    }

    fn put(&mut self, placed: Placed, shared: Option<RecordId>) -> Result<(), redb::Error> {
        let Placed { record, sequence, mut notices } = placed;
        let is_known = self.before.remove(&record.id.0);
        let before = if is_known { self.shown_before(&record.id.0)? } else { None };
        if let Some(before) = &before {
            if before.record == record && before.sequence == sequence && before.shared == shared {
                self.changes.n_unchanged += 1;
                return Ok(());
            }
            notices.retain(|notice| !before.record.notices.contains(notice));
        }
        self.changes.notices.extend(notices);
        match is_known {
            true => self.changes.n_replaced += 1,
            false => self.changes.n_added += 1,
        }
        // Moving within the sheet or to another file is no change of content.
        let is_same_text = |before: &StoredRecord| texts(&before.record).eq(texts(&record));
        let changed = before.as_ref().filter(|before| is_same_text(before));
        let stored = StoredRecord {
            first_seen: before.as_ref().map_or(self.now, |before| before.first_seen),
            changed: changed.map_or(self.now, |before| before.changed),
            record,
            sequence,
            generation: self.changes.generation,
            shared,
        };
        let id = stored.record.id.0.as_str();
        self.records.insert(id, SealedRecord::seal(&stored).as_slice())?;
        self.removed.remove(id)?;
        self.touched = true;
        Ok(())
    }
}

/// What a record says, whichever source it comes from.
fn texts(record: &Record) -> impl Iterator<Item = (crate::record::Role, Option<&str>, &str)> {
    record.sections.iter().map(|s| (s.role, s.heading.as_deref(), s.text.as_str()))
}

/// One update for each source: of several the last.
fn last_of_each(updates: Vec<SourceUpdate>) -> Vec<SourceUpdate> {
    let mut seen = HashSet::new();
    let mut last: Vec<SourceUpdate> =
        updates.into_iter().rev().filter(|update| seen.insert(update.key.clone())).collect();
    last.reverse();
    last
}

impl Group {
    /// Whether any reading is left.
    fn is_there(&self) -> bool {
        let is_left = |source: &u64| !self.released.contains(source);
        !self.readings.is_empty() || self.holders.iter().any(is_left)
    }
}

fn merge_group(shared: RecordId, group: Group, is_taken: impl Fn(&RecordId) -> bool) -> Merged {
    let mut readings = group.readings;
    let sequence = |held: &Held| held.source * POSITIONS_PER_SOURCE + held.position;
    if readings.len() < 2 && readings.iter().all(|held| held.record.id == shared) {
        let place = |held: Held| Placed {
            sequence: sequence(&held),
            record: held.record,
            notices: Vec::new(),
        };
        let shown = readings.into_iter().map(place).collect();
        return Merged { shared, shown, row: None };
    }
    merge::sort(&mut readings, |held| (held.position, &held.record));
    let views: Vec<Reading<'_>> =
        readings.iter().map(|held| Reading { source: held.source, record: &held.record }).collect();
    let outcome = merge::merge(&shared, &views, is_taken);
    let mut made_of = vec![0; readings.len()];
    let mut shown = Vec::with_capacity(outcome.len());
    for (at, merged) in outcome.into_iter().enumerate() {
        let members = || merged.readings.iter().map(|&index| &readings[index]);
        let is_read = |notice: &&Notice| !members().any(|m| m.record.notices.contains(notice));
        let notices = merged.record.notices.iter().filter(is_read).cloned().collect();
        let sequence = members().map(sequence).min().unwrap_or_default();
        merged.readings.iter().for_each(|&index| made_of[index] = at);
        shown.push(Placed { record: merged.record, sequence, notices });
    }
    let kept = readings.into_iter().zip(made_of);
    let kept = kept.map(|(held, at)| StoredReading::of(held, at, &shown[at].record)).collect();
    let ids = shown.iter().map(|placed| placed.record.id.clone()).collect();
    let row = Some(StoredReadings { shown: ids, readings: kept });
    Merged { shared, shown, row }
}

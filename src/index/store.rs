//! The record store: every record as it was read, checksummed, in one crash-safe file.
//!
//! The store is the truth and the index is derived from it.
//! A commit of the store is durable before it is acknowledged; each counts as one generation,
//! and every record remembers the generation that last changed it, so that an index which fell behind
//! (the process was killed between the two commits) can be brought up to date.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use redb::{Database, ReadableDatabase, ReadableTable, ReadableTableMetadata, TableDefinition};
use serde::{Deserialize, Serialize};

use crate::notice::{Notice, NoticeKind};
use crate::record::Record;
use crate::record::RecordId;

/// Record identity → CRC-32 (little endian) and [`StoredRecord`] as JSON.
const RECORDS: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("records");
/// Source key → [`StoredSource`] as JSON.
const SOURCES: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("sources");
/// Record identity → generation in which it was removed.
const REMOVED: TableDefinition<'_, &str, u64> = TableDefinition::new("removed");
/// `format`, `generation`, `next_source`.
const META: TableDefinition<'_, &str, u64> = TableDefinition::new("meta");

/// The format of the store that this program reads and writes.
const FORMAT: u64 = 1;

/// Room for the positions of records within one source.
const POSITIONS_PER_SOURCE: u64 = 1 << 32;

/// A record with what the store knows of it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct StoredRecord {
    /// The record.
    pub record: Record,
    /// When it was first ingested: seconds since 1970, UTC.
    pub first_seen: u64,
    /// When its content last changed: seconds since 1970, UTC.
    pub changed: u64,
    /// Place among all records: order of the sources, then order in the sheet.
    pub sequence: u64,
    /// The generation that last changed it.
    pub generation: u64,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
struct StoredSource {
    /// What the records depend on: content of the file and version of the reader.
    fingerprint: String,
    ordinal: u64,
    ids: Vec<String>,
}

/// One source as it is now.
#[derive(Clone, Debug)]
pub struct SourceUpdate {
    /// Names the source for as long as it exists: its absolute path.
    pub key: String,
    /// Changes when the records could change.
    pub fingerprint: String,
    /// The records read from it, in the order of the sheet.
    pub records: Vec<Record>,
}

/// What one commit changed.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Changes {
    /// The generation after the commit.
    pub generation: u64,
    /// Records that were not there before.
    pub n_added: usize,
    /// Records whose content changed.
    pub n_replaced: usize,
    /// Records that were there and stayed the same.
    pub n_unchanged: usize,
    /// Records that are gone.
    pub n_removed: usize,
    /// What was noticed about identities.
    pub notices: Vec<Notice>,
}

/// Why the store cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file cannot be read or written.
    #[error("cannot {action} the record store {path}")]
    Database {
        /// What was attempted.
        action: &'static str,
        /// The store's file.
        path: PathBuf,
        /// Why it failed.
        #[source]
        source: Box<redb::Error>,
    },
    /// A record's bytes are not those that were written.
    #[error(
        "record {id} in {path} is damaged; restore the store from a backup or ingest the sources again"
    )]
    Damaged {
        /// The record.
        id: String,
        /// The store's file.
        path: PathBuf,
    },
    /// The store was written by a later program.
    #[error(
        "{path} has format {found}, this program reads {FORMAT}; use the program that wrote it"
    )]
    Format {
        /// The store's file.
        path: PathBuf,
        /// The format it has.
        found: u64,
    },
}

/// The record store of one index.
#[derive(Debug)]
pub struct Store {
    database: Database,
    path: PathBuf,
}

impl Store {
    /// Opens the store in `path`, or creates it.
    ///
    /// # Errors
    ///
    /// [`StoreError`], also if another process has it open.
    pub fn open(path: &Path) -> Result<Store, StoreError> {
        let fail = |action| failure(action, path);
        let database = Database::create(path).map_err(|error| fail("open")(error.into()))?;
        let store = Store { database, path: path.to_owned() };
        store.prepare().map_err(fail("prepare"))?;
        let found = store.meta("format")?;
        if found != FORMAT {
            return Err(StoreError::Format { path: path.to_owned(), found });
        }
        Ok(store)
    }

    fn prepare(&self) -> Result<(), redb::Error> {
        let transaction = self.database.begin_write()?;
        {
            transaction.open_table(RECORDS)?;
            transaction.open_table(SOURCES)?;
            transaction.open_table(REMOVED)?;
            let mut meta = transaction.open_table(META)?;
            if meta.get("format")?.is_none() {
                meta.insert("format", FORMAT)?;
            }
        }
        transaction.commit()?;
        Ok(())
    }

    /// The number of commits that changed something.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub fn generation(&self) -> Result<u64, StoreError> {
        self.meta("generation")
    }

    fn meta(&self, key: &str) -> Result<u64, StoreError> {
        let read = || -> Result<u64, redb::Error> {
            let table = self.database.begin_read()?.open_table(META)?;
            Ok(table.get(key)?.map_or(0, |value| value.value()))
        };
        read().map_err(failure("read", &self.path))
    }

    /// The number of records.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub fn n_records(&self) -> Result<u64, StoreError> {
        let read = || -> Result<u64, redb::Error> {
            Ok(self.database.begin_read()?.open_table(RECORDS)?.len()?)
        };
        read().map_err(failure("read", &self.path))
    }

    /// The fingerprint of every known source, by key.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub fn sources(&self) -> Result<BTreeMap<String, String>, StoreError> {
        let read = || -> Result<BTreeMap<String, String>, redb::Error> {
            let table = self.database.begin_read()?.open_table(SOURCES)?;
            table
                .iter()?
                .map(|entry| {
                    let (key, value) = entry?;
                    Ok((key.value().to_owned(), stored_source(value.value()).fingerprint))
                })
                .collect()
        };
        read().map_err(failure("read", &self.path))
    }

    /// Hands every record that changed after `generation` to `visit`, in the order of identities.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; a damaged record ends the visit.
    pub fn changed_since(
        &self,
        generation: u64,
        mut visit: impl FnMut(StoredRecord),
    ) -> Result<(), StoreError> {
        let fail = failure("read", &self.path);
        let table = self
            .database
            .begin_read()
            .map_err(redb::Error::from)
            .and_then(|transaction| Ok(transaction.open_table(RECORDS)?))
            .map_err(&fail)?;
        for entry in table.iter().map_err(|error| fail(error.into()))? {
            let (id, value) = entry.map_err(|error| fail(error.into()))?;
            let stored = unseal(value.value()).ok_or_else(|| StoreError::Damaged {
                id: id.value().to_owned(),
                path: self.path.clone(),
            })?;
            if generation < stored.generation {
                visit(stored);
            }
        }
        Ok(())
    }

    /// The identities of records removed after `generation`.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub fn removed_since(&self, generation: u64) -> Result<Vec<RecordId>, StoreError> {
        let read = || -> Result<Vec<RecordId>, redb::Error> {
            let table = self.database.begin_read()?.open_table(REMOVED)?;
            let mut ids = Vec::new();
            for entry in table.iter()? {
                let (id, removed) = entry?;
                if generation < removed.value() {
                    ids.push(RecordId(id.value().to_owned()));
                }
            }
            Ok(ids)
        };
        read().map_err(failure("read", &self.path))
    }

    /// Replaces the records of `updates` and drops those of the sources in `gone`, in one durable commit.
    ///
    /// A record whose identity another source already holds gets an ordinal and a notice.
    /// When nothing changes, nothing is written and the generation stays.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; the store is then as it was before.
    pub fn update(
        &self,
        updates: Vec<SourceUpdate>,
        gone: &[String],
        now: u64,
    ) -> Result<Changes, StoreError> {
        let fail = failure("write", &self.path);
        let transaction = self.database.begin_write().map_err(|error| fail(error.into()))?;
        let changes = Update::begin(&transaction, now)
            .and_then(|mut update| {
                for key in gone {
                    update.drop_source(key)?;
                }
                for source in updates {
                    update.replace_source(source)?;
                }
                update.finish()
            })
            .map_err(&fail)?;
        match changes {
            Some(changes) => {
                transaction.commit().map_err(|error| fail(error.into()))?;
                Ok(changes)
            }
            None => {
                transaction.abort().map_err(|error| fail(error.into()))?;
                Ok(Changes { generation: self.generation()?, ..Changes::default() })
            }
        }
    }
}

/// One commit in the making.
struct Update<'t> {
    records: redb::Table<'t, &'static str, &'static [u8]>,
    sources: redb::Table<'t, &'static str, &'static [u8]>,
    removed: redb::Table<'t, &'static str, u64>,
    meta: redb::Table<'t, &'static str, u64>,
    changes: Changes,
    now: u64,
    /// Whether anything was written, be it only the fingerprint of a source.
    touched: bool,
}

impl<'t> Update<'t> {
    fn begin(transaction: &'t redb::WriteTransaction, now: u64) -> Result<Update<'t>, redb::Error> {
        let meta = transaction.open_table(META)?;
        let generation = meta.get("generation")?.map_or(0, |value| value.value()) + 1;
        Ok(Update {
            records: transaction.open_table(RECORDS)?,
            sources: transaction.open_table(SOURCES)?,
            removed: transaction.open_table(REMOVED)?,
            meta,
            changes: Changes { generation, ..Changes::default() },
            now,
            touched: false,
        })
    }

    fn drop_source(&mut self, key: &str) -> Result<(), redb::Error> {
        let Some(source) = self.sources.remove(key)?.map(|value| stored_source(value.value()))
        else {
            return Ok(());
        };
        self.touched = true;
        source.ids.iter().try_for_each(|id| self.remove(id))
    }

    fn replace_source(&mut self, update: SourceUpdate) -> Result<(), redb::Error> {
        let known =
            self.sources.get(update.key.as_str())?.map(|value| stored_source(value.value()));
        let ordinal = match &known {
            Some(source) => source.ordinal,
            None => self.next_ordinal()?,
        };
        let before: BTreeSet<String> =
            known.iter().flat_map(|source| source.ids.iter().cloned()).collect();
        let mut ids = Vec::with_capacity(update.records.len());
        let mut taken = BTreeSet::new();
        for (position, mut record) in (0..).zip(update.records) {
            let id = self.free_identity(&record, &before, &taken)?;
            if id != record.id.0 {
                self.notice_duplicate(&mut record, &id);
            }
            taken.insert(id.clone());
            ids.push(id);
            self.put(record, ordinal * POSITIONS_PER_SOURCE + position)?;
        }
        for id in before.difference(&taken) {
            self.remove(id)?;
        }
        let source = StoredSource { fingerprint: update.fingerprint, ordinal, ids };
        if known.as_ref() != Some(&source) {
            let json = serde_json::to_vec(&source).expect("a source entry is plain data");
            self.sources.insert(update.key.as_str(), json.as_slice())?;
            self.touched = true;
        }
        Ok(())
    }

    fn next_ordinal(&mut self) -> Result<u64, redb::Error> {
        let ordinal = self.meta.get("next_source")?.map_or(0, |value| value.value());
        self.meta.insert("next_source", ordinal + 1)?;
        Ok(ordinal)
    }

    /// The record's identity, with an ordinal if another record holds it.
    fn free_identity(
        &self,
        record: &Record,
        own: &BTreeSet<String>,
        taken: &BTreeSet<String>,
    ) -> Result<String, redb::Error> {
        let wanted = record.id.0.as_str();
        for ordinal in 1_u64.. {
            let id = if ordinal == 1 { wanted.to_owned() } else { format!("{wanted}-{ordinal}") };
            let is_free = !taken.contains(&id)
                && (own.contains(&id) || self.records.get(id.as_str())?.is_none());
            if is_free {
                return Ok(id);
            }
        }
        unreachable!("there are more ordinals than records")
    }

    fn notice_duplicate(&mut self, record: &mut Record, id: &str) {
        let notice = Notice::new(
            NoticeKind::DuplicateIdentity,
            format!("識別子{}の取組がほかにあるので、{id}としました。", record.id.0),
            record.sources.first().map_or_else(String::new, |source| source.file.clone()),
        );
        record.id = RecordId(id.to_owned());
        record.notices.push(notice.clone());
        self.changes.notices.push(notice);
    }

    fn put(&mut self, record: Record, sequence: u64) -> Result<(), redb::Error> {
        let id = record.id.0.clone();
        let before = self.records.get(id.as_str())?.and_then(|value| unseal(value.value()));
        if let Some(before) = &before
            && before.record == record
            && before.sequence == sequence
        {
            self.changes.n_unchanged += 1;
            return Ok(());
        }
        let first_seen = before.as_ref().map_or(self.now, |before| before.first_seen);
        let changed = match &before {
            // Moving within the sheet or to another file is no change of content.
            Some(before) if before.record.sections == record.sections => before.changed,
            _ => self.now,
        };
        let generation = self.changes.generation;
        let stored = StoredRecord { record, first_seen, changed, sequence, generation };
        self.records.insert(id.as_str(), seal(&stored).as_slice())?;
        self.removed.remove(id.as_str())?;
        self.touched = true;
        match before {
            Some(_) => self.changes.n_replaced += 1,
            None => self.changes.n_added += 1,
        }
        Ok(())
    }

    fn remove(&mut self, id: &str) -> Result<(), redb::Error> {
        if self.records.remove(id)?.is_some() {
            self.removed.insert(id, self.changes.generation)?;
            self.changes.n_removed += 1;
            self.touched = true;
        }
        Ok(())
    }

    /// What changed, or `None` if nothing was written.
    fn finish(mut self) -> Result<Option<Changes>, redb::Error> {
        if !self.touched {
            return Ok(None);
        }
        self.meta.insert("generation", self.changes.generation)?;
        Ok(Some(self.changes))
    }
}

fn failure<'p>(
    action: &'static str,
    path: &'p Path,
) -> impl Fn(redb::Error) -> StoreError + use<'p> {
    move |source| StoreError::Database { action, path: path.to_owned(), source: Box::new(source) }
}

fn stored_source(json: &[u8]) -> StoredSource {
    // An entry that cannot be read makes its file look new: it is read again.
    serde_json::from_slice(json).unwrap_or_default()
}

fn seal(stored: &StoredRecord) -> Vec<u8> {
    let json = serde_json::to_vec(stored).expect("a record is plain data");
    let mut sealed = crc32fast::hash(&json).to_le_bytes().to_vec();
    sealed.extend(json);
    sealed
}

fn unseal(sealed: &[u8]) -> Option<StoredRecord> {
    let (checksum, json) = sealed.split_first_chunk::<4>()?;
    if crc32fast::hash(json) != u32::from_le_bytes(*checksum) {
        return None;
    }
    serde_json::from_slice(json).ok()
}

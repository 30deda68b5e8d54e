//! The record store: every record as it was read, checksummed, in one crash-safe file.
//!
//! The store is the truth and the index is derived from it.
//! A commit of the store is durable before it is acknowledged; each counts as one generation,
//! and every record remembers the generation that last changed it, so that an index which fell behind
//! (the process was killed between the two commits) can be brought up to date.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::path::{Path, PathBuf};

use redb::{Database, ReadableDatabase, ReadableTable, ReadableTableMetadata, TableDefinition};
use serde::{Deserialize, Serialize};

use crate::notice::{Notice, NoticeKind};
use crate::record::identity;
use crate::record::{Record, RecordId};

/// Record identity → CRC-32 of the rest, generation (both little endian), and [`StoredRecord`] as JSON.
const RECORDS: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("records");
/// Source key → [`StoredSource`] as JSON.
const SOURCES: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("sources");
/// Record identity → generation in which it was removed.
const REMOVED: TableDefinition<'_, &str, u64> = TableDefinition::new("removed");
/// `format`, `identity`, `generation`, `next_source`.
const META: TableDefinition<'_, &str, u64> = TableDefinition::new("meta");

/// The format of the store that this program reads and writes.
const FORMAT: u64 = 1;

/// The length of a CRC-32.
const CHECKSUM_BYTES: usize = 4;

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
    /// The file's own checksums do not hold.
    #[error("{0} is damaged; restore the store from a backup or ingest the sources again")]
    DamagedFile(PathBuf),
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
        let database = builder().create(path).map_err(|error| fail("open")(error.into()))?;
        let store = Store { database, path: path.to_owned() };
        store.prepare().map_err(fail("prepare"))?;
        let found = store.meta("format")?;
        if found != FORMAT {
            return Err(StoreError::Format { path: path.to_owned(), found });
        }
        Ok(store)
    }

    /// Opens the store in `path` without making one.
    ///
    /// # Errors
    ///
    /// [`StoreError`], also if there is none.
    pub fn open_existing(path: &Path) -> Result<Store, StoreError> {
        let database =
            builder().open(path).map_err(|error| failure("open", path)(error.into()))?;
        Ok(Store { database, path: path.to_owned() })
    }

    /// Verifies the checksums of the file's pages and of every record.
    ///
    /// # Errors
    ///
    /// [`StoreError`], which names the first damage.
    pub fn verify(&mut self) -> Result<(), StoreError> {
        let is_sound = self
            .database
            .check_integrity()
            .map_err(|error| failure("verify", &self.path)(error.into()))?;
        if !is_sound {
            return Err(StoreError::DamagedFile(self.path.clone()));
        }
        self.changed_since(0, |_| {})
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
                meta.insert("identity", RandomState::new().build_hasher().finish())?;
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
            if sealed_generation(value.value()).is_some_and(|written| written <= generation) {
                continue;
            }
            visit(unseal(value.value()).ok_or_else(|| StoreError::Damaged {
                id: id.value().to_owned(),
                path: self.path.clone(),
            })?);
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

    /// Names this store among all: a store that was lost and begun anew, or restored, counts its generations again.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`].
    pub fn identity(&self) -> Result<u64, StoreError> {
        self.meta("identity")
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
            .and_then(|update| update.run(updates, gone))
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

    /// Writes other fingerprints of sources whose records stay as they are; unknown sources are left out.
    ///
    /// No record changes, so the generation stays.
    ///
    /// # Errors
    ///
    /// [`StoreError::Database`]; the store is then as it was before.
    pub fn restamp(&self, fingerprints: &[(String, String)]) -> Result<(), StoreError> {
        if fingerprints.is_empty() {
            return Ok(());
        }
        let write = || -> Result<(), redb::Error> {
            let transaction = self.database.begin_write()?;
            {
                let mut sources = transaction.open_table(SOURCES)?;
                for (key, fingerprint) in fingerprints {
                    let known = sources.get(key.as_str())?.map(|value| stored_source(value.value()));
                    let Some(known) = known else { continue };
                    let source = StoredSource { fingerprint: fingerprint.clone(), ..known };
                    let json = serde_json::to_vec(&source).expect("a source entry is plain data");
                    sources.insert(key.as_str(), json.as_slice())?;
                }
            }
            transaction.commit()?;
            Ok(())
        };
        write().map_err(failure("write", &self.path))
    }
}

/// One commit in the making.
///
/// First every source of the commit lets go of its records, then each takes its own:
/// a record that moves from one file to another keeps its identity and its dates, in whatever order they are read.
struct Update<'t> {
    records: redb::Table<'t, &'static str, &'static [u8]>,
    sources: redb::Table<'t, &'static str, &'static [u8]>,
    removed: redb::Table<'t, &'static str, u64>,
    meta: redb::Table<'t, &'static str, u64>,
    /// What the sources of the commit have let go of and nobody has taken yet.
    released: BTreeMap<String, StoredRecord>,
    changes: Changes,
    now: u64,
    /// Whether anything differs from before, be it only the fingerprint of a source.
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
            released: BTreeMap::new(),
            changes: Changes { generation, ..Changes::default() },
            now,
            touched: false,
        })
    }

    /// What changed, or `None` if nothing did.
    fn run(
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
        let mut known = Vec::with_capacity(updates.len());
        for update in &updates {
            known.push(self.release(&update.key)?);
        }
        for (update, known) in updates.into_iter().zip(known) {
            self.take(update, known)?;
        }
        for id in self.released.keys() {
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

    /// Takes the records of a source out of the table; returns what was known of the source.
    fn release(&mut self, key: &str) -> Result<Option<StoredSource>, redb::Error> {
        let Some(source) = self.sources.get(key)?.map(|value| stored_source(value.value())) else {
            return Ok(None);
        };
        for id in &source.ids {
            if let Some(sealed) = self.records.remove(id.as_str())?
                && let Some(stored) = unseal(sealed.value())
            {
                self.released.insert(id.clone(), stored);
            }
        }
        Ok(Some(source))
    }

    fn take(
        &mut self,
        update: SourceUpdate,
        known: Option<StoredSource>,
    ) -> Result<(), redb::Error> {
        let ordinal = match &known {
            Some(source) => source.ordinal,
            None => self.next_ordinal()?,
        };
        let mut ids = Vec::with_capacity(update.records.len());
        for (position, mut record) in (0..).zip(update.records) {
            let id = self.free_identity(&record.id)?;
            if id != record.id {
                self.notice_duplicate(&mut record, id);
            }
            ids.push(record.id.0.clone());
            self.put(record, ordinal * POSITIONS_PER_SOURCE + position)?;
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

    /// The identity, with an ordinal if another record holds it.
    fn free_identity(&self, wanted: &RecordId) -> Result<RecordId, redb::Error> {
        let mut id = wanted.clone();
        for ordinal in 2_u64.. {
            if self.records.get(id.0.as_str())?.is_none() {
                break;
            }
            id = identity::with_ordinal(wanted, ordinal);
        }
        Ok(id)
    }

    fn notice_duplicate(&mut self, record: &mut Record, id: RecordId) {
        let notice = Notice::new(
            NoticeKind::DuplicateIdentity,
            format!("識別子{}の取組がほかにあるので、{}としました。", record.id.0, id.0),
            record.sources.first().map_or_else(String::new, |source| source.file.clone()),
        );
        record.id = id;
        record.notices.push(notice.clone());
        self.changes.notices.push(notice);
    }

    fn put(&mut self, record: Record, sequence: u64) -> Result<(), redb::Error> {
        let before = self.released.remove(&record.id.0);
        let stored = match before {
            Some(before) if before.record == record && before.sequence == sequence => {
                self.changes.n_unchanged += 1;
                before
            }
            Some(before) => {
                self.changes.n_replaced += 1;
                // Moving within the sheet or to another file is no change of content.
                let is_same_text = before.record.sections == record.sections;
                let changed = if is_same_text { before.changed } else { self.now };
                self.stored(record, before.first_seen, changed, sequence)
            }
            None => {
                self.changes.n_added += 1;
                self.stored(record, self.now, self.now, sequence)
            }
        };
        let id = stored.record.id.0.as_str();
        self.records.insert(id, seal(&stored).as_slice())?;
        self.removed.remove(id)?;
        Ok(())
    }

    fn stored(
        &mut self,
        record: Record,
        first_seen: u64,
        changed: u64,
        sequence: u64,
    ) -> StoredRecord {
        self.touched = true;
        StoredRecord { record, first_seen, changed, sequence, generation: self.changes.generation }
    }
}

/// Memory for pages of the store; the library would take a gigabyte, which is more than the whole program may.
const CACHE_BYTES: usize = 64 << 20;

fn builder() -> redb::Builder {
    let mut builder = Database::builder();
    builder.set_cache_size(CACHE_BYTES);
    builder
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
    let mut sealed = vec![0; CHECKSUM_BYTES];
    sealed.extend(stored.generation.to_le_bytes());
    serde_json::to_writer(&mut sealed, stored).expect("a record is plain data");
    let checksum = crc32fast::hash(&sealed[CHECKSUM_BYTES..]);
    sealed[..CHECKSUM_BYTES].copy_from_slice(&checksum.to_le_bytes());
    sealed
}

/// The record, unless a byte of it is another than was written.
fn unseal(sealed: &[u8]) -> Option<StoredRecord> {
    let (checksum, rest) = sealed.split_first_chunk::<CHECKSUM_BYTES>()?;
    let (_, json) = rest.split_first_chunk::<8>()?;
    if crc32fast::hash(rest) != u32::from_le_bytes(*checksum) {
        return None;
    }
    serde_json::from_slice(json).ok()
}

/// The generation of a sealed record, without a look at the rest.
fn sealed_generation(sealed: &[u8]) -> Option<u64> {
    let (_, rest) = sealed.split_first_chunk::<CHECKSUM_BYTES>()?;
    rest.split_first_chunk::<8>().map(|(generation, _)| u64::from_le_bytes(*generation))
}

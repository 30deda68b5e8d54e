//! The record store: every record as each source has it and as it is shown, checksummed, in one crash-safe file.
//!
//! The store is the truth and the index is derived from it.
//! It keeps *readings*, what each source says, by the identity that they share; `record::merge` makes of them the records
//! that are shown. Most identities have one reading, which is shown as it is and kept once.
//!
//! A commit of the store is durable before it is acknowledged; each counts as one generation,
//! and every record remembers the generation that last changed it, so that an index which fell behind
//! (the process was killed between the two commits) can be brought up to date.

mod rows;
mod update;

use std::collections::BTreeMap;
use std::fs;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io;
use std::path::{Path, PathBuf};

use redb::{Database, ReadableDatabase, ReadableTable, ReadableTableMetadata, TableDefinition};
use serde::{Deserialize, Serialize};

use crate::notice::Notice;
use crate::record::{Record, RecordId};

use super::manifest::sync_directory;

use self::rows::{SealedRecord, StoredReadings, StoredSource};
use self::update::Update;

/// Record identity → [`StoredRecord`], sealed.
const RECORDS: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("records");
/// Identity that readings share → [`StoredReadings`], sealed; an identity with one reading that is shown as it is has none.
const READINGS: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("readings");
/// Source key → [`StoredSource`] as JSON.
const SOURCES: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("sources");
/// Record identity → generation in which it was removed.
const REMOVED: TableDefinition<'_, &str, u64> = TableDefinition::new("removed");
/// `format`, `identity`, `generation`, `next_source`.
const META: TableDefinition<'_, &str, u64> = TableDefinition::new("meta");

/// The format of the store that this program reads and writes.
const FORMAT: u64 = 2;

/// What a store is called while it is made.
const UNFINISHED_EXTENSION: &str = "redb-new";

/// The format before readings were kept: each record had one source.
const FORMAT_WITHOUT_READINGS: u64 = 1;

/// A record with what the store knows of it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct StoredRecord {
    /// The record.
    pub record: Record,
    /// When it was first ingested: seconds since 1970, UTC.
    pub first_seen: u64,
    /// When its content last changed: seconds since 1970, UTC.
    pub changed: u64,
    /// Place among all records: order of the sources, then order in the sheet; of several sources the first.
    pub sequence: u64,
    /// The generation that last changed it.
    pub generation: u64,
    /// The identity that its readings share, where it is not the record's own: that without the ordinal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared: Option<RecordId>,
}

impl StoredRecord {
    /// Whether two places among all records are places in one source.
    pub fn is_one_source(sequence: u64, other: u64) -> bool {
        sequence / update::POSITIONS_PER_SOURCE == other / update::POSITIONS_PER_SOURCE
    }
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
    /// What was noticed where sources met: identities, corrections, other wordings.
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
        if !path.exists() {
            Store::create(path).map_err(fail("create"))?;
        }
        let database = builder().open(path).map_err(|error| fail("open")(error.into()))?;
        let store = Store { database, path: path.to_owned() };
        store.prepare().map_err(fail("prepare"))?;
        if store.meta("format")? == FORMAT_WITHOUT_READINGS {
            store.take_over().map_err(fail("convert"))?;
        }
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
        let database = builder().open(path).map_err(|error| failure("open", path)(error.into()))?;
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
        self.changed_since(0, |_| {})?;
        self.verify_readings()
    }

    /// Makes an empty store beside its place and moves it there: a process that is killed while the file has no head yet would
    /// leave one that nobody can open.
    fn create(path: &Path) -> Result<(), redb::Error> {
        let beside = path.with_extension(UNFINISHED_EXTENSION);
        match fs::remove_file(&beside) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
        let store = Store { database: builder().create(&beside)?, path: beside.clone() };
        store.prepare()?;
        drop(store);
        fs::rename(&beside, path)?;
        sync_directory(path.parent().unwrap_or(Path::new(".")))?;
        Ok(())
    }

    fn verify_readings(&self) -> Result<(), StoreError> {
        let read = || -> Result<Option<String>, redb::Error> {
            let table = self.database.begin_read()?.open_table(READINGS)?;
            for entry in table.iter()? {
                let (id, value) = entry?;
                if StoredReadings::unseal(value.value()).is_none() {
                    return Ok(Some(id.value().to_owned()));
                }
            }
            Ok(None)
        };
        match read().map_err(failure("read", &self.path))? {
            Some(id) => Err(StoreError::Damaged { id, path: self.path.clone() }),
            None => Ok(()),
        }
    }

    /// Makes a store without readings one with: every record is the one reading of its identity.
    ///
    /// The sources count as changed, so that the next ingest reads them again and records that are one come together;
    /// records of sources that are gone stay as they are.
    fn take_over(&self) -> Result<(), redb::Error> {
        let transaction = self.database.begin_write()?;
        {
            let mut sources = transaction.open_table(SOURCES)?;
            let mut unread = Vec::new();
            for entry in sources.iter()? {
                let (key, value) = entry?;
                let source = StoredSource::of_json(value.value());
                let source = StoredSource { fingerprint: String::new(), ..source };
                unread.push((key.value().to_owned(), source.json()));
            }
            for (key, json) in &unread {
                sources.insert(key.as_str(), json.as_slice())?;
            }
            transaction.open_table(META)?.insert("format", FORMAT)?;
        }
        transaction.commit()?;
        Ok(())
    }

    fn prepare(&self) -> Result<(), redb::Error> {
        let transaction = self.database.begin_write()?;
        {
            transaction.open_table(RECORDS)?;
            transaction.open_table(READINGS)?;
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
                    Ok((key.value().to_owned(), StoredSource::of_json(value.value()).fingerprint))
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
            if SealedRecord::generation(value.value()).is_some_and(|written| written <= generation)
            {
                continue;
            }
            visit(SealedRecord::unseal(value.value()).ok_or_else(|| StoreError::Damaged {
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
    /// Readings of one identity are merged as `record::merge` says, whichever sources they come from; only the identities
    /// that the commit touches are merged anew.
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
                    let known = sources.get(key.as_str())?;
                    let Some(known) = known.map(|value| StoredSource::of_json(value.value()))
                    else {
                        continue;
                    };
                    let source = StoredSource { fingerprint: fingerprint.clone(), ..known };
                    sources.insert(key.as_str(), source.json().as_slice())?;
                }
            }
            transaction.commit()?;
            Ok(())
        };
        write().map_err(failure("write", &self.path))
    }
}

/// Memory for pages of the store; the library would take a gigabyte, which is more than the whole program may.
const CACHE_BYTES: usize = 16 << 20;

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

#[cfg(test)]
mod tests;

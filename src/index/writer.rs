//! Writing: sources into the store, changes of the store into the index.

use std::fs;
use std::fs::File;
use std::path::{Path, PathBuf};

use tantivy::Term;

use crate::analysis::Analyzer;

use super::manifest::{Ingredients, Manifest, TEMPORARY_PREFIX, sync_directory};
use super::{
    Changes, Fields, IndexError, STORE_FILE, SourceUpdate, Store, document, file_error,
    open_tantivy, originals, register_tokenizers, tantivy_error,
};

/// The file that the one writing process holds locked.
const LOCK_FILE: &str = "writer.lock";

/// Memory for postings in the making, shared by the indexing threads.
const WRITER_MEMORY_BYTES: usize = 128 << 20;

/// The one writer of an index.
///
/// While it lives, other processes can read and none can write.
pub struct Writer {
    home: PathBuf,
    fields: Fields,
    store: Store,
    index: tantivy::Index,
    writer: tantivy::IndexWriter,
    directory: PathBuf,
    _lock: File,
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").field("home", &self.home).finish_non_exhaustive()
    }
}

impl Writer {
    /// Opens the index in `home` for writing, making it if there is none, and brings it up to date:
    /// a stale, damaged or missing index is built anew from the store, one that fell behind catches up.
    ///
    /// # Errors
    ///
    /// [`IndexError::Locked`] if another process is writing; otherwise what failed.
    pub fn open(home: &Path, fields: &Fields, analyzer: &Analyzer) -> Result<Writer, IndexError> {
        fs::create_dir_all(home).map_err(file_error("create", home))?;
        let lock = lock(home)?;
        let store = Store::open(&home.join(STORE_FILE))?;
        let ingredients = Ingredients::of(fields, analyzer);
        let manifest = Manifest::read(home)
            .map_err(file_error("read the manifest in", home))?
            .filter(|manifest| manifest.ingredients == ingredients);
        let state = State::of(&store)?;
        let live = manifest.and_then(|manifest| {
            let directory = home.join(&manifest.directory);
            let index = sound_index(&directory, analyzer)?;
            // An index of another store, or one that is ahead of it, holds records that the store does not know.
            State::indexed(&index)
                .is_some_and(|indexed| indexed.is_before_or_at(state))
                .then_some((directory, index))
        });
        let (directory, index) = match live {
            Some(live) => live,
            None => build(home, fields, analyzer, &store, ingredients)?,
        };
        let writer = index
            .writer(WRITER_MEMORY_BYTES)
            .map_err(tantivy_error("open for writing", &directory))?;
        let mut writer = Writer {
            home: home.to_owned(),
            fields: fields.clone(),
            store,
            index,
            writer,
            directory,
            _lock: lock,
        };
        writer.sweep();
        writer.catch_up()?;
        writer.list_originals()?;
        Ok(writer)
    }

    /// The record store.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Takes over the records of `updates` and drops those of the sources in `gone`.
    ///
    /// When this returns, the change is durable in the store and searchable in the index.
    ///
    /// # Errors
    ///
    /// The store failed, and nothing changed; or the index failed, and the next opening catches up.
    pub fn update(
        &mut self,
        updates: Vec<SourceUpdate>,
        gone: &[String],
        now: u64,
    ) -> Result<Changes, IndexError> {
        let changes = self.store.update(updates, gone, now)?;
        self.catch_up()?;
        self.list_originals()?;
        Ok(changes)
    }

    /// Leaves the list from which readers tell where the sources lie.
    fn list_originals(&self) -> Result<(), IndexError> {
        originals::write(&self.home, &self.store.sources()?)
            .map_err(file_error("list the sources in", &self.home))
    }

    /// Brings every change of the store since the index's last commit into the index.
    fn catch_up(&mut self) -> Result<(), IndexError> {
        let state = State::of(&self.store)?;
        let indexed = State::indexed(&self.index).map_or(0, |state| state.generation);
        if indexed == state.generation {
            return Ok(());
        }
        for id in self.store.removed_since(indexed)? {
            self.writer.delete_term(Term::from_field_text(self.fields.id, &id.0));
        }
        feed(&mut self.writer, &self.fields, &self.store, indexed, &self.directory)
            .and_then(|()| commit(&mut self.writer, &self.directory, state))
            .inspect_err(|_| {
                // What was fed is not committed: the next attempt starts from the last commit.
                drop(self.writer.rollback());
            })
    }

    /// Removes what killed runs left behind: former index directories and manifests in the making.
    fn sweep(&self) {
        let Ok(entries) = fs::read_dir(&self.home) else { return };
        for path in entries.flatten().map(|entry| entry.path()) {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            // A leftover that cannot be removed costs space and nothing else.
            if is_index_directory(&name) && path != self.directory {
                drop(fs::remove_dir_all(&path));
            } else if name.starts_with(TEMPORARY_PREFIX) {
                drop(fs::remove_file(&path));
            }
        }
    }
}

/// The directories of indexes within a home are called so, with a number.
const DIRECTORY_PREFIX: &str = "terms-";

/// Whether a name is one that [`fresh_directory`] gives; a home may hold what is none of ours.
fn is_index_directory(name: &str) -> bool {
    name.strip_prefix(DIRECTORY_PREFIX).is_some_and(|number| {
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// The index in `directory`, unless a file of it is missing or damaged: tantivy opens such an index and fails, or
/// answers wrongly, only when it comes to the file.
fn sound_index(directory: &Path, analyzer: &Analyzer) -> Option<tantivy::Index> {
    let index = open_tantivy(directory, analyzer).ok()?;
    let damaged = index.validate_checksum().ok()?;
    damaged.is_empty().then_some(index)
}

fn lock(home: &Path) -> Result<File, IndexError> {
    let path = home.join(LOCK_FILE);
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(file_error("open", &path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => Err(IndexError::Locked(home.to_owned())),
        Err(fs::TryLockError::Error(error)) => Err(file_error("lock", &path)(error)),
    }
}

/// Builds an index from the store in a directory of its own and makes it the live one.
fn build(
    home: &Path,
    fields: &Fields,
    analyzer: &Analyzer,
    store: &Store,
    ingredients: Ingredients,
) -> Result<(PathBuf, tantivy::Index), IndexError> {
    let (name, directory) = fresh_directory(home)?;
    let index = tantivy::Index::create_in_dir(&directory, fields.schema.clone())
        .map_err(tantivy_error("create", &directory))?;
    register_tokenizers(&index, analyzer);
    let mut writer =
        index.writer(WRITER_MEMORY_BYTES).map_err(tantivy_error("open for writing", &directory))?;
    feed(&mut writer, fields, store, 0, &directory)?;
    commit(&mut writer, &directory, State::of(store)?)?;
    writer.wait_merging_threads().map_err(tantivy_error("merge", &directory))?;
    sync_directory(home).map_err(file_error("write", home))?;
    let manifest = Manifest { ingredients, directory: name };
    manifest.write(home).map_err(file_error("write the manifest in", home))?;
    Ok((directory, index))
}

fn fresh_directory(home: &Path) -> Result<(String, PathBuf), IndexError> {
    for number in 1_u32.. {
        let name = format!("{DIRECTORY_PREFIX}{number}");
        let path = home.join(&name);
        match fs::create_dir(&path) {
            Ok(()) => return Ok((name, path)),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(file_error("create", &path)(error)),
        }
    }
    unreachable!("there are fewer directories than numbers")
}

/// Hands every record that changed after `generation` to `writer`.
fn feed(
    writer: &mut tantivy::IndexWriter,
    fields: &Fields,
    store: &Store,
    generation: u64,
    directory: &Path,
) -> Result<(), IndexError> {
    let mut outcome = Ok(());
    store.changed_since(generation, |stored| {
        if outcome.is_err() {
            return;
        }
        // An index without a commit has nothing to replace.
        if 0 < generation {
            writer.delete_term(Term::from_field_text(fields.id, &stored.record.id.0));
        }
        outcome = writer.add_document(document::document(fields, &stored)).map(|_| ());
    })?;
    outcome.map_err(tantivy_error("add to", directory))
}

/// Commits durably: tantivy renames its `meta.json` without synchronising the directory afterwards,
/// so that a power cut could undo an acknowledged commit.
fn commit(
    writer: &mut tantivy::IndexWriter,
    directory: &Path,
    state: State,
) -> Result<(), IndexError> {
    let mut prepared = writer.prepare_commit().map_err(tantivy_error("commit to", directory))?;
    prepared.set_payload(&format!("{} {}", state.store, state.generation));
    prepared.commit().map_err(tantivy_error("commit to", directory))?;
    sync_directory(directory).map_err(file_error("write", directory))
}

/// A state of a store, as the commits of an index remember it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct State {
    store: u64,
    generation: u64,
}

impl State {
    fn of(store: &Store) -> Result<State, IndexError> {
        Ok(State { store: store.identity()?, generation: store.generation()? })
    }

    /// The state that the last commit of `index` holds; `None` if it has no commit of ours.
    fn indexed(index: &tantivy::Index) -> Option<State> {
        let payload = index.load_metas().ok()?.payload?;
        let (store, generation) = payload.split_once(' ')?;
        Some(State { store: store.parse().ok()?, generation: generation.parse().ok()? })
    }

    fn is_before_or_at(self, other: State) -> bool {
        self.store == other.store && self.generation <= other.generation
    }
}

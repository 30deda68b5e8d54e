//! A run: the files that were found, into the index.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::index::originals::path_of;
use crate::index::{Changes, IndexError, SourceUpdate, Writer};
use crate::record::Record;

use super::file_reader::{FileReader, Wish};
use super::files::{Found, FoundFile};
use super::outcome::{FileOutcome, FileState};
use super::stamp::Fingerprint;

/// Records are committed when this many are waiting, or when what waits takes [`COMMIT_BYTES`].
const COMMIT_RECORDS: usize = 20_000;

/// See [`COMMIT_RECORDS`]; less than what may be held by work that is not first in line.
const COMMIT_BYTES: usize = 8 << 20;

/// What a run does beside reading what is new or changed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Drop the records of files that are gone.
    pub prunes: bool,
    /// Read files that did not change, too: a report is about all.
    pub reads_all: bool,
    /// Tell the role of every character.
    pub wants_ledger: bool,
}

/// What became of the files.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// Files that were read because they are new or changed.
    pub n_read: usize,
    /// Files whose records the index holds already.
    pub n_unchanged: usize,
    /// Files and folders that could not be read; what the index holds of them stays.
    pub n_failed: usize,
    /// Folders of which nothing is left: it may be a disk that is not there, so nothing was dropped.
    pub emptied: Vec<PathBuf>,
    /// Whether the run was called off before its end.
    pub is_called_off: bool,
    /// What changed in the index.
    pub changes: Changes,
}

/// Reads every file that is new or changed into the index, and says of each what became of it.
///
/// `roots` are the paths that the files were found under; with no path, pruning looks at every source.
///
/// # Errors
///
/// The index failed; what was committed before stays.
pub fn ingest(
    writer: &mut Writer,
    reader: &FileReader,
    roots: &[PathBuf],
    found: &Found,
    options: Options,
    mut on_file: impl FnMut(&FileOutcome, &[Record]),
) -> Result<Summary, IndexError> {
    let known = Known::of(writer.store().sources()?);
    let mut run =
        Run { writer, known: &known, waiting: Waiting::default(), summary: Summary::default() };
    if options.prunes {
        run.prune(roots, found);
    }
    for failure in &found.failures {
        run.summary.n_failed += 1;
        on_file(failure, &[]);
    }
    let wish = |file: &FoundFile| Wish {
        known: known.fingerprints.get(&file.key()).filter(|_| !options.reads_all),
        wants_ledger: options.wants_ledger,
    };
    reader.read_all(&found.files, wish, |reading, gate| {
        if reading.is_called_off {
            gate.release(reading.held_bytes);
            return Ok(());
        }
        on_file(&reading.outcome, &reading.records);
        let key = reading.outcome.key;
        run.waiting.n_bytes += reading.held_bytes;
        match (reading.outcome.state, reading.fingerprint) {
            (FileState::Read, Some(fingerprint)) => {
                run.summary.n_read += 1;
                // A file that was moved takes its records along.
                run.waiting.gone.extend(run.known.moved_from(&key, &fingerprint));
                let fingerprint = fingerprint.to_string();
                run.waiting.updates.push(SourceUpdate {
                    key,
                    fingerprint,
                    records: reading.records,
                });
            }
            (FileState::Unchanged, restamped) => {
                run.summary.n_unchanged += 1;
                let restamped = restamped.map(|fingerprint| (key, fingerprint.to_string()));
                run.waiting.restamped.extend(restamped);
            }
            _ => run.summary.n_failed += 1,
        }
        if run.waiting.is_enough() {
            let n_bytes = run.waiting.n_bytes;
            run.commit()?;
            gate.release(n_bytes);
        }
        Ok::<(), IndexError>(())
    })?;
    run.commit()?;
    run.summary.is_called_off = reader.called_off().load(Ordering::Relaxed);
    Ok(run.summary)
}

/// Reads files without an index and hands over what each gave, in their order.
///
/// # Errors
///
/// The first error of `on_file`, which ends the reading.
pub fn read<E>(
    reader: &FileReader,
    found: &Found,
    wants_ledger: bool,
    mut on_file: impl FnMut(&FileOutcome, &[Record]) -> Result<(), E>,
) -> Result<(), E> {
    for failure in &found.failures {
        on_file(failure, &[])?;
    }
    let wish = |_| Wish { known: None, wants_ledger };
    reader.read_all(&found.files, wish, |reading, gate| {
        let told = match reading.is_called_off {
            true => Ok(()),
            false => on_file(&reading.outcome, &reading.records),
        };
        gate.release(reading.held_bytes);
        told
    })
}

/// What the index knows of sources.
struct Known {
    fingerprints: BTreeMap<String, Fingerprint>,
    /// Keys, by what their records were read from.
    keys: HashMap<(String, String), Vec<String>>,
    /// Every key, also those of which nothing else is known.
    all: Vec<String>,
}

impl Known {
    fn of(sources: BTreeMap<String, String>) -> Known {
        let all = sources.keys().cloned().collect();
        let fingerprints: BTreeMap<String, Fingerprint> = sources
            .into_iter()
            .filter_map(|(key, text)| Some((key, Fingerprint::parse(&text)?)))
            .collect();
        let mut keys: HashMap<_, Vec<String>> = HashMap::new();
        for (key, fingerprint) in &fingerprints {
            let reading = (fingerprint.content.clone(), fingerprint.reader.clone());
            keys.entry(reading).or_default().push(key.clone());
        }
        Known { fingerprints, keys, all }
    }

    /// The sources that a new file was before it was moved: those with its content that are gone.
    fn moved_from(&self, key: &str, fingerprint: &Fingerprint) -> Vec<String> {
        if self.fingerprints.contains_key(key) {
            return Vec::new();
        }
        let reading = (fingerprint.content.clone(), fingerprint.reader.clone());
        let same = self.keys.get(&reading).map(Vec::as_slice).unwrap_or_default();
        same.iter().filter(|other| is_gone(&path_of(other))).cloned().collect()
    }
}

/// What is read and not yet committed.
#[derive(Default)]
struct Waiting {
    updates: Vec<SourceUpdate>,
    gone: Vec<String>,
    restamped: Vec<(String, String)>,
    n_bytes: usize,
}

impl Waiting {
    fn is_enough(&self) -> bool {
        let n_records = || self.updates.iter().map(|update| update.records.len()).sum::<usize>();
        COMMIT_BYTES <= self.n_bytes || COMMIT_RECORDS <= n_records()
    }
}

struct Run<'w, 'k> {
    writer: &'w mut Writer,
    known: &'k Known,
    waiting: Waiting,
    summary: Summary,
}

impl Run<'_, '_> {
    fn commit(&mut self) -> Result<(), IndexError> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
        let Waiting { updates, gone, restamped, .. } = std::mem::take(&mut self.waiting);
        let changes = self.writer.update(updates, &gone, now)?;
        self.writer.store().restamp(&restamped)?;
        let total = &mut self.summary.changes;
        total.generation = changes.generation;
        total.n_added += changes.n_added;
        total.n_replaced += changes.n_replaced;
        total.n_unchanged += changes.n_unchanged;
        total.n_removed += changes.n_removed;
        total.notices.extend(changes.notices);
        Ok(())
    }

    /// Lets go of the known sources that no longer exist under `roots`, or anywhere if there are none.
    fn prune(&mut self, roots: &[PathBuf], found: &Found) {
        let gone = |root: Option<&Path>| -> Vec<String> {
            let below = |path: &Path| root.is_none_or(|root| path.starts_with(root));
            let paths = self.known.all.iter().map(|key| (key, path_of(key)));
            let gone = paths.filter(|(_, path)| below(path) && is_gone(path));
            gone.map(|(key, _)| key.clone()).collect()
        };
        if roots.is_empty() {
            self.waiting.gone = gone(None);
            return;
        }
        for root in roots.iter().filter_map(|root| root.canonicalize().ok()) {
            let below = gone(Some(&root));
            let mut files = found.files.iter().chain(&found.resting);
            let is_empty = !files.any(|file| file.place.starts_with(&root));
            if is_empty && !below.is_empty() {
                self.summary.n_failed += 1;
                self.summary.emptied.push(root);
            } else {
                self.waiting.gone.extend(below);
            }
        }
    }
}

/// Whether there is surely nothing at `path`: a folder that may not be looked into says nothing about its files.
fn is_gone(path: &Path) -> bool {
    match path.metadata() {
        Ok(_) => false,
        Err(error) => {
            matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
        }
    }
}

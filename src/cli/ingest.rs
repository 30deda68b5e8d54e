//! `ingest`: files and folders into the index.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Args;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, percent_encode};

use crate::index::{Changes, Fields, SourceUpdate, Writer};
use crate::notice::Notice;
use crate::record;
use crate::record::tables::Tables;
use crate::source;
use crate::source::SourceKind;

use super::Exit;
use super::place::IndexPlace;
use super::reading::{Found, Progress, failure, find, notices, remark};

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// Files and folders; without any, the index is only brought up to date.
    paths: Vec<PathBuf>,
    /// Drop the records of files that are gone.
    #[arg(long)]
    prune: bool,
    #[command(flatten)]
    place: IndexPlace,
}

/// What became of the files.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// Files that were read because they are new or changed.
    pub(super) n_read: usize,
    /// Files whose records the index holds already.
    pub(super) n_unchanged: usize,
    /// Files and folders that could not be read; what the index holds of them stays.
    pub(super) n_failed: usize,
    /// What changed in the index.
    pub(super) changes: Changes,
}

/// Records are committed when this many are waiting, so that memory stays bounded over many files.
const COMMIT_RECORDS: usize = 20_000;

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    let tables = arguments.place.dictionaries.tables()?;
    let home = arguments.place.home()?;
    let analyzer = arguments.place.dictionaries.analyzer()?;
    let mut writer = Writer::open(&home, &Fields::carried(), &analyzer)?;
    let outcome = ingest(&mut writer, &tables, &arguments.paths, arguments.prune)?;
    let changes = &outcome.changes;
    remark(&format!(
        "files: {} read, {} unchanged, {} failed",
        outcome.n_read, outcome.n_unchanged, outcome.n_failed
    ));
    remark(&format!(
        "records: {} added, {} replaced, {} removed; {} in {}",
        changes.n_added,
        changes.n_replaced,
        changes.n_removed,
        writer.store().n_records()?,
        home.display(),
    ));
    Ok(match outcome {
        Outcome { n_failed: 0, .. } => Exit::Success,
        Outcome { n_read: 0, n_unchanged: 0, .. } => Exit::Failure,
        _ => Exit::Partial,
    })
}

/// Reads every file under `paths` that is new or changed.
pub(super) fn ingest(
    writer: &mut Writer,
    tables: &Tables,
    paths: &[PathBuf],
    prune: bool,
) -> anyhow::Result<Outcome> {
    let known = writer.store().sources()?;
    let (found, n_failed) = find(paths);
    let mut outcome = Outcome { n_failed, ..Outcome::default() };
    let mut gone = if prune { gone(&known, paths, &found, &mut outcome) } else { Vec::new() };
    let mut waiting = Vec::new();
    let mut n_records = 0;
    let progress = Progress::new(found.len());
    for (file, n_done) in found.iter().zip(1..) {
        match read(file, tables, &known) {
            Ok(Some(update)) => {
                outcome.n_read += 1;
                n_records += update.records.len();
                // A file that was moved takes its records along.
                gone.extend(moved_from(&update, &known));
                waiting.push(update);
            }
            Ok(None) => outcome.n_unchanged += 1,
            Err(Unread::Content(remarks)) => {
                outcome.n_failed += 1;
                notices(&remarks);
            }
            Err(Unread::Machine(error)) => {
                outcome.n_failed += 1;
                failure(&*error);
            }
        }
        progress.show(n_done, n_records);
        if COMMIT_RECORDS <= waiting.iter().map(|update: &SourceUpdate| update.records.len()).sum()
        {
            commit(writer, &mut waiting, &mut gone, &mut outcome.changes)?;
        }
    }
    drop(progress);
    commit(writer, &mut waiting, &mut gone, &mut outcome.changes)?;
    notices(&outcome.changes.notices);
    Ok(outcome)
}

fn commit(
    writer: &mut Writer,
    waiting: &mut Vec<SourceUpdate>,
    gone: &mut Vec<String>,
    total: &mut Changes,
) -> anyhow::Result<()> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
    let changes = writer.update(std::mem::take(waiting), &std::mem::take(gone), now)?;
    total.generation = changes.generation;
    total.n_added += changes.n_added;
    total.n_replaced += changes.n_replaced;
    total.n_unchanged += changes.n_unchanged;
    total.n_removed += changes.n_removed;
    total.notices.extend(changes.notices);
    Ok(())
}

/// Why a file gave no records to take over.
enum Unread {
    /// What it holds cannot be used; the remarks say why.
    Content(Vec<Notice>),
    /// It cannot be read.
    Machine(Box<dyn std::error::Error>),
}

/// The records of `file`, or `None` if the index already holds them.
fn read(
    file: &Found,
    tables: &Tables,
    known: &BTreeMap<String, String>,
) -> Result<Option<SourceUpdate>, Unread> {
    let source = source::read_under(&file.base, &file.path)
        .map_err(|error| Unread::Machine(Box::new(error)))?;
    let path = file.path.canonicalize().map_err(|error| Unread::Machine(Box::new(error)))?;
    let key = key(&path);
    if source.kind == SourceKind::Other {
        return Err(Unread::Content(source.notices));
    }
    // What a program reads out of a file may change with its version and with the tables.
    let fingerprint =
        format!("{}+{}+{}", source.sha256, env!("CARGO_PKG_VERSION"), tables.fingerprint());
    if known.get(&key) == Some(&fingerprint) {
        return Ok(None);
    }
    let mut reading = record::read(&source, tables);
    if reading.records.is_empty() {
        let message = "取組を一つも読み取れませんでした。索引にある取組はそのまま残します。";
        reading.notices.push(Notice::new(
            crate::notice::NoticeKind::Missing,
            message,
            &source.file,
        ));
        return Err(Unread::Content(reading.notices));
    }
    notices(&reading.notices);
    Ok(Some(SourceUpdate { key, fingerprint, records: reading.records }))
}

/// What the index calls a source: its path, and where that is no Unicode, its bytes behind a `?`.
///
/// Absolute paths do not begin with `?`, so that no two sources have one name.
fn key(path: &Path) -> String {
    path.to_str().map_or_else(
        || format!("?{}", percent_encode(path.as_os_str().as_encoded_bytes(), NON_ALPHANUMERIC)),
        str::to_owned,
    )
}

/// The path that a key was made of.
fn path_of(key: &str) -> PathBuf {
    let Some(encoded) = key.strip_prefix('?') else { return PathBuf::from(key) };
    let bytes: Vec<u8> = percent_decode_str(encoded).collect();
    #[cfg(unix)]
    let name: OsString = std::os::unix::ffi::OsStringExt::from_vec(bytes);
    #[cfg(not(unix))]
    let name = OsString::from(String::from_utf8_lossy(&bytes).into_owned());
    PathBuf::from(name)
}

/// The known sources that no longer exist under `paths`, or anywhere if no path is given.
///
/// A folder in which nothing is found may be a disk that is not there: nothing below it is dropped.
fn gone(
    known: &BTreeMap<String, String>,
    paths: &[PathBuf],
    found: &[Found],
    outcome: &mut Outcome,
) -> Vec<String> {
    let is_gone = |key: &&String| !path_of(key).exists();
    if paths.is_empty() {
        return known.keys().filter(is_gone).cloned().collect();
    }
    let mut gone = Vec::new();
    for root in paths.iter().filter_map(|path| path.canonicalize().ok()) {
        let below = known.keys().filter(|key| path_of(key).starts_with(&root)).filter(is_gone);
        let below: Vec<String> = below.cloned().collect();
        let is_empty = !found
            .iter()
            .any(|file| file.path.canonicalize().is_ok_and(|path| path.starts_with(&root)));
        if is_empty && !below.is_empty() {
            outcome.n_failed += 1;
            remark(&format!(
                "no file is left in {}; if that is meant, run `torikumi ingest --prune` without a path",
                root.display()
            ));
        } else {
            gone.extend(below);
        }
    }
    gone
}

/// The source that the update's file was before it was moved.
fn moved_from<'k>(
    update: &SourceUpdate,
    known: &'k BTreeMap<String, String>,
) -> impl Iterator<Item = String> + use<'k> {
    let (key, fingerprint) = (update.key.clone(), update.fingerprint.clone());
    known
        .iter()
        .filter(move |(other, known)| {
            **other != key && **known == fingerprint && !path_of(other).exists()
        })
        .map(|(other, _)| other.clone())
}

//! `ingest`: files and folders into the index.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Args;

use crate::index::{Changes, Fields, SourceUpdate, Writer};
use crate::record;
use crate::record::tables::Tables;
use crate::source;

use super::Exit;
use super::place::{IndexPlace, analyzer};
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

/// Records are committed when this many are waiting, so that memory stays bounded over many files.
const COMMIT_RECORDS: usize = 20_000;

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    let tables = arguments.place.dictionaries.tables()?;
    let home = arguments.place.home()?;
    let mut writer = Writer::open(&home, &Fields::carried(), &analyzer()?)?;
    let (outcome, n_failed) = ingest(&mut writer, &tables, &arguments.paths, arguments.prune)?;
    remark(&format!(
        "{} added, {} replaced, {} unchanged, {} removed; {} records in {}",
        outcome.n_added,
        outcome.n_replaced,
        outcome.n_unchanged,
        outcome.n_removed,
        writer.store().n_records()?,
        home.display(),
    ));
    Ok(if 0 < n_failed { Exit::Partial } else { Exit::Success })
}

/// Reads every file under `paths` that is new or changed; returns what changed and how many files failed.
pub(super) fn ingest(
    writer: &mut Writer,
    tables: &Tables,
    paths: &[PathBuf],
    prune: bool,
) -> anyhow::Result<(Changes, usize)> {
    let known = writer.store().sources()?;
    let (found, mut n_failed) = find(paths);
    let mut gone = gone(&known, paths, prune);
    let mut total = Changes::default();
    let mut waiting = Vec::new();
    let mut n_read = 0;
    let progress = Progress::new(found.len());
    for (file, n_done) in found.iter().zip(1..) {
        match read(file, tables, &known) {
            Ok(Some(update)) => {
                n_read += update.records.len();
                // A file that was moved takes its records along.
                gone.extend(moved_from(&update, &known));
                waiting.push(update);
            }
            Ok(None) => {}
            Err(error) => {
                n_failed += 1;
                failure(&*error);
            }
        }
        progress.show(n_done, n_read);
        if COMMIT_RECORDS <= waiting.iter().map(|update: &SourceUpdate| update.records.len()).sum()
        {
            commit(writer, &mut waiting, &mut gone, &mut total)?;
        }
    }
    drop(progress);
    commit(writer, &mut waiting, &mut gone, &mut total)?;
    notices(&total.notices);
    Ok((total, n_failed))
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

/// The records of `file`, or `None` if the index already holds them.
fn read(
    file: &Found,
    tables: &Tables,
    known: &BTreeMap<String, String>,
) -> Result<Option<SourceUpdate>, Box<dyn std::error::Error>> {
    let source = source::read_under(&file.base, &file.path)?;
    let key = key(&file.path)?;
    // What a program reads out of a file may change with its version and with the tables.
    let fingerprint =
        format!("{}+{}+{}", source.sha256, env!("CARGO_PKG_VERSION"), tables.fingerprint());
    if known.get(&key) == Some(&fingerprint) {
        return Ok(None);
    }
    let reading = record::read(&source, tables);
    notices(&reading.notices);
    Ok(Some(SourceUpdate { key, fingerprint, records: reading.records }))
}

fn key(path: &Path) -> std::io::Result<String> {
    Ok(path.canonicalize()?.to_string_lossy().into_owned())
}

/// The known sources that no longer exist, if they are to be dropped.
fn gone(known: &BTreeMap<String, String>, paths: &[PathBuf], prune: bool) -> Vec<String> {
    if !prune {
        return Vec::new();
    }
    let roots: Vec<PathBuf> =
        paths.iter().filter_map(|path| std::path::absolute(path).ok()).collect();
    known
        .keys()
        .filter(|key| {
            let path = Path::new(key);
            !path.exists() && (roots.is_empty() || roots.iter().any(|root| path.starts_with(root)))
        })
        .cloned()
        .collect()
}

fn moved_from<'k>(
    update: &SourceUpdate,
    known: &'k BTreeMap<String, String>,
) -> impl Iterator<Item = String> + use<'k> {
    let (key, fingerprint) = (update.key.clone(), update.fingerprint.clone());
    known
        .iter()
        .filter(move |(other, known)| {
            **other != key && **known == fingerprint && !Path::new(other).exists()
        })
        .map(|(other, _)| other.clone())
}

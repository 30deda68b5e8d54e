//! `ingest`: files and folders into the index.

use std::path::PathBuf;

use clap::Args;

use crate::index::{Fields, Writer};
use crate::ingest;
use crate::ingest::{FileReader, Options, Summary};

use super::Exit;
use super::place::IndexPlace;
use super::reading;
use super::reading::{Progress, ReadingOptions, exit, notices, remark};

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// Files and folders; without any, the index is only brought up to date.
    paths: Vec<PathBuf>,
    /// Drop the records of files that are gone.
    #[arg(long)]
    prune: bool,
    #[command(flatten)]
    reading: ReadingOptions,
    #[command(flatten)]
    place: IndexPlace,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    let reader = arguments.reading.reader(&arguments.place.dictionaries)?;
    let home = arguments.place.home()?;
    let analyzer = arguments.place.dictionaries.analyzer()?;
    let mut writer = Writer::open(&home, &Fields::carried(), &analyzer)?;
    let options = Options { prunes: arguments.prune, ..Options::default() };
    let summary = ingest(&mut writer, &reader, &arguments.paths, options)?;
    let changes = &summary.changes;
    remark(&format!(
        "files: {} read, {} unchanged, {} failed",
        summary.n_read, summary.n_unchanged, summary.n_failed
    ));
    remark(&format!(
        "records: {} added, {} replaced, {} removed; {} in {}",
        changes.n_added,
        changes.n_replaced,
        changes.n_removed,
        writer.store().n_records()?,
        home.display(),
    ));
    Ok(exit(summary.n_read + summary.n_unchanged, summary.n_failed))
}

/// Reads every file under `paths` that is new or changed, and reports on each.
pub(super) fn ingest(
    writer: &mut Writer,
    reader: &FileReader,
    paths: &[PathBuf],
    options: Options,
) -> anyhow::Result<Summary> {
    let found = ingest::find(paths);
    let mut progress = Progress::new(found.files.len());
    let summary = ingest::ingest(writer, reader, paths, &found, options, |outcome, _| {
        progress.take(outcome, || reading::outcome(outcome));
    })?;
    drop(progress);
    for root in &summary.emptied {
        remark(&format!(
            "no file is left in {}; if that is meant, run `torikumi ingest --prune` without a path",
            root.display()
        ));
    }
    notices(&summary.changes.notices);
    Ok(summary)
}

//! `ingest`: files and folders into the index.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::Args;

use crate::index::{Fields, Writer};
use crate::ingest;
use crate::ingest::{FileReader, Follower, Found, Options, Summary};
use crate::report::Report;

use super::Exit;
use super::place::IndexPlace;
use super::reading;
use super::reading::{Progress, ReadingOptions, exit, notices, remark};
use super::report;
use super::serve::stop_signal;

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// Files and folders; without any, the index is only brought up to date.
    paths: Vec<PathBuf>,
    /// Drop the records of files that are gone.
    #[arg(long)]
    prune: bool,
    /// Go on, and take in what changes, until the process is asked to stop.
    #[arg(long, requires = "paths")]
    watch: bool,
    /// Write what an office can be told about these files: HTML, or JSON if the name ends in `.json`.
    ///
    /// Every file is read for it, also those that did not change.
    #[arg(long, value_name = "FILE", requires = "paths", conflicts_with = "watch")]
    report: Option<PathBuf>,
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
    let reads_all = arguments.report.is_some();
    let options = Options { prunes: arguments.prune, reads_all, ..Options::default() };
    if arguments.watch {
        return follow(&mut writer, &reader, &arguments.paths, options, &home);
    }
    let mut findings = reads_all.then(|| Report::new(&analyzer));
    let found = ingest::find(&arguments.paths);
    let summary =
        take_in(&mut writer, &reader, &arguments.paths, &found, options, findings.as_mut())?;
    tell(&summary, &writer, &home)?;
    if let (Some(findings), Some(path)) = (findings, &arguments.report) {
        report::write(&findings.finish(), path)?;
    }
    Ok(exit(summary.n_read + summary.n_unchanged, summary.n_failed))
}

/// Takes in what there is, and from then on what changes, until the process is asked to stop.
fn follow(
    writer: &mut Writer,
    reader: &FileReader,
    paths: &[PathBuf],
    options: Options,
    home: &Path,
) -> anyhow::Result<Exit> {
    let called_off = reader.called_off();
    stop_when_asked(reader.called_off())?;
    let (mut follower, found) = Follower::begin(paths);
    let mut due = Some(found);
    remark("following; stop with Ctrl-C");
    while !called_off.load(Ordering::Relaxed) {
        if let Some(found) = due.take() {
            let summary = take_in(writer, reader, paths, &found, options, None)?;
            tell(&summary, writer, home)?;
        }
        let looked = Instant::now();
        while looked.elapsed() < follower.pause() && !called_off.load(Ordering::Relaxed) {
            thread::sleep(GLANCE);
        }
        due = follower.look();
    }
    Ok(Exit::Success)
}

/// How long it takes to see that the process is asked to stop.
const GLANCE: Duration = Duration::from_millis(100);

/// Sets `called_off` when the process is asked to stop.
fn stop_when_asked(called_off: Arc<AtomicBool>) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot wait for signals")?;
    let signal = {
        let _context = runtime.enter();
        stop_signal().context("cannot wait for signals")?
    };
    thread::spawn(move || {
        runtime.block_on(signal);
        called_off.store(true, Ordering::Relaxed);
    });
    Ok(())
}

fn tell(summary: &Summary, writer: &Writer, home: &Path) -> anyhow::Result<()> {
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
    Ok(())
}

/// Reads every file under `paths` that is new or changed, and reports on each.
pub(super) fn ingest(
    writer: &mut Writer,
    reader: &FileReader,
    paths: &[PathBuf],
    options: Options,
) -> anyhow::Result<Summary> {
    take_in(writer, reader, paths, &ingest::find(paths), options, None)
}

/// Takes in files that were found under `paths`, and reports on each.
fn take_in(
    writer: &mut Writer,
    reader: &FileReader,
    paths: &[PathBuf],
    found: &Found,
    options: Options,
    mut findings: Option<&mut Report>,
) -> anyhow::Result<Summary> {
    let mut progress = Progress::new(found.files.len());
    let summary = ingest::ingest(writer, reader, paths, found, options, |outcome, records| {
        if let Some(findings) = &mut findings {
            findings.add(&report::facts(outcome), records, &outcome.notices);
        }
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

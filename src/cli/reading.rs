//! Files on the command line: read in workers, and reported on while it goes on.

use std::io;
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::ingest::worker::Program;
use crate::ingest::worker::confinement::IS_CONFINED;
use crate::ingest::worker::job::Limits;
use crate::ingest::{FileOutcome, FileReader};
use crate::notice::Notice;

use super::Exit;
use super::place::DictionaryPlace;

/// Options of every command that reads files.
#[derive(Args, Clone, Debug)]
pub(super) struct ReadingOptions {
    /// Megabytes of memory that reading one file may take; what it gives may be an eighth of that.
    #[arg(long, value_name = "MB", default_value_t = Limits::default().memory_bytes >> 20,
        value_parser = clap::value_parser!(u64).range(16..=1 << 20), env = "TORIKUMI_WORKER_MEMORY")]
    worker_memory: u64,
    /// Seconds of processor time that reading one file may take; on the clock, five times as much, and no
    /// less than 15.
    #[arg(long, value_name = "SECONDS", default_value_t = Limits::default().cpu_seconds,
        value_parser = clap::value_parser!(u64).range(1..=86_400), env = "TORIKUMI_WORKER_SECONDS")]
    worker_seconds: u64,
}

impl ReadingOptions {
    /// What reads files with these dictionaries.
    pub(super) fn reader(&self, dictionaries: &DictionaryPlace) -> anyhow::Result<FileReader> {
        if !IS_CONFINED {
            remark(
                "this system cannot limit the memory of a process: files are only limited in the time they take",
            );
        }
        let limits = Limits::new(self.worker_memory << 20, self.worker_seconds);
        let texts = dictionaries.table_texts()?;
        FileReader::new(program()?, limits, &texts).context("cannot write the tables for workers")
    }
}

/// This program, as a worker.
fn program() -> anyhow::Result<Program> {
    // Follows the running program itself, also when another version was put in its place since.
    let link = Path::new("/proc/self/exe");
    let path = match link.exists() {
        true => link.to_owned(),
        false => std::env::current_exe().context("cannot tell where the program is")?,
    };
    Ok(Program { path, arguments: vec!["worker".into()] })
}

/// Reports notices, one a line.
pub(super) fn notices(notices: &[Notice]) {
    for notice in notices {
        remark(&format!("{}: {}", notice.place, notice.message));
    }
}

/// Reports what is to be said about a file as a whole.
pub(super) fn outcome(outcome: &FileOutcome) {
    notices(&outcome.notices);
    if let Some(failure) = &outcome.failure {
        remark(&format!("{}: {failure}", outcome.file));
    }
}

/// One line on standard error.
pub(super) fn remark(message: &str) {
    // There is nowhere else to report that standard error is gone.
    drop(writeln!(io::stderr(), "{}", printable(message)));
}

/// A text on one line that does nothing to a terminal: a file could hold sequences that clear it or retitle it.
pub(super) fn printable(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' | '\t' => ' ',
            _ if c.is_control() => '\u{FFFD}',
            _ => c,
        })
        .collect()
}

/// Progress over files: a bar on a terminal, and nothing elsewhere, where only the remarks count.
pub(super) struct Progress {
    bar: ProgressBar,
    n_pages: usize,
    n_records: usize,
    n_notices: usize,
}

impl Progress {
    /// Progress over `n_files`.
    pub(super) fn new(n_files: usize) -> Progress {
        let target = match io::stderr().is_terminal() {
            true => ProgressDrawTarget::stderr_with_hz(10),
            false => ProgressDrawTarget::hidden(),
        };
        let bar = ProgressBar::with_draw_target(u64::try_from(n_files).ok(), target);
        let style = ProgressStyle::with_template("[{bar:30}] {pos}/{len} files {msg} {eta}");
        bar.set_style(style.expect("the template names what there is").progress_chars("#>-"));
        bar.enable_steady_tick(Duration::from_millis(250));
        Progress { bar, n_pages: 0, n_records: 0, n_notices: 0 }
    }

    /// Takes in what became of a file; what is to be said about it stands above the bar.
    pub(super) fn take(&mut self, outcome: &FileOutcome, say: impl FnOnce()) {
        self.n_pages += outcome.pages.n_pages;
        self.n_records += outcome.n_records;
        self.n_notices += outcome.notices.len() + usize::from(outcome.failure.is_some());
        self.bar.suspend(say);
        let Progress { n_pages, n_records, n_notices, .. } = self;
        self.bar.set_message(format!("{n_pages} pages, {n_records} records, {n_notices} notices"));
        self.bar.inc(1);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// The exit code of a command that reads files.
pub(super) fn exit(n_done: usize, n_failed: usize) -> Exit {
    match (n_done, n_failed) {
        (_, 0) => Exit::Success,
        (0, _) => Exit::Failure,
        _ => Exit::Partial,
    }
}

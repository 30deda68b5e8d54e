//! Files on the command line: found, read, and reported on.

use std::io;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use crate::notice::Notice;
use crate::source;

/// A file that was found.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// Where it is.
    pub(super) path: PathBuf,
    /// The folder that it was found under, which its name in records is relative to.
    pub(super) base: PathBuf,
}

/// Every file under `paths`, in order; a path that cannot be walked is reported and counted.
pub(super) fn find(paths: &[PathBuf]) -> (Vec<Found>, usize) {
    let mut found = Vec::new();
    let mut n_failed = 0;
    for path in paths {
        match source::walk(path) {
            Ok(files) => found.extend(files.into_iter().map(|file| found_under(path, file))),
            Err(error) => {
                n_failed += 1;
                failure(&error);
            }
        }
    }
    (found, n_failed)
}

fn found_under(root: &Path, path: PathBuf) -> Found {
    let base = if root == path { root.parent().unwrap_or(root) } else { root };
    Found { base: base.to_owned(), path }
}

/// Reports an error with its causes and goes on.
pub(super) fn failure(error: &dyn std::error::Error) {
    let mut message = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        message.push_str(&format!(": {error}"));
        cause = error.source();
    }
    remark(&message);
}

/// Reports notices, one a line.
pub(super) fn notices(notices: &[Notice]) {
    for notice in notices {
        remark(&format!("{}: {}", notice.place, notice.message));
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

/// Progress on a terminal: one line, written over.
pub(super) struct Progress {
    n_files: usize,
    is_shown: bool,
}

impl Progress {
    /// Progress over `n_files`.
    pub(super) fn new(n_files: usize) -> Progress {
        Progress { n_files, is_shown: io::stderr().is_terminal() }
    }

    /// Shows that `n_done` files are read, with `n_records` records so far.
    pub(super) fn show(&self, n_done: usize, n_records: usize) {
        if self.is_shown {
            let width = 30;
            let filled = (n_done * width).checked_div(self.n_files).unwrap_or(width);
            let bar = format!("{}{}", "#".repeat(filled), "-".repeat(width - filled));
            drop(write!(
                io::stderr(),
                "\r[{bar}] {n_done}/{} files, {n_records} records ",
                self.n_files
            ));
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.is_shown {
            drop(writeln!(io::stderr()));
        }
    }
}

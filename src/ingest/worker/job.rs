//! What goes to a worker process and what comes back: the job as one argument, the answer as lines of JSON.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::notice::Notice;
use crate::record::Record;
use crate::record::ledger::Entry;
use crate::record::sources_file::Declared;
use crate::source::SourceKind;

use super::super::outcome::PageCounts;

/// What a worker may use up before it is stopped.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Limits {
    /// Bytes of memory beyond the program itself.
    pub memory_bytes: u64,
    /// Seconds of processor time.
    pub cpu_seconds: u64,
    /// Time on the clock.
    pub wall: Duration,
    /// Bytes of the answer.
    pub answer_bytes: usize,
}

impl Limits {
    /// Limits of so much memory and processor time, and what goes with them: five times as long on the clock, where
    /// other programs want something, too, and no less than 15 seconds; and an answer that the parent has room for.
    pub fn new(memory_bytes: u64, cpu_seconds: u64) -> Limits {
        Limits {
            memory_bytes,
            cpu_seconds,
            wall: Duration::from_secs(cpu_seconds.saturating_mul(5).max(15)),
            answer_bytes: usize::try_from(memory_bytes / 8).unwrap_or(usize::MAX),
        }
    }
}

impl Default for Limits {
    /// With the program itself a worker stays below 300 MB, and the program that takes its answer below 500 MB.
    fn default() -> Limits {
        Limits::new(256 << 20, 20)
    }
}

/// What a worker is told; the file itself is its standard input.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Job {
    /// The name that records and notices show.
    pub file: String,
    /// What is declared about the file.
    pub declared: Declared,
    /// Whether the role of every character is to be told.
    pub wants_ledger: bool,
    /// What the worker allows itself.
    pub limits: Limits,
    /// Where the texts of the tables are, as [`TableTexts`] in JSON; none for those inside the program.
    pub tables: Option<PathBuf>,
}

/// The texts of the tables that files are read with.
///
/// They are handed over as they were when the run began, so that every file of a run is read with the same.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct TableTexts {
    /// `headers.tsv`.
    pub headers: String,
    /// `divisions.tsv`.
    pub divisions: String,
    /// `categories.tsv`.
    pub categories: String,
}

/// One line of an answer.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Line {
    /// The file was read into text or pages: the first line.
    Source { sha256: String, kind: SourceKind, pages: PageCounts },
    /// A remark about the file as a whole.
    Notice(Notice),
    /// A record.
    Record(Box<Record>),
    /// The role of a range.
    Entry(Entry),
    /// The memory did not suffice for the file's bytes.
    TooLarge,
    /// The file could not be read to its end.
    Unreadable(String),
    /// All is said: the last line.
    End { n_records: usize },
}

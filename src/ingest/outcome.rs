//! What became of one file, as reports and progress bars see it.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::notice::{Notice, NoticeKind};
use crate::record::ledger::Ledger;
use crate::source::page::{Block, Page};
use crate::source::{Source, SourceKind};

/// What became of one file.
///
/// It is handed over file by file, in the order of the files, together with the records.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FileOutcome {
    /// The name that records and notices show: relative to the path handed over, with `/` between folders.
    pub file: String,
    /// Where the file is.
    pub path: PathBuf,
    /// What the index calls it.
    pub key: String,
    /// How it ended.
    pub state: FileState,
    /// SHA-256 of the file's bytes, in hexadecimal; none if they were not read, or not to the end.
    pub sha256: Option<String>,
    /// What the file holds; none if it was not read.
    pub kind: Option<SourceKind>,
    /// What stands on its pages.
    pub pages: PageCounts,
    /// The records read from it; 0 unless it was read.
    pub n_records: usize,
    /// What was noticed about the file as a whole; a record carries its own.
    pub notices: Vec<Notice>,
    /// Why the file gave nothing, and what to do about it: a sentence for a person.
    pub failure: Option<String>,
    /// The role of every character, if it was asked for.
    pub ledger: Ledger,
    /// How long the reading took.
    pub took: Duration,
}

/// What stands on the pages of a file; all 0 for plain text, which has none.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct PageCounts {
    /// The pages, worksheets or documents in it.
    pub n_pages: usize,
    /// The tables on them.
    pub n_tables: usize,
    /// Pages on which something is there and nothing could be read.
    pub n_unread: usize,
    /// Pages whose text was recognised in a picture by a machine.
    pub n_recognised: usize,
}

impl PageCounts {
    /// Counts the pages of a source.
    pub fn of(source: &Source) -> PageCounts {
        // A page may be empty; that something is there and cannot be read is noticed.
        let is_troubled = source.notices.iter().any(|notice| notice.kind == NoticeKind::Unreadable);
        let is_unread = |page: &&Page| is_troubled && page.blocks.is_empty();
        let blocks = source.pages.iter().flat_map(|page| &page.blocks);
        PageCounts {
            n_pages: source.pages.len(),
            n_tables: blocks.filter(|block| matches!(block, Block::Table(_))).count(),
            n_unread: source.pages.iter().filter(is_unread).count(),
            n_recognised: source.pages.iter().filter(|page| page.is_recognised).count(),
        }
    }
}

/// How the reading of a file ended.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum FileState {
    /// Its records were read.
    #[default]
    Read,
    /// It is as it was when it was last read: the index holds its records, and none are handed over.
    Unchanged,
    /// It gave nothing; `failure` says why. What the index holds of it stays.
    Failed,
}

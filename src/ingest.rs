//! Ingest: files and folders become readings, whatever the files hold.
//!
//! This layer decides *how* a file is read: which files there are, which of them changed, what is declared beside them,
//! and in which process they are parsed. What a file says is the affair of the source and record layers.
//! Nothing that a file holds ends a run: a file that cannot be read is a [`FileOutcome`] with the reason.

mod bounds;
mod declarations;
mod file_reader;
mod files;
mod follow;
mod in_order;
pub mod outcome;
mod run;
mod stamp;
pub mod worker;

pub use self::declarations::SOURCES_FILE;
pub use self::file_reader::FileReader;
pub use self::files::{Found, FoundFile, find};
pub use self::follow::Follower;
pub use self::outcome::{FileOutcome, FileState, PageCounts};
pub use self::run::{Options, Summary, ingest, read};

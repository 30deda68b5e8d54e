//! Ingest: files and folders become readings, whatever the files hold.
//!
//! This layer decides *how* a file is read: which files there are, which of them changed, what is declared beside them,
//! and in which process they are parsed. What a file says is the affair of the source and record layers.

pub mod outcome;

pub use self::outcome::{FileOutcome, FileState};

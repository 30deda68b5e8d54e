//! The index layer: a record store that is the truth, and a tantivy index derived from it.
//!
//! An index lives in a directory, its *home*: the record store, the manifest, and the directory of the live index.
//! Ordinary changes are commits to the live index.
//! When the program's format, schema or analyzer is another than the index was built with,
//! a new index is built from the store beside the old one, and the manifest is switched over.

pub mod schema;
pub mod tokenizer;
pub mod document;
pub mod catalogue;
pub mod words;
pub mod store;
pub mod manifest;
pub mod originals;
pub mod writer;
pub mod reader;

use std::io;
use std::path::{Path, PathBuf};

pub use self::catalogue::{catalogue, changed};
pub use self::reader::Reader;
pub use self::schema::{Fields, TextField};
pub use self::store::{Changes, SourceUpdate, Store, StoreError, StoredRecord};
pub use self::words::{KnownWord, Vocabulary};
pub use self::writer::Writer;

/// The file of the record store within a home.
pub const STORE_FILE: &str = "records.redb";

/// Why an index cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// There is no index in the directory.
    #[error("there is no index in {0}; `torikumi ingest PATH…` makes one")]
    Missing(PathBuf),
    /// The index was built with another format, schema or dictionary than this program's.
    #[error(
        "the index in {0} was built by another version; `torikumi ingest` without a path rebuilds it"
    )]
    Stale(PathBuf),
    /// Another process is writing.
    #[error("another process is writing to the index in {0}; wait for it to finish")]
    Locked(PathBuf),
    /// The record store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file failed.
    #[error("cannot {action} {path}")]
    File {
        /// What was attempted.
        action: &'static str,
        /// On which file or directory.
        path: PathBuf,
        /// Why it failed.
        #[source]
        source: io::Error,
    },
    /// tantivy failed.
    #[error("cannot {action} the index in {path}")]
    Tantivy {
        /// What was attempted.
        action: &'static str,
        /// The directory of the index.
        path: PathBuf,
        /// Why it failed.
        #[source]
        source: Box<tantivy::TantivyError>,
    },
}

fn file_error<'p>(
    action: &'static str,
    path: &'p Path,
) -> impl Fn(io::Error) -> IndexError + use<'p> {
    move |source| IndexError::File { action, path: path.to_owned(), source }
}

fn tantivy_error<'p>(
    action: &'static str,
    path: &'p Path,
) -> impl Fn(tantivy::TantivyError) -> IndexError + use<'p> {
    move |source| IndexError::Tantivy { action, path: path.to_owned(), source: Box::new(source) }
}

/// Opens the tantivy index in `directory` and hands it the tokenizers.
fn open_tantivy(
    directory: &Path,
    analyzer: &crate::analysis::Analyzer,
) -> tantivy::Result<tantivy::Index> {
    let index = tantivy::Index::open_in_dir(directory)?;
    register_tokenizers(&index, analyzer);
    Ok(index)
}

fn register_tokenizers(index: &tantivy::Index, analyzer: &crate::analysis::Analyzer) {
    index.tokenizers().register(tokenizer::UNITS, tokenizer::UnitTokenizer::new(analyzer));
    index.tokenizers().register(tokenizer::BIGRAMS, tokenizer::BigramTokenizer::default());
    index.tokenizers().register(tokenizer::WORDS, tokenizer::WordTokenizer::new(analyzer));
}

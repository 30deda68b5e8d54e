//! Where things are: the index, the dictionaries, the cache.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use clap::Args;
use directories::ProjectDirs;

use crate::analysis;
use crate::analysis::{Analyzer, WordLists};
use crate::index::{Fields, IndexError, Reader, STORE_FILE, Writer};
use crate::ingest::worker::job::TableTexts;
use crate::query::LiveDictionaries;
use crate::query::Searcher;
use crate::query::dictionaries::{Dictionaries, Event};
use crate::source;

/// Options of every command that reads dictionaries.
#[derive(Args, Clone, Debug)]
pub(super) struct DictionaryPlace {
    /// Directory of dictionaries; what it does not hold is taken from those inside the program.
    #[arg(long, value_name = "DIR", env = "TORIKUMI_DICTIONARIES")]
    dictionaries: Option<PathBuf>,
}

/// What was made of dictionaries, and what is wrong with them.
#[derive(Debug)]
pub(super) struct Checked<T> {
    pub(super) value: T,
    /// Lines that cannot be used, and files that are not read as they should be.
    pub(super) faults: Vec<String>,
}

impl DictionaryPlace {
    /// The directory of the operator's own dictionaries.
    pub(super) fn directory(&self) -> Option<PathBuf> {
        self.dictionaries.clone()
    }

    /// The texts of the tables of headers, divisions and categories; a line that cannot be used is printed.
    ///
    /// # Errors
    ///
    /// A file exists and cannot be read.
    pub(super) fn table_texts(&self) -> anyhow::Result<TableTexts> {
        self.checked_tables().map(Checked::reported)
    }

    /// The analyzer, its dictionary unpacked in the user's cache directory; a line of its lists that cannot be used is
    /// printed and left out.
    ///
    /// # Errors
    ///
    /// A list exists and cannot be read, or the analyzer cannot be opened.
    pub(super) fn analyzer(&self) -> anyhow::Result<Analyzer> {
        open(self.checked_lists()?.reported())
    }

    /// What queries are read with; what is wrong with it is printed.
    pub(super) fn query_dictionaries(&self, analyzer: &Analyzer) -> Arc<Dictionaries> {
        LiveDictionaries::open(self.directory(), analyzer, remark_fault).current()
    }

    /// The texts of the tables, and every line of them that cannot be used.
    pub(super) fn checked_tables(&self) -> anyhow::Result<Checked<TableTexts>> {
        let mut faults = Vec::new();
        let mut text = |name: &str, carried: String| {
            let text = self.text(name, &mut faults)?;
            anyhow::Ok(text.unwrap_or(carried))
        };
        let carried = TableTexts::carried();
        let value = TableTexts {
            headers: text("headers.tsv", carried.headers)?,
            divisions: text("divisions.tsv", carried.divisions)?,
            categories: text("categories.tsv", carried.categories)?,
        };
        let (_, errors) = value.parse();
        faults.extend(errors.iter().map(ToString::to_string));
        Ok(Checked { value, faults })
    }

    /// The lists of the analyzer, and every line of them that cannot be used.
    pub(super) fn checked_lists(&self) -> anyhow::Result<Checked<WordLists>> {
        let mut faults = Vec::new();
        let stop_tags = self.text(analysis::STOP_TAGS, &mut faults)?;
        let stop_words = self.text(analysis::STOP_WORDS, &mut faults)?;
        let user_words = self.text(analysis::USER_WORDS, &mut faults)?;
        let (value, errors) =
            WordLists::parse(stop_tags.as_deref(), stop_words.as_deref(), user_words.as_deref());
        faults.extend(errors.iter().map(ToString::to_string));
        Ok(Checked { value, faults })
    }

    /// The text of the directory's file `name`, in any encoding that sheets come in: spreadsheets save Shift_JIS.
    ///
    /// In place of a file that the directory does not have, or that is no text, the one inside the program is meant.
    pub(super) fn text(
        &self,
        name: &str,
        faults: &mut Vec<String>,
    ) -> anyhow::Result<Option<String>> {
        let Some(directory) = &self.dictionaries else { return Ok(None) };
        let path = directory.join(name);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            // That the whole directory is missing is a slip, and not a wish for what the program carries.
            Err(error) if error.kind() == io::ErrorKind::NotFound && directory.is_dir() => {
                return Ok(None);
            }
            Err(error) => {
                return Err(error).with_context(|| format!("cannot read {}", path.display()));
            }
        };
        let reading = source::decode::decode(&bytes, name);
        faults.extend(
            reading.notices.iter().map(|notice| format!("{}: {}", notice.place, notice.message)),
        );
        Ok(reading.value)
    }
}

impl<T> Checked<T> {
    /// The value, once what is wrong with it is printed.
    fn reported(self) -> T {
        for fault in &self.faults {
            super::reading::remark(fault);
        }
        self.value
    }
}

/// Options of every command that touches an index.
#[derive(Args, Clone, Debug)]
pub(super) struct IndexPlace {
    /// Directory of the index [default: index/data of the checkout, else the user's data directory].
    #[arg(long, value_name = "DIR", env = "TORIKUMI_INDEX")]
    index: Option<PathBuf>,
    #[command(flatten)]
    pub(super) dictionaries: DictionaryPlace,
}

impl IndexPlace {
    /// The directory of the index.
    pub(super) fn home(&self) -> anyhow::Result<PathBuf> {
        if let Some(index) = &self.index {
            return Ok(index.clone());
        }
        if Path::new("index/schema.toml").exists() {
            return Ok(PathBuf::from("index/data"));
        }
        let directories = project_directories()
            .context("cannot tell the user's data directory; name one with --index")?;
        Ok(directories.data_dir().join("index"))
    }

    /// Whether there is a record store, from which the index can be built.
    pub(super) fn has_store(&self) -> anyhow::Result<bool> {
        Ok(self.home()?.join(STORE_FILE).exists())
    }

    /// What searches the index.
    pub(super) fn searcher(&self) -> anyhow::Result<Searcher> {
        let directory = self.dictionaries.directory();
        Ok(Searcher::with_dictionaries(self.reader()?, directory, remark_fault))
    }

    /// The index, opened for searching.
    pub(super) fn reader(&self) -> anyhow::Result<Reader> {
        self.reader_with(&self.dictionaries.analyzer()?)
    }

    /// The index, opened for searching with an analyzer that is open.
    pub(super) fn reader_with(&self, analyzer: &Analyzer) -> anyhow::Result<Reader> {
        let home = self.home()?;
        match Reader::open(&home, &Fields::carried(), analyzer) {
            // A stale or lost index is built anew from the store by whoever finds it first.
            Err(error) if !matches!(error, IndexError::Locked(_)) && self.has_store()? => {
                drop(Writer::open(&home, &Fields::carried(), analyzer)?);
                Ok(Reader::open(&home, &Fields::carried(), analyzer)?)
            }
            opened => Ok(opened?),
        }
    }
}

/// The analyzer over `lists`.
pub(super) fn open(lists: WordLists) -> anyhow::Result<Analyzer> {
    let cache = std::env::var_os("TORIKUMI_CACHE")
        .map(PathBuf::from)
        .or_else(|| project_directories().map(|directories| directories.cache_dir().to_owned()));
    Ok(Analyzer::open_with(cache.as_deref(), lists)?)
}

fn remark_fault(event: &Event) {
    if let Event::Fault(fault) = event {
        super::reading::remark(fault);
    }
}

fn project_directories() -> Option<ProjectDirs> {
    ProjectDirs::from("", "", "torikumi")
}

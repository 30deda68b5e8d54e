//! Where things are: the index, the dictionaries, the cache.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use directories::ProjectDirs;

use crate::analysis::Analyzer;
use crate::index::{Fields, IndexError, Reader, STORE_FILE, Writer};
use crate::query::Searcher;
use crate::record::tables::Tables;

/// Options of every command that reads dictionaries.
#[derive(Args, Clone, Debug)]
pub(super) struct DictionaryPlace {
    /// Directory of dictionaries, instead of those inside the program.
    #[arg(long, value_name = "DIR", env = "TORIKUMI_DICTIONARIES")]
    dictionaries: Option<PathBuf>,
}

impl DictionaryPlace {
    /// The directory of the operator's own dictionaries.
    pub(super) fn directory(&self) -> Option<PathBuf> {
        self.dictionaries.clone()
    }

    /// The tables of headers, divisions and categories.
    ///
    /// # Errors
    ///
    /// A file exists and cannot be read; a line that cannot be used is printed and left out.
    pub(super) fn tables(&self) -> anyhow::Result<Tables> {
        let Some(directory) = &self.dictionaries else { return Ok(Tables::carried()) };
        let (tables, errors) = self.read_tables(directory)?;
        for error in errors {
            super::reading::remark(&error);
        }
        Ok(tables)
    }

    /// The tables, and every line of them that cannot be used.
    pub(super) fn checked_tables(&self) -> anyhow::Result<(Tables, Vec<String>)> {
        match &self.dictionaries {
            Some(directory) => self.read_tables(directory),
            None => Ok((Tables::carried(), Vec::new())),
        }
    }

    fn read_tables(&self, directory: &Path) -> anyhow::Result<(Tables, Vec<String>)> {
        let read = |name: &str| {
            let path = directory.join(name);
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
        };
        let (tables, errors) =
            Tables::parse(&read("headers.tsv")?, &read("divisions.tsv")?, &read("categories.tsv")?);
        Ok((tables, errors.iter().map(ToString::to_string).collect()))
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
        Ok(Searcher::with_dictionaries(self.reader()?, self.dictionaries.directory()))
    }

    /// The index, opened for searching.
    pub(super) fn reader(&self) -> anyhow::Result<Reader> {
        let (home, analyzer) = (self.home()?, analyzer()?);
        match Reader::open(&home, &Fields::carried(), &analyzer) {
            // A stale or lost index is built anew from the store by whoever finds it first.
            Err(error) if !matches!(error, IndexError::Locked(_)) && self.has_store()? => {
                drop(Writer::open(&home, &Fields::carried(), &analyzer)?);
                Ok(Reader::open(&home, &Fields::carried(), &analyzer)?)
            }
            opened => Ok(opened?),
        }
    }
}

/// The analyzer, its dictionary unpacked in the user's cache directory.
pub(super) fn analyzer() -> anyhow::Result<Analyzer> {
    let cache = std::env::var_os("TORIKUMI_CACHE")
        .map(PathBuf::from)
        .or_else(|| project_directories().map(|directories| directories.cache_dir().to_owned()));
    Ok(Analyzer::open(cache.as_deref())?)
}

fn project_directories() -> Option<ProjectDirs> {
    ProjectDirs::from("", "", "torikumi")
}

//! Reading: snapshots of the live index for searching.

use std::path::{Path, PathBuf};

use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, IndexReader, ReloadPolicy, Searcher, TantivyDocument, Term};

use crate::analysis::Analyzer;
use crate::record::Record;
use crate::record::RecordId;

use super::manifest::{Ingredients, Manifest};
use super::{Fields, IndexError, document, file_error, open_tantivy, originals, tantivy_error};

/// An index opened for searching; it follows the commits of the writer.
pub struct Reader {
    fields: Fields,
    analyzer: Analyzer,
    index: tantivy::Index,
    reader: IndexReader,
    directory: PathBuf,
    home: PathBuf,
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").field("directory", &self.directory).finish_non_exhaustive()
    }
}

impl Reader {
    /// Opens the live index of `home`.
    ///
    /// # Errors
    ///
    /// [`IndexError::Missing`] or [`IndexError::Stale`], which name the command that helps:
    /// the terms of a stale index are not those that queries are turned into, and searches would silently find too little.
    pub fn open(home: &Path, fields: &Fields, analyzer: &Analyzer) -> Result<Reader, IndexError> {
        let manifest = Manifest::read(home)
            .map_err(file_error("read the manifest in", home))?
            .ok_or_else(|| IndexError::Missing(home.to_owned()))?;
        if manifest.ingredients != Ingredients::of(fields, analyzer) {
            return Err(IndexError::Stale(home.to_owned()));
        }
        let directory = home.join(&manifest.directory);
        let index =
            open_tantivy(&directory, analyzer).map_err(tantivy_error("open", &directory))?;
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::OnCommitWithDelay)
            .try_into()
            .map_err(tantivy_error("open", &directory))?;
        let (fields, analyzer, home) = (fields.clone(), analyzer.clone(), home.to_owned());
        Ok(Reader { fields, analyzer, index, reader, directory, home })
    }

    /// The state of the index at this moment; everything read from it belongs together.
    pub fn snapshot(&self) -> Searcher {
        self.reader.searcher()
    }

    /// The fields of the index.
    pub fn fields(&self) -> &Fields {
        &self.fields
    }

    /// The analyzer that the index was built with.
    pub fn analyzer(&self) -> &Analyzer {
        &self.analyzer
    }

    /// Names the state of `snapshot`: its segments and the deletions in them.
    pub fn generation(&self, snapshot: &Searcher) -> String {
        use sha2::{Digest, Sha256};
        let mut hash = Sha256::new();
        for segment in snapshot.segment_readers() {
            hash.update(segment.segment_id().uuid_string());
            hash.update(segment.num_docs().to_le_bytes());
        }
        hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }

    /// The record of that identity in `snapshot`.
    ///
    /// # Errors
    ///
    /// The index cannot be read.
    pub fn record(&self, snapshot: &Searcher, id: &RecordId) -> Result<Option<Record>, IndexError> {
        let Some(address) = self.address(snapshot, id)? else { return Ok(None) };
        let stored: TantivyDocument =
            snapshot.doc(address).map_err(tantivy_error("read", &self.directory))?;
        Ok(document::record(&self.fields, &stored))
    }

    /// Where the record of that identity lies in `snapshot`.
    ///
    /// # Errors
    ///
    /// The index cannot be read.
    pub fn address(
        &self,
        snapshot: &Searcher,
        id: &RecordId,
    ) -> Result<Option<DocAddress>, IndexError> {
        let term = Term::from_field_text(self.fields.id, &id.0);
        let query = tantivy::query::TermQuery::new(term, IndexRecordOption::Basic);
        let found = snapshot.search(&query, &tantivy::collector::DocSetCollector);
        Ok(found.map_err(tantivy_error("read", &self.directory))?.into_iter().next())
    }

    /// The paths under which a file with this SHA-256 was ingested; what lies there now may be another.
    ///
    /// # Errors
    ///
    /// The list of the sources cannot be read.
    pub fn originals(&self, sha256: &str) -> Result<Vec<PathBuf>, IndexError> {
        originals::find(&self.home, sha256)
            .map_err(file_error("read the list of the sources in", &self.home))
    }

    /// Verifies the checksum of every file of the index; returns those that are damaged.
    ///
    /// # Errors
    ///
    /// The index cannot be read.
    pub fn damaged_files(&self) -> Result<Vec<PathBuf>, IndexError> {
        let damaged =
            self.index.validate_checksum().map_err(tantivy_error("verify", &self.directory))?;
        Ok(damaged.into_iter().map(|file| self.directory.join(file)).collect())
    }
}

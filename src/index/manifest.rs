//! The manifest: what an index was built from, and which of its directories is the live one.

use std::fs;
use std::io;
use std::io::Write;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The format of the index directory that this program reads and writes.
pub const FORMAT: u32 = 1;

/// The file in the index directory that holds the manifest.
const FILE_NAME: &str = "manifest.json";

/// What a manifest is called while it is written; a killed run leaves such files behind.
pub const TEMPORARY_PREFIX: &str = ".manifest-";

/// What an index was built from; an index built from anything else is stale.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Ingredients {
    /// Format of the index directory.
    pub format: u32,
    /// SHA-256 of the schema that tantivy was given.
    pub schema: String,
    /// The analyzer's fingerprint: its dictionary, stages and word lists.
    pub analyzer: String,
}

impl Ingredients {
    /// What this program builds with.
    pub fn of(fields: &super::Fields, analyzer: &crate::analysis::Analyzer) -> Ingredients {
        Ingredients {
            format: FORMAT,
            schema: hex(&Sha256::digest(fields.fingerprint())),
            analyzer: analyzer.fingerprint(),
        }
    }
}

/// The manifest of an index directory.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// What the index was built from.
    pub ingredients: Ingredients,
    /// The directory, beside the manifest, that holds the live index.
    pub directory: String,
}

impl Manifest {
    /// Reads the manifest of `home`; `None` if there is none yet.
    ///
    /// A manifest that cannot be understood counts as none: the index is derived and is built anew.
    ///
    /// # Errors
    ///
    /// The file exists and cannot be read.
    pub fn read(home: &Path) -> io::Result<Option<Manifest>> {
        match fs::read(home.join(FILE_NAME)) {
            Ok(json) => Ok(serde_json::from_slice(&json).ok().filter(Manifest::is_plain)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether the directory is a plain name: a damaged manifest must not lead out of the home.
    fn is_plain(&self) -> bool {
        !self.directory.is_empty()
            && self.directory.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    }

    /// Replaces the manifest of `home` atomically and durably.
    ///
    /// # Errors
    ///
    /// The file cannot be written; the former manifest then stands.
    pub fn write(&self, home: &Path) -> io::Result<()> {
        let json = serde_json::to_vec_pretty(self).expect("a manifest is plain data");
        let mut file = tempfile::Builder::new().prefix(TEMPORARY_PREFIX).tempfile_in(home)?;
        file.write_all(&json)?;
        file.as_file().sync_all()?;
        file.persist(home.join(FILE_NAME)).map_err(|error| error.error)?;
        sync_directory(home)
    }
}

/// Makes renames within `directory` durable.
///
/// # Errors
///
/// The directory cannot be opened or synchronised.
pub fn sync_directory(directory: &Path) -> io::Result<()> {
    // Only Unix lets a directory be opened and synchronised; elsewhere renames are as durable as they are.
    if cfg!(unix) { fs::File::open(directory)?.sync_all() } else { Ok(()) }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

//! The carried dictionary: IPADIC's entries, each cut into UniDic's short units.
//!
//! The program carries it as one compressed archive and unpacks it at first use into the cache directory it is given,
//! from where later starts map it.
//! What is mapped is what was built: every start checks the sizes and CRC-32s of the files, and replaces a cache that
//! was half written or damaged.
//! Where no cache can be written the dictionary is held in memory, which costs half a second at each start.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lindera::dictionary::Dictionary;
use lindera_dictionary::dictionary::character_definition::CharacterDefinition;
use lindera_dictionary::dictionary::connection_cost_matrix::ConnectionCostMatrix;
use lindera_dictionary::dictionary::metadata::Metadata;
use lindera_dictionary::dictionary::prefix_dictionary::PrefixDictionary;
use lindera_dictionary::dictionary::unknown_dictionary::UnknownDictionary;

/// The built dictionary, as `dictionaries/ipadic-unidic/rebuild` makes it.
const ARCHIVE: &[u8] = include_bytes!("../../dictionaries/ipadic-unidic/dictionary.tar.zst");

/// SHA-256 of the archive and its file name, as `sha256sum` prints them.
const SHA256: &str = include_str!("../../dictionaries/ipadic-unidic/SHA256");

/// CRC-32, size and name of each file of the archive, a line each.
const MANIFEST: &str = include_str!("../../dictionaries/ipadic-unidic/MANIFEST");

/// What keeps the dictionary from being opened.
#[derive(Debug, thiserror::Error)]
pub enum DictionaryError {
    /// The archive inside the program is damaged.
    #[error("cannot unpack the dictionary carried in the program")]
    Unpack(#[source] io::Error),
    /// The unpacked files are not a dictionary of this program.
    #[error("cannot load the dictionary carried in the program: {0}")]
    Load(String),
    /// The own words make no dictionary.
    #[error("cannot build a dictionary of the own words: {0}")]
    Build(String),
}

/// SHA-256 of the carried archive, in hexadecimal.
pub(crate) fn checksum() -> &'static str {
    SHA256.split_whitespace().next().unwrap_or_default()
}

/// Opens the carried dictionary by way of the directory `cache`.
pub(crate) fn open(cache: Option<&Path>) -> Result<Dictionary, DictionaryError> {
    if let Some(directory) = cache.and_then(|cache| cached(cache).ok()) {
        return Dictionary::load_from_path(&directory)
            .map_err(|error| DictionaryError::Load(error.to_string()));
    }
    let files = unpack().map_err(DictionaryError::Unpack)?;
    from_memory(files).map_err(|error| DictionaryError::Load(error.to_string()))
}

/// The directory below `cache` that holds the unpacked and verified dictionary.
fn cached(cache: &Path) -> io::Result<PathBuf> {
    let parent = cache.join("torikumi");
    let name = format!("dictionary-{}", checksum().get(..16).unwrap_or_default());
    let directory = parent.join(&name);
    if verify(&directory).is_ok() {
        return Ok(directory);
    }
    fs::create_dir_all(&parent)?;
    let fresh = tempfile::Builder::new().prefix(".dictionary-").tempdir_in(&parent)?;
    write_files(fresh.path())?;
    // Verified before it gets its name: a disk that does not keep what was written is no cache.
    verify(fresh.path())?;
    settle(fresh, &directory)?;
    verify(&directory)?;
    Ok(directory)
}

/// Gives the unpacked directory its name; whoever was faster has done the same work.
fn settle(fresh: tempfile::TempDir, directory: &Path) -> io::Result<()> {
    if fs::rename(fresh.path(), directory).is_ok() || verify(directory).is_ok() {
        return Ok(());
    }
    // A damaged directory is moved aside rather than emptied: another process may have mapped its files.
    let aside = tempfile::Builder::new()
        .prefix(".damaged-")
        .tempdir_in(directory.parent().unwrap_or(directory))?;
    let moved = fs::rename(directory, aside.path().join("dictionary"));
    let placed = fs::rename(fresh.path(), directory);
    // Of two that replace a damaged one at once, the second finds the work of the first.
    placed.or_else(|error| verify(directory).map_err(|_| moved.err().unwrap_or(error)))
}

fn write_files(directory: &Path) -> io::Result<()> {
    for (name, bytes) in unpack()? {
        let mut file = File::create_new(directory.join(name))?;
        file.write_all(&bytes)?;
        file.sync_all()?;
    }
    // The names as well as the contents; systems that cannot open a directory do not need it.
    File::open(directory).and_then(|directory| directory.sync_all()).or(Ok(()))
}

/// The files of the archive, by name.
fn unpack() -> io::Result<Vec<(String, Vec<u8>)>> {
    let decoder = ruzstd::decoding::StreamingDecoder::new(ARCHIVE).map_err(io::Error::other)?;
    let mut archive = tar::Archive::new(decoder);
    let mut files = Vec::new();
    for entry in archive.entries()? {
        let mut entry = entry?;
        let name = entry.path()?.to_string_lossy().into_owned();
        let Some(expected) = manifest().find(|file| file.name == name) else { continue };
        let mut bytes = Vec::with_capacity(expected.size);
        entry.read_to_end(&mut bytes)?;
        files.push((name, bytes));
    }
    Ok(files)
}

/// Succeeds if `directory` holds every file of the manifest, whole.
fn verify(directory: &Path) -> io::Result<()> {
    // Read through one small buffer: memory for whole files would cost more than their checksums.
    let mut buffer = vec![0; 128 * 1024];
    for expected in manifest() {
        let found = checksum_of(&directory.join(expected.name), &mut buffer)?;
        if found != (expected.crc32, expected.size) {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                format!("{} is damaged", expected.name),
            ));
        }
    }
    Ok(())
}

/// CRC-32 and size of a file.
fn checksum_of(path: &Path, buffer: &mut [u8]) -> io::Result<(u32, usize)> {
    let mut file = File::open(path)?;
    let mut hasher = crc32fast::Hasher::new();
    let mut size = 0;
    loop {
        match file.read(buffer) {
            Ok(0) => return Ok((hasher.finalize(), size)),
            Ok(n) => {
                hasher.update(&buffer[..n]);
                size += n;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// A line of the manifest.
struct Expected {
    crc32: u32,
    size: usize,
    name: &'static str,
}

fn manifest() -> impl Iterator<Item = Expected> {
    MANIFEST.lines().filter_map(|line| {
        let mut columns = line.splitn(3, ' ');
        let crc32 = u32::from_str_radix(columns.next()?, 16).ok()?;
        let size = columns.next()?.parse().ok()?;
        Some(Expected { crc32, size, name: columns.next()? })
    })
}

fn from_memory(files: Vec<(String, Vec<u8>)>) -> lindera::LinderaResult<Dictionary> {
    let mut files: std::collections::HashMap<String, Vec<u8>> = files.into_iter().collect();
    let mut file = |name: &str| files.remove(name).unwrap_or_default();
    let prefix_dictionary = PrefixDictionary::load(
        file("dict.trie"),
        file("dict.valsidx"),
        file("dict.vals"),
        file("dict.wordsidx"),
        file("dict.words"),
    )?;
    Ok(Dictionary {
        prefix_dictionary: Arc::new(prefix_dictionary),
        connection_cost_matrix: Arc::new(ConnectionCostMatrix::load(file("matrix.mtx"))?),
        character_definition: Arc::new(CharacterDefinition::load(&file("char_def.bin"))?),
        unknown_dictionary: Arc::new(UnknownDictionary::load(&file("unk.bin"))?),
        metadata: Arc::new(Metadata::load(&file("metadata.json"))?),
    })
}

//! Where the files lie that records were read from, so that they can be handed out.
//!
//! The store knows every source by its path, and only one process may have it open.
//! Readers need the path of a file by its content, so each commit of the store leaves a list beside the index:
//! SHA-256 of a file's bytes → the keys of the sources with that content.
//! The list is derived, like the index; it may be behind the disk, and whoever hands out a file compares its content.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use percent_encoding::percent_decode_str;

use super::manifest::TEMPORARY_PREFIX;

const FILE: &str = "originals.json";

/// The length of a SHA-256 in hexadecimal.
const SHA256_CHARS: usize = 64;

/// Writes the list for `sources`, fingerprints by key, unless it stands there already.
pub(super) fn write(home: &Path, sources: &BTreeMap<String, String>) -> io::Result<()> {
    let mut list: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (key, fingerprint) in sources {
        // A fingerprint begins with the hash of the content.
        if let Some(sha256) = fingerprint.get(..SHA256_CHARS).filter(|hash| is_sha256(hash)) {
            list.entry(sha256).or_default().push(key);
        }
    }
    let text = serde_json::to_string(&list)?;
    let path = home.join(FILE);
    if fs::read(&path).is_ok_and(|known| known == text.as_bytes()) {
        return Ok(());
    }
    let temporary = home.join(format!("{TEMPORARY_PREFIX}{FILE}"));
    fs::write(&temporary, text)?;
    fs::rename(&temporary, &path)
}

/// The paths under which a file with this content was ingested, whether it is still there or not.
pub(super) fn find(home: &Path, sha256: &str) -> io::Result<Vec<PathBuf>> {
    if !is_sha256(sha256) {
        return Ok(Vec::new());
    }
    let text = match fs::read(home.join(FILE)) {
        Ok(text) => text,
        // An index of an earlier version has no list until the next ingest.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let list: BTreeMap<String, Vec<String>> = serde_json::from_slice(&text)?;
    Ok(list.get(sha256).into_iter().flatten().map(|key| path_of(key)).collect())
}

/// The path that a source's key was made of: the path itself, or behind a `?` its bytes where they are no Unicode.
pub fn path_of(key: &str) -> PathBuf {
    let Some(encoded) = key.strip_prefix('?') else { return PathBuf::from(key) };
    let bytes: Vec<u8> = percent_decode_str(encoded).collect();
    #[cfg(unix)]
    let name: OsString = std::os::unix::ffi::OsStringExt::from_vec(bytes);
    #[cfg(not(unix))]
    let name = OsString::from(String::from_utf8_lossy(&bytes).into_owned());
    PathBuf::from(name)
}

fn is_sha256(text: &str) -> bool {
    text.len() == SHA256_CHARS
        && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_found_by_its_content_wherever_it_lies() {
        let home = tempfile::tempdir().unwrap();
        let (one, other) = ("a".repeat(64), "b".repeat(64));
        let sources = [
            ("/data/一.pdf", format!("{one}+0.1.0+x")),
            ("/data/写し.pdf", format!("{one}+0.1.0+x")),
            ("?%2Fdata%2F%8E%E6.pdf", format!("{other}+0.1.0+x")),
            ("/data/odd", "no hash".to_owned()),
        ];
        let sources = sources.map(|(key, fingerprint)| (key.to_owned(), fingerprint));
        assert!(find(home.path(), &one).unwrap().is_empty());
        write(home.path(), &sources.into_iter().collect()).unwrap();
        let paths = ["/data/一.pdf", "/data/写し.pdf"].map(PathBuf::from);
        assert_eq!(find(home.path(), &one).unwrap(), paths);
        let path = find(home.path(), &other).unwrap().remove(0);
        #[cfg(unix)]
        assert_eq!(path.as_os_str().as_encoded_bytes(), b"/data/\x8E\xE6.pdf");
        for unknown in ["", "no hash", "../../etc/passwd", &"A".repeat(64), &"c".repeat(64)] {
            assert!(find(home.path(), unknown).unwrap().is_empty(), "{unknown}");
        }
        drop(path);
    }
}

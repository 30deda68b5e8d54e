//! Sources: files given to the program, read whole and turned into text.
//!
//! Reading repairs the *faults of a file* (byte order marks, undecodable bytes, radicals in place of ideographs) and
//! nothing else. What the text means is the record layer's affair.

mod archive;
mod cells;
pub mod csv;
pub mod decode;
mod flow;
pub mod html;
pub mod page;
pub mod pdf;
pub mod radicals;
mod unread;
pub mod word;
pub mod workbook;
mod xml;

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::notice::{Notice, NoticeKind, Reading};

use self::page::Page;

/// One file, read: its name, its fingerprint and its text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Source {
    /// The name that records and notices show: relative to the path handed over, with `/` between folders.
    pub file: String,
    /// SHA-256 of the file's bytes, in hexadecimal.
    pub sha256: String,
    /// What the file holds.
    pub kind: SourceKind,
    /// The decoded text; empty for kinds that are not text.
    pub text: String,
    /// Tables and text of kinds that have pages, sheets or tables; empty for those that are plain text.
    pub pages: Vec<Page>,
    /// What could not be read of the file.
    pub notices: Vec<Notice>,
}

/// The kinds of files that are told apart.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// A sheet as a PDF-to-text tool leaves it.
    #[default]
    Text,
    /// Records in the project's exchange format, one a line.
    JsonLines,
    /// What has pages, sheets or tables: PDF, workbooks, documents, CSV, HTML.
    Pages,
    /// Anything else, and text in no encoding that can be told: named in a notice, never guessed at.
    Other,
}

/// The machine's failures while reading sources.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// A file could not be read.
    #[error("cannot read {path}")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        error: io::Error,
    },
    /// A folder could not be listed.
    #[error("cannot list {path}")]
    List {
        /// The folder.
        path: PathBuf,
        /// Why.
        #[source]
        error: io::Error,
    },
}

impl Source {
    /// The source called `file` whose content is `bytes`; pure.
    pub fn from_bytes(file: &str, bytes: &[u8]) -> Source {
        let sha256 = hexadecimal(&Sha256::digest(bytes));
        let reader = reader(file, bytes);
        let kind = SourceKind::read_by(reader, file, bytes);
        if kind == SourceKind::Other {
            let message = unread::message(file, bytes);
            let notices = vec![Notice::new(NoticeKind::Unreadable, message, file)];
            return Source { file: file.to_owned(), sha256, kind, notices, ..Source::default() };
        }
        if let Some(read) = reader.filter(|_| kind == SourceKind::Pages) {
            let Reading { value: pages, notices } = read(file, bytes);
            let file = file.to_owned();
            return Source { file, sha256, kind, pages, notices, ..Source::default() };
        }
        let decoded = decode::decode(bytes, file);
        let Some(decoded_text) = decoded.value else {
            let (kind, notices) = (SourceKind::Other, decoded.notices);
            return Source { file: file.to_owned(), sha256, kind, notices, ..Source::default() };
        };
        // JSON Lines come from programs, whose text has no faults of fonts.
        let text = match kind {
            SourceKind::Text => radicals::mend(decoded_text),
            _ => decoded_text,
        };
        Source {
            file: file.to_owned(),
            sha256,
            kind,
            text,
            notices: decoded.notices,
            ..Source::default()
        }
    }
}

impl SourceKind {
    /// Judges by the extension, and by the first bytes where there is none that is known.
    pub fn of(file: &str, bytes: &[u8]) -> SourceKind {
        SourceKind::read_by(reader(file, bytes), file, bytes)
    }

    fn read_by(reader: Option<Reader>, file: &str, bytes: &[u8]) -> SourceKind {
        let extension = Path::new(file).extension().and_then(|e| e.to_str()).unwrap_or_default();
        match extension.to_ascii_lowercase().as_str() {
            "txt" | "text" => SourceKind::Text,
            "jsonl" | "ndjson" => SourceKind::JsonLines,
            _ if reader.is_some() => SourceKind::Pages,
            "" if is_text(bytes) => SourceKind::Text,
            _ => SourceKind::Other,
        }
    }
}

/// What reads the bytes of a file with a name into pages.
type Reader = fn(&str, &[u8]) -> Reading<Vec<Page>>;

/// The reader of a file that has pages, by its first bytes and then by its extension: a table of HTML that is called `.xls`
/// is HTML.
fn reader(file: &str, bytes: &[u8]) -> Option<Reader> {
    let extension = Path::new(file).extension().and_then(|e| e.to_str()).unwrap_or_default();
    match bytes {
        _ if pdf::is_pdf(bytes) => Some(pdf::read),
        [b'P', b'K', ..] => {
            let archive = archive::Archive::open(bytes)?;
            let has = |part| archive.has(part);
            match () {
                () if has("word/document.xml") => Some(word::read),
                () if has("xl/workbook.xml") => Some(workbook::read),
                () if has("content.xml") && has("mimetype") => Some(workbook::read),
                () => None,
            }
        }
        _ if unread::is_compound(bytes) => unread::is_workbook(bytes).then_some(workbook::read),
        _ => match extension.to_ascii_lowercase().as_str() {
            "pdf" => Some(pdf::read),
            "html" | "htm" | "xhtml" => Some(html::read),
            "csv" | "tsv" => Some(csv::read),
            "xls" | "xlsx" | "doc" | "" if html::is_html(bytes) => Some(html::read),
            "xls" | "xlsx" if is_text(bytes) => Some(csv::read),
            _ => None,
        },
    }
}

/// Reads the file at `path`; its name is the last part of the path.
pub fn read(path: &Path) -> Result<Source, SourceError> {
    let base = path.parent().unwrap_or(Path::new(""));
    read_under(base, path)
}

/// Reads the file at `path`, named relative to `base`, the folder that was handed over.
pub fn read_under(base: &Path, path: &Path) -> Result<Source, SourceError> {
    let bytes =
        fs::read(path).map_err(|error| SourceError::Read { path: path.to_owned(), error })?;
    Ok(Source::from_bytes(&name_under(base, path), &bytes))
}

/// The name a file is shown under: relative to `base`, with `/` between folders on every system.
pub fn name_under(base: &Path, path: &Path) -> String {
    let relative = path.strip_prefix(base).ok().filter(|p| !p.as_os_str().is_empty());
    let relative = relative.or(path.file_name().map(Path::new)).unwrap_or(path);
    let parts: Vec<_> = relative.components().map(|c| c.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}

/// SHA-256 of a file's bytes, in hexadecimal, without holding the file in memory.
pub fn fingerprint(path: &Path) -> Result<String, SourceError> {
    let hash = fs::File::open(path).and_then(fingerprint_of);
    hash.map_err(|error| SourceError::Read { path: path.to_owned(), error })
}

/// SHA-256 of the bytes still to be read, in hexadecimal, without holding them in memory.
pub fn fingerprint_of(mut bytes: impl Read) -> io::Result<String> {
    let mut hash = Sha256::new();
    let mut chunk = vec![0; 1 << 16];
    loop {
        let n_bytes = bytes.read(&mut chunk)?;
        if n_bytes == 0 {
            return Ok(hexadecimal(&hash.finalize()));
        }
        hash.update(&chunk[..n_bytes]);
    }
}

/// The files at or below `path`, sorted by name; hidden files and folders (`.git`) are left out below `path`.
pub fn walk(path: &Path) -> Result<Vec<PathBuf>, SourceError> {
    let metadata =
        fs::metadata(path).map_err(|error| SourceError::Read { path: path.to_owned(), error })?;
    if metadata.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    if !metadata.is_dir() {
        let error = io::Error::new(io::ErrorKind::InvalidInput, "neither a file nor a folder");
        return Err(SourceError::Read { path: path.to_owned(), error });
    }
    let mut files = Vec::new();
    let mut folders = vec![path.to_owned()];
    while let Some(folder) = folders.pop() {
        let failed = |error| SourceError::List { path: folder.clone(), error };
        for entry in fs::read_dir(&folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            // A link to a folder is not followed: it may lead back up and never end.
            let kind = entry.file_type().map_err(failed)?;
            match (kind.is_dir(), kind.is_symlink() && entry.path().is_dir()) {
                (true, _) => folders.push(entry.path()),
                (_, true) => {}
                // A pipe never ends. A link that leads nowhere stays, for the reading to name it.
                _ if entry.path().exists() && !entry.path().is_file() => {}
                _ => files.push(entry.path()),
            }
        }
    }
    files.sort();
    Ok(files)
}

/// Lower-case hexadecimal of `bytes`.
fn hexadecimal(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)])).collect()
}

/// Whether bytes without a telling name look like text: no NUL outside UTF-16.
fn is_text(bytes: &[u8]) -> bool {
    let start = &bytes[..bytes.len().min(4096)];
    decode::has_utf16_mark(start)
        || (!start.is_empty() && !start.contains(&0) && !start.starts_with(b"%PDF"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_kind(file: &str, bytes: &[u8], expected: SourceKind) {
        assert_eq!(SourceKind::of(file, bytes), expected, "{file}");
    }

    #[test]
    fn the_extension_decides_and_content_where_there_is_none() {
        check_kind("sheet.txt", b"", SourceKind::Text);
        check_kind("SHEET.TXT", b"", SourceKind::Text);
        check_kind("records.jsonl", b"{}", SourceKind::JsonLines);
        check_kind("sheet.pdf", b"%PDF-1.7", SourceKind::Pages);
        check_kind("sheet.pdf", b"", SourceKind::Pages);
        check_kind("sheet", "取組".as_bytes(), SourceKind::Text);
        check_kind("sheet", b"%PDF-1.7", SourceKind::Pages);
        check_kind("sheet", b"\0\x01", SourceKind::Other);
        check_kind("sheet.CSV", b"", SourceKind::Pages);
        check_kind("sheet.xls", b"<html><table>", SourceKind::Pages);
        check_kind("sheet.xls", "甲\t乙".as_bytes(), SourceKind::Pages);
        check_kind("sheet.doc", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", SourceKind::Other);
    }

    #[test]
    fn an_unreadable_kind_says_what_to_do() {
        let source = Source::from_bytes("a.doc", b"\xD0\xCF\x11\xE0");
        assert_eq!(source.text, "");
        let message =
            "a.docは古いWordの形式（.doc）なので読めません。docxかPDFに変換してください。";
        assert_eq!(source.notices[0].message, message);
    }

    #[test]
    fn walking_sorts_and_leaves_hidden_files_out() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.txt", "a.txt", ".hidden", "truth/c.txt"] {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "取組").unwrap();
        }
        let names: Vec<_> =
            walk(folder.path()).unwrap().iter().map(|p| name_under(folder.path(), p)).collect();
        assert_eq!(names, ["a.txt", "b.txt", "truth/c.txt"]);
        assert_eq!(
            read_under(folder.path(), &folder.path().join("truth/c.txt")).unwrap().file,
            "truth/c.txt"
        );
        assert_eq!(read(&folder.path().join("truth/c.txt")).unwrap().file, "c.txt");
    }

    #[test]
    fn a_missing_file_is_an_error_that_names_it() {
        let error = read(Path::new("/nowhere/sheet.txt")).unwrap_err();
        assert_eq!(error.to_string(), "cannot read /nowhere/sheet.txt");
        assert!(walk(Path::new("/nowhere")).is_err());
    }

    #[test]
    fn the_fingerprint_of_a_file_is_that_of_its_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        fs::write(&path, "abc").unwrap();
        // The test vector of FIPS 180-4.
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(fingerprint(&path).unwrap(), expected);
        assert_eq!(read(&path).unwrap().sha256, expected);
    }
}

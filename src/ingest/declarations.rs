//! What is declared about a file: the `sources.toml` in its folder and in those above, up to the folder that was given.

use std::collections::HashMap;
use std::fs;
use std::fs::File;
use std::io;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::record::sources_file::{Declared, SourcesFile};
use crate::source;
use crate::source::decode;

use super::files::FoundFile;

/// What the file is called.
pub const SOURCES_FILE: &str = "sources.toml";

/// What no declaration about a folder is longer than; it comes with the folder and is trusted no more than the rest.
const LONGEST_BYTES: u64 = 64 << 10;

/// The declarations of a run, each read once.
#[derive(Debug, Default)]
pub(super) struct Declarations {
    folders: Mutex<HashMap<PathBuf, Declaration>>,
}

/// A `sources.toml` that was read, none where there is none, or a sentence about what is wrong with it.
type Declaration = Result<Option<Arc<SourcesFile>>, String>;

impl Declarations {
    /// What is declared about `file`: what stands nearer goes before what stands farther out.
    ///
    /// # Errors
    ///
    /// A sentence for the person who wrote the declaration: a file that is read without what is declared about it would
    /// be counted under another office or year, so it is not read at all.
    pub(super) fn about(&self, file: &FoundFile) -> Result<Declared, String> {
        let mut declared = Declared::default();
        for folder in file.path.ancestors().skip(1) {
            if !folder.starts_with(&file.base) {
                break;
            }
            if let Some(sources) = self.of_folder(folder)? {
                let name = source::name_under(folder, &file.path);
                declared = declared.over(sources.declared(&name));
            }
        }
        Ok(declared)
    }

    fn of_folder(&self, folder: &Path) -> Declaration {
        // Nothing is left half done behind this lock.
        let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
        folders.entry(folder.to_owned()).or_insert_with(|| read(folder)).clone()
    }
}

fn read(folder: &Path) -> Declaration {
    let path = folder.join(SOURCES_FILE);
    let wrong = |what: &str| format!("{}に誤りがあります：{what}", path.display());
    let bytes = match bytes(&path) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return Ok(None),
        Err(error) => return Err(wrong(&format!("開けません（{error}）。"))),
    };
    let decoded = decode::decode(&bytes, SOURCES_FILE);
    let Some(text) = decoded.value else {
        return Err(wrong("文字コードが分かりません。UTF-8で保存してください。"));
    };
    match SourcesFile::parse(&text) {
        Ok(sources) => Ok(Some(Arc::new(sources))),
        Err(error) => Err(wrong(&format!("{}行目：{}", error.line, error.message))),
    }
}

fn bytes(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => {}
        Ok(_) => return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a file")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(LONGEST_BYTES + 1).read_to_end(&mut bytes)?;
    match u64::try_from(bytes.len()) {
        Ok(..=LONGEST_BYTES) => Ok(Some(bytes)),
        _ => Err(io::Error::new(io::ErrorKind::InvalidData, "longer than 64 KB")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(base: &Path, name: &str) -> FoundFile {
        let path = base.join(name);
        FoundFile { base: base.to_owned(), place: path.clone(), path }
    }

    #[test]
    fn the_nearer_declaration_goes_first() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("港/R5")).unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write("sources.toml", "organization = \"緑川市\"\nlicence = \"CC BY 4.0\"\n");
        write(
            "港/sources.toml",
            "organization = \"港区役所\"\n[[source]]\nfiles = \"R5/*\"\nfiscal_year = 2023\n",
        );
        let declarations = Declarations::default();
        let declared = declarations.about(&found(folder.path(), "港/R5/a.pdf")).unwrap();
        assert_eq!(declared.organization.as_deref(), Some("港区役所"));
        assert_eq!(declared.licence.as_deref(), Some("CC BY 4.0"));
        assert_eq!(declared.fiscal_year.map(|year| year.gregorian()), Some(2023));
        // What stands above the folder that was given is not looked at.
        let declared = declarations.about(&found(&folder.path().join("港"), "R5/a.pdf")).unwrap();
        assert_eq!(declared.licence, None);
        assert_eq!(
            declarations.about(&found(&folder.path().join("港/R5"), "a.pdf")).unwrap(),
            Declared::default()
        );
    }

    #[track_caller]
    fn check_wrong(text: &[u8], expected: &str) {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(SOURCES_FILE), text).unwrap();
        let wrong = Declarations::default().about(&found(folder.path(), "a.pdf")).unwrap_err();
        assert!(wrong.contains("sources.toml") && wrong.contains(expected), "{wrong}");
    }

    #[test]
    fn a_broken_declaration_is_named_with_its_line() {
        check_wrong(b"\nfiscal_year = 4\n", "2行目：4 is no fiscal year");
        check_wrong("# あ\n".repeat(20_000).as_bytes(), "longer than 64 KB");
        check_wrong(&[b'#', 0xFF, 0xFF, 0xFE, 0], "文字コード");
    }
}

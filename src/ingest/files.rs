//! Which files there are below the paths that were given, and what the index calls them.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use percent_encoding::{NON_ALPHANUMERIC, percent_encode};

use crate::source;

use super::declarations::SOURCES_FILE;
use super::outcome::{FileOutcome, FileState};

/// A file that was found.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct FoundFile {
    /// Where it is, as the path that was given leads there.
    pub path: PathBuf,
    /// The folder that was given, or the one that a given file is in; names are relative to it.
    pub base: PathBuf,
    /// Where it is, whatever way leads there.
    pub place: PathBuf,
}

/// What there is below the paths that were given.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The files, in the order of the paths and then of their names, each once.
    pub files: Vec<FoundFile>,
    /// Files that are there and are not to be read this time.
    pub resting: Vec<FoundFile>,
    /// What cannot be looked into.
    pub failures: Vec<FileOutcome>,
}

impl FoundFile {
    /// The name that records and notices show.
    pub fn name(&self) -> String {
        source::name_under(&self.base, &self.path)
    }

    /// What the index calls it: its path, and where that is no Unicode, its bytes behind a `?`.
    ///
    /// Absolute paths do not begin with `?`, so that no two sources have one name.
    pub fn key(&self) -> String {
        let bytes = || percent_encode(self.place.as_os_str().as_encoded_bytes(), NON_ALPHANUMERIC);
        self.place.to_str().map_or_else(|| format!("?{}", bytes()), str::to_owned)
    }
}

/// The files at and below `paths`.
///
/// Hidden files and folders (`.git`) below a path are left out, and so is each `sources.toml`, which is about the others.
/// What cannot be looked into is a failure of its own, and the rest is found.
pub fn find(paths: &[PathBuf]) -> Found {
    let mut found = Found::default();
    let mut seen = BTreeSet::new();
    for path in paths {
        let before = found.files.len();
        find_under(path, &mut found);
        let new = found.files.split_off(before);
        found.files.extend(new.into_iter().filter(|file| seen.insert(file.place.clone())));
    }
    found
}

fn find_under(path: &Path, found: &mut Found) {
    let kind = match fs::metadata(path) {
        Ok(metadata) => metadata.file_type(),
        Err(error) => {
            return found.fail(path, path, &format!("見つからないか、開けません（{error}）。"));
        }
    };
    if kind.is_dir() {
        return match path.canonicalize() {
            Ok(place) => walk(path, &place, found),
            Err(error) => found.fail(path, path, &unlisted(&error)),
        };
    }
    if !kind.is_file() {
        return found.fail(path, path, NO_FILE);
    }
    let base = path.parent().unwrap_or(path).to_owned();
    let place = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    found.files.push(FoundFile { path: path.to_owned(), base, place });
}

const NO_FILE: &str = "ファイルでもフォルダでもないので読めません。";

fn unlisted(error: &io::Error) -> String {
    format!("フォルダの中を見られません（{error}）。読み取りの権限を確かめてください。")
}

/// Finds the files below the folder `base`, which is in truth at `place`.
fn walk(base: &Path, place: &Path, found: &mut Found) {
    let first = found.files.len();
    let mut folders = vec![(base.to_owned(), place.to_owned())];
    while let Some((folder, place)) = folders.pop() {
        let listed = fs::read_dir(&folder).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        let entries = match listed {
            Ok(entries) => entries,
            Err(error) => {
                found.fail(base, &folder, &unlisted(&error));
                continue;
            }
        };
        for entry in entries {
            let name = entry.file_name();
            if name.as_encoded_bytes().starts_with(b".") || name == SOURCES_FILE {
                continue;
            }
            let (path, place) = (entry.path(), place.join(&name));
            let file = |place| FoundFile { path: path.clone(), base: base.to_owned(), place };
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push((path, place)),
                Ok(kind) if kind.is_file() => found.files.push(file(place)),
                Ok(kind) if kind.is_symlink() => match fs::metadata(&path) {
                    // A link to a folder is not followed: it may lead back up and never end.
                    Ok(metadata) if metadata.is_dir() => {}
                    Ok(metadata) if metadata.is_file() => {
                        found.files.push(file(path.canonicalize().unwrap_or(place)));
                    }
                    Ok(_) => found.fail(base, &path, NO_FILE),
                    Err(error) => {
                        let message = format!("リンクの先が開けません（{error}）。");
                        found.fail(base, &path, &message);
                    }
                },
                // A pipe never ends, and a device is none of ours.
                Ok(_) => found.fail(base, &path, NO_FILE),
                Err(error) => found.fail(base, &path, &unlisted(&error)),
            }
        }
    }
    found.files[first..].sort_by(|one, other| one.path.cmp(&other.path));
}

impl Found {
    fn fail(&mut self, base: &Path, path: &Path, message: &str) {
        let file = FoundFile {
            path: path.to_owned(),
            base: base.to_owned(),
            place: path.canonicalize().unwrap_or_else(|_| path.to_owned()),
        };
        let name = match base == path {
            // What was given is named as it was given.
            true => path.display().to_string(),
            false => file.name(),
        };
        self.failures.push(FileOutcome {
            file: name,
            path: file.path.clone(),
            key: file.key(),
            state: FileState::Failed,
            failure: Some(message.to_owned()),
            ..FileOutcome::default()
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::originals::path_of;

    fn names(found: &Found) -> Vec<String> {
        found.files.iter().map(FoundFile::name).collect()
    }

    #[test]
    fn files_are_found_in_order_and_once() {
        let folder = tempfile::tempdir().unwrap();
        for name in
            ["b.txt", "a.txt", ".hidden", "truth/c.txt", "truth/sources.toml", "sources.toml"]
        {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "取組").unwrap();
        }
        let roots = [folder.path().to_owned(), folder.path().join("truth/../a.txt")];
        let found = find(&roots);
        assert_eq!(names(&found), ["a.txt", "b.txt", "truth/c.txt"]);
        assert!(found.failures.is_empty());
        assert_eq!(names(&find(&roots[1..])), ["a.txt"]);
    }

    #[test]
    fn what_cannot_be_looked_into_is_named_and_the_rest_is_found() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.txt"), "取組").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink("nowhere", folder.path().join("b.txt")).unwrap();
        let found = find(&[PathBuf::from("/nonexistent/x.pdf"), folder.path().to_owned()]);
        assert_eq!(names(&found), ["a.txt"]);
        let failed: Vec<_> = found.failures.iter().map(|failure| failure.file.as_str()).collect();
        assert_eq!(
            failed,
            if cfg!(unix) {
                vec!["/nonexistent/x.pdf", "b.txt"]
            } else {
                vec!["/nonexistent/x.pdf"]
            }
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_key_leads_back_to_its_path() {
        use std::os::unix::ffi::OsStrExt;
        for bytes in [&b"/srv/\x8a\xeb.txt"[..], "/srv/か\u{3099}.txt".as_bytes(), b"/srv/?%41"] {
            let path = PathBuf::from(std::ffi::OsStr::from_bytes(bytes));
            let file =
                FoundFile { path: path.clone(), base: PathBuf::from("/srv"), place: path.clone() };
            assert_eq!(path_of(&file.key()), path);
        }
    }
}

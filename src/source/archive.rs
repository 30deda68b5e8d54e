//! The archives that office files are: zip files of XML parts.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::decode;

/// More of one part is not read: a part of a real file has some megabytes.
const MOST_BYTES: u64 = 256 << 20;

/// An opened archive.
pub(super) struct Archive<'b> {
    zip: ZipArchive<Cursor<&'b [u8]>>,
}

impl<'b> Archive<'b> {
    /// The archive in `bytes`, unless they are none.
    pub(super) fn open(bytes: &'b [u8]) -> Option<Archive<'b>> {
        let zip = ZipArchive::new(Cursor::new(bytes)).ok()?;
        Some(Archive { zip })
    }

    /// Whether there is a part called `name`.
    pub(super) fn has(&self, name: &str) -> bool {
        self.zip.index_for_name(name).is_some()
    }

    /// Whether any part is encrypted.
    pub(super) fn is_encrypted(&mut self) -> bool {
        let n_parts = self.zip.len();
        (0..n_parts).any(|index| self.zip.by_index_raw(index).is_ok_and(|part| part.encrypted()))
    }

    /// The names of all parts, in the order of their numbers: `header2.xml` before `header10.xml`.
    pub(super) fn names(&self) -> Vec<String> {
        let mut names: Vec<String> =
            self.zip.file_names().flatten().map(std::borrow::Cow::into_owned).collect();
        names.sort_by_key(|name| (name.len(), name.clone()));
        names
    }

    /// The text of the part called `name`; nothing where it is missing, and what there is of it where it is damaged.
    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        let part = self.zip.by_name(name).ok()?;
        // What an archive says of itself is believed as far as parts of real files go.
        const LIKELY_BYTES: u64 = 8 << 20;
        let n_bytes = usize::try_from(part.size().min(LIKELY_BYTES)).unwrap_or_default();
        let mut bytes = Vec::with_capacity(n_bytes);
        // A fault of the packing shows as XML that does not end.
        let _ = part.take(MOST_BYTES).read_to_end(&mut bytes);
        match String::from_utf8(bytes) {
            Ok(text) if !is_told_by_decoding(&text) => Some(text),
            Ok(text) => decode::decode(text.as_bytes(), name).value,
            Err(error) => decode::decode(error.as_bytes(), name).value,
        }
    }
}

/// Whether text may be other text than it seems: a mark of the order of bytes, escapes of ISO-2022-JP, characters that
/// were lost, no text at all.
fn is_told_by_decoding(text: &str) -> bool {
    text.starts_with('\u{FEFF}') || ['\u{1B}', '\u{FFFD}', '\0'].iter().any(|&c| text.contains(c))
}

/// The path of `target`, as a part in `folder` names it: `../drawings/drawing1.xml`.
pub(super) fn resolve(folder: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut path: Vec<&str> = folder.split('/').filter(|name| !name.is_empty()).collect();
    for name in target.split('/') {
        match name {
            "." | "" => {}
            ".." => drop(path.pop()),
            _ => path.push(name),
        }
    }
    path.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_relative_to_the_part_that_names_them() {
        assert_eq!(
            resolve("xl/worksheets", "../drawings/drawing1.xml"),
            "xl/drawings/drawing1.xml"
        );
        assert_eq!(resolve("xl", "worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(resolve("xl", "/xl/workbook.xml"), "xl/workbook.xml");
        assert_eq!(resolve("xl", "../../../a.xml"), "a.xml");
    }
}

//! Files that cannot be read, and what to do with them.

use std::path::Path;

use super::archive::Archive;

/// The first bytes of a compound file: Office until 2003, and every office file with a password.
const COMPOUND: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

/// The first bytes of pictures.
const PICTURES: [&[u8]; 6] = [b"\x89PNG", b"\xFF\xD8\xFF", b"GIF8", b"II*\0", b"MM\0*", b"BM"];

/// Whether a file is a compound file.
pub(super) fn is_compound(bytes: &[u8]) -> bool {
    bytes.starts_with(COMPOUND)
}

/// Whether a compound file holds a workbook.
pub(super) fn is_workbook(bytes: &[u8]) -> bool {
    (has_stream(bytes, "Workbook") || has_stream(bytes, "Book"))
        && !has_stream(bytes, "WordDocument")
}

/// What a person can do about a file of a kind that is not read.
pub(super) fn message(file: &str, bytes: &[u8]) -> String {
    let extension = Path::new(file).extension().and_then(|e| e.to_str()).unwrap_or_default();
    let is_locked = match bytes {
        [b'P', b'K', ..] => Archive::open(bytes).is_some_and(|mut archive| archive.is_encrypted()),
        _ => is_compound(bytes) && has_stream(bytes, "EncryptedPackage"),
    };
    if is_locked {
        return format!(
            "{file}はパスワードで保護されているので読めません。パスワードを外すか、PDFにしてください。"
        );
    }
    if is_compound(bytes) && has_stream(bytes, "WordDocument") {
        return format!(
            "{file}は古いWordの形式（.doc）なので読めません。docxかPDFに変換してください。"
        );
    }
    let is_picture = PICTURES.iter().any(|start| bytes.starts_with(start));
    match extension.to_ascii_lowercase().as_str() {
        "ppt" | "pptx" => {
            format!("{file}はスライドなので読めません。docxかPDFに変換してください。")
        }
        "doc" => {
            format!("{file}は古いWordの形式（.doc）なので読めません。docxかPDFに変換してください。")
        }
        "xlsx" | "xls" | "ods" | "xlsm" | "docx" => {
            format!("{file}は壊れているので開けません。docx、xlsxかPDFに保存し直してください。")
        }
        _ if is_picture => {
            format!("{file}は画像なので読めません。文字のあるdocxかPDFに変換してください。")
        }
        _ => format!("{file}の形式は読めません。docx、xlsx、CSVかPDFに変換してください。"),
    }
}

/// Whether a compound file names a stream: names stand in its directory in UTF-16 with a zero at their end.
fn has_stream(bytes: &[u8], name: &str) -> bool {
    let name: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
    // Entries of the directory begin at multiples of 128 bytes.
    bytes.chunks(128).any(|entry| entry.starts_with(&name))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A compound file that names a stream.
    fn compound(name: &str) -> Vec<u8> {
        let mut bytes = COMPOUND.to_vec();
        bytes.resize(512, 0);
        bytes.extend(name.encode_utf16().flat_map(u16::to_le_bytes));
        bytes.resize(640, 0);
        bytes
    }

    #[track_caller]
    fn check(file: &str, bytes: &[u8], expected: &str) {
        let message = message(file, bytes);
        assert!(message.starts_with(file) && message.contains(expected), "{message}");
    }

    #[test]
    fn each_kind_has_its_advice() {
        check("a.doc", &compound("WordDocument"), "docxかPDFに変換");
        check("a.docx", &compound("EncryptedPackage"), "パスワード");
        check("a.ppt", &compound("PowerPoint Document"), "スライド");
        check("a.png", b"\x89PNG\r\n", "画像");
        check("a.xlsx", b"PK\x03\x04", "壊れている");
        check("a.exe", b"MZ", "形式は読めません");
        assert!(is_workbook(&compound("Workbook")) && !is_workbook(&compound("WordDocument")));
    }
}

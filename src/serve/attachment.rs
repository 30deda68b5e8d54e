//! The header that names a file which a browser keeps.

use axum::http::HeaderValue;
use percent_encoding::AsciiSet;
use percent_encoding::NON_ALPHANUMERIC;
use percent_encoding::utf8_percent_encode;
use unicode_normalization::UnicodeNormalization;

/// What RFC 5987 lets stand for itself.
const ATTRIBUTE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// The most characters of a file's name that are handed on.
const MAX_NAME_CHARS: usize = 120;

/// What a browser does with a file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Disposition {
    /// It shows it.
    Inline,
    /// It keeps it.
    Attachment,
}

/// `Content-Disposition`: the file's own `name` for programs that know RFC 5987, and `ascii` for the others.
pub(super) fn disposition(form: Disposition, ascii: &str, name: &str) -> HeaderValue {
    let name: String = name.nfc().filter(|c| !c.is_control()).collect();
    // The end has the extension.
    let n_beyond = name.chars().count().saturating_sub(MAX_NAME_CHARS);
    let name: String = name.chars().skip(n_beyond).collect();
    let form = match form {
        Disposition::Inline => "inline",
        Disposition::Attachment => "attachment",
    };
    let name = utf8_percent_encode(&name, ATTRIBUTE);
    let text = format!("{form}; filename=\"{ascii}\"; filename*=UTF-8''{name}");
    HeaderValue::from_str(&text).expect("names are percent-encoded, and the other one is ours")
}

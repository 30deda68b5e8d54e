//! `GET /records/{id}/source`: the file that a record was read from, where the operator hands it out.
//!
//! No part of a request is ever a path: a record's source names its content, and the index says where a file with that
//! content was ingested from.
//! What lies there is read whole and compared before the first byte is sent, so that no other file is handed out under
//! a record's name.

use std::fs::File;
use std::io;
use std::io::Read;
use std::path::Path as FilePath;

use axum::body::Body;
use axum::body::Bytes;
use axum::extract;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::HeaderMap;
use axum::http::HeaderName;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::Uri;
use axum::http::header;
use axum::response::Response;
use sha2::Digest;
use sha2::Sha256;
use tokio::sync::OwnedSemaphorePermit;

use super::api;
use super::attachment;
use super::attachment::Disposition;
use super::parameters;
use super::problem::Problem;
use super::state::State;
use crate::query::Engine;
use crate::record::Provenance;

/// The address of the `n`th source of a record, from 0, for a record that lives at `address`.
pub(super) fn url(address: &str, n: usize) -> String {
    if n == 0 { format!("{address}/source") } else { format!("{address}/source?n={}", n + 1) }
}

/// `GET /records/{id}/source`.
pub(super) async fn source(
    extract::State(state): extract::State<State>,
    id: Result<Path<String>, PathRejection>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let n = parameters::read_source_number(uri.query().unwrap_or_default())?;
    if !state.serves_originals() {
        return Err(Problem::originals_not_served());
    }
    let record = api::find_record(&state, api::record_id(id)?).await?;
    let source = record.sources.into_iter().nth(n - 1).ok_or_else(Problem::no_such_original)?;
    let sha256 = source.sha256.clone().ok_or_else(Problem::no_such_original)?;
    let tag = HeaderValue::from_str(&format!("\"{sha256}\""));
    let tag = tag.map_err(|_| Problem::no_such_original())?;
    let is_known = headers.get_all(header::IF_NONE_MATCH).iter().any(|known| *known == tag);
    let permit = state.original_permit().ok_or_else(Problem::busy)?;
    let (engine, limit) = (state.engine().clone(), state.limits().original_bytes);
    let read = move || read(engine.as_ref(), &sha256, limit);
    let bytes = state.workers().run(state.limits().request, read).await??;
    if is_known {
        return Ok(not_modified(tag));
    }
    Ok(response(&source, tag, Held { bytes, _permit: permit }))
}

/// The bytes of a file with that content.
fn read(engine: &dyn Engine, sha256: &str, limit: u64) -> Result<Vec<u8>, Problem> {
    let mut worst = Problem::no_such_original();
    for path in engine.originals(sha256)? {
        match read_at(&path, limit) {
            Ok(Some(bytes)) if hexadecimal(&Sha256::digest(&bytes)) == sha256 => return Ok(bytes),
            Ok(Some(_)) => worst = Problem::original_changed(),
            Ok(None) => worst = Problem::original_too_large(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if worst.status == StatusCode::NOT_FOUND {
                    worst = Problem::original_gone();
                }
            }
            Err(error) => {
                tracing::error!(%error, "cannot read an original");
                worst = Problem::internal();
            }
        }
    }
    Err(worst)
}

/// The bytes of a file, or nothing if there are more than `limit`.
fn read_at(path: &FilePath, limit: u64) -> io::Result<Option<Vec<u8>>> {
    // What was a file may be a folder or a pipe by now.
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::ErrorKind::NotFound.into());
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= limit).then_some(bytes))
}

/// A file in memory, and the leave to hold it there until its last byte is sent.
struct Held {
    bytes: Vec<u8>,
    _permit: OwnedSemaphorePermit,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

fn response(source: &Provenance, tag: HeaderValue, held: Held) -> Response {
    let kind = Kind::of(&source.file);
    let mut response = Response::new(Body::from(Bytes::from_owner(held)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind.content_type));
    headers.insert(header::CONTENT_DISPOSITION, disposition(&source.file, kind));
    if !kind.is_shown {
        // Should a browser show it all the same, it does nothing there.
        let sandbox = HeaderValue::from_static("sandbox; default-src 'none'");
        headers.insert(HeaderName::from_static("content-security-policy"), sandbox);
    }
    mark(&mut response, tag);
    response
}

fn not_modified(tag: HeaderValue) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    mark(&mut response, tag);
    response
}

fn mark(response: &mut Response, tag: HeaderValue) {
    response.headers_mut().insert(header::ETAG, tag);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
}

/// How a kind of file is handed out.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Kind {
    extension: &'static str,
    content_type: &'static str,
    /// Whether browsers show it in a way that runs nothing of it on this site.
    is_shown: bool,
}

const fn kept(extension: &'static str, content_type: &'static str) -> Kind {
    Kind { extension, content_type, is_shown: false }
}

const KINDS: &[Kind] = &[
    Kind { extension: "pdf", content_type: "application/pdf", is_shown: true },
    kept("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    kept("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    kept("ods", "application/vnd.oasis.opendocument.spreadsheet"),
    kept("xls", "application/vnd.ms-excel"),
    kept("csv", "text/csv"),
    kept("tsv", "text/tab-separated-values"),
    kept("html", "text/html"),
    kept("htm", "text/html"),
    kept("txt", "text/plain"),
    kept("jsonl", "application/jsonl"),
];

const UNKNOWN: Kind = kept("", "application/octet-stream");

impl Kind {
    fn of(file: &str) -> Kind {
        let extension =
            FilePath::new(file).extension().and_then(|e| e.to_str()).unwrap_or_default();
        let known = KINDS.iter().find(|kind| kind.extension.eq_ignore_ascii_case(extension));
        known.copied().unwrap_or(UNKNOWN)
    }
}

/// The name of a file without its folders; a browser keeps what it cannot show safely.
fn disposition(file: &str, kind: Kind) -> HeaderValue {
    let name = file.rsplit(['/', '\\']).next().unwrap_or_default();
    let form = if kind.is_shown { Disposition::Inline } else { Disposition::Attachment };
    let dot = if kind.extension.is_empty() { "" } else { "." };
    attachment::disposition(form, &format!("source{dot}{}", kind.extension), name)
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(file: &str, expected: &str) {
        assert_eq!(disposition(file, Kind::of(file)).to_str().unwrap(), expected, "{file}");
    }

    #[test]
    fn a_name_travels_whole_and_breaks_no_header() {
        check("r4.pdf", "inline; filename=\"source.pdf\"; filename*=UTF-8''r4.pdf");
        check(
            "資料/取組.PDF",
            "inline; filename=\"source.pdf\"; filename*=UTF-8''%E5%8F%96%E7%B5%84.PDF",
        );
        // か and a voicing mark become が.
        check(
            "か\u{3099}.xlsx",
            "attachment; filename=\"source.xlsx\"; filename*=UTF-8''%E3%81%8C.xlsx",
        );
        check(
            "a\"\r\nSet-Cookie: x;.html",
            "attachment; filename=\"source.html\"; filename*=UTF-8''a%22Set-Cookie%3A%20x%3B.html",
        );
        check(
            "\u{FFFD}\u{FFFD}",
            "attachment; filename=\"source\"; filename*=UTF-8''%EF%BF%BD%EF%BF%BD",
        );
    }

    #[test]
    fn only_what_runs_nothing_is_shown() {
        let shown: Vec<&str> =
            KINDS.iter().filter(|kind| kind.is_shown).map(|kind| kind.extension).collect();
        assert_eq!(shown, ["pdf"]);
        assert_eq!(Kind::of("a.svg"), UNKNOWN);
    }
}

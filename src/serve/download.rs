//! `GET /api/v1/export`: every record that matches, as a file.
//!
//! What matches is settled at once, from one state of the index; the records are then read and written piece by piece,
//! as fast as the client takes them.

use std::io;
use std::io::Write;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use axum::body::Bytes;
use axum::extract;
use axum::http::HeaderMap;
use axum::http::HeaderName;
use axum::http::HeaderValue;
use axum::http::Uri;
use axum::http::header;
use axum::response::Response;

use super::attachment;
use super::attachment::Disposition;
use super::download_parameters;
use super::download_parameters::Download;
use super::parameters;
use super::problem::Problem;
use super::record_file::About;
use super::record_file::RecordFile;
use super::revalidation::Etag;
use super::state::State;
use super::streamed;
use super::streamed::Maker;
use super::streamed::PIECE_BYTES;
use crate::query::Matches;

/// The most characters of a query that stand in a file's name.
const NAME_CHARS: usize = 40;

/// The most records that are read in one go, so that a search waits for no longer.
const PIECE_RECORDS: usize = 256;

/// `GET /api/v1/export`.
pub(super) async fn export(
    extract::State(state): extract::State<State>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let download = download_parameters::read(uri.query().unwrap_or_default())?;
    if !state.engine().is_ready() {
        return Err(Problem::not_ready());
    }
    let media_type = download.format.media_type();
    // Rows name the addresses of their pages.
    let etag = Etag::new(&state.engine().generation(), media_type, &state.address(&download.url()));
    if etag.is_known(&headers) {
        return Ok(etag.not_modified());
    }
    let permit = state.export_permit().ok_or_else(Problem::busy)?;
    let engine = state.engine().clone();
    let request = download.request.clone();
    let find = move || engine.matches(&request);
    let matches = state.workers().run(state.limits().search, find).await??;
    let about = about(&state, &download, matches.total());
    let maker = maker(state.clone(), matches, download.clone(), about);
    let mut response = etag.ok(media_type, streamed::body(&state, maker, permit));
    let ascii = format!("torikumi.{}", download.format.name());
    let headers = response.headers_mut();
    let name = attachment::disposition(Disposition::Attachment, &ascii, &file_name(&download));
    headers.insert(header::CONTENT_DISPOSITION, name);
    // Should a browser show it all the same, it does nothing there.
    let sandbox = HeaderValue::from_static("sandbox; default-src 'none'");
    headers.insert(HeaderName::from_static("content-security-policy"), sandbox);
    Ok(response)
}

fn about(state: &State, download: &Download, n_records: usize) -> About {
    let request = download_parameters::matching(&download.request);
    let address = state.address(&parameters::search_url(&request));
    About { q: request.q, address, n_records }
}

/// 取組-花壇.csv: what the file holds, without what a file system does not take.
fn file_name(download: &Download) -> String {
    let is_taken = |c: &char| !c.is_control() && !"/\\:*?\"<>|".contains(*c);
    let words = download.request.q.trim();
    let words: String = words.chars().filter(is_taken).take(NAME_CHARS).collect();
    let dash = if words.is_empty() { "" } else { "-" };
    format!("取組{dash}{words}.{}", download.format.name())
}

/// Writes the records into pieces.
fn maker(state: State, mut matches: Matches, download: Download, about: About) -> Maker {
    let written = Buffer::default();
    let mut about = Some(about);
    let mut file = None;
    Box::new(move || {
        if let Some(about) = about.take() {
            file = Some(RecordFile::new(written.clone(), download.format, about)?);
        }
        for _ in 0..PIECE_RECORDS {
            let Some(open) = &mut file else { break };
            match matches.next() {
                Some(found) => {
                    let record = found.map_err(io::Error::other)?.record;
                    let url = state.address(&parameters::record_url(&record.id.0));
                    open.record(&record, &url)?;
                }
                None => drop(file.take().map(RecordFile::finish).transpose()?),
            }
            if PIECE_BYTES <= written.len() {
                break;
            }
        }
        let bytes = written.take();
        Ok((file.is_some() || !bytes.is_empty()).then_some(bytes))
    })
}

/// Bytes that were written and not yet sent.
#[derive(Clone, Debug, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Buffer {
    fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// What was written since.
    fn take(&self) -> Bytes {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)).into()
    }
}

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_called_by_its_query() {
        let check = |query: &str, expected: &str| {
            let download = download_parameters::read(query).expect(query);
            assert_eq!(file_name(&download), expected);
        };
        check("format=csv", "取組.csv");
        check("format=xlsx&q=%E8%8A%B1%E5%A3%87+a/b%22%0D%0A", "取組-花壇 ab.xlsx");
        check(&format!("q={}", "a".repeat(99)), &format!("取組-{}.jsonl", "a".repeat(40)));
    }
}

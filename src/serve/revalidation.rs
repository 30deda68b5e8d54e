//! Answers that a client already has need not be made again.
//!
//! An answer depends on the generation of the engine and on the request in its canonical form, on nothing else;
//! the two together name it before it exists.

use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::Response;
use sha2::Digest;
use sha2::Sha256;

/// The name of one answer in one form.
#[derive(Clone, Debug)]
pub(super) struct Etag(HeaderValue);

impl Etag {
    /// The name of the answer of a generation to `target` in the form `form`.
    ///
    /// It is weak: the time a search took is part of the body and differs from run to run.
    pub(super) fn new(generation: &str, form: &str, target: &str) -> Etag {
        let mut hash = Sha256::new();
        for part in [generation, form, target] {
            hash.update(part.len().to_le_bytes());
            hash.update(part);
        }
        let hash: String =
            hash.finalize().iter().take(12).map(|byte| format!("{byte:02x}")).collect();
        Etag(HeaderValue::from_str(&format!("W/\"{hash}\"")).expect("hexadecimal is ASCII"))
    }

    /// Whether the client has this answer.
    pub(super) fn is_known(&self, headers: &HeaderMap) -> bool {
        let own = self.0.as_bytes().strip_prefix(b"W/").unwrap_or(self.0.as_bytes());
        headers
            .get_all(header::IF_NONE_MATCH)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map(|tag| tag.trim())
            .any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag).as_bytes() == own)
    }

    /// The answer to a client that has it.
    pub(super) fn not_modified(&self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        self.mark(&mut response);
        response
    }

    /// A whole answer, with its name and how long it holds.
    pub(super) fn ok(&self, content_type: &'static str, body: impl Into<Body>) -> Response {
        let mut response = Response::new(body.into());
        let kind = HeaderValue::from_static(content_type);
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
        self.mark(&mut response);
        response
    }

    fn mark(&self, response: &mut Response) {
        let headers = response.headers_mut();
        headers.insert(header::ETAG, self.0.clone());
        // Kept anywhere, asked about every time: asking costs no search, and no answer is ever stale.
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, no-cache"));
        headers.insert(header::VARY, HeaderValue::from_static("Accept"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(if_none_match: &str, expected: bool) {
        let etag = Etag::new("g1", "html", "/search?q=a");
        let own = etag.0.to_str().unwrap().to_owned();
        let mut headers = HeaderMap::new();
        let value = if_none_match.replace("OWN", own.trim_start_matches("W/"));
        headers.insert(header::IF_NONE_MATCH, value.parse().unwrap());
        assert_eq!(etag.is_known(&headers), expected, "{if_none_match}");
    }

    #[test]
    fn a_client_that_names_the_answer_has_it() {
        check("W/OWN", true);
        check("OWN", true);
        check("\"x\", W/OWN", true);
        check("*", true);
        check("\"x\"", false);
        check("", false);
    }

    #[test]
    fn answers_that_may_differ_have_different_names() {
        let name = |g, f, t| Etag::new(g, f, t).0;
        let names = [
            name("g1", "html", "/search?q=a"),
            name("g2", "html", "/search?q=a"),
            name("g1", "json", "/search?q=a"),
            name("g1", "html", "/search?q=b"),
            name("g", "1html", "/search?q=a"),
        ];
        for (n, name) in names.iter().enumerate() {
            assert!(!names[..n].contains(name));
        }
    }
}

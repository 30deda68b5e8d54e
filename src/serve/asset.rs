//! The style sheet, carried in the program.

use std::sync::LazyLock;

use axum::http::HeaderMap;
use axum::http::HeaderValue;
use axum::http::Uri;
use axum::http::header;
use axum::response::Response;

use sha2::Digest;
use sha2::Sha256;

use super::revalidation::Etag;

const STYLE: &str = include_str!("assets/style.css");

/// The address of the style sheet, which changes with its text.
static STYLE_URL: LazyLock<String> = LazyLock::new(|| {
    let hash: String =
        Sha256::digest(STYLE).iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    format!("/style.css?v={hash}")
});

/// The address that pages refer to.
pub(super) fn style_url() -> &'static str {
    &STYLE_URL
}

/// Serves the style sheet: for ever under its own version, with a question under any other.
pub(super) async fn style(uri: Uri, headers: HeaderMap) -> Response {
    let etag = Etag::new(style_url(), "css", "/style.css");
    let mut response = if etag.is_known(&headers) {
        etag.not_modified()
    } else {
        etag.ok("text/css; charset=utf-8", STYLE.to_owned())
    };
    response.headers_mut().remove(header::VARY);
    if uri.path_and_query().is_some_and(|target| target.as_str() == style_url()) {
        let forever = HeaderValue::from_static("public, max-age=31536000, immutable");
        response.headers_mut().insert(header::CACHE_CONTROL, forever);
    }
    response
}

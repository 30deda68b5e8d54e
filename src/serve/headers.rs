//! Headers that every response carries, whatever became of the request.

use axum::http::HeaderMap;
use axum::http::HeaderName;
use axum::http::HeaderValue;

/// What a browser may do with anything that comes from here: show it, style it with the one style sheet,
/// run the one script, let it ask this server, and send forms back. No script within a page, no frame, no other server.
const EVERYWHERE: [(&str, &str); 6] = [
    (
        "content-security-policy",
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
         img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
         require-trusted-types-for 'script'",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
    // Old browsers that do not know `frame-ancestors`.
    ("x-frame-options", "DENY"),
];

/// Adds the headers to a response.
pub(super) fn secure(headers: &mut HeaderMap) {
    for (name, value) in EVERYWHERE {
        // A response may be stricter by itself.
        headers.entry(HeaderName::from_static(name)).or_insert(HeaderValue::from_static(value));
    }
}

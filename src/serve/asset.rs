//! The style sheet and the one script, carried in the program.

use std::sync::LazyLock;

use axum::http::HeaderMap;
use axum::http::HeaderValue;
use axum::http::Uri;
use axum::http::header;
use axum::response::Response;
use sha2::Digest;
use sha2::Sha256;

use super::revalidation::Etag;

/// One sheet for all pages, in files by what they style; colours have their names in the first.
const STYLE: &str = concat!(
    include_str!("assets/style.css"),
    include_str!("assets/tables.css"),
    include_str!("assets/analysis.css"),
    include_str!("assets/compare.css"),
    include_str!("assets/enhance.css"),
);
const SCRIPT: &str = include_str!("assets/enhance.js");

/// The address of the style sheet, which changes with its text.
static STYLE_URL: LazyLock<String> = LazyLock::new(|| versioned("/style.css", STYLE));

/// The address of the script, which changes with its text.
static SCRIPT_URL: LazyLock<String> = LazyLock::new(|| versioned("/enhance.js", SCRIPT));

/// The address of the style sheet that pages refer to.
pub(super) fn style_url() -> &'static str {
    &STYLE_URL
}

/// The address of the script that pages refer to.
pub(super) fn script_url() -> &'static str {
    &SCRIPT_URL
}

/// Serves the style sheet.
pub(super) async fn style(uri: Uri, headers: HeaderMap) -> Response {
    carried(STYLE, "text/css; charset=utf-8", style_url(), &uri, &headers)
}

/// Serves the script.
pub(super) async fn script(uri: Uri, headers: HeaderMap) -> Response {
    carried(SCRIPT, "text/javascript; charset=utf-8", script_url(), &uri, &headers)
}

/// `path` with a version that changes with `text`.
fn versioned(path: &str, text: &str) -> String {
    let hash: String =
        Sha256::digest(text).iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    format!("{path}?v={hash}")
}

/// Serves `text`: for ever under its own version, with a question under any other.
fn carried(
    text: &str,
    media_type: &'static str,
    url: &str,
    uri: &Uri,
    headers: &HeaderMap,
) -> Response {
    let etag = Etag::new(url, media_type, uri.path());
    let mut response = if etag.is_known(headers) {
        etag.not_modified()
    } else {
        etag.ok(media_type, text.to_owned())
    };
    response.headers_mut().remove(header::VARY);
    if uri.path_and_query().is_some_and(|target| target.as_str() == url) {
        let forever = HeaderValue::from_static("public, max-age=31536000, immutable");
        response.headers_mut().insert(header::CACHE_CONTROL, forever);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The block that gives colours their names, and everything after it.
    fn parts() -> (&'static str, &'static str) {
        let (before, after) = STYLE.split_once("\n}\n").expect("the first block ends");
        assert!(before.contains(":root {"));
        (before, after)
    }

    /// The value of a colour of the first block.
    fn colour(name: &str) -> [f64; 3] {
        let (_, rest) = parts().0.split_once(&format!("--{name}: #")).expect(name);
        let channel = |at: usize| u8::from_str_radix(&rest[at..at + 2], 16).expect("hexadecimal");
        [0, 2, 4].map(|at| f64::from(channel(at)) / 255.0)
    }

    /// Relative luminance, after WCAG 2.2.
    fn luminance(name: &str) -> f64 {
        let [red, green, blue] = colour(name)
            .map(|c| if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    #[test]
    fn colours_are_used_by_name_only() {
        let (names, rules) = parts();
        for raw in [": #", " #", "rgb(", "hsl(", "rgba("] {
            assert!(!rules.contains(raw), "{raw:?} is a colour without a name");
        }
        for used in rules.split("var(--").skip(1) {
            let (name, _) = used.split_once(')').expect("a reference ends");
            assert!(names.contains(&format!("--{name}:")), "{name} has no value");
        }
        for line in names.lines().filter_map(|line| line.trim().strip_prefix("--")) {
            let (name, _) = line.split_once(':').expect("a name has a value");
            assert!(rules.contains(&format!("var(--{name})")), "{name} is not used");
        }
    }

    #[test]
    fn text_stands_out_from_its_ground() {
        for (text, ground, least) in [
            ("gray-800", "white", 4.5),
            ("gray-800", "blue-50", 4.5),
            ("gray-800", "yellow-50", 4.5),
            ("gray-800", "gray-50", 4.5),
            ("gray-900", "yellow-200", 4.5),
            ("gray-700", "gray-50", 4.5),
            ("gray-600", "white", 4.5),
            ("blue-1000", "white", 4.5),
            ("blue-1000", "blue-50", 4.5),
            ("blue-1000", "blue-100", 4.5),
            ("blue-1000", "gray-50", 4.5),
            ("blue-1000", "yellow-50", 4.5),
            ("magenta-900", "white", 4.5),
            ("magenta-900", "gray-50", 4.5),
            ("magenta-900", "yellow-50", 4.5),
            ("white", "blue-900", 4.5),
            ("white", "blue-1100", 4.5),
            ("green-900", "green-50", 4.5),
            ("gray-900", "yellow-50", 4.5),
            ("gray-600", "gray-50", 4.5),
            ("gray-420", "white", 3.0),
            ("blue-900", "white", 3.0),
            ("black", "white", 3.0),
        ] {
            let (one, other) = (luminance(text), luminance(ground));
            let contrast = (one.max(other) + 0.05) / (one.min(other) + 0.05);
            assert!(least <= contrast, "{text} on {ground}: {contrast:.2}");
        }
    }
}

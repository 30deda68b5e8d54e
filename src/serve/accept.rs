//! Which of the two forms a client would rather have.

use axum::http::HeaderMap;
use axum::http::header::ACCEPT;

/// Whether the client prefers JSON to HTML; without a preference it is a person's browser.
pub(super) fn prefers_json(headers: &HeaderMap) -> bool {
    let ranges: Vec<&str> = headers
        .get_all(ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    let html = quality(&ranges, "text", "html");
    let json = quality(&ranges, "application", "json").max(quality(
        &ranges,
        "application",
        "problem+json",
    ));
    html < json
}

/// The quality of a media type, from 0 to 1, by the most specific range that covers it.
fn quality(ranges: &[&str], kind: &str, subtype: &str) -> f32 {
    ranges
        .iter()
        .filter_map(|range| {
            let mut parts = range.split(';').map(str::trim);
            let (range_kind, range_subtype) = parts.next()?.split_once('/')?;
            let specificity = match (range_kind, range_subtype) {
                ("*", "*") => 0,
                (k, "*") if k.eq_ignore_ascii_case(kind) => 1,
                (k, s) if k.eq_ignore_ascii_case(kind) && s.eq_ignore_ascii_case(subtype) => 2,
                _ => return None,
            };
            let quality = parts
                .find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")))
                .map_or(1.0, |q| q.parse().unwrap_or(0.0));
            Some((specificity, quality))
        })
        .max_by_key(|(specificity, _)| *specificity)
        .map_or(0.0, |(_, quality)| quality)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(accept: &str, expected: bool) {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, accept.parse().unwrap());
        assert_eq!(prefers_json(&headers), expected, "{accept}");
    }

    #[test]
    fn json_is_for_those_who_prefer_it() {
        check("application/json", true);
        check("Application/JSON; charset=utf-8", true);
        check("application/problem+json", true);
        check("application/json, text/html;q=0.9", true);
        check("application/json, */*;q=0.1", true);
        check("application/*", true);
    }

    #[test]
    fn everybody_else_gets_the_page() {
        check("text/html,application/xhtml+xml,*/*;q=0.8", false);
        check("*/*", false);
        check("text/html, application/json", false);
        check("text/html;q=0.9, application/json;q=0.5", false);
        check("application/json;q=0", false);
        check("", false);
        check("nonsense;;q=x,/", false);
        assert!(!prefers_json(&HeaderMap::new()));
    }
}

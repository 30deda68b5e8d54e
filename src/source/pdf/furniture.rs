//! Running heads and page numbers: what stands at the same place of many pages and differs in numbers only.

use std::collections::HashMap;

use super::text::Line;

/// Running heads stand within this part of the page, at the top and at the bottom.
const MARGIN: f64 = 0.1;
/// Lines at the same place are this near to each other.
const SAME_PLACE: f64 = 6.0;

/// The lines of one page, with the height of the page.
pub(super) struct PageLines<'l> {
    pub(super) height: f64,
    pub(super) lines: &'l [Line],
}

/// For each line of each page: whether it is a running head or a page number.
pub(super) fn furniture(pages: &[PageLines<'_>]) -> Vec<Vec<bool>> {
    let mut counts: HashMap<(String, i64), usize> = HashMap::new();
    for page in pages {
        let mut keys: Vec<_> = page.lines.iter().filter_map(|line| key(line, page)).collect();
        keys.sort();
        keys.dedup();
        for key in keys {
            *counts.entry(key).or_default() += 1;
        }
    }
    let is_repeated = |(text, place): &(String, i64)| {
        let count = |place| counts.get(&(text.clone(), place)).copied().unwrap_or_default();
        // A line may stand on the border of two places.
        let n_pages = count(*place) + count(place - 1).max(count(place + 1));
        n_pages >= 2 && 2 * n_pages >= pages.len()
    };
    let is_furniture = |line: &Line, page: &PageLines<'_>| {
        key(line, page).is_some_and(|key| is_page_number(&key.0) || is_repeated(&key))
    };
    pages
        .iter()
        .map(|page| page.lines.iter().map(|line| is_furniture(line, page)).collect())
        .collect()
}

/// A line at the edge of its page, with its numbers masked, and the place where it stands.
fn key(line: &Line, page: &PageLines<'_>) -> Option<(String, i64)> {
    let middle = line.area.center().y;
    let is_at_edge = middle < MARGIN * page.height || middle > (1.0 - MARGIN) * page.height;
    is_at_edge.then(|| (masked(&line.text), (middle / SAME_PLACE).floor() as i64))
}

/// The text without white space, each number as `#`.
fn masked(text: &str) -> String {
    let mut masked = String::new();
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        let is_digit = c.is_ascii_digit() || ('０'..='９').contains(&c);
        match (is_digit, masked.ends_with('#')) {
            (true, true) => {}
            (true, false) => masked.push('#'),
            (false, _) => masked.push(c),
        }
    }
    masked
}

/// Whether a masked text is a page number and nothing else.
fn is_page_number(masked: &str) -> bool {
    let bare = masked.trim_matches(|c: char| "-‐‑–—―－ー−~〜()（）[]【】・.".contains(c));
    let bare = bare.trim_start_matches(['p', 'P', 'Ｐ', '.', '．']);
    matches!(bare, "#" | "#/#" | "#／#" | "#ページ" | "#頁" | "ページ#" | "#/#ページ" | "#of#")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: bool) {
        assert_eq!(is_page_number(&masked(text)), expected, "{text}");
    }

    #[test]
    fn page_numbers_have_many_forms() {
        check("12", true);
        check("- 3 -", true);
        check("１／１０", true);
        check("P. 4", true);
        check("（5ページ）", true);
        check("令和４年", false);
        check("資料１", false);
    }
}

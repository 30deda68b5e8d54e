//! Division paths as one text: names joined with `/`.
//!
//! A `/` inside a name is written `%2F` and a `%` is written `%25`; encoding the query string encodes both again.

use crate::record::DEEPEST_DIVISION;

/// Joins the names of a path.
pub(in crate::serve) fn write_path(path: &[String]) -> String {
    let names: Vec<String> =
        path.iter().map(|name| name.replace('%', "%25").replace('/', "%2F")).collect();
    names.join("/")
}

/// Cuts a text into the names of a path; `None` when a name is empty, or the path is deeper than any division.
///
/// Other sequences that begin with `%` stand for themselves: people type `50%減`.
pub(in crate::serve) fn read_path(text: &str) -> Option<Vec<String>> {
    let names: Option<Vec<String>> =
        text.split('/').map(|name| (!name.is_empty()).then(|| read_name(name))).collect();
    names.filter(|names| names.len() <= DEEPEST_DIVISION)
}

fn read_name(name: &str) -> String {
    let mut read = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(at) = rest.find('%') {
        read.push_str(&rest[..at]);
        let (character, length) = match rest.get(at..at + 3) {
            Some("%25") => ('%', 3),
            Some("%2F" | "%2f") => ('/', 3),
            _ => ('%', 1),
        };
        read.push(character);
        rest = &rest[at + length..];
    }
    read + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&[&str]>) {
        let expected = expected.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
        assert_eq!(read_path(text), expected, "{text}");
    }

    #[test]
    fn a_text_is_cut_at_slashes() {
        check("総務部/庶務課", Some(&["総務部", "庶務課"]));
        check("総務部", Some(&["総務部"]));
        check("a%2Fb/c%2fd", Some(&["a/b", "c/d"]));
        check("%252F", Some(&["%2F"]));
        check("50%減/5%", Some(&["50%減", "5%"]));
        check("%あ", Some(&["%あ"]));
    }

    #[test]
    fn a_name_is_never_empty() {
        for text in ["", "/", "a/", "/a", "a//b"] {
            check(text, None);
        }
    }
}

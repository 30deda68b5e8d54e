//! Words that carry no content although their part of speech does: する, ある, 御.

use std::collections::HashMap;

use crate::analysis::word_lists::{LineError, LineErrorKind, STOP_WORDS, rows};

const LIST: &str = include_str!("../../../dictionaries/stop_words.txt");

/// The terms that are stopped, each with its line.
#[derive(Clone, Debug)]
pub(crate) struct StopWords {
    terms: HashMap<String, usize>,
}

impl StopWords {
    /// Those of `list`, or of `dictionaries/stop_words.txt`.
    pub(crate) fn parse(list: Option<&str>) -> (StopWords, Vec<LineError>) {
        let mut terms = HashMap::new();
        let mut errors = Vec::new();
        for (line, term) in rows(list.unwrap_or(LIST)) {
            let mut bad = |kind| errors.push(LineError { file: STOP_WORDS, line, kind });
            if term.contains(char::is_whitespace) {
                bad(LineErrorKind::ManyTerms(term.to_owned()));
            } else if let Some(earlier) = terms.get(term) {
                bad(LineErrorKind::Repeated(term.to_owned(), *earlier));
            } else {
                terms.insert(term.to_owned(), line);
            }
        }
        (StopWords { terms }, errors)
    }

    /// The line that stops the term.
    pub(crate) fn stops(&self, term: &str) -> Option<usize> {
        self.terms.get(term).copied()
    }

    /// The terms.
    pub(crate) fn entries(&self) -> impl Iterator<Item = &str> {
        self.terms.keys().map(String::as_str)
    }

    /// The terms with their lines, in the order of the lines.
    pub(crate) fn lines(&self) -> Vec<(usize, &str)> {
        let mut lines: Vec<_> =
            self.terms.iter().map(|(term, line)| (*line, term.as_str())).collect();
        lines.sort_unstable();
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_term() {
        let (words, errors) = StopWords::parse(Some("# a\n事 物\n毎\n毎\n"));
        assert_eq!((words.stops("毎"), words.stops("事")), (Some(3), None));
        let shown: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(
            shown,
            [
                "stop_words.txt line 2: \"事 物\" is more than one term",
                "stop_words.txt line 4: \"毎\" is on line 3 already",
            ]
        );
    }
}

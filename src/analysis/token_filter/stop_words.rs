//! Words that carry no content although their part of speech does: する, ある, 御.

use std::collections::HashSet;

const LIST: &str = include_str!("../../../dictionaries/stop_words.txt");

/// The terms that are stopped.
#[derive(Clone, Debug)]
pub(crate) struct StopWords {
    terms: HashSet<&'static str>,
}

impl StopWords {
    /// Those of `dictionaries/stop_words.txt`.
    pub(crate) fn carried() -> StopWords {
        StopWords { terms: super::entries(LIST).collect() }
    }

    /// Whether the term is stopped.
    pub(crate) fn stops(&self, term: &str) -> bool {
        self.terms.contains(term)
    }

    /// The terms, sorted.
    pub(crate) fn entries(&self) -> impl Iterator<Item = &'static str> {
        let mut terms: Vec<&str> = self.terms.iter().copied().collect();
        terms.sort_unstable();
        terms.into_iter()
    }
}

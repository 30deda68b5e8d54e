//! Words of questions that say nothing about the answer: `dictionaries/question_words.txt`.
//!
//! They are left out of natural questions only, and only on the query's side: the index holds every word.

use std::collections::BTreeSet;

/// The list that the program carries.
pub const CARRIED: &str = include_str!("../../dictionaries/question_words.txt");

/// A list of words of questions, as units of the analyzer.
#[derive(Clone, Debug, Default)]
pub struct QuestionWords {
    words: BTreeSet<String>,
}

impl QuestionWords {
    /// The list inside the binary.
    pub fn carried() -> QuestionWords {
        QuestionWords::parse(CARRIED)
    }

    /// A list with one word a line; `#` begins a comment.
    pub fn parse(text: &str) -> QuestionWords {
        let words = text
            .lines()
            .map(|line| line.split('#').next().unwrap_or_default().trim())
            .filter(|word| !word.is_empty())
            .map(str::to_owned);
        QuestionWords { words: words.collect() }
    }

    /// Whether `unit` says nothing about the answer.
    pub fn contains(&self, unit: &str) -> bool {
        self.words.contains(unit)
    }
}

//! Words of questions that say nothing about the answer: `dictionaries/question_words.txt`.
//!
//! They are left out of natural questions only, and only on the query's side: the index holds every word.

use std::collections::BTreeSet;

use super::word_file::{LineFault, lines};

/// The file's name.
pub const FILE: &str = "question_words.txt";

/// The list that the program carries.
pub const CARRIED: &str = include_str!("../../dictionaries/question_words.txt");

/// A list of words of questions, as units of the analyzer.
#[derive(Clone, Debug, Default)]
pub struct QuestionWords {
    words: BTreeSet<String>,
}

impl QuestionWords {
    /// Reads a list with one word a line; every bad line is reported and left out.
    pub fn parse(text: &str) -> (QuestionWords, Vec<LineFault>) {
        let mut words = BTreeSet::new();
        let mut faults = Vec::new();
        let mut fault = |line, message| faults.push(LineFault { file: FILE, line, message });
        for (line, word) in lines(text) {
            if word.contains(char::is_whitespace) {
                fault(line, format!("{word:?} is more than one term"));
            } else if !words.insert(word.to_owned()) {
                fault(line, format!("{word:?} is on an earlier line already"));
            }
        }
        (QuestionWords { words }, faults)
    }

    /// Whether `unit` says nothing about the answer.
    pub fn contains(&self, unit: &str) -> bool {
        self.words.contains(unit)
    }
}

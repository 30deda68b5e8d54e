//! The lists that people keep beside the carried dictionary: what is stopped, and words that no dictionary has.
//!
//! They are files that people edit, so a bad line is an error that names its file and line, and every other line is used.

use sha2::{Digest, Sha256};

use crate::analysis::token_filter::stop_tags::StopTags;
use crate::analysis::token_filter::stop_words::StopWords;
use crate::analysis::user_words::UserWords;

/// The name of the list of parts of speech that are stopped.
pub const STOP_TAGS: &str = "stop_tags.txt";
/// The name of the list of terms that are stopped.
pub const STOP_WORDS: &str = "stop_words.txt";
/// The name of the list of own words.
pub const USER_WORDS: &str = "user.csv";

/// The lists of an analyzer, read.
#[derive(Clone, Debug)]
pub struct WordLists {
    pub(crate) stop_tags: StopTags,
    pub(crate) stop_words: StopWords,
    pub(crate) user_words: UserWords,
}

/// A line of a list that cannot be used, or that says nothing.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{file} line {line}: {kind}")]
pub struct LineError {
    /// The list's file name.
    pub file: &'static str,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    #[source]
    pub kind: LineErrorKind,
}

/// What can be wrong with a line of a list.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum LineErrorKind {
    /// The first line that is no remark does not name the columns.
    #[error("the first line must be {0}")]
    Header(&'static str),
    /// Too few or too many columns.
    #[error("needs the columns {expected}, found {found} columns")]
    Columns {
        /// The names of the columns.
        expected: &'static str,
        /// How many there are.
        found: usize,
    },
    /// A quotation mark, which this format does not have.
    #[error("quotation marks are not part of the format")]
    Quoted,
    /// A value that must be there is empty.
    #[error("the column {0} is empty")]
    Empty(&'static str),
    /// A word of marks that no text is searched for.
    #[error("{0:?} holds no letter, number or character")]
    NoLetter(String),
    /// A word across what words never stand across.
    #[error("{0:?} holds white space or a mark that ends a sentence, so that no text can hold it")]
    Divided(String),
    /// A reading that is not in katakana.
    #[error("the reading {0:?} is not in katakana")]
    Reading(String),
    /// Units that are not the word, cut.
    #[error("the units {units:?} do not join to {surface:?}")]
    Units {
        /// The units as written.
        units: String,
        /// The word as written.
        surface: String,
    },
    /// The same entry on an earlier line, which wins.
    #[error("{0:?} is on line {1} already")]
    Repeated(String, usize),
    /// More than one term.
    #[error("{0:?} is more than one term")]
    ManyTerms(String),
    /// A part of speech that no entry of the dictionary has.
    #[error("no word of the dictionary is {0:?}")]
    UnknownTag(String),
    /// A term that no text gives.
    #[error("no text gives the term {0:?}")]
    NeverGiven(String),
    /// A part of a word that has another name where it stands alone.
    #[error("alone, {part:?} is {terms:?}; a text that holds it alone is not found by this word")]
    OtherName {
        /// The part as written.
        part: String,
        /// The terms of the part alone.
        terms: Vec<String>,
    },
}

impl LineError {
    /// Whether the line is used all the same.
    pub fn is_remark(&self) -> bool {
        matches!(self.kind, LineErrorKind::NeverGiven(_) | LineErrorKind::OtherName { .. })
    }
}

impl WordLists {
    /// The lists inside the program.
    pub fn carried() -> WordLists {
        WordLists::parse(None, None, None).0
    }

    /// Reads the lists, those inside the program in place of any that is not given; every bad line is reported and
    /// left out.
    pub fn parse(
        stop_tags: Option<&str>,
        stop_words: Option<&str>,
        user_words: Option<&str>,
    ) -> (WordLists, Vec<LineError>) {
        let (stop_tags, mut errors) = StopTags::parse(stop_tags);
        let (stop_words, more) = StopWords::parse(stop_words);
        errors.extend(more);
        let (user_words, more) = UserWords::parse(user_words);
        errors.extend(more);
        (WordLists { stop_tags, stop_words, user_words }, errors)
    }

    /// Takes in what the lists say: neither remarks nor the order of lines.
    pub(crate) fn digest(&self, hash: &mut Sha256) {
        let tags = self.stop_tags.entries().map(str::to_owned);
        let words = self.stop_words.entries().map(str::to_owned);
        let user_words = self.user_words.iter().map(|word| format!("{word:?}"));
        for mut entries in [tags.collect(), words.collect(), user_words.collect::<Vec<String>>()] {
            entries.sort_unstable();
            hash.update(entries.len().to_le_bytes());
            for entry in entries {
                hash.update(entry);
                hash.update("\n");
            }
        }
    }
}

/// The lines of a list with their numbers, without remarks and blanks.
pub(crate) fn rows(list: &str) -> impl Iterator<Item = (usize, &str)> {
    (1..)
        .zip(list.trim_start_matches('\u{FEFF}').lines().map(str::trim))
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
}

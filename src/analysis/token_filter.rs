//! Token filters: which units of a word become terms, and how they are written.
//!
//! A filter works on the units of one entry of the dictionary and is asked once for each entry, not for each token:
//! what it says may depend on the word only, never on the text around it.
//! Filters never touch ranges.

pub(crate) mod katakana_stem;
pub(crate) mod stop_tags;
pub(crate) mod stop_words;

/// Raised when a filter changes, since terms change with it.
pub(crate) const VERSION: u32 = 2;

/// Why a word or a unit carries no content.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Stop {
    /// It holds no letter, number or character.
    Sign,
    /// It is a single hiragana.
    Kana,
    /// It is grammar inside a longer word of the carried dictionary.
    Grammar,
    /// Its part of speech is stopped by this line of the stop tags.
    Tag(usize),
    /// Its term is stopped by this line of the stop words.
    Word(usize),
}

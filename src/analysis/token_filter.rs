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

/// The lines of a word list, without comments and blanks.
fn entries(list: &str) -> impl Iterator<Item = &str> {
    list.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

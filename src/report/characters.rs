//! What texts consist of, and how much of it is no text.

use serde::Serialize;

/// Characters of the texts of a file's records, white space left out.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
pub struct Characters {
    /// All of them.
    pub total: usize,
    /// Kana and ideographs.
    pub japanese: usize,
    /// U+FFFD: the file does not say which character it is.
    pub unknown: usize,
    /// Letters of Latin-1 beyond ASCII: what kana become under a broken map.
    pub latin_1: usize,
    /// Private use: characters that only one font knows (外字).
    pub private_use: usize,
}

impl Characters {
    /// Counts those of a text.
    pub(super) fn add(&mut self, text: &str) {
        for c in text.chars().filter(|c| !c.is_whitespace()) {
            self.total += 1;
            self.japanese += usize::from(is_japanese(c));
            self.unknown += usize::from(c == '\u{FFFD}');
            self.latin_1 += usize::from(is_odd_latin_1(c));
            self.private_use += usize::from(is_private_use(c));
        }
    }

    /// The share that is no text, from 0 to 1.
    ///
    /// Accented letters are text where there is no Japanese.
    pub fn unreadable_share(&self) -> f64 {
        let latin_1 = if 0 < self.japanese { self.latin_1 } else { 0 };
        share(self.unknown + self.private_use + latin_1, self.total)
    }

    /// The share of Latin-1, from 0 to 1.
    pub fn latin_1_share(&self) -> f64 {
        share(self.latin_1, self.total)
    }
}

/// `part` of `whole`; nothing of nothing.
pub(super) fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Whether a character is none that a reader could read.
pub(super) fn is_unreadable(c: char) -> bool {
    c == '\u{FFFD}' || is_private_use(c)
}

fn is_private_use(c: char) -> bool {
    matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}')
}

/// Latin-1 beyond ASCII, save the signs that Japanese text has.
fn is_odd_latin_1(c: char) -> bool {
    ('\u{80}'..='\u{FF}').contains(&c) && !"\u{A0}\u{AD}§¨°±´¶×÷©®·²³µ¥£".contains(c)
}

fn is_japanese(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFF}')
}

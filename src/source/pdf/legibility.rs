//! Whether the characters of a page are those that it shows.
//!
//! A font without a map to Unicode gives no character at all; a font with a broken one gives wrong ones, and the kana of
//! a Japanese page come out as accented Latin letters.

use super::drawing::{Drawing, UNKNOWN};

/// How the text layer of a page is.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) struct Legibility {
    /// Characters without white space.
    n_chars: usize,
    /// Characters that are unknown.
    pub(super) n_unknown: usize,
    /// Letters of Latin-1 beyond ASCII.
    n_latin_1: usize,
    /// Kana and ideographs.
    n_japanese: usize,
    n_invisible: usize,
}

impl Legibility {
    pub(super) fn of(drawing: &Drawing) -> Legibility {
        let mut counts = Legibility::default();
        for glyph in &drawing.glyphs {
            for c in glyph.chars().filter(|c| !c.is_whitespace()) {
                counts.n_chars += 1;
                counts.n_unknown += usize::from(c == UNKNOWN);
                counts.n_latin_1 += usize::from(is_odd_latin_1(c));
                counts.n_japanese += usize::from(is_japanese(c));
                counts.n_invisible += usize::from(glyph.is_invisible);
            }
        }
        counts
    }

    /// Nothing is to be read.
    pub(super) fn is_empty(&self) -> bool {
        self.n_chars == 0
    }

    /// The text was recognised in a picture: most of it is not painted.
    pub(super) fn is_recognised(&self) -> bool {
        2 * self.n_invisible > self.n_chars
    }

    /// The text says something else than the page.
    pub(super) fn is_garbled(&self) -> bool {
        let is_unknown = 2 * self.n_unknown > self.n_chars;
        // Japanese pages have no accented letters at all; pages in other languages have some.
        let is_mixed = self.n_japanese > 0 && 25 * self.n_latin_1 > self.n_chars;
        let is_latin_1 = 4 * self.n_latin_1 > self.n_chars;
        is_unknown || is_mixed || is_latin_1
    }
}

/// Latin-1 beyond ASCII, save the signs that Japanese text has.
fn is_odd_latin_1(c: char) -> bool {
    ('\u{80}'..='\u{FF}').contains(&c) && !"\u{A0}\u{AD}§¨°±´¶×÷©®·²³µ¥£".contains(c)
}

fn is_japanese(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFF}')
}

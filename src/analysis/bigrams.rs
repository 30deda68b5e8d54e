//! Character bigrams: what makes sure that every passage of two characters or more is found.
//!
//! Each grapheme of the text is folded by itself, so that a passage gives the same bigrams wherever it stands.
//! White space is a character like any other: a quoted passage means what stands between its quotation marks.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use crate::analysis::Unit;
use crate::analysis::character_filter::{fold, is_plain, narrow};
use crate::analysis::refill::Refill;

/// Raised when bigrams change.
pub(crate) const VERSION: u32 = 3;

/// The folded character bigrams of `text` into `out`, which is cleared first.
///
/// Every grapheme is a position; a text of one grapheme gives one unigram.
pub fn bigrams(text: &str, out: &mut Vec<Unit>) {
    let mut out = Refill::new(out);
    let mut pair = Pair::default();
    let mut at = 0;
    for_each_grapheme(text, |grapheme, alone| {
        let range = at..at + grapheme.len();
        at = range.end;
        pair.take(grapheme, alone, range, &mut out);
    });
    pair.finish(&mut out);
}

/// Calls `each` with every grapheme, and with its only character where that surely stands alone.
fn for_each_grapheme(text: &str, mut each: impl FnMut(&str, Option<char>)) {
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let len = first.len_utf8();
        // Looking up the rules for every character would cost more than all the rest.
        let is_alone = stands_alone(first) && rest[len..].chars().next().is_none_or(stands_alone);
        let grapheme = if is_alone {
            &rest[..len]
        } else {
            rest.graphemes(true).next().unwrap_or(&rest[..len])
        };
        each(grapheme, is_alone.then_some(first));
        rest = &rest[grapheme.len()..];
    }
}

/// Whether the character is a grapheme between others of which the same holds.
fn stands_alone(character: char) -> bool {
    is_plain(character) && !character.is_control() || narrow(character).is_some()
}

/// The grapheme before, waiting for the one after.
#[derive(Default)]
struct Pair {
    /// The folded grapheme, and the range it came from.
    first: Option<(String, Range<usize>)>,
    position: u32,
}

impl Pair {
    fn take(
        &mut self,
        grapheme: &str,
        alone: Option<char>,
        range: Range<usize>,
        out: &mut Refill<'_>,
    ) {
        if alone.is_some_and(is_plain) {
            return self.pair(grapheme, range, out);
        }
        if let Some(narrow) = alone.and_then(narrow) {
            return self.pair(narrow.encode_utf8(&mut [0; 4]), range, out);
        }
        let folded = fold(grapheme).text;
        // What folds to several (`㍑`) is found by each of them.
        for piece in folded.graphemes(true) {
            self.pair(piece, range.clone(), out);
        }
    }

    fn pair(&mut self, grapheme: &str, range: Range<usize>, out: &mut Refill<'_>) {
        let Some((first, first_range)) = &mut self.first else {
            self.first = Some((grapheme.to_owned(), range));
            return;
        };
        out.push(&[first, grapheme], first_range.start..range.end, self.position);
        self.position = self.position.saturating_add(1);
        first.clear();
        first.push_str(grapheme);
        *first_range = range;
    }

    fn finish(self, out: &mut Refill<'_>) {
        let Some((first, range)) = self.first else { return };
        if out.is_empty() {
            out.push(&[&first], range, 0);
        }
    }
}

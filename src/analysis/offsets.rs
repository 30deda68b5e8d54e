//! Filtered position → original position.
//!
//! Character filters change the length of a text (`㍑` becomes `リットル`), yet what is shown and highlighted is the text
//! as it was printed.
//! An [`OffsetMap`] leads every range of the filtered text back to the range of the original it came from.

use std::ops::Range;

/// Where the filtered and the original text have drifted apart.
///
/// Each piece that is not the same character by character is one edit; edits are ordered and never overlap.
/// Between two edits both texts run side by side.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct OffsetMap {
    edits: Vec<Edit>,
}

/// One replaced piece: where it ends in both texts, and how long it is in both.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Edit {
    filtered_end: usize,
    original_end: usize,
    filtered_len: usize,
    original_len: usize,
}

impl OffsetMap {
    /// The smallest range of the original text that covers `filtered`.
    ///
    /// A range that cuts through an edit is widened to the whole edit: half of `㍑` cannot be highlighted.
    /// An empty range gives an empty range.
    pub fn original(&self, filtered: Range<usize>) -> Range<usize> {
        let start = self.start(filtered.start);
        if filtered.is_empty() {
            return start..start;
        }
        start..self.end(filtered.end)
    }

    /// Forgets all edits and keeps the memory.
    pub(crate) fn clear(&mut self) {
        self.edits.clear();
    }

    /// Notes that `original` became `filtered`; edits are noted in the order of the text.
    pub(crate) fn push(&mut self, filtered: Range<usize>, original: Range<usize>) {
        self.edits.push(Edit {
            filtered_end: filtered.end,
            original_end: original.end,
            filtered_len: filtered.len(),
            original_len: original.len(),
        });
    }

    /// Where a piece that starts at `filtered` starts in the original.
    fn start(&self, filtered: usize) -> usize {
        // Of a deletion at this very place, the original text before it belongs to what came before.
        let after = self.edits.partition_point(|edit| edit.filtered_end <= filtered);
        match self.edits.get(after) {
            Some(edit) if edit.filtered_end - edit.filtered_len < filtered => {
                edit.original_end - edit.original_len
            }
            _ => self.shifted(after, filtered),
        }
    }

    /// Where a piece that ends at `filtered` ends in the original.
    fn end(&self, filtered: usize) -> usize {
        // A deletion at this very place is left outside: what is highlighted ends with what is visible.
        let after = self.edits.partition_point(|edit| {
            edit.filtered_end < filtered || (edit.filtered_end == filtered && 0 < edit.filtered_len)
        });
        match self.edits.get(after) {
            Some(edit) if edit.filtered_end - edit.filtered_len < filtered => edit.original_end,
            _ => self.shifted(after, filtered),
        }
    }

    /// The original position of `filtered`, with the first `n_before` edits behind it.
    fn shifted(&self, n_before: usize, filtered: usize) -> usize {
        match n_before.checked_sub(1).and_then(|last| self.edits.get(last)) {
            Some(edit) => edit.original_end + (filtered - edit.filtered_end),
            None => filtered,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `㍑は１０` → `リットルは10`.
    fn litres() -> OffsetMap {
        let mut map = OffsetMap::default();
        map.push(0..12, 0..3);
        map.push(15..16, 6..9);
        map.push(16..17, 9..12);
        map
    }

    #[track_caller]
    fn check(filtered: Range<usize>, expected: Range<usize>) {
        assert_eq!(litres().original(filtered.clone()), expected, "{filtered:?}");
    }

    #[test]
    fn a_range_leads_back_to_what_it_came_from() {
        check(0..12, 0..3);
        check(12..15, 3..6);
        check(15..16, 6..9);
        check(16..17, 9..12);
        check(0..17, 0..12);
    }

    #[test]
    fn half_of_an_edit_is_the_whole_edit() {
        check(0..3, 0..3);
        check(3..6, 0..3);
        check(9..15, 0..6);
    }

    #[test]
    fn a_dropped_character_belongs_to_neither_side() {
        let mut map = OffsetMap::default();
        map.push(3..3, 3..6);
        assert_eq!(map.original(0..3), 0..3);
        assert_eq!(map.original(3..6), 6..9);
        assert_eq!(map.original(0..6), 0..9);
    }
}

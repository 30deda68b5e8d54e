//! A list of units that is written anew over the last one, so that its terms keep their memory.
//!
//! Asking for the memory of every term again would cost as much as finding the terms.

use std::ops::Range;

use crate::analysis::Unit;

/// Writes over a list from its start; what is left of the old list when it is dropped is cut off.
pub(crate) struct Refill<'a> {
    units: &'a mut Vec<Unit>,
    n_written: usize,
}

impl<'a> Refill<'a> {
    pub(crate) fn new(units: &'a mut Vec<Unit>) -> Refill<'a> {
        Refill { units, n_written: 0 }
    }

    /// A unit whose term is the parts one after the other.
    pub(crate) fn push(&mut self, parts: &[&str], range: Range<usize>, position: u32) {
        if self.n_written == self.units.len() {
            // A term is two characters as a rule, and the list is kept.
            let term = String::with_capacity(parts.iter().map(|part| part.len()).sum());
            self.units.push(Unit { term, range: 0..0, position: 0 });
        }
        let unit = &mut self.units[self.n_written];
        unit.term.clear();
        parts.iter().for_each(|part| unit.term.push_str(part));
        unit.range = range;
        unit.position = position;
        self.n_written += 1;
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.n_written == 0
    }
}

impl Drop for Refill<'_> {
    fn drop(&mut self) {
        self.units.truncate(self.n_written);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_the_last_list_is_left() {
        let mut units = Vec::new();
        for terms in [&["窓口", "案内", "職員"][..], &["a"], &[], &["取り組み", "b"]] {
            let mut refill = Refill::new(&mut units);
            terms.iter().for_each(|term| refill.push(&[term, "-"], 1..2, 3));
            drop(refill);
            let expected: Vec<Unit> = terms
                .iter()
                .map(|term| Unit { term: format!("{term}-"), range: 1..2, position: 3 })
                .collect();
            assert_eq!(units, expected);
        }
    }
}

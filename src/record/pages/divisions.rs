//! The division of each item, as merged and empty cells print it.
//!
//! A division is printed once for several items: in a merged cell, or above empty cells.
//! A merged cell that a page break cuts is two cells, and its text, centred, stands in either or in both:
//! the division of the last items of a page may be printed on the next.

use std::collections::HashMap;

use crate::record::pages::division;
use crate::record::pages::grid::{is_blank, squeezed};
use crate::record::pages::items::{BULLETS, CellAt, Chain, Item};
use crate::record::sheet::heads::ends_like_division;
use crate::record::tables::{ColumnRole, Tables};

/// The division of an item.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Division {
    pub(super) path: Vec<String>,
    /// The cells that print it.
    pub(super) cells: Vec<CellAt>,
    /// Whether it is printed on another page than the item begins on, or in halves.
    pub(super) is_inferred: bool,
}

/// The text that holds for an item in one column, before paths are made.
#[derive(Clone, Debug, Default)]
struct Held {
    cells: Vec<CellAt>,
    /// Whether the cell is the item's own, and not one further up.
    is_own: bool,
    is_inferred: bool,
}

/// The divisions of the items of a chain.
pub(super) fn divisions(chain: &Chain<'_>, items: &[Item], tables: &Tables) -> Vec<Division> {
    let columns: Vec<usize> = chain.schema.with(ColumnRole::Division).collect();
    let held: Vec<Vec<Held>> = columns.iter().map(|&c| column(chain, items, c)).collect();
    let mut found: Vec<Division> = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let mut division = Division::default();
        let mut outer_begins = false;
        let mut text = String::new();
        for of_column in &held {
            let holds = &of_column[index];
            // Below a new 部 the 課 of the one above does not hold on.
            if holds.is_own || !outer_begins {
                text.push_str(&printed(chain, &holds.cells));
                text.push('\n');
                division.cells.extend(&holds.cells);
                division.is_inferred |= holds.is_inferred;
            }
            outer_begins |= holds.is_own && begins(of_column, index);
        }
        division.path = path(chain, &held, index, &division.cells, &text, tables);
        if let Some(group) = item.group_division {
            let bare =
                chain.text(group).trim_matches(|c: char| is_bracket(c) || BULLETS.contains(&c));
            let above = division::path(bare, tables);
            if division.path.is_empty() || is_above(&above, &division.path) {
                division.path.splice(0..0, above);
                division.cells.push(group);
            }
        }
        found.push(division);
    }
    found
}

/// What cells print together: the halves of a cut cell are one text; printed again on the next page it is one, too.
fn printed(chain: &Chain<'_>, cells: &[CellAt]) -> String {
    let mut printed = String::new();
    let mut last = String::new();
    for &at in cells {
        let text = squeezed(chain.text(at));
        if text != last {
            printed.push_str(chain.text(at));
            last = text;
        }
    }
    printed
}

/// Whether a group's name is the upper part of the path that its rows print: 区民部 above 区民課.
fn is_above(group: &[String], path: &[String]) -> bool {
    let rank = |name: Option<&String>| name.and_then(|name| division::rank(name));
    match (rank(group.last()), rank(path.first())) {
        (Some(group), Some(first)) => group < first,
        _ => false,
    }
}

fn is_bracket(c: char) -> bool {
    matches!(c, '】' | '＞' | '〉' | '　' | ' ' | '\n')
}

/// Whether the item is the first that its cell holds for.
fn begins(of_column: &[Held], index: usize) -> bool {
    index == 0 || of_column[index - 1].cells != of_column[index].cells
}

/// The path of an item: of several columns each is at least one element.
fn path(
    chain: &Chain<'_>,
    held: &[Vec<Held>],
    index: usize,
    cells: &[CellAt],
    text: &str,
    tables: &Tables,
) -> Vec<String> {
    if held.len() == 1 {
        return division::path(text, tables);
    }
    let mut path = Vec::new();
    for of_column in held {
        let of_column: Vec<CellAt> =
            of_column[index].cells.iter().copied().filter(|at| cells.contains(at)).collect();
        path.extend(division::path(&printed(chain, &of_column), tables));
    }
    path
}

/// What holds for each item in one column.
fn column(chain: &Chain<'_>, items: &[Item], column: usize) -> Vec<Held> {
    let mut groups = Groups::of(chain, items, column);
    let is_style_merged = !groups.has_empty_inside(items);
    groups.join_over_breaks(chain, items, is_style_merged);
    let mut held: Vec<Held> = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let own = groups.cells(index);
        // Carried on from the page before is as printed; from the next page, or in halves, was made out.
        let is_cut = own.iter().all(|at| item.part < at.part) || is_in_halves(chain, &own);
        if !own.is_empty() {
            held.push(Held { cells: own, is_own: true, is_inferred: is_cut });
            continue;
        }
        let below = groups.printed_below(chain, items, index, is_style_merged);
        if !below.is_empty() {
            held.push(Held { cells: below, is_own: true, is_inferred: true });
            continue;
        }
        let above = held.last().map(|h: &Held| h.cells.clone()).unwrap_or_default();
        held.push(Held { cells: above, is_own: false, is_inferred: false });
    }
    held
}

/// Whether cells print different pieces of one text.
fn is_in_halves(chain: &Chain<'_>, cells: &[CellAt]) -> bool {
    cells.windows(2).any(|pair| {
        pair[0].part != pair[1].part
            && squeezed(chain.text(pair[0])) != squeezed(chain.text(pair[1]))
    })
}

/// Items that share a cell of a column.
struct Groups {
    /// For each item its group.
    group_of: Vec<usize>,
    /// The cells with text of each group, in the order of the table.
    texts: Vec<Vec<CellAt>>,
    /// Whether the numbers of the items begin again at 1, as they do below each division.
    restarts: bool,
}

impl Groups {
    fn of(chain: &Chain<'_>, items: &[Item], column: usize) -> Groups {
        let restarts = numbers_restart(chain, items);
        let mut groups = Groups { group_of: Vec::new(), texts: Vec::new(), restarts };
        let mut by_cell: HashMap<CellAt, usize> = HashMap::new();
        for item in items {
            let cells = &item.cells[column];
            let known = cells.iter().find_map(|at| by_cell.get(at).copied());
            let group = known.unwrap_or(groups.texts.len());
            if known.is_none() {
                groups.texts.push(Vec::new());
            }
            for &at in cells {
                if by_cell.insert(at, group).is_none() && !is_blank(chain.text(at)) {
                    groups.texts[group].push(at);
                }
            }
            groups.group_of.push(group);
        }
        groups
    }

    fn cells(&self, item: usize) -> Vec<CellAt> {
        self.texts[self.group_of[item]].clone()
    }

    /// Joins the two halves of a merged cell that a page break cut.
    fn join_over_breaks(&mut self, chain: &Chain<'_>, items: &[Item], is_style_merged: bool) {
        for below in 1..items.len() {
            let above = below - 1;
            let (upper, lower) = (self.group_of[above], self.group_of[below]);
            let is_break = items[above].last_part < items[below].part
                && chain.parts[items[below].part].is_behind_break;
            if !is_break || upper == lower {
                continue;
            }
            let numbers = (chain.number(&items[above]), chain.number(&items[below]));
            let goes_on = matches!(numbers, (Some(a), Some(b)) if a + 1 == b);
            // Numbers that never begin again tell nothing about divisions; an empty half does.
            let is_half = match self.restarts {
                true => self.may_be_halves(chain, upper, lower),
                false => {
                    let is_empty = |group: usize| self.texts[group].is_empty();
                    is_style_merged && (is_empty(upper) || is_empty(lower))
                }
            };
            if goes_on && is_half {
                let more = std::mem::take(&mut self.texts[lower]);
                self.texts[upper].extend(more);
                self.group_of.iter_mut().filter(|g| **g == lower).for_each(|g| *g = upper);
            }
        }
    }

    /// Whether two cells can be one: one is empty, both say the same, or the second completes the first.
    fn may_be_halves(&self, chain: &Chain<'_>, upper: usize, lower: usize) -> bool {
        let text = |group: usize| -> String {
            self.texts[group].iter().map(|&at| squeezed(chain.text(at))).collect()
        };
        let (upper, lower) = (text(upper), text(lower));
        let is_lower_rank = match (division::rank(&upper), division::rank(&lower)) {
            (Some(a), Some(b)) => a < b,
            _ => false,
        };
        upper.is_empty()
            || lower.is_empty()
            || upper == lower
            || !ends_like_division(&upper)
            || is_lower_rank
    }

    /// Whether empty cells stand between others of one page, as where they repeat the one above.
    fn has_empty_inside(&self, items: &[Item]) -> bool {
        let mut start = 0;
        while start < items.len() {
            let part = items[start].part;
            let n_items = items[start..].iter().take_while(|item| item.part == part).count();
            let of_part = &self.group_of[start..start + n_items];
            let (first, last) = (of_part[0], of_part[n_items - 1]);
            let is_inside = |group: &&usize| **group != first && **group != last;
            if of_part.iter().filter(is_inside).any(|&group| self.texts[group].is_empty()) {
                return true;
            }
            start += n_items;
        }
        false
    }

    /// The division that the next page prints for the last items of this one.
    fn printed_below(
        &self,
        chain: &Chain<'_>,
        items: &[Item],
        index: usize,
        is_style_merged: bool,
    ) -> Vec<CellAt> {
        if chain.parts.len() < 2 {
            return Vec::new();
        }
        let group = self.group_of[index];
        let end = (index..items.len()).find(|&i| self.group_of[i] != group);
        let Some(next) = end else { return Vec::new() };
        let first =
            (0..=index).rev().take_while(|&i| self.group_of[i] == group).last().unwrap_or(index);
        let is_last_of_page = items[next - 1].last_part < items[next].part
            && chain.parts[items[next].part].is_behind_break;
        if !is_last_of_page {
            return Vec::new();
        }
        let is_first_of_page = first == 0 || items[first - 1].last_part < items[first].part;
        let belongs_below = match chain.number(&items[first]).filter(|_| self.restarts) {
            Some(number) => number == 1 && chain.number(&items[next]) != Some(1),
            None => is_style_merged && (!is_first_of_page || first == 0),
        };
        if belongs_below { self.texts[self.group_of[next]].clone() } else { Vec::new() }
    }
}

/// Whether the numbers begin again at 1, as they do below each division.
fn numbers_restart(chain: &Chain<'_>, items: &[Item]) -> bool {
    let numbers: Vec<u32> = items.iter().filter_map(|item| chain.number(item)).collect();
    numbers.windows(2).any(|pair| pair[1] == 1 && 1 <= pair[0])
}

//! The rows of a table as items: each item with the cells that belong to it, over page breaks.
//!
//! A merged cell belongs to every item whose rows it covers.
//! Rows are one item while the cells that make an item (number, title, goal) are merged over them; a row that
//! has none of these goes on with the item above; a row that a page break cut is joined again.
//!
//! Rows that are no items: empty ones, the header again, a group's name across the table, remarks below it, and sums.
//! A sum (合計, 小計) counts what other rows report already: as a record it would be counted as one more initiative,
//! so it is kept in a notice.

use std::ops::Range;

use crate::record::pages::columns::Schema;
use crate::record::pages::grid::{Grid, is_blank, one_line, squeezed};
use crate::record::pages::number::item_number;
use crate::record::sheet::heads::{ends_like_division, is_division};
use crate::record::sheet::paragraphs::ends_sentence;
use crate::record::tables::{ColumnRole, Tables};

/// A table, or several pages of one, read by one header.
#[derive(Clone, Debug)]
pub(super) struct Chain<'p> {
    pub(super) schema: Schema,
    pub(super) parts: Vec<Part<'p>>,
}

/// What stands of a chain on one page.
#[derive(Clone, Debug)]
pub(super) struct Part<'p> {
    /// The table, as index of page and block.
    pub(super) page: usize,
    pub(super) block: usize,
    pub(super) grid: Grid<'p>,
    /// The rows below the header.
    pub(super) rows: Range<usize>,
    /// Where the columns of the chain stand, if this part has a header of its own that says so.
    pub(super) ranges: Option<Vec<Range<usize>>>,
    /// Whether a page break lies before it, which may cut a row.
    pub(super) is_behind_break: bool,
}

/// A cell of a chain.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(super) struct CellAt {
    pub(super) part: usize,
    pub(super) cell: usize,
}

/// An item: rows that report one initiative.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Item {
    /// The part and the row where it begins.
    pub(super) part: usize,
    pub(super) row: usize,
    /// The part where it ends: a later one where a page break cuts it.
    pub(super) last_part: usize,
    /// For each column of the schema the cells, from top to bottom; empty ones are left out, except for divisions.
    pub(super) cells: Vec<Vec<CellAt>>,
    /// Cells right of every column.
    pub(super) beyond: Vec<CellAt>,
    /// Names of groups printed across the table above the item.
    pub(super) group_division: Option<CellAt>,
    pub(super) group: Option<CellAt>,
    /// Where text of a later page goes on: column, and how many of its cells stand before the break.
    pub(super) breaks: Vec<(usize, usize)>,
}

/// The items of a chain, and the cells that are its header again.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Items {
    pub(super) items: Vec<Item>,
    pub(super) headings: Vec<CellAt>,
    /// Rows of sums.
    pub(super) sums: Vec<CellAt>,
}

/// What a row is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    Blank,
    Heading,
    Sum,
    /// The name of a division that holds for the rows below.
    Division(usize),
    /// Another name that holds for the rows below.
    Group(usize),
    /// A sentence across the table.
    Remark,
    Item,
}

impl Chain<'_> {
    /// The text of a cell, as printed.
    pub(super) fn text(&self, at: CellAt) -> &str {
        self.parts[at.part].grid.text(at.cell)
    }

    /// Where a column stands on a part.
    fn range(&self, part: usize, column: usize) -> Range<usize> {
        match &self.parts[part].ranges {
            Some(ranges) => ranges[column].clone(),
            None => self.schema.columns[column].range.clone(),
        }
    }

    /// The column that a place of a part's grid belongs to.
    fn column_at(&self, part: usize, place: usize) -> Option<usize> {
        (0..self.schema.columns.len()).find(|&column| self.range(part, column).contains(&place))
    }

    /// What is printed in the cells of a column that hold anything, in one line.
    pub(super) fn joined(&self, cells: &[CellAt]) -> String {
        cells.iter().map(|&at| one_line(self.text(at))).collect()
    }

    /// The item's number, where its cells hold one.
    pub(super) fn number(&self, item: &Item) -> Option<u32> {
        let column = self.schema.with(ColumnRole::Number).next()?;
        item.cells[column].iter().find_map(|&at| item_number(self.text(at)))
    }

    fn is_filled(&self, item: &Item, column: usize) -> bool {
        item.cells[column].iter().any(|&at| !is_blank(self.text(at)))
    }

    fn has_text(&self, item: &Item) -> bool {
        let filled = |cells: &[CellAt]| cells.iter().any(|&at| !is_blank(self.text(at)));
        item.cells.iter().any(|cells| filled(cells)) || filled(&item.beyond)
    }
}

/// Reads the rows of a chain.
pub(super) fn items(chain: &Chain<'_>, tables: &Tables) -> Items {
    let mut found = Items::default();
    let mut groups: (Option<CellAt>, Option<CellAt>) = (None, None);
    for (part, stretch) in chain.parts.iter().enumerate() {
        let mut of_part: Vec<Item> = Vec::new();
        let mut row = stretch.rows.start;
        while row < stretch.rows.end {
            let at = |cell| CellAt { part, cell };
            let begun = || stretch.grid.filled(row).filter(|&cell| stretch.grid.begins(cell, row));
            match kind(chain, part, row, tables) {
                Kind::Blank | Kind::Remark => {}
                Kind::Heading => found.headings.extend(begun().map(at)),
                Kind::Sum => found.sums.extend(begun().map(at)),
                Kind::Division(cell) => groups = (Some(at(cell)), None),
                Kind::Group(cell) => groups.1 = Some(at(cell)),
                Kind::Item => {
                    let mut end = row + 1;
                    while end < stretch.rows.end
                        && kind(chain, part, end, tables) == Kind::Item
                        && !begins_item(chain, part, end)
                    {
                        end += 1;
                    }
                    let item = item(chain, part, row..end, groups);
                    match of_part.last_mut() {
                        Some(above) if goes_on(chain, &item) => append(above, item),
                        _ => of_part.push(item),
                    }
                    row = end;
                    continue;
                }
            }
            row += 1;
        }
        let mut of_part = of_part.into_iter();
        if let Some(first) = of_part.next() {
            match found.items.last_mut() {
                Some(last) if stretch.is_behind_break && is_cut(chain, last, &first) => {
                    join(chain, last, first);
                }
                _ => found.items.push(first),
            }
        }
        found.items.extend(of_part);
    }
    found.items.retain(|item| chain.has_text(item));
    found
}

/// What a row is, judged by itself.
fn kind(chain: &Chain<'_>, part: usize, row: usize, tables: &Tables) -> Kind {
    let (schema, grid) = (&chain.schema, &chain.parts[part].grid);
    let filled: Vec<usize> = grid.filled(row).collect();
    let Some(&first) = filled.first() else { return Kind::Blank };
    if schema.repeats(grid, row) {
        return Kind::Heading;
    }
    if is_sum(chain, part, row) {
        return Kind::Sum;
    }
    let [only] = filled[..] else { return Kind::Item };
    if !grid.begins(only, row) {
        return Kind::Item;
    }
    let covered = (0..schema.columns.len())
        .filter(|&column| overlap(&chain.range(part, column), &grid.columns(only)));
    let is_across = 2 <= covered.count() && 2 < schema.columns.len();
    let column = chain.column_at(part, grid.columns(first).start);
    let role = column.and_then(|column| schema.columns[column].role);
    let text = squeezed(grid.text(only));
    let names_group = match role {
        Some(ColumnRole::Division | ColumnRole::Category) => !grid.reaches_below(only, row),
        Some(ColumnRole::Number) => item_number(&text).is_none(),
        _ => false,
    };
    if !is_across && !names_group {
        return Kind::Item;
    }
    if is_remark(&text) {
        return Kind::Remark;
    }
    if is_division(text.trim_start_matches(BULLETS), tables)
        || (role == Some(ColumnRole::Division) && !is_across)
    {
        return Kind::Division(only);
    }
    Kind::Group(only)
}

/// What stands before the names of groups.
pub(super) const BULLETS: [char; 12] =
    ['■', '●', '○', '◆', '◇', '□', '◎', '【', '＜', '〈', '・', '▼'];

/// Whether a text across the table is a sentence or a footnote rather than a name.
fn is_remark(text: &str) -> bool {
    const LONGEST_NAME_CHARS: usize = 40;
    text.contains('。')
        || text.starts_with(['※', '＊', '*', '注', '（', '('])
        || LONGEST_NAME_CHARS < text.chars().count()
}

/// Whether a row sums others up.
fn is_sum(chain: &Chain<'_>, part: usize, row: usize) -> bool {
    const SUMS: [&str; 10] =
        ["合計", "小計", "総計", "計", "総合計", "累計", "合計額", "総数", "部計", "課計"];
    let grid = &chain.parts[part].grid;
    let begun = grid.filled(row).find(|&cell| grid.begins(cell, row));
    let Some(first) = begun else { return false };
    let column = chain.column_at(part, grid.columns(first).start);
    let role = column.and_then(|column| chain.schema.columns[column].role);
    let is_text = matches!(role, Some(ColumnRole::Goal | ColumnRole::Result));
    let text = squeezed(grid.text(first));
    let bare = text.split(['（', '(']).next().unwrap_or_default();
    !is_text && SUMS.contains(&bare)
}

fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

/// Whether a new item begins with a row, by the cells that are merged over the row and the one above.
fn begins_item(chain: &Chain<'_>, part: usize, row: usize) -> bool {
    let schema = &chain.schema;
    let merged = |column: usize| is_merged(chain, part, row, column);
    let mut key = schema.with(ColumnRole::Number).chain(schema.with(ColumnRole::Title)).peekable();
    let has_key = key.peek().is_some();
    if has_key && !key.all(merged) {
        return true;
    }
    if schema.has(ColumnRole::Goal) {
        return !schema.with(ColumnRole::Goal).any(merged);
    }
    if has_key {
        return false;
    }
    let is_around = |role| {
        matches!(
            role,
            Some(
                ColumnRole::Division
                    | ColumnRole::Category
                    | ColumnRole::FiscalYear
                    | ColumnRole::Organization
            )
        )
    };
    let mut text = (0..schema.columns.len()).filter(|&c| !is_around(schema.columns[c].role));
    !text.all(merged)
}

/// Whether one cell covers a column in a row and in the one above.
fn is_merged(chain: &Chain<'_>, part: usize, row: usize, column: usize) -> bool {
    let grid = &chain.parts[part].grid;
    chain.range(part, column).all(|place| {
        let below = grid.at(row, place);
        below.is_some() && grid.at(row - 1, place) == below
    })
}

/// The item of some rows of a part.
fn item(
    chain: &Chain<'_>,
    part: usize,
    rows: Range<usize>,
    groups: (Option<CellAt>, Option<CellAt>),
) -> Item {
    let (schema, grid) = (&chain.schema, &chain.parts[part].grid);
    let mut cells: Vec<Vec<CellAt>> = vec![Vec::new(); schema.columns.len()];
    let mut beyond = Vec::new();
    for row in rows.clone() {
        for &cell in &grid.rows[row].cells {
            let at = CellAt { part, cell };
            let column = column_of(chain, part, &grid.columns(cell));
            let role = column.and_then(|column| schema.columns[column].role);
            // An empty division cell still says how far the division reaches.
            if is_blank(grid.text(cell)) && role != Some(ColumnRole::Division) {
                continue;
            }
            let place = column.map_or(&mut beyond, |column| &mut cells[column]);
            if !place.contains(&at) {
                place.push(at);
            }
        }
    }
    Item {
        part,
        row: rows.start,
        last_part: part,
        cells,
        beyond,
        group_division: groups.0,
        group: groups.1,
        breaks: Vec::new(),
    }
}

/// The column that a cell belongs to: the one it begins in, unless it begins in a narrow one and reaches into text.
fn column_of(chain: &Chain<'_>, part: usize, places: &Range<usize>) -> Option<usize> {
    let schema = &chain.schema;
    let first = chain.column_at(part, places.start)?;
    let is_narrow = matches!(
        schema.columns[first].role,
        Some(ColumnRole::Number | ColumnRole::Category | ColumnRole::FiscalYear)
    );
    let is_text = |column: &usize| {
        let role = schema.columns[*column].role;
        overlap(&chain.range(part, *column), places)
            && matches!(role, None | Some(ColumnRole::Goal | ColumnRole::Result))
    };
    let reached = (first + 1..schema.columns.len()).find(is_text);
    reached.filter(|_| is_narrow).or(Some(first))
}

/// Whether an item has nothing that makes an item, so that it goes on with the one above.
fn goes_on(chain: &Chain<'_>, item: &Item) -> bool {
    let schema = &chain.schema;
    let makes = [ColumnRole::Number, ColumnRole::Title, ColumnRole::Goal];
    let around = [ColumnRole::Division, ColumnRole::Category];
    makes.iter().any(|&role| schema.has(role))
        && makes.iter().chain(&around).all(|&role| {
            schema.with(role).all(|column| {
                let begun = item.cells[column].iter().filter(|at| {
                    let grid = &chain.parts[at.part].grid;
                    grid.cells[at.cell].row >= grid.rows[item.row].number
                });
                begun.into_iter().all(|&at| is_blank(chain.text(at)))
            })
        })
}

/// Whether a page break cuts one item in two.
///
/// The number, category and title of a cut row are printed on one of the two pages.
fn is_cut(chain: &Chain<'_>, above: &Item, below: &Item) -> bool {
    let schema = &chain.schema;
    let mut keys = vec![ColumnRole::Number, ColumnRole::Title];
    // A category may be cut itself; where one half lacks the number that every row has, it is no second category.
    let has_number =
        |item: &Item| schema.with(ColumnRole::Number).any(|c| chain.is_filled(item, c));
    let may_cut_category =
        has_number(above) && !has_number(below) && is_unfinished(chain, above, below);
    if !may_cut_category {
        keys.push(ColumnRole::Category);
    }
    let keys: Vec<usize> = keys.iter().flat_map(|&role| schema.with(role)).collect();
    let filled = |item: &Item| -> Vec<bool> {
        keys.iter().map(|&column| chain.is_filled(item, column)).collect()
    };
    let (upper, lower) = (filled(above), filled(below));
    // A row of a list says all of itself: only one that begins with an empty place goes on with the one above.
    if schema.is_of_list && !schema.has(ColumnRole::Number) && chain.is_filled(below, 0) {
        return false;
    }
    if !chain.has_text(below) || upper.iter().zip(&lower).any(|(a, b)| *a && *b) {
        return false;
    }
    if is_rest_of_division(chain, above, below) {
        return true;
    }
    let is_finished = !is_unfinished(chain, above, below);
    let has_sure_key = schema.has(ColumnRole::Number) || schema.has(ColumnRole::Title);
    if is_finished && (!has_sure_key || has_other_division(chain, above, below)) {
        return false;
    }
    let n_keys = |filled: &[bool]| filled.iter().filter(|f| **f).count();
    // One half has all that is printed, or each has something.
    n_keys(&lower) == 0 || n_keys(&upper) == 0 || n_keys(&upper) + n_keys(&lower) == keys.len()
}

/// Whether a text of `above` stops in the middle of a sentence and goes on in `below`.
fn is_unfinished(chain: &Chain<'_>, above: &Item, below: &Item) -> bool {
    (0..chain.schema.columns.len()).any(|column| {
        let role = chain.schema.columns[column].role;
        let is_text = matches!(role, None | Some(ColumnRole::Goal | ColumnRole::Result));
        let last = above.cells[column].last().map(|&at| chain.text(at).trim_end());
        is_text && last.is_some_and(|text| !ends_sentence(text)) && chain.is_filled(below, column)
    })
}

/// Whether all that `below` has is the rest of a name that a page break cut.
fn is_rest_of_division(chain: &Chain<'_>, above: &Item, below: &Item) -> bool {
    let columns = 0..chain.schema.columns.len();
    let (divisions, others): (Vec<usize>, Vec<usize>) =
        columns.partition(|&c| chain.schema.columns[c].role == Some(ColumnRole::Division));
    let is_blank_below = |&column: &usize| !chain.is_filled(below, column);
    let is_half = |&column: &usize| {
        let upper = squeezed(&chain.joined(&above.cells[column]));
        !upper.is_empty() && !ends_like_division(&upper)
    };
    others.iter().all(is_blank_below)
        && below.beyond.is_empty()
        && divisions.iter().any(|column| !is_blank_below(column))
        && divisions.iter().all(|column| is_blank_below(column) || is_half(column))
}

/// Whether `below` prints a division of its own that is not the one of `above`.
fn has_other_division(chain: &Chain<'_>, above: &Item, below: &Item) -> bool {
    let printed = |item: &Item| -> String {
        let columns = chain.schema.with(ColumnRole::Division);
        columns.map(|column| chain.joined(&item.cells[column])).collect()
    };
    let (upper, lower) = (squeezed(&printed(above)), squeezed(&printed(below)));
    !lower.is_empty() && !upper.is_empty() && upper != lower
}

/// Puts the cells of `below` behind those of `above`.
fn append(above: &mut Item, below: Item) {
    for (cells, more) in above.cells.iter_mut().zip(below.cells) {
        cells.extend(more.into_iter().filter(|at| !cells.contains(at)).collect::<Vec<_>>());
    }
    let more: Vec<CellAt> =
        below.beyond.into_iter().filter(|at| !above.beyond.contains(at)).collect();
    above.beyond.extend(more);
    above.last_part = below.last_part;
}

/// Joins the halves of an item that a page break cut.
fn join(chain: &Chain<'_>, above: &mut Item, below: Item) {
    for column in 0..chain.schema.columns.len() {
        if !above.cells[column].is_empty() && !below.cells[column].is_empty() {
            above.breaks.push((column, above.cells[column].len()));
        }
    }
    append(above, below);
}

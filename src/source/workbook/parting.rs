//! The tables of a sheet: what empty rows and columns part.

use crate::source::cells;
use crate::source::page::{Block, Cell};

/// Parts within parts, deeper than any sheet that is drawn for people.
const MOST_PARTINGS: usize = 16;

/// A place of a sheet that is taken: a cell with text, or an empty one with a border.
///
/// Row and column count from the sheet's corner; merged cells have their spans.
pub(in crate::source) struct Place {
    pub(in crate::source) cell: Cell,
    /// Whether lines are drawn around it. Only some formats tell.
    pub(in crate::source) is_bordered: bool,
}

/// What may part tables.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::source) enum Parted {
    /// Empty rows: columns that are empty throughout are fields that nobody filled in.
    ByRows,
    /// Empty rows and empty columns.
    ByRowsAndColumns,
}

/// What a part covers.
#[derive(Clone, Copy)]
enum Axis {
    Rows,
    Columns,
}

/// The tables and paragraphs of a sheet, in the order of reading.
pub(in crate::source) fn blocks(places: Vec<Place>, parted: Parted) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    // The columns of the last table, to tell one that goes on after an empty row.
    let mut last = None;
    for part in parts(places, parted) {
        let columns = (extent(&part, Axis::Columns), extent(&part, Axis::Rows).0);
        let is_table =
            1 < columns.0.1 - columns.0.0 || part.iter().any(|p| p.is_bordered) && 1 < part.len();
        for mut block in part_blocks(part, is_table) {
            if let Block::Table(table) = &mut block {
                table.continues = last == Some(columns.0);
                last = Some(columns.0);
            }
            blocks.push(block);
        }
    }
    blocks
}

/// One part: a table, or paragraphs where it is a single column without lines.
fn part_blocks(mut part: Vec<Place>, is_table: bool) -> Vec<Block> {
    part.sort_by_key(|place| (place.cell.row, place.cell.column));
    let (first_row, _) = extent(&part, Axis::Rows);
    let (first_column, _) = extent(&part, Axis::Columns);
    let texts = part.iter().filter(|place| !place.cell.text.is_empty()).count();
    if texts <= 1 || !is_table {
        let texts = part.into_iter().map(|place| place.cell.text).filter(|text| !text.is_empty());
        return texts.map(Block::Paragraph).collect();
    }
    let cells = part.into_iter().map(|place| {
        let (row, column) = (place.cell.row - first_row, place.cell.column - first_column);
        Cell { row, column, ..place.cell }
    });
    cells::block(cells.collect())
}

/// The parts of a sheet: rows first, then the columns within them, then the rows within those, and so on.
fn parts(places: Vec<Place>, parted: Parted) -> Vec<Vec<Place>> {
    let mut finished = Vec::new();
    let mut open = vec![(places, MOST_PARTINGS)];
    while let Some((places, n_left)) = open.pop() {
        if places.is_empty() {
            continue;
        }
        if n_left == 0 {
            finished.push(places);
            continue;
        }
        let mut pieces = cut(places, Axis::Rows);
        if pieces.len() == 1 && parted == Parted::ByRowsAndColumns {
            let places = pieces.pop().unwrap_or_default();
            pieces = cut(places, Axis::Columns);
        }
        match pieces.len() {
            1 => finished.append(&mut pieces),
            // The first piece is read first.
            _ => open.extend(pieces.into_iter().rev().map(|piece| (piece, n_left - 1))),
        }
    }
    finished
}

/// The pieces between rows or columns where nothing stands.
fn cut(mut places: Vec<Place>, axis: Axis) -> Vec<Vec<Place>> {
    places.sort_by_key(|place| along(&place.cell, axis).0);
    let mut pieces: Vec<Vec<Place>> = Vec::new();
    let mut end = 0;
    for place in places {
        let (first, behind) = along(&place.cell, axis);
        match pieces.last_mut().filter(|_| first <= end) {
            Some(piece) => piece.push(place),
            None => pieces.push(vec![place]),
        }
        end = end.max(behind);
    }
    pieces
}

/// The first place that a cell covers, and the one behind the last.
fn along(cell: &Cell, axis: Axis) -> (usize, usize) {
    match axis {
        Axis::Rows => (cell.row, cell.row + cell.n_rows),
        Axis::Columns => (cell.column, cell.column + cell.n_columns),
    }
}

fn extent(part: &[Place], axis: Axis) -> (usize, usize) {
    let ranges = part.iter().map(|place| along(&place.cell, axis));
    let merged = ranges.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
    merged.unwrap_or((0, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The blocks of a sheet drawn with one character a cell: `.` is empty, `+` an empty cell with lines.
    #[track_caller]
    fn check(rows: &[&str], expected: &[&str]) {
        let mut places = Vec::new();
        for (row, line) in rows.iter().enumerate() {
            for (column, c) in line.chars().enumerate().filter(|(_, c)| *c != '.') {
                let text = if c == '+' { String::new() } else { c.to_string() };
                let cell = Cell { row, column, n_rows: 1, n_columns: 1, text, name: None };
                places.push(Place { cell, is_bordered: c == '+' });
            }
        }
        let found: Vec<String> = blocks(places, Parted::ByRowsAndColumns)
            .iter()
            .map(|block| match block {
                Block::Table(table) => {
                    let texts: String = table.cells.iter().map(|c| c.text.as_str()).collect();
                    let mark = if table.continues { "+" } else { "" };
                    format!("{}×{} {texts}{mark}", table.n_rows, table.n_columns)
                }
                Block::Paragraph(text) => text.clone(),
                block => format!("{block:?}"),
            })
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn empty_rows_and_columns_part_tables() {
        check(&["題", "...", "甲乙.", "丙丁."], &["題", "2×2 甲乙丙丁"]);
        check(&["甲乙.丙丁", "戊己.庚辛"], &["2×2 甲乙戊己", "2×2 丙丁庚辛"]);
        check(&["甲乙", "丙丁", "..", "戊己", "庚辛"], &["2×2 甲乙丙丁", "2×2 戊己庚辛+"]);
        check(&["注", "記"], &["注", "記"]);
        check(&[], &[]);
    }

    #[test]
    fn what_lines_join_is_one_table() {
        check(&["甲乙", "++", "丙丁"], &["3×2 甲乙丙丁"]);
        check(&["甲+乙", "丙+丁"], &["2×3 甲乙丙丁"]);
    }
}

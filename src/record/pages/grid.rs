//! Tables as rows, each with the cells that cover it, merged ones included.

use std::ops::Range;

use crate::record::sheet::lines::is_empty;
use crate::source::page::{Cell, Table};

/// The rows of a table in which a cell begins, from top to bottom.
#[derive(Clone, Debug)]
pub(super) struct Grid<'p> {
    pub(super) cells: &'p [Cell],
    pub(super) rows: Vec<Row>,
}

/// A row, as the cells that cover it from left to right.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// The row's number in the table, from 0.
    pub(super) number: usize,
    /// Indices of the cells.
    pub(super) cells: Vec<usize>,
}

impl<'p> Grid<'p> {
    /// Rows where no cell begins are left out: they show nothing of their own.
    pub(super) fn of(table: &'p Table) -> Grid<'p> {
        // A cell merged over more is cut, so that no table costs more than its cells tell.
        const MOST_COVERINGS: usize = 4_000_000;
        let cells = &table.cells;
        let mut numbers: Vec<usize> = cells.iter().map(|cell| cell.row).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let mut rows: Vec<Row> =
            numbers.iter().map(|&number| Row { number, cells: Vec::new() }).collect();
        let mut n_coverings = 0;
        for (index, cell) in cells.iter().enumerate() {
            let first = numbers.partition_point(|&row| row < cell.row);
            let end = cell.row.saturating_add(cell.n_rows.max(1));
            let behind = numbers.partition_point(|&row| row < end);
            let behind = if MOST_COVERINGS < n_coverings { first + 1 } else { behind };
            n_coverings += behind - first;
            rows[first..behind].iter_mut().for_each(|row| row.cells.push(index));
        }
        for row in &mut rows {
            row.cells.sort_by_key(|&index| cells[index].column);
        }
        Grid { cells, rows }
    }

    /// The columns that a cell covers.
    pub(super) fn columns(&self, cell: usize) -> Range<usize> {
        let cell = &self.cells[cell];
        cell.column..cell.column.saturating_add(cell.n_columns.max(1))
    }

    /// The cells of a row that show anything.
    pub(super) fn filled(&self, row: usize) -> impl DoubleEndedIterator<Item = usize> + '_ {
        self.rows[row].cells.iter().copied().filter(|&cell| !is_blank(&self.cells[cell].text))
    }

    /// The cell that covers a column of a row.
    pub(super) fn at(&self, row: usize, column: usize) -> Option<usize> {
        self.rows[row].cells.iter().copied().find(|&cell| self.columns(cell).contains(&column))
    }

    /// Whether a cell begins in a row.
    pub(super) fn begins(&self, cell: usize, row: usize) -> bool {
        self.cells[cell].row == self.rows[row].number
    }

    /// Whether a cell of a row also covers the row below.
    pub(super) fn reaches_below(&self, cell: usize, row: usize) -> bool {
        let cell = &self.cells[cell];
        let below = self.rows.get(row + 1);
        below.is_some_and(|below| below.number < cell.row.saturating_add(cell.n_rows))
    }

    /// The text of a cell, as printed.
    pub(super) fn text(&self, cell: usize) -> &'p str {
        &self.cells[cell].text
    }
}

/// Whether a text shows nothing.
pub(super) fn is_blank(text: &str) -> bool {
    text.chars().all(is_empty)
}

/// A short text in one line: what the layout parted is joined.
pub(super) fn one_line(text: &str) -> String {
    text.lines().map(|line| line.trim_matches(is_empty)).collect()
}

/// A text without white space, for comparing.
pub(super) fn squeezed(text: &str) -> String {
    text.chars().filter(|&c| !is_empty(c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(row: usize, column: usize, n_rows: usize, text: &str) -> Cell {
        Cell { row, column, n_rows, n_columns: 1, text: text.to_owned(), name: None }
    }

    #[test]
    fn a_merged_cell_covers_its_rows() {
        let cells = vec![cell(0, 0, 9, "甲"), cell(0, 1, 1, "1"), cell(7, 1, 1, "2")];
        let table = Table { n_rows: 9, n_columns: 2, cells, continues: false };
        let grid = Grid::of(&table);
        assert_eq!(grid.rows.iter().map(|row| row.number).collect::<Vec<_>>(), [0, 7]);
        assert_eq!(grid.rows[1].cells, [0, 2]);
        assert_eq!((grid.at(1, 0), grid.at(1, 1), grid.at(1, 2)), (Some(0), Some(2), None));
    }

    #[test]
    fn a_cell_that_claims_everything_costs_little() {
        let table = Table {
            n_rows: usize::MAX,
            n_columns: usize::MAX,
            cells: vec![Cell {
                row: usize::MAX,
                column: usize::MAX,
                n_rows: usize::MAX,
                n_columns: usize::MAX,
                ..Cell::default()
            }],
            continues: false,
        };
        assert_eq!(Grid::of(&table).rows.len(), 1);
    }
}

//! Pages: what a file shows, as tables and text, in the order of reading.
//!
//! Every format that has tables is read into this one shape: pages of a PDF, sheets of a workbook, the body of a document.
//! A cell's text is as printed, with lines that the layout broke joined and paragraphs separated by `\n`.
//! What a table means is the record layer's affair.

use serde::{Deserialize, Serialize};

/// A page of a PDF, a sheet of a workbook, or the whole of a document without pages.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Page {
    /// The page's number in a file that has pages, from 1.
    pub number: Option<u32>,
    /// The name of the worksheet.
    pub sheet: Option<String>,
    /// What stands on the page, in the order of reading.
    pub blocks: Vec<Block>,
    /// Whether the text was recognised in a picture by a machine (an invisible text layer).
    pub is_recognised: bool,
}

/// Something that stands on a page by itself.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub enum Block {
    /// A table.
    Table(Table),
    /// A paragraph of running text.
    Paragraph(String),
    /// A heading, with its level from 1, where the format or the type size says so.
    Heading(u8, String),
    /// Page numbers and running heads: shown on the page and no part of its text.
    Furniture(String),
}

/// A table, as its cells.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Table {
    /// How many rows the grid has.
    pub n_rows: usize,
    /// How many columns the grid has.
    pub n_columns: usize,
    /// The cells in the order of rows, then columns; empty ones may be missing. No two overlap.
    pub cells: Vec<Cell>,
    /// Whether the columns stand where those of the last table before it stand, on this page or the page before: one
    /// table over two pages, or parted by an empty row.
    pub continues: bool,
}

/// A cell, merged or not.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Cell {
    /// The first row that it covers, from 0.
    pub row: usize,
    /// The first column that it covers, from 0.
    pub column: usize,
    /// How many rows it covers, at least 1.
    pub n_rows: usize,
    /// How many columns it covers, at least 1.
    pub n_columns: usize,
    /// The text as printed.
    pub text: String,
    /// What a spreadsheet calls it: `B12`.
    pub name: Option<String>,
}

impl Table {
    /// The cell that covers a place of the grid.
    pub fn cell_at(&self, row: usize, column: usize) -> Option<&Cell> {
        let covers = |cell: &&Cell| {
            (cell.row..cell.row + cell.n_rows).contains(&row)
                && (cell.column..cell.column + cell.n_columns).contains(&column)
        };
        self.cells.iter().find(covers)
    }
}

//! Workbooks of OpenDocument (ods).
//!
//! The file holds each cell's text as it was shown beside its value, so no format is applied here.

use std::collections::HashMap;

use super::{Fault, MOST_CELLS, Region, Sheet, SheetCell, Sheets};
use crate::source::archive::Archive;
use crate::source::xml::{Node, Nodes, Tag, end_name};

/// Empty cells with lines that repeat more often than this fill a sheet to its end and draw no table.
const MOST_REPEATED: usize = 256;

/// The columns that a sheet has.
const N_COLUMNS: usize = 16_384;

/// Elements whose text a cell does not show: remarks, readings.
const HIDDEN: [&str; 3] = ["annotation", "ruby-text", "tracked-changes"];

/// The sheets of a workbook in their order.
pub(super) fn sheets(mut archive: Archive) -> Result<Sheets, Fault> {
    let manifest = archive.text("META-INF/manifest.xml").unwrap_or_default();
    if manifest.contains("encryption-data") || archive.is_encrypted() {
        return Err(Fault::Encrypted);
    }
    let content = archive.text("content.xml").ok_or(Fault::Damaged)?;
    let mut nodes = Nodes::of(&content);
    let mut reading = Reading { n_left: MOST_CELLS, ..Reading::default() };
    for node in &mut nodes {
        match node {
            Node::Start(tag) => reading.start(&tag),
            Node::End(end) => reading.end(end_name(&end)),
            Node::Text(text) => reading.text(&text),
        }
    }
    if nodes.is_damaged {
        // What was open still holds what was read of it.
        for name in ["table-cell", "table-row", "table"] {
            reading.end(name);
        }
    }
    let mut remarks = Vec::new();
    if nodes.is_damaged {
        let message = "ファイルが壊れているので、読めたところまでを取り込みました。";
        remarks.push((None, message.to_owned()));
    }
    if reading.n_left == 0 {
        remarks.push((None, "セルが多すぎるので、途中までを取り込みました。".to_owned()));
    }
    Ok((reading.sheets, remarks))
}

/// What a style says that matters here.
#[derive(Clone, Copy, Debug, Default)]
struct Style {
    is_hidden: bool,
    is_bordered: bool,
}

/// The state of the reading.
#[derive(Default)]
struct Reading {
    sheets: Vec<Sheet>,
    styles: HashMap<String, Style>,
    style: String,
    sheet: Option<Sheet>,
    /// The next row, and how often it repeats.
    row: usize,
    n_row_repeats: usize,
    /// Where the cells of the row begin in the sheet.
    row_start: usize,
    column: usize,
    cell: Option<OpenCell>,
    /// The text of the box that is open.
    shown_box: Option<String>,
    n_hidden: usize,
    /// Whether a remark at a cell is open, and a paragraph of it: its author and its date are none.
    is_comment: bool,
    is_comment_text: bool,
    /// The next column that the file describes.
    described_column: usize,
    /// Whether a paragraph is open: text elsewhere is no text of the document.
    n_paragraphs: usize,
    n_left: usize,
}

#[derive(Debug, Default)]
struct OpenCell {
    text: String,
    n_repeats: usize,
    n_rows: usize,
    n_columns: usize,
    is_bordered: bool,
    /// Shown where the file holds no text.
    value: Option<String>,
}

/// Whether a row or column is hidden, by hand or by a filter.
fn is_collapsed(tag: &Tag) -> bool {
    tag.attribute("visibility").is_some_and(|visibility| visibility != "visible")
}

impl Reading {
    fn start(&mut self, tag: &Tag) {
        let name = tag.name();
        if name == "annotation"
            && self.n_hidden == 0
            && let Some(sheet) = &mut self.sheet
        {
            sheet.comments.push((self.row, self.column, String::new()));
            self.is_comment = true;
        }
        self.is_comment_text |= self.is_comment && name == "p";
        if HIDDEN.contains(&name) {
            self.n_hidden += 1;
        }
        if 0 < self.n_hidden {
            return;
        }
        match name {
            "style" => self.style = tag.attribute("name").unwrap_or_default(),
            "table-properties" => {
                let is_hidden = tag.attribute("display").as_deref() == Some("false");
                self.styles.entry(self.style.clone()).or_default().is_hidden = is_hidden;
            }
            "table-cell-properties" => {
                let has_line =
                    |side| tag.attribute(side).is_some_and(|line| !line.contains("none"));
                let is_bordered =
                    ["border", "border-left", "border-right"].into_iter().any(has_line);
                self.styles.entry(self.style.clone()).or_default().is_bordered = is_bordered;
            }
            "table" => {
                let style = tag.attribute("style-name").and_then(|name| self.styles.get(&name));
                let is_hidden = style.is_some_and(|style| style.is_hidden);
                let name = tag.attribute("name").unwrap_or_default();
                self.sheet = Some(Sheet { name, is_hidden, ..Sheet::default() });
                self.row = 0;
                self.described_column = 0;
            }
            "table-column" => {
                let first = self.described_column;
                self.described_column +=
                    tag.count("number-columns-repeated", 1).clamp(1, N_COLUMNS);
                if let Some(sheet) = self.sheet.as_mut().filter(|_| is_collapsed(tag)) {
                    sheet.hidden.add_columns(first, self.described_column - 1);
                }
            }
            "table-row" => {
                self.n_row_repeats = tag.count("number-rows-repeated", 1);
                if let Some(sheet) = self.sheet.as_mut().filter(|_| is_collapsed(tag)) {
                    let last = self.row.saturating_add(self.n_row_repeats.max(1) - 1);
                    sheet.hidden.add_rows(self.row, last);
                }
                self.row_start = self.sheet.as_ref().map_or(0, |sheet| sheet.cells.len());
                self.column = 0;
            }
            "table-cell" | "covered-table-cell" => self.cell = Some(self.open_cell(tag)),
            "p" | "h" => {
                self.n_paragraphs += 1;
                if let Some(text) = self.open_text().filter(|text| !text.is_empty()) {
                    text.push('\n');
                }
            }
            "s" => {
                let spaces = " ".repeat(tag.count("c", 1).min(1000));
                self.text(&spaces);
            }
            "tab" => self.text("\t"),
            "line-break" => self.text("\n"),
            "text-box" | "custom-shape" => self.shown_box = Some(String::new()),
            _ => {}
        }
    }

    fn open_cell(&self, tag: &Tag) -> OpenCell {
        let style = tag.attribute("style-name").and_then(|name| self.styles.get(&name));
        let value = ["string-value", "date-value", "time-value", "value", "boolean-value"];
        OpenCell {
            text: String::new(),
            n_repeats: tag.count("number-columns-repeated", 1),
            n_rows: tag.count("number-rows-spanned", 1),
            n_columns: tag.count("number-columns-spanned", 1),
            is_bordered: style.is_some_and(|style| style.is_bordered),
            value: value.into_iter().find_map(|name| tag.attribute(name)),
        }
    }

    /// Where text goes: a box within a cell is not the cell's.
    fn open_text(&mut self) -> Option<&mut String> {
        match &mut self.shown_box {
            Some(text) => Some(text),
            None => self.cell.as_mut().map(|cell| &mut cell.text),
        }
    }

    fn text(&mut self, text: &str) {
        if self.is_comment_text
            && let Some((.., comment)) = self.sheet.as_mut().and_then(|s| s.comments.last_mut())
        {
            comment.push_str(text);
        }
        if 0 < self.n_hidden || self.n_paragraphs == 0 {
            return;
        }
        if let Some(open) = self.open_text() {
            open.push_str(text);
        }
    }

    fn end(&mut self, name: &str) {
        self.is_comment &= name != "annotation";
        self.is_comment_text &= name != "p";
        if 0 < self.n_hidden {
            self.n_hidden -= usize::from(HIDDEN.contains(&name));
            return;
        }
        match name {
            "p" | "h" => self.n_paragraphs = self.n_paragraphs.saturating_sub(1),
            "table-cell" | "covered-table-cell" => {
                if let Some(cell) = self.cell.take() {
                    self.close_cell(cell);
                }
            }
            "table-row" => self.close_row(),
            "table" => self.sheets.extend(self.sheet.take()),
            "text-box" | "custom-shape" => {
                let text = self.shown_box.take().unwrap_or_default();
                if let Some(sheet) = self.sheet.as_mut().filter(|_| !text.trim().is_empty()) {
                    sheet.boxes.push(text.trim().to_owned());
                }
            }
            _ => {}
        }
    }

    fn close_cell(&mut self, cell: OpenCell) {
        let (row, column) = (self.row, self.column);
        self.column = self.column.saturating_add(cell.n_repeats);
        let Some(sheet) = &mut self.sheet else { return };
        let text = match cell.text.is_empty() {
            true => cell.value.unwrap_or_default(),
            false => cell.text,
        };
        if 1 < cell.n_rows || 1 < cell.n_columns {
            sheet.merged.push(Region {
                first_row: row,
                last_row: row.saturating_add(cell.n_rows.max(1) - 1),
                first_column: column,
                last_column: column.saturating_add(cell.n_columns.max(1) - 1),
            });
        }
        if text.is_empty() && (!cell.is_bordered || MOST_REPEATED < cell.n_repeats) {
            return;
        }
        for column in column..self.column.min(N_COLUMNS) {
            if self.n_left == 0 {
                return;
            }
            self.n_left -= 1;
            let is_bordered = cell.is_bordered;
            sheet.cells.push(SheetCell { row, column, text: text.clone(), is_bordered });
        }
    }

    /// Ends a row; one that repeats is held once in the file.
    fn close_row(&mut self) {
        let n_repeats = std::mem::replace(&mut self.n_row_repeats, 1).max(1);
        let row = self.row;
        self.row = self.row.saturating_add(n_repeats);
        let Some(sheet) = &mut self.sheet else { return };
        let cells = self.row_start.min(sheet.cells.len())..sheet.cells.len();
        let is_empty = sheet.cells[cells.clone()].iter().all(|cell| cell.text.is_empty());
        if cells.is_empty() || is_empty && MOST_REPEATED < n_repeats {
            return;
        }
        for offset in 1..n_repeats {
            for index in cells.clone() {
                if self.n_left == 0 {
                    return;
                }
                self.n_left -= 1;
                let SheetCell { column, ref text, is_bordered, .. } = sheet.cells[index];
                let text = text.clone();
                sheet.cells.push(SheetCell { row: row + offset, column, text, is_bordered });
            }
        }
    }
}

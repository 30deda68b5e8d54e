//! Running documents as they open and close: paragraphs, tables, and tables and boxes within them.

use super::cells;
use super::page::{Block, Cell};

/// More columns than a spreadsheet has; cells beyond become paragraphs.
const MOST_COLUMNS: usize = 16_384;

/// The blocks of a document, gathered while its elements open and close.
#[derive(Debug)]
pub(super) struct Flow {
    /// What is open; the document itself stands first and never closes.
    open: Vec<Open>,
}

/// What stands on a page by itself, as the format says.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    /// Running text.
    Paragraph,
    /// A heading, with its level from 1.
    Heading(u8),
    /// No part of the text.
    Furniture,
}

/// How many places of the grid a cell takes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    /// The columns that the row leaves free before it.
    pub(super) n_skipped: usize,
    pub(super) n_rows: usize,
    pub(super) n_columns: usize,
    /// Whether it goes on with the cell above it.
    pub(super) continues: bool,
}

#[derive(Debug)]
enum Open {
    Text(OpenText),
    Table(OpenTable),
}

/// What holds paragraphs: the document, a cell, a box.
#[derive(Debug, Default)]
struct OpenText {
    /// The paragraph that is being read.
    line: String,
    blocks: Vec<Block>,
    /// What floats beside the paragraph: it follows where the paragraph ends.
    floating: Vec<Block>,
    /// Where it is a cell.
    span: Option<Span>,
}

#[derive(Debug, Default)]
struct OpenTable {
    rows: Vec<Row>,
    /// Which group of rows is open: no span leaves its group.
    group: usize,
    /// What stands before the rows: the caption.
    lead: Vec<Block>,
    /// Tables within cells, and what stands between the rows: it follows the table.
    inner: Vec<Block>,
}

#[derive(Debug)]
struct Row {
    group: usize,
    cells: Vec<(Span, String)>,
}

impl Default for Span {
    fn default() -> Span {
        Span { n_skipped: 0, n_rows: 1, n_columns: 1, continues: false }
    }
}

impl Default for Flow {
    fn default() -> Flow {
        Flow { open: vec![Open::Text(OpenText::default())] }
    }
}

impl Flow {
    /// Adds text to the paragraph that is being read.
    pub(super) fn push(&mut self, text: &str) {
        match self.open.last_mut() {
            Some(Open::Text(open)) => open.line.push_str(text),
            // Between the cells of a table: it must not be lost.
            Some(Open::Table(table)) if !text.trim().is_empty() => {
                table.inner.push(Block::Paragraph(text.trim().to_owned()));
            }
            _ => {}
        }
    }

    /// The paragraph that is being read.
    pub(super) fn line(&self) -> &str {
        match self.open.last() {
            Some(Open::Text(open)) => &open.line,
            _ => "",
        }
    }

    /// Ends the paragraph that is being read.
    pub(super) fn end_paragraph(&mut self, kind: Kind) {
        if let Some(Open::Text(open)) = self.open.last_mut() {
            let text = cells::text(&std::mem::take(&mut open.line));
            if !text.is_empty() {
                open.blocks.push(match kind {
                    Kind::Paragraph => Block::Paragraph(text),
                    Kind::Heading(level) => Block::Heading(level, text),
                    Kind::Furniture => Block::Furniture(text),
                });
            }
            open.blocks.append(&mut open.floating);
        }
    }

    pub(super) fn open_table(&mut self) {
        self.open.push(Open::Table(OpenTable::default()));
    }

    pub(super) fn open_group(&mut self) {
        if let Some(Open::Table(table)) = self.open.last_mut() {
            table.group += 1;
        }
    }

    pub(super) fn open_row(&mut self) {
        if let Some(Open::Table(table)) = self.open.last_mut() {
            table.rows.push(Row { group: table.group, cells: Vec::new() });
        }
    }

    pub(super) fn open_cell(&mut self, span: Span) {
        self.open.push(Open::Text(OpenText { span: Some(span), ..OpenText::default() }));
    }

    /// Opens text that floats beside the paragraph that is being read.
    pub(super) fn open_box(&mut self) {
        self.open.push(Open::Text(OpenText::default()));
    }

    /// Ends the table, cell or box that was opened last.
    pub(super) fn close(&mut self, kind: Kind) {
        self.end_paragraph(kind);
        // The document itself stays open.
        if self.open.len() < 2 {
            return;
        }
        match self.open.pop() {
            Some(Open::Table(table)) => {
                let blocks = laid_out(table);
                match self.open.last_mut() {
                    Some(Open::Text(parent)) => parent.blocks.extend(blocks),
                    Some(Open::Table(parent)) => parent.inner.extend(blocks),
                    None => {}
                }
            }
            Some(Open::Text(OpenText { span: Some(span), blocks, .. })) => {
                self.close_cell(span, blocks);
            }
            Some(Open::Text(open)) => match self.open.last_mut() {
                Some(Open::Text(parent)) => parent.floating.extend(open.blocks),
                Some(Open::Table(parent)) if parent.rows.is_empty() => {
                    parent.lead.extend(open.blocks);
                }
                Some(Open::Table(parent)) => parent.inner.extend(open.blocks),
                None => {}
            },
            None => {}
        }
    }

    fn close_cell(&mut self, span: Span, blocks: Vec<Block>) {
        match self.open.last_mut() {
            Some(Open::Table(table)) => {
                let mut paragraphs = Vec::new();
                for block in blocks {
                    match block {
                        Block::Table(_) => table.inner.push(block),
                        Block::Paragraph(text)
                        | Block::Heading(_, text)
                        | Block::Furniture(text) => {
                            paragraphs.push(text);
                        }
                    }
                }
                if table.rows.is_empty() {
                    table.rows.push(Row { group: table.group, cells: Vec::new() });
                }
                if let Some(row) = table.rows.last_mut() {
                    row.cells.push((span, cells::text(&paragraphs.join("\n"))));
                }
            }
            // A cell outside of a table is text.
            Some(Open::Text(parent)) => parent.blocks.extend(blocks),
            None => {}
        }
    }

    /// Every block, in the order of reading; closes what the document left open.
    pub(super) fn finish(mut self) -> Vec<Block> {
        while 1 < self.open.len() {
            self.close(Kind::Paragraph);
        }
        self.end_paragraph(Kind::Paragraph);
        match self.open.pop() {
            Some(Open::Text(open)) => open.blocks,
            _ => Vec::new(),
        }
    }
}

/// The table and what follows it: each cell at the first place of its row that no cell from above takes.
fn laid_out(table: OpenTable) -> Vec<Block> {
    let mut placed: Vec<Cell> = Vec::new();
    let mut beyond = Vec::new();
    // For each column the first row that is free, and the cell that stands there last.
    let mut columns: Vec<(usize, Option<usize>)> = Vec::new();
    let n_rows_to = |row: usize| {
        let group = table.rows[row].group;
        table.rows[row..].iter().take_while(|row| row.group == group).count()
    };
    // Counted once for each group: a table of many rows is walked through once.
    let mut left_in_group = 0;
    for (row, Row { cells, .. }) in table.rows.iter().enumerate() {
        if left_in_group == 0 {
            left_in_group = n_rows_to(row);
        }
        let mut column = 0;
        for (span, text) in cells {
            column += span.n_skipped.min(MOST_COLUMNS);
            while columns.get(column).is_some_and(|(free_from, _)| row < *free_from) {
                column += 1;
            }
            if MOST_COLUMNS <= column {
                beyond.push(Block::Paragraph(text.clone()));
                continue;
            }
            let is_free = |column: &usize| {
                columns.get(*column).is_none_or(|(free_from, _)| *free_from <= row)
            };
            let most = span.n_columns.clamp(1, MOST_COLUMNS - column);
            let n_columns = (column..column + most).take_while(is_free).count();
            let above = columns.get(column).and_then(|(_, cell)| *cell).filter(|index| {
                let above = &placed[*index];
                above.row + above.n_rows == row
                    && (above.column, above.n_columns) == (column, n_columns)
            });
            let (index, free_from) = match above.filter(|_| span.continues) {
                Some(index) => {
                    let above = &mut placed[index];
                    above.n_rows += 1;
                    if !text.is_empty() {
                        // A continued cell shows nothing of its own; what it holds is kept with what it continues.
                        above.text = format!("{}\n{text}", above.text);
                    }
                    (index, row + 1)
                }
                None => {
                    let n_rows = span.n_rows.clamp(1, left_in_group);
                    let text = text.clone();
                    placed.push(Cell { row, column, n_rows, n_columns, text, name: None });
                    (placed.len() - 1, row + n_rows)
                }
            };
            if columns.len() < column + n_columns {
                columns.resize(column + n_columns, (0, None));
            }
            columns[column..column + n_columns].fill((free_from, Some(index)));
            column += n_columns;
        }
        left_in_group -= 1;
    }
    let mut blocks = table.lead;
    blocks.extend(cells::block(placed));
    blocks.extend(beyond);
    blocks.extend(table.inner);
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(flow: &mut Flow, span: Span, text: &str) {
        flow.open_cell(span);
        flow.push(text);
        flow.close(Kind::Paragraph);
    }

    /// `row,column+rows×columns text` of every cell.
    fn places(blocks: &[Block]) -> Vec<String> {
        let cells = blocks.iter().flat_map(|block| match block {
            Block::Table(table) => table.cells.clone(),
            _ => Vec::new(),
        });
        cells
            .map(|c| format!("{},{}+{}×{} {}", c.row, c.column, c.n_rows, c.n_columns, c.text))
            .collect()
    }

    #[test]
    fn cells_stand_beside_those_that_reach_down() {
        let mut flow = Flow::default();
        flow.open_table();
        flow.open_row();
        cell(&mut flow, Span { n_rows: 9, ..Span::default() }, "総務課");
        cell(&mut flow, Span { n_columns: 2, ..Span::default() }, "甲");
        flow.open_row();
        cell(&mut flow, Span::default(), "乙");
        cell(&mut flow, Span::default(), "丙");
        let expected = ["0,0+2×1 総務課", "0,1+1×2 甲", "1,1+1×1 乙", "1,2+1×1 丙"];
        assert_eq!(places(&flow.finish()), expected);
    }

    #[test]
    fn cells_go_on_below_those_of_their_column() {
        let mut flow = Flow::default();
        flow.open_table();
        for text in ["総務課", "", ""] {
            flow.open_row();
            cell(&mut flow, Span { continues: text.is_empty(), ..Span::default() }, text);
            cell(&mut flow, Span::default(), "甲");
        }
        let expected = ["0,0+3×1 総務課", "0,1+1×1 甲", "1,1+1×1 甲", "2,1+1×1 甲"];
        assert_eq!(places(&flow.finish()), expected);
    }

    #[test]
    fn a_table_within_a_cell_follows_its_table_and_a_box_its_paragraph() {
        let mut flow = Flow::default();
        flow.push("段落");
        flow.open_box();
        flow.push("囲み");
        flow.close(Kind::Paragraph);
        flow.push("の続き");
        flow.end_paragraph(Kind::Heading(1));
        flow.open_table();
        flow.open_row();
        flow.open_cell(Span::default());
        flow.push("外");
        flow.end_paragraph(Kind::Paragraph);
        flow.open_table();
        flow.open_row();
        cell(&mut flow, Span::default(), "内");
        let blocks = flow.finish();
        assert_eq!(blocks[0], Block::Heading(1, "段落の続き".to_owned()));
        assert_eq!(blocks[1], Block::Paragraph("囲み".to_owned()));
        assert_eq!(places(&blocks), ["0,0+1×1 外", "0,0+1×1 内"]);
    }
}

//! Cells on the grid of a table, within limits.

use super::page::{Block, Cell, Table};

/// A grid with more places than this is no table that anybody reads; its cells become paragraphs.
const MOST_PLACES: usize = 20_000_000;

/// What stands on a grid: one table, or paragraphs where there is no table in it.
///
/// The cells stand in any order; what their spans claim beyond the last cell that begins is cut off.
pub(super) fn block(mut cells: Vec<Cell>) -> Vec<Block> {
    cells.sort_by_key(|cell| (cell.row, cell.column));
    let n_rows = cells.iter().map(|cell| cell.row + 1).max().unwrap_or(0);
    let n_columns = cells.iter().map(|cell| cell.column + 1).max().unwrap_or(0);
    for cell in &mut cells {
        cell.n_rows = cell.n_rows.clamp(1, n_rows - cell.row);
        cell.n_columns = cell.n_columns.clamp(1, n_columns - cell.column);
    }
    cells.retain(|cell| !cell.text.is_empty());
    if cells.is_empty() {
        return Vec::new();
    }
    if MOST_PLACES < n_rows.saturating_mul(n_columns) {
        return cells.into_iter().map(|cell| Block::Paragraph(cell.text)).collect();
    }
    vec![Block::Table(Table { n_rows, n_columns, cells, continues: false })]
}

/// The text of a cell: without white space at its ends, and with characters that stand in a column joined.
pub(super) fn text(text: &str) -> String {
    // By far most cells.
    if !text.contains('\n') {
        return text.trim_start_matches([' ', '\t']).trim_end().to_owned();
    }
    let lines: Vec<&str> = text.split('\n').map(|line| line.trim_end_matches(is_blank)).collect();
    let is_stacked = 1 < lines.len() && lines.iter().all(|line| is_one_letter(line));
    let text = match is_stacked {
        true => lines.iter().map(|line| line.trim()).collect(),
        false => lines.join("\n"),
    };
    // An indentation is printed, an empty line before the text is not.
    text.trim_start_matches(['\n', ' ', '\t']).trim_end().to_owned()
}

/// White space other than the full-width space, which is printed.
fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\u{A0}')
}

/// One character of a word, as in a narrow column that a maker broke by hand. Marks and digits may be a list.
fn is_one_letter(line: &str) -> bool {
    let mut chars = line.trim().chars();
    let is_letter = chars.next().is_some_and(|c| {
        matches!(c, 'ぁ'..='ゖ' | 'ァ'..='ヺ' | 'ー' | '々' | '〇' | '㐀'..='鿿' | '豈'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
    });
    is_letter && chars.next().is_none()
}

/// What a spreadsheet calls a place, both counted from 0: `B12`.
pub(super) fn name(row: usize, column: usize) -> String {
    let mut name = String::with_capacity(10);
    letters(column, &mut name);
    name + &(row + 1).to_string()
}

/// The letters of a column; behind Z come AA, AB and so on.
fn letters(column: usize, name: &mut String) {
    if let Some(before) = (column / 26).checked_sub(1) {
        letters(before, name);
    }
    name.push(char::from(b'A' + u8::try_from(column % 26).expect("less than 26")));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(row: usize, column: usize, n_columns: usize, text: &str) -> Cell {
        Cell { row, column, n_rows: 1, n_columns, text: text.to_owned(), name: None }
    }

    #[test]
    fn names_count_with_letters() {
        for (row, column, expected) in [
            (11, 1, "B12"),
            (0, 25, "Z1"),
            (0, 26, "AA1"),
            (0, 701, "ZZ1"),
            (1_048_575, 16_383, "XFD1048576"),
        ] {
            assert_eq!(name(row, column), expected);
        }
    }

    #[test]
    fn spans_end_with_the_cells() {
        let blocks = block(vec![cell(1, 1, 1, "乙"), cell(0, 0, 1_000, "甲")]);
        let [Block::Table(table)] = blocks.as_slice() else { panic!("{blocks:?}") };
        assert_eq!((table.n_rows, table.n_columns), (2, 2));
        assert_eq!((table.cells[0].text.as_str(), table.cells[0].n_columns), ("甲", 2));
    }

    #[test]
    fn a_grid_too_large_becomes_paragraphs() {
        let blocks = block(vec![cell(0, 0, 1, "甲"), cell(1_000_000, 16_000, 1, "乙")]);
        assert_eq!(blocks, ["甲", "乙"].map(|text| Block::Paragraph(text.to_owned())));
        assert_eq!(block(Vec::new()), []);
        assert_eq!(block(vec![cell(0, 0, 1, "")]), []);
    }

    #[test]
    fn letters_in_a_column_are_joined_and_lists_are_not() {
        for (printed, expected) in [
            ("共\n通", "共通"),
            ("サ\nー\nビ\nス", "サービス"),
            ("1\n2", "1\n2"),
            ("○\n×", "○\n×"),
            ("　一段落。 \r\n　二段落。\n", "　一段落。\n　二段落。"),
            ("課", "課"),
        ] {
            assert_eq!(text(printed), expected);
        }
    }
}

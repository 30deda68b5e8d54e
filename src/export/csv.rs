//! Comma-separated values (RFC 4180) that open as a table and never as a formula.
//!
//! UTF-8, lines end with CRLF, cells are quoted where they must be.
//! Spreadsheets take a cell for a formula by its first character, quoted or not.
//! A text that begins so gets a `'` in front, which they show and do not calculate;
//! a text that could be mistaken for one that has got it gets one more, so that [`unguarded`] gives every text back.

use std::borrow::Cow;
use std::io;
use std::io::Write;

use super::{Cell, Table};

/// The first characters by which a spreadsheet takes a text for a formula, or skips to one that is.
const DANGEROUS: [char; 12] = ['=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠'];

/// What stands in front of a text that begins with one of [`DANGEROUS`].
const GUARD: char = '\'';

/// Tells Excel that the file is UTF-8.
const BYTE_ORDER_MARK: &[u8] = "\u{FEFF}".as_bytes();

/// Whether a file begins with a byte order mark.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum ByteOrderMark {
    /// For spreadsheets, which otherwise take the file for Shift_JIS.
    #[default]
    Present,
    /// For programs that would read it as part of the first heading.
    Absent,
}

/// Writes a table row by row.
pub struct Writer<W: Write> {
    rows: ::csv::Writer<W>,
}

impl<W: Write> Writer<W> {
    /// Begins a table with its headings.
    ///
    /// # Errors
    ///
    /// `out` cannot be written to.
    pub fn new(mut out: W, mark: ByteOrderMark, headings: &[String]) -> io::Result<Writer<W>> {
        if mark == ByteOrderMark::Present {
            out.write_all(BYTE_ORDER_MARK)?;
        }
        let rows = ::csv::WriterBuilder::new()
            .terminator(::csv::Terminator::CRLF)
            .flexible(true)
            .from_writer(out);
        let mut writer = Writer { rows };
        writer.rows.write_record(headings.iter().map(|heading| guarded(heading).into_owned()))?;
        Ok(writer)
    }

    /// Writes one row.
    ///
    /// # Errors
    ///
    /// The file cannot be written to.
    pub fn row(&mut self, cells: &[Cell]) -> io::Result<()> {
        self.rows.write_record(cells.iter().map(|cell| written(cell).into_owned()))?;
        Ok(())
    }

    /// Ends the table and gives back what it was written to.
    ///
    /// # Errors
    ///
    /// The file cannot be written to.
    pub fn finish(self) -> io::Result<W> {
        self.rows.into_inner().map_err(::csv::IntoInnerError::into_error)
    }
}

/// The whole file of a table.
pub fn table(table: &Table, mark: ByteOrderMark) -> Vec<u8> {
    let written = || {
        let mut writer = Writer::new(Vec::new(), mark, &table.headings)?;
        for row in &table.rows {
            writer.row(row)?;
        }
        writer.finish()
    };
    written().expect("memory takes what is written to it")
}

/// Whether a spreadsheet would take `text` for a formula, or for one that was guarded.
pub fn needs_guard(text: &str) -> bool {
    text.trim_start_matches(GUARD).starts_with(DANGEROUS)
}

/// `text` as it stands in a file.
pub fn guarded(text: &str) -> Cow<'_, str> {
    match needs_guard(text) {
        true => Cow::Owned(format!("{GUARD}{text}")),
        false => Cow::Borrowed(text),
    }
}

/// The text that stands in a file as `cell`.
pub fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix(GUARD) {
        Some(text) if needs_guard(text) => text,
        _ => cell,
    }
}

fn written(cell: &Cell) -> Cow<'_, str> {
    match cell {
        Cell::Text(text) => guarded(text),
        Cell::Number(number) => {
            Cow::Owned(Cell::finite(*number).map_or_else(String::new, |number| number.to_string()))
        }
        Cell::Empty => Cow::Borrowed(""),
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn of(headings: &[&str], rows: Vec<Vec<Cell>>) -> Table {
        let headings = headings.iter().map(|heading| (*heading).to_owned()).collect();
        Table { name: String::new(), headings, rows }
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(guarded(text), expected);
        assert_eq!(unguarded(&guarded(text)), text);
    }

    #[test]
    fn what_could_be_a_formula_is_guarded() {
        for sign in DANGEROUS {
            check(&sign.to_string(), &format!("'{sign}"));
            check(&format!("{sign}1+1"), &format!("'{sign}1+1"));
            check(&format!("'{sign}1+1"), &format!("''{sign}1+1"));
            check(&format!("''{sign}"), &format!("'''{sign}"));
        }
    }

    #[test]
    fn nothing_else_is_touched() {
        for text in ["", "'", "''", "'a", "a=1", " =1", "1-2", "令和４年度", "「＝」", "ー", "−"]
        {
            check(text, text);
        }
    }

    #[test]
    fn a_file_is_as_rfc_4180_has_it() {
        let rows = vec![
            vec!["a,b".into(), "say \"x\"".into(), "1\n2".into()],
            vec![Cell::Number(-2.5), 3_usize.into(), Cell::Empty],
            vec![Cell::Number(f64::NAN), "-2.5".into(), "".into()],
        ];
        let written = table(&of(&["題", "=b", "c"], rows), ByteOrderMark::Absent);
        let expected = "題,'=b,c\r\n\"a,b\",\"say \"\"x\"\"\",\"1\n2\"\r\n-2.5,3,\r\n,'-2.5,\r\n";
        assert_eq!(String::from_utf8(written).unwrap(), expected);
    }

    #[test]
    fn the_mark_is_the_first_of_the_file_and_can_be_left_out() {
        let empty = of(&["id"], Vec::new());
        assert_eq!(table(&empty, ByteOrderMark::Present), b"\xEF\xBB\xBFid\r\n");
        assert_eq!(table(&empty, ByteOrderMark::Absent), b"id\r\n");
    }

    /// Texts in which the characters that mean something to CSV and to spreadsheets are frequent.
    fn text() -> impl Strategy<Value = String> {
        prop_oneof!["[=+@'\"\t\r\n\0＝＋－＠,; \\-]{0,6}", ".{0,12}", "[=＝']?[あ-ん漢字]{0,9}"]
    }

    proptest! {
        // 10,000 cells.
        #![proptest_config(ProptestConfig::with_cases(500))]

        #[test]
        fn every_cell_is_given_back(texts in vec(vec(text(), 4), 5)) {
            let rows = texts.iter().map(|row| row.iter().map(|t| t.as_str().into()).collect());
            let written = table(&of(&["a", "b", "c", "d"], rows.collect()), ByteOrderMark::Absent);
            let mut read = ::csv::Reader::from_reader(written.as_slice());
            let read: Vec<Vec<String>> = read
                .records()
                .map(|row| row.unwrap().iter().map(str::to_owned).collect())
                .collect();
            for cell in read.iter().flatten() {
                prop_assert!(!cell.starts_with(DANGEROUS), "{:?} is a formula", cell);
            }
            let read: Vec<Vec<&str>> =
                read.iter().map(|row| row.iter().map(|cell| unguarded(cell)).collect()).collect();
            prop_assert_eq!(read, texts);
        }
    }
}

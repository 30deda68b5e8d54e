//! CSV and TSV as spreadsheets write them, whatever the number of fields in a line.
//!
//! An own reader, because a quotation mark that never ends swallows the rest of a file without a word elsewhere:
//! here its line is noticed, and the mark is read as a character.

use super::cells;
use super::decode;
use super::page::{Cell, Page};
use super::workbook::parting::{self, Parted, Place};
use crate::notice::{Notice, NoticeKind, Reading};

/// More cells than this are not read.
const MOST_CELLS: usize = 1_000_000;

/// How many characters at the beginning tell what separates the fields.
const N_TELLING: usize = 10_000;

/// Reads a file as one page.
pub fn read(file: &str, bytes: &[u8]) -> Reading<Vec<Page>> {
    let decoded = decode::decode(bytes, file);
    let mut notices = decoded.notices;
    let Some(text) = decoded.value else { return Reading { value: Vec::new(), notices } };
    let rows = rows(&text, separator(&text));
    for line in rows.unclosed {
        let message = "引用符（\"）が閉じていないので、文字として読みました。";
        notices.push(Notice::new(NoticeKind::Unreadable, message, format!("{file}:{line}")));
    }
    if rows.is_cut {
        let message = "セルが多すぎるので、途中までを取り込みました。";
        notices.push(Notice::new(NoticeKind::Unreadable, message, file));
    }
    let blocks = parting::blocks(rows.places, Parted::ByRows);
    Reading { value: vec![Page { blocks, ..Page::default() }], notices }
}

/// The rows of a file as a spreadsheet counts them.
#[derive(Default)]
struct Rows {
    places: Vec<Place>,
    /// The lines, from 1, with a quotation mark that nothing closes.
    unclosed: Vec<usize>,
    is_cut: bool,
}

/// What separates the fields: whichever of comma, tab and semicolon stands most often outside of quotation marks.
fn separator(text: &str) -> char {
    let mut counts = [(',', 0), ('\t', 0), (';', 0)];
    let mut is_quoted = false;
    for c in text.chars().take(N_TELLING) {
        is_quoted ^= c == '"';
        if let Some((_, count)) =
            counts.iter_mut().find(|(separator, _)| *separator == c && !is_quoted)
        {
            *count += 1;
        }
    }
    // The first of those that stand equally often: the comma.
    counts.iter().rev().max_by_key(|(_, count)| *count).map_or(',', |(separator, _)| *separator)
}

fn rows(text: &str, separator: char) -> Rows {
    let mut rows = Rows::default();
    let (mut row, mut column, mut line) = (0, 0, 1);
    let mut rest = text;
    while !rest.is_empty() {
        let field = field(rest, separator);
        if field.is_unclosed {
            rows.unclosed.push(line);
        }
        let text = cells::text(&field.text);
        if !text.is_empty() {
            if rows.places.len() == MOST_CELLS {
                rows.is_cut = true;
                break;
            }
            let name = Some(cells::name(row, column));
            let cell = Cell { row, column, n_rows: 1, n_columns: 1, text, name };
            rows.places.push(Place { cell, is_bordered: false });
        }
        line += n_line_ends(&rest[..field.n_bytes]);
        rest = &rest[field.n_bytes..];
        (row, column) = match field.ends_row {
            true => (row + 1, 0),
            false => (row, column + 1),
        };
    }
    rows
}

/// A field at the beginning of a text.
struct Field {
    text: String,
    /// How much of the text it takes, with what separates it from the next one.
    n_bytes: usize,
    ends_row: bool,
    is_unclosed: bool,
}

fn field(text: &str, separator: char) -> Field {
    if !text.starts_with('"') {
        return plain(text, separator);
    }
    let inside = &text[1..];
    let mut quoted = String::new();
    let mut from = 0;
    while let Some(offset) = inside[from..].find('"') {
        let at = from + offset;
        quoted += &inside[from..at];
        if inside[at + 1..].starts_with('"') {
            quoted.push('"');
            from = at + 2;
            continue;
        }
        // What stands between the closing mark and the separator.
        let behind = 1 + at + 1;
        let rest = plain(&text[behind..], separator);
        let is_closed = rest.text.trim_matches(' ').is_empty();
        if !is_closed && quoted.contains(['\n', '\r']) {
            // The mark closed nothing: it opened a later field.
            break;
        }
        let text =
            quoted.replace("\r\n", "\n").replace('\r', "\n") + rest.text.trim_end_matches(' ');
        return Field { text, n_bytes: behind + rest.n_bytes, ..rest };
    }
    Field { is_unclosed: true, ..plain(text, separator) }
}

/// A field that ends at the next separator or line end, whatever it holds.
fn plain(text: &str, separator: char) -> Field {
    let end = text.find([separator, '\n', '\r']).unwrap_or(text.len());
    let (field, rest) = text.split_at(end);
    let n_separating = match rest.starts_with("\r\n") {
        true => 2,
        // Every separator and line end is one byte, and so is nothing at the end of the text.
        false => rest.len().min(1),
    };
    Field {
        text: field.to_owned(),
        n_bytes: end + n_separating,
        ends_row: !rest.starts_with(separator),
        is_unclosed: false,
    }
}

/// How many lines end in a text; `\r\n` is one end.
fn n_line_ends(text: &str) -> usize {
    text.matches('\n').count() + text.matches('\r').count() - text.matches("\r\n").count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::page::Block;

    /// The cells of a text, `B1 text`, with a bar between them.
    #[track_caller]
    fn check(text: &str, expected: &str, places: &[&str]) {
        let reading = read("a.csv", text.as_bytes());
        let cells = reading.value[0].blocks.iter().flat_map(|block| match block {
            Block::Table(table) => {
                let name = |cell: &Cell| cell.name.clone().unwrap_or_default();
                table.cells.iter().map(|cell| format!("{} {}", name(cell), cell.text)).collect()
            }
            Block::Paragraph(text) => vec![text.clone()],
            block => panic!("{block:?}"),
        });
        assert_eq!(cells.collect::<Vec<_>>().join("|"), expected);
        let found: Vec<_> = reading.notices.iter().map(|notice| notice.place.as_str()).collect();
        assert_eq!(found, places);
    }

    #[test]
    fn fields_are_read_as_a_spreadsheet_reads_them() {
        check("甲,乙\r\n丙,丁\r\n", "A1 甲|B1 乙|A2 丙|B2 丁", &[]);
        check("甲,\"乙\n\"\"二\"\"行\",丙", "A1 甲|B1 乙\n\"二\"行|C1 丙", &[]);
        check("甲,,丙\n丁\n戊,己,庚,辛", "A1 甲|C1 丙|A2 丁|A3 戊|B3 己|C3 庚|D3 辛", &[]);
        check("甲\t乙,乙\t丙\n", "A1 甲|B1 乙,乙|C1 丙", &[]);
        check("題\n\n甲,乙\n丙,丁", "題|A3 甲|B3 乙|A4 丙|B4 丁", &[]);
        check("甲,乙\"印\"\n丙,\"丁\"戊", "A1 甲|B1 乙\"印\"|A2 丙|B2 丁戊", &[]);
        check("", "", &[]);
    }

    #[test]
    fn a_quotation_mark_that_nothing_closes_is_a_character() {
        check("甲,\"乙\n丙,丁\n", "A1 甲|B1 \"乙|A2 丙|B2 丁", &["a.csv:1"]);
        check(
            "甲,乙\n1,\"丙\n2,\"丁\"\n3,\"戊\"",
            "A1 甲|B1 乙|A2 1|B2 \"丙|A3 2|B3 丁|A4 3|B4 戊",
            &["a.csv:2"],
        );
    }

    mod laws {
        use proptest::prelude::*;

        use super::*;

        proptest! {
            #[test]
            fn what_another_program_writes_reads_back(
                rows in prop::collection::vec(prop::collection::vec("[甲乙a \",;\n\t\r]{0,8}", 2..5), 1..6)
            ) {
                let mut writer = ::csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
                for row in &rows {
                    writer.write_record(row).unwrap();
                }
                let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
                let read = super::super::rows(&text, ',');
                let found: Vec<(usize, usize, String)> =
                    read.places.into_iter().map(|p| (p.cell.row, p.cell.column, p.cell.text)).collect();
                let written: Vec<(usize, usize, String)> = rows
                    .iter()
                    .enumerate()
                    .flat_map(|(row, fields)| {
                        fields.iter().enumerate().map(move |(column, text)| {
                            let lines = text.replace("\r\n", "\n").replace('\r', "\n");
                            (row, column, cells::text(&lines))
                        })
                    })
                    .filter(|(.., text)| !text.is_empty())
                    .collect();
                prop_assert_eq!(found, written);
                prop_assert_eq!(read.unclosed, Vec::<usize>::new());
            }

            #[test]
            fn no_character_is_lost(text in "[甲乙,\"\n]{0,60}") {
                let letters = |text: &str| text.chars().filter(|c| matches!(c, '甲' | '乙')).count();
                let read = super::super::rows(&text, ',');
                let found: usize = read.places.iter().map(|place| letters(&place.cell.text)).sum();
                prop_assert_eq!(found, letters(&text));
            }
        }
    }
}

//! Records as a file to keep: CSV, a workbook, or JSON Lines, one record after the other.

use std::io;
use std::io::Write;

use super::record_table;
use super::record_table::COLUMNS;
use super::timestamp;
use crate::export::Cell;
use crate::export::csv;
use crate::export::csv::ByteOrderMark;
use crate::export::xlsx;
use crate::export::xlsx::Workbook;
use crate::record::Record;

/// The last column of a CSV file: the columns of the row whose text got a `'` in front.
const GUARDED: &str = "guarded";

/// The forms of a file of records.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Format {
    /// Comma-separated values, for spreadsheets and programs.
    Csv(ByteOrderMark),
    /// A workbook, for spreadsheets.
    Xlsx,
    /// The exchange format, which `ingest` reads.
    JsonLines,
}

impl Format {
    /// Every format, in the order in which they are offered.
    pub(crate) const ALL: [Format; 3] =
        [Format::Csv(ByteOrderMark::Present), Format::Xlsx, Format::JsonLines];

    /// The value of `format`, and the end of a file's name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Format::Csv(_) => "csv",
            Format::Xlsx => "xlsx",
            Format::JsonLines => "jsonl",
        }
    }

    pub(crate) fn media_type(self) -> &'static str {
        match self {
            Format::Csv(_) => "text/csv; charset=utf-8; header=present",
            Format::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Format::JsonLines => "application/jsonl; charset=utf-8",
        }
    }
}

/// What a file says of itself, where it has a place for that.
#[derive(Clone, Debug)]
pub(crate) struct About {
    /// The query, as typed.
    pub(crate) q: String,
    /// The whole request as the address of its page.
    pub(crate) address: String,
    /// How many records the file has.
    pub(crate) n_records: usize,
}

/// Writes records to a file.
pub(crate) struct RecordFile<W: Write> {
    form: Form<W>,
    about: About,
}

enum Form<W: Write> {
    // Two of them are much larger than the third.
    Csv(Box<csv::Writer<W>>),
    Xlsx(Box<Workbook<W>>),
    JsonLines(W),
}

impl<W: Write> RecordFile<W> {
    /// Begins a file.
    ///
    /// # Errors
    ///
    /// `out` cannot be written to.
    pub(crate) fn new(out: W, format: Format, about: About) -> io::Result<RecordFile<W>> {
        let mut headings = record_table::headings();
        let form = match format {
            Format::Csv(mark) => {
                headings.push(GUARDED.to_owned());
                Form::Csv(Box::new(csv::Writer::new(out, mark, &headings)?))
            }
            Format::Xlsx => {
                let mut workbook = Workbook::new(out);
                workbook.sheet("取組", &headings)?;
                Form::Xlsx(Box::new(workbook))
            }
            Format::JsonLines => Form::JsonLines(out),
        };
        Ok(RecordFile { form, about })
    }

    /// Writes a record whose page is at `url`.
    ///
    /// # Errors
    ///
    /// The file cannot be written to.
    pub(crate) fn record(&mut self, record: &Record, url: &str) -> io::Result<()> {
        match &mut self.form {
            Form::Csv(rows) => {
                let mut row = record_table::row(record, url);
                row.push(guarded(&row));
                rows.row(&row)
            }
            Form::Xlsx(workbook) => workbook.row(&record_table::row(record, url)),
            Form::JsonLines(out) => {
                serde_json::to_writer(&mut *out, record)?;
                out.write_all(b"\n")
            }
        }
    }

    /// Ends the file and gives back what it was written to.
    ///
    /// # Errors
    ///
    /// The file cannot be written to.
    pub(crate) fn finish(self) -> io::Result<W> {
        match self.form {
            Form::Csv(rows) => rows.finish(),
            Form::Xlsx(mut workbook) => {
                describe(&mut workbook, &self.about)?;
                workbook.finish()
            }
            Form::JsonLines(out) => Ok(out),
        }
    }
}

/// The columns of a row whose text is guarded.
fn guarded(row: &[Cell]) -> Cell {
    let columns = row.iter().zip(COLUMNS).filter_map(|(cell, column)| match cell {
        Cell::Text(text) if csv::needs_guard(text) => Some(column.name),
        _ => None,
    });
    let names: Vec<&str> = columns.collect();
    if names.is_empty() { Cell::Empty } else { names.join(" ").into() }
}

/// The sheet that says where everything comes from and what the columns are.
fn describe<W: Write>(workbook: &mut Workbook<W>, about: &About) -> io::Result<()> {
    let headings = ["name", "value", "意味", "meaning"].map(str::to_owned);
    workbook.short_sheet("この表について", &headings)?;
    let now = timestamp::rfc3339(timestamp::now());
    let program = concat!("Torikumi ", env!("CARGO_PKG_VERSION"));
    let rows: [(&str, Cell, [&str; 2]); 5] = [
        ("query", about.q.as_str().into(), ["検索のことば", "the query"]),
        ("search", about.address.as_str().into(), ["検索結果のページ", "page of the results"]),
        ("records", about.n_records.into(), ["取組の件数", "number of records"]),
        ("exported_at", now.into(), ["取り出した日時（協定世界時）", "when it was exported"]),
        ("program", program.into(), ["取り出したソフトウェア", "what exported it"]),
    ];
    for (name, value, [japanese, english]) in rows {
        workbook.row(&[name.into(), value, japanese.into(), english.into()])?;
    }
    let terms = [
        "文章は公表された資料のままです。使うときは、行ごとの licence と attribution に従ってください",
        "texts are as published; use them under the licence and attribution of their row",
    ];
    workbook.row(&["terms".into(), Cell::Empty, terms[0].into(), terms[1].into()])?;
    let part = [
        "1つのセルに入る32,767文字を超えた文章は、同じ id の次の行に続きます（1/2、2/2）",
        "a text of more than 32,767 characters goes on in the next row of the same id (1/2, 2/2)",
    ];
    let columns = COLUMNS.iter().map(|column| (column.name, column.meaning));
    for (name, [japanese, english]) in columns.chain([(xlsx::PART, part)]) {
        workbook.row(&[name.into(), Cell::Empty, japanese.into(), english.into()])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::RecordId;

    fn about() -> About {
        About { q: "花壇".to_owned(), address: "/search?q=a".to_owned(), n_records: 2 }
    }

    fn records() -> Vec<Record> {
        let titled = |id: &str, title: &str| Record {
            id: RecordId(id.to_owned()),
            title: Some(title.to_owned()),
            ..Record::default()
        };
        vec![titled("a", "=HYPERLINK(\"https://example.jp\")"), titled("+b", "花壇\n改修")]
    }

    fn file(format: Format) -> Vec<u8> {
        let mut file = RecordFile::new(Vec::new(), format, about()).unwrap();
        for record in records() {
            file.record(&record, "/records/x").unwrap();
        }
        file.finish().unwrap()
    }

    #[test]
    fn a_row_of_csv_names_the_columns_that_were_guarded() {
        let bytes = file(Format::Csv(ByteOrderMark::Absent));
        let mut rows = ::csv::Reader::from_reader(bytes.as_slice());
        let headings = rows.headers().unwrap().clone();
        let place = |name: &str| headings.iter().position(|heading| heading == name).unwrap();
        let rows: Vec<::csv::StringRecord> = rows.records().map(Result::unwrap).collect();
        assert_eq!(&rows[0][place(GUARDED)], "title");
        assert_eq!(&rows[0][place("title")], "'=HYPERLINK(\"https://example.jp\")");
        assert_eq!(&rows[1][place(GUARDED)], "id");
        assert_eq!(&rows[1][place("title")], "花壇\n改修");
        assert_eq!(place(GUARDED), headings.len() - 1);
    }

    #[test]
    fn json_lines_are_the_records_themselves() {
        let text = String::from_utf8(file(Format::JsonLines)).unwrap();
        let read: Vec<Record> =
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(read, records());
    }

    #[test]
    fn a_workbook_says_where_it_comes_from_and_what_its_columns_are() {
        use calamine::{DataType, Reader, Xlsx};
        let mut book = Xlsx::new(io::Cursor::new(file(Format::Xlsx))).unwrap();
        assert_eq!(book.sheet_names(), ["取組", "この表について"]);
        let rows = book.worksheet_range("取組").unwrap();
        let headings: Vec<&str> =
            rows.rows().next().unwrap().iter().filter_map(|cell| cell.get_string()).collect();
        assert_eq!(rows.height(), 3);
        let about = book.worksheet_range("この表について").unwrap();
        let value = |name: &str| {
            let row = about.rows().find(|row| row[0].get_string() == Some(name));
            row.unwrap_or_else(|| panic!("{name} is missing")).to_vec()
        };
        assert_eq!(value("query")[1].get_string(), Some("花壇"));
        assert_eq!(value("records")[1].get_float(), Some(2.0));
        for heading in headings {
            assert!(value(heading)[2].get_string().is_some(), "{heading} has no meaning");
        }
    }
}

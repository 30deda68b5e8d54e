//! Workbooks of Excel 97 to 2003 (xls): the records of [MS-XLS] that say what cells show.
//!
//! Read here and not by a library, because a cell's number format, its lines and the boxes over the cells are needed,
//! and because no size that a damaged file claims may be believed.

mod strings;

use std::collections::HashMap;
use std::io::{Cursor, Read};

use super::number_format;
use super::{Fault, MOST_CELLS, Region, Sheet, SheetCell, Sheets};

use self::strings::Chunks;

/// Records of the workbook's stream by number: [MS-XLS] 2.3.
mod kind {
    pub(super) const FORMULA: u16 = 0x0006;
    pub(super) const END: u16 = 0x000A;
    pub(super) const HEADER: u16 = 0x0014;
    pub(super) const FOOTER: u16 = 0x0015;
    pub(super) const DATES: u16 = 0x0022;
    pub(super) const PASSWORD: u16 = 0x002F;
    pub(super) const CONTINUE: u16 = 0x003C;
    pub(super) const COLUMNS: u16 = 0x007D;
    pub(super) const SHEET: u16 = 0x0085;
    pub(super) const NUMBERS: u16 = 0x00BD;
    pub(super) const BLANKS: u16 = 0x00BE;
    pub(super) const STYLE: u16 = 0x00E0;
    pub(super) const MERGED: u16 = 0x00E5;
    pub(super) const SHARED_STRINGS: u16 = 0x00FC;
    pub(super) const SHARED_STRING: u16 = 0x00FD;
    pub(super) const BOX: u16 = 0x01B6;
    pub(super) const BLANK: u16 = 0x0201;
    pub(super) const FLOAT: u16 = 0x0203;
    pub(super) const LABEL: u16 = 0x0204;
    pub(super) const TRUTH: u16 = 0x0205;
    pub(super) const STRING: u16 = 0x0207;
    pub(super) const ROW: u16 = 0x0208;
    pub(super) const NUMBER: u16 = 0x027E;
    pub(super) const FORMAT: u16 = 0x041E;
    pub(super) const BEGIN: u16 = 0x0809;
}

/// The version that the first record of a file of Excel 97 to 2003 states.
const VERSION: u16 = 0x0600;

/// The sheets of a workbook in their order.
pub(super) fn sheets(bytes: &[u8]) -> Result<Sheets, Fault> {
    let stream = stream(bytes).ok_or(Fault::Damaged)?;
    let workbook = Workbook::read(&stream)?;
    let mut n_left = MOST_CELLS;
    let mut sheets = Vec::new();
    let mut remarks = Vec::new();
    for SheetStart { name, at, is_hidden, .. } in workbook.sheets.iter().filter(|s| s.is_worksheet)
    {
        let records = stream.get(*at..).unwrap_or_default();
        let mut sheet = Sheet { name: name.clone(), is_hidden: *is_hidden, ..Sheet::default() };
        if !workbook.read_sheet(records, &mut sheet, &mut n_left) {
            let message = "シートが壊れているので、読めたところまでを取り込みました。";
            remarks.push((Some(name.clone()), message.to_owned()));
        }
        sheets.push(sheet);
    }
    if n_left == 0 {
        remarks.push((None, "セルが多すぎるので、途中までを取り込みました。".to_owned()));
    }
    Ok((sheets, remarks))
}

/// What the first part of the stream says about all sheets.
#[derive(Debug, Default)]
struct Workbook {
    sheets: Vec<SheetStart>,
    strings: Vec<String>,
    codes: HashMap<u16, String>,
    styles: Vec<Style>,
    is_1904: bool,
}

#[derive(Debug)]
struct SheetStart {
    name: String,
    /// Where its records begin in the stream.
    at: usize,
    is_hidden: bool,
    /// And no chart or macro sheet.
    is_worksheet: bool,
}

#[derive(Clone, Copy, Debug, Default)]
struct Style {
    format: u16,
    is_bordered: bool,
}

impl Workbook {
    fn read(stream: &[u8]) -> Result<Workbook, Fault> {
        let mut workbook = Workbook::default();
        let mut records = Records { rest: stream };
        match records.next() {
            Some(first) if first.kind == kind::BEGIN && first.short(0) == Some(VERSION) => {}
            _ => return Err(Fault::Damaged),
        }
        for record in records {
            match record.kind {
                kind::PASSWORD => return Err(Fault::Encrypted),
                kind::DATES => workbook.is_1904 = record.short(0) == Some(1),
                kind::SHEET => workbook.sheets.extend(sheet_start(&record)),
                kind::FORMAT => {
                    if let Some(id) = record.short(0) {
                        workbook.codes.insert(id, record.chunks(2).string().unwrap_or_default());
                    }
                }
                kind::STYLE => workbook.styles.push(Style {
                    format: record.short(2).unwrap_or(0),
                    // The lines left and right of a cell; a line below may underline a heading.
                    is_bordered: record.data.get(10).is_some_and(|lines| *lines != 0),
                }),
                kind::SHARED_STRINGS => workbook.strings = strings::shared(record.chunks(8)),
                kind::END => break,
                _ => {}
            }
        }
        Ok(workbook)
    }

    /// Reads the records of a sheet; whether they ended as they should.
    fn read_sheet(&self, stream: &[u8], sheet: &mut Sheet, n_left: &mut usize) -> bool {
        // Charts within a sheet have records of the same kinds.
        let mut depth = 0_usize;
        let mut formula = None;
        for record in (Records { rest: stream }) {
            match record.kind {
                kind::BEGIN => depth += 1,
                kind::END if depth <= 1 => return true,
                kind::END => depth -= 1,
                _ if depth != 1 => {}
                kind::HEADER | kind::FOOTER => {
                    let text = record.chunks(0).string().unwrap_or_default();
                    sheet.furniture.extend(super::furniture(&text));
                }
                kind::BOX => sheet.boxes.extend(record.box_text()),
                kind::ROW => {
                    // fDyZero: a row of no height.
                    if let (Some(row), Some(true)) =
                        (record.short(0), record.short(12).map(|flags| flags & 0x20 != 0))
                    {
                        sheet.hidden.add_rows(usize::from(row), usize::from(row));
                    }
                }
                kind::COLUMNS => {
                    if let (Some(first), Some(last), Some(true)) = (
                        record.short(0),
                        record.short(2),
                        record.short(8).map(|flags| flags & 1 != 0),
                    ) {
                        sheet.hidden.add_columns(usize::from(first), usize::from(last));
                    }
                }
                kind::MERGED => sheet.merged.extend(record.regions()),
                _ => {
                    for (row, column, style, value) in self.cells(&record, &mut formula) {
                        let style =
                            self.styles.get(usize::from(style)).copied().unwrap_or_default();
                        let text = self.shown(&value, style);
                        if text.is_empty() && !style.is_bordered {
                            continue;
                        }
                        if *n_left == 0 {
                            return true;
                        }
                        *n_left -= 1;
                        let is_bordered = style.is_bordered;
                        sheet.cells.push(SheetCell { row, column, text, is_bordered });
                    }
                }
            }
        }
        false
    }

    /// The cells of a record: row, column, style and value. `formula` is the cell whose text the next record holds.
    fn cells(
        &self,
        record: &Record,
        formula: &mut Option<(usize, usize, u16)>,
    ) -> Vec<(usize, usize, u16, Value)> {
        if record.kind == kind::STRING {
            let text = record.chunks(0).string().unwrap_or_default();
            let cell =
                formula.take().map(|(row, column, style)| (row, column, style, Value::Text(text)));
            return cell.into_iter().collect();
        }
        let (Some(row), Some(column)) = (record.short(0), record.short(2)) else {
            return Vec::new();
        };
        let (row, column) = (usize::from(row), usize::from(column));
        let style = record.short(4).unwrap_or(0);
        let value = match record.kind {
            kind::FLOAT => record.float(6).map(Value::Number),
            kind::NUMBER => record.long(6).map(|number| Value::Number(packed(number))),
            kind::TRUTH => {
                record.data.get(6..8).map(|bytes| Value::of_byte(bytes[0], bytes[1] != 0))
            }
            kind::LABEL => record.chunks(6).string().map(Value::Text),
            kind::BLANK => Some(Value::Empty),
            kind::SHARED_STRING => {
                let index = record.long(6).and_then(|index| usize::try_from(index).ok());
                index.and_then(|index| self.strings.get(index)).cloned().map(Value::Text)
            }
            kind::FORMULA => match record.data.get(6..14) {
                // Not a number: the kind of the value stands in its bytes.
                Some([0, .., 0xFF, 0xFF]) => {
                    *formula = Some((row, column, style));
                    None
                }
                Some([kind @ (1 | 2), _, byte, .., 0xFF, 0xFF]) => {
                    Some(Value::of_byte(*byte, *kind == 2))
                }
                Some([.., 0xFF, 0xFF]) => Some(Value::Empty),
                _ => record.float(6).map(Value::Number),
            },
            kind::NUMBERS => {
                let cells = record.data.get(4..).unwrap_or_default().chunks_exact(6).enumerate();
                let cells = cells.filter_map(|(at, cell)| {
                    let number = u32::from_le_bytes(cell[2..6].try_into().ok()?);
                    let style = u16::from_le_bytes([cell[0], cell[1]]);
                    Some((row, column + at, style, Value::Number(packed(number))))
                });
                return cells.collect();
            }
            kind::BLANKS => {
                let n_bytes = record.data.len().saturating_sub(2);
                let cells =
                    record.data.get(4..n_bytes).unwrap_or_default().chunks_exact(2).enumerate();
                let style = |bytes: &[u8]| u16::from_le_bytes([bytes[0], bytes[1]]);
                return cells
                    .map(|(at, cell)| (row, column + at, style(cell), Value::Empty))
                    .collect();
            }
            _ => None,
        };
        value.map(|value| (row, column, style, value)).into_iter().collect()
    }

    fn shown(&self, value: &Value, style: Style) -> String {
        match value {
            Value::Empty => String::new(),
            Value::Text(text) => number_format::text(text, self.code(style.format)),
            Value::Number(number) => {
                number_format::number(*number, self.code(style.format), self.is_1904)
            }
            Value::Named(name) => (*name).to_owned(),
        }
    }

    fn code(&self, format: u16) -> &str {
        let built_in = number_format::built_in(u32::from(format));
        let stated = self.codes.get(&format).map(String::as_str);
        // Dates that a system forms as it is used to are shown as a Japanese one shows them.
        let code = match format {
            14 | 22 => built_in,
            _ => stated.or(built_in),
        };
        code.unwrap_or("General")
    }
}

/// What a cell holds.
#[derive(Debug)]
enum Value {
    Empty,
    Text(String),
    Number(f64),
    /// `TRUE`, `#N/A`.
    Named(&'static str),
}

impl Value {
    /// A truth, or a fault by its number: [MS-XLS] 2.5.10.
    fn of_byte(byte: u8, is_fault: bool) -> Value {
        Value::Named(match (byte, is_fault) {
            (0, false) => "FALSE",
            (_, false) => "TRUE",
            (0x07, _) => "#DIV/0!",
            (0x0F, _) => "#VALUE!",
            (0x17, _) => "#REF!",
            (0x1D, _) => "#NAME?",
            (0x24, _) => "#NUM!",
            (0x2A, _) => "#N/A",
            _ => "#NULL!",
        })
    }
}

/// A number in four bytes: a whole one or the upper half of a float, and whether it is in hundredths.
fn packed(number: u32) -> f64 {
    let value = match number & 2 {
        0 => f64::from_bits(u64::from(number & !3) << 32),
        _ => f64::from(number.cast_signed() >> 2),
    };
    if number & 1 == 0 { value } else { value / 100.0 }
}

fn sheet_start(record: &Record) -> Option<SheetStart> {
    let at = usize::try_from(record.long(0)?).ok()?;
    let (visibility, kind) = (record.data.get(4)?, record.data.get(5)?);
    let name = record.chunks(6).short_string()?;
    Some(SheetStart { name, at, is_hidden: visibility & 3 != 0, is_worksheet: *kind == 0 })
}

/// A record, and what follows it in the stream.
struct Record<'s> {
    kind: u16,
    data: &'s [u8],
    rest: &'s [u8],
}

impl<'s> Record<'s> {
    fn short(&self, at: usize) -> Option<u16> {
        let bytes = self.data.get(at..at + 2)?;
        Some(u16::from_le_bytes([bytes[0], bytes[1]]))
    }

    fn long(&self, at: usize) -> Option<u32> {
        Some(u32::from_le_bytes(self.data.get(at..at + 4)?.try_into().ok()?))
    }

    fn float(&self, at: usize) -> Option<f64> {
        Some(f64::from_le_bytes(self.data.get(at..at + 8)?.try_into().ok()?))
    }

    /// The data from `at` on, with that of the records which continue it.
    fn chunks(&self, at: usize) -> Chunks<'s> {
        let own = self.data.get(at..).unwrap_or_default();
        let continued = Records { rest: self.rest }.take_while(|r| r.kind == kind::CONTINUE);
        Chunks::of(std::iter::once(own).chain(continued.map(|record| record.data)).collect())
    }

    /// The text of a box, which stands in the records that follow.
    fn box_text(&self) -> Option<String> {
        let n_chars = self.short(10).filter(|n_chars| 0 < *n_chars)?;
        let continued = Records { rest: self.rest }.take_while(|r| r.kind == kind::CONTINUE);
        let mut chunks = Chunks::of(continued.map(|record| record.data).collect());
        let text = crate::source::cells::text(
            &chunks.characters(usize::from(n_chars))?.replace('\r', "\n"),
        );
        Some(text).filter(|text| !text.is_empty())
    }

    fn regions(&self) -> impl Iterator<Item = Region> {
        let ends = self.data.get(2..).unwrap_or_default().chunks_exact(8);
        ends.map(|ends| {
            let end = |at: usize| usize::from(u16::from_le_bytes([ends[at], ends[at + 1]]));
            Region {
                first_row: end(0),
                last_row: end(2),
                first_column: end(4),
                last_column: end(6),
            }
        })
    }
}

/// The records of a stream, up to its end or the first that is cut off.
struct Records<'s> {
    rest: &'s [u8],
}

impl<'s> Iterator for Records<'s> {
    type Item = Record<'s>;

    fn next(&mut self) -> Option<Record<'s>> {
        let (head, rest) = self.rest.split_at_checked(4)?;
        let n_bytes = usize::from(u16::from_le_bytes([head[2], head[3]]));
        let (data, rest) = rest.split_at_checked(n_bytes)?;
        self.rest = rest;
        Some(Record { kind: u16::from_le_bytes([head[0], head[1]]), data, rest })
    }
}

/// The workbook's stream of records.
fn stream(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).ok()?;
    let mut stream = Vec::new();
    // A stream is a part of its file, whatever length it claims.
    let limit = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let mut packed = file.open_stream("/Workbook").ok()?.take(limit);
    // What can be read before a fault is read.
    let _ = packed.read_to_end(&mut stream);
    Some(stream)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        let n_bytes = u16::try_from(data.len()).unwrap();
        [&kind.to_le_bytes(), &n_bytes.to_le_bytes(), data].concat()
    }

    /// Row, column, style, and what follows.
    fn cell(row: u16, column: u16, style: u16, rest: &[u8]) -> Vec<u8> {
        [&row.to_le_bytes(), &column.to_le_bytes(), &style.to_le_bytes(), rest].concat()
    }

    fn text(text: &str) -> Vec<u8> {
        let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let n_units = u16::try_from(units.len() / 2).unwrap();
        [&n_units.to_le_bytes(), &[1][..], &units].concat()
    }

    #[test]
    fn cells_are_shown_as_their_records_say() {
        let style = |format: u16| {
            let mut data = vec![0; 20];
            data[2..4].copy_from_slice(&format.to_le_bytes());
            data
        };
        let globals = [
            record(kind::BEGIN, &VERSION.to_le_bytes()),
            record(kind::FORMAT, &[&200_u16.to_le_bytes()[..], &text("ggge\"年度\"")].concat()),
            record(kind::STYLE, &style(0)),
            record(kind::STYLE, &style(200)),
            record(kind::STYLE, &style(10)),
            record(kind::SHARED_STRINGS, &[&[0; 8][..], &text("総務課")[..7]].concat()),
            // The text goes on in the next record with its own mark.
            record(kind::CONTINUE, &[&[1][..], &text("総務課")[7..]].concat()),
            record(kind::END, &[]),
        ]
        .concat();
        let sheet = [
            record(kind::BEGIN, &VERSION.to_le_bytes()),
            record(kind::SHARED_STRING, &cell(0, 0, 0, &[0; 4])),
            record(kind::FLOAT, &cell(0, 1, 1, &45017_f64.to_le_bytes())),
            record(kind::NUMBER, &cell(0, 2, 2, &((1234 << 2) | 3_u32).to_le_bytes())),
            record(kind::FORMULA, &cell(1, 0, 0, &[0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0, 0])),
            record(kind::STRING, &text("甲")),
            record(kind::TRUTH, &cell(1, 1, 0, &[0x2A, 1])),
            record(kind::MERGED, &[1, 0, 0, 0, 1, 0, 3, 0, 4, 0]),
            record(kind::END, &[]),
        ]
        .concat();
        let workbook = Workbook::read(&globals).unwrap();
        let mut read = Sheet::default();
        assert!(workbook.read_sheet(&sheet, &mut read, &mut 10));
        let shown: Vec<_> = read.cells.iter().map(|c| (c.row, c.column, c.text.as_str())).collect();
        let expected = [
            (0, 0, "総務課"),
            (0, 1, "令和5年度"),
            (0, 2, "1234.00%"),
            (1, 0, "甲"),
            (1, 1, "#N/A"),
        ];
        assert_eq!(shown, expected);
        let region = read.merged[0];
        assert_eq!((region.last_row, region.first_column, region.last_column), (1, 3, 4));
        for end in 0..sheet.len() {
            workbook.read_sheet(&sheet[..end], &mut Sheet::default(), &mut 10);
            let _ = Workbook::read(&globals[..end.min(globals.len())]);
        }
    }

    #[test]
    fn packed_numbers() {
        assert_eq!(packed((7 << 2) | 2), 7.0);
        assert_eq!(packed(((-7_i32) << 2).cast_unsigned() | 2), -7.0);
        assert_eq!(packed((1234 << 2) | 3), 12.34);
        assert_eq!(packed(0x3FF0_0000), 1.0);
    }
}

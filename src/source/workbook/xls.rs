//! Workbooks of Excel until 2003 (xls).
//!
//! calamine reads the cells and their values. Which format each has is read here, from the records that say so, and
//! before that whether the size which the file claims can be believed.

use std::collections::HashMap;
use std::io::{Cursor, Read};

use calamine::{Data, Reader, SheetType, SheetVisible, Xls, XlsError};

use super::number_format;
use super::xlsx::place;
use super::{Fault, Region, Sheet, SheetCell, Sheets};

/// More places than this between the first and the last cell of a sheet are not believed: calamine holds them all.
const MOST_PLACES: usize = 4_000_000;

/// The sheets of a workbook in their order.
pub(super) fn sheets(bytes: &[u8]) -> Result<Sheets, Fault> {
    let formats = Formats::of(bytes)?;
    let mut workbook: Xls<_> = Xls::new(Cursor::new(bytes)).map_err(|error| match error {
        XlsError::Password => Fault::Encrypted,
        _ => Fault::Damaged,
    })?;
    let is_1904 = workbook.has_1904_epoch();
    let mut sheets = Vec::new();
    let mut remarks = Vec::new();
    for (index, metadata) in workbook.sheets_metadata().to_vec().into_iter().enumerate() {
        if metadata.typ != SheetType::WorkSheet {
            continue;
        }
        let name = metadata.name;
        let Ok(range) = workbook.worksheet_range(&name) else {
            remarks.push((Some(name), "シートを読めませんでした。".to_owned()));
            continue;
        };
        let (first_row, first_column) = range.start().unwrap_or((0, 0));
        let cells = range.used_cells().map(|(row, column, value)| {
            let (row, column) = (row + place(first_row), column + place(first_column));
            let code = formats.code(index, row, column);
            SheetCell { row, column, text: shown(value, code, is_1904), is_bordered: false }
        });
        let merged = workbook.merge_cells_by_sheet_name(&name).unwrap_or_default();
        let merged = merged.into_iter().map(|region| Region {
            first_row: place(region.start.0),
            last_row: place(region.end.0),
            first_column: place(region.start.1),
            last_column: place(region.end.1),
        });
        sheets.push(Sheet {
            cells: cells.filter(|cell| !cell.text.is_empty()).collect(),
            merged: merged.collect(),
            is_hidden: metadata.visible != SheetVisible::Visible,
            name,
            ..Sheet::default()
        });
    }
    Ok((sheets, remarks))
}

fn shown(value: &Data, code: &str, is_1904: bool) -> String {
    match value {
        Data::Empty => String::new(),
        Data::Int(value) => {
            #[expect(clippy::cast_precision_loss, reason = "a cell holds a float")]
            let value = *value as f64;
            number_format::number(value, code, is_1904)
        }
        Data::Float(value) => number_format::number(*value, code, is_1904),
        Data::DateTime(value) => {
            let code = match number_format::is_date(code) {
                true => code,
                // The records did not say which date it is.
                false => "yyyy/m/d",
            };
            number_format::number(value.as_f64(), code, is_1904)
        }
        Data::String(value) => number_format::text(value, code),
        Data::Bool(true) => "TRUE".to_owned(),
        Data::Bool(false) => "FALSE".to_owned(),
        Data::DateTimeIso(value) | Data::DurationIso(value) => value.clone(),
        Data::Error(error) => error.to_string(),
    }
}

/// The codes of formats, and which one each cell has.
#[derive(Debug, Default)]
struct Formats {
    codes: HashMap<u16, String>,
    /// The format of each style.
    styles: Vec<u16>,
    /// The style of each cell with a number, by sheet, row and column.
    cells: HashMap<(usize, u16, u16), u16>,
}

/// Records of the workbook's stream, by number: [MS-XLS] 2.3.
mod record {
    pub(super) const FORMULA: u16 = 0x0006;
    pub(super) const FILE_PASS: u16 = 0x002F;
    pub(super) const BOUND_SHEET: u16 = 0x0085;
    pub(super) const MUL_RK: u16 = 0x00BD;
    pub(super) const XF: u16 = 0x00E0;
    pub(super) const LABEL_SST: u16 = 0x00FD;
    pub(super) const DIMENSIONS: u16 = 0x0200;
    pub(super) const NUMBER: u16 = 0x0203;
    pub(super) const LABEL: u16 = 0x0204;
    pub(super) const RK: u16 = 0x027E;
    pub(super) const FORMAT: u16 = 0x041E;
    pub(super) const EOF: u16 = 0x000A;
    pub(super) const BOF: u16 = 0x0809;
}

impl Formats {
    fn of(bytes: &[u8]) -> Result<Formats, Fault> {
        let stream = stream(bytes).ok_or(Fault::Damaged)?;
        let mut formats = Formats::default();
        let mut sheet_starts = Vec::new();
        for (kind, data) in records(&stream) {
            match kind {
                record::FILE_PASS => return Err(Fault::Encrypted),
                record::BOUND_SHEET => {
                    let start = data.get(..4).and_then(|start| start.try_into().ok());
                    sheet_starts.push(start.map_or(0, u32::from_le_bytes));
                }
                record::FORMAT => {
                    if let Some((id, code)) = number(data, 0).zip(format_code(data)) {
                        formats.codes.insert(id, code);
                    }
                }
                record::XF => formats.styles.push(number(data, 2).unwrap_or(0)),
                record::EOF => break,
                _ => {}
            }
        }
        for (sheet, start) in sheet_starts.into_iter().enumerate() {
            let records = stream.get(place(start)..).unwrap_or_default();
            formats.read_sheet(sheet, records)?;
        }
        Ok(formats)
    }

    /// Reads which style the cells of a sheet have.
    fn read_sheet(&mut self, sheet: usize, stream: &[u8]) -> Result<(), Fault> {
        // Charts within a sheet have records of the same numbers.
        let mut depth = 0_usize;
        let (mut first, mut last) = ((u16::MAX, u16::MAX), (0, 0));
        for (kind, data) in records(stream) {
            match kind {
                record::BOF => depth += 1,
                record::EOF if depth <= 1 => break,
                record::EOF => depth -= 1,
                record::DIMENSIONS if is_immense(data) => return Err(Fault::Damaged),
                _ if 1 < depth => {}
                record::NUMBER
                | record::RK
                | record::FORMULA
                | record::LABEL_SST
                | record::LABEL => {
                    let (Some(row), Some(column)) = (number(data, 0), number(data, 2)) else {
                        continue;
                    };
                    first = (row.min(first.0), column.min(first.1));
                    last = (row.max(last.0), column.max(last.1));
                    self.cells.insert((sheet, row, column), number(data, 4).unwrap_or(0));
                }
                record::MUL_RK => {
                    let (Some(row), Some(column)) = (number(data, 0), number(data, 2)) else {
                        continue;
                    };
                    let n_cells = data.len().saturating_sub(6) / 6;
                    for (column, at) in (column..).zip(0..n_cells) {
                        first = (row.min(first.0), column.min(first.1));
                        last = (row.max(last.0), column.max(last.1));
                        self.cells
                            .insert((sheet, row, column), number(data, 4 + 6 * at).unwrap_or(0));
                    }
                }
                _ => {}
            }
        }
        let n_rows = 1 + usize::from(last.0.saturating_sub(first.0));
        let n_columns = 1 + usize::from(last.1.saturating_sub(first.1));
        if MOST_PLACES < n_rows * n_columns {
            return Err(Fault::Damaged);
        }
        Ok(())
    }

    fn code(&self, sheet: usize, row: usize, column: usize) -> &str {
        let place = u16::try_from(row).ok().zip(u16::try_from(column).ok());
        let style = place.and_then(|(row, column)| self.cells.get(&(sheet, row, column)));
        let id = style.and_then(|style| self.styles.get(usize::from(*style))).copied().unwrap_or(0);
        // The formats that a system names are shown as a Japanese one shows them, whatever the file says.
        let built_in = number_format::built_in(u32::from(id)).filter(|_| matches!(id, 14 | 22));
        let stated = self.codes.get(&id).map(String::as_str);
        built_in.or(stated).or(number_format::built_in(u32::from(id))).unwrap_or("General")
    }
}

/// Whether a sheet claims more than calamine can hold.
fn is_immense(dimensions: &[u8]) -> bool {
    let long = |at: usize| {
        let bytes = dimensions.get(at..at + 4).and_then(|bytes| bytes.try_into().ok());
        bytes.map_or(0, |bytes| place(u32::from_le_bytes(bytes)))
    };
    let (first_row, end_row) = (long(0), long(4));
    let n_columns = match (number(dimensions, 8), number(dimensions, 10)) {
        (Some(first), Some(end)) => usize::from(end.saturating_sub(first)),
        _ => 1,
    };
    // calamine counts an end before the beginning in numbers without a sign.
    end_row < first_row && end_row != 0
        || MOST_PLACES < end_row.saturating_sub(first_row).saturating_mul(n_columns)
}

/// The code of a format: a count of characters, whether they take two bytes, and the characters.
fn format_code(data: &[u8]) -> Option<String> {
    let n_chars = usize::from(number(data, 2)?);
    let flags = data.get(4)?;
    let chars = data.get(5..)?;
    match flags & 1 {
        0 => Some(chars.iter().take(n_chars).map(|byte| char::from(*byte)).collect()),
        _ => {
            let units = chars
                .chunks_exact(2)
                .take(n_chars)
                .map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
            Some(char::decode_utf16(units).map(|c| c.unwrap_or('\u{FFFD}')).collect())
        }
    }
}

fn number(data: &[u8], at: usize) -> Option<u16> {
    let bytes = data.get(at..at + 2)?;
    Some(u16::from_le_bytes([bytes[0], bytes[1]]))
}

/// The records of a stream, up to its end or the first that is cut off.
fn records(stream: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    let mut rest = stream;
    std::iter::from_fn(move || {
        let (kind, n_bytes) = (number(rest, 0)?, number(rest, 2)?);
        let data = rest.get(4..4 + usize::from(n_bytes))?;
        rest = &rest[4 + usize::from(n_bytes)..];
        Some((kind, data))
    })
}

/// The workbook's stream of records.
fn stream(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).ok()?;
    let name = ["/Workbook", "/Book"].into_iter().find(|name| file.is_stream(name))?;
    let mut stream = Vec::new();
    let limit = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    file.open_stream(name).ok()?.take(limit).read_to_end(&mut stream).ok()?;
    Some(stream)
}

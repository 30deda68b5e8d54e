//! Workbooks: xlsx, xls and ods, each sheet a page, each cell as it is shown.

mod hidden;
mod number_format;
mod opendocument;
pub(super) mod parting;
mod xls;
mod xlsx;

use super::archive::Archive;
use super::cells;
use super::page::{Block, Cell, Page};
use crate::notice::{Notice, NoticeKind, Reading};

use self::hidden::{Hidden, Withheld};
use self::parting::{Parted, Place};

/// More cells than this are not read: a sheet of the largest city's year has some ten thousand.
const MOST_CELLS: usize = 1_000_000;

/// A sheet as a format gives it.
#[derive(Debug, Default)]
struct Sheet {
    name: String,
    /// Whether a spreadsheet does not show it.
    is_hidden: bool,
    cells: Vec<SheetCell>,
    /// Merged regions.
    merged: Vec<Region>,
    /// Rows and columns that are not shown.
    hidden: Hidden,
    /// Remarks at cells, which a spreadsheet shows when one points at them: row, column and text.
    comments: Vec<(usize, usize, String)>,
    /// Text in boxes that lie over the cells.
    boxes: Vec<String>,
    /// Heads and feet of printed pages.
    furniture: Vec<String>,
}

/// A place of a sheet that its file says something about.
#[derive(Debug, Default)]
struct SheetCell {
    row: usize,
    column: usize,
    /// As it is shown.
    text: String,
    is_bordered: bool,
}

/// A merged region; the ends belong to it.
#[derive(Clone, Copy, Debug)]
struct Region {
    first_row: usize,
    last_row: usize,
    first_column: usize,
    last_column: usize,
}

/// Why a workbook cannot be read.
#[derive(Clone, Copy, Debug)]
enum Fault {
    Encrypted,
    Damaged,
}

/// Sheets, and what was noticed while reading them: messages with the sheet they are about, if any.
type Sheets = (Vec<Sheet>, Vec<(Option<String>, String)>);

/// Reads a workbook, a page for each sheet that is shown.
pub fn read(file: &str, bytes: &[u8]) -> Reading<Vec<Page>> {
    let sheets = match Archive::open(bytes) {
        Some(archive) if archive.has("content.xml") => opendocument::sheets(archive),
        Some(archive) => xlsx::sheets(archive),
        None => xls::sheets(bytes),
    };
    let (sheets, remarks) = match sheets {
        Ok(sheets) => sheets,
        Err(fault) => {
            let message = match fault {
                Fault::Encrypted => {
                    "パスワードで保護されているので読めません。パスワードを外すか、PDFにしてください。"
                }
                Fault::Damaged => {
                    "表計算のファイルとして開けません。xlsxかPDFに保存し直してください。"
                }
            };
            let notices = vec![Notice::new(NoticeKind::Unreadable, message, file)];
            return Reading { value: Vec::new(), notices };
        }
    };
    let mut notices: Vec<Notice> = remarks
        .into_iter()
        .map(|(sheet, message)| {
            let place = sheet.map_or(file.to_owned(), |sheet| format!("{file}:{sheet}"));
            Notice::new(NoticeKind::Unreadable, message, place)
        })
        .collect();
    let mut pages = Vec::new();
    for sheet in sheets {
        let place = format!("{file}:{}", sheet.name);
        if sheet.is_hidden {
            if sheet.cells.iter().any(|cell| !cell.text.is_empty()) {
                let message = format!("非表示のシート「{}」は取り込みませんでした。", sheet.name);
                notices.push(Notice::new(NoticeKind::Unplaced, message, place));
            }
            continue;
        }
        let mut sheet = sheet;
        let comments = std::mem::take(&mut sheet.comments);
        notices.extend(comments.into_iter().map(|(row, column, text)| {
            let name = cells::name(row, column);
            let message = format!("セル{name}のコメントは取り込みませんでした：{text}");
            Notice::new(NoticeKind::Unplaced, message, place.clone())
        }));
        let (page, covered, withheld) = page(sheet);
        notices.extend(withheld.shown().map(|what| {
            let message = format!("非表示の{what}は取り込みませんでした。");
            Notice::new(NoticeKind::Unplaced, message, place.clone())
        }));
        notices.extend(covered.into_iter().map(|(name, text)| {
            let message = format!("セル{name}に隠れている文字は表示されません：{text}");
            Notice::new(NoticeKind::Unplaced, message, place.clone())
        }));
        pages.push(page);
    }
    Reading { value: pages, notices }
}

/// The page of a sheet, the names and texts of cells that merged regions cover, and what is not shown.
fn page(sheet: Sheet) -> (Page, Vec<(String, String)>, Withheld) {
    let Sheet { name, mut cells, merged, hidden, boxes, furniture, .. } = sheet;
    cells.sort_by_key(|cell| (cell.row, cell.column));
    let regions = Regions::of(merged, &cells);
    let mut covered = Vec::new();
    let mut withheld = Withheld::default();
    let mut places: Vec<Place> = Vec::new();
    for SheetCell { row, column, text, is_bordered } in cells {
        let name = || cells::name(row, column);
        let text = cells::text(&text);
        if !hidden.is_empty() {
            let alone =
                Region { first_row: row, last_row: row, first_column: column, last_column: column };
            let region = regions.around(row, column).unwrap_or(alone);
            if hidden.hides(region, !text.is_empty(), &mut withheld) {
                continue;
            }
        }
        // Only a damaged file says twice what one cell holds.
        if places.last().is_some_and(|place| (place.cell.row, place.cell.column) == (row, column)) {
            if !text.is_empty() {
                covered.push((name(), text));
            }
            continue;
        }
        let (n_rows, n_columns) = match regions.around(row, column) {
            Some(region) if (region.first_row, region.first_column) == (row, column) => {
                (region.last_row - row + 1, region.last_column - column + 1)
            }
            Some(_) => {
                if !text.is_empty() {
                    covered.push((name(), text));
                }
                continue;
            }
            None => (1, 1),
        };
        if text.is_empty() && !is_bordered {
            continue;
        }
        let cell = Cell { row, column, n_rows, n_columns, text, name: Some(name()) };
        places.push(Place { cell, is_bordered });
    }
    let mut blocks = parting::blocks(places, Parted::ByRowsAndColumns);
    blocks.extend(boxes.into_iter().map(Block::Paragraph));
    blocks.extend(furniture.into_iter().map(Block::Furniture));
    (Page { sheet: Some(name), blocks, ..Page::default() }, covered, withheld)
}

/// The merged regions of a sheet, none over another, found by their places.
struct Regions {
    /// Sorted by the first row, then the first column.
    regions: Vec<Region>,
    /// For each row, which regions cover it; rows without any are missing.
    by_row: std::collections::HashMap<usize, Vec<usize>>,
}

impl Regions {
    /// The regions as far as cells of the file reach: what a region claims beyond them is nothing.
    fn of(merged: Vec<Region>, cells: &[SheetCell]) -> Regions {
        let last_row = cells.iter().map(|cell| cell.row).max().unwrap_or(0);
        let last_column = cells.iter().map(|cell| cell.column).max().unwrap_or(0);
        let mut regions: Vec<Region> = merged
            .into_iter()
            .map(|region| Region {
                last_row: region.last_row.min(last_row),
                last_column: region.last_column.min(last_column),
                ..region
            })
            .filter(|r| r.first_row <= r.last_row && r.first_column <= r.last_column)
            .collect();
        regions.sort_by_key(|region| (region.first_row, region.first_column));
        let mut by_row = std::collections::HashMap::<usize, Vec<usize>>::new();
        let mut n_covered = 0;
        for (index, region) in regions.iter().enumerate() {
            n_covered += region.last_row - region.first_row + 1;
            if MOST_CELLS < n_covered {
                break;
            }
            let is_over_another = (region.first_row..=region.last_row).any(|row| {
                let others = by_row.get(&row).into_iter().flatten();
                others.map(|other: &usize| regions[*other]).any(|other| {
                    other.first_column <= region.last_column
                        && region.first_column <= other.last_column
                })
            });
            if !is_over_another {
                for row in region.first_row..=region.last_row {
                    by_row.entry(row).or_default().push(index);
                }
            }
        }
        Regions { regions, by_row }
    }

    /// The region that covers a place.
    fn around(&self, row: usize, column: usize) -> Option<Region> {
        let indices = self.by_row.get(&row)?;
        let regions = indices.iter().map(|index| self.regions[*index]);
        regions.into_iter().find(|r| (r.first_column..=r.last_column).contains(&column))
    }
}

/// The texts of a printed page's head or foot, left, in the middle and right, without the codes for fonts, page
/// numbers and dates: `&L令和5年度&C&P / &N&R&"ＭＳ 明朝,標準"&10総務課`.
fn furniture(text: &str) -> impl Iterator<Item = String> {
    let mut sections = vec![String::new()];
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let Some(section) = sections.last_mut() else { break };
        if c != '&' {
            section.push(c);
            continue;
        }
        match chars.next() {
            Some('&') => section.push('&'),
            Some('L' | 'C' | 'R') => sections.push(String::new()),
            Some('"') => while chars.next().is_some_and(|c| c != '"') {},
            // A size of type.
            Some('0'..='9') => while chars.next_if(char::is_ascii_digit).is_some() {},
            // A colour.
            Some('K') => {
                for _ in 0..6 {
                    chars.next_if(char::is_ascii_alphanumeric);
                }
            }
            _ => {}
        }
    }
    sections.into_iter().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

//! Workbooks of Excel since 2007 (xlsx, xlsm).

use std::collections::HashMap;
use std::io::Cursor;

use calamine::{Cell, DataRef, Reader, SheetType, SheetVisible, Style, Xlsx, XlsxError};

use super::number_format;
use super::{Fault, MOST_CELLS, Region, Sheet, SheetCell, Sheets};
use crate::source::archive::{self, Archive};
use crate::source::cells;
use crate::source::xml::{Node, Nodes, end_name};

/// The sheets of a workbook in their order.
pub(super) fn sheets(bytes: &[u8]) -> Result<Sheets, Fault> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| match error {
        XlsxError::Password => Fault::Encrypted,
        _ => Fault::Damaged,
    })?;
    let is_1904 = workbook.has_1904_epoch();
    let mut remarks = Vec::new();
    let mut parts = Parts::of(bytes);
    let mut sheets = Vec::new();
    let mut n_left = MOST_CELLS;
    for metadata in workbook.sheets_metadata().to_vec() {
        if metadata.typ != SheetType::WorkSheet {
            continue;
        }
        let name = metadata.name;
        let mut sheet = Sheet {
            name: name.clone(),
            is_hidden: metadata.visible != SheetVisible::Visible,
            ..Sheet::default()
        };
        let mut remark = |message: &str| remarks.push((Some(name.clone()), message.to_owned()));
        let rest = cells(&mut workbook, &mut sheet, is_1904, &mut n_left);
        match rest {
            Rest::None => {}
            Rest::Damaged => remark("シートが壊れているので、読めたところまでを取り込みました。"),
            Rest::TooMany => remark("セルが多すぎるので、途中までを取り込みました。"),
        }
        sheet.merged = workbook
            .merge_cells_by_sheet_name(&name)
            .unwrap_or_default()
            .into_iter()
            .map(|region| Region {
                first_row: place(region.start.0),
                last_row: place(region.end.0),
                first_column: place(region.start.1),
                last_column: place(region.end.1),
            })
            .collect();
        if let Some(parts) = &mut parts {
            parts.add_to(&mut sheet);
        }
        sheets.push(sheet);
    }
    Ok((sheets, remarks))
}

/// What is left of a sheet when the reading ends.
enum Rest {
    None,
    Damaged,
    TooMany,
}

/// Reads the cells one by one: the size that a sheet claims is not believed.
fn cells(
    workbook: &mut Xlsx<Cursor<&[u8]>>,
    sheet: &mut Sheet,
    is_1904: bool,
    n_left: &mut usize,
) -> Rest {
    let Ok(mut reader) = workbook.worksheet_cells_reader(&sheet.name) else { return Rest::Damaged };
    let shown: Vec<Shown> = reader.styles().iter().map(Shown::of).collect();
    let plain = Shown::default();
    loop {
        match reader.next_cell_with_style_id() {
            Ok(Some((cell, style))) => {
                let shown = shown.get(style).unwrap_or(&plain);
                let cell = sheet_cell(&cell, shown, is_1904);
                if cell.text.is_empty() && !cell.is_bordered {
                    continue;
                }
                if *n_left == 0 {
                    return Rest::TooMany;
                }
                *n_left -= 1;
                sheet.cells.push(cell);
            }
            Ok(None) => return Rest::None,
            Err(_) => return Rest::Damaged,
        }
    }
}

/// How a style shows a cell.
#[derive(Debug, Default)]
struct Shown {
    code: String,
    is_bordered: bool,
}

impl Shown {
    fn of(style: &Style) -> Shown {
        let format = style.number_format.as_ref();
        let code = format.map_or("General", |format| {
            // What a file only numbers is shown as the system is used to.
            let built_in =
                format.format_id.filter(|id| *id < 164).and_then(number_format::built_in);
            let is_stated = !matches!(format.format_code.as_str(), "" | "General");
            match format.format_id {
                Some(14 | 22) => built_in.unwrap_or(&format.format_code),
                _ if is_stated => &format.format_code,
                _ => built_in.unwrap_or("General"),
            }
        });
        let is_bordered = style.borders.as_ref().is_some_and(|borders| {
            // A single line may underline a heading; a cell of a grid has lines at its sides.
            [&borders.left, &borders.right].iter().any(|border| border.is_visible())
        });
        Shown { code: code.to_owned(), is_bordered }
    }
}

fn sheet_cell(cell: &Cell<DataRef>, shown: &Shown, is_1904: bool) -> SheetCell {
    let (row, column) = cell.get_position();
    let text = match cell.get_value() {
        DataRef::Empty => String::new(),
        DataRef::Int(value) => {
            #[expect(clippy::cast_precision_loss, reason = "a cell holds a float")]
            let value = *value as f64;
            number_format::number(value, &shown.code, is_1904)
        }
        DataRef::Float(value) => number_format::number(*value, &shown.code, is_1904),
        DataRef::DateTime(value) => number_format::number(value.as_f64(), &shown.code, is_1904),
        DataRef::String(value) => number_format::text(value, &shown.code),
        DataRef::SharedString(value) => number_format::text(value, &shown.code),
        DataRef::Bool(true) => "TRUE".to_owned(),
        DataRef::Bool(false) => "FALSE".to_owned(),
        DataRef::DateTimeIso(value) | DataRef::DurationIso(value) => value.clone(),
        DataRef::Error(error) => error.to_string(),
    };
    SheetCell { row: place(row), column: place(column), text, is_bordered: shown.is_bordered }
}

/// A place that a file counts in 32 bits.
fn place(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// The parts of the archive that hold text beside the cells.
struct Parts<'b> {
    archive: Archive<'b>,
    /// The part of each sheet by its name.
    sheets: HashMap<String, String>,
}

impl<'b> Parts<'b> {
    fn of(bytes: &'b [u8]) -> Option<Parts<'b>> {
        let mut archive = Archive::open(bytes)?;
        let targets = relations(&mut archive, "xl/workbook.xml");
        let workbook = archive.text("xl/workbook.xml")?;
        let sheets = Nodes::of(&workbook).filter_map(|node| match node {
            Node::Start(tag) if tag.name() == "sheet" => {
                let part = targets.get(&tag.attribute("id")?)?.1.clone();
                Some((tag.attribute("name")?, part))
            }
            _ => None,
        });
        let sheets = sheets.collect();
        Some(Parts { archive, sheets })
    }

    /// Adds what lies over the cells of a sheet, and what is printed above and below them.
    fn add_to(&mut self, sheet: &mut Sheet) {
        let Some(part) = self.sheets.get(&sheet.name) else { return };
        let related = relations(&mut self.archive, part);
        let Some(text) = self.archive.text(part) else { return };
        sheet.furniture = page_furniture(&text);
        let mut drawings: Vec<&String> = related
            .values()
            .filter(|(kind, _)| kind.ends_with("/drawing"))
            .map(|(_, target)| target)
            .collect();
        drawings.sort();
        for drawing in drawings {
            let text = self.archive.text(drawing).unwrap_or_default();
            sheet.boxes.extend(boxes(&text));
        }
    }
}

/// The kind and the part of everything that a part names, by its identity.
fn relations(archive: &mut Archive, part: &str) -> HashMap<String, (String, String)> {
    let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
    let text = archive.text(&format!("{folder}/_rels/{name}.rels")).unwrap_or_default();
    let relations = Nodes::of(&text).filter_map(|node| match node {
        Node::Start(tag) if tag.name() == "Relationship" => {
            let target = archive::resolve(folder, &tag.attribute("Target")?);
            Some((tag.attribute("Id")?, (tag.attribute("Type")?, target)))
        }
        _ => None,
    });
    relations.collect()
}

/// The text of each box of a drawing.
fn boxes(text: &str) -> Vec<String> {
    let mut boxes = Vec::new();
    let mut shown = String::new();
    let (mut n_hidden, mut is_text) = (0_usize, false);
    for node in Nodes::of(text) {
        match node {
            Node::Start(tag) => match tag.name() {
                "Fallback" => n_hidden += 1,
                "t" => is_text = true,
                "br" => shown.push('\n'),
                _ => {}
            },
            Node::End(end) => match end_name(&end) {
                "Fallback" => n_hidden = n_hidden.saturating_sub(1),
                "t" => is_text = false,
                "p" => shown.push('\n'),
                "txBody" => boxes.push(cells::text(&std::mem::take(&mut shown))),
                _ => {}
            },
            Node::Text(text) if is_text && n_hidden == 0 => shown += &text,
            Node::Text(_) => {}
        }
    }
    boxes.retain(|text| !text.is_empty());
    boxes
}

/// Heads and feet of the printed pages, without the codes for fonts, page numbers and dates.
fn page_furniture(sheet: &str) -> Vec<String> {
    let mut furniture = Vec::new();
    let mut shown: Option<String> = None;
    for node in Nodes::of(sheet) {
        match node {
            Node::Start(tag) if is_furniture(tag.name()) => shown = Some(String::new()),
            Node::Text(text) => {
                if let Some(shown) = &mut shown {
                    *shown += &text;
                }
            }
            Node::End(end) if is_furniture(end_name(&end)) => {
                let text = shown.take().unwrap_or_default();
                furniture.extend(super::furniture(&text));
            }
            _ => {}
        }
    }
    furniture
}

fn is_furniture(name: &str) -> bool {
    matches!(
        name,
        "oddHeader" | "oddFooter" | "evenHeader" | "evenFooter" | "firstHeader" | "firstFooter"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_and_feet_lose_their_codes() {
        let sheet = "<worksheet><headerFooter><oddHeader>&amp;L令和5年度&amp;C&amp;\"ＭＳ 明朝,標準\"&amp;10総務課\
            &amp;R&amp;D</oddHeader><oddFooter>&amp;P / &amp;N</oddFooter></headerFooter></worksheet>";
        assert_eq!(page_furniture(sheet), ["令和5年度", "総務課", "/"]);
    }

    #[test]
    fn boxes_are_read_once() {
        let drawing = "<wsDr><sp><txBody><p><r><t>囲み</t></r></p><p><r><t>二行</t></r></p></txBody></sp>\
            <Fallback><sp><txBody><p><r><t>囲み</t></r></p></txBody></sp></Fallback><sp><txBody><p/></txBody></sp></wsDr>";
        assert_eq!(boxes(drawing), ["囲み\n二行"]);
    }
}

//! Workbooks of Excel since 2007 (xlsx, xlsm): the parts that say what cells show.
//!
//! Read here and not by a library for the reasons given in [`super::xls`].

mod styles;

use std::borrow::Cow;
use std::collections::HashMap;

use super::{Fault, MOST_CELLS, Region, Sheet, SheetCell, Sheets};
use crate::source::archive::{self, Archive};
use crate::source::cells;
use crate::source::xml::{Node, Nodes, Tag, end_name};

use self::styles::{Shown, Styles};

/// The rows and columns that a sheet has.
const N_ROWS: usize = 1_048_576;
const N_COLUMNS: usize = 16_384;

const WORKBOOK: &str = "xl/workbook.xml";

/// The sheets of a workbook in their order.
pub(super) fn sheets(mut archive: Archive) -> Result<Sheets, Fault> {
    if archive.is_encrypted() {
        return Err(Fault::Encrypted);
    }
    let text = archive.text(WORKBOOK).ok_or(Fault::Damaged)?;
    let related = relations(&mut archive, WORKBOOK);
    let mut workbook = Workbook::read(&text);
    let mut part = |kind: &str| {
        let related = related.values().find(|(found, _)| found.ends_with(kind));
        related.and_then(|(_, part)| archive.text(part)).unwrap_or_default()
    };
    workbook.strings = shared_strings(&part("/sharedStrings"));
    workbook.styles = Styles::read(&part("/styles"));
    let mut sheets = Vec::new();
    let mut remarks = Vec::new();
    let mut n_left = MOST_CELLS;
    for SheetStart { name, relation, is_hidden } in &workbook.sheets {
        let mut remark = |message: String| remarks.push((Some(name.clone()), message));
        let Some((kind, part)) = related.get(relation) else { continue };
        // A chart or a macro has a sheet to itself.
        if !kind.ends_with("/worksheet") {
            continue;
        }
        let Some(text) = archive.text(part) else {
            remark("シートを読めませんでした。".to_owned());
            continue;
        };
        let sheet = Sheet { name: name.clone(), is_hidden: *is_hidden, ..Sheet::default() };
        let mut reading = SheetReading { sheet, ..SheetReading::new(&workbook, n_left) };
        let mut nodes = Nodes::of(&text);
        for node in &mut nodes {
            reading.node(node);
        }
        if nodes.is_damaged {
            remark("シートが壊れているので、読めたところまでを取り込みました。".to_owned());
        }
        if reading.n_left == 0 {
            remark("セルが多すぎるので、途中までを取り込みました。".to_owned());
        }
        if 0 < reading.n_unsolved {
            remark(format!(
                "計算結果が保存されていない数式が{}個あります。表計算で開いて保存し直してください。",
                reading.n_unsolved
            ));
        }
        n_left = reading.n_left;
        let mut sheet = reading.sheet;
        sheet.boxes = drawings(&mut archive, part);
        sheet.comments = comments(&mut archive, part);
        sheets.push(sheet);
    }
    Ok((sheets, remarks))
}

/// What the workbook says about all sheets.
#[derive(Debug, Default)]
struct Workbook {
    sheets: Vec<SheetStart>,
    is_1904: bool,
    strings: Vec<String>,
    styles: Styles,
}

#[derive(Debug)]
struct SheetStart {
    name: String,
    relation: String,
    is_hidden: bool,
}

impl Workbook {
    fn read(text: &str) -> Workbook {
        let mut workbook = Workbook::default();
        for node in Nodes::of(text) {
            let Node::Start(tag) = node else { continue };
            match tag.name() {
                "workbookPr" => {
                    let value = tag.attribute("date1904").unwrap_or_default();
                    workbook.is_1904 = matches!(value.as_str(), "1" | "true");
                }
                "sheet" => workbook.sheets.push(SheetStart {
                    name: tag.attribute("name").unwrap_or_default(),
                    relation: tag.attribute("id").unwrap_or_default(),
                    is_hidden: tag.attribute("state").is_some_and(|state| state != "visible"),
                }),
                _ => {}
            }
        }
        workbook
    }

    fn shown(&self, cell: &OpenCell, style: &Shown) -> String {
        let value = cell.value.trim();
        match cell.kind {
            CellKind::Shared => {
                let index: Option<usize> = value.parse().ok();
                let text = index.and_then(|index| self.strings.get(index));
                text.map_or(String::new(), |text| style.format.text(text))
            }
            CellKind::Inline => style.format.text(&unescaped(&cell.text)),
            CellKind::Text => style.format.text(&unescaped(&cell.value)),
            CellKind::Truth => match value {
                "" => String::new(),
                "0" | "false" => "FALSE".to_owned(),
                _ => "TRUE".to_owned(),
            },
            CellKind::AsItIs => value.to_owned(),
            CellKind::Number => match value.parse() {
                Ok(number) => style.format.number(number, self.is_1904),
                Err(_) => value.to_owned(),
            },
        }
    }
}

/// The state of the reading of a sheet.
struct SheetReading<'w, 'x> {
    workbook: &'w Workbook,
    sheet: Sheet,
    /// The place of the next cell that does not say its own.
    row: usize,
    column: usize,
    cell: Option<OpenCell<'x>>,
    /// The element whose text is read.
    open: Open,
    n_left: usize,
    /// Formulas without a value.
    n_unsolved: usize,
    furniture: Option<String>,
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Open {
    None,
    Value,
    Text,
    /// A reading above the characters.
    Reading,
}

#[derive(Debug, Default)]
struct OpenCell<'x> {
    style: usize,
    kind: CellKind,
    value: Cow<'x, str>,
    text: Cow<'x, str>,
    has_formula: bool,
}

/// What the value of a cell is.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
enum CellKind {
    #[default]
    Number,
    /// The number of a shared string.
    Shared,
    /// Text within the cell.
    Inline,
    /// The text that a formula gives.
    Text,
    Truth,
    /// A fault of a formula, or a date in figures.
    AsItIs,
}

impl CellKind {
    fn of(kind: &str) -> CellKind {
        match kind {
            "s" => CellKind::Shared,
            "inlineStr" => CellKind::Inline,
            "str" => CellKind::Text,
            "b" => CellKind::Truth,
            "e" | "d" => CellKind::AsItIs,
            _ => CellKind::Number,
        }
    }
}

impl<'w, 'x> SheetReading<'w, 'x> {
    fn new(workbook: &'w Workbook, n_left: usize) -> SheetReading<'w, 'x> {
        SheetReading {
            workbook,
            sheet: Sheet::default(),
            row: 0,
            column: 0,
            cell: None,
            open: Open::None,
            n_left,
            n_unsolved: 0,
            furniture: None,
        }
    }

    fn node(&mut self, node: Node<'x>) {
        match node {
            Node::Start(tag) => self.start(&tag),
            Node::End(end) => self.end(end_name(&end)),
            Node::Text(text) => {
                if let Some(furniture) = &mut self.furniture {
                    furniture.push_str(&text);
                } else if let Some(cell) = &mut self.cell {
                    match self.open {
                        Open::Value => append(&mut cell.value, text),
                        Open::Text => append(&mut cell.text, text),
                        Open::None | Open::Reading => {}
                    }
                }
            }
        }
    }

    fn start(&mut self, tag: &Tag) {
        match tag.name() {
            "row" => {
                // Rows are counted from 1.
                self.row = tag.count("r", self.row + 1).saturating_sub(1);
                self.column = 0;
                if is_true(tag, "hidden") {
                    self.sheet.hidden.add_rows(self.row, self.row);
                }
            }
            "c" => {
                self.begin_cell(tag);
                self.open = Open::None;
            }
            "col" if is_true(tag, "hidden") => {
                let (first, last) = (tag.count("min", 1), tag.count("max", 1));
                self.sheet.hidden.add_columns(first.saturating_sub(1), last.saturating_sub(1));
            }
            "v" => self.open = Open::Value,
            "t" if self.open != Open::Reading => self.open = Open::Text,
            "rPh" => self.open = Open::Reading,
            "f" => {
                if let Some(cell) = &mut self.cell {
                    cell.has_formula = true;
                }
            }
            "mergeCell" => self.sheet.merged.extend(tag.attribute("ref").and_then(|r| region(&r))),
            name if is_furniture(name) => self.furniture = Some(String::new()),
            _ => {}
        }
    }

    fn begin_cell(&mut self, tag: &Tag) {
        let cell = self.cell.insert(OpenCell::default());
        for (name, value) in tag.attributes() {
            match name {
                "r" => {
                    let named = place(&value.text());
                    (self.row, self.column) = named.unwrap_or((self.row, self.column));
                }
                "s" => cell.style = value.text().trim().parse().unwrap_or_default(),
                "t" => cell.kind = CellKind::of(&value.text()),
                _ => {}
            }
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "c" => {
                if let Some(cell) = self.cell.take() {
                    self.close_cell(cell);
                }
                self.column += 1;
            }
            "row" => self.row += 1,
            "v" | "rPh" => self.open = Open::None,
            "t" if self.open == Open::Text => self.open = Open::None,
            name if is_furniture(name) => {
                let text = self.furniture.take().unwrap_or_default();
                self.sheet.furniture.extend(super::furniture(&text));
            }
            _ => {}
        }
    }

    fn close_cell(&mut self, cell: OpenCell) {
        let (row, column) = (self.row, self.column);
        let style = self.workbook.styles.get(cell.style);
        let text = self.workbook.shown(&cell, style);
        if cell.has_formula && cell.value.is_empty() && cell.kind != CellKind::Text {
            self.n_unsolved += 1;
        }
        let is_bordered = style.is_bordered;
        let is_outside = N_ROWS <= row || N_COLUMNS <= column;
        if text.is_empty() && !is_bordered || is_outside || self.n_left == 0 {
            return;
        }
        self.n_left -= 1;
        self.sheet.cells.push(SheetCell { row, column, text, is_bordered });
    }
}

/// Puts a piece of a text behind those before; most texts are one piece.
fn append<'x>(text: &mut Cow<'x, str>, piece: Cow<'x, str>) {
    match text.is_empty() {
        true => *text = piece,
        false => text.to_mut().push_str(&piece),
    }
}

/// The place that a name means: `B12`, `$B$12`.
fn place(name: &str) -> Option<(usize, usize)> {
    let name = match name.contains('$') {
        true => Cow::Owned(name.replace('$', "")),
        false => Cow::Borrowed(name),
    };
    let n_letters = name.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (letters, digits) = name.split_at(n_letters);
    if !(1..=3).contains(&n_letters) {
        return None;
    }
    let column = letters.bytes().fold(0, |column, letter| {
        26 * column + usize::from(letter.to_ascii_uppercase() - b'A') + 1
    });
    let row: usize = digits.parse().ok()?;
    Some((row.checked_sub(1)?, column - 1))
}

/// The region that two names mean: `A1:B12`.
fn region(names: &str) -> Option<Region> {
    let (first, last) = names.split_once(':')?;
    let (first, last) = (place(first)?, place(last)?);
    Some(Region {
        first_row: first.0.min(last.0),
        last_row: first.0.max(last.0),
        first_column: first.1.min(last.1),
        last_column: first.1.max(last.1),
    })
}

/// The strings that cells share, without the readings above their characters.
fn shared_strings(text: &str) -> Vec<String> {
    let mut strings = Vec::new();
    let mut shown = String::new();
    let (mut n_readings, mut is_text) = (0_usize, false);
    for node in Nodes::of(text) {
        match node {
            Node::Start(tag) => match tag.name() {
                "si" => shown.clear(),
                "rPh" => n_readings += 1,
                "t" => is_text = n_readings == 0,
                _ => {}
            },
            Node::End(end) => match end_name(&end) {
                "si" => strings.push(unescaped(&shown)),
                "rPh" => n_readings = n_readings.saturating_sub(1),
                "t" => is_text = false,
                _ => {}
            },
            Node::Text(text) if is_text => shown += &text,
            Node::Text(_) => {}
        }
    }
    strings
}

/// Text in which characters that XML cannot hold are written by their numbers: `_x000D_`.
fn unescaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let code = rest.get(at + 2..at + 6).filter(|_| rest[at + 2..].get(4..5) == Some("_"));
        let c = code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32);
        match c {
            Some(c) => {
                shown += &rest[..at];
                shown.push(c);
                rest = &rest[at + 7..];
            }
            None => {
                shown += &rest[..at + 2];
                rest = &rest[at + 2..];
            }
        }
    }
    shown + rest
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

/// The text that lies over the cells of a sheet.
fn drawings(archive: &mut Archive, sheet: &str) -> Vec<String> {
    let related = relations(archive, sheet);
    let drawings = related.values().filter(|(kind, _)| kind.ends_with("/drawing"));
    let mut drawings: Vec<&String> = drawings.map(|(_, part)| part).collect();
    drawings.sort();
    let texts = drawings.into_iter().map(|part| archive.text(part).unwrap_or_default());
    texts.collect::<Vec<_>>().iter().flat_map(|text| boxes(text)).collect()
}

/// The remarks at the cells of a sheet.
fn comments(archive: &mut Archive, sheet: &str) -> Vec<(usize, usize, String)> {
    let related = relations(archive, sheet);
    let part = related.values().find(|(kind, _)| kind.ends_with("/comments"));
    let Some(text) = part.and_then(|(_, part)| archive.text(part)) else { return Vec::new() };
    let mut comments: Vec<(usize, usize, String)> = Vec::new();
    let mut is_text = false;
    for node in Nodes::of(&text) {
        match node {
            Node::Start(tag) if tag.name() == "comment" => {
                let at = tag.attribute("ref").and_then(|name| place(&name)).unwrap_or_default();
                comments.push((at.0, at.1, String::new()));
            }
            Node::Start(tag) => is_text |= tag.name() == "t",
            Node::End(end) => is_text &= end_name(&end) != "t",
            Node::Text(text) if is_text => {
                if let Some((.., shown)) = comments.last_mut() {
                    *shown += &text;
                }
            }
            Node::Text(_) => {}
        }
    }
    comments
}

/// Whether a flag is set.
fn is_true(tag: &Tag, name: &str) -> bool {
    tag.attribute(name).is_some_and(|value| value == "1" || value == "true")
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

/// The elements that hold heads and feet of printed pages.
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
    fn places_are_read_from_their_names() {
        for (name, expected) in [
            ("B12", Some((11, 1))),
            ("$aa$1", Some((0, 26))),
            ("XFD1048576", Some((1_048_575, 16_383))),
            ("12", None),
            ("A0", None),
            ("ABCD1", None),
            ("A99999999999999999999", None),
        ] {
            assert_eq!(place(name), expected, "{name}");
        }
    }

    #[test]
    fn strings_are_read_without_readings_and_escapes() {
        let text = "<sst><si><t>取組</t><rPh><t>トリクミ</t></rPh></si><si><r><t>甲_x000D_</t></r><r><t>乙_x3_</t></r></si>\
            <si/></sst>";
        assert_eq!(shared_strings(text), ["取組", "甲\r乙_x3_", ""]);
    }

    #[test]
    fn a_formula_without_a_value_is_counted() {
        let workbook = Workbook::default();
        let mut reading = SheetReading::new(&workbook, 10);
        let sheet = "<sheetData><row><c><f>1+1</f></c><c><f>1+1</f><v>2</v></c></row></sheetData>\
            <headerFooter><oddHeader>&amp;L総務課</oddHeader></headerFooter>";
        for node in Nodes::of(sheet) {
            reading.node(node);
        }
        assert_eq!(reading.n_unsolved, 1);
        let cell = &reading.sheet.cells[0];
        assert_eq!((cell.row, cell.column, cell.text.as_str()), (0, 1, "2"));
        assert_eq!(reading.sheet.furniture, ["総務課"]);
    }

    #[test]
    fn boxes_are_read_once() {
        let drawing = "<wsDr><sp><txBody><p><r><t>囲み</t></r></p><p><r><t>二行</t></r></p></txBody></sp>\
            <Fallback><sp><txBody><p><r><t>囲み</t></r></p></txBody></sp></Fallback><sp><txBody><p/></txBody></sp></wsDr>";
        assert_eq!(boxes(drawing), ["囲み\n二行"]);
    }
}

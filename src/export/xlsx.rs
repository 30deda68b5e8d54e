//! Workbooks (Office Open XML) written as they leave: no row is kept and nothing is written twice.
//!
//! Texts are written as texts, so that no program takes one for a formula or a date.
//! A cell holds 32,767 characters: a longer text goes on in the rows below, and the last column says so.
//! A sheet holds 1,048,576 rows: a longer table goes on in further sheets, each with the headings.

use std::fmt::Write as _;
use std::io;
use std::io::Write;

use zip::ZipWriter;
use zip::result::ZipError;
use zip::write::{SimpleFileOptions, StreamWriter};

use super::{Cell, Table};

/// The heading of the column that says which part of a row this is: `2/3`; empty where a row is whole.
pub const PART: &str = "part (a cell over 32,767 characters goes on in the next row)";

/// The most that a cell holds, in units of UTF-16.
const CELL_UNITS: usize = 32_767;

/// The most rows of a sheet, headings included.
const SHEET_ROWS: u32 = 1_048_576;

/// The most columns of a sheet.
const SHEET_COLUMNS: usize = 16_384;

/// Where a sheet ends early: beyond 4 GiB an archive needs a form that spreadsheets refuse in streams.
const SHEET_BYTES: u64 = 2 << 30;

/// The most characters of a sheet's name.
const NAME_UNITS: usize = 31;

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONSHIPS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";

/// Wide enough for a name or the beginning of a text.
const WIDTHS: &str = "<sheetFormatPr defaultColWidth=\"18\" defaultRowHeight=\"15\"/>";

/// Texts begin at the top of their cell; headings are bold.
const STYLES: &str = "<fonts count=\"2\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font>\
    <font><b/><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts>\
    <fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill>\
    <fill><patternFill patternType=\"gray125\"/></fill></fills>\
    <borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
    <cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>\
    <cellXfs count=\"2\">\
    <xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyAlignment=\"1\">\
    <alignment vertical=\"top\"/></xf>\
    <xf numFmtId=\"0\" fontId=\"1\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyFont=\"1\" applyAlignment=\"1\">\
    <alignment vertical=\"top\"/></xf></cellXfs>\
    <cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/></cellStyles>";
const PLAIN: u8 = 0;
const BOLD: u8 = 1;

/// Writes a workbook sheet by sheet, row by row.
pub struct Workbook<W: Write> {
    archive: ZipWriter<StreamWriter<W>>,
    /// Names of the sheets begun so far.
    names: Vec<String>,
    open: Option<Sheet>,
    limits: Limits,
}

/// The sheet that is being written.
struct Sheet {
    name: String,
    headings: Vec<Cell>,
    /// Whether the last column says which part of a row stands here.
    has_part: bool,
    /// Rows written, headings included.
    n_rows: u32,
    n_bytes: u64,
}

/// What a sheet and a cell hold; smaller in tests.
#[derive(Clone, Copy, Debug)]
struct Limits {
    cell_units: usize,
    sheet_rows: u32,
    sheet_bytes: u64,
}

impl<W: Write> Workbook<W> {
    /// Begins a workbook.
    pub fn new(out: W) -> Workbook<W> {
        let limits =
            Limits { cell_units: CELL_UNITS, sheet_rows: SHEET_ROWS, sheet_bytes: SHEET_BYTES };
        let archive = ZipWriter::new_stream(out);
        Workbook { archive, names: Vec::new(), open: None, limits }
    }

    /// Ends the sheet before and begins the next, with its headings and [`PART`] behind them.
    ///
    /// The first column should name the row: it stands again where a row goes on.
    ///
    /// # Errors
    ///
    /// The file cannot be written to.
    pub fn sheet(&mut self, name: &str, headings: &[String]) -> io::Result<()> {
        self.begin(name, headings, true)
    }

    /// The same without [`PART`], for texts that are known to fit into their cells.
    ///
    /// # Errors
    ///
    /// The file cannot be written to.
    pub fn short_sheet(&mut self, name: &str, headings: &[String]) -> io::Result<()> {
        self.begin(name, headings, false)
    }

    /// Writes one row of the sheet.
    ///
    /// # Errors
    ///
    /// The file cannot be written to, no sheet was begun, or there are more columns than a sheet has.
    pub fn row(&mut self, cells: &[Cell]) -> io::Result<()> {
        let mut lines = lines(cells, self.limits.cell_units);
        let n_lines = lines.len();
        let has_part = self.open.as_ref().is_some_and(|sheet| sheet.has_part);
        let n_columns = self.open.as_ref().map_or(0, |sheet| sheet.headings.len());
        if has_part && 1 < n_lines {
            for (line, number) in lines.iter_mut().zip(1..) {
                line.resize(n_columns - 1, Cell::Empty);
                line.push(Cell::Text(format!("{number}/{n_lines}")));
            }
        }
        for line in lines {
            self.line(&line, PLAIN)?;
        }
        Ok(())
    }

    /// Ends the workbook and gives back what it was written to.
    ///
    /// # Errors
    ///
    /// The file cannot be written to.
    pub fn finish(mut self) -> io::Result<W> {
        if self.names.is_empty() {
            // A workbook without a sheet is damaged.
            self.begin("1", &[], false)?;
        }
        self.end()?;
        self.parts()?;
        Ok(self.archive.finish().map_err(failure)?.into_inner())
    }

    fn begin(&mut self, name: &str, headings: &[String], has_part: bool) -> io::Result<()> {
        let mut headings: Vec<Cell> =
            headings.iter().map(|heading| heading.as_str().into()).collect();
        if has_part {
            headings.push(PART.into());
        }
        self.open(name.to_owned(), headings, has_part)
    }

    fn open(&mut self, name: String, headings: Vec<Cell>, has_part: bool) -> io::Result<()> {
        self.end()?;
        let number = self.names.len() + 1;
        self.names.push(unique(&name, &self.names));
        self.start_file(&format!("xl/worksheets/sheet{number}.xml"))?;
        let mut head = format!("{DECLARATION}<worksheet xmlns=\"{MAIN}\">");
        if !headings.is_empty() {
            head.push_str(
                "<sheetViews><sheetView workbookViewId=\"0\"><pane ySplit=\"1\" topLeftCell=\"A2\" \
                 activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews>",
            );
        }
        head.push_str(WIDTHS);
        head.push_str("<sheetData>");
        self.archive.write_all(head.as_bytes())?;
        self.open =
            Some(Sheet { name, headings: headings.clone(), has_part, n_rows: 0, n_bytes: 0 });
        if headings.is_empty() { Ok(()) } else { self.line(&headings, BOLD) }
    }

    /// Ends the sheet that is being written, if there is one.
    fn end(&mut self) -> io::Result<()> {
        if self.open.take().is_none() {
            return Ok(());
        }
        self.archive.write_all(b"</sheetData></worksheet>")
    }

    /// Writes one line of a sheet whose texts all fit, in a further sheet if this one is full.
    fn line(&mut self, cells: &[Cell], style: u8) -> io::Result<()> {
        let limits = self.limits;
        let is_full = |sheet: &Sheet| {
            sheet.n_rows == limits.sheet_rows || limits.sheet_bytes <= sheet.n_bytes
        };
        if let Some(full) = self.open.take_if(|sheet| is_full(sheet)) {
            self.archive.write_all(b"</sheetData></worksheet>")?;
            self.open(full.name, full.headings, full.has_part)?;
        }
        let Some(sheet) = &mut self.open else {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "a row needs a sheet"));
        };
        if SHEET_COLUMNS < cells.len() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "a sheet has 16,384 columns"));
        }
        sheet.n_rows += 1;
        let line = line_xml(cells, sheet.n_rows, style);
        sheet.n_bytes += line.len() as u64;
        self.archive.write_all(line.as_bytes())
    }

    /// Everything but the sheets; it stands at the end, where all sheets are known.
    fn parts(&mut self) -> io::Result<()> {
        let parts = [
            ("xl/workbook.xml", workbook(&self.names)),
            ("xl/_rels/workbook.xml.rels", workbook_relationships(self.names.len())),
            ("xl/styles.xml", format!("<styleSheet xmlns=\"{MAIN}\">{STYLES}</styleSheet>")),
            (
                "_rels/.rels",
                relationships(&["officeDocument\" Target=\"xl/workbook.xml".to_owned()]),
            ),
            ("[Content_Types].xml", content_types(self.names.len())),
        ];
        for (name, text) in parts {
            self.start_file(name)?;
            self.archive.write_all(DECLARATION.as_bytes())?;
            self.archive.write_all(text.as_bytes())?;
        }
        Ok(())
    }

    fn start_file(&mut self, name: &str) -> io::Result<()> {
        self.archive.start_file(name, SimpleFileOptions::default()).map_err(failure)
    }
}

/// The whole workbook of tables that are small enough to be held; [`PART`] stands only where it is needed.
pub fn workbook_of(tables: &[Table]) -> Vec<u8> {
    let written = || {
        let mut workbook = Workbook::new(Vec::new());
        for table in tables {
            let goes_on =
                |cell: &Cell| matches!(cell, Cell::Text(text) if is_long(text, CELL_UNITS));
            let has_part = table.rows.iter().flatten().any(goes_on);
            workbook.begin(&table.name, &table.headings, has_part)?;
            for row in &table.rows {
                workbook.row(row)?;
            }
        }
        workbook.finish()
    };
    written().expect("memory takes what is written to it, and no table has 16,384 columns")
}

fn failure(error: ZipError) -> io::Error {
    match error {
        ZipError::Io(error) => error,
        error => io::Error::other(error),
    }
}

/// A row as lines whose texts all fit: the first as it is, then what is left, under the first cell again.
fn lines(cells: &[Cell], cell_units: usize) -> Vec<Vec<Cell>> {
    let pieces = |cell: &Cell| match cell {
        Cell::Text(text) if is_long(text, cell_units) => cut(text, cell_units),
        _ => Vec::new(),
    };
    let all: Vec<Vec<String>> = cells.iter().map(pieces).collect();
    let n_lines = all.iter().map(Vec::len).max().unwrap_or(0).max(1);
    let line = |number: usize| {
        let cell = |(place, (cell, pieces)): (usize, (&Cell, &Vec<String>))| match (
            pieces.get(number),
            number,
        ) {
            (Some(piece), _) => Cell::Text(piece.clone()),
            (None, 0) => cell.clone(),
            (None, _) if place == 0 && pieces.is_empty() => cell.clone(),
            (None, _) => Cell::Empty,
        };
        cells.iter().zip(&all).enumerate().map(cell).collect()
    };
    (0..n_lines).map(line).collect()
}

/// The length of a text as spreadsheets count it.
fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Whether a text is longer than a cell holds.
fn is_long(text: &str, cell_units: usize) -> bool {
    // A unit takes at least a byte, so that most texts need not be counted.
    cell_units < text.len() && cell_units < units(text)
}

/// A text in pieces that a cell holds; joined they are the text.
fn cut(text: &str, cell_units: usize) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut n_units = 0;
    for c in text.chars() {
        if cell_units < n_units + c.len_utf16() {
            pieces.push(String::new());
            n_units = 0;
        }
        n_units += c.len_utf16();
        if let Some(piece) = pieces.last_mut() {
            piece.push(c);
        }
    }
    pieces
}

fn line_xml(cells: &[Cell], number: u32, style: u8) -> String {
    let mut xml = format!("<row r=\"{number}\">");
    for (place, cell) in cells.iter().enumerate() {
        let column = Column(place);
        match cell {
            Cell::Text(text) if !text.is_empty() => {
                put(
                    &mut xml,
                    format_args!("<c r=\"{column}{number}\" s=\"{style}\" t=\"inlineStr\">"),
                );
                xml.push_str("<is><t xml:space=\"preserve\">");
                escape(&mut xml, text);
                xml.push_str("</t></is></c>");
            }
            Cell::Number(value) if value.is_finite() => {
                put(
                    &mut xml,
                    format_args!("<c r=\"{column}{number}\" s=\"{style}\"><v>{value}</v></c>"),
                );
            }
            Cell::Text(_) | Cell::Number(_) | Cell::Empty => {}
        }
    }
    xml.push_str("</row>");
    xml
}

/// The letters of a column, from 0: A … Z, AA ….
struct Column(usize);

impl std::fmt::Display for Column {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if 26 <= self.0 {
            Column(self.0 / 26 - 1).fmt(f)?;
        }
        let letter = b'A' + u8::try_from(self.0 % 26).expect("a remainder of 26 is a letter");
        f.write_char(char::from(letter))
    }
}

fn put(xml: &mut String, text: std::fmt::Arguments<'_>) {
    xml.write_fmt(text).expect("a string takes what is written to it");
}

/// Text between tags: XML's own signs, and the characters that XML cannot hold in the way that spreadsheets read them.
///
/// What already looks like such a character would be read as one: its first sign is written as one, too.
fn escape(xml: &mut String, text: &str) {
    for (at, c) in text.char_indices() {
        match c {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '"' => xml.push_str("&quot;"),
            '\t' | '\n' => xml.push(c),
            '_' if looks_escaped(&text[at..]) => xml.push_str("_x005F_"),
            '\0'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}' => {
                put(xml, format_args!("_x{:04X}_", u32::from(c)));
            }
            _ => xml.push(c),
        }
    }
}

/// Whether `text` begins as a character that XML cannot hold is written: `_x000D_`.
fn looks_escaped(text: &str) -> bool {
    let sign = text.as_bytes();
    sign.len() >= 7
        && sign[1] == b'x'
        && sign[2..6].iter().all(u8::is_ascii_hexdigit)
        && sign[6] == b'_'
}

/// A name that a sheet can have and that none of `taken` has, whatever the case.
fn unique(name: &str, taken: &[String]) -> String {
    let name: String = name
        .chars()
        .map(|c| if "[]:*?/\\".contains(c) || c.is_control() { ' ' } else { c })
        .collect();
    let name = name.trim().trim_matches('\'');
    let name = if name.is_empty() { "1" } else { name };
    let is_taken =
        |name: &String| taken.iter().any(|other| other.to_lowercase() == name.to_lowercase());
    let first = shortened(name, "");
    if !is_taken(&first) {
        return first;
    }
    (2..)
        .map(|number| shortened(name, &format!(" ({number})")))
        .find(|name| !is_taken(name))
        .expect("numbers do not end before the sheets do")
}

/// `name` with `end`, no longer than a sheet's name may be.
fn shortened(name: &str, end: &str) -> String {
    let mut kept = cut(name, NAME_UNITS - end.len()).swap_remove(0);
    kept.truncate(kept.trim_end_matches('\'').len());
    kept.push_str(end);
    kept
}

fn workbook(names: &[String]) -> String {
    let mut xml = format!("<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELATIONSHIPS}\">");
    // The sheets' views are views of this one.
    xml.push_str("<bookViews><workbookView/></bookViews><sheets>");
    for (name, number) in names.iter().zip(1..) {
        xml.push_str("<sheet name=\"");
        escape(&mut xml, name);
        put(&mut xml, format_args!("\" sheetId=\"{number}\" r:id=\"rId{number}\"/>"));
    }
    xml.push_str("</sheets></workbook>");
    xml
}

fn workbook_relationships(n_sheets: usize) -> String {
    let sheet = |number| format!("worksheet\" Target=\"worksheets/sheet{number}.xml");
    let mut targets: Vec<String> = (1..=n_sheets).map(sheet).collect();
    targets.push("styles\" Target=\"styles.xml".to_owned());
    relationships(&targets)
}

/// Relations to parts of the archive, each the end of a type and a target.
fn relationships(targets: &[String]) -> String {
    let mut xml = format!("<Relationships xmlns=\"{PACKAGE}/relationships\">");
    for (target, number) in targets.iter().zip(1..) {
        put(
            &mut xml,
            format_args!("<Relationship Id=\"rId{number}\" Type=\"{RELATIONSHIPS}/{target}\"/>"),
        );
    }
    xml.push_str("</Relationships>");
    xml
}

fn content_types(n_sheets: usize) -> String {
    const KIND: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";
    let mut xml = format!(
        "<Types xmlns=\"{PACKAGE}/content-types\">\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
         <Override PartName=\"/xl/workbook.xml\" ContentType=\"{KIND}.sheet.main+xml\"/>\
         <Override PartName=\"/xl/styles.xml\" ContentType=\"{KIND}.styles+xml\"/>"
    );
    for number in 1..=n_sheets {
        put(
            &mut xml,
            format_args!(
                "<Override PartName=\"/xl/worksheets/sheet{number}.xml\" \
                 ContentType=\"{KIND}.worksheet+xml\"/>"
            ),
        );
    }
    xml.push_str("</Types>");
    xml
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Data, DataType, Reader, Xlsx};
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn of(name: &str, headings: &[&str], rows: Vec<Vec<Cell>>) -> Table {
        let headings = headings.iter().map(|heading| (*heading).to_owned()).collect();
        Table { name: name.to_owned(), headings, rows }
    }

    fn open(bytes: Vec<u8>) -> Xlsx<Cursor<Vec<u8>>> {
        Xlsx::new(Cursor::new(bytes)).unwrap()
    }

    /// The cells of a sheet as another program reads them.
    fn read(book: &mut Xlsx<Cursor<Vec<u8>>>, name: &str) -> Vec<Vec<Data>> {
        assert!(book.worksheet_formula(name).unwrap().is_empty(), "a cell is a formula");
        book.worksheet_range(name).unwrap().rows().map(<[Data]>::to_vec).collect()
    }

    fn text(text: &str) -> Data {
        Data::String(text.to_owned())
    }

    #[test]
    fn another_program_reads_the_same_cells() {
        let rows = vec![
            vec!["=1+1".into(), Cell::Number(-2.5), "  二つ\n目 ".into()],
            vec!["<&>\"'".into(), 318_usize.into(), "2022".into()],
            vec![Cell::Empty, Cell::Number(f64::INFINITY), "@SUM(A1)".into()],
        ];
        let mut book = open(workbook_of(&[of("取組", &["題", "数", "文"], rows)]));
        assert_eq!(book.sheet_names(), ["取組"]);
        let expected = [
            vec![text("題"), text("数"), text("文")],
            vec![text("=1+1"), Data::Float(-2.5), text("  二つ\n目 ")],
            vec![text("<&>\"'"), Data::Float(318.0), text("2022")],
            vec![Data::Empty, Data::Empty, text("@SUM(A1)")],
        ];
        assert_eq!(read(&mut book, "取組"), expected);
    }

    #[test]
    fn characters_that_xml_cannot_hold_are_written_as_spreadsheets_read_them() {
        let check = |text: &str, expected: &str| {
            let mut xml = String::new();
            escape(&mut xml, text);
            assert_eq!(xml, expected);
        };
        check("a\u{1}b", "a_x0001_b");
        check("1\r\n2", "1_x000D_\n2");
        check("\u{FFFE}", "_xFFFE_");
        check("_x000D_", "_x005F_x000D_");
        check("_x00_ __x", "_x00_ __x");
        check("_xあaaa_", "_xあaaa_");
    }

    #[test]
    fn a_long_text_goes_on_in_the_rows_below() {
        for n_characters in [32_766, 32_767, 32_768, 33_000, 70_000] {
            let long: String = "長い文章です。".chars().cycle().take(n_characters).collect();
            let rows = vec![vec!["a".into(), "短い".into(), Cell::from(long.as_str())]];
            let mut book = open(workbook_of(&[of("1", &["id", "goal", "result"], rows)]));
            let read = read(&mut book, "1");
            let parts = &read[1..];
            assert_eq!(parts.len(), n_characters.div_ceil(CELL_UNITS));
            let joined: String = parts.iter().filter_map(|row| row[2].get_string()).collect();
            assert!(joined == long, "{n_characters} characters are not whole");
            if 1 < parts.len() {
                assert_eq!(read[0][3], text(PART));
                for (row, number) in parts.iter().zip(1..) {
                    assert_eq!(row[0], text("a"));
                    assert_eq!(row[3], text(&format!("{number}/{}", parts.len())));
                }
                assert_eq!(parts[1][1], Data::Empty);
            } else {
                assert_eq!(read[0].len(), 3);
            }
        }
    }

    #[test]
    fn a_character_of_two_units_is_not_cut() {
        assert_eq!(cut("a𠮷b", 2), ["a", "𠮷", "b"]);
        assert_eq!(cut("𠮷𠮷", 4), ["𠮷𠮷"]);
        assert_eq!(cut("", 4), [""]);
    }

    #[test]
    fn a_full_sheet_goes_on_in_the_next() {
        let mut workbook = Workbook::new(Vec::new());
        workbook.limits.sheet_rows = 3;
        workbook.sheet("取組", &["id".to_owned()]).unwrap();
        for number in 0..5_u32 {
            workbook.row(&[number.into()]).unwrap();
        }
        workbook.sheet("出典", &["a".to_owned()]).unwrap();
        let mut book = open(workbook.finish().unwrap());
        assert_eq!(book.sheet_names(), ["取組", "取組 (2)", "取組 (3)", "出典"]);
        let numbers = ["取組", "取組 (2)", "取組 (3)"].map(|name| {
            let rows = read(&mut book, name);
            assert_eq!(rows[0][0], text("id"));
            rows.len() - 1
        });
        assert_eq!(numbers, [2, 2, 1]);
    }

    #[test]
    fn a_sheet_that_grows_too_large_ends_early() {
        let mut workbook = Workbook::new(Vec::new());
        workbook.limits.sheet_bytes = 400;
        workbook.sheet("a", &["id".to_owned()]).unwrap();
        for number in 0..9_u32 {
            workbook.row(&[number.into()]).unwrap();
        }
        let book = open(workbook.finish().unwrap());
        assert!(1 < book.sheet_names().len(), "{:?}", book.sheet_names());
    }

    #[test]
    fn sheets_have_names_that_spreadsheets_take() {
        let check = |name: &str, expected: &str| assert_eq!(unique(name, &[]), expected);
        check("部署／年度", "部署／年度");
        check("a[b]:c*d?e/f\\g", "a b  c d e f g");
        check("", "1");
        check("'a'", "a");
        check(&"部".repeat(40), &"部".repeat(31));
        check(&format!("{}'部", "部".repeat(30)), &"部".repeat(30));
        let taken = ["表".to_owned(), "A".to_owned(), "部".repeat(31)];
        assert_eq!(unique("表", &taken), "表 (2)");
        assert_eq!(unique("a", &taken), "a (2)");
        assert_eq!(unique(&"部".repeat(40), &taken), format!("{} (2)", "部".repeat(27)));
    }

    #[test]
    fn columns_are_counted_in_letters() {
        for (place, letters) in [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")] {
            assert_eq!(Column(place).to_string(), letters);
        }
    }

    #[test]
    fn a_row_without_a_sheet_is_an_error_and_no_sheet_is_a_workbook() {
        let mut workbook = Workbook::new(Vec::new());
        assert!(workbook.row(&["a".into()]).is_err());
        assert_eq!(open(workbook.finish().unwrap()).sheet_names(), ["1"]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(100))]

        #[test]
        fn every_cell_is_given_back(texts in vec(vec("[=+@'<>&\"\n\t a-z_x0-9あ-ん]{1,9}", 3), 5)) {
            let rows: Vec<Vec<Cell>> =
                texts.iter().map(|row| row.iter().map(|t| t.as_str().into()).collect()).collect();
            let mut book = open(workbook_of(&[of("a", &["a", "b", "c"], rows)]));
            let read = read(&mut book, "a");
            for (row, expected) in read[1..].iter().zip(&texts) {
                let expected: Vec<Data> = expected.iter().map(|cell| text(cell)).collect();
                prop_assert_eq!(row, &expected);
            }
            prop_assert_eq!(read.len(), texts.len() + 1);
        }
    }
}

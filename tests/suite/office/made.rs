//! Files made by hand: small archives and texts with tables whose cells span rows and columns.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use proptest::prelude::*;
use torikumi::source::page::{Block, Cell, Page};
use torikumi::source::{Source, SourceKind};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::check_pages;

/// An archive of parts.
fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A document with this body.
fn docx(body: &str) -> Vec<u8> {
    archive(&[("word/document.xml", &format!("<w:document><w:body>{body}</w:body></w:document>"))])
}

/// A workbook whose sheets have these names, states and contents.
fn xlsx(sheets: &[(&str, &str, &str)], formats: &[&str]) -> Vec<u8> {
    let mut parts = Vec::new();
    let (mut list, mut relations, mut types) = (String::new(), String::new(), String::new());
    for (number, (name, state, content)) in (1..).zip(sheets) {
        let _ = write!(
            list,
            "<sheet name=\"{name}\" sheetId=\"{number}\" state=\"{state}\" r:id=\"r{number}\"/>"
        );
        let _ = write!(
            relations,
            "<Relationship Id=\"r{number}\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/\
             relationships/worksheet\" Target=\"worksheets/sheet{number}.xml\"/>"
        );
        let _ = write!(types, "<Override PartName=\"/xl/worksheets/sheet{number}.xml\"/>");
        parts.push((
            format!("xl/worksheets/sheet{number}.xml"),
            format!("<worksheet>{content}</worksheet>"),
        ));
    }
    relations += "<Relationship Id=\"s\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles\" \
        Target=\"styles.xml\"/>";
    let (mut codes, mut styles) = (String::new(), "<xf numFmtId=\"0\"/>".to_owned());
    for (number, code) in (200..).zip(formats) {
        let code = code.replace('"', "&quot;");
        let _ = write!(codes, "<numFmt numFmtId=\"{number}\" formatCode=\"{code}\"/>");
        let _ = write!(styles, "<xf numFmtId=\"{number}\"/>");
    }
    parts.extend([
        ("[Content_Types].xml".to_owned(), format!("<Types>{types}</Types>")),
        (
            "_rels/.rels".to_owned(),
            "<Relationships><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/\
             relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
                .to_owned(),
        ),
        ("xl/workbook.xml".to_owned(), format!("<workbook><sheets>{list}</sheets></workbook>")),
        ("xl/_rels/workbook.xml.rels".to_owned(), format!("<Relationships>{relations}</Relationships>")),
        (
            "xl/styles.xml".to_owned(),
            format!("<styleSheet><numFmts>{codes}</numFmts><cellXfs>{styles}</cellXfs></styleSheet>"),
        ),
    ]);
    let parts: Vec<(&str, &str)> = parts.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
    archive(&parts)
}

/// A spreadsheet of OpenDocument with this content.
fn ods(tables: &str) -> Vec<u8> {
    archive(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", "<manifest:manifest/>"),
        (
            "content.xml",
            &format!(
                "<office:document-content><office:spreadsheet>{tables}</office:spreadsheet></office:document-content>"
            ),
        ),
    ])
}

fn letters(column: usize) -> char {
    char::from(b'A' + u8::try_from(column).unwrap())
}

/// The cells of a grid, each with a text of its own. The last row and column hold single cells, so that every
/// row and column begins a cell somewhere.
fn grids() -> impl Strategy<Value = (usize, usize, Vec<Cell>)> {
    let spans = prop::collection::vec((0_usize..6, 0_usize..5, 1_usize..4, 1_usize..4), 0..6);
    (2_usize..7, 2_usize..6, spans).prop_map(|(n_rows, n_columns, spans)| {
        let mut taken = vec![vec![false; n_columns]; n_rows];
        let mut cells = Vec::new();
        let singles =
            (0..n_rows).flat_map(|row| (0..n_columns).map(move |column| (row, column, 1, 1)));
        for (row, column, high, wide) in spans.into_iter().chain(singles) {
            let is_single = (high, wide) == (1, 1);
            let fits = is_single || row + high < n_rows && column + wide < n_columns;
            let places: Vec<(usize, usize)> = (row..row + high)
                .flat_map(|r| (column..column + wide).map(move |c| (r, c)))
                .collect();
            if !fits
                || places.iter().any(|(r, c)| taken.get(*r).and_then(|t| t.get(*c)) != Some(&false))
            {
                continue;
            }
            for (r, c) in places {
                taken[r][c] = true;
            }
            let text = format!("{row}行{column}列");
            cells.push(Cell { row, column, n_rows: high, n_columns: wide, text, name: None });
        }
        cells.sort_by_key(|cell| (cell.row, cell.column));
        (n_rows, n_columns, cells)
    })
}

fn in_docx(n_rows: usize, cells: &[Cell]) -> Vec<u8> {
    let mut rows = String::new();
    for row in 0..n_rows {
        rows += "<w:tr>";
        let mut covering: Vec<&Cell> =
            cells.iter().filter(|c| (c.row..c.row + c.n_rows).contains(&row)).collect();
        covering.sort_by_key(|cell| cell.column);
        for cell in covering {
            let (merge, text) = match (cell.n_rows, cell.row == row) {
                (1, _) => ("", cell.text.as_str()),
                (_, true) => ("<w:vMerge w:val=\"restart\"/>", cell.text.as_str()),
                (_, false) => ("<w:vMerge/>", ""),
            };
            let _ = write!(
                rows,
                "<w:tc><w:tcPr><w:gridSpan w:val=\"{}\"/>{merge}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>",
                cell.n_columns
            );
        }
        rows += "</w:tr>";
    }
    docx(&format!("<w:tbl>{rows}</w:tbl>"))
}

fn in_xlsx(n_rows: usize, cells: &[Cell]) -> Vec<u8> {
    let (mut rows, mut merged) = (String::new(), String::new());
    for row in 0..n_rows {
        let _ = write!(rows, "<row r=\"{}\">", row + 1);
        for cell in cells.iter().filter(|cell| cell.row == row) {
            let name = format!("{}{}", letters(cell.column), row + 1);
            let _ =
                write!(rows, "<c r=\"{name}\" t=\"inlineStr\"><is><t>{}</t></is></c>", cell.text);
            let last = (letters(cell.column + cell.n_columns - 1), row + cell.n_rows);
            if 1 < cell.n_rows * cell.n_columns {
                let _ = write!(merged, "<mergeCell ref=\"{name}:{}{}\"/>", last.0, last.1);
            }
        }
        rows += "</row>";
    }
    let sheet = format!("<sheetData>{rows}</sheetData><mergeCells>{merged}</mergeCells>");
    xlsx(&[("一覧", "visible", &sheet)], &[])
}

fn in_ods(n_rows: usize, n_columns: usize, cells: &[Cell]) -> Vec<u8> {
    let mut rows = String::new();
    for row in 0..n_rows {
        rows += "<table:table-row>";
        for column in 0..n_columns {
            let cell = cells.iter().find(|cell| (cell.row, cell.column) == (row, column));
            let _ = match cell {
                Some(cell) => write!(
                    rows,
                    "<table:table-cell table:number-columns-spanned=\"{}\" table:number-rows-spanned=\"{}\">\
                     <text:p>{}</text:p></table:table-cell>",
                    cell.n_columns, cell.n_rows, cell.text
                ),
                None => write!(rows, "<table:covered-table-cell/>"),
            };
        }
        rows += "</table:table-row>";
    }
    ods(&format!("<table:table table:name=\"一覧\">{rows}</table:table>"))
}

fn in_html(n_rows: usize, cells: &[Cell]) -> Vec<u8> {
    let mut rows = String::new();
    for row in 0..n_rows {
        rows += "<tr>";
        for cell in cells.iter().filter(|cell| cell.row == row) {
            let _ = write!(
                rows,
                "<td rowspan={} colspan={}>{}",
                cell.n_rows, cell.n_columns, cell.text
            );
        }
    }
    format!("<meta charset=utf-8><table>{rows}</table>").into_bytes()
}

/// The cells of the only table, without their names.
#[track_caller]
fn only_table(file: &str, bytes: &[u8]) -> (usize, usize, Vec<Cell>) {
    let source = Source::from_bytes(file, bytes);
    assert!(source.notices.is_empty(), "{file}: {:?}", source.notices);
    let [Page { blocks, .. }] = source.pages.as_slice() else {
        panic!("{file}: {:?}", source.pages)
    };
    let [Block::Table(table)] = blocks.as_slice() else { panic!("{file}: {blocks:?}") };
    let cells = table.cells.iter().map(|cell| Cell { name: None, ..cell.clone() }).collect();
    (table.n_rows, table.n_columns, cells)
}

#[track_caller]
fn check_damaged(file: &str, bytes: &[u8]) {
    let source = Source::from_bytes(file, bytes);
    check_pages(file, &source.pages);
    assert!(source.kind == SourceKind::Pages || !source.notices.is_empty(), "{file}");
}

/// `xml` with characters replaced, by places and what takes them.
fn damaged(xml: &str, changes: &[(prop::sample::Index, char)]) -> String {
    let mut chars: Vec<char> = xml.chars().collect();
    for (at, c) in changes {
        let at = at.index(chars.len());
        chars[at] = *c;
    }
    chars.into_iter().collect()
}

proptest! {
    #[test]
    fn spans_read_back_from_every_format((n_rows, n_columns, cells) in grids()) {
        let expected = (n_rows, n_columns, cells.clone());
        prop_assert_eq!(&only_table("a.docx", &in_docx(n_rows, &cells)), &expected);
        prop_assert_eq!(&only_table("a.xlsx", &in_xlsx(n_rows, &cells)), &expected);
        prop_assert_eq!(&only_table("a.ods", &in_ods(n_rows, n_columns, &cells)), &expected);
        prop_assert_eq!(&only_table("a.html", &in_html(n_rows, &cells)), &expected);
    }

    #[test]
    fn damaged_archives_are_read(
        (n_rows, n_columns, cells) in grids(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        end in any::<prop::sample::Index>(),
    ) {
        let made = [
            ("a.docx", in_docx(n_rows, &cells)),
            ("a.xlsx", in_xlsx(n_rows, &cells)),
            ("a.ods", in_ods(n_rows, n_columns, &cells)),
        ];
        for (file, mut bytes) in made {
            check_damaged(file, &bytes[..end.index(bytes.len())]);
            for (at, byte) in &changes {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            check_damaged(file, &bytes);
        }
    }

    #[test]
    fn damaged_xml_is_read(
        changes in prop::collection::vec((any::<prop::sample::Index>(), prop::sample::select(vec!['<', '>', '/', '"', '&', ' ', '9', 'A'])), 1..5),
    ) {
        let table = "<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val=\"2\"/><w:vMerge/></w:tcPr><w:p><w:pPr>\
            <w:pStyle w:val=\"1\"/></w:pPr><w:r><w:t>甲</w:t></w:r></w:p></w:tc></w:tr></w:tbl><w:p><w:r><w:t>乙</w:t></w:r></w:p>";
        check_damaged("a.docx", &docx(&damaged(table, &changes)));
        let sheet = "<dimension ref=\"A1:B2\"/><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>甲</t></is></c>\
            <c r=\"B1\" s=\"1\"><v>45017</v></c></row></sheetData><mergeCells><mergeCell ref=\"A1:A2\"/></mergeCells>";
        check_damaged("a.xlsx", &xlsx(&[("一覧", "visible", &damaged(sheet, &changes))], &["ggge"]));
        let table = "<table:table table:name=\"甲\"><table:table-row table:number-rows-repeated=\"2\"><table:table-cell \
            table:number-columns-repeated=\"2\" table:number-rows-spanned=\"2\"><text:p>甲</text:p></table:table-cell>\
            </table:table-row></table:table>";
        check_damaged("a.ods", &ods(&damaged(table, &changes)));
        let table = "<table><tr><td rowspan=2 colspan=3>甲<td><table><tr><td>乙</table><tr><td>丙</table><p>丁<ruby>戊<rt>己";
        check_damaged("a.html", damaged(table, &changes).as_bytes());
    }

    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..200), text in "\\PC{0,80}") {
        for file in ["a.csv", "a.tsv", "a.html", "a.xls", "a.xlsx", "a.docx", "a.ods"] {
            check_damaged(file, text.as_bytes());
            let source = Source::from_bytes(file, &bytes);
            check_pages(file, &source.pages);
        }
    }
}

#[test]
fn numbers_are_shown_as_their_formats_show_them() {
    let sheet = "<sheetData><row r=\"1\"><c r=\"A1\" s=\"1\"><v>45017</v></c><c r=\"B1\" s=\"2\"><v>0.125</v></c>\
        <c r=\"C1\" s=\"3\"><v>1234567</v></c></row><row r=\"2\"><c r=\"A2\"><v>44652.5</v></c>\
        <c r=\"B2\" t=\"b\"><v>1</v></c><c r=\"C2\" t=\"e\"><v>#N/A</v></c></row></sheetData>";
    let formats = ["[$-411]ggge\"年\"m\"月\"d\"日\";@", "0.0%", "#,##0\"円\""];
    let (.., cells) = only_table("a.xlsx", &xlsx(&[("一覧", "visible", sheet)], &formats));
    let texts: Vec<&str> = cells.iter().map(|cell| cell.text.as_str()).collect();
    assert_eq!(texts, ["令和5年4月1日", "12.5%", "1,234,567円", "44652.5", "TRUE", "#N/A"]);
}

#[test]
fn hidden_sheets_are_named_and_left_out() {
    let sheet = "<sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>甲</t></is></c></row></sheetData>";
    let bytes = xlsx(&[("表", "visible", sheet), ("裏", "hidden", sheet)], &[]);
    let source = Source::from_bytes("a.xlsx", &bytes);
    assert_eq!(source.pages.len(), 1);
    assert_eq!(source.pages[0].sheet.as_deref(), Some("表"));
    assert_eq!(source.notices[0].message, "非表示のシート「裏」は取り込みませんでした。");
}

#[test]
fn hidden_rows_and_columns_are_named_and_left_out() {
    let cell = |name: &str, text: &str| {
        format!("<c r=\"{name}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
    };
    let row = |number: u32, hidden: &str, cells: String| {
        format!("<row r=\"{number}\" hidden=\"{hidden}\">{cells}</row>")
    };
    let rows = [
        row(1, "0", cell("A1", "甲") + &cell("B1", "乙") + &cell("C1", "丙")),
        row(2, "1", cell("A2", "丁") + &cell("C2", "戊")),
        row(3, "0", cell("A3", "己") + &cell("C3", "庚")),
    ];
    let sheet = format!(
        "<cols><col min=\"2\" max=\"2\" hidden=\"1\"/></cols><sheetData>{}</sheetData>",
        rows.concat()
    );
    let source = Source::from_bytes("a.xlsx", &xlsx(&[("表", "visible", &sheet)], &[]));
    assert_eq!(super::texts(&source.pages), ["甲", "丙", "己", "庚"]);
    assert_eq!(source.notices[0].message, "非表示の2行とB列は取り込みませんでした。");
    let tables = "<table:table table:name=\"表\"><table:table-column/><table:table-column table:visibility=\"collapse\"/>\
        <table:table-row><table:table-cell><office:annotation><dc:date>2024</dc:date><text:p>確認</text:p>\
        </office:annotation><text:p>甲</text:p></table:table-cell><table:table-cell><text:p>乙</text:p></table:table-cell>\
        </table:table-row><table:table-row table:visibility=\"filter\"><table:table-cell><text:p>丁</text:p>\
        </table:table-cell></table:table-row></table:table>";
    let source = Source::from_bytes("a.ods", &ods(tables));
    assert_eq!(super::texts(&source.pages), ["甲"]);
    let messages: Vec<&str> = source.notices.iter().map(|n| n.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "セルA1のコメントは取り込みませんでした：確認",
            "非表示の2行とB列は取り込みませんでした。"
        ]
    );
}

#[test]
fn a_sheet_that_claims_to_be_immense_is_read() {
    let sheet = "<dimension ref=\"A1:XFD1048576\"/><sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row>\
        <row r=\"1048576\"><c r=\"XFD1048576\"><v>2</v></c></row></sheetData>\
        <mergeCells><mergeCell ref=\"A1:XFC1048575\"/></mergeCells>";
    let source = Source::from_bytes("a.xlsx", &xlsx(&[("一覧", "visible", sheet)], &[]));
    let texts = super::texts(&source.pages);
    assert_eq!(texts, ["1", "2"]);
    let table = "<table:table><table:table-row table:number-rows-repeated=\"1048576\"><table:table-cell \
        table:number-columns-repeated=\"16384\"/></table:table-row><table:table-row \
        table:number-rows-repeated=\"999999999\"><table:table-cell table:number-columns-repeated=\"999999999\">\
        <text:p>甲</text:p></table:table-cell></table:table-row></table:table>";
    let source = Source::from_bytes("a.ods", &ods(table));
    assert_eq!(source.notices.len(), 1, "{:?}", source.notices);
}

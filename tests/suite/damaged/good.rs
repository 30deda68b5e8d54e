//! Good files of every kind that is read, made by hand, each with the same few rows.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use encoding_rs::SHIFT_JIS;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// The rows of the table, under these headers.
const HEADERS: [&str; 5] = ["部署名", "番号", "区分", "取組目標", "取組結果"];

/// The rows of the table of one file: the office differs, so that the records of no two files are the same.
fn rows(office: usize) -> Vec<[String; 5]> {
    let row = |number: usize| {
        [
            format!("みどり第{office}課"),
            number.to_string(),
            "共通".to_owned(),
            format!("窓口の案内を{number}か所で分かりやすく書き直します。"),
            format!("{number}か所の案内を書き直し、利用者の声を聞きました。"),
        ]
    };
    (1..=3).map(row).collect()
}

/// How many records each of these files has.
pub(super) const N_RECORDS: usize = 3;

/// A good file of each kind: its extension and its bytes.
pub(super) fn files(office: usize) -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("csv", csv(office, ',').into_bytes()),
        ("csv", SHIFT_JIS.encode(&csv(office + 1, ',')).0.into_owned()),
        ("tsv", csv(office + 2, '\t').into_bytes()),
        ("html", html(office + 3).into_bytes()),
        ("xlsx", xlsx(&sheet(office + 4))),
        ("docx", docx(&table(office + 5))),
        ("ods", ods(&spreadsheet(office + 6))),
        ("pdf", pdf(office + 7)),
        ("jsonl", json_lines(office + 8).into_bytes()),
        ("txt", text(office + 9).into_bytes()),
    ]
}

fn csv(office: usize, comma: char) -> String {
    let comma = comma.to_string();
    let mut text = HEADERS.join(&comma) + "\r\n";
    for row in rows(office) {
        text += &(row.join(&comma) + "\r\n");
    }
    text
}

fn html(office: usize) -> String {
    let mut text = "<!doctype html><meta charset=utf-8><title>取組</title><table>".to_owned();
    let _ = write!(text, "<tr><th>{}</tr>", HEADERS.join("<th>"));
    for row in rows(office) {
        let _ = write!(text, "<tr><td>{}</tr>", row.join("<td>"));
    }
    text + "</table>"
}

fn json_lines(office: usize) -> String {
    let line = |row: [String; 5]| {
        let section = serde_json::json!({ "role": "goal", "text": row[3] });
        let record = serde_json::json!({ "division": [row[0]], "number": row[1].parse::<u32>().unwrap(), "sections": [section] });
        format!("{record}\n")
    };
    rows(office).into_iter().map(line).collect()
}

fn text(office: usize) -> String {
    let mut text = format!(
        "令和4年度　取組シート　みどり第{office}区役所\n\n部署名 番号 区分\n取組目標\n取組結果\n\n"
    );
    for [division, number, category, goal, result] in rows(office) {
        let _ = write!(text, "{division} {number} {category}\n\n　{goal}\n\n　{result}\n\n");
    }
    text
}

/// An archive of parts.
pub(super) fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The content of a worksheet with the rows, as strings within the cells.
fn sheet(office: usize) -> String {
    let headers = [HEADERS.map(str::to_owned)];
    let mut text = "<worksheet><sheetData>".to_owned();
    for (number, row) in (1..).zip(headers.into_iter().chain(rows(office))) {
        let _ = write!(text, "<row r=\"{number}\">");
        for (letter, cell) in ('A'..).zip(row) {
            let _ = write!(
                text,
                "<c r=\"{letter}{number}\" t=\"inlineStr\"><is><t>{cell}</t></is></c>"
            );
        }
        text += "</row>";
    }
    text + "</sheetData></worksheet>"
}

/// A workbook with one worksheet.
pub(super) fn xlsx(sheet: &str) -> Vec<u8> {
    xlsx_with(&[("xl/worksheets/sheet1.xml", sheet.as_bytes())])
}

/// A workbook of these parts, among them its one worksheet.
pub(super) fn xlsx_with(parts: &[(&str, &[u8])]) -> Vec<u8> {
    const TYPE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let book =
        "<workbook><sheets><sheet name=\"取組\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>";
    let of_book = format!(
        "<Relationships><Relationship Id=\"r1\" Type=\"{TYPE}/worksheet\" Target=\"worksheets/sheet1.xml\"/>\
         <Relationship Id=\"s\" Type=\"{TYPE}/sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>"
    );
    let of_file = format!(
        "<Relationships><Relationship Id=\"r1\" Type=\"{TYPE}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
    );
    let mut all = vec![
        ("[Content_Types].xml", &b"<Types/>"[..]),
        ("_rels/.rels", of_file.as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", of_book.as_bytes()),
    ];
    all.extend(parts);
    archive(&all)
}

fn table(office: usize) -> String {
    let headers = [HEADERS.map(str::to_owned)];
    let mut text = "<w:tbl>".to_owned();
    for row in headers.into_iter().chain(rows(office)) {
        let cells = row.map(|cell| format!("<w:tc><w:p><w:r><w:t>{cell}</w:t></w:r></w:p></w:tc>"));
        let _ = write!(text, "<w:tr>{}</w:tr>", cells.concat());
    }
    text + "</w:tbl>"
}

/// A document with this body.
pub(super) fn docx(body: &str) -> Vec<u8> {
    let document = format!("<w:document><w:body>{body}</w:body></w:document>");
    archive(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", document.as_bytes())])
}

fn spreadsheet(office: usize) -> String {
    let headers = [HEADERS.map(str::to_owned)];
    let mut text = "<table:table table:name=\"取組\">".to_owned();
    for row in headers.into_iter().chain(rows(office)) {
        let cells = row.map(|cell| {
            format!("<table:table-cell office:value-type=\"string\"><text:p>{cell}</text:p></table:table-cell>")
        });
        let _ = write!(text, "<table:table-row>{}</table:table-row>", cells.concat());
    }
    text + "</table:table>"
}

/// A spreadsheet of OpenDocument with these tables.
pub(super) fn ods(tables: &str) -> Vec<u8> {
    let content = format!(
        "<office:document-content><office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    );
    archive(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", b"<manifest:manifest/>"),
        ("content.xml", content.as_bytes()),
    ])
}

/// A PDF with the rows as a ruled table, its content compressed.
fn pdf(office: usize) -> Vec<u8> {
    let headers = [HEADERS.map(str::to_owned)];
    let widths = [90, 40, 50, 300, 300];
    let mut content = String::new();
    for (line, row) in headers.into_iter().chain(rows(office)).enumerate() {
        let (mut x, y) = (20, 500 - 40 * line);
        for (width, cell) in widths.into_iter().zip(row) {
            let hex: String = cell.encode_utf16().map(|unit| format!("{unit:04X}")).collect();
            let _ = writeln!(
                content,
                "{x} {y} {width} 40 re S BT /F 9 Tf {} {} Td <{hex}> Tj ET",
                x + 5,
                y + 15
            );
            x += width;
        }
    }
    page(&flate(content.as_bytes()), "/Filter /FlateDecode")
}

/// A PDF with one page, whose content stream has these bytes and this filter.
pub(super) fn page(content: &[u8], filter: &str) -> Vec<u8> {
    page_with(content, filter, "", &[], "")
}

/// A PDF with one page, with more resources, more objects from number 6 on, and more in its trailer.
pub(super) fn page_with(
    content: &[u8],
    filter: &str,
    resources: &str,
    more: &[Vec<u8>],
    trailer: &str,
) -> Vec<u8> {
    let mut objects = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 842 595] /Contents 4 0 R \
             /Resources << /Font << /F 5 0 R >> {resources} >> >>"
        )
        .into_bytes(),
        stream(content, filter),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Mincho /Encoding /UniJIS-UTF16-H \
          /DescendantFonts [<< /Type /Font /Subtype /CIDFontType0 /BaseFont /Mincho \
          /CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >> /DW 1000 >>] >>"
            .to_vec(),
    ];
    objects.extend(more.iter().cloned());
    pdf_of(&objects, trailer)
}

/// A stream with these bytes and this filter.
pub(super) fn stream(content: &[u8], entries: &str) -> Vec<u8> {
    let mut object = format!("<< /Length {} {entries} >>\nstream\n", content.len()).into_bytes();
    object.extend(content);
    object.extend(b"\nendstream");
    object
}

/// A PDF of these objects, the first of which is the catalogue.
pub(super) fn pdf_of(objects: &[Vec<u8>], trailer: &str) -> Vec<u8> {
    let mut pdf = b"%PDF-1.6\n".to_vec();
    let mut places = Vec::new();
    for (number, object) in (1..).zip(objects) {
        places.push(pdf.len());
        pdf.extend(format!("{number} 0 obj\n").bytes());
        pdf.extend(object);
        pdf.extend(b"\nendobj\n");
    }
    let start = pdf.len();
    let size = objects.len() + 1;
    pdf.extend(format!("xref\n0 {size}\n0000000000 65535 f \n").bytes());
    for place in places {
        pdf.extend(format!("{place:010} 00000 n \n").bytes());
    }
    let end =
        format!("trailer\n<< /Size {size} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n");
    pdf.extend(end.bytes());
    pdf
}

/// Bytes as `FlateDecode` wants them.
pub(super) fn flate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(6));
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

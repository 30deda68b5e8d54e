//! Files that ask for more than a machine has: memory, time, or a stack without end. Each is small.

use std::io::{Cursor, Write as _};

use super::good::{archive, docx, flate, ods, page, page_with, pdf_of, stream, xlsx, xlsx_with};

/// How much a bomb unpacks to: more than a worker may have.
const BOMB_BYTES: usize = 400 << 20;

/// Every bomb, by a name that says what it is.
pub(super) fn all() -> Vec<(String, Vec<u8>)> {
    let named = |(name, bytes): (&str, Vec<u8>)| (name.to_owned(), bytes);
    let bombs = [pdfs(), workbooks(), documents(), texts(), locked()];
    bombs.into_iter().flatten().map(named).collect()
}

/// `pattern` over and over, to `n_bytes`.
fn over_and_over(pattern: &[u8], n_bytes: usize) -> Vec<u8> {
    pattern.repeat(n_bytes.div_ceil(pattern.len()))
}

fn pdfs() -> Vec<(&'static str, Vec<u8>)> {
    let text = flate(&over_and_over(b"BT /F 9 Tf 9 9 Td <53D67D44> Tj ET\n", BOMB_BYTES));
    let nested = flate(&flate(&over_and_over(b"q Q\n", BOMB_BYTES)));
    let states = flate(&over_and_over(b"q ", 32 << 20));
    let own_form = stream(
        b"/X Do",
        "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 6 0 R >> >>",
    );
    let form = "/XObject << /X 6 0 R >>";
    let filters = format!("/Filter [{}]", "/FlateDecode ".repeat(5000));
    vec![
        ("text.pdf", page(&text, "/Filter /FlateDecode")),
        ("nested-streams.pdf", page(&nested, "/Filter [/FlateDecode /FlateDecode]")),
        ("saved-states.pdf", page(&states, "/Filter /FlateDecode")),
        ("many-filters.pdf", page(&flate(b"q Q"), &filters)),
        ("laughing-forms.pdf", laughing_forms()),
        ("form-within-itself.pdf", page_with(b"/X Do", "", form, &[own_form], "")),
        ("pages-within-themselves.pdf", pages("<< /Type /Pages /Kids [2 0 R] /Count 1 >>")),
        (
            "a-million-pages.pdf",
            pages(&format!(
                "<< /Type /Pages /Count 1000000 /Kids [{}] >>",
                "3 0 R ".repeat(1_000_000)
            )),
        ),
        (
            "deep-arrays.pdf",
            pages(&format!("<< /Type /Pages /Count 1 /Kids {} >>", "[".repeat(2_000_000))),
        ),
        (
            "deep-dictionaries.pdf",
            pages(&format!("<< /Type /Pages /Count 1 /A {} >>", "<< /A ".repeat(500_000))),
        ),
        ("deep-content.pdf", page("[".repeat(1_000_000).as_bytes(), "")),
        ("endless-number.pdf", page("9".repeat(4_000_000).as_bytes(), "")),
        ("huge-table.pdf", ruled_page()),
        ("object-stream.pdf", object_stream()),
        ("previous-table-is-itself.pdf", page_with(b"q Q", "", "", &[], "/Prev 9")),
        ("length-elsewhere.pdf", page(b"q Q", "/Length 4 0 R")),
    ]
}

/// A PDF whose forms each draw the next one ten times.
pub(super) fn laughing_forms() -> Vec<u8> {
    let forms: Vec<Vec<u8>> = (6..16)
        .map(|number| {
            let next = number + 1;
            let draws = "/X Do ".repeat(10);
            let entries = format!(
                "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X {next} 0 R >> >>"
            );
            stream(draws.as_bytes(), &entries)
        })
        .chain([stream(b"0 0 5 5 re f", "/Type /XObject /Subtype /Form /BBox [0 0 9 9]")])
        .collect();
    page_with(b"/X Do", "", "/XObject << /X 6 0 R >>", &forms, "")
}

/// A PDF with this tree of pages.
fn pages(tree: &str) -> Vec<u8> {
    let page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>";
    let catalogue = "<< /Type /Catalog /Pages 2 0 R >>";
    pdf_of(&[catalogue, tree, page].map(|object| object.as_bytes().to_vec()), "")
}

/// A page with a grid of lines so fine that it has a million cells.
fn ruled_page() -> Vec<u8> {
    let mut content = String::new();
    for at in 0..1000 {
        let at = f64::from(at) * 0.5;
        content += &format!("0 {at} 500 0.1 re f {at} 0 0.1 500 re f\n");
    }
    page(content.as_bytes(), "")
}

/// A stream of objects that unpacks to more than there is room for.
fn object_stream() -> Vec<u8> {
    let packed = flate(&over_and_over(b"1 0 ", BOMB_BYTES));
    let entries = "/Type /ObjStm /N 100000000 /First 400000000 /Filter /FlateDecode";
    page_with(b"q Q", "", "", &[stream(&packed, entries)], "")
}

fn workbooks() -> Vec<(&'static str, Vec<u8>)> {
    let sheet = |content: &str| xlsx(&format!("<worksheet>{content}</worksheet>"));
    let data = |rows: &str| sheet(&format!("<sheetData>{rows}</sheetData>"));
    let shared = over_and_over("<si><t>取組</t></si>".as_bytes(), BOMB_BYTES);
    let shared = [b"<sst>", &shared[..], b"</sst>"].concat();
    let one = b"<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row></sheetData></worksheet>";
    let corner = "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>";
    let merges = "<mergeCell ref=\"A1:XFD1048576\"/>".repeat(50_000);
    let cells = over_and_over(b"<row><c><v>1</v></c></row>", BOMB_BYTES);
    let cells = [b"<worksheet><sheetData>", &cells[..], b"</sheetData></worksheet>"].concat();
    let laughs = "<!DOCTYPE x [<!ENTITY a \"取組取組取組\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">\
        <!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;\">]><worksheet><sheetData><row><c t=\"inlineStr\"><is><t>&c;</t></is></c></row></sheetData></worksheet>";
    let mut crowd = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for number in 0..60_000 {
        crowd.start_file(format!("xl/{number}"), zip::write::SimpleFileOptions::default()).unwrap();
    }
    let crowd = crowd.finish().unwrap().into_inner();
    let repeated = "<table:table><table:table-row table:number-rows-repeated=\"1048576\">\
        <table:table-cell table:number-columns-repeated=\"16384\"><text:p>取組</text:p></table:table-cell>\
        </table:table-row></table:table>";
    let spanned = "<table:table><table:table-row><table:table-cell table:number-columns-spanned=\"999999999\" \
        table:number-rows-spanned=\"999999999\"><text:p>取組</text:p></table:table-cell></table:table-row></table:table>";
    vec![
        (
            "shared-strings.xlsx",
            xlsx_with(&[("xl/worksheets/sheet1.xml", &one[..]), ("xl/sharedStrings.xml", &shared)]),
        ),
        ("cells.xlsx", xlsx_with(&[("xl/worksheets/sheet1.xml", &cells)])),
        ("both-corners.xlsx", data(corner)),
        (
            "merges.xlsx",
            sheet(&format!("<sheetData>{corner}</sheetData><mergeCells>{merges}</mergeCells>")),
        ),
        ("laughing-entities.xlsx", xlsx(laughs)),
        ("deep-elements.xlsx", data(&"<row>".repeat(2_000_000))),
        ("crowd.xlsx", crowd),
        ("repeated.ods", ods(repeated)),
        ("spanned.ods", ods(spanned)),
        ("deep-tables.ods", ods(&"<table:table>".repeat(1_000_000))),
        (
            "pointing-out.xlsx",
            archive(&[("../../../etc/passwd", b"x"), ("xl/workbook.xml", b"<workbook/>")]),
        ),
    ]
}

fn documents() -> Vec<(&'static str, Vec<u8>)> {
    let run = over_and_over("<w:p><w:r><w:t>取組</w:t></w:r></w:p>".as_bytes(), BOMB_BYTES);
    let run = String::from_utf8(run).unwrap();
    vec![
        ("paragraphs.docx", docx(&run)),
        ("deep-tables.docx", docx(&"<w:tbl><w:tr><w:tc>".repeat(300_000))),
        ("wide-cells.docx", docx(&"<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val=\"2000000000\"/></w:tcPr><w:p/></w:tc></w:tr></w:tbl>".repeat(100))),
    ]
}

fn texts() -> Vec<(&'static str, Vec<u8>)> {
    let rows = "<tr><td rowspan=65534 colspan=1000>取組".repeat(2000);
    vec![
        ("commas.csv", over_and_over(b",,,,,,,,,,,,,,,\n", 40 << 20)),
        ("unclosed.csv", [b"a,\"", &over_and_over("取組,\n".as_bytes(), 8 << 20)[..]].concat()),
        ("quotes.csv", over_and_over(b"\"", 8 << 20)),
        ("wide.csv", over_and_over(b"a,", 8 << 20)),
        ("deep.html", over_and_over(b"<table><tr><td>", 15 * 100_000)),
        ("deep-boxes.html", over_and_over(b"<div>", 5 * 1_000_000)),
        ("spans.html", format!("<table>{rows}</table>").into_bytes()),
        ("formatting.html", over_and_over(b"<b><i><p>", 9 * 20_000)),
        ("deep.jsonl", over_and_over(b"[", 8 << 20)),
        ("long-line.jsonl", over_and_over(b"{\"title\":\"a\"", 30 << 20)),
        ("long-line.txt", over_and_over("取組".as_bytes(), 30 << 20)),
        ("lines.txt", over_and_over("令和4年度 取組 1 共通\n".as_bytes(), 20 << 20)),
        ("marks.txt", over_and_over(b"\x1b$B", 3 << 20)),
    ]
}

/// Files behind a password, of which nothing can be read.
fn locked() -> Vec<(&'static str, Vec<u8>)> {
    let key = "0123456789ABCDEF".repeat(4);
    let encrypt = |entries: &str| {
        let dictionary = format!("<< /Filter /Standard /P -44 /O <{key}> /U <{key}> {entries} >>");
        page_with(b"q Q", "", "", &[dictionary.into_bytes()], "/Encrypt 6 0 R /ID [<00> <00>]")
    };
    let mut office = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    for stream in ["/EncryptionInfo", "/EncryptedPackage"] {
        office.create_stream(stream).unwrap().write_all(&[7; 5000]).unwrap();
    }
    vec![
        ("locked-rc4.pdf", encrypt("/V 1 /R 2")),
        (
            "locked-aes.pdf",
            encrypt("/V 4 /R 4 /Length 128 /StmF /S /StrF /S /CF << /S << /CFM /AESV2 >> >>"),
        ),
        ("locked-in-no-way.pdf", encrypt("/V 99 /R 99")),
        ("locked.xlsx", office.into_inner().into_inner()),
    ]
}

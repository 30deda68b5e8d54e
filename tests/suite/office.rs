//! Workbooks, documents, CSV and HTML show their tables cell by cell, and nothing of them is lost.

mod made;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use torikumi::source::page::{Block, Page, Table};
use torikumi::source::{self, Source, SourceKind};

use crate::workspace::real_data;

/// What the readers of this module read.
const EXTENSIONS: [&str; 6] = ["xlsx", "xls", "ods", "docx", "html", "csv"];

fn without_spaces(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The files with these extensions in a folder, sorted.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = source::walk(folder).unwrap();
    files.retain(|file| {
        file.extension().is_some_and(|e| EXTENSIONS.iter().any(|known| e == *known))
    });
    assert!(!files.is_empty(), "{}", folder.display());
    files
}

/// Division, number, category, goal and result of a record, without white space.
type Row = [String; 5];

/// The records of the files, as their truth says.
fn truth(folder: &Path) -> Vec<Row> {
    let truth = fs::read_to_string(folder.join("truth.json")).unwrap();
    let truth: Vec<Value> = serde_json::from_str(&truth).unwrap();
    let text = |value: &Value| match value {
        Value::Array(lines) => lines.iter().map(|line| line.as_str().unwrap()).collect(),
        value => value.as_str().unwrap().to_owned(),
    };
    let row = |record: &Value| {
        ["dept", "num", "cat", "goal", "result"].map(|field| without_spaces(&text(&record[field])))
    };
    truth.iter().map(row).collect()
}

fn half_width(c: char) -> char {
    match c {
        '０'..='９' => char::from_u32(u32::from(c) - 0xFEE0).unwrap(),
        _ => c,
    }
}

/// The rows of the tables whose header names a goal and a result; the columns before them are division, number and
/// category.
fn rows(pages: &[Page]) -> Vec<Row> {
    let tables = pages.iter().flat_map(|page| &page.blocks).filter_map(|block| match block {
        Block::Table(table) => Some(table),
        _ => None,
    });
    tables.flat_map(table_rows).collect()
}

fn table_rows(table: &Table) -> Vec<Row> {
    let named = |name| table.cells.iter().find(|cell| without_spaces(&cell.text) == name);
    let (Some(goal), Some(result)) =
        (named("目標及び具体的な取組内容"), named("実施結果及び目標の達成度"))
    else {
        return Vec::new();
    };
    let columns = [0, goal.column - 2, goal.column - 1, goal.column, result.column];
    let rows = (goal.row + 1..table.n_rows).map(|row| {
        let text = |column| table.cell_at(row, column).map_or("", |cell| cell.text.as_str());
        let mut row = columns.map(|column| without_spaces(text(column)));
        // One layout prints its numbers in full width.
        row[1] = row[1].chars().map(half_width).collect();
        row
    });
    rows.filter(|row| !row[3].is_empty() && row[3] != without_spaces(&goal.text)).collect()
}

#[test]
fn every_layout_of_the_sheet_gives_its_records() {
    let Some(folder) = real_data() else { return };
    let folder = folder.join("ingest/sheets");
    let truth = truth(&folder);
    let mut faults = Vec::new();
    for file in files(&folder) {
        let source = source::read(&file).unwrap();
        assert_eq!(source.kind, SourceKind::Pages, "{}", source.file);
        let rows = rows(&source.pages);
        let n_right = rows.iter().zip(&truth).filter(|(row, truth)| row == truth).count();
        println!("{}: {n_right} of {} ({} rows)", source.file, truth.len(), rows.len());
        for notice in &source.notices {
            println!("  {}: {}", notice.place, notice.message);
        }
        // The encoder that made these files had no bytes for one character.
        let expected = match source.file.as_str() {
            "csv_eucjp.csv" | "csv_jis.csv" => 49,
            _ => 50,
        };
        if n_right != expected || rows.len() != truth.len() {
            faults.push(source.file);
        }
    }
    assert_eq!(faults, Vec::<String>::new());
}

/// Every text of the pages.
fn texts(pages: &[Page]) -> Vec<&str> {
    let blocks = pages.iter().flat_map(|page| &page.blocks);
    let texts = blocks.flat_map(|block| match block {
        Block::Table(table) => table.cells.iter().map(|cell| cell.text.as_str()).collect(),
        Block::Paragraph(text) | Block::Heading(_, text) | Block::Furniture(text) => {
            vec![text.as_str()]
        }
    });
    texts.collect()
}

/// How often each character stands in the texts, white space left out.
fn characters<'t>(texts: impl IntoIterator<Item = &'t str>) -> BTreeMap<char, usize> {
    let mut counts = BTreeMap::new();
    for c in texts.into_iter().flat_map(str::chars).filter(|c| !c.is_whitespace()) {
        *counts.entry(c).or_insert(0) += 1;
    }
    counts
}

/// The laws of every page: cells lie within their table and none over another.
#[track_caller]
fn check_pages(file: &str, pages: &[Page]) {
    for block in pages.iter().flat_map(|page| &page.blocks) {
        let Block::Table(table) = block else { continue };
        let mut taken = HashSet::new();
        for cell in &table.cells {
            assert!(1 <= cell.n_rows && 1 <= cell.n_columns, "{file}: {cell:?}");
            assert!(cell.row + cell.n_rows <= table.n_rows, "{file}: {cell:?}");
            assert!(cell.column + cell.n_columns <= table.n_columns, "{file}: {cell:?}");
            for row in cell.row..cell.row + cell.n_rows {
                for column in cell.column..cell.column + cell.n_columns {
                    assert!(taken.insert((row, column)), "{file}: two cells at {row}, {column}");
                }
            }
        }
        assert!(table.cells.is_sorted_by_key(|cell| (cell.row, cell.column)), "{file}");
    }
}

/// How many blocks of each kind the pages have.
fn counts(pages: &[Page]) -> String {
    let mut counts = [0; 4];
    for block in pages.iter().flat_map(|page| &page.blocks) {
        counts[match block {
            Block::Table(_) => 0,
            Block::Paragraph(_) => 1,
            Block::Heading(..) => 2,
            Block::Furniture(_) => 3,
        }] += 1;
    }
    let [tables, paragraphs, headings, furniture] = counts;
    format!("{tables} tables, {paragraphs} paragraphs, {headings} headings, {furniture} furniture")
}

/// The pages of a published file, after what holds for every file has been checked.
fn published(file: &Path) -> Vec<Page> {
    let source = source::read(file).unwrap();
    check_pages(&source.file, &source.pages);
    assert!(source.notices.is_empty(), "{}: {:?}", source.file, source.notices);
    println!("{}: {} pages, {}", source.file, source.pages.len(), counts(&source.pages));
    source.pages
}

/// What stands between `<name …>` and `</name>`, taken from XML by its letters alone, and the beginning tag.
fn elements<'x>(xml: &'x str, name: &str) -> Vec<(&'x str, &'x str)> {
    let (start, end) = (format!("<{name}"), format!("</{name}>"));
    let mut elements = Vec::new();
    let mut rest = xml;
    while let Some(at) = rest.find(&start) {
        rest = &rest[at + start.len()..];
        let Some((tag, behind)) = rest.split_once('>') else { break };
        if !tag.is_empty() && !tag.starts_with([' ', '/']) {
            continue;
        }
        if tag.ends_with('/') {
            elements.push((tag, ""));
            rest = behind;
            continue;
        }
        let Some((content, behind)) = behind.split_once(&end) else { break };
        elements.push((tag, content));
        rest = behind;
    }
    elements
}

fn attribute<'x>(tag: &'x str, name: &str) -> Option<&'x str> {
    tag.split_once(&format!(" {name}=\""))?.1.split_once('"').map(|(value, _)| value)
}

/// The text of XML without its elements.
fn unescaped(xml: &str) -> String {
    xml.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

/// The text of all `<t>` in a piece of XML, readings above the characters left out.
fn text_of(xml: &str, name: &str) -> String {
    let readings: Vec<&str> =
        elements(xml, "rPh").into_iter().map(|(_, reading)| reading).collect();
    let xml = readings.into_iter().fold(xml.to_owned(), |xml, reading| xml.replace(reading, ""));
    let texts = elements(&xml, name).into_iter().map(|(_, text)| unescaped(text));
    without_spaces(&texts.collect::<String>())
}

fn part(file: &Path, name: &str) -> Option<String> {
    let mut zip = zip::ZipArchive::new(fs::File::open(file).unwrap()).unwrap();
    let part = zip.by_name(name).ok()?;
    Some(std::io::read_to_string(part).unwrap())
}

/// Every cell that holds something stands under its name, and texts are the same.
#[test]
fn every_cell_of_published_workbooks_is_read() {
    let Some(folder) = real_data() else { return };
    for file in files(&folder.join("ingest/real")) {
        if file.extension().is_none_or(|e| e != "xlsx") {
            continue;
        }
        let pages = published(&file);
        let strings = part(&file, "xl/sharedStrings.xml").unwrap_or_default();
        let strings: Vec<String> =
            elements(&strings, "si").into_iter().map(|(_, text)| text_of(text, "t")).collect();
        let (mut n_texts, mut n_numbers) = (0, 0);
        for (number, page) in (1..).zip(&pages) {
            let sheet = part(&file, &format!("xl/worksheets/sheet{number}.xml")).unwrap();
            let mut shown = HashMap::new();
            for block in &page.blocks {
                let Block::Table(table) = block else { continue };
                for cell in &table.cells {
                    shown.insert(cell.name.as_deref().unwrap(), without_spaces(&cell.text));
                }
            }
            let alone: Vec<String> = page
                .blocks
                .iter()
                .filter_map(|block| match block {
                    Block::Paragraph(text) => Some(without_spaces(text)),
                    _ => None,
                })
                .collect();
            for (tag, content) in elements(&sheet, "c") {
                let name = attribute(tag, "r").unwrap();
                let Some((_, value)) = elements(content, "v").first().copied() else { continue };
                let is_text = attribute(tag, "t") == Some("s");
                let found = shown.get(name);
                if is_text {
                    let text = &strings[value.parse::<usize>().unwrap()];
                    if text.is_empty() {
                        continue;
                    }
                    n_texts += 1;
                    let is_there = found == Some(text) || alone.contains(text);
                    assert!(is_there, "sheet {number} {name}: {found:?} for {text}");
                } else if !value.is_empty() {
                    n_numbers += 1;
                    let digits =
                        |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
                    let is_there = found.is_some_and(|found| {
                        // A format rounds; the first digits stay.
                        let (found, value) = (digits(found), digits(value));
                        let n = found.len().min(value.len()).min(3).saturating_sub(1);
                        found[..n] == value[..n] || !value.bytes().all(|b| b.is_ascii_digit())
                    });
                    let is_alone = alone.iter().any(|text| digits(text) == digits(value));
                    assert!(is_there || is_alone, "sheet {number} {name}: {found:?} for {value}");
                }
            }
        }
        println!("  {n_texts} texts and {n_numbers} numbers of the file are there");
    }
}

#[test]
fn every_paragraph_of_published_documents_is_read() {
    let Some(folder) = real_data() else { return };
    for file in files(&folder.join("ingest")) {
        if file.extension().is_none_or(|e| e != "docx") {
            continue;
        }
        let pages = published(&file);
        let texts: Vec<String> = texts(&pages).into_iter().map(without_spaces).collect();
        let body = part(&file, "word/document.xml").unwrap();
        let mut n_paragraphs = 0;
        for (_, paragraph) in elements(&body, "w:p") {
            let text = text_of(paragraph, "w:t");
            if !text.is_empty() {
                n_paragraphs += 1;
                assert!(texts.iter().any(|shown| shown.contains(&text)), "{text}");
            }
        }
        // Nothing is there twice: no more of any character than the file holds, but for marks and numbers of lists.
        let notes = ["word/footnotes.xml", "word/endnotes.xml"].map(|name| part(&file, name));
        let held = notes.into_iter().flatten().chain([body]).map(|xml| text_of(&xml, "w:t"));
        let held = held.collect::<String>();
        let held = characters([held.as_str()]);
        let read = characters(pages[0].blocks.iter().filter_map(|block| match block {
            Block::Paragraph(text) | Block::Heading(_, text) => Some(text.as_str()),
            _ => None,
        }));
        let is_label = |c: char| "・.)abc0123456789０１２３４５６７８９".contains(c);
        let more = read.iter().filter(|(c, n)| held.get(c).unwrap_or(&0) < n && !is_label(**c));
        assert_eq!(more.collect::<Vec<_>>(), []);
        println!("  {n_paragraphs} paragraphs of the file are there, once");
    }
}

#[test]
fn every_field_of_published_csv_is_read() {
    let Some(folder) = real_data() else { return };
    for file in files(&folder.join("ingest/real")) {
        if file.extension().is_none_or(|e| e != "csv") {
            continue;
        }
        let pages = published(&file);
        let bytes = fs::read(&file).unwrap();
        let text = match std::str::from_utf8(&bytes) {
            Ok(text) => text.trim_start_matches('\u{FEFF}').to_owned(),
            Err(_) => encoding_rs::SHIFT_JIS.decode(&bytes).0.into_owned(),
        };
        let [Block::Table(table)] = pages[0].blocks.as_slice() else {
            panic!("{:?}", counts(&pages))
        };
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let mut n_fields = 0;
        for (row, record) in reader.records().enumerate() {
            for (column, field) in record.unwrap().iter().enumerate() {
                let shown = table.cell_at(row, column).map_or("", |cell| cell.text.as_str());
                assert_eq!(without_spaces(shown), without_spaces(field), "{row}, {column}");
                n_fields += usize::from(!field.is_empty());
            }
        }
        println!("  {n_fields} fields of the file are there");
    }
}

/// Files with bytes changed, cut off or repeated: whatever is left is read, and nothing panics.
#[test]
fn damaged_files_are_read_as_far_as_they_go() {
    let Some(folder) = real_data() else { return };
    let mut random = fastrand::Rng::with_seed(4);
    let mut n_read = 0;
    for file in files(&folder.join("ingest/sheets")) {
        let whole = fs::read(&file).unwrap();
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        // Every byte of an xls is structure; the others are packed, and most damage is the archive's.
        let n_rounds = if name.ends_with(".xls") { 150 } else { 8 };
        for _ in 0..n_rounds {
            let mut bytes = whole.clone();
            for _ in 0..random.usize(1..12) {
                let at = random.usize(..bytes.len());
                bytes[at] = [0, 1, 0x3C, 0x80, 0xFF, random.u8(..)][random.usize(..6)];
            }
            if random.u8(..4) == 0 {
                bytes.truncate(random.usize(..bytes.len()));
            }
            let source = Source::from_bytes(&name, &bytes);
            check_pages(&name, &source.pages);
            n_read += usize::from(!source.pages.is_empty());
        }
    }
    println!("{n_read} damaged files gave pages");
}

//! Workbooks, documents, CSV and HTML show their tables cell by cell, and nothing of them is lost.

use std::collections::BTreeMap;
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
        columns.map(|column| without_spaces(text(column)))
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
        for (row, truth) in rows.iter().zip(&truth).filter(|(row, truth)| row != truth) {
            println!("  found {row:?}\n  truth {truth:?}");
        }
        // The encoder that made this file had no bytes for one character.
        let expected = if source.file == "csv_eucjp.csv" { 49 } else { 50 };
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
        let mut taken = std::collections::HashSet::new();
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

#[test]
fn published_files_are_read_whole() {
    let Some(folder) = real_data() else { return };
    for file in files(&folder.join("ingest")) {
        let source = source::read(&file).unwrap();
        check_pages(&source.file, &source.pages);
        let blocks = source.pages.iter().flat_map(|page| &page.blocks);
        let mut n_blocks = [0; 4];
        for block in blocks {
            let kind = match block {
                Block::Table(_) => 0,
                Block::Paragraph(_) => 1,
                Block::Heading(..) => 2,
                Block::Furniture(_) => 3,
            };
            n_blocks[kind] += 1;
        }
        let n_characters: usize = characters(texts(&source.pages)).values().sum();
        println!(
            "{}: {} pages, {n_blocks:?} tables, paragraphs, headings, furniture, {n_characters} characters, {} notices",
            source.file,
            source.pages.len(),
            source.notices.len()
        );
        for notice in source.notices.iter().take(5) {
            println!("  {}: {}", notice.place, notice.message);
        }
    }
}

#[test]
fn a_made_source_without_text_has_no_pages() {
    let source = Source::from_bytes("a.xlsx", b"PK\x03\x04");
    assert_eq!((source.kind, source.pages.len(), source.notices.len()), (SourceKind::Other, 0, 1));
}

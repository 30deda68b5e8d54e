//! One invented sheet, laid out in ten ways by four programs, gives the same records.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use torikumi::record::tables::Tables;
use torikumi::record::{self, Record, Role};
use torikumi::source;

/// What a record of the sheet says, without white space.
#[derive(Clone, Debug, PartialEq)]
struct Said {
    division: Vec<String>,
    number: Option<u32>,
    category: String,
    goal: Vec<String>,
    result: Vec<String>,
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(squeezed).filter(|line| !line.is_empty()).collect()
}

/// What the sheet says, as it was written for the programs.
fn truth(folder: &Path) -> Vec<Said> {
    let truth = fs::read_to_string(folder.join("records.json")).unwrap();
    let truth: Vec<serde_json::Value> = serde_json::from_str(&truth).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let said = |value: &serde_json::Value| Said {
        division: value["division"].as_array().unwrap().iter().map(text).collect(),
        number: value["number"].as_u64().and_then(|number| u32::try_from(number).ok()),
        category: text(&value["category"]),
        goal: lines(&text(&value["goal"])),
        result: lines(&text(&value["result"])),
    };
    truth.iter().map(said).collect()
}

fn said(record: &Record) -> Said {
    let paragraphs = |role| {
        let texts = record.sections.iter().filter(|section| section.role == role);
        texts.flat_map(|section| lines(&section.text)).collect()
    };
    Said {
        division: record.division.clone(),
        number: record.number,
        category: record.category.clone().unwrap_or_default(),
        goal: paragraphs(Role::Goal),
        result: paragraphs(Role::Result),
    }
}

/// A record without its paragraph breaks.
fn joined(said: &Said) -> Said {
    let goal = vec![said.goal.concat()];
    Said { goal, result: vec![said.result.concat()], ..said.clone() }
}

#[test]
fn every_layout_gives_the_same_records() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/layouts");
    let truth = truth(&folder);
    let tables = Tables::carried();
    let mut files = source::walk(&folder).unwrap();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "pdf"));
    let mut table = BTreeMap::new();
    for file in &files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let reading = record::read(&source::read(file).unwrap(), &tables);
        let found: Vec<Said> = reading.records.iter().map(said).collect();
        let pairs = || found.iter().zip(&truth);
        let n_right = pairs().filter(|(a, b)| joined(a) == joined(b)).count();
        let n_paragraphs = pairs().filter(|(a, b)| a == b).count();
        let is_whose = |record: &&Record| {
            record.organization.as_deref() == Some("緑川市役所")
                && record.fiscal_year.is_some_and(|year| year.gregorian() == 2023)
        };
        let n_placed = reading.records.iter().filter(is_whose).count();
        println!(
            "{name:34} {} records, {n_right} right, {n_paragraphs} with their paragraphs, {n_placed} of the office",
            found.len()
        );
        for (a, b) in pairs().filter(|(a, b)| joined(a) != joined(b)) {
            println!("  {a:?}\n  {b:?}");
        }
        table.insert(name, (found.len(), n_right, n_paragraphs, n_placed));
    }
    assert!(8 <= table.len(), "{table:?}");
    let n = truth.len();
    for (name, (n_found, n_right, n_paragraphs, n_placed)) in &table {
        assert_eq!((*n_found, *n_right, *n_placed), (n, n, n), "{name}");
        assert!(n - 2 <= *n_paragraphs, "{name}: {n_paragraphs}");
    }
    let n_paragraphs: usize = table.values().map(|row| row.2).sum();
    assert!(table.len() * n * 96 <= n_paragraphs * 100, "{n_paragraphs} paragraphs");
}

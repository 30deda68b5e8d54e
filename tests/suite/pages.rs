//! Files of many makers: one sheet, laid out anew by different programs, gives the same records.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use torikumi::record::tables::Tables;
use torikumi::record::{self, Record, Role};
use torikumi::source;

/// What a record of the sheet says, without white space.
#[derive(Clone, Debug, PartialEq)]
struct Said {
    division: String,
    number: String,
    category: String,
    goal: Vec<String>,
    result: Vec<String>,
}

/// The records of the sheet, and a folder of files that hold them.
fn sheets() -> Option<(Vec<Said>, Vec<PathBuf>)> {
    let Some(data) = std::env::var_os("TORIKUMI_TEST_DATA") else {
        println!("skipped: TORIKUMI_TEST_DATA is not set");
        return None;
    };
    let folder = PathBuf::from(data).join("ingest/sheets");
    let truth = fs::read_to_string(folder.join("truth.json")).unwrap();
    let truth: Vec<serde_json::Value> = serde_json::from_str(&truth).unwrap();
    let text = |value: &serde_json::Value| squeezed(value.as_str().unwrap());
    let texts = |value: &serde_json::Value| {
        value.as_array().unwrap().iter().map(text).filter(|t| !t.is_empty()).collect()
    };
    let said = |value: &serde_json::Value| Said {
        division: text(&value["dept"]),
        number: text(&value["num"]),
        category: text(&value["cat"]),
        goal: texts(&value["goal"]),
        result: texts(&value["result"]),
    };
    let mut files = source::walk(&folder).unwrap();
    files.retain(|file| file.extension().is_some_and(|e| e != "json" && e != "md"));
    Some((truth.iter().map(said).collect(), files))
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// What is left of a record in a file whose encoder had no character for a full-width hyphen.
fn lossy(said: &Said) -> Said {
    let text = |text: &String| text.replace('\u{FF0D}', "?");
    let texts = |texts: &[String]| texts.iter().map(text).collect();
    Said { goal: texts(&said.goal), result: texts(&said.result), ..said.clone() }
}

fn said(record: &Record) -> Said {
    let paragraphs = |role| {
        let texts = record.sections.iter().filter(|section| section.role == role);
        let lines = texts.flat_map(|section| section.text.lines().map(squeezed));
        lines.filter(|line| !line.is_empty()).collect()
    };
    Said {
        division: squeezed(&record.division.concat()),
        number: record.number.map(|n| n.to_string()).unwrap_or_default(),
        category: squeezed(record.category.as_deref().unwrap_or_default()),
        goal: paragraphs(Role::Goal),
        result: paragraphs(Role::Result),
    }
}

#[test]
fn one_sheet_of_many_makers_is_fifty_records() {
    let Some((truth, files)) = sheets() else { return };
    let tables = Tables::carried();
    let mut table = BTreeMap::new();
    for file in &files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let reading = record::read(&source::read(file).unwrap(), &tables);
        let found: Vec<Said> = reading.records.iter().map(said).collect();
        // JIS X 0208 has no character for U+FF0D, and the encoder of these files wrote the byte 3F in its place.
        let is_lossy = matches!(name.as_str(), "csv_eucjp.csv" | "csv_jis.csv");
        let truth: Vec<Said> =
            truth.iter().map(|said| if is_lossy { lossy(said) } else { said.clone() }).collect();
        let joined = |said: &Said| {
            let texts = (said.goal.concat(), said.result.concat());
            (said.division.clone(), said.number.clone(), said.category.clone(), texts)
        };
        let pairs = || found.iter().zip(&truth);
        let n_right = pairs().filter(|(a, b)| joined(a) == joined(b)).count();
        let n_paragraphs = pairs().filter(|(a, b)| a == b).count();
        println!(
            "{name:45} {} records, {n_right} right, {n_paragraphs} with their paragraphs",
            found.len()
        );
        table.insert(name, (found.len(), n_right, n_paragraphs));
    }
    assert!(20 <= table.len(), "{table:?}");
    for (name, (n_found, n_right, n_paragraphs)) in &table {
        assert_eq!((*n_found, *n_right), (50, 50), "{name}");
        assert!(48 <= *n_paragraphs, "{name}: {n_paragraphs}");
    }
}

#[test]
fn sheets_say_whose_they_are() {
    let Some((_, files)) = sheets() else { return };
    let tables = Tables::carried();
    for file in files.iter().filter(|file| file.extension().is_some_and(|e| e != "csv")) {
        let reading = record::read(&source::read(file).unwrap(), &tables);
        for record in &reading.records {
            assert!(record.organization.is_some(), "{}", file.display());
            assert_eq!(record.fiscal_year.map(|y| y.gregorian()), Some(2022), "{}", file.display());
        }
    }
}

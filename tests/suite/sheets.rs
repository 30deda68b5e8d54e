//! Sheets of text become exactly the records they print, and every character is accounted for.

mod generator;

use std::env;
use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use torikumi::record::{self, Record, Role, SheetReading, tables::Tables};
use torikumi::source::{self, Source};

/// The folder of real data, or nothing with a word on the way.
#[expect(clippy::print_stdout, reason = "a skipped test says so")]
fn real_data() -> Option<PathBuf> {
    let folder = env::var_os("TORIKUMI_TEST_DATA").map(PathBuf::from);
    if folder.is_none() {
        println!("skipped: TORIKUMI_TEST_DATA is not set");
    }
    folder
}

fn section(record: &Record, role: Role) -> &str {
    record.sections.iter().find(|s| s.role == role).map_or("", |s| s.text.as_str())
}

fn without_spaces(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Every character that is not white space lies in exactly one entry of the ledger.
#[track_caller]
fn check_conservation(source: &Source, reading: &SheetReading) {
    let mut last_end = 0;
    let mut covered = vec![false; source.text.len()];
    for entry in &reading.ledger.entries {
        assert!(last_end <= entry.start, "{}: entries overlap at {}", source.file, entry.start);
        last_end = entry.end;
        covered[entry.start..entry.end].fill(true);
        let characters =
            source.text[entry.start..entry.end].chars().filter(|c| !c.is_whitespace()).count();
        assert_eq!(entry.characters, characters);
    }
    for (at, c) in source.text.char_indices() {
        assert!(c.is_whitespace() || covered[at], "{}: {c:?} at {at} has no role", source.file);
    }
}

#[test]
fn the_real_sheet_is_read_exactly() {
    let Some(folder) = real_data() else { return };
    let source = source::read(&folder.join("nakahara-r4-sheet.txt")).unwrap();
    let reading = record::read(&source, &Tables::carried());
    check_conservation(&source, &reading);
    assert_eq!(reading.ledger.characters(), 13_456);
    let truth = fs::read_to_string(folder.join("ingest/sheets/truth.json")).unwrap();
    let truth: Vec<Value> = serde_json::from_str(&truth).unwrap();
    assert_eq!(reading.records.len(), truth.len());
    let mut n_paragraphs_equal = 0;
    for (record, truth) in reading.records.iter().zip(&truth) {
        assert_eq!(record.organization.as_deref(), Some("中原区役所"));
        assert_eq!(record.fiscal_year.map(|y| y.gregorian()), Some(2022));
        assert_eq!(record.division.concat(), truth["dept"].as_str().unwrap());
        let number = record.number.map(|n| n.to_string());
        assert_eq!(number.as_deref(), truth["num"].as_str(), "{:?}", record.division);
        assert_eq!(record.category.as_deref(), truth["cat"].as_str(), "{:?}", record.division);
        let mut equal = true;
        for (role, field) in [(Role::Goal, "goal"), (Role::Result, "result")] {
            let paragraphs: Vec<&str> =
                truth[field].as_array().unwrap().iter().map(|p| p.as_str().unwrap()).collect();
            let text = section(record, role);
            assert_eq!(
                without_spaces(text),
                without_spaces(&paragraphs.concat()),
                "{:?}",
                record.division
            );
            equal &= text == paragraphs.join("\n");
        }
        n_paragraphs_equal += usize::from(equal);
    }
    let inferred = reading.records.iter().filter(|r| r.division_inferred).count();
    assert_eq!(inferred, 3);
    let centre = "地域みまもり支援センター";
    let section =
        reading.records.iter().find(|r| r.division.ends_with(&["地域支援課".to_owned()])).unwrap();
    assert_eq!(section.division, [&format!("{centre}（福祉事務所・保健所支所）"), "地域支援課"]);
    assert_eq!(section.division_canonical, [centre, "地域支援課"]);
    let headings: Vec<_> = section.sections.iter().map(|s| s.heading.as_deref()).collect();
    assert_eq!(headings, [Some("目標及び具体的な取組内容"), Some("実施結果及び目標の達成度")]);
    assert!(reading.notices.is_empty(), "{:?}", reading.notices);
    println!("paragraphs equal: {n_paragraphs_equal} of {}", truth.len());
    assert!(48 <= n_paragraphs_equal, "{n_paragraphs_equal}");
}

#[test]
fn the_samples_are_read_exactly() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let samples = root.join("samples");
    if !samples.is_dir() {
        println!("skipped: there is no folder of samples");
        return;
    }
    let (mut n_sheets, mut n_wrong) = (0, 0);
    for path in source::walk(&samples).unwrap() {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let truth = root.join(format!("tests/data/samples/{name}.jsonl"));
        if !truth.is_file() || path.extension().is_none_or(|e| e != "txt") {
            continue;
        }
        let source = source::read(&path).unwrap();
        let reading = record::read(&source, &Tables::carried());
        check_conservation(&source, &reading);
        let mut truth: Vec<Value> = fs::read_to_string(truth)
            .unwrap()
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        // Where a path is cut into its elements is a reading; what it says is not.
        for record in &mut truth {
            let elements = record["division"].as_array().unwrap().iter();
            record["division"] = elements.map(|e| e.as_str().unwrap()).collect::<String>().into();
        }
        let found: Vec<Value> = reading.records.iter().map(in_truth_form).collect();
        n_sheets += 1;
        for (found, truth) in found.iter().zip(&truth) {
            if found != truth {
                println!("{name}\n  found {found}\n  truth {truth}");
                n_wrong += 1;
            }
        }
        assert_eq!(found.len(), truth.len(), "{name}");
    }
    println!("{n_sheets} sample sheets");
    assert_eq!(n_wrong, 0);
}

/// A record in the form of the samples' truth.
fn in_truth_form(record: &Record) -> Value {
    let paragraphs = |role| -> Vec<&str> {
        section(record, role).split('\n').filter(|p| !p.is_empty()).collect()
    };
    serde_json::json!({
        "division": record.division.concat(),
        "number": record.number,
        "category": record.category,
        "goal": paragraphs(Role::Goal),
        "result": paragraphs(Role::Result),
    })
}

/// What differs between a record and the item it was made from, or nothing.
fn difference(record: &Record, item: &generator::Item) -> Option<String> {
    let found = [
        record.division.concat(),
        record.number.map(|n| n.to_string()).unwrap_or_default(),
        record.category.clone().unwrap_or_default(),
        without_spaces(section(record, Role::Goal)),
        without_spaces(section(record, Role::Result)),
    ];
    let made = [
        item.division.clone(),
        item.number.to_string(),
        item.category.clone(),
        without_spaces(&item.goal.concat()),
        without_spaces(&item.result.concat()),
    ];
    let index = found.iter().zip(&made).position(|(found, made)| found != made)?;
    Some(format!("found {:?}\n   made {:?}", found[index], made[index]))
}

/// What went wrong with a made sheet, or nothing.
fn fault(made: &generator::Made, reading: &SheetReading) -> Option<String> {
    for (record, item) in reading.records.iter().zip(&made.items) {
        if record.organization.as_deref() != Some(made.organization.as_str()) {
            return Some(format!("organization {:?}", record.organization));
        }
        if record.fiscal_year.map(|y| y.gregorian()) != Some(made.fiscal_year) {
            return Some(format!("fiscal year {:?}", record.fiscal_year));
        }
        if let Some(difference) = difference(record, item) {
            return Some(difference);
        }
    }
    let (found, made) = (reading.records.len(), made.items.len());
    (found != made).then(|| format!("{found} records of {made}"))
}

#[test]
fn made_sheets_are_read_exactly() {
    const N_SHEETS: u64 = 1_000;
    let tables = Tables::carried();
    let (mut n_exact, mut n_records) = (0, 0);
    let shown = env::var("TORIKUMI_SHOW_SHEET").ok().and_then(|seed| seed.parse::<u64>().ok());
    for seed in 0..N_SHEETS {
        let made = generator::make(seed);
        let source = Source::from_bytes("made.txt", made.text.as_bytes());
        let reading = record::read(&source, &tables);
        check_conservation(&source, &reading);
        n_records += made.items.len();
        match fault(&made, &reading) {
            None => n_exact += 1,
            Some(fault) => println!("sheet {seed}: {fault}"),
        }
        if shown == Some(seed) {
            println!("{}", made.text);
        }
    }
    println!("{n_exact} of {N_SHEETS} sheets exact, {n_records} records");
    // The rest are pages that end between two sentences just where the text could part as well, a page number beside
    // a bare number or an empty cell.
    assert!(993 <= n_exact, "{n_exact}");
}

mod laws {
    use proptest::prelude::*;

    use super::*;

    /// Pieces that sheets are made of, in any order, and any text between them.
    fn pieces() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            Just("総務課 1\n".to_owned()),
            Just("くらし部\n".to_owned()),
            Just("共\n通\n".to_owned()),
            Just("2\n".to_owned()),
            Just("\n".to_owned()),
            Just("目標及び取組内容\n".to_owned()),
            Just("- 3 -\n\u{C}".to_owned()),
            Just("区サービス方針\n①親切にします。\n".to_owned()),
            Just("令和４年度 港区役所\r\n".to_owned()),
            Just("　案内を直します。\n".to_owned()),
            Just("（１）案内を\u{FEFF}直しました。\n".to_owned()),
            ".{0,12}",
            "\\PC{0,40}\n",
        ];
        prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn any_text_is_read_and_every_character_accounted_for(text in pieces()) {
            let source = Source::from_bytes("any.txt", text.as_bytes());
            let reading = record::read(&source, &Tables::carried());
            check_conservation(&source, &reading);
        }

        #[test]
        fn any_line_of_json_is_read(text in "[\\[{\"a-z:,0-9\\]} \n]{0,60}") {
            let source = Source::from_bytes("any.jsonl", text.as_bytes());
            let reading = record::read(&source, &Tables::carried());
            check_conservation(&source, &reading);
        }
    }
}

/// A megabyte takes less than a second; a quadratic step would take minutes.
#[test]
fn reading_time_grows_with_the_text() {
    let made: String = (0..40).map(|seed| generator::make(seed).text).collect();
    let worst = [
        "1\n".repeat(20_000),
        "総\n".repeat(20_000),
        "総務課\n\n".repeat(10_000),
        "①甲\n".repeat(20_000),
        "甲\n\n".repeat(20_000),
    ];
    for text in worst.into_iter().chain([made]) {
        let text = text.repeat(1 + 1_000_000 / text.len());
        let start = std::time::Instant::now();
        let source = Source::from_bytes("long.txt", text.as_bytes());
        let reading = record::read(&source, &Tables::carried());
        let took = start.elapsed();
        let beginning: String = text.chars().take(6).collect();
        println!(
            "{:.1} MB of {beginning:?} in {took:?}, {} records",
            text.len() as f64 / 1e6,
            reading.records.len()
        );
        assert!(took.as_secs() < 20, "{took:?}");
    }
}

#[test]
fn real_records_in_json_lines_are_read() {
    let Some(folder) = real_data() else { return };
    for (file, expected) in
        [("amagasaki-faq/records.jsonl", 1_786), ("corpora/ofunato2025.jsonl", 407)]
    {
        let source = source::read(&folder.join(file)).unwrap();
        let reading = record::read(&source, &Tables::carried());
        assert_eq!((reading.records.len(), reading.notices.len()), (expected, 0), "{file}");
        check_conservation(&source, &reading);
    }
}

#[test]
fn a_corpus_of_laws_streams_line_by_line() {
    let Some(folder) = real_data() else { return };
    let path = folder.join("corpora/laws.jsonl.zst");
    let lines = std::io::BufReader::new(zstd::Decoder::new(fs::File::open(path).unwrap()).unwrap());
    let tables = Tables::carried();
    let reader = record::json_lines::Reader::new(lines, "laws.jsonl", None, &tables);
    let (mut n_records, mut n_notices) = (0, 0);
    let start = std::time::Instant::now();
    for line in reader {
        let line = line.unwrap();
        n_records += usize::from(line.record.is_some());
        n_notices += line.notices.len();
    }
    println!("{n_records} laws in {:?}", start.elapsed());
    assert_eq!((n_records, n_notices), (208_402, 0));
}

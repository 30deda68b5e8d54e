//! What it costs to ingest a folder again in which nothing changed.
//!
//! ```text
//! cargo bench --bench ingest_folder [-- --check]
//! ```
//!
//! Makes a folder of 1,000 files (workbooks, CSV, sheets of text), ingests it into a fresh index, and then again.
//! Fails in any case if the second time looks into a file or changes anything; with `--check` also if it takes more than
//! 5 % of the time of the first.

#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use torikumi::analysis::Analyzer;
use torikumi::index::{Fields, Writer};
use torikumi::ingest;
use torikumi::ingest::worker::Program;
use torikumi::ingest::worker::job::{Limits, TableTexts};
use torikumi::ingest::{FileReader, Options, Summary};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const N_FILES: usize = 1000;
const N_RUNS: usize = 5;
/// The second time against the first.
const MOST_RATIO: f64 = 0.05;

fn main() -> ExitCode {
    let folder = tempfile::tempdir().expect("a benchmark has a temporary directory");
    let home = tempfile::tempdir().expect("a benchmark has a temporary directory");
    let cache = tempfile::tempdir().expect("a benchmark has a temporary directory");
    let analyzer = Analyzer::open(Some(cache.path())).expect("the carried dictionary opens");
    for number in 0..N_FILES {
        make(folder.path(), number);
    }
    // Files that were changed a moment ago are not trusted by their stamp; those of an office have rested.
    std::thread::sleep(Duration::from_millis(2100));
    let run = || once(folder.path(), home.path(), &analyzer);
    let (first, n_opened, summary) = run();
    assert_eq!((summary.n_read, summary.n_failed, n_opened), (N_FILES, 0, N_FILES));
    println!("first: {:.0} ms, {} records", milliseconds(first), summary.changes.n_added);
    let mut again: Vec<Duration> = (0..N_RUNS)
        .map(|_| {
            let (time, n_opened, summary) = run();
            assert_eq!((summary.n_unchanged, n_opened), (N_FILES, 0), "a file was opened");
            time
        })
        .collect();
    again.sort();
    let again = again[N_RUNS / 2];
    let ratio = again.as_secs_f64() / first.as_secs_f64();
    println!(
        "again: {:.1} ms (median of {N_RUNS}), no file opened; {:.2} % of the first",
        milliseconds(again),
        100.0 * ratio
    );
    let checked = std::env::args().any(|argument| argument == "--check");
    if checked && MOST_RATIO < ratio { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// One ingest of the folder, the opening of the index included: how long it took, and how many files were opened.
fn once(folder: &Path, home: &Path, analyzer: &Analyzer) -> (Duration, usize, Summary) {
    let begun = Instant::now();
    let program = Program {
        path: PathBuf::from(env!("CARGO_BIN_EXE_torikumi")),
        arguments: vec!["worker".into()],
    };
    let reader = FileReader::new(program, Limits::default(), &TableTexts::carried())
        .expect("the carried tables need no file");
    let mut writer = Writer::open(home, &Fields::carried(), analyzer).expect("nobody else writes");
    let roots = [folder.to_owned()];
    let found = ingest::find(&roots);
    let summary =
        ingest::ingest(&mut writer, &reader, &roots, &found, Options::default(), |_, _| {})
            .expect("the index can be written");
    (begun.elapsed(), reader.n_opened(), summary)
}

/// A small file of one of three kinds, with records that no other has.
fn make(folder: &Path, number: usize) {
    let rows: Vec<[String; 4]> = (1..=4)
        .map(|row| {
            [
                format!("みどり第{number}課"),
                row.to_string(),
                format!("窓口の案内を{row}か所で分かりやすく書き直します。"),
                format!("{row}か所の案内を書き直し、利用者の声を聞きました。"),
            ]
        })
        .collect();
    let (extension, bytes) = match number % 3 {
        0 => ("xlsx", workbook(&rows)),
        1 => ("csv", csv(&rows).into_bytes()),
        _ => ("txt", sheet(number, &rows).into_bytes()),
    };
    let path = folder.join(format!("{:02}", number / 100));
    fs::create_dir_all(&path).expect("the temporary directory is ours");
    fs::write(path.join(format!("{number:04}.{extension}")), bytes)
        .expect("the temporary directory is ours");
}

const HEADERS: [&str; 4] = ["部署名", "番号", "取組目標", "取組結果"];

fn csv(rows: &[[String; 4]]) -> String {
    let lines = rows.iter().map(|row| row.join(",") + "\r\n");
    HEADERS.join(",") + "\r\n" + &lines.collect::<String>()
}

fn sheet(number: usize, rows: &[[String; 4]]) -> String {
    let items = rows.iter().map(|[division, number, goal, result]| {
        format!("{division} {number} 共通\n\n　{goal}\n\n　{result}\n\n")
    });
    let head = format!(
        "令和4年度　取組シート　みどり第{number}区役所\n\n部署名 番号 区分\n取組目標\n取組結果\n\n"
    );
    head + &items.collect::<String>()
}

fn workbook(rows: &[[String; 4]]) -> Vec<u8> {
    const TYPE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let headers = [HEADERS.map(str::to_owned)];
    let lines = (1..).zip(headers.iter().chain(rows)).map(|(number, row)| {
        let cells = ('A'..).zip(row).map(|(letter, text)| {
            format!("<c r=\"{letter}{number}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
        });
        format!("<row r=\"{number}\">{}</row>", cells.collect::<String>())
    });
    let content = lines.collect::<String>();
    let parts = [
        ("[Content_Types].xml", "<Types/>".to_owned()),
        (
            "_rels/.rels",
            format!("<Relationships><Relationship Id=\"r1\" Type=\"{TYPE}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"),
        ),
        (
            "xl/workbook.xml",
            "<workbook><sheets><sheet name=\"取組\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>".to_owned(),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!("<Relationships><Relationship Id=\"r1\" Type=\"{TYPE}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"),
        ),
        ("xl/worksheets/sheet1.xml", format!("<worksheet><sheetData>{content}</sheetData></worksheet>")),
    ];
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(name, SimpleFileOptions::default()).expect("memory takes every part");
        zip.write_all(text.as_bytes()).expect("memory takes every part");
    }
    zip.finish().expect("memory takes every part").into_inner()
}

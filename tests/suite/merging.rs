//! Files that print the same record become one record, whatever they are and in whatever order they come.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::workspace::{cache, real_data};

const TITLE: &str = "磯辺区役所　令和4年度　取組シート";
const GOAL: [&str; 3] = [
    "窓口の番号札を見やすい大きさに改め、待ち時間の目安を入口の画面に示します。",
    "避難所の開設を、地域の方と年2回訓練します。",
    "花壇の手入れを、地域の学校と一緒に行います。",
];
const RESULT: [&str; 3] = [
    "番号札を改め、待ち時間の目安を7月から入口の画面に示しました。",
    "訓練を6月と11月に行い、延べ84人が参加しました。",
    "手入れを5月から月に1回行いました。",
];

/// Rows of a sheet: goal and result of each item.
type Rows<'t> = [(&'t str, &'t str)];

fn plan() -> Vec<(&'static str, &'static str)> {
    GOAL.iter().map(|goal| (*goal, "")).collect()
}

fn results() -> Vec<(&'static str, &'static str)> {
    GOAL.into_iter().zip(RESULT).collect()
}

fn has_results(rows: &Rows<'_>) -> bool {
    rows.iter().any(|(_, result)| !result.is_empty())
}

fn csv(title: &str, rows: &Rows<'_>) -> String {
    let header = if has_results(rows) { "目標,実施結果" } else { "目標" };
    let mut text = format!("{title},,,,\n部署,番号,区分,{header}\n");
    for ((goal, result), number) in rows.iter().zip(1..) {
        text += &format!("区民部総務課,{number},共通,{goal}");
        text += &if has_results(rows) { format!(",{result}\n") } else { "\n".to_owned() };
    }
    text
}

fn html(title: &str, rows: &Rows<'_>) -> String {
    let cells = |tag: &str, texts: &[&str]| -> String {
        let cells = texts.iter().map(|text| format!("<{tag}>{text}</{tag}>"));
        format!("<tr>{}</tr>", cells.collect::<String>())
    };
    let n = if has_results(rows) { 5 } else { 4 };
    let mut table = cells("th", &["部署", "番号", "区分", "目標", "実施結果"][..n]);
    for ((goal, result), number) in rows.iter().zip(1..) {
        let row = ["区民部総務課", &number.to_string(), "共通", goal, result];
        table += &cells("td", &row[..n]);
    }
    format!("<html><body><h1>{title}</h1><table>{table}</table></body></html>")
}

/// A sheet as a PDF-to-text tool leaves it: lines broken wherever they are full.
fn text(title: &str, rows: &Rows<'_>) -> String {
    let broken = |text: &str| {
        let chars: Vec<char> = text.chars().collect();
        let lines = chars.chunks(30).map(|line| line.iter().collect::<String>());
        lines.collect::<Vec<_>>().join("\n")
    };
    let mut sheet = format!("{title}\n\n所属 No.\n\n取組結果\n");
    for ((goal, result), number) in rows.iter().zip(1..) {
        sheet += &format!("\n区民部\n総務課 {number}\n共通\n\n{}\n", broken(&format!("　{goal}")));
        sheet += &format!("\n{}\n", broken(&format!("　{result}")));
    }
    sheet
}

/// A folder of files, and an index.
struct Desk {
    folder: TempDir,
    home: TempDir,
}

impl Desk {
    fn new() -> Desk {
        Desk { folder: tempfile::tempdir().unwrap(), home: tempfile::tempdir().unwrap() }
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn ingest(&self) {
        self.run(&["ingest", "--prune", "--index"], &[self.folder.path()]);
    }

    fn records(&self) -> Vec<Value> {
        let output = self.run(&["export", "--format", "jsonl", "--index"], &[]);
        output.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[track_caller]
    fn run(&self, arguments: &[&str], paths: &[&Path]) -> String {
        let mut command = Command::new(env!("CARGO_BIN_EXE_torikumi"));
        command.args(arguments).arg(self.home.path()).args(paths);
        let output = command.env("TORIKUMI_CACHE", cache()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }
}

/// The sections of a record: role, text without white space, file.
fn sections(record: &Value) -> Vec<(String, String, String)> {
    let section = |section: &Value| {
        let source = usize::try_from(section["source"].as_u64().unwrap()).unwrap();
        let text = section["text"].as_str().unwrap();
        let text = text.chars().filter(|c| !c.is_whitespace()).collect();
        let file = record["sources"][source]["file"].as_str().unwrap().to_owned();
        (section["role"].as_str().unwrap().to_owned(), text, file)
    };
    record["sections"].as_array().unwrap().iter().map(section).collect()
}

fn files(record: &Value) -> Vec<&str> {
    let sources = record["sources"].as_array().unwrap();
    sources.iter().map(|source| source["file"].as_str().unwrap()).collect()
}

/// The notices of a kind.
fn notices<'r>(record: &'r Value, kind: &str) -> Vec<&'r str> {
    let notices = record["notices"].as_array().unwrap().iter();
    let of_kind = notices.filter(|notice| notice["kind"] == kind);
    of_kind.map(|notice| notice["message"].as_str().unwrap()).collect()
}

fn said(role: &str, text: &str, file: &str) -> (String, String, String) {
    (role.to_owned(), text.to_owned(), file.to_owned())
}

/// Ingests the files one by one in two orders and at once; the records are the same, and are returned.
fn in_any_order(files: &[(&str, String)]) -> Vec<Value> {
    let mut outcomes: Vec<Vec<Value>> = Vec::new();
    for turn in 0..3 {
        let desk = Desk::new();
        let mut files = files.to_vec();
        if turn == 1 {
            files.reverse();
        }
        for (file, text) in &files {
            desk.write(file, text);
            if turn < 2 {
                desk.ingest();
            }
        }
        desk.ingest();
        let mut records = desk.records();
        records.sort_by_key(|record| record["id"].to_string());
        outcomes.push(records);
    }
    assert_eq!(outcomes[1], outcomes[0]);
    assert_eq!(outcomes[2], outcomes[0]);
    let mut records = outcomes.remove(0);
    records.sort_by_key(|record| (record["number"].as_u64(), record["id"].to_string()));
    records
}

#[test]
fn twins_are_one_record_with_the_text_of_the_surer_one() {
    let records =
        in_any_order(&[("a.txt", text(TITLE, &results())), ("b.html", html(TITLE, &results()))]);
    assert_eq!(records.len(), 3);
    for ((record, goal), result) in records.iter().zip(GOAL).zip(RESULT) {
        assert_eq!(files(record), ["b.html", "a.txt"]);
        let expected = [said("goal", goal, "b.html"), said("result", result, "b.html")];
        assert_eq!(sections(record), expected);
        assert_eq!(record["notices"], Value::Array(Vec::new()));
    }
}

#[test]
fn a_plan_and_its_result_a_year_later_are_one_record() {
    let mut reworded = results();
    reworded[2].0 = "花壇の手入れを、地域の学校や自治会と一緒に毎月行います。";
    let records = in_any_order(&[
        ("R4/計画.csv", csv(TITLE, &plan())),
        ("R4/結果.txt", text(TITLE, &reworded)),
    ]);
    assert_eq!(records.len(), 3);
    for ((record, goal), result) in records.iter().zip(GOAL).zip(RESULT).take(2) {
        assert_eq!(files(record), ["R4/結果.txt", "R4/計画.csv"]);
        let expected = [said("goal", goal, "R4/計画.csv"), said("result", result, "R4/結果.txt")];
        assert_eq!(sections(record), expected);
    }
    let expected = [
        said("goal", reworded[2].0, "R4/結果.txt"),
        said("goal", GOAL[2], "R4/計画.csv"),
        said("result", RESULT[2], "R4/結果.txt"),
    ];
    assert_eq!(sections(&records[2]), expected);
    let message = "目標の文が「R4/結果.txt」と「R4/計画.csv」とで違うので、両方を示します。";
    assert_eq!(notices(&records[2], "reworded"), [message]);
}

#[test]
fn a_corrected_edition_replaces_the_older_one_and_gives_it_back_when_it_goes() {
    let mut corrected = results();
    corrected[1].1 = "訓練を6月と11月に行い、延べ48人が参加しました。";
    let shop = [
        ("シート.csv", csv(TITLE, &results())),
        ("差し替え/シート.csv", csv(TITLE, &corrected[1..2]).replace("課,1,", "課,2,")),
    ];
    let records = in_any_order(&shop);
    assert_eq!(records.len(), 3);
    assert_eq!(files(&records[0]), ["シート.csv"]);
    assert_eq!(files(&records[1]), ["差し替え/シート.csv", "シート.csv"]);
    assert_eq!(sections(&records[1])[1].1, corrected[1].1);
    let message = "実施結果は、訂正された資料「差し替え/シート.csv」の文です。「シート.csv」の文と差し替えました。";
    assert_eq!(notices(&records[1], "corrected"), [message]);
    assert_eq!(records[1]["sources"][0]["edition"], "差し替え");

    let desk = Desk::new();
    shop.iter().for_each(|(file, text)| desk.write(file, text));
    desk.ingest();
    fs::remove_dir_all(desk.folder.path().join("差し替え")).unwrap();
    desk.ingest();
    let records = desk.records();
    assert!(records.iter().all(|record| files(record) == ["シート.csv"]));
    assert!(records.iter().any(|record| sections(record)[1].1 == RESULT[1]));
}

#[test]
fn a_title_tells_a_corrected_edition_too() {
    let mut corrected = plan();
    corrected[0].0 = "窓口の番号札を、離れていても読める大きさに改めます。";
    let title = format!("{TITLE}（訂正版）");
    for file in [html(&title, &corrected), csv(&title, &corrected)] {
        let name = if file.starts_with('<') { "b.html" } else { "b.csv" };
        let records = in_any_order(&[("a.csv", csv(TITLE, &plan())), (name, file)]);
        assert_eq!(records.len(), 3);
        assert_eq!(sections(&records[0]), [said("goal", corrected[0].0, name)]);
        assert_eq!(notices(&records[0], "corrected").len(), 1);
        assert!(notices(&records[1], "corrected").is_empty());
    }
}

#[test]
fn another_plan_that_numbers_its_items_alike_stays_another() {
    let other: Vec<(&str, &str)> = [
        "図書室の本を増やし、読み聞かせの会を毎月開きます。",
        "道路の照明を省エネルギーのものに替えます。",
        "公園の遊具を点検し、傷んだものを直します。",
    ]
    .map(|goal| (goal, ""))
    .to_vec();
    let records = in_any_order(&[("a.csv", csv(TITLE, &plan())), ("b.csv", csv(TITLE, &other))]);
    assert_eq!(records.len(), 6);
    let ids: Vec<&str> = records.iter().map(|record| record["id"].as_str().unwrap()).collect();
    for (pair, (goal, other)) in ids.chunks(2).zip(GOAL.iter().zip(&other)) {
        assert_eq!(pair[1], format!("{}-2", pair[0]));
        let of = |id| records.iter().find(|record| record["id"] == id).unwrap();
        assert_eq!(sections(of(pair[0]))[0].1, *goal);
        assert_eq!(sections(of(pair[1]))[0].1, other.0);
        assert_eq!(notices(of(pair[1]), "duplicate_identity").len(), 1);
    }
}

#[test]
fn an_export_that_is_read_again_beside_its_sources_adds_nothing() {
    let desk = Desk::new();
    desk.write("計画.csv", &csv(TITLE, &plan()));
    desk.write("結果.txt", &text(TITLE, &results()));
    desk.ingest();
    let before = desk.records();
    let lines: String = before.iter().map(|record| format!("{record}\n")).collect();
    desk.write("export.jsonl", &lines);
    desk.ingest();
    let after = desk.records();
    assert_eq!(after.len(), 3);
    for (before, after) in before.iter().zip(&after) {
        assert_eq!(files(after), files(before));
        assert_eq!(sections(after), sections(before));
    }
}

#[test]
fn one_sheet_laid_out_by_many_programs_is_one_record_each() {
    let Some(data) = real_data() else { return };
    let desk = Desk::new();
    for file in fs::read_dir(data.join("ingest/sheets")).unwrap().map(|entry| entry.unwrap()) {
        if file.path().extension().is_some_and(|extension| extension != "json") {
            fs::copy(file.path(), desk.folder.path().join(file.file_name())).unwrap();
        }
    }
    desk.ingest();
    let records = desk.records();
    let twins = records.iter().filter(|record| {
        let files = files(record);
        [".pdf", ".xlsx", ".docx", ".html"]
            .iter()
            .all(|kind| files.iter().any(|file| file.ends_with(kind)))
    });
    let n_twins = twins.count();
    println!("{} records of 23 files, {n_twins} of them in PDF and workbook", records.len());
    assert!(47 <= n_twins && records.len() <= 110, "{n_twins} of {}", records.len());
}

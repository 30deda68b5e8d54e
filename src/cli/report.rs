//! `report`: what an office can be told about its files, without an index.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;

use crate::notice::NoticeKind;
use crate::record;
use crate::report::{FileFacts, Findings, Outcome, Report};
use crate::source;
use crate::source::page::Block;
use crate::source::{Source, SourceKind};

use super::Exit;
use super::place::DictionaryPlace;
use super::reading::{find, remark};

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// Files and folders.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// Where the report is written: HTML, or JSON if the name ends in `.json`.
    #[arg(long, value_name = "FILE")]
    report: PathBuf,
    #[command(flatten)]
    dictionaries: DictionaryPlace,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    let tables = arguments.dictionaries.tables()?;
    let mut report = Report::new(&arguments.dictionaries.analyzer()?);
    let (found, mut n_failed) = find(&arguments.paths);
    for file in found {
        match source::read_under(&file.base, &file.path) {
            Ok(source) => {
                let reading = record::read(&source, &tables);
                let facts = facts(&source, reading.records.is_empty());
                n_failed += usize::from(facts.outcome == Outcome::Failed);
                report.add(&facts, &reading.records, &reading.notices);
            }
            Err(error) => {
                n_failed += 1;
                let name = source::name_under(&file.base, &file.path);
                report.add(&unreadable(name, &error), &[], &[]);
            }
        }
    }
    let findings = report.finish();
    write(&findings, &arguments.report)?;
    remark(&format!("{} files in {}", findings.totals.n_files, arguments.report.display()));
    Ok(if n_failed == 0 { Exit::Success } else { Exit::Partial })
}

/// Writes the report in the form that the name of the file asks for.
pub(super) fn write(findings: &Findings, path: &Path) -> anyhow::Result<()> {
    let is_json = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("json"));
    let text = if is_json { findings.to_json() } else { findings.to_html() };
    std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

/// What is known of a file that was read.
pub(super) fn facts(source: &Source, is_empty: bool) -> FileFacts {
    let blocks = || source.pages.iter().flat_map(|page| &page.blocks);
    let is_failed = source.kind == SourceKind::Other || is_empty;
    let reason = source.notices.first().map(|notice| notice.message.clone());
    let nothing = || "取組を一つも読み取れませんでした。".to_owned();
    // A page may be empty; that something is there and cannot be read is noticed.
    let is_troubled = source.notices.iter().any(|n| n.kind == NoticeKind::Unreadable);
    let n_empty = source.pages.iter().filter(|page| page.blocks.is_empty()).count();
    let has_pages = source.kind == SourceKind::Pages;
    FileFacts {
        file: source.file.clone(),
        sha256: Some(source.sha256.clone()),
        kind: kind(&source.file).map(str::to_owned),
        outcome: if is_failed { Outcome::Failed } else { Outcome::Read },
        reason: is_failed.then(|| reason.unwrap_or_else(nothing)),
        n_pages: has_pages.then_some(source.pages.len()),
        n_tables: has_pages
            .then(|| blocks().filter(|block| matches!(block, Block::Table(_))).count()),
        n_unread_pages: if is_troubled { n_empty } else { 0 },
        n_recognised_pages: source.pages.iter().filter(|page| page.is_recognised).count(),
    }
}

fn unreadable(file: String, error: &source::SourceError) -> FileFacts {
    let cause = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    FileFacts {
        kind: kind(&file).map(str::to_owned),
        file,
        outcome: Outcome::Failed,
        reason: Some(format!("ファイルを開けませんでした（{cause}）。")),
        ..FileFacts::default()
    }
}

/// What a file is called by its extension.
fn kind(file: &str) -> Option<&'static str> {
    let extension = Path::new(file).extension()?.to_str()?.to_ascii_lowercase();
    Some(match extension.as_str() {
        "pdf" => "PDF",
        "xlsx" | "xls" | "ods" => "表計算",
        "docx" => "Word",
        "csv" | "tsv" => "CSV",
        "html" | "htm" | "xhtml" => "HTML",
        "txt" | "text" => "テキスト",
        "jsonl" | "ndjson" => "JSON Lines",
        _ => return None,
    })
}

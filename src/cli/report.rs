//! The quality report of a run: fed with what became of each file, written where it was asked for.

use std::path::Path;

use anyhow::Context;

use crate::ingest::{FileOutcome, FileState};
use crate::report::{FileFacts, Findings, Outcome};
use crate::source::SourceKind;

/// Writes the report in the form that the name of the file asks for.
pub(super) fn write(findings: &Findings, path: &Path) -> anyhow::Result<()> {
    let is_json = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("json"));
    let text = if is_json { findings.to_json() } else { findings.to_html() };
    std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

/// What is known of a file before its text is looked at.
pub(super) fn facts(outcome: &FileOutcome) -> FileFacts {
    let pages = outcome.pages;
    let has_pages = outcome.kind == Some(SourceKind::Pages);
    FileFacts {
        file: outcome.file.clone(),
        sha256: outcome.sha256.clone(),
        kind: kind(&outcome.file).map(str::to_owned),
        outcome: match outcome.state {
            FileState::Read => Outcome::Read,
            FileState::Unchanged => Outcome::Unchanged,
            FileState::Failed => Outcome::Failed,
        },
        reason: outcome.failure.clone(),
        n_pages: has_pages.then_some(pages.n_pages),
        n_tables: has_pages.then_some(pages.n_tables),
        n_unread_pages: pages.n_unread,
        n_recognised_pages: pages.n_recognised,
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

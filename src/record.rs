//! Records: one reported initiative (取組) each, as printed, with what is counted under.
//!
//! The record layer turns the text of a source into records.
//! A record holds the text as printed: faults of the file (words broken at line ends) are repaired,
//! habits of the language (width, spelling) are left to the analysis.

pub mod fiscal_year;
pub mod tables;
pub mod identity;
pub mod merge;
pub mod ledger;
pub mod json_lines;
pub mod sources_file;
mod sheet;
mod pages;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub use self::fiscal_year::FiscalYear;
use crate::notice::Notice;
use crate::record::ledger::Ledger;
use crate::record::merge::edition::Titles;
use crate::record::sources_file::Declared;
use crate::record::tables::Tables;
use crate::source::{Source, SourceKind};

/// One reported initiative (取組): the unit of search, of permalinks and of counting.
///
/// Its JSON form is the project's exchange format and fixed, hence the derives: add fields, never rename them.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
pub struct Record {
    /// Stable identity, 1 to 200 bytes; see [`RecordId`].
    pub id: RecordId,
    /// The office that published the record: 浜手区役所.
    pub organization: Option<String>,
    /// The fiscal year reported on.
    pub fiscal_year: Option<FiscalYear>,
    /// The organisational path as printed, outermost first.
    pub division: Vec<String>,
    /// The path the record is counted under; equals `division` where the tables are silent.
    pub division_canonical: Vec<String>,
    /// Whether `division_canonical` holds a parent that was not printed.
    pub division_inferred: bool,
    /// The category as printed, vertical characters joined.
    pub category: Option<String>,
    /// The categories the record is counted under.
    pub category_canonical: Vec<String>,
    /// The item's number within its division.
    pub number: Option<u32>,
    /// A title of its own, where the sheet has such a column.
    pub title: Option<String>,
    /// Goal, result and other text, in the order of the sheet.
    pub sections: Vec<Section>,
    /// The files the record was read from.
    pub sources: Vec<Provenance>,
    /// What was noticed while reading this record.
    pub notices: Vec<Notice>,
    /// Fields of the input that the format does not know: kept and shown, not searched.
    #[serde(skip_serializing_if = "serde_json::Map::is_empty")]
    pub extra: serde_json::Map<String, serde_json::Value>,
}

/// The most names of a canonical division path; what is below is counted under the path so far.
pub const DEEPEST_DIVISION: usize = 16;

/// The stable identity of a record.
///
/// For records read from sheets it is a hash of organisation, fiscal year, printed division and number (else title),
/// so that correcting the text keeps it; an identity given in JSON Lines is kept as it is.
#[derive(Clone, Debug, Default, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct RecordId(pub String);

/// A part of a record with a role of its own.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Section {
    /// What the part is.
    pub role: Role,
    /// The heading printed above it, where there is one.
    #[serde(default)]
    pub heading: Option<String>,
    /// The text as printed, words broken at line ends joined, paragraphs separated by `\n`.
    pub text: String,
    /// Index into the record's `sources`.
    #[serde(default)]
    pub source: usize,
}

/// The roles of sections.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// What was promised (目標, 取組内容).
    Goal,
    /// What was done (実施結果, 達成度).
    Result,
    /// Any other text, under its own heading.
    Body,
}

/// Where a record was read from.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default)]
pub struct Provenance {
    /// The file's name, without the folders above the one given to `ingest`.
    pub file: String,
    /// SHA-256 of the file's bytes, in hexadecimal.
    pub sha256: Option<String>,
    /// Where the file is published.
    pub url: Option<String>,
    /// The licence it is published under.
    pub licence: Option<String>,
    /// Page, from 1.
    pub page: Option<u32>,
    /// Line of the record's first field, from 1.
    pub line: Option<u32>,
    /// Name of the worksheet.
    pub sheet: Option<String>,
    /// Cell of the record's first field, as `B12`.
    pub cell: Option<String>,
    /// Row of a table, from 1; in a CSV file the row of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<u32>,
    /// How the licence wants the publisher named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attribution: Option<String>,
    /// Whether the office that published the file runs this collection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub official: Option<bool>,
    /// Whom to write to about the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    /// The name or title that calls the file a corrected edition, as printed: 取組シート（第2回訂正）.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edition: Option<String>,
    /// Whether the text was recognised in a picture by a machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recognised: Option<bool>,
}

/// What was read out of one source.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SheetReading {
    /// The records, in the order of the source.
    pub records: Vec<Record>,
    /// What concerns the source as a whole; a record carries its own.
    pub notices: Vec<Notice>,
    /// The role of every character.
    pub ledger: Ledger,
}

impl Record {
    /// Makes the canonical values countable: trimmed, without control characters, categories once each,
    /// and no path deeper than [`DEEPEST_DIVISION`].
    pub(crate) fn settle_canonical(&mut self) {
        for name in self.division_canonical.iter_mut().chain(&mut self.category_canonical) {
            name.retain(|c| !c.is_control());
            if name.trim().len() < name.len() {
                *name = name.trim().to_owned();
            }
        }
        self.division_canonical.retain(|name| !name.is_empty());
        self.division_canonical.truncate(DEEPEST_DIVISION);
        let mut seen = BTreeSet::new();
        self.category_canonical.retain(|name| !name.is_empty() && seen.insert(name.clone()));
    }
}

/// Reads the records of a source; the same source and tables always give the same.
pub fn read(source: &Source, tables: &Tables) -> SheetReading {
    read_declared(source, tables, &Declared::default())
}

/// Reads the records of a source about which something is declared beside it.
///
/// Records that come as JSON Lines say themselves whose they are.
pub fn read_declared(source: &Source, tables: &Tables, declared: &Declared) -> SheetReading {
    let mut reading = match source.kind {
        SourceKind::Text => sheet::read(source, tables, declared),
        SourceKind::JsonLines => json_lines::read(source, tables),
        SourceKind::Pages => pages::read(source, tables, declared),
        SourceKind::Other => {
            SheetReading { notices: source.notices.clone(), ..SheetReading::default() }
        }
    };
    let titles = Titles::of(source);
    for provenance in reading.records.iter_mut().flat_map(|record| &mut record.sources) {
        declared.fill(provenance);
        titles.fill(provenance);
    }
    reading
}

//! The ledger: which role every character of a source has.
//!
//! Conservation is a law of the reader: every character that is not white space lies in exactly one entry.
//! What could not be placed is an entry too, with the role [`LedgerRole::Notice`], and a notice quotes it.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::record::RecordId;

/// The roles of all characters of one source, in the order of its text.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Ledger {
    /// The entries: ordered, without overlap.
    pub entries: Vec<Entry>,
}

/// A range of a source with one role.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Entry {
    /// First byte in the decoded text of the source; of a source with pages, in the texts of its cells and paragraphs,
    /// one after another with a line end between.
    pub start: usize,
    /// The byte behind the last.
    pub end: usize,
    /// The line the range begins on, from 1; of a source with pages, the cell or paragraph.
    pub line: u32,
    /// What the range is.
    pub role: LedgerRole,
    /// The records the range is shown in: several for a merged cell, none for furniture.
    pub records: Vec<RecordId>,
    /// How many characters of the range are not white space.
    pub characters: usize,
    /// Where the range stands in a source with pages, as notices name it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
}

/// What a range of a source is.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LedgerRole {
    /// The office that published the sheet.
    Organization,
    /// The fiscal year of the sheet.
    FiscalYear,
    /// The title of the sheet, or of a record.
    Title,
    /// Part of a division path.
    Division,
    /// An item's number.
    Number,
    /// A category.
    Category,
    /// Text of a goal.
    Goal,
    /// Text of a result.
    Result,
    /// Other text of a record.
    Body,
    /// A column header.
    Heading,
    /// A statement of policy printed between records; it belongs to the sheet.
    Policy,
    /// Page numbers, running titles, characters without a glyph.
    Furniture,
    /// What could not be placed; a notice quotes it.
    Notice,
}

impl Ledger {
    /// The number of characters that the entries account for.
    pub fn characters(&self) -> usize {
        self.entries.iter().map(|entry| entry.characters).sum()
    }

    /// The entries as JSON, one a line.
    pub fn json_lines(&self) -> String {
        let line = |entry| {
            serde_json::to_string(entry).expect("an entry has only strings and numbers") + "\n"
        };
        self.entries.iter().map(line).collect()
    }
}

/// How many characters of `text` in `range` are not white space.
pub(super) fn characters(text: &str, range: &Range<usize>) -> usize {
    text[range.clone()].chars().filter(|c| !c.is_whitespace()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_a_line_of_json() {
        let entry = Entry {
            start: 0,
            end: 9,
            line: 1,
            role: LedgerRole::FiscalYear,
            records: vec![RecordId("a".to_owned())],
            characters: 3,
            place: None,
        };
        let ledger = Ledger { entries: vec![entry] };
        let expected =
            r#"{"start":0,"end":9,"line":1,"role":"fiscal_year","records":["a"],"characters":3}"#;
        assert_eq!(ledger.json_lines(), format!("{expected}\n"));
        assert_eq!(ledger.characters(), 3);
    }
}

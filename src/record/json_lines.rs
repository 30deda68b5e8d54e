//! JSON Lines: records in the project's exchange format, one a line.
//!
//! What other programs write is content like any other: a bad line is a notice with its place, and the rest goes on.
//! Lines are read one at a time, so that a file of any length needs the memory of its longest line.

use std::io::{self, BufRead};

use serde_json::{Map, Value};

use crate::notice::{Notice, NoticeKind};
use crate::record::fiscal_year::FiscalYear;
use crate::record::identity::{self, LONGEST_ID_BYTES, Ordinals};
use crate::record::ledger::{self, Entry, LedgerRole};
use crate::record::tables::Tables;
use crate::record::{Provenance, Record, RecordId, Role, Section, SheetReading};
use crate::source::Source;

/// What one line gave: a record, or a notice that says why not.
#[derive(Clone, Debug, PartialEq)]
pub struct LineReading {
    /// The line, from 1.
    pub line: u32,
    /// The record, where the line holds one.
    pub record: Option<Record>,
    /// Why it does not.
    pub notices: Vec<Notice>,
}

/// Reads records from anything that gives lines.
pub struct Reader<'t, R> {
    lines: R,
    file: String,
    sha256: Option<String>,
    tables: &'t Tables,
    ordinals: Ordinals,
    line: u32,
}

impl<'t, R: BufRead> Reader<'t, R> {
    /// A reader of the file called `file`; `sha256` is written into the records where it is known.
    pub fn new(lines: R, file: &str, sha256: Option<String>, tables: &'t Tables) -> Self {
        Reader {
            lines,
            file: file.to_owned(),
            sha256,
            tables,
            ordinals: Ordinals::default(),
            line: 0,
        }
    }
}

impl<R: BufRead> Iterator for Reader<'_, R> {
    /// The error is the machine's: the file could not be read on.
    type Item = io::Result<LineReading>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut bytes = Vec::new();
        loop {
            bytes.clear();
            match self.lines.read_until(b'\n', &mut bytes) {
                Ok(0) => return None,
                Ok(_) => self.line += 1,
                Err(error) => return Some(Err(error)),
            }
            let text = String::from_utf8_lossy(&bytes);
            let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
            if !text.is_empty() {
                return Some(Ok(self.read_line(text)));
            }
        }
    }
}

impl<R> Reader<'_, R> {
    fn read_line(&mut self, text: &str) -> LineReading {
        let place = format!("{}:{}", self.file, self.line);
        let object = match serde_json::from_str(text) {
            Ok(Value::Object(object)) => object,
            Ok(_) => return self.refused("この行はJSONのオブジェクトではありません。", &place),
            Err(error) => {
                return self.refused(&format!("この行はJSONとして読めません：{error}"), &place);
            }
        };
        let provenance = Provenance {
            file: self.file.clone(),
            sha256: self.sha256.clone(),
            line: Some(self.line),
            ..Provenance::default()
        };
        let Some(mut record) = record(object, provenance, self.tables, &place) else {
            let message = "取組には、本文のあるsectionsかtitleが要ります。";
            return self.refused(message, &place);
        };
        let (id, notice) = self.ordinals.settle(std::mem::take(&mut record.id), &place);
        record.id = id;
        record.notices.extend(notice);
        LineReading { line: self.line, record: Some(record), notices: Vec::new() }
    }

    fn refused(&self, message: &str, place: &str) -> LineReading {
        let notices = vec![Notice::new(NoticeKind::Unplaced, message, place)];
        LineReading { line: self.line, record: None, notices }
    }
}

/// Reads a source that is in memory already.
pub(super) fn read(source: &Source, tables: &Tables) -> SheetReading {
    let sha256 = (!source.sha256.is_empty()).then(|| source.sha256.clone());
    let mut reading = SheetReading { notices: source.notices.clone(), ..SheetReading::default() };
    let mut start = 0;
    let mut reader = Reader::new(io::empty(), &source.file, sha256, tables);
    for raw in source.text.split_inclusive('\n') {
        reader.line += 1;
        let range = start..start + raw.len();
        start = range.end;
        let text = raw.trim_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
        if text.is_empty() {
            continue;
        }
        let line = reader.read_line(text);
        let (role, records) = match &line.record {
            Some(record) => (LedgerRole::Body, vec![record.id.clone()]),
            None => (LedgerRole::Notice, Vec::new()),
        };
        let characters = ledger::characters(&source.text, &range);
        let (start, end) = (range.start, range.end);
        reading.ledger.entries.push(Entry {
            start,
            end,
            line: line.line,
            role,
            records,
            characters,
            place: None,
        });
        reading.records.extend(line.record);
        reading.notices.extend(line.notices);
    }
    reading
}

/// The record that an object describes; none without text and title.
fn record(
    mut object: Map<String, Value>,
    own: Provenance,
    tables: &Tables,
    place: &str,
) -> Option<Record> {
    let mut notices: Vec<Notice> = take(&mut object, "notices").unwrap_or_default();
    let given_id = object.shift_remove("id");
    let given_year = object.shift_remove("fiscal_year").filter(|v| !v.is_null());
    let fiscal_year = given_year.as_ref().and_then(fiscal_year);
    if fiscal_year.is_none()
        && let Some(given) = given_year
    {
        let message = format!("年度として読めません：{given}");
        notices.push(Notice::new(NoticeKind::Unreadable, message, place));
        object.insert("fiscal_year".to_owned(), given);
    }
    let mut sources: Vec<Provenance> = take(&mut object, "sources").unwrap_or_default();
    if sources.is_empty() {
        sources.push(own);
    }
    let mut record = Record {
        organization: text(&mut object, "organization"),
        fiscal_year,
        division: texts(&mut object, "division"),
        division_canonical: texts(&mut object, "division_canonical"),
        division_inferred: take(&mut object, "division_inferred").unwrap_or_default(),
        category: text(&mut object, "category"),
        category_canonical: texts(&mut object, "category_canonical"),
        number: number(&mut object),
        title: text(&mut object, "title"),
        sections: sections(&mut object, sources.len()),
        sources,
        notices,
        ..Record::default()
    };
    if record.sections.is_empty() && record.title.is_none() {
        return None;
    }
    fill_canonical(&mut record, tables);
    record.id = identity(given_id, &mut record, place);
    object.shift_remove("extra").into_iter().for_each(|extra| match extra {
        Value::Object(extra) => record.extra = extra,
        Value::Null => {}
        other => {
            record.extra.insert("extra".to_owned(), other);
        }
    });
    // What is left has no field of its own; null says nothing.
    record.extra.extend(object.into_iter().filter(|(_, value)| !value.is_null()));
    Some(record)
}

/// Canonical values that were given are kept; the others come from the tables.
fn fill_canonical(record: &mut Record, tables: &Tables) {
    let mut filled = record.clone();
    filled.fill_canonical(tables);
    if record.division_canonical.is_empty() {
        record.division_canonical = filled.division_canonical;
        record.division_inferred = filled.division_inferred;
    }
    if record.category_canonical.is_empty() {
        record.category_canonical = filled.category_canonical;
    }
    record.settle_canonical();
}

/// The identity that was given if it can be one, else one that follows from the record.
fn identity(given: Option<Value>, record: &mut Record, place: &str) -> RecordId {
    let given = match given {
        None | Some(Value::Null) => return identity::derive(record),
        Some(Value::String(given)) => given,
        Some(other) => other.to_string(),
    };
    if (1..=LONGEST_ID_BYTES).contains(&given.len()) {
        return RecordId(given);
    }
    let derived = identity::derive(record);
    let message = format!(
        "識別子の長さは1から{LONGEST_ID_BYTES}バイトですが、{}バイトあります。{}としました。",
        given.len(),
        derived.0
    );
    record.notices.push(Notice::new(NoticeKind::Unreadable, message, place));
    derived
}

/// A year as a number, or in any form that is written.
fn fiscal_year(value: &Value) -> Option<FiscalYear> {
    match value {
        Value::Number(year) => FiscalYear::from_gregorian(u16::try_from(year.as_u64()?).ok()?),
        Value::String(text) => FiscalYear::parse(text),
        _ => None,
    }
}

/// The sections with text; what has no known role is body text.
fn sections(object: &mut Map<String, Value>, n_sources: usize) -> Vec<Section> {
    let Some(Value::Array(given)) = object.shift_remove("sections") else { return Vec::new() };
    let section = |value: Value| {
        let Value::Object(mut section) = value else {
            let text = value.as_str()?.to_owned();
            return Some(Section { role: Role::Body, heading: None, text, source: 0 });
        };
        let role = take(&mut section, "role").unwrap_or(Role::Body);
        let text = text(&mut section, "text")?;
        let source: usize = take(&mut section, "source").unwrap_or_default();
        let source = if source < n_sources { source } else { 0 };
        Some(Section { role, heading: self::text(&mut section, "heading"), text, source })
    };
    given.into_iter().filter_map(section).filter(|s| !s.text.trim().is_empty()).collect()
}

/// An item's number; one that is none stays with the unknown fields.
fn number(object: &mut Map<String, Value>) -> Option<u32> {
    let value = object.get("number")?;
    let number = match value {
        Value::Number(number) => number.as_u64().and_then(|n| u32::try_from(n).ok()),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }?;
    object.shift_remove("number");
    Some(number)
}

/// A text that says something.
fn text(object: &mut Map<String, Value>, field: &str) -> Option<String> {
    match object.shift_remove(field)? {
        Value::String(text) if !text.trim().is_empty() => Some(text),
        Value::String(_) | Value::Null => None,
        Value::Number(number) => Some(number.to_string()),
        other => {
            object.insert(field.to_owned(), other);
            None
        }
    }
}

/// A list of texts; a single text is a list of one.
fn texts(object: &mut Map<String, Value>, field: &str) -> Vec<String> {
    let given = match object.shift_remove(field) {
        None | Some(Value::Null) => return Vec::new(),
        Some(Value::Array(given)) => given,
        Some(other) => vec![other],
    };
    let mut seen = Vec::new();
    for value in given {
        match value {
            Value::String(text) if !text.trim().is_empty() => seen.push(text),
            Value::Number(number) => seen.push(number.to_string()),
            _ => {}
        }
    }
    seen
}

/// A field of a known shape; any other shape stays with the unknown fields.
fn take<T: serde::de::DeserializeOwned>(object: &mut Map<String, Value>, field: &str) -> Option<T> {
    let value = T::deserialize(object.get(field)?).ok()?;
    object.shift_remove(field);
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> SheetReading {
        let source = Source::from_bytes("a.jsonl", text.as_bytes());
        read(&source, &Tables::carried())
    }

    #[track_caller]
    fn check_refused(line: &str, expected: &str) {
        let reading = read_text(&format!("{line}\n{{\"title\":\"窓口\"}}\n"));
        assert_eq!(reading.records.len(), 1, "{line}");
        assert_eq!(reading.notices.len(), 1, "{line}");
        let notice = &reading.notices[0];
        assert!(notice.message.starts_with(expected), "{}", notice.message);
        assert_eq!(notice.place, "a.jsonl:1");
    }

    #[test]
    fn a_bad_line_is_a_notice_and_the_rest_goes_on() {
        check_refused("{", "この行はJSONとして読めません：");
        check_refused("[]", "この行はJSONのオブジェクトではありません。");
        check_refused("{}", "取組には、本文のあるsectionsかtitleが要ります。");
        check_refused(r#"{"sections":[{"role":"goal","text":" "}]}"#, "取組には");
    }

    #[test]
    fn everything_but_text_may_be_missing_or_null() {
        let line = r#"{"id":null,"number":null,"division":null,"sections":[{"text":"直す"}],"colour":"青"}"#;
        let record = &read_text(line).records[0];
        assert_eq!(record.sections[0].role, Role::Body);
        assert_eq!(record.extra["colour"], "青");
        assert_eq!(record.id.0.len(), 32);
        assert_eq!(record.sources[0].line, Some(1));
    }

    #[test]
    fn a_given_identity_is_kept_if_it_can_be_one() {
        assert_eq!(read_text(r#"{"id":"甲/1","title":"窓口"}"#).records[0].id.0, "甲/1");
        let long = format!(r#"{{"id":"{}","title":"窓口"}}"#, "あ".repeat(67));
        let record = &read_text(&long).records[0];
        assert_eq!(record.id.0.len(), 32);
        assert!(
            record.notices[0]
                .message
                .starts_with("識別子の長さは1から200バイトですが、201バイトあります。")
        );
    }

    #[test]
    fn years_are_read_in_any_form() {
        for year in ["2022", r#""令和４年度""#, r#""R4""#] {
            let line = format!(r#"{{"fiscal_year":{year},"title":"窓口"}}"#);
            assert_eq!(
                read_text(&line).records[0].fiscal_year.map(|y| y.gregorian()),
                Some(2022),
                "{year}"
            );
        }
        let record = &read_text(r#"{"fiscal_year":"昔","title":"窓口"}"#).records[0];
        assert_eq!(record.notices[0].message, "年度として読めません：\"昔\"");
        assert_eq!(record.extra["fiscal_year"], "昔");
    }

    #[test]
    fn canonical_values_that_were_given_win() {
        let line = r#"{"category":"対面","category_canonical":["窓口"],"title":"甲"}"#;
        assert_eq!(read_text(line).records[0].category_canonical, ["窓口"]);
        let line = r#"{"category":"対面","title":"甲"}"#;
        assert_eq!(read_text(line).records[0].category_canonical, ["対面応対"]);
    }

    #[test]
    fn what_is_written_is_read_again() {
        let line = r#"{"id":"a","division":["総務課"],"number":3,"sections":[{"role":"goal","text":"直す"}],"colour":1}"#;
        let record = read_text(line).records.remove(0);
        let written = serde_json::to_string(&record).unwrap();
        assert_eq!(read_text(&written).records, [record]);
    }

    #[test]
    fn streaming_reads_the_same() {
        let text = "{\"title\":\"窓口\"}\r\n\n{\n{\"title\":\"窓口\"}";
        let whole = read_text(text);
        let tables = Tables::carried();
        let sha256 = whole.records[0].sources[0].sha256.clone();
        let lines: Vec<LineReading> = Reader::new(text.as_bytes(), "a.jsonl", sha256, &tables)
            .collect::<Result<_, _>>()
            .unwrap();
        let records: Vec<Record> = lines.into_iter().filter_map(|l| l.record).collect();
        assert_eq!(records, whole.records);
        assert_eq!(whole.records[1].id.0, format!("{}-2", whole.records[0].id.0));
    }
}

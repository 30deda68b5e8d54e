//! Records as tantivy documents, and back.

use std::borrow::Cow;

use tantivy::TantivyDocument;
use tantivy::schema::Value;

use crate::record::Record;

use super::schema::{Fields, TextField, path_term};
use super::store::StoredRecord;

/// The document of a stored record.
pub fn document(fields: &Fields, stored: &StoredRecord) -> TantivyDocument {
    let record = &stored.record;
    let mut document = TantivyDocument::new();
    document.add_text(fields.id, &record.id.0);
    let json = serde_json::to_vec(record).expect("a record is plain data");
    document.add_bytes(fields.record, &json);
    document.add_u64(fields.sequence, stored.sequence);
    document.add_u64(fields.changed, stored.changed);
    if !record.division_canonical.is_empty() {
        document.add_text(fields.division, path_term(&record.division_canonical));
    }
    for term in division_terms(record) {
        document.add_text(fields.division_within, term);
    }
    for category in &record.category_canonical {
        document.add_text(fields.category, category);
    }
    if let Some(year) = record.fiscal_year {
        document.add_u64(fields.fiscal_year, u64::from(year.gregorian()));
    }
    if let Some(organization) = &record.organization {
        document.add_text(fields.organization, organization);
    }
    for (field, text) in printed(record) {
        let handles = fields.text(field);
        document.add_text(handles.units, text.as_ref());
        document.add_text(handles.bigrams, text.as_ref());
        document.add_text(fields.words, text.as_ref());
    }
    for (field, text) in canonical(record) {
        document.add_text(fields.text(field).units, text);
    }
    document
}

/// The record that a document holds; `None` if its bytes are damaged.
pub fn record(fields: &Fields, document: &TantivyDocument) -> Option<Record> {
    serde_json::from_slice(document.get_first(fields.record)?.as_bytes()?).ok()
}

/// Every printed text of a record that is searched, with the field it is searched in.
///
/// The names of a division run together, as a person would type a whole path.
pub fn printed(record: &Record) -> Vec<(TextField, Cow<'_, str>)> {
    let mut texts: Vec<(TextField, Cow<'_, str>)> = Vec::new();
    texts.extend(record.title.iter().map(|title| (TextField::Title, title.into())));
    for section in &record.sections {
        texts.push((TextField::of_role(section.role), Cow::from(&section.text)));
    }
    texts.push((TextField::Division, record.division.concat().into()));
    texts.extend(record.category.iter().map(|category| (TextField::Category, category.into())));
    texts
}

/// The names a record is counted under and that are not printed: searched by words only, since a quoted phrase
/// means what is printed.
fn canonical(record: &Record) -> Vec<(TextField, String)> {
    let mut texts = Vec::new();
    if record.division_canonical != record.division {
        texts.push((TextField::Division, record.division_canonical.concat()));
    }
    let others =
        record.category_canonical.iter().filter(|name| Some(*name) != record.category.as_ref());
    texts.extend(others.map(|name| (TextField::Category, name.clone())));
    texts
}

/// What `division:` in a query can name: every ancestor path, and every name in the path.
fn division_terms(record: &Record) -> Vec<String> {
    let path = &record.division_canonical;
    let mut terms: Vec<String> = (1..=path.len()).map(|depth| path_term(&path[..depth])).collect();
    terms.extend(path.iter().chain(&record.division).cloned());
    terms.sort();
    terms.dedup();
    terms
}

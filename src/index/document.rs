//! Records as tantivy documents, and back.

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
    for (field, text) in texts(record) {
        let handles = fields.text(field);
        document.add_text(handles.units, &text);
        document.add_text(handles.bigrams, &text);
    }
    document
}

/// The record that a document holds; `None` if its bytes are damaged.
pub fn record(fields: &Fields, document: &TantivyDocument) -> Option<Record> {
    serde_json::from_slice(document.get_first(fields.record)?.as_bytes()?).ok()
}

/// Every text of a record that is searched, with the field it is searched in.
pub fn texts(record: &Record) -> Vec<(TextField, String)> {
    let mut texts = Vec::new();
    texts.extend(record.title.iter().map(|title| (TextField::Title, title.clone())));
    for section in &record.sections {
        texts.push((TextField::of_role(section.role), section.text.clone()));
    }
    // The names run together, as a person would type a whole path.
    let mut divisions = vec![record.division.concat(), record.division_canonical.concat()];
    divisions.dedup();
    texts.extend(divisions.into_iter().map(|text| (TextField::Division, text)));
    let mut categories: Vec<String> = record.category.iter().cloned().collect();
    categories.extend(
        record.category_canonical.iter().filter(|c| Some(*c) != record.category.as_ref()).cloned(),
    );
    texts.extend(categories.into_iter().map(|text| (TextField::Category, text)));
    texts.retain(|(_, text)| !text.is_empty());
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

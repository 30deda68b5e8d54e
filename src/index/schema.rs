//! The fields of the index: `index/schema.toml` and its typed handles.

use std::collections::BTreeMap;

use serde::Deserialize;
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
};

use crate::record::Role;

use super::tokenizer;

/// The field table that the program carries.
const CARRIED: &str = include_str!("../../index/schema.toml");

/// The format of `schema.toml` that this program reads.
const FORMAT: u32 = 1;

/// The parts of a record that are searched as text.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[serde(rename_all = "snake_case")]
pub enum TextField {
    /// The record's title.
    Title,
    /// Sections that promise.
    Goal,
    /// Sections that report.
    Result,
    /// All other sections.
    Body,
    /// The names of the division, printed and canonical.
    Division,
    /// The categories, printed and canonical.
    Category,
}

impl TextField {
    /// All text fields, in the order of the reader's interest.
    pub const ALL: [TextField; 6] = [
        TextField::Title,
        TextField::Goal,
        TextField::Result,
        TextField::Body,
        TextField::Division,
        TextField::Category,
    ];

    /// The field that holds sections of `role`.
    pub fn of_role(role: Role) -> TextField {
        match role {
            Role::Goal => TextField::Goal,
            Role::Result => TextField::Result,
            Role::Body => TextField::Body,
        }
    }

    /// Whether the field holds names, not sentences.
    pub fn is_name(self) -> bool {
        matches!(self, TextField::Division | TextField::Category)
    }

    fn name(self) -> &'static str {
        match self {
            TextField::Title => "title",
            TextField::Goal => "goal",
            TextField::Result => "result",
            TextField::Body => "body",
            TextField::Division => "division",
            TextField::Category => "category",
        }
    }
}

/// How one text field weighs.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct TextSettings {
    /// Factor of the BM25 score of its units.
    pub boost: f32,
    /// Factor of the BM25 score of its bigrams.
    pub bigram_boost: f32,
}

/// How one facet is built.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct FacetSettings {
    /// Whether values are paths, each counted under all its ancestors.
    pub hierarchical: bool,
}

#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd)]
#[serde(rename_all = "snake_case")]
enum FacetField {
    Division,
    Category,
    FiscalYear,
    Organization,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SchemaFile {
    format: u32,
    text: BTreeMap<TextField, TextSettings>,
    facet: BTreeMap<FacetField, FacetSettings>,
}

/// Why a field table cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// It is not TOML, or names what the program does not know.
    #[error("cannot read index/schema.toml")]
    Toml(#[from] toml::de::Error),
    /// It is well formed and says something impossible.
    #[error("cannot use index/schema.toml: {0}")]
    Content(String),
}

/// The two postings of one text field.
#[derive(Clone, Copy, Debug)]
pub struct TextHandles {
    /// Units of the analyzer, with positions.
    pub units: Field,
    /// Character bigrams, with positions.
    pub bigrams: Field,
    /// Weights.
    pub settings: TextSettings,
}

/// The index schema with a handle for every field.
#[derive(Clone, Debug)]
pub struct Fields {
    /// tantivy's view.
    pub schema: Schema,
    /// The record's identity: a term, and stored.
    pub id: Field,
    /// The record as JSON, stored; answers need nothing but the index.
    pub record: Field,
    /// Sheet order: source ordinal and position in the source.
    pub sequence: Field,
    /// When the record's content last changed: seconds since 1970, UTC.
    pub changed: Field,
    /// The canonical division path, one value, as a column.
    pub division: Field,
    /// Every name and every ancestor path of the division, as terms.
    pub division_within: Field,
    /// Canonical categories: terms and a column.
    pub category: Field,
    /// Fiscal year: terms and a column.
    pub fiscal_year: Field,
    /// Organisation: terms and a column.
    pub organization: Field,
    /// The words of all printed texts, as [`Vocabulary`](super::Vocabulary) reads them.
    pub words: Field,
    text: BTreeMap<TextField, TextHandles>,
}

/// Separates the names of a division path in a term; no name can hold it.
pub const PATH_SEPARATOR: char = '\u{1F}';

/// The column of the field `changed`.
pub(super) const CHANGED: &str = "changed";

/// A path as one term.
pub fn path_term(path: &[String]) -> String {
    path.join("\u{1F}")
}

impl Fields {
    /// The fields of the table inside the binary.
    pub fn carried() -> Fields {
        Self::parse(CARRIED).expect("a test reads the carried field table")
    }

    /// The fields of a table.
    ///
    /// # Errors
    ///
    /// [`SchemaError`], with the line, if the table names something unknown or leaves out a field.
    pub fn parse(toml: &str) -> Result<Fields, SchemaError> {
        let file: SchemaFile = toml::from_str(toml)?;
        if file.format != FORMAT {
            return Err(SchemaError::Content(format!("format {} is not {FORMAT}", file.format)));
        }
        for (facet, settings) in &file.facet {
            if settings.hierarchical != (*facet == FacetField::Division) {
                return Err(SchemaError::Content(format!(
                    "facet {facet:?}: only division is a path"
                )));
            }
        }
        if file.facet.len() != 4 {
            return Err(SchemaError::Content("every facet needs its table".to_owned()));
        }
        let mut builder = Schema::builder();
        let id = builder.add_text_field("id", STRING | STORED);
        let record = builder.add_bytes_field("record", STORED);
        let sequence = builder.add_u64_field("sequence", FAST);
        let changed = builder.add_u64_field(CHANGED, FAST);
        let division =
            builder.add_text_field("division_path", tantivy::schema::TextOptions::from(FAST));
        let division_within = builder.add_text_field("division_within", STRING);
        let category = builder.add_text_field("category_canonical", STRING | FAST);
        let fiscal_year = builder.add_u64_field("fiscal_year", INDEXED | FAST);
        let organization = builder.add_text_field("organization", STRING | FAST);
        let mut text = BTreeMap::new();
        for field in TextField::ALL {
            let settings = *file.text.get(&field).ok_or_else(|| {
                SchemaError::Content(format!("[text.{}] is missing", field.name()))
            })?;
            let units = builder.add_text_field(field.name(), text_options(tokenizer::UNITS));
            let bigrams = builder.add_text_field(
                &format!("{}_bigrams", field.name()),
                text_options(tokenizer::BIGRAMS),
            );
            text.insert(field, TextHandles { units, bigrams, settings });
        }
        let words = builder.add_text_field("words", word_options());
        let schema = builder.build();
        Ok(Fields {
            schema,
            id,
            record,
            sequence,
            changed,
            division,
            division_within,
            category,
            fiscal_year,
            organization,
            words,
            text,
        })
    }

    /// The handles of a text field.
    pub fn text(&self, field: TextField) -> TextHandles {
        self.text[&field]
    }

    /// What an index was built with, apart from weights: changes when a rebuild is needed.
    pub fn fingerprint(&self) -> String {
        serde_json::to_string(&self.schema).expect("a schema is plain data")
    }
}

fn text_options(tokenizer: &str) -> TextOptions {
    TextOptions::default().set_indexing_options(
        TextFieldIndexing::default()
            .set_tokenizer(tokenizer)
            .set_index_option(IndexRecordOption::WithFreqsAndPositions),
    )
}

/// Words are looked up and counted: neither places nor frequencies nor lengths are needed.
fn word_options() -> TextOptions {
    TextOptions::default().set_indexing_options(
        TextFieldIndexing::default()
            .set_tokenizer(tokenizer::WORDS)
            .set_fieldnorms(false)
            .set_index_option(IndexRecordOption::Basic),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_refused(table: &str, expected: &str) {
        let error = Fields::parse(table).expect_err("the table is wrong");
        let chain =
            format!("{error}: {:?}", std::error::Error::source(&error).map(ToString::to_string));
        assert!(chain.contains(expected), "{chain}");
    }

    #[test]
    fn the_carried_table_is_sound() {
        assert!(Fields::parse(CARRIED).is_ok());
    }

    #[test]
    fn what_the_program_does_not_know_is_an_error_with_its_line() {
        check_refused(&CARRIED.replacen("boost =", "bost =", 1), "unknown field `bost`");
        check_refused(
            &CARRIED.replacen("[text.goal]", "[text.bureau]", 1),
            "unknown variant `bureau`",
        );
        check_refused(&CARRIED.replacen("format = 1", "format = 2", 1), "format 2 is not 1");
        check_refused(&CARRIED.replacen("boost =", "bost =", 1), "line 1");
    }
}

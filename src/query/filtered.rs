//! Which records of a segment meet the filters of a request, told from columns.

use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocId, SegmentReader};

use crate::index::schema::{PATH_SEPARATOR, path_term};

use super::request::Filters;

/// The filters of a request over the columns of one segment.
pub struct Filtered {
    division: Passing,
    category: Passing,
    organization: Passing,
    years: Vec<Option<u64>>,
    fiscal_year: Column<u64>,
}

impl Filtered {
    /// Reads the values of a segment and decides which of them pass.
    ///
    /// # Errors
    ///
    /// The columns cannot be read.
    pub fn open(reader: &SegmentReader, filters: &Filters) -> tantivy::Result<Filtered> {
        let columns = reader.fast_fields();
        let years = filters.fiscal_year.iter();
        Ok(Filtered {
            division: Passing::open(
                columns.str("division_path")?,
                !filters.narrows_division(),
                filters.no_division,
                |path| division_passes(path, filters),
            )?,
            category: Passing::open(
                columns.str("category_canonical")?,
                !filters.narrows_category(),
                filters.no_category,
                |name| filters.category.iter().any(|wanted| wanted == name),
            )?,
            organization: Passing::open(
                columns.str("organization")?,
                !filters.narrows_organization(),
                filters.no_organization,
                |name| filters.organization.iter().any(|wanted| wanted == name),
            )?,
            years: years.map(|year| year.map(|year| u64::from(year.gregorian()))).collect(),
            fiscal_year: columns.u64("fiscal_year")?,
        })
    }

    /// Whether the record passes the filter of each facet: division, category, fiscal year, organisation.
    pub fn passes(&self, doc: DocId) -> [bool; 4] {
        [
            self.division.passes(doc),
            self.category.passes(doc),
            self.years.is_empty() || self.years.contains(&self.fiscal_year.first(doc)),
            self.organization.passes(doc),
        ]
    }

    /// Whether the record passes all filters.
    pub fn passes_all(&self, doc: DocId) -> bool {
        self.passes(doc).iter().all(|passes| *passes)
    }
}

/// Whether a division path, as a term, passes the division filter.
fn division_passes(path: &str, filters: &Filters) -> bool {
    filters.division.iter().any(|wanted| lies_within(path, wanted))
        || filters.division_itself.iter().any(|wanted| path == path_term(wanted))
}

fn lies_within(path: &str, wanted: &[String]) -> bool {
    path.strip_prefix(path_term(wanted).as_str())
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(PATH_SEPARATOR))
}

/// Which values of one text column pass.
struct Passing {
    column: Option<StrColumn>,
    /// No filter: everything passes.
    everything: bool,
    /// Whether a record without a value passes.
    without: bool,
    /// By the ordinal of a value; empty where everything passes.
    passes: Vec<bool>,
}

impl Passing {
    fn open(
        column: Option<StrColumn>,
        everything: bool,
        without: bool,
        passes: impl Fn(&str) -> bool,
    ) -> tantivy::Result<Passing> {
        let mut passing = Vec::new();
        if let Some(column) = column.as_ref().filter(|_| !everything) {
            let mut terms = column.dictionary().stream()?;
            while terms.advance() {
                passing.push(std::str::from_utf8(terms.key()).is_ok_and(&passes));
            }
        }
        Ok(Passing { column, everything, without, passes: passing })
    }

    fn passes(&self, doc: DocId) -> bool {
        if self.everything {
            return true;
        }
        let Some(column) = &self.column else { return self.without };
        let mut has_value = false;
        for ordinal in column.term_ords(doc) {
            if self.passes[ordinal as usize] {
                return true;
            }
            has_value = true;
        }
        self.without && !has_value
    }
}

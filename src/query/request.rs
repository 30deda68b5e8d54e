//! What can be asked of the engine.

use crate::record::FiscalYear;
use crate::record::Role;

use super::widening::Unwanted;

/// One search: the words, what narrows them, and which part of the answer is wanted.
///
/// Two requests that are equal have the same answer as long as the index stays the same.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SearchRequest {
    /// The query as typed; at most [`SearchRequest::MAX_QUERY_CHARS`] characters.
    pub q: String,
    /// What the records are narrowed to.
    pub filters: Filters,
    /// Search only in sections of this role (`in=`).
    pub within: Option<Role>,
    /// The order of the hits.
    pub sort: Sort,
    /// The page of hits, from 1.
    pub page: usize,
    /// Hits on a page, 1 to [`SearchRequest::MAX_PER_PAGE`].
    pub per_page: usize,
    /// Values that a facet lists; the rest is counted in [`Facet::others`](super::answer::Facet::others).
    pub facet_limit: usize,
    /// Whether hits say how their score came about.
    pub explain: bool,
    /// Whether the query is taken word for word: no variants, synonyms, readings or relaxation.
    pub exact: bool,
    /// Widenings of the query that are not wanted; each was told in an earlier answer.
    pub without: Vec<Unwanted>,
}

impl SearchRequest {
    /// The longest query, in characters.
    pub const MAX_QUERY_CHARS: usize = 512;
    /// The most hits on a page.
    pub const MAX_PER_PAGE: usize = 100;
    /// The last hit that paging reaches: `page × per_page` is at most this.
    pub const MAX_WINDOW: usize = 10_000;
    /// The most values that a facet lists.
    pub const MAX_FACET_LIMIT: usize = 500;
}

impl Default for SearchRequest {
    fn default() -> SearchRequest {
        SearchRequest {
            q: String::new(),
            filters: Filters::default(),
            within: None,
            sort: Sort::default(),
            page: 1,
            per_page: 20,
            facet_limit: 50,
            explain: false,
            exact: false,
            without: Vec::new(),
        }
    }
}

/// What the records are narrowed to: OR within one facet, AND across them; a facet of which nothing is said narrows nothing.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Filters {
    /// Canonical division paths, outermost first; each matches itself and everything below.
    pub division: Vec<Vec<String>>,
    /// Canonical division paths that match themselves and nothing below.
    pub division_itself: Vec<Vec<String>>,
    /// Whether records without a division are wanted.
    pub no_division: bool,
    /// Canonical categories.
    pub category: Vec<String>,
    /// Whether records without a category are wanted.
    pub no_category: bool,
    /// Fiscal years; `None` stands for the records that have none.
    pub fiscal_year: Vec<Option<FiscalYear>>,
    /// Organisations, as printed.
    pub organization: Vec<String>,
    /// Whether records without an organisation are wanted.
    pub no_organization: bool,
}

impl Filters {
    /// Whether anything is said of the division.
    pub fn narrows_division(&self) -> bool {
        self.no_division || !self.division.is_empty() || !self.division_itself.is_empty()
    }

    /// Whether anything is said of the category.
    pub fn narrows_category(&self) -> bool {
        self.no_category || !self.category.is_empty()
    }

    /// Whether anything is said of the organisation.
    pub fn narrows_organization(&self) -> bool {
        self.no_organization || !self.organization.is_empty()
    }
}

/// The orders of hits.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Sort {
    /// Best match first.
    #[default]
    Relevance,
    /// Latest fiscal year first, then the order of the sheet.
    Newest,
    /// Earliest fiscal year first, then the order of the sheet.
    Oldest,
}

//! What the engine answers: hits, counts, and how the query was understood.

use super::explanation::Explanation;
use super::request::SearchRequest;
use super::widening::WideningKind;
use crate::notice::Notice;
use crate::record::FiscalYear;
use crate::record::Record;

/// The answer to one search.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// Exactly the number of records that paging through gives.
    pub total: usize,
    /// The hits of the page asked for, in order.
    pub hits: Vec<Hit>,
    /// What the records can be narrowed to, with counts.
    pub facets: Facets,
    /// Every widening and reading of the query that took part in the answer.
    pub interpretation: Vec<Interpretation>,
    /// Other queries that find something, best first.
    pub did_you_mean: Vec<Suggestion>,
    /// What was noticed in the query.
    pub notices: Vec<Notice>,
}

/// One record that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// The record.
    pub record: Record,
    /// How well it matches; comparable only within one answer.
    pub score: f32,
    /// Passages that show why it was found.
    pub snippets: Vec<Snippet>,
    /// How the score came about, where it was asked for.
    pub explanation: Option<Explanation>,
}

/// A passage of a record's own text; its fragments joined are that text, unchanged.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Snippet {
    /// The part of the record that the passage stands in.
    pub field: SnippetField,
    /// The passage, cut where matches begin and end.
    pub fragments: Vec<Fragment>,
}

/// The parts of a record that a snippet can show.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum SnippetField {
    /// A section that says what was promised.
    Goal,
    /// A section that says what was done.
    Result,
    /// Any other section.
    Body,
    /// The title.
    Title,
    /// The division.
    Division,
    /// The category.
    Category,
}

/// A stretch of a snippet that either matches or does not.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Fragment {
    /// The text, as printed.
    pub text: String,
    /// Whether it is a match.
    pub hit: bool,
}

/// The four ways of narrowing; the counts of each leave out its own filter.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Facets {
    /// Canonical divisions, as trees.
    pub division: Facet<DivisionNode>,
    /// Canonical categories.
    pub category: Facet<Value<String>>,
    /// Fiscal years; `None` counts the records that have none.
    pub fiscal_year: Facet<Value<Option<FiscalYear>>>,
    /// Organisations.
    pub organization: Facet<Value<String>>,
}

/// The values of one facet.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Facet<T> {
    /// The values listed, in the order to be shown; selected ones are always among them.
    pub values: Vec<T>,
    /// How many values are not listed.
    pub others: usize,
}

impl<T> Default for Facet<T> {
    fn default() -> Facet<T> {
        Facet { values: Vec::new(), others: 0 }
    }
}

/// One value of a facet.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Value<T> {
    /// The value.
    pub value: T,
    /// Records that choosing it alone would give.
    pub count: usize,
    /// Whether the request chose it.
    pub selected: bool,
}

/// One division of the division facet, with those below it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DivisionNode {
    /// The last name of the path.
    pub value: String,
    /// The canonical path, outermost first.
    pub path: Vec<String>,
    /// Records of this division and of those below it.
    pub count: usize,
    /// Whether the request chose it.
    pub selected: bool,
    /// The divisions below it.
    pub children: Vec<DivisionNode>,
}

/// One widening or reading of the query.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Interpretation {
    /// What was done to the query.
    pub kind: WideningKind,
    /// The part of the query as typed.
    pub from: String,
    /// What it was taken for, or what was searched for as well.
    pub to: String,
    /// The request that asks the same without this interpretation.
    pub undo: SearchRequest,
}

/// Another query that finds something.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Suggestion {
    /// The query.
    pub text: String,
    /// How many records it finds.
    pub count: usize,
}

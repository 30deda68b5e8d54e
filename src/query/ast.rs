//! What a reader can ask for.

/// A query as a tree.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Ast {
    /// Words as they stand between spaces: a short term or a natural question.
    Term(String),
    /// Words in quotation marks: their characters, width and case folded.
    Phrase(String),
    /// A value of a facet, named in the query.
    Filter(FilterField, String),
    /// Everything but.
    Not(Box<Ast>),
    /// All of these.
    And(Vec<Ast>),
    /// Any of these.
    Or(Vec<Ast>),
}

/// What a query can filter by, with the words that introduce it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum FilterField {
    /// `division:`, 部署:
    Division,
    /// `category:`, 区分:
    Category,
    /// `year:`, 年度:
    Year,
    /// `organization:`, 組織:
    Organization,
}

impl FilterField {
    /// The field that a word before a colon names.
    pub fn named(word: &str) -> Option<FilterField> {
        match word {
            "division" | "部署" => Some(FilterField::Division),
            "category" | "区分" => Some(FilterField::Category),
            "year" | "年度" => Some(FilterField::Year),
            "organization" | "組織" => Some(FilterField::Organization),
            _ => None,
        }
    }
}

//! What a query is widened by, and how each widening is named and taken back.

/// The ways in which a query finds more than what is written in it, or is read as something else.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum WideningKind {
    /// Another spelling of the same word.
    Variant,
    /// Another word of the same meaning, from the thesaurus.
    Synonym,
    /// Words that are read as the kana of the query.
    Reading,
    /// Words that are spelled almost so.
    Spelling,
    /// A fiscal year, taken for a filter.
    FiscalYear,
    /// A date, whose fiscal year is put first.
    Date,
    /// Some of what was asked.
    Relaxed,
}

impl WideningKind {
    /// All kinds, in the order in which they are told.
    pub const ALL: [WideningKind; 7] = [
        WideningKind::FiscalYear,
        WideningKind::Date,
        WideningKind::Variant,
        WideningKind::Synonym,
        WideningKind::Reading,
        WideningKind::Spelling,
        WideningKind::Relaxed,
    ];

    /// The name of the kind for programs.
    pub fn name(self) -> &'static str {
        match self {
            WideningKind::Variant => "variant",
            WideningKind::Synonym => "synonym",
            WideningKind::Reading => "reading",
            WideningKind::Spelling => "spelling",
            WideningKind::FiscalYear => "fiscal_year",
            WideningKind::Date => "date",
            WideningKind::Relaxed => "relaxed",
        }
    }

    /// The kind of that name.
    pub fn named(name: &str) -> Option<WideningKind> {
        WideningKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A widening that the reader does not want.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Unwanted {
    /// Its kind.
    pub kind: WideningKind,
    /// The part of the query that is not to be widened so, as typed.
    pub from: String,
}

/// A widening that took part in an answer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Widening {
    /// Its kind.
    pub kind: WideningKind,
    /// The part of the query, as typed.
    pub from: String,
    /// What was searched for as well, or instead; several things in the order of their weight.
    pub to: Vec<String>,
}

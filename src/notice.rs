//! Remarks about content: what could not be read, what was inferred, what was repaired.
//!
//! Report sheets and queries are written by people, so a missing number or an unclosed quotation mark
//! is ordinary input and never a failure.
//! Reading therefore returns everything it could make out, together with one [`Notice`] for each thing it could not.

use serde::{Deserialize, Serialize};

/// A value, and what was noticed on the way to it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading<T> {
    /// Everything that could be made out.
    pub value: T,
    /// What could not, in the order of the text.
    pub notices: Vec<Notice>,
}

/// One remark, with the place where a person can go and look.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Notice {
    /// What sort of remark this is; programs may rely on it.
    pub kind: NoticeKind,
    /// A sentence for a person.
    pub message: String,
    /// Where: `file:line` for text, `file` for a whole file, `q:3` for the third character of a query.
    pub place: String,
}

impl Notice {
    /// A remark of `kind` about `place`.
    pub fn new(kind: NoticeKind, message: impl Into<String>, place: impl Into<String>) -> Notice {
        Notice { kind, message: message.into(), place: place.into() }
    }
}

/// The sorts of remarks.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// Text of a source that belongs to no record; the message quotes it.
    Unplaced,
    /// A part that every record of the sheet has is missing in this one.
    Missing,
    /// A value that was not printed and was taken from a table or from the neighbourhood.
    Inferred,
    /// Two records came to the same identity; the later one carries an ordinal.
    DuplicateIdentity,
    /// A corrected edition replaced the text of an older one.
    Corrected,
    /// Two sources of one record word a part of it differently.
    Reworded,
    /// Characters that are not text: undecodable bytes, U+FFFD.
    Unreadable,
    /// A part of a query that could not be understood and is searched as text.
    QueryAsText,
    /// A kind written by another version of the program.
    #[serde(untagged)]
    Other(String),
}

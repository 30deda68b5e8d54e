//! The door through which the layers above search.

use std::path::PathBuf;

use super::answer::Answer;
use super::answer::Fragment;
use super::comparison::{
    ComparableOffice, CompareRequest, Comparison, Counterparts, Neighbours, Similar,
};
use super::crosstab::{Crosstab, CrosstabRequest};
use super::distinctive::{Distinctive, DistinctiveRequest};
use super::furigana::Furigana;
use super::matches::Matches;
use super::request::SearchRequest;
use super::suggest::Completion;
use super::trend::{Trend, TrendRequest};
use crate::record::Record;
use crate::record::RecordId;

/// What answers searches; every answer comes from one state of the index.
pub trait Engine: Send + Sync + 'static {
    /// Answers one search. It may take long: callers keep it off threads that others wait for.
    ///
    /// # Errors
    ///
    /// [`QueryError`], for a request beyond the limits or an index that cannot be read.
    fn search(&self, request: &SearchRequest) -> Result<Answer, QueryError>;

    /// Every record that matches, in the order of the search; page and facets are left aside.
    ///
    /// # Errors
    ///
    /// [`QueryError`], as for a search.
    fn matches(&self, request: &SearchRequest) -> Result<Matches, QueryError>;

    /// The identity of every record, in their order, with the time of its last change: seconds since 1970, UTC.
    ///
    /// # Errors
    ///
    /// [`QueryError::Index`], if the index cannot be read.
    fn catalogue(&self) -> Result<Vec<(RecordId, u64)>, QueryError>;

    /// What the last term of a query that is still being typed may become, best first, `limit` at most.
    ///
    /// # Errors
    ///
    /// [`QueryError`], as for a search.
    fn suggest(&self, q: &str, limit: usize) -> Result<Vec<Completion>, QueryError>;

    /// The records that a search finds, crossed by two facets.
    ///
    /// # Errors
    ///
    /// [`QueryError`], as for a search.
    fn crosstab(&self, request: &CrosstabRequest) -> Result<Crosstab, QueryError>;

    /// The records that one or more queries find, by fiscal year.
    ///
    /// # Errors
    ///
    /// [`QueryError`], as for a search.
    fn trend(&self, request: &TrendRequest) -> Result<Trend, QueryError>;

    /// The words that tell some of the records that a search finds from the others.
    ///
    /// # Errors
    ///
    /// [`QueryError`], as for a search.
    fn distinctive(&self, request: &DistinctiveRequest) -> Result<Distinctive, QueryError>;

    /// The record of that identity, if there is one.
    ///
    /// # Errors
    ///
    /// [`QueryError::Index`], if the index cannot be read.
    fn record(&self, id: &RecordId) -> Result<Option<Record>, QueryError>;

    /// The items of a division over its fiscal years.
    ///
    /// # Errors
    ///
    /// [`QueryError::TooMany`] for a division of more than [`CompareRequest::MAX_RECORDS`] records;
    /// else [`QueryError`], as for a search.
    fn compare(&self, request: &CompareRequest) -> Result<Comparison, QueryError>;

    /// The divisions that have two fiscal years or more, by organisation.
    ///
    /// # Errors
    ///
    /// [`QueryError::Index`], if the index cannot be read.
    fn comparable(&self) -> Result<Vec<ComparableOffice>, QueryError>;

    /// The record of that identity, if there is one, with those of other divisions that promise the same that year.
    ///
    /// # Errors
    ///
    /// [`QueryError::Index`], if the index cannot be read.
    fn counterparts(&self, id: &RecordId) -> Result<Option<Counterparts>, QueryError>;

    /// The records that are most like the record of that identity, if there is one: at most `limit`, the most alike
    /// first, and never itself.
    ///
    /// # Errors
    ///
    /// [`QueryError::Index`], if the index cannot be read.
    fn similar(&self, id: &RecordId, limit: usize) -> Result<Option<Vec<Similar>>, QueryError>;

    /// What stands around the record of that identity, if there is one.
    ///
    /// # Errors
    ///
    /// [`QueryError::Index`], if the index cannot be read.
    fn neighbours(&self, id: &RecordId) -> Result<Option<Neighbours>, QueryError>;

    /// The text of each section of `record`, cut where the words of `request` match; whole, if it has none.
    ///
    /// # Errors
    ///
    /// [`QueryError`], as for a search.
    fn highlighted(
        &self,
        record: &Record,
        request: &SearchRequest,
    ) -> Result<Vec<Vec<Fragment>>, QueryError>;

    /// How the ideographs of a text are read, in order. The dictionary says so, and may be wrong.
    ///
    /// # Errors
    ///
    /// None today; an engine elsewhere may be out of reach.
    fn furigana(&self, text: &str) -> Result<Vec<Furigana>, QueryError>;

    /// The paths of files that were ingested with this SHA-256; what lies there now may be another.
    ///
    /// # Errors
    ///
    /// [`QueryError::Index`], if the list of the sources cannot be read.
    fn originals(&self, sha256: &str) -> Result<Vec<PathBuf>, QueryError>;

    /// What answers depend on: index, dictionaries, program. Same generation, same answers.
    fn generation(&self) -> String;

    /// Whether the index is open and verified.
    fn is_ready(&self) -> bool;

    /// What is wrong with files that are followed, a line each; answers are made without the faulty change.
    fn faults(&self) -> Vec<String>;
}

/// Why a search has no answer.
#[derive(Debug, Eq, PartialEq, thiserror::Error)]
pub enum QueryError {
    /// The query has too many characters.
    #[error("cannot search for a text of more than {limit} characters")]
    TooLong {
        /// The most characters a query may have.
        limit: usize,
    },
    /// The page lies beyond what paging reaches.
    #[error("cannot page beyond hit {limit}")]
    TooDeep {
        /// The last hit that paging reaches.
        limit: usize,
    },
    /// More records would have to be compared than can be.
    #[error("cannot compare more than {limit} records")]
    TooMany {
        /// The most records that are compared.
        limit: usize,
    },
    /// The search was given up because it took too long.
    #[error("cannot finish the search within {limit_ms} ms")]
    TimedOut {
        /// The time a search is given.
        limit_ms: u64,
    },
    /// The index could not be read.
    #[error("cannot read the index: {0}")]
    Index(String),
}

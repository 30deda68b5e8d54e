//! The query layer: a question to hits.
//!
//! What is asked ([`SearchRequest`]) and what is answered ([`Answer`]) are plain data;
//! [`Engine`] is the one door through which the layers above search.

pub mod request;
pub mod answer;
pub mod engine;
pub mod ast;
pub mod syntax;
pub mod year_terms;
pub mod widening;
pub mod word_file;
pub mod synonyms;
pub mod confusions;
pub mod question_words;
pub mod dictionaries;
pub mod excluded;
pub mod coverage;
pub mod raised;
pub mod tuning;
pub mod statistics;
mod leaves;
pub mod plan;
pub mod matcher;
pub mod collect;
pub mod facets;
pub mod snippet;
pub mod explanation;
pub mod readings;
pub mod spelling;
pub mod corrections;
pub mod romaji;
pub mod furigana;
pub mod suggest;
pub mod difference;
mod likeness;
mod alignment;
mod roster;
pub mod comparison;
pub mod sentence_worker;
mod worker_pool;
pub mod searcher;
pub mod evaluation;

pub use self::answer::Answer;
pub use self::dictionaries::LiveDictionaries;
pub use self::engine::{Engine, QueryError};
pub use self::furigana::Furigana;
pub use self::request::SearchRequest;
pub use self::searcher::Searcher;
pub use self::suggest::Completion;

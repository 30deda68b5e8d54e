//! The query layer: a question to hits.
//!
//! What is asked ([`SearchRequest`]) and what is answered ([`Answer`]) are plain data;
//! [`Engine`] is the one door through which the layers above search.

pub mod request;
pub mod answer;
pub mod engine;

pub use self::answer::Answer;
pub use self::engine::{Engine, QueryError};
pub use self::request::SearchRequest;

//! Torikumi (取組): full-text search for municipal reports.

pub mod analysis;
pub mod cli;
pub mod index;
pub mod notice;
pub mod query;
pub mod record;
pub mod serve;
pub mod source;

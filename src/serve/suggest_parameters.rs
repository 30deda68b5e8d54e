//! What is asked of `/api/v1/suggest`, read as strictly as a search.

use super::parameters::{QueryString, UNKNOWN, misread, number, pairs};
use super::problem::Problem;
use crate::query::SearchRequest;
use crate::query::suggest::{DEFAULT_LIMIT, MAX_LIMIT};

/// A query that is being typed.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct SuggestRequest {
    pub(super) q: String,
    pub(super) limit: usize,
}

impl SuggestRequest {
    /// The canonical address of its answer.
    pub(super) fn url(&self) -> String {
        let mut query = QueryString::default();
        query.push("q", &self.q);
        query.push("limit", &self.limit.to_string());
        format!("/api/v1/suggest?{}", query.0)
    }
}

/// Reads a query string.
///
/// # Errors
///
/// A 400 that names the first parameter that is unknown, repeated or cannot be read, or that goes beyond a limit.
pub(super) fn read(query: &str) -> Result<SuggestRequest, Problem> {
    let (mut q, mut limit) = (None, None);
    for (name, value) in pairs(query) {
        let (Ok(name), Ok(value)) = (name.as_ref(), value.as_ref()) else {
            let name = name.unwrap_or_else(|bytes| String::from_utf8_lossy(&bytes).into_owned());
            return Err(misread(&name, "is not percent-encoded UTF-8"));
        };
        let is_repeated = match name.as_str() {
            "q" => q.replace(value.clone()).is_some(),
            "limit" => {
                let n = number(value).filter(|n| (1..=MAX_LIMIT).contains(n));
                let n = n.ok_or_else(|| misread(name, "is not a whole number from 1 to 50"))?;
                limit.replace(n).is_some()
            }
            _ => return Err(misread(name, UNKNOWN)),
        };
        if is_repeated {
            return Err(misread(name, "is given more than once"));
        }
    }
    let q = q.unwrap_or_default();
    if SearchRequest::MAX_QUERY_CHARS < q.chars().count() {
        return Err(Problem::too_long(SearchRequest::MAX_QUERY_CHARS));
    }
    Ok(SuggestRequest { q, limit: limit.unwrap_or(DEFAULT_LIMIT) })
}

//! What is asked of `/search.atom`: a search whose own order is the latest fiscal year first, in a language.

use super::language::Language;
use super::parameters;
use super::parameters::QueryString;
use super::parameters::UNKNOWN;
use super::parameters::misread;
use super::parameters::pairs;
use super::parameters::sort_name;
use super::problem::Problem;
use super::view::View;
use crate::query::SearchRequest;
use crate::query::request::Sort;

/// Parameters of a search that a feed has no use for.
const OF_ANSWERS: [&str; 2] = ["facet_limit", "explain"];

/// One page of a feed.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct FeedPage {
    request: SearchRequest,
    /// Of what stands around the records.
    pub(super) language: Language,
}

impl FeedPage {
    /// The page of the feed that finds what `request` finds.
    pub(super) fn of(language: Language, request: SearchRequest) -> FeedPage {
        let default = SearchRequest::default();
        let (facet_limit, explain) = (default.facet_limit, default.explain);
        FeedPage { request: SearchRequest { facet_limit, explain, ..request }, language }
    }

    /// Another page of the same feed.
    pub(super) fn at(&self, page: usize) -> FeedPage {
        let request = SearchRequest { page, ..self.request.clone() };
        FeedPage { request, language: self.language }
    }

    /// The search that answers it.
    pub(super) fn request(&self) -> &SearchRequest {
        &self.request
    }
}

/// The canonical address.
pub(super) fn url(FeedPage { request, language }: &FeedPage) -> String {
    let sort = SearchRequest::default().sort;
    let mut query = QueryString(parameters::write(&SearchRequest { sort, ..request.clone() }));
    if request.sort != Sort::Newest {
        query.push("sort", sort_name(request.sort));
    }
    let path = "/search.atom";
    let address = if query.0.is_empty() { path.to_owned() } else { format!("{path}?{}", query.0) };
    View { language: *language, ruby: false }.link(&address)
}

/// Reads a query string.
///
/// # Errors
///
/// A 400 that names the first parameter that is unknown, repeated or cannot be read, or that goes beyond a limit.
pub(super) fn read(query: &str) -> Result<FeedPage, Problem> {
    let names: Vec<String> = pairs(query).filter_map(|(name, _)| name.ok()).collect();
    if let Some(name) = names.iter().find(|name| OF_ANSWERS.contains(&name.as_str())) {
        return Err(misread(name, UNKNOWN));
    }
    let (language, query) = part_language(query)?;
    let request = parameters::read_strictly(&query)?;
    let has_order = names.iter().any(|name| name == "sort");
    let sort = if has_order { request.sort } else { Sort::Newest };
    Ok(FeedPage { request: SearchRequest { sort, ..request }, language })
}

/// Parts the language from a query string; what is left is for the endpoint, as it was.
///
/// # Errors
///
/// A 400 that names `lang`, if it is repeated or no language of the interface.
pub(super) fn part_language(query: &str) -> Result<(Language, String), Problem> {
    let mut language = None;
    let mut rest = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        if name != "lang" {
            rest.push(pair);
            continue;
        }
        let read = Language::coded(value);
        let read = read.ok_or_else(|| misread("lang", "is not `ja`, `easy` or `en`"))?;
        if language.replace(read).is_some() {
            return Err(misread("lang", "is given more than once"));
        }
    }
    Ok((language.unwrap_or_default(), rest.join("&")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_again_in_its_order() {
        for (query, sort, expected) in [
            ("", Sort::Newest, "/search.atom"),
            ("sort=newest&q=a", Sort::Newest, "/search.atom?q=a"),
            ("sort=relevance&q=a", Sort::Relevance, "/search.atom?q=a&sort=relevance"),
            ("lang=ja&q=a", Sort::Newest, "/search.atom?q=a"),
            ("lang=en&q=a", Sort::Newest, "/search.atom?q=a&lang=en"),
            ("page=2&sort=oldest", Sort::Oldest, "/search.atom?page=2&sort=oldest"),
        ] {
            let page = read(query).expect(query);
            assert_eq!(page.request().sort, sort, "{query}");
            assert_eq!(url(&page), expected);
            let (_, again) = expected.split_once('?').unwrap_or_default();
            assert_eq!(read(again).expect(again), page);
        }
    }

    #[test]
    fn programs_are_told_what_cannot_be_read() {
        for (query, parameter) in [
            ("explain=true", "explain"),
            ("facet_limit=1", "facet_limit"),
            ("format=csv", "format"),
            ("lang=", "lang"),
            ("lang=fr", "lang"),
            ("lang=en&lang=en", "lang"),
            ("ruby=true", "ruby"),
            ("page=0", "page"),
            ("page=501", "page"),
            ("sort=updated", "sort"),
        ] {
            let problem = read(query).expect_err(query);
            assert_eq!(problem.parameter.as_deref(), Some(parameter), "{query}");
        }
    }
}

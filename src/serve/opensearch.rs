//! `GET /opensearch.xml` and `/suggest`: how a browser searches here from its address bar (OpenSearch 1.1).

use askama::Template;
use axum::extract;
use axum::http::HeaderMap;
use axum::http::Uri;
use axum::response::Response;
use serde_json::json;

use super::parameters;
use super::problem::Problem;
use super::revalidation::Etag;
use super::state::State;
use super::suggest_parameters;
use super::wording;
use crate::query::Completion;
use crate::query::SearchRequest;

const DESCRIPTION: &str = "application/opensearchdescription+xml; charset=utf-8";
const SUGGESTIONS: &str = "application/x-suggestions+json; charset=utf-8";

/// At most 16 characters.
const SHORT_NAME: &str = "取組検索";
/// At most 1,024 characters.
const WHAT: &str = "市区町村が公表した取組の、目標と実施結果を探します。";

#[derive(Template)]
#[template(path = "opensearch.xml")]
struct Description<'a> {
    short_name: &'a str,
    description: &'a str,
    /// The address of the server, without a slash at its end.
    base: String,
}

/// `GET /opensearch.xml`.
pub(super) async fn description(
    extract::State(state): extract::State<State>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if let Some(query) = uri.query().filter(|query| !query.is_empty()) {
        return Err(parameters::none_expected(query));
    }
    if !state.is_addressed() {
        return Err(Problem::without_address());
    }
    let base = state.address("");
    let body = Description { short_name: SHORT_NAME, description: WHAT, base }.render();
    let body = body.map_err(|error| {
        tracing::error!(%error, "cannot fill a template");
        Problem::internal()
    })?;
    let etag = Etag::new("", DESCRIPTION, &body);
    Ok(if etag.is_known(&headers) { etag.not_modified() } else { etag.ok(DESCRIPTION, body) })
}

/// `GET /suggest`: what is being typed, and four lists of what it may become.
pub(super) async fn suggest(
    extract::State(state): extract::State<State>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let request = suggest_parameters::read(uri.query().unwrap_or_default())?;
    if !state.engine().is_ready() {
        return Err(Problem::not_ready());
    }
    let target = state.address(&request.url());
    let etag = Etag::new(&state.engine().generation(), SUGGESTIONS, &target);
    if etag.is_known(&headers) {
        return Ok(etag.not_modified());
    }
    let (engine, q) = (state.engine().clone(), request.q.clone());
    let suggest = move || engine.suggest(&request.q, request.limit);
    let completions = state.workers().run(state.limits().search, suggest).await??;
    Ok(etag.ok(SUGGESTIONS, body(&state, &q, &completions)))
}

fn body(state: &State, q: &str, completions: &[Completion]) -> String {
    let texts: Vec<&str> = completions.iter().map(|c| c.text.as_str()).collect();
    let counts: Vec<String> =
        completions.iter().map(|c| format!("{}件", wording::grouped(c.count))).collect();
    let address = |completion: &Completion| {
        let request = SearchRequest { q: completion.text.clone(), ..SearchRequest::default() };
        state.address(&parameters::search_url(&request))
    };
    let addresses: Vec<String> = completions.iter().map(address).collect();
    json!([q, texts, counts, addresses]).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_description_is_as_short_as_it_must_be() {
        assert!(SHORT_NAME.chars().count() <= 16);
        assert!(WHAT.chars().count() <= 1024);
    }
}

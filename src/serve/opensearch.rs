//! `GET /opensearch.xml` and `/suggest`: how a browser searches here from its address bar (OpenSearch 1.1).

use askama::Template;
use axum::extract;
use axum::http::HeaderMap;
use axum::http::Uri;
use axum::response::Response;
use serde_json::json;

use super::feed_parameters::part_language;
use super::parameters;
use super::problem::Problem;
use super::revalidation::Etag;
use super::state::State;
use super::suggest_parameters;
use super::view::View;
use super::wording;
use crate::query::Completion;
use crate::query::SearchRequest;

const DESCRIPTION: &str = "application/opensearchdescription+xml; charset=utf-8";
const SUGGESTIONS: &str = "application/x-suggestions+json; charset=utf-8";

#[derive(Template)]
#[template(path = "opensearch.xml")]
struct Description {
    /// At most 16 characters.
    short_name: &'static str,
    /// At most 1,024 characters.
    description: &'static str,
    language: &'static str,
    /// The address of the server, without a slash at its end.
    base: String,
    /// What keeps the language in an address that has a query: `&lang=en`.
    lang: String,
    own: String,
}

/// `GET /opensearch.xml`.
pub(super) async fn description(
    extract::State(state): extract::State<State>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (language, rest) = part_language(uri.query().unwrap_or_default())?;
    if !rest.is_empty() {
        return Err(parameters::none_expected(&rest));
    }
    if !state.is_addressed() {
        return Err(Problem::without_address());
    }
    let view = View { language, ruby: false };
    let description = Description {
        short_name: view.texts().site.name,
        description: view.texts().site.tagline,
        language: language.tag(),
        base: state.address(""),
        lang: view.link("?").split_off(1),
        own: state.address(&view.link("/opensearch.xml")),
    };
    let body = description.render().map_err(|error| {
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
    use crate::serve::language::Language;
    use crate::serve::texts;

    #[test]
    fn names_are_as_short_as_they_must_be() {
        for language in Language::ALL {
            let site = &texts::of(language).site;
            assert!(site.name.chars().count() <= 16, "{}", site.name);
            assert!(site.tagline.chars().count() <= 1024, "{}", site.tagline);
        }
    }
}

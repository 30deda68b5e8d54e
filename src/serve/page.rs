//! The page for people: HTML made here, complete without a script, its whole state in the address.

pub(super) mod frame;
mod ruby;
mod start;
mod results;
mod results_filters;
mod results_zero;
mod record;
mod help;
mod accessibility;
mod compare;
mod record_neighbours;
mod analysis;
mod chart;

use askama::Template;
use axum::body::Body;
use axum::extract;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::HeaderMap;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::Uri;
use axum::http::header;
use axum::response::Response;

use self::frame::Frame;
use super::accept;
use super::analysis_parameters;
use super::api;
use super::compare_parameters;
use super::parameters;
use super::problem::Problem;
use super::revalidation::Etag;
use super::state::State;
use super::texts::Texts;
use super::view::View;
use crate::query::Engine;
use crate::query::SearchRequest;
use crate::record::Provenance;

const HTML: &str = "text/html; charset=utf-8";

/// `GET /`: what this is, and ways in.
pub(super) async fn start(
    extract::State(state): extract::State<State>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (view, rest) = View::part(uri.query().unwrap_or_default());
    if !rest.is_empty() {
        // A search addressed to the start page is meant for the search page.
        let request = parameters::read_kindly(&rest)?;
        let is_search = !parameters::write(&request).is_empty();
        let address = if is_search { parameters::search_url(&request) } else { "/".to_owned() };
        return Ok(see_other(&view.link(&address)));
    }
    let address = view.link("/");
    if let Some(elsewhere) = elsewhere(&uri, &address) {
        return Ok(elsewhere);
    }
    made(&state, &headers, view, &address, move |engine| start::page(engine, view)).await
}

/// `GET /search`: the answer to a search.
pub(super) async fn search(
    extract::State(state): extract::State<State>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (view, rest) = View::part(uri.query().unwrap_or_default());
    let request = parameters::read_kindly(&rest)?;
    let choices = parameters::first(&rest, results::CHOICES).unwrap_or_default();
    let address = view.link(&results::address(&request, &choices));
    if let Some(elsewhere) = elsewhere(&uri, &address) {
        return Ok(elsewhere);
    }
    let make = move |engine: &dyn Engine| results::page(engine, view, &request, &choices);
    made(&state, &headers, view, &address, make).await
}

/// `GET /records/{id}`: one record, as a page or as JSON.
pub(super) async fn record(
    extract::State(state): extract::State<State>,
    id: Result<Path<String>, PathRejection>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if accept::prefers_json(&headers) {
        return api::record_json(&state, id, &headers).await;
    }
    let id = api::record_id(id)?;
    let (view, rest) = View::part(uri.query().unwrap_or_default());
    let request = parameters::words_of(&parameters::read_kindly(&rest)?);
    let here = view.link(&parameters::found_record_url(&id.0, &request));
    if let Some(elsewhere) = elsewhere(&uri, &here) {
        return Ok(elsewhere);
    }
    let address = parameters::record_url(&id.0);
    let record = api::find_record(&state, id).await?;
    let permalink = state.address(&address);
    let serves_originals = state.serves_originals();
    let make = move |engine: &dyn Engine| {
        let has_original = |source: &Provenance| has_original(engine, source);
        let has_original: Vec<bool> = match serves_originals {
            true => record.sources.iter().map(has_original).collect::<Result<_, _>>()?,
            false => Vec::new(),
        };
        let place = record::Place { address: &address, permalink: &permalink, request: &request };
        record::page(engine, view, &record, &place, &has_original)
    };
    // The page differs with what the server hands out.
    let target = if serves_originals { format!("{here}#source") } else { here };
    made(&state, &headers, view, &target, make).await
}

/// `GET /compare`: a division over the years, or the way to one.
pub(super) async fn compare(
    extract::State(state): extract::State<State>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (view, rest) = View::part(uri.query().unwrap_or_default());
    let asked = compare_parameters::read_kindly(&rest)?;
    let address = view.link(&compare_parameters::page_url(&asked));
    if let Some(elsewhere) = elsewhere(&uri, &address) {
        return Ok(elsewhere);
    }
    made(&state, &headers, view, &address, move |engine| compare::page(engine, view, &asked)).await
}

/// `GET /help`: how to ask.
pub(super) async fn help(
    extract::State(state): extract::State<State>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (view, _) = View::part(uri.query().unwrap_or_default());
    let address = view.link("/help");
    if let Some(elsewhere) = elsewhere(&uri, &address) {
        return Ok(elsewhere);
    }
    made(&state, &headers, view, &address, move |engine| help::page(engine, view)).await
}

/// `GET /accessibility`: what is promised to everyone.
pub(super) async fn accessibility(
    extract::State(state): extract::State<State>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (view, _) = View::part(uri.query().unwrap_or_default());
    let address = view.link("/accessibility");
    if let Some(elsewhere) = elsewhere(&uri, &address) {
        return Ok(elsewhere);
    }
    made(&state, &headers, view, &address, move |_| accessibility::page(view)).await
}

/// `GET /analysis`: what a search finds, counted.
pub(super) async fn analysis(
    extract::State(state): extract::State<State>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (view, rest) = View::part(uri.query().unwrap_or_default());
    let request = analysis_parameters::read_kindly(&rest)?;
    let address = view.link(&request.url());
    if let Some(elsewhere) = elsewhere(&uri, &address) {
        return Ok(elsewhere);
    }
    let make = move |engine: &dyn Engine| analysis::page(engine, view, &request);
    made(&state, &headers, view, &address, make).await
}

/// The way to the canonical `address`, unless the request is there.
fn elsewhere(uri: &Uri, address: &str) -> Option<Response> {
    let (_, query) = address.split_once('?').unwrap_or((address, ""));
    (uri.query().unwrap_or_default() != query).then(|| see_other(address))
}

/// Whether the index knows the file of a source.
fn has_original(engine: &dyn Engine, source: &Provenance) -> Result<bool, Problem> {
    let Some(sha256) = &source.sha256 else { return Ok(false) };
    Ok(!engine.originals(sha256)?.is_empty())
}

/// Sends on to the canonical address. It is written here from what was understood, never copied from the request.
fn see_other(address: &str) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let location = HeaderValue::from_str(address).expect("addresses are percent-encoded");
    response.headers_mut().insert(header::LOCATION, location);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Makes a page on a search thread, unless the client has it.
async fn made(
    state: &State,
    headers: &HeaderMap,
    view: View,
    address: &str,
    page: impl FnOnce(&dyn Engine) -> Result<String, Problem> + Send + 'static,
) -> Result<Response, Problem> {
    if !state.engine().is_ready() {
        return Err(Problem::not_ready());
    }
    // The whole address, since a page may show it.
    let etag = Etag::new(&state.engine().generation(), HTML, &state.address(address));
    if etag.is_known(headers) {
        return Ok(etag.not_modified());
    }
    let engine = state.engine().clone();
    let make = move || {
        let page = page(engine.as_ref())?;
        if view.ruby { ruby::annotated(engine.as_ref(), &page) } else { Ok(page) }
    };
    let body = state.workers().run(state.limits().search, make).await??;
    Ok(etag.ok(HTML, body))
}

/// The conditions of a search beside its words, as they are called.
pub(super) fn conditions(t: &Texts, request: &SearchRequest) -> Vec<String> {
    results_filters::chips(t, request).into_iter().map(|chip| chip.label).collect()
}

/// Fills a template.
fn rendered(template: &impl Template) -> Result<String, Problem> {
    template.render().map_err(|error| {
        tracing::error!(%error, "cannot fill a template");
        Problem::internal()
    })
}

/// A link.
struct Link {
    label: String,
    url: String,
}

/// A link with a number behind it.
struct Way {
    label: String,
    url: String,
    /// Records behind the link, in words.
    count: String,
}

impl Way {
    /// The way to a search that finds `n_records`.
    fn new(frame: &Frame<'_>, label: String, request: &SearchRequest, n_records: usize) -> Way {
        let url = frame.link(&parameters::search_url(request));
        Way { label, url, count: (frame.t.site.count)(n_records) }
    }
}

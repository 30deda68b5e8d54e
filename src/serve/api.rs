//! The JSON interface: parameters in, bodies out.
//!
//! Bodies are types of their own: programs depend on their shape, so fields are added and never renamed or removed.

pub(super) mod compare;
pub(super) mod compare_table;
pub(super) mod similar;

use std::time::Duration;
use std::time::Instant;

use axum::extract;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::HeaderMap;
use axum::http::Uri;
use axum::response::Response;
use serde::Serialize;

use super::citation;
use super::original;
use super::parameters;
use super::problem::Problem;
use super::revalidation::Etag;
use super::state::State;
use super::suggest_parameters;
use super::texts;
use super::wording;
use crate::notice::Notice;
use crate::query::Answer;
use crate::query::Completion;
use crate::query::Engine;
use crate::query::SearchRequest;
use crate::query::answer::DivisionNode;
use crate::query::answer::Facet;
use crate::query::answer::Fragment;
use crate::query::answer::Hit;
use crate::query::answer::Interpretation;
use crate::query::answer::Snippet;
use crate::query::answer::SnippetField;
use crate::query::answer::Suggestion;
use crate::query::answer::Value;
use crate::query::explanation::Explanation;
use crate::query::explanation::Match;
use crate::query::widening::WideningKind;
use crate::record::FiscalYear;
use crate::record::Provenance;
use crate::record::Record;
use crate::record::RecordId;

pub(super) const JSON: &str = "application/json";

/// The longest identity of a record, in bytes.
const MAX_ID_BYTES: usize = 200;

/// Divisions below this depth are left out of answers: paths come from files, and their trees are written recursively.
pub(super) const MAX_DEPTH: usize = 16;

/// `GET /api/v1/search`.
pub(super) async fn search(
    extract::State(state): extract::State<State>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let request = parameters::read_strictly(uri.query().unwrap_or_default())?;
    if !state.engine().is_ready() {
        return Err(Problem::not_ready());
    }
    let etag = Etag::new(&state.engine().generation(), JSON, &parameters::search_url(&request));
    if etag.is_known(&headers) {
        return Ok(etag.not_modified());
    }
    let engine = state.engine().clone();
    let search = move || {
        let started = Instant::now();
        let answer = engine.search(&request)?;
        Ok::<_, Problem>(search_body(&request, &answer, started.elapsed()))
    };
    let body = state.workers().run(state.limits().search, search).await??;
    Ok(etag.ok(JSON, body))
}

/// `GET /api/v1/suggest`.
pub(super) async fn suggest(
    extract::State(state): extract::State<State>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let request = suggest_parameters::read(uri.query().unwrap_or_default())?;
    if !state.engine().is_ready() {
        return Err(Problem::not_ready());
    }
    let etag = Etag::new(&state.engine().generation(), JSON, &request.url());
    if etag.is_known(&headers) {
        return Ok(etag.not_modified());
    }
    let engine = state.engine().clone();
    let suggest = move || {
        let completions = engine.suggest(&request.q, request.limit)?;
        Ok::<_, Problem>(suggestions_body(&completions))
    };
    let body = state.workers().run(state.limits().search, suggest).await??;
    Ok(etag.ok(JSON, body))
}

/// `GET /api/v1/records/{id}`.
pub(super) async fn record(
    extract::State(state): extract::State<State>,
    id: Result<Path<String>, PathRejection>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if let Some(query) = uri.query().filter(|query| !query.is_empty()) {
        return Err(parameters::none_expected(query));
    }
    record_json(&state, id, &headers).await
}

/// The record itself, in the form of the exchange format.
pub(super) async fn record_json(
    state: &State,
    id: Result<Path<String>, PathRejection>,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let id = record_id(id)?;
    let served = if state.serves_originals() { "#source" } else { "" };
    let target = format!("{}{served}", state.address(&parameters::record_url(&id.0)));
    let etag = Etag::new(&state.engine().generation(), JSON, &target);
    let record = find_record(state, id).await?;
    if etag.is_known(headers) {
        return Ok(etag.not_modified());
    }
    let address = parameters::record_url(&record.id.0);
    let body =
        serde_json::to_string(&RecordBody::new(&record, &address, state)).map_err(|error| {
            tracing::error!(%error, "cannot write a record as JSON");
            Problem::internal()
        })?;
    Ok(etag.ok(JSON, body))
}

/// Makes a body on a search thread, unless the client has it; `target` is the request in its canonical form.
async fn answered(
    state: &State,
    headers: &HeaderMap,
    target: &str,
    make: impl FnOnce(&dyn Engine) -> Result<String, Problem> + Send + 'static,
) -> Result<Response, Problem> {
    if !state.engine().is_ready() {
        return Err(Problem::not_ready());
    }
    let etag = Etag::new(&state.engine().generation(), JSON, target);
    if etag.is_known(headers) {
        return Ok(etag.not_modified());
    }
    let engine = state.engine().clone();
    let make = move || make(engine.as_ref());
    let body = state.workers().run(state.limits().search, make).await??;
    Ok(etag.ok(JSON, body))
}

/// The identity in a path; what no record can have is no record's.
pub(super) fn record_id(id: Result<Path<String>, PathRejection>) -> Result<RecordId, Problem> {
    match id {
        Ok(Path(id)) if (1..=MAX_ID_BYTES).contains(&id.len()) => Ok(RecordId(id)),
        _ => Err(Problem::no_such_record()),
    }
}

/// Reads a record on a thread that nobody waits for.
pub(super) async fn find_record(state: &State, id: RecordId) -> Result<Record, Problem> {
    if !state.engine().is_ready() {
        return Err(Problem::not_ready());
    }
    let engine = state.engine().clone();
    let record = state.workers().run(state.limits().search, move || engine.record(&id)).await??;
    record.ok_or_else(Problem::no_such_record)
}

/// The body of a search's answer.
pub fn search_body(request: &SearchRequest, answer: &Answer, took: Duration) -> String {
    let body = SearchBody {
        q: &request.q,
        total: answer.total,
        page: request.page,
        per_page: request.per_page,
        took_ms: rounded(took.as_secs_f64() * 1e3, 1),
        interpretation: answer.interpretation.iter().map(InterpretationBody::from).collect(),
        hits: answer.hits.iter().map(HitBody::from).collect(),
        facets: FacetsBody {
            division: facet(&answer.facets.division, |node| DivisionBody::new(node, 1)),
            category: facet(&answer.facets.category, ValueBody::from),
            fiscal_year: facet(&answer.facets.fiscal_year, YearBody::from),
            organization: facet(&answer.facets.organization, ValueBody::from),
        },
        did_you_mean: answer.did_you_mean.iter().map(SuggestionBody::from).collect(),
        notices: &answer.notices,
    };
    serde_json::to_string(&body).expect("the body has no map and no fallible writer")
}

fn suggestions_body(completions: &[Completion]) -> String {
    let suggestions = completions.iter().map(CompletionBody::from).collect();
    let body = CompletionsBody { suggestions };
    serde_json::to_string(&body).expect("the body has no map and no fallible writer")
}

/// A record in the exchange format, with what only a server knows of it.
#[derive(Serialize)]
struct RecordBody<'a> {
    #[serde(flatten)]
    record: &'a Record,
    /// The address of its page.
    url: String,
    /// One line to copy.
    citation: String,
    /// Where the originals of its sources are handed out, in their order; nothing where they are not.
    originals: Vec<String>,
}

impl<'a> RecordBody<'a> {
    fn new(record: &'a Record, address: &str, state: &State) -> RecordBody<'a> {
        let url = state.address(address);
        let n_originals = if state.serves_originals() { record.sources.len() } else { 0 };
        RecordBody {
            record,
            citation: citation::citation(record, &url),
            url,
            originals: (0..n_originals).map(|n| original::url(address, n)).collect(),
        }
    }
}

#[derive(Serialize)]
struct CompletionsBody<'a> {
    suggestions: Vec<CompletionBody<'a>>,
}

#[derive(Serialize)]
struct CompletionBody<'a> {
    text: &'a str,
    reading: Option<&'a str>,
    count: usize,
}

impl<'a> From<&'a Completion> for CompletionBody<'a> {
    fn from(completion: &'a Completion) -> CompletionBody<'a> {
        let Completion { text, reading, count } = completion;
        CompletionBody { text, reading: reading.as_deref(), count: *count }
    }
}

/// `number` with so many places behind the point.
pub(super) fn rounded(number: f64, places: i32) -> f64 {
    let factor = 10f64.powi(places);
    (number * factor).round() / factor
}

#[derive(Serialize)]
struct SearchBody<'a> {
    q: &'a str,
    total: usize,
    page: usize,
    per_page: usize,
    took_ms: f64,
    interpretation: Vec<InterpretationBody<'a>>,
    hits: Vec<HitBody<'a>>,
    facets: FacetsBody<'a>,
    did_you_mean: Vec<SuggestionBody<'a>>,
    notices: &'a [Notice],
}

#[derive(Serialize)]
pub(super) struct InterpretationBody<'a> {
    kind: &'static str,
    from: &'a str,
    to: &'a str,
    undo: String,
}

impl<'a> From<&'a Interpretation> for InterpretationBody<'a> {
    fn from(reading: &'a Interpretation) -> InterpretationBody<'a> {
        let undo = parameters::search_url(&reading.undo);
        InterpretationBody { kind: reading.kind.name(), from: &reading.from, to: &reading.to, undo }
    }
}

#[derive(Serialize)]
struct HitBody<'a> {
    id: &'a str,
    score: f64,
    organization: Option<&'a str>,
    fiscal_year: Option<FiscalYear>,
    division: &'a [String],
    category: Option<&'a str>,
    category_canonical: &'a [String],
    number: Option<u32>,
    title: Option<&'a str>,
    snippets: Vec<SnippetBody<'a>>,
    url: String,
    /// The files that it was read from, with the places in them.
    sources: &'a [Provenance],
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<ExplanationBody<'a>>,
}

#[derive(Serialize)]
struct ExplanationBody<'a> {
    /// In plain Japanese, what weighed most first.
    sentences: Vec<String>,
    matches: Vec<MatchBody<'a>>,
    tree: serde_json::Value,
}

impl<'a> From<&'a Explanation> for ExplanationBody<'a> {
    fn from(explanation: &'a Explanation) -> ExplanationBody<'a> {
        ExplanationBody {
            sentences: wording::explanation(&texts::JAPANESE.words, explanation),
            matches: explanation.matches.iter().map(MatchBody::from).collect(),
            tree: serde_json::from_str(&explanation.tree).unwrap_or(serde_json::Value::Null),
        }
    }
}

#[derive(Serialize)]
struct MatchBody<'a> {
    from: &'a str,
    /// The widening that led here; null for the words themselves.
    kind: Option<&'static str>,
    /// The line of the thesaurus, for a synonym.
    line: Option<usize>,
    printed: &'a [String],
    field: &'static str,
    weight: f64,
}

impl<'a> From<&'a Match> for MatchBody<'a> {
    fn from(found: &'a Match) -> MatchBody<'a> {
        MatchBody {
            from: &found.origin.from,
            kind: found.origin.widening.map(WideningKind::name),
            line: found.origin.line,
            printed: &found.printed,
            field: field_name(found.field),
            weight: rounded(f64::from(found.weight), 4),
        }
    }
}

impl<'a> From<&'a Hit> for HitBody<'a> {
    fn from(hit: &'a Hit) -> HitBody<'a> {
        let record = &hit.record;
        HitBody {
            id: &record.id.0,
            score: rounded(f64::from(hit.score), 4),
            organization: record.organization.as_deref(),
            fiscal_year: record.fiscal_year,
            division: &record.division,
            category: record.category.as_deref(),
            category_canonical: &record.category_canonical,
            number: record.number,
            title: record.title.as_deref(),
            snippets: hit.snippets.iter().map(SnippetBody::from).collect(),
            url: parameters::record_url(&record.id.0),
            sources: &record.sources,
            explanation: hit.explanation.as_ref().map(ExplanationBody::from),
        }
    }
}

#[derive(Serialize)]
struct SnippetBody<'a> {
    field: &'static str,
    fragments: Vec<FragmentBody<'a>>,
}

impl<'a> From<&'a Snippet> for SnippetBody<'a> {
    fn from(snippet: &'a Snippet) -> SnippetBody<'a> {
        let fragments = snippet.fragments.iter().map(FragmentBody::from).collect();
        SnippetBody { field: field_name(snippet.field), fragments }
    }
}

/// The name of a field for programs.
fn field_name(field: SnippetField) -> &'static str {
    match field {
        SnippetField::Goal => "goal",
        SnippetField::Result => "result",
        SnippetField::Body => "body",
        SnippetField::Title => "title",
        SnippetField::Division => "division",
        SnippetField::Category => "category",
    }
}

#[derive(Serialize)]
struct FragmentBody<'a> {
    text: &'a str,
    hit: bool,
}

impl<'a> From<&'a Fragment> for FragmentBody<'a> {
    fn from(fragment: &'a Fragment) -> FragmentBody<'a> {
        FragmentBody { text: &fragment.text, hit: fragment.hit }
    }
}

#[derive(Serialize)]
struct FacetsBody<'a> {
    division: FacetBody<DivisionBody<'a>>,
    category: FacetBody<ValueBody<'a>>,
    fiscal_year: FacetBody<YearBody>,
    organization: FacetBody<ValueBody<'a>>,
}

#[derive(Serialize)]
struct FacetBody<T> {
    values: Vec<T>,
    others: usize,
}

fn facet<'a, T, B>(facet: &'a Facet<T>, body: impl Fn(&'a T) -> B) -> FacetBody<B> {
    FacetBody { values: facet.values.iter().map(body).collect(), others: facet.others }
}

#[derive(Serialize)]
struct ValueBody<'a> {
    value: &'a str,
    count: usize,
    selected: bool,
}

impl<'a> From<&'a Value<String>> for ValueBody<'a> {
    fn from(value: &'a Value<String>) -> ValueBody<'a> {
        ValueBody { value: &value.value, count: value.count, selected: value.selected }
    }
}

#[derive(Serialize)]
struct YearBody {
    value: Option<FiscalYear>,
    label: String,
    count: usize,
    selected: bool,
}

impl From<&Value<Option<FiscalYear>>> for YearBody {
    fn from(year: &Value<Option<FiscalYear>>) -> YearBody {
        let label = wording::year_label(&texts::JAPANESE.words, year.value);
        YearBody { value: year.value, label, count: year.count, selected: year.selected }
    }
}

#[derive(Serialize)]
struct DivisionBody<'a> {
    value: &'a str,
    path: String,
    count: usize,
    selected: bool,
    children: Vec<DivisionBody<'a>>,
}

impl<'a> DivisionBody<'a> {
    fn new(node: &'a DivisionNode, depth: usize) -> DivisionBody<'a> {
        let children: &[DivisionNode] = if depth < MAX_DEPTH { &node.children } else { &[] };
        DivisionBody {
            value: &node.value,
            path: parameters::write_path(&node.path),
            count: node.count,
            selected: node.selected,
            children: children.iter().map(|child| DivisionBody::new(child, depth + 1)).collect(),
        }
    }
}

#[derive(Serialize)]
struct SuggestionBody<'a> {
    text: &'a str,
    count: usize,
}

impl<'a> From<&'a Suggestion> for SuggestionBody<'a> {
    fn from(suggestion: &'a Suggestion) -> SuggestionBody<'a> {
        SuggestionBody { text: &suggestion.text, count: suggestion.count }
    }
}

//! Ways out of a search that finds nothing: each one tried before it is offered.

use super::Way;
use super::frame::Frame;
use super::results_filters;
use crate::query::Engine;
use crate::query::SearchRequest;
use crate::query::request::Filters;
use crate::serve::problem::Problem;
use crate::serve::wording;

/// Conditions that are tried one by one; each is a search.
const MAX_TRIED: usize = 6;

/// Links that find something, with how much.
pub(super) struct WaysOut {
    /// The search without one of its conditions, or without all.
    pub(super) fewer_conditions: Vec<Way>,
    /// Each of several words alone.
    pub(super) single_words: Vec<Way>,
    /// Parts of the whole to look around in.
    pub(super) browse: Vec<Way>,
}

/// What finds something where `request` does not.
pub(super) fn ways_out(
    engine: &dyn Engine,
    frame: &Frame<'_>,
    request: &SearchRequest,
) -> Result<WaysOut, Problem> {
    Ok(WaysOut {
        fewer_conditions: fewer_conditions(engine, frame, request)?,
        single_words: single_words(engine, frame, request)?,
        browse: browse(engine, frame)?,
    })
}

fn fewer_conditions(
    engine: &dyn Engine,
    frame: &Frame<'_>,
    request: &SearchRequest,
) -> Result<Vec<Way>, Problem> {
    let texts = &frame.t.results;
    let chips = results_filters::chips(frame.t, request);
    let mut ways = Vec::new();
    for chip in chips.iter().take(MAX_TRIED) {
        let label = (texts.without_condition)(&chip.label);
        ways.extend(tried(engine, frame, label, &chip.without)?);
    }
    if 1 < chips.len() {
        let bare = SearchRequest {
            filters: Filters::default(),
            within: None,
            exact: false,
            ..request.clone()
        };
        ways.extend(tried(engine, frame, texts.without_conditions.to_owned(), &bare)?);
    }
    Ok(ways)
}

fn single_words(
    engine: &dyn Engine,
    frame: &Frame<'_>,
    request: &SearchRequest,
) -> Result<Vec<Way>, Problem> {
    let mut words: Vec<&str> = request.q.split_whitespace().collect();
    if words.len() < 2 {
        return Ok(Vec::new());
    }
    words.retain(|word| {
        !word.starts_with(['-', '－']) && !matches!(*word, "OR" | "NOT" | "AND" | "｜")
    });
    words.dedup();
    let mut ways = Vec::new();
    for word in words.into_iter().take(MAX_TRIED) {
        let alone = SearchRequest { q: word.to_owned(), ..request.clone() };
        ways.extend(tried(engine, frame, (frame.t.results.word_alone)(word), &alone)?);
    }
    Ok(ways)
}

/// The way of `request`, if there is something at its end.
fn tried(
    engine: &dyn Engine,
    frame: &Frame<'_>,
    label: String,
    request: &SearchRequest,
) -> Result<Option<Way>, Problem> {
    let request = SearchRequest { page: 1, ..request.clone() };
    let probe = SearchRequest { per_page: 1, facet_limit: 0, ..request.clone() };
    let total = engine.search(&probe)?.total;
    Ok((0 < total).then(|| Way::new(frame, label, &request, total)))
}

fn browse(engine: &dyn Engine, frame: &Frame<'_>) -> Result<Vec<Way>, Problem> {
    let everything = SearchRequest { per_page: 1, facet_limit: 3, ..SearchRequest::default() };
    let answer = engine.search(&everything)?;
    let way = |label: String, count, filters: Filters| {
        (0 < count).then(|| {
            Way::new(frame, label, &SearchRequest { filters, ..SearchRequest::default() }, count)
        })
    };
    let none = Filters::default;
    let mut ways = vec![way(frame.t.results.see_all.to_owned(), answer.total, none())];
    ways.extend(answer.facets.fiscal_year.values.into_iter().take(3).map(|year| {
        let filters = Filters { fiscal_year: vec![year.value], ..none() };
        way(wording::year_label(&frame.t.words, year.value), year.count, filters)
    }));
    ways.extend(answer.facets.organization.values.into_iter().take(3).map(|value| {
        let filters = Filters { organization: vec![value.value.clone()], ..none() };
        way(value.value, value.count, filters)
    }));
    Ok(ways.into_iter().flatten().collect())
}

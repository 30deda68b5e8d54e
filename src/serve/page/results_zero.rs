//! Ways out of a search that finds nothing: each one tried before it is offered.

use super::Way;
use super::results::first_page;
use super::results_filters;
use crate::query::Engine;
use crate::query::SearchRequest;
use crate::query::request::Filters;
use crate::serve::parameters;
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
pub(super) fn ways_out(engine: &dyn Engine, request: &SearchRequest) -> Result<WaysOut, Problem> {
    Ok(WaysOut {
        fewer_conditions: fewer_conditions(engine, request)?,
        single_words: single_words(engine, request)?,
        browse: browse(engine)?,
    })
}

fn fewer_conditions(engine: &dyn Engine, request: &SearchRequest) -> Result<Vec<Way>, Problem> {
    let chips = results_filters::chips(request);
    let mut ways = Vec::new();
    for chip in chips.iter().take(MAX_TRIED) {
        ways.extend(tried(
            engine,
            format!("「{}」の条件を外す", chip.label),
            chip.without.clone(),
        )?);
    }
    if 1 < chips.len() {
        let bare = SearchRequest {
            filters: Filters::default(),
            within: None,
            exact: false,
            ..request.clone()
        };
        ways.extend(tried(engine, "条件をすべて外す".to_owned(), bare)?);
    }
    Ok(ways)
}

fn single_words(engine: &dyn Engine, request: &SearchRequest) -> Result<Vec<Way>, Problem> {
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
        ways.extend(tried(engine, format!("「{word}」だけで探す"), alone)?);
    }
    Ok(ways)
}

/// The way of `request`, if there is something at its end.
fn tried(
    engine: &dyn Engine,
    label: String,
    request: SearchRequest,
) -> Result<Option<Way>, Problem> {
    let probe = SearchRequest { page: 1, per_page: 1, facet_limit: 0, ..request.clone() };
    let total = engine.search(&probe)?.total;
    let way = || Way { label, url: first_page(request), count: wording::grouped(total) };
    Ok((0 < total).then(way))
}

fn browse(engine: &dyn Engine) -> Result<Vec<Way>, Problem> {
    let everything = SearchRequest { per_page: 1, facet_limit: 3, ..SearchRequest::default() };
    let answer = engine.search(&everything)?;
    let way = |label: String, count, filters: Filters| Way {
        label,
        url: parameters::search_url(&SearchRequest { filters, ..SearchRequest::default() }),
        count: wording::grouped(count),
    };
    let none = Filters::default;
    let mut ways = vec![way("すべての取組を見る".to_owned(), answer.total, none())];
    ways.extend(answer.facets.fiscal_year.values.into_iter().take(3).map(|year| {
        let filters = Filters { fiscal_year: vec![year.value], ..none() };
        way(wording::year_label(year.value), year.count, filters)
    }));
    ways.extend(answer.facets.organization.values.into_iter().take(3).map(|value| {
        let filters = Filters { organization: vec![value.value.clone()], ..none() };
        way(value.value, value.count, filters)
    }));
    Ok(ways.into_iter().filter(|way| way.count != "0").collect())
}

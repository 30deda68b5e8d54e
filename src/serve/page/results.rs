//! The results page: how many, how understood, narrowed by what, and the hits.

use askama::Template;

use super::Way;
use super::rendered;
use super::results_filters;
use super::results_filters::Chip;
use super::results_filters::FilterPanel;
use super::results_zero;
use super::results_zero::WaysOut;
use crate::query::Answer;
use crate::query::Engine;
use crate::query::SearchRequest;
use crate::query::answer::Fragment;
use crate::query::answer::Hit;
use crate::query::answer::Interpretation;
use crate::query::answer::Snippet;
use crate::query::request::Filters;
use crate::query::request::Sort;
use crate::serve::asset;
use crate::serve::parameters;
use crate::serve::problem::Problem;
use crate::serve::wording;

#[derive(Template)]
#[template(path = "results.html")]
struct ResultsPage<'a> {
    style: &'static str,
    q: &'a str,
    max_chars: usize,
    /// What was found, as one sentence: 「個人情報」の検索結果 6件.
    headline: String,
    /// Page number, from the second page on.
    page_mark: String,
    chips: Vec<Chip>,
    without_filters: String,
    interpretations: Vec<Reading>,
    suggestions: Vec<Way>,
    notices: Vec<&'a str>,
    filters: FilterPanel,
    sorts: Vec<Order>,
    hits: Vec<HitView<'a>>,
    /// Number of the first hit of the page.
    first: usize,
    navigation: Option<Navigation>,
    ways_out: Option<WaysOut>,
    /// Address of the first page, when this one lies behind the last.
    behind_the_end: Option<String>,
    /// How far paging reaches, when there is more.
    window: Option<String>,
    json_url: String,
    /// Address of the same page with, or without, why each record was found.
    explain_url: String,
    explains: bool,
}

struct Reading {
    sentence: String,
    undo: &'static str,
    url: String,
}

struct Order {
    label: &'static str,
    url: String,
    current: bool,
}

struct HitView<'a> {
    name: String,
    url: String,
    organization: Option<&'a str>,
    year: Option<String>,
    /// Shown where the name does not already say it.
    division: Option<String>,
    category: Option<&'a str>,
    snippets: Vec<SnippetView<'a>>,
    explanation: Option<ExplanationView<'a>>,
}

struct ExplanationView<'a> {
    sentences: Vec<String>,
    tree: &'a str,
}

struct SnippetView<'a> {
    label: &'static str,
    fragments: &'a [Fragment],
}

struct Navigation {
    page: String,
    last: String,
    previous: Option<String>,
    next: Option<String>,
}

/// The page that answers `request`, which is canonical.
pub(super) fn page(engine: &dyn Engine, request: &SearchRequest) -> Result<String, Problem> {
    let answer = engine.search(request)?;
    let last = last_page(request, answer.total);
    let ways_out =
        if answer.total == 0 { Some(results_zero::ways_out(engine, request)?) } else { None };
    let page = ResultsPage {
        style: asset::style_url(),
        q: &request.q,
        max_chars: SearchRequest::MAX_QUERY_CHARS,
        headline: headline(request, answer.total),
        page_mark: if request.page == 1 {
            String::new()
        } else {
            format!("（{}ページ目）", request.page)
        },
        chips: results_filters::chips(request),
        without_filters: first_page(SearchRequest {
            filters: Filters::default(),
            ..request.clone()
        }),
        interpretations: answer.interpretation.iter().map(Reading::from).collect(),
        suggestions: suggestions(request, &answer),
        notices: answer.notices.iter().map(|notice| notice.message.as_str()).collect(),
        filters: FilterPanel::new(request, &answer.facets),
        sorts: orders(request),
        hits: answer.hits.iter().map(HitView::from).collect(),
        first: (request.page - 1).saturating_mul(request.per_page) + 1,
        navigation: navigation(request, last),
        ways_out,
        behind_the_end: (last < request.page && answer.total != 0)
            .then(|| first_page(request.clone())),
        window: (SearchRequest::MAX_WINDOW < answer.total)
            .then(|| wording::grouped(SearchRequest::MAX_WINDOW)),
        json_url: format!("/api/v1{}", parameters::search_url(request)),
        explain_url: parameters::search_url(&SearchRequest {
            explain: !request.explain,
            ..request.clone()
        }),
        explains: request.explain,
    };
    rendered(&page)
}

/// The address of the first page of a search.
pub(super) fn first_page(request: SearchRequest) -> String {
    parameters::search_url(&SearchRequest { page: 1, ..request })
}

fn headline(request: &SearchRequest, total: usize) -> String {
    let total = wording::grouped(total);
    if !request.q.is_empty() {
        format!("「{}」の検索結果 {total}件", request.q)
    } else if request.filters != Filters::default() {
        format!("条件に合う取組 {total}件")
    } else {
        format!("すべての取組 {total}件")
    }
}

fn last_page(request: &SearchRequest, total: usize) -> usize {
    total.min(SearchRequest::MAX_WINDOW).div_ceil(request.per_page).max(1)
}

/// Ways to the pages before and after; nothing where there is one page.
fn navigation(request: &SearchRequest, last: usize) -> Option<Navigation> {
    if last == 1 || last < request.page {
        return None;
    }
    let to = |page: usize| parameters::search_url(&SearchRequest { page, ..request.clone() });
    Some(Navigation {
        page: wording::grouped(request.page),
        last: wording::grouped(last),
        previous: (1 < request.page).then(|| to(request.page - 1)),
        next: (request.page < last).then(|| to(request.page + 1)),
    })
}

fn orders(request: &SearchRequest) -> Vec<Order> {
    let order = |sort| Order {
        label: wording::sort_label(sort),
        url: first_page(SearchRequest { sort, ..request.clone() }),
        current: sort == request.sort,
    };
    [Sort::Relevance, Sort::Newest, Sort::Oldest].map(order).into()
}

fn suggestions(request: &SearchRequest, answer: &Answer) -> Vec<Way> {
    let way = |text: &String, count| Way {
        label: text.clone(),
        url: first_page(SearchRequest { q: text.clone(), ..request.clone() }),
        count: wording::grouped(count),
    };
    answer.did_you_mean.iter().map(|suggestion| way(&suggestion.text, suggestion.count)).collect()
}

impl From<&Interpretation> for Reading {
    fn from(reading: &Interpretation) -> Reading {
        let (sentence, undo) = wording::interpretation(reading);
        Reading { sentence, undo, url: parameters::search_url(&reading.undo) }
    }
}

impl<'a> From<&'a Hit> for HitView<'a> {
    fn from(hit: &'a Hit) -> HitView<'a> {
        let record = &hit.record;
        let snippet = |snippet: &'a Snippet| SnippetView {
            label: wording::snippet_label(snippet.field),
            fragments: &snippet.fragments,
        };
        let has_title = record.title.is_some();
        HitView {
            name: wording::record_name(record),
            url: parameters::record_url(&record.id.0),
            organization: record.organization.as_deref(),
            year: record.fiscal_year.map(wording::year_in_full),
            division: (has_title && !record.division.is_empty()).then(|| record.division.join(" ")),
            category: record.category.as_deref(),
            snippets: hit.snippets.iter().map(snippet).collect(),
            explanation: hit.explanation.as_ref().map(|explanation| ExplanationView {
                sentences: wording::explanation(explanation),
                tree: &explanation.tree,
            }),
        }
    }
}

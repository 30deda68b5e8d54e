//! The results page: how many, how understood, narrowed by what, and the hits.

use askama::Template;

use super::Link;
use super::Way;
use super::frame::Frame;
use super::rendered;
use super::results_filters;
use super::results_filters::FilterPanel;
use super::results_zero;
use super::results_zero::WaysOut;
use crate::export::csv::ByteOrderMark;
use crate::query::Answer;
use crate::query::Engine;
use crate::query::SearchRequest;
use crate::query::answer::Fragment;
use crate::query::answer::Hit;
use crate::query::answer::Interpretation;
use crate::query::answer::Snippet;
use crate::query::request::Filters;
use crate::query::request::Sort;
use crate::serve::download_parameters;
use crate::serve::feed;
use crate::serve::parameters;
use crate::serve::parameters::QueryString;
use crate::serve::problem::Problem;
use crate::serve::record_file::Format;
use crate::serve::texts::results::ResultsTexts;
use crate::serve::view::View;
use crate::serve::wording;

/// The parameter that looks for a value among those of the filters.
pub(super) const CHOICES: &str = "choices";

#[derive(Template)]
#[template(path = "results.html")]
struct ResultsPage<'a> {
    frame: Frame<'a>,
    /// What was found, as one sentence: 「個人情報」の検索結果 6件.
    headline: String,
    /// Page number, from the second page on.
    page_mark: String,
    chips: Vec<Link>,
    without_filters: String,
    interpretations: Vec<Reading>,
    suggestions: Vec<Way>,
    notices: Vec<String>,
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
    /// Everything that was found, as files.
    files: Vec<Link>,
    feed_url: String,
    /// The same search, counted.
    analysis_url: String,
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

/// The page that answers `request`, which is canonical; `choices` is what the filters are looked through for.
pub(super) fn page(
    engine: &dyn Engine,
    view: View,
    request: &SearchRequest,
    choices: &str,
) -> Result<String, Problem> {
    let answer = engine.search(&asked(request, choices))?;
    let address = address(request, choices);
    let frame = Frame::new(view, &request.q, address.clone());
    let to = |request: &SearchRequest| frame.link(&parameters::search_url(request));
    let first_page = |request: SearchRequest| to(&SearchRequest { page: 1, ..request });
    let texts = &frame.t.results;
    let last = last_page(request, answer.total);
    let ways_out = (answer.total == 0).then(|| results_zero::ways_out(engine, &frame, request));
    let page = ResultsPage {
        headline: headline(texts, request, answer.total),
        page_mark: if request.page == 1 { String::new() } else { (texts.page_mark)(request.page) },
        chips: results_filters::chips(frame.t, request)
            .into_iter()
            .map(|chip| Link { url: first_page(chip.without), label: chip.label })
            .collect(),
        without_filters: first_page(SearchRequest {
            filters: Filters::default(),
            ..request.clone()
        }),
        interpretations: answer
            .interpretation
            .iter()
            .map(|interpretation| Reading::new(&frame, interpretation))
            .collect(),
        suggestions: suggestions(&frame, request, &answer),
        notices: answer.notices.iter().map(frame.t.words.query_notice).collect(),
        filters: FilterPanel::new(&frame, request, &answer.facets, choices),
        sorts: orders(&frame, request),
        hits: answer.hits.iter().map(|hit| HitView::new(&frame, request, hit)).collect(),
        first: (request.page - 1).saturating_mul(request.per_page) + 1,
        navigation: navigation(&frame, request, last),
        ways_out: ways_out.transpose()?,
        behind_the_end: (last < request.page && answer.total != 0)
            .then(|| first_page(request.clone())),
        window: (SearchRequest::MAX_WINDOW < answer.total)
            .then(|| (texts.window)(SearchRequest::MAX_WINDOW)),
        json_url: format!("/api/v1{}", parameters::search_url(request)),
        analysis_url: frame.link(&beside("/analysis", request)),
        files: [
            (texts.as_csv, Format::Csv(ByteOrderMark::Present)),
            (texts.as_xlsx, Format::Xlsx),
            (texts.as_json_lines, Format::JsonLines),
        ]
        .map(|(label, format)| Link {
            label: label.to_owned(),
            url: download_parameters::export_url(request, format),
        })
        .into(),
        feed_url: feed::feed_url(view.language, request),
        explain_url: to(&SearchRequest { explain: !request.explain, ..request.clone() }),
        explains: request.explain,
        frame,
    };
    rendered(&page)
}

/// The address of the page without its view.
pub(super) fn address(request: &SearchRequest, choices: &str) -> String {
    let mut address = parameters::search_url(request);
    if !choices.is_empty() {
        let mut query = QueryString::default();
        query.push(CHOICES, choices);
        address.push(if address.contains('?') { '&' } else { '?' });
        address.push_str(&query.0);
    }
    address
}

/// What the engine is asked for: whoever looks for a choice looks among all.
fn asked(request: &SearchRequest, choices: &str) -> SearchRequest {
    let facet_limit =
        if choices.is_empty() { request.facet_limit } else { SearchRequest::MAX_FACET_LIMIT };
    SearchRequest { facet_limit, ..request.clone() }
}

/// The same search on another page, without what only concerns a list of hits.
fn beside(path: &str, request: &SearchRequest) -> String {
    let default = SearchRequest::default();
    let request = SearchRequest {
        sort: default.sort,
        page: default.page,
        per_page: default.per_page,
        facet_limit: default.facet_limit,
        explain: default.explain,
        ..request.clone()
    };
    let query = parameters::write(&request);
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

fn headline(texts: &ResultsTexts, request: &SearchRequest, total: usize) -> String {
    if !request.q.is_empty() {
        (texts.found_for)(&request.q, total)
    } else if request.filters != Filters::default() {
        (texts.found_under_conditions)(total)
    } else {
        (texts.found_all)(total)
    }
}

fn last_page(request: &SearchRequest, total: usize) -> usize {
    total.min(SearchRequest::MAX_WINDOW).div_ceil(request.per_page).max(1)
}

/// Ways to the pages before and after; nothing where there is one page.
fn navigation(frame: &Frame<'_>, request: &SearchRequest, last: usize) -> Option<Navigation> {
    if last == 1 || last < request.page {
        return None;
    }
    let to = |page: usize| {
        frame.link(&parameters::search_url(&SearchRequest { page, ..request.clone() }))
    };
    Some(Navigation {
        page: wording::grouped(request.page),
        last: wording::grouped(last),
        previous: (1 < request.page).then(|| to(request.page - 1)),
        next: (request.page < last).then(|| to(request.page + 1)),
    })
}

fn orders(frame: &Frame<'_>, request: &SearchRequest) -> Vec<Order> {
    let order = |sort| Order {
        label: (frame.t.words.sort)(sort),
        url: frame.link(&parameters::search_url(&SearchRequest {
            sort,
            page: 1,
            ..request.clone()
        })),
        current: sort == request.sort,
    };
    [Sort::Relevance, Sort::Newest, Sort::Oldest].map(order).into()
}

fn suggestions(frame: &Frame<'_>, request: &SearchRequest, answer: &Answer) -> Vec<Way> {
    let way = |text: &String, count| {
        let request = SearchRequest { q: text.clone(), page: 1, ..request.clone() };
        Way::new(frame, text.clone(), &request, count)
    };
    answer.did_you_mean.iter().map(|suggestion| way(&suggestion.text, suggestion.count)).collect()
}

impl Reading {
    fn new(frame: &Frame<'_>, interpretation: &Interpretation) -> Reading {
        let (sentence, undo) = wording::interpretation(&frame.t.words, interpretation);
        let url = frame.link(&parameters::search_url(&interpretation.undo));
        Reading { sentence, undo, url }
    }
}

impl<'a> HitView<'a> {
    fn new(frame: &Frame<'_>, request: &SearchRequest, hit: &'a Hit) -> HitView<'a> {
        let record = &hit.record;
        let words = &frame.t.words;
        let snippet = |snippet: &'a Snippet| SnippetView {
            label: words.field(snippet.field),
            fragments: &snippet.fragments,
        };
        let has_title = record.title.is_some();
        HitView {
            name: wording::record_name(words, record),
            url: frame.link(&parameters::found_record_url(&record.id.0, request)),
            organization: record.organization.as_deref(),
            year: record.fiscal_year.map(words.year_in_full),
            division: (has_title && !record.division.is_empty()).then(|| record.division.join(" ")),
            category: record.category.as_deref(),
            snippets: hit.snippets.iter().map(snippet).collect(),
            explanation: hit.explanation.as_ref().map(|explanation| ExplanationView {
                sentences: wording::explanation(words, explanation),
                tree: &explanation.tree,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_is_looked_for_among_choices_stays_in_the_address(
            q in "[a-zあ-ん&=%#+ ]{0,8}",
            choices in "[a-zあ-ん&=%#+?]{0,8}",
        ) {
            let request = SearchRequest { q: q.trim().to_owned(), ..SearchRequest::default() };
            let address = address(&request, &choices);
            let (_, query) = address.split_once('?').unwrap_or((&address, ""));
            prop_assert_eq!(parameters::first(query, CHOICES).unwrap_or_default(), choices);
            prop_assert_eq!(parameters::read_kindly(query).expect("short"), request);
        }
    }
}

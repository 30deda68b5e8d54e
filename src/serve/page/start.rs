//! The start page: what this is, a search box, examples that find something, ways to browse.

use askama::Template;

use super::Way;
use super::rendered;
use crate::query::Engine;
use crate::query::SearchRequest;
use crate::query::answer::Facets;
use crate::query::request::Filters;
use crate::serve::asset;
use crate::serve::parameters;
use crate::serve::problem::Problem;
use crate::serve::wording;

/// Queries that show what can be asked. Those that find nothing in the index at hand are not shown.
const EXAMPLES: [(&str, &str); 6] = [
    ("個人情報", "ことばで"),
    ("防災 訓練", "二つのことばを両方含むもの"),
    ("子育て OR 保育", "どちらかを含むもの"),
    ("窓口の待ち時間を短くする取組", "文のままで"),
    ("「情報共有」", "かぎかっこの中を、そのままの並びで"),
    ("研修 令和4年度", "年度を添えて"),
];

/// Values of a facet that the start page lists.
const N_LISTED: usize = 12;

#[derive(Template)]
#[template(path = "start.html")]
struct StartPage {
    style: &'static str,
    q: &'static str,
    max_chars: usize,
    total: String,
    examples: Vec<Example>,
    years: Vec<Way>,
    organizations: Vec<Way>,
    divisions: Vec<Way>,
    categories: Vec<Way>,
}

struct Example {
    q: &'static str,
    explanation: &'static str,
    url: String,
    count: String,
}

/// The start page of the index at hand.
pub(super) fn page(engine: &dyn Engine) -> Result<String, Problem> {
    let everything = SearchRequest { per_page: 1, ..SearchRequest::default() };
    let answer = engine.search(&everything)?;
    let Facets { division, category, fiscal_year, organization } = answer.facets;
    let narrowed = |filters: Filters| {
        parameters::search_url(&SearchRequest { filters, ..SearchRequest::default() })
    };
    let way = |label: String, count: usize, filters: Filters| Way {
        label,
        url: narrowed(filters),
        count: wording::grouped(count),
    };
    let none = Filters::default;
    let page = StartPage {
        style: asset::style_url(),
        q: "",
        max_chars: SearchRequest::MAX_QUERY_CHARS,
        total: wording::grouped(answer.total),
        examples: examples(engine)?,
        years: listed(fiscal_year.values, |year| {
            let filters = Filters { fiscal_year: vec![year.value], ..none() };
            way(wording::year_label(year.value), year.count, filters)
        }),
        organizations: listed(organization.values, |value| {
            let filters = Filters { organization: vec![value.value.clone()], ..none() };
            way(value.value, value.count, filters)
        }),
        divisions: listed(division.values, |node| {
            let filters = Filters { division: vec![node.path], ..none() };
            way(node.value, node.count, filters)
        }),
        categories: listed(category.values, |value| {
            let filters = Filters { category: vec![value.value.clone()], ..none() };
            way(value.value, value.count, filters)
        }),
    };
    rendered(&page)
}

fn listed<T>(values: Vec<T>, way: impl Fn(T) -> Way) -> Vec<Way> {
    values.into_iter().take(N_LISTED).map(way).collect()
}

fn examples(engine: &dyn Engine) -> Result<Vec<Example>, Problem> {
    let mut examples = Vec::new();
    for (q, explanation) in EXAMPLES {
        let request = SearchRequest { q: q.to_owned(), ..SearchRequest::default() };
        let url = parameters::search_url(&request);
        let total = engine.search(&SearchRequest { per_page: 1, facet_limit: 0, ..request })?.total;
        if 0 < total {
            examples.push(Example { q, explanation, url, count: wording::grouped(total) });
        }
    }
    Ok(examples)
}

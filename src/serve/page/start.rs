//! The start page: what this is, a search box, examples that find something, ways to browse.

use askama::Template;

use super::Way;
use super::frame::Frame;
use super::rendered;
use crate::query::Engine;
use crate::query::SearchRequest;
use crate::query::answer::Facets;
use crate::query::request::Filters;
use crate::serve::problem::Problem;
use crate::serve::view::View;
use crate::serve::wording;

/// Queries that show what can be asked. Those that find nothing in the index at hand are not shown.
const EXAMPLES: [&str; 8] = [
    "個人情報",
    "防災 訓練",
    "子育て OR 保育",
    "窓口の待ち時間を短くする取組",
    "「情報共有」",
    "研修 令和4年度",
    "橋",
    "区分:共通 研修",
];

/// Values of a facet that the start page lists.
const N_LISTED: usize = 12;

#[derive(Template)]
#[template(path = "start.html")]
struct StartPage {
    frame: Frame<'static>,
    lead: String,
    examples: Vec<Example>,
    browse: Vec<Browse>,
}

struct Example {
    explanation: &'static str,
    way: Way,
}

/// The values of one facet, as ways in.
struct Browse {
    heading: &'static str,
    ways: Vec<Way>,
}

/// The start page of the index at hand.
pub(super) fn page(engine: &dyn Engine, view: View) -> Result<String, Problem> {
    let everything = SearchRequest { per_page: 1, ..SearchRequest::default() };
    let answer = engine.search(&everything)?;
    let Facets { division, category, fiscal_year, organization } = answer.facets;
    let frame = Frame::new(view, "", "/");
    let way = |label: String, count: usize, filters: Filters| {
        Way::new(&frame, label, &SearchRequest { filters, ..SearchRequest::default() }, count)
    };
    let none = Filters::default;
    let texts = &frame.t.start;
    let browse = vec![
        Browse {
            heading: texts.by_year,
            ways: listed(fiscal_year.values, |year| {
                let filters = Filters { fiscal_year: vec![year.value], ..none() };
                way(wording::year_label(&frame.t.words, year.value), year.count, filters)
            }),
        },
        Browse {
            heading: texts.by_organization,
            ways: listed(organization.values, |value| {
                let filters = Filters { organization: vec![value.value.clone()], ..none() };
                way(value.value, value.count, filters)
            }),
        },
        Browse {
            heading: texts.by_division,
            ways: listed(division.values, |node| {
                let filters = Filters { division: vec![node.path], ..none() };
                way(node.value, node.count, filters)
            }),
        },
        Browse {
            heading: texts.by_category,
            ways: listed(category.values, |value| {
                let filters = Filters { category: vec![value.value.clone()], ..none() };
                way(value.value, value.count, filters)
            }),
        },
    ];
    let page = StartPage {
        lead: (texts.lead)(answer.total),
        examples: examples(engine, &frame)?,
        browse: browse.into_iter().filter(|browse| !browse.ways.is_empty()).collect(),
        frame,
    };
    rendered(&page)
}

fn listed<T>(values: Vec<T>, way: impl Fn(T) -> Way) -> Vec<Way> {
    values.into_iter().take(N_LISTED).map(way).collect()
}

fn examples(engine: &dyn Engine, frame: &Frame<'_>) -> Result<Vec<Example>, Problem> {
    let mut examples = Vec::new();
    for (q, explanation) in EXAMPLES.into_iter().zip(frame.t.start.explanations) {
        let request = SearchRequest { q: q.to_owned(), ..SearchRequest::default() };
        let probe = SearchRequest { per_page: 1, facet_limit: 0, ..request.clone() };
        let total = engine.search(&probe)?.total;
        if 0 < total {
            let way = Way::new(frame, q.to_owned(), &request, total);
            examples.push(Example { explanation, way });
        }
    }
    Ok(examples)
}

//! The help page: ways of asking, each tried on the index at hand.

use askama::Template;

use super::frame::Frame;
use super::rendered;
use crate::query::Engine;
use crate::query::SearchRequest;
use crate::serve::parameters;
use crate::serve::problem::Problem;
use crate::serve::view::View;
use crate::serve::wording;

/// Words that reports of most offices have; the examples are made of those that are found.
const WORDS: [&str; 8] = ["研修", "窓口", "防災", "子育て", "広報", "道路", "健康", "環境"];

#[derive(Template)]
#[template(path = "help.html")]
struct HelpPage {
    frame: Frame<'static>,
    examples: Vec<Example>,
}

struct Example {
    q: String,
    meaning: &'static str,
    /// Its search and what that finds; none where it finds nothing.
    found: Option<(String, String)>,
}

/// The help page of the index at hand.
pub(super) fn page(engine: &dyn Engine, view: View) -> Result<String, Problem> {
    let frame = Frame::new(view, "", "/help");
    let meanings = frame.t.help.meanings;
    let examples = queries(engine)?.into_iter().zip(meanings);
    let example = |(q, meaning): (String, &'static str)| {
        let request = SearchRequest { q: q.clone(), ..SearchRequest::default() };
        let url = frame.link(&parameters::search_url(&request));
        let total = total(engine, request)?;
        let found = (0 < total).then(|| (url, wording::grouped(total)));
        Ok(Example { q, meaning, found })
    };
    let examples = examples.map(example).collect::<Result<_, Problem>>()?;
    rendered(&HelpPage { frame, examples })
}

/// A query for each way of asking, made of what the index holds.
fn queries(engine: &dyn Engine) -> Result<[String; 12], Problem> {
    let mut words = Vec::new();
    for word in WORDS {
        let request = SearchRequest { q: word.to_owned(), ..SearchRequest::default() };
        if 0 < total(engine, request)? {
            words.push(word);
        }
    }
    let first = words.first().copied().unwrap_or(WORDS[0]);
    let second = words.get(1).copied().unwrap_or(WORDS[1]);
    let everything = SearchRequest { per_page: 1, facet_limit: 1, ..SearchRequest::default() };
    let facets = engine.search(&everything)?.facets;
    let division = facets.division.values.first().map_or("総務課", |node| node.value.as_str());
    let category = facets.category.values.first().map_or("共通", |value| value.value.as_str());
    let year = facets.fiscal_year.values.iter().find_map(|value| value.value);
    let year = year.map_or_else(|| "令和4年度".to_owned(), |year| year.to_string());
    let character: String = second.chars().take(1).collect();
    Ok([
        first.to_owned(),
        format!("{first} {second}"),
        format!("{first} OR {second}"),
        format!("{first} -{second}"),
        format!("「{second}」"),
        format!("({first} OR {second}) {year}"),
        character,
        "けんしゅう".to_owned(),
        "窓口の待ち時間を短くする取組はありますか".to_owned(),
        format!("部署:{}", quoted(division)),
        format!("区分:{}", quoted(category)),
        format!("年度:{year}"),
    ])
}

/// A name as one term.
fn quoted(name: &str) -> String {
    if name.contains(char::is_whitespace) { format!("「{name}」") } else { name.to_owned() }
}

fn total(engine: &dyn Engine, request: SearchRequest) -> Result<usize, Problem> {
    Ok(engine.search(&SearchRequest { per_page: 1, facet_limit: 0, ..request })?.total)
}

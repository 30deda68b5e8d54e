//! `search`: ranked hits with highlighted snippets.

use std::io;
use std::io::{IsTerminal, Write};
use std::time::Instant;

use anyhow::Context;
use clap::Args;

use crate::query::answer::{Hit, Snippet};
use crate::query::request::Filters;
use crate::query::{Answer, Engine, SearchRequest};
use crate::record::FiscalYear;
use crate::serve::api;
use crate::serve::citation;
use crate::serve::texts;
use crate::serve::texts::words::Words;
use crate::serve::wording;

use super::Exit;
use super::place::IndexPlace;
use super::reading::{notices, printable, remark};

/// Whoever reads a terminal here reads Japanese.
const WORDS: &Words = &texts::JAPANESE.words;

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// The query, in the language of the search box.
    #[arg(allow_hyphen_values = true)]
    query: String,
    #[command(flatten)]
    narrowing: Narrowing,
    /// How many hits are printed.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=10_000))]
    limit: u16,
    /// Print what `GET /api/v1/search` answers.
    #[arg(long)]
    json: bool,
    /// Say how each score came about.
    #[arg(long)]
    explain: bool,
    /// Take the query word for word.
    #[arg(long)]
    exact: bool,
    #[command(flatten)]
    place: IndexPlace,
}

/// What hits are narrowed to; each option can be repeated, any of its values then does.
#[derive(Args, Debug)]
pub(super) struct Narrowing {
    /// A division and everything below it, as `部/課`.
    #[arg(long, value_name = "A/B")]
    division: Vec<String>,
    /// A category.
    #[arg(long)]
    category: Vec<String>,
    /// A fiscal year: 2022, 令和4, R4, or `none`.
    #[arg(long)]
    year: Vec<String>,
    /// An organisation.
    #[arg(long)]
    organization: Vec<String>,
}

impl Narrowing {
    /// A request for every record that meets the filters.
    pub(super) fn request(&self) -> anyhow::Result<SearchRequest> {
        let year = |text: &String| match text.as_str() {
            "none" => Ok(None),
            _ => FiscalYear::parse(text)
                .map(Some)
                .with_context(|| format!("{text} is no fiscal year")),
        };
        let filters = Filters {
            division: self
                .division
                .iter()
                .map(|path| path.split('/').map(str::to_owned).collect())
                .collect(),
            category: self.category.clone(),
            fiscal_year: self.year.iter().map(year).collect::<Result<_, _>>()?,
            organization: self.organization.clone(),
            ..Filters::default()
        };
        Ok(SearchRequest { filters, ..SearchRequest::default() })
    }
}

/// Refuses a mistyped option that was taken for the query.
pub(super) fn ensure_no_option(query: &str) -> anyhow::Result<()> {
    anyhow::ensure!(!query.starts_with("--"), "there is no option {query}");
    Ok(())
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    ensure_no_option(&arguments.query)?;
    let request = SearchRequest {
        q: arguments.query,
        per_page: usize::from(arguments.limit),
        explain: arguments.explain,
        exact: arguments.exact,
        ..arguments.narrowing.request()?
    };
    let searcher = arguments.place.searcher()?;
    let started = Instant::now();
    let answer = searcher.search(&request)?;
    let took = started.elapsed();
    let mut out = io::BufWriter::new(io::stdout().lock());
    if arguments.json {
        writeln!(out, "{}", api::search_body(&request, &answer, took))?;
    } else {
        print(&mut out, &answer)?;
    }
    out.flush()?;
    Ok(if answer.total == 0 { Exit::Partial } else { Exit::Success })
}

fn print(out: &mut impl Write, answer: &Answer) -> io::Result<()> {
    let marks = if io::stdout().is_terminal() { ("\u{1B}[1;33m", "\u{1B}[0m") } else { ("", "") };
    notices(&answer.notices);
    for interpretation in &answer.interpretation {
        remark(&wording::interpretation(WORDS, interpretation).0);
    }
    remark(&format!("{} 件", answer.total));
    for hit in &answer.hits {
        writeln!(out, "{}", headline(hit))?;
        for snippet in &hit.snippets {
            writeln!(out, "  {}: {}", WORDS.field(snippet.field), highlighted(snippet, marks))?;
        }
        for source in &hit.record.sources {
            let place = [source.file.as_str(), &citation::place(source)].join(" ");
            writeln!(out, "  出典: {}", printable(&place))?;
        }
        if let Some(explanation) = &hit.explanation {
            for sentence in wording::explanation(WORDS, explanation) {
                writeln!(out, "  {}", printable(&sentence))?;
            }
            writeln!(out, "{}", explanation.tree)?;
        }
    }
    Ok(())
}

fn headline(hit: &Hit) -> String {
    let record = &hit.record;
    let mut parts = vec![record.id.0.clone()];
    parts.extend(record.organization.clone());
    parts.extend(record.fiscal_year.map(|year| year.to_string()));
    parts.push(record.division.join("/"));
    parts.extend(record.number.map(|number| number.to_string()));
    parts.extend(record.category.clone());
    parts.extend(record.title.clone());
    parts.retain(|part| !part.is_empty());
    printable(&parts.join("  "))
}

fn highlighted(snippet: &Snippet, (on, off): (&str, &str)) -> String {
    let shown = snippet.fragments.iter().map(|fragment| {
        let text = printable(&fragment.text);
        if fragment.hit { format!("{on}{text}{off}") } else { text }
    });
    shown.collect()
}

//! `GET /search.atom`: what a search finds, for programs that look again and again (RFC 4287, OpenSearch 1.1).
//!
//! The order is a feed's own: the latest fiscal year first, then as in the sheets, unless `sort` says otherwise.

use askama::Template;
use axum::extract;
use axum::http::HeaderMap;
use axum::http::Uri;
use axum::response::Response;

use super::download_parameters::export_url;
use super::feed_parameters;
use super::feed_parameters::FeedPage;
use super::language::Language;
use super::parameters;
use super::problem::Problem;
use super::record_file::Format;
use super::revalidation::Etag;
use super::state::State;
use super::texts;
use super::texts::Texts;
use super::timestamp;
use super::view::View;
use super::wording;
use super::xml_text::xml_text;
use crate::query::Engine;
use crate::query::Match;
use crate::query::SearchRequest;
use crate::query::request::Sort;
use crate::record::Record;

const ATOM: &str = "application/atom+xml; charset=utf-8";

/// The most characters of a section that an entry shows.
const SUMMARY_CHARS: usize = 300;

/// The address of the feed of what `request` finds, in the language of the page that leads there.
pub(super) fn feed_url(language: Language, request: &SearchRequest) -> String {
    let request = SearchRequest { sort: Sort::Newest, page: 1, ..request.clone() };
    feed_parameters::url(&FeedPage::of(language, request))
}

/// `GET /search.atom`.
pub(super) async fn feed(
    extract::State(state): extract::State<State>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let page = feed_parameters::read(uri.query().unwrap_or_default())?;
    if !state.engine().is_ready() {
        return Err(Problem::not_ready());
    }
    let address = state.address(&feed_parameters::url(&page));
    let etag = Etag::new(&state.engine().generation(), ATOM, &address);
    if etag.is_known(&headers) {
        return Ok(etag.not_modified());
    }
    let made = {
        let state = state.clone();
        move || body(&state, &page)
    };
    let body = state.workers().run(state.limits().search, made).await??;
    Ok(etag.ok(ATOM, body))
}

fn body(state: &State, page: &FeedPage) -> Result<String, Problem> {
    let (total, found) = found(state.engine().as_ref(), page.request())?;
    Feed::new(state, page, total, &found).render().map_err(|error| {
        tracing::error!(%error, "cannot fill a template");
        Problem::internal()
    })
}

/// How many records match, and those of the page.
fn found(engine: &dyn Engine, request: &SearchRequest) -> Result<(usize, Vec<Match>), Problem> {
    let matches = engine.matches(request)?;
    let total = matches.total();
    let first = (request.page - 1) * request.per_page;
    let found = matches.skip(first).take(request.per_page);
    Ok((total, found.collect::<Result<_, _>>()?))
}

#[derive(Template)]
#[template(path = "search.atom.xml")]
struct Feed {
    /// For ever the same for one search.
    id: String,
    language: &'static str,
    site: &'static str,
    title: String,
    updated: String,
    q: String,
    links: Vec<Link>,
    total: usize,
    /// The number of the first entry, from 1.
    start: usize,
    page: usize,
    per_page: usize,
    entries: Vec<Entry>,
}

struct Link {
    rel: &'static str,
    media_type: &'static str,
    href: String,
}

struct Entry {
    id: String,
    url: String,
    title: String,
    updated: String,
    author: Option<String>,
    categories: Vec<String>,
    summary: String,
    rights: Option<String>,
}

impl Feed {
    fn new(state: &State, page: &FeedPage, total: usize, found: &[Match]) -> Feed {
        let request = page.request();
        let url = |page: &FeedPage| state.address(&feed_parameters::url(page));
        let q = xml_text(request.q.trim()).into_owned();
        let t = texts::of(page.language);
        let title = match q.as_str() {
            "" => t.feed.everything.to_owned(),
            q => (t.feed.found)(q),
        };
        Feed {
            id: identity(state, &url(&page.at(1))),
            language: page.language.tag(),
            site: t.site.name,
            title: format!("{title} - {}", t.site.name),
            // Nothing found has never changed.
            updated: timestamp::rfc3339(found.iter().map(|f| f.changed).max().unwrap_or_default()),
            q,
            links: links(state, page, total),
            total,
            start: (request.page - 1) * request.per_page + 1,
            page: request.page,
            per_page: request.per_page,
            entries: found.iter().map(|found| Entry::new(state, page.language, found)).collect(),
        }
    }
}

fn links(state: &State, page: &FeedPage, total: usize) -> Vec<Link> {
    let request = page.request();
    let feed = |rel, number| Link {
        rel,
        media_type: "application/atom+xml",
        href: state.address(&feed_parameters::url(&page.at(number))),
    };
    let other = |rel, media_type, path: &str| Link { rel, media_type, href: state.address(path) };
    let results = SearchRequest { page: 1, ..request.clone() };
    let view = View { language: page.language, ruby: false };
    let mut links = vec![
        feed("self", request.page),
        other("alternate", "text/html", &view.link(&parameters::search_url(&results))),
    ];
    links.extend(
        Format::ALL
            .map(|format| other("alternate", format.media_type(), &export_url(request, format))),
    );
    links.push(other(
        "search",
        "application/opensearchdescription+xml",
        &view.link("/opensearch.xml"),
    ));
    // Paging ends where the server refuses the next page.
    let last = total.min(SearchRequest::MAX_WINDOW).div_ceil(request.per_page).max(1);
    links.push(feed("first", 1));
    if 1 < request.page {
        links.push(feed("previous", (request.page - 1).min(last)));
    }
    if request.page < last && (request.page + 1) * request.per_page <= SearchRequest::MAX_WINDOW {
        links.push(feed("next", request.page + 1));
    }
    links
}

impl Entry {
    fn new(state: &State, language: Language, Match { record, changed }: &Match) -> Entry {
        let t = texts::of(language);
        let permalink = parameters::record_url(&record.id.0);
        let view = View { language, ruby: false };
        let mut terms: Vec<&str> = record
            .sources
            .iter()
            .flat_map(|s| [&s.attribution, &s.licence])
            .flatten()
            .map(String::as_str)
            .collect();
        terms.dedup();
        let clean = |text: &str| xml_text(text).into_owned();
        Entry {
            id: identity(state, &state.address(&permalink)),
            url: state.address(&view.link(&permalink)),
            title: clean(&title(t, record)),
            updated: timestamp::rfc3339(*changed),
            author: record.organization.as_deref().map(clean),
            categories: record.category_canonical.iter().map(|name| clean(name)).collect(),
            summary: clean(&summary(t, record)),
            rights: (!terms.is_empty()).then(|| clean(&terms.join(" / "))),
        }
    }
}

/// What stays the same: the address, or a name where the server does not know its own.
fn identity(state: &State, url: &str) -> String {
    if state.is_addressed() { url.to_owned() } else { format!("urn:torikumi:{url}") }
}

/// 令和4年度 浜手区役所 総務部 庶務課 取組2.
fn title(t: &Texts, record: &Record) -> String {
    let mut parts = Vec::new();
    parts.extend(record.fiscal_year.map(t.words.year));
    parts.extend(record.organization.clone());
    parts.push(wording::record_name(&t.words, record));
    parts.join(" ").replace(['\n', '\r'], " ")
}

/// The beginning of every section, under what it is.
fn summary(t: &Texts, record: &Record) -> String {
    let sections = record.sections.iter().filter(|section| !section.text.trim().is_empty());
    let texts = sections.map(|section| {
        let label = section.heading.as_deref().unwrap_or((t.words.role)(section.role));
        format!("【{label}】\n{}", beginning(section.text.trim()))
    });
    texts.collect::<Vec<_>>().join("\n\n")
}

fn beginning(text: &str) -> String {
    match text.char_indices().nth(SUMMARY_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

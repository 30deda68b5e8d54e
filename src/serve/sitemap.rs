//! `GET /sitemap.xml` and `/robots.txt`: which pages search engines of the web may keep.
//!
//! Every record's page, once; pages of results are without end and are left to people.

use askama::Template;
use axum::extract;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::HeaderMap;
use axum::http::Uri;
use axum::response::Response;

use super::parameters;
use super::problem::Problem;
use super::revalidation::Etag;
use super::state::State;
use super::timestamp;

const XML: &str = "application/xml; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";

/// Addresses of one file; the format allows 50,000 and 50 MB, which long identities would exceed.
const FILE_ADDRESSES: usize = 10_000;

/// What robots are asked to leave alone: everything that is made for a question.
const NOT_FOR_ROBOTS: [&str; 6] =
    ["/search", "/suggest", "/api/", "/analysis", "/compare", "/records/*/source"];

#[derive(Template)]
#[template(path = "sitemap_index.xml")]
struct SitemapIndex {
    files: Vec<Address>,
}

#[derive(Template)]
#[template(path = "sitemap.xml")]
struct Sitemap {
    pages: Vec<Address>,
}

struct Address {
    url: String,
    changed: String,
}

/// `GET /robots.txt`.
pub(super) async fn robots(
    extract::State(state): extract::State<State>,
    uri: Uri,
) -> Result<Response, Problem> {
    expect_no_query(&uri)?;
    let mut lines = vec!["User-agent: *".to_owned()];
    lines.extend(NOT_FOR_ROBOTS.map(|path| format!("Disallow: {path}")));
    lines.push("Allow: /records/".to_owned());
    if state.is_addressed() {
        lines.push(format!("\nSitemap: {}", state.address("/sitemap.xml")));
    }
    let text = lines.join("\n") + "\n";
    Ok(Etag::new("", TEXT, &text).ok(TEXT, text))
}

/// `GET /sitemap.xml`: the files of addresses.
pub(super) async fn index(
    extract::State(state): extract::State<State>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    expect_no_query(&uri)?;
    made(&state, &headers, "/sitemap.xml", |state| {
        let records = state.engine().catalogue()?;
        let files = records.chunks(FILE_ADDRESSES).zip(1..).map(|(records, number)| Address {
            url: state.address(&format!("/sitemaps/{number}.xml")),
            changed: changed(records.iter().map(|(_, changed)| *changed).max()),
        });
        Ok(SitemapIndex { files: files.collect() })
    })
    .await
}

/// `GET /sitemaps/{number}.xml`: the pages of records.
pub(super) async fn file(
    extract::State(state): extract::State<State>,
    name: Result<Path<String>, PathRejection>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    expect_no_query(&uri)?;
    let name = name.map_err(|_| Problem::no_such_sitemap())?.0;
    let number = name.strip_suffix(".xml").and_then(parameters::number);
    let number = number.filter(|number| 0 < *number).ok_or_else(Problem::no_such_sitemap)?;
    made(&state, &headers, &format!("/sitemaps/{number}.xml"), move |state| {
        let records = state.engine().catalogue()?;
        let records = records.chunks(FILE_ADDRESSES).nth(number - 1);
        let pages = records.ok_or_else(Problem::no_such_sitemap)?.iter().map(|(id, at)| Address {
            url: state.address(&parameters::record_url(&id.0)),
            changed: changed(Some(*at)),
        });
        Ok(Sitemap { pages: pages.collect() })
    })
    .await
}

fn changed(seconds: Option<u64>) -> String {
    timestamp::rfc3339(seconds.unwrap_or_default())
}

fn expect_no_query(uri: &Uri) -> Result<(), Problem> {
    match uri.query().filter(|query| !query.is_empty()) {
        Some(query) => Err(parameters::none_expected(query)),
        None => Ok(()),
    }
}

/// Makes a file on a search thread, unless the client has it.
async fn made<T: Template>(
    state: &State,
    headers: &HeaderMap,
    path: &str,
    make: impl FnOnce(&State) -> Result<T, Problem> + Send + 'static,
) -> Result<Response, Problem> {
    if !state.is_addressed() {
        return Err(Problem::without_address());
    }
    if !state.engine().is_ready() {
        return Err(Problem::not_ready());
    }
    let etag = Etag::new(&state.engine().generation(), XML, &state.address(path));
    if etag.is_known(headers) {
        return Ok(etag.not_modified());
    }
    let its = state.clone();
    let make = move || {
        make(&its)?.render().map_err(|error| {
            tracing::error!(%error, "cannot fill a template");
            Problem::internal()
        })
    };
    let body = state.workers().run(state.limits().search, make).await??;
    Ok(etag.ok(XML, body))
}

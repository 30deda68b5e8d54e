//! The HTTP face: a page for people and a JSON interface for programs.
//!
//! [`router`] is the whole surface, free of sockets; [`run`] puts it on a listener with the deadlines
//! that keep slow and silent clients from holding the others up.
//! Handlers translate and do nothing else: URL to [`SearchRequest`](crate::query::SearchRequest),
//! [`Answer`](crate::query::Answer) to JSON or HTML.

pub mod state;
pub mod listener;
mod connection;
mod workers;
mod guard;
mod headers;
mod problem;
mod accept;
mod revalidation;
pub(crate) mod parameters;
mod suggest_parameters;
mod compare_parameters;
mod analysis_parameters;
pub(crate) mod language;
pub(crate) mod texts;
mod view;
pub(crate) mod wording;
pub mod api;
mod analysis;
mod page;
mod asset;
pub(crate) mod citation;
mod linked_data;
mod original;
mod attachment;
pub(crate) mod timestamp;
pub(crate) mod record_table;
pub(crate) mod record_file;
mod streamed;
mod download_parameters;
mod download;
mod xml_text;
mod feed_parameters;
mod feed;
mod opensearch;
mod sitemap;
mod operation;

use axum::Router;
use axum::middleware;
use axum::routing::get;
use tower_http::catch_panic::CatchPanicLayer;

pub use self::listener::run;
pub use self::state::Limits;
pub use self::state::State;

/// Every endpoint, with the checks that each request and the headers that each response goes through.
pub fn router(state: State) -> Router {
    Router::new()
        .route("/", get(page::start))
        .route("/search", get(page::search))
        .route("/help", get(page::help))
        .route("/accessibility", get(page::accessibility))
        .route("/compare", get(page::compare))
        .route("/analysis", get(page::analysis))
        .route("/records/{id}", get(page::record))
        .route("/records/{id}/source", get(original::source))
        .route("/api/v1/search", get(api::search))
        .route("/api/v1/export", get(download::export))
        .route("/api/v1/suggest", get(api::suggest))
        .route("/api/v1/compare", get(api::compare::compare))
        .route("/api/v1/records/{id}", get(api::record))
        .route("/api/v1/records/{id}/similar", get(api::similar::similar))
        .route("/api/v1/crosstab", get(analysis::crosstab))
        .route("/api/v1/trend", get(analysis::trend))
        .route("/api/v1/distinctive", get(analysis::distinctive))
        .route("/livez", get(operation::livez))
        .route("/readyz", get(operation::readyz))
        .route("/search.atom", get(feed::feed))
        .route("/opensearch.xml", get(opensearch::description))
        .route("/suggest", get(opensearch::suggest))
        .route("/sitemap.xml", get(sitemap::index))
        .route("/sitemaps/{file}", get(sitemap::file))
        .route("/robots.txt", get(sitemap::robots))
        .route("/style.css", get(asset::style))
        .route("/enhance.js", get(asset::script))
        .fallback(problem::not_found)
        .method_not_allowed_fallback(problem::method_not_allowed)
        // The last layer added is the first to see a request.
        .layer(middleware::from_fn_with_state(state.clone(), guard::check))
        .layer(CatchPanicLayer::custom(problem::panicked))
        .layer(middleware::from_fn(guard::finish))
        .with_state(state)
}

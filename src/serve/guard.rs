//! What every request goes through on its way in and every response on its way out.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::LazyLock;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::time::Instant;

use axum::extract;
use axum::extract::MatchedPath;
use axum::extract::Request;
use axum::http::HeaderName;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header;
use axum::middleware::Next;
use axum::response::IntoResponse;
use axum::response::Response;

use super::accept;
use super::headers;
use super::problem::Asker;
use super::problem::Problem;
use super::state::State;
use super::view::View;

/// What only programs ask for, beside the interface and the parts of the sitemap.
const FOR_PROGRAMS: [&str; 7] = [
    "/livez",
    "/readyz",
    "/search.atom",
    "/opensearch.xml",
    "/suggest",
    "/sitemap.xml",
    "/robots.txt",
];

/// Turns away what is too large to be meant for this server, and waits for no answer for ever.
pub(super) async fn check(
    extract::State(state): extract::State<State>,
    request: Request,
    next: Next,
) -> Response {
    let limits = state.limits();
    let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    if limits.target_bytes < target {
        return Problem::target_too_long(limits.target_bytes).into_response();
    }
    if limits.body_bytes < content_length(&request) {
        return Problem::body_too_large(limits.body_bytes).into_response();
    }
    match tokio::time::timeout(limits.request, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::late().into_response(),
    }
}

fn is_for_programs(path: &str) -> bool {
    FOR_PROGRAMS.contains(&path) || path.starts_with("/sitemaps/")
}

fn content_length(request: &Request) -> u64 {
    let length = request.headers().get(header::CONTENT_LENGTH);
    length.and_then(|value| value.to_str().ok()?.parse().ok()).unwrap_or(0)
}

/// Gives problems their form and every response its headers, and writes one line of log.
pub(super) async fn finish(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let request_id = next_request_id();
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let (view, _) = View::part(request.uri().query().unwrap_or_default());
    let is_api = path.starts_with("/api/");
    let is_program = is_api || is_for_programs(&path) || accept::prefers_json(request.headers());
    // The route and not the path: nothing that a person typed is logged.
    let route =
        request.extensions().get::<MatchedPath>().map(|matched| matched.as_str().to_owned());

    let mut response = next.run(request).await;
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        let asker = Asker { is_program, path: &path, request_id: &request_id, view };
        let allow = response.headers_mut().remove(header::ALLOW);
        response = problem.render(&asker);
        if let Some(allow) = allow {
            // What the route itself can do is better known than what is usual here.
            response.headers_mut().insert(header::ALLOW, allow);
        }
    }
    headers::secure(response.headers_mut());
    if is_api {
        // Everything there is public and read-only, for pages of other servers too.
        let anyone = HeaderValue::from_static("*");
        response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, anyone);
    }
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert(HeaderName::from_static("x-request-id"), value);
    }
    let status = response.status();
    let took_ms = started.elapsed().as_secs_f64() * 1e3;
    let route = route.as_deref().unwrap_or("-");
    if status.is_server_error() && status != StatusCode::SERVICE_UNAVAILABLE {
        tracing::error!(%method, route, status = status.as_u16(), took_ms, request_id, "request failed");
    } else {
        tracing::info!(%method, route, status = status.as_u16(), took_ms, request_id, "request");
    }
    response
}

/// An identity that no other request of this or another run has: a random run, and a count.
fn next_request_id() -> String {
    static RUN: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one("run"));
    static COUNT: AtomicU64 = AtomicU64::new(1);
    format!("{:012x}-{}", *RUN >> 16, COUNT.fetch_add(1, Ordering::Relaxed))
}

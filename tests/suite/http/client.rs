//! Asks the router without a socket.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::body::to_bytes;
use axum::http::HeaderMap;
use axum::http::Request;
use axum::http::Response;
use axum::http::StatusCode;
use serde_json::Value;
use torikumi::query::Engine;
use torikumi::serve;
use torikumi::serve::Limits;
use tower::ServiceExt;

use super::shelf::Shelf;
use super::shelf::records;

/// A router over a shelf.
pub(crate) struct Client {
    pub(crate) shelf: Arc<Shelf>,
    router: Router,
}

/// A whole response.
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Client {
    /// A client of the invented records.
    pub(crate) fn new() -> Client {
        Client::of(Shelf::new(records()), Limits::default())
    }

    pub(crate) fn of(shelf: Shelf, limits: Limits) -> Client {
        Client::with(shelf, limits, |state| state)
    }

    /// A client of a server that hands out the files that records were read from.
    pub(crate) fn serving_originals(shelf: Shelf, limits: Limits) -> Client {
        Client::with(shelf, limits, serve::State::serving_originals)
    }

    fn with(shelf: Shelf, limits: Limits, set: fn(serve::State) -> serve::State) -> Client {
        let shelf = Arc::new(shelf);
        let base = Some("https://torikumi.example.jp/".to_owned());
        let state = set(serve::State::new(shelf.clone(), base, limits).unwrap());
        Client { shelf, router: serve::router(state) }
    }

    /// A client of another engine than a shelf; its own shelf is empty.
    pub(crate) fn over(engine: Arc<dyn Engine>) -> Client {
        let base = Some("https://torikumi.example.jp/".to_owned());
        let state = serve::State::new(engine, base, Limits::default()).unwrap();
        Client { shelf: Arc::new(Shelf::new(Vec::new())), router: serve::router(state) }
    }

    /// A client of a server that does not know its own address.
    pub(crate) fn without_address() -> Client {
        let shelf = Arc::new(Shelf::new(records()));
        let state = serve::State::new(shelf.clone(), None, Limits::default()).unwrap();
        Client { shelf, router: serve::router(state) }
    }

    /// The whole body of an answer that is no text.
    pub(crate) async fn bytes(&self, target: &str) -> Vec<u8> {
        let response = self.response("GET", target, &[]).await;
        assert_eq!(response.status(), 200, "{target}");
        to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec()
    }

    pub(crate) async fn get(&self, target: &str) -> Reply {
        self.ask("GET", target, &[]).await
    }

    pub(crate) async fn get_json(&self, target: &str) -> Value {
        let reply = self.get(target).await;
        assert_eq!(reply.status, 200, "{target}: {}", reply.text);
        assert_eq!(reply.header("content-type"), "application/json");
        serde_json::from_str(&reply.text).unwrap()
    }

    pub(crate) async fn ask(&self, method: &str, target: &str, headers: &[(&str, &str)]) -> Reply {
        let response = self.response(method, target, headers).await;
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        Reply { status: parts.status, headers: parts.headers, text }
    }

    /// A response whose body is not read yet.
    pub(crate) async fn response(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
    ) -> Response<Body> {
        let mut request = Request::builder().method(method).uri(target);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).unwrap();
        self.router.clone().oneshot(request).await.unwrap()
    }
}

impl Reply {
    /// A header, or nothing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    #[track_caller]
    pub(crate) fn has(&self, part: &str) {
        assert!(self.text.contains(part), "{part:?} is not in {}", self.text);
    }

    #[track_caller]
    pub(crate) fn has_not(&self, part: &str) {
        assert!(!self.text.contains(part), "{part:?} is in {}", self.text);
    }
}

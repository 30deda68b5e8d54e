//! What is refused, in which words, and that the server lives on.

use std::time::Duration;

use serde_json::Value;
use torikumi::serve::Limits;

use super::client::Client;
use super::client::Reply;
use super::shelf::Shelf;
use super::shelf::records;

#[track_caller]
fn check_problem(reply: &Reply, status: u16, parameter: Option<&str>) {
    assert_eq!(reply.status, status, "{}", reply.text);
    assert_eq!(reply.header("content-type"), "application/problem+json");
    let body: Value = serde_json::from_str(&reply.text).unwrap();
    assert_eq!(body["type"], "about:blank");
    assert_eq!(body["status"], status);
    for field in ["title", "detail", "instance", "request_id"] {
        assert!(body[field].as_str().is_some_and(|text| !text.is_empty()), "{field}: {body}");
    }
    assert_eq!(body["request_id"], reply.header("x-request-id"));
    assert_eq!(body.get("parameter").and_then(Value::as_str), parameter, "{body}");
}

#[track_caller]
fn check_page(reply: &Reply, status: u16) {
    assert_eq!(reply.status, status, "{}", reply.text);
    assert_eq!(reply.header("content-type"), "text/html; charset=utf-8");
    reply.has("<a href=\"/\">はじめのページへ戻る</a>");
    assert_eq!(reply.text.contains(reply.header("x-request-id")), 500 <= status);
    assert_eq!(reply.text.matches("<h1").count(), 1);
}

#[tokio::test]
async fn programs_are_told_which_parameter_is_at_fault() {
    let client = Client::new();
    let long = format!("q={}", "a".repeat(513));
    for (query, parameter) in [
        (long.as_str(), "q"),
        ("fy=2022", "fy"),
        ("page=0", "page"),
        ("page=501", "page"),
        ("per_page=101", "per_page"),
        ("sort=up", "sort"),
        ("fiscal_year=x", "fiscal_year"),
        ("division=", "division"),
    ] {
        check_problem(&client.get(&format!("/api/v1/search?{query}")).await, 400, Some(parameter));
    }
    check_problem(&client.get("/api/v1/records/kadan?x=1").await, 400, Some("x"));
    for (query, parameter) in [
        (long.as_str(), "q"),
        ("q=a&q=b", "q"),
        ("q=%FF", "q"),
        ("limit=0", "limit"),
        ("limit=51", "limit"),
        ("limit=x", "limit"),
        ("limit=1&limit=1", "limit"),
        ("page=1", "page"),
    ] {
        check_problem(&client.get(&format!("/api/v1/suggest?{query}")).await, 400, Some(parameter));
    }
}

#[tokio::test]
async fn people_are_told_in_a_sentence() {
    let client = Client::new();
    let reply = client.get(&format!("/search?q={}", "a".repeat(513))).await;
    check_page(&reply, 400);
    reply.has("検索のことばは512文字までです。");
    let reply = client.get("/search?page=501").await;
    check_page(&reply, 400);
    reply.has("10,000件目まで");
}

#[tokio::test]
async fn what_does_not_exist_is_not_found() {
    let client = Client::new();
    let long = format!("/records/{}", "a".repeat(201));
    for target in ["/nothing", "/records/nobody", "/records/", "/records/%FF", "/search/", &long] {
        check_page(&client.get(target).await, 404);
    }
    for target in ["/api/v1/records/nobody", "/api/v2", "/api/v1/records/%FF"] {
        check_problem(&client.get(target).await, 404, None);
    }
    let reply = client.ask("GET", "/nothing", &[("accept", "application/json")]).await;
    check_problem(&reply, 404, None);
}

#[tokio::test]
async fn only_reading_is_allowed() {
    let client = Client::new();
    for method in ["POST", "PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "CONNECT", "PROPFIND"] {
        let reply = client.ask(method, "/api/v1/search", &[]).await;
        check_problem(&reply, 405, None);
        assert!(reply.header("allow").contains("GET"), "{method}: {}", reply.header("allow"));
        let reply = client.ask(method, "/search", &[]).await;
        check_page(&reply, 405);
        assert!(reply.header("allow").contains("HEAD"), "{method}");
    }
}

#[tokio::test]
async fn what_is_too_large_is_refused() {
    let client = Client::new();
    let target = format!("/search?category={}", "a".repeat(8 * 1024));
    check_page(&client.get(&target).await, 414);
    check_problem(&client.get(&format!("/api/v1{target}")).await, 414, None);
    let reply = client.ask("POST", "/api/v1/search", &[("content-length", "1000000")]).await;
    check_problem(&reply, 413, None);
}

#[tokio::test]
async fn a_search_that_panics_or_fails_is_500_and_the_server_lives() {
    let client = Client::new();
    for q in ["panic", "broken"] {
        check_problem(&client.get(&format!("/api/v1/suggest?q={q}")).await, 500, None);
        for _ in 0..8 {
            let reply = client.get(&format!("/api/v1/search?q={q}")).await;
            check_problem(&reply, 500, None);
            reply.has_not("the disk is gone");
            reply.has_not("asked to panic");
            check_page(&client.get(&format!("/search?q={q}")).await, 500);
        }
    }
    assert_eq!(client.get("/search").await.status, 200);
}

#[tokio::test]
async fn a_handler_that_panics_is_500_and_the_server_lives() {
    let client = Client::new();
    "panic".clone_into(&mut client.shelf.generation.lock().unwrap_or_else(|e| e.into_inner()));
    check_problem(&client.get("/api/v1/search").await, 500, None);
    assert_eq!(client.get("/livez").await.status, 200);
}

#[tokio::test]
async fn a_search_that_takes_too_long_is_given_up() {
    let limits = Limits { search: Duration::from_millis(50), ..Limits::default() };
    let client = Client::of(Shelf::new(records()), limits);
    let reply = client.get("/api/v1/search?q=sleep").await;
    check_problem(&reply, 503, None);
    assert_eq!(reply.header("retry-after"), "2");
    check_page(&Client::new().get("/search?q=timeout").await, 503);
}

#[tokio::test]
async fn a_full_queue_turns_away_at_once() {
    let limits = Limits { search_threads: 1, search_queue: 1, ..Limits::default() };
    let client = Client::of(Shelf::new(records()), limits);
    let asked = (0..8).map(|_| client.get("/api/v1/search?q=sleep"));
    let statuses: Vec<u16> =
        futures_of(asked.collect()).await.iter().map(|reply| reply.status.as_u16()).collect();
    assert!(statuses.contains(&503), "{statuses:?}");
    assert!(statuses.contains(&200), "{statuses:?}");
    assert_eq!(client.get("/api/v1/search?q=a").await.status, 200);
}

/// Waits for all, side by side.
async fn futures_of<F: Future<Output = Reply>>(futures: Vec<F>) -> Vec<Reply> {
    let mut futures: Vec<_> = futures.into_iter().map(Box::pin).collect();
    let mut replies: Vec<Option<Reply>> = futures.iter().map(|_| None).collect();
    std::future::poll_fn(move |context| {
        for (future, reply) in futures.iter_mut().zip(&mut replies) {
            if reply.is_none()
                && let std::task::Poll::Ready(done) = future.as_mut().poll(context)
            {
                *reply = Some(done);
            }
        }
        if replies.iter().any(Option::is_none) {
            return std::task::Poll::Pending;
        }
        std::task::Poll::Ready(replies.iter_mut().filter_map(Option::take).collect())
    })
    .await
}

#[tokio::test]
async fn every_response_carries_the_security_headers() {
    let client = Client::new();
    let long = format!("/search?category={}", "a".repeat(8 * 1024));
    for (method, target, status) in [
        ("GET", "/", 200),
        ("GET", "/search", 200),
        ("GET", "/search?x=", 303),
        ("GET", "/records/kadan", 200),
        ("GET", "/api/v1/search", 200),
        ("GET", "/style.css", 200),
        ("GET", "/enhance.js", 200),
        ("GET", "/livez", 200),
        ("GET", "/search?page=501", 400),
        ("GET", "/api/v1/search?page=0", 400),
        ("GET", "/nothing", 404),
        ("TRACE", "/", 405),
        ("GET", &long, 414),
        ("GET", "/search?q=panic", 500),
        ("GET", "/search?q=timeout", 503),
    ] {
        let reply = client.ask(method, target, &[]).await;
        assert_eq!(reply.status, status, "{target}");
        assert_eq!(
            reply.header("content-security-policy"),
            "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
             img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
             require-trusted-types-for 'script'",
            "{target}"
        );
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{target}");
        assert_eq!(reply.header("cross-origin-opener-policy"), "same-origin", "{target}");
        for name in ["referrer-policy", "permissions-policy", "x-request-id"] {
            assert!(!reply.header(name).is_empty(), "{target}: {name}");
        }
        let is_open = reply.header("access-control-allow-origin") == "*";
        assert_eq!(is_open, target.starts_with("/api/"), "{target}");
    }
}

#[tokio::test]
async fn request_identities_differ() {
    let client = Client::new();
    let first = client.get("/livez").await.header("x-request-id").to_owned();
    assert_ne!(client.get("/livez").await.header("x-request-id"), first);
}

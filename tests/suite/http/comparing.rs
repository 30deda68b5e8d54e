//! Comparing and similar records over HTTP, with the real engine over the samples.

use std::sync::Arc;

use serde_json::Value;
use tempfile::TempDir;
use torikumi::record::Record;

use super::client::Client;
use crate::workspace::{Workspace, samples};

const COMPARE: &str = "/api/v1/compare?division=窓口サービス部&organization=浜手区役所";

/// A client of the samples, with their records; the index is there as long as the last of the three.
fn client() -> (Client, Vec<Record>, TempDir) {
    let Workspace { home, searcher, records } = Workspace::of(&[samples()]);
    (Client::over(Arc::new(searcher)), records, home)
}

#[tokio::test]
async fn a_comparison_answers_in_its_shape() {
    let (client, _, _home) = client();
    let body = client.get_json(COMPARE).await;
    assert_eq!(body["division"], serde_json::json!(["窓口サービス部"]));
    assert_eq!(body["organization"], "浜手区役所");
    assert_eq!(body["without_fiscal_year"], 0);
    let years = body["fiscal_years"].as_array().unwrap();
    let values: Vec<u64> = years.iter().map(|year| year["value"].as_u64().unwrap()).collect();
    assert_eq!(values, [2021, 2022, 2023]);
    assert_eq!(years[1]["label"], "令和4年度");
    let items = body["items"].as_array().unwrap();
    assert_eq!(body["total"], items.len());
    for (year, place) in years.iter().zip(0..) {
        for status in ["kept", "reworded", "new", "dropped"] {
            let n = items.iter().filter(|item| item["years"][place]["status"] == status).count();
            assert_eq!(year[status], n, "{status} in {place}");
        }
    }
    let dropped = items.iter().find(|item| item["years"][1]["status"] == "dropped").unwrap();
    assert_eq!(dropped["years"][1]["record"], Value::Null);
    assert_eq!(dropped["years"][1]["goal"], serde_json::json!([]));
    assert_eq!(dropped["years"][0]["status"], Value::Null);
    let reworded = items.iter().find(|item| item["years"][1]["status"] == "reworded").unwrap();
    let kinds: Vec<&str> = reworded["years"][1]["goal"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fragment| fragment["kind"].as_str().unwrap())
        .collect();
    assert!(kinds.contains(&"same") && kinds.contains(&"added"), "{kinds:?}");
    let url = reworded["years"][1]["record"]["url"].as_str().unwrap();
    assert_eq!(client.get(url).await.status, 200);
}

#[tokio::test]
async fn programs_are_refused_by_the_name_of_the_parameter() {
    let (client, records, _home) = client();
    let id = &records[0].id.0;
    for (target, parameter) in [
        ("/api/v1/compare".to_owned(), "division"),
        ("/api/v1/compare?division=窓口サービス部".to_owned(), "organization"),
        (format!("{COMPARE}&page=2"), "page"),
        (format!("{COMPARE}&from=x"), "from"),
        (format!("{COMPARE}&lang=en"), "lang"),
        (format!("/api/v1/compare?record={id}&q=a"), "q"),
        (format!("/api/v1/records/{id}/similar?limit=0"), "limit"),
        (format!("/api/v1/records/{id}/similar?n=1"), "n"),
    ] {
        let reply = client.get(&target).await;
        assert_eq!(reply.status, 400, "{target}");
        assert_eq!(reply.header("content-type"), "application/problem+json");
        let body: Value = serde_json::from_str(&reply.text).unwrap();
        assert_eq!(body["parameter"], parameter, "{target}");
    }
    for target in ["/api/v1/compare?record=nobody", "/api/v1/records/nobody/similar"] {
        assert_eq!(client.get(target).await.status, 404, "{target}");
    }
    assert_eq!(client.get_json("/api/v1/compare?division=宇宙開発部").await["total"], 0);
}

#[tokio::test]
async fn people_are_sent_on_to_the_canonical_address() {
    let (client, records, _home) = client();
    for (target, expected) in [
        ("/compare?utm=x&division=", "/compare"),
        ("/compare?lang=en&organization=", "/compare?lang=en"),
        ("/compare?q=&from=&division=a&to=R5", "/compare?division=a&to=2023"),
        ("/compare?division=a&from=2023&to=2021", "/compare?division=a&from=2021&to=2023"),
        ("/compare?division=a%2F&from=%FF", "/compare"),
    ] {
        let reply = client.get(target).await;
        assert_eq!(reply.status, 303, "{target}");
        assert_eq!(reply.header("location"), expected, "{target}");
    }
    let id = &records[0].id.0;
    let reply = client.get(&format!("/compare?record={id}&division=a")).await;
    assert_eq!(reply.header("location"), format!("/compare?record={id}"));
    assert_eq!(client.get("/compare?record=nobody").await.status, 404);
}

#[tokio::test]
async fn an_answer_that_is_known_is_not_made_again() {
    let (client, records, _home) = client();
    let id = &records[0].id.0;
    for target in [
        COMPARE.to_owned(),
        format!("{COMPARE}&format=csv"),
        format!("/api/v1/compare?record={id}"),
        format!("/api/v1/records/{id}/similar"),
        "/compare".to_owned(),
        "/compare?division=%E7%AA%93%E5%8F%A3%E3%82%B5%E3%83%BC%E3%83%93%E3%82%B9%E9%83%A8"
            .to_owned(),
    ] {
        let first = client.get(&target).await;
        assert_eq!(first.status, 200, "{target}");
        let etag = first.header("etag").to_owned();
        let again = client.ask("GET", &target, &[("if-none-match", &etag)]).await;
        assert_eq!(again.status, 304, "{target}");
        assert_eq!(client.get(&target).await.text, first.text, "{target}");
    }
}

#[tokio::test]
async fn similar_records_are_told_with_their_words() {
    let (client, records, _home) = client();
    let id = &records[0].id.0;
    let body = client.get_json(&format!("/api/v1/records/{id}/similar?limit=3")).await;
    assert_eq!(body["id"], id.as_str());
    let similar = body["similar"].as_array().unwrap();
    assert_eq!(similar.len(), 3);
    for other in similar {
        assert_ne!(other["id"], id.as_str());
        assert!(!other["words"].as_array().unwrap().is_empty());
        assert!(other["url"].as_str().unwrap().starts_with("/records/"));
    }
}

#[tokio::test]
async fn a_table_has_the_cells_of_the_comparison() {
    let (client, _, _home) = client();
    let body = client.get_json(COMPARE).await;
    let reply = client.get(&format!("{COMPARE}&format=csv")).await;
    assert!(reply.header("content-disposition").contains("attachment"));
    let text = reply.text.strip_prefix('\u{FEFF}').unwrap();
    let mut read = csv::Reader::from_reader(text.as_bytes());
    let headings = read.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = read.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), body["items"].as_array().unwrap().len());
    let column = |name: &str| headings.iter().position(|heading| heading == name).unwrap();
    let (status, goal) = (column("令和4年度 変化"), column("令和4年度 目標"));
    for (row, item) in rows.iter().zip(body["items"].as_array().unwrap()) {
        let cell = &item["years"][1];
        let expected = match cell["status"].as_str() {
            Some("kept") => "継続",
            Some("reworded") => "変更",
            Some("new") => "新規",
            Some("dropped") => "終了",
            _ => "",
        };
        assert_eq!(&row[status], expected);
        let fragments = cell["goal"].as_array().unwrap().iter();
        let printed: String = fragments
            .filter(|fragment| fragment["kind"] != "removed")
            .map(|fragment| fragment["text"].as_str().unwrap())
            .collect();
        assert_eq!(&row[goal], printed);
    }
    let workbook = client.bytes(&format!("{COMPARE}&format=xlsx")).await;
    assert!(workbook.starts_with(b"PK"));
}

#[tokio::test]
async fn the_page_says_what_became_of_each_item_in_words() {
    let (client, _, _home) = client();
    let target = "/compare?division=%E7%AA%93%E5%8F%A3%E3%82%B5%E3%83%BC%E3%83%93%E3%82%B9%E9%83%A8&organization=%E6%B5%9C%E6%89%8B%E5%8C%BA%E5%BD%B9%E6%89%80";
    let body = client.get_json(COMPARE).await;
    for (language, words) in [
        ("", ["継続（", "変更（", "新規（", "終了（"]),
        ("&lang=easy", ["同じ（", "かわった（", "新しい（", "なくなった（"]),
        ("&lang=en", ["Kept (", "Reworded (", "New (", "Dropped ("]),
    ] {
        let page = client.get(&format!("{target}{language}")).await;
        assert_eq!(page.status, 200);
        for (status, word) in ["kept", "reworded", "new", "dropped"].iter().zip(words) {
            let years = body["fiscal_years"].as_array().unwrap();
            let n: u64 = years.iter().map(|year| year[status].as_u64().unwrap()).sum();
            assert_eq!(page.text.matches(word).count() as u64, n, "{status}{language}");
        }
        page.has("<ins>");
        page.has("<del>");
    }
    client.get("/compare").await.has("令和3年度、令和4年度、令和5年度");
}

#[tokio::test]
async fn a_records_page_leads_to_what_stands_around_it() {
    let (client, records, _home) = client();
    let record = &records[1];
    let page = client.get(&format!("/records/{}", record.id.0)).await;
    page.has(&format!("/records/{}\"><span>前の取組", records[0].id.0));
    page.has(&format!("/records/{}\"><span>次の取組", records[2].id.0));
    page.has("同じ取組の、ほかの年度");
    page.has("この部署を年度でくらべる");
    page.has("似ている取組");
}

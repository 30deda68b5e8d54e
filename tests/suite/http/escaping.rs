//! Markup in any field and any parameter arrives as text.

use serde_json::json;
use torikumi::record::Provenance;
use torikumi::record::Record;
use torikumi::record::RecordId;
use torikumi::record::Role;
use torikumi::record::Section;
use torikumi::serve::Limits;

use super::client::Client;
use super::shelf::Shelf;

const PAYLOADS: [&str; 8] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "</title><svg onload=alert(1)>",
    "javascript:alert(1)",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "{{7*7}}<!--<b>",
    "</mark><iframe src=//x>",
];

/// What of the payloads would do something if it arrived as markup; none of it is in the page's own markup.
const LIVE: [&str; 8] = [
    "<script",
    "<img",
    "<svg onload",
    "<iframe",
    "<!--",
    "<b>",
    "' onmouseover",
    "href=\"javascript",
];

fn hostile(payload: &str) -> Record {
    let text = || payload.to_owned();
    let section =
        |role| Section { role, heading: Some(text()), text: format!("前{payload}後"), source: 0 };
    let mut extra = serde_json::Map::new();
    extra.insert(text(), json!(payload));
    Record {
        id: RecordId(text()),
        organization: Some(text()),
        division: vec![text(), text()],
        division_canonical: vec![text(), "別".to_owned()],
        category: Some(text()),
        category_canonical: vec![text()],
        title: Some(text()),
        sections: vec![section(Role::Goal), section(Role::Result), section(Role::Body)],
        sources: vec![Provenance {
            file: text(),
            url: Some(text()),
            licence: Some(text()),
            attribution: Some(text()),
            contact: Some(text()),
            sha256: Some(text()),
            sheet: Some(text()),
            cell: Some(text()),
            ..Provenance::default()
        }],
        notices: vec![torikumi::notice::Notice::new(
            torikumi::notice::NoticeKind::Inferred,
            text(),
            text(),
        )],
        extra,
        ..Record::default()
    }
}

#[track_caller]
fn check_dead(text: &str, target: &str) {
    // The script and linked data are the one element each of their sort, and nothing inside them ends them.
    let text = text.replacen("<script type=\"module\" src=\"/enhance.js?v=", "", 1);
    let text = text.replacen("<script type=\"application/ld+json\">{", "", 1);
    for live in LIVE {
        assert!(!text.contains(live), "{live:?} arrived as markup at {target}");
    }
}

#[tokio::test]
async fn markup_in_a_record_arrives_as_text() {
    for payload in PAYLOADS {
        let client = Client::of(Shelf::new(vec![hostile(payload)]), Limits::default());
        let body = client.get_json("/api/v1/search").await;
        let address = body["hits"][0]["url"].as_str().unwrap().to_owned();
        let node = &body["facets"]["division"]["values"][0];
        assert_eq!(node["value"], payload);
        for target in ["/", "/search", "/search?explain=true", "/search?page=2", &address] {
            let reply = client.get(target).await;
            assert_eq!(reply.status, 200, "{payload} {target}");
            assert!(reply.text.contains(&escaped(payload)), "{payload} {target}");
            check_dead(&reply.text, target);
        }
        let json = client.get_json(&format!("/api/v1{address}")).await;
        assert_eq!(json["title"], payload);
    }
}

#[tokio::test]
async fn markup_in_a_parameter_arrives_as_text() {
    let client = Client::new();
    for payload in PAYLOADS {
        let encoded: String = payload.bytes().map(|byte| format!("%{byte:02X}")).collect();
        for name in ["q", "category", "organization", "division", "fiscal_year", "in", "sort", "x"]
        {
            let target = format!("/search?{name}={encoded}");
            let mut reply = client.get(&target).await;
            if reply.status == 303 {
                let location = reply.header("location").to_owned();
                reply = client.get(&location).await;
            }
            assert_eq!(reply.status, 200, "{target}");
            check_dead(&reply.text, &target);
        }
        let reply = client.get(&format!("/api/v1/search?{encoded}=1")).await;
        assert_eq!(reply.status, 400);
        assert_eq!(reply.header("content-type"), "application/problem+json");
        check_dead(&client.get(&format!("/records/{encoded}")).await.text, "/records");
        check_dead(&client.get(&format!("/{encoded}")).await.text, "/");
    }
}

fn escaped(payload: &str) -> String {
    payload
        .replace('&', "&#38;")
        .replace('<', "&#60;")
        .replace('>', "&#62;")
        .replace('"', "&#34;")
        .replace('\'', "&#39;")
}

#[tokio::test]
async fn a_deep_division_ends_no_process() {
    let deep: Vec<String> = (0..300).map(|level| format!("課{level}")).collect();
    let record = Record {
        id: RecordId("deep".to_owned()),
        title: Some("深い".to_owned()),
        division: deep.clone(),
        division_canonical: deep,
        ..Record::default()
    };
    let client = Client::of(Shelf::new(vec![record]), Limits::default());
    for target in ["/", "/search", "/api/v1/search", "/records/deep"] {
        assert_eq!(client.get(target).await.status, 200, "{target}");
    }
}

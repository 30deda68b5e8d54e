//! The files that records were read from: handed out where the operator allows it, and never another.

use std::fs;
use std::path::Path;

use sha2::Digest;
use sha2::Sha256;
use torikumi::record::Provenance;
use torikumi::record::Record;
use torikumi::serve::Limits;

use super::client::Client;
use super::shelf::Shelf;
use super::shelf::record;

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A file in `folder`, and the provenance of a record that was read from it.
fn file(folder: &Path, name: &str, bytes: &[u8]) -> Provenance {
    fs::write(folder.join(name), bytes).unwrap();
    Provenance {
        file: format!("令和4年度/{name}"),
        sha256: Some(sha256(bytes)),
        page: Some(3),
        licence: Some("CC BY 4.0".to_owned()),
        attribution: Some("浜手市「取組シート」".to_owned()),
        official: Some(false),
        contact: Some("庶務課 044-000-0000".to_owned()),
        ..Provenance::default()
    }
}

/// A record of a PDF and a page of HTML, whose result is from the second.
fn two_sources(folder: &Path) -> Record {
    let mut record = record("kadan", 2022, &["緑の係"], "環境", "植えます。", "植えました。");
    record.sources = vec![
        file(folder, "取組.pdf", b"%PDF-1.7 made up"),
        file(folder, "結果.html", b"<script>alert(1)</script>"),
    ];
    record.sections[1].source = 1;
    record
}

fn client(folder: &Path, record: Record) -> Client {
    let known = record.sources.iter().filter_map(|source| {
        let name = source.file.rsplit('/').next()?;
        Some((source.sha256.clone()?, folder.join(name)))
    });
    let known: Vec<_> = known.collect();
    let shelf = Shelf::new(vec![record]);
    *shelf.originals.lock().unwrap() = known;
    Client::serving_originals(shelf, Limits::default())
}

#[tokio::test]
async fn originals_are_kept_unless_the_operator_allows_it() {
    let folder = tempfile::tempdir().unwrap();
    let record = two_sources(folder.path());
    let open = client(folder.path(), record.clone());
    let closed = Client::of(Shelf::new(vec![record]), Limits::default());
    let reply = closed.get("/records/kadan/source").await;
    assert_eq!(reply.status, 403);
    reply.has("もとの資料を配布していません");
    let page = closed.get("/records/kadan").await;
    page.has_not("/source");
    let json = closed.get_json("/api/v1/records/kadan").await;
    assert_eq!(json["originals"], serde_json::json!([]));
    let page = open.get("/records/kadan").await;
    page.has("href=\"/records/kadan/source#page=3\"");
    page.has("href=\"/records/kadan/source?n=2\"");
    let json = open.get_json("/api/v1/records/kadan").await;
    let urls = serde_json::json!(["/records/kadan/source", "/records/kadan/source?n=2"]);
    assert_eq!(json["originals"], urls);
}

#[tokio::test]
async fn an_original_is_handed_out_as_it_was_read() {
    let folder = tempfile::tempdir().unwrap();
    let client = client(folder.path(), two_sources(folder.path()));
    let pdf = client.get("/records/kadan/source").await;
    assert_eq!((pdf.status.as_u16(), pdf.text.as_str()), (200, "%PDF-1.7 made up"));
    assert_eq!(pdf.header("content-type"), "application/pdf");
    assert_eq!(pdf.header("x-content-type-options"), "nosniff");
    let disposition = "inline; filename=\"source.pdf\"; filename*=UTF-8''%E5%8F%96%E7%B5%84.pdf";
    assert_eq!(pdf.header("content-disposition"), disposition);
    let etag = format!("\"{}\"", sha256(b"%PDF-1.7 made up"));
    assert_eq!(pdf.header("etag"), etag);
    let known = client.ask("GET", "/records/kadan/source", &[("if-none-match", &etag)]).await;
    assert_eq!((known.status.as_u16(), known.text.as_str()), (304, ""));
    let html = client.get("/records/kadan/source?n=2").await;
    assert_eq!(html.status, 200);
    assert!(html.header("content-disposition").starts_with("attachment; "));
    assert_eq!(html.header("content-security-policy"), "sandbox; default-src 'none'");
}

#[tokio::test]
async fn another_file_under_the_name_is_never_handed_out() {
    let folder = tempfile::tempdir().unwrap();
    let client = client(folder.path(), two_sources(folder.path()));
    fs::write(folder.path().join("取組.pdf"), "%PDF-1.7 made uq").unwrap();
    let changed = client.get("/records/kadan/source").await;
    assert_eq!(changed.status, 409);
    changed.has("書き換えられています");
    changed.has_not("made uq");
    fs::remove_file(folder.path().join("取組.pdf")).unwrap();
    assert_eq!(client.get("/records/kadan/source").await.status, 410);
    fs::create_dir(folder.path().join("取組.pdf")).unwrap();
    assert_eq!(client.get("/records/kadan/source").await.status, 410);
}

#[tokio::test]
async fn a_file_that_the_index_does_not_know_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let mut stranger = two_sources(folder.path());
    stranger.sources[0].file = "/etc/passwd".to_owned();
    let client = client(folder.path(), stranger);
    client.shelf.originals.lock().unwrap().clear();
    for target in ["/records/kadan/source", "/records/kadan/source?n=2"] {
        assert_eq!(client.get(target).await.status, 404, "{target}");
    }
    client.get("/records/kadan").await.has_not("/source");
}

#[tokio::test]
async fn what_is_asked_for_wrongly_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let client = client(folder.path(), two_sources(folder.path()));
    for (target, status) in [
        ("/records/kadan/source?n=3", 404),
        ("/records/nobody/source", 404),
        ("/records/kadan/source?n=0", 400),
        ("/records/kadan/source?n=-1", 400),
        ("/records/kadan/source?n=x", 400),
        ("/records/kadan/source?n=1&n=2", 400),
        ("/records/kadan/source?file=/etc/passwd", 400),
        ("/records/kadan/source?n=99999999999999999999", 400),
        ("/records/kadan/source/..%2F..%2Fetc%2Fpasswd", 404),
    ] {
        let headers = [("accept", "application/json")];
        let reply = client.ask("GET", target, &headers).await;
        assert_eq!(reply.status.as_u16(), status, "{target}");
        assert_eq!(reply.header("content-type"), "application/problem+json", "{target}");
    }
}

#[tokio::test]
async fn a_file_that_is_too_large_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let record = two_sources(folder.path());
    let known = (sha256(b"%PDF-1.7 made up"), folder.path().join("取組.pdf"));
    let shelf = Shelf::new(vec![record]);
    shelf.originals.lock().unwrap().push(known);
    let limits = Limits { original_bytes: 15, ..Limits::default() };
    let client = Client::serving_originals(shelf, limits);
    let reply = client.get("/records/kadan/source").await;
    assert_eq!(reply.status, 403);
    reply.has("大きすぎる");
}

#[tokio::test]
async fn each_section_names_its_own_source() {
    let folder = tempfile::tempdir().unwrap();
    let client = client(folder.path(), two_sources(folder.path()));
    let page = client.get("/records/kadan").await;
    page.has("出典：<a href=\"#source-1\">令和4年度/取組.pdf 3ページ</a>");
    page.has("出典：<a href=\"#source-2\">令和4年度/結果.html 3ページ</a>");
    page.has("<li id=\"source-2\">");
    for fact in ["CC BY 4.0", "浜手市「取組シート」", "別の者が運営する", "庶務課 044-000-0000"]
    {
        page.has(fact);
    }
    page.has(&sha256(b"%PDF-1.7 made up"));
    let json = client.get_json("/api/v1/records/kadan").await;
    assert_eq!(json["sections"][1]["source"], 1);
    let citation = json["citation"].as_str().unwrap();
    assert!(citation.contains("取組.pdf 3ページ、令和4年度/結果.html 3ページ"), "{citation}");
    page.has(citation);
    let hit = &client.get_json("/api/v1/search").await["hits"][0];
    assert_eq!(hit["sources"], json["sources"]);
}

#[tokio::test]
async fn a_record_page_carries_linked_data() {
    let client = Client::new();
    let page = client.get("/records/kadan").await;
    let (_, rest) = page.text.split_once("<script type=\"application/ld+json\">").unwrap();
    let (text, _) = rest.split_once("</script>").unwrap();
    let data: serde_json::Value = serde_json::from_str(text).unwrap();
    assert_eq!(data["@id"], "https://torikumi.example.jp/records/kadan");
    assert_eq!(data["temporalCoverage"], "2022-04-01/2023-03-31");
    assert_eq!(data["isBasedOn"][0]["name"], "hamate-r4.txt");
}

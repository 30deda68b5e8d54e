//! Files of records, feeds and descriptions, over records that try to break them.

use std::collections::BTreeSet;
use std::io::Cursor;

use calamine::{DataType, Reader, Xlsx};
use quick_xml::events::Event;
use torikumi::export::csv::unguarded;
use torikumi::record::{Provenance, Record, RecordId};
use torikumi::serve::Limits;

use super::client::Client;
use super::shelf::Shelf;
use super::shelf::{record, records};

const PAYLOADS: [&str; 8] = [
    "=HYPERLINK(\"https://example.jp\")",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "＝１＋１",
    "</summary><script>alert(1)</script>",
    "]]>&<!--\u{1}\u{FFFE}\u{0}",
    "\t+1,\"quoted\"\r\nsecond line",
    "_x000D_ '=1",
    "-2.5",
];

/// Records whose every text is a payload.
fn hostile() -> Vec<Record> {
    let hostile = |(n, payload): (usize, &&str)| {
        let mut record =
            record(&format!("{payload}/{n}"), 2022, &[payload], payload, payload, payload);
        record.organization = Some((*payload).to_owned());
        record.title = Some((*payload).to_owned());
        record.sources[0].file = (*payload).to_owned();
        record.sources[0].licence = Some((*payload).to_owned());
        record.sources[0].attribution = Some((*payload).to_owned());
        record
    };
    PAYLOADS.iter().enumerate().map(hostile).collect()
}

fn of(records: Vec<Record>) -> Client {
    Client::of(Shelf::new(records), Limits::default())
}

/// The rows of a CSV file as they were before the guard, headings first.
fn csv_rows(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
    let row = |row: csv::StringRecord| row.iter().map(|cell| unguarded(cell).to_owned()).collect();
    reader.records().map(|found| row(found.unwrap())).collect()
}

/// The rows of the first sheet of a workbook; no cell of any sheet is a formula.
fn xlsx_rows(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut book = Xlsx::new(Cursor::new(bytes)).unwrap();
    for name in book.sheet_names() {
        assert!(book.worksheet_formula(&name).unwrap().is_empty(), "{name} has a formula");
    }
    let first = book.sheet_names()[0].clone();
    let rows = book.worksheet_range(&first).unwrap();
    rows.rows()
        .map(|row| row.iter().map(|cell| cell.as_string().unwrap_or_default()).collect())
        .collect()
}

/// The cells of a column, by its heading.
fn column(rows: &[Vec<String>], heading: &str) -> Vec<String> {
    let place = rows[0].iter().position(|own| own == heading).expect(heading);
    rows[1..].iter().map(|row| row[place].clone()).collect()
}

/// Reads XML to its end and gives every name and text; anything that is not well formed fails.
#[track_caller]
fn well_formed(xml: &str) -> Vec<String> {
    let mut reader = quick_xml::Reader::from_str(xml);
    reader.config_mut().check_end_names = true;
    let mut seen = Vec::new();
    let mut depth = 0;
    loop {
        match reader.read_event().unwrap_or_else(|error| panic!("{error}: {xml}")) {
            Event::Eof => break,
            Event::Start(tag) => {
                depth += 1;
                seen.push(tag.name().as_ref().to_owned());
                assert!(tag.attributes().all(|attribute| attribute.is_ok()), "{xml}");
            }
            Event::Empty(tag) => assert!(tag.attributes().all(|a| a.is_ok()), "{xml}"),
            Event::End(_) => depth -= 1,
            Event::Comment(_) | Event::CData(_) | Event::PI(_) | Event::DocType(_) => {
                panic!("nothing of this kind is written: {xml}")
            }
            _ => {}
        }
    }
    assert_eq!(depth, 0, "{xml}");
    let is_allowed = |c: char| !c.is_control() || matches!(c, '\t' | '\n' | '\r');
    assert!(xml.chars().all(|c| is_allowed(c) && c != '\u{FFFE}'), "XML cannot hold this: {xml:?}");
    seen
}

#[tokio::test]
async fn every_format_has_every_record() {
    let client = Client::new();
    let csv = client.bytes("/api/v1/export?format=csv").await;
    assert!(csv.starts_with("\u{FEFF}id,organization,fiscal_year,fiscal_year_label,".as_bytes()));
    let rows = csv_rows(&csv[3..]);
    assert_eq!(column(&rows, "id"), ["kadan", "kunren", "madoguchi"]);
    assert_eq!(column(&rows, "fiscal_year"), ["2022", "2023", "2022"]);
    assert_eq!(column(&rows, "fiscal_year_label")[1], "令和5年度");
    assert_eq!(column(&rows, "url")[0], "https://torikumi.example.jp/records/kadan");
    assert!(column(&rows, "citation")[0].ends_with("https://torikumi.example.jp/records/kadan"));
    assert!(csv.ends_with(b"\r\n"));
    let xlsx = xlsx_rows(&client.bytes("/api/v1/export?format=xlsx").await);
    for heading in &rows[0][..rows[0].len() - 1] {
        assert_eq!(column(&rows, heading), column(&xlsx, heading), "{heading}");
    }
    let lines = client.bytes("/api/v1/export?format=jsonl").await;
    let lines = String::from_utf8(lines).unwrap();
    let read: Vec<Record> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(read, records());
    assert_eq!(client.bytes("/api/v1/export").await, lines.as_bytes());
}

#[tokio::test]
async fn an_export_is_a_search_without_pages() {
    let client = Client::new();
    let ids = async |query: &str| {
        let rows =
            csv_rows(&client.bytes(&format!("/api/v1/export?format=csv&bom=0&{query}")).await);
        column(&rows, "id")
    };
    assert_eq!(ids("q=花壇").await, ["kadan"]);
    assert_eq!(ids("fiscal_year=R4&sort=oldest").await, ["kadan", "madoguchi"]);
    assert_eq!(ids("category=環境&category=防災&sort=newest").await, ["kunren", "kadan"]);
    assert_eq!(ids("q=宇宙").await, [""; 0]);
}

#[tokio::test]
async fn an_export_says_what_it_is() {
    let client = Client::new();
    let check = async |format: &str, media_type: &str| {
        let reply =
            client.response("GET", &format!("/api/v1/export?q=花壇&format={format}"), &[]).await;
        let header = |name: &str| reply.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("content-type"), media_type);
        assert_eq!(
            header("content-disposition"),
            format!(
                "attachment; filename=\"torikumi.{format}\"; \
                 filename*=UTF-8''%E5%8F%96%E7%B5%84-%E8%8A%B1%E5%A3%87.{format}"
            )
        );
        assert!(header("content-security-policy").starts_with("sandbox;"));
        assert_eq!(header("x-content-type-options"), "nosniff");
        header("etag")
    };
    let csv = check("csv", "text/csv; charset=utf-8; header=present").await;
    let xlsx =
        check("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet").await;
    check("jsonl", "application/jsonl; charset=utf-8").await;
    assert_ne!(csv, xlsx);
    let known = async |tag: &str| {
        let headers = [("if-none-match", tag)];
        client.ask("GET", "/api/v1/export?q=花壇&format=csv", &headers).await.status
    };
    assert_eq!(known(&csv).await, 304);
    *client.shelf.generation.lock().unwrap() = "g2".to_owned();
    assert_eq!(known(&csv).await, 200);
}

#[tokio::test]
async fn programs_are_told_what_an_export_cannot_do() {
    let client = Client::new();
    for (target, parameter) in [
        ("/api/v1/export?format=pdf", "format"),
        ("/api/v1/export?format=csv&page=2", "page"),
        ("/api/v1/export?format=jsonl&bom=1", "bom"),
        ("/api/v1/export?format=csv&lang=en", "lang"),
        ("/search.atom?format=csv", "format"),
        ("/search.atom?lang=xx", "lang"),
        ("/opensearch.xml?q=a", "q"),
        ("/sitemap.xml?n=1", "n"),
        ("/sitemaps/1.xml?n=1", "n"),
        ("/robots.txt?n=1", "n"),
        ("/suggest?q=a&q=b", "q"),
    ] {
        let reply = client.get(target).await;
        assert_eq!(reply.status, 400, "{target}");
        assert_eq!(reply.header("content-type"), "application/problem+json", "{target}");
        let body: serde_json::Value = serde_json::from_str(&reply.text).unwrap();
        assert_eq!(body["parameter"], parameter, "{target}");
    }
}

#[tokio::test]
async fn what_cannot_be_made_is_refused_before_it_begins() {
    let client = Client::new();
    assert_eq!(client.get("/api/v1/export?q=broken").await.status, 500);
    assert_eq!(client.get("/api/v1/export?q=panic").await.status, 500);
    let none = Limits { exports: 0, ..Limits::default() };
    let reply = Client::of(Shelf::new(records()), none).get("/api/v1/export").await;
    assert_eq!(reply.status, 503);
    assert_eq!(reply.header("retry-after"), "2");
}

#[tokio::test]
async fn an_export_that_fails_half_way_does_not_look_whole() {
    let client = Client::new();
    for format in ["csv", "xlsx", "jsonl"] {
        let reply =
            client.response("GET", &format!("/api/v1/export?q=cut&format={format}"), &[]).await;
        assert_eq!(reply.status(), 200);
        assert!(axum::body::to_bytes(reply.into_body(), usize::MAX).await.is_err(), "{format}");
    }
    // What made it is free again.
    assert_eq!(client.get("/api/v1/export").await.status, 200);
}

#[tokio::test]
async fn an_export_out_of_time_is_cut_off() {
    let limits = Limits { export: std::time::Duration::ZERO, ..Limits::default() };
    let client = Client::of(Shelf::new(records()), limits);
    let reply = client.response("GET", "/api/v1/export", &[]).await;
    assert!(axum::body::to_bytes(reply.into_body(), usize::MAX).await.is_err());
}

#[tokio::test]
async fn an_export_holds_its_place_until_it_is_read_or_dropped() {
    let limits = Limits { exports: 1, ..Limits::default() };
    let client = Client::of(Shelf::new(records()), limits);
    let first = client.response("GET", "/api/v1/export", &[]).await;
    assert_eq!(client.get("/api/v1/export").await.status, 503);
    assert_eq!(client.get("/api/v1/search").await.status, 200);
    drop(first);
    assert_eq!(client.get("/api/v1/export").await.status, 200);
}

#[tokio::test]
async fn payloads_travel_whole_and_as_texts() {
    let client = of(hostile());
    let csv = client.bytes("/api/v1/export?format=csv&bom=0").await;
    let mut raw = csv::Reader::from_reader(csv.as_slice());
    for cell in
        raw.records().flat_map(|row| row.unwrap().iter().map(str::to_owned).collect::<Vec<_>>())
    {
        assert!(
            !cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\0', '＝', '＋', '－', '＠']),
            "{cell:?}"
        );
    }
    let rows = csv_rows(&csv);
    let written = xlsx_rows(&client.bytes("/api/v1/export?format=xlsx").await);
    for (place, payload) in PAYLOADS.iter().enumerate() {
        for heading in ["organization", "title", "goal", "category", "licence", "attribution"] {
            let expected = if heading == "licence" || heading == "attribution" {
                payload.replace(['\r', '\n'], " ")
            } else {
                (*payload).to_owned()
            };
            assert_eq!(column(&rows, heading)[place], expected);
            // The reader leaves this one as it is written in XML.
            let read = column(&written, heading)[place].replace("_xFFFE_", "\u{FFFE}");
            assert_eq!(read, expected, "{heading}");
        }
    }
    // The licence begins as a formula where its source's line does.
    assert!(column(&rows, "guarded")[0].split(' ').any(|name| name == "licence"));
}

#[tokio::test]
async fn a_feed_is_well_formed_whatever_is_in_it() {
    let client = of(hostile());
    for payload in PAYLOADS {
        let q: String = form_urlencoded(payload);
        let reply = client.get(&format!("/search.atom?q={q}&per_page=100")).await;
        assert_eq!(reply.status, 200, "{payload:?}: {}", reply.text);
        assert_eq!(reply.header("content-type"), "application/atom+xml; charset=utf-8");
        let seen = well_formed(&reply.text);
        assert_eq!(seen.first().map(String::as_str), Some("feed"));
        assert!(!seen.iter().any(|name| name == "script"), "{}", reply.text);
    }
}

fn form_urlencoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test]
async fn a_feed_has_the_newest_year_first_and_counts() {
    let client = Client::new();
    let reply = client.get("/search.atom?per_page=2").await;
    well_formed(&reply.text);
    for part in [
        "<id>https://torikumi.example.jp/search.atom?per_page=2</id>",
        "<title>すべての取組 - 取組検索</title>",
        "<updated>2023-11-14T22:13:20Z</updated>",
        "<opensearch:totalResults>3</opensearch:totalResults>",
        "<opensearch:startIndex>1</opensearch:startIndex>",
        "<opensearch:itemsPerPage>2</opensearch:itemsPerPage>",
        "<link rel=\"self\" type=\"application/atom+xml\" href=\"https://torikumi.example.jp/search.atom?per_page=2\"/>",
        "<link rel=\"alternate\" type=\"text/html\" href=\"https://torikumi.example.jp/search?sort=newest",
        "<id>https://torikumi.example.jp/records/kunren</id>",
        "<title>令和5年度 浜手区役所 危機管理室 取組1</title>",
        "<author><name>浜手区役所</name></author>",
        "<category term=\"防災\"/>",
        "【目標及び取組内容】\n夜間の避難訓練を行い、停電のときの誘導を確かめます。",
    ] {
        let text = reply.text.replace("&#38;", "&");
        assert!(text.contains(part), "{part:?} is not in {text}");
    }
    assert_eq!(reply.text.matches("<entry>").count(), 2);
    let at = |id: &str| reply.text.find(&format!("/records/{id}</id>"));
    assert!(at("kunren") < at("kadan"), "{}", reply.text);
    assert!(at("madoguchi").is_none());
    reply.has_not("rel=\"previous\"");
    reply.has("rel=\"next\" type=\"application/atom+xml\" href=\"https://torikumi.example.jp/search.atom?page=2&#38;per_page=2\"");
    let last = client.get("/search.atom?per_page=2&page=2").await;
    last.has("/records/madoguchi</id>");
    last.has("<opensearch:startIndex>3</opensearch:startIndex>");
    last.has("rel=\"previous\"");
    last.has_not("rel=\"next\"");
    // The feed is the same on every page of it.
    last.has("<id>https://torikumi.example.jp/search.atom?per_page=2</id>");
}

#[tokio::test]
async fn a_feed_speaks_the_language_it_is_asked_in() {
    let client = Client::new();
    let reply = client.get("/search.atom?q=花壇&lang=en").await;
    well_formed(&reply.text);
    reply.has("xml:lang=\"en\"");
    reply.has("<title>Initiatives for “花壇” - Torikumi search</title>");
    reply.has("href=\"https://torikumi.example.jp/records/kadan?lang=en\"");
    reply.has("<id>https://torikumi.example.jp/records/kadan</id>");
}

#[tokio::test]
async fn a_feed_is_asked_about_before_it_is_made() {
    let client = Client::new();
    let reply = client.get("/search.atom?q=花壇").await;
    let headers = [("if-none-match", reply.header("etag"))];
    assert_eq!(client.ask("GET", "/search.atom?q=花壇&sort=newest", &headers).await.status, 304);
    assert_eq!(client.ask("GET", "/search.atom?q=訓練", &headers).await.status, 200);
}

#[tokio::test]
async fn a_browser_is_told_how_to_search() {
    let client = Client::new();
    let reply = client.get("/opensearch.xml").await;
    assert_eq!(
        reply.header("content-type"),
        "application/opensearchdescription+xml; charset=utf-8"
    );
    well_formed(&reply.text);
    reply.has("<ShortName>取組検索</ShortName>");
    reply.has("type=\"text/html\" method=\"get\" template=\"https://torikumi.example.jp/search?q={searchTerms}\"");
    reply.has("type=\"application/x-suggestions+json\" template=\"https://torikumi.example.jp/suggest?q={searchTerms}\"");
    let english = client.get("/opensearch.xml?lang=en").await;
    well_formed(&english.text);
    english.has("<ShortName>Torikumi search</ShortName>");
    english.has("search?q={searchTerms}&#38;lang=en\"");
    english.has("template=\"https://torikumi.example.jp/opensearch.xml?lang=en\"");
}

#[tokio::test]
async fn suggestions_come_in_the_form_of_browsers() {
    let client = Client::new();
    let reply = client.get("/suggest?q=花").await;
    assert_eq!(reply.header("content-type"), "application/x-suggestions+json; charset=utf-8");
    let body: serde_json::Value = serde_json::from_str(&reply.text).unwrap();
    let expected = serde_json::json!([
        "花",
        ["花壇", "花だより"],
        ["2件", "1件"],
        [
            "https://torikumi.example.jp/search?q=%E8%8A%B1%E5%A3%87",
            "https://torikumi.example.jp/search?q=%E8%8A%B1%E3%81%A0%E3%82%88%E3%82%8A"
        ]
    ]);
    assert_eq!(body, expected);
}

#[tokio::test]
async fn robots_may_keep_records_and_no_results() {
    let reply = Client::new().get("/robots.txt").await;
    assert_eq!(reply.header("content-type"), "text/plain; charset=utf-8");
    for line in ["User-agent: *", "Disallow: /search", "Disallow: /api/", "Allow: /records/"] {
        assert!(reply.text.lines().any(|own| own == line), "{line}: {}", reply.text);
    }
    assert!(reply.text.ends_with("\n\nSitemap: https://torikumi.example.jp/sitemap.xml\n"));
}

/// What stands between `<loc>` and `</loc>`.
fn locations(xml: &str) -> Vec<String> {
    let ends = xml.split("<loc>").skip(1).filter_map(|rest| rest.split_once("</loc>"));
    ends.map(|(location, _)| location.to_owned()).collect()
}

#[tokio::test]
async fn a_sitemap_has_every_record_once() {
    let named = |n: usize| Record {
        id: RecordId(format!("{n}/&<あ>")),
        sources: vec![Provenance::default()],
        ..Record::default()
    };
    let client = of((0..20_001).map(named).collect());
    let index = client.get("/sitemap.xml").await;
    assert_eq!(index.header("content-type"), "application/xml; charset=utf-8");
    well_formed(&index.text);
    let files = locations(&index.text);
    assert_eq!(files.len(), 3);
    let mut seen = BTreeSet::new();
    let mut n_pages = 0;
    for file in files {
        let path = file.strip_prefix("https://torikumi.example.jp").unwrap();
        let reply = client.get(path).await;
        well_formed(&reply.text);
        assert!(reply.text.len() < 50 << 20);
        let pages = locations(&reply.text);
        assert!(pages.len() <= 50_000);
        n_pages += pages.len();
        seen.extend(pages);
    }
    assert_eq!((n_pages, seen.len()), (20_001, 20_001));
    let page = seen.first().unwrap().strip_prefix("https://torikumi.example.jp").unwrap();
    assert_eq!(client.get(page).await.status, 200);
    for nowhere in ["/sitemaps/0.xml", "/sitemaps/4.xml", "/sitemaps/1", "/sitemaps/x.xml"] {
        assert_eq!(client.get(nowhere).await.status, 404, "{nowhere}");
    }
}

#[tokio::test]
async fn a_server_without_an_address_has_no_list_of_addresses() {
    let client = Client::without_address();
    for path in ["/sitemap.xml", "/sitemaps/1.xml", "/opensearch.xml"] {
        assert_eq!(client.get(path).await.status, 404, "{path}");
    }
    client.get("/robots.txt").await.has_not("Sitemap:");
    let feed = client.get("/search.atom").await;
    well_formed(&feed.text);
    feed.has("<id>urn:torikumi:/records/kadan</id>");
}

//! Counts over HTTP, from a real index: shapes and refusals, and that page, charts and files say the same numbers.

use std::io::Cursor;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::body::to_bytes;
use axum::http::HeaderMap;
use axum::http::Request;
use axum::http::StatusCode;
use calamine::Data;
use calamine::Reader;
use calamine::Xlsx;
use scraper::ElementRef;
use scraper::Html;
use scraper::Selector;
use serde_json::Value;
use serde_json::json;
use torikumi::query::Searcher;
use torikumi::serve;
use torikumi::serve::Limits;
use tower::ServiceExt;

use crate::workspace::Workspace;
use crate::workspace::samples;

/// A server of the samples.
struct Site {
    router: Router,
    /// Keeps the index.
    _home: tempfile::TempDir,
}

struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    bytes: Vec<u8>,
}

impl Site {
    fn new() -> Site {
        let Workspace { home, searcher, .. } = Workspace::of(&[samples()]);
        let engine: Arc<Searcher> = Arc::new(searcher);
        let base = Some("https://torikumi.example.jp".to_owned());
        let state = serve::State::new(engine, base, Limits::default()).unwrap();
        Site { router: serve::router(state), _home: home }
    }

    async fn ask(&self, target: &str, headers: &[(&str, &str)]) -> Reply {
        let mut request = Request::builder().uri(target);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).unwrap();
        let (parts, body) = self.router.clone().oneshot(request).await.unwrap().into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Reply { status: parts.status, headers: parts.headers, bytes }
    }

    async fn get(&self, target: &str) -> Reply {
        let reply = self.ask(target, &[]).await;
        assert_eq!(reply.status, 200, "{target}: {}", reply.text());
        reply
    }

    async fn json(&self, target: &str) -> Value {
        serde_json::from_slice(&self.get(target).await.bytes).unwrap()
    }

    /// How many records the search page at `url` finds.
    async fn total(&self, url: &str) -> u64 {
        let found = self.json(&format!("/api/v1{url}")).await;
        found["total"].as_u64().unwrap()
    }
}

impl Reply {
    fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).unwrap()
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    fn page(&self) -> Html {
        Html::parse_document(&self.text())
    }
}

fn all<'p>(page: &'p Html, selector: &str) -> Vec<ElementRef<'p>> {
    page.select(&Selector::parse(selector).unwrap()).collect()
}

fn text(element: ElementRef<'_>) -> String {
    element.text().collect::<String>().trim().to_owned()
}

/// A number as the page writes it.
fn number(text: &str) -> u64 {
    text.replace(',', "").parse().unwrap_or_else(|_| panic!("{text:?} is no number"))
}

fn link(element: ElementRef<'_>) -> Option<String> {
    let anchor = element.select(&Selector::parse("a").unwrap()).next()?;
    anchor.attr("href").map(str::to_owned)
}

/// The rows of a table: the texts of its cells.
fn rows(page: &Html, table: &str) -> Vec<Vec<String>> {
    let cells = Selector::parse("th, td").unwrap();
    let row = |row: ElementRef<'_>| row.select(&cells).map(text).collect();
    all(page, &format!("{table} tr")).into_iter().map(row).collect()
}

/// The address of a file of the page, by its place and kind.
fn file(page: &Html, place: usize, kind: usize) -> String {
    let lists = all(page, "ul.files");
    let anchors: Vec<ElementRef<'_>> =
        lists[place].select(&Selector::parse("a").unwrap()).collect();
    anchors[kind].attr("href").unwrap().to_owned()
}

/// The cells of a CSV, headings first.
fn csv_rows(bytes: &[u8]) -> Vec<Vec<String>> {
    let bytes = bytes.strip_prefix("\u{FEFF}".as_bytes()).expect("the file begins with a mark");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
    let rows = reader.records();
    rows.map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// The cells of the first sheet of a workbook.
fn xlsx_rows(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes.to_vec())).unwrap();
    assert_eq!(book.sheet_names().len(), 2);
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    let cell = |cell: &Data| match cell {
        Data::Float(number) => number.to_string(),
        Data::Int(number) => number.to_string(),
        Data::String(text) => text.clone(),
        Data::Empty => String::new(),
        other => panic!("{other:?} is neither text nor number"),
    };
    sheet.rows().map(|row| row.iter().map(cell).collect()).collect()
}

/// A share as the page writes it.
fn percent(share: &str) -> String {
    match share.parse::<f64>() {
        Ok(share) => format!("{:.1}%", share * 100.0),
        Err(_) => "–".to_owned(),
    }
}

const PAGES: [&str; 4] = [
    "/analysis",
    "/analysis?q=%E7%A0%94%E4%BF%AE&level=2&compare=%E9%98%B2%E7%81%BD&compare=%E7%84%A1%E3%81%84%E8%AA%9E%E5%8F%A5&of=fiscal_year%3A2023",
    "/analysis?fiscal_year=2021&fiscal_year=2023&rows=category&columns=organization&of=category%3A%E5%85%B1%E9%80%9A",
    "/analysis?in=goal&rows=organization&columns=category&of=organization%3A%E6%B5%9C%E6%89%8B%E5%8C%BA%E5%BD%B9%E6%89%80&lang=en",
];

#[tokio::test]
async fn every_number_of_the_page_leads_to_as_many_records() {
    let site = Site::new();
    let mut n_links = 0;
    for address in PAGES {
        let page = site.get(address).await.page();
        for cell in all(&page, "#crosstab-table td, #trend-table td") {
            let Some(url) = link(cell) else { continue };
            assert_eq!(
                site.total(&url.replace("&lang=en", "")).await,
                number(&text(cell)),
                "{url}"
            );
            n_links += 1;
        }
        for row in all(&page, "table.words tbody tr") {
            let url = link(row).expect("nothing was read in another way");
            let cells: Vec<String> =
                row.select(&Selector::parse("td").unwrap()).map(text).collect();
            assert_eq!(site.total(&url.replace("&lang=en", "")).await, number(&cells[0]), "{url}");
            n_links += 1;
        }
    }
    assert!(100 < n_links, "{n_links}");
}

#[tokio::test]
async fn charts_tables_and_files_say_the_same() {
    let site = Site::new();
    for address in PAGES {
        let page = site.get(address).await.page();
        let shown = rows(&page, "#trend-table");
        let json = site.json(&file(&page, 1, 2)).await;
        let csv = csv_rows(&site.get(&file(&page, 1, 0)).await.bytes);
        assert_eq!(csv, xlsx_rows(&site.get(&file(&page, 1, 1)).await.bytes));
        let n_years = json["years"].as_array().unwrap().len();
        let charts = all(&page, "svg.chart");
        assert_eq!(charts.len(), json["series"].as_array().unwrap().len());
        for (n, (chart, series)) in
            charts.iter().zip(json["series"].as_array().unwrap()).enumerate()
        {
            let marks: Vec<String> =
                chart.select(&Selector::parse("text.value").unwrap()).map(text).collect();
            let column: Vec<String> =
                shown[1..=n_years].iter().map(|row| row[2 + 2 * n].clone()).collect();
            assert_eq!(marks, column, "{address}");
            let of_file: Vec<String> =
                csv[1..=n_years].iter().map(|row| row[2 + 2 * n].clone()).collect();
            assert_eq!(marks.iter().map(|m| m.replace(',', "")).collect::<Vec<_>>(), of_file);
            let counts: Vec<u64> = marks.iter().map(|mark| number(mark)).collect();
            assert_eq!(json!(counts), series["counts"]);
            let described = chart.select(&Selector::parse("desc").unwrap()).next().unwrap();
            for mark in &marks {
                assert!(text(described).contains(mark.as_str()), "{}", text(described));
            }
            assert!(
                !text(chart.select(&Selector::parse("title").unwrap()).next().unwrap()).is_empty()
            );
        }
        // Headings, names, numbers and shares of every row.
        assert_eq!(shown.len(), csv.len());
        assert_eq!(shown[0], csv[0]);
        for (row, of_file) in shown.iter().zip(&csv).skip(1) {
            assert_eq!(row[0], of_file[0]);
            for (at, (cell, of_file)) in row.iter().zip(of_file).enumerate().skip(1) {
                let is_share = 1 < at && at % 2 == 1;
                let expected = if is_share { percent(of_file) } else { of_file.clone() };
                assert_eq!(cell.replace(',', ""), expected, "{address}");
            }
        }
    }
}

#[tokio::test]
async fn cross_tabs_and_words_are_the_same_in_files() {
    let site = Site::new();
    for address in PAGES {
        let page = site.get(address).await.page();
        let shown: Vec<Vec<String>> = rows(&page, "#crosstab-table");
        let csv = csv_rows(&site.get(&file(&page, 0, 0)).await.bytes);
        assert_eq!(shown, csv, "{address}");
        assert_eq!(csv, xlsx_rows(&site.get(&file(&page, 0, 1)).await.bytes));
        let json = site.json(&file(&page, 0, 2)).await;
        for (row, counts) in shown[1..].iter().zip(json["counts"].as_array().unwrap()) {
            let n = row.len() - 1;
            let shown: Vec<u64> = row[1..n].iter().map(|cell| number(cell)).collect();
            assert_eq!(json!(shown), *counts, "{address}");
        }
        let words: Vec<Vec<String>> = rows(&page, "table.words")
            .into_iter()
            .filter(|row| row[1].parse::<u64>().is_ok())
            .collect();
        if words.is_empty() {
            continue;
        }
        let csv = csv_rows(&site.get(&file(&page, 2, 0)).await.bytes);
        assert_eq!(csv, xlsx_rows(&site.get(&file(&page, 2, 1)).await.bytes));
        let json = site.json(&file(&page, 2, 2)).await;
        assert_eq!(words.len(), csv.len() - 1);
        for ((row, of_file), word) in
            words.iter().zip(&csv[1..]).zip(json["words"].as_array().unwrap())
        {
            // The file has a column for the direction; on the page each has a table of its own.
            assert_eq!((&row[0], &row[1], &row[3]), (&of_file[0], &of_file[2], &of_file[4]));
            assert_eq!((&row[2], &row[4]), (&percent(&of_file[3]), &percent(&of_file[5])));
            assert_eq!(row[5].parse::<f64>(), of_file[6].parse::<f64>());
            assert_eq!(json!(row[0]), word["text"]);
            assert_eq!(json!(number(&row[1])), word["count_in"]);
        }
    }
}

#[tokio::test]
async fn a_cross_tab_answers_in_the_fixed_shape() {
    let site = Site::new();
    let body = site.json("/api/v1/crosstab?rows=organization&columns=fiscal_year").await;
    let expected = json!({
        "q": "", "row_facet": "organization", "column_facet": "fiscal_year", "level": 1,
        "rows": ["浜手区役所", "丘手区役所"], "columns": [2021, 2022, 2023],
        "counts": [[50, 55, 58], [51, 51, 53]], "row_totals": [163, 155],
        "column_totals": [101, 106, 111], "total": 318, "other_rows": 0, "other_columns": 0,
        "url": "/search",
        "row_urls": ["/search?organization=%E6%B5%9C%E6%89%8B%E5%8C%BA%E5%BD%B9%E6%89%80",
            "/search?organization=%E4%B8%98%E6%89%8B%E5%8C%BA%E5%BD%B9%E6%89%80"],
        "column_urls": ["/search?fiscal_year=2021", "/search?fiscal_year=2022",
            "/search?fiscal_year=2023"],
        "interpretation": [], "notices": [],
    });
    assert_eq!(body, expected);
    let cut = site.json("/api/v1/crosstab?rows=category&columns=fiscal_year&limit=2").await;
    assert_eq!(cut["rows"].as_array().unwrap().len(), 2);
    assert_eq!((&cut["other_rows"], &cut["other_columns"]), (&json!(12), &json!(1)));
    let text =
        site.get("/api/v1/crosstab?rows=category&columns=fiscal_year&limit=2&format=csv").await;
    assert!(text.text().ends_with("行12つと列1つは表に並べていません。合計には入っています。\r\n"));
}

#[tokio::test]
async fn a_trend_answers_in_the_fixed_shape() {
    let site = Site::new();
    let body =
        site.json("/api/v1/trend?organization=浜手区役所&compare=無い語句だけ&exact=true").await;
    assert_eq!(body["years"], json!([2021, 2022, 2023]));
    assert_eq!(body["records"], json!([50, 55, 58]));
    assert_eq!(body["records_without_year"], 0);
    assert_eq!(body["series"][0]["counts"], json!([50, 55, 58]));
    assert_eq!(body["series"][0]["shares"], json!([1.0, 1.0, 1.0]));
    assert_eq!(body["series"][1]["counts"], json!([0, 0, 0]));
    assert_eq!(body["series"][1]["total"], 0);
    let url = "/search?organization=%E6%B5%9C%E6%89%8B%E5%8C%BA%E5%BD%B9%E6%89%80&exact=true";
    assert_eq!(body["series"][0]["url"], url);
}

#[tokio::test]
async fn programs_are_told_which_parameter_is_wrong() {
    let site = Site::new();
    for (target, parameter) in [
        ("/api/v1/crosstab", "rows"),
        ("/api/v1/crosstab?rows=division&columns=division", "columns"),
        ("/api/v1/crosstab?rows=division&columns=category&page=2", "page"),
        ("/api/v1/crosstab?rows=division&columns=category&fiscal_year=x", "fiscal_year"),
        ("/api/v1/trend?compare=", "compare"),
        ("/api/v1/trend?lang=en", "lang"),
        ("/api/v1/distinctive?facet=category", "value"),
        ("/api/v1/distinctive?facet=category&value=a&colour=b", "colour"),
    ] {
        let reply = site.ask(target, &[]).await;
        assert_eq!(
            (reply.status.as_u16(), reply.header("content-type")),
            (400, "application/problem+json"),
            "{target}"
        );
        let problem: Value = serde_json::from_slice(&reply.bytes).unwrap();
        assert_eq!(problem["parameter"], parameter, "{target}");
    }
    let long = "a".repeat(513);
    assert_eq!(site.ask(&format!("/api/v1/trend?compare={long}"), &[]).await.status, 400);
    assert_eq!(site.ask(&format!("/analysis?q={long}"), &[]).await.status, 400);
}

#[tokio::test]
async fn people_are_sent_to_the_canonical_address() {
    let site = Site::new();
    for (target, location) in [
        ("/analysis?q=&rows=&columns=&level=1&compare=&compare=&of=", "/analysis"),
        (
            "/analysis?q=+a&page=2&colour=red&rows=category",
            "/analysis?q=a&rows=category&columns=fiscal_year",
        ),
        ("/analysis?lang=en&q=a&ruby=no", "/analysis?q=a&lang=en"),
        (
            "/analysis?q=a&compare=a&compare=b&division=c%2F&missing=category",
            "/analysis?q=a&division=c%2F&missing=category&compare=b",
        ),
    ] {
        let reply = site.ask(target, &[]).await;
        assert_eq!((reply.status.as_u16(), reply.header("location")), (303, location), "{target}");
        assert_eq!(site.ask(location, &[]).await.status, 200, "{location}");
    }
}

#[tokio::test]
async fn an_answer_that_the_client_has_is_not_made_again() {
    let site = Site::new();
    let crosstab = "/api/v1/crosstab?rows=division&columns=fiscal_year";
    let mut tags: Vec<String> = Vec::new();
    for target in [
        crosstab.to_owned(),
        format!("{crosstab}&format=csv"),
        format!("{crosstab}&format=csv&bom=0"),
        format!("{crosstab}&format=csv&lang=en"),
        format!("{crosstab}&format=xlsx"),
        format!("{crosstab}&level=2"),
        "/api/v1/trend".to_owned(),
        "/api/v1/distinctive?facet=fiscal_year&value=2022".to_owned(),
        "/analysis".to_owned(),
        "/analysis?lang=easy".to_owned(),
    ] {
        let tag = site.get(&target).await.header("etag").to_owned();
        assert!(!tag.is_empty() && !tags.contains(&tag), "{target}");
        let again = site.ask(&target, &[("if-none-match", &tag)]).await;
        assert_eq!((again.status.as_u16(), again.bytes.len()), (304, 0), "{target}");
        tags.push(tag);
    }
}

#[tokio::test]
async fn files_are_saved_under_a_name() {
    let site = Site::new();
    let crosstab = "/api/v1/crosstab?rows=division&columns=fiscal_year";
    let csv = site.get(&format!("{crosstab}&format=csv")).await;
    assert_eq!(csv.header("content-disposition"), "attachment; filename=\"torikumi-crosstab.csv\"");
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8; header=present");
    let bare = site.get(&format!("{crosstab}&format=csv&bom=0")).await;
    assert_eq!(csv.bytes.strip_prefix("\u{FEFF}".as_bytes()), Some(&bare.bytes[..]));
    let english = site.get(&format!("{crosstab}&format=csv&lang=en")).await;
    assert!(english.text().starts_with("\u{FEFF}Division,"), "{}", english.text());
    let xlsx = site.get("/api/v1/trend?q=研修&category=共通&format=xlsx").await;
    assert_eq!(xlsx.header("content-disposition"), "attachment; filename=\"torikumi-trend.xlsx\"");
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(xlsx.bytes)).unwrap();
    let origin = book.worksheet_range_at(1).unwrap().unwrap();
    let cells: Vec<String> = origin.cells().map(|(_, _, cell)| cell.to_string()).collect();
    assert!(cells.iter().any(|cell| cell.contains("研修") && cell.contains("共通")), "{cells:?}");
    assert!(cells.iter().any(|cell| cell.starts_with("https://torikumi.example.jp/api/v1/trend?")));
}

#[tokio::test]
async fn what_is_asked_is_shown_as_text() {
    let site = Site::new();
    let payload = "\"><script>alert(1)</script>";
    let encoded = "%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E";
    let target = format!(
        "/analysis?q={encoded}&compare={encoded}b&division={encoded}c%2F&of=category%3A{encoded}"
    );
    let canonical = site.ask(&target, &[]).await.header("location").to_owned();
    let reply = site.get(&canonical).await;
    assert!(!reply.text().contains("<script>"));
    let page = reply.page();
    // The one script of every page, and none besides.
    assert_eq!(all(&page, "script").len(), 1);
    assert_eq!(all(&page, "#q")[0].attr("value"), Some(payload));
    assert_eq!(
        all(&page, "input[name=compare]")[0].attr("value"),
        Some(format!("{payload}b").as_str())
    );
}

#[tokio::test]
async fn conditions_without_a_box_stay_with_the_search() {
    let site = Site::new();
    let address = "/search?division=%E7%B7%8F%E5%8B%99%E8%AA%B2%2F&missing=category";
    let page = site.get(address).await.page();
    let chips: Vec<String> = all(&page, ".chip").into_iter().map(text).collect();
    assert_eq!(chips.len(), 2, "{chips:?}");
    assert!(chips[0].contains("総務課（下の部署を除く）"), "{chips:?}");
    assert!(chips[1].contains("区分の記載なし"), "{chips:?}");
    let hidden: Vec<(Option<&str>, Option<&str>)> = all(&page, "input[type=hidden]")
        .into_iter()
        .map(|input| (input.attr("name"), input.attr("value")))
        .collect();
    assert!(hidden.contains(&(Some("division"), Some("総務課/"))), "{hidden:?}");
    assert!(hidden.contains(&(Some("missing"), Some("category"))), "{hidden:?}");
    let counted = site.get(&address.replace("/search", "/analysis")).await.page();
    assert_eq!(all(&counted, ".chip").len(), 2);
    assert_eq!(all(&counted, "input[name=missing]").len(), 1);
}

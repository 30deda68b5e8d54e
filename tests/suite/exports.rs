//! Files of records over a real index: exactly what the search finds, in its order, cell by cell.

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use calamine::{Data, DataType, Reader, Xlsx};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use tokio::runtime::Runtime;
use torikumi::export::Cell;
use torikumi::export::csv::{ByteOrderMark, unguarded};
use torikumi::export::{Table, csv as comma_separated, xlsx};
use torikumi::query::Engine;
use torikumi::query::request::{Filters, Sort};
use torikumi::query::{SearchRequest, Searcher};
use torikumi::record::{Record, Role};
use torikumi::serve;
use torikumi::serve::Limits;

use crate::workspace::{Workspace, samples};

/// A server over the samples, and the same records to count by hand.
struct Server {
    runtime: Runtime,
    router: Router,
    searcher: Arc<Searcher>,
    records: Vec<Record>,
    _home: tempfile::TempDir,
}

impl Server {
    fn of_samples() -> Server {
        let Workspace { home, searcher, records } = Workspace::of(&[samples()]);
        let searcher = Arc::new(searcher);
        let base = Some("https://torikumi.example.jp".to_owned());
        let state = serve::State::new(searcher.clone(), base, Limits::default()).unwrap();
        let runtime = Runtime::new().unwrap();
        Server { runtime, router: serve::router(state), searcher, records, _home: home }
    }

    fn get(&self, target: &str) -> Vec<u8> {
        let request = Request::builder().uri(target).body(Body::empty()).unwrap();
        let router = self.router.clone();
        self.runtime.block_on(async move {
            let response = tower::ServiceExt::oneshot(router, request).await.unwrap();
            assert_eq!(response.status(), 200, "{target}");
            to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec()
        })
    }

    /// The identities of everything that matches, as the search pages through them.
    fn paged(&self, request: &SearchRequest) -> Vec<String> {
        let mut ids = Vec::new();
        for page in 1.. {
            let request = SearchRequest { page, per_page: 100, ..request.clone() };
            let answer = self.searcher.search(&request).unwrap();
            ids.extend(answer.hits.into_iter().map(|hit| hit.record.id.0));
            if answer.total <= ids.len() {
                assert_eq!(answer.total, ids.len());
                return ids;
            }
        }
        unreachable!("pages end")
    }
}

/// A request such as people make: a few characters of some record, values of others.
fn random_request(random: &mut fastrand::Rng, records: &[Record]) -> SearchRequest {
    let mut any = || &records[random.usize(..records.len())];
    let (text, one, other) = (any(), any(), any());
    let text = &text.sections[0].text;
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    let start = starts[random.usize(..starts.len())];
    let word: String = text[start..].chars().take(random.usize(1..5)).collect();
    let q = match random.usize(..4) {
        0 => String::new(),
        1 => format!("\"{}\"", word.replace('"', "")),
        _ => word,
    };
    let mut filters = Filters::default();
    if random.bool() {
        filters.fiscal_year = vec![one.fiscal_year, other.fiscal_year];
    }
    if random.usize(..3) == 0 {
        filters.division = vec![one.division_canonical[..1].to_vec()];
    }
    if random.usize(..3) == 0 {
        filters.category = other.category_canonical.clone();
    }
    if random.usize(..4) == 0 {
        filters.organization = one.organization.iter().cloned().collect();
    }
    let sort = [Sort::Relevance, Sort::Newest, Sort::Oldest][random.usize(..3)];
    let within = [None, Some(Role::Goal), Some(Role::Result)][random.usize(..3)];
    SearchRequest { q, filters, sort, within, ..SearchRequest::default() }
}

/// The query string of a request, written here by hand.
fn query(request: &SearchRequest) -> String {
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let mut query = format!("q={}", encode(&request.q));
    let mut push = |name: &str, value: &str| query.push_str(&format!("&{name}={}", encode(value)));
    for path in &request.filters.division {
        let names: Vec<String> = path.iter().map(|name| name.replace('/', "%2F")).collect();
        push("division", &names.join("/"));
    }
    request.filters.category.iter().for_each(|name| push("category", name));
    request.filters.organization.iter().for_each(|name| push("organization", name));
    for year in &request.filters.fiscal_year {
        push("fiscal_year", &year.map_or("none".to_owned(), |year| year.gregorian().to_string()));
    }
    push(
        "sort",
        match request.sort {
            Sort::Relevance => "relevance",
            Sort::Newest => "newest",
            Sort::Oldest => "oldest",
        },
    );
    match request.within {
        Some(Role::Goal) => push("in", "goal"),
        Some(Role::Result) => push("in", "result"),
        _ => {}
    }
    query
}

fn csv_rows(bytes: &[u8]) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes);
    let rows = reader.records().map(Result::unwrap);
    rows.map(|row| row.iter().map(|cell| unguarded(cell).to_owned()).collect()).collect()
}

fn xlsx_rows(bytes: Vec<u8>) -> Vec<Vec<String>> {
    let mut book = Xlsx::new(Cursor::new(bytes)).unwrap();
    let first = book.sheet_names()[0].clone();
    assert!(book.worksheet_formula(&first).unwrap().is_empty());
    let shown = |cell: &Data| cell.as_string().unwrap_or_default();
    let rows = book.worksheet_range(&first).unwrap();
    rows.rows().map(|row| row.iter().map(shown).collect()).collect()
}

#[test]
fn a_file_has_exactly_what_the_search_finds_in_its_order() {
    let server = Server::of_samples();
    let mut random = fastrand::Rng::with_seed(6);
    let mut n_records = 0;
    for _ in 0..120 {
        let request = random_request(&mut random, &server.records);
        let expected = server.paged(&request);
        n_records += expected.len();
        let target = format!("/api/v1/export?{}&format=", query(&request));
        let lines = String::from_utf8(server.get(&format!("{target}jsonl"))).unwrap();
        let records: Vec<Record> =
            lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let ids: Vec<&str> = records.iter().map(|record| record.id.0.as_str()).collect();
        assert_eq!(ids, expected, "{target}");
        for record in &records {
            let own = server.records.iter().find(|own| own.id == record.id).unwrap();
            assert_eq!(record.sections, own.sections);
        }
        let rows = csv_rows(&server.get(&format!("{target}csv&bom=0")));
        let first: Vec<&str> = rows[1..].iter().map(|row| row[0].as_str()).collect();
        assert_eq!(first, expected, "{target}");
        let goal = rows[0].iter().position(|heading| heading == "goal").unwrap();
        for (row, record) in rows[1..].iter().zip(&records) {
            assert_eq!(row[goal], texts(record, Role::Goal));
            assert_eq!(row[goal + 1], texts(record, Role::Result));
        }
        let written = xlsx_rows(server.get(&format!("{target}xlsx")));
        let n_columns = rows[0].len() - 1;
        assert_eq!(written.len(), rows.len(), "{target}");
        for (row, expected) in written.iter().zip(&rows) {
            assert_eq!(row[..n_columns], expected[..n_columns], "{target}");
        }
    }
    assert!(1_000 < n_records, "the requests find something: {n_records}");
}

fn texts(record: &Record, role: Role) -> String {
    let sections = record.sections.iter().filter(|section| section.role == role);
    sections.map(|section| section.text.as_str()).collect::<Vec<_>>().join("\n\n")
}

#[test]
fn the_catalogue_has_every_record_once() {
    let server = Server::of_samples();
    let mut expected: Vec<String> = server.records.iter().map(|r| r.id.0.clone()).collect();
    expected.sort();
    let catalogue = server.searcher.catalogue().unwrap();
    assert!(catalogue.iter().all(|(_, changed)| *changed == 1), "the time of the ingest");
    let ids: Vec<String> = catalogue.into_iter().map(|(id, _)| id.0).collect();
    assert_eq!(ids, expected);
}

#[test]
fn a_feed_tells_when_its_records_changed() {
    let server = Server::of_samples();
    let feed = String::from_utf8(server.get("/search.atom")).unwrap();
    assert_eq!(feed.matches("<updated>1970-01-01T00:00:01Z</updated>").count(), 21);
    let total = serde_json::from_slice::<Value>(&server.get("/api/v1/search")).unwrap();
    let total = format!("<opensearch:totalResults>{}</opensearch:totalResults>", total["total"]);
    assert!(feed.contains(&total), "{total}");
}

/// Cells that spreadsheets like to change.
fn difficult() -> Vec<Vec<String>> {
    let long = |n| "長い文章です。".chars().cycle().take(n).collect::<String>();
    let rows = [
        ["=1+1", "+1+1", "@SUM(1,1)"],
        ["-1+1", "=HYPERLINK(\"https://example.jp\",\"a\")", "＝１＋１"],
        ["'=1", "''", "'a"],
        ["二つの\n行", "\"引用\",", "  空白  "],
        ["<b>&amp;</b>", "令和4年度", "_x0041_"],
        ["\t=1", "𠮷野家", "が"],
    ];
    let mut rows: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect();
    rows.push(vec!["long".to_owned(), long(32_767), long(1_000)]);
    rows
}

fn table(rows: &[Vec<String>]) -> Table {
    let cells = |row: &Vec<String>| row.iter().map(|cell| Cell::from(cell.as_str())).collect();
    let headings = ["a", "b", "c"].map(str::to_owned).to_vec();
    Table { name: "表".to_owned(), headings, rows: rows.iter().map(cells).collect() }
}

/// What LibreOffice shows of a file, cell by cell; nothing, with a word on the way, where it is not installed.
fn shown_by_libreoffice(folder: &Path, file: &str, bytes: &[u8]) -> Option<Vec<Vec<String>>> {
    fs::write(folder.join(file), bytes).unwrap();
    let profile = format!("-env:UserInstallation=file://{}/profile", folder.display());
    // Commas, quotation marks, UTF-8, as shown, no formulas.
    let mut arguments = vec![profile, "--headless".to_owned(), "--convert-to".to_owned()];
    arguments.push("csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,true,false".to_owned());
    if file.ends_with(".csv") {
        arguments
            .push("--infilter=Text - txt - csv (StarCalc):44,34,76,1,,0,false,false".to_owned());
    }
    let out: PathBuf = folder.join("out");
    let status = Command::new("soffice")
        .args(arguments)
        .arg("--outdir")
        .arg(&out)
        .arg(folder.join(file))
        .output();
    let Ok(output) = status else {
        println!("skipped: LibreOffice (soffice) is not installed");
        return None;
    };
    let name = format!("{}.csv", file.split_once('.').unwrap().0);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let bytes = fs::read(out.join(name)).unwrap_or_else(|error| panic!("{error}: {said}"));
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(bytes.as_slice());
    let rows = reader.records().map(Result::unwrap);
    Some(rows.map(|row| row.iter().map(str::to_owned).collect()).collect())
}

#[test]
fn libreoffice_shows_the_same_cells_and_no_formula() {
    let folder = tempfile::tempdir().unwrap();
    let mut rows = difficult();
    let written = xlsx::workbook_of(&[table(&rows)]);
    let Some(shown) = shown_by_libreoffice(folder.path(), "book.xlsx", &written) else { return };
    assert_eq!(shown[1..], rows, "a workbook");
    // In CSV a text that could be a formula is shown with what guards it.
    let written = comma_separated::table(&table(&rows), ByteOrderMark::Present);
    let shown = shown_by_libreoffice(folder.path(), "values.csv", &written).unwrap();
    for row in &mut rows {
        for cell in row {
            *cell = comma_separated::guarded(cell).into_owned();
        }
    }
    assert_eq!(shown[1..], rows, "comma-separated values");
}

#[test]
fn libreoffice_shows_long_texts_whole() {
    let folder = tempfile::tempdir().unwrap();
    let long: String = "長い文章です。".chars().cycle().take(70_000).collect();
    let row = vec!["id".to_owned(), long.clone(), "c".to_owned()];
    let written = xlsx::workbook_of(&[table(&[row])]);
    let Some(shown) = shown_by_libreoffice(folder.path(), "long.xlsx", &written) else { return };
    let joined: String = shown[1..].iter().map(|row| row[1].as_str()).collect();
    assert!(joined == long, "{} characters of 70,000", joined.chars().count());
    assert_eq!(shown[3][3], "3/3");
}

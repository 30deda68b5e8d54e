//! Counts for programs: crossed, over the years, by words.
//!
//! Bodies are types of their own: programs depend on their shape, so fields are added and never renamed or removed.

pub(super) mod tables;

use axum::body::Bytes;
use axum::extract;
use axum::http::HeaderMap;
use axum::http::HeaderValue;
use axum::http::Uri;
use axum::http::header;
use axum::response::Response;
use serde::Serialize;
use serde_json::json;

use super::analysis_parameters;
use super::analysis_parameters::Format;
use super::api::InterpretationBody;
use super::api::JSON;
use super::api::rounded;
use super::parameters;
use super::problem::Problem;
use super::revalidation::Etag;
use super::state::State;
use super::texts;
use super::texts::Texts;
use crate::export::Table;
use crate::export::csv;
use crate::export::csv::ByteOrderMark;
use crate::export::xlsx;
use crate::notice::Notice;
use crate::query::Engine;
use crate::query::SearchRequest;
use crate::query::crosstab::Crosstab;
use crate::query::crosstab::CrosstabRequest;
use crate::query::dimension::Group;
use crate::query::dimension::Value;
use crate::query::dimension::narrowed;
use crate::query::distinctive::Distinctive;
use crate::query::distinctive::DistinctiveRequest;
use crate::query::trend::Series;
use crate::query::trend::Trend;
use crate::record::FiscalYear;

/// `GET /api/v1/crosstab`.
pub(super) async fn crosstab(
    extract::State(state): extract::State<State>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (request, format) = analysis_parameters::read_crosstab(uri.query().unwrap_or_default())?;
    let target = analysis_parameters::crosstab_url(&request, format);
    let file = File { name: "crosstab", format, address: state.address(&target) };
    answered(&state, &headers, file, &target, move |engine, file| {
        let table = engine.crosstab(&request)?;
        Ok(match file.language() {
            None => json_text(&CrosstabBody::new(&request, &table)),
            Some(t) => file.of(t, &request.search, tables::crosstab(t, &request, &table)),
        })
    })
    .await
}

/// `GET /api/v1/trend`.
pub(super) async fn trend(
    extract::State(state): extract::State<State>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (request, format) = analysis_parameters::read_trend(uri.query().unwrap_or_default())?;
    let target = analysis_parameters::trend_url(&request, format);
    let file = File { name: "trend", format, address: state.address(&target) };
    answered(&state, &headers, file, &target, move |engine, file| {
        let trend = engine.trend(&request)?;
        Ok(match file.language() {
            None => json_text(&TrendBody::new(&trend)),
            Some(t) => file.of(t, &request.search, tables::trend(t, &trend)),
        })
    })
    .await
}

/// `GET /api/v1/distinctive`.
pub(super) async fn distinctive(
    extract::State(state): extract::State<State>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (request, format) = analysis_parameters::read_distinctive(uri.query().unwrap_or_default())?;
    let target = analysis_parameters::distinctive_url(&request, format);
    let file = File { name: "distinctive", format, address: state.address(&target) };
    answered(&state, &headers, file, &target, move |engine, file| {
        let told = engine.distinctive(&request)?;
        Ok(match file.language() {
            None => json_text(&DistinctiveBody::new(&request, &told)),
            Some(t) => file.of(t, &request.search, tables::distinctive(t, &request, &told)),
        })
    })
    .await
}

/// An answer in the making: what it is called and which form it takes.
struct File {
    name: &'static str,
    format: Format,
    /// Where it was asked for.
    address: String,
}

impl File {
    /// The words of a table's headings; nothing for JSON, which has none.
    fn language(&self) -> Option<&'static Texts> {
        match self.format {
            Format::Json => None,
            Format::Csv { language, .. } | Format::Xlsx { language } => Some(texts::of(language)),
        }
    }

    /// The bytes of a table; a workbook says on a second sheet where the numbers come from.
    fn of(&self, t: &Texts, search: &SearchRequest, table: Table) -> Bytes {
        match self.format {
            Format::Csv { bom: false, .. } => csv::table(&table, ByteOrderMark::Absent).into(),
            Format::Xlsx { .. } => {
                let origin = tables::origin(t, search, &self.address);
                xlsx::workbook_of(&[table, origin]).into()
            }
            _ => csv::table(&table, ByteOrderMark::Present).into(),
        }
    }

    fn content_type(&self) -> &'static str {
        match self.format {
            Format::Json => JSON,
            Format::Csv { .. } => "text/csv; charset=utf-8; header=present",
            Format::Xlsx { .. } => {
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            }
        }
    }

    /// What a browser saves it as; JSON is shown.
    fn disposition(&self) -> Option<HeaderValue> {
        let extension = match self.format {
            Format::Json => return None,
            Format::Csv { .. } => "csv",
            Format::Xlsx { .. } => "xlsx",
        };
        let value = format!("attachment; filename=\"torikumi-{}.{extension}\"", self.name);
        Some(HeaderValue::from_str(&value).expect("the names are ASCII"))
    }
}

/// Makes an answer on a search thread, unless the client has it.
async fn answered(
    state: &State,
    headers: &HeaderMap,
    file: File,
    target: &str,
    make: impl FnOnce(&dyn Engine, &File) -> Result<Bytes, Problem> + Send + 'static,
) -> Result<Response, Problem> {
    if !state.engine().is_ready() {
        return Err(Problem::not_ready());
    }
    // The whole address, since a workbook holds it.
    let name = state.address(target);
    let etag = Etag::new(&state.engine().generation(), file.content_type(), &name);
    if etag.is_known(headers) {
        return Ok(etag.not_modified());
    }
    let engine = state.engine().clone();
    let (content_type, disposition) = (file.content_type(), file.disposition());
    let make = move || make(engine.as_ref(), &file);
    let body = state.workers().run(state.limits().search, make).await??;
    let mut response = etag.ok(content_type, body);
    if let Some(disposition) = disposition {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, disposition);
    }
    Ok(response)
}

fn json_text(body: &impl Serialize) -> Bytes {
    serde_json::to_vec(body).expect("the body has no map and no fallible writer").into()
}

/// The value of a group for programs: a year as a number, a division as the parameter `division` takes it,
/// null for the records without a value.
fn group_value(group: &Group) -> serde_json::Value {
    match &group.value {
        None => serde_json::Value::Null,
        Some(Value::FiscalYear(year)) => json!(year),
        Some(_) => json!(analysis_parameters::write_group(group)),
    }
}

/// The body of `/api/v1/crosstab`.
#[derive(Serialize)]
struct CrosstabBody<'a> {
    q: &'a str,
    /// The name of the facet that the rows are values of.
    row_facet: &'static str,
    column_facet: &'static str,
    /// How many names of a division's path are looked at.
    level: usize,
    rows: Vec<serde_json::Value>,
    columns: Vec<serde_json::Value>,
    counts: &'a [Vec<usize>],
    /// Records of each row, each once, in listed columns or not.
    row_totals: &'a [usize],
    column_totals: &'a [usize],
    total: usize,
    /// Rows that are not listed.
    other_rows: usize,
    other_columns: usize,
    /// The search for all records; for those of each row; for those of each column.
    url: String,
    row_urls: Vec<String>,
    column_urls: Vec<String>,
    interpretation: Vec<InterpretationBody<'a>>,
    notices: &'a [Notice],
}

impl<'a> CrosstabBody<'a> {
    fn new(request: &'a CrosstabRequest, table: &'a Crosstab) -> CrosstabBody<'a> {
        let url = |group| parameters::search_url(&narrowed(&request.search, group));
        CrosstabBody {
            q: &request.search.q,
            row_facet: request.rows.name(),
            column_facet: request.columns.name(),
            level: request.level,
            rows: table.rows.iter().map(group_value).collect(),
            columns: table.columns.iter().map(group_value).collect(),
            counts: &table.counts,
            row_totals: &table.row_totals,
            column_totals: &table.column_totals,
            total: table.total,
            other_rows: table.other_rows,
            other_columns: table.other_columns,
            url: parameters::search_url(&request.search),
            row_urls: table.rows.iter().map(url).collect(),
            column_urls: table.columns.iter().map(url).collect(),
            interpretation: table.interpretation.iter().map(InterpretationBody::from).collect(),
            notices: &table.notices,
        }
    }
}

/// The body of `/api/v1/trend`.
#[derive(Serialize)]
struct TrendBody<'a> {
    years: &'a [FiscalYear],
    /// Records of each year under the filters, whatever they say.
    records: &'a [usize],
    records_without_year: usize,
    series: Vec<SeriesBody<'a>>,
}

impl<'a> TrendBody<'a> {
    fn new(trend: &'a Trend) -> TrendBody<'a> {
        TrendBody {
            years: &trend.years,
            records: &trend.records,
            records_without_year: trend.records_without_year,
            series: trend.series.iter().map(|series| SeriesBody::new(trend, series)).collect(),
        }
    }
}

#[derive(Serialize)]
struct SeriesBody<'a> {
    q: &'a str,
    counts: &'a [usize],
    /// Of the records of each year, from 0 to 1; null for years without any.
    shares: Vec<Option<f64>>,
    without_year: usize,
    total: usize,
    url: String,
    /// The search for the records of each year.
    urls: Vec<String>,
    interpretation: Vec<InterpretationBody<'a>>,
    notices: &'a [Notice],
}

impl<'a> SeriesBody<'a> {
    fn new(trend: &Trend, series: &'a Series) -> SeriesBody<'a> {
        let url = |year: &FiscalYear| {
            let group = Group::of(Value::FiscalYear(*year));
            parameters::search_url(&narrowed(&series.request, &group))
        };
        let shares = series.counts.iter().zip(&trend.records);
        SeriesBody {
            q: &series.request.q,
            counts: &series.counts,
            shares: shares.map(|(count, of)| share(*count, *of)).collect(),
            without_year: series.without_year,
            total: series.total,
            url: parameters::search_url(&series.request),
            urls: trend.years.iter().map(url).collect(),
            interpretation: series.interpretation.iter().map(InterpretationBody::from).collect(),
            notices: &series.notices,
        }
    }
}

/// A part of a whole, from 0 to 1; nothing of nothing.
pub(super) fn share(part: usize, whole: usize) -> Option<f64> {
    (0 < whole).then(|| rounded(part as f64 / whole as f64, 4))
}

/// The body of `/api/v1/distinctive`.
#[derive(Serialize)]
struct DistinctiveBody<'a> {
    q: &'a str,
    facet: &'static str,
    value: serde_json::Value,
    /// Records of the group, and all others that the search finds.
    records_in: usize,
    records_out: usize,
    words: Vec<WordBody<'a>>,
    interpretation: Vec<InterpretationBody<'a>>,
    notices: &'a [Notice],
}

impl<'a> DistinctiveBody<'a> {
    fn new(request: &'a DistinctiveRequest, told: &'a Distinctive) -> DistinctiveBody<'a> {
        let word = |word: &'a crate::query::distinctive::DistinctiveWord| WordBody {
            text: &word.text,
            count_in: word.counts.count_in,
            count_out: word.counts.count_out,
            share_in: share(word.counts.count_in, word.counts.n_in),
            share_out: share(word.counts.count_out, word.counts.n_out),
            g2: rounded(word.counts.g2(), 2),
            direction: if word.counts.is_more() { "more" } else { "less" },
            url: word.link.as_ref().map(parameters::search_url),
        };
        DistinctiveBody {
            q: &request.search.q,
            facet: request.group.dimension.name(),
            value: group_value(&request.group),
            records_in: told.n_in,
            records_out: told.n_out,
            words: told.words.iter().map(word).collect(),
            interpretation: told.interpretation.iter().map(InterpretationBody::from).collect(),
            notices: &told.notices,
        }
    }
}

#[derive(Serialize)]
struct WordBody<'a> {
    text: &'a str,
    count_in: usize,
    count_out: usize,
    share_in: Option<f64>,
    share_out: Option<f64>,
    /// Dunning's log-likelihood ratio.
    g2: f64,
    /// Whether the group holds it `more` or `less` often than the others.
    direction: &'static str,
    /// The search for the records of the group that hold it; null where no search finds just these.
    url: Option<String>,
}

//! `GET /api/v1/compare`: a division's items over the fiscal years, or one item in other divisions.

use axum::extract;
use axum::http::HeaderMap;
use axum::http::HeaderValue;
use axum::http::Uri;
use axum::http::header;
use axum::response::Response;
use serde::Serialize;

use super::compare_table;
use super::{answered, rounded};
use crate::query::Engine;
use crate::query::comparison::CompareRequest;
use crate::query::comparison::ComparedCell;
use crate::query::comparison::ComparedItem;
use crate::query::comparison::Comparison;
use crate::query::comparison::Counterpart;
use crate::query::comparison::Counterparts;
use crate::query::comparison::ItemStatus;
use crate::query::comparison::goal_text;
use crate::query::comparison::result_text;
use crate::query::difference::Change;
use crate::query::difference::ChangedFragment;
use crate::record::FiscalYear;
use crate::record::Record;
use crate::record::RecordId;
use crate::serve::compare_parameters;
use crate::serve::compare_parameters::Asked;
use crate::serve::compare_parameters::Format;
use crate::serve::parameters;
use crate::serve::problem::Problem;
use crate::serve::revalidation::Etag;
use crate::serve::state::State;
use crate::serve::texts;

/// The comparison as JSON, or as a file.
pub(in crate::serve) async fn compare(
    extract::State(state): extract::State<State>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (asked, format) = compare_parameters::read_strictly(uri.query().unwrap_or_default())?;
    if format != Format::Json {
        return file(&state, &headers, asked, format).await;
    }
    let target = compare_parameters::api_url(&asked);
    let make = move |engine: &dyn Engine| match asked {
        Asked { record: Some(id), .. } => Ok(counterparts_body(&found(engine, &id)?)),
        Asked { division, .. } => {
            let request = division.unwrap_or_default();
            Ok(comparison_body(&request, &compared(engine, &request)?))
        }
    };
    answered(&state, &headers, &target, make).await
}

/// The comparison as a table that a browser keeps.
async fn file(
    state: &State,
    headers: &HeaderMap,
    asked: Asked,
    format: Format,
) -> Result<Response, Problem> {
    if !state.engine().is_ready() {
        return Err(Problem::not_ready());
    }
    let (media_type, name) = match format {
        Format::Xlsx => (
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "attachment; filename=\"torikumi-compare.xlsx\"",
        ),
        _ => (
            "text/csv; charset=utf-8; header=present",
            "attachment; filename=\"torikumi-compare.csv\"",
        ),
    };
    // Rows name the addresses of their pages.
    let target = state.address(&compare_parameters::file_url(&asked, format));
    let etag = Etag::new(&state.engine().generation(), media_type, &target);
    if etag.is_known(headers) {
        return Ok(etag.not_modified());
    }
    let (engine, own) = (state.engine().clone(), state.clone());
    let make = move || {
        let table = match asked {
            Asked { record: Some(id), .. } => {
                compare_table::counterparts(&found(engine.as_ref(), &id)?, &own)
            }
            Asked { division, .. } => {
                let request = division.unwrap_or_default();
                compare_table::comparison(&compared(engine.as_ref(), &request)?, &own)
            }
        };
        Ok::<_, Problem>(compare_table::written(&table, format))
    };
    let bytes = state.workers().run(state.limits().search, make).await??;
    let mut response = etag.ok(media_type, bytes);
    let name = HeaderValue::from_static(name);
    response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    Ok(response)
}

/// The comparison, unless an organisation has to be named first.
fn compared(engine: &dyn Engine, request: &CompareRequest) -> Result<Comparison, Problem> {
    let comparison = engine.compare(request)?;
    if request.organization.is_none() && 1 < comparison.organizations.len() {
        let names = comparison.organizations.join(", ");
        let reason = format!("has to be given: {names} have this division");
        return Err(parameters::misread("organization", &reason));
    }
    Ok(comparison)
}

fn found(engine: &dyn Engine, id: &RecordId) -> Result<Counterparts, Problem> {
    engine.counterparts(id)?.ok_or_else(Problem::no_such_record)
}

fn comparison_body(request: &CompareRequest, comparison: &Comparison) -> String {
    let year = |(place, value): (usize, &FiscalYear)| YearBody::new(comparison, place, *value);
    let body = ComparisonBody {
        division: &request.division,
        path: parameters::write_path(&request.division),
        organization: comparison.organization.as_deref(),
        organizations: &comparison.organizations,
        q: &request.q,
        fiscal_years: comparison.years.iter().enumerate().map(year).collect(),
        total: comparison.items.len(),
        items: comparison.items.iter().map(|item| ItemBody::new(item, &comparison.years)).collect(),
        without_fiscal_year: comparison.n_without_year,
    };
    serde_json::to_string(&body).expect("the body has no map and no fallible writer")
}

fn counterparts_body(counterparts: &Counterparts) -> String {
    let body = CounterpartsBody {
        record: (&counterparts.record).into(),
        goal: goal_text(&counterparts.record),
        result: result_text(&counterparts.record),
        total: counterparts.others.len(),
        items: counterparts.others.iter().map(CounterpartBody::from).collect(),
    };
    serde_json::to_string(&body).expect("the body has no map and no fallible writer")
}

/// The answer for a division.
#[derive(Serialize)]
struct ComparisonBody<'a> {
    division: &'a [String],
    /// The same as `division=` takes it.
    path: String,
    organization: Option<&'a str>,
    /// All that have the division.
    organizations: &'a [String],
    q: &'a str,
    /// The columns, earliest first.
    fiscal_years: Vec<YearBody>,
    total: usize,
    /// The rows, in the order of the latest sheet.
    items: Vec<ItemBody<'a>>,
    /// Records of the division that stand in no column, because they name no fiscal year.
    without_fiscal_year: usize,
}

#[derive(Serialize)]
struct YearBody {
    value: FiscalYear,
    label: String,
    /// Items by what became of them since the year before; all zero in the first year.
    kept: usize,
    reworded: usize,
    new: usize,
    dropped: usize,
}

impl YearBody {
    fn new(comparison: &Comparison, place: usize, value: FiscalYear) -> YearBody {
        let count = |status| comparison.count(place, status);
        YearBody {
            value,
            label: (texts::JAPANESE.words.year)(value),
            kept: count(ItemStatus::Kept),
            reworded: count(ItemStatus::Reworded),
            new: count(ItemStatus::New),
            dropped: count(ItemStatus::Dropped),
        }
    }
}

#[derive(Serialize)]
struct ItemBody<'a> {
    /// One for each of `fiscal_years`, in their order.
    years: Vec<CellBody<'a>>,
}

impl<'a> ItemBody<'a> {
    fn new(item: &'a ComparedItem, years: &[FiscalYear]) -> ItemBody<'a> {
        let cells = item.cells.iter().zip(years);
        ItemBody { years: cells.map(|(cell, year)| CellBody::new(cell, *year)).collect() }
    }
}

#[derive(Serialize)]
struct CellBody<'a> {
    fiscal_year: FiscalYear,
    /// `kept`, `reworded`, `new` or `dropped`, against the year before; null where there is nothing to tell.
    status: Option<&'static str>,
    /// The last year that had the item, for a new one that is an old one again.
    resumes: Option<FiscalYear>,
    /// Null where the item is not there.
    record: Option<RecordSummary<'a>>,
    /// `same` and `added` joined are the goal as printed, `same` and `removed` that of the year before.
    goal: Vec<ChangeBody<'a>>,
    result: Option<String>,
}

impl<'a> CellBody<'a> {
    fn new(cell: &'a ComparedCell, fiscal_year: FiscalYear) -> CellBody<'a> {
        CellBody {
            fiscal_year,
            status: cell.status.map(status_name),
            resumes: cell.resumes,
            record: cell.record.as_ref().map(RecordSummary::from),
            goal: cell.goal.iter().map(ChangeBody::from).collect(),
            result: cell.record.as_ref().map(result_text),
        }
    }
}

/// The name of a status for programs.
pub(in crate::serve) fn status_name(status: ItemStatus) -> &'static str {
    match status {
        ItemStatus::Kept => "kept",
        ItemStatus::Reworded => "reworded",
        ItemStatus::New => "new",
        ItemStatus::Dropped => "dropped",
    }
}

#[derive(Serialize)]
struct ChangeBody<'a> {
    kind: &'static str,
    text: &'a str,
}

impl<'a> From<&'a ChangedFragment> for ChangeBody<'a> {
    fn from(fragment: &'a ChangedFragment) -> ChangeBody<'a> {
        let kind = match fragment.change {
            Change::Same => "same",
            Change::Added => "added",
            Change::Removed => "removed",
        };
        ChangeBody { kind, text: &fragment.text }
    }
}

/// The answer for one record.
#[derive(Serialize)]
struct CounterpartsBody<'a> {
    record: RecordSummary<'a>,
    goal: String,
    result: String,
    total: usize,
    /// The records of other divisions in the same fiscal year that promise the same, the most alike first.
    items: Vec<CounterpartBody<'a>>,
}

#[derive(Serialize)]
struct CounterpartBody<'a> {
    record: RecordSummary<'a>,
    /// 0 without a common word, 1 with the same words.
    likeness: f64,
    /// `same` and `added` joined are its goal as printed, `same` and `removed` that of the record asked about.
    goal: Vec<ChangeBody<'a>>,
    result: String,
}

impl<'a> From<&'a Counterpart> for CounterpartBody<'a> {
    fn from(counterpart: &'a Counterpart) -> CounterpartBody<'a> {
        CounterpartBody {
            record: (&counterpart.record).into(),
            likeness: rounded(f64::from(counterpart.likeness), 4),
            goal: counterpart.goal.iter().map(ChangeBody::from).collect(),
            result: result_text(&counterpart.record),
        }
    }
}

/// What names a record and says where it belongs.
#[derive(Serialize)]
pub(super) struct RecordSummary<'a> {
    id: &'a str,
    organization: Option<&'a str>,
    fiscal_year: Option<FiscalYear>,
    division: &'a [String],
    category: Option<&'a str>,
    category_canonical: &'a [String],
    number: Option<u32>,
    title: Option<&'a str>,
    url: String,
}

impl<'a> From<&'a Record> for RecordSummary<'a> {
    fn from(record: &'a Record) -> RecordSummary<'a> {
        RecordSummary {
            id: &record.id.0,
            organization: record.organization.as_deref(),
            fiscal_year: record.fiscal_year,
            division: &record.division,
            category: record.category.as_deref(),
            category_canonical: &record.category_canonical,
            number: record.number,
            title: record.title.as_deref(),
            url: parameters::record_url(&record.id.0),
        }
    }
}

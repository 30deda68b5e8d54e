//! What is asked of the endpoints that count: a search, and how its records are to be counted.
//!
//! Programs are read strictly and people kindly, as with searches.
//! Order and paging of hits are no part of it: what is counted has neither.

use super::parameters;
use super::parameters::QueryString;
use super::parameters::UNKNOWN;
use super::parameters::misread;
use super::parameters::number;
use super::parameters::pairs;
use super::parameters::truth;
use super::problem::Problem;
use crate::query::SearchRequest;
use crate::query::crosstab::CrosstabRequest;
use crate::query::dimension::Dimension;
use crate::query::dimension::Group;
use crate::query::dimension::Value;
use crate::query::distinctive::DistinctiveRequest;
use crate::query::trend::TrendRequest;

/// Parameters of searches that say nothing about which records are counted.
const OF_HITS: [&str; 5] = ["sort", "page", "per_page", "facet_limit", "explain"];

const ROWS: &str = "rows";
const COLUMNS: &str = "columns";
const LEVEL: &str = "level";
const LIMIT: &str = "limit";
const COMPARE: &str = "compare";
const FACET: &str = "facet";
const VALUE: &str = "value";
const FORMAT: &str = "format";
const BOM: &str = "bom";

/// What is wrong with a parameter that has to be there.
const WANTING: &str = "is missing";

/// The form that an answer is wanted in.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) enum Format {
    #[default]
    Json,
    /// With a byte order mark, or without one.
    Csv {
        bom: bool,
    },
    Xlsx,
}

impl Format {
    /// As it stands in an address; nothing for the default.
    fn write(self, query: &mut QueryString) {
        match self {
            Format::Json => {}
            Format::Csv { bom } => {
                query.push(FORMAT, "csv");
                if !bom {
                    query.push(BOM, "0");
                }
            }
            Format::Xlsx => query.push(FORMAT, "xlsx"),
        }
    }
}

/// Reads what is asked of `/api/v1/crosstab`.
///
/// # Errors
///
/// A 400 that names the first parameter that is unknown, repeated, missing or cannot be read, or that goes beyond a limit.
pub(super) fn read_crosstab(query: &str) -> Result<(CrosstabRequest, Format), Problem> {
    let asked = Asked::strictly(query, &[ROWS, COLUMNS, LEVEL, LIMIT, FORMAT, BOM])?;
    let rows = asked.required(ROWS, dimension)?;
    let columns = asked.required(COLUMNS, dimension)?;
    if rows == columns {
        return Err(misread(COLUMNS, "is the same as `rows`"));
    }
    let level = asked.optional(LEVEL, level)?.unwrap_or(1);
    let limit = asked.optional(LIMIT, table_limit)?.unwrap_or(CrosstabRequest::DEFAULT_LIMIT);
    let format = asked.format()?;
    Ok((CrosstabRequest { search: asked.search, rows, columns, level, limit }, format))
}

/// Reads what is asked of `/api/v1/trend`.
///
/// # Errors
///
/// As [`read_crosstab`].
pub(super) fn read_trend(query: &str) -> Result<(TrendRequest, Format), Problem> {
    let asked = Asked::strictly(query, &[COMPARE, FORMAT, BOM])?;
    let format = asked.format()?;
    let compare: Vec<String> = asked.all(COMPARE).map(str::to_owned).collect();
    if TrendRequest::MAX_COMPARED < compare.len() {
        return Err(misread(COMPARE, "is given more than 4 times"));
    }
    for q in &compare {
        if q.trim().is_empty() {
            return Err(misread(COMPARE, "is empty"));
        }
        if SearchRequest::MAX_QUERY_CHARS < q.chars().count() {
            return Err(misread(COMPARE, "has more than 512 characters"));
        }
    }
    Ok((TrendRequest { search: asked.search, compare }, format))
}

/// Reads what is asked of `/api/v1/distinctive`.
///
/// # Errors
///
/// As [`read_crosstab`].
pub(super) fn read_distinctive(query: &str) -> Result<(DistinctiveRequest, Format), Problem> {
    let asked = Asked::strictly(query, &[FACET, VALUE, LIMIT, FORMAT, BOM])?;
    let dimension = asked.required(FACET, dimension)?;
    let group = asked.required(VALUE, |value| read_group(dimension, value))?;
    let limit = asked.optional(LIMIT, word_limit)?.unwrap_or(DistinctiveRequest::DEFAULT_LIMIT);
    let format = asked.format()?;
    Ok((DistinctiveRequest { search: asked.search, group, limit }, format))
}

/// The address of a cross-tab in some form.
pub(super) fn crosstab_url(request: &CrosstabRequest, format: Format) -> String {
    let mut query = QueryString(parameters::write(&request.search));
    query.push(ROWS, request.rows.name());
    query.push(COLUMNS, request.columns.name());
    if request.level != 1 {
        query.push(LEVEL, &request.level.to_string());
    }
    if request.limit != CrosstabRequest::DEFAULT_LIMIT {
        query.push(LIMIT, &request.limit.to_string());
    }
    format.write(&mut query);
    format!("/api/v1/crosstab?{}", query.0)
}

/// The address of a trend in some form.
pub(super) fn trend_url(request: &TrendRequest, format: Format) -> String {
    let mut query = QueryString(parameters::write(&request.search));
    request.compare.iter().for_each(|q| query.push(COMPARE, q));
    format.write(&mut query);
    format!("/api/v1/trend?{}", query.0)
}

/// The address of distinctive words in some form.
pub(super) fn distinctive_url(request: &DistinctiveRequest, format: Format) -> String {
    let mut query = QueryString(parameters::write(&request.search));
    push_group(&mut query, &request.group);
    if request.limit != DistinctiveRequest::DEFAULT_LIMIT {
        query.push(LIMIT, &request.limit.to_string());
    }
    format.write(&mut query);
    format!("/api/v1/distinctive?{}", query.0)
}

fn push_group(query: &mut QueryString, group: &Group) {
    query.push(FACET, group.dimension.name());
    query.push(VALUE, &write_group(group));
}

/// The value of a parameter that stands for a group; of the records without a value only the year has one.
pub(super) fn write_group(group: &Group) -> String {
    match &group.value {
        Some(Value::Division(path)) => parameters::write_path(path),
        Some(Value::DivisionItself(path)) => parameters::write_path_itself(path),
        Some(Value::Category(name) | Value::Organization(name)) => name.clone(),
        Some(Value::FiscalYear(year)) => parameters::write_year(Some(*year)),
        None => parameters::write_year(None),
    }
}

/// Reads a group as the filter of its dimension reads its value.
fn read_group(dimension: Dimension, value: &str) -> Result<Group, &'static str> {
    let mut query = QueryString::default();
    query.push(dimension.name(), value);
    let refused = "is not a value of this facet";
    let read = parameters::read_strictly(&query.0).map_err(|_| refused)?.filters;
    if read.fiscal_year.contains(&None) {
        return Ok(Group::without(Dimension::FiscalYear));
    }
    let value = read
        .division
        .into_iter()
        .map(Value::Division)
        .chain(read.division_itself.into_iter().map(Value::DivisionItself))
        .chain(read.category.into_iter().map(Value::Category))
        .chain(read.fiscal_year.into_iter().flatten().map(Value::FiscalYear))
        .chain(read.organization.into_iter().map(Value::Organization))
        .next();
    value.map(Group::of).ok_or(refused)
}

/// A query string, parted into the search and what is asked beside it.
struct Asked {
    search: SearchRequest,
    /// The parameters beside it, in their order.
    own: Vec<(String, String)>,
}

impl Asked {
    fn strictly(query: &str, names: &[&str]) -> Result<Asked, Problem> {
        let mut own: Vec<(String, String)> = Vec::new();
        let mut rest = Vec::new();
        for pair in query.split('&') {
            let Some((Ok(name), value)) = pairs(pair).next() else {
                rest.push(pair);
                continue;
            };
            if OF_HITS.contains(&name.as_str()) {
                return Err(misread(&name, UNKNOWN));
            }
            if !names.contains(&name.as_str()) {
                rest.push(pair);
                continue;
            }
            let Ok(value) = value else {
                return Err(misread(&name, "is not percent-encoded UTF-8"));
            };
            if name != COMPARE && own.iter().any(|(known, _)| *known == name) {
                return Err(misread(&name, "is given more than once"));
            }
            own.push((name, value));
        }
        Ok(Asked { search: parameters::read_strictly(&rest.join("&"))?, own })
    }

    fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.own.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn optional<T>(
        &self,
        name: &str,
        read: impl FnOnce(&str) -> Result<T, &'static str>,
    ) -> Result<Option<T>, Problem> {
        self.all(name).next().map(read).transpose().map_err(|reason| misread(name, reason))
    }

    fn required<T>(
        &self,
        name: &str,
        read: impl FnOnce(&str) -> Result<T, &'static str>,
    ) -> Result<T, Problem> {
        self.optional(name, read)?.ok_or_else(|| misread(name, WANTING))
    }

    fn format(&self) -> Result<Format, Problem> {
        let truth = |value: &str| truth(value).ok_or("is not `true` or `false`");
        let bom = self.optional(BOM, truth)?;
        let format = self.optional(FORMAT, |value| match value {
            "json" => Ok(Format::Json),
            "csv" => Ok(Format::Csv { bom: bom.unwrap_or(true) }),
            "xlsx" => Ok(Format::Xlsx),
            _ => Err("is not `json`, `csv` or `xlsx`"),
        })?;
        match format.unwrap_or_default() {
            Format::Json | Format::Xlsx if bom.is_some() => {
                Err(misread(BOM, "is for `format=csv` only"))
            }
            format => Ok(format),
        }
    }
}

fn dimension(value: &str) -> Result<Dimension, &'static str> {
    Dimension::named(value).ok_or("is not `division`, `category`, `fiscal_year` or `organization`")
}

fn level(value: &str) -> Result<usize, &'static str> {
    let level = number(value).filter(|level| (1..=CrosstabRequest::MAX_LEVEL).contains(level));
    level.ok_or("is not a whole number from 1 to 16")
}

fn table_limit(value: &str) -> Result<usize, &'static str> {
    let limit = number(value).filter(|limit| (1..=CrosstabRequest::MAX_LIMIT).contains(limit));
    limit.ok_or("is not a whole number from 1 to 500")
}

fn word_limit(value: &str) -> Result<usize, &'static str> {
    let limit = number(value).filter(|limit| (1..=DistinctiveRequest::MAX_LIMIT).contains(limit));
    limit.ok_or("is not a whole number from 1 to 100")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_refused<T: std::fmt::Debug>(
        read: fn(&str) -> Result<T, Problem>,
        query: &str,
        parameter: &str,
    ) {
        let problem = read(query).expect_err(query);
        assert_eq!(problem.parameter.as_deref(), Some(parameter), "{query}: {}", problem.detail);
    }

    #[test]
    fn a_program_is_told_which_parameter_is_wrong() {
        let crosstab = "rows=division&columns=category";
        check_refused(read_crosstab, "", "rows");
        check_refused(read_crosstab, "rows=division", "columns");
        check_refused(read_crosstab, "rows=division&columns=division", "columns");
        check_refused(read_crosstab, "rows=page&columns=division", "rows");
        for (rest, parameter) in [
            ("rows=category", "rows"),
            ("page=2", "page"),
            ("sort=newest", "sort"),
            ("facet_limit=1", "facet_limit"),
            ("level=0", "level"),
            ("level=17", "level"),
            ("limit=0", "limit"),
            ("limit=501", "limit"),
            ("limit=%FF", "limit"),
            ("format=xml", "format"),
            ("bom=0", "bom"),
            ("format=xlsx&bom=1", "bom"),
            ("format=csv&bom=maybe", "bom"),
            ("compare=a", "compare"),
            ("missing=fiscal_year", "missing"),
            ("colour=red", "colour"),
            ("q=a&q=b", "q"),
            ("%FF=a", "\u{FFFD}"),
        ] {
            check_refused(read_crosstab, &format!("{crosstab}&{rest}"), parameter);
        }
        check_refused(read_trend, "compare=", "compare");
        check_refused(read_trend, &["compare=a"; 5].join("&"), "compare");
        check_refused(read_trend, &format!("compare={}", "a".repeat(513)), "compare");
        check_refused(read_trend, "rows=division", "rows");
        check_refused(read_distinctive, "facet=category", "value");
        check_refused(read_distinctive, "facet=category&value=", "value");
        check_refused(read_distinctive, "facet=division&value=a//b", "value");
        check_refused(read_distinctive, "facet=fiscal_year&value=soon", "value");
        check_refused(read_distinctive, "facet=category&value=a&limit=101", "limit");
    }

    #[test]
    fn an_address_says_what_was_read() {
        for query in [
            "rows=division&columns=fiscal_year",
            "q=a&division=b%2Fc&division=d%2F&missing=category&rows=category&columns=organization&level=2&limit=7",
            "rows=division&columns=category&format=csv",
            "rows=division&columns=category&format=csv&bom=0",
            "rows=division&columns=category&format=xlsx",
        ] {
            let (request, format) = read_crosstab(query).expect(query);
            assert_eq!(crosstab_url(&request, format), format!("/api/v1/crosstab?{query}"));
        }
        for query in ["q=a&compare=b&compare=c+d", "compare=b&format=xlsx"] {
            let (request, format) = read_trend(query).expect(query);
            assert_eq!(trend_url(&request, format), format!("/api/v1/trend?{query}"));
        }
        for query in [
            "q=a&facet=division&value=b%2Fc",
            "facet=division&value=b%252Fc%2F&limit=5",
            "facet=fiscal_year&value=none",
            "facet=fiscal_year&value=2022&format=csv",
            "facet=category&value=%2B",
            "facet=organization&value=b",
        ] {
            let (request, format) = read_distinctive(query).expect(query);
            assert_eq!(distinctive_url(&request, format), format!("/api/v1/distinctive?{query}"));
        }
    }
}

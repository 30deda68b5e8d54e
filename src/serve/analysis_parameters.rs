//! What is asked of the endpoints that count: a search, and how its records are to be counted.
//!
//! Programs are read strictly and people kindly, as with searches.
//! Order and paging of hits are no part of it: what is counted has neither.

use super::language::Language;
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
const OF: &str = "of";
const FORMAT: &str = "format";
const BOM: &str = "bom";
const LANG: &str = "lang";

/// What is wrong with a parameter that has to be there.
const WANTING: &str = "is missing";

/// The form that an answer is wanted in.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) enum Format {
    #[default]
    Json,
    /// With a byte order mark, or without one; the headings are in a language.
    Csv {
        bom: bool,
        language: Language,
    },
    Xlsx {
        language: Language,
    },
}

impl Format {
    /// As it stands in an address; nothing for the default.
    fn write(self, query: &mut QueryString) {
        match self {
            Format::Json => {}
            Format::Csv { bom, language } => {
                query.push(FORMAT, "csv");
                if !bom {
                    query.push(BOM, "0");
                }
                write_language(query, language);
            }
            Format::Xlsx { language } => {
                query.push(FORMAT, "xlsx");
                write_language(query, language);
            }
        }
    }
}

fn write_language(query: &mut QueryString, language: Language) {
    if language != Language::default() {
        query.push(LANG, language.code());
    }
}

/// Reads what is asked of `/api/v1/crosstab`.
///
/// # Errors
///
/// A 400 that names the first parameter that is unknown, repeated, missing or cannot be read, or that goes beyond a limit.
pub(super) fn read_crosstab(query: &str) -> Result<(CrosstabRequest, Format), Problem> {
    let asked = Asked::strictly(query, &[ROWS, COLUMNS, LEVEL, LIMIT, FORMAT, BOM, LANG])?;
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
    let asked = Asked::strictly(query, &[COMPARE, FORMAT, BOM, LANG])?;
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
    let asked = Asked::strictly(query, &[FACET, VALUE, LIMIT, FORMAT, BOM, LANG])?;
    let dimension = asked.required(FACET, dimension)?;
    let group = asked.required(VALUE, |value| read_group(dimension, value))?;
    let limit = asked.optional(LIMIT, word_limit)?.unwrap_or(DistinctiveRequest::DEFAULT_LIMIT);
    let format = asked.format()?;
    Ok((DistinctiveRequest { search: asked.search, group, limit }, format))
}

/// What the page counts: a search crossed, over the years, and by words.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct AnalysisRequest {
    pub(super) search: SearchRequest,
    pub(super) rows: Dimension,
    /// Another dimension than the rows.
    pub(super) columns: Dimension,
    pub(super) level: usize,
    pub(super) limit: usize,
    /// Queries whose trends are shown beside the search's.
    pub(super) compare: Vec<String>,
    /// The group whose words are told.
    pub(super) group: Option<Group>,
}

impl AnalysisRequest {
    /// The canonical address of the page.
    pub(super) fn url(&self) -> String {
        let mut query = QueryString(parameters::write(&self.search));
        self.own_pairs().iter().for_each(|(name, value)| query.push(name, value));
        if query.0.is_empty() { "/analysis".to_owned() } else { format!("/analysis?{}", query.0) }
    }

    /// What the address says beside the search; defaults are left out.
    fn own_pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if (self.rows, self.columns) != DEFAULT_AXES {
            pairs.push((ROWS, self.rows.name().to_owned()));
            pairs.push((COLUMNS, self.columns.name().to_owned()));
        }
        if self.level != 1 {
            pairs.push((LEVEL, self.level.to_string()));
        }
        if self.limit != CrosstabRequest::DEFAULT_LIMIT {
            pairs.push((LIMIT, self.limit.to_string()));
        }
        pairs.extend(self.compare.iter().map(|q| (COMPARE, q.clone())));
        pairs.extend(self.group.iter().map(|group| (OF, write_of(group))));
        pairs
    }

    pub(super) fn crosstab(&self) -> CrosstabRequest {
        let AnalysisRequest { rows, columns, level, limit, .. } = *self;
        CrosstabRequest { search: self.search.clone(), rows, columns, level, limit }
    }

    pub(super) fn trend(&self) -> TrendRequest {
        TrendRequest { search: self.search.clone(), compare: self.compare.clone() }
    }

    pub(super) fn distinctive(&self) -> Option<DistinctiveRequest> {
        Some(DistinctiveRequest {
            search: self.search.clone(),
            group: self.group.clone()?,
            limit: DistinctiveRequest::DEFAULT_LIMIT,
        })
    }
}

/// The rows and columns of a page of which nothing is said.
const DEFAULT_AXES: (Dimension, Dimension) = (Dimension::Division, Dimension::FiscalYear);

/// Reads what a person asks of the page: what is empty, unknown or cannot be read is as if it were not there.
///
/// # Errors
///
/// A 400 with a sentence, for a query that is too long.
pub(super) fn read_kindly(query: &str) -> Result<AnalysisRequest, Problem> {
    let asked = Asked::kindly(query, &[ROWS, COLUMNS, LEVEL, LIMIT, COMPARE, OF])?;
    let axis = |name| asked.all(name).find_map(|value| dimension(value).ok());
    let (rows, columns) = (axis(ROWS), axis(COLUMNS));
    let (rows, columns) = match (rows, columns) {
        (Some(rows), Some(columns)) if rows != columns => (rows, columns),
        (None, None) => DEFAULT_AXES,
        // One of them says nothing, or the same as the other.
        (Some(Dimension::FiscalYear), _) => (Dimension::FiscalYear, Dimension::Category),
        (Some(rows), _) => (rows, Dimension::FiscalYear),
        (None, Some(Dimension::Division)) => (Dimension::FiscalYear, Dimension::Division),
        (None, Some(columns)) => (Dimension::Division, columns),
    };
    let mut compare: Vec<String> = Vec::new();
    for q in asked.all(COMPARE) {
        let fits = q.chars().count() <= SearchRequest::MAX_QUERY_CHARS;
        let is_new = asked.search.q != q && !compare.iter().any(|known| known == q);
        if fits && is_new && compare.len() < TrendRequest::MAX_COMPARED {
            compare.push(q.to_owned());
        }
    }
    let level = asked.all(LEVEL).find_map(|value| level(value).ok()).unwrap_or(1);
    let limit = asked.all(LIMIT).find_map(|value| table_limit(value).ok());
    let limit = limit.unwrap_or(CrosstabRequest::DEFAULT_LIMIT);
    let group = asked.all(OF).find_map(read_of);
    Ok(AnalysisRequest { search: asked.search, rows, columns, level, limit, compare, group })
}

/// A group in one value, as one choice of a form: the facet, a colon, and its value.
pub(super) fn write_of(group: &Group) -> String {
    format!("{}:{}", group.dimension.name(), write_group(group))
}

fn read_of(value: &str) -> Option<Group> {
    let (facet, value) = value.split_once(':')?;
    read_group(Dimension::named(facet)?, value).ok()
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

    fn kindly(query: &str, names: &[&str]) -> Result<Asked, Problem> {
        let mut own: Vec<(String, String)> = Vec::new();
        let mut rest = Vec::new();
        for pair in query.split('&') {
            match pairs(pair).next() {
                Some((Ok(name), _)) if OF_HITS.contains(&name.as_str()) => {}
                Some((Ok(name), Ok(value))) if names.contains(&name.as_str()) => {
                    let value = value.trim();
                    if !value.is_empty() {
                        own.push((name, value.to_owned()));
                    }
                }
                _ => rest.push(pair),
            }
        }
        Ok(Asked { search: parameters::read_kindly(&rest.join("&"))?, own })
    }

    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
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
        let coded = |value: &str| Language::coded(value).ok_or("is not `ja`, `easy` or `en`");
        let chosen = self.optional(LANG, coded)?;
        let language = chosen.unwrap_or_default();
        let format = self.optional(FORMAT, |value| match value {
            "json" => Ok(Format::Json),
            "csv" => Ok(Format::Csv { bom: bom.unwrap_or(true), language }),
            "xlsx" => Ok(Format::Xlsx { language }),
            _ => Err("is not `json`, `csv` or `xlsx`"),
        })?;
        match format.unwrap_or_default() {
            Format::Json | Format::Xlsx { .. } if bom.is_some() => {
                Err(misread(BOM, "is for `format=csv` only"))
            }
            Format::Json if chosen.is_some() => {
                Err(misread(LANG, "is for `format=csv` and `format=xlsx` only"))
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
    limit.ok_or("is not a whole number from 1 to 50")
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
            ("lang=en", "lang"),
            ("format=csv&lang=xx", "lang"),
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
        check_refused(read_distinctive, "facet=category&value=a&limit=51", "limit");
    }

    #[track_caller]
    fn check_kindly(query: &str, expected: &str) {
        let address = read_kindly(query).expect(query).url();
        assert_eq!(address, expected, "{query}");
        let (_, canonical) = address.split_once('?').unwrap_or_default();
        assert_eq!(read_kindly(canonical).expect(query).url(), address);
    }

    #[test]
    fn a_person_is_sent_to_what_could_be_understood() {
        check_kindly("", "/analysis");
        check_kindly("rows=division&columns=fiscal_year&level=1&limit=50", "/analysis");
        check_kindly("q=&rows=&page=3&sort=newest&colour=red", "/analysis");
        check_kindly("rows=page&columns=page&level=x&limit=0&of=a", "/analysis");
        check_kindly("rows=category", "/analysis?rows=category&columns=fiscal_year");
        check_kindly("columns=category", "/analysis?rows=division&columns=category");
        check_kindly("columns=division", "/analysis?rows=fiscal_year&columns=division");
        check_kindly(
            "rows=fiscal_year&columns=fiscal_year",
            "/analysis?rows=fiscal_year&columns=category",
        );
        check_kindly(
            "of=division:b/c&compare=+d+&compare=d&compare=&q=a&level=2&category=e",
            "/analysis?q=a&category=e&level=2&compare=d&of=division%3Ab%2Fc",
        );
        check_kindly("of=fiscal_year:none", "/analysis?of=fiscal_year%3Anone");
        check_kindly("of=category:a:b", "/analysis?of=category%3Aa%3Ab");
        check_kindly(
            "compare=a&compare=b&compare=c&compare=d&compare=e",
            "/analysis?compare=a&compare=b&compare=c&compare=d",
        );
    }

    #[test]
    fn an_address_says_what_was_read() {
        for query in [
            "rows=division&columns=fiscal_year",
            "q=a&division=b%2Fc&division=d%2F&missing=category&rows=category&columns=organization&level=2&limit=7",
            "rows=division&columns=category&format=csv",
            "rows=division&columns=category&format=csv&bom=0&lang=easy",
            "rows=division&columns=category&format=xlsx&lang=en",
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

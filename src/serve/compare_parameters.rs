//! What is asked of `/compare`, `/api/v1/compare` and `/api/v1/records/{id}/similar`.
//!
//! Programs are read strictly, people kindly, as in a search.

use super::parameters::{QueryString, UNKNOWN, misread, number, pairs, read_path, write_path};
use super::problem::Problem;
use crate::query::SearchRequest;
use crate::query::comparison::{CompareRequest, MAX_SIMILAR};
use crate::record::{FiscalYear, RecordId};

/// Records that are told to be similar where nothing is said.
const DEFAULT_SIMILAR: usize = 10;

/// What is compared.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Asked {
    /// A division over the years; none before one was chosen.
    pub(super) division: Option<CompareRequest>,
    /// An organisation of which a division is still to be chosen.
    pub(super) organization: Option<String>,
    /// One record's item in the other divisions; goes before the rest.
    pub(super) record: Option<RecordId>,
}

impl Asked {
    /// The canonical query string, without `?`.
    pub(super) fn write(&self) -> String {
        let mut query = QueryString::default();
        if let Some(id) = &self.record {
            query.push("record", &id.0);
            return query.0;
        }
        let Some(request) = &self.division else {
            self.organization.iter().for_each(|office| query.push("organization", office));
            return query.0;
        };
        query.push("division", &write_path(&request.division));
        if let Some(organization) = &request.organization {
            query.push("organization", organization);
        }
        for (name, year) in [("from", request.from), ("to", request.to)] {
            if let Some(year) = year {
                query.push(name, &year.gregorian().to_string());
            }
        }
        if !request.q.is_empty() {
            query.push("q", &request.q);
        }
        query.0
    }
}

/// The address of the page that compares.
pub(super) fn page_url(asked: &Asked) -> String {
    with_query("/compare", asked)
}

/// The address of what a program is told of the comparison.
pub(super) fn api_url(asked: &Asked) -> String {
    with_query("/api/v1/compare", asked)
}

fn with_query(path: &str, asked: &Asked) -> String {
    let query = asked.write();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// The forms in which a comparison leaves.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) enum Format {
    #[default]
    Json,
    Csv,
    Xlsx,
}

impl Format {
    const ALL: [Format; 3] = [Format::Json, Format::Csv, Format::Xlsx];

    /// What `format=` calls it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Format::Json => "json",
            Format::Csv => "csv",
            Format::Xlsx => "xlsx",
        }
    }
}

/// The address of the comparison in a form.
pub(super) fn file_url(asked: &Asked, format: Format) -> String {
    format!("{}&format={}", api_url(asked), format.name())
}

/// The parameters as they come in.
#[derive(Default)]
struct Draft {
    division: Option<Vec<String>>,
    organization: Option<String>,
    record: Option<RecordId>,
    from: Option<FiscalYear>,
    to: Option<FiscalYear>,
    q: Option<String>,
    format: Option<Format>,
}

impl Draft {
    /// Sets one parameter, or says what is wrong with it.
    fn set(&mut self, name: &str, value: &str) -> Result<(), &'static str> {
        let is_repeated = match name {
            "division" => {
                let path = read_path(value).ok_or("is not a path of names joined with `/`")?;
                self.division.replace(path).is_some()
            }
            "organization" if value.is_empty() => return Err("is empty"),
            "organization" => self.organization.replace(value.to_owned()).is_some(),
            "record" if value.is_empty() => return Err("is empty"),
            "record" => self.record.replace(RecordId(value.to_owned())).is_some(),
            "from" => self.from.replace(year(value)?).is_some(),
            "to" => self.to.replace(year(value)?).is_some(),
            "q" => self.q.replace(value.to_owned()).is_some(),
            "format" => {
                let format = Format::ALL.into_iter().find(|format| format.name() == value);
                self.format.replace(format.ok_or("is not `json`, `csv` or `xlsx`")?).is_some()
            }
            _ => return Err(UNKNOWN),
        };
        if is_repeated { Err("is given more than once") } else { Ok(()) }
    }

    fn request(self, division: Vec<String>) -> CompareRequest {
        let Draft { organization, from, to, q, .. } = self;
        CompareRequest { division, organization, from, to, q: q.unwrap_or_default() }
    }
}

fn year(value: &str) -> Result<FiscalYear, &'static str> {
    FiscalYear::parse(value).ok_or("is not a fiscal year such as `2022`, `令和4` or `R4`")
}

/// Reads a program's query string.
///
/// # Errors
///
/// A 400 that names the first parameter that is unknown, repeated, missing or cannot be read, or that goes beyond a
/// limit.
pub(super) fn read_strictly(query: &str) -> Result<(Asked, Format), Problem> {
    let mut draft = Draft::default();
    for (name, value) in pairs(query) {
        let (Ok(name), Ok(value)) = (name.as_ref(), value.as_ref()) else {
            let name = name.unwrap_or_else(|bytes| String::from_utf8_lossy(&bytes).into_owned());
            return Err(misread(&name, "is not percent-encoded UTF-8"));
        };
        draft.set(name, value).map_err(|reason| misread(name, reason))?;
    }
    hold_to_limits(&draft)?;
    let format = draft.format.take().unwrap_or_default();
    if let Some(id) = draft.record.take() {
        let others = [
            ("division", draft.division.is_some()),
            ("organization", draft.organization.is_some()),
            ("from", draft.from.is_some()),
            ("to", draft.to.is_some()),
            ("q", draft.q.is_some()),
        ];
        return match others.into_iter().find(|(_, is_given)| *is_given) {
            Some((name, _)) => Err(misread(name, "means nothing beside `record`")),
            None => Ok((Asked { record: Some(id), ..Asked::default() }, format)),
        };
    }
    if draft.from.zip(draft.to).is_some_and(|(from, to)| to < from) {
        return Err(misread("to", "is before `from`"));
    }
    let division = draft.division.take().ok_or_else(|| misread("division", "is missing"))?;
    Ok((Asked { division: Some(draft.request(division)), ..Asked::default() }, format))
}

/// Reads a person's query string: what is empty, unknown or cannot be read is as if it were not there.
///
/// # Errors
///
/// A 400 with a sentence, for a query that is too long.
pub(super) fn read_kindly(query: &str) -> Result<Asked, Problem> {
    let mut draft = Draft::default();
    for (name, value) in pairs(query) {
        let lossy = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        let (name, value) = (name.unwrap_or_else(lossy), value.unwrap_or_else(lossy));
        let value = value.trim();
        if value.is_empty() {
            continue;
        }
        // What cannot be read stays away, and of several values the last counts.
        let _ = draft.set(&name, value);
    }
    hold_to_limits(&draft)?;
    if let Some(id) = draft.record.take() {
        return Ok(Asked { record: Some(id), ..Asked::default() });
    }
    if let Some((from, to)) = draft.from.zip(draft.to)
        && to < from
    {
        (draft.from, draft.to) = (Some(to), Some(from));
    }
    let Some(division) = draft.division.take() else {
        return Ok(Asked { organization: draft.organization, ..Asked::default() });
    };
    Ok(Asked { division: Some(draft.request(division)), ..Asked::default() })
}

fn hold_to_limits(draft: &Draft) -> Result<(), Problem> {
    let n_chars = draft.q.as_ref().map_or(0, |q| q.chars().count());
    match n_chars <= SearchRequest::MAX_QUERY_CHARS {
        true => Ok(()),
        false => Err(Problem::too_long(SearchRequest::MAX_QUERY_CHARS)),
    }
}

/// Reads how many similar records are asked for.
///
/// # Errors
///
/// A 400 that names the parameter that is unknown, repeated or no number within the limits.
pub(super) fn read_limit(query: &str) -> Result<usize, Problem> {
    let mut limit = None;
    for (name, value) in pairs(query) {
        let name = name.unwrap_or_else(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        if name != "limit" {
            return Err(misread(&name, UNKNOWN));
        }
        let n = value.ok().and_then(|value| number(&value));
        let n = n.filter(|n| (1..=MAX_SIMILAR).contains(n));
        let n = n.ok_or_else(|| misread("limit", "is not a whole number from 1 to 50"))?;
        if limit.replace(n).is_some() {
            return Err(misread("limit", "is given more than once"));
        }
    }
    Ok(limit.unwrap_or(DEFAULT_SIMILAR))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check_refused(query: &str, parameter: &str) {
        let problem = read_strictly(query).expect_err(query);
        assert_eq!(problem.parameter.as_deref(), Some(parameter), "{query}");
        assert_eq!(problem.status.as_u16(), 400, "{query}");
    }

    #[test]
    fn programs_are_told_what_cannot_be_read() {
        check_refused("", "division");
        check_refused("organization=a", "division");
        check_refused("division=a&x=1", "x");
        check_refused("division=", "division");
        check_refused("division=a//b", "division");
        check_refused("division=a&division=b", "division");
        check_refused("division=a&organization=", "organization");
        check_refused("division=a&from=いつか", "from");
        check_refused("division=a&from=2023&to=2022", "to");
        check_refused("division=a&q=%FF", "q");
        check_refused(&format!("division=a&q={}", "あ".repeat(513)), "q");
        check_refused("record=a&division=b", "division");
        check_refused("record=", "record");
        check_refused("division=a&format=pdf", "format");
        check_refused("division=a&format=csv&format=csv", "format");
    }

    #[test]
    fn people_are_understood_as_far_as_possible() {
        let check = |query: &str, expected: &str| {
            assert_eq!(read_kindly(query).expect(query).write(), expected, "{query}");
        };
        check("", "");
        check("utm=x&division=&organization=&q=", "");
        check("organization=a", "organization=a");
        check("division=a/b&from=R3&to=&q=+", "division=a%2Fb&from=2021");
        check("division=a&from=2023&to=R3", "division=a&from=2021&to=2023");
        check("division=a&from=いつか&q=b", "division=a&q=b");
        check("record=a&division=b", "record=a");
        check("q=a", "");
    }

    #[test]
    fn a_limit_is_a_number_within_bounds() {
        assert_eq!(read_limit("").unwrap(), 10);
        assert_eq!(read_limit("limit=50").unwrap(), 50);
        for (query, parameter) in [
            ("limit=0", "limit"),
            ("limit=51", "limit"),
            ("limit=", "limit"),
            ("limit=1&limit=2", "limit"),
            ("n=1", "n"),
        ] {
            let problem = read_limit(query).expect_err(query);
            assert_eq!(problem.parameter.as_deref(), Some(parameter), "{query}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_is_written_is_what_is_read(
            division in prop::collection::vec("[あ-ん/%&+a-z]{1,6}", 1..4),
            organization in prop::option::of("[あ-ん&=]{1,6}"),
            years in prop::option::of((1990u16..2030, 0u16..9)),
            q in "[あ-ん &#a-z]{0,8}",
        ) {
            let year = FiscalYear::from_gregorian;
            let request = CompareRequest {
                division,
                organization,
                from: years.and_then(|(from, _)| year(from)),
                to: years.and_then(|(from, n)| year(from + n)),
                q: q.trim().to_owned(),
            };
            let asked = Asked { division: Some(request), ..Asked::default() };
            let query = asked.write();
            prop_assert_eq!(&read_strictly(&query).unwrap(), &(asked.clone(), Format::Json));
            prop_assert_eq!(&read_kindly(&query).unwrap(), &asked);
        }

        #[test]
        fn any_query_string_has_a_canonical_form_that_stays(query in "[ -~あ]{0,60}") {
            let Ok(asked) = read_kindly(&query) else { return Ok(()) };
            let canonical = asked.write();
            prop_assert_eq!(read_kindly(&canonical).unwrap().write(), canonical);
        }
    }
}

//! Search requests as query strings, and back.
//!
//! Each request has one canonical form, [`write()`]: parameters in a fixed order, lists sorted and without repetition,
//! defaults left out, encoded the way browsers encode forms.
//! Programs are read strictly, so that a misspelt parameter is not silently ignored;
//! people are read kindly, and sent on to the canonical form of what could be understood.

mod division_path;

use std::borrow::Cow;

use percent_encoding::AsciiSet;
use percent_encoding::NON_ALPHANUMERIC;
use percent_encoding::percent_decode;
use percent_encoding::utf8_percent_encode;

pub(super) use self::division_path::read_path;
pub(super) use self::division_path::write_path;
use super::problem::Problem;
use super::texts::problem::Complaint;
use crate::query::SearchRequest;
use crate::query::request::Filters;
use crate::query::request::Sort;
use crate::query::widening::Unwanted;
use crate::query::widening::WideningKind;
use crate::record::FiscalYear;
use crate::record::Role;

/// What a value of `fiscal_year` is called that stands for records without one.
const NO_YEAR: &str = "none";

/// What is wrong with a parameter that an endpoint does not have.
pub(super) const UNKNOWN: &str = "is not a parameter of this endpoint";

/// What forms leave as it is, beside letters and digits.
const FORM: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'*').remove(b'-').remove(b'.').remove(b'_').remove(b' ');

/// What a segment of a path leaves as it is, beside letters and digits.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Parameters that may be given once only.
const SINGLE: [&str; 8] =
    ["q", "in", "sort", "page", "per_page", "facet_limit", "explain", "exact"];

/// The address of the page that answers `request`.
pub(crate) fn search_url(request: &SearchRequest) -> String {
    let query = write(request);
    if query.is_empty() { "/search".to_owned() } else { format!("/search?{query}") }
}

/// The path of a record's page.
pub(crate) fn record_url(id: &str) -> String {
    format!("/records/{}", utf8_percent_encode(id, SEGMENT))
}

/// The page of a record that `request` led to: its words are kept, so that they can be marked there.
pub(super) fn found_record_url(id: &str, request: &SearchRequest) -> String {
    let query = write(&words_of(request));
    let url = record_url(id);
    if query.is_empty() { url } else { format!("{url}?{query}") }
}

/// What of a request says what is looked for; nothing, if it has no words.
pub(super) fn words_of(request: &SearchRequest) -> SearchRequest {
    if request.q.is_empty() {
        return SearchRequest::default();
    }
    SearchRequest {
        q: request.q.clone(),
        within: request.within,
        exact: request.exact,
        without: request.without.clone(),
        ..SearchRequest::default()
    }
}

/// The first value of a parameter that is not empty, without the space around it.
pub(super) fn first(query: &str, name: &str) -> Option<String> {
    let values = pairs(query).filter(|(own, _)| own.as_deref() == Ok(name));
    let values = values.filter_map(|(_, value)| Some(value.ok()?.trim().to_owned()));
    values.into_iter().find(|value| !value.is_empty())
}

/// The canonical query string of `request`, without `?`; empty for the request of everything.
pub(super) fn write(request: &SearchRequest) -> String {
    let request = canonical(request);
    let default = SearchRequest::default();
    let mut query = QueryString::default();
    if request.q != default.q {
        query.push("q", &request.q);
    }
    for path in &request.filters.division {
        query.push("division", &write_path(path));
    }
    for path in &request.filters.division_itself {
        query.push("division", &write_path_itself(path));
    }
    for category in &request.filters.category {
        query.push("category", category);
    }
    for year in &request.filters.fiscal_year {
        query.push("fiscal_year", &write_year(*year));
    }
    for organization in &request.filters.organization {
        query.push("organization", organization);
    }
    for name in missing(&request.filters) {
        query.push("missing", name);
    }
    if let Some(role) = request.within {
        query.push("in", role_name(role));
    }
    if request.sort != default.sort {
        query.push("sort", sort_name(request.sort));
    }
    if request.page != default.page {
        query.push("page", &request.page.to_string());
    }
    if request.per_page != default.per_page {
        query.push("per_page", &request.per_page.to_string());
    }
    if request.facet_limit != default.facet_limit {
        query.push("facet_limit", &request.facet_limit.to_string());
    }
    if request.explain {
        query.push("explain", "true");
    }
    if request.exact {
        query.push("exact", "true");
    }
    for unwanted in &request.without {
        query.push("without", &write_unwanted(unwanted));
    }
    query.0
}

/// The same request with its filters sorted and without repetition.
pub(super) fn canonical(request: &SearchRequest) -> SearchRequest {
    let mut request = request.clone();
    let filters = &mut request.filters;
    filters.division.sort_unstable();
    filters.division.dedup();
    filters.division_itself.sort_unstable();
    filters.division_itself.dedup();
    filters.category.sort_unstable();
    filters.category.dedup();
    filters.fiscal_year.sort_unstable();
    filters.fiscal_year.dedup();
    filters.organization.sort_unstable();
    filters.organization.dedup();
    request.without.sort_unstable();
    request.without.dedup();
    request
}

/// Reads a program's query string.
///
/// # Errors
///
/// A 400 that names the first parameter that is unknown, repeated or cannot be read, or that goes beyond a limit.
pub(super) fn read_strictly(query: &str) -> Result<SearchRequest, Problem> {
    let mut request = SearchRequest::default();
    let mut seen = Vec::new();
    for (name, value) in pairs(query) {
        let (Ok(name), Ok(value)) = (name.as_ref(), value.as_ref()) else {
            let name = name.unwrap_or_else(|bytes| String::from_utf8_lossy(&bytes).into_owned());
            return Err(misread(&name, "is not percent-encoded UTF-8"));
        };
        if SINGLE.contains(&name.as_str()) {
            if seen.contains(name) {
                return Err(misread(name, "is given more than once"));
            }
            seen.push(name.clone());
        }
        set(&mut request, name, value).map_err(|reason| misread(name, reason))?;
    }
    hold_to_limits(&request)?;
    Ok(canonical(&request))
}

/// Reads a person's query string: what is empty, unknown or cannot be read is as if it were not there.
///
/// # Errors
///
/// A 400 with a sentence, for a query that is too long or a page that is too far.
pub(super) fn read_kindly(query: &str) -> Result<SearchRequest, Problem> {
    let mut request = SearchRequest::default();
    let mut seen = Vec::new();
    for (name, value) in pairs(query) {
        let lossy = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        let (name, value) = (name.unwrap_or_else(lossy), value.unwrap_or_else(lossy));
        let value = value.trim();
        if value.is_empty() || seen.contains(&name) {
            continue;
        }
        let is_read = set(&mut request, &name, value).is_ok();
        if is_read && SINGLE.contains(&name.as_str()) {
            seen.push(name);
        }
    }
    hold_to_limits(&request)?;
    Ok(canonical(&request))
}

/// The complaint about the parameters of an endpoint that has none.
pub(super) fn none_expected(query: &str) -> Problem {
    let name = pairs(query).next().map_or_else(|| Ok(String::new()), |(name, _)| name);
    let name = name.unwrap_or_else(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    misread(&name, UNKNOWN)
}

/// Reads which source of a record is meant, from 1: the first, if nothing is said.
///
/// # Errors
///
/// A 400 that names the parameter that is unknown, repeated or no number.
pub(super) fn read_source_number(query: &str) -> Result<usize, Problem> {
    let mut n = None;
    for (name, value) in pairs(query) {
        let (Ok("n"), Ok(value)) = (name.as_deref(), &value) else {
            return Err(none_expected(query));
        };
        let read = number(value).filter(|n| 0 < *n);
        let read = read.ok_or_else(|| misread("n", "is not a whole number from 1"))?;
        if n.replace(read).is_some() {
            return Err(misread("n", "is given more than once"));
        }
    }
    Ok(n.unwrap_or(1))
}

/// Sets one parameter, or says what is wrong with it and leaves the request as it was.
fn set(request: &mut SearchRequest, name: &str, value: &str) -> Result<(), &'static str> {
    let filters = &mut request.filters;
    match name {
        "q" => request.q = value.to_owned(),
        "division" => {
            let (value, paths) = match value.strip_suffix('/') {
                Some(value) => (value, &mut filters.division_itself),
                None => (value, &mut filters.division),
            };
            let path = division_path::read_path(value);
            paths.push(path.ok_or("is not a path of names joined with `/`")?);
        }
        "missing" => match value {
            "division" => filters.no_division = true,
            "category" => filters.no_category = true,
            "organization" => filters.no_organization = true,
            _ => return Err("is not `division`, `category` or `organization`"),
        },
        "category" => filters.category.push(not_empty(value)?),
        "organization" => filters.organization.push(not_empty(value)?),
        "fiscal_year" if value == NO_YEAR => filters.fiscal_year.push(None),
        "fiscal_year" => {
            let year = FiscalYear::parse(value);
            let year =
                year.ok_or("is not a fiscal year such as `2022`, `令和4`, `R4`, or `none`")?;
            filters.fiscal_year.push(Some(year));
        }
        "in" => {
            let roles = [Role::Goal, Role::Result, Role::Body];
            let role = roles.into_iter().find(|role| role_name(*role) == value);
            request.within = Some(role.ok_or("is not `goal`, `result` or `body`")?);
        }
        "sort" => {
            let sorts = [Sort::Relevance, Sort::Newest, Sort::Oldest];
            let sort = sorts.into_iter().find(|sort| sort_name(*sort) == value);
            request.sort = sort.ok_or("is not `relevance`, `newest` or `oldest`")?;
        }
        "page" => {
            let page = number(value).filter(|page| 1 <= *page);
            request.page = page.ok_or("is not a whole number from 1")?;
        }
        "per_page" => {
            let per_page = number(value).filter(|n| (1..=SearchRequest::MAX_PER_PAGE).contains(n));
            request.per_page = per_page.ok_or("is not a whole number from 1 to 100")?;
        }
        "facet_limit" => {
            let limit = number(value).filter(|n| *n <= SearchRequest::MAX_FACET_LIMIT);
            request.facet_limit = limit.ok_or("is not a whole number from 0 to 500")?;
        }
        "explain" => request.explain = truth(value).ok_or("is not `true` or `false`")?,
        "exact" => request.exact = truth(value).ok_or("is not `true` or `false`")?,
        "without" => {
            let unwanted = read_unwanted(value);
            request.without.push(unwanted.ok_or("is not a kind of widening, `:` and a word")?);
        }
        _ => return Err(UNKNOWN),
    }
    Ok(())
}

fn hold_to_limits(request: &SearchRequest) -> Result<(), Problem> {
    if SearchRequest::MAX_QUERY_CHARS < request.q.chars().count() {
        return Err(Problem::too_long(SearchRequest::MAX_QUERY_CHARS));
    }
    match request.page.checked_mul(request.per_page) {
        Some(last) if last <= SearchRequest::MAX_WINDOW => Ok(()),
        _ => Err(Problem::too_deep(SearchRequest::MAX_WINDOW)),
    }
}

pub(super) fn misread(name: &str, reason: &str) -> Problem {
    let detail = format!("`{name}` {reason}");
    Problem::parameter(name, detail, Complaint::Misread(name.to_owned()))
}

fn not_empty(value: &str) -> Result<String, &'static str> {
    if value.is_empty() { Err("is empty") } else { Ok(value.to_owned()) }
}

/// A number in plain digits: no sign, no space.
pub(super) fn number(value: &str) -> Option<usize> {
    value.bytes().all(|byte| byte.is_ascii_digit()).then(|| value.parse().ok())?
}

pub(super) fn truth(value: &str) -> Option<bool> {
    match value {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

pub(super) fn role_name(role: Role) -> &'static str {
    match role {
        Role::Goal => "goal",
        Role::Result => "result",
        Role::Body => "body",
    }
}

pub(super) fn sort_name(sort: Sort) -> &'static str {
    match sort {
        Sort::Relevance => "relevance",
        Sort::Newest => "newest",
        Sort::Oldest => "oldest",
    }
}

/// The value of `without` that stands for a widening: its kind, a colon, and the part of the query.
pub(super) fn write_unwanted(Unwanted { kind, from }: &Unwanted) -> String {
    format!("{}:{from}", kind.name())
}

fn read_unwanted(value: &str) -> Option<Unwanted> {
    let (kind, from) = value.split_once(':')?;
    let kind = WideningKind::named(kind)?;
    (!from.is_empty()).then(|| Unwanted { kind, from: from.to_owned() })
}

/// The value of `fiscal_year` that stands for a year, or for none.
pub(super) fn write_year(year: Option<FiscalYear>) -> String {
    year.map_or_else(|| NO_YEAR.to_owned(), |year| year.gregorian().to_string())
}

/// The value of `division` that stands for the records of exactly this division, without those below.
pub(super) fn write_path_itself(path: &[String]) -> String {
    format!("{}/", write_path(path))
}

/// The values of `missing`: the facets of which records without a value are wanted.
pub(super) fn missing(filters: &Filters) -> impl Iterator<Item = &'static str> + use<> {
    let wanted = [
        ("division", filters.no_division),
        ("category", filters.no_category),
        ("organization", filters.no_organization),
    ];
    wanted.into_iter().filter(|(_, is_wanted)| *is_wanted).map(|(name, _)| name)
}

/// A name or value of a query string: text, or the bytes that are none.
pub(super) type Decoded = Result<String, Vec<u8>>;

/// The pairs of a query string, decoded.
pub(super) fn pairs(query: &str) -> impl Iterator<Item = (Decoded, Decoded)> + '_ {
    query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode(name), decode(value))
    })
}

pub(super) fn decode(encoded: &str) -> Decoded {
    let spaced = encoded.replace('+', " ");
    let bytes: Cow<'_, [u8]> = percent_decode(spaced.as_bytes()).into();
    String::from_utf8(bytes.into_owned()).map_err(|error| error.into_bytes())
}

/// A query string in the making.
#[derive(Default)]
pub(super) struct QueryString(pub(super) String);

impl QueryString {
    pub(super) fn push(&mut self, name: &str, value: &str) {
        if !self.0.is_empty() {
            self.0.push('&');
        }
        self.0.push_str(name);
        self.0.push('=');
        for piece in utf8_percent_encode(value, FORM) {
            self.0.push_str(&piece.replace(' ', "+"));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::option;
    use proptest::prelude::*;

    use super::*;
    use crate::serve::language::Language;
    use crate::serve::view::View;

    #[track_caller]
    fn check_refused(query: &str, parameter: &str) {
        let problem = read_strictly(query).expect_err(query);
        assert_eq!(problem.parameter.as_deref(), Some(parameter), "{query}");
        assert_eq!(problem.status.as_u16(), 400, "{query}");
        assert!(problem.detail.starts_with(&format!("`{parameter}` ")), "{}", problem.detail);
    }

    #[test]
    fn programs_are_told_what_cannot_be_read() {
        for (query, parameter) in [
            ("Q=a", "Q"),
            ("q=a&fy=2022", "fy"),
            ("q=a&q=b", "q"),
            ("page=0", "page"),
            ("page=-1", "page"),
            ("page=+1", "page"),
            ("page=", "page"),
            ("page=1.5", "page"),
            ("page=99999999999999999999999", "page"),
            ("page=501&per_page=20", "page"),
            ("page=18446744073709551615&per_page=100", "page"),
            ("per_page=0", "per_page"),
            ("per_page=101", "per_page"),
            ("facet_limit=501", "facet_limit"),
            ("sort=random", "sort"),
            ("in=title", "in"),
            ("fiscal_year=いつか", "fiscal_year"),
            ("fiscal_year=", "fiscal_year"),
            ("category=", "category"),
            ("organization=", "organization"),
            ("division=", "division"),
            ("division=/a", "division"),
            ("division=a//b", "division"),
            ("explain=yes", "explain"),
            ("exact=", "exact"),
            ("without=", "without"),
            ("without=synonym", "without"),
            ("without=synonym:", "without"),
            ("without=guess:a", "without"),
            ("q=%FF", "q"),
        ] {
            check_refused(query, parameter);
        }
        check_refused(&format!("q={}", "あ".repeat(513)), "q");
    }

    #[test]
    fn people_are_understood_as_far_as_possible() {
        let check = |query: &str, expected: &str| {
            assert_eq!(write(&read_kindly(query).expect(query)), expected, "{query}");
        };
        check("", "");
        check("q=&division=&fiscal_year=&page=", "");
        check("q=+a++&utm_source=x", "q=a");
        check("q=%E3%80%80", "");
        check("page=x&sort=up&per_page=1000&in=title", "");
        check("page=1&sort=relevance&per_page=20&facet_limit=50&exact=false", "");
        check("q=a&q=b", "q=a");
        check("q=&q=b", "q=b");
        check("fiscal_year=R4&fiscal_year=令和4&fiscal_year=2022", "fiscal_year=2022");
        check("category=b&category=a&category=b", "category=a&category=b");
        check("division=a//b/&division=a/b", "division=a%2Fb");
        check("sort=newest&q=a", "q=a&sort=newest");
        check("q=%FF", "q=%EF%BF%BD");
        check("exact=1", "exact=true");
        check("without=guess:a&without=variant:b&without=synonym:", "without=variant%3Ab");
    }

    #[test]
    fn people_too_are_held_to_the_limits() {
        let problem = read_kindly(&format!("q={}", "あ".repeat(513))).expect_err("too long");
        assert_eq!(problem.parameter.as_deref(), Some("q"));
        assert!(read_kindly(&format!("q={}", "あ".repeat(512))).is_ok());
        let problem = read_kindly("page=501").expect_err("too deep");
        assert_eq!(problem.parameter.as_deref(), Some("page"));
        assert!(read_kindly("page=500").is_ok());
    }

    #[test]
    fn every_form_of_a_year_is_one_filter() {
        for query in
            ["fiscal_year=2022", "fiscal_year=令和4", "fiscal_year=R4", "fiscal_year=%52%34"]
        {
            assert_eq!(write(&read_strictly(query).expect(query)), "fiscal_year=2022");
        }
        let request = read_strictly("fiscal_year=none").expect("none is a value");
        assert_eq!(request.filters.fiscal_year, [None]);
    }

    #[test]
    fn a_slash_inside_a_name_is_encoded_twice() {
        let request = read_strictly("division=a%252Fb/c").expect("a path");
        assert_eq!(request.filters.division, [["a/b", "c"]]);
        assert_eq!(write(&request), "division=a%252Fb%2Fc");
    }

    #[test]
    fn an_identity_stays_within_its_segment() {
        assert_eq!(record_url("a/b?c#d%e f"), "/records/a%2Fb%3Fc%23d%25e%20f");
        assert_eq!(record_url("区-1"), "/records/%E5%8C%BA-1");
    }

    fn name() -> impl Strategy<Value = String> {
        "[ぁ-んア-ン一-龠a-z0-9/%&+=#?<>\"' ・　]{1,8}"
            .prop_map(|name| name.trim().to_owned())
            .prop_filter("a name has characters", |name| !name.is_empty())
    }

    fn year() -> impl Strategy<Value = Option<FiscalYear>> {
        option::of(
            (1868u16..3000).prop_map(|year| FiscalYear::from_gregorian(year).expect("in range")),
        )
    }

    fn request() -> impl Strategy<Value = SearchRequest> {
        let role = option::of(prop::sample::select(vec![Role::Goal, Role::Result, Role::Body]));
        let sort = prop::sample::select(vec![Sort::Relevance, Sort::Newest, Sort::Oldest]);
        let paths = || vec(vec(name(), 1..4), 0..3);
        let missing = (any::<bool>(), any::<bool>(), any::<bool>());
        let filters =
            (paths(), paths(), vec(name(), 0..3), vec(year(), 0..3), vec(name(), 0..3), missing);
        let kind = prop::sample::select(WideningKind::ALL.to_vec());
        let without = vec((kind, name()).prop_map(|(kind, from)| Unwanted { kind, from }), 0..3);
        let rest = (1usize..=100, 1usize..=100, 0usize..=500, any::<bool>(), any::<bool>());
        let all = ("\\PC{0,20}", filters, role, sort, rest, without);
        all.prop_map(|(q, filters, within, sort, rest, without)| {
            let (division, division_itself, category, fiscal_year, organization, missing) = filters;
            let (page, per_page, facet_limit, explain, exact) = rest;
            let (no_division, no_category, no_organization) = missing;
            let filters = Filters {
                division,
                division_itself,
                no_division,
                category,
                no_category,
                fiscal_year,
                organization,
                no_organization,
            };
            let q = q.trim().to_owned();
            SearchRequest {
                q,
                filters,
                within,
                sort,
                page,
                per_page,
                facet_limit,
                explain,
                exact,
                without,
            }
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_request_and_its_canonical_form_are_one(request in request()) {
            let query = write(&request);
            prop_assert!(query.is_ascii());
            let expected = canonical(&request);
            prop_assert_eq!(&read_kindly(&query).expect("canonical"), &expected);
            prop_assert_eq!(&read_strictly(&query).expect("canonical"), &expected);
            prop_assert_eq!(write(&expected), query);
        }

        #[test]
        fn a_state_of_a_page_and_its_address_are_one(
            request in request(),
            language in prop::sample::select(Language::ALL.to_vec()),
            ruby in any::<bool>(),
        ) {
            let view = View { language, ruby };
            let address = view.link(&search_url(&request));
            let (_, query) = address.split_once('?').unwrap_or((&address, ""));
            let (read_view, rest) = View::part(query);
            prop_assert_eq!(read_view, view);
            let read = read_kindly(&rest).expect("canonical");
            prop_assert_eq!(&read, &canonical(&request));
            prop_assert_eq!(view.link(&search_url(&read)), address);
        }

        #[test]
        fn any_query_string_has_a_canonical_form_that_stays(query in "[ -~あ]{0,60}") {
            let Ok(request) = read_kindly(&query) else { return Ok(()) };
            let canonical = write(&request);
            prop_assert_eq!(write(&read_kindly(&canonical).expect("canonical")), canonical);
        }
    }
}

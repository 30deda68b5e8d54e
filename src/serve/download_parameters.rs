//! What is asked of `/api/v1/export`: a search without its pages, and the form of the file.

use super::parameters;
use super::parameters::QueryString;
use super::parameters::UNKNOWN;
use super::parameters::decode;
use super::parameters::misread;
use super::parameters::truth;
use super::problem::Problem;
use super::record_file::Format;
use crate::export::csv::ByteOrderMark;
use crate::query::SearchRequest;

/// Parameters of a search that say nothing about which records there are.
const OF_PAGES: [&str; 4] = ["page", "per_page", "facet_limit", "explain"];

/// A search whose records are wanted as a file.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Download {
    pub(super) request: SearchRequest,
    pub(super) format: Format,
}

impl Download {
    /// The canonical address of the file.
    pub(super) fn url(&self) -> String {
        let mut query = QueryString(parameters::write(&matching(&self.request)));
        query.push("format", self.format.name());
        if self.format == Format::Csv(ByteOrderMark::Absent) {
            query.push("bom", "false");
        }
        format!("/api/v1/export?{}", query.0)
    }
}

/// The address of all records that `request` finds, as a file.
pub(super) fn export_url(request: &SearchRequest, format: Format) -> String {
    Download { request: request.clone(), format }.url()
}

/// The request for the same records, whatever page of them was looked at.
pub(super) fn matching(request: &SearchRequest) -> SearchRequest {
    let default = SearchRequest::default();
    SearchRequest {
        page: default.page,
        per_page: default.per_page,
        facet_limit: default.facet_limit,
        explain: default.explain,
        ..request.clone()
    }
}

/// Reads a query string.
///
/// # Errors
///
/// A 400 that names the first parameter that is unknown, repeated or cannot be read, or that goes beyond a limit.
pub(super) fn read(query: &str) -> Result<Download, Problem> {
    let (mut format, mut mark) = (None, None);
    let mut search = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (Ok(name), Ok(value)) = (decode(name), decode(value)) else {
            // The search says what is wrong with it.
            search.push(pair);
            continue;
        };
        let is_repeated = match name.as_str() {
            "format" => format.replace(read_format(&value)?).is_some(),
            "bom" => {
                let mark_of = |present| {
                    if present { ByteOrderMark::Present } else { ByteOrderMark::Absent }
                };
                let read =
                    truth(&value).ok_or_else(|| misread("bom", "is not `true` or `false`"))?;
                mark.replace(mark_of(read)).is_some()
            }
            name if OF_PAGES.contains(&name) => return Err(misread(name, UNKNOWN)),
            _ => {
                search.push(pair);
                false
            }
        };
        if is_repeated {
            return Err(misread(&name, "is given more than once"));
        }
    }
    let request = parameters::read_strictly(&search.join("&"))?;
    let format = match (format.unwrap_or(Format::JsonLines), mark) {
        (Format::Csv(_), Some(mark)) => Format::Csv(mark),
        (_, Some(_)) => return Err(misread("bom", "is only for `format=csv`")),
        (format, None) => format,
    };
    Ok(Download { request, format })
}

fn read_format(value: &str) -> Result<Format, Problem> {
    let format = Format::ALL.into_iter().find(|format| format.name() == value);
    format.ok_or_else(|| misread("format", "is not `csv`, `xlsx` or `jsonl`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_refused(query: &str, parameter: &str) {
        let problem = read(query).expect_err(query);
        assert_eq!(problem.parameter.as_deref(), Some(parameter), "{query}");
        assert_eq!(problem.status.as_u16(), 400, "{query}");
    }

    #[test]
    fn programs_are_told_what_cannot_be_read() {
        for (query, parameter) in [
            ("format=pdf", "format"),
            ("format=", "format"),
            ("format=csv&format=csv", "format"),
            ("format=csv&bom=maybe", "bom"),
            ("format=csv&bom=0&bom=0", "bom"),
            ("format=xlsx&bom=0", "bom"),
            ("bom=1", "bom"),
            ("page=1", "page"),
            ("per_page=20", "per_page"),
            ("facet_limit=5", "facet_limit"),
            ("explain=true", "explain"),
            ("format=csv&colour=red", "colour"),
            ("format=csv&sort=random", "sort"),
            ("format=csv&q=%FF", "q"),
            ("%FF=1", "\u{FFFD}"),
        ] {
            check_refused(query, parameter);
        }
    }

    #[test]
    fn an_address_is_read_again() {
        for (query, expected) in [
            ("", "/api/v1/export?format=jsonl"),
            ("format=csv", "/api/v1/export?format=csv"),
            ("bom=1&format=csv", "/api/v1/export?format=csv"),
            ("format=csv&bom=0", "/api/v1/export?format=csv&bom=false"),
            (
                "format=xlsx&sort=newest&q=a&category=b&category=a",
                "/api/v1/export?q=a&category=a&category=b&sort=newest&format=xlsx",
            ),
        ] {
            let download = read(query).expect(query);
            assert_eq!(download.url(), expected);
            let (_, again) = expected.split_once('?').expect("there is a query");
            assert_eq!(read(again).expect(again), download);
        }
    }

    #[test]
    fn a_page_leads_to_the_file_of_all_pages() {
        let request = SearchRequest {
            q: "花壇".to_owned(),
            page: 3,
            per_page: 50,
            facet_limit: 5,
            explain: true,
            ..SearchRequest::default()
        };
        let url = export_url(&request, Format::Csv(ByteOrderMark::Present));
        assert_eq!(url, "/api/v1/export?q=%E8%8A%B1%E5%A3%87&format=csv");
    }
}

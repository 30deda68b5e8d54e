//! A record's page: what was promised beside what was done, and where it stands in print.

use askama::Template;

use super::rendered;
use crate::query::SearchRequest;
use crate::query::request::Filters;
use crate::record::Provenance;
use crate::record::Record;
use crate::record::Role;
use crate::serve::asset;
use crate::serve::parameters;
use crate::serve::problem::Problem;
use crate::serve::wording;

#[derive(Template)]
#[template(path = "record.html")]
struct RecordPage<'a> {
    style: &'static str,
    q: &'static str,
    max_chars: usize,
    name: String,
    /// Organisation, year and division as a way down, each a search.
    trail: Vec<Link>,
    facts: Vec<Fact>,
    /// Whether promise and outcome can stand side by side.
    is_pair: bool,
    sections: Vec<SectionView<'a>>,
    sources: Vec<SourceView<'a>>,
    citation: String,
    permalink: &'a str,
    json_url: String,
    notices: Vec<&'a str>,
    extra: Vec<(&'a str, String)>,
}

struct Link {
    label: String,
    url: String,
}

struct Fact {
    label: &'static str,
    value: String,
    /// Searches for records that have it in common.
    links: Vec<Link>,
}

struct SectionView<'a> {
    label: &'static str,
    heading: Option<&'a str>,
    paragraphs: Vec<&'a str>,
    /// Neither promise nor outcome: stands across the page.
    is_wide: bool,
}

struct SourceView<'a> {
    file: &'a str,
    place: String,
    url: Option<&'a str>,
    licence: Option<&'a str>,
}

/// The page of `record`, which lives at `address`; `permalink` is that address for people elsewhere.
pub(super) fn page(record: &Record, address: &str, permalink: &str) -> Result<String, Problem> {
    let has = |role| record.sections.iter().filter(|section| section.role == role).count();
    let page = RecordPage {
        style: asset::style_url(),
        q: "",
        max_chars: SearchRequest::MAX_QUERY_CHARS,
        name: wording::record_name(record),
        trail: trail(record),
        facts: facts(record),
        is_pair: has(Role::Goal) == 1 && has(Role::Result) == 1,
        sections: sections(record),
        sources: record.sources.iter().map(SourceView::from).collect(),
        citation: citation(record, permalink),
        permalink,
        json_url: format!("/api/v1{address}"),
        notices: record.notices.iter().map(|notice| notice.message.as_str()).collect(),
        extra: record.extra.iter().map(|(name, value)| (name.as_str(), shown(value))).collect(),
    };
    rendered(&page)
}

fn search(filters: Filters) -> String {
    parameters::search_url(&SearchRequest { filters, ..SearchRequest::default() })
}

fn trail(record: &Record) -> Vec<Link> {
    let mut filters = Filters::default();
    let mut trail = Vec::new();
    if let Some(organization) = &record.organization {
        filters.organization = vec![organization.clone()];
        trail.push(Link { label: organization.clone(), url: search(filters.clone()) });
    }
    if let Some(year) = record.fiscal_year {
        filters.fiscal_year = vec![Some(year)];
        trail.push(Link { label: year.to_string(), url: search(filters.clone()) });
    }
    for (at, name) in record.division_canonical.iter().enumerate() {
        filters.division = vec![record.division_canonical[..=at].to_vec()];
        trail.push(Link { label: name.clone(), url: search(filters.clone()) });
    }
    trail
}

fn facts(record: &Record) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut push = |label, value: String, links| facts.push(Fact { label, value, links });
    if let Some(organization) = &record.organization {
        push("組織", organization.clone(), Vec::new());
    }
    if let Some(year) = record.fiscal_year {
        push("年度", wording::year_in_full(year), Vec::new());
    }
    if !record.division.is_empty() {
        push("部署", record.division.join(" "), Vec::new());
    }
    if record.division_canonical != record.division && !record.division_canonical.is_empty() {
        let inferred = if record.division_inferred { "（一部は推定）" } else { "" };
        push(
            "部署の分類",
            format!("{}{inferred}", record.division_canonical.join(" ")),
            Vec::new(),
        );
    }
    if let Some(category) = &record.category {
        let same = |value: &String| Link {
            label: format!("区分「{value}」の取組"),
            url: search(Filters { category: vec![value.clone()], ..Filters::default() }),
        };
        push("区分", category.clone(), record.category_canonical.iter().map(same).collect());
    }
    if let Some(number) = record.number {
        push("番号", number.to_string(), Vec::new());
    }
    facts
}

fn sections(record: &Record) -> Vec<SectionView<'_>> {
    record
        .sections
        .iter()
        .map(|section| SectionView {
            label: wording::role_label(section.role),
            heading: section.heading.as_deref().filter(|heading| {
                !["", wording::role_label(section.role)].contains(&heading.trim())
            }),
            paragraphs: section.text.lines().filter(|line| !line.trim().is_empty()).collect(),
            is_wide: section.role == Role::Body,
        })
        .collect()
}

impl<'a> From<&'a Provenance> for SourceView<'a> {
    fn from(source: &'a Provenance) -> SourceView<'a> {
        // Any other scheme could run something when followed.
        let is_web = |url: &&str| url.starts_with("https://") || url.starts_with("http://");
        SourceView {
            file: &source.file,
            place: place(source),
            url: source.url.as_deref().filter(is_web),
            licence: source.licence.as_deref(),
        }
    }
}

/// Where in its file a record stands: シート「総務」 B12.
fn place(source: &Provenance) -> String {
    let mut parts = Vec::new();
    parts.extend(source.page.map(|page| format!("{page}ページ")));
    parts.extend(source.sheet.as_ref().map(|sheet| format!("シート「{sheet}」")));
    parts.extend(source.cell.clone());
    parts.extend(source.line.map(|line| format!("{line}行目")));
    parts.join(" ")
}

/// One line to copy: who, when, what, where it stands, where it is found.
fn citation(record: &Record, permalink: &str) -> String {
    let mut parts = Vec::new();
    parts.extend(record.organization.clone());
    parts.push(format!("「{}」", wording::record_name(record)));
    parts.extend(record.fiscal_year.map(wording::year_in_full));
    if let Some(source) = record.sources.first() {
        let place = place(source);
        parts.push(if place.is_empty() {
            source.file.clone()
        } else {
            format!("{} {place}", source.file)
        });
    }
    parts.push(permalink.to_owned());
    parts.join("、")
}

/// A value of an unknown field, as a person would write it.
fn shown(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::FiscalYear;

    #[test]
    fn a_citation_says_who_when_what_and_where() {
        let record = Record {
            organization: Some("浜手区役所".to_owned()),
            fiscal_year: FiscalYear::from_gregorian(2022),
            title: Some("花壇の手入れ".to_owned()),
            sources: vec![Provenance {
                file: "hamate.xlsx".to_owned(),
                sheet: Some("総務".to_owned()),
                cell: Some("B12".to_owned()),
                ..Provenance::default()
            }],
            ..Record::default()
        };
        assert_eq!(
            citation(&record, "https://example.jp/records/1"),
            "浜手区役所、「花壇の手入れ」、令和4年度（2022年度）、hamate.xlsx シート「総務」 B12、https://example.jp/records/1"
        );
    }

    #[test]
    fn only_web_addresses_become_links() {
        let url = |url: &str| {
            let source = Provenance { url: Some(url.to_owned()), ..Provenance::default() };
            SourceView::from(&source).url.is_some()
        };
        assert!(url("https://example.jp/a.pdf"));
        assert!(!url("javascript:alert(1)"));
        assert!(!url("data:text/html,x"));
    }
}

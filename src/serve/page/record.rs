//! A record's page: what was promised beside what was done, and where it stands in print.

use askama::Template;

use super::rendered;
use crate::query::SearchRequest;
use crate::query::request::Filters;
use crate::record::Provenance;
use crate::record::Record;
use crate::record::Role;
use crate::serve::asset;
use crate::serve::citation;
use crate::serve::linked_data;
use crate::serve::original;
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
    /// The record in the words of schema.org; nothing in it means anything to HTML.
    linked_data: String,
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
    /// Its own source, where the record has several: anchor, file and place.
    source: Option<(String, String)>,
}

struct SourceView<'a> {
    anchor: String,
    file: &'a str,
    place: String,
    /// Where the file is published.
    url: Option<&'a str>,
    /// Where this server hands it out.
    original: Option<String>,
    facts: Vec<(&'static str, &'a str)>,
}

/// The page of `record`, which lives at `address`; `permalink` is that address for people elsewhere, and `has_original`
/// says of each source whether this server hands it out.
pub(super) fn page(
    record: &Record,
    address: &str,
    permalink: &str,
    has_original: &[bool],
) -> Result<String, Problem> {
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
        sources: sources(record, address, has_original),
        citation: citation::citation(record, permalink),
        linked_data: linked_data::record(record, permalink),
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
            source: own_source(record, section.source),
        })
        .collect()
}

/// The source of a section, where it is not plain which it is.
fn own_source(record: &Record, n: usize) -> Option<(String, String)> {
    let source = record.sources.get(n).filter(|_| 1 < record.sources.len())?;
    Some((anchor(n), format!("{} {}", source.file, citation::place(source))))
}

fn sources<'a>(record: &'a Record, address: &str, has_original: &[bool]) -> Vec<SourceView<'a>> {
    let sources = record.sources.iter().enumerate();
    let view = |(n, source): (usize, &'a Provenance)| SourceView {
        anchor: anchor(n),
        file: &source.file,
        place: citation::place(source),
        url: citation::web_address(source),
        original: has_original
            .get(n)
            .is_some_and(|has| *has)
            .then(|| original_url(address, n, source)),
        facts: source_facts(source),
    };
    sources.map(view).collect()
}

fn anchor(n: usize) -> String {
    format!("source-{}", n + 1)
}

/// The original, at its page where it has pages.
fn original_url(address: &str, n: usize, source: &Provenance) -> String {
    let url = original::url(address, n);
    let is_pdf = source.file.to_ascii_lowercase().ends_with(".pdf");
    match source.page.filter(|_| is_pdf) {
        Some(page) => format!("{url}#page={page}"),
        None => url,
    }
}

/// What is known of a file beside its name and the place in it.
fn source_facts(source: &Provenance) -> Vec<(&'static str, &str)> {
    let official = source.official.map(|is_official| match is_official {
        true => "この資料を公表した組織が運営する検索です",
        false => "この資料を公表した組織とは別の者が運営する検索です",
    });
    let facts = [
        ("利用条件", source.licence.as_deref()),
        ("出典の表示", source.attribution.as_deref()),
        ("公式かどうか", official),
        ("問い合わせ先", source.contact.as_deref()),
        ("資料の指紋（SHA-256）", source.sha256.as_deref()),
    ];
    facts.into_iter().filter_map(|(label, value)| Some((label, value?))).collect()
}

/// A value of an unknown field, as a person would write it.
fn shown(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_original_opens_at_its_page() {
        let at = |file: &str, page| {
            let source = Provenance { file: file.to_owned(), page, ..Provenance::default() };
            original_url("/records/a", 1, &source)
        };
        assert_eq!(at("r4.PDF", Some(3)), "/records/a/source?n=2#page=3");
        assert_eq!(at("r4.pdf", None), "/records/a/source?n=2");
        assert_eq!(at("r4.xlsx", Some(3)), "/records/a/source?n=2");
        assert_eq!(original::url("/records/a", 0), "/records/a/source");
    }
}

//! A record's page: what was promised beside what was done, and where it stands in print.

use askama::Template;

use super::Link;
use super::frame::Frame;
use super::record_neighbours;
use super::record_neighbours::NeighboursView;
use super::rendered;
use crate::query::Engine;
use crate::query::SearchRequest;
use crate::query::answer::Fragment;
use crate::query::request::Filters;
use crate::record::Provenance;
use crate::record::Record;
use crate::record::Role;
use crate::record::Section;
use crate::serve::citation;
use crate::serve::linked_data;
use crate::serve::original;
use crate::serve::parameters;
use crate::serve::problem::Problem;
use crate::serve::texts;
use crate::serve::texts::record::RecordTexts;
use crate::serve::view::View;
use crate::serve::wording;

#[derive(Template)]
#[template(path = "record.html")]
struct RecordPage<'a> {
    frame: Frame<'a>,
    name: String,
    /// Organisation, year and division as a way down, each a search.
    trail: Vec<Link>,
    /// The search that led here.
    back: Option<Link>,
    facts: Vec<Fact>,
    /// Whether promise and outcome can stand side by side.
    is_pair: bool,
    sections: Vec<SectionView<'a>>,
    sources: Vec<SourceView<'a>>,
    citation: String,
    /// The record in the words of schema.org; nothing in it means anything to HTML.
    linked_data: String,
    permalink: &'a str,
    /// The address without the search that led here and without language.
    canonical: &'a str,
    json_url: String,
    notices: Vec<&'a str>,
    extra: Vec<(&'a str, String)>,
    neighbours: NeighboursView,
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
    /// Each a line as printed, cut where the search that led here matches.
    paragraphs: Vec<Vec<Fragment>>,
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

/// Where a record's page stands.
pub(super) struct Place<'a> {
    /// Its path.
    pub(super) address: &'a str,
    /// The path for people elsewhere.
    pub(super) permalink: &'a str,
    /// The search that led to it; of everything, if none did.
    pub(super) request: &'a SearchRequest,
}

/// The page of `record`; `has_original` says of each source whether this server hands it out.
pub(super) fn page(
    engine: &dyn Engine,
    view: View,
    record: &Record,
    place: &Place<'_>,
    has_original: &[bool],
) -> Result<String, Problem> {
    let Place { address, permalink, request } = *place;
    let here = parameters::found_record_url(&record.id.0, request);
    let frame = Frame::new(view, &request.q, here);
    let texts = &frame.t.record;
    let has = |role| record.sections.iter().filter(|section| section.role == role).count();
    let passages = engine.highlighted(record, request)?;
    let page = RecordPage {
        name: wording::record_name(&frame.t.words, record),
        trail: trail(&frame, record),
        back: (!request.q.is_empty()).then(|| Link {
            label: (texts.back)(&request.q),
            url: frame.link(&parameters::search_url(request)),
        }),
        facts: facts(&frame, record),
        is_pair: has(Role::Goal) == 1 && has(Role::Result) == 1,
        sections: sections(&frame, record, passages),
        sources: sources(texts, record, address, has_original),
        citation: citation::citation(record, permalink),
        linked_data: linked_data::record(record, permalink),
        permalink,
        canonical: permalink,
        json_url: format!("/api/v1{address}"),
        notices: record.notices.iter().map(|notice| notice.message.as_str()).collect(),
        extra: record.extra.iter().map(|(name, value)| (name.as_str(), shown(value))).collect(),
        neighbours: record_neighbours::view(engine, &frame, record)?,
        frame,
    };
    rendered(&page)
}

fn search(frame: &Frame<'_>, filters: Filters) -> String {
    frame.link(&parameters::search_url(&SearchRequest { filters, ..SearchRequest::default() }))
}

fn trail(frame: &Frame<'_>, record: &Record) -> Vec<Link> {
    let mut filters = Filters::default();
    let mut trail = Vec::new();
    if let Some(organization) = &record.organization {
        filters.organization = vec![organization.clone()];
        trail.push(Link { label: organization.clone(), url: search(frame, filters.clone()) });
    }
    if let Some(year) = record.fiscal_year {
        filters.fiscal_year = vec![Some(year)];
        trail.push(Link { label: (frame.t.words.year)(year), url: search(frame, filters.clone()) });
    }
    for (at, name) in record.division_canonical.iter().enumerate() {
        filters.division = vec![record.division_canonical[..=at].to_vec()];
        trail.push(Link { label: name.clone(), url: search(frame, filters.clone()) });
    }
    trail
}

fn facts(frame: &Frame<'_>, record: &Record) -> Vec<Fact> {
    let (texts, words) = (&frame.t.record, &frame.t.words);
    let mut facts = Vec::new();
    let mut push = |label, value: String, links| facts.push(Fact { label, value, links });
    if let Some(organization) = &record.organization {
        push(texts.organization, organization.clone(), Vec::new());
    }
    if let Some(year) = record.fiscal_year {
        push(texts.year, (words.year_in_full)(year), Vec::new());
    }
    if !record.division.is_empty() {
        push(texts.division, record.division.join(" "), Vec::new());
    }
    if record.division_canonical != record.division && !record.division_canonical.is_empty() {
        let inferred = if record.division_inferred { texts.inferred } else { "" };
        push(
            texts.canonical_division,
            format!("{}{inferred}", record.division_canonical.join(" ")),
            Vec::new(),
        );
    }
    if let Some(category) = &record.category {
        let same = |value: &String| Link {
            label: (texts.same_category)(value),
            url: search(frame, Filters { category: vec![value.clone()], ..Filters::default() }),
        };
        push(
            texts.category,
            category.clone(),
            record.category_canonical.iter().map(same).collect(),
        );
    }
    if let Some(number) = record.number {
        push(texts.number, number.to_string(), Vec::new());
    }
    facts
}

/// The sections of `record`, whose texts are cut as in `passages`.
fn sections<'a>(
    frame: &Frame<'_>,
    record: &'a Record,
    passages: Vec<Vec<Fragment>>,
) -> Vec<SectionView<'a>> {
    let role = frame.t.words.role;
    let printed = texts::JAPANESE.words.role;
    let sections = record.sections.iter().zip(passages);
    let view = |(section, fragments): (&'a Section, Vec<Fragment>)| SectionView {
        label: role(section.role),
        heading: section.heading.as_deref().filter(|heading| {
            !["", role(section.role), printed(section.role)].contains(&heading.trim())
        }),
        paragraphs: lines(fragments),
        is_wide: section.role == Role::Body,
        source: own_source(record, section.source),
    };
    sections.map(view).collect()
}

/// Fragments cut at the ends of lines as well; lines without text are left out.
fn lines(fragments: Vec<Fragment>) -> Vec<Vec<Fragment>> {
    let mut lines = vec![Vec::new()];
    for Fragment { text, hit } in fragments {
        for (n, piece) in text.split('\n').enumerate() {
            if n != 0 {
                lines.push(Vec::new());
            }
            let line = lines.last_mut().expect("there is always a line");
            if !piece.is_empty() {
                line.push(Fragment { text: piece.to_owned(), hit });
            }
        }
    }
    lines.retain(|line| line.iter().any(|fragment| !fragment.text.trim().is_empty()));
    lines
}

/// The source of a section, where it is not plain which it is.
fn own_source(record: &Record, n: usize) -> Option<(String, String)> {
    let source = record.sources.get(n).filter(|_| 1 < record.sources.len())?;
    Some((anchor(n), format!("{} {}", source.file, citation::place(source))))
}

fn sources<'a>(
    texts: &RecordTexts,
    record: &'a Record,
    address: &str,
    has_original: &[bool],
) -> Vec<SourceView<'a>> {
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
        facts: source_facts(texts, source),
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
fn source_facts<'a>(texts: &RecordTexts, source: &'a Provenance) -> Vec<(&'static str, &'a str)> {
    let official = source.official.map(|is_official| match is_official {
        true => texts.is_official,
        false => texts.is_not_official,
    });
    let facts = [
        (texts.licence, source.licence.as_deref()),
        (texts.attribution, source.attribution.as_deref()),
        (texts.official, official),
        (texts.contact, source.contact.as_deref()),
        (texts.fingerprint, source.sha256.as_deref()),
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

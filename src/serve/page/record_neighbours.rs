//! What a record's page says of what stands around it: its sheet, other years, other divisions, similar records.

use super::Link;
use super::compare;
use super::frame::Frame;
use crate::query::Engine;
use crate::query::SearchRequest;
use crate::query::request::Filters;
use crate::record::FiscalYear;
use crate::record::Record;
use crate::serve::compare_parameters;
use crate::serve::compare_parameters::Asked;
use crate::serve::parameters;
use crate::serve::problem::Problem;
use crate::serve::wording;

/// Similar records that are shown.
const SIMILAR: usize = 5;

/// Everything around a record.
pub(super) struct NeighboursView {
    pub(super) previous: Option<Link>,
    pub(super) next: Option<Link>,
    /// The same item in other years: the year and the record.
    pub(super) other_years: Vec<(String, Link)>,
    /// The years of its division, each a search, with the number of records.
    pub(super) division_years: Vec<(Link, String)>,
    /// The comparison of its division; none where there is nothing to compare.
    pub(super) comparison: Option<String>,
    /// Other divisions with the item: a sentence and the page.
    pub(super) counterparts: Option<Link>,
    pub(super) similar: Vec<SimilarView>,
}

/// A record that is like it.
pub(super) struct SimilarView {
    pub(super) link: Link,
    /// Whose it is, and of when.
    pub(super) place: Vec<String>,
    pub(super) in_common: String,
}

/// What stands around `record`.
pub(super) fn view(
    engine: &dyn Engine,
    frame: &Frame<'_>,
    record: &Record,
) -> Result<NeighboursView, Problem> {
    let neighbours = engine.neighbours(&record.id)?.unwrap_or_default();
    let texts = &frame.t.compare;
    let n_known = neighbours.other_years.len();
    let similar = engine.similar(&record.id, SIMILAR + n_known)?.unwrap_or_default();
    let is_known = |other: &Record| neighbours.other_years.iter().any(|known| known.id == other.id);
    let similar = similar.iter().filter(|similar| !is_known(&similar.record)).take(SIMILAR);
    let similar = similar.map(|similar| SimilarView {
        link: link(frame, &similar.record),
        place: place(frame, &similar.record),
        in_common: (texts.in_common)(&similar.words),
    });
    let other_years = neighbours
        .other_years
        .iter()
        .filter_map(|other| Some(((frame.t.words.year)(other.fiscal_year?), link(frame, other))));
    let division = !record.division_canonical.is_empty();
    let years = neighbours.division_years.iter().filter(|_| division);
    let can_compare = division && 1 < neighbours.division_years.len();
    let n_counterparts = neighbours.n_counterparts;
    Ok(NeighboursView {
        previous: neighbours.previous.as_ref().map(|other| link(frame, other)),
        next: neighbours.next.as_ref().map(|other| link(frame, other)),
        other_years: other_years.collect(),
        division_years: years.map(|(year, n)| division_year(frame, record, *year, *n)).collect(),
        comparison: can_compare.then(|| {
            let organization = record.organization.clone();
            compare::division_url(frame, organization, record.division_canonical.clone())
        }),
        counterparts: (0 < n_counterparts).then(|| Link {
            label: (texts.n_counterparts)(n_counterparts),
            url: counterparts_url(frame, record),
        }),
        similar: similar.collect(),
    })
}

fn link(frame: &Frame<'_>, record: &Record) -> Link {
    Link {
        label: wording::record_name(&frame.t.words, record),
        url: frame.link(&parameters::record_url(&record.id.0)),
    }
}

fn place(frame: &Frame<'_>, record: &Record) -> Vec<String> {
    let year = record.fiscal_year.map(frame.t.words.year);
    record.organization.clone().into_iter().chain(year).collect()
}

fn counterparts_url(frame: &Frame<'_>, record: &Record) -> String {
    let asked = Asked { record: Some(record.id.clone()), ..Asked::default() };
    frame.link(&compare_parameters::page_url(&asked))
}

/// A year of the record's division: everything it did then.
fn division_year(
    frame: &Frame<'_>,
    record: &Record,
    year: FiscalYear,
    n_records: usize,
) -> (Link, String) {
    let filters = Filters {
        organization: record.organization.clone().into_iter().collect(),
        division: vec![record.division_canonical.clone()],
        fiscal_year: vec![Some(year)],
        ..Filters::default()
    };
    let request = SearchRequest { filters, ..SearchRequest::default() };
    let url = frame.link(&parameters::search_url(&request));
    (Link { label: (frame.t.words.year)(year), url }, (frame.t.site.count)(n_records))
}

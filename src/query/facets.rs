//! Counts become facets: sorted, limited, with what was chosen always in sight.

use std::collections::BTreeMap;

use crate::index::schema::PATH_SEPARATOR;
use crate::record::FiscalYear;

use super::answer::{DivisionNode, Facet, Facets, Value};
use super::collect::Collected;
use super::request::SearchRequest;

/// The facets of an answer.
pub fn facets(collected: &Collected, request: &SearchRequest) -> Facets {
    let limit = request.facet_limit;
    let filters = &request.filters;
    Facets {
        division: divisions(&collected.division, &filters.division, limit),
        category: values(collected.category.clone(), &filters.category, limit),
        fiscal_year: fiscal_years(&collected.fiscal_year, &filters.fiscal_year, limit),
        organization: values(collected.organization.clone(), &filters.organization, limit),
    }
}

/// The most frequent values first; among equals, by name.
fn values(
    mut counts: BTreeMap<String, usize>,
    chosen: &[String],
    limit: usize,
) -> Facet<Value<String>> {
    for value in chosen {
        counts.entry(value.clone()).or_default();
    }
    let mut values: Vec<Value<String>> = counts
        .into_iter()
        .map(|(value, count)| Value { selected: chosen.contains(&value), value, count })
        .collect();
    values.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
    limited(values, limit)
}

/// The latest year first, the records without one last.
fn fiscal_years(
    counts: &BTreeMap<Option<u64>, usize>,
    chosen: &[Option<FiscalYear>],
    limit: usize,
) -> Facet<Value<Option<FiscalYear>>> {
    let mut by_year: BTreeMap<Option<FiscalYear>, usize> = BTreeMap::new();
    for (year, count) in counts {
        let year = year.and_then(|year| FiscalYear::from_gregorian(u16::try_from(year).ok()?));
        *by_year.entry(year).or_default() += count;
    }
    for year in chosen {
        by_year.entry(*year).or_default();
    }
    let values = by_year
        .into_iter()
        .rev()
        .map(|(value, count)| Value { selected: chosen.contains(&value), value, count })
        .collect();
    limited(values, limit)
}

/// The first `limit` values, and the chosen ones beyond them.
fn limited<T>(values: Vec<Value<T>>, limit: usize) -> Facet<Value<T>> {
    let n_values = values.len();
    let kept: Vec<Value<T>> = values
        .into_iter()
        .enumerate()
        .filter(|(place, value)| *place < limit || value.selected)
        .map(|(_, value)| value)
        .collect();
    Facet { others: n_values - kept.len(), values: kept }
}

/// The divisions as trees; the limit is on the nodes of all trees together.
fn divisions(
    counts: &BTreeMap<String, usize>,
    chosen: &[Vec<String>],
    limit: usize,
) -> Facet<DivisionNode> {
    let mut with_ancestors: BTreeMap<Vec<String>, usize> = BTreeMap::new();
    for (path, count) in counts {
        let names: Vec<String> = path.split(PATH_SEPARATOR).map(str::to_owned).collect();
        for depth in 1..=names.len() {
            *with_ancestors.entry(names[..depth].to_vec()).or_default() += count;
        }
    }
    for path in chosen {
        for depth in 1..=path.len() {
            with_ancestors.entry(path[..depth].to_vec()).or_default();
        }
    }
    let n_nodes = with_ancestors.len();
    let mut ranked: Vec<(Vec<String>, usize)> = with_ancestors.into_iter().collect();
    // A division has at least the count of those below it, so it stands before them.
    ranked.sort_by(|a, b| {
        b.1.cmp(&a.1).then_with(|| a.0.len().cmp(&b.0.len())).then_with(|| a.0.cmp(&b.0))
    });
    let is_chosen_or_above = |path: &[String]| chosen.iter().any(|chosen| chosen.starts_with(path));
    let kept: Vec<(Vec<String>, usize)> = ranked
        .into_iter()
        .enumerate()
        .filter(|(place, (path, _))| *place < limit || is_chosen_or_above(path))
        .map(|(_, node)| node)
        .collect();
    let others = n_nodes - kept.len();
    Facet { values: children(&kept, &[], chosen), others }
}

/// The nodes directly below `parent`, with everything below them.
fn children(
    nodes: &[(Vec<String>, usize)],
    parent: &[String],
    chosen: &[Vec<String>],
) -> Vec<DivisionNode> {
    nodes
        .iter()
        .filter(|(path, _)| path.len() == parent.len() + 1 && path.starts_with(parent))
        .map(|(path, count)| DivisionNode {
            value: path.last().cloned().unwrap_or_default(),
            path: path.clone(),
            count: *count,
            selected: chosen.contains(path),
            children: children(nodes, path, chosen),
        })
        .collect()
}

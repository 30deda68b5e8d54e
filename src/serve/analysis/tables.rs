//! Counts as tables for files, and what their rows and columns are called.
//!
//! What the page shows is what the files hold: both are made of the same names and numbers.

use crate::export::Cell;
use crate::export::Table;
use crate::query::SearchRequest;
use crate::query::crosstab::Crosstab;
use crate::query::crosstab::CrosstabRequest;
use crate::query::dimension::Dimension;
use crate::query::dimension::Group;
use crate::query::dimension::Value;
use crate::query::distinctive::Distinctive;
use crate::query::distinctive::DistinctiveRequest;
use crate::query::trend::Series;
use crate::query::trend::Trend;
use crate::serve::analysis::share;
use crate::serve::api::rounded;
use crate::serve::page::conditions;
use crate::serve::texts::Texts;

/// What a dimension is called.
pub(in crate::serve) fn dimension_name(t: &Texts, dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Division => t.filters.division,
        Dimension::Category => t.filters.category,
        Dimension::FiscalYear => t.filters.year,
        Dimension::Organization => t.filters.organization,
    }
}

/// What a group is called.
pub(in crate::serve) fn group_name(t: &Texts, group: &Group) -> String {
    match &group.value {
        Some(Value::Division(path)) => path.join(" "),
        Some(Value::DivisionItself(path)) => (t.analysis.itself)(&path.join(" ")),
        Some(Value::Category(name) | Value::Organization(name)) => name.clone(),
        Some(Value::FiscalYear(year)) => (t.words.year_in_full)(*year),
        None => (t.analysis.without)(group.dimension).to_owned(),
    }
}

/// What a series of a trend is called.
pub(in crate::serve) fn series_name(t: &Texts, series: &Series) -> String {
    match series.request.q.as_str() {
        "" => t.analysis.everything.to_owned(),
        q => q.to_owned(),
    }
}

/// What a cross-tab is called.
pub(in crate::serve) fn crosstab_name(t: &Texts, request: &CrosstabRequest) -> String {
    let name = |dimension| dimension_name(t, dimension);
    (t.analysis.crosstab)(name(request.rows), name(request.columns))
}

/// A cross-tab with its totals; a last row says what is not listed.
pub(super) fn crosstab(t: &Texts, request: &CrosstabRequest, crosstab: &Crosstab) -> Table {
    let texts = &t.analysis;
    let mut headings = vec![dimension_name(t, request.rows).to_owned()];
    headings.extend(crosstab.columns.iter().map(|column| group_name(t, column)));
    headings.push(texts.total.to_owned());
    let row = |name: String, counts: &[usize], total: usize| -> Vec<Cell> {
        let counts = counts.iter().map(|count| Cell::from(*count));
        std::iter::once(Cell::from(name)).chain(counts).chain([Cell::from(total)]).collect()
    };
    let totals = crosstab.counts.iter().zip(&crosstab.row_totals);
    let mut rows: Vec<Vec<Cell>> = crosstab
        .rows
        .iter()
        .zip(totals)
        .map(|(group, (counts, total))| row(group_name(t, group), counts, *total))
        .collect();
    rows.push(row(texts.total.to_owned(), &crosstab.column_totals, crosstab.total));
    if 0 < crosstab.other_rows + crosstab.other_columns {
        rows.push(vec![(texts.cut)(crosstab.other_rows, crosstab.other_columns).into()]);
    }
    Table { name: crosstab_name(t, request), headings, rows }
}

/// The counts and shares of each year, then of the records without one, then of all.
pub(super) fn trend(t: &Texts, trend: &Trend) -> Table {
    let texts = &t.analysis;
    let mut headings = vec![t.filters.year.to_owned(), texts.all_records.to_owned()];
    for series in &trend.series {
        let name = series_name(t, series);
        headings.extend([(texts.count_of)(&name), (texts.share_of)(&name)]);
    }
    let row = |name: String, records: usize, count: &dyn Fn(&Series) -> usize| -> Vec<Cell> {
        let cells = trend.series.iter().flat_map(|series| {
            let count = count(series);
            [Cell::from(count), Cell::from(share(count, records))]
        });
        [Cell::from(name), Cell::from(records)].into_iter().chain(cells).collect()
    };
    let years = trend.years.iter().zip(&trend.records).enumerate();
    let mut rows: Vec<Vec<Cell>> = years
        .map(|(at, (year, records))| {
            row((t.words.year_in_full)(*year), *records, &|series| series.counts[at])
        })
        .collect();
    if 0 < trend.records_without_year {
        let name = (texts.without)(Dimension::FiscalYear).to_owned();
        rows.push(row(name, trend.records_without_year, &|series| series.without_year));
    }
    let all = trend.records.iter().sum::<usize>() + trend.records_without_year;
    rows.push(row(texts.total.to_owned(), all, &|series| series.total));
    Table { name: texts.trend_table.to_owned(), headings, rows }
}

/// The words of a group, one a row.
pub(super) fn distinctive(t: &Texts, request: &DistinctiveRequest, told: &Distinctive) -> Table {
    let texts = &t.analysis;
    let headings = [
        texts.word,
        texts.direction,
        texts.records_in,
        texts.share_in,
        texts.records_out,
        texts.share_out,
        texts.g2,
    ];
    let rows = told.words.iter().map(|word| {
        let counts = word.counts;
        let direction = if counts.is_more() { texts.direction_more } else { texts.direction_less };
        vec![
            word.text.as_str().into(),
            direction.into(),
            counts.count_in.into(),
            share(counts.count_in, counts.n_in).into(),
            counts.count_out.into(),
            share(counts.count_out, counts.n_out).into(),
            rounded(counts.g2(), 2).into(),
        ]
    });
    Table {
        name: format!("{} {}", texts.distinctive, group_name(t, &request.group)),
        headings: headings.map(str::to_owned).into(),
        rows: rows.collect(),
    }
}

/// Where the numbers of a file come from: the conditions, the address and the way to the sources.
pub(super) fn origin(t: &Texts, search: &SearchRequest, address: &str) -> Table {
    let texts = &t.analysis;
    let mut all = Vec::new();
    if !search.q.is_empty() {
        all.push((t.filters.condition)(texts.words, &search.q));
    }
    all.extend(conditions(t, search));
    let all = if all.is_empty() { texts.no_conditions.to_owned() } else { all.join(" / ") };
    let rows = [
        (texts.origin_conditions, all.as_str()),
        (texts.origin_address, address),
        (texts.origin_sources, texts.origin_sources_are),
    ];
    Table {
        name: texts.origin.to_owned(),
        headings: vec![texts.origin_item.to_owned(), texts.origin_value.to_owned()],
        rows: rows.map(|(item, value)| vec![item.into(), value.into()]).into(),
    }
}

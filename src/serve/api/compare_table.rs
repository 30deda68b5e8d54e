//! A comparison as a table: an item each row, and for each year what it was and what became of it.

use crate::export::Cell;
use crate::export::Table;
use crate::export::csv;
use crate::export::csv::ByteOrderMark;
use crate::export::xlsx;
use crate::query::comparison::ComparedCell;
use crate::query::comparison::Comparison;
use crate::query::comparison::Counterparts;
use crate::query::comparison::goal_text;
use crate::query::comparison::result_text;
use crate::record::Record;
use crate::serve::citation;
use crate::serve::compare_parameters::Format;
use crate::serve::parameters;
use crate::serve::state::State;
use crate::serve::texts;
use crate::serve::texts::Texts;

/// Files are for the offices themselves.
static TEXTS: &Texts = &texts::JAPANESE;

/// The file of a table.
pub(super) fn written(table: &Table, format: Format) -> Vec<u8> {
    match format {
        Format::Xlsx => xlsx::workbook_of(std::slice::from_ref(table)),
        _ => csv::table(table, ByteOrderMark::Present),
    }
}

/// The items of a division.
pub(super) fn comparison(comparison: &Comparison, state: &State) -> Table {
    let (texts, words) = (&TEXTS.compare, &TEXTS.words);
    let mut headings = Vec::new();
    for (year, place) in comparison.years.iter().zip(0..) {
        let year = (words.year)(*year);
        headings.extend((0 < place).then(|| format!("{year} {}", texts.status)));
        headings.extend(record_headings().map(|heading| format!("{year} {heading}")));
    }
    let row = |cells: &Vec<ComparedCell>| {
        let mut row: Vec<Cell> = Vec::new();
        for (cell, place) in cells.iter().zip(0..) {
            let status = cell.status.map(|status| (texts.short_status)(status));
            row.extend((0 < place).then(|| Cell::from(status)));
            row.extend(record_cells(cell.record.as_ref(), state));
        }
        row
    };
    let rows = comparison.items.iter().map(|item| row(&item.cells)).collect();
    Table { name: texts.title.to_owned(), headings, rows }
}

/// One item in several divisions.
pub(super) fn counterparts(counterparts: &Counterparts, state: &State) -> Table {
    let texts = &TEXTS.compare;
    let headings = std::iter::once(texts.likeness).chain(record_headings()).map(str::to_owned);
    let own = std::iter::once((1.0, &counterparts.record));
    let others = counterparts.others.iter().map(|other| (f64::from(other.likeness), &other.record));
    let row = |(likeness, record): (f64, &Record)| {
        let likeness = (likeness * 100.0).round() / 100.0;
        std::iter::once(Cell::from(likeness)).chain(record_cells(Some(record), state)).collect()
    };
    let rows = own.chain(others).map(row).collect();
    Table { name: texts.title.to_owned(), headings: headings.collect(), rows }
}

fn record_headings() -> impl Iterator<Item = &'static str> {
    let (texts, record, words) = (&TEXTS.compare, &TEXTS.record, &TEXTS.words);
    [
        record.division,
        record.category,
        record.number,
        words.title,
        texts.goal,
        texts.result,
        record.sources,
        texts.address,
    ]
    .into_iter()
}

fn record_cells(record: Option<&Record>, state: &State) -> Vec<Cell> {
    let Some(record) = record else {
        return record_headings().map(|_| Cell::Empty).collect();
    };
    let address = state.address(&parameters::record_url(&record.id.0));
    vec![
        record.division.join(" ").into(),
        record.category.as_deref().into(),
        record.number.into(),
        record.title.as_deref().into(),
        goal_text(record).into(),
        result_text(record).into(),
        citation::citation(record, &address).into(),
        address.into(),
    ]
}

//! Forms: tables that print names of fields and their values side by side, one initiative a table (調書).

use std::collections::BTreeSet;

use crate::record::Record;
use crate::record::ledger::LedgerRole;
use crate::record::pages::columns::{self, Words};
use crate::record::pages::division;
use crate::record::pages::draft::{Draft, Spot};
use crate::record::pages::grid::{Grid, is_blank, one_line, squeezed};
use crate::record::tables::ColumnRole;

/// A field of a form.
#[derive(Clone, Debug, Default, PartialEq)]
struct Field {
    /// The cells that name it, the outer first.
    labels: Vec<usize>,
    values: Vec<usize>,
}

/// Whether a table is a form: the cells at the left of its rows are names of fields with different roles.
pub(super) fn is_form(grid: &Grid<'_>, words: Words<'_>) -> bool {
    const FEWEST_ROLES: usize = 2;
    let left = grid.cells.iter().map(|cell| cell.column).min().unwrap_or_default();
    let mut roles = BTreeSet::new();
    let (mut n_rows, mut n_named) = (0, 0);
    for row in 0..grid.rows.len() {
        let begun: Vec<usize> = begun(grid, row);
        let Some(&first) = begun.first() else { continue };
        n_rows += 1;
        let is_left = grid.columns(first).start == left;
        if let Some(role) = role(grid, first, words).filter(|_| is_left) {
            roles.insert(role);
            n_named += 1;
        }
    }
    FEWEST_ROLES <= roles.len() && n_rows <= n_named * 2
}

/// The record of a form.
pub(super) fn draft(grid: &Grid<'_>, page: usize, block: usize, words: Words<'_>) -> Draft {
    let spot = |cell: usize| Spot { page, block, cell: Some(cell) };
    let first = (0..grid.rows.len()).find_map(|row| grid.filled(row).next());
    let at = Spot { page, block, cell: first };
    let mut draft = Draft { record: Record::default(), at, row: Some(0), marks: Vec::new() };
    for field in fields(grid, words) {
        draft.marks.extend(field.labels.iter().map(|&label| (spot(label), LedgerRole::Heading)));
        let names: Vec<String> =
            field.labels.iter().map(|&label| one_line(grid.text(label))).collect();
        let heading = names.join(" ");
        let roles = field.labels.iter().filter_map(|&label| role_of(grid, label, words));
        let role = roles.reduce(|a, b| if a.1 <= b.1 { b } else { a }).and_then(|(role, _)| role);
        let spots: Vec<Spot> = field.values.iter().map(|&value| spot(value)).collect();
        let texts: Vec<&str> = field.values.iter().map(|&value| grid.text(value)).collect();
        let text = texts.join("　");
        if text.is_empty() {
            continue;
        }
        if role == Some(ColumnRole::Division) && draft.record.division.is_empty() {
            draft.record.division = division::path(&text, words.tables);
            draft.marks.extend(spots.iter().map(|&spot| (spot, LedgerRole::Division)));
            continue;
        }
        let heading = (!heading.is_empty()).then_some(heading);
        draft.take(role, heading.as_deref(), &text, &spots);
    }
    draft
}

/// The fields of a form, row by row.
fn fields(grid: &Grid<'_>, words: Words<'_>) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    // The label of a row of its own, whose value stands below it.
    let mut waiting = false;
    for row in 0..grid.rows.len() {
        let begun = begun(grid, row);
        // A label merged over rows names what stands beside it in each of them.
        let outer = grid.filled(row).find(|&cell| !grid.begins(cell, row));
        let outer = outer.filter(|&cell| fields.iter().any(|f| f.labels.contains(&cell)));
        match (&begun[..], outer) {
            ([], _) => {}
            ([only], None) if waiting || role(grid, *only, words).is_none() => {
                if fields.is_empty() {
                    fields.push(Field::default());
                }
                let last = fields.last_mut().expect("one was pushed above");
                last.values.push(*only);
                waiting = false;
            }
            ([only], None) => {
                fields.push(Field { labels: vec![*only], values: Vec::new() });
                waiting = true;
            }
            ([only], Some(outer)) => {
                fields.push(Field { labels: vec![outer], values: vec![*only] });
                waiting = false;
            }
            (cells, outer) => {
                fields.extend(fields_of_row(grid, cells, outer, words));
                waiting = false;
            }
        }
    }
    fields
}

/// The fields that stand side by side in a row.
fn fields_of_row(
    grid: &Grid<'_>,
    cells: &[usize],
    outer: Option<usize>,
    words: Words<'_>,
) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    for (index, &cell) in cells.iter().enumerate() {
        let is_last = index + 1 == cells.len();
        let has_value = fields.last().is_none_or(|field| !field.values.is_empty());
        let is_label = !is_last && has_value && (index == 0 || role(grid, cell, words).is_some());
        match fields.last_mut() {
            Some(field) if !is_label => field.values.push(cell),
            _ => {
                let labels = outer.into_iter().chain([cell]).collect();
                fields.push(Field { labels, values: Vec::new() });
            }
        }
    }
    fields
}

/// The cells with text that begin in a row.
fn begun(grid: &Grid<'_>, row: usize) -> Vec<usize> {
    grid.filled(row).filter(|&cell| grid.begins(cell, row)).collect()
}

fn role(grid: &Grid<'_>, cell: usize, words: Words<'_>) -> Option<ColumnRole> {
    role_of(grid, cell, words).and_then(|(role, _)| role)
}

fn role_of(grid: &Grid<'_>, cell: usize, words: Words<'_>) -> Option<(Option<ColumnRole>, u32)> {
    let text = squeezed(grid.text(cell));
    let text = text.trim_matches(|c| "【】［］〔〕■●○◆◇□：:".contains(c));
    (!is_blank(text)).then(|| columns::declared_or_read(text, words)).flatten()
}

//! Rows and columns that a spreadsheet does not show.

use super::super::cells;
use super::Region;

/// The hidden rows and columns of a sheet.
#[derive(Debug, Default)]
pub(super) struct Hidden {
    rows: Vec<(usize, usize)>,
    columns: Vec<(usize, usize)>,
}

/// What of the hidden rows and columns held text.
#[derive(Debug, Default)]
pub(super) struct Withheld {
    /// The first and last row of each run, from 0.
    rows: Vec<(usize, usize)>,
    columns: Vec<(usize, usize)>,
}

impl Hidden {
    /// Rows from the first to the last, counted from 0.
    pub(super) fn add_rows(&mut self, first: usize, last: usize) {
        add(&mut self.rows, first, last);
    }

    /// Columns from the first to the last, counted from 0.
    pub(super) fn add_columns(&mut self, first: usize, last: usize) {
        add(&mut self.columns, first, last);
    }

    /// Whether nothing is hidden.
    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.columns.is_empty()
    }

    /// Whether a cell, or all of the region that it stands for, is not shown; remembers where it held text.
    pub(super) fn hides(&self, region: Region, has_text: bool, withheld: &mut Withheld) -> bool {
        let rows = covers(&self.rows, region.first_row, region.last_row);
        let columns = covers(&self.columns, region.first_column, region.last_column);
        if has_text && rows {
            add(&mut withheld.rows, region.first_row, region.last_row);
        } else if has_text && columns {
            add(&mut withheld.columns, region.first_column, region.last_column);
        }
        rows || columns
    }
}

impl Withheld {
    /// What was left out, for a person: `3〜5、9行とC列`.
    pub(super) fn shown(mut self) -> Option<String> {
        self.columns.sort_unstable();
        let rows = list(&joined(self.rows), |row| (row + 1).to_string());
        let columns = list(&joined(self.columns), |column| {
            cells::name(0, column).trim_end_matches('1').to_owned()
        });
        match (rows, columns) {
            (Some(rows), Some(columns)) => Some(format!("{rows}行と{columns}列")),
            (Some(rows), None) => Some(format!("{rows}行")),
            (None, Some(columns)) => Some(format!("{columns}列")),
            (None, None) => None,
        }
    }
}

/// Adds a run behind the others; runs come in their order nearly always, and are joined where they touch.
fn add(runs: &mut Vec<(usize, usize)>, first: usize, last: usize) {
    match runs.last_mut() {
        Some((start, end)) if *start <= first && first <= end.saturating_add(1) => {
            *end = last.max(*end);
        }
        _ => runs.push((first, last)),
    }
}

fn covers(runs: &[(usize, usize)], first: usize, last: usize) -> bool {
    runs.iter().any(|(start, end)| *start <= first && last <= *end)
}

fn joined(mut runs: Vec<(usize, usize)>) -> Vec<(usize, usize)> {
    runs.sort_unstable();
    let mut joined = Vec::new();
    runs.into_iter().for_each(|(first, last)| add(&mut joined, first, last));
    joined
}

fn list(runs: &[(usize, usize)], name: impl Fn(usize) -> String) -> Option<String> {
    let runs = runs.iter().map(|&(first, last)| match first == last {
        true => name(first),
        false => format!("{}〜{}", name(first), name(last)),
    });
    let list = runs.collect::<Vec<_>>().join("、");
    (!list.is_empty()).then_some(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(row: usize, column: usize) -> Region {
        Region { first_row: row, last_row: row, first_column: column, last_column: column }
    }

    #[test]
    fn what_is_left_out_is_named_in_runs() {
        let mut hidden = Hidden::default();
        hidden.add_rows(2, 2);
        hidden.add_rows(3, 4);
        hidden.add_rows(8, 8);
        hidden.add_columns(2, 2);
        let mut withheld = Withheld::default();
        for (row, column, expected) in
            [(2, 0, true), (3, 0, true), (8, 9, true), (0, 2, true), (5, 5, false)]
        {
            assert_eq!(hidden.hides(cell(row, column), true, &mut withheld), expected);
        }
        // A merged cell that reaches out of the hidden rows is shown there.
        let reaching = Region { first_row: 4, last_row: 6, first_column: 0, last_column: 0 };
        assert!(!hidden.hides(reaching, true, &mut withheld));
        assert_eq!(withheld.shown().as_deref(), Some("3〜4、9行とC列"));
        assert_eq!(Withheld::default().shown(), None);
    }
}

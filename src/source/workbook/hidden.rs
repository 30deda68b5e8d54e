//! Rows and columns that a spreadsheet does not show.

use super::super::cells;
use super::Region;

/// The hidden rows and columns of a sheet.
#[derive(Debug, Default)]
pub(super) struct Hidden {
    rows: Runs,
    columns: Runs,
}

/// Runs of numbers from the first to the last.
#[derive(Debug, Default)]
struct Runs {
    /// Sorted and apart once they are settled.
    runs: Vec<(usize, usize)>,
    /// How many numbers lie in the runs before each.
    n_before: Vec<usize>,
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
        add(&mut self.rows.runs, first, last);
    }

    /// Columns from the first to the last, counted from 0.
    pub(super) fn add_columns(&mut self, first: usize, last: usize) {
        add(&mut self.columns.runs, first, last);
    }

    /// Puts everything that was added in order; before it nothing can be asked.
    pub(super) fn settled(self) -> Hidden {
        Hidden { rows: self.rows.settled(), columns: self.columns.settled() }
    }

    /// Whether nothing is hidden.
    pub(super) fn is_empty(&self) -> bool {
        self.rows.runs.is_empty() && self.columns.runs.is_empty()
    }

    /// Whether a cell, or all of the region that it stands for, is not shown; remembers where it held text.
    pub(super) fn hides(&self, region: Region, has_text: bool, withheld: &mut Withheld) -> bool {
        let rows = self.rows.cover(region.first_row, region.last_row);
        let columns = self.columns.cover(region.first_column, region.last_column);
        if has_text && rows {
            add(&mut withheld.rows, region.first_row, region.last_row);
        } else if has_text && columns {
            add(&mut withheld.columns, region.first_column, region.last_column);
        }
        rows || columns
    }

    /// Where a region stands among the rows and columns that are shown: what is hidden leaves no gap.
    pub(super) fn closed_up(&self, region: Region) -> Region {
        let rows = |row: usize| row - self.rows.n_below(row);
        let columns = |column: usize| column - self.columns.n_below(column);
        Region {
            first_row: rows(region.first_row),
            last_row: rows(region.last_row.saturating_add(1)).saturating_sub(1),
            first_column: columns(region.first_column),
            last_column: columns(region.last_column.saturating_add(1)).saturating_sub(1),
        }
    }
}

impl Runs {
    fn settled(self) -> Runs {
        let runs = joined(self.runs);
        let mut n_all = 0;
        let count = |(first, last): &(usize, usize)| {
            let n_before = n_all;
            n_all += last - first + 1;
            n_before
        };
        let n_before = runs.iter().map(count).collect();
        Runs { runs, n_before }
    }

    /// Whether one run holds all from the first to the last.
    fn cover(&self, first: usize, last: usize) -> bool {
        let behind = self.runs.partition_point(|(start, _)| *start <= first);
        behind.checked_sub(1).is_some_and(|index| last <= self.runs[index].1)
    }

    /// How many numbers below one lie in runs.
    fn n_below(&self, number: usize) -> usize {
        let behind = self.runs.partition_point(|(start, _)| *start < number);
        let Some(index) = behind.checked_sub(1) else { return 0 };
        let (start, end) = self.runs[index];
        self.n_before[index] + number.min(end + 1) - start
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
    // No sheet has more rows, and a run that ends before it begins is damage.
    const MOST: usize = 1 << 24;
    let (first, last) = (first.min(MOST), last.min(MOST));
    if last < first {
        return;
    }
    match runs.last_mut() {
        Some((start, end)) if *start <= first && first <= end.saturating_add(1) => {
            *end = last.max(*end);
        }
        _ => runs.push((first, last)),
    }
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
        hidden.add_columns(9, 3);
        let hidden = hidden.settled();
        let mut withheld = Withheld::default();
        for (row, column, expected) in
            [(2, 0, true), (3, 0, true), (8, 9, true), (0, 2, true), (5, 5, false)]
        {
            assert_eq!(hidden.hides(cell(row, column), true, &mut withheld), expected);
        }
        // A merged cell that reaches out of the hidden rows is shown there.
        let reaching = Region { first_row: 4, last_row: 6, first_column: 0, last_column: 0 };
        assert!(!hidden.hides(reaching, true, &mut withheld));
        let closed = hidden.closed_up(reaching);
        assert_eq!((closed.first_row, closed.last_row), (2, 3));
        let closed = hidden.closed_up(cell(9, 3));
        assert_eq!((closed.first_row, closed.first_column), (5, 2));
        assert_eq!(withheld.shown().as_deref(), Some("3〜4、9行とC列"));
        assert_eq!(Withheld::default().shown(), None);
    }
}

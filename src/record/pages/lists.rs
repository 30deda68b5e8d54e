//! Lists: tables that hold one thing a row, told by their shape where no word of the header tells it.
//!
//! Without words of the field a table may be anything: a frame around text, figures crossed by age and place, prose
//! set side by side. Its rows are records only where all of this holds:
//!
//! 1. the first row with more than one cell names every column, each with a short name of its own;
//! 2. the rows below say all of themselves: hardly a cell is empty, and the first column never;
//! 3. the columns are typed alike below their names: figures, dates or words;
//! 4. the first column counts the rows, up or down, and another holds words; or the header stands again on another
//!    page, and two columns hold words or dates beside one of figures or dates.
//!
//! Figures crossed by two things fail the fourth rule, budgets (whose first column holds for several rows) the second,
//! prose the third.
//! What one page shows too little of is told by all pages with the same header.

use std::collections::HashMap;

use crate::record::pages::columns::{is_figure, texts};
use crate::record::pages::grid::{Grid, is_blank, squeezed};
use crate::record::pages::number::item_number;
use crate::record::sheet::furniture::half_width;
use crate::source::page::{Block, Page};

/// The headers of the lists of a file, by the names in them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Lists {
    by_names: HashMap<Vec<String>, List>,
}

/// What is known of the tables below one header.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct List {
    /// Whether the first column counts the rows.
    pub(super) is_numbered: bool,
}

/// What the rows below one header show.
#[derive(Clone, Debug, Default)]
struct Shape {
    n_headers: usize,
    n_rows: usize,
    columns: Vec<Held>,
    last_number: Option<u32>,
    /// Rows whose number is next to the one above.
    n_steps: usize,
}

/// What the cells of one column hold.
#[derive(Clone, Debug, Default)]
struct Held {
    n_texts: usize,
    n_numbers: usize,
    n_figures: usize,
    n_dates: usize,
    n_words: usize,
}

impl Lists {
    /// Looks at every table of a file.
    pub(super) fn of(pages: &[Page]) -> Lists {
        let mut shapes: HashMap<Vec<String>, Shape> = HashMap::new();
        // The header of the table that may go on.
        let mut open: Option<(Vec<String>, Vec<usize>)> = None;
        for page in pages {
            if page.sheet.is_some() {
                open = None;
            }
            for block in &page.blocks {
                let Block::Table(table) = block else { continue };
                let grid = Grid::of(table);
                let first = match header_row(&grid) {
                    Some(row) => {
                        let names = texts(&grid, row);
                        let starts = starts(&grid, row);
                        shapes.entry(names.clone()).or_default().n_headers += 1;
                        open = Some((names, starts));
                        row + 1
                    }
                    None if table.continues => 0,
                    None => {
                        open = None;
                        continue;
                    }
                };
                let Some((names, starts)) = &open else { continue };
                let shape = shapes.entry(names.clone()).or_default();
                (first..grid.rows.len()).for_each(|row| shape.add(&grid, row, names, starts));
            }
        }
        let lists = shapes.into_iter();
        let by_names = lists.filter_map(|(names, shape)| Some((names, shape.list()?))).collect();
        Lists { by_names }
    }

    /// The row of a table that is the header of a list.
    pub(super) fn header(&self, grid: &Grid<'_>) -> Option<(usize, List)> {
        if self.by_names.is_empty() {
            return None;
        }
        let row = header_row(grid)?;
        self.by_names.get(&texts(grid, row)).map(|list| (row, *list))
    }
}

/// The first row with more than one cell, if it could be a header of three columns or more.
fn header_row(grid: &Grid<'_>) -> Option<usize> {
    const FEWEST_COLUMNS: usize = 3;
    // Titles and remarks may stand above.
    const MOST_ROWS_ABOVE: usize = 4;
    let mut rows = (0..grid.rows.len()).take(MOST_ROWS_ABOVE + 1);
    let row = rows.find(|&row| 2 <= grid.filled(row).count())?;
    let cells: Vec<usize> = grid.filled(row).collect();
    let names = texts(grid, row);
    let mut distinct = names.clone();
    distinct.sort_unstable();
    distinct.dedup();
    let is_header = FEWEST_COLUMNS <= cells.len()
        && names.len() == cells.len()
        && distinct.len() == names.len()
        && names.iter().all(|name| is_name(name))
        && cells.iter().all(|&cell| !grid.reaches_below(cell, row));
    is_header.then_some(row)
}

/// Where the columns of a header begin.
fn starts(grid: &Grid<'_>, row: usize) -> Vec<usize> {
    grid.filled(row).map(|cell| grid.columns(cell).start).collect()
}

/// Whether a text could name a column.
fn is_name(text: &str) -> bool {
    const LONGEST_CHARS: usize = 16;
    text.chars().count() <= LONGEST_CHARS
        && !text.contains(['。', '、', '：'])
        && text.chars().any(char::is_alphabetic)
        && !is_figure(text)
        && !is_date(text)
}

/// A day, a month, a year: 8月14日, 令和4年, 2022/4/1.
fn is_date(text: &str) -> bool {
    const MARKS: &str = "年月日時分元明治大正昭和平成令/-.:〜～()";
    let half = || text.chars().map(half_width);
    let is_sign =
        |c: char| c.is_ascii_digit() || MARKS.contains(c) || "MTSHRmtshr".contains(c) || c == ' ';
    half().all(is_sign)
        && half().any(|c| c.is_ascii_digit())
        && half().any(|c| matches!(c, '年' | '月' | '/' | '-'))
}

impl Shape {
    fn add(&mut self, grid: &Grid<'_>, row: usize, names: &[String], starts: &[usize]) {
        let begun: Vec<usize> = grid.filled(row).filter(|&cell| grid.begins(cell, row)).collect();
        let texts: Vec<String> = begun.iter().map(|&cell| squeezed(grid.text(cell))).collect();
        if texts == names || grid.filled(row).next().is_none() {
            return;
        }
        self.n_rows += 1;
        self.columns.resize_with(starts.len().max(self.columns.len()), Held::default);
        for (cell, text) in begun.into_iter().zip(texts) {
            // A column without a name is one more, so that the rows are not all named.
            let column = starts.iter().position(|start| *start == grid.columns(cell).start);
            let Some(column) = column else { continue };
            if column == 0 {
                let number = item_number(&text);
                let is_step =
                    matches!((self.last_number, number), (Some(a), Some(b)) if a.abs_diff(b) == 1);
                self.n_steps += usize::from(is_step);
                self.last_number = number.or(self.last_number);
            }
            self.columns[column].add(&text);
        }
    }

    fn list(&self) -> Option<List> {
        const FEWEST_ROWS: usize = 4;
        let first = self.columns.first()?;
        let n_filled: usize = self.columns.iter().map(|held| held.n_texts).sum();
        let n_places = self.n_rows * self.columns.len();
        let says_all = self.n_rows * 9 <= first.n_texts * 10 && n_places * 8 <= n_filled * 10;
        if self.n_rows < FEWEST_ROWS || !says_all {
            return None;
        }
        let others = &self.columns[1..];
        let n_alike = others.iter().filter(|held| held.is_alike()).count();
        let n_words = others.iter().filter(|held| held.is_words()).count();
        let n_dates = others.iter().filter(|held| held.is_dates()).count();
        let n_figures = others.iter().filter(|held| held.is_figures()).count();
        let is_typed = others.len() <= n_alike + 1;
        let is_numbered = first.is_numbers() && (self.n_rows - 1) * 8 <= self.n_steps * 10;
        let is_repeated = 2 <= self.n_headers;
        let tells_things = 2 <= n_words + n_dates && 1 <= n_dates + n_figures;
        let is_list = match is_numbered {
            true => 1 <= n_words + n_dates,
            false => is_typed && is_repeated && tells_things,
        };
        is_list.then_some(List { is_numbered })
    }
}

impl Held {
    fn add(&mut self, text: &str) {
        const LONGEST_WORD_CHARS: usize = 24;
        if is_blank(text) {
            return;
        }
        self.n_texts += 1;
        let is_date = is_date(text);
        let is_figure = is_figure(text);
        let is_short = text.chars().count() <= LONGEST_WORD_CHARS && !text.contains('。');
        self.n_numbers += usize::from(item_number(text).is_some());
        self.n_dates += usize::from(is_date);
        self.n_figures += usize::from(is_figure && !is_date);
        self.n_words += usize::from(is_short && !is_figure && !is_date);
    }

    /// Three of four texts are of one kind: some dates are not known yet, some amounts are a dash.
    fn is_mostly(&self, n_of_kind: usize) -> bool {
        0 < self.n_texts && self.n_texts * 3 <= n_of_kind * 4
    }

    fn is_numbers(&self) -> bool {
        0 < self.n_texts && self.n_texts * 9 <= self.n_numbers * 10
    }

    fn is_figures(&self) -> bool {
        self.is_mostly(self.n_figures)
    }

    fn is_dates(&self) -> bool {
        0 < self.n_texts && self.n_texts <= self.n_dates * 2
    }

    fn is_words(&self) -> bool {
        self.is_mostly(self.n_words)
    }

    fn is_alike(&self) -> bool {
        self.is_figures() || self.is_dates() || self.is_words()
    }
}

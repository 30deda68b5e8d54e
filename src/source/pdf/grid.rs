//! From ruled lines to cells.
//!
//! Lines that cross make up a table.
//! Every line is a line of its grid all the way through; two neighbours in the grid are one cell where no line is drawn
//! between them, and that is how merged cells are found.

use std::ops::Range;

use hayro_interpret::kurbo::{Point, Rect};

use super::rulings::{Ruling, Rulings};

/// Lines that end this near to each other meet.
const MEETING: f64 = 3.0;
/// A page with more lines one way is a drawing.
const MAX_LINES: usize = 3000;
/// More places than any table on one page has.
const MAX_PLACES: usize = 200_000;

/// The cells of a ruled table.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Grid {
    /// The vertical lines from left to right.
    pub(super) xs: Vec<f64>,
    /// The horizontal lines from top to bottom.
    pub(super) ys: Vec<f64>,
    /// The cells by row and column; together they cover the grid, and none covers another.
    pub(super) cells: Vec<GridCell>,
    /// The cell at each place of the grid, row by row.
    owners: Vec<usize>,
}

/// A cell, as the rows and columns of the grid that it covers.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct GridCell {
    pub(super) rows: Range<usize>,
    pub(super) columns: Range<usize>,
}

impl Grid {
    /// Makes one cell of each group of places, and several of a group that is no rectangle.
    pub(super) fn of_groups(xs: Vec<f64>, ys: Vec<f64>, groups: &[usize]) -> Grid {
        let (n_rows, n_columns) = (ys.len() - 1, xs.len() - 1);
        const NONE: usize = usize::MAX;
        let mut owners = vec![NONE; n_rows * n_columns];
        let mut cells = Vec::new();
        for row in 0..n_rows {
            for column in 0..n_columns {
                let place = row * n_columns + column;
                if owners[place] != NONE {
                    continue;
                }
                let is_free = |row: usize, column: usize, owners: &[usize]| {
                    let other = row * n_columns + column;
                    owners[other] == NONE && groups[other] == groups[place]
                };
                let mut end = column + 1;
                while end < n_columns && is_free(row, end, &owners) {
                    end += 1;
                }
                let mut bottom = row + 1;
                while bottom < n_rows && (column..end).all(|c| is_free(bottom, c, &owners)) {
                    bottom += 1;
                }
                for r in row..bottom {
                    owners[r * n_columns + column..r * n_columns + end].fill(cells.len());
                }
                cells.push(GridCell { rows: row..bottom, columns: column..end });
            }
        }
        Grid { xs, ys, cells, owners }
    }

    /// The area between the outermost lines.
    pub(super) fn area(&self) -> Rect {
        let last = |lines: &[f64]| lines[lines.len() - 1];
        Rect::new(self.xs[0], self.ys[0], last(&self.xs), last(&self.ys))
    }

    /// The area of a cell.
    pub(super) fn cell_area(&self, cell: usize) -> Rect {
        let GridCell { rows, columns } = &self.cells[cell];
        Rect::new(
            self.xs[columns.start],
            self.ys[rows.start],
            self.xs[columns.end],
            self.ys[rows.end],
        )
    }

    /// The cell at a point; points outside belong to the cell they are nearest to.
    pub(super) fn cell_at(&self, point: Point) -> usize {
        let n_columns = self.xs.len() - 1;
        let row = between(&self.ys, point.y);
        let column = between(&self.xs, point.x);
        self.owners[row * n_columns + column]
    }

    /// Takes away a border column or row in which `is_empty` finds nothing and which no line closes on the outside.
    fn trimmed(self, is_empty: &dyn Fn(Rect) -> bool, closed: Closed) -> Grid {
        let mut columns = 0..self.xs.len() - 1;
        let mut rows = 0..self.ys.len() - 1;
        let area = self.area();
        let strip_x = |c: usize| Rect::new(self.xs[c], area.y0, self.xs[c + 1], area.y1);
        let strip_y = |r: usize| Rect::new(area.x0, self.ys[r], area.x1, self.ys[r + 1]);
        if !closed.left && columns.len() > 1 && is_empty(strip_x(0)) {
            columns.start += 1;
        }
        if !closed.right && columns.len() > 1 && is_empty(strip_x(columns.end - 1)) {
            columns.end -= 1;
        }
        if !closed.top && rows.len() > 1 && is_empty(strip_y(0)) {
            rows.start += 1;
        }
        if !closed.bottom && rows.len() > 1 && is_empty(strip_y(rows.end - 1)) {
            rows.end -= 1;
        }
        if columns.len() == self.xs.len() - 1 && rows.len() == self.ys.len() - 1 {
            return self;
        }
        let n_columns = self.xs.len() - 1;
        let kept = rows
            .clone()
            .flat_map(|row| self.owners[row * n_columns..][columns.clone()].iter().copied());
        let groups: Vec<usize> = kept.collect();
        let xs = self.xs[columns.start..=columns.end].to_vec();
        let ys = self.ys[rows.start..=rows.end].to_vec();
        Grid::of_groups(xs, ys, &groups)
    }
}

/// Which sides of a grid have a line of their own.
struct Closed {
    left: bool,
    right: bool,
    top: bool,
    bottom: bool,
}

/// The grids of a page, and the horizontal lines that belong to none.
pub(super) fn grids(
    rulings: &Rulings,
    is_empty: &dyn Fn(Rect) -> bool,
) -> (Vec<Grid>, Vec<Ruling>) {
    if rulings.horizontal.len().max(rulings.vertical.len()) > MAX_LINES {
        return (Vec::new(), Vec::new());
    }
    let (mut grids, mut free) = (Vec::new(), Vec::new());
    for connected in connected(rulings) {
        match grid(&connected, is_empty) {
            Some(grid) => grids.push(grid),
            None => free.extend(connected.horizontal),
        }
    }
    (grids, free)
}

/// Lines that cross or touch, together.
fn connected(rulings: &Rulings) -> Vec<Rulings> {
    let (horizontal, vertical) = (&rulings.horizontal, &rulings.vertical);
    let mut sets = Sets::new(horizontal.len() + vertical.len());
    for (h, line) in horizontal.iter().enumerate() {
        let start = vertical.partition_point(|v| v.at < line.start - MEETING);
        let end = vertical.partition_point(|v| v.at <= line.end + MEETING);
        for (v, other) in vertical.iter().enumerate().take(end).skip(start) {
            if other.start - MEETING <= line.at && line.at <= other.end + MEETING {
                sets.unite(h, horizontal.len() + v);
            }
        }
    }
    let mut groups: Vec<Rulings> = Vec::new();
    let mut group_of = vec![usize::MAX; horizontal.len() + vertical.len()];
    for index in 0..horizontal.len() + vertical.len() {
        let root = sets.root(index);
        if group_of[root] == usize::MAX {
            group_of[root] = groups.len();
            groups.push(Rulings::default());
        }
        let group = &mut groups[group_of[root]];
        match horizontal.get(index) {
            Some(line) => group.horizontal.push(*line),
            None => group.vertical.push(vertical[index - horizontal.len()]),
        }
    }
    groups
}

fn grid(lines: &Rulings, is_empty: &dyn Fn(Rect) -> bool) -> Option<Grid> {
    if lines.horizontal.len() < 2 || lines.vertical.is_empty() {
        return None;
    }
    // Where an outer border is missing, the lines across end where it would be.
    let xs = grid_lines(&lines.vertical, &lines.horizontal);
    let ys = grid_lines(&lines.horizontal, &lines.vertical);
    let (n_columns, n_rows) = (xs.len() - 1, ys.len() - 1);
    let n_places = n_columns * n_rows;
    if !(2..=MAX_PLACES).contains(&n_places) {
        return None;
    }
    let beside = drawn(&lines.vertical, &xs, &ys);
    let below = drawn(&lines.horizontal, &ys, &xs);
    let mut sets = Sets::new(n_places);
    for row in 0..n_rows {
        for column in 0..n_columns {
            let place = row * n_columns + column;
            if column + 1 < n_columns && !beside[(column + 1) * n_rows + row] {
                sets.unite(place, place + 1);
            }
            if row + 1 < n_rows && !below[(row + 1) * n_columns + column] {
                sets.unite(place, place + n_columns);
            }
        }
    }
    let has_line = |lines: &[Ruling], at: f64| lines.iter().any(|l| (l.at - at).abs() <= MEETING);
    let closed = Closed {
        left: has_line(&lines.vertical, xs[0]),
        right: has_line(&lines.vertical, xs[n_columns]),
        top: has_line(&lines.horizontal, ys[0]),
        bottom: has_line(&lines.horizontal, ys[n_rows]),
    };
    let groups: Vec<usize> = (0..n_places).map(|place| sets.root(place)).collect();
    let grid = Grid::of_groups(xs, ys, &groups).trimmed(is_empty, closed);
    (grid.cells.len() > 1).then_some(grid)
}

/// The positions of `lines`, and of the ends of the lines across where they reach farther; none near another.
fn grid_lines(lines: &[Ruling], across: &[Ruling]) -> Vec<f64> {
    let mut positions: Vec<f64> = lines.iter().map(|line| line.at).collect();
    positions.push(across.iter().map(|line| line.start).fold(f64::INFINITY, f64::min));
    positions.push(across.iter().map(|line| line.end).fold(f64::NEG_INFINITY, f64::max));
    positions.sort_by(f64::total_cmp);
    positions.dedup_by(|next, kept| *next - *kept <= MEETING);
    positions
}

/// For each grid line and each stretch between two lines across it: whether more than half of it is drawn.
fn drawn(lines: &[Ruling], positions: &[f64], across: &[f64]) -> Vec<bool> {
    let n_stretches = across.len() - 1;
    let mut lengths = vec![0.0; positions.len() * n_stretches];
    for line in lines {
        let after = positions.partition_point(|position| *position < line.at - MEETING);
        for index in after..positions.len() {
            if positions[index] > line.at + MEETING {
                break;
            }
            for stretch in between(across, line.start)..=between(across, line.end) {
                let (start, end) = (across[stretch], across[stretch + 1]);
                let length = line.end.min(end) - line.start.max(start);
                lengths[index * n_stretches + stretch] += length.max(0.0);
            }
        }
    }
    let stretch = |index: usize| across[index % n_stretches + 1] - across[index % n_stretches];
    lengths.iter().enumerate().map(|(index, length)| *length > 0.5 * stretch(index)).collect()
}

/// The index of the interval between sorted lines that holds a position; the outermost ones hold what lies outside.
fn between(lines: &[f64], position: f64) -> usize {
    lines[1..lines.len() - 1].partition_point(|line| *line <= position)
}

/// Disjoint sets of numbers.
struct Sets {
    parents: Vec<usize>,
}

impl Sets {
    fn new(len: usize) -> Sets {
        Sets { parents: (0..len).collect() }
    }

    fn root(&mut self, mut index: usize) -> usize {
        while self.parents[index] != index {
            self.parents[index] = self.parents[self.parents[index]];
            index = self.parents[index];
        }
        index
    }

    fn unite(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.parents[a.max(b)] = a.min(b);
    }
}

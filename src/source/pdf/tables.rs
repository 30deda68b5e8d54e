//! The tables of a page: glyphs put into the cells of its grids.

use std::cmp::Ordering;

use hayro_interpret::kurbo::Rect;

use crate::source::page::{Cell, Table};
use crate::source::radicals;

use super::bands;
use super::drawing::{Drawing, Glyph};
use super::grid::{self, Grid};
use super::points::Points;
use super::rulings;
use super::text;

/// A table, and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct PlacedTable {
    pub(super) area: Rect,
    /// Where its columns begin and end.
    pub(super) xs: Vec<f64>,
    pub(super) table: Table,
}

/// The tables of a page, and the indices of the glyphs that stand in none.
pub(super) fn tables(drawing: &Drawing) -> (Vec<PlacedTable>, Vec<usize>) {
    let rulings = rulings::rulings(&drawing.rules, &drawing.dots);
    if rulings.horizontal.is_empty() {
        return (Vec::new(), (0..drawing.glyphs.len()).collect());
    }
    let glyphs = &drawing.glyphs;
    let points = Points::new(glyphs.iter().enumerate().map(|(index, g)| (g.middle(), index)));
    let is_empty = |area: Rect| points.within(area).all(|(_, index)| glyphs[index].is_blank());
    let (mut grids, free) = grid::grids(&rulings, &is_empty);
    grids.extend(bands::grids(&free, &grids, drawing, &points));
    // The text of a table that stands within a cell of another belongs to the inner one.
    grids.sort_by(|a, b| a.area().area().total_cmp(&b.area().area()));
    let mut is_taken = vec![false; glyphs.len()];
    let mut tables = Vec::new();
    for (grid, held) in grids.iter().zip(glyphs_of_grids(&grids, drawing, &points)) {
        let cells = cells(grid, held);
        let n_filled =
            cells.iter().filter(|cell| cell.iter().any(|&i| !glyphs[i].is_blank())).count();
        // A frame around text is no table; the rest of a row that a page break cut may fill one place of many.
        const FEWEST_COLUMNS: usize = 3;
        let is_row = FEWEST_COLUMNS < grid.xs.len() && n_filled == 1;
        if n_filled < 2 && !is_row {
            continue;
        }
        cells.iter().flatten().for_each(|&index| is_taken[index] = true);
        tables.push(placed_table(grid, &cells, glyphs));
    }
    tables.sort_by(|a, b| by_place(a.area, b.area));
    let rest = (0..glyphs.len()).filter(|&index| !is_taken[index]).collect();
    (tables, rest)
}

impl PlacedTable {
    /// Whether its columns stand where those of another table stand.
    pub(super) fn has_columns(&self, xs: &[f64]) -> bool {
        const SAME_PLACE: f64 = 4.0;
        self.xs.len() == xs.len() && self.xs.iter().zip(xs).all(|(a, b)| (a - b).abs() < SAME_PLACE)
    }
}

/// From top to bottom, then from left to right.
fn by_place(a: Rect, b: Rect) -> Ordering {
    a.y0.total_cmp(&b.y0).then(a.x0.total_cmp(&b.x0))
}

/// The glyphs of each grid, with the cell of each.
fn glyphs_of_grids(grids: &[Grid], drawing: &Drawing, points: &Points) -> Vec<Vec<(usize, usize)>> {
    let mut held = vec![Vec::new(); grids.len()];
    let clips: Vec<_> = drawing.clips.iter().map(|clip| cell_of_clip(grids, *clip)).collect();
    let mut is_placed = vec![false; drawing.glyphs.len()];
    for (index, glyph) in drawing.glyphs.iter().enumerate() {
        if let Some((grid, cell)) = glyph.clip.and_then(|clip| clips[clip as usize]) {
            held[grid].push((index, cell));
            is_placed[index] = true;
        }
    }
    for (grid, held) in grids.iter().zip(&mut held) {
        for (point, index) in points.within(grid.area().inflate(1.0, 1.0)) {
            if !is_placed[index] {
                is_placed[index] = true;
                held.push((index, grid.cell_at(point)));
            }
        }
        // Back into the order of drawing.
        held.sort_unstable();
    }
    held
}

/// The cell that a clip shows: text that is drawn under it belongs there even where it runs out of the cell.
fn cell_of_clip(grids: &[Grid], clip: Rect) -> Option<(usize, usize)> {
    const SLACK: f64 = 4.0;
    let middle = clip.center();
    let found = grids.iter().position(|grid| grid.area().contains(middle))?;
    let cell = grids[found].cell_at(middle);
    let area = grids[found].cell_area(cell).inflate(SLACK, SLACK);
    (area.union(clip) == area).then_some((found, cell))
}

fn cells(grid: &Grid, held: Vec<(usize, usize)>) -> Vec<Vec<usize>> {
    let mut cells = vec![Vec::new(); grid.cells.len()];
    for (index, cell) in held {
        cells[cell].push(index);
    }
    cells
}

fn placed_table(grid: &Grid, cells: &[Vec<usize>], glyphs: &[Glyph]) -> PlacedTable {
    let mut table =
        Table { n_rows: grid.ys.len() - 1, n_columns: grid.xs.len() - 1, ..Table::default() };
    for (index, (cell, held)) in grid.cells.iter().zip(cells).enumerate() {
        let held: Vec<&Glyph> = held.iter().map(|&index| &glyphs[index]).collect();
        let text = cell_text(&held, grid.cell_area(index));
        let (n_rows, n_columns) = (cell.rows.len(), cell.columns.len());
        // An empty cell says something only where it is merged.
        if text.is_empty() && n_rows * n_columns == 1 {
            continue;
        }
        let (row, column) = (cell.rows.start, cell.columns.start);
        table.cells.push(Cell { row, column, n_rows, n_columns, text, name: None });
    }
    PlacedTable { area: grid.area(), xs: grid.xs.clone(), table }
}

fn cell_text(glyphs: &[&Glyph], area: Rect) -> String {
    if glyphs.is_empty() {
        return String::new();
    }
    let direction = text::direction(glyphs);
    let lines = text::lines(glyphs, direction);
    radicals::mend(text::paragraphs(&lines, direction.reach(area)))
}

#[cfg(test)]
mod tests {
    use hayro_interpret::kurbo::{Point, Vec2};
    use proptest::prelude::*;

    use super::*;
    use crate::source::pdf::drawing::{GlyphText, Style};

    const SIZE: f64 = 10.0;
    const LEFT: f64 = 40.0;
    const TOP: f64 = 50.0;

    fn glyph(c: char, x: f64, y: f64) -> Glyph {
        Glyph {
            text: GlyphText::Char(c),
            origin: Point::new(x, y),
            along: Vec2::new(1.0, 0.0),
            advance: SIZE,
            size: SIZE,
            is_vertical: false,
            is_invisible: false,
            style: Style::default(),
            is_furniture: false,
            clip: None,
        }
    }

    /// A table to be drawn: the size of each column and row, and cells with their text.
    #[derive(Clone, Debug)]
    struct Plan {
        widths: Vec<f64>,
        heights: Vec<f64>,
        cells: Vec<Cell>,
        has_border: bool,
    }

    impl Plan {
        fn lines(start: f64, lengths: &[f64]) -> Vec<f64> {
            let mut at = start;
            let ends = lengths.iter().map(|length| {
                at += length;
                at
            });
            [start].into_iter().chain(ends).collect()
        }

        /// Draws each cell by itself, as spreadsheets do.
        fn draw(&self) -> Drawing {
            let mut drawing = Drawing { width: 2000.0, height: 2000.0, ..Drawing::default() };
            let (xs, ys) = (Plan::lines(LEFT, &self.widths), Plan::lines(TOP, &self.heights));
            for cell in &self.cells {
                let area = Rect::new(
                    xs[cell.column],
                    ys[cell.row],
                    xs[cell.column + cell.n_columns],
                    ys[cell.row + cell.n_rows],
                );
                let is_left = cell.column == 0;
                let is_right = cell.column + cell.n_columns == self.widths.len();
                if self.has_border || !is_left {
                    drawing.rules.push(Rect::new(area.x0, area.y0, area.x0 + 0.5, area.y1));
                }
                if self.has_border || !is_right {
                    drawing.rules.push(Rect::new(area.x1, area.y0, area.x1 + 0.5, area.y1));
                }
                drawing.rules.push(Rect::new(area.x0, area.y0, area.x1, area.y0 + 0.5));
                drawing.rules.push(Rect::new(area.x0, area.y1, area.x1, area.y1 + 0.5));
                for (index, c) in cell.text.chars().enumerate() {
                    let x = area.x0 + 4.0 + SIZE * index as f64;
                    drawing.glyphs.push(glyph(c, x, area.center().y + 4.0));
                }
            }
            drawing
        }
    }

    /// Grids of up to 6 × 8 places, some merged, each cell with a text that fits.
    fn plans() -> impl Strategy<Value = Plan> {
        let sizes = (
            prop::collection::vec(30.0..120.0f64, 2..7),
            prop::collection::vec(18.0..60.0f64, 2..9),
        );
        let choices = (prop::collection::vec((0usize..4, 0usize..4, 1usize..9), 64), any::<bool>());
        (sizes, choices).prop_map(|((widths, heights), (choices, has_border))| {
            let (n_rows, n_columns) = (heights.len(), widths.len());
            let mut is_taken = vec![vec![false; n_columns]; n_rows];
            let mut cells = Vec::new();
            for row in 0..n_rows {
                for column in 0..n_columns {
                    if is_taken[row][column] {
                        continue;
                    }
                    let (more_rows, more_columns, len) = choices[row * n_columns + column];
                    // Most cells stay single, and no merged one takes a whole row or column of lines away.
                    let n_rows = if more_rows == 3 && row + 1 < n_rows { 2 } else { 1 };
                    let is_free = column + 1 < n_columns && !is_taken[row][column + 1];
                    let n_columns = if more_columns == 3 && n_rows == 1 && is_free { 2 } else { 1 };
                    for taken in &mut is_taken[row..row + n_rows] {
                        taken[column..column + n_columns].fill(true);
                    }
                    let width: f64 = widths[column..column + n_columns].iter().sum();
                    let len = len.min(((width - 8.0) / SIZE) as usize);
                    let text = "甲乙丙丁戊己庚辛壬".chars().skip(row % 3).take(len).collect();
                    cells.push(Cell { row, column, n_rows, n_columns, text, name: None });
                }
            }
            Plan { widths, heights, cells, has_border }
        })
    }

    /// Whether each line of the grid has a stretch that no cell covers: otherwise nobody can see it.
    fn shows_all_lines(plan: &Plan) -> bool {
        let shows_row = |row| plan.cells.iter().any(|cell| cell.row == row);
        let shows_column = |column| plan.cells.iter().any(|cell| cell.column == column);
        // Without side borders, nothing ties a row that is a single cell to the rows around it.
        let is_tied = |cell: &Cell| plan.has_border || cell.n_columns < plan.widths.len();
        (0..plan.heights.len()).all(shows_row)
            && (0..plan.widths.len()).all(shows_column)
            && plan.cells.iter().all(is_tied)
    }

    proptest! {
        #[test]
        fn a_drawn_table_is_read_back(plan in plans().prop_filter("hidden lines", shows_all_lines)) {
            let (tables, rest) = tables(&plan.draw());
            prop_assert_eq!(rest, Vec::<usize>::new());
            prop_assert_eq!(tables.len(), 1);
            let table = &tables[0].table;
            prop_assert_eq!((table.n_rows, table.n_columns), (plan.heights.len(), plan.widths.len()));
            prop_assert_eq!(&table.cells, &plan.cells);
        }

        #[test]
        fn no_drawing_panics_and_no_glyph_is_lost(
            rules in prop::collection::vec((-50.0..400.0f64, -50.0..400.0f64, 0.0..300.0f64, any::<bool>()), 0..60),
            glyphs in prop::collection::vec((-50.0..400.0f64, -50.0..400.0f64, 0.1..40.0f64, 0usize..6), 0..80),
        ) {
            let mut drawing = Drawing { width: 300.0, height: 300.0, ..Drawing::default() };
            for (x, y, length, is_horizontal) in rules {
                let (width, height) = if is_horizontal { (length, 0.5) } else { (0.5, length) };
                drawing.rules.push(Rect::new(x, y, x + width, y + height));
                drawing.dots.push(Point::new(x, y));
            }
            drawing.clips.push(Rect::new(10.0, 10.0, 60.0, 40.0));
            for (x, y, size, kind) in glyphs {
                let turned = [Vec2::new(1.0, 0.0), Vec2::new(0.0, -1.0), Vec2::new(-1.0, 0.0)];
                let mut glyph = glyph(['字', '1', ' ', '・', 'a', '　'][kind], x, y);
                glyph.size = size;
                glyph.along = turned[kind % 3];
                glyph.is_vertical = kind == 3;
                glyph.clip = (kind == 4).then_some(0);
                drawing.glyphs.push(glyph);
            }
            let (tables, rest) = tables(&drawing);
            let cells: usize = tables.iter().flat_map(|t| &t.table.cells).map(|c| count(&c.text)).sum();
            let others: usize = rest.iter().map(|&i| count(&drawing.glyphs[i].first_char().to_string())).sum();
            let all: usize = drawing.glyphs.iter().map(|g| count(&g.first_char().to_string())).sum();
            prop_assert_eq!(cells + others, all);
            for table in &tables {
                is_tiled(&table.table)?;
            }
        }
    }

    fn count(text: &str) -> usize {
        text.chars().filter(|c| !c.is_whitespace()).count()
    }

    /// No two cells overlap, and none reaches out of the table.
    fn is_tiled(table: &Table) -> Result<(), TestCaseError> {
        let mut is_taken = vec![false; table.n_rows * table.n_columns];
        for cell in &table.cells {
            for row in cell.row..cell.row + cell.n_rows {
                for column in cell.column..cell.column + cell.n_columns {
                    prop_assert!(row < table.n_rows && column < table.n_columns);
                    prop_assert!(!is_taken[row * table.n_columns + column]);
                    is_taken[row * table.n_columns + column] = true;
                }
            }
        }
        Ok(())
    }
}

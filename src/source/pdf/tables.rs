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
        // A frame around text is no table.
        if n_filled < 2 {
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
        self.xs.len() == xs.len()
            && self.xs.iter().zip(xs).all(|(a, b)| (a - b).abs() < SAME_PLACE)
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

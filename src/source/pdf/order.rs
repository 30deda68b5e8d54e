//! The order of reading: columns one after the other, and within a column from top to bottom.

use hayro_interpret::kurbo::Rect;

use super::text::{HORIZONTAL, Line};

/// The white between two columns of text is at least so many type sizes wide.
const LEAST_GUTTER: f64 = 1.5;
/// Columns of text have at least so many lines.
const LEAST_LINES: usize = 4;
/// Columns of text are at least so many type sizes wide.
const LEAST_WIDTH: f64 = 10.0;
/// Pages are not nested deeper.
const MAX_DEPTH: usize = 12;

/// A line or a table, as the order sees it.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) area: Rect,
    /// The type size of a line.
    pub(super) size: f64,
    pub(super) is_table: bool,
    pub(super) is_vertical: bool,
}

impl Item {
    pub(super) fn of_line(line: &Line) -> Item {
        let is_vertical = line.direction != HORIZONTAL;
        Item { area: line.area, size: line.size, is_table: false, is_vertical }
    }

    pub(super) fn of_table(area: Rect) -> Item {
        Item { area, size: 0.0, is_table: true, is_vertical: false }
    }
}

/// The items in the order of reading, parted into regions that are read one after the other.
pub(super) fn regions(items: &[Item]) -> Vec<Vec<usize>> {
    let mut regions = Vec::new();
    read((0..items.len()).collect(), items, 0, &mut regions);
    regions
}

fn read(mut region: Vec<usize>, items: &[Item], depth: usize, regions: &mut Vec<Vec<usize>>) {
    if depth < MAX_DEPTH && has_neighbours(&mut region, items) {
        if let Some((left, right)) = columns(&region, items) {
            read(left, items, depth + 1, regions);
            read(right, items, depth + 1, regions);
            return;
        }
        if let Some((above, below)) = bands(&mut region, items) {
            read(above, items, depth + 1, regions);
            read(below, items, depth + 1, regions);
            return;
        }
    }
    if !region.is_empty() {
        sort(&mut region, items);
        regions.push(region);
    }
}

/// Whether two items stand side by side; without any, there is nothing to part.
fn has_neighbours(region: &mut [usize], items: &[Item]) -> bool {
    region.sort_by(|a, b| items[*a].area.y0.total_cmp(&items[*b].area.y0));
    let mut bottom = f64::NEG_INFINITY;
    for &item in region.iter() {
        let area = items[item].area;
        // Lines set tight touch.
        if area.y0 + 0.5 * area.height() < bottom {
            return true;
        }
        bottom = bottom.max(area.y1);
    }
    false
}

/// Parts a region at the white between two columns of text, or between a table and what stands beside it.
fn columns(region: &[usize], items: &[Item]) -> Option<(Vec<usize>, Vec<usize>)> {
    let mut by_x = region.to_vec();
    by_x.sort_by(|a, b| items[*a].area.x0.total_cmp(&items[*b].area.x0));
    let size = region.iter().map(|&item| items[item].size).fold(0.0, f64::max);
    let mut end = items[*by_x.first()?].area.x1;
    for (index, &item) in by_x.iter().enumerate() {
        let area = items[item].area;
        if area.x0 - end > LEAST_GUTTER * size {
            let (left, right) = by_x.split_at(index);
            if is_column(left, items) && is_column(right, items) && are_abreast(left, right, items)
            {
                return Some((left.to_vec(), right.to_vec()));
            }
        }
        end = end.max(area.x1);
    }
    None
}

/// Whether items are a column to be read by itself: a table, or lines of which most are about as wide as the column.
fn is_column(side: &[usize], items: &[Item]) -> bool {
    if side.iter().any(|&item| items[item].is_table) {
        return true;
    }
    let area = area_of(side, items);
    let size = side.iter().map(|&item| items[item].size).fold(0.0, f64::max);
    let is_wide = |item: &&usize| items[**item].area.width() > 0.6 * area.width();
    let n_wide = side.iter().filter(is_wide).count();
    side.len() >= LEAST_LINES && area.width() > LEAST_WIDTH * size && 2 * n_wide >= side.len()
}

/// Whether two sides stand beside each other for most of the lower one's height.
fn are_abreast(left: &[usize], right: &[usize], items: &[Item]) -> bool {
    let (left, right) = (area_of(left, items), area_of(right, items));
    let shared = left.y1.min(right.y1) - left.y0.max(right.y0);
    shared > 0.5 * left.height().min(right.height())
}

/// Parts a region, which is sorted from top to bottom, at its widest white band.
fn bands(region: &mut [usize], items: &[Item]) -> Option<(Vec<usize>, Vec<usize>)> {
    let mut bottom = items[*region.first()?].area.y1;
    let (mut widest, mut at) = (0.0, 0);
    for (index, &item) in region.iter().enumerate().skip(1) {
        let area = items[item].area;
        if area.y0 - bottom > widest {
            (widest, at) = (area.y0 - bottom, index);
        }
        bottom = bottom.max(area.y1);
    }
    (at > 0).then(|| (region[..at].to_vec(), region[at..].to_vec()))
}

fn area_of(side: &[usize], items: &[Item]) -> Rect {
    let areas = side.iter().map(|&item| items[item].area);
    areas.reduce(|a, b| a.union(b)).unwrap_or_default()
}

/// Rows from top to bottom and each from left to right; lines written downwards from right to left.
fn sort(region: &mut [usize], items: &[Item]) {
    let middle = |item: usize| items[item].area.center().y;
    let top = |item: usize| match items[item] {
        Item { is_table: true, area, .. } => area.y0,
        _ => middle(item),
    };
    if region.iter().all(|&item| items[item].is_vertical) {
        region.sort_by(|a, b| items[*b].area.x0.total_cmp(&items[*a].area.x0));
        return;
    }
    region.sort_by(|a, b| top(*a).total_cmp(&top(*b)));
    let mut start = 0;
    while start < region.len() {
        let first = &items[region[start]];
        let near = 0.5 * first.size;
        let is_row =
            |item: &usize| top(*item) - top(region[start]) < near && !items[*item].is_table;
        let len = 1 + region[start + 1..].iter().take_while(|item| is_row(item)).count();
        let len = if first.is_table { 1 } else { len };
        region[start..start + len].sort_by(|a, b| items[*a].area.x0.total_cmp(&items[*b].area.x0));
        start += len;
    }
}

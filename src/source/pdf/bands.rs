//! Tables with horizontal lines only: rows between the lines, columns by the white gaps that the rows share.

use std::mem;

use hayro_interpret::kurbo::Rect;

use super::drawing::Drawing;
use super::grid::Grid;
use super::points::Points;
use super::rulings::Ruling;

/// What is shorter is an underline.
const SHORTEST: f64 = 30.0;
/// Lines of one table begin and end this near to each other.
const SAME_END: f64 = 6.0;
/// Lines nearer than this are no row.
const LOWEST_ROW: f64 = 5.0;
/// The least gap between columns, in type sizes.
const LEAST_GAP: f64 = 0.3;
/// Of so many rows, one may have a text that runs over a gap: a merged cell.
const ROWS_PER_MERGED: usize = 8;

/// The grids between lines that cross no others.
pub(super) fn grids(
    free: &[Ruling],
    ruled: &[Grid],
    drawing: &Drawing,
    points: &Points,
) -> Vec<Grid> {
    let is_free = |line: &&Ruling| {
        let crosses = |grid: &Grid| {
            let area = grid.area().inflate(0.0, 3.0);
            area.y0 < line.at && line.at < area.y1 && line.start < area.x1 && area.x0 < line.end
        };
        line.length() > SHORTEST && !ruled.iter().any(crosses)
    };
    let mut lines: Vec<Ruling> = free.iter().filter(is_free).copied().collect();
    let mut grids = Vec::new();
    while let Some(first) = lines.first().copied() {
        let belongs = |line: &Ruling| {
            (line.start - first.start).abs() < SAME_END && (line.end - first.end).abs() < SAME_END
        };
        let (of_table, others): (Vec<Ruling>, Vec<Ruling>) = lines.into_iter().partition(belongs);
        lines = others;
        grids.extend(grid(&of_table, drawing, points));
    }
    grids
}

fn grid(lines: &[Ruling], drawing: &Drawing, points: &Points) -> Option<Grid> {
    let mut ys: Vec<f64> = lines.iter().map(|line| line.at).collect();
    ys.sort_by(f64::total_cmp);
    ys.dedup_by(|next, kept| *next - *kept <= LOWEST_ROW);
    if ys.len() < 3 {
        return None;
    }
    let (x0, x1) = (lines[0].start, lines[0].end);
    let page = Words { drawing, points, x0, x1 };
    let mut rows: Vec<Vec<Word>> = ys.windows(2).map(|row| page.between(row[0], row[1])).collect();
    let gaps = gaps(&rows);
    if gaps.is_empty() {
        return None;
    }
    let xs: Vec<f64> =
        [x0].into_iter().chain(gaps.iter().map(|gap| gap.middle)).chain([x1]).collect();
    // The last row of a page may lack its lower line, and the first one its upper.
    let height = row_height(&ys);
    let below = page.between(ys[ys.len() - 1], ys[ys.len() - 1] + height);
    if is_row(&below, &xs) {
        ys.push(below.iter().map(|word| word.bottom).fold(ys[ys.len() - 1], f64::max) + 1.0);
        rows.push(below);
    }
    let above = page.between(ys[0] - height, ys[0]);
    if is_row(&above, &xs) {
        ys.insert(0, above.iter().map(|word| word.top).fold(ys[0], f64::min) - 1.0);
        rows.insert(0, above);
    }
    let groups = merged(&rows, &gaps);
    Some(Grid::of_groups(xs, ys, &groups))
}

/// A stretch of a row without a gap.
#[derive(Clone, Copy, Debug)]
struct Word {
    start: f64,
    end: f64,
    top: f64,
    bottom: f64,
    size: f64,
}

/// The text between the ends of the lines.
struct Words<'d> {
    drawing: &'d Drawing,
    points: &'d Points,
    x0: f64,
    x1: f64,
}

impl Words<'_> {
    /// The words between two heights.
    fn between(&self, top: f64, bottom: f64) -> Vec<Word> {
        let held = self.points.within(Rect::new(self.x0, top, self.x1, bottom));
        let glyphs = held.map(|(_, index)| &self.drawing.glyphs[index]);
        // Texts that run into each other are two where each has a clip of its own.
        let mut glyphs: Vec<(Option<u32>, Word)> = glyphs
            .filter(|glyph| !glyph.is_blank())
            .map(|glyph| {
                let Rect { x0: start, y0: top, x1: end, y1: bottom } = glyph.area();
                (glyph.clip, Word { start, end, top, bottom, size: glyph.size })
            })
            .collect();
        glyphs.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.start.total_cmp(&b.1.start)));
        let mut words: Vec<Word> = Vec::new();
        let mut last_clip = None;
        for (clip, glyph) in glyphs {
            let is_same_clip = mem::replace(&mut last_clip, clip) == clip;
            match words.last_mut() {
                Some(word) if is_same_clip && glyph.start <= word.end + LEAST_GAP * glyph.size => {
                    word.end = word.end.max(glyph.end);
                    word.top = word.top.min(glyph.top);
                    word.bottom = word.bottom.max(glyph.bottom);
                }
                _ => words.push(glyph),
            }
        }
        words
    }
}

/// The white between two columns.
#[derive(Clone, Copy, Debug)]
struct Gap {
    start: f64,
    end: f64,
    /// Where the columns are parted: where the fewest texts reach into the gap.
    middle: f64,
}

/// The gaps between columns, from left to right.
fn gaps(rows: &[Vec<Word>]) -> Vec<Gap> {
    let n_filled = rows.iter().filter(|row| !row.is_empty()).count();
    let n_merged = n_filled / ROWS_PER_MERGED;
    let size = rows.iter().flatten().map(|word| word.size).fold(0.0, f64::max);
    // Where text begins (+1) and ends (-1) in any row.
    let ends = rows.iter().flatten().flat_map(|word| [(word.start, 1), (word.end, -1)]);
    let mut ends: Vec<(f64, isize)> = ends.collect();
    ends.sort_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
    let mut depth = 0;
    let stretches: Vec<Stretch> = ends
        .windows(2)
        .map(|pair| {
            depth += pair[0].1;
            Stretch { start: pair[0].0, end: pair[1].0, n_rows: depth.unsigned_abs() }
        })
        .collect();
    let is_white = |stretch: &Stretch| stretch.n_rows <= n_merged;
    // What few rows reach at either edge is no gap between columns.
    let first = stretches.iter().position(|stretch| !is_white(stretch)).unwrap_or(0);
    let last = stretches.iter().rposition(|stretch| !is_white(stretch)).unwrap_or(0);
    stretches[first..last.max(first)]
        .chunk_by(|a, b| is_white(a) == is_white(b))
        .filter(|run| is_white(&run[0]))
        .filter_map(Gap::of)
        .filter(|gap| gap.end - gap.start > LEAST_GAP * size)
        .collect()
}

/// A stretch of the page's width in which as many rows have text everywhere.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    start: f64,
    end: f64,
    n_rows: usize,
}

impl Gap {
    fn of(stretches: &[Stretch]) -> Option<Gap> {
        let (first, last) = (stretches.first()?, stretches.last()?);
        let fewest = stretches.iter().map(|stretch| stretch.n_rows).min()?;
        let width = |stretch: &Stretch| stretch.end - stretch.start;
        let whitest = stretches.iter().filter(|stretch| stretch.n_rows == fewest);
        let best = whitest.max_by(|a, b| width(a).total_cmp(&width(b)))?;
        let middle = (best.start + best.end) / 2.0;
        Some(Gap { start: first.start, end: last.end, middle })
    }
}

/// The height that a row may have at most beyond the outermost line.
fn row_height(ys: &[f64]) -> f64 {
    let mut heights: Vec<f64> = ys.windows(2).map(|row| row[1] - row[0]).collect();
    heights.sort_by(f64::total_cmp);
    1.2 * heights[heights.len() / 2]
}

/// Whether words fill most columns and cross none of the gaps.
fn is_row(words: &[Word], xs: &[f64]) -> bool {
    let n_columns = xs.len() - 1;
    let column = |x: f64| xs[1..n_columns].partition_point(|line| *line <= x);
    let mut columns: Vec<usize> = words.iter().map(|word| column(word.start)).collect();
    columns.sort_unstable();
    columns.dedup();
    let crosses = |word: &Word| column(word.start) != column(word.end);
    2 * columns.len() > n_columns && columns.len() > 1 && !words.iter().any(crosses)
}

/// For each place of the grid the place that it is one cell with: text that runs over a gap merges what it covers.
fn merged(rows: &[Vec<Word>], gaps: &[Gap]) -> Vec<usize> {
    let n_columns = gaps.len() + 1;
    let mut groups: Vec<usize> = (0..rows.len() * n_columns).collect();
    for (row, words) in rows.iter().enumerate() {
        for (index, gap) in gaps.iter().enumerate() {
            if words.iter().any(|word| word.start <= gap.start && gap.end <= word.end) {
                let place = row * n_columns + index;
                groups[place + 1] = groups[place];
            }
        }
    }
    groups
}

//! Tables with horizontal lines only: rows between the lines, columns by the white gaps that all rows share.

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

/// The grids between lines that cross no others.
pub(super) fn grids(
    free: &[Ruling],
    ruled: &[Grid],
    drawing: &Drawing,
    points: &Points,
) -> Vec<Grid> {
    let is_free = |line: &&Ruling| {
        line.length() > SHORTEST
            && !ruled.iter().any(|grid| {
                let area = grid.area().inflate(0.0, 3.0);
                area.y0 < line.at && line.at < area.y1 && line.start < area.x1 && area.x0 < line.end
            })
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
    let area = Rect::new(lines[0].start, ys[0], lines[0].end, ys[ys.len() - 1]);
    let mut reaches: Vec<(f64, f64)> = points
        .within(area)
        .map(|(_, index)| &drawing.glyphs[index])
        .filter(|glyph| !glyph.is_blank())
        .map(|glyph| (glyph.area().x0, glyph.area().x1))
        .collect();
    reaches.sort_by(|a, b| a.0.total_cmp(&b.0));
    let size = drawing.glyphs.first()?.size;
    let mut xs = vec![area.x0];
    let mut end = reaches.first()?.1;
    for (start, stop) in reaches {
        if start > end + 0.3 * size {
            xs.push((end + start) / 2.0);
        }
        end = end.max(stop);
    }
    xs.push(area.x1);
    (xs.len() > 2).then(|| Grid::plain(xs, ys))
}

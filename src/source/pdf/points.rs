//! Glyphs by place: which of them stand within an area, without looking at all of them.

use hayro_interpret::kurbo::{Point, Rect};

/// Numbered points, sorted from top to bottom.
#[derive(Debug, Default)]
pub(super) struct Points {
    by_y: Vec<(Point, usize)>,
}

impl Points {
    /// Sorts points that come with their numbers.
    pub(super) fn new(points: impl IntoIterator<Item = (Point, usize)>) -> Points {
        let mut by_y: Vec<(Point, usize)> = points.into_iter().collect();
        by_y.sort_by(|a, b| a.0.y.total_cmp(&b.0.y));
        Points { by_y }
    }

    /// The points of an area, edges included, from top to bottom.
    pub(super) fn within(&self, area: Rect) -> impl Iterator<Item = (Point, usize)> {
        let start = self.by_y.partition_point(|(point, _)| point.y < area.y0);
        let below = self.by_y[start..].iter().take_while(move |(point, _)| point.y <= area.y1);
        below.filter(move |(point, _)| area.x0 <= point.x && point.x <= area.x1).copied()
    }
}

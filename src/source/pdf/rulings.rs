//! Ruled lines: what was drawn piece by piece, joined to the lines that a reader sees.
//!
//! Programs draw a border once for each cell, doubled, dashed, dotted or as a row of thin filled areas.

use hayro_interpret::kurbo::{Point, Rect};

/// Lines nearer than this are one line, or the two of a double one.
const SAME_LINE: f64 = 2.2;
/// Pieces of a line with less between them are one.
const JOINED: f64 = 2.5;
/// What is shorter is a mark and no line.
const SHORTEST: f64 = 4.0;
/// The dots of a dotted line stand nearer than this.
const DOT_PITCH: f64 = 3.5;
/// Fewer dots are no line.
const MIN_DOTS: usize = 6;

/// A line along an axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ruling {
    /// Where it stands on the other axis: the y of a horizontal line.
    pub(super) at: f64,
    /// Where it begins.
    pub(super) start: f64,
    /// Where it ends.
    pub(super) end: f64,
}

/// The lines of a page, each direction by position and then by start.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Rulings {
    pub(super) horizontal: Vec<Ruling>,
    pub(super) vertical: Vec<Ruling>,
}

impl Ruling {
    pub(super) fn length(&self) -> f64 {
        self.end - self.start
    }
}

/// The lines that thin areas and dots make up.
pub(super) fn rulings(rules: &[Rect], dots: &[Point]) -> Rulings {
    let (mut horizontal, mut vertical) = (Vec::new(), Vec::new());
    for rule in rules {
        let middle = rule.center();
        if rule.width() > rule.height() {
            horizontal.push(Ruling { at: middle.y, start: rule.x0, end: rule.x1 });
        } else {
            vertical.push(Ruling { at: middle.x, start: rule.y0, end: rule.y1 });
        }
    }
    horizontal.extend(dotted(dots.iter().map(|dot| (dot.y, dot.x)).collect()));
    vertical.extend(dotted(dots.iter().map(|dot| (dot.x, dot.y)).collect()));
    Rulings { horizontal: joined(horizontal), vertical: joined(vertical) }
}

/// Lines made of dots, given as their position across and along the line.
fn dotted(dots: Vec<(f64, f64)>) -> Vec<Ruling> {
    // A quarter of a point tells lines apart and forgives rounding.
    let mut dots: Vec<(i64, f64)> =
        dots.into_iter().map(|(at, along)| ((at * 4.0).round() as i64, along)).collect();
    dots.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let chains = dots.chunk_by(|a, b| a.0 == b.0 && b.1 - a.1 <= DOT_PITCH);
    let lines = chains.filter(|chain| chain.len() >= MIN_DOTS);
    lines
        .map(|chain| Ruling {
            at: chain[0].0 as f64 / 4.0,
            start: chain[0].1,
            end: chain[chain.len() - 1].1,
        })
        .collect()
}

/// Brings pieces that lie on one line to one position, and joins those that touch.
fn joined(mut pieces: Vec<Ruling>) -> Vec<Ruling> {
    pieces.sort_by(|a, b| a.at.total_cmp(&b.at));
    let mut lines = Vec::new();
    let mut rest = pieces.as_mut_slice();
    while let Some(first) = rest.first() {
        let reach = first.at + SAME_LINE;
        let n_together = rest.partition_point(|piece| piece.at <= reach);
        let (together, others) = rest.split_at_mut(n_together.max(1));
        join(together, &mut lines);
        rest = others;
    }
    lines.retain(|line| line.length() > SHORTEST);
    lines
}

fn join(pieces: &mut [Ruling], lines: &mut Vec<Ruling>) {
    let length: f64 = pieces.iter().map(Ruling::length).sum();
    let weighted: f64 = pieces.iter().map(|piece| piece.at * piece.length()).sum();
    let at = if length > 0.0 { weighted / length } else { pieces[0].at };
    pieces.sort_by(|a, b| a.start.total_cmp(&b.start));
    let mut line = Ruling { at, ..pieces[0] };
    for piece in &pieces[1..] {
        if piece.start <= line.end + JOINED {
            line.end = line.end.max(piece.end);
            continue;
        }
        lines.push(line);
        line = Ruling { at, ..*piece };
    }
    lines.push(line);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(rules: &[[f64; 4]], expected: &[[f64; 3]]) {
        let rules: Vec<Rect> = rules.iter().map(|r| Rect::new(r[0], r[1], r[2], r[3])).collect();
        let found = rulings(&rules, &[]).horizontal;
        let found: Vec<[f64; 3]> = found.iter().map(|r| [r.at, r.start, r.end]).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn pieces_of_a_line_are_one_line() {
        check(&[[0.0, 9.5, 50.0, 10.5], [51.0, 9.5, 90.0, 10.5]], &[[10.0, 0.0, 90.0]]);
        check(
            &[[0.0, 10.0, 50.0, 10.0], [60.0, 10.0, 90.0, 10.0]],
            &[[10.0, 0.0, 50.0], [10.0, 60.0, 90.0]],
        );
    }

    #[test]
    fn a_double_line_is_one_line_in_its_middle() {
        check(&[[0.0, 10.0, 50.0, 10.0], [0.0, 12.0, 50.0, 12.0]], &[[11.0, 0.0, 50.0]]);
    }

    #[test]
    fn marks_are_no_lines() {
        check(&[[0.0, 10.0, 3.0, 10.0]], &[]);
    }

    #[test]
    fn dots_in_a_row_are_a_line() {
        let dots: Vec<Point> = (0..10).map(|i| Point::new(f64::from(i) * 2.0, 7.0)).collect();
        let line = Ruling { at: 7.0, start: 0.0, end: 18.0 };
        assert_eq!(rulings(&[], &dots), Rulings { horizontal: vec![line], vertical: vec![] });
        assert_eq!(rulings(&[], &dots[..4]), Rulings::default());
    }
}

//! From placed glyphs to text: the direction of writing, lines, and paragraphs whose broken lines are joined.

use hayro_interpret::kurbo::{Rect, Vec2};

use super::drawing::{Glyph, Style};

/// Which way glyphs follow each other, and which way lines do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Direction {
    /// From one glyph to the next.
    pub(super) along: Vec2,
    /// From one line to the next.
    pub(super) across: Vec2,
}

impl Direction {
    /// Where an area begins and ends along a line.
    pub(super) fn reach(&self, area: Rect) -> (f64, f64) {
        let start = self.along.dot(Vec2::new(area.x0, area.y0));
        let end = self.along.dot(Vec2::new(area.x1, area.y1));
        (start.min(end), start.max(end))
    }
}

/// From left to right, lines from top to bottom.
pub(super) const HORIZONTAL: Direction =
    Direction { along: Vec2::new(1.0, 0.0), across: Vec2::new(0.0, 1.0) };
/// From top to bottom, lines from right to left.
pub(super) const VERTICAL: Direction =
    Direction { along: Vec2::new(0.0, 1.0), across: Vec2::new(-1.0, 0.0) };

/// A line of text in its direction of writing.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    /// The characters, with a space where the line has a gap.
    pub(super) text: String,
    /// Where the first glyph begins, along the line.
    pub(super) start: f64,
    /// Where the last glyph ends, along the line.
    pub(super) end: f64,
    /// Where the line stands among other lines.
    pub(super) across: f64,
    /// The largest type size.
    pub(super) size: f64,
    /// The width of what cannot be parted from the first glyph: a Latin word, a bracket with what follows it.
    head: f64,
    /// The looks of the first glyph.
    pub(super) style: Style,
    /// The area that it covers on the page.
    pub(super) area: Rect,
    /// Which way it runs.
    pub(super) direction: Direction,
}

impl Line {
    /// Adds what stands farther along on the same line.
    pub(super) fn append(&mut self, next: Line) {
        if !self.text.ends_with('\u{3000}') && !next.text.starts_with('\u{3000}') {
            self.text.push(' ');
        }
        self.text.push_str(&next.text);
        self.end = self.end.max(next.end);
        self.size = self.size.max(next.size);
        self.area = self.area.union(next.area);
    }
}

/// The direction that most of the glyphs, in the order of drawing, are written in.
///
/// What is written from top to bottom shows in the order of drawing only: with lines set tight, the nearest neighbour of
/// a glyph often is the one below it.
pub(super) fn direction(glyphs: &[&Glyph]) -> Direction {
    let (mut downwards, mut rightwards, mut turned) = (0, 0, 0);
    for (index, glyph) in glyphs.iter().enumerate() {
        if glyph.along.x < 0.7 {
            turned += 1;
        } else if glyph.is_vertical {
            downwards += 1;
        } else if let Some(before) = index.checked_sub(1).map(|before| glyphs[before]) {
            match step(before, glyph) {
                Some(Step::Down) => downwards += 1,
                Some(Step::Right) => rightwards += 1,
                None => {}
            }
        }
    }
    if 2 * turned > glyphs.len() {
        let along = glyphs.iter().map(|glyph| glyph.along).find(|along| along.x < 0.7);
        let along = quarter_turn(along.unwrap_or(HORIZONTAL.along));
        return Direction { along, across: Vec2::new(-along.y, along.x) };
    }
    // Numbers below each other are a column of numbers.
    let is_number = |glyph: &&&Glyph| is_latin(glyph.first_char()) || glyph.is_blank();
    let is_all_numbers = glyphs.iter().filter(is_number).count() == glyphs.len();
    if downwards > rightwards && !is_all_numbers { VERTICAL } else { HORIZONTAL }
}

/// Where a glyph stands as seen from the one drawn before it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Step {
    /// Next on the same line.
    Right,
    /// Right below it.
    Down,
}

/// The step from one glyph to the next, if it is one of a line.
pub(super) fn step(from: &Glyph, to: &Glyph) -> Option<Step> {
    let way = to.middle() - from.middle();
    let size = from.size.max(to.size);
    if way.x.abs() < 0.35 * size && 0.5 * size < way.y && way.y < 2.0 * size {
        Some(Step::Down)
    } else if way.y.abs() < 0.35 * size && way.x > 0.0 {
        Some(Step::Right)
    } else {
        None
    }
}

/// The axis that is nearest to a direction.
fn quarter_turn(along: Vec2) -> Vec2 {
    if along.x.abs() > along.y.abs() {
        Vec2::new(along.x.signum(), 0.0)
    } else {
        Vec2::new(0.0, along.y.signum())
    }
}

/// Sets glyphs into lines, each from its beginning to its end, the lines in the order of reading.
pub(super) fn lines(glyphs: &[&Glyph], direction: Direction) -> Vec<Line> {
    pieces(glyphs, direction, f64::INFINITY)
}

/// Sets glyphs into lines and cuts a line where it has a gap of more than `widest` type sizes.
pub(super) fn pieces(glyphs: &[&Glyph], direction: Direction, widest: f64) -> Vec<Line> {
    let is_horizontal = direction == HORIZONTAL;
    let mut placed: Vec<(f64, &Glyph)> = glyphs
        .iter()
        .map(|glyph| {
            // Small type stands on the base line of large type; in vertical lines the middles meet.
            let point = if is_horizontal { glyph.origin } else { glyph.middle() };
            (point.to_vec2().dot(direction.across), *glyph)
        })
        .collect();
    placed.sort_by(|a, b| a.0.total_cmp(&b.0));
    lower_superscripts(&mut placed, direction);
    let mut lines = Vec::new();
    let mut rest = placed.as_slice();
    while let Some(&(first, glyph)) = rest.first() {
        let mut sum = first;
        let mut len = 1;
        while let Some(&(across, next)) = rest.get(len) {
            let near = 0.5 * next.size.min(glyph.size).max(2.0);
            if across - sum / len as f64 >= near {
                break;
            }
            sum += across;
            len += 1;
        }
        let of_line: Vec<&Glyph> = rest[..len].iter().map(|(_, glyph)| *glyph).collect();
        let across = sum / len as f64;
        cut(of_line, direction, widest, |piece| lines.extend(line(piece, across, direction)));
        rest = &rest[len..];
    }
    lines
}

/// Brings the marks of footnotes, which stand higher than their line, down to it.
fn lower_superscripts(placed: &mut [(f64, &Glyph)], direction: Direction) {
    let is_small = |small: &Glyph, large: &Glyph| small.size < 0.72 * large.size;
    let largest = placed.iter().map(|(_, glyph)| glyph.size).fold(0.0, f64::max);
    let mut has_moved = false;
    for index in 0..placed.len() {
        let (across, small) = placed[index];
        // Small type above text of its own width is a reading (ruby), a line of its own.
        let is_mark = |c: char| c.is_ascii_graphic() || "※＊†‡₁₂₃".contains(c);
        if small.size >= 0.72 * largest || !small.chars().all(is_mark) {
            continue;
        }
        let reach = small.reach(direction.along);
        let is_beside = |(other, large): &(f64, &Glyph)| {
            let (start, end) = large.reach(direction.along);
            let gap = (reach.0 - end).max(start - reach.1);
            is_small(small, large)
                && *other - across < 0.75 * large.size
                && gap.abs() < 2.0 * large.size
                && gap > -0.3 * small.size
        };
        let below = placed[index + 1..].iter().take_while(|(other, _)| other - across < largest);
        if let Some(line) = below.take(NEIGHBOURS).find(|line| is_beside(line)).map(|line| line.0) {
            placed[index].0 = line;
            has_moved = true;
        }
    }
    if has_moved {
        placed.sort_by(|a, b| a.0.total_cmp(&b.0));
    }
}

/// So many glyphs are looked at for the line of a superscript: more stand on no two lines.
const NEIGHBOURS: usize = 400;

/// A glyph of a line, with where it begins and ends along the line.
type Placed<'g> = ((f64, f64), &'g Glyph);

/// Sorts the glyphs of a line and hands over the pieces between its wide gaps.
fn cut<'g>(
    glyphs: Vec<&'g Glyph>,
    direction: Direction,
    widest: f64,
    mut found: impl FnMut(&[Placed<'g>]),
) {
    let mut placed: Vec<Placed<'g>> =
        glyphs.into_iter().map(|glyph| (glyph.reach(direction.along), glyph)).collect();
    placed.sort_by(|a, b| a.0.0.total_cmp(&b.0.0));
    let mut start = 0;
    let mut end = f64::INFINITY;
    if widest.is_finite() && is_spread(&placed) {
        return found(&placed);
    }
    for (index, ((from, to), glyph)) in placed.iter().enumerate() {
        if glyph.is_blank() {
            continue;
        }
        if from - end > widest * glyph.size {
            found(&placed[start..index]);
            start = index;
            end = *to;
        }
        end = if end.is_finite() { end.max(*to) } else { *to };
    }
    found(&placed[start..]);
}

/// One line; `None` where nothing is printed.
fn line(placed: &[Placed<'_>], across: f64, direction: Direction) -> Option<Line> {
    let first = placed.iter().position(|(_, glyph)| !glyph.is_blank())?;
    let last = placed.iter().rposition(|(_, glyph)| !is_white(glyph)).unwrap_or(first).max(first);
    let is_spread = is_spread(&placed[first..=last]);
    let mut text = String::new();
    let mut before: Option<Placed<'_>> = None;
    let mut has_blank = false;
    for &(reach, glyph) in &placed[first..=last] {
        if glyph.is_blank() {
            has_blank = true;
            continue;
        }
        let has_space = |before| has_space(before, (reach, glyph), has_blank);
        if !is_spread && before.is_some_and(has_space) {
            text.push(' ');
        }
        glyph.push_to(&mut text);
        before = Some((reach, glyph));
        has_blank = false;
    }
    let printed = || placed[first..=last].iter().filter(|(_, glyph)| !glyph.is_blank());
    let (start, end) = (placed[first].0.0, placed[last].0.1);
    Some(Line {
        text,
        start,
        end,
        across,
        size: printed().map(|(_, glyph)| glyph.size).fold(0.0, f64::max),
        head: head(&placed[first..=last]) - start,
        style: placed[first].1.style,
        area: printed().map(|(_, glyph)| glyph.area()).reduce(|a, b| a.union(b))?,
        direction,
    })
}

/// Whether the characters of a line are spread over its width, one by one with gaps alike.
fn is_spread(placed: &[Placed<'_>]) -> bool {
    let printed = || placed.iter().filter(|(_, glyph)| !glyph.is_blank());
    if printed().count() < 2 || printed().any(|(_, glyph)| is_latin(glyph.first_char())) {
        return false;
    }
    let gaps = || printed().zip(printed().skip(1)).map(|(a, b)| b.0.0 - a.0.1);
    let (least, most) = gaps().fold((f64::INFINITY, 0.0), |(least, most): (f64, f64), gap| {
        (least.min(gap), most.max(gap))
    });
    let size = placed[0].1.size;
    least > 0.2 * size && most < 6.0 * size && most - least < (0.35 * most).max(0.3 * size)
}

/// Whether a space is printed between two neighbours of a line.
fn has_space(
    (left_reach, left): Placed<'_>,
    (right_reach, right): Placed<'_>,
    has_blank: bool,
) -> bool {
    if is_white(left) || is_white(right) {
        return false;
    }
    let gap = (right_reach.0 - left_reach.1) / left.size.min(right.size);
    let widest = match (has_blank, is_latin(left.last_char()) && is_latin(right.first_char())) {
        (true, _) => 0.12,
        (false, true) => 0.25,
        // Text that is set to a width is spread out by gaps of its own.
        (false, false) => 1.2,
    };
    gap > widest
}

/// Where the first part of a line that cannot be broken ends.
fn head(placed: &[Placed<'_>]) -> f64 {
    let mut end = placed[0].0.1;
    let mut before = placed[0].1.first_char();
    for &(reach, glyph) in &placed[1..] {
        let c = glyph.first_char();
        let is_word = is_latin(before) && is_latin(c);
        if !is_word && !OPENING.contains(before) && !CLOSING.contains(c) {
            break;
        }
        end = reach.1;
        before = glyph.last_char();
    }
    end
}

/// Characters that do not end a line.
const OPENING: &str = "（「『【〔［｛〈《([{“‘";
/// Characters that do not begin a line.
const CLOSING: &str =
    "、。，．・：；？！）」』】〕］｝〉》ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々)]},.!?”’";

fn is_latin(c: char) -> bool {
    c.is_ascii_graphic()
}

fn is_white(glyph: &Glyph) -> bool {
    glyph.chars().all(char::is_whitespace)
}

/// Joins lines that the layout broke; paragraphs are separated by `\n`.
///
/// `room` is where a line could begin and end.
pub(super) fn paragraphs(lines: &[Line], room: (f64, f64)) -> String {
    let mut text = String::new();
    for part in split(lines, room) {
        if !text.is_empty() {
            text.push('\n');
        }
        join_to(&mut text, part);
    }
    text
}

/// The lines of one paragraph as one text.
pub(super) fn join(lines: &[Line]) -> String {
    let mut text = String::new();
    join_to(&mut text, lines);
    text
}

fn join_to(text: &mut String, lines: &[Line]) {
    for (index, line) in lines.iter().enumerate() {
        let is_between_words = text
            .ends_with(|c: char| c.is_ascii_alphanumeric() || ",.;:".contains(c))
            && line.text.starts_with(|c: char| c.is_ascii_alphabetic());
        if index > 0 && is_between_words {
            text.push(' ');
        }
        text.push_str(&line.text);
    }
}

/// The lines of each paragraph.
pub(super) fn split(lines: &[Line], room: (f64, f64)) -> Vec<&[Line]> {
    let left = lines.iter().map(|line| line.start).fold(f64::INFINITY, f64::min);
    let longest = lines.iter().map(|line| line.end).fold(f64::NEG_INFINITY, f64::max);
    let size = lines.iter().map(|line| line.size).fold(0.0, f64::max);
    // In a narrow cell the longest line tells where lines are broken; in a wide one, a few short lines tell nothing.
    let right = match margin(lines, longest, size) {
        Some(right) => right,
        None => longest.max(room.1 - 3.0 * size),
    };
    let mut parts = Vec::new();
    let mut start = 0;
    for index in 1..lines.len() {
        if begins_paragraph(&lines[index - 1], &lines[index], left, right) {
            parts.push(&lines[start..index]);
            start = index;
        }
    }
    if start < lines.len() {
        parts.push(&lines[start..]);
    }
    parts
}

/// The right margin that lines of running text show themselves: several of them end there.
fn margin(lines: &[Line], longest: f64, size: f64) -> Option<f64> {
    const LEAST_WIDTH: f64 = 20.0;
    let is_full = |line: &&Line| longest - line.end < 1.1 * size;
    let is_wide = |line: &&Line| line.end - line.start > LEAST_WIDTH * size;
    (lines.iter().filter(is_full).filter(is_wide).count() > 1).then_some(longest)
}

/// Whether a paragraph ends with `before`, the line above `line`.
fn begins_paragraph(before: &Line, line: &Line, left: f64, right: f64) -> bool {
    let first = line.text.chars().next().unwrap_or(' ');
    let space_left = right - before.end;
    // What stands first would have had room on the line above: the break was meant.
    let is_broken = space_left > line.head + 1.2 * before.size;
    if is_broken || first == '\u{3000}' || first == '・' || has_leader(&before.text) {
        return true;
    }
    let last = before.text.chars().next_back().unwrap_or(' ');
    let is_title = before.text.starts_with('【') && last == '】';
    let is_sentence_end = "。．！？」）】".contains(last);
    // A line within a sentence may happen to begin with what looks like the mark of an item.
    let has_room = space_left > line.head + 0.3 * before.size;
    if is_title || (is_item(&line.text) && (is_sentence_end || has_room)) {
        return true;
    }
    let indent = 0.7 * line.size;
    let is_indented = line.start - left > indent && line.start - before.start > indent;
    // The second line of an item stands under its text, not under its mark.
    let is_hanging = is_item(&before.text) && line.start - before.start < 3.5 * line.size;
    // A sentence that goes on is one paragraph, however its lines are indented.
    is_indented && !is_hanging && (is_sentence_end || has_room)
}

/// Whether a line is an entry of a table of contents, with dots up to its page number.
fn has_leader(text: &str) -> bool {
    let is_dot = |c: char| ".．…‥・".contains(c);
    let longest = text.split(|c| !is_dot(c)).map(|dots| dots.chars().count()).max();
    let shortest = if text.contains(['…', '‥']) { 3 } else { 5 };
    longest.is_some_and(|longest| longest >= shortest)
}

/// Whether a line begins like an item of a list: with a mark, or with a number that is set off.
fn is_item(text: &str) -> bool {
    const MARKS: &str = "・（(【※○●〇◆◇■□◎▼▲▽△★☆➢•✓−－-*＊";
    let mut chars = text.chars();
    let Some(first) = chars.next() else { return false };
    if MARKS.contains(first) || matches!(first, '①'..='⑳' | '⑴'..='⒇') {
        return true;
    }
    let is_digit = |c: &char| c.is_ascii_digit() || ('０'..='９').contains(c);
    is_digit(&first) && chars.find(|c| !is_digit(c)).is_some_and(|c| "．.　 、)）".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines of ten points, each given as its left end, its right end and its text.
    #[track_caller]
    fn check(lines: &[(f64, f64, &str)], expected: &str) {
        let lines: Vec<Line> = lines
            .iter()
            .enumerate()
            .map(|(index, &(start, end, text))| Line {
                text: text.to_owned(),
                start,
                end,
                across: 14.0 * index as f64,
                size: 10.0,
                head: 10.0,
                style: Style::default(),
                area: Rect::ZERO,
                direction: HORIZONTAL,
            })
            .collect();
        assert_eq!(paragraphs(&lines, (0.0, 200.0)), expected);
    }

    #[test]
    fn a_full_line_goes_on_in_the_next() {
        check(
            &[(0.0, 195.0, "窓口に来た"), (0.0, 80.0, "方を案内する。")],
            "窓口に来た方を案内する。",
        );
        check(&[(0.0, 195.0, "open"), (0.0, 80.0, "data")], "open data");
    }

    #[test]
    fn a_line_with_room_left_ends_a_paragraph() {
        check(&[(0.0, 100.0, "受付"), (0.0, 195.0, "案内")], "受付\n案内");
    }

    #[test]
    fn indents_and_marks_begin_a_paragraph() {
        check(&[(0.0, 199.0, "受付。"), (0.0, 80.0, "　案内")], "受付。\n　案内");
        check(&[(0.0, 199.0, "受付"), (0.0, 80.0, "・案内")], "受付\n・案内");
        check(&[(0.0, 199.0, "受付。"), (0.0, 80.0, "（案内）")], "受付。\n（案内）");
        check(&[(0.0, 199.0, "受付"), (0.0, 80.0, "（案内）")], "受付（案内）");
    }

    #[test]
    fn an_item_goes_on_under_its_text() {
        check(&[(0.0, 199.0, "・窓口に来た"), (10.0, 80.0, "方の案内")], "・窓口に来た方の案内");
    }

    #[test]
    fn entries_of_a_table_of_contents_are_paragraphs() {
        check(
            &[(0.0, 199.0, "受付........2"), (0.0, 199.0, "案内........3")],
            "受付........2\n案内........3",
        );
    }
}

//! Text outside tables: pieces of lines, put in the order of reading and joined to paragraphs and headings.

use std::collections::HashMap;

use hayro_interpret::kurbo::Rect;

use crate::source::page::Block;
use crate::source::radicals;

use super::drawing::{Drawing, Face, Glyph, Style};
use super::order;
use super::tables::PlacedTable;
use super::text::{self, Direction, HORIZONTAL, Line, Step, VERTICAL};

/// A gap of so many type sizes parts a line: two columns, or a label and its value.
const WIDEST_GAP: f64 = 1.8;
/// Type that is larger than the body by this factor is a heading.
const LARGER: f64 = 1.15;
/// A longer text is no heading, whatever its type.
const LONGEST_HEADING: usize = 60;

/// The lines of a page outside its tables, cut at wide gaps.
pub(super) fn lines(drawing: &Drawing, rest: &[usize]) -> Vec<Line> {
    let glyphs: Vec<&Glyph> = rest.iter().map(|&index| &drawing.glyphs[index]).collect();
    let mut lines = Vec::new();
    for (direction, glyphs) in by_direction(&glyphs) {
        lines.extend(text::pieces(&glyphs, direction, WIDEST_GAP));
    }
    lines
}

/// Glyphs parted by the direction they are written in.
fn by_direction<'g>(glyphs: &[&'g Glyph]) -> Vec<(Direction, Vec<&'g Glyph>)> {
    let mut parts: Vec<(Direction, Vec<&Glyph>)> = Vec::new();
    // A run of glyphs drawn one below the other is written from top to bottom.
    let goes_on = |a: &&Glyph, b: &&Glyph| is_below(a, b) == Some(true);
    for run in glyphs.chunk_by(|a, b| goes_on(a, b)) {
        let direction = match run {
            [glyph, ..] if glyph.along.x < 0.7 => text::direction(run),
            [glyph, ..] if glyph.is_vertical || run.len() > 2 => VERTICAL,
            _ => HORIZONTAL,
        };
        match parts.iter_mut().find(|(known, _)| *known == direction) {
            Some((_, part)) => part.extend(run),
            None => parts.push((direction, run.to_vec())),
        }
    }
    parts
}

/// Whether an upright glyph follows right below the one before; `None` where glyphs are turned.
fn is_below(before: &Glyph, glyph: &Glyph) -> Option<bool> {
    let is_upright = before.along.x > 0.7 && glyph.along.x > 0.7 && !before.is_blank();
    let is_near = (glyph.middle() - before.middle()).y < 1.8 * glyph.size;
    is_upright.then(|| is_near && text::step(before, glyph) == Some(Step::Down))
}

/// What the type of a whole document is like.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Body {
    size: f64,
    style: Style,
    /// The sizes of headings, from large to small.
    heading_sizes: Vec<f64>,
}

/// Counts the type of a document.
#[derive(Debug, Default)]
pub(super) struct TypeCount {
    /// Characters of all text, and of text outside tables, by half points and style.
    all: HashMap<(u32, Style), usize>,
    prose: HashMap<(u32, Style), usize>,
}

impl TypeCount {
    /// Counts a page.
    pub(super) fn add(&mut self, drawing: &Drawing, lines: &[Line]) {
        let key = |glyph: &Glyph| (half_points(glyph.size), glyph.style);
        for run in drawing.glyphs.chunk_by(|a, b| key(a) == key(b)) {
            *self.all.entry(key(&run[0])).or_default() += run.len();
        }
        for line in lines {
            let n_chars = line.text.chars().count();
            *self.prose.entry((half_points(line.size), line.style)).or_default() += n_chars;
        }
    }

    /// The type of running text, against which headings stand out.
    pub(super) fn body(&self, lines: &[&Line]) -> Body {
        // Of a document that is nearly all tables, the tables are the body.
        const ENOUGH: usize = 500;
        let n_prose: usize = self.prose.values().sum();
        let counted = if n_prose >= ENOUGH { &self.prose } else { &self.all };
        let most = counted.iter().max_by_key(|(key, count)| (**count, key.0));
        let Some((&(size, style), _)) = most else { return Body::default() };
        let mut body = Body { size: f64::from(size) / 2.0, style, heading_sizes: Vec::new() };
        let headings = lines.iter().filter(|line| body.is_heading(std::slice::from_ref(**line)));
        let mut sizes: Vec<f64> = headings.map(|line| rounded(line.size)).collect();
        sizes.sort_by(|a, b| b.total_cmp(a));
        sizes.dedup();
        body.heading_sizes = sizes;
        body
    }
}

impl Body {
    /// Whether the lines of a paragraph stand out from the body as a heading does.
    fn is_heading(&self, lines: &[Line]) -> bool {
        let Some(first) = lines.first() else { return false };
        let is_larger = first.size >= LARGER * self.size;
        let is_bolder = first.style.is_bold && !self.style.is_bold;
        let is_gothic = first.style.face == Face::Sans && self.style.face == Face::Serif;
        let is_smaller = first.size < 0.95 * self.size;
        let stands_out = is_larger || ((is_bolder || is_gothic) && !is_smaller);
        let n_chars: usize = lines.iter().map(|line| line.text.chars().count()).sum();
        let last = lines[lines.len() - 1].text.chars().next_back().unwrap_or(' ');
        let is_sentence = "。．、，".contains(last);
        let has_words = lines.iter().any(|line| line.text.chars().any(char::is_alphabetic));
        stands_out && n_chars <= LONGEST_HEADING && !is_sentence && has_words
    }

    /// The level of a heading of this size, from 1.
    fn level(&self, size: f64) -> u8 {
        let larger = self.heading_sizes.iter().filter(|other| **other > rounded(size)).count();
        larger.min(5) as u8 + 1
    }
}

/// The blocks of a page, in the order of reading.
///
/// `room` is the area that the document's text fills, which tells where its lines are broken.
pub(super) fn blocks(
    tables: Vec<PlacedTable>,
    lines: Vec<Line>,
    body: &Body,
    room: Rect,
) -> Vec<Block> {
    let items: Vec<order::Item> = tables
        .iter()
        .map(|table| order::Item::of_table(table.area))
        .chain(lines.iter().map(order::Item::of_line))
        .collect();
    let n_tables = tables.len();
    let mut tables: Vec<Option<PlacedTable>> = tables.into_iter().map(Some).collect();
    let mut lines: Vec<Option<Line>> = lines.into_iter().map(Some).collect();
    let mut blocks = Vec::new();
    for region in order::regions(&items) {
        let area = region.iter().map(|&item| items[item].area).reduce(|a, b| a.union(b));
        let area = area.unwrap_or(room);
        // A column of a page in several columns is broken at its own width.
        let room = if area.width() > 0.6 * room.width() { room } else { area };
        let mut text: Vec<Line> = Vec::new();
        for item in region {
            if item < n_tables {
                flush(&mut text, body, room, &mut blocks);
                blocks.extend(tables[item].take().map(|table| Block::Table(table.table)));
            } else if let Some(line) = lines[item - n_tables].take() {
                match text.last_mut() {
                    Some(before) if is_same_row(before, &line) => before.append(line),
                    _ => text.push(line),
                }
            }
        }
        flush(&mut text, body, room, &mut blocks);
    }
    blocks
}

/// Whether a piece stands on the line of the piece before it.
fn is_same_row(before: &Line, line: &Line) -> bool {
    before.direction == line.direction
        && (before.across - line.across).abs() < 0.5 * before.size.min(line.size)
        && before.end <= line.start
}

/// Makes paragraphs and headings of the lines that were collected.
fn flush(lines: &mut Vec<Line>, body: &Body, room: Rect, blocks: &mut Vec<Block>) {
    let pitch = pitch(lines);
    for run in lines.chunk_by(|a, b| is_same_type(a, b) && is_next(a, b, pitch)) {
        for paragraph in text::split(run, run[0].direction.reach(room)) {
            let text = radicals::mend(text::join(paragraph));
            if body.is_heading(paragraph) {
                blocks.push(Block::Heading(body.level(paragraph[0].size), text.trim().to_owned()));
            } else {
                blocks.push(Block::Paragraph(text));
            }
        }
    }
    lines.clear();
}

/// Whether two lines may belong to one paragraph by their type.
fn is_same_type(a: &Line, b: &Line) -> bool {
    let ratio = a.size / b.size;
    a.direction == b.direction && a.style == b.style && (0.88..=1.14).contains(&ratio)
}

/// Whether a line follows at the ordinary distance.
fn is_next(a: &Line, b: &Line, pitch: f64) -> bool {
    let distance = b.across - a.across;
    0.0 < distance && distance < (1.35 * pitch).max(1.4 * a.size).min(3.5 * a.size)
}

/// The distance that most lines have from the next.
fn pitch(lines: &[Line]) -> f64 {
    let distances = lines.windows(2).map(|pair| pair[1].across - pair[0].across);
    let mut distances: Vec<f64> = distances.filter(|distance| *distance > 0.0).collect();
    distances.sort_by(f64::total_cmp);
    distances.get(distances.len() / 2).copied().unwrap_or(0.0)
}

fn half_points(size: f64) -> u32 {
    (size * 2.0).round().clamp(0.0, 1e6) as u32
}

fn rounded(size: f64) -> f64 {
    f64::from(half_points(size)) / 2.0
}

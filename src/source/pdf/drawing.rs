//! What a page draws, as far as it matters to reading: characters, thin lines and clips, in the order of drawing.
//!
//! Coordinates are points from the upper left corner of the page as it is shown (rotation included), y downwards.

use hayro_interpret::kurbo::{Point, Rect, Vec2};

/// Everything that one page draws.
#[derive(Debug, Default)]
pub(super) struct Drawing {
    /// Width and height of the page.
    pub(super) width: f64,
    pub(super) height: f64,
    /// The characters in the order of drawing.
    pub(super) glyphs: Vec<Glyph>,
    /// Filled and stroked lines along an axis, as thin rectangles.
    pub(super) rules: Vec<Rect>,
    /// The middles of tiny marks: dotted lines are drawn as hundreds of them.
    pub(super) dots: Vec<Point>,
    /// The clips that glyphs were drawn under.
    pub(super) clips: Vec<Rect>,
    /// How many bitmaps and paths the page shows: without any, it is blank.
    pub(super) n_pictures: usize,
    /// Text that is painted white on white paper, and is not among the glyphs.
    pub(super) hidden: String,
    /// How many glyphs were left out because the page draws more than any page does.
    pub(super) n_lost: usize,
}

/// One character, or the few that one glyph stands for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Glyph {
    pub(super) text: GlyphText,
    /// The left end of the base line.
    pub(super) origin: Point,
    /// The direction of the base line, of length 1.
    pub(super) along: Vec2,
    /// How far the glyph reaches along the base line.
    pub(super) advance: f64,
    /// The type size.
    pub(super) size: f64,
    /// The font is written from top to bottom.
    pub(super) is_vertical: bool,
    /// The glyph is not painted: the text layer of a scanned page.
    pub(super) is_invisible: bool,
    /// The looks of the font.
    pub(super) style: Style,
    /// The file says that the glyph is a running head or a page number.
    pub(super) is_furniture: bool,
    /// The index of the clip it was drawn under, where there was one.
    pub(super) clip: Option<u32>,
}

/// What a glyph says.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum GlyphText {
    /// One character, the ordinary case.
    Char(char),
    /// A ligature, or the replacement that the file gives for several glyphs.
    Text(Box<str>),
}

/// Weight and design of a font.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub(super) struct Style {
    /// The weight stands out: a bold font, or a glyph painted twice.
    pub(super) is_bold: bool,
    pub(super) face: Face,
}

/// The designs that Japanese documents set against each other.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub(super) enum Face {
    /// Strokes of two weights: 明朝.
    Serif,
    /// Strokes of one weight: ゴシック.
    Sans,
    /// The file does not say.
    #[default]
    Unknown,
}

/// Stands for a glyph whose character is unknown.
pub(super) const UNKNOWN: char = '\u{FFFD}';

impl Glyph {
    /// The first character.
    pub(super) fn first_char(&self) -> char {
        match &self.text {
            GlyphText::Char(c) => *c,
            GlyphText::Text(text) => text.chars().next().unwrap_or(' '),
        }
    }

    /// The last character.
    pub(super) fn last_char(&self) -> char {
        match &self.text {
            GlyphText::Char(c) => *c,
            GlyphText::Text(text) => text.chars().next_back().unwrap_or(' '),
        }
    }

    /// Whether nothing is printed. U+3000 counts as printed: it indents paragraphs.
    pub(super) fn is_blank(&self) -> bool {
        match &self.text {
            GlyphText::Char(c) => is_thin_space(*c),
            GlyphText::Text(text) => text.chars().all(is_thin_space),
        }
    }

    /// Appends the characters to `text`.
    pub(super) fn push_to(&self, text: &mut String) {
        match &self.text {
            GlyphText::Char(c) => text.push(*c),
            GlyphText::Text(several) => text.push_str(several),
        }
    }

    /// The characters.
    pub(super) fn chars(&self) -> impl Iterator<Item = char> {
        let (one, several) = match &self.text {
            GlyphText::Char(c) => (Some(*c), ""),
            GlyphText::Text(text) => (None, &**text),
        };
        one.into_iter().chain(several.chars())
    }

    /// The middle of the square that the glyph is designed in.
    pub(super) fn middle(&self) -> Point {
        // An ideograph reaches from 0.88 em above the base line to 0.12 em below it.
        self.origin + self.along * (self.advance / 2.0) + self.up() * (0.38 * self.size)
    }

    /// How far the glyph reaches along an axis, from one end to the other.
    pub(super) fn reach(&self, axis: Vec2) -> (f64, f64) {
        let middle = self.middle().to_vec2().dot(axis);
        let is_along = self.along.dot(axis).abs() > 0.7;
        let half = if is_along { self.advance } else { self.size } / 2.0;
        (middle - half, middle + half)
    }

    /// The square that the glyph is designed in.
    pub(super) fn area(&self) -> Rect {
        let (x0, x1) = self.reach(Vec2::new(1.0, 0.0));
        let (y0, y1) = self.reach(Vec2::new(0.0, 1.0));
        Rect::new(x0, y0, x1, y1)
    }

    fn up(&self) -> Vec2 {
        Vec2::new(self.along.y, -self.along.x)
    }
}

/// Spaces that hold no place of their own in Japanese text; the gap that they leave says whether there is one.
fn is_thin_space(c: char) -> bool {
    c.is_whitespace() && c != '\u{3000}'
}

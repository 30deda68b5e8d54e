//! Running the drawing instructions of a page and keeping what matters to reading.
//!
//! The interpreter calls the device for everything that a page draws.
//! Glyphs are kept with their place and character, lines along an axis as rules, and the clip that a glyph was drawn
//! under, because a spreadsheet clips the text of each cell to the cell.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use hayro_interpret::font::{Glyph as FontGlyph, GlyphRun};
use hayro_interpret::hayro_cmap::WritingMode;
use hayro_interpret::hayro_syntax::object::{Dict, Name, String as PdfString};
use hayro_interpret::kurbo::{Affine, BezPath, PathEl, Point, Rect, Shape, Vec2};
use hayro_interpret::{
    BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, Paint, SoftMask,
};

use super::drawing::{Drawing, Glyph, GlyphText, UNKNOWN};
use super::unicode::Fallback;

/// More glyphs than any page shows; what draws more is no page to be read.
const MAX_GLYPHS: usize = 500_000;
/// More lines than any page shows: a map drawn in lines.
const MAX_RULES: usize = 500_000;
/// What is thicker is an area and not a line.
const MAX_THICKNESS: f64 = 3.0;
/// What is smaller both ways is a dot of a dotted line.
const MAX_DOT: f64 = 1.6;

/// Keeps what is drawn.
pub(super) struct Recorder<'f, 'p> {
    drawing: Drawing,
    fallback: &'f mut Fallback<'p>,
    clips: Vec<Rect>,
    /// The index of the clip on top of the stack, once a glyph was drawn under it.
    clip: Option<u32>,
    clip_is_known: bool,
    marked: Vec<Marked>,
    n_furniture: usize,
    /// The replacement text that is in force, and the first glyph that it replaces.
    replacement: Option<(String, usize)>,
    /// Where a glyph was drawn last, by character and rough place.
    places: HashMap<(char, i32, i32), u32, RandomState>,
    /// Glyphs painted white, and what they may be seen on: areas of another colour, and whether there are bitmaps.
    white: Vec<usize>,
    grounds: Vec<Rect>,
    has_bitmap: bool,
}

/// What a sequence of marked content means to the glyphs in it.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Marked {
    Replaced,
    Furniture,
    Plain,
}

impl<'f, 'p> Recorder<'f, 'p> {
    /// A recorder for a page of this size.
    pub(super) fn new(width: f64, height: f64, fallback: &'f mut Fallback<'p>) -> Self {
        Recorder {
            drawing: Drawing { width, height, ..Drawing::default() },
            fallback,
            clips: Vec::new(),
            clip: None,
            clip_is_known: false,
            marked: Vec::new(),
            n_furniture: 0,
            replacement: None,
            places: HashMap::default(),
            white: Vec::new(),
            grounds: Vec::new(),
            has_bitmap: false,
        }
    }

    /// Everything that was drawn.
    pub(super) fn into_drawing(mut self) -> Drawing {
        // A damaged page ends within its marked content.
        self.finish_replacement();
        self.set_hidden_apart();
        self.drawing
    }

    /// Takes out what is painted white on white, which nobody sees on paper.
    fn set_hidden_apart(&mut self) {
        let glyphs = &mut self.drawing.glyphs;
        self.white.retain(|&index| {
            let Some(glyph) = glyphs.get(index) else { return false };
            !self.grounds.iter().any(|ground| ground.contains(glyph.middle()))
        });
        // A page with little else is one whose colours were misunderstood, or text that was recognised in a picture.
        if self.white.is_empty() || self.has_bitmap || glyphs.len() < 2 * self.white.len() {
            return;
        }
        let (mut index, mut white) = (0, self.white.iter().peekable());
        let hidden = glyphs.extract_if(.., |_| {
            let is_hidden = white.next_if(|&&hidden| hidden == index).is_some();
            index += 1;
            is_hidden
        });
        for glyph in hidden {
            glyph.push_to(&mut self.drawing.hidden);
        }
    }

    /// The clip that glyphs are drawn under, unless it is as good as the page.
    fn current_clip(&mut self) -> Option<u32> {
        if self.clip_is_known {
            return self.clip;
        }
        self.clip_is_known = true;
        let narrow = |clip: &&Rect| {
            let is_empty = clip.width() <= 0.0 || clip.height() <= 0.0;
            !is_empty && clip.width() <= 0.9 * self.drawing.width
        };
        self.clip = self.clips.last().filter(narrow).map(|clip| {
            self.drawing.clips.push(*clip);
            (self.drawing.clips.len() - 1) as u32
        });
        self.clip
    }

    fn push_clip(&mut self, clip: Rect) {
        let clip = self.clips.last().map_or(clip, |outer| outer.intersect(clip));
        self.clips.push(clip);
        self.clip_is_known = false;
    }

    /// Keeps a filled area that is thin enough to be a line.
    fn keep_filled(&mut self, area: Rect) {
        let (width, height) = (area.width(), area.height());
        if self.drawing.rules.len() + self.drawing.dots.len() >= MAX_RULES || !area.is_finite() {
            return;
        }
        if width < MAX_DOT && height < MAX_DOT {
            self.drawing.dots.push(area.center());
        } else if width < MAX_THICKNESS || height < MAX_THICKNESS {
            self.drawing.rules.push(area);
        }
    }

    /// Keeps an area that white text can be seen on.
    fn keep_ground(&mut self, area: Rect, paint: &Paint<'_>) {
        let is_area = MAX_THICKNESS < area.width() && MAX_THICKNESS < area.height();
        if is_area && self.grounds.len() < MAX_RULES && !is_white(paint) {
            self.grounds.push(area);
        }
    }

    /// Keeps a stroked segment that runs along an axis.
    fn keep_segment(&mut self, from: Point, to: Point, thickness: f64) {
        let area = Rect::from_points(from, to);
        let is_along_axis = area.width() < 0.8 || area.height() < 0.8;
        if thickness > 2.0 * MAX_THICKNESS || !is_along_axis || !area.is_finite() {
            return;
        }
        if self.drawing.rules.len() < MAX_RULES {
            self.drawing.rules.push(area);
        }
    }

    fn keep_stroked(&mut self, path: &BezPath, transform: Affine, thickness: f64) {
        let (mut first, mut last) = (Point::ZERO, Point::ZERO);
        for element in path.elements() {
            match *element {
                PathEl::MoveTo(point) => {
                    last = transform * point;
                    first = last;
                }
                PathEl::LineTo(point) => {
                    let point = transform * point;
                    self.keep_segment(last, point, thickness);
                    last = point;
                }
                PathEl::QuadTo(_, point) | PathEl::CurveTo(_, _, point) => last = transform * point,
                PathEl::ClosePath => {
                    self.keep_segment(last, first, thickness);
                    last = first;
                }
            }
        }
    }

    fn keep_glyph(&mut self, glyph: Glyph) {
        if self.drawing.glyphs.len() >= MAX_GLYPHS {
            self.drawing.n_lost += 1;
            return;
        }
        if !self.is_repeated(&glyph) {
            self.drawing.glyphs.push(glyph);
        }
    }

    /// Whether the glyph was drawn at the same place before: twice over for a bolder look, or filled and then stroked.
    fn is_repeated(&mut self, glyph: &Glyph) -> bool {
        if glyph.is_blank() || glyph.first_char() == UNKNOWN || self.replacement.is_some() {
            return false;
        }
        let c = glyph.first_char();
        let near = (0.1 * glyph.size).min(0.5 * glyph.advance);
        // Cells of 4 points: those that the neighbourhood touches are one to four.
        let cell = |position: f64| (position / 4.0).floor() as i32;
        let (x, y) = (glyph.origin.x, glyph.origin.y);
        for column in cell(x - near)..=cell(x + near).min(cell(x - near).saturating_add(2)) {
            for row in cell(y - near)..=cell(y + near).min(cell(y - near).saturating_add(2)) {
                let Some(&index) = self.places.get(&(c, column, row)) else { continue };
                let before = &mut self.drawing.glyphs[index as usize];
                let distance = before.origin - glyph.origin;
                if before.text == glyph.text && distance.x.abs() <= near && distance.y.abs() <= near
                {
                    before.style.is_bold = true;
                    return true;
                }
            }
        }
        self.places.insert((c, cell(x), cell(y)), self.drawing.glyphs.len() as u32);
        false
    }

    /// Puts the replacement text in the place of the glyphs that it replaces.
    fn finish_replacement(&mut self) {
        let Some((text, start)) = self.replacement.take() else { return };
        let glyphs = &mut self.drawing.glyphs;
        let start = start.min(glyphs.len());
        let text: String = text.chars().filter(|c| !c.is_control()).collect();
        if text.chars().count() == glyphs.len() - start {
            for (glyph, c) in glyphs[start..].iter_mut().zip(text.chars()) {
                glyph.text = GlyphText::Char(c);
            }
            return;
        }
        let Some((first, rest)) = glyphs[start..].split_first_mut() else { return };
        let (along, across) = (first.along, Vec2::new(-first.along.y, first.along.x));
        let is_on_line =
            |glyph: &Glyph| (glyph.origin - first.origin).dot(across).abs() < 0.5 * first.size;
        // A replacement that runs over several lines has no place; the glyphs keep what they say themselves.
        if !rest.iter().all(is_on_line) {
            return;
        }
        let end = rest.iter().map(|g| (g.origin - first.origin).dot(along) + g.advance);
        first.advance = end.fold(first.advance, f64::max);
        first.text = GlyphText::Text(text.into_boxed_str());
        glyphs.truncate(start + 1);
    }
}

impl<'a> Device<'a> for Recorder<'_, '_> {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, draw_mode: &DrawMode) {
        self.drawing.n_pictures += 1;
        match draw_mode {
            DrawMode::Fill(_) | DrawMode::FillAndStroke(..) => {
                for area in outlines(path, props.transform) {
                    self.keep_filled(area);
                    self.keep_ground(area, &props.paint);
                }
            }
            DrawMode::Stroke(stroke) => {
                let thickness = f64::from(stroke.line_width) * scale(props.transform);
                self.keep_stroked(path, props.transform, thickness);
                if MAX_THICKNESS < thickness {
                    let area = props.transform.transform_rect_bbox(path.control_box());
                    self.keep_ground(area.inflate(thickness / 2.0, thickness / 2.0), &props.paint);
                }
            }
            DrawMode::Invisible => {}
        }
    }

    fn draw_rect(&mut self, rect: &Rect, props: DrawProps<'a>, draw_mode: &DrawMode) {
        match draw_mode {
            DrawMode::Fill(_) | DrawMode::FillAndStroke(..) => {
                let area = props.transform.transform_rect_bbox(*rect);
                self.keep_filled(area);
                self.keep_ground(area, &props.paint);
            }
            _ => self.draw_path(&rect.to_path(0.1), props, draw_mode),
        }
    }

    fn push_clip_path(&mut self, clip_path: &ClipPath) {
        self.push_clip(clip_path.path.control_box());
    }

    fn push_clip_rect(&mut self, rect: &Rect) {
        self.push_clip(*rect);
    }

    fn pop_clip(&mut self) {
        self.clips.pop();
        self.clip_is_known = false;
    }

    fn draw_glyph_run(
        &mut self,
        glyph_run: &GlyphRun<'_, 'a>,
        props: DrawProps<'a>,
        draw_mode: &DrawMode,
    ) {
        let is_vertical = glyph_run.writing_mode() == WritingMode::Vertical;
        let is_invisible = matches!(draw_mode, DrawMode::Invisible);
        let clip = self.current_clip();
        let style = glyph_run.glyphs().first().map(|first| self.fallback.style(first));
        let style = style.unwrap_or_default();
        let is_white = !is_invisible && is_white(&props.paint);
        for positioned in glyph_run.glyphs() {
            let place = Place::of(props.transform * positioned.transform(), positioned);
            let Some(place) = place else {
                self.drawing.n_lost += 1;
                continue;
            };
            let text = self.fallback.text_of(positioned);
            let n_glyphs = self.drawing.glyphs.len();
            self.keep_glyph(Glyph {
                text,
                origin: place.origin,
                along: place.along,
                advance: place.advance,
                size: place.size,
                is_vertical,
                is_invisible,
                style,
                is_furniture: self.n_furniture > 0,
                clip,
            });
            if is_white && n_glyphs < self.drawing.glyphs.len() {
                self.white.push(n_glyphs);
            }
        }
    }

    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {
        self.drawing.n_pictures += 1;
        self.has_bitmap = true;
    }

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}

    fn pop_transparency_group(&mut self) {}

    fn begin_marked_content(&mut self, tag: &[u8], properties: Option<&Dict<'_>>) {
        let is_furniture = tag == b"Artifact"
            && properties
                .and_then(|p| p.get::<Name<'_>>("Type"))
                .is_some_and(|kind| kind.as_str() == "Pagination");
        // The outermost replacement holds for everything in it.
        let replacement = properties
            .filter(|_| self.replacement.is_none())
            .and_then(|p| p.get::<PdfString<'_>>("ActualText"));
        let marked = if let Some(text) = replacement {
            let text = text_string(text.as_bytes());
            self.replacement = Some((text, self.drawing.glyphs.len()));
            Marked::Replaced
        } else if is_furniture {
            self.n_furniture += 1;
            Marked::Furniture
        } else {
            Marked::Plain
        };
        self.marked.push(marked);
    }

    fn end_marked_content(&mut self) {
        match self.marked.pop() {
            Some(Marked::Replaced) => self.finish_replacement(),
            Some(Marked::Furniture) => self.n_furniture -= 1,
            _ => {}
        }
    }
}

/// Where a glyph stands.
struct Place {
    origin: Point,
    along: Vec2,
    advance: f64,
    size: f64,
}

impl Place {
    /// `None` where the numbers of the file lead nowhere.
    fn of(transform: Affine, glyph: &FontGlyph<'_>) -> Option<Place> {
        let [a, b, c, d, x, y] = transform.as_coeffs();
        // Glyphs are designed 1000 units high. A vertical font has no advance along the base line.
        let units = match glyph {
            FontGlyph::Outline(outline) => outline.advance_width(),
            FontGlyph::Type3(type3) => type3.advance_width(),
        };
        let units = units.map(f64::from).filter(|units| units.abs() > 0.01).unwrap_or(1000.0);
        let right = Vec2::new(a, b);
        let size = Vec2::new(c, d).hypot() * 1000.0;
        let is_placed = x.is_finite() && y.is_finite() && right.is_finite() && size.is_finite();
        // Beyond this, coordinates are damage.
        let is_near = x.abs() < 1e6 && y.abs() < 1e6 && size < 1e5 && right.hypot() < 1e3;
        if !is_placed || !is_near {
            return None;
        }
        let length = right.hypot();
        let along = if length > 0.0 { right / length } else { Vec2::new(1.0, 0.0) };
        let advance = (units.abs() * length).min(1e5);
        Some(Place { origin: Point::new(x, y), along, advance, size: size.max(0.1) })
    }
}

/// The areas that the parts of a filled path cover.
fn outlines(path: &BezPath, transform: Affine) -> Vec<Rect> {
    let mut areas = Vec::new();
    let mut area: Option<Rect> = None;
    for element in path.elements() {
        if let PathEl::MoveTo(point) = element {
            let point = transform * *point;
            areas.extend(area.replace(Rect::from_points(point, point)));
        } else if let (Some(point), Some(area)) = (element.end_point(), &mut area) {
            *area = area.union_pt(transform * point);
        }
    }
    areas.extend(area);
    areas
}

/// Whether a paint cannot be seen on white paper.
fn is_white(paint: &Paint<'_>) -> bool {
    const LEAST: u8 = 250;
    match paint {
        Paint::Color(color) => {
            let [red, green, blue, opacity] = color.to_rgba().to_rgba8();
            opacity == 0 || [red, green, blue].iter().all(|part| LEAST <= *part)
        }
        Paint::Pattern(_) => false,
    }
}

/// How much larger a length becomes.
fn scale(transform: Affine) -> f64 {
    transform.determinant().abs().sqrt()
}

/// A text string of PDF: UTF-16 or UTF-8 with a mark, otherwise one byte a character.
fn text_string(bytes: &[u8]) -> String {
    let utf16 = |bytes: &[u8], from: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| from([pair[0], pair[1]])).collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}

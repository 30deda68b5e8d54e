//! From a glyph to its character where the file does not say: fonts without a ToUnicode map.
//!
//! Two ways remain. The code leads through the font's encoding to a number of a character collection (CID), and the
//! collection's own map to Unicode; or the embedded font maps characters to glyphs, which is read backwards.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use foldhash::fast::RandomState;
use hayro_interpret::font::{Glyph as FontGlyph, OutlineFontData};
use hayro_interpret::hayro_cmap::{BfString, CMap, CMapName, CidFamily, load_embedded};
use hayro_interpret::hayro_syntax::Pdf;
use hayro_interpret::hayro_syntax::object::{
    Array, Dict, Name, Object, Stream, String as PdfString,
};
use skrifa::{FontRef, MetadataProvider};

use super::drawing::{Face, GlyphText, Style, UNKNOWN};

/// Fonts of one file, and what was found out about their glyphs.
pub(super) struct Fallback<'p> {
    pdf: &'p Pdf,
    /// The composite fonts by name, looked for when the first glyph needs them: it means reading the whole file.
    composite: Option<HashMap<String, Vec<Composite>>>,
    /// The characters of embedded fonts by glyph.
    programs: HashMap<u128, HashMap<u32, char>>,
    known: HashMap<GlyphKey, Option<GlyphText>, RandomState>,
    styles: HashMap<String, Style, RandomState>,
}

/// A glyph of a font: the font's data, the code in the text and the glyph's number.
type GlyphKey = (u128, u32, u32);

/// The two maps that lead from a code of a composite font to a character.
struct Composite {
    encoding: Arc<CMap>,
    unicode: Arc<CMap>,
}

impl<'p> Fallback<'p> {
    /// Nothing is read yet.
    pub(super) fn new(pdf: &'p Pdf) -> Self {
        Fallback {
            pdf,
            composite: None,
            programs: HashMap::new(),
            known: HashMap::default(),
            styles: HashMap::default(),
        }
    }

    /// What the glyph says; U+FFFD where nothing tells.
    pub(super) fn text_of(&mut self, glyph: &FontGlyph<'_>) -> GlyphText {
        if let Some(mapped) = glyph.as_unicode() {
            return glyph_text(mapped);
        }
        self.found(glyph).unwrap_or(GlyphText::Char(UNKNOWN))
    }

    /// Weight and design of the glyph's font, by the font's name and tables.
    pub(super) fn style(&mut self, glyph: &FontGlyph<'_>) -> Style {
        let FontGlyph::Outline(outline) = glyph else { return Style::default() };
        let Some(mut font) = outline.font_data() else { return Style::default() };
        let name = font.postscript_name.take().unwrap_or_default();
        *self.styles.entry(name).or_insert_with_key(|name| style_of(name, &font))
    }

    fn found(&mut self, glyph: &FontGlyph<'_>) -> Option<GlyphText> {
        let FontGlyph::Outline(outline) = glyph else { return None };
        let font = outline.font_data()?;
        let (code, id) = (outline.char_code(), outline.glyph_id().to_u32());
        let key = (font.cache_key, code, id);
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let found = self.by_collection(&font, code).or_else(|| self.by_program(&font, id));
        self.known.insert(key, found.clone());
        found
    }

    fn by_collection(&mut self, font: &OutlineFontData, code: u32) -> Option<GlyphText> {
        let name = font.postscript_name.as_deref()?;
        let composite = self.composite.get_or_insert_with(|| composite_fonts(self.pdf));
        let mapped = composite.get(name)?.iter().find_map(|font| font.character(code))?;
        Some(glyph_text(mapped))
    }

    fn by_program(&mut self, font: &OutlineFontData, glyph: u32) -> Option<GlyphText> {
        let characters =
            self.programs.entry(font.cache_key).or_insert_with(|| characters_by_glyph(font));
        characters.get(&glyph).copied().map(GlyphText::Char)
    }
}

impl Composite {
    /// `None` where the font's encoding or its collection is unknown.
    fn of(font: &Dict<'_>) -> Option<Composite> {
        let encoding = match font.get::<Name<'_>>("Encoding") {
            Some(name) => named_map(CMapName::from_bytes(name.as_ref()))?,
            None => {
                let stream = font.get::<Stream<'_>>("Encoding")?.decoded_data().ok()?;
                Arc::new(CMap::parse(&stream, load_embedded)?)
            }
        };
        let descendant = font.get::<Array<'_>>("DescendantFonts")?.iter::<Dict<'_>>().next()?;
        let own = collection(&descendant).filter(|family| *family != CidFamily::AdobeIdentity);
        let by_encoding = || encoding.metadata().character_collection.as_ref().map(|c| &c.family);
        let unicode = own.as_ref().or_else(by_encoding)?.ucs2_cmap()?;
        Some(Composite { unicode: named_map(unicode)?, encoding })
    }

    fn character(&self, code: u32) -> Option<BfString> {
        // How many bytes the code had is not known any more.
        let number = (1..=4).find_map(|n_bytes| self.encoding.lookup_cid_code(code, n_bytes))?;
        self.unicode.lookup_bf_string(number)
    }
}

/// The composite fonts of a file by their names without the mark of a subset.
fn composite_fonts(pdf: &Pdf) -> HashMap<String, Vec<Composite>> {
    let mut fonts: HashMap<String, Vec<Composite>> = HashMap::new();
    for object in pdf.objects() {
        let Object::Dict(font) = object else { continue };
        let is_composite =
            font.get::<Name<'_>>("Subtype").is_some_and(|kind| kind.as_str() == "Type0");
        if !is_composite {
            continue;
        }
        let Some(name) = font.get::<Name<'_>>("BaseFont") else { continue };
        let Some(composite) = Composite::of(&font) else { continue };
        fonts.entry(without_subset_mark(name.as_str()).to_owned()).or_default().push(composite);
    }
    fonts
}

/// The character collection that a descendant font names.
fn collection(descendant: &Dict<'_>) -> Option<CidFamily> {
    let info = descendant.get::<Dict<'_>>("CIDSystemInfo")?;
    let registry = info.get::<PdfString<'_>>("Registry")?;
    let ordering = info.get::<PdfString<'_>>("Ordering")?;
    Some(CidFamily::from_registry_ordering(registry.as_bytes(), ordering.as_bytes()))
}

/// The map that has a name. Files use the same few, and taking one apart takes longer than reading a page: it is done
/// once.
fn named_map(name: CMapName<'_>) -> Option<Arc<CMap>> {
    static PARSED: Mutex<BTreeMap<Vec<u8>, Arc<CMap>>> = Mutex::new(BTreeMap::new());
    let key = name.to_bytes().to_vec();
    // A map is put in whole or not at all.
    let parsed = || PARSED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(map) = parsed().get(&key) {
        return Some(map.clone());
    }
    let map = Arc::new(match name {
        CMapName::IdentityH => CMap::identity_h(),
        CMapName::IdentityV => CMap::identity_v(),
        name => CMap::parse(load_embedded(name)?, load_embedded)?,
    });
    Some(parsed().entry(key).or_insert(map).clone())
}

/// `ABCDEF+Name` is a subset of `Name`.
fn without_subset_mark(name: &str) -> &str {
    match name.split_once('+') {
        Some((mark, rest)) if mark.len() == 6 => rest,
        _ => name,
    }
}

/// The character map of an embedded font, backwards.
fn characters_by_glyph(font: &OutlineFontData) -> HashMap<u32, char> {
    let mut characters = HashMap::new();
    let Ok(program) = FontRef::new((*font.data).as_ref()) else { return characters };
    for (code, glyph) in program.charmap().mappings() {
        let Some(c) = char::from_u32(code) else { continue };
        let known = characters.entry(glyph.to_u32()).or_insert(c);
        // A glyph that is both an ideograph and its radical or compatibility form is the ideograph.
        if is_second_choice(*known) && !is_second_choice(c) {
            *known = c;
        }
    }
    characters
}

fn is_second_choice(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{2FDF}' | '\u{F900}'..='\u{FAFF}' | '\u{E000}'..='\u{F8FF}')
}

fn style_of(name: &str, font: &OutlineFontData) -> Style {
    let name = name.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| name.contains(word));
    let is_bold = font.weight.is_some_and(|weight| weight >= 600)
        || says(&["bold", "heavy", "black", "-db", "-eb", "-ub"]);
    let face = if says(&["gothic", "meiryo", "sans", "arial", "helvetica", "maru"]) {
        Face::Sans
    } else if font.is_serif || says(&["mincho", "serif", "ming", "times", "century"]) {
        Face::Serif
    } else {
        Face::Unknown
    };
    Style { is_bold, face }
}

/// What a map of a font gives for a glyph.
fn glyph_text(mapped: BfString) -> GlyphText {
    let text = match mapped {
        BfString::Char(c) => return GlyphText::Char(readable(c)),
        BfString::String(text) => text,
    };
    let mut chars = text.chars().map(readable);
    match (chars.next(), chars.next()) {
        (Some(c), None) => GlyphText::Char(c),
        _ => GlyphText::Text(text.chars().map(readable).collect()),
    }
}

/// Control characters are no text: those that stand for white space become it, the others are unknown.
fn readable(c: char) -> char {
    match c {
        '\t' | '\n' | '\u{B}' | '\u{C}' | '\r' => ' ',
        c if c.is_control() => UNKNOWN,
        c => c,
    }
}

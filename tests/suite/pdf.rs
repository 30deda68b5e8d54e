//! Real PDFs become the tables that people see, and none of their characters is lost.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;

use hayro_interpret::font::GlyphRun;
use hayro_interpret::hayro_cmap::BfString;
use hayro_interpret::hayro_syntax::Pdf;
use hayro_interpret::kurbo::{BezPath, Rect};
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps,
    InterpreterCache, InterpreterSettings, SoftMask, TransformExt, interpret_page,
};
use sha2::{Digest, Sha256};
use torikumi::notice::{NoticeKind, Reading};
use torikumi::source::page::{Block, Page, Table};
use torikumi::source::{pdf, radicals};

/// The folder of files for the readers, if there is one.
fn folder() -> Option<PathBuf> {
    let Some(folder) = std::env::var_os("TORIKUMI_TEST_DATA") else {
        println!("skipped: TORIKUMI_TEST_DATA is not set");
        return None;
    };
    Some(PathBuf::from(folder).join("ingest"))
}

/// Every PDF of a folder, by name.
fn pdfs(folder: &str) -> Vec<(String, Vec<u8>)> {
    let Some(data) = self::folder() else { return Vec::new() };
    let entries = fs::read_dir(data.join(folder)).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|e| e == "pdf")).collect();
    files.sort();
    let name = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
    files.iter().map(|path| (name(path), fs::read(path).unwrap())).collect()
}

fn tables(pages: &[Page]) -> Vec<&Table> {
    let blocks = pages.iter().flat_map(|page| &page.blocks);
    blocks
        .filter_map(|block| match block {
            Block::Table(table) => Some(table),
            _ => None,
        })
        .collect()
}

/// The text without white space, in the writing that the fonts of all the files share.
fn plain(text: &str) -> String {
    let chars = text.chars().filter(|c| !c.is_whitespace());
    chars
        .map(|c| match c {
            // Fonts have one glyph for both.
            '‧' => '・',
            '〜' => '～',
            c => c,
        })
        .collect()
}

/// A record of the sheets, as `truth.json` says it.
struct Truth {
    division: String,
    category: String,
    texts: [Vec<String>; 2],
}

fn truth() -> Vec<Truth> {
    let Some(folder) = folder() else { return Vec::new() };
    let file = fs::read_to_string(folder.join("sheets/truth.json")).unwrap();
    let records: Vec<serde_json::Value> = serde_json::from_str(&file).unwrap();
    let text = |value: &serde_json::Value| plain(value.as_str().unwrap());
    let texts = |value: &serde_json::Value| value.as_array().unwrap().iter().map(text).collect();
    let record = |record: &serde_json::Value| Truth {
        division: text(&record["dept"]),
        category: text(&record["cat"]),
        texts: [texts(&record["goal"]), texts(&record["result"])],
    };
    records.iter().map(record).collect()
}

/// The paragraphs of every cell by the whole text of the cell.
///
/// A cell that the end of a page cuts comes twice: as it is, and with what follows on the next page.
fn cells(tables: &[&Table]) -> HashMap<String, Vec<Vec<String>>> {
    let mut cells: HashMap<String, Vec<Vec<String>>> = HashMap::new();
    let paragraphs = |text: &str| text.lines().map(plain).filter(|p| !p.is_empty()).collect();
    for cell in tables.iter().flat_map(|table| &table.cells) {
        cells.entry(plain(&cell.text)).or_default().push(paragraphs(&cell.text));
    }
    for pair in tables.windows(2).filter(|pair| pair[1].continues) {
        for column in 0..pair[0].n_columns {
            let last = pair[0].cells.iter().rfind(|cell| cell.column == column);
            for next in pair[1].cells.iter().filter(|cell| cell.column == column).take(2) {
                let Some(last) = last else { continue };
                for between in ["", "\n"] {
                    let text = format!("{}{between}{}", last.text, next.text);
                    cells.entry(plain(&text)).or_default().push(paragraphs(&text));
                }
            }
        }
    }
    cells
}

#[test]
fn sheets_of_every_maker_have_the_same_cells() {
    let truth = truth();
    for (name, bytes) in pdfs("sheets") {
        let reading = pdf::read(&name, &bytes);
        assert_eq!(reading.notices, [], "{name}");
        let cells = cells(&tables(&reading.value));
        let mut n_right = 0;
        for record in &truth {
            assert!(cells.contains_key(&record.division), "{name}: {}", record.division);
            assert!(cells.contains_key(&record.category), "{name}: {}", record.category);
            let mut is_right = true;
            for text in &record.texts {
                let found = cells.get(&text.concat());
                let found = found.unwrap_or_else(|| panic!("{name}: no cell says {text:?}"));
                is_right &= found.contains(text);
            }
            n_right += usize::from(is_right);
        }
        println!("{name}: paragraphs of {n_right} of {} records", truth.len());
        assert!(n_right + 2 >= truth.len(), "{name}: paragraphs of {n_right} records");
    }
}

#[test]
fn tables_without_vertical_lines_have_their_columns() {
    for (name, bytes) in pdfs("real") {
        // The name says how many rows the file has.
        let Some(rest) = name.strip_prefix("okinawa_") else { continue };
        let n_rows: usize =
            rest.trim_end_matches(".pdf").split('_').next_back().unwrap().parse().unwrap();
        let reading = pdf::read(&name, &bytes);
        let n_whole: usize = tables(&reading.value).into_iter().map(n_whole_rows).sum();
        println!("{name}: {n_whole} of {n_rows} rows");
        assert!(n_whole <= n_rows);
        assert!(1000 * n_whole >= 985 * n_rows, "{name}: {n_whole} of {n_rows} rows");
    }
}

/// The numbered rows of a table whose eight named columns are columns of the grid.
fn n_whole_rows(table: &Table) -> usize {
    let names: Vec<usize> =
        table.cells.iter().filter(|cell| cell.row == 0).map(|cell| cell.column).collect();
    let is_number = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    if names.len() < 8 && table.n_columns != 8 {
        return 0;
    }
    let is_whole = |row: usize| {
        let cells: Vec<_> = table.cells.iter().filter(|cell| cell.row == row).collect();
        let is_plain = cells.iter().all(|cell| cell.n_columns == 1);
        // The row of a number that was given to nobody is empty.
        let is_void = cells.iter().any(|cell| cell.text == "欠番");
        is_plain
            && cells.first().is_some_and(|cell| is_number(&plain(&cell.text)))
            && (is_void || cells.len() >= 8)
    };
    (0..table.n_rows).filter(|&row| is_whole(row)).count()
}

/// SHA-256 of what each file below `fonts/` prints, without white space and variation selectors.
pub(crate) const FONTS_TEXT: &str =
    "6f89c709ef04c2e96f06d56a81c4448fa5bd9762e5ac7c2bab3fad27f4c5318a";

/// SHA-256 in hexadecimal: what the data print is compared without being repeated here.
pub(crate) fn sha256(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn fonts_without_a_map_are_read_or_reported() {
    for (name, bytes) in pdfs("fonts") {
        let Reading { value: pages, notices } = pdf::read(&name, &bytes);
        if name.starts_with("k4") {
            // Its font has no names, no codes and no character collection.
            assert_eq!(pages[0].blocks, []);
            assert_eq!(notices[0].kind, NoticeKind::Unreadable);
            continue;
        }
        let text = content(&pages);
        // A variation selector is part of what the character collection says.
        let text: String =
            text.chars().filter(|c| !('\u{E0100}'..='\u{E01EF}').contains(c)).collect();
        assert_eq!(sha256(&plain(&text)), FONTS_TEXT, "{name}");
        assert_eq!(notices, []);
    }
}

/// All text of pages.
fn content(pages: &[Page]) -> String {
    let mut content = String::new();
    for block in pages.iter().flat_map(|page| &page.blocks) {
        match block {
            Block::Table(table) => table.cells.iter().for_each(|cell| content.push_str(&cell.text)),
            Block::Paragraph(text) | Block::Heading(_, text) | Block::Furniture(text) => {
                content.push_str(text);
            }
        }
    }
    content
}

#[test]
fn every_character_is_in_a_block() {
    let (mut n_all, mut n_kept) = (0, 0);
    for (name, bytes) in pdfs("real") {
        let printed = counts(&text_layer(&bytes));
        let reading = pdf::read(&name, &bytes);
        // What nobody sees on paper is quoted in a notice.
        let notices = reading.notices.iter().map(|notice| notice.message.as_str());
        let kept = counts(&(content(&reading.value) + &notices.collect::<String>()));
        let n_printed: usize = printed.values().sum();
        let count = |(c, n): (&char, &usize)| kept.get(c).copied().unwrap_or_default().min(*n);
        let n_found: usize = printed.iter().map(count).sum();
        println!("{name}: {n_found} of {n_printed} characters");
        n_all += n_printed;
        n_kept += n_found;
    }
    assert!(1000 * n_kept >= 999 * n_all, "{n_kept} of {n_all} characters");
}

fn counts(text: &str) -> HashMap<char, usize> {
    let mut counts = HashMap::new();
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        *counts.entry(c).or_default() += 1;
    }
    counts
}

/// The characters that the glyphs of a file stand for, by a way of its own: no places, no replacements.
pub(super) fn text_layer(bytes: &[u8]) -> String {
    let pdf = Pdf::new(bytes.to_vec()).unwrap();
    let cache = InterpreterCache::new();
    let mut layer = TextLayer::default();
    for page in pdf.pages().iter() {
        let (width, height) = page.render_dimensions();
        let mut context = Context::new(
            page.initial_transform(true).to_kurbo(),
            Rect::new(0.0, 0.0, width.into(), height.into()),
            &cache,
            pdf.xref(),
            InterpreterSettings::default(),
        );
        interpret_page(page, &mut context, &mut layer);
    }
    radicals::mend(layer.text)
}

#[derive(Default)]
struct TextLayer {
    text: String,
}

impl<'a> Device<'a> for TextLayer {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, _: DrawProps<'a>, _: &DrawMode) {
        for glyph in run.glyphs() {
            match glyph.as_unicode() {
                Some(BfString::Char(c)) => self.text.push(c),
                Some(BfString::String(text)) => self.text.push_str(&text),
                None => {}
            }
        }
    }

    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}

//! PDF: pages that were drawn, read back as tables and text.

mod bands;
mod device;
mod drawing;
mod grid;
mod points;
mod rulings;
mod tables;
mod text;
mod unicode;

use hayro_interpret::hayro_syntax::Pdf;
use hayro_interpret::kurbo::Rect;
use hayro_interpret::{
    Context, InterpreterCache, InterpreterSettings, TransformExt, interpret_page,
};

use crate::notice::{Notice, NoticeKind, Reading};

use super::page::{Block, Page};

use self::device::Recorder;
use self::drawing::{Drawing, Glyph};
use self::unicode::Fallback;

/// Whether bytes are a PDF: its mark stands at the start, or after a little that does not belong there.
pub fn is_pdf(bytes: &[u8]) -> bool {
    const MARK: &[u8] = b"%PDF-";
    bytes[..bytes.len().min(1024)].windows(MARK.len()).any(|window| window == MARK)
}

/// Reads a PDF.
pub fn read(file: &str, bytes: &[u8]) -> Reading<Vec<Page>> {
    let mut notices = Vec::new();
    let pdf = match Pdf::new(bytes.to_vec()) {
        Ok(pdf) => pdf,
        Err(error) => {
            notices.push(Notice::new(NoticeKind::Unreadable, format!("{error:?}"), file));
            return Reading { value: Vec::new(), notices };
        }
    };
    let mut pages = Vec::new();
    let mut before: Option<tables::PlacedTable> = None;
    for (number, drawing) in (1..).zip(drawings(&pdf)) {
        let (tables, rest) = tables::tables(&drawing);
        let mut page = Page { number: Some(number), ..Page::default() };
        let rest: Vec<&Glyph> = rest.iter().map(|&i| &drawing.glyphs[i]).collect();
        for line in text::lines(&rest, text::HORIZONTAL) {
            page.blocks.push(Block::Paragraph(line.text));
        }
        for mut table in tables {
            table.table.continues =
                before.as_ref().is_some_and(|before| tables::is_continuation(before, &table));
            page.blocks.push(Block::Table(table.table.clone()));
            before = Some(table);
        }
        pages.push(page);
    }
    Reading { value: pages, notices }
}

fn drawings(pdf: &Pdf) -> Vec<Drawing> {
    let cache = InterpreterCache::new();
    let mut fallback = Fallback::new(pdf);
    let settings = InterpreterSettings::default();
    let mut drawings = Vec::new();
    for page in pdf.pages().iter() {
        let (width, height) = page.render_dimensions();
        let (width, height) = (f64::from(width), f64::from(height));
        let mut context = Context::new(
            page.initial_transform(true).to_kurbo(),
            Rect::new(0.0, 0.0, width, height),
            &cache,
            pdf.xref(),
            settings.clone(),
        );
        let mut recorder = Recorder::new(width, height, &mut fallback);
        interpret_page(page, &mut context, &mut recorder);
        drawings.push(recorder.into_drawing());
    }
    drawings
}

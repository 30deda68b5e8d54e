//! PDF: pages that were drawn, read back as tables and text.
//!
//! A PDF holds no tables and no paragraphs, only characters at places and lines.
//! Each page is run through an interpreter ([`device`]), its lines become grids ([`grid`], [`bands`]), its characters go
//! into cells ([`tables`]) or become text in the order of reading ([`prose`]), after what repeats from page to page was
//! set apart ([`furniture`]).
//!
//! A row that the end of a page cuts comes as two cells of two tables; the second table has
//! [`Table::continues`](super::page::Table::continues), like every table whose columns stand where those of the last
//! table of the page before stand.
//!
//! Text that cannot be trusted is not given: a page without characters, with unknown ones or with wrong ones is named in
//! a notice.

mod bands;
mod device;
mod drawing;
mod furniture;
mod grid;
mod legibility;
mod order;
mod points;
mod prose;
mod rulings;
mod tables;
mod text;
mod unicode;

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use hayro_interpret::hayro_syntax::page::Page as PdfPage;
use hayro_interpret::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use hayro_interpret::kurbo::Rect;
use hayro_interpret::{Context, InterpreterCache, InterpreterSettings, TransformExt, interpret_page};

use crate::notice::{Notice, NoticeKind, Reading};

use super::page::{Block, Page};
use super::radicals;

use self::device::Recorder;
use self::drawing::Drawing;
use self::furniture::PageLines;
use self::legibility::Legibility;
use self::prose::TypeCount;
use self::tables::PlacedTable;
use self::text::Line;
use self::unicode::Fallback;

/// Whether bytes are a PDF: its mark stands at the start, or after a little that does not belong there.
pub fn is_pdf(bytes: &[u8]) -> bool {
    const MARK: &[u8] = b"%PDF-";
    bytes[..bytes.len().min(1024)].windows(MARK.len()).any(|window| window == MARK)
}

/// Reads the pages of a PDF.
pub fn read(file: &str, bytes: &[u8]) -> Reading<Vec<Page>> {
    let pdf = match Pdf::new(bytes.to_vec()) {
        Ok(pdf) => pdf,
        Err(error) => {
            let notice = Notice::new(NoticeKind::Unreadable, refusal(file, error), file);
            return Reading { value: Vec::new(), notices: vec![notice] };
        }
    };
    let mut count = TypeCount::default();
    let mut sheets: Vec<Sheet> = Vec::new();
    for (number, (drawing, is_broken)) in (1..).zip(drawings(&pdf)) {
        sheets.push(Sheet::of(number, drawing, is_broken, &mut count));
    }
    let notices = notices(file, &sheets);
    Reading { value: pages(sheets, &count), notices }
}

/// Why a file could not be opened, for a person.
fn refusal(file: &str, error: LoadPdfError) -> String {
    match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => {
            format!("{file}はパスワードで保護されています。保護を外したPDFにしてください。")
        }
        LoadPdfError::Decryption(_) => {
            format!("{file}の暗号化の方式は読めません。暗号化していないPDFにしてください。")
        }
        LoadPdfError::Invalid => {
            format!("{file}はPDFとして読めません。壊れているか、PDFではありません。")
        }
    }
}

/// What each page draws, and whether the interpreter broke off on it.
fn drawings(pdf: &Pdf) -> impl Iterator<Item = (Drawing, bool)> {
    let mut cache = InterpreterCache::new();
    let mut fallback = Fallback::new(pdf);
    let settings = InterpreterSettings::default();
    pdf.pages().iter().map(move |page| {
        let (width, height) = page.render_dimensions();
        let mut recorder = Recorder::new(f64::from(width), f64::from(height), &mut fallback);
        // The interpreter is not ours, and a damaged page must not cost the whole file.
        let run = || interpret(page, pdf, &cache, &settings, &mut recorder);
        let is_broken = catch_unwind(AssertUnwindSafe(run)).is_err();
        let drawing = recorder.into_drawing();
        if is_broken {
            cache = InterpreterCache::new();
        }
        (drawing, is_broken)
    })
}

fn interpret<'p>(
    page: &PdfPage<'p>,
    pdf: &'p Pdf,
    cache: &InterpreterCache<'p>,
    settings: &InterpreterSettings,
    recorder: &mut Recorder<'_, '_>,
) {
    let (width, height) = page.render_dimensions();
    let area = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
    let transform = page.initial_transform(true).to_kurbo();
    let mut context = Context::new(transform, area, cache, pdf.xref(), settings.clone());
    interpret_page(page, &mut context, recorder);
}

/// A page while other pages are still to be looked at.
struct Sheet {
    number: u32,
    width: f64,
    height: f64,
    tables: Vec<PlacedTable>,
    /// The lines outside tables, and of them those that the file itself calls furniture.
    lines: Vec<Line>,
    marked: Vec<Line>,
    legibility: Legibility,
    is_blank: bool,
    /// Glyphs that were not read, and whether the interpreter broke off.
    n_lost: usize,
    is_broken: bool,
}

impl Sheet {
    fn of(number: u32, drawing: Drawing, is_broken: bool, count: &mut TypeCount) -> Sheet {
        let legibility = Legibility::of(&drawing);
        let (mut tables, rest) = tables::tables(&drawing);
        let is_marked = |index: &usize| drawing.glyphs[*index].is_furniture;
        let (marked, rest): (Vec<usize>, Vec<usize>) = rest.into_iter().partition(is_marked);
        let mut lines = prose::lines(&drawing, &rest);
        let marked = prose::lines(&drawing, &marked);
        if legibility.is_garbled() {
            tables.clear();
            lines.clear();
        }
        count.add(&drawing, &lines);
        Sheet {
            number,
            width: drawing.width,
            height: drawing.height,
            tables,
            lines,
            marked,
            legibility,
            is_blank: drawing.n_pictures == 0,
            n_lost: drawing.n_lost,
            is_broken,
        }
    }

    /// The area that its text fills.
    fn room(&self) -> Option<Rect> {
        let lines = self.lines.iter().map(|line| line.area);
        lines.chain(self.tables.iter().map(|table| table.area)).reduce(|a, b| a.union(b))
    }
}

/// Sets furniture apart, marks tables that go on, and puts the rest in the order of reading.
fn pages(mut sheets: Vec<Sheet>, count: &TypeCount) -> Vec<Page> {
    let page_lines: Vec<PageLines<'_>> = sheets
        .iter()
        .map(|sheet| PageLines { height: sheet.height, lines: &sheet.lines })
        .collect();
    let furniture = furniture::furniture(&page_lines);
    for (sheet, is_furniture) in sheets.iter_mut().zip(furniture) {
        let mut is_furniture = is_furniture.into_iter();
        let set_apart = sheet.lines.extract_if(.., |_| is_furniture.next() == Some(true));
        sheet.marked.extend(set_apart);
    }
    let mut last_xs: Option<Vec<f64>> = None;
    for sheet in &mut sheets {
        if let Some(first) = sheet.tables.first_mut() {
            first.table.continues = last_xs.as_ref().is_some_and(|xs| first.has_columns(xs));
        }
        last_xs = sheet.tables.last().map(|table| table.xs.clone());
    }
    let lines: Vec<&Line> = sheets.iter().flat_map(|sheet| &sheet.lines).collect();
    let body = count.body(&lines);
    // The area that text fills, on all pages of one width.
    let mut rooms: HashMap<i64, Rect> = HashMap::new();
    for (room, width) in sheets.iter().filter_map(|sheet| Some((sheet.room()?, sheet.width))) {
        rooms.entry(width as i64).and_modify(|all| *all = all.union(room)).or_insert(room);
    }
    let room = |width: f64| rooms.get(&(width as i64)).copied().unwrap_or_default();
    let pages = sheets.into_iter().map(|sheet| (room(sheet.width), sheet));
    pages.map(|(room, sheet)| page(sheet, &body, room)).collect()
}

fn page(sheet: Sheet, body: &prose::Body, room: Rect) -> Page {
    let mut page = Page {
        number: Some(sheet.number),
        is_recognised: sheet.legibility.is_recognised(),
        ..Page::default()
    };
    if sheet.legibility.is_garbled() {
        return page;
    }
    page.blocks = prose::blocks(sheet.tables, sheet.lines, body, room);
    let furniture = sheet.marked.into_iter().map(|line| radicals::mend(line.text));
    page.blocks.extend(furniture.map(Block::Furniture));
    page
}

/// What could not be read, one notice for each sort of trouble.
fn notices(file: &str, sheets: &[Sheet]) -> Vec<Notice> {
    let mut notices = Vec::new();
    let mut note = |kind, has: &dyn Fn(&Sheet) -> bool, message: &str| {
        let numbers: Vec<u32> = sheets.iter().filter(|s| has(s)).map(|s| s.number).collect();
        let Some(first) = numbers.first() else { return };
        let message = format!("{}{message}", list(&numbers));
        notices.push(Notice::new(kind, message, format!("{file} p.{first}")));
    };
    let has_text = |sheet: &Sheet| !sheet.legibility.is_empty();
    note(
        NoticeKind::Unreadable,
        &|sheet| !has_text(sheet) && !sheet.is_blank,
        "には文字の情報がなく、読めません。画像を文字認識（OCR）したPDFにしてください。",
    );
    note(
        NoticeKind::Unreadable,
        &|sheet| has_text(sheet) && sheet.legibility.is_garbled(),
        "の文字は、文字コードの情報が欠けているか壊れているため、読めません。",
    );
    note(
        NoticeKind::Unreadable,
        &|sheet| sheet.legibility.n_unknown > 0 && !sheet.legibility.is_garbled(),
        "に、文字コードの分からない文字があります。「\u{FFFD}」としています。",
    );
    note(
        NoticeKind::Unreadable,
        &|sheet| sheet.n_lost > 0,
        "に、位置が壊れているか、多すぎるために読まなかった文字があります。",
    );
    note(
        NoticeKind::Unreadable,
        &|sheet| sheet.is_broken,
        "は壊れていて、途中までしか読めません。",
    );
    note(
        NoticeKind::Inferred,
        &|sheet| has_text(sheet) && sheet.legibility.is_recognised(),
        "の文字は、画像から機械が読み取ったもの（OCR）です。誤りがあるかもしれません。",
    );
    notices
}

/// Page numbers for a person, neighbours as a range: `1〜3、7ページ`.
fn list(numbers: &[u32]) -> String {
    let runs = numbers.chunk_by(|a, b| a + 1 == *b).map(|run| match run {
        [first, .., last] => format!("{first}〜{last}"),
        _ => run[0].to_string(),
    });
    format!("{}ページ", runs.collect::<Vec<_>>().join("、"))
}

//! PDF: pages that were drawn, read back as tables and text.
//!
//! A PDF holds no tables and no paragraphs, only characters at places and lines.
//! Each page is run through an interpreter (`device`), its lines become grids (`grid`, `bands`), its characters go
//! into cells (`tables`) or become text in the order of reading (`prose`), after what repeats from page to page was
//! set apart (`furniture`).
//!
//! A row that the end of a page cuts comes as two cells of two tables; the second table has
//! `Table::continues`(super::page::Table::continues), like every table whose columns stand where those of the last
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
use hayro_interpret::{
    Context, InterpreterCache, InterpreterSettings, TransformExt, interpret_page,
};

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
    /// Text that nobody sees on paper.
    hidden: String,
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
            hidden: radicals::mend(drawing.hidden),
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
    for sheet in sheets.iter().filter(|sheet| !sheet.hidden.trim().is_empty()) {
        let (number, hidden) = (sheet.number, &sheet.hidden);
        let message =
            format!("{number}ページにある、紙の上では見えない白い文字は読みませんでした：{hidden}");
        notices.push(Notice::new(NoticeKind::Unplaced, message, format!("{file} p.{number}")));
    }
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A page with one line of text in a standard font, written by hand.
    fn small_pdf(content: &str) -> Vec<u8> {
        let parts = [
            "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents 4 0 R \
             /Resources << /Font << /F 5 0 R >> >> >>"
                .to_owned(),
            format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
            "<< /Type /Font /Subtype /Type0 /BaseFont /Mincho /Encoding /90ms-RKSJ-H \
             /DescendantFonts [<< /Type /Font /Subtype /CIDFontType0 /BaseFont /Mincho \
             /CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >> /DW 1000 >>] >>"
                .to_owned(),
        ];
        let mut pdf = b"%PDF-1.4\n".to_vec();
        let mut places = Vec::new();
        for (number, part) in (1..).zip(parts) {
            places.push(pdf.len());
            pdf.extend(format!("{number} 0 obj\n{part}\nendobj\n").bytes());
        }
        let start = pdf.len();
        pdf.extend(b"xref\n0 6\n0000000000 65535 f \n");
        for place in places {
            pdf.extend(format!("{place:010} 00000 n \n").bytes());
        }
        let end = format!("trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
        pdf.extend(end.bytes());
        pdf
    }

    /// 取組 in Shift_JIS, at the upper left, and a table of two cells with 甲 and 乙 below it.
    const CONTENT: &str = "BT /F 12 Tf 20 170 Td <8EE69167> Tj ET \
        20 100 100 40 re S 120 100 100 40 re S \
        BT /F 12 Tf 30 115 Td <8D62> Tj ET BT /F 12 Tf 130 115 Td <89B3> Tj ET";

    #[test]
    fn a_page_becomes_text_and_a_table() {
        let reading = read("a.pdf", &small_pdf(CONTENT));
        assert_eq!(reading.notices, []);
        let blocks = &reading.value[0].blocks;
        assert_eq!(blocks[0], Block::Paragraph("取組".to_owned()));
        let Block::Table(table) = &blocks[1] else { panic!("{blocks:?}") };
        let texts: Vec<&str> = table.cells.iter().map(|cell| cell.text.as_str()).collect();
        assert_eq!((table.n_rows, table.n_columns, texts), (1, 2, vec!["甲", "乙"]));
    }

    #[track_caller]
    fn check_notice(content: &str, expected: &str) {
        let reading = read("a.pdf", &small_pdf(content));
        let messages: Vec<&str> = reading.notices.iter().map(|n| n.message.as_str()).collect();
        assert_eq!(messages, [expected]);
        assert_eq!(reading.notices[0].place, "a.pdf p.1");
    }

    #[test]
    fn what_cannot_be_trusted_is_a_notice() {
        check_notice(
            "20 20 m 100 20 l 60 90 l f",
            "1ページには文字の情報がなく、読めません。画像を文字認識（OCR）したPDFにしてください。",
        );
        check_notice(
            "BT 3 Tr /F 12 Tf 20 170 Td <8EE69167> Tj ET",
            "1ページの文字は、画像から機械が読み取ったもの（OCR）です。誤りがあるかもしれません。",
        );
    }

    #[test]
    fn white_text_is_read_only_on_a_ground() {
        let reading =
            read("a.pdf", &small_pdf(&format!("{CONTENT} BT 1 g /F 12 Tf 60 170 Td <8D62> Tj ET")));
        assert_eq!(reading.value[0].blocks[0], Block::Paragraph("取組".to_owned()));
        let message = "1ページにある、紙の上では見えない白い文字は読みませんでした：甲";
        assert_eq!(reading.notices[0].message, message);
        let ground = "0 0 0.6 rg 10 160 100 30 re f";
        let reading = read("a.pdf", &small_pdf(&format!("{ground} 1 g {CONTENT}")));
        assert_eq!(reading.value[0].blocks[0], Block::Paragraph("取組".to_owned()));
    }

    #[test]
    fn invisible_text_is_marked_as_recognised() {
        let pdf = small_pdf("BT 3 Tr /F 12 Tf 20 170 Td <8EE69167> Tj ET");
        let reading = read("a.pdf", &pdf);
        assert!(reading.value[0].is_recognised);
        assert_eq!(reading.value[0].blocks, [Block::Paragraph("取組".to_owned())]);
    }

    #[test]
    fn what_is_no_pdf_is_refused_with_a_reason() {
        let reading = read("a.pdf", b"%PDF-1.7");
        assert_eq!(reading.value, []);
        let message = "a.pdfはPDFとして読めません。壊れているか、PDFではありません。";
        assert_eq!(reading.notices[0].message, message);
    }

    #[test]
    fn replacement_text_takes_the_place_of_glyphs() {
        // U+53D6 U+7D44 for two glyphs that say something else.
        let content = "/Span << /ActualText <FEFF53D67D44> >> BDC \
            BT /F 12 Tf 20 170 Td <8D6289B3> Tj ET EMC";
        let reading = read("a.pdf", &small_pdf(content));
        assert_eq!(reading.value[0].blocks, [Block::Paragraph("取組".to_owned())]);
    }

    #[test]
    fn pages_are_listed_in_ranges() {
        assert_eq!(list(&[1, 2, 3, 7]), "1〜3、7ページ");
        assert_eq!(list(&[4]), "4ページ");
    }

    proptest! {
        #[test]
        fn damage_never_panics(
            flips in prop::collection::vec((0usize..2000, any::<u8>()), 0..12),
            len in 0usize..2000,
        ) {
            let mut pdf = small_pdf(CONTENT);
            for (place, byte) in flips {
                if let Some(place) = pdf.get_mut(place) {
                    *place = byte;
                }
            }
            pdf.truncate(len.max(pdf.len() / 4));
            let reading = read("a.pdf", &pdf);
            prop_assert!(reading.value.len() <= 10);
        }

        #[test]
        fn no_content_panics(numbers in prop::collection::vec(-1e9..1e9f64, 6), text in "[ -~]{0,60}") {
            let [a, b, c, d, e, f] = numbers[..] else { unreachable!() };
            let content = format!(
                "{a} {b} {c} {d} {e} {f} cm {CONTENT} {a} {b} {c} {d} re W n BT /F {e} Tf {text} ET"
            );
            read("a.pdf", &small_pdf(&content));
        }
    }
}

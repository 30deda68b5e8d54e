//! Word documents (docx): paragraphs, headings and tables.
//!
//! Text is what the page shows: what was struck out with changes tracked, readings above words, and the second form
//! of a drawing for older programs are left out.

mod numbering;
mod symbol;

use std::collections::HashMap;

use super::archive::Archive;
use super::flow::{Flow, Kind, Span};
use super::page::{Block, Page};
use super::xml::{Node, Nodes, Tag, end_name};
use crate::notice::{Notice, NoticeKind, Reading};

use self::numbering::Numbering;

/// Elements whose text the page does not show: deleted or moved away, a second form of a drawing, a reading, the
/// instruction of a field, and properties as they were before a change.
const HIDDEN: [&str; 12] = [
    "del",
    "moveFrom",
    "Fallback",
    "rt",
    "instrText",
    "pPrChange",
    "rPrChange",
    "tcPrChange",
    "trPrChange",
    "tblPrChange",
    "sectPrChange",
    "tblGridChange",
];

/// Elements that say how something looks; they hold no text, and names of their own (`tab`).
const PROPERTIES: [&str; 6] = ["pPr", "rPr", "tblPr", "trPr", "sectPr", "tblGrid"];

/// Reads a document as one page.
pub fn read(file: &str, bytes: &[u8]) -> Reading<Vec<Page>> {
    let Some(mut archive) = Archive::open(bytes) else { return unreadable(file) };
    let Some(body) = archive.text("word/document.xml") else { return unreadable(file) };
    let styles = Styles::read(&archive.text("word/styles.xml").unwrap_or_default());
    let numbering = archive.text("word/numbering.xml").unwrap_or_default();
    let mut blocks = Vec::new();
    let (mut heads, mut notes, mut feet) = (Vec::new(), Vec::new(), Vec::new());
    let mut is_damaged = false;
    for name in archive.names() {
        let place = match name.strip_prefix("word/").unwrap_or_default() {
            name if name.starts_with("header") => &mut heads,
            name if name.starts_with("footer") => &mut feet,
            "footnotes.xml" | "endnotes.xml" => &mut notes,
            _ => continue,
        };
        if let Some(text) = archive.text(&name).filter(|_| name.ends_with(".xml")) {
            let part = part(&text, &styles, Numbering::read(&numbering));
            is_damaged |= part.is_damaged;
            place.extend(part.blocks);
        }
    }
    let body = part(&body, &styles, Numbering::read(&numbering));
    is_damaged |= body.is_damaged;
    blocks.extend(heads.into_iter().map(furniture));
    blocks.extend(body.blocks);
    blocks.extend(notes);
    blocks.extend(feet.into_iter().map(furniture));
    let notices = match is_damaged {
        true => {
            let message = "ファイルが壊れているので、読めたところまでを取り込みました。";
            vec![Notice::new(NoticeKind::Unreadable, message, file)]
        }
        false => Vec::new(),
    };
    Reading { value: vec![Page { blocks, ..Page::default() }], notices }
}

fn unreadable(file: &str) -> Reading<Vec<Page>> {
    let message = "Wordファイルとして開けません。docxかPDFに保存し直してください。";
    let notices = vec![Notice::new(NoticeKind::Unreadable, message, file)];
    Reading { value: Vec::new(), notices }
}

/// What repeats on every page is no part of its text.
fn furniture(block: Block) -> Block {
    match block {
        Block::Paragraph(text) | Block::Heading(_, text) => Block::Furniture(text),
        block => block,
    }
}

/// The heading levels and the numbers of paragraph styles.
#[derive(Debug, Default)]
struct Styles(HashMap<String, Style>);

#[derive(Debug, Default)]
struct Style {
    level: Option<u8>,
    number: Number,
    based_on: Option<String>,
}

/// The list that a paragraph is in, and its level there, as far as either is stated.
#[derive(Clone, Debug, Default)]
struct Number {
    list: Option<String>,
    level: Option<usize>,
}

impl Styles {
    fn read(text: &str) -> Styles {
        let mut styles = HashMap::new();
        let mut id = String::new();
        let mut style = Style::default();
        for node in Nodes::of(text) {
            match node {
                Node::Start(tag) => match tag.name() {
                    "style" => {
                        id = tag.attribute("styleId").unwrap_or_default();
                        style = Style::default();
                    }
                    "name" => {
                        let name = tag.attribute("val").unwrap_or_default().to_ascii_lowercase();
                        let number = name.strip_prefix("heading ").and_then(|n| n.parse().ok());
                        style.level = number.or((name == "title").then_some(1));
                    }
                    "outlineLvl" => style.level = level(&tag),
                    "numId" => style.number.list = tag.attribute("val"),
                    "ilvl" => style.number.level = Some(tag.count("val", 0)),
                    "basedOn" => style.based_on = tag.attribute("val"),
                    _ => {}
                },
                Node::End(end) if end_name(&end) == "style" => {
                    styles.insert(std::mem::take(&mut id), std::mem::take(&mut style));
                }
                _ => {}
            }
        }
        Styles(styles)
    }

    /// A style, and those it is based on.
    fn chain(&self, id: &str) -> impl Iterator<Item = &Style> {
        let mut next = self.0.get(id);
        let styles = std::iter::from_fn(move || {
            let style = next?;
            next = style.based_on.as_ref().and_then(|id| self.0.get(id));
            Some(style)
        });
        // A style that is based on itself ends after as many steps as any real one needs.
        styles.take(10)
    }

    fn level(&self, id: &str) -> Option<u8> {
        self.chain(id).find_map(|style| style.level)
    }

    fn number(&self, id: &str) -> Number {
        Number {
            list: self.chain(id).find_map(|style| style.number.list.clone()),
            level: self.chain(id).find_map(|style| style.number.level),
        }
    }
}

/// The level that an element states: `0` is the first, `9` says body text.
fn level(tag: &Tag) -> Option<u8> {
    let outline: u8 = tag.attribute("val")?.parse().ok()?;
    (outline < 9).then(|| outline + 1)
}

struct Part {
    blocks: Vec<Block>,
    is_damaged: bool,
}

/// The blocks of one part of the document.
fn part(text: &str, styles: &Styles, numbering: Numbering) -> Part {
    let mut nodes = Nodes::of(text);
    let mut body = Body::new(styles, numbering);
    for node in &mut nodes {
        match node {
            Node::Start(tag) => body.start(&tag),
            Node::End(end) => body.end(end_name(&end)),
            Node::Text(text) => body.text(&text),
        }
    }
    Part { blocks: body.flow.finish(), is_damaged: nodes.is_damaged }
}

/// The state of the reading of a part.
struct Body<'s> {
    styles: &'s Styles,
    numbering: Numbering,
    flow: Flow,
    /// How many elements are open whose text is hidden, that say how something looks, and that hold text.
    n_hidden: usize,
    n_properties: usize,
    n_text: usize,
    /// What the paragraphs are that are open, the innermost last.
    paragraphs: Vec<Paragraph>,
    /// The cells that are open and whose span is still being read, the innermost last.
    spans: Vec<Option<Span>>,
    /// The columns that the row leaves free at its beginning.
    n_skipped: usize,
}

/// A paragraph whose text is being read.
struct Paragraph {
    kind: Kind,
    number: Number,
}

impl<'s> Body<'s> {
    fn new(styles: &'s Styles, numbering: Numbering) -> Body<'s> {
        Body {
            styles,
            numbering,
            flow: Flow::default(),
            n_hidden: 0,
            n_properties: 0,
            n_text: 0,
            paragraphs: Vec::new(),
            spans: Vec::new(),
            n_skipped: 0,
        }
    }

    fn start(&mut self, tag: &Tag) {
        let name = tag.name();
        self.n_hidden += usize::from(HIDDEN.contains(&name));
        self.n_properties += usize::from(PROPERTIES.contains(&name));
        if 0 < self.n_hidden {
            return;
        }
        if 0 < self.n_properties {
            return self.property(tag);
        }
        match name {
            "tcPr" | "gridSpan" | "vMerge" | "hMerge" => self.cell_property(tag),
            "tbl" => {
                self.open_cell();
                self.flow.open_table();
            }
            "tr" => {
                self.n_skipped = 0;
                self.flow.open_row();
            }
            "tc" => {
                let n_skipped = std::mem::take(&mut self.n_skipped);
                self.spans.push(Some(Span { n_skipped, ..Span::default() }));
            }
            "p" => {
                self.open_cell();
                self.paragraphs
                    .push(Paragraph { kind: Kind::Paragraph, number: Number::default() });
            }
            "txbxContent" => self.flow.open_box(),
            "t" => self.n_text += 1,
            "br" | "cr" => self.flow.push("\n"),
            "tab" | "ptab" => self.flow.push("\t"),
            "noBreakHyphen" => self.flow.push("-"),
            "sym" => self.flow.push(&symbol(tag)),
            _ => {}
        }
    }

    /// What says how a paragraph or a row looks.
    fn property(&mut self, tag: &Tag) {
        match tag.name() {
            "pStyle" => {
                let style = tag.attribute("val").unwrap_or_default();
                self.head(self.styles.level(&style));
                if let Some(paragraph) = self.paragraphs.last_mut() {
                    paragraph.number = self.styles.number(&style);
                }
            }
            "outlineLvl" => self.head(level(tag)),
            "numId" | "ilvl" => {
                if let Some(Paragraph { number, .. }) = self.paragraphs.last_mut() {
                    match tag.name() {
                        "numId" => number.list = tag.attribute("val"),
                        _ => number.level = Some(tag.count("val", 0)),
                    }
                }
            }
            "gridBefore" => self.n_skipped = tag.count("val", 0),
            _ => {}
        }
    }

    fn head(&mut self, level: Option<u8>) {
        if let Some((paragraph, level)) = self.paragraphs.last_mut().zip(level) {
            paragraph.kind = Kind::Heading(level);
        }
    }

    /// Prints the number of the paragraph, whose properties have ended. An empty one has its number, too: columns of
    /// numbers are often nothing else.
    fn number(&mut self) {
        let Some(Paragraph { number, .. }) = self.paragraphs.last() else { return };
        if let Some(list) = &number.list {
            let label = self.numbering.next(list, number.level.unwrap_or(0));
            self.flow.push(&label);
        }
    }

    fn cell_property(&mut self, tag: &Tag) {
        let Some(Some(span)) = self.spans.last_mut() else { return };
        match tag.name() {
            "gridSpan" => span.n_columns = tag.count("val", 1),
            "vMerge" => span.continues = tag.attribute("val").as_deref() != Some("restart"),
            _ => {}
        }
    }

    /// The content of a cell begins where its properties have ended.
    fn open_cell(&mut self) {
        if let Some(span) = self.spans.last_mut().and_then(Option::take) {
            self.flow.open_cell(span);
        }
    }

    fn end(&mut self, name: &str) {
        if 0 < self.n_hidden || 0 < self.n_properties {
            self.n_hidden -= usize::from(0 < self.n_hidden && HIDDEN.contains(&name));
            self.n_properties -= usize::from(0 < self.n_properties && PROPERTIES.contains(&name));
            if name == "pPr" && self.n_properties == 0 && self.n_hidden == 0 {
                self.number();
            }
            return;
        }
        match name {
            "p" => {
                let kind =
                    self.paragraphs.pop().map_or(Kind::Paragraph, |paragraph| paragraph.kind);
                self.flow.end_paragraph(kind);
            }
            "tc" => {
                self.open_cell();
                if self.spans.pop().is_some() {
                    self.flow.close(Kind::Paragraph);
                }
            }
            "tbl" | "txbxContent" => self.flow.close(Kind::Paragraph),
            "t" => self.n_text = self.n_text.saturating_sub(1),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if 0 < self.n_text && self.n_hidden == 0 {
            self.flow.push(text);
        }
    }
}

/// A character of a symbol font: a check box and the like.
fn symbol(tag: &Tag) -> String {
    let code = tag.attribute("char").and_then(|code| u32::from_str_radix(&code, 16).ok());
    let font = tag.attribute("font").unwrap_or_default();
    code.and_then(char::from_u32).map_or(String::new(), |c| symbol::shown(&font, c).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &str, expected: &[Block]) {
        let styles = "<w:styles><w:style w:styleId='1'><w:name w:val='heading 1'/></w:style>\
            <w:style w:styleId='a'><w:name w:val='見出し甲'/><w:basedOn w:val='1'/></w:style>\
            <w:style w:styleId='b'><w:basedOn w:val='b'/></w:style></w:styles>";
        let text = format!("<w:body>{body}</w:body>");
        let part = part(&text, &Styles::read(styles), Numbering::default());
        assert_eq!(part.blocks, expected);
        assert!(!part.is_damaged);
    }

    fn paragraph(text: &str) -> Block {
        Block::Paragraph(text.to_owned())
    }

    #[test]
    fn what_the_page_does_not_show_is_left_out() {
        check(
            "<w:p><w:r><w:t>案内を</w:t></w:r><w:del><w:r><w:delText>消し</w:delText></w:r></w:del>\
             <w:ins><w:r><w:t>直し</w:t></w:r></w:ins><w:r><w:t>ます&#x3002;</w:t></w:r></w:p>",
            &[paragraph("案内を直します。")],
        );
        check(
            "<w:p><w:r><w:ruby><w:rt><w:r><w:t>とりくみ</w:t></w:r></w:rt>\
             <w:rubyBase><w:r><w:t>取組</w:t></w:r></w:rubyBase></w:ruby></w:r></w:p>",
            &[paragraph("取組")],
        );
        check(
            "<w:p><w:r><mc:AlternateContent><mc:Choice><w:txbxContent><w:p><w:r><w:t>囲み</w:t></w:r></w:p>\
             </w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent><w:p><w:r><w:t>囲み</w:t></w:r></w:p>\
             </w:txbxContent></mc:Fallback></mc:AlternateContent></w:r><w:r><w:t>本文</w:t></w:r></w:p>",
            &[paragraph("本文"), paragraph("囲み")],
        );
    }

    #[test]
    fn headings_are_told_by_their_outline() {
        for properties in [
            "<w:pStyle w:val='1'/>",
            "<w:pStyle w:val='a'/>",
            "<w:pStyle w:val='b'/><w:outlineLvl w:val='0'/>",
        ] {
            check(
                &format!(
                    "<w:p><w:pPr>{properties}<w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>目標</w:t></w:r></w:p>"
                ),
                &[Block::Heading(1, "目標".to_owned())],
            );
        }
        check(
            "<w:p><w:pPr><w:pStyle w:val='b'/></w:pPr><w:r><w:t>甲</w:t></w:r></w:p>",
            &[paragraph("甲")],
        );
    }

    #[test]
    fn cells_span_columns_and_rows() {
        let cell = |properties: &str, text: &str| {
            format!(
                "<w:tc><w:tcPr>{properties}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"
            )
        };
        let body = [
            "<w:tbl><w:tr>",
            &cell("<w:gridSpan w:val='2'/>", "部署名"),
            &cell("", "目標"),
            "</w:tr><w:tr>",
            &cell("<w:vMerge w:val='restart'/>", "総務課"),
            &cell("", "1"),
            &cell("", "甲"),
            "</w:tr><w:tr>",
            &cell("<w:vMerge/>", ""),
            &cell("", "2"),
            &cell("", "乙"),
            "</w:tr></w:tbl>",
        ]
        .concat();
        let part = part(&body, &Styles::default(), Numbering::default());
        let [Block::Table(table)] = part.blocks.as_slice() else { panic!("{:?}", part.blocks) };
        assert_eq!((table.n_rows, table.n_columns, table.cells.len()), (3, 3, 7));
        let division = table.cell_at(2, 0).unwrap();
        assert_eq!((division.text.as_str(), division.row, division.n_rows), ("総務課", 1, 2));
        assert_eq!(table.cell_at(0, 1).unwrap().text, "部署名");
        assert_eq!(table.cell_at(2, 2).unwrap().text, "乙");
    }
}

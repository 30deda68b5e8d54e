//! HTML as a browser shows it: headings, paragraphs and tables.

use encoding_rs::Encoding;
use scraper::node::Element;
use scraper::{Html, Node};

use super::decode;
use super::flow::{Flow, Kind, Span};
use super::page::Page;
use crate::notice::Reading;

/// Elements whose text a browser does not show, or shows above the text (readings).
const HIDDEN: [&str; 8] =
    ["rt", "rp", "script", "style", "template", "noscript", "title", "datalist"];

/// Elements that stand in a line of text; every other one begins and ends paragraphs.
const INLINE: [&str; 36] = [
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em",
    "font", "i", "img", "ins", "kbd", "label", "mark", "nobr", "q", "rb", "ruby", "s", "samp",
    "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "wbr",
];

/// Elements that hold no part of the text unless they stand within an article.
const FURNITURE: [&str; 5] = ["nav", "header", "footer", "aside", "option"];

/// How far into a file its encoding may be stated, in bytes; browsers look at the first 1,024.
const HEAD: usize = 4096;

/// The most columns and rows that a cell of HTML may claim.
const MOST_COLUMNS: usize = 1_000;
const MOST_ROWS: usize = 65_534;

/// Reads a file as one page.
pub fn read(file: &str, bytes: &[u8]) -> Reading<Vec<Page>> {
    let decoded = stated(bytes).map_or_else(
        || decode::decode(bytes, file),
        |text| Reading { value: Some(text), notices: Vec::new() },
    );
    let Some(text) = decoded.value else {
        return Reading { value: Vec::new(), notices: decoded.notices };
    };
    let document = Html::parse_document(&text);
    let mut body = Body::default();
    // Not by recursion: a file may nest deeper than the stack.
    for edge in document.tree.root().traverse() {
        match edge {
            ego_tree::iter::Edge::Open(node) => match node.value() {
                Node::Element(element) => body.start(element),
                Node::Text(text) => body.text(text),
                _ => {}
            },
            ego_tree::iter::Edge::Close(node) => {
                if let Node::Element(element) = node.value() {
                    body.end(element);
                }
            }
        }
    }
    let page = Page { blocks: body.flow.finish(), ..Page::default() };
    Reading { value: vec![page], notices: decoded.notices }
}

/// Whether a file without a telling name begins as HTML does.
pub(super) fn is_html(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]).to_ascii_lowercase();
    let head = head.trim_start_matches(['\u{FEFF}', ' ', '\r', '\n', '\t']);
    head.starts_with('<')
        && ["<!doctype html", "<html", "<table"].iter().any(|tag| head.contains(tag))
}

/// The text in the encoding that the file states, where it is another than UTF-8 and fits.
fn stated(bytes: &[u8]) -> Option<String> {
    if decode::has_utf16_mark(bytes)
        || std::str::from_utf8(bytes).is_ok_and(|text| !text.contains('\u{1B}'))
    {
        return None;
    }
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]).to_ascii_lowercase();
    let (_, label) = head.split_once("charset=").or(head.split_once("encoding="))?;
    let label = label.trim_start_matches(['"', '\'', ' ']);
    let end = label.find(|c: char| !c.is_ascii_alphanumeric() && !"-_".contains(c));
    let encoding = Encoding::for_label(&label.as_bytes()[..end.unwrap_or(label.len())])?;
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
    Some(text.into_owned())
}

/// The state of the reading.
#[derive(Default)]
struct Body {
    flow: Flow,
    /// How many elements are open that are not shown, that keep white space, that hold the text, and that do not.
    n_hidden: usize,
    n_preformatted: usize,
    n_articles: usize,
    n_furniture: usize,
    /// White space that is shown if a character follows: whether it breaks a line of the source.
    gap: Option<bool>,
}

impl Body {
    fn start(&mut self, element: &Element) {
        let name = element.name();
        if HIDDEN.contains(&name) {
            self.n_hidden += 1;
        }
        if 0 < self.n_hidden {
            return;
        }
        match name {
            "br" => {
                self.gap = None;
                return self.flow.push("\n");
            }
            _ if INLINE.contains(&name) => return,
            _ => self.end_paragraph(self.kind()),
        }
        self.n_preformatted += usize::from(is_preformatted(name));
        self.n_articles += usize::from(is_article(name));
        self.n_furniture += usize::from(FURNITURE.contains(&name));
        match name {
            "table" => self.flow.open_table(),
            "thead" | "tbody" | "tfoot" => self.flow.open_group(),
            "tr" => self.flow.open_row(),
            "caption" => self.flow.open_box(),
            "td" | "th" => {
                let n_rows = match span(element, "rowspan", MOST_ROWS) {
                    // Down to the end of its group.
                    Some(0) => MOST_ROWS,
                    n_rows => n_rows.unwrap_or(1),
                };
                let n_columns = span(element, "colspan", MOST_COLUMNS).unwrap_or(1).max(1);
                self.flow.open_cell(Span { n_rows, n_columns, ..Span::default() });
            }
            _ => {}
        }
    }

    fn end(&mut self, element: &Element) {
        let name = element.name();
        if 0 < self.n_hidden {
            self.n_hidden -= usize::from(HIDDEN.contains(&name));
            return;
        }
        if name == "br" || INLINE.contains(&name) {
            return;
        }
        let heading = name.strip_prefix('h').and_then(|level| level.parse().ok());
        let kind = heading.filter(|level| (1..=6).contains(level)).map(Kind::Heading);
        self.end_paragraph(kind.unwrap_or(self.kind()));
        self.n_preformatted -= usize::from(is_preformatted(name));
        self.n_articles -= usize::from(is_article(name));
        self.n_furniture -= usize::from(FURNITURE.contains(&name));
        if matches!(name, "table" | "td" | "th" | "caption") {
            self.flow.close(Kind::Paragraph);
        }
    }

    fn kind(&self) -> Kind {
        match self.n_articles == 0 && 0 < self.n_furniture {
            true => Kind::Furniture,
            false => Kind::Paragraph,
        }
    }

    fn end_paragraph(&mut self, kind: Kind) {
        self.gap = None;
        self.flow.end_paragraph(kind);
    }

    fn text(&mut self, text: &str) {
        if 0 < self.n_hidden {
            return;
        }
        if 0 < self.n_preformatted {
            return self.flow.push(text);
        }
        let mut shown = String::with_capacity(text.len());
        for c in text.chars() {
            if matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{C}') {
                self.gap = Some(self.gap == Some(true) || c == '\n');
                continue;
            }
            let before = shown.chars().next_back().or_else(|| self.flow.line().chars().next_back());
            if let (Some(is_break), Some(before)) = (self.gap.take(), before) {
                // A source is broken anywhere between Japanese characters; a browser shows no gap there.
                if before != '\n' && !(is_break && is_wide(before) && is_wide(c)) {
                    shown.push(' ');
                }
            }
            shown.push(c);
        }
        self.flow.push(&shown);
    }
}

fn is_preformatted(name: &str) -> bool {
    matches!(name, "pre" | "textarea" | "listing" | "xmp")
}

fn is_article(name: &str) -> bool {
    matches!(name, "main" | "article")
}

/// What a cell claims to span, at most `most`; nothing where it says nothing that can be read.
fn span(element: &Element, name: &str, most: usize) -> Option<usize> {
    let value = element.attr(name)?.trim();
    let end = value.find(|c: char| !c.is_ascii_digit()).unwrap_or(value.len());
    match value[..end].parse::<usize>() {
        Ok(n) => Some(n.min(most)),
        // More digits than a number holds.
        Err(_) => (0 < end).then_some(most),
    }
}

/// Characters of Japanese text, which stands without spaces.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{2E80}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF00}'..='\u{FF60}' | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::page::Block;

    #[track_caller]
    fn check(html: &str, expected: &[Block]) {
        let reading = read("a.html", html.as_bytes());
        assert_eq!(reading.value[0].blocks, expected);
        assert!(reading.notices.is_empty(), "{:?}", reading.notices);
    }

    fn paragraph(text: &str) -> Block {
        Block::Paragraph(text.to_owned())
    }

    #[test]
    fn text_is_read_as_a_browser_shows_it() {
        check(
            "<title>題</title><h2>目標</h2><p>窓口の\n  案内を <b>Web</b>\nで　直す。<br>次の行<p>終わり",
            &[
                Block::Heading(2, "目標".to_owned()),
                paragraph("窓口の案内を Web で　直す。\n次の行"),
                paragraph("終わり"),
            ],
        );
        check(
            "<ruby>取組<rp>(</rp><rt>とりくみ</rt><rp>)</rp></ruby><script>1 < 2</script><pre>一行\n 二行</pre>",
            &[paragraph("取組"), paragraph("一行\n 二行")],
        );
        check(
            "<nav><ul><li>首頁</li></ul></nav><main><header><p>本文</p></header></main>",
            &[Block::Furniture("首頁".to_owned()), paragraph("本文")],
        );
    }

    #[test]
    fn spans_are_read_and_clamped() {
        let html = "<table><caption>表</caption><tr><td rowspan=99999999999999999999>総務課<td colspan=9>甲\
            <tr><td>乙<td>丙</table>";
        let reading = read("a.html", html.as_bytes());
        let [Block::Paragraph(caption), Block::Table(table)] = reading.value[0].blocks.as_slice()
        else {
            panic!("{:?}", reading.value);
        };
        assert_eq!(caption, "表");
        assert_eq!((table.n_rows, table.n_columns), (2, 3));
        let spans: Vec<_> =
            table.cells.iter().map(|c| (c.text.as_str(), c.n_rows, c.n_columns)).collect();
        assert_eq!(spans, [("総務課", 2, 1), ("甲", 1, 2), ("乙", 1, 1), ("丙", 1, 1)]);
    }

    #[test]
    fn the_encoding_is_the_one_the_file_states() {
        let html = "<meta charset=\"Shift_JIS\"><p>部</p>";
        let (bytes, ..) = encoding_rs::SHIFT_JIS.encode(html);
        assert_eq!(read("a.html", &bytes).value[0].blocks, [paragraph("部")]);
        let html = "<?xml version='1.0' encoding='EUC-JP'?><p>部</p>";
        let (bytes, ..) = encoding_rs::EUC_JP.encode(html);
        assert_eq!(read("a.html", &bytes).value[0].blocks, [paragraph("部")]);
        // What it states is wrong.
        check("<meta charset=Shift_JIS><p>部署</p>", &[paragraph("部署")]);
    }

    #[test]
    fn nesting_has_no_limit() {
        let html = "<div>".repeat(50_000) + "底";
        check(&html, &[paragraph("底")]);
    }
}

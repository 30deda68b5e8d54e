//! Readings above words in ideographs, put into a page when it is finished.
//!
//! One place for all pages: the page is read as a browser reads it, its texts are cut by the analyzer, and words with
//! ideographs become `ruby` elements.
//! What is no running text is left alone: titles, attributes, drawings, preformatted text.

use ego_tree::NodeId;
use ego_tree::NodeMut;
use scraper::Html;
use scraper::Node;
use scraper::node::Element;
use scraper::node::Text;

use crate::query::Engine;
use crate::query::Furigana;
use crate::serve::problem::Problem;

/// Elements whose text is no running text, or that may hold text only.
const LEFT_ALONE: [&str; 12] = [
    "head", "script", "style", "title", "textarea", "option", "svg", "pre", "code", "ruby", "time",
    "kbd",
];

/// The page with readings.
pub(super) fn annotated(engine: &dyn Engine, page: &str) -> Result<String, Problem> {
    let mut html = Html::parse_document(page);
    let texts: Vec<(NodeId, String)> = html
        .tree
        .nodes()
        .filter_map(|node| Some((node.id(), node.value().as_text()?.to_string())))
        .filter(|(_, text)| text.chars().any(is_ideograph))
        .collect();
    for (id, text) in texts {
        let is_left_alone = html.tree.get(id).is_some_and(|node| {
            node.ancestors()
                .filter_map(|node| node.value().as_element())
                .any(|element| LEFT_ALONE.contains(&element.name()) || is_foreign(element))
        });
        if is_left_alone {
            continue;
        }
        let readings = engine.furigana(&text)?;
        if let Some(mut node) = html.tree.get_mut(id) {
            annotate(&mut node, &text, &readings);
        }
    }
    Ok(html.html())
}

/// Whether the text of the element is in a language that has no readings.
fn is_foreign(element: &Element) -> bool {
    element.name() != "html" && element.attr("lang").is_some_and(|lang| lang != "ja")
}

fn is_ideograph(character: char) -> bool {
    matches!(character, '々' | '〆' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Puts text and `ruby` elements where the text node was.
fn annotate(node: &mut NodeMut<'_, Node>, text: &str, readings: &[Furigana]) {
    let mut at = 0;
    for Furigana { range, reading } in readings {
        // A reading of nothing in the text is no reading.
        let Some(word) = text.get(range.clone()).filter(|_| at <= range.start) else { continue };
        if at < range.start {
            node.insert_before(text_of(&text[at..range.start]));
        }
        let mut ruby = node.insert_before(element("ruby"));
        ruby.append(text_of(word));
        ruby.append(element("rp")).append(text_of("（"));
        ruby.append(element("rt")).append(text_of(reading));
        ruby.append(element("rp")).append(text_of("）"));
        at = range.end;
    }
    if at == 0 {
        return;
    }
    if at < text.len() {
        node.insert_before(text_of(&text[at..]));
    }
    node.detach();
}

fn text_of(text: &str) -> Node {
    Node::Text(Text { text: text.into() })
}

fn element(name: &str) -> Node {
    // The name of an element of HTML without attributes, read as the page was.
    let fragment = Html::parse_fragment(&format!("<ruby><{name}></{name}></ruby>"));
    let mut elements = fragment.tree.values().filter_map(Node::as_element);
    let element = elements.rfind(|element| element.name() == name);
    Node::Element(element.expect("the fragment holds the element").clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, readings: &[(&str, &str)], expected: &str) {
        let mut html = Html::parse_fragment(&format!("<p>{text}</p>"));
        let id = html.tree.nodes().find(|node| node.value().is_text()).expect("a text").id();
        let found: Vec<Furigana> = readings
            .iter()
            .map(|(word, reading)| {
                let start = text.find(word).expect(word);
                Furigana { range: start..start + word.len(), reading: (*reading).to_owned() }
            })
            .collect();
        annotate(&mut html.tree.get_mut(id).expect("the text"), text, &found);
        assert_eq!(html.html(), format!("<html><p>{expected}</p></html>"));
    }

    #[test]
    fn a_word_carries_its_reading() {
        check("花", &[("花", "はな")], "<ruby>花<rp>（</rp><rt>はな</rt><rp>）</rp></ruby>");
        check(
            "この花を見る。",
            &[("花", "はな"), ("見", "み")],
            "この<ruby>花<rp>（</rp><rt>はな</rt><rp>）</rp></ruby>を<ruby>見<rp>（</rp><rt>み</rt><rp>）</rp></ruby>る。",
        );
        check("ことば", &[], "ことば");
    }
}

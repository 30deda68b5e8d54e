//! The XML of office files, as elements and text in their order.

use std::borrow::Cow;

use quick_xml::XmlVersion;
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesEnd, BytesRef, BytesStart, Event};

/// A step of the reading.
pub(super) enum Node<'x> {
    /// An element begins; one without content begins and ends, too.
    Start(Tag<'x>),
    /// An element ends.
    End(BytesEnd<'x>),
    /// Text, with its references resolved. One text may come in several pieces.
    Text(Cow<'x, str>),
}

/// The beginning of an element.
pub(super) struct Tag<'x>(BytesStart<'x>);

/// The value of an attribute, as it is written.
pub(super) struct Value<'t>(Attribute<'t>);

/// The nodes of a text.
pub(super) struct Nodes<'x> {
    reader: quick_xml::Reader<&'x [u8]>,
    depth: usize,
    /// What comes behind text that was joined.
    waiting: Option<quick_xml::Result<Event<'x>>>,
    /// Whether the text ended before its elements did, or could not be read to its end.
    pub(super) is_damaged: bool,
}

impl Tag<'_> {
    /// The name without its prefix.
    pub(super) fn name(&self) -> &str {
        self.0.local_name().into_inner()
    }

    /// The value of the attribute with this name, whatever its prefix.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        self.value(name).map(Cow::into_owned)
    }

    /// The value of an attribute that counts something, and `otherwise` where there is none.
    pub(super) fn count(&self, name: &str, otherwise: usize) -> usize {
        self.value(name).and_then(|value| value.trim().parse().ok()).unwrap_or(otherwise)
    }

    /// The attributes in their order, the names without their prefixes: one way through them for several.
    pub(super) fn attributes(&self) -> impl Iterator<Item = (&str, Value<'_>)> {
        let mut attributes = self.0.attributes();
        attributes.with_checks(false);
        let attributes = attributes.flatten();
        attributes.map(|attribute| (attribute.key.local_name().into_inner(), Value(attribute)))
    }

    fn value(&self, name: &str) -> Option<Cow<'_, str>> {
        self.attributes().find(|(found, _)| *found == name).map(|(_, value)| value.text())
    }
}

impl<'t> Value<'t> {
    /// The value with its references resolved.
    pub(super) fn text(self) -> Cow<'t, str> {
        let is_plain = |b: u8| !matches!(b, b'&' | b'\t' | b'\n' | b'\r');
        match self.0.value.bytes().all(is_plain) {
            true => self.0.value,
            false => self.0.normalized_value(XmlVersion::Implicit1_0).unwrap_or(self.0.value),
        }
    }
}

/// The name of what ends, without its prefix.
pub(super) fn end_name<'e>(end: &'e BytesEnd<'_>) -> &'e str {
    end.local_name().into_inner()
}

impl<'x> Nodes<'x> {
    /// The nodes of `text`.
    pub(super) fn of(text: &'x str) -> Nodes<'x> {
        let mut reader = quick_xml::Reader::from_str(text);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        Nodes { reader, depth: 0, waiting: None, is_damaged: false }
    }

    /// A reference together with the text behind it: some programs write every character as one.
    fn joined(&mut self, first: &BytesRef) -> Cow<'x, str> {
        let mut text = String::new();
        push_resolved(first, &mut text);
        loop {
            match self.reader.read_event() {
                Ok(Event::Text(more)) => text.push_str(&more.xml10_content()),
                Ok(Event::GeneralRef(reference)) => push_resolved(&reference, &mut text),
                event => {
                    self.waiting = Some(event);
                    return text.into();
                }
            }
        }
    }
}

impl<'x> Iterator for Nodes<'x> {
    type Item = Node<'x>;

    fn next(&mut self) -> Option<Node<'x>> {
        loop {
            let event = self.waiting.take().unwrap_or_else(|| self.reader.read_event());
            match event {
                Ok(Event::Start(start) | Event::Empty(start)) => {
                    self.depth += 1;
                    return Some(Node::Start(Tag(start)));
                }
                Ok(Event::End(end)) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Some(Node::End(end));
                }
                Ok(Event::Text(text)) => return Some(Node::Text(text.xml10_content())),
                Ok(Event::CData(data)) => return Some(Node::Text(data.xml10_content())),
                Ok(Event::GeneralRef(reference)) => {
                    return Some(Node::Text(self.joined(&reference)));
                }
                Ok(Event::Eof) => {
                    self.is_damaged |= 0 < self.depth;
                    return None;
                }
                Err(_) => {
                    self.is_damaged = true;
                    return None;
                }
                Ok(_) => {}
            }
        }
    }
}

/// Puts the character that a reference stands for behind `text`; one that nobody defined stays as it is written.
fn push_resolved(reference: &BytesRef, text: &mut String) {
    let name: &str = reference;
    let c = match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => reference.resolve_char_ref().ok().flatten(),
    };
    match c {
        Some(c) => text.push(c),
        None => {
            text.push('&');
            text.push_str(name);
            text.push(';');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str, is_damaged: bool) {
        let mut nodes = Nodes::of(text);
        let mut found = String::new();
        for node in &mut nodes {
            match node {
                Node::Start(tag) => found += &format!("({}", tag.name()),
                Node::End(_) => found.push(')'),
                Node::Text(text) => found += &text,
            }
        }
        assert_eq!((found.as_str(), nodes.is_damaged), (expected, is_damaged));
    }

    #[test]
    fn prefixes_go_and_references_are_resolved() {
        check("<w:p><w:br/>1 &lt; 2 &amp; &#x53D6;組</w:p>", "(p(br)1 < 2 & 取組)", false);
        check("<p><![CDATA[<a>]]>&who;</p>", "(p<a>&who;)", false);
    }

    #[test]
    fn what_does_not_end_is_damaged() {
        check("<p><t>取組", "(p(t取組", true);
        check("<p>取組</q>", "(p取組)", false);
        check("<p><t", "(p", true);
    }

    #[test]
    fn attributes_are_found_by_their_names() {
        let Some(Node::Start(tag)) = Nodes::of("<a x:n='3' m='a&amp;b'/>").next() else {
            panic!("no element");
        };
        assert_eq!((tag.count("n", 1), tag.count("o", 1)), (3, 1));
        assert_eq!(tag.attribute("m").as_deref(), Some("a&b"));
    }
}

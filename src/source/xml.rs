//! The XML of office files, as elements and text in their order.
//!
//! Own, and not a library's, for its speed: workbooks are XML through and through, and a general reader of events took
//! longer than everything else that reading one does. Names are not checked, elements may end in any order, references
//! that nobody defined stay as they are written.

use std::borrow::Cow;

/// A step of the reading.
pub(super) enum Node<'x> {
    /// An element begins; one without content begins and ends, too.
    Start(Tag<'x>),
    /// An element ends; its name without the prefix.
    End(&'x str),
    /// Text, with its references resolved. One text may come in several pieces.
    Text(Cow<'x, str>),
}

/// The beginning of an element.
pub(super) struct Tag<'x> {
    name: &'x str,
    attributes: &'x str,
}

/// The value of an attribute, as it is written.
#[derive(Clone, Copy)]
pub(super) struct Value<'x>(&'x str);

/// The nodes of a text.
pub(super) struct Nodes<'x> {
    rest: &'x str,
    depth: usize,
    /// The element without content that is still to end.
    open: Option<&'x str>,
    /// Whether the text ended before its elements did, or could not be read to its end.
    pub(super) is_damaged: bool,
}

impl<'x> Tag<'x> {
    /// The name without its prefix.
    pub(super) fn name(&self) -> &'x str {
        self.name
    }

    /// The attributes in their order, the names without their prefixes: one way through them for several.
    pub(super) fn attributes(&self) -> impl Iterator<Item = (&'x str, Value<'x>)> + use<'x> {
        let mut rest = self.attributes;
        std::iter::from_fn(move || {
            rest = trimmed(rest);
            let end = position(rest, b'=')?;
            let (name, behind) = (&rest[..end], trimmed(&rest[end + 1..]));
            let quote = behind.bytes().next().filter(|b| matches!(b, b'"' | b'\''))?;
            let end = position(&behind[1..], quote)? + 1;
            rest = &behind[end + 1..];
            Some((local(name.trim_end_matches(is_space)), Value(&behind[1..end])))
        })
    }

    /// The value of the attribute with this name, whatever its prefix.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        self.value(name).map(Cow::into_owned)
    }

    /// The value of an attribute that counts something, and `otherwise` where there is none.
    pub(super) fn count(&self, name: &str, otherwise: usize) -> usize {
        self.value(name).and_then(|value| value.trim().parse().ok()).unwrap_or(otherwise)
    }

    fn value(&self, name: &str) -> Option<Cow<'x, str>> {
        self.attributes().find(|(found, _)| *found == name).map(|(_, value)| value.text())
    }
}

impl<'x> Value<'x> {
    /// The value with its references resolved and its white space made spaces; as it is written where a reference is
    /// unknown.
    pub(super) fn text(self) -> Cow<'x, str> {
        let Value(written) = self;
        let is_special = |b: u8| is_special_in_value(char::from(b));
        let Some(mut at) = written.bytes().position(is_special) else { return written.into() };
        let mut text = String::with_capacity(written.len());
        let mut rest = written;
        loop {
            text.push_str(&rest[..at]);
            rest = &rest[at..];
            if rest.starts_with('&') {
                let Some((c, behind)) = reference(rest) else { return written.into() };
                text.push(c);
                rest = behind;
            } else {
                text.push(' ');
                rest = rest.strip_prefix("\r\n").unwrap_or(&rest[1..]);
            }
            match rest.find(is_special_in_value) {
                Some(next) => at = next,
                None => return (text + rest).into(),
            }
        }
    }
}

impl<'x> Nodes<'x> {
    /// The nodes of `text`.
    pub(super) fn of(text: &'x str) -> Nodes<'x> {
        Nodes { rest: text, depth: 0, open: None, is_damaged: false }
    }

    /// What the markup at the start of the rest is; nothing where it does not end.
    fn markup(&mut self) -> Option<Markup<'x>> {
        let markup = &self.rest[1..];
        let (node, len) = match markup.as_bytes().first() {
            Some(b'/') => {
                let end = position(markup, b'>')?;
                (Markup::End(local(markup[1..end].trim_end_matches(is_space))), end + 1)
            }
            Some(b'?') => (Markup::Nothing, behind(markup, 1, "?>")?),
            Some(b'!') if markup.starts_with("!--") => (Markup::Nothing, behind(markup, 3, "-->")?),
            Some(b'!') if markup.starts_with("![CDATA[") => {
                let behind = behind(markup, 8, "]]>")?;
                (Markup::Data(&markup[8..behind - 3]), behind)
            }
            Some(b'!') => (Markup::Nothing, end_of_declaration(markup)? + 1),
            _ => {
                let end = end_of_tag(markup)?;
                (Markup::start(&markup[..end]), end + 1)
            }
        };
        self.rest = &markup[len..];
        Some(node)
    }
}

impl<'x> Iterator for Nodes<'x> {
    type Item = Node<'x>;

    fn next(&mut self) -> Option<Node<'x>> {
        if let Some(name) = self.open.take() {
            self.depth -= 1;
            return Some(Node::End(name));
        }
        while !self.rest.is_empty() {
            if !self.rest.starts_with('<') {
                let end = position(self.rest, b'<').unwrap_or(self.rest.len());
                let (text, rest) = self.rest.split_at(end);
                self.rest = rest;
                return Some(Node::Text(resolved(text)));
            }
            match self.markup() {
                Some(Markup::Start(tag, is_empty)) => {
                    self.depth += 1;
                    self.open = is_empty.then_some(tag.name);
                    return Some(Node::Start(tag));
                }
                Some(Markup::End(name)) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Some(Node::End(name));
                }
                Some(Markup::Data(data)) => return Some(Node::Text(with_line_ends(data))),
                Some(Markup::Nothing) => {}
                None => {
                    self.is_damaged = true;
                    self.rest = "";
                }
            }
        }
        self.is_damaged |= 0 < self.depth;
        None
    }
}

/// What stands between `<` and `>`.
enum Markup<'x> {
    /// Whether it ends there, too.
    Start(Tag<'x>, bool),
    End(&'x str),
    Data(&'x str),
    /// A comment, an instruction, a declaration.
    Nothing,
}

impl<'x> Markup<'x> {
    fn start(tag: &'x str) -> Markup<'x> {
        let (tag, is_empty) = match tag.strip_suffix('/') {
            Some(tag) => (tag, true),
            None => (tag, false),
        };
        let end = tag.bytes().position(|b| is_space(char::from(b))).unwrap_or(tag.len());
        let (name, attributes) = tag.split_at(end);
        Markup::Start(Tag { name: local(name), attributes }, is_empty)
    }
}

/// Where a byte of ASCII stands: nearly always within a few bytes, which a plain loop is fastest for.
fn position(text: &str, sought: u8) -> Option<usize> {
    text.bytes().position(|b| b == sought)
}

/// A text without white space in front.
fn trimmed(text: &str) -> &str {
    let n_bytes = text.bytes().take_while(|b| is_space(char::from(*b))).count();
    &text[n_bytes..]
}

/// Where the tag that begins with `markup` ends: a `>` in a value does not end it.
fn end_of_tag(markup: &str) -> Option<usize> {
    let mut quote = None;
    markup.bytes().position(|b| {
        match (quote, b) {
            (None, b'>') => return true,
            (None, b'"' | b'\'') => quote = Some(b),
            (Some(open), _) if open == b => quote = None,
            _ => {}
        }
        false
    })
}

/// Where a declaration ends, which may have others in it.
fn end_of_declaration(markup: &str) -> Option<usize> {
    let mut depth = 1;
    markup.bytes().position(|b| {
        match b {
            b'<' => depth += 1,
            b'>' => depth -= 1,
            _ => {}
        }
        depth == 0
    })
}

/// Where `markup` goes on behind the first `end` from `at` on.
fn behind(markup: &str, at: usize, end: &str) -> Option<usize> {
    markup[at..].find(end).map(|found| at + found + end.len())
}

/// A name without its prefix.
fn local(name: &str) -> &str {
    match position(name, b':') {
        Some(at) => &name[at + 1..],
        None => name,
    }
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

fn is_special_in_value(c: char) -> bool {
    matches!(c, '&' | '\t' | '\n' | '\r')
}

/// Text with its references resolved; one that nobody defined stays as it is written.
fn resolved(text: &str) -> Cow<'_, str> {
    let Some(mut at) = text.bytes().position(|b| matches!(b, b'&' | b'\r')) else {
        return text.into();
    };
    if text.as_bytes()[at] == b'\r' {
        match text.find('&') {
            Some(reference) => at = reference,
            None => return with_line_ends(text),
        }
    }
    let mut resolved = String::with_capacity(text.len());
    let mut rest = text;
    loop {
        resolved.push_str(&with_line_ends(&rest[..at]));
        rest = &rest[at..];
        match reference(rest) {
            Some((c, behind)) => {
                resolved.push(c);
                rest = behind;
            }
            None => {
                resolved.push('&');
                rest = &rest[1..];
            }
        }
        match rest.find('&') {
            Some(next) => at = next,
            None => {
                resolved.push_str(&with_line_ends(rest));
                return resolved.into();
            }
        }
    }
}

/// The character that a reference at the start of `text` stands for, and what comes behind it.
fn reference(text: &str) -> Option<(char, &str)> {
    // The longest that means anything, with some zeros in front.
    const LONGEST_BYTES: usize = 32;
    let end = text.bytes().take(LONGEST_BYTES).position(|b| b == b';')?;
    let c = match &text[1..end] {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        name => {
            let number = name.strip_prefix('#')?;
            let (digits, radix) = match number.strip_prefix('x') {
                Some(digits) => (digits, 16),
                None => (number, 10),
            };
            let code = u32::from_str_radix(digits, radix).ok().filter(|code| *code != 0);
            code.filter(|_| !digits.starts_with('+')).and_then(char::from_u32)?
        }
    };
    Some((c, &text[end + 1..]))
}

/// Text whose line ends are `\n`.
fn with_line_ends(text: &str) -> Cow<'_, str> {
    match text.contains('\r') {
        true => text.replace("\r\n", "\n").replace('\r', "\n").into(),
        false => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use quick_xml::XmlVersion;
    use quick_xml::events::Event;

    use super::*;

    /// The nodes in one line, and whether they are damaged.
    fn shown(text: &str) -> (String, bool) {
        let mut nodes = Nodes::of(text);
        let mut shown = String::new();
        for node in &mut nodes {
            match node {
                Node::Start(tag) => {
                    shown += &format!("({}", tag.name());
                    for (name, value) in tag.attributes() {
                        shown += &format!(" {name}={:?}", value.text());
                    }
                    shown.push(':');
                }
                Node::End(name) => shown += &format!(":{name})"),
                Node::Text(text) => shown += &text,
            }
        }
        (shown, nodes.is_damaged)
    }

    #[track_caller]
    fn check(text: &str, expected: &str, is_damaged: bool) {
        assert_eq!(shown(text), (expected.to_owned(), is_damaged), "{text}");
    }

    #[test]
    fn prefixes_go_and_references_are_resolved() {
        check("<w:p><w:br/>1 &lt; 2 &amp; &#x53D6;組</w:p>", "(p:(br::br)1 < 2 & 取組:p)", false);
        check("<p><![CDATA[<a>]]>&who; &#0; & &amp</p>", "(p:<a>&who; &#0; & &amp:p)", false);
        check("<p>1\r\n2\r3&#13;</p>", "(p:1\n2\n3\r:p)", false);
    }

    #[test]
    fn what_says_nothing_is_skipped() {
        check("<?xml version='1.0'?><!DOCTYPE p [<!ENTITY a '<b>'>]><p/>", "(p::p)", false);
        check("<p><!-- <a> -- > -->取組<?a <b> ?></p >", "(p:取組:p)", false);
    }

    #[test]
    fn what_does_not_end_is_damaged() {
        check("<p><t>取組", "(p:(t:取組", true);
        check("<p>取組</q>", "(p:取組:q)", false);
        check("<p><t", "(p:", true);
        check("<p a='>", "", true);
        check("</p><!-- ", ":p)", true);
    }

    #[test]
    fn attributes_are_found_by_their_names() {
        let Some(Node::Start(tag)) = Nodes::of("<a x:n='3' m = 'a&amp;b>\n'/>").next() else {
            panic!("no element");
        };
        assert_eq!((tag.count("n", 1), tag.count("o", 1)), (3, 1));
        assert_eq!(tag.attribute("m").as_deref(), Some("a&b> "));
        check("<a b=\"'\" c='&who;'/>", "(a b=\"'\" c=\"&who;\"::a)", false);
    }

    /// What a library gives for the same text, its pieces of text joined.
    fn expected(text: &str) -> (String, bool) {
        let mut reader = quick_xml::Reader::from_str(text);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        let (mut shown, mut depth) = (String::new(), 0_usize);
        loop {
            match reader.read_event() {
                Ok(Event::Start(tag) | Event::Empty(tag)) => {
                    depth += 1;
                    shown += &format!("({}", tag.local_name().into_inner());
                    for attribute in tag.attributes().with_checks(false).flatten() {
                        let value = attribute.normalized_value(XmlVersion::Implicit1_0);
                        let value = value.unwrap_or(attribute.value.clone());
                        shown += &format!(" {}={value:?}", attribute.key.local_name().into_inner());
                    }
                    shown.push(':');
                }
                Ok(Event::End(tag)) => {
                    depth = depth.saturating_sub(1);
                    shown += &format!(":{})", tag.local_name().into_inner());
                }
                Ok(Event::Text(text)) => shown += &text.xml10_content(),
                Ok(Event::CData(data)) => shown += &data.xml10_content(),
                Ok(Event::GeneralRef(reference)) => match reference.resolve_char_ref() {
                    Ok(Some(c)) => shown.push(c),
                    _ => {
                        let name: &str = &reference;
                        let known = quick_xml::escape::resolve_predefined_entity(name);
                        shown += &known.map_or_else(|| format!("&{name};"), str::to_owned);
                    }
                },
                Ok(Event::Eof) => return (shown, 0 < depth),
                Err(_) => return (shown, true),
                Ok(_) => {}
            }
        }
    }

    proptest! {
        #[test]
        fn sound_text_is_read_as_a_library_reads_it(
            pieces in prop::collection::vec(prop::sample::select(vec![
                "<a>", "</a>", "<b:c d='1' e:f=\"&#x53D6;'>\" >", "</b:c >", "<g/>", "<h i='&lt;\r\n&amp;\t' />", "取組",
                " ", "\r\n", "\r", "&amp;", "&#13;", "&#x7D44;", "&who;", "&", "&#0;", "&#+1;", "]]>",
                "<![CDATA[<&amp;\r]]>", "<!-- <a> -->", "<?a b?>", ">", "\"", "<j k = '' l=''>",
            ]), 0..24),
        ) {
            let text = pieces.concat();
            prop_assert_eq!(shown(&text), expected(&text));
        }

        #[test]
        fn no_text_panics(text in "[<>/!?a:='\"&;#x\\[\\]\\-CDAT \r取]{0,40}") {
            shown(&text);
        }
    }
}

//! The lines of a sheet that hold anything, with where they stand and how wide they are.

/// A line that is not blank.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::record) struct Line<'s> {
    /// First byte of the content in the text.
    pub(super) start: usize,
    /// The content, without white space around it.
    pub(super) content: &'s str,
    /// The content with the ideographic spaces that indent it; spaces of the layout are left out.
    pub(super) printed: &'s str,
    /// The line's number, from 1, as an editor counts.
    pub(super) number: u32,
    /// The width of `printed` in half-width columns.
    pub(super) width: usize,
    /// Whether blank lines or a form feed stand before it.
    pub(super) gap: bool,
    /// Whether white space stands behind the content.
    pub(super) trailing_space: bool,
}

impl Line<'_> {
    /// The byte behind the content.
    pub(super) fn end(&self) -> usize {
        self.start + self.content.len()
    }
}

/// Characters that take no room and belong to no text: byte order marks and zero-width spaces.
pub(in crate::record) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{FEFF}' | '\u{200B}' | '\u{00AD}')
}

/// Whether `c` is nothing to the eye.
pub(in crate::record) fn is_empty(c: char) -> bool {
    // Nearly all characters are ideographs, kana and their marks, none of which is.
    let is_printed = matches!(c, '!'..='~' | '\u{3001}'..='\u{D7FF}');
    !is_printed && (c.is_whitespace() || is_invisible(c) || c.is_control())
}

/// The width of `text` in half-width columns: Latin, digits and half-width katakana take one, the rest two.
pub(super) fn width(text: &str) -> usize {
    let of = |c: char| match c {
        c if is_invisible(c) => 0,
        '\u{0}'..='\u{2FF}' | '\u{FF61}'..='\u{FF9F}' => 1,
        _ => 2,
    };
    text.chars().map(of).sum()
}

/// Cuts `text` into its lines; form feeds and every kind of line end separate them.
pub(in crate::record) fn lines(text: &str) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let mut number = 1;
    let mut gap = true;
    let mut start = 0;
    while start < text.len() {
        let rest = &text[start..];
        let length = rest.find(is_line_end).unwrap_or(rest.len());
        let raw = &rest[..length];
        match line(raw, start, number, gap) {
            Some(line) => {
                lines.push(line);
                gap = false;
            }
            None => gap = true,
        }
        let mark = line_end(&rest[length..]);
        // A form feed ends a page inside a line that editors count as one.
        let is_page_end = matches!(mark, "\u{C}" | "\u{B}");
        gap |= is_page_end;
        number += u32::from(!mark.is_empty() && !is_page_end);
        start += length + mark.len();
    }
    lines
}

fn line(raw: &str, start: usize, number: u32, gap: bool) -> Option<Line<'_>> {
    let indented = raw.trim_start_matches(|c| is_empty(c) && c != '\u{3000}');
    let printed = indented.trim_end_matches(is_empty);
    let content = printed.trim_start_matches(is_empty);
    if content.is_empty() {
        return None;
    }
    Some(Line {
        start: start + raw.len() - raw.trim_start_matches(is_empty).len(),
        content,
        printed,
        number,
        width: width(printed),
        gap,
        trailing_space: indented.len() != printed.len(),
    })
}

fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// The line end at the start of `rest`: two characters for `\r\n`, none at the end of the text.
fn line_end(rest: &str) -> &str {
    if rest.starts_with("\r\n") {
        return &rest[..2];
    }
    &rest[..rest.chars().next().map_or(0, char::len_utf8)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(&str, u32, bool)]) {
        let found = lines(text);
        let found: Vec<_> = found.iter().map(|l| (l.printed, l.number, l.gap)).collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn blank_lines_leave_gaps() {
        check("", &[]);
        check("甲\n乙", &[("甲", 1, true), ("乙", 2, false)]);
        check("甲\n\n　 \n乙\n", &[("甲", 1, true), ("乙", 4, true)]);
    }

    #[test]
    fn all_line_ends_are_line_ends() {
        check("甲\r\n乙\r丙", &[("甲", 1, true), ("乙", 2, false), ("丙", 3, false)]);
        check("甲\u{C}乙", &[("甲", 1, true), ("乙", 1, true)]);
    }

    #[test]
    fn indents_stay_and_layout_goes() {
        check("\u{FEFF} \t　甲 　\n", &[("　甲", 1, true)]);
        let text = "\u{FEFF}　甲乙 ";
        let line = &lines(text)[0];
        assert_eq!(&text[line.start..line.end()], "甲乙");
        assert_eq!((line.width, line.trailing_space), (6, true));
    }
}

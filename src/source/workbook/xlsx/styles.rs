//! Styles of an xlsx: which number format a cell has, and whether lines are drawn around it.

use std::collections::HashMap;

use crate::source::workbook::number_format::{self, Format};
use crate::source::xml::{Node, Nodes, end_name};

/// How cells of a style are shown.
#[derive(Clone, Debug)]
pub(super) struct Shown {
    pub(super) format: Format,
    pub(super) is_bordered: bool,
}

/// The styles of a workbook by number.
#[derive(Debug, Default)]
pub(super) struct Styles {
    styles: Vec<Shown>,
    plain: Shown,
}

impl Default for Shown {
    fn default() -> Shown {
        Shown { format: Format::of("General"), is_bordered: false }
    }
}

impl Styles {
    pub(super) fn get(&self, number: usize) -> &Shown {
        self.styles.get(number).unwrap_or(&self.plain)
    }

    /// Reads the part of the styles.
    pub(super) fn read(text: &str) -> Styles {
        let mut codes = HashMap::new();
        // Whether the lines left or right of a cell are drawn; one below may underline a heading.
        let mut borders = Vec::new();
        let mut styles = Vec::new();
        let (mut is_cells, mut is_borders) = (false, false);
        for node in Nodes::of(text) {
            let tag = match node {
                Node::Start(tag) => tag,
                Node::End(end) => {
                    match end_name(&end) {
                        "cellXfs" => is_cells = false,
                        "borders" => is_borders = false,
                        _ => {}
                    }
                    continue;
                }
                Node::Text(_) => continue,
            };
            match tag.name() {
                "numFmt" => {
                    let code = tag.attribute("formatCode").unwrap_or_default();
                    codes.insert(tag.count("numFmtId", 0), code);
                }
                "borders" => is_borders = true,
                "border" if is_borders => borders.push(false),
                "left" | "right" | "start" | "end" if is_borders => {
                    let is_drawn = tag.attribute("style").is_some_and(|style| style != "none");
                    if let Some(border) = borders.last_mut() {
                        *border |= is_drawn;
                    }
                }
                "cellXfs" => is_cells = true,
                "xf" if is_cells => {
                    let format = tag.count("numFmtId", 0);
                    let border = borders.get(tag.count("borderId", 0));
                    styles.push(Shown {
                        format: Format::of(code(format, &codes)),
                        is_bordered: border.is_some_and(|is_drawn| *is_drawn),
                    });
                }
                _ => {}
            }
        }
        Styles { styles, plain: Shown::default() }
    }
}

/// The code of a format by its number.
fn code(format: usize, codes: &HashMap<usize, String>) -> &str {
    let built_in = u32::try_from(format).ok().and_then(number_format::built_in);
    let stated = codes.get(&format).map(String::as_str);
    // Dates that a system forms as it is used to are shown as a Japanese one shows them.
    let code = match format {
        14 | 22 => built_in,
        _ => stated.or(built_in),
    };
    code.unwrap_or("General")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_have_codes_and_lines() {
        let styles = Styles::read(
            "<styleSheet><numFmts><numFmt numFmtId='176' formatCode='0&quot;人&quot;'/></numFmts>\
             <borders><border><left/></border><border><left style='thin'/><top/></border></borders>\
             <cellStyleXfs><xf numFmtId='9'/></cellStyleXfs>\
             <cellXfs><xf numFmtId='0'/><xf numFmtId='176' borderId='1'/><xf numFmtId='28'/></cellXfs></styleSheet>",
        );
        let shown = |style: &Shown| (style.format.number(45017.0, false), style.is_bordered);
        let found: Vec<_> = styles.styles.iter().map(shown).collect();
        let expected = [("45017", false), ("45017人", true), ("令和5年4月1日", false)];
        assert_eq!(found, expected.map(|(text, is_bordered)| (text.to_owned(), is_bordered)));
        assert_eq!(shown(styles.get(99)).0, "45017");
    }
}

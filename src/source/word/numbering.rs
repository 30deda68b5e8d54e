//! The numbers that Word prints before paragraphs and the document does not hold as text: `（１）`, `ア`, `①`.

use std::collections::HashMap;

use super::symbol;
use crate::source::xml::{Node, Nodes, end_name};

/// Levels of a list.
const N_LEVELS: usize = 9;

/// How numbers are formed, and how far each list has counted.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    /// The list of each number that paragraphs name.
    lists: HashMap<String, List>,
    /// The levels of each list, by its abstract form.
    forms: HashMap<String, Vec<Level>>,
    counts: HashMap<String, [Option<u32>; N_LEVELS]>,
}

#[derive(Debug, Default)]
struct List {
    form: String,
    /// Levels that begin anew at a number where this list is first used.
    starts: HashMap<usize, u32>,
    is_used: bool,
}

#[derive(Clone, Debug)]
struct Level {
    start: u32,
    format: String,
    /// `（%1）`.
    text: String,
    font: String,
    is_spaced: bool,
}

impl Default for Level {
    fn default() -> Level {
        Level {
            start: 1,
            format: "decimal".to_owned(),
            text: String::new(),
            font: String::new(),
            is_spaced: true,
        }
    }
}

impl Numbering {
    /// Reads `word/numbering.xml`.
    pub(super) fn read(text: &str) -> Numbering {
        let mut numbering = Numbering::default();
        let (mut form, mut list) = (None::<String>, None::<String>);
        let mut level = 0;
        for node in Nodes::of(text) {
            let tag = match node {
                Node::Start(tag) => tag,
                Node::End(end) => {
                    match end_name(&end) {
                        "abstractNum" => form = None,
                        "num" => list = None,
                        _ => {}
                    }
                    continue;
                }
                Node::Text(_) => continue,
            };
            let value = tag.attribute("val").unwrap_or_default();
            match tag.name() {
                "abstractNum" => form = tag.attribute("abstractNumId"),
                "num" => list = tag.attribute("numId"),
                "lvl" | "lvlOverride" => level = tag.count("ilvl", 0).min(N_LEVELS - 1),
                "abstractNumId" => {
                    if let Some(id) = &list {
                        numbering.lists.entry(id.clone()).or_default().form = value;
                    }
                }
                "startOverride" => {
                    if let (Some(id), Ok(start)) = (&list, value.parse()) {
                        let list = numbering.lists.entry(id.clone()).or_default();
                        list.starts.insert(level, start);
                    }
                }
                name @ ("start" | "numFmt" | "lvlText" | "suff" | "rFonts") => {
                    let Some(id) = &form else { continue };
                    let levels = numbering.forms.entry(id.clone()).or_default();
                    if levels.len() <= level {
                        levels.resize_with(level + 1, Level::default);
                    }
                    let level = &mut levels[level];
                    match name {
                        "start" => level.start = value.parse().unwrap_or(1),
                        "numFmt" => level.format = value,
                        "lvlText" => level.text = value,
                        "suff" => level.is_spaced = value != "nothing",
                        _ => level.font = tag.attribute("ascii").unwrap_or_default(),
                    }
                }
                _ => {}
            }
        }
        numbering
    }

    /// What is printed before the next paragraph of a list.
    pub(super) fn next(&mut self, id: &str, level: usize) -> String {
        let Some(list) = self.lists.get_mut(id) else { return String::new() };
        let Some(levels) = self.forms.get(&list.form) else { return String::new() };
        let level = level.min(N_LEVELS - 1);
        let counts = self.counts.entry(list.form.clone()).or_default();
        if !std::mem::replace(&mut list.is_used, true) {
            for (level, start) in &list.starts {
                counts[*level] = start.checked_sub(1);
            }
        }
        let start = |level: usize| levels.get(level).map_or(1, |level| level.start);
        counts[level] = Some(counts[level].map_or(start(level), |count| count.saturating_add(1)));
        counts[level + 1..].fill(None);
        let Some(shown) = levels.get(level) else { return String::new() };
        let label = match shown.format.as_str() {
            "none" => String::new(),
            "bullet" => bullet(shown),
            _ => {
                let mut label = shown.text.clone();
                for (level, count) in counts.iter().enumerate().take(level + 1) {
                    let format = levels.get(level).map_or("decimal", |level| level.format.as_str());
                    let number = formed(count.unwrap_or(start(level)), format);
                    label = label.replace(&format!("%{}", level + 1), &number);
                }
                label
            }
        };
        match label.is_empty() || !shown.is_spaced {
            true => label,
            false => label + " ",
        }
    }
}

/// The mark of a list without numbers; marks of symbol fonts are written as what they show.
fn bullet(level: &Level) -> String {
    let marks = level.text.chars().map(|c| match c {
        '\u{F000}'..='\u{F0FF}' => match symbol::shown(&level.font, c) {
            shown if shown == c => '・',
            shown => shown,
        },
        _ => c,
    });
    marks.collect()
}

/// A number in one of the formats of ECMA-376 part 1, 17.18.59; those that Japanese documents do not use are digits.
fn formed(number: u32, format: &str) -> String {
    let letter = |letters: &str| -> String {
        let letters: Vec<char> = letters.chars().collect();
        let index = usize::try_from(number.max(1) - 1).unwrap_or(0) % letters.len();
        letters[index].to_string()
    };
    let enclosed = |first: u32, most: u32| match number {
        1.. if number <= most => char::from_u32(first + number - 1).map(String::from),
        _ => None,
    };
    let digits = number.to_string();
    match format {
        "none" => String::new(),
        "decimalZero" => format!("{number:02}"),
        "decimalFullWidth" | "decimalFullWidth2" => full_width(&digits),
        "decimalEnclosedCircle" => enclosed(0x2460, 20).unwrap_or(digits),
        "decimalEnclosedParen" => enclosed(0x2474, 20).unwrap_or(digits),
        "decimalEnclosedFullstop" => enclosed(0x2488, 20).unwrap_or(digits),
        "lowerLetter" => letter("abcdefghijklmnopqrstuvwxyz"),
        "upperLetter" => letter("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        "lowerRoman" => roman(number).to_ascii_lowercase(),
        "upperRoman" => roman(number),
        "aiueoFullWidth" => letter(
            "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン",
        ),
        "aiueo" => letter("ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝ"),
        "irohaFullWidth" => letter(
            "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセスン",
        ),
        "iroha" => letter("ｲﾛﾊﾆﾎﾍﾄﾁﾘﾇﾙｦﾜｶﾖﾀﾚｿﾂﾈﾅﾗﾑｳヰﾉｵｸﾔﾏｹﾌｺｴﾃｱｻｷﾕﾒﾐｼヱﾋﾓｾｽﾝ"),
        "japaneseCounting"
        | "chineseCounting"
        | "chineseCountingThousand"
        | "taiwaneseCountingThousand" => kanji(number),
        "ideographDigital" | "japaneseDigitalTenThousand" => {
            digits.chars().map(|c| kanji_digit(c.to_digit(10).unwrap_or(0))).collect()
        }
        _ => digits,
    }
}

fn full_width(digits: &str) -> String {
    digits.chars().filter_map(|c| char::from_u32(u32::from(c) + 0xFEE0)).collect()
}

fn kanji_digit(digit: u32) -> char {
    ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九']
        [usize::try_from(digit).unwrap_or(0) % 10]
}

/// 二十一. Lists do not count to ten thousand.
fn kanji(number: u32) -> String {
    if number == 0 || 9999 < number {
        return number.to_string();
    }
    let mut text = String::new();
    for (unit, name) in [(1000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let digit = number / unit % 10;
        if digit == 0 {
            continue;
        }
        if 1 < digit || unit == 1 {
            text.push(kanji_digit(digit));
        }
        text += name;
    }
    text
}

fn roman(number: u32) -> String {
    if number == 0 || 3999 < number {
        return number.to_string();
    }
    let units = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    let mut rest = number;
    let mut text = String::new();
    for (unit, letters) in units {
        while unit <= rest {
            rest -= unit;
            text += letters;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(number: u32, format: &str, expected: &str) {
        assert_eq!(formed(number, format), expected);
    }

    #[test]
    fn numbers_have_the_forms_of_japanese_lists() {
        check(12, "decimal", "12");
        check(12, "decimalFullWidth", "１２");
        check(3, "decimalEnclosedCircle", "③");
        check(21, "decimalEnclosedCircle", "21");
        check(2, "aiueoFullWidth", "イ");
        check(2, "irohaFullWidth", "ロ");
        check(21, "japaneseCounting", "二十一");
        check(110, "japaneseCounting", "百十");
        check(10, "ideographDigital", "一〇");
        check(4, "lowerRoman", "iv");
        check(27, "upperLetter", "A");
    }

    #[test]
    fn lists_count_by_levels_and_begin_anew_where_they_say_so() {
        let mut numbering = Numbering::read(
            "<w:numbering><w:abstractNum w:abstractNumId='0'>\
             <w:lvl w:ilvl='0'><w:start w:val='1'/><w:numFmt w:val='decimal'/><w:lvlText w:val='第%1'/></w:lvl>\
             <w:lvl w:ilvl='1'><w:start w:val='1'/><w:numFmt w:val='decimalFullWidth'/><w:lvlText w:val='（%1-%2）'/>\
             <w:suff w:val='nothing'/></w:lvl></w:abstractNum>\
             <w:num w:numId='7'><w:abstractNumId w:val='0'/></w:num>\
             <w:num w:numId='8'><w:abstractNumId w:val='0'/><w:lvlOverride w:ilvl='0'><w:startOverride w:val='5'/>\
             </w:lvlOverride></w:num></w:numbering>",
        );
        let steps = [
            ("7", 0, "第1 "),
            ("7", 1, "（1-１）"),
            ("7", 1, "（1-２）"),
            ("7", 0, "第2 "),
            ("7", 1, "（2-１）"),
            ("8", 0, "第5 "),
            ("8", 0, "第6 "),
            ("9", 0, ""),
        ];
        for (id, level, expected) in steps {
            assert_eq!(numbering.next(id, level), expected);
        }
    }
}

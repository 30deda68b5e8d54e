//! The title of a sheet: the lines above its table, which name the office and the fiscal year.

use std::ops::Range;

use crate::record::fiscal_year::FiscalYear;
use crate::record::sheet::lines::{Line, is_empty};

/// What the title says, with the ranges of the text that say it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::record) struct Title {
    pub(in crate::record) organization: Option<(String, Range<usize>)>,
    pub(in crate::record) fiscal_year: Option<(FiscalYear, Range<usize>)>,
    /// The lines of the title.
    pub(super) lines: Vec<String>,
}

/// What names of offices end with, the surest first: 港区役所 before 港区.
const OFFICES: [&[&str]; 3] = [
    &["役所", "役場"],
    &["総合支所", "支所", "出張所", "県庁", "都庁", "府庁", "道庁", "市庁", "広域連合", "事務組合"],
    &["都", "道", "府", "県", "市", "区", "町", "村", "局", "庁"],
];

/// Words that titles of sheets have and heads of records have not.
const TITLE_WORDS: [&str; 9] =
    ["シート", "年度", "一覧", "報告書", "計画書", "調書", "取組表", "について", "の取組"];

impl Title {
    /// Takes in `line` if it reads as a line of a title.
    pub(in crate::record) fn take(&mut self, line: &Line<'_>) -> bool {
        const LONGEST_CHARS: usize = 80;
        let content = line.content;
        if content.contains('。') || LONGEST_CHARS < content.chars().count() {
            return false;
        }
        let year = fiscal_year(content);
        let office = organization(content, year.as_ref().map(|(_, range)| range.clone()));
        // 緑川市 is an office where it fills a line or runs into a title, and may be a piece of a name elsewhere.
        let sure = office.as_ref().is_some_and(|(range, rank)| {
            *rank < 2 || (content[range.clone()] == *content && is_municipality(content))
        });
        let is_title = sure || year.is_some() || TITLE_WORDS.iter().any(|w| content.contains(w));
        if !is_title {
            return false;
        }
        let shift = |range: Range<usize>| line.start + range.start..line.start + range.end;
        if self.fiscal_year.is_none() {
            self.fiscal_year = year.map(|(year, range)| (year, shift(range)));
        }
        if self.organization.is_none() {
            self.organization =
                office.map(|(range, _)| (printed(&content[range.clone()]), shift(range)));
        }
        self.lines.push(content.to_owned());
        true
    }
}

/// The first fiscal year that `content` names, with its range.
fn fiscal_year(content: &str) -> Option<(FiscalYear, Range<usize>)> {
    // 令和 １２ 年度, with spaces, is the longest form.
    const LONGEST_CHARS: usize = 10;
    if !FiscalYear::may_stand_in(content) {
        return None;
    }
    let whole = FiscalYear::find(content);
    let starts = content.char_indices().filter(|(_, c)| FiscalYear::may_begin(*c));
    starts.map(|(start, _)| start).find_map(|start| {
        let ends: Vec<usize> = content[start..]
            .char_indices()
            .take(LONGEST_CHARS)
            .map(|(offset, c)| start + offset + c.len_utf8())
            .collect();
        ends.into_iter().rev().find_map(|end| {
            let form = &content[start..end];
            let bounded = form.trim().len() == form.len();
            let year = FiscalYear::parse(form).filter(|_| bounded)?;
            // Without 年度 only a form that stands alone counts: R4, 令和４年.
            let alone = is_boundary(content[..start].chars().next_back())
                && is_boundary(content[end..].chars().next());
            let named = form.ends_with("年度") && Some(year) == whole;
            (named || (whole.is_none() && alone)).then_some((year, start..end))
        })
    })
}

fn is_boundary(c: Option<char>) -> bool {
    c.is_none_or(|c| is_empty(c) || is_bracket(c))
}

fn is_bracket(c: char) -> bool {
    matches!(
        c,
        '（' | '）'
            | '('
            | ')'
            | '【'
            | '】'
            | '「'
            | '」'
            | '『'
            | '』'
            | '［'
            | '］'
            | '['
            | ']'
            | '〈'
            | '〉'
            | '：'
            | ':'
    )
}

/// The name of an office in `content`, with its place in the order of [`OFFICES`]; the year is no part of a name.
fn organization(content: &str, year: Option<Range<usize>>) -> Option<(Range<usize>, usize)> {
    let year = year.unwrap_or(0..0);
    let mut tokens = Vec::new();
    let mut start = None;
    for (at, c) in content.char_indices().chain([(content.len(), ' ')]) {
        let outside = is_empty(c) || is_bracket(c) || year.contains(&at);
        match (outside, start) {
            (true, Some(from)) => {
                tokens.push(from..at);
                start = None;
            }
            (false, None) => start = Some(at),
            _ => {}
        }
    }
    let whole_token = OFFICES.iter().enumerate().find_map(|(rank, endings)| {
        let found = tokens.iter().find(|t| is_office(&content[(*t).clone()], endings))?;
        Some((found.clone(), rank))
    });
    let whole_token = whole_token.or_else(|| {
        let found = tokens.iter().find(|t| is_municipality(&content[(*t).clone()]))?;
        Some((found.clone(), 2))
    });
    if let Some(found) = whole_token.clone().filter(|(_, rank)| *rank < 2) {
        return Some(found);
    }
    // The name may run into the title: 港区役所窓口改善シート.
    let inside = tokens.iter().find_map(|token| {
        let text = &content[token.clone()];
        let endings = OFFICES[..2].iter().enumerate();
        let mut endings =
            endings.flat_map(|(rank, of_rank)| of_rank.iter().map(move |e| (rank, e)));
        endings.find_map(|(rank, ending)| {
            let end = text.find(ending)? + ending.len();
            let found = token.start..token.start + end;
            is_office(&text[..end], OFFICES[rank]).then_some((found, rank))
        })
    });
    inside.or(whole_token).or_else(|| {
        let found = |token: &Range<usize>| {
            let length = municipality_at_start(&content[token.clone()])?;
            Some((token.start..token.start + length, 2))
        };
        tokens.iter().find_map(found)
    })
}

/// The length of the municipality's name that runs into the title behind it: 緑川市 in 緑川市窓口改善シート.
fn municipality_at_start(token: &str) -> Option<usize> {
    const LONGEST_CHARS: usize = 6;
    // 区民, 市政, 町内, 地区別: the character is part of a word.
    const IN_WORDS: &str = "民政役長営立内街場部議職税道庁会村町区市分別画画間域有外";
    let mut ends = token.char_indices().take(LONGEST_CHARS + 1).skip(1);
    let (_, end) = ends.find_map(|(at, c)| {
        let end = at + c.len_utf8();
        let next = token[end..].chars().next()?;
        let name = &token[..end];
        (!IN_WORDS.contains(next) && is_municipality(name)).then_some((at, end))
    })?;
    Some(end)
}

/// Whether `name` is the name of a municipality without 役所: 緑川市, but neither 都市 nor 本市.
fn is_municipality(name: &str) -> bool {
    const LONGEST_NAME_CHARS: usize = 8;
    const WORDS: [&str; 18] = [
        "都市", "本市", "当市", "全市", "同市", "各市", "地区", "当区", "本区", "各区", "全区",
        "学区", "農村", "漁村", "山村", "港町", "下町", "市町",
    ];
    let Some(stem) = name.strip_suffix(['市', '区', '町', '村', '県']) else { return false };
    let n_chars = stem.chars().count();
    (1..=LONGEST_NAME_CHARS).contains(&n_chars)
        && !WORDS.iter().any(|word| name.ends_with(word))
        && !stem.contains(['・', '/', '年', '、', 'を'])
}

/// Whether `name` is a name with one of `endings`: 港区役所, but neither 区役所 nor 役所.
fn is_office(name: &str, endings: &[&str]) -> bool {
    const SHORTEST_NAME_CHARS: usize = 1;
    const LONGEST_NAME_CHARS: usize = 14;
    endings.iter().any(|ending| {
        let Some(name) = name.strip_suffix(ending) else { return false };
        let name = name.strip_suffix(['市', '区', '町', '村']).unwrap_or(name);
        (SHORTEST_NAME_CHARS..=LONGEST_NAME_CHARS).contains(&name.chars().count())
            && !name.contains(['の', '・', '/', '年'])
    })
}

fn printed(name: &str) -> String {
    name.chars().filter(|&c| !is_empty(c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::sheet::lines::lines;

    #[track_caller]
    fn check(text: &str, organization: Option<&str>, year: Option<u16>) {
        let mut title = Title::default();
        for line in lines(text) {
            title.take(&line);
        }
        let found = title.fiscal_year.clone().map(|(year, _)| year.gregorian());
        let name = title.organization.as_ref().map(|(name, _)| name.as_str());
        assert_eq!((name, found), (organization, year), "{text}");
        for range in
            title.organization.into_iter().map(|o| o.1).chain(title.fiscal_year.map(|y| y.1))
        {
            assert!(!text[range].is_empty());
        }
    }

    #[test]
    fn titles_name_office_and_year_in_any_order() {
        check("令和４年度窓口改善取組シート 港区役所", Some("港区役所"), Some(2022));
        check("港区役所　令和3年度　区役所サービス改善シート", Some("港区役所"), Some(2021));
        check("令和元年度　窓口改善シート（港区役所）", Some("港区役所"), Some(2019));
        check("令和５年度港区役所サービス改善シート", Some("港区役所"), Some(2023));
        check(
            "平成３１年度\n区役所サービス改善シート\n緑川市港区役所",
            Some("緑川市港区役所"),
            Some(2019),
        );
        check("2022年度 緑川市 窓口改善シート", Some("緑川市"), Some(2022));
        check("R4 窓口改善シート 緑川町役場", Some("緑川町役場"), Some(2022));
        check("窓口改善シート（令和6年度）\n緑の里村", Some("緑の里村"), Some(2024));
        check("緑川市窓口改善シート\n令和6年度", Some("緑川市"), Some(2024));
        check("令和6年度　緑川町取組報告書", Some("緑川町"), Some(2024));
    }

    #[test]
    fn a_title_may_name_neither() {
        check("区役所サービス改善シート", None, None);
        check("市民サービス改善シート", None, None);
        check("地区別取組シート", None, None);
        check("都市整備部取組シート", None, None);
        check("総務課 1", None, None);
    }
}

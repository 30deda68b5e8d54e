//! Corrected editions: which names and titles call a file one, and which of several is the latest.
//!
//! Offices publish a file again as 差し替え, 訂正版, 修正版 or 改訂版, or beside the old one as 正誤表, and say so in the name
//! of the file, of its folder or worksheet, or in the title.
//! 差し替え前 and 訂正前 name the file that was replaced.

use std::cmp::Ordering;

use unicode_normalization::UnicodeNormalization;

use crate::era::ERAS;
use crate::record::{Provenance, Record};
use crate::source::page::{Block, Page, Table};
use crate::source::{Source, SourceKind};

/// What names a correction, and whether it does so without a word behind it: 住民票の訂正 is no correction of a file.
const STEMS: &[(&str, bool)] = &[
    ("差し替え", true),
    ("差替え", true),
    ("差替", true),
    ("差し換え", true),
    ("差換え", true),
    ("差換", true),
    ("正誤", true),
    ("訂正", false),
    ("修正", false),
    ("改訂", false),
];

/// What makes a stem the name of an edition.
const ENDS: &[&str] = &["版", "後", "済", "分", "用", "表"];

/// What makes it the name of what was corrected.
const BEFORE: &[&str] = &["前", "元", "案"];

/// How far into a page a title may stand.
const TITLE_LINES: usize = 3;

/// Longer lines are no titles.
const TITLE_CHARS: usize = 60;

/// Which of several corrected editions is the later: by number, then by date, then by name.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Rank {
    number: u32,
    date: (u16, u8, u8),
    name: String,
}

/// The rank of the edition that a record was read from; none for one that nothing calls corrected.
pub(super) fn rank(record: &Record) -> Option<Rank> {
    let name: String = record.sources.first()?.edition.as_ref()?.nfkc().collect();
    Some(Rank { number: number(&name).unwrap_or(1), date: date(&name).unwrap_or_default(), name })
}

/// Titles of a source that call it a corrected edition, for each page.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::record) struct Titles {
    /// What holds where no page or worksheet is named.
    first: Option<String>,
    pages: Vec<PageTitle>,
}

/// What a page or worksheet says.
#[derive(Clone, Debug, Default, PartialEq)]
struct PageTitle {
    number: Option<u32>,
    sheet: Option<String>,
    title: Option<String>,
    is_recognised: bool,
}

impl Titles {
    /// Reads the titles of a source.
    pub(in crate::record) fn of(source: &Source) -> Titles {
        if source.kind == SourceKind::Text {
            return Titles { first: first_title(source.text.lines()), pages: Vec::new() };
        }
        let page = |page: &Page| PageTitle {
            number: page.number,
            sheet: page.sheet.clone(),
            title: first_title(top(page).flat_map(str::lines)),
            is_recognised: page.is_recognised,
        };
        let pages: Vec<PageTitle> = source.pages.iter().map(page).collect();
        // The title of a document holds for all its pages; worksheets stand each by itself.
        let first = pages.first().filter(|page| page.sheet.is_none());
        Titles { first: first.and_then(|page| page.title.clone()), pages }
    }

    /// Writes into a provenance what calls it a corrected edition: its worksheet, a title, its file or folder.
    pub(in crate::record) fn fill(&self, provenance: &mut Provenance) {
        let mut pages = self.pages.iter();
        let page =
            pages.find(|page| page.number == provenance.page && page.sheet == provenance.sheet);
        if page.is_some_and(|page| page.is_recognised) {
            provenance.recognised.get_or_insert(true);
        }
        if provenance.edition.is_none() {
            let sheet = provenance.sheet.as_deref().filter(|name| is_marked(name, false));
            let title = page.and_then(|page| page.title.clone()).or(self.first.clone());
            let file = || of_file(&provenance.file);
            provenance.edition = sheet.map(str::to_owned).or(title).or_else(file);
        }
    }
}

/// The part of a file's name that calls it a corrected edition, the file before its folders.
fn of_file(file: &str) -> Option<String> {
    let mut parts = file.rsplit('/');
    let name = parts.next()?;
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    std::iter::once(stem).chain(parts).find(|part| is_marked(part, false)).map(str::to_owned)
}

/// The first line that calls its page a corrected edition, among those that may be titles.
fn first_title<'t>(lines: impl Iterator<Item = &'t str>) -> Option<String> {
    let lines = lines.map(str::trim).filter(|line| !line.is_empty()).take(TITLE_LINES);
    let mut titles = lines.filter(|line| line.chars().nth(TITLE_CHARS).is_none());
    titles.find(|line| is_marked(line, true)).map(str::to_owned)
}

/// What stands at the top of a page: text, and rows of one cell.
fn top(page: &Page) -> impl Iterator<Item = &str> {
    page.blocks.iter().take(TITLE_LINES).flat_map(|block| match block {
        Block::Paragraph(text) | Block::Heading(_, text) | Block::Furniture(text) => {
            vec![text.as_str()]
        }
        Block::Table(table) => title_rows(table),
    })
}

fn title_rows(table: &Table) -> Vec<&str> {
    let mut texts = Vec::new();
    for row in 0..table.n_rows.min(TITLE_LINES) {
        let mut cells = table.cells.iter().take_while(|cell| cell.row <= row);
        let mut filled =
            cells.by_ref().filter(|cell| cell.row == row && !cell.text.trim().is_empty());
        match (filled.next(), filled.next()) {
            (Some(cell), None) => texts.push(cell.text.as_str()),
            (None, _) => {}
            _ => break,
        }
    }
    texts
}

/// Whether a name calls its file a corrected edition; in a title nothing goes on behind the mark, as it does in a sentence.
fn is_marked(name: &str, is_title: bool) -> bool {
    let name: String = name.nfkc().collect();
    STEMS.iter().any(|&(stem, stands_alone)| {
        name.match_indices(stem).any(|(at, _)| {
            let before = name[..at].chars().next_back();
            let behind = &name[at + stem.len()..];
            if BEFORE.iter().any(|word| behind.starts_with(word)) || before == Some('未') {
                return false;
            }
            let end = ENDS.iter().find_map(|end| behind.strip_prefix(end));
            let rest = end.unwrap_or(behind);
            let is_closed = !rest.chars().next().is_some_and(char::is_alphabetic);
            let is_opened = before.is_none_or(|c| !c.is_alphabetic() || "回次".contains(c));
            let is_name = end.is_some() || stands_alone || (is_opened && is_closed);
            is_name && (is_closed || !is_title)
        })
    })
}

/// The number of a correction: 第2回訂正, 差し替えその3, 訂正版2.
fn number(name: &str) -> Option<u32> {
    let counted = name.match_indices('第').find_map(|(at, mark)| {
        let (number, rest) = leading_number(&name[at + mark.len()..])?;
        ["回", "版", "次"].iter().any(|unit| rest.starts_with(unit)).then_some(number)
    });
    let later = || {
        name.match_indices("その")
            .find_map(|(at, mark)| leading_number(&name[at + mark.len()..]).map(|(n, _)| n))
    };
    counted.or_else(later).or_else(|| number_behind_mark(name))
}

fn number_behind_mark(name: &str) -> Option<u32> {
    let behind = STEMS.iter().filter_map(|(stem, _)| {
        let at = name.rfind(stem)?;
        Some(&name[at + stem.len()..])
    });
    let behind = behind.min_by_key(|behind| behind.len())?;
    let behind = ENDS.iter().find_map(|end| behind.strip_prefix(end)).unwrap_or(behind);
    let behind = behind.trim_start_matches(['み', ' ', '_', '-', '(', 'v', 'V']);
    let (number, rest) = leading_number(behind)?;
    // 訂正版4月1日 and 訂正版5.4.1 are dates.
    let is_date = rest.starts_with(['年', '月', '日', '.', '-', '/']);
    (!is_date && number < 100).then_some(number)
}

/// The number that a text begins with, in digits or as one kanji, and what follows.
fn leading_number(text: &str) -> Option<(u32, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    if let Ok(number) = text[..end].parse() {
        return Some((number, &text[end..]));
    }
    let first = text.chars().next()?;
    let number = "一二三四五六七八九十".chars().zip(1..).find(|(kanji, _)| *kanji == first)?.1;
    Some((number, &text[first.len_utf8()..]))
}

/// The date in a name: 20230401, 2023-4-1, R5.4.1, 令和5年4月1日, R050401, 4月1日.
fn date(name: &str) -> Option<(u16, u8, u8)> {
    let starts = name.char_indices().filter(|&(at, c)| {
        c.is_ascii_digit() && !name[..at].ends_with(|c: char| c.is_ascii_digit())
    });
    let mut dates: Vec<_> =
        starts.filter_map(|(at, _)| date_at(&name[..at], &name[at..])).collect();
    // A date with a year says more.
    dates.sort_by_key(|(year, ..)| *year == 0);
    dates.into_iter().next()
}

fn date_at(before: &str, text: &str) -> Option<(u16, u8, u8)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    let era = ERAS.iter().find(|era| {
        before.ends_with(era.name)
            || before.ends_with([era.letter, era.letter.to_ascii_lowercase()])
    });
    let in_era = |number: u16| era.and_then(|era| era.gregorian(number));
    match digits.len() {
        8 => day(digits[..4].parse().ok(), &digits[4..6], &digits[6..]),
        6 if era.is_some() => day(in_era(digits[..2].parse().ok()?), &digits[2..4], &digits[4..]),
        4 | 1 | 2 => {
            let number = digits.parse().ok()?;
            let (second, rest) = next_part(rest)?;
            let year = if digits.len() == 4 { Some(number) } else { in_era(number) };
            match (year, next_part(rest)) {
                (Some(year), Some((third, _))) => day(Some(year), second, third),
                _ if text[end..].starts_with('月') => day(Some(0), digits, second),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The digits behind one separator, and what follows.
fn next_part(rest: &str) -> Option<(&str, &str)> {
    let rest = rest.strip_prefix(['年', '月', '.', '-', '/', '_'])?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    (0 < end).then(|| rest.split_at(end))
}

fn day(year: Option<u16>, month: &str, day: &str) -> Option<(u16, u8, u8)> {
    let (month, day) = (month.parse().ok()?, day.parse().ok()?);
    let is_day = (1..=12).contains(&month) && (1..=31).contains(&day);
    year.filter(|year| is_day && (*year == 0 || (1868..=2999).contains(year)))
        .map(|year| (year, month, day))
}

/// The later edition goes first; an edition that nothing calls corrected comes last.
pub(super) fn latest_first(a: Option<&Rank>, b: Option<&Rank>) -> Ordering {
    b.cmp(&a)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_file(file: &str, expected: Option<&str>) {
        assert_eq!(of_file(file).as_deref(), expected, "{file}");
    }

    #[test]
    fn names_call_a_file_a_corrected_edition() {
        check_file("R4/シート（差し替え）.pdf", Some("シート（差し替え）"));
        check_file("シート_差替.xlsx", Some("シート_差替"));
        check_file("差替え_シート.xlsx", Some("差替え_シート"));
        check_file("シート訂正版.pdf", Some("シート訂正版"));
        check_file("シート_修正済み.pdf", Some("シート_修正済み"));
        check_file("訂正後/R4/シート.pdf", Some("訂正後"));
        check_file("訂正版/シート（第２回訂正）.pdf", Some("シート（第２回訂正）"));
        check_file("【訂正】シート.pdf", Some("【訂正】シート"));
        check_file("計画（改訂版）.docx", Some("計画（改訂版）"));
        check_file("正誤表.pdf", Some("正誤表"));
        check_file("シート_修正20230401.pdf", Some("シート_修正20230401"));
    }

    #[test]
    fn other_names_do_not() {
        check_file("シート.pdf", None);
        check_file("シート（差し替え前）.pdf", None);
        check_file("訂正前/シート.pdf", None);
        check_file("未修正版.pdf", None);
        check_file("住民票の訂正手続.pdf", None);
        check_file("修正案.docx", None);
        check_file("補正予算.pdf", None);
        check_file("計画の改訂について.pdf", None);
    }

    #[track_caller]
    fn check_title(text: &str, expected: Option<&str>) {
        assert_eq!(first_title(text.lines()).as_deref(), expected, "{text}");
    }

    #[test]
    fn a_title_says_so_and_a_sentence_does_not() {
        check_title(
            "\n 丘手区役所　取組シート（訂正版） \n本文",
            Some("丘手区役所　取組シート（訂正版）"),
        );
        check_title("取組シート\n【差し替え】\n", Some("【差し替え】"));
        check_title("資料の差し替えについて\n", None);
        check_title("訂正版の作成に当たり\n", None);
        check_title("一\n二\n三\n（訂正版）\n", None);
        check_title(&format!("{}（訂正版）", "あ".repeat(60)), None);
    }

    fn rank_of(edition: &str) -> Option<Rank> {
        let edition = Some(edition.to_owned());
        let sources = vec![Provenance { edition, ..Provenance::default() }];
        rank(&Record { sources, ..Record::default() })
    }

    #[track_caller]
    fn check_later(later: &str, earlier: &str) {
        assert!(rank_of(later) > rank_of(earlier), "{later} {earlier}");
        assert_eq!(
            latest_first(rank_of(later).as_ref(), rank_of(earlier).as_ref()),
            Ordering::Less
        );
    }

    #[test]
    fn the_later_of_two_corrections_is_told_by_number_date_and_name() {
        check_later("シート（第2回訂正）", "シート（第1回訂正）");
        check_later("シート（第十回訂正）", "シート（第２回訂正）");
        check_later("訂正版２", "訂正版");
        check_later("差し替えその３", "差し替えその2");
        check_later("差し替え②", "差し替え①");
        check_later("訂正版_20230501", "訂正版_20230412");
        check_later("訂正版R5.5.1", "訂正版R5.4.12");
        check_later("訂正版 令和5年5月1日", "訂正版 2023-04-12");
        check_later("訂正版R050501", "訂正版20230412");
        check_later("訂正版5月1日", "訂正版4月12日");
        check_later("訂正版20230412", "訂正版");
        check_later("訂正版い", "訂正版あ");
        assert!(rank(&Record::default()) < rank_of("訂正版"));
    }

    #[test]
    fn the_title_of_a_page_is_known_to_what_was_read_from_it() {
        let table = Table {
            n_rows: 2,
            n_columns: 2,
            cells: [(0, 0, "（訂正版）"), (1, 0, "所属"), (1, 1, "目標")]
                .map(|(row, column, text)| crate::source::page::Cell {
                    row,
                    column,
                    n_rows: 1,
                    n_columns: 1,
                    text: text.to_owned(),
                    name: None,
                })
                .to_vec(),
            continues: false,
        };
        let page = |number, sheet: Option<&str>, blocks, is_recognised| Page {
            number,
            sheet: sheet.map(str::to_owned),
            blocks,
            is_recognised,
        };
        let fill = |pages: &[Page], page: Option<u32>, sheet: Option<&str>| {
            let source =
                Source { kind: SourceKind::Pages, pages: pages.to_vec(), ..Source::default() };
            let sheet = sheet.map(str::to_owned);
            let mut provenance = Provenance { page, sheet, ..Provenance::default() };
            Titles::of(&source).fill(&mut provenance);
            (provenance.edition, provenance.recognised)
        };
        let title = Some("（訂正版）".to_owned());
        let printed = [
            page(Some(1), None, vec![Block::Table(table.clone())], false),
            page(Some(2), None, Vec::new(), true),
        ];
        assert_eq!(fill(&printed, Some(1), None), (title.clone(), None));
        assert_eq!(fill(&printed, Some(2), None), (title.clone(), Some(true)));
        let sheets = [
            page(None, Some("一覧"), vec![Block::Table(table)], false),
            page(None, Some("概要"), Vec::new(), false),
            page(None, Some("差替"), Vec::new(), false),
        ];
        assert_eq!(fill(&sheets, None, Some("一覧")).0, title);
        assert_eq!(fill(&sheets, None, Some("概要")).0, None);
        assert_eq!(fill(&sheets, None, Some("差替")).0.as_deref(), Some("差替"));
    }
}

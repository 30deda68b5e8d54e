//! Whose a record is and of which fiscal year, from what stands around it.
//!
//! The surest first: the title above the table or on its page, the header of the table, the title of the document,
//! the name of the worksheet, of the file, of the folders. What a row says of itself goes before all of them
//! (see `draft`), and what `sources.toml` declares before all but that.

use std::ops::Range;

use crate::notice::{Notice, NoticeKind};
use crate::record::fiscal_year::FiscalYear;
use crate::record::sheet::furniture::half_width;
use crate::record::sheet::lines::lines;
use crate::record::sheet::title::Title;
use crate::record::sources_file::Declared;

/// What one text says.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Evidence {
    /// Where it stands, for a person: 表題, ファイル名.
    pub(super) place: &'static str,
    pub(super) organization: Option<String>,
    pub(super) fiscal_year: Option<FiscalYear>,
    /// The last year, where the text names a run of years.
    pub(super) last_year: Option<FiscalYear>,
}

/// What holds for the records of one table or page.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Facts {
    pub(super) organization: Option<String>,
    pub(super) fiscal_year: Option<FiscalYear>,
    /// What the texts disagree about.
    pub(super) notices: Vec<Notice>,
}

impl Evidence {
    /// What a text of the page says, if it reads as a title; the lines it has are judged one by one.
    pub(super) fn of_title(text: &str) -> Option<Evidence> {
        let mut title = Title::default();
        let n_taken = lines(text).iter().filter(|line| title.take(line)).count();
        // Names of files have bare years; on a page 2022 alone may be any figure.
        let is_bare = |range: &Range<usize>| {
            text[range.clone()].chars().all(|c| half_width(c).is_ascii_digit())
        };
        title.fiscal_year = title.fiscal_year.filter(|(_, range)| !is_bare(range));
        let says = title.fiscal_year.is_some() || title.organization.is_some();
        (0 < n_taken && (says || is_named(text))).then(|| Evidence::of(title, "表題", text))
    }

    /// What a name says: of a worksheet, a file, a folder.
    pub(super) fn of_name(name: &str, place: &'static str) -> Evidence {
        let spaced = spaced(name);
        let mut title = Title::default();
        lines(&spaced).iter().for_each(|line| {
            title.take(line);
        });
        // A bare figure, or a letter with one (t3), is a year only where files are likely to be from.
        const LIKELY: std::ops::RangeInclusive<u16> = 1980..=2099;
        title.fiscal_year = title.fiscal_year.filter(|(year, range)| {
            let form = spaced.get(range.clone()).unwrap_or_default();
            let is_bare = form.chars().all(|c| half_width(c).is_ascii_alphanumeric() || c == '.');
            !is_bare || LIKELY.contains(&year.gregorian())
        });
        Evidence::of(title, place, &spaced)
    }

    /// What the header of a column says.
    pub(super) fn of_header(year: FiscalYear) -> Evidence {
        Evidence { place: "表の見出し", fiscal_year: Some(year), ..Evidence::default() }
    }

    fn of(title: Title, place: &'static str, text: &str) -> Evidence {
        let span = FiscalYear::find_span(text);
        Evidence {
            place,
            organization: title.organization.and_then(|(name, range)| office(&name, text, range)),
            fiscal_year: span.map(|(first, _)| first).or(title.fiscal_year.map(|(year, _)| year)),
            last_year: span.map(|(_, last)| last),
        }
    }
}

/// The office that a text names, if it surely is one: a wrong office is worse than none.
fn office(name: &str, text: &str, range: Range<usize>) -> Option<String> {
    // 南川市を組織する: the name is part of a sentence, which may speak of anybody.
    const PARTICLES: &str = "をにがはともやへで";
    const GENERIC: [&str; 20] = [
        "都道府県",
        "市区町村",
        "市町村",
        "区市町村",
        "総合",
        "広域",
        "一部",
        "関係",
        "構成",
        "各",
        "全",
        "他",
        "事務組合",
        "広域連合",
        "役所",
        "役場",
        "支所",
        "出張所",
        "町村",
        "市町",
    ];
    let next = text.get(range.end..).and_then(|rest| rest.chars().next());
    // The statutes of a union of towns (規約) are voted on in every one of them.
    let is_of_union = text.get(range.end..).is_some_and(|rest| rest.starts_with("規約"));
    if is_of_union || next.is_some_and(|next| PARTICLES.contains(next)) {
        return None;
    }
    let name = without_ordinal(name);
    let is_digit = |c: char| half_width(c).is_ascii_digit();
    let is_generic = |name: &str| name.chars().all(|c| "都道府県市区町村局庁".contains(c));
    let rest = GENERIC.iter().fold(name.to_owned(), |rest, word| rest.replace(word, ""));
    (!name.contains(is_digit) && !is_generic(&rest)).then(|| name.to_owned())
}

/// A name without the number before it: 3青森県 of a worksheet, 第５次南川市 of a plan.
fn without_ordinal(name: &str) -> &str {
    let is_digit = |c: char| half_width(c).is_ascii_digit();
    let bare = name.trim_start_matches(is_digit);
    if bare.len() < name.len() {
        return bare.trim_start_matches(['.', '．', ' ']);
    }
    let Some(number) = name.strip_prefix('第') else { return name };
    let rest = number.trim_start_matches(is_digit);
    let behind = rest.strip_prefix(['次', '回', '期', '号', '章', '編', '部']);
    behind.filter(|_| rest.len() < number.len()).unwrap_or(name)
}

/// Whether a text is more than a figure, so that it may be a title without naming year or office.
fn is_named(text: &str) -> bool {
    text.chars().any(|c| c.is_alphabetic())
}

/// A name with spaces where titles have them: 港区役所R5_一覧 is 港区役所 R5 一覧; 7.12 stays a date.
fn spaced(name: &str) -> String {
    let is_sign = |c| matches!(c, '_' | '＿' | '-' | '－' | '+');
    let name = name.replace("FY", " ").replace("ＦＹ", " ").replace(is_sign, " ");
    let is_latin = |c: char| c.is_ascii_alphanumeric() || c == '.';
    let mut spaced = String::new();
    // Whether a run of Latin letters and figures, beginning with a letter, is open.
    let mut in_latin = false;
    for c in name.chars() {
        let begins = !in_latin && c.is_ascii_alphabetic();
        let ends = in_latin && !is_latin(c);
        if begins || ends {
            spaced.push(' ');
            in_latin = begins;
        }
        spaced.push(c);
    }
    spaced
}

/// What the names of a file and of the folders above it say, the nearest first.
pub(super) fn of_file(file: &str) -> Vec<Evidence> {
    let mut parts = file.rsplit('/');
    let name = parts.next().unwrap_or_default();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let folders = parts.map(|folder| Evidence::of_name(folder, "フォルダー名"));
    std::iter::once(Evidence::of_name(stem, "ファイル名")).chain(folders).collect()
}

/// Decides by the order of `evidence`; what was declared goes before it.
pub(super) fn decide(declared: &Declared, evidence: &[Evidence], place: &str) -> Facts {
    let mut facts = Facts {
        organization: declared.organization.clone(),
        fiscal_year: declared.fiscal_year,
        notices: Vec::new(),
    };
    if facts.fiscal_year.is_none() {
        facts.decide_year(evidence, place);
    }
    if facts.organization.is_none() {
        facts.decide_organization(evidence, place);
    }
    facts
}

impl Facts {
    fn decide_year(&mut self, evidence: &[Evidence], place: &str) {
        let mut telling = evidence.iter().filter_map(|e| Some((e, e.fiscal_year?)));
        let Some((first, year)) = telling.next() else { return };
        self.fiscal_year = Some(year);
        if let Some(last) = first.last_year {
            let message =
                format!("{}は{year}から{last}までなので、初めの{year}としました。", first.place);
            self.notices.push(Notice::new(NoticeKind::Inferred, message, place));
        }
        // Headers name other years beside that of the sheet, and a run of years holds what lies in it.
        let within =
            |other: FiscalYear| first.last_year.is_some_and(|last| year <= other && other <= last);
        let other =
            telling.find(|(e, other)| *other != year && e.place != "表の見出し" && !within(*other));
        if let Some((e, other)) = other {
            let message = format!(
                "{}には{year}、{}には{other}とあるので、{year}としました。",
                first.place, e.place
            );
            self.notices.push(Notice::new(NoticeKind::Inferred, message, place));
        }
    }

    fn decide_organization(&mut self, evidence: &[Evidence], place: &str) {
        let mut telling = evidence.iter().filter_map(|e| Some((e, e.organization.as_ref()?)));
        let Some((first, name)) = telling.next() else { return };
        self.organization = Some(name.clone());
        // 緑川市 above 港区役所 is no disagreement; two offices of one sort are.
        let other = telling.find(|(_, other)| {
            !other.contains(name.as_str())
                && !name.contains(other.as_str())
                && other.chars().next_back() == name.chars().next_back()
        });
        if let Some((e, other)) = other {
            let message = format!(
                "{}には{name}、{}には{other}とあるので、{name}としました。",
                first.place, e.place
            );
            self.notices.push(Notice::new(NoticeKind::Inferred, message, place));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_file(file: &str, organization: Option<&str>, year: Option<u16>) {
        let facts = decide(&Declared::default(), &of_file(file), file);
        let found = facts.fiscal_year.map(FiscalYear::gregorian);
        assert_eq!((facts.organization.as_deref(), found), (organization, year), "{file}");
    }

    #[test]
    fn names_of_files_and_folders_tell() {
        check_file("令和５年度_港区役所_取組シート.xlsx", Some("港区役所"), Some(2023));
        check_file("港区役所/R4/sheet.pdf", Some("港区役所"), Some(2022));
        check_file("緑川市/2021年度/一覧.csv", Some("緑川市"), Some(2021));
        check_file("FY2020-card.xlsx", None, Some(2020));
        check_file("緑区役所R5取組.xlsx", Some("緑区役所"), Some(2023));
        check_file("20220228-0301説明資料.docx", None, None);
        check_file("R7.12.1勉強会資料.pdf", None, None);
        check_file("sheet_113_2469.pdf", None, None);
        check_file("t3_sheet.pdf", None, None);
        check_file("sheet.pdf", None, None);
    }

    #[track_caller]
    fn check_office(title: &str, expected: Option<&str>) {
        let found = Evidence::of_title(title).and_then(|evidence| evidence.organization);
        assert_eq!(found.as_deref(), expected, "{title}");
    }

    #[test]
    fn an_office_is_named_surely_or_not_at_all() {
        check_office("第５次緑川市総合計画について", Some("緑川市"));
        check_office("決算状況（都道府県）一覧", None);
        check_office("市町村総合事務組合規約について", None);
        check_office("緑川県連絡事務組合規約の一覧", None);
        check_office("緑川県連絡事務組合を組織する団体の数について", None);
        check_office("令和４年度緑川市一般会計予算", Some("緑川市"));
        check_office("緑川市の取組一覧", Some("緑川市"));
        check_file("3緑川県/R5.xlsx", Some("緑川県"), Some(2023));
    }

    #[track_caller]
    fn check_notices(evidence: &[Evidence], expected: &[&str]) {
        let facts = decide(&Declared::default(), evidence, "a.pdf");
        let messages: Vec<&str> = facts.notices.iter().map(|n| n.message.as_str()).collect();
        assert_eq!(messages, expected);
    }

    #[test]
    fn disagreement_is_a_notice() {
        let title = |text| Evidence::of_title(text).unwrap();
        check_notices(&[title("令和４年度　港区役所"), Evidence::of_name("R4", "シート名")], &[]);
        check_notices(
            &[title("令和４年度　港区役所"), Evidence::of_name("緑区役所R5", "ファイル名")],
            &[
                "表題には令和4年度、ファイル名には令和5年度とあるので、令和4年度としました。",
                "表題には港区役所、ファイル名には緑区役所とあるので、港区役所としました。",
            ],
        );
        check_notices(
            &[title("令和３～５年度　実施計画"), Evidence::of_name("R4", "シート名")],
            &["表題は令和3年度から令和5年度までなので、初めの令和3年度としました。"],
        );
    }

    #[test]
    fn a_figure_on_a_page_is_no_year() {
        assert_eq!(Evidence::of_title("2022"), None);
        assert_eq!(Evidence::of_title("２４４１"), None);
        assert!(Evidence::of_title("2022年度").is_some());
    }

    #[test]
    fn what_was_declared_goes_first() {
        let declared =
            Declared { organization: Some("港区役所".to_owned()), ..Declared::default() };
        let title = Evidence::of_title("令和４年度　緑区役所").unwrap();
        let facts = decide(&declared, &[title], "a.pdf");
        assert_eq!(facts.organization.as_deref(), Some("港区役所"));
        assert_eq!(facts.fiscal_year.map(FiscalYear::gregorian), Some(2022));
    }
}

//! Where a record stands in print, in words: places in a file, and the line to copy when one quotes it.

use super::texts;
use super::texts::words::Words;
use super::wording;
use crate::record::Provenance;
use crate::record::Record;

/// A citation is in the language of what is cited.
const WORDS: &Words = &texts::JAPANESE.words;

/// One line to copy: who, what, when, where it stands, where it is found.
///
/// A record with several sources names them all. `permalink` is the address of the record's page.
pub(crate) fn citation(record: &Record, permalink: &str) -> String {
    let mut parts = Vec::new();
    parts.extend(record.organization.clone());
    parts.push(format!("「{}」", wording::record_name(WORDS, record)));
    parts.extend(record.fiscal_year.map(WORDS.year_in_full));
    parts.extend(record.sources.iter().map(source).filter(|source| !source.is_empty()));
    parts.push(permalink.to_owned());
    parts.retain(|part| !part.is_empty());
    // A line is copied into letters and tables: nothing in it may begin another.
    parts.join("、").replace(['\n', '\r', '\t'], " ")
}

/// A file with the place in it and its address: hamate.pdf 3ページ（https://…）.
fn source(source: &Provenance) -> String {
    let mut text = [source.file.as_str(), &place(source)].join(" ").trim().to_owned();
    if let Some(url) = web_address(source) {
        text.push_str(&format!("（{url}）"));
    }
    text
}

/// Where in its file a record stands: シート「総務」 B12.
pub(crate) fn place(source: &Provenance) -> String {
    let mut parts = Vec::new();
    parts.extend(source.page.map(|page| format!("{page}ページ")));
    parts.extend(source.sheet.as_ref().map(|sheet| format!("シート「{sheet}」")));
    parts.extend(source.cell.clone());
    // A cell says its row.
    parts.extend(source.row.filter(|_| source.cell.is_none()).map(|row| format!("表の{row}行目")));
    parts.extend(source.line.map(|line| format!("{line}行目")));
    parts.join(" ")
}

/// The address of a source, if it can be followed: any other scheme could run something.
pub(super) fn web_address(source: &Provenance) -> Option<&str> {
    let is_web = |url: &&str| url.starts_with("https://") || url.starts_with("http://");
    source.url.as_deref().filter(is_web)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::FiscalYear;

    fn source() -> Provenance {
        Provenance { file: "hamate.pdf".to_owned(), page: Some(3), ..Provenance::default() }
    }

    fn record(sources: Vec<Provenance>) -> Record {
        Record {
            organization: Some("浜手区役所".to_owned()),
            fiscal_year: FiscalYear::from_gregorian(2022),
            division: vec!["総務部".to_owned(), "庶務課".to_owned()],
            number: Some(2),
            sources,
            ..Record::default()
        }
    }

    #[track_caller]
    fn check(record: &Record, expected: &str) {
        assert_eq!(citation(record, "https://example.jp/records/1"), expected);
    }

    #[test]
    fn a_citation_says_who_what_when_and_where() {
        const WHO: &str = "浜手区役所、「総務部 庶務課 取組2」、令和4年度（2022年度）";
        const LINK: &str = "https://example.jp/records/1";
        check(&record(vec![]), &format!("{WHO}、{LINK}"));
        check(&record(vec![source()]), &format!("{WHO}、hamate.pdf 3ページ、{LINK}"));
        let sheet = Provenance {
            file: "hamate.xlsx".to_owned(),
            sheet: Some("総務".to_owned()),
            cell: Some("B12".to_owned()),
            row: Some(12),
            ..Provenance::default()
        };
        check(
            &record(vec![source(), sheet]),
            &format!("{WHO}、hamate.pdf 3ページ、hamate.xlsx シート「総務」 B12、{LINK}"),
        );
        let line = Provenance { page: None, line: Some(62), ..source() };
        check(&record(vec![line]), &format!("{WHO}、hamate.pdf 62行目、{LINK}"));
        let row = Provenance { row: Some(4), ..source() };
        check(&record(vec![row]), &format!("{WHO}、hamate.pdf 3ページ 表の4行目、{LINK}"));
        let published =
            Provenance { url: Some("https://hamate.example.jp/r4.pdf".to_owned()), ..source() };
        check(
            &record(vec![published]),
            &format!("{WHO}、hamate.pdf 3ページ（https://hamate.example.jp/r4.pdf）、{LINK}"),
        );
    }

    #[test]
    fn a_title_stands_for_division_and_number() {
        let titled = Record { title: Some("花壇の\n手入れ".to_owned()), ..record(vec![]) };
        check(
            &titled,
            "浜手区役所、「花壇の 手入れ」、令和4年度（2022年度）、https://example.jp/records/1",
        );
        let bare = Record { title: Some("花壇".to_owned()), ..Record::default() };
        check(&bare, "「花壇」、https://example.jp/records/1");
    }

    #[test]
    fn only_web_addresses_are_followed() {
        let is_followed = |url: &str| {
            let source = Provenance { url: Some(url.to_owned()), ..Provenance::default() };
            web_address(&source).is_some()
        };
        assert!(is_followed("https://example.jp/a.pdf"));
        assert!(!is_followed("javascript:alert(1)"));
        assert!(!is_followed("data:text/html,x"));
    }
}

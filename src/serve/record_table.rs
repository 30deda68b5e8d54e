//! Records as rows of a table: one column for each thing that a table can say of a record.
//!
//! Names of columns are for programs and stay; what they mean stands in [`COLUMNS`] and travels in each workbook.

use super::citation;
use super::parameters;
use crate::export::Cell;
use crate::record::Provenance;
use crate::record::Record;
use crate::record::Role;
use crate::record::Section;

/// One column.
pub(crate) struct Column {
    /// For programs; never renamed.
    pub(crate) name: &'static str,
    /// What stands in it, in Japanese and in English.
    pub(crate) meaning: [&'static str; 2],
    cell: fn(&Row<'_>) -> Cell,
}

/// A record, and what it has only on this server.
struct Row<'a> {
    record: &'a Record,
    url: &'a str,
}

/// All columns, in their order.
pub(crate) const COLUMNS: &[Column] = &[
    column("id", ["取組の識別子", "stable identity of the record"], |row| {
        row.record.id.0.as_str().into()
    }),
    column("organization", ["組織", "office that published it"], |row| {
        row.record.organization.as_deref().into()
    }),
    column(
        "fiscal_year",
        ["年度（4月の西暦）", "fiscal year: the year of its April"],
        |row| row.record.fiscal_year.map(|year| u32::from(year.gregorian())).into(),
    ),
    column("fiscal_year_label", ["年度（和暦）", "fiscal year by era"], |row| {
        row.record.fiscal_year.map(|year| year.to_string()).into()
    }),
    column(
        "division",
        ["部署（資料に書かれたとおり）", "division as printed"],
        |row| joined(&row.record.division, "/"),
    ),
    column(
        "division_canonical",
        [
            "部署（数えるときの名前。`division=`の値）",
            "division it is counted under, as `division=` takes it",
        ],
        |row| text(parameters::write_path(&row.record.division_canonical)),
    ),
    column(
        "category",
        ["区分（資料に書かれたとおり）", "category as printed"],
        |row| row.record.category.as_deref().into(),
    ),
    column(
        "category_canonical",
        ["区分（数えるときの名前。1行に1つ）", "categories it is counted under, one a line"],
        |row| joined(&row.record.category_canonical, "\n"),
    ),
    column("number", ["部署の中の番号", "number within the division"], |row| {
        row.record.number.into()
    }),
    column("title", ["取組名", "title"], |row| row.record.title.as_deref().into()),
    column("goal", ["目標・取組内容", "what was promised"], |row| {
        sections(row.record, |section| section.role == Role::Goal)
    }),
    column("result", ["実施結果", "what was done"], |row| {
        sections(row.record, |section| section.role == Role::Result)
    }),
    column("body", ["見出しのない本文", "other text without a heading"], |row| {
        sections(row.record, |section| section.role == Role::Body && section.heading.is_none())
    }),
    column(
        "other_sections",
        ["その他の欄（【見出し】と本文）", "other text under its heading in 【】"],
        |row| other_sections(row.record),
    ),
    column(
        "source_file",
        ["出典のファイル（1行に1つ）", "source files, one a line"],
        |row| sources(row.record, |source| Some(source.file.clone())),
    ),
    column("source_page", ["出典のページ", "page in the source"], |row| {
        sources(row.record, |source| source.page.map(|page| page.to_string()))
    }),
    column("source_sheet", ["出典のシート", "worksheet of the source"], |row| {
        sources(row.record, |source| source.sheet.clone())
    }),
    column("source_cell", ["出典のセル", "cell of the source"], |row| {
        sources(row.record, |source| source.cell.clone())
    }),
    column("source_line", ["出典の行", "line of the source"], |row| {
        sources(row.record, |source| source.line.or(source.row).map(|line| line.to_string()))
    }),
    column("source_url", ["出典の公開アドレス", "where the source is published"], |row| {
        sources(row.record, |source| source.url.clone())
    }),
    column("licence", ["出典の使用条件", "licence of the source"], |row| {
        sources(row.record, |source| source.licence.clone())
    }),
    column(
        "attribution",
        ["使用条件が求める出典の表示", "how the licence wants the publisher named"],
        |row| sources(row.record, |source| source.attribution.clone()),
    ),
    column("citation", ["引用するときの1行", "one line to quote it by"], |row| {
        text(citation::citation(row.record, row.url))
    }),
    column("url", ["取組のページ", "page of the record"], |row| row.url.into()),
];

const fn column(
    name: &'static str,
    meaning: [&'static str; 2],
    cell: fn(&Row<'_>) -> Cell,
) -> Column {
    Column { name, meaning, cell }
}

/// The names of all columns.
pub(crate) fn headings() -> Vec<String> {
    COLUMNS.iter().map(|column| column.name.to_owned()).collect()
}

/// The row of a record whose page is at `url`.
pub(crate) fn row(record: &Record, url: &str) -> Vec<Cell> {
    let row = Row { record, url };
    COLUMNS.iter().map(|column| (column.cell)(&row)).collect()
}

fn text(text: String) -> Cell {
    if text.is_empty() { Cell::Empty } else { Cell::Text(text) }
}

fn joined(names: &[String], between: &str) -> Cell {
    text(names.join(between))
}

/// The texts of some sections, an empty line between them.
fn sections(record: &Record, is_meant: impl Fn(&Section) -> bool) -> Cell {
    let texts = record.sections.iter().filter(|section| is_meant(section));
    text(texts.map(|section| section.text.as_str()).collect::<Vec<_>>().join("\n\n"))
}

fn other_sections(record: &Record) -> Cell {
    let others = record.sections.iter().filter(|section| section.role == Role::Body);
    let texts = others.filter_map(|section| {
        let heading = section.heading.as_ref()?;
        Some(format!("【{heading}】\n{}", section.text))
    });
    text(texts.collect::<Vec<_>>().join("\n\n"))
}

/// What the sources say, a line each in their order; nothing if none says anything.
fn sources(record: &Record, says: impl Fn(&Provenance) -> Option<String>) -> Cell {
    let lines: Vec<String> =
        record.sources.iter().map(|source| says(source).unwrap_or_default()).collect();
    if lines.iter().all(String::is_empty) {
        return Cell::Empty;
    }
    // Each source has its line, so that line n of every column is about source n.
    let line = |line: &String| line.replace(['\n', '\r'], " ");
    match lines.as_slice() {
        // A page or line alone is a number that can be sorted by.
        [one] if one.parse::<u32>().is_ok_and(|number| number.to_string() == *one) => {
            one.parse::<u32>().ok().into()
        }
        lines => Cell::Text(lines.iter().map(line).collect::<Vec<_>>().join("\n")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::FiscalYear;
    use crate::record::RecordId;

    fn cell(record: &Record, name: &str) -> Cell {
        let place = COLUMNS.iter().position(|column| column.name == name).expect(name);
        row(record, "https://example.jp/records/1").swap_remove(place)
    }

    fn section(role: Role, heading: Option<&str>, text: &str) -> Section {
        Section { role, heading: heading.map(str::to_owned), text: text.to_owned(), source: 0 }
    }

    #[test]
    fn columns_have_names_of_their_own_and_meanings() {
        for (place, column) in COLUMNS.iter().enumerate() {
            assert!(COLUMNS[..place].iter().all(|other| other.name != column.name));
            assert!(column.meaning.iter().all(|meaning| !meaning.is_empty()), "{}", column.name);
        }
    }

    #[test]
    fn a_record_without_anything_is_a_row_of_empty_cells() {
        let bare = Record { id: RecordId("1".to_owned()), ..Record::default() };
        let row = row(&bare, "/records/1");
        assert_eq!(row.len(), headings().len());
        assert_eq!(row[0], "1".into());
        assert!(row[1..row.len() - 2].iter().all(|cell| *cell == Cell::Empty), "{row:?}");
    }

    #[test]
    fn every_part_has_its_column() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let record = Record {
            organization: Some("浜手区役所".to_owned()),
            fiscal_year: FiscalYear::from_gregorian(2022),
            division: names(&["総務部", "庶務課"]),
            division_canonical: names(&["総務部", "庶務/文書課"]),
            category_canonical: names(&["共通", "窓口"]),
            number: Some(3),
            sections: vec![
                section(Role::Goal, Some("目標"), "植える。"),
                section(Role::Goal, None, "育てる。"),
                section(Role::Result, None, "咲いた。"),
                section(Role::Body, Some("課題"), "水やり。"),
                section(Role::Body, None, "備考。"),
            ],
            ..Record::default()
        };
        let check =
            |name: &str, expected: Cell| assert_eq!(cell(&record, name), expected, "{name}");
        check("fiscal_year", Cell::Number(2022.0));
        check("fiscal_year_label", "令和4年度".into());
        check("division", "総務部/庶務課".into());
        check("division_canonical", "総務部/庶務%2F文書課".into());
        check("category_canonical", "共通\n窓口".into());
        check("number", Cell::Number(3.0));
        check("goal", "植える。\n\n育てる。".into());
        check("result", "咲いた。".into());
        check("body", "備考。".into());
        check("other_sections", "【課題】\n水やり。".into());
        check("url", "https://example.jp/records/1".into());
    }

    #[test]
    fn each_source_has_its_line_in_every_column() {
        let one = Provenance { file: "a.pdf".to_owned(), page: Some(3), ..Provenance::default() };
        let two = Provenance {
            file: "b\n.xlsx".to_owned(),
            sheet: Some("総務".to_owned()),
            cell: Some("B12".to_owned()),
            licence: Some("CC BY 4.0".to_owned()),
            attribution: Some("浜手市".to_owned()),
            ..Provenance::default()
        };
        let single = Record { sources: vec![one.clone()], ..Record::default() };
        assert_eq!(cell(&single, "source_page"), Cell::Number(3.0));
        assert_eq!(cell(&single, "licence"), Cell::Empty);
        let both = Record { sources: vec![one, two], ..Record::default() };
        let check = |name: &str, expected: &str| assert_eq!(cell(&both, name), expected.into());
        check("source_file", "a.pdf\nb .xlsx");
        check("source_page", "3\n");
        check("source_sheet", "\n総務");
        check("source_cell", "\nB12");
        check("licence", "\nCC BY 4.0");
        check("attribution", "\n浜手市");
    }
}

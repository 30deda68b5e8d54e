//! Pages made by hand, one rule each, and random tables whose records are known.

use proptest::prelude::*;

use super::*;
use crate::record::Role;
use crate::record::pages::conservation::unplaced;
use crate::source::SourceKind;
use crate::source::page::Cell;

/// A table drawn as text: a line a row, `|` between cells, `<` and `^` for what the cell at the left and above covers,
/// `/` for a line end in a cell.
fn table(drawn: &str) -> Table {
    let rows: Vec<Vec<&str>> = drawn
        .lines()
        .map(|line| line.split('|').map(|text| text.trim_matches(' ')).collect())
        .collect();
    let mut table = Table { n_rows: rows.len(), ..Table::default() };
    for (row, texts) in rows.iter().enumerate() {
        table.n_columns = table.n_columns.max(texts.len());
        for (column, text) in texts.iter().enumerate() {
            if matches!(*text, "<" | "^") {
                continue;
            }
            let n_columns = 1 + texts[column + 1..].iter().take_while(|t| **t == "<").count();
            let below = rows[row + 1..].iter();
            let n_rows = 1 + below.take_while(|r| r.get(column) == Some(&"^")).count();
            let text = text.replace('/', "\n");
            table.cells.push(Cell { row, column, n_rows, n_columns, text, name: None });
        }
    }
    table
}

fn continued(drawn: &str) -> Block {
    Block::Table(Table { continues: true, ..table(drawn) })
}

fn paragraph(text: &str) -> Block {
    Block::Paragraph(text.to_owned())
}

fn heading(level: u8, text: &str) -> Block {
    Block::Heading(level, text.to_owned())
}

/// A file of pages.
fn pages(pages: Vec<Vec<Block>>) -> Source {
    let page = |(index, blocks): (usize, Vec<Block>)| Page {
        number: Some(u32::try_from(index + 1).expect("few pages")),
        blocks,
        ..Page::default()
    };
    let pages = pages.into_iter().enumerate().map(page).collect();
    Source { file: "a.pdf".to_owned(), kind: SourceKind::Pages, pages, ..Source::default() }
}

/// A file that is one table.
fn list(file: &str, drawn: &str) -> Source {
    let pages = vec![Page { blocks: vec![Block::Table(table(drawn))], ..Page::default() }];
    Source { file: file.to_owned(), kind: SourceKind::Pages, pages, ..Source::default() }
}

fn sheet(name: &str, drawn: &str) -> Page {
    let blocks = vec![Block::Table(table(drawn))];
    Page { sheet: Some(name.to_owned()), blocks, ..Page::default() }
}

#[track_caller]
fn read(source: &Source) -> SheetReading {
    let reading = super::read(source, &Tables::carried(), &Declared::default());
    assert_eq!(unplaced(source, &reading), Vec::<String>::new(), "{reading:#?}");
    reading
}

/// A record as `path|number|category|title|role:text…`.
fn shown(record: &Record) -> String {
    let number = record.number.map(|n| n.to_string()).unwrap_or_default();
    let mut parts = vec![
        record.division.join(">"),
        number,
        record.category.clone().unwrap_or_default(),
        record.title.clone().unwrap_or_default(),
    ];
    for section in &record.sections {
        let role = match section.role {
            Role::Goal => "G",
            Role::Result => "R",
            Role::Body => "B",
        };
        parts.push(format!("{role}:{}", section.text.replace('\n', "/")));
    }
    parts.join("|")
}

#[track_caller]
fn check(source: &Source, expected: &[&str]) -> SheetReading {
    let reading = read(source);
    let found: Vec<String> = reading.records.iter().map(shown).collect();
    assert_eq!(found, expected, "{:#?}", reading.notices);
    reading
}

#[track_caller]
fn check_table(drawn: &str, expected: &[&str]) -> SheetReading {
    check(&pages(vec![vec![Block::Table(table(drawn))]]), expected)
}

#[track_caller]
fn check_roles(header: &str, expected: &[Option<ColumnRole>]) {
    let tables = Tables::carried();
    let declared = Declared::default();
    let words = Words { tables: &tables, declared: &declared };
    for (name, expected) in header.split('|').zip(expected) {
        let role = columns::role(name, words).map(|(role, _)| role);
        assert_eq!(role, *expected, "{name}");
    }
}

#[test]
fn headers_have_roles_by_their_words() {
    use ColumnRole::*;
    check_roles("部署名|所管課|担当部署|課名|部|係", &[Some(Division); 6]);
    check_roles("事業名|取組名|件名|事業|施設名称", &[Some(Title); 5]);
    check_roles("年度|実施年度|対象年度", &[Some(FiscalYear); 3]);
    check_roles("団体名|市区町村名", &[Some(Organization); 2]);
    check_roles(
        "令和４年度の目標|目標（R4）|取組内容１|今年度の目標及び具体的な取組",
        &[Some(Goal); 4],
    );
    check_roles(
        "令和４年度実績|実施結果（令和４年度末時点）|達成状況※|事業実績",
        &[Some(Result); 4],
    );
    check_roles("備考|予算額|令和４年度|電話番号一覧表示", &[None; 4]);
}

#[test]
fn a_row_is_a_record_and_nothing_is_dropped() {
    let reading = check_table(
        "部署名|番号|区分|目標|実施結果|備考\n\
         くらし部/年金課|1|共通|　直します。|　直しました。|済\n\
         防災課|２|窓口|　配ります。|　配りました。|",
        &[
            "くらし部>年金課|1|共通||G:　直します。|R:　直しました。|B:済",
            "防災課|2|窓口||G:　配ります。|R:　配りました。",
        ],
    );
    let sections = &reading.records[0].sections;
    assert_eq!(sections[2].heading.as_deref(), Some("備考"));
    assert_eq!(sections[0].heading.as_deref(), Some("目標"));
    let source = &reading.records[1].sources[0];
    assert_eq!((source.page, source.row), (Some(1), Some(3)));
}

#[test]
fn a_header_stands_on_any_row() {
    let source = list(
        "a.csv",
        "令和５年度　港区役所　窓口改善シート|||\n|||\n所管課|項番|目標|結果\n総務課|1|直す|直した",
    );
    let reading = check(&source, &["総務課|1|||G:直す|R:直した"]);
    assert_eq!(reading.records[0].organization.as_deref(), Some("港区役所"));
    assert_eq!(reading.records[0].fiscal_year.map(|y| y.gregorian()), Some(2023));
    assert_eq!(reading.records[0].sources[0].row, Some(4));
}

#[test]
fn a_header_may_have_two_rows() {
    let reading = check_table(
        "番号|事業名|令和４年度|<|令和５年度|<\n^|^|目標|実績|目標|実績\n1|案内|直す|直した|貼る|貼った",
        &["|1||案内|G:直す|R:直した|G:貼る|R:貼った"],
    );
    let headings: Vec<_> = reading.records[0]
        .sections
        .iter()
        .map(|s| s.heading.as_deref().expect("a column has a header"))
        .collect();
    assert_eq!(
        headings,
        ["令和４年度 目標", "令和４年度 実績", "令和５年度 目標", "令和５年度 実績"]
    );
    // The same without merging.
    let source = list(
        "a.csv",
        "番号|事業名|令和４年度||令和５年度|\n||目標|実績|目標|実績\n1|案内|直す|直した|貼る|貼った",
    );
    let reading = check(&source, &["|1||案内|G:直す|R:直した|G:貼る|R:貼った"]);
    assert_eq!(reading.records[0].sections[3].heading.as_deref(), Some("令和５年度 実績"));
}

#[test]
fn what_stands_below_a_merged_header_tells_what_it_is() {
    check_table(
        "部署名|<|<|目標及び具体的な取組内容|実施結果及び目標の達成度\n\
         総務課|１|共/通|直す|直した\n^|２|おしらせ|貼る|貼った\n防災課|１|共通|配る|配った",
        &[
            "総務課|1|共通||G:直す|R:直した",
            "総務課|2|おしらせ||G:貼る|R:貼った",
            "防災課|1|共通||G:配る|R:配った",
        ],
    );
    check(
        &list(
            "a.ods",
            "部署名|||目標|結果\n総務課|1|共通|直す|直した\n|2|広報|貼る|貼った\n防災課|1|共通|配る|配った",
        ),
        &[
            "総務課|1|共通||G:直す|R:直した",
            "総務課|2|広報||G:貼る|R:貼った",
            "防災課|1|共通||G:配る|R:配った",
        ],
    );
}

#[test]
fn several_columns_of_divisions_are_a_path() {
    check_table(
        "部|課|係|番号|目標|結果\nくらし部|年金課|給付係|1|直す|直した\n^|^|資格係|2|貼る|貼った\n^|保護課||1|配る|配った\n総務部|||1|読む|読んだ",
        &[
            "くらし部>年金課>給付係|1|||G:直す|R:直した",
            "くらし部>年金課>資格係|2|||G:貼る|R:貼った",
            "くらし部>保護課|1|||G:配る|R:配った",
            "総務部|1|||G:読む|R:読んだ",
        ],
    );
    check_table(
        "所管課|関係課|番号|目標|結果\n総務課|防災課|1|直す|直した",
        &["総務課|1|||B:防災課|G:直す|R:直した"],
    );
}

#[test]
fn several_goals_and_results_stay_several_sections() {
    check_table("番号|目標|中間評価|期末評価\n1|直す|半分|全部", &["|1|||G:直す|R:半分|R:全部"]);
}

#[test]
fn merged_cells_hold_for_their_rows() {
    check_table(
        "部署|番号|区分|目標|結果\n総務課|1|共通|直す|直した\n^|2|^|貼る|貼った\n^|3|窓口|配る|^",
        &[
            "総務課|1|共通||G:直す|R:直した",
            "総務課|2|共通||G:貼る|R:貼った",
            "総務課|3|窓口||G:配る|R:貼った",
        ],
    );
    // A number over two goals stands for both.
    let reading = check_table(
        "部署|番号|目標|結果\n総務課|1|直す|直した\n^|^|貼る|貼った",
        &["総務課|1|||G:直す|R:直した", "総務課|1|||G:貼る|R:貼った"],
    );
    assert!(reading.records[1].id.0.ends_with("-2"));
    // One goal with several figures is one item.
    check_table(
        "番号|目標|指標|実績\n1|直す|件数|10\n^|^|回数|3",
        &["|1|||G:直す|B:件数/回数|R:10/3"],
    );
}

#[test]
fn a_table_goes_on_over_pages() {
    let first = "部署名|番号|区分|目標|結果\n総務課|1|共通|直す|直した\n^|2|共通|貼る|貼った";
    let expected = [
        "総務課|1|共通||G:直す|R:直した",
        "総務課|2|共通||G:貼る|R:貼った",
        "総務課|3|窓口||G:配る|R:配った",
    ];
    let without_header = continued("|3|窓口|配る|配った");
    check(&pages(vec![vec![Block::Table(table(first))], vec![without_header]]), &expected);
    let with_header = Block::Table(table("部署名|番号|区分|目標|結果\n|3|窓口|配る|配った"));
    check(&pages(vec![vec![Block::Table(table(first))], vec![with_header]]), &expected);
    let without_positions = Block::Table(table("|3|窓口|配る|配った"));
    check(&pages(vec![vec![Block::Table(table(first))], vec![without_positions]]), &expected);
}

#[test]
fn a_row_that_a_page_cuts_is_joined() {
    let first = "部署名|番号|区分|目標|結果\n総務課|1|共通|　窓口を直|　窓口を直しました。";
    for second in
        ["|||します。|　済みました。/　終えました。", "^|||します。|　済みました。/　終えました。"]
    {
        check(
            &pages(vec![
                vec![Block::Table(table(first))],
                vec![continued(&format!("{second}\n|2|共通|　貼る。|　貼った。"))],
            ]),
            &[
                "総務課|1|共通||G:　窓口を直します。|R:　窓口を直しました。/　済みました。/　終えました。",
                "総務課|2|共通||G:　貼る。|R:　貼った。",
            ],
        );
    }
    // The number, centred, is printed on the later page.
    check(
        &pages(vec![
            vec![Block::Table(table(
                "部署名|番号|区分|目標|結果\n総務課|1|共通|　甲。|　乙。\n^|||　窓口を直|　窓口を",
            ))],
            vec![continued("|2|窓口|します。|直しました。")],
        ]),
        &[
            "総務課|1|共通||G:　甲。|R:　乙。",
            "総務課|2|窓口||G:　窓口を直します。|R:　窓口を直しました。",
        ],
    );
}

#[test]
fn a_category_that_a_page_cuts_is_joined() {
    for (upper, lower) in [("おし", "らせ"), ("おしらせ", "おしらせ"), ("おしらせ", "")]
    {
        check(
            &pages(vec![
                vec![Block::Table(table(&format!(
                    "部署名|番号|区分|目標|結果\n総務課|1|{upper}|　窓口を直|　窓口を"
                )))],
                vec![continued(&format!(
                    "||{lower}|します。|直しました。\n|2|共通|　貼る。|　貼った。"
                ))],
            ]),
            &[
                "総務課|1|おしらせ||G:　窓口を直します。|R:　窓口を直しました。",
                "総務課|2|共通||G:　貼る。|R:　貼った。",
            ],
        );
    }
}

#[test]
fn a_division_may_be_printed_on_the_next_page() {
    let reading = check(
        &pages(vec![
            vec![Block::Table(table(
                "部署名|番号|区分|目標|結果\n総務課|1|共通|甲。|乙。\n|1|共通|丙。|丁。",
            ))],
            vec![continued("防災課|2|共通|戊。|己。\n^|3|共通|庚。|辛。")],
        ]),
        &[
            "総務課|1|共通||G:甲。|R:乙。",
            "防災課|1|共通||G:丙。|R:丁。",
            "防災課|2|共通||G:戊。|R:己。",
            "防災課|3|共通||G:庚。|R:辛。",
        ],
    );
    assert_eq!(reading.records[1].notices[0].kind, NoticeKind::Inferred);
    // In halves.
    check(
        &pages(vec![
            vec![Block::Table(table(
                "部署名|番号|区分|目標|結果\n総務課|1|共通|甲。|乙。\n防/災|1|共通|丙。|丁。",
            ))],
            vec![continued("対/策/課|2|共通|戊。|己。")],
        ]),
        &[
            "総務課|1|共通||G:甲。|R:乙。",
            "防災対策課|1|共通||G:丙。|R:丁。",
            "防災対策課|2|共通||G:戊。|R:己。",
        ],
    );
}

#[test]
fn the_header_again_is_a_heading() {
    check_table(
        "番号|目標|結果\n1|直す|直した\n番号|目標|結果\n2|貼る|貼った",
        &["|1|||G:直す|R:直した", "|2|||G:貼る|R:貼った"],
    );
}

#[test]
fn sums_are_notices_and_empty_rows_nothing() {
    let reading = check_table("番号|事業名|実績\n1|案内|10\n||\n合計||10", &["|1||案内|R:10"]);
    assert_eq!(reading.notices.len(), 1);
    assert_eq!(reading.notices[0].message, "どの取組のものか分からない文字です：合計　10");
    assert_eq!(reading.notices[0].place, "a.pdf:1ページ4行");
}

#[test]
fn names_across_the_table_hold_for_the_rows_below() {
    check_table(
        "番号|目標|結果\n■総務部|<|<\n1|直す|直した\n【窓口】|<|<\n2|貼る|貼った\n◆防災部|<|<\n1|配る|配った\n※実績は年度末のものです。|<|<",
        &[
            "総務部|1|||G:直す|R:直した",
            "総務部|2|窓口||G:貼る|R:貼った",
            "防災部|1|||G:配る|R:配った",
        ],
    );
}

#[test]
fn a_number_that_is_none_is_text() {
    check_table(
        "番号|目標|結果\n1-2|直す|直した\n2|貼る|貼った",
        &["||||B:1-2|G:直す|R:直した", "|2|||G:貼る|R:貼った"],
    );
}

#[test]
fn a_row_says_its_year_and_office_itself() {
    let source = list(
        "令和５年度.csv",
        "団体名|年度|事業名|実績\n緑川市|令和4年度|案内|直した\n港町|R3～R5|地図|貼った\n|昔|棚|置いた",
    );
    let reading = check(&source, &["|||案内|R:直した", "|||地図|R:貼った", "|||棚|B:昔|R:置いた"]);
    let facts: Vec<_> = reading
        .records
        .iter()
        .map(|r| (r.organization.as_deref(), r.fiscal_year.map(|y| y.gregorian())))
        .collect();
    assert_eq!(
        facts,
        [(Some("緑川市"), Some(2022)), (Some("港町"), Some(2021)), (None, Some(2023))]
    );
    assert_eq!(
        reading.notices[0].message,
        "この行は令和4年度ですが、表題などには令和5年度とあります。"
    );
    let message =
        "年度は「R3～R5」（令和3年度から令和5年度まで）なので、初めの令和3年度としました。";
    assert_eq!(reading.records[1].notices[0].message, message);
}

#[test]
fn worksheets_stand_by_themselves() {
    let drawn = "番号|目標|結果\n1|直す|直した";
    let pages = vec![sheet("総務課R3", drawn), sheet("R4", drawn), sheet("防災課", drawn)];
    let file = "港区役所/令和４年度.xlsx".to_owned();
    let source = Source { file, kind: SourceKind::Pages, pages, ..Source::default() };
    let reading = check(
        &source,
        &["|1|||G:直す|R:直した", "|1|||G:直す|R:直した", "防災課|1|||G:直す|R:直した"],
    );
    let years: Vec<_> = reading
        .records
        .iter()
        .map(|r| r.fiscal_year.map(|y| y.gregorian()).expect("a year is named"))
        .collect();
    assert_eq!(years, [2021, 2022, 2022]);
    assert_eq!(reading.records[0].organization.as_deref(), Some("港区役所"));
    assert_eq!(reading.records[1].sources[0].sheet.as_deref(), Some("R4"));
}

#[test]
fn the_title_above_tells_and_is_no_record() {
    let source = pages(vec![
        vec![
            heading(1, "令和４年度　港区役所　窓口改善シート"),
            Block::Table(table("窓口改善の方針\n①親切に応対します。\n②早く応対します。")),
            paragraph("所管課：総務課"),
            Block::Table(table("番号|目標|結果\n1|直す|直した")),
            Block::Furniture("1/2".to_owned()),
        ],
        vec![continued("2|貼る|貼った")],
    ]);
    let reading = check(&source, &["総務課|1|||G:直す|R:直した", "総務課|2|||G:貼る|R:貼った"]);
    for record in &reading.records {
        assert_eq!(record.organization.as_deref(), Some("港区役所"));
        assert_eq!(record.fiscal_year.map(|y| y.gregorian()), Some(2022));
    }
    assert!(
        reading.notices[0]
            .message
            .starts_with("取組の表のほかに書かれている文です：窓口改善の方針")
    );
}

#[test]
fn a_form_is_one_record() {
    let reading = check_table(
        "事業名|窓口案内|担当課|総務課\n番号|7|区分|継続\n目的|直す|<|<\n実績|件数|10|20\n備考|なし|<|<",
        &["総務課|7|継続|窓口案内|G:直す|R:件数　10　20|B:なし"],
    );
    assert_eq!(reading.records[0].sections[2].heading.as_deref(), Some("備考"));
    check_table(
        "事業名|窓口案内\n【目的】|<\n直す。|<\n【実績】|<\n直した。|<",
        &["|||窓口案内|G:直す。|R:直した。"],
    );
}

#[test]
fn running_text_is_a_record_for_each_heading() {
    let source = pages(vec![
        vec![
            heading(1, "緑川市の計画"),
            heading(2, "１　窓口"),
            paragraph("　窓口を直します。"),
            paragraph("　地図を貼ります。"),
            heading(2, "２　防災"),
            paragraph("　地図を"),
        ],
        vec![paragraph("配ります。"), Block::Table(table("甲|10\n乙|20"))],
    ]);
    let reading = check(
        &source,
        &[
            "|||１　窓口|B:　窓口を直します。/　地図を貼ります。",
            "|||２　防災|B:　地図を",
            "||||B:配ります。/甲　10/乙　20",
        ],
    );
    assert_eq!(reading.records[0].sections[0].heading.as_deref(), Some("緑川市の計画"));
    let notices: Vec<_> = reading.records[2].notices.iter().map(|n| n.message.as_str()).collect();
    assert_eq!(
        notices,
        [
            "見出しがないので、ページ全体を一つの取組として読みました。",
            "表の見出しが分からないので、表を本文として読みました。"
        ]
    );
}

#[test]
fn open_data_is_a_record_for_each_row() {
    let source = list("a.csv", "ID|名称|住所|緯度\nA-1|西公園|緑川1-2|34.5\nA-2|東公園|緑川3|34.6");
    check(&source, &["|||西公園|B:A-1|B:緑川1-2|B:34.5", "|||東公園|B:A-2|B:緑川3|B:34.6"]);
}

#[test]
fn a_list_is_known_by_its_shape() {
    let first = "受付|性別|届いた日|町名|用件\n7|女性|4月1日|北町|苦情\n6|男性|4月1日|南町|相談\n5|女性|確認中|北町|要望";
    let expected = [
        "|7||||B:女性|B:4月1日|B:北町|B:苦情",
        "|6||||B:男性|B:4月1日|B:南町|B:相談",
        "|5||||B:女性|B:確認中|B:北町|B:要望",
        "|4||||B:男性|B:3月9日|B:西町|B:相談",
        "|3||||B:男性|B:3月8日|B:西町|B:相談",
    ];
    let expected: Vec<String> =
        expected.iter().map(|line| line.replacen("||||B", "|||B", 1)).collect();
    let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
    // Its header again, with a column more on the later page.
    let second =
        "受付|性別|届いた日||町名|用件\n4|男性|3月9日||西町|相談\n3|男性|3月8日||西町|相談";
    let source = pages(vec![vec![Block::Table(table(first))], vec![Block::Table(table(second))]]);
    let reading = check(&source, &expected);
    let headings: Vec<_> =
        reading.records[4].sections.iter().map(|s| s.heading.as_deref().unwrap_or("")).collect();
    assert_eq!(headings, ["性別", "届いた日", "町名", "用件"]);
}

#[track_caller]
fn check_is_text(drawn: &str) {
    let table = || Block::Table(table(drawn));
    let reading = read(&pages(vec![vec![table()], vec![table()]]));
    assert!(reading.records.iter().all(|record| record.number.is_none()), "{reading:#?}");
    assert_eq!(reading.records.len(), 2, "one a page: {reading:#?}");
}

#[test]
fn what_is_no_list_stays_text() {
    // Figures crossed by age and place.
    check_is_text("年代|男性|女性|合わせて\n80代|1|2|3\n70代|4|5|9\n60代|6|7|13\n50代|1|1|2");
    // A budget: the first column holds for several rows.
    check_is_text(
        "款|項|補正額|当初額\n民生費|児童福祉費|1|2\n|社会福祉費|4|5\n土木費|道路費|6|7\n|河川費|1|1",
    );
    // Prose side by side.
    check_is_text(
        "改正前|改正後|理由\n町は、届出を受ける。|町は、届出を受け取る。|字句を改める。\n町は、案内を置く。|町は、案内を貼る。|字句を改める。\n町は、棚を置く。|町は、棚を直す。|字句を改める。\n町は、窓を拭く。|町は、窓を直す。|字句を改める。",
    );
}

#[test]
fn a_sheet_of_figures_beside_their_names_is_a_card() {
    let mut drawn = "区分|決算額|構成比||区分|件数\n".to_owned();
    for (left, right) in ["甲", "乙", "丙", "丁", "戊", "己", "庚"]
        .iter()
        .zip(["子", "丑", "寅", "卯", "辰", "巳", "午"])
    {
        drawn += &format!("{left}税|1,000|2.5||{right}届|30\n");
    }
    let page = sheet("緑川市", drawn.trim_end());
    let source = Source {
        file: "a.xlsx".to_owned(),
        kind: SourceKind::Pages,
        pages: vec![page],
        ..Source::default()
    };
    let reading = read(&source);
    let [record] = &reading.records[..] else { panic!("{reading:#?}") };
    assert_eq!(record.title.as_deref(), Some("緑川市"));
    let text: Vec<&str> =
        record.sections.iter().map(|section| section.text.lines().next().unwrap_or("")).collect();
    assert_eq!(text, ["甲税：決算額 1,000、構成比 2.5", "子届：件数 30"]);
}

#[test]
fn a_file_of_titles_alone_is_a_record() {
    check(
        &pages(vec![vec![paragraph("令和４年度　緑川市役所　取組シート")]]),
        &["||||B:令和４年度　緑川市役所　取組シート"],
    );
}

#[test]
fn declared_columns_go_before_words() {
    let source = list("a.csv", "課|ねらいどころ|所見|備考\n総務課|直す|直した|済");
    let declared = crate::record::sources_file::SourcesFile::parse(
        "organization = \"港区役所\"\nfiscal_year = \"R4\"\n[columns]\n\"ねらいどころ\" = \"goal\"\n\"所見\" = \"result\"\n\"課\" = \"body\"\n",
    )
    .expect("the file is sound")
    .declared("a.csv");
    let reading = crate::record::read_declared(&source, &Tables::carried(), &declared);
    let found: Vec<String> = reading.records.iter().map(shown).collect();
    assert_eq!(found, ["||||B:総務課|G:直す|R:直した|B:済"]);
    assert_eq!(reading.records[0].organization.as_deref(), Some("港区役所"));
}

#[test]
fn nothing_readable_is_no_record_and_no_panic() {
    check(&pages(vec![]), &[]);
    check(&pages(vec![vec![]]), &[]);
    check(&pages(vec![vec![Block::Table(Table::default()), paragraph("　"), heading(1, "")]]), &[]);
    check_table("番号|目標|結果\n1||", &[]);
}

/// A record that a random table is made of.
#[derive(Clone, Debug)]
struct Intended {
    division: usize,
    number: u32,
    category: String,
    goal: String,
    result: String,
}

/// How a random table prints its records.
#[derive(Clone, Debug)]
struct Layout {
    /// Which header it has.
    header: usize,
    /// How divisions are printed: merged, once above empty cells, or in every row.
    division: usize,
    /// Whether the header stands on every page.
    repeats_header: bool,
    /// Whether the table that goes on says so.
    continues: bool,
    /// Whether a merged division that a page cuts is printed on the later page.
    printed_below: bool,
    /// Whether figures are full-width.
    is_wide: bool,
    /// Before each record, what the page does: nothing, ends, or cuts the record before at a place in thousandths.
    breaks: Vec<Option<Option<usize>>>,
}

const DIVISIONS: [&str; 6] = [
    "くらし部/年金課",
    "くらし部/保護課",
    "総務課",
    "みまもりセンター/防災担当",
    "港税務署",
    "緑図書館",
];

fn division_path(index: usize) -> String {
    DIVISIONS[index].replace('/', ">")
}

fn intended() -> impl Strategy<Value = Vec<Intended>> {
    let text = |ending: &'static str| {
        proptest::collection::vec("[窓口の案内を直地図と貼り棚を見て庁舎]{2,12}", 1..3).prop_map(
            move |sentences| {
                let sentence = |s: &String| format!("　{s}{ending}。");
                sentences.iter().map(sentence).collect::<Vec<_>>().join("\n")
            },
        )
    };
    let category = prop_oneof![Just("共通"), Just("対面応対"), Just("広報"), Just("お知らせ")];
    let item = (category, text("ます"), text("ました"));
    let divisions = proptest::sample::subsequence((0..DIVISIONS.len()).collect::<Vec<_>>(), 1..5);
    let sizes = proptest::collection::vec(1..5_usize, 6);
    (divisions, sizes, proptest::collection::vec(item, 30)).prop_map(|(divisions, sizes, items)| {
        let mut items = items.into_iter();
        let mut records = Vec::new();
        for (&division, &n_items) in divisions.iter().zip(&sizes) {
            for (number, (category, goal, result)) in (1..=n_items).zip(items.by_ref()) {
                let (number, category) =
                    (u32::try_from(number).expect("few items"), category.to_owned());
                records.push(Intended { division, number, category, goal, result });
            }
        }
        records
    })
}

fn layout() -> impl Strategy<Value = Layout> {
    let page_break = prop_oneof![
        4 => Just(None),
        1 => Just(Some(None)),
        2 => (1..999_usize).prop_map(|at| Some(Some(at))),
    ];
    let breaks = proptest::collection::vec(page_break, 30);
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    (0..3_usize, 0..3_usize, flags, breaks).prop_map(|(header, division, flags, breaks)| Layout {
        header,
        division,
        repeats_header: flags.0,
        continues: flags.1,
        printed_below: flags.2,
        is_wide: flags.3,
        breaks,
    })
}

/// A row of a page: the index of the record, the texts in the order division, number, category, goal, result, and
/// whether it is the rest of a cut row.
type PageRow = (usize, [String; 5], bool);

/// Prints the records on pages.
fn printed(records: &[Intended], layout: &Layout) -> Source {
    let mut rows: Vec<Vec<PageRow>> = vec![Vec::new()];
    for (index, record) in records.iter().enumerate() {
        let number = match layout.is_wide {
            true => {
                char::from_u32(u32::from('０') + record.number).expect("one figure").to_string()
            }
            false => record.number.to_string(),
        };
        let mut texts = [
            DIVISIONS[record.division].replace('/', "\n"),
            number,
            record.category.clone(),
            record.goal.clone(),
            record.result.clone(),
        ];
        match layout.breaks[index % layout.breaks.len()] {
            Some(None) if 0 < index => rows.push(Vec::new()),
            Some(Some(thousandths)) => {
                let mut rest = texts.clone();
                rest[1..3].iter_mut().for_each(String::clear);
                for text in 3..5 {
                    let chars: Vec<char> = texts[text].chars().collect();
                    // Neither half is empty, and neither a line end nor an indent alone stands at the cut.
                    let mut at = (chars.len() * thousandths / 1000).clamp(2, chars.len() - 1);
                    if chars[at] == '\n' {
                        at += 1;
                    }
                    if chars[at - 1] == '　' {
                        at += 1;
                    }
                    rest[text] = chars[at..].iter().collect();
                    texts[text] = chars[..at].iter().collect::<String>().trim_end().to_owned();
                }
                rows.last_mut().expect("a page is open").push((index, texts, false));
                rows.push(vec![(index, rest, true)]);
                continue;
            }
            _ => {}
        }
        rows.last_mut().expect("a page is open").push((index, texts, false));
    }
    let n_pages = rows.len();
    let of_page = |page: usize| page_table(page, &rows, records, layout);
    pages((0..n_pages).map(|page| vec![Block::Table(of_page(page))]).collect())
}

/// The table of a page.
fn page_table(page: usize, rows: &[Vec<PageRow>], records: &[Intended], layout: &Layout) -> Table {
    let mut table = Table::default();
    let mut put = |row, column, n_rows, n_columns, text: &str| {
        let text = text.to_owned();
        table.cells.push(Cell { row, column, n_rows, n_columns, text, name: None });
    };
    let mut first = 0;
    if page == 0 || layout.repeats_header {
        match layout.header {
            0 => {
                for (column, name) in [
                    "部署名",
                    "番号",
                    "区分",
                    "目標及び具体的な取組内容",
                    "実施結果及び目標の達成度",
                ]
                .iter()
                .enumerate()
                {
                    put(0, column, 1, 1, name);
                }
                first = 1;
            }
            1 => {
                put(0, 0, 1, 3, "部署名");
                put(0, 3, 1, 1, "令和４年度の目標");
                put(0, 4, 1, 1, "実績");
                first = 1;
            }
            _ => {
                for (column, name) in ["所管課", "No.", "分野"].iter().enumerate() {
                    put(0, column, 2, 1, name);
                }
                put(0, 3, 1, 2, "令和４年度");
                put(1, 3, 1, 1, "取組内容");
                put(1, 4, 1, 1, "取組結果");
                first = 2;
            }
        }
    }
    let division = |row: &PageRow| records[row.0].division;
    let of_page = &rows[page];
    for (index, row) in of_page.iter().enumerate() {
        for column in 1..5 {
            put(first + index, column, 1, 1, &row.1[column]);
        }
        let begins = index == 0 || division(&of_page[index - 1]) != division(row);
        let n_rows = of_page[index..].iter().take_while(|r| division(r) == division(row)).count();
        match layout.division {
            0 if begins => {
                let is_same =
                    |other: Option<&PageRow>| other.is_some_and(|r| division(r) == division(row));
                let goes_on = index + n_rows == of_page.len()
                    && is_same(rows.get(page + 1).and_then(|next| next.first()));
                let came_on = index == 0
                    && page.checked_sub(1).is_some_and(|before| is_same(rows[before].last()));
                let is_here = match layout.printed_below {
                    true => !goes_on,
                    false => !came_on,
                };
                put(first + index, 0, n_rows, 1, if is_here { &row.1[0] } else { "" });
            }
            0 => {}
            1 => {
                let came_on = page.checked_sub(1).is_some_and(|before| {
                    index == 0 && rows[before].last().is_some_and(|r| division(r) == division(row))
                });
                let is_printed = begins && !came_on;
                put(first + index, 0, 1, 1, if is_printed { &row.1[0] } else { "" });
            }
            _ => put(first + index, 0, 1, 1, &row.1[0]),
        }
    }
    table.cells.sort_by_key(|cell| (cell.row, cell.column));
    table.n_rows = first + of_page.len();
    table.n_columns = 5;
    table.continues = layout.continues && 0 < page;
    table
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn records_come_back_from_every_table(records in intended(), layout in layout()) {
        let source = printed(&records, &layout);
        let reading = super::read(&source, &Tables::carried(), &Declared::default());
        prop_assert_eq!(unplaced(&source, &reading), Vec::<String>::new());
        let found: Vec<String> = reading.records.iter().map(shown).collect();
        let expected: Vec<String> = records
            .iter()
            .map(|r| {
                let texts = [&r.goal, &r.result].map(|text| text.replace('\n', "/"));
                let division = division_path(r.division);
                format!("{division}|{}|{}||G:{}|R:{}", r.number, r.category, texts[0], texts[1])
            })
            .collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn nothing_is_lost_and_nothing_panics(
        cells in proptest::collection::vec(
            (0..8_usize, 0..6_usize, 1..3_usize, 1..4_usize,
             prop_oneof!["[総務課部係番号目標結果年度令和4合計※■。 　\n1-3（）]{0,8}", Just("番号".to_owned()), Just("目標".to_owned()), Just("実績".to_owned()), Just("部署名".to_owned())]),
            0..24),
        paragraphs in proptest::collection::vec("[緑川市令和4年度の計画。\n　①課]{0,20}", 0..4),
        continues in any::<bool>(),
    ) {
        let cells: Vec<Cell> = cells
            .into_iter()
            .map(|(row, column, n_rows, n_columns, text)| Cell { row, column, n_rows, n_columns, text, name: None })
            .collect();
        let (first, second) = cells.split_at(cells.len() / 2);
        let block = |cells: &[Cell], continues| Block::Table(Table { n_rows: 8, n_columns: 6, cells: cells.to_vec(), continues });
        let mut blocks: Vec<Block> = Vec::new();
        for (index, text) in paragraphs.iter().enumerate() {
            blocks.push(if index % 2 == 0 { heading(1, text) } else { paragraph(text) });
        }
        blocks.push(block(first, false));
        let source = pages(vec![blocks, vec![block(second, continues)]]);
        let reading = super::read(&source, &Tables::carried(), &Declared::default());
        prop_assert_eq!(unplaced(&source, &reading), Vec::<String>::new());
    }
}

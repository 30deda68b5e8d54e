//! A table for each rule, every row in every order of handing over.

use proptest::collection::btree_map;
use proptest::prelude::*;

use super::*;
use crate::record::{FiscalYear, Provenance, Role, Section};

/// A record as a source has it.
#[derive(Clone, Copy, Debug)]
struct Told<'t> {
    file: &'t str,
    goal: &'t str,
    result: &'t str,
}

const GOAL: &str = "総合案内の掲示を見直し、初めて来られた方にも分かる案内図を4月に作ります。";
const GOAL_MISREAD: &str =
    "総合案内の揭示を見直し、初めて来られた方にも分かる案内図を4月に作ります。";
const GOAL_REWORDED: &str =
    "総合案内の掲示を見直し、初めて来られた方にも分かる案内図を9月までに作って配ります。";
const RESULT: &str = "案内図を5月に作り、総合案内と各階の窓口で配布しました。";
const RESULT_OTHER: &str = "職員の研修を2回行い、接遇の手引きを全員に渡しました。";
const OTHER: &str = "公園の花壇を地域の方と手入れし、秋の行事に合わせて公開します。";

fn told<'t>(file: &'t str, goal: &'t str, result: &'t str) -> Told<'t> {
    Told { file, goal, result }
}

fn read(told: Told<'_>) -> Record {
    let section = |role, text: &str| {
        let text = text.to_owned();
        (!text.is_empty()).then_some(Section { role, heading: None, text, source: 0 })
    };
    let sections = [section(Role::Goal, told.goal), section(Role::Result, told.result)];
    let mut source = Provenance { file: told.file.to_owned(), ..Provenance::default() };
    edition::Titles::default().fill(&mut source);
    let mut record = Record {
        organization: Some("港区役所".to_owned()),
        fiscal_year: FiscalYear::from_gregorian(2022),
        division: vec!["総務課".to_owned()],
        number: Some(1),
        sections: sections.into_iter().flatten().collect(),
        sources: vec![source],
        ..Record::default()
    };
    record.id = identity::derive(&record);
    record
}

/// What `records` are shown as, each from a source of its own, in whatever order they are handed over.
#[track_caller]
fn merged(records: &[Record]) -> Vec<Record> {
    let mut outcomes = (0..records.len().max(1)).map(|turn| {
        let mut turned = records.to_vec();
        turned.rotate_left(turn);
        if turn % 2 == 1 {
            turned.reverse();
        }
        sort(&mut turned, |record| (0, record));
        let readings: Vec<Reading<'_>> =
            turned.iter().zip(1..).map(|(record, source)| Reading { source, record }).collect();
        let shown = merge(&identity::shared(&records[0]), &readings, |_| false);
        shown.into_iter().map(|shown| shown.record).collect::<Vec<_>>()
    });
    let first = outcomes.next().unwrap();
    outcomes.for_each(|other| assert_eq!(other, first));
    first
}

/// A record in one line: its sections with the files they are printed in, its other files, the kinds of its notices.
fn line(record: &Record) -> String {
    let role = |section: &Section| match section.role {
        Role::Goal => "目標",
        Role::Result => "結果",
        Role::Body => "本文",
    };
    let texts = record.sections.iter().map(|section| {
        format!("{}「{}」{}", role(section), section.text, record.sources[section.source].file)
    });
    let mut parts: Vec<String> = texts.collect();
    let sources: Vec<&str> = record.sources.iter().map(|source| source.file.as_str()).collect();
    parts.push(sources.join("+"));
    parts.extend(record.notices.iter().map(|notice| format!("{:?}", notice.kind)));
    parts.join(" ")
}

#[track_caller]
fn check(told: &[Told<'_>], expected: &[String]) {
    let records: Vec<Record> = told.iter().copied().map(read).collect();
    let merged = merged(&records);
    assert_eq!(merged.iter().map(line).collect::<Vec<_>>(), expected);
    for (ordinal, record) in (1..).zip(&merged) {
        let expected = match ordinal {
            1 => records[0].id.clone(),
            _ => identity::with_ordinal(&records[0].id, ordinal),
        };
        assert_eq!(record.id, expected);
    }
}

#[test]
fn rule_1_the_same_text_is_one_record_with_the_text_of_the_surest_source() {
    let spaced = GOAL.replace('、', "、\n　").replace('4', "４");
    check(
        &[told("a.pdf", &spaced, RESULT), told("b.xlsx", GOAL, RESULT)],
        &[format!("目標「{GOAL}」b.xlsx 結果「{RESULT}」b.xlsx b.xlsx+a.pdf")],
    );
    check(
        &[told("a.txt", &spaced, ""), told("b.pdf", GOAL, ""), told("c.docx", GOAL, "")],
        &[format!("目標「{GOAL}」c.docx c.docx+b.pdf+a.txt")],
    );
    check(
        &[told("b.csv", GOAL, RESULT), told("a.html", &spaced, RESULT)],
        &[format!("目標「{spaced}」a.html 結果「{RESULT}」a.html a.html+b.csv")],
    );
}

#[test]
fn rule_1_text_recognised_in_a_picture_comes_last() {
    let mut scanned = read(told("a.pdf", GOAL, ""));
    scanned.sources[0].recognised = Some(true);
    let text = read(told("b.txt", GOAL, ""));
    assert_eq!(merged(&[scanned, text])[0].sources[0].file, "b.txt");
}

#[test]
fn rule_2_a_few_characters_are_a_fault_of_reading_and_are_shown() {
    check(
        &[told("a.pdf", GOAL_MISREAD, RESULT), told("b.xlsx", GOAL, RESULT)],
        &[format!("目標「{GOAL}」b.xlsx 結果「{RESULT}」b.xlsx b.xlsx+a.pdf Reworded")],
    );
    let records = [told("a.pdf", GOAL_MISREAD, ""), told("b.xlsx", GOAL, "")].map(read);
    let notice = &merged(&records)[0].notices[0];
    let message = "目標の字が資料により少し違います：ここでは「合案内の掲示を見直し、初めて来ら」、\
        「a.pdf」では「合案内の揭示を見直し、初めて来ら」。";
    assert_eq!((notice.message.as_str(), notice.place.as_str()), (message, "a.pdf"));
}

#[test]
fn rule_2_a_digit_is_no_fault_of_reading() {
    let other = GOAL.replace('4', "5");
    check(
        &[told("a.pdf", GOAL, ""), told("b.xlsx", &other, "")],
        &[
            format!("目標「{GOAL}」a.pdf a.pdf"),
            format!("目標「{other}」b.xlsx b.xlsx DuplicateIdentity"),
        ],
    );
}

#[test]
fn rule_3_a_plan_and_its_result_are_one_record() {
    check(
        &[told("a計画.xlsx", GOAL, ""), told("b結果.pdf", GOAL, RESULT)],
        &[format!("目標「{GOAL}」a計画.xlsx 結果「{RESULT}」b結果.pdf b結果.pdf+a計画.xlsx")],
    );
    check(
        &[told("b計画.pdf", GOAL, ""), told("a結果.xlsx", GOAL_REWORDED, RESULT)],
        &[format!(
            "目標「{GOAL_REWORDED}」a結果.xlsx 目標「{GOAL}」b計画.pdf 結果「{RESULT}」a結果.xlsx \
             a結果.xlsx+b計画.pdf Reworded"
        )],
    );
}

#[test]
fn rule_3_what_was_missing_in_the_plan_is_not_missing_in_the_whole() {
    let mut plan = read(told("a.xlsx", GOAL, ""));
    let missing = |part: &str| {
        let message = format!("この取組には{part}が印刷されていません。");
        crate::notice::Notice::new(NoticeKind::Missing, message, "a.xlsx")
    };
    plan.notices = vec![missing("実施結果"), missing("番号")];
    let merged = merged(&[plan, read(told("b.xlsx", "", RESULT))]);
    assert_eq!(merged[0].notices, [missing("番号")]);
}

#[test]
fn rule_4_one_part_that_agrees_is_enough() {
    check(
        &[told("a中間.xlsx", GOAL, RESULT), told("b最終.xlsx", GOAL, RESULT_OTHER)],
        &[format!(
            "目標「{GOAL}」a中間.xlsx 結果「{RESULT}」a中間.xlsx 結果「{RESULT_OTHER}」b最終.xlsx \
             a中間.xlsx+b最終.xlsx Reworded"
        )],
    );
    check(
        &[told("a.xlsx", "継続", RESULT), told("b.xlsx", "継続", RESULT_OTHER)],
        &[
            format!("目標「継続」a.xlsx 結果「{RESULT}」a.xlsx a.xlsx"),
            format!("目標「継続」b.xlsx 結果「{RESULT_OTHER}」b.xlsx b.xlsx DuplicateIdentity"),
        ],
    );
}

#[test]
fn rule_5_a_goal_and_a_result_are_one_record_if_nothing_else_may_be_meant() {
    check(
        &[told("a計画.xlsx", GOAL, ""), told("b結果.xlsx", "", RESULT)],
        &[format!("目標「{GOAL}」a計画.xlsx 結果「{RESULT}」b結果.xlsx a計画.xlsx+b結果.xlsx")],
    );
    check(
        &[told("a.xlsx", GOAL, ""), told("b.xlsx", OTHER, ""), told("c.xlsx", "", RESULT)],
        &[
            format!("目標「{GOAL}」a.xlsx a.xlsx"),
            format!("目標「{OTHER}」b.xlsx b.xlsx DuplicateIdentity"),
            format!("結果「{RESULT}」c.xlsx c.xlsx DuplicateIdentity"),
        ],
    );
    let [mut plan, mut result] = [told("a.xlsx", GOAL, ""), told("b.xlsx", "", RESULT)].map(read);
    plan.category = Some("共通".to_owned());
    assert_eq!(merged(&[plan.clone(), result.clone()])[0].category.as_deref(), Some("共通"));
    result.category = Some("職場環境".to_owned());
    assert_eq!(merged(&[plan, result]).len(), 2);
}

#[test]
fn rule_6_a_correction_replaces_the_older_text_and_says_so() {
    check(
        &[told("a.xlsx", GOAL, RESULT), told("b_差し替え.pdf", GOAL, RESULT_OTHER)],
        &[format!(
            "目標「{GOAL}」b_差し替え.pdf 結果「{RESULT_OTHER}」b_差し替え.pdf \
             b_差し替え.pdf+a.xlsx Corrected"
        )],
    );
    check(
        &[told("訂正版/a.xlsx", GOAL, OTHER), told("a.xlsx", GOAL_REWORDED, RESULT)],
        &[format!(
            "目標「{GOAL}」訂正版/a.xlsx 結果「{OTHER}」訂正版/a.xlsx 訂正版/a.xlsx+a.xlsx \
             Corrected Corrected"
        )],
    );
    let records = [told("a.xlsx", GOAL, ""), told("b（訂正版）.pdf", OTHER, "")].map(read);
    let notice = &merged(&records)[0].notices[0];
    let message =
        "目標は、訂正された資料「b（訂正版）.pdf」の文です。「a.xlsx」の文と差し替えました。";
    assert_eq!((notice.message.as_str(), notice.place.as_str()), (message, "a.xlsx"));
}

#[test]
fn rule_6_a_corrected_typing_mistake_is_a_correction() {
    check(
        &[told("a.xlsx", GOAL_MISREAD, ""), told("b_修正版.pdf", GOAL, "")],
        &[format!("目標「{GOAL}」b_修正版.pdf b_修正版.pdf+a.xlsx Corrected")],
    );
}

#[test]
fn rule_6_what_a_correction_does_not_print_stays() {
    check(
        &[told("a.xlsx", GOAL, RESULT), told("b_訂正.xlsx", OTHER, "")],
        &[format!(
            "目標「{OTHER}」b_訂正.xlsx 結果「{RESULT}」a.xlsx b_訂正.xlsx+a.xlsx Corrected"
        )],
    );
    check(
        &[told("a.xlsx", GOAL, RESULT), told("a_訂正版.xlsx", GOAL, RESULT)],
        &[format!(
            "目標「{GOAL}」a_訂正版.xlsx 結果「{RESULT}」a_訂正版.xlsx a_訂正版.xlsx+a.xlsx"
        )],
    );
}

#[test]
fn rule_6_the_last_of_several_corrections_holds() {
    check(
        &[
            told("シート.xlsx", GOAL, ""),
            told("シート（第2回訂正）.xlsx", GOAL_REWORDED, ""),
            told("シート（第10回訂正）.xlsx", OTHER, ""),
        ],
        &[format!(
            "目標「{OTHER}」シート（第10回訂正）.xlsx シート（第10回訂正）.xlsx+シート（第2回訂正）.xlsx\
             +シート.xlsx Corrected Corrected"
        )],
    );
}

#[test]
fn rule_6_a_correction_takes_the_place_of_what_is_like_it() {
    check(
        &[
            told("a.xlsx", GOAL, ""),
            told("b.xlsx", OTHER, ""),
            told("z_差替.xlsx", GOAL_REWORDED, ""),
        ],
        &[
            format!("目標「{GOAL_REWORDED}」z_差替.xlsx z_差替.xlsx+a.xlsx Corrected"),
            format!("目標「{OTHER}」b.xlsx b.xlsx DuplicateIdentity"),
        ],
    );
}

#[test]
fn rule_7_unlike_texts_are_two_records_in_the_order_of_names() {
    check(
        &[told("b.xlsx", GOAL, RESULT), told("a.xlsx", OTHER, RESULT_OTHER)],
        &[
            format!("目標「{OTHER}」a.xlsx 結果「{RESULT_OTHER}」a.xlsx a.xlsx"),
            format!("目標「{GOAL}」b.xlsx 結果「{RESULT}」b.xlsx b.xlsx DuplicateIdentity"),
        ],
    );
}

/// The records that readings, each with its source, are shown as.
fn shown(readings: &[(u64, &Record)]) -> Vec<Shown> {
    let views: Vec<Reading<'_>> =
        readings.iter().map(|&(source, record)| Reading { source, record }).collect();
    merge(&identity::shared(readings[0].1), &views, |_| false)
}

#[test]
fn two_of_one_source_stay_two_and_each_meets_its_twin() {
    let first = read(told("a.xlsx", GOAL, ""));
    let second =
        Record { id: identity::with_ordinal(&first.id, 2), ..read(told("a.xlsx", GOAL, "")) };
    let twin = |record: &Record| Record { id: record.id.clone(), ..read(told("b.pdf", GOAL, "")) };
    let (third, fourth) = (twin(&first), twin(&second));
    let shown = shown(&[(1, &first), (1, &second), (2, &third), (2, &fourth)]);
    let made: Vec<&[usize]> = shown.iter().map(|shown| shown.readings.as_slice()).collect();
    assert_eq!(made, [[0, 2], [1, 3]]);
    assert_eq!(shown[0].record.id, first.id);
    assert_eq!(shown[1].record.id, second.id);
    assert_eq!(shown[1].record.notices[0].kind, NoticeKind::DuplicateIdentity);
}

#[test]
fn records_with_a_given_identity_are_not_merged() {
    let given = |file| Record { id: RecordId("plan".to_owned()), ..read(told(file, GOAL, "")) };
    let merged = merged(&[given("a.jsonl"), given("b.jsonl")]);
    let ids: Vec<&str> = merged.iter().map(|record| record.id.0.as_str()).collect();
    assert_eq!(ids, ["plan", "plan-2"]);
}

#[test]
fn an_ordinal_avoids_identities_that_others_hold() {
    let records = [told("a.xlsx", GOAL, ""), told("b.xlsx", OTHER, "")].map(read);
    let taken = identity::with_ordinal(&records[0].id, 2);
    let views = [0, 1].map(|n| Reading { source: n as u64, record: &records[n] });
    let shown = merge(&records[0].id, &views, |id| *id == taken);
    assert_eq!(shown[1].record.id, identity::with_ordinal(&records[0].id, 3));
}

#[test]
fn what_says_little_of_itself_meets_only_by_a_telling_text() {
    let anonymous = |told: Told<'_>| {
        let mut record = Record { organization: None, division: Vec::new(), ..read(told) };
        record.id = identity::derive(&record);
        record
    };
    #[track_caller]
    fn check_count(records: &[Record], expected: usize) {
        assert_eq!(merged(records).len(), expected);
    }
    check_count(&[told("a.csv", GOAL, ""), told("b.pdf", GOAL, "")].map(anonymous), 1);
    check_count(&[told("a.csv", GOAL, ""), told("b.pdf", GOAL_MISREAD, "")].map(anonymous), 1);
    check_count(&[told("a.csv", "継続", ""), told("b.pdf", "継続", "")].map(anonymous), 2);
    check_count(&[told("a.csv", GOAL, ""), told("b.pdf", "", RESULT)].map(anonymous), 2);
    check_count(&[told("a.csv", GOAL, ""), told("b.pdf", GOAL, RESULT)].map(anonymous), 2);
    check_count(&[told("a.csv", GOAL, ""), told("b_訂正版.pdf", OTHER, "")].map(anonymous), 2);
    let copies = [told("a.csv", "継続", ""), told("b.csv", "継続", "")].map(|told| {
        let mut record = anonymous(told);
        record.sources[0].sha256 = Some("00".to_owned());
        record
    });
    check_count(&copies, 1);
}

#[test]
fn columns_without_a_role_are_united_by_their_headings() {
    let with = |file, columns: &[(&str, &str)]| {
        let mut record = read(told(file, GOAL, ""));
        record.sections.extend(columns.iter().map(|(heading, text)| Section {
            role: Role::Body,
            heading: Some((*heading).to_owned()),
            text: (*text).to_owned(),
            source: 0,
        }));
        record
    };
    let merged = merged(&[
        with("a.xlsx", &[("予算", "120千円")]),
        with("b.xlsx", &[("予 算", "120千円"), ("決算", "98千円")]),
    ]);
    assert_eq!(merged.len(), 1);
    let texts: Vec<&str> = merged[0].sections.iter().map(|s| s.text.as_str()).collect();
    assert_eq!(texts, [GOAL, "120千円", "98千円"]);
}

#[test]
fn names_that_differ_are_quoted() {
    let mut records = [told("a.pdf", GOAL, ""), told("b.xlsx", GOAL, "")].map(read);
    records[0].title = Some("案内図作り".to_owned());
    records[1].title = Some("案内図づくり".to_owned());
    records[1].category = Some("共通".to_owned());
    let merged = merged(&records);
    assert_eq!(merged[0].title.as_deref(), Some("案内図づくり"));
    assert_eq!(merged[0].category.as_deref(), Some("共通"));
    let messages: Vec<&str> = merged[0].notices.iter().map(|n| n.message.as_str()).collect();
    assert_eq!(messages, ["取組名は、「a.pdf」では「案内図作り」となっています。"]);
}

#[test]
fn differences_beyond_what_anyone_reads_are_counted() {
    let misread = |other: char| GOAL.replacen('掲', &other.to_string(), 1);
    let goals: Vec<String> = ('一'..).take(30).map(misread).collect();
    let files: Vec<String> = (10..40).map(|number| format!("{number}.xlsx")).collect();
    let tellings = files.iter().zip(&goals).map(|(file, goal)| read(told(file, goal, RESULT)));
    let records: Vec<Record> = tellings.collect();
    let merged = merged(&records);
    let [record] = &merged[..] else { panic!("{} records", merged.len()) };
    assert_eq!(record.sources.len(), 30);
    let messages: Vec<&str> = record.notices.iter().map(|n| n.message.as_str()).collect();
    assert_eq!(messages.len(), 21);
    assert!(messages[..20].iter().all(|message| message.contains("資料により少し違います")));
    assert_eq!(messages[20], "資料による違いが、ほかに9件あります。");
}

#[test]
fn thousands_of_rows_alike_are_merged_in_time() {
    let base = read(told("a.xlsx", GOAL, RESULT));
    let rows = |file: &str, spoil: &str| -> Vec<Record> {
        (1..5000_u64)
            .map(|n| {
                let mut row = read(told(file, "", ""));
                row.id = match n {
                    1 => base.id.clone(),
                    _ => identity::with_ordinal(&base.id, n),
                };
                let text = format!("{spoil}{OTHER}{n}");
                row.sections = vec![Section { role: Role::Goal, heading: None, text, source: 0 }];
                row
            })
            .collect()
    };
    let (a, b) = (rows("a.xlsx", ""), rows("b.pdf", "々"));
    let readings: Vec<(u64, &Record)> =
        a.iter().map(|r| (1, r)).chain(b.iter().map(|r| (2, r))).collect();
    let shown = shown(&readings);
    assert_eq!(shown.len(), a.len());
    assert!(shown.iter().all(|shown| shown.record.sources.len() == 2));
}

#[test]
fn a_record_that_was_exported_and_read_again_is_the_same_record() {
    let records =
        [told("a計画.xlsx", GOAL, ""), told("b結果.pdf", GOAL_REWORDED, RESULT)].map(read);
    let shown = merged(&records);
    let again = merged(&[records[0].clone(), records[1].clone(), shown[0].clone()]);
    assert_eq!(again.len(), 1);
    assert_eq!(again[0].sections.len(), shown[0].sections.len());
    assert_eq!(again[0].sources.len(), 2);
}

const FILES: [&str; 8] = [
    "a.xlsx",
    "b.pdf",
    "c.txt",
    "d_訂正版.xlsx",
    "e（第2回訂正）.pdf",
    "f.csv",
    "g_訂正版.pdf",
    "h.docx",
];
const GOALS: [&str; 6] = ["", GOAL, GOAL_MISREAD, GOAL_REWORDED, OTHER, "継続"];
const RESULTS: [&str; 4] = ["", RESULT, RESULT_OTHER, "済"];

proptest! {
    #[test]
    fn no_text_is_lost_silently(told in btree_map(0..8_usize, (0..6_usize, 0..4_usize), 1..6)) {
        let records: Vec<Record> = told
            .iter()
            .map(|(&f, &(g, r))| read(Told { file: FILES[f], goal: GOALS[g], result: RESULTS[r] }))
            .collect();
        let shown = merged(&records);
        for record in &records {
            let file = &record.sources[0].file;
            let holders: Vec<&Record> = shown
                .iter()
                .filter(|shown| shown.sources.contains(&record.sources[0]))
                .collect();
            prop_assert!(!holders.is_empty());
            for section in &record.sections {
                let text = likeness::fold(&section.text);
                let is_shown = holders.iter().any(|holder| {
                    holder.sections.iter().any(|s| s.role == section.role && likeness::fold(&s.text) == text)
                });
                let is_named = holders.iter().any(|holder| {
                    holder.notices.iter().any(|notice| notice.place == *file)
                });
                prop_assert!(is_shown || is_named, "{section:?} of {file}");
            }
        }
        for shown in &shown {
            prop_assert!(shown.sections.iter().all(|s| s.source < shown.sources.len()));
        }
    }
}

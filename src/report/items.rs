//! What the records of one file say about each other: numbers, categories, copies.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::record::{FiscalYear, Record, Role};

use super::findings::IssueKind;

/// A remark about one record of a file.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Remark {
    /// Its place among the records of the file.
    pub(super) record: usize,
    pub(super) kind: IssueKind,
    pub(super) message: String,
}

/// Files with fewer records say nothing about which categories are usual.
const LEAST_FOR_CATEGORIES: usize = 10;

/// A text with fewer characters is no copy of another that has the same.
const LEAST_COPIED: usize = 20;

/// Numbers of a division that are listed in one remark.
const MOST_LISTED: usize = 10;

/// Everything the records of a file say about each other.
pub(super) fn remarks(records: &[Record]) -> Vec<Remark> {
    let mut remarks = numbering(records);
    remarks.extend(lone_categories(records));
    remarks.extend(empty_sections(records));
    remarks.extend(results_that_are_goals(records));
    remarks.extend(divisions(records));
    remarks
}

/// Numbers that are left out or given twice within a division.
fn numbering(records: &[Record]) -> Vec<Remark> {
    type Item<'r> = (Option<&'r str>, Option<FiscalYear>, &'r [String]);
    let mut numbers: BTreeMap<Item<'_>, BTreeMap<u32, Vec<usize>>> = BTreeMap::new();
    for (at, record) in records.iter().enumerate() {
        if let Some(number) = record.number {
            let item = (record.organization.as_deref(), record.fiscal_year, &*record.division);
            numbers.entry(item).or_default().entry(number).or_default().push(at);
        }
    }
    let mut remarks = Vec::new();
    for ((_, _, division), numbers) in &numbers {
        let division = division.join("/");
        let division = if division.is_empty() { "部署なし".to_owned() } else { division };
        for (number, at) in numbers.iter().filter(|(_, at)| 1 < at.len()) {
            let message = format!("{division}に、番号{number}の取組が{}件あります。", at.len());
            remarks.push(Remark { record: at[1], kind: IssueKind::Numbering, message });
        }
        remarks.extend(gap(&division, numbers));
    }
    remarks
}

/// The numbers between the first and the last of a division that no record has.
fn gap(division: &str, numbers: &BTreeMap<u32, Vec<usize>>) -> Option<Remark> {
    let (first, last) = (*numbers.keys().next()?, *numbers.keys().next_back()?);
    // A list that begins with 1 or 2 is counted; figures far apart are codes and no sequence.
    let n_missing = (last - first + 1) as usize - numbers.len();
    let is_sequence = first <= 2 && n_missing < numbers.len();
    if n_missing == 0 || !is_sequence {
        return None;
    }
    let missing = (first..=last).filter(|number| !numbers.contains_key(number));
    let listed: Vec<String> = missing.clone().take(MOST_LISTED).map(|n| n.to_string()).collect();
    let and_more = if MOST_LISTED < n_missing { "など" } else { "" };
    let after = missing.clone().next()?;
    let record = numbers.range(after..).next()?.1[0];
    let message = format!("{division}に、番号{}{and_more}の取組がありません。", listed.join("、"));
    Some(Remark { record, kind: IssueKind::Numbering, message })
}

fn lone_categories(records: &[Record]) -> Vec<Remark> {
    let mut uses: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, record) in records.iter().enumerate() {
        if let Some(category) = record.category.as_deref() {
            uses.entry(category).or_default().push(at);
        }
    }
    let n_used = uses.values().map(Vec::len).sum::<usize>();
    let lone: Vec<(&str, usize)> =
        uses.iter().filter(|(_, at)| at.len() == 1).map(|(name, at)| (*name, at[0])).collect();
    // Where most categories occur once, they are no categories but names.
    if n_used < LEAST_FOR_CATEGORIES || uses.len() < 3 * lone.len() {
        return Vec::new();
    }
    let remark = |(category, record): (&str, usize)| {
        let message = format!("区分「{category}」は、この資料で一度しか使われていません。");
        Remark { record, kind: IssueKind::LoneCategory, message }
    };
    lone.into_iter().map(remark).collect()
}

/// Records without a goal or a result that most records of the file have, and sections without text.
fn empty_sections(records: &[Record]) -> Vec<Remark> {
    let has = |record: &Record, role| {
        let mut sections = record.sections.iter().filter(|section| section.role == role);
        sections.any(|section| !section.text.trim().is_empty())
    };
    let mut remarks = Vec::new();
    for (role, name) in [(Role::Goal, "目標"), (Role::Result, "実施結果")] {
        let n_with = records.iter().filter(|record| has(record, role)).count();
        // Files of several sorts of tables have goals in some of them.
        if n_with * 5 < records.len() * 4 {
            continue;
        }
        for (at, _) in records.iter().enumerate().filter(|(_, record)| !has(record, role)) {
            let message = format!("{name}の文章がありません。");
            remarks.push(Remark { record: at, kind: IssueKind::EmptySection, message });
        }
    }
    remarks
}

fn results_that_are_goals(records: &[Record]) -> Vec<Remark> {
    let text = |record: &Record, role| -> String {
        let sections = record.sections.iter().filter(|section| section.role == role);
        sections.flat_map(|s| s.text.chars()).filter(|c| !c.is_whitespace()).collect()
    };
    let is_copy = |record: &Record| {
        let (goal, result) = (text(record, Role::Goal), text(record, Role::Result));
        LEAST_COPIED <= goal.chars().count() && goal == result
    };
    let copies = records.iter().enumerate().filter(|(_, record)| is_copy(record));
    let remark = |(record, _)| Remark {
        record,
        kind: IssueKind::ResultIsGoal,
        message: "実施結果が目標と同じ文章です。".to_owned(),
    };
    copies.map(remark).collect()
}

/// Records without a division where others have one, and divisions with a parent that is not printed, once each.
fn divisions(records: &[Record]) -> Vec<Remark> {
    let n_with = records.iter().filter(|record| !record.division.is_empty()).count();
    let mut told = BTreeSet::new();
    let mut remarks = Vec::new();
    let mut uses: HashMap<&[String], usize> = HashMap::new();
    for record in records.iter().filter(|record| record.division_inferred) {
        *uses.entry(&record.division).or_default() += 1;
    }
    for (at, record) in records.iter().enumerate() {
        if record.division.is_empty() && records.len() < 2 * n_with {
            let message = "部署がありません。".to_owned();
            remarks.push(Remark { record: at, kind: IssueKind::MissingDivision, message });
        }
        if record.division_inferred && told.insert(&record.division) {
            let n = uses.get(&*record.division).copied().unwrap_or(1);
            let message = format!(
                "「{}」の上位の部署が印刷されていないため、「{}」と推定しました（{n}件）。",
                record.division.join("/"),
                record.division_canonical.join("/")
            );
            remarks.push(Remark { record: at, kind: IssueKind::MissingDivision, message });
        }
    }
    remarks
}

/// What a record says, as one text to compare; nothing of records that say little.
pub(super) fn content(record: &Record) -> Option<String> {
    let texts = record.sections.iter().map(|section| section.text.as_str());
    let title = record.title.as_deref().unwrap_or_default();
    let all: String = texts
        .flat_map(|text| text.chars().chain(['\u{1F}']))
        .chain(title.chars())
        .filter(|c| !c.is_whitespace())
        .collect();
    (LEAST_COPIED <= all.chars().count()).then_some(all)
}

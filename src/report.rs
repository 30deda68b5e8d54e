//! The quality report: what an office can be told about the files that were read.
//!
//! A [`Report`] is fed with one file after the other and keeps counts, not texts: it grows with the vocabulary of a
//! collection and by some hundred bytes a record.
//! [`Findings`] is what it comes to; it is written as JSON for programs and as one page of HTML for people.
//! Nothing here says that a text is wrong: each finding is a place where a person should look.

mod characters;
mod confidence;
mod findings;
mod items;
mod keys;
mod page;
mod spellings;
mod symbols;
mod texts;
mod typos;

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::analysis::{Analyzer, Worker};
use crate::notice::{Notice, NoticeKind};
use crate::record::{Provenance, Record, Role, Section};

pub use self::characters::Characters;
pub use self::confidence::Confidence;
pub use self::findings::{
    Count, FileFacts, FileFindings, Findings, Issue, IssueKind, KindNote, MixedSpelling, Outcome,
    Place, SpelledForm, SpellingKind, Totals, VERSION,
};

use self::confidence::RecordCounts;
use self::spellings::{Mixed, Spellings};
use self::typos::{Suspect, Typos};

/// Findings of one sort that are listed for a file; all are counted.
const MOST_LISTED: usize = 50;

/// Notices of a file that are listed.
const MOST_NOTICES: usize = 100;

/// Mixed spellings that are listed.
const MOST_SPELLINGS: usize = 500;

/// Records beyond this number are counted and their texts not looked at.
const MOST_EXAMINED: usize = 1_000_000;

/// The characters of a record's text that its name is, where it has no other.
const OPENING_CHARS: usize = 20;

/// A report in the making.
pub struct Report {
    analyzer: Analyzer,
    worker: Worker,
    files: Vec<Draft>,
    /// By number: the names of the files, that at hand included.
    names: Vec<String>,
    records: Vec<Spot>,
    n_unexamined: usize,
    /// By hash of what a record says: the first that says it.
    contents: HashMap<u64, u32>,
    spellings: Spellings,
    typos: Typos,
}

/// A file as far as it is known before the last one is read.
struct Draft {
    facts: FileFacts,
    n_records: usize,
    n_goals: usize,
    n_results: usize,
    n_bodies: usize,
    characters: Characters,
    counts: RecordCounts,
    issues: Issues,
    /// By other file: how many records say what one there says, and the first of them.
    copied: BTreeMap<u32, (usize, usize)>,
    notices: Vec<Notice>,
    n_notices: usize,
}

/// Findings by sort: some are listed, all are counted.
#[derive(Default)]
struct Issues {
    listed: Vec<Issue>,
    counts: [usize; IssueKind::ALL.len()],
}

/// Where a record stands.
struct Spot {
    file: u32,
    page: Option<u32>,
    row: Option<u32>,
    line: Option<u32>,
    sheet: Option<Box<str>>,
    cell: Option<Box<str>>,
    id: Box<str>,
    name: Box<str>,
}

impl Report {
    /// An empty report, which reads texts with `analyzer`.
    pub fn new(analyzer: &Analyzer) -> Report {
        Report {
            analyzer: analyzer.clone(),
            worker: analyzer.worker(),
            files: Vec::new(),
            names: Vec::new(),
            records: Vec::new(),
            n_unexamined: 0,
            contents: HashMap::new(),
            spellings: Spellings::default(),
            typos: Typos::default(),
        }
    }

    /// Takes in a file with everything that was read from it; `notices` are those of the file as a whole.
    pub fn add(&mut self, facts: &FileFacts, records: &[Record], notices: &[Notice]) {
        let file = u32::try_from(self.files.len()).unwrap_or(u32::MAX);
        let has = |role| {
            let with =
                |record: &&Record| record.sections.iter().any(|section| section.role == role);
            records.iter().filter(with).count()
        };
        let own = records.iter().flat_map(|record| &record.notices);
        let mut draft = Draft {
            facts: facts.clone(),
            n_records: records.len(),
            n_goals: has(Role::Goal),
            n_results: has(Role::Result),
            n_bodies: has(Role::Body),
            characters: Characters::default(),
            counts: RecordCounts { n_records: records.len(), ..RecordCounts::default() },
            issues: Issues::default(),
            copied: BTreeMap::new(),
            notices: notices.iter().chain(own.clone()).take(MOST_NOTICES).cloned().collect(),
            n_notices: notices.len() + own.count(),
        };
        let n_room = MOST_EXAMINED.saturating_sub(self.records.len());
        self.n_unexamined += records.len().saturating_sub(n_room);
        let examined = &records[..records.len().min(n_room)];
        let first = self.records.len();
        self.records.extend(examined.iter().map(|record| Spot::of(record, file)));
        self.names.push(facts.file.clone());
        note_inferred(&mut draft, notices);
        let mut broken = vec![false; examined.len()];
        for remark in items::remarks(examined) {
            broken[remark.record] |= remark.kind == IssueKind::EmptySection;
            let place = self.place(first + remark.record);
            draft.issues.push(remark.kind, || Issue::new(remark.kind, place, remark.message));
        }
        for (at, record) in examined.iter().enumerate() {
            broken[at] |= self.examine(record, first + at, &mut draft);
        }
        self.note_copies(&mut draft);
        draft.counts.n_broken = broken.iter().filter(|is_broken| **is_broken).count();
        self.files.push(draft);
    }

    /// Looks at one record; says whether its text looks broken.
    fn examine(&mut self, record: &Record, number: usize, draft: &mut Draft) -> bool {
        let short = u32::try_from(number).unwrap_or(u32::MAX);
        let inferred: Vec<&Notice> =
            record.notices.iter().filter(|notice| notice.kind == NoticeKind::Inferred).collect();
        draft.counts.n_inferred += usize::from(record.division_inferred || !inferred.is_empty());
        // A parent that was inferred is told with the division.
        for notice in inferred.iter().filter(|notice| !tells_parent(record, notice)) {
            let place = self.place(number);
            let message = notice.message.clone();
            draft
                .issues
                .push(IssueKind::Inferred, || Issue::new(IssueKind::Inferred, place, message));
        }
        let is_copy = self.is_copy(record, number, draft);
        let mut is_broken = false;
        let title = record.title.as_deref().unwrap_or_default();
        for text in record.sections.iter().map(|s| s.text.as_str()).chain([title]) {
            draft.characters.add(text);
            // The same sheet as PDF and as workbook has one spelling and not two.
            if !is_copy {
                self.spellings.add(text, record.organization.as_deref(), short, &mut self.worker);
            }
            self.typos.add(text, short);
        }
        for section in &record.sections {
            for fault in texts::faults(&section.text, &self.analyzer) {
                is_broken |= fault.kind != IssueKind::UnreadableCharacters;
                let place = self.place_of(number, record, section);
                draft.issues.push(fault.kind, || Issue {
                    passage: Some(fault.passage),
                    found: Some(fault.found),
                    ..Issue::new(fault.kind, place, fault.message.to_owned())
                });
            }
        }
        is_broken
    }

    /// Whether a record says what an earlier one says, which is noted.
    fn is_copy(&mut self, record: &Record, number: usize, draft: &mut Draft) -> bool {
        let Some(content) = items::content(record) else { return false };
        let mut hasher = DefaultHasher::new();
        content.hash(&mut hasher);
        let hash = hasher.finish();
        let Some(&first) = self.contents.get(&hash) else {
            self.contents.insert(hash, u32::try_from(number).unwrap_or(u32::MAX));
            return false;
        };
        let other = self.records.get(first as usize).map(|spot| spot.file);
        if let Some(other) = other.filter(|other| *other as usize + 1 < self.names.len()) {
            draft.copied.entry(other).or_insert((0, number)).0 += 1;
            return true;
        }
        let (place, first) = (self.place(number), self.place(first as usize));
        let name = first.name.as_deref().unwrap_or_default();
        let message = format!("{}「{name}」と同じ内容です。", first.within());
        draft
            .issues
            .push(IssueKind::Duplicate, || Issue::new(IssueKind::Duplicate, place, message));
        true
    }

    /// Notes once for each other file that records say what others there say.
    fn note_copies(&self, draft: &mut Draft) {
        for (other, (n_copied, first)) in std::mem::take(&mut draft.copied) {
            let name = self.names.get(other as usize).map_or("", String::as_str);
            let message = format!("この資料の{n_copied}件が、{name}の取組と同じ内容です。");
            let place = self.place(first);
            draft
                .issues
                .push(IssueKind::Duplicate, || Issue::new(IssueKind::Duplicate, place, message));
        }
    }

    fn place(&self, number: usize) -> Place {
        let Some(spot) = self.records.get(number) else { return Place::default() };
        Place {
            file: self.names.get(spot.file as usize).cloned().unwrap_or_default(),
            page: spot.page,
            sheet: spot.sheet.as_deref().map(str::to_owned),
            cell: spot.cell.as_deref().map(str::to_owned),
            row: spot.row,
            line: spot.line,
            record: Some(spot.id.to_string()),
            name: Some(spot.name.to_string()),
        }
    }

    /// The place of a section, which may have another source than the record's first.
    fn place_of(&self, number: usize, record: &Record, section: &Section) -> Place {
        let place = self.place(number);
        match record.sources.get(section.source) {
            Some(source) => Place { record: place.record, name: place.name, ..Place::of(source) },
            None => place,
        }
    }

    /// Everything found.
    pub fn finish(mut self) -> Findings {
        let suspects = std::mem::take(&mut self.typos).finish(&self.analyzer);
        for suspect in suspects {
            self.note_typo(suspect);
        }
        let mixed = std::mem::take(&mut self.spellings).finish();
        let n_mixed_spellings = mixed.len();
        let mixed_spellings = mixed
            .into_iter()
            .take(MOST_SPELLINGS)
            .map(|mixed| self.mixed_spelling(mixed))
            .collect();
        let mut totals = Totals {
            n_files: self.files.len(),
            n_unexamined: self.n_unexamined,
            n_mixed_spellings,
            ..Totals::default()
        };
        let mut counts = [0; IssueKind::ALL.len()];
        for draft in &self.files {
            totals.n_failed += usize::from(draft.facts.outcome == Outcome::Failed);
            totals.n_records += draft.n_records;
            counts.iter_mut().zip(draft.issues.counts).for_each(|(sum, count)| *sum += count);
        }
        totals.issues = told(&counts);
        let note = |kind: IssueKind| KindNote { kind, label: kind.label(), note: kind.note() };
        Findings {
            version: VERSION,
            program: format!("torikumi {}", env!("CARGO_PKG_VERSION")),
            totals,
            files: self.files.into_iter().map(Draft::finish).collect(),
            mixed_spellings,
            issue_kinds: IssueKind::ALL.map(note).to_vec(),
        }
    }

    fn note_typo(&mut self, suspect: Suspect) {
        let number = suspect.record as usize;
        let place = self.place(number);
        let Some(file) = self.records.get(number).map(|spot| spot.file as usize) else { return };
        let message = format!(
            "「{}」は「{}」の誤りではありませんか。この並びの文は{}つ、直した並びの文は{}以上あります。",
            suspect.found, suspect.likely, suspect.n_found, suspect.n_likely
        );
        self.files[file].issues.push(IssueKind::Typo, || Issue {
            passage: Some(suspect.passage),
            found: Some(suspect.found),
            likely: Some(suspect.likely),
            ..Issue::new(IssueKind::Typo, place, message)
        });
    }

    fn mixed_spelling(&self, mixed: Mixed) -> MixedSpelling {
        let places =
            |records: Vec<u32>| records.into_iter().map(|n| self.place(n as usize)).collect();
        let form =
            |(form, n_records, records)| SpelledForm { form, n_records, places: places(records) };
        let forms: Vec<SpelledForm> = mixed.forms.into_iter().map(form).collect();
        MixedSpelling {
            organization: mixed.organization,
            kind: mixed.kind,
            majority: forms.first().map(|form| form.form.clone()).unwrap_or_default(),
            forms,
        }
    }
}

impl Issues {
    fn push(&mut self, kind: IssueKind, issue: impl FnOnce() -> Issue) {
        let count = &mut self.counts[kind as usize];
        *count += 1;
        if *count <= MOST_LISTED {
            self.listed.push(issue());
        }
    }
}

impl Issue {
    fn new(kind: IssueKind, place: Place, message: String) -> Issue {
        Issue { kind, place, message, passage: None, found: None, likely: None }
    }
}

impl Draft {
    fn finish(self) -> FileFindings {
        let mut issues = self.issues.listed;
        // Stable: within a sort, the order of the file.
        issues.sort_by_key(|issue| issue.kind);
        FileFindings {
            confidence: Confidence::of(&self.facts, &self.characters, self.counts),
            facts: self.facts,
            n_records: self.n_records,
            n_goals: self.n_goals,
            n_results: self.n_results,
            n_bodies: self.n_bodies,
            characters: self.characters,
            counts: told(&self.issues.counts),
            issues,
            notices: self.notices,
            n_notices: self.n_notices,
        }
    }
}

impl Spot {
    fn of(record: &Record, file: u32) -> Spot {
        let none = Provenance::default();
        let source = record.sources.first().unwrap_or(&none);
        Spot {
            file,
            page: source.page,
            row: source.row,
            line: source.line,
            sheet: source.sheet.as_deref().map(Box::from),
            cell: source.cell.as_deref().map(Box::from),
            id: record.id.0.as_str().into(),
            name: name(record).into(),
        }
    }
}

impl Place {
    fn of(source: &Provenance) -> Place {
        Place {
            file: source.file.clone(),
            page: source.page,
            sheet: source.sheet.clone(),
            cell: source.cell.clone(),
            row: source.row,
            line: source.line,
            record: None,
            name: None,
        }
    }
}

/// What a person calls a record: its title, else division and number, else how its text begins.
fn name(record: &Record) -> String {
    if let Some(title) = record.title.as_deref().filter(|title| !title.trim().is_empty()) {
        return title.chars().take(2 * OPENING_CHARS).collect();
    }
    let mut parts = record.division.clone();
    parts.extend(record.number.map(|number| format!("番号{number}")));
    if !parts.is_empty() {
        return parts.join(" ");
    }
    let text = record.sections.iter().map(|s| s.text.trim()).find(|text| !text.is_empty());
    text.unwrap_or_default().chars().take(OPENING_CHARS).filter(|c| *c != '\n').collect()
}

/// Notes what was inferred for the file as a whole.
fn note_inferred(draft: &mut Draft, notices: &[Notice]) {
    for notice in notices.iter().filter(|notice| notice.kind == NoticeKind::Inferred) {
        let place = Place { file: draft.facts.file.clone(), ..Place::default() };
        let message = at_place(notice);
        draft.issues.push(IssueKind::Inferred, || Issue::new(IssueKind::Inferred, place, message));
    }
}

/// Whether a notice says that a division's parent was inferred.
fn tells_parent(record: &Record, notice: &Notice) -> bool {
    record.division_inferred && notice.message.starts_with("部署は、ここに印刷されていない")
}

/// A notice with the place that only it knows.
fn at_place(notice: &Notice) -> String {
    match notice.place.split_once(" p.") {
        Some((_, page)) => format!("{}（{page}ページ）", notice.message),
        None => notice.message.clone(),
    }
}

fn told(counts: &[usize; IssueKind::ALL.len()]) -> Vec<Count> {
    let counts = IssueKind::ALL.into_iter().zip(counts);
    counts.filter(|(_, n)| 0 < **n).map(|(kind, count)| Count { kind, count: *count }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{FiscalYear, RecordId};
    use std::sync::OnceLock;

    fn analyzer() -> &'static Analyzer {
        static ANALYZER: OnceLock<Analyzer> = OnceLock::new();
        ANALYZER.get_or_init(|| Analyzer::open(None).unwrap())
    }

    fn record(number: u32, goal: &str, result: &str) -> Record {
        let section =
            |role, text: &str| Section { role, heading: None, text: text.to_owned(), source: 0 };
        Record {
            id: RecordId(format!("r{number}")),
            organization: Some("浜手区役所".to_owned()),
            fiscal_year: FiscalYear::from_gregorian(2022),
            division: vec!["総務課".to_owned()],
            number: Some(number),
            category: Some("共通".to_owned()),
            sections: vec![section(Role::Goal, goal), section(Role::Result, result)],
            sources: vec![Provenance {
                file: "a.pdf".to_owned(),
                page: Some(3),
                row: Some(number),
                ..Provenance::default()
            }],
            ..Record::default()
        }
    }

    fn findings(records: &[Record], notices: &[Notice]) -> Findings {
        let mut report = Report::new(analyzer());
        let facts =
            FileFacts { file: "a.pdf".to_owned(), n_pages: Some(4), ..FileFacts::default() };
        report.add(&facts, records, notices);
        report.finish()
    }

    /// The findings about one record with those texts, by sort, beside two that are sound.
    #[track_caller]
    fn check(goal: &str, result: &str, expected: &[(IssueKind, &str)]) {
        let records = [
            record(1, "花壇の手入れを地域の皆さんと続けます。", "月に一度の手入れを続けました。"),
            record(2, "記入台に見本を置きます。", "見本を五か所に置きました。"),
            record(3, goal, result),
            record(4, "避難訓練を夜間にも行います。", "夜間の訓練を二回行いました。"),
            record(5, "相談の窓口を広げます。", "窓口を二つに増やしました。"),
        ];
        let findings = findings(&records, &[]);
        let found: Vec<(IssueKind, &str)> = findings.files[0]
            .issues
            .iter()
            .map(|issue| (issue.kind, issue.found.as_deref().unwrap_or_default()))
            .collect();
        assert_eq!(found, expected, "{goal} {result}");
        let place = findings.files[0].issues.first().map(|issue| &issue.place);
        assert!(place.is_none_or(|place| place.within() == "3ページ 表の3行目"), "{place:?}");
    }

    #[test]
    fn texts_that_are_whole_are_not_remarked_on() {
        check("受付の案内を見直します。", "案内を改めました。", &[]);
        check("受付の案内の見直し", "案内板の設置のお知らせ", &[]);
        check("待ち時間の短縮（目標：10分）", "平均９分", &[]);
        check("講座の開催\n相談の実施", "目標を達成した", &[]);
    }

    #[test]
    fn texts_that_are_cut_are_remarked_on() {
        use IssueKind::{
            CutText, EmptySection, OneCharacterLines, ResultIsGoal, UnreadableCharacters,
        };
        check("受付の案内を見直し、", "改めました。", &[(CutText, "、")]);
        check("受付の案内の見直しを", "改めました。", &[(CutText, "を")]);
        check("庁舎の清掃を実施し", "しました。", &[(CutText, "し")]);
        check("。受付の案内を見直します。", "しました。", &[(CutText, "。")]);
        check("受付の案内を見直します。", "", &[(EmptySection, "")]);
        check("受\n付\n案\n内", "改めました。", &[(OneCharacterLines, "受")]);
        check(
            "受付の\u{FFFD}案内を見直します。",
            "しました。",
            &[(UnreadableCharacters, "\u{FFFD}")],
        );
        let same = "受付の案内を見直し、見本を新しくします。";
        check(same, same, &[(ResultIsGoal, "")]);
    }

    #[test]
    fn slips_are_told_from_rare_words() {
        let mut records: Vec<Record> = (1..40)
            .map(|n| {
                let (goal, result) = (
                    format!("{n}丁目の清掃を実施します。"),
                    format!("{n}丁目の清掃を実施しました。"),
                );
                record(n, &goal, &result)
            })
            .collect();
        records.push(record(40, "花壇の手入れを実施しまた。", "花壇でまたたく灯りを見ました。"));
        let findings = findings(&records, &[]);
        let typos: Vec<(&str, &str)> = findings.files[0]
            .issues
            .iter()
            .filter(|issue| issue.kind == IssueKind::Typo)
            .map(|issue| (issue.found.as_deref().unwrap(), issue.likely.as_deref().unwrap()))
            .collect();
        assert_eq!(typos, [("実施しまた", "実施しました")]);
    }

    #[test]
    fn writings_of_one_word_are_listed_with_their_majority() {
        let records = [
            record(1, "問合せに答えます。", "サーバーを替えました。"),
            record(2, "問い合わせに答えます。", "サーバを替えました。"),
            record(3, "問い合わせが減ります。", "ＨＰを改めました。"),
            record(4, "道を図り、時間を計ります。", "HPを改めました。"),
        ];
        let findings = findings(&records, &[]);
        let forms = |mixed: &MixedSpelling| -> String {
            let forms: Vec<String> =
                mixed.forms.iter().map(|f| format!("{}{}", f.form, f.n_records)).collect();
            forms.join(" ")
        };
        let mixed: Vec<(SpellingKind, String)> =
            findings.mixed_spellings.iter().map(|mixed| (mixed.kind, forms(mixed))).collect();
        assert_eq!(
            mixed,
            [
                (SpellingKind::Okurigana, "問い合わせ2 問合せ1".to_owned()),
                (SpellingKind::Katakana, "サーバ1 サーバー1".to_owned()),
                (SpellingKind::Width, "HP1 ＨＰ1".to_owned()),
            ]
        );
        assert_eq!(findings.mixed_spellings[0].majority, "問い合わせ");
        assert_eq!(findings.mixed_spellings[0].forms[1].places[0].record.as_deref(), Some("r1"));
    }

    #[test]
    fn numbers_that_are_left_out_or_given_twice_are_told() {
        let text = |n: u32| format!("{n}つ目の窓口の案内を見直して改めます。");
        let records = [1, 2, 2, 4].map(|n| record(n, &text(n), "改めました。"));
        let findings = findings(&records, &[]);
        let told: Vec<&str> = findings.files[0]
            .issues
            .iter()
            .filter(|issue| issue.kind == IssueKind::Numbering)
            .map(|issue| issue.message.as_str())
            .collect();
        let expected =
            ["総務課に、番号2の取組が2件あります。", "総務課に、番号3の取組がありません。"];
        assert_eq!(told, expected);
    }

    #[test]
    fn copies_are_told_once_for_each_other_file() {
        let records = [1, 2].map(|n| {
            record(n, &format!("{n}階の窓口の案内を見直して、新しく作ります。"), "作りました。")
        });
        let mut report = Report::new(analyzer());
        for file in ["a.pdf", "a.xlsx"] {
            let facts = FileFacts { file: file.to_owned(), ..FileFacts::default() };
            report.add(&facts, &records, &[]);
        }
        let findings = report.finish();
        let told: Vec<&str> =
            findings.files[1].issues.iter().map(|issue| issue.message.as_str()).collect();
        assert_eq!(told, ["この資料の2件が、a.pdfの取組と同じ内容です。"]);
        assert_eq!(findings.files[0].issues, []);
    }

    #[test]
    fn confidence_falls_with_what_is_wrong() {
        let sound = record(1, "受付の案内を見直します。", "改めました。");
        assert_eq!(findings(&[sound], &[]).files[0].confidence.value, 1.0);
        let garbled = record(1, "受付\u{FFFD}の案内を見直します。", "改めました。");
        assert!(findings(&[garbled], &[]).files[0].confidence.value < 0.7);
        assert_eq!(findings(&[], &[]).files[0].confidence.value, 0.0);
    }

    #[test]
    fn markup_arrives_as_text() {
        let payload = "<script>alert(1)</script>\"'&";
        let mut hostile = record(1, &format!("{payload}\u{FFFD}の"), payload);
        hostile.title = Some(payload.to_owned());
        hostile.organization = Some(payload.to_owned());
        hostile.sources[0].sheet = Some(payload.to_owned());
        let notice = Notice::new(NoticeKind::Inferred, payload, payload);
        let mut report = Report::new(analyzer());
        let facts = FileFacts {
            file: payload.to_owned(),
            reason: Some(payload.to_owned()),
            kind: Some(payload.to_owned()),
            ..FileFacts::default()
        };
        report.add(&facts, &[hostile], &[notice]);
        let findings = report.finish();
        let html = findings.to_html();
        assert!(!html.contains("<script"), "{html}");
        assert!(html.contains("&#60;script&#62;"), "{html}");
        let json: serde_json::Value = serde_json::from_str(&findings.to_json()).unwrap();
        assert_eq!(json["version"], VERSION);
        assert_eq!(json["files"][0]["file"], payload);
    }
}

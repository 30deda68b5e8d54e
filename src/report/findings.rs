//! What a report says, and its JSON form.
//!
//! The form is one that other programs read: fields are added and never renamed or removed, and [`VERSION`] is raised
//! when a field changes its meaning. `docs/report.md` explains every field.

use serde::Serialize;

use crate::notice::Notice;

use super::characters::Characters;
use super::confidence::Confidence;

/// The version of the JSON form.
pub const VERSION: u32 = 1;

/// Everything found in a collection.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Findings {
    /// The version of this form.
    pub version: u32,
    /// The program that made the report, with its version.
    pub program: String,
    /// Sums over all files.
    pub totals: Totals,
    /// Every file, in the order in which it was read.
    pub files: Vec<FileFindings>,
    /// Words that one office writes in several ways, the most frequent first.
    pub mixed_spellings: Vec<MixedSpelling>,
    /// Sorts of findings with the words that the page explains them in.
    pub issue_kinds: Vec<KindNote>,
}

/// Sums over all files.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Totals {
    /// Files that were handed over.
    pub n_files: usize,
    /// Files that could not be read.
    pub n_failed: usize,
    /// Records that were read.
    pub n_records: usize,
    /// Findings by sort, whether listed or not.
    pub issues: Vec<Count>,
    /// Words written in several ways.
    pub n_mixed_spellings: usize,
    /// Records whose texts are not looked at: a report has its limits.
    pub n_unexamined: usize,
}

/// How often something is there.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Count {
    /// What.
    pub kind: IssueKind,
    /// How often.
    pub count: usize,
}

/// What became of a file.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was read.
    #[default]
    Read,
    /// It is as it was when the index took it in, and was not read again.
    Unchanged,
    /// It could not be read; `reason` says why.
    Failed,
}

/// What is known of a file before its text is looked at.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct FileFacts {
    /// Its name, as records show it.
    pub file: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: Option<String>,
    /// What it is: PDF, Excel, …
    pub kind: Option<String>,
    /// What became of it.
    pub outcome: Outcome,
    /// Why it could not be read, in plain Japanese.
    pub reason: Option<String>,
    /// Pages, or worksheets.
    pub n_pages: Option<usize>,
    /// Tables on them.
    pub n_tables: Option<usize>,
    /// Pages on which nothing could be read although something is there.
    pub n_unread_pages: usize,
    /// Pages whose text was recognised in a picture by a machine.
    pub n_recognised_pages: usize,
}

/// Everything found in one file.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FileFindings {
    /// The file.
    #[serde(flatten)]
    pub facts: FileFacts,
    /// Records that were read.
    pub n_records: usize,
    /// Records with a goal.
    pub n_goals: usize,
    /// Records with a result.
    pub n_results: usize,
    /// Records with other text.
    pub n_bodies: usize,
    /// What the texts of the records consist of.
    pub characters: Characters,
    /// How far the reading can be trusted.
    pub confidence: Confidence,
    /// Findings by sort, whether listed or not.
    pub counts: Vec<Count>,
    /// The findings, by sort and then by place; the first of each sort, if there are many.
    pub issues: Vec<Issue>,
    /// What was noticed while reading the file; the first of them, if there are many.
    pub notices: Vec<Notice>,
    /// Notices of the file and its records.
    pub n_notices: usize,
}

/// Something that a person should look at.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Issue {
    /// What sort of finding it is.
    pub kind: IssueKind,
    /// Where.
    pub place: Place,
    /// What was found, in plain Japanese.
    pub message: String,
    /// The text around it, as printed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub passage: Option<String>,
    /// What looks wrong, a part of the passage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
    /// What was probably meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub likely: Option<String>,
}

/// Where a person finds something in the original.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Place {
    /// The file.
    pub file: String,
    /// Page, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
    /// Worksheet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// First cell of the record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cell: Option<String>,
    /// Row of the table, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<u32>,
    /// Line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// The record's identity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<String>,
    /// The record's title, or its division and number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// The sorts of findings.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum IssueKind {
    /// Characters that are none: U+FFFD, private use, Latin letters in place of kana.
    UnreadableCharacters,
    /// A probable slip of the hand.
    Typo,
    /// A section that stops or starts in the middle of a sentence.
    CutText,
    /// A section without text, or one that most records of the file have and this one lacks.
    EmptySection,
    /// Text that stands one character a line.
    OneCharacterLines,
    /// The result repeats the goal.
    ResultIsGoal,
    /// Numbers that are left out, or given twice, within a division.
    Numbering,
    /// Records that say the same.
    Duplicate,
    /// A category that occurs once in the file.
    LoneCategory,
    /// A division whose parents are not printed, or no division at all.
    MissingDivision,
    /// Any other value that was inferred.
    Inferred,
}

/// A sort of findings in words.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct KindNote {
    /// The sort.
    pub kind: IssueKind,
    /// What the page calls it.
    pub label: &'static str,
    /// What it means and what to do.
    pub note: &'static str,
}

/// A word that one office writes in several ways.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MixedSpelling {
    /// The office; nothing for records that name none.
    pub organization: Option<String>,
    /// What the forms differ in.
    pub kind: SpellingKind,
    /// The form that most records have.
    pub majority: String,
    /// Every form, the most frequent first.
    pub forms: Vec<SpelledForm>,
}

/// What the ways to write a word differ in.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SpellingKind {
    /// 問合せ, 問い合わせ.
    Okurigana,
    /// サーバ, サーバー.
    Katakana,
    /// 子ども, 子供.
    KanjiOrKana,
    /// ＨＰ, HP.
    Width,
}

/// One way to write a word.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SpelledForm {
    /// As printed; of an inflected word, the form that dictionaries list.
    pub form: String,
    /// Records that have it.
    pub n_records: u32,
    /// The first of them.
    pub places: Vec<Place>,
}

impl IssueKind {
    /// Every sort, in the order of the page.
    pub const ALL: [IssueKind; 11] = [
        IssueKind::UnreadableCharacters,
        IssueKind::Typo,
        IssueKind::CutText,
        IssueKind::EmptySection,
        IssueKind::OneCharacterLines,
        IssueKind::ResultIsGoal,
        IssueKind::Numbering,
        IssueKind::Duplicate,
        IssueKind::LoneCategory,
        IssueKind::MissingDivision,
        IssueKind::Inferred,
    ];

    /// What the page calls it.
    pub fn label(self) -> &'static str {
        self.words().0
    }

    /// What it means and what to do.
    pub fn note(self) -> &'static str {
        self.words().1
    }

    fn words(self) -> (&'static str, &'static str) {
        match self {
            IssueKind::UnreadableCharacters => (
                "読めない文字",
                "文字コードの情報が欠けている文字です。もとのソフトからPDFを作り直すと直ることがあります。",
            ),
            IssueKind::Typo => (
                "誤字の疑い",
                "この資料群でほとんど使われない並びで、1文字直すとよく使われる並びになる箇所です。統計による推測なので、確かめてください。",
            ),
            IssueKind::CutText => (
                "途中で切れた文章",
                "文の途中で終わっているか、途中から始まっています。欄からあふれた文字が印刷されていないことがあります。",
            ),
            IssueKind::EmptySection => {
                ("空の欄", "ほかの取組にはある目標や実施結果が、この取組にはありません。")
            }
            IssueKind::OneCharacterLines => (
                "1文字だけの行",
                "縦書きの文字が1文字ずつの行として読み取られているおそれがあります。",
            ),
            IssueKind::ResultIsGoal => {
                ("目標と同じ実施結果", "実施結果が目標の写しになっています。")
            }
            IssueKind::Numbering => {
                ("番号の抜けと重なり", "同じ部署の中で、番号が抜けているか、重なっています。")
            }
            IssueKind::Duplicate => ("重複した取組", "同じ内容の取組がほかにもあります。"),
            IssueKind::LoneCategory => (
                "一度だけの区分",
                "この資料で一度しか使われていない区分です。書き間違いのことがあります。",
            ),
            IssueKind::MissingDivision => (
                "部署の欠け",
                "部署か、その上位の部署が印刷されていません。推定した部署が正しいか、確かめてください。",
            ),
            IssueKind::Inferred => (
                "推定した値",
                "印刷されていないか、食い違っているため、プログラムが決めた値です。正しいか、確かめてください。",
            ),
        }
    }
}

impl SpellingKind {
    /// What the page calls it.
    pub fn label(self) -> &'static str {
        match self {
            SpellingKind::Okurigana => "送り仮名",
            SpellingKind::Katakana => "片仮名の書き方",
            SpellingKind::KanjiOrKana => "漢字と仮名",
            SpellingKind::Width => "全角と半角",
        }
    }
}

impl Place {
    /// Where in the file: 3ページ シート「総務」 B12.
    pub fn within(&self) -> String {
        let mut parts = Vec::new();
        parts.extend(self.page.map(|page| format!("{page}ページ")));
        parts.extend(self.sheet.as_ref().map(|sheet| format!("シート「{sheet}」")));
        parts.extend(self.cell.clone());
        // A cell says its row.
        parts.extend(self.row.filter(|_| self.cell.is_none()).map(|row| format!("表の{row}行目")));
        parts.extend(self.line.map(|line| format!("{line}行目")));
        parts.join(" ")
    }
}

impl Findings {
    /// The report as JSON.
    pub fn to_json(&self) -> String {
        let json = serde_json::to_string_pretty(self);
        json.expect("the form has strings, numbers and lists only") + "\n"
    }
}

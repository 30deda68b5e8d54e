//! The report as one page of HTML: no script, nothing from elsewhere, ready to be printed and sent.

use askama::Template;

use super::findings::{FileFindings, Findings, Issue, IssueKind, Outcome, Place, SpelledForm};

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'f> {
    findings: &'f Findings,
    files: Vec<FileView<'f>>,
    /// Sorts of findings with how often they are there.
    sorts: Vec<(&'static str, &'static str, usize)>,
    spellings: Vec<SpellingView<'f>>,
    n_more_spellings: usize,
}

struct FileView<'f> {
    findings: &'f FileFindings,
    /// Names the section of the page.
    anchor: String,
    outcome: &'static str,
    confidence: String,
    /// Why the confidence is not whole, a sentence each.
    reasons: Vec<String>,
    n_issues: usize,
    groups: Vec<Group<'f>>,
}

/// The findings of one sort.
struct Group<'f> {
    label: &'static str,
    note: &'static str,
    issues: Vec<IssueView<'f>>,
    n_more: usize,
}

struct IssueView<'f> {
    place: String,
    name: &'f str,
    message: &'f str,
    /// The passage before, at and behind what looks wrong.
    passage: Option<(&'f str, &'f str, &'f str)>,
}

struct SpellingView<'f> {
    organization: &'f str,
    kind: &'static str,
    majority: &'f str,
    forms: Vec<FormView<'f>>,
}

struct FormView<'f> {
    form: &'f SpelledForm,
    places: Vec<String>,
}

impl Findings {
    /// The report as a page of HTML.
    pub fn to_html(&self) -> String {
        let total =
            |kind| self.totals.issues.iter().find(|c| c.kind == kind).map_or(0, |c| c.count);
        let sorts = IssueKind::ALL.iter().map(|kind| (kind.label(), kind.note(), total(*kind)));
        let page = Page {
            findings: self,
            files: self.files.iter().enumerate().map(|(at, file)| file_view(at, file)).collect(),
            sorts: sorts.filter(|(.., n)| 0 < *n).collect(),
            spellings: self.mixed_spellings.iter().map(spelling_view).collect(),
            n_more_spellings: self.totals.n_mixed_spellings - self.mixed_spellings.len(),
        };
        page.render().expect("the template writes to memory and calls nothing that fails")
    }
}

fn spelling_view(mixed: &super::MixedSpelling) -> SpellingView<'_> {
    let place = |place: &Place| {
        let name = place.name.as_deref().unwrap_or_default();
        [place.file.as_str(), &place.within(), name].join(" ")
    };
    let forms = mixed.forms.iter();
    SpellingView {
        organization: mixed.organization.as_deref().unwrap_or("組織の記載なし"),
        kind: mixed.kind.label(),
        majority: &mixed.majority,
        forms: forms
            .map(|form| FormView { form, places: form.places.iter().map(place).collect() })
            .collect(),
    }
}

fn file_view(at: usize, file: &FileFindings) -> FileView<'_> {
    FileView {
        findings: file,
        anchor: format!("file-{}", at + 1),
        outcome: match file.facts.outcome {
            Outcome::Read => "読み取りました",
            Outcome::Unchanged => "前回から変わっていません",
            Outcome::Failed => "読み取れませんでした",
        },
        confidence: percent(file.confidence.value),
        reasons: reasons(file),
        n_issues: file.counts.iter().map(|count| count.count).sum(),
        groups: file.counts.iter().map(|count| group(file, count.kind, count.count)).collect(),
    }
}

fn group(file: &FileFindings, kind: IssueKind, count: usize) -> Group<'_> {
    let issues: Vec<IssueView<'_>> =
        file.issues.iter().filter(|issue| issue.kind == kind).map(issue_view).collect();
    Group { label: kind.label(), note: kind.note(), n_more: count - issues.len(), issues }
}

fn issue_view(issue: &Issue) -> IssueView<'_> {
    let found = issue.found.as_deref().filter(|found| !found.is_empty());
    let split = |passage| {
        let parts =
            found.and_then(|found| str::split_once(passage, found).map(|(a, b)| (a, found, b)));
        parts.unwrap_or((passage, "", ""))
    };
    IssueView {
        place: issue.place.within(),
        name: issue.place.name.as_deref().unwrap_or_default(),
        message: &issue.message,
        passage: issue.passage.as_deref().map(split),
    }
}

fn reasons(file: &FileFindings) -> Vec<String> {
    let (parts, facts) = (&file.confidence, &file.facts);
    let mut reasons = Vec::new();
    let mut say = |holds: bool, sentence: String| reasons.extend(holds.then_some(sentence));
    say(
        parts.pages < 1.0,
        format!(
            "{}ページのうち{}ページが読めません。",
            facts.n_pages.unwrap_or(1),
            facts.n_unread_pages
        ),
    );
    let unreadable = file.characters.unreadable_share();
    say(0.0 < unreadable, format!("文字の{}が読めません。", percent(unreadable)));
    say(
        0.0 < parts.recognised,
        format!(
            "ページの{}は、画像から機械が読み取った文字（OCR）です。",
            percent(parts.recognised)
        ),
    );
    say(
        0.0 < parts.broken,
        format!("取組の{}に、途中で切れた文章や空の欄があります。", percent(parts.broken)),
    );
    say(
        0.0 < parts.inferred,
        format!("取組の{}に、推定した値があります。", percent(parts.inferred)),
    );
    reasons
}

/// A share in whole percents; what is there is never 0, and what is missing never 100.
fn percent(part: f64) -> String {
    let rounded = (part * 100.0).round();
    let shown = match part {
        _ if part <= 0.0 => 0.0,
        _ if 1.0 <= part => 100.0,
        _ => rounded.clamp(1.0, 99.0),
    };
    format!("{shown}%")
}

//! How things are called on the page and in labels.

use crate::query::answer::Interpretation;
use crate::query::answer::SnippetField;
use crate::query::explanation::Explanation;
use crate::query::explanation::Match;
use crate::query::request::Sort;
use crate::query::widening::Unwanted;
use crate::query::widening::WideningKind;
use crate::record::FiscalYear;
use crate::record::Record;
use crate::record::Role;

/// Characters of a text that stand for a record without title, division or number.
const OPENING_CHARS: usize = 30;

/// A number with its thousands set apart: 12,345.
pub(super) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.char_indices() {
        if at != 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A fiscal year in the short form of facets: 令和4年度.
pub(super) fn year_label(year: Option<FiscalYear>) -> String {
    year.map_or_else(|| "年度の記載なし".to_owned(), |year| year.to_string())
}

/// A fiscal year in both calendars: 令和4年度（2022年度）.
pub(super) fn year_in_full(year: FiscalYear) -> String {
    let (era, gregorian) = (year.to_string(), format!("{}年度", year.gregorian()));
    if era == gregorian { era } else { format!("{era}（{gregorian}）") }
}

/// What a record is called in a list and above its page.
pub(super) fn record_name(record: &Record) -> String {
    if let Some(title) = record.title.as_deref().filter(|title| !title.trim().is_empty()) {
        return title.to_owned();
    }
    let mut parts = record.division.clone();
    if let Some(number) = record.number {
        parts.push(format!("取組{number}"));
    }
    if parts.is_empty() { opening(record) } else { parts.join(" ") }
}

/// The first characters of a record's text.
fn opening(record: &Record) -> String {
    let text =
        record.sections.iter().map(|section| section.text.trim()).find(|text| !text.is_empty());
    let Some(text) = text else {
        return "題のない取組".to_owned();
    };
    let line = text.lines().next().unwrap_or(text);
    match line.char_indices().nth(OPENING_CHARS) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

pub(crate) fn role_label(role: Role) -> &'static str {
    match role {
        Role::Goal => "目標",
        Role::Result => "実施結果",
        Role::Body => "本文",
    }
}

pub(crate) fn snippet_label(field: SnippetField) -> &'static str {
    match field {
        SnippetField::Goal => role_label(Role::Goal),
        SnippetField::Result => role_label(Role::Result),
        SnippetField::Body => role_label(Role::Body),
        SnippetField::Title => "題名",
        SnippetField::Division => "部署",
        SnippetField::Category => "区分",
    }
}

pub(super) fn sort_label(sort: Sort) -> &'static str {
    match sort {
        Sort::Relevance => "関連の強い順",
        Sort::Newest => "新しい年度から",
        Sort::Oldest => "古い年度から",
    }
}

/// How a part of the query was understood, as a sentence, and what undoing that is called.
pub(crate) fn interpretation(
    Interpretation { kind, from, to, .. }: &Interpretation,
) -> (String, &'static str) {
    match kind {
        WideningKind::FiscalYear => {
            let year = FiscalYear::parse(to).map_or_else(|| to.to_owned(), year_in_full);
            (
                format!("「{from}」を年度の条件とみなし、{year}に絞りました。"),
                "本文のことばとして探す",
            )
        }
        WideningKind::Date => {
            let year = FiscalYear::parse(to).map_or_else(|| to.to_owned(), year_in_full);
            (
                format!("「{from}」は{year}なので、その年度の取組を先に並べました。"),
                "年度を考えずに並べる",
            )
        }
        WideningKind::Variant => {
            (format!("「{from}」の別の書き方「{to}」も含めて探しました。"), "別の書き方を含めない")
        }
        WideningKind::Synonym => (
            format!("「{from}」と同じ意味の「{to}」も含めて探しました。"),
            "同じ意味のことばを含めない",
        ),
        WideningKind::Reading => (
            format!("「{from}」では見つからないため、同じ読みの「{to}」で探しました。"),
            "この読み替えをやめる",
        ),
        WideningKind::Spelling => (
            format!("「{from}」では見つからないため、つづりの近い「{to}」で探しました。"),
            "この読み替えをやめる",
        ),
        WideningKind::Relaxed => (
            format!("「{from}」のすべてを含む取組はないため、{to}を探しました。"),
            "すべて含むものだけを探す",
        ),
    }
}

/// What a widening that was taken back is called.
pub(super) fn unwanted(Unwanted { kind, from }: &Unwanted) -> String {
    let what = match kind {
        WideningKind::FiscalYear => "年度の条件にしない",
        WideningKind::Date => "年度を考えない",
        WideningKind::Variant => "別の書き方を含めない",
        WideningKind::Synonym => "同じ意味のことばを含めない",
        WideningKind::Reading | WideningKind::Spelling => "読み替えない",
        WideningKind::Relaxed => "すべて含むものだけ",
    };
    format!("「{from}」：{what}")
}

/// The parts of an explanation that are told; the rest weighs little.
const MOST_REASONS: usize = 6;

/// Why a record was found, a sentence for each thing that matched, what weighed most first.
pub(crate) fn explanation(explanation: &Explanation) -> Vec<String> {
    let told = explanation.matches.iter().enumerate();
    let told = told.filter(|(_, found)| !found.printed.is_empty()).take(MOST_REASONS);
    told.map(|(place, found)| reason(found, place == 0)).collect()
}

fn reason(found: &Match, is_heaviest: bool) -> String {
    let place = snippet_label(found.field);
    let printed: Vec<String> = found.printed.iter().map(|text| format!("「{text}」")).collect();
    let (printed, from) = (printed.concat(), &found.origin.from);
    let why = match found.origin.widening {
        None if found.is_as_written() => String::new(),
        None => format!("（「{from}」の別の書き方）"),
        Some(WideningKind::Synonym) => format!("（「{from}」と同じ意味のことば）"),
        Some(WideningKind::Reading) => format!("（「{from}」と同じ読み）"),
        Some(WideningKind::Spelling) => format!("（「{from}」とつづりが近い）"),
        Some(_) => format!("（「{from}」から）"),
    };
    let weight = if is_heaviest { "これが順位に最も効いています。" } else { "" };
    format!("{place}に{printed}があります{why}。{weight}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::SearchRequest;
    use crate::query::matcher::Origin;
    use crate::record::Section;

    #[test]
    fn thousands_are_set_apart() {
        let numbers =
            [(0, "0"), (999, "999"), (1000, "1,000"), (12345, "12,345"), (1234567, "1,234,567")];
        for (number, expected) in numbers {
            assert_eq!(grouped(number), expected);
        }
    }

    #[test]
    fn a_year_stands_in_both_calendars() {
        let full = |year| year_in_full(FiscalYear::from_gregorian(year).expect("in range"));
        assert_eq!(full(2022), "令和4年度（2022年度）");
        assert_eq!(year_label(None), "年度の記載なし");
    }

    #[test]
    fn a_record_always_has_a_name() {
        let text = |text: &str| {
            let text = text.to_owned();
            vec![Section { role: Role::Goal, heading: None, text, source: 0 }]
        };
        let division = vec!["総務部".to_owned(), "庶務課".to_owned()];
        let check = |record: Record, expected: &str| assert_eq!(record_name(&record), expected);
        check(
            Record { title: Some("花壇".to_owned()), number: Some(1), ..Record::default() },
            "花壇",
        );
        check(Record { division, number: Some(3), ..Record::default() }, "総務部 庶務課 取組3");
        check(
            Record { title: Some("　".to_owned()), number: Some(1), ..Record::default() },
            "取組1",
        );
        check(
            Record { sections: text("花を植える。\n水をやる。"), ..Record::default() },
            "花を植える。",
        );
        let long = "花".repeat(31);
        check(
            Record { sections: text(&long), ..Record::default() },
            &format!("{}…", "花".repeat(30)),
        );
        check(Record::default(), "題のない取組");
    }

    #[test]
    fn every_interpretation_is_a_sentence_with_a_way_back() {
        for kind in WideningKind::ALL {
            let undo = SearchRequest::default();
            let (from, to) = ("甲".to_owned(), "2022".to_owned());
            let (sentence, undo) = interpretation(&Interpretation { kind, from, to, undo });
            assert!(sentence.contains("「甲」") && sentence.ends_with('。'), "{sentence}");
            assert!(sentence.contains("2022"), "{sentence}");
            assert!(!undo.is_empty());
        }
    }

    #[test]
    fn an_explanation_says_where_and_why() {
        let found = |from: &str, widening, printed: &str, field| Match {
            origin: Origin { from: from.to_owned(), widening, line: None },
            printed: printed.split_whitespace().map(str::to_owned).collect(),
            field,
            weight: 1.0,
        };
        let matches = vec![
            found("ＨＰ", None, "HP", SnippetField::Goal),
            found("問合せ", None, "問い合わせ", SnippetField::Result),
            found("苦情", Some(WideningKind::Synonym), "クレーム", SnippetField::Result),
            found("研修", None, "", SnippetField::Body),
        ];
        let sentences = explanation(&Explanation { matches, tree: String::new() });
        let expected = [
            "目標に「HP」があります。これが順位に最も効いています。",
            "実施結果に「問い合わせ」があります（「問合せ」の別の書き方）。",
            "実施結果に「クレーム」があります（「苦情」と同じ意味のことば）。",
        ];
        assert_eq!(sentences, expected);
    }
}

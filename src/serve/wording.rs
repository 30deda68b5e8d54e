//! How things are called on the page and in labels, in the words of a language.

use super::texts::words::Words;
use crate::query::answer::Interpretation;
use crate::query::explanation::Explanation;
use crate::query::explanation::Match;
use crate::query::widening::Unwanted;
use crate::record::FiscalYear;
use crate::record::Record;

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

/// A fiscal year in the short form of facets.
pub(super) fn year_label(words: &Words, year: Option<FiscalYear>) -> String {
    year.map_or_else(|| words.no_year.to_owned(), words.year)
}

/// What a record is called in a list and above its page.
pub(super) fn record_name(words: &Words, record: &Record) -> String {
    if let Some(title) = record.title.as_deref().filter(|title| !title.trim().is_empty()) {
        return title.to_owned();
    }
    let mut parts = record.division.clone();
    parts.extend(record.number.map(words.numbered));
    if parts.is_empty() { opening(words, record) } else { parts.join(" ") }
}

/// The first characters of a record's text.
fn opening(words: &Words, record: &Record) -> String {
    let text =
        record.sections.iter().map(|section| section.text.trim()).find(|text| !text.is_empty());
    let Some(text) = text else {
        return words.nameless.to_owned();
    };
    let line = text.lines().next().unwrap_or(text);
    match line.char_indices().nth(OPENING_CHARS) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

/// How a part of the query was understood, as a sentence, and what undoing that is called.
pub(crate) fn interpretation(
    words: &Words,
    Interpretation { kind, from, to, .. }: &Interpretation,
) -> (String, &'static str) {
    ((words.interpretation)(*kind, from, to), (words.undo)(*kind))
}

/// What a widening that was taken back is called.
pub(super) fn unwanted(words: &Words, Unwanted { kind, from }: &Unwanted) -> String {
    (words.unwanted)(*kind, from)
}

/// The parts of an explanation that are told; the rest weighs little.
const MOST_REASONS: usize = 6;

/// Why a record was found, a sentence for each thing that matched, what weighed most first.
pub(crate) fn explanation(words: &Words, explanation: &Explanation) -> Vec<String> {
    let told = explanation.matches.iter().enumerate();
    let told = told.filter(|(_, found)| !found.printed.is_empty()).take(MOST_REASONS);
    told.map(|(place, found)| reason(words, found, place == 0)).collect()
}

fn reason(words: &Words, found: &Match, is_heaviest: bool) -> String {
    let mut reason = (words.reason)(words.field(found.field), found);
    if is_heaviest {
        reason.push_str(words.heaviest);
    }
    reason.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::SearchRequest;
    use crate::query::answer::SnippetField;
    use crate::query::matcher::Origin;
    use crate::query::widening::WideningKind;
    use crate::record::Role;
    use crate::record::Section;
    use crate::serve::language::Language;
    use crate::serve::texts;

    const WORDS: &Words = &texts::JAPANESE.words;

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
        let year = FiscalYear::from_gregorian(2022).expect("in range");
        assert_eq!((WORDS.year_in_full)(year), "令和4年度（2022年度）");
        assert_eq!((texts::of(Language::English).words.year_in_full)(year), "FY2022 (令和4年度)");
        assert_eq!(year_label(WORDS, None), "年度の記載なし");
    }

    #[test]
    fn a_record_always_has_a_name() {
        let text = |text: &str| {
            let text = text.to_owned();
            vec![Section { role: Role::Goal, heading: None, text, source: 0 }]
        };
        let division = vec!["総務部".to_owned(), "庶務課".to_owned()];
        let check =
            |record: Record, expected: &str| assert_eq!(record_name(WORDS, &record), expected);
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
        for language in Language::ALL {
            let words = &texts::of(language).words;
            for kind in WideningKind::ALL {
                let (from, to) = ("甲".to_owned(), "2022".to_owned());
                let undo = SearchRequest::default();
                let (sentence, undo) =
                    interpretation(words, &Interpretation { kind, from, to, undo });
                assert!(sentence.contains('甲') && sentence.ends_with(['。', '.']), "{sentence}");
                // Outside the language of the index, what a relaxed query became is said without its words.
                let names_both = kind == WideningKind::Relaxed || sentence.contains("2022");
                assert!(names_both, "{sentence}");
                assert!(!undo.is_empty());
            }
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
        let sentences = explanation(WORDS, &Explanation { matches, tree: String::new() });
        let expected = [
            "目標に「HP」があります。これが順位に最も効いています。",
            "実施結果に「問い合わせ」があります（「問合せ」の別の書き方）。",
            "実施結果に「クレーム」があります（「苦情」と同じ意味のことば）。",
        ];
        assert_eq!(sentences, expected);
    }
}

//! What the last term of a query that is still being typed may become: words that the records hold.
//!
//! ```text
//! 個人情報 ho       →  個人情報 ホームページ     the beginning of a reading, in kana or Latin letters
//! 個人情報 ホー     →  個人情報 ホームページ     the beginning of a word
//! 個人じょ          →  個人情報                  a word half converted
//! ```
//!
//! A suggestion is a promise: as a query it finds the records that it counts.
//! So what stands before the last term is searched and counted with, words that would be cut otherwise alone than in
//! their texts are left out, and inside quotation marks, filters, exclusions and parentheses nothing is suggested.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};

use tantivy::{DocAddress, Searcher as Snapshot};

use crate::analysis::{Worker, fold};
use crate::index::{Fields, KnownWord, Vocabulary};

use super::ast::{Ast, FilterField};
use super::{romaji, syntax, year_terms};

/// What a query may become.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Completion {
    /// The whole query, completed.
    pub text: String,
    /// The reading of the completed word in katakana, where it is known.
    pub reading: Option<String>,
    /// Records that hold the word and meet what stands before it; the query finds them all.
    pub count: usize,
}

/// How many completions are given unless the asker says otherwise.
pub const DEFAULT_LIMIT: usize = 10;

/// The most completions.
pub const MAX_LIMIT: usize = 50;

/// Words that are looked at for each that is given: some fall out because they are written twice or cut otherwise.
const CANDIDATES: usize = 4;

/// Half converted words are filtered by their reading, so that more are looked at.
const HALF_CONVERTED: usize = 500;

/// The shortest reading, in bytes, of a word that a longer one is looked for behind: four kana.
const SHORTEST: usize = 12;

/// Words that a longer one is looked for behind.
const MOST_BEGUN: usize = 4;

/// A query that is being typed, taken apart.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Typed<'q> {
    /// What stands before the last term, as typed.
    pub(super) before: &'q str,
    /// What of it is asked of the same records.
    pub(super) asked: &'q str,
    /// The last term.
    pub(super) last: &'q str,
}

/// The last term of `q`, unless it is none that can be completed.
pub(super) fn last_term(q: &str) -> Option<Typed<'_>> {
    // Terms beyond the limit are read as text.
    let mut is_excluded = false;
    let mut alternative = 0;
    let mut rest = q;
    for _ in 1..syntax::MAX_TERMS {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix(['|', '｜']) {
            rest = after;
            alternative = q.len() - rest.len();
            continue;
        }
        let first = rest.chars().next()?;
        if matches!(first, '(' | '（' | ')' | '）') {
            return None;
        }
        if let Some(after) = after_quotation(rest.trim_start_matches(['-', '－', '−'])) {
            rest = after?;
            is_excluded = false;
            continue;
        }
        let end =
            rest.find(|c: char| c.is_whitespace() || matches!(c, '|' | '｜')).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        if after.is_empty() {
            let is_plain =
                !is_excluded && !is_operator(piece) && !is_filter(piece) && !first_is_minus(piece);
            let before = &q[..q.len() - piece.len()];
            return is_plain.then(|| Typed {
                before,
                asked: before[alternative..].trim(),
                last: piece,
            });
        }
        if is_filter(piece) && piece.contains(|c| syntax::closing_mark(c).is_some()) {
            return None;
        }
        is_excluded = piece == "NOT";
        rest = after;
        if piece == "OR" {
            alternative = q.len() - rest.len();
        }
    }
    None
}

/// What follows a quotation at the start of `text`; an inner `None` if it has no end.
fn after_quotation(text: &str) -> Option<Option<&str>> {
    let open = text.chars().next()?;
    let close = syntax::closing_mark(open)?;
    let mut n_open = 0;
    let mut is_escaped = false;
    for (at, c) in text.char_indices() {
        if is_escaped || c == '\\' {
            is_escaped = !is_escaped;
        } else if c == close && 0 < n_open {
            n_open -= 1;
            if n_open == 0 {
                return Some(Some(&text[at + c.len_utf8()..]));
            }
        } else if c == open {
            n_open += 1;
        }
    }
    Some(None)
}

fn is_operator(piece: &str) -> bool {
    matches!(piece, "OR" | "AND" | "NOT")
}

fn is_filter(piece: &str) -> bool {
    piece.split_once([':', '：']).is_some_and(|(name, _)| FilterField::named(name).is_some())
}

fn first_is_minus(piece: &str) -> bool {
    piece.starts_with(['-', '－', '−'])
}

/// What completes a term.
pub(super) struct Completer<'c> {
    pub(super) snapshot: &'c Snapshot,
    pub(super) fields: &'c Fields,
    pub(super) worker: &'c mut Worker,
    /// The records that meet what stands before the term; `None` if nothing does.
    pub(super) within: Option<&'c HashSet<DocAddress>>,
}

/// Words that are one to a reader, in whatever readings and cuts the index holds them.
#[derive(Default)]
struct Candidate {
    words: Vec<KnownWord>,
    is_whole: bool,
}

impl Completer<'_> {
    /// The completions of `typed`, best first: what is typed whole, then what more records hold, then what is shorter.
    pub(super) fn complete(
        mut self,
        typed: Typed<'_>,
        limit: usize,
    ) -> tantivy::Result<Vec<Completion>> {
        let vocabulary = Vocabulary::of(self.snapshot, self.fields)?;
        let n_words = limit.saturating_mul(CANDIDATES);
        let mut candidates: BTreeMap<String, Candidate> = BTreeMap::new();
        for (word, is_whole) in words(&vocabulary, typed.last, n_words)? {
            let candidate = candidates.entry(fold(&word.surface).text).or_default();
            candidate.is_whole |= is_whole;
            if !candidate.words.contains(&word) {
                candidate.words.push(word);
            }
        }
        let mut ranked = Vec::new();
        for candidate in candidates.into_values() {
            // Only what a search for the word finds is promised; cut otherwise, it is another word.
            let mut words = candidate.words;
            words.retain(|word| self.is_found(word));
            // The writing that most records have is the one that is shown.
            let Some(shown) = words.iter().max_by_key(|word| word.count) else {
                continue;
            };
            let count = vocabulary.count_within(&words, self.within)?;
            ranked.push((
                (!candidate.is_whole, Reverse(count), shown.surface.chars().count()),
                shown.clone(),
            ));
        }
        ranked.retain(|((_, Reverse(count), _), _)| 0 < *count);
        ranked.sort_by(|(a, x), (b, y)| a.cmp(b).then_with(|| x.surface.cmp(&y.surface)));
        let mut completions = Vec::new();
        for ((_, Reverse(count), _), word) in ranked {
            if completions.len() == limit {
                break;
            }
            let text = format!("{}{}", typed.before, word.surface);
            let reading = (!word.reading.is_empty()).then_some(word.reading);
            completions.push(Completion { text, reading, count });
        }
        Ok(completions)
    }

    /// Whether the word, asked alone, is one term of the same units as in its texts.
    fn is_found(&mut self, word: &KnownWord) -> bool {
        let ast =
            syntax::parse(&word.surface).value.map(|ast| year_terms::into_filters(ast, &[]).0);
        if !matches!(ast, Some(Ast::Term(term)) if term == word.surface) {
            return false;
        }
        let mut units = Vec::new();
        self.worker.units(&word.surface, &mut units);
        units.iter().map(|unit| &unit.term).eq(&word.units)
            && units.windows(2).all(|pair| pair[0].position + 1 == pair[1].position)
    }
}

/// The words that `last` may become, each with whether it is all of it.
fn words(
    vocabulary: &Vocabulary<'_>,
    last: &str,
    n_words: usize,
) -> tantivy::Result<Vec<(KnownWord, bool)>> {
    let folded = fold(last).text;
    let mut all = Vec::new();
    for word in vocabulary.starting_with(&folded, n_words)? {
        let is_whole = fold(&word.surface).text == folded;
        all.push((word, is_whole));
    }
    let readings = romaji::beginnings(&folded);
    for reading in &readings {
        for word in vocabulary.read_as_prefix(reading, n_words)? {
            let is_whole = word.reading == *reading;
            all.push((word, is_whole));
        }
        for word in longer(vocabulary, reading)? {
            let is_whole = word.reading == *reading;
            all.push((word, is_whole));
        }
    }
    if readings.is_empty() {
        all.extend(half_converted(vocabulary, &folded)?.into_iter().map(|word| (word, false)));
    }
    Ok(all)
}

/// Long words whose reading begins with `reading`: they begin with a word whose reading ends within it.
fn longer(vocabulary: &Vocabulary<'_>, reading: &str) -> tantivy::Result<Vec<KnownWord>> {
    let mut found = Vec::new();
    let begun = vocabulary.readings_at_start(reading)?;
    for begun in
        begun.into_iter().rev().filter(|begun| SHORTEST <= begun.range.len()).take(MOST_BEGUN)
    {
        let mut words =
            vocabulary.starting_with(&fold(&begun.word.surface).text, HALF_CONVERTED)?;
        words.retain(|word| word.reading.starts_with(reading));
        found.append(&mut words);
    }
    Ok(found)
}

/// The words that a text is the beginning of when its end in kana or letters is a reading: 個人じょ begins 個人情報.
fn half_converted(vocabulary: &Vocabulary<'_>, folded: &str) -> tantivy::Result<Vec<KnownWord>> {
    let tail = folded
        .char_indices()
        .rev()
        .take_while(|(_, c)| matches!(c, 'ぁ'..='ゖ' | 'a'..='z' | 'ー' | '\''))
        .last()
        .map_or(folded.len(), |(at, _)| at);
    let (converted, tail) = folded.split_at(tail);
    let readings = romaji::beginnings(tail);
    if converted.is_empty() || readings.is_empty() {
        return Ok(Vec::new());
    }
    let mut words = vocabulary.starting_with(converted, HALF_CONVERTED)?;
    // What is converted was read as one kana a character at least.
    let n_before = converted.chars().count() * 'ア'.len_utf8();
    words.retain(|word| {
        word.reading.get(n_before..).is_some_and(|rest| {
            rest.char_indices().any(|(at, _)| {
                readings.iter().any(|reading| rest[at..].starts_with(reading.as_str()))
            })
        })
    });
    Ok(words)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(q: &str, expected: Option<(&str, &str)>) {
        let typed = last_term(q);
        assert_eq!(typed.map(|typed| (typed.asked, typed.last)), expected, "{q}");
        if let Some(Typed { before, last, .. }) = typed {
            assert_eq!(format!("{before}{last}"), q);
        }
    }

    #[test]
    fn the_last_term_is_completed_and_what_stands_before_it_is_kept() {
        check("ほ", Some(("", "ほ")));
        check("個人情報 ho", Some(("個人情報", "ho")));
        check("個人情報　-研修　ほ", Some(("個人情報　-研修", "ほ")));
        check("\"個人 情報\" ほ", Some(("\"個人 情報\"", "ほ")));
        check("「「手紙」を」 ほ", Some(("「「手紙」を」", "ほ")));
        check("年度:令和4 ほ", Some(("年度:令和4", "ほ")));
        check("離乳食 OR ほ", Some(("", "ほ")));
        check("離乳食｜ほ", Some(("", "ほ")));
        check("a OR b ほ", Some(("b", "ほ")));
        check("ORANGE", Some(("", "ORANGE")));
    }

    #[test]
    fn operators_filters_and_quotations_are_left_alone() {
        for q in [
            "",
            " ",
            "ほ ",
            "\"ほ",
            "「ほ",
            "「ほ」",
            "-ほ",
            "－ほ",
            "NOT ほ",
            "OR",
            "a OR",
            "NOT",
            "AND",
            "部署:ほ",
            "division:ほ",
            "年度：令",
            "(ほ",
            "(a) ほ",
            "a (b OR ほ",
            "部署:「a b」 ほ",
            "a |",
        ] {
            check(q, None);
        }
        check(&"a ".repeat(100), None);
        check(&format!("{}ほ", "a ".repeat(100)), None);
    }

    proptest! {
        #[test]
        fn any_text_is_taken_apart(q in r#"([ 　()（）"「」|｜:：-]|OR |NOT |年度|個人|a|\PC){0,40}"#) {
            if let Some(Typed { before, asked, last }) = last_term(&q) {
                prop_assert_eq!(format!("{before}{last}"), q.as_str());
                prop_assert!(before.contains(asked));
                prop_assert!(!last.is_empty());
            }
        }
    }
}

//! Snippets: passages of the printed text that show why a record was found.
//!
//! A passage is one unbroken stretch of a section, cut at sentence or clause boundaries,
//! and never within a grapheme; its fragments joined are that stretch, unchanged.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use crate::record::{Record, Role, Section};

use super::answer::{Fragment, Snippet, SnippetField};
use super::matcher::{Care, Haystack, Matcher, merge};
use super::sentence_worker::SentenceWorker;

/// A passage grows by whole sentences up to this many characters.
const PASSAGE_CHARS: usize = 110;

/// A sentence longer than this is cut at clauses.
const SENTENCE_CHARS: usize = 160;

/// What to show of `record`: the best passage of every section that matches, and the title, division
/// and category where the match is there; the beginning of the first section if nothing else can be shown.
pub fn snippets(
    record: &Record,
    matchers: &[Matcher],
    within: Option<Role>,
    worker: &mut SentenceWorker,
) -> Vec<Snippet> {
    // Where nothing is found at a first look, some word is spelled as no other in the index.
    let mut found = matching(record, matchers, within, Care::Likely, worker);
    if found.is_empty() {
        found = matching(record, matchers, within, Care::Every, worker);
    }
    let has_passage = found.iter().any(|snippet| is_section(snippet.field));
    if !has_passage {
        found
            .extend(record.sections.iter().find(|section| !section.text.is_empty()).map(beginning));
    }
    found
}

/// The whole text of each section of `record`, cut where anything matches; where a search looks only `within` some
/// sections, nothing is marked in the others.
pub fn whole(
    record: &Record,
    matchers: &[Matcher],
    within: Option<Role>,
    worker: &mut SentenceWorker,
) -> Vec<Vec<Fragment>> {
    let mut marked = |section: &Section, care| {
        let is_searched = within.is_none_or(|role| role == section.role);
        let matchers = if is_searched { matchers } else { &[] };
        let ranges = occurrences(&section.text, matchers, care, worker).merged;
        fragments(&section.text, 0..section.text.len(), &ranges)
    };
    let likely: Vec<Vec<Fragment>> =
        record.sections.iter().map(|section| marked(section, Care::Likely)).collect();
    if likely.iter().flatten().any(|fragment| fragment.hit) {
        return likely;
    }
    record.sections.iter().map(|section| marked(section, Care::Every)).collect()
}

fn is_section(field: SnippetField) -> bool {
    matches!(field, SnippetField::Goal | SnippetField::Result | SnippetField::Body)
}

/// The snippets of what matches.
fn matching(
    record: &Record,
    matchers: &[Matcher],
    within: Option<Role>,
    care: Care,
    worker: &mut SentenceWorker,
) -> Vec<Snippet> {
    let mut snippets = Vec::new();
    if within.is_none() {
        snippets.extend(names(record).filter_map(|(field, text)| {
            let ranges = occurrences(text, matchers, care, worker).merged;
            (!ranges.is_empty())
                .then(|| Snippet { field, fragments: fragments(text, 0..text.len(), &ranges) })
        }));
    }
    let mut sections: Vec<(Role, f32, Snippet)> = Vec::new();
    for section in &record.sections {
        if within.is_some_and(|role| role != section.role) {
            continue;
        }
        let Some((worth, snippet)) = section_snippet(section, matchers, care, worker) else {
            continue;
        };
        // Of several sections with one role, the best is shown.
        match sections.iter_mut().find(|(role, ..)| *role == section.role) {
            Some(other) if other.1 < worth => *other = (section.role, worth, snippet),
            Some(_) => {}
            None => sections.push((section.role, worth, snippet)),
        }
    }
    sections.sort_by(|a, b| b.1.total_cmp(&a.1));
    snippets.extend(sections.into_iter().map(|(_, _, snippet)| snippet));
    snippets
}

/// The matches in a text.
#[derive(Default)]
struct Occurrences {
    /// Where anything matches; without overlap, in order.
    merged: Vec<Range<usize>>,
    /// Which matcher matches where, in the order of the text.
    found: Vec<(usize, Range<usize>)>,
}

/// Where any of `matchers` stands in `text`.
fn occurrences(
    text: &str,
    matchers: &[Matcher],
    care: Care,
    worker: &mut SentenceWorker,
) -> Occurrences {
    if matchers.is_empty() {
        return Occurrences::default();
    }
    let haystack = Haystack::new(text, matchers, care, worker);
    let mut found: Vec<(usize, Range<usize>)> = Vec::new();
    for (number, matcher) in matchers.iter().enumerate() {
        found.extend(haystack.find(matcher).into_iter().map(|range| (number, range)));
    }
    found.sort_by_key(|(_, range)| (range.start, range.end));
    let merged = merge(found.iter().map(|(_, range)| range.clone()).collect());
    Occurrences { merged, found }
}

/// The text of `range`, cut where `matches` begin and end.
fn fragments(text: &str, range: Range<usize>, matches: &[Range<usize>]) -> Vec<Fragment> {
    let mut fragments = Vec::new();
    let mut push = |range: Range<usize>, hit| {
        if range.start < range.end {
            fragments.push(Fragment { text: text[range].to_owned(), hit });
        }
    };
    let mut at = range.start;
    for found in matches {
        let found = found.start.max(at)..found.end.min(range.end);
        if found.start < found.end {
            push(at..found.start, false);
            push(found.clone(), true);
            at = found.end;
        }
    }
    push(at..range.end, false);
    fragments
}

/// The names of a record that can be shown, with their fields.
pub(super) fn names(record: &Record) -> impl Iterator<Item = (SnippetField, &str)> {
    let title = record.title.iter().map(|title| (SnippetField::Title, title.as_str()));
    let division = record.division.iter().map(|name| (SnippetField::Division, name.as_str()));
    let category = record.category.iter().map(|name| (SnippetField::Category, name.as_str()));
    title.chain(division).chain(category)
}

fn section_snippet(
    section: &Section,
    matchers: &[Matcher],
    care: Care,
    worker: &mut SentenceWorker,
) -> Option<(f32, Snippet)> {
    let occurrences = occurrences(&section.text, matchers, care, worker);
    if occurrences.merged.is_empty() {
        return None;
    }
    let (passage, worth) = best_passage(&section.text, &occurrences);
    let fragments = fragments(&section.text, passage, &occurrences.merged);
    Some((worth, Snippet { field: field_of(section.role), fragments }))
}

fn beginning(section: &Section) -> Snippet {
    let (passage, _) = best_passage(&section.text, &Occurrences::default());
    Snippet { field: field_of(section.role), fragments: fragments(&section.text, passage, &[]) }
}

/// The field that sections of `role` are shown as.
pub(super) fn field_of(role: Role) -> SnippetField {
    match role {
        Role::Goal => SnippetField::Goal,
        Role::Result => SnippetField::Result,
        Role::Body => SnippetField::Body,
    }
}

/// The passage with the most different matches, and how much it is worth.
fn best_passage(text: &str, Occurrences { merged, found }: &Occurrences) -> (Range<usize>, f32) {
    let sentences = pieces(text, merged);
    let mut best: Option<(Range<usize>, f32)> = None;
    for first in 0..sentences.len() {
        let passage = trim(text, grow(text, &sentences, first), found);
        let worth = worth(&passage, found);
        // The earliest of equals reads best; a passage should begin where its first match is.
        if best.as_ref().is_none_or(|(_, most)| *most < worth) {
            best = Some((passage, worth));
        }
    }
    best.unwrap_or((0..0, 0.0))
}

/// Whole sentences from `first` on, as many as fit.
fn grow(text: &str, sentences: &[Range<usize>], first: usize) -> Range<usize> {
    let mut passage = sentences[first].clone();
    let mut n_chars = text[passage.clone()].chars().count();
    for sentence in &sentences[first + 1..] {
        n_chars += text[sentence.clone()].chars().count();
        if PASSAGE_CHARS < n_chars {
            break;
        }
        passage.end = sentence.end;
    }
    passage
}

/// Without white space at either end, unless it is part of a match.
fn trim(text: &str, passage: Range<usize>, found: &[(usize, Range<usize>)]) -> Range<usize> {
    let piece = &text[passage.clone()];
    let mut start = passage.start + (piece.len() - piece.trim_start().len());
    let mut end = passage.end - (piece.len() - piece.trim_end().len());
    for (_, range) in inside(&passage, found) {
        start = start.min(range.start);
        end = end.max(range.end);
    }
    if start < end { start..end } else { passage }
}

/// The matches that lie within a passage.
fn inside<'f>(
    passage: &Range<usize>,
    found: &'f [(usize, Range<usize>)],
) -> impl Iterator<Item = &'f (usize, Range<usize>)> + use<'f> {
    let (start, end) = (passage.start, passage.end);
    let first = found.partition_point(|(_, range)| range.start < start);
    found[first..]
        .iter()
        .take_while(move |(_, range)| range.start < end)
        .filter(move |(_, range)| range.end <= end)
}

/// Different matches count most, their number a little; a match in the passage's first half a little more.
fn worth(passage: &Range<usize>, found: &[(usize, Range<usize>)]) -> f32 {
    let different: std::collections::BTreeSet<usize> =
        inside(passage, found).map(|(number, _)| *number).collect();
    let middle = usize::midpoint(passage.start, passage.end);
    let early = inside(passage, found).filter(|(_, range)| range.start < middle).count();
    different.len() as f32 + 0.05 * inside(passage, found).count() as f32 + 0.02 * early as f32
}

/// The graphemes of `text` with their places.
fn graphemes(text: &str) -> Box<dyn Iterator<Item = (usize, &str)> + '_> {
    // Of these every character is a grapheme; sheets hold little else, and looking each up takes its time.
    let is_alone = |c: char| {
        matches!(c, ' '..='~' | '\u{3000}'..='\u{3029}' | 'ぁ'..='ゖ' | 'ァ'..='ー')
            || matches!(c, '\u{3400}'..='\u{9FFF}' | '！'..='～')
    };
    if text.chars().all(is_alone) {
        Box::new(text.char_indices().map(|(at, c)| (at, &text[at..at + c.len_utf8()])))
    } else {
        Box::new(text.grapheme_indices(true))
    }
}

/// The sentences of `text`, long ones cut at clauses; no cut lies within a match or a grapheme.
fn pieces(text: &str, matches: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut matches = matches.iter().peekable();
    let mut is_free = |at: usize| {
        while matches.next_if(|range| range.end <= at).is_some() {}
        matches.peek().is_none_or(|range| at <= range.start)
    };
    let mut pieces: Vec<Range<usize>> = Vec::new();
    let mut start = 0;
    let mut n_chars = 0;
    let mut last_clause = None;
    for (at, grapheme) in graphemes(text) {
        n_chars += 1;
        let end = at + grapheme.len();
        if !is_free(end) {
            continue;
        }
        let ends_sentence = matches!(grapheme, "。" | "！" | "？" | "!" | "?" | "\n" | "\r\n");
        if matches!(grapheme, "、" | "，" | "," | "・" | "　" | " ") {
            last_clause = Some(end);
        }
        let is_too_long = SENTENCE_CHARS <= n_chars;
        if ends_sentence || is_too_long {
            let cut = match last_clause {
                Some(clause) if !ends_sentence => clause,
                _ => end,
            };
            match pieces.last_mut() {
                // The break after a full stop is no sentence.
                Some(last) if text[start..cut].trim().is_empty() => last.end = cut,
                _ => pieces.push(start..cut),
            }
            start = cut;
            n_chars = text[cut..end].graphemes(true).count();
            last_clause = None;
        }
    }
    if start < text.len() {
        pieces.push(start..text.len());
    }
    pieces
}

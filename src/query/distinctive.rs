//! The words that tell some records from the others.
//!
//! What is compared is how many records hold a word, since the record is what is counted everywhere else, and a word
//! that one record repeats twenty times says nothing about the others.
//! Words are found in two steps: the vocabulary of the index gives those whose numbers differ most, and each of them
//! is then counted as a phrase, character by character, which is the search that it links to.
//! Words that records hold in the name of their division or category, most of them, are left out: that these differ is
//! how the records were parted, and not what they say.

use std::cmp::Ordering;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::{BitSet, DocId, Score, SegmentOrdinal, SegmentReader};

use crate::notice::Notice;

use super::answer::Interpretation;
use super::ast::Ast;
use super::dimension::Group;
use super::filtered::Filtered;
use super::log_likelihood::Contingency;
use super::request::{Filters, SearchRequest};
use super::syntax;

/// Which words are to be told.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct DistinctiveRequest {
    /// All records that are looked at; order, page and facets are ignored.
    pub search: SearchRequest,
    /// Those of them that are compared with the rest.
    pub group: Group,
    /// The most words that are more frequent in the group, and the most that are less frequent; 1 to
    /// [`DistinctiveRequest::MAX_LIMIT`].
    pub limit: usize,
}

impl DistinctiveRequest {
    /// The most words that can be asked for.
    pub const MAX_LIMIT: usize = 100;
    /// The words told where nothing is said.
    pub const DEFAULT_LIMIT: usize = 20;
}

/// What tells a group from the rest.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Distinctive {
    /// Words that are more frequent in the group, then those that are less frequent; both by G², the largest first.
    pub words: Vec<DistinctiveWord>,
    /// Records of the group.
    pub n_in: usize,
    /// The other records.
    pub n_out: usize,
    /// Every widening and reading of the query that took part.
    pub interpretation: Vec<Interpretation>,
    /// What was noticed in the query.
    pub notices: Vec<Notice>,
}

/// A word with what it tells.
#[derive(Clone, Debug, PartialEq)]
pub struct DistinctiveWord {
    /// As it is written most often, the width folded.
    pub text: String,
    /// How many records hold it, as characters, width and case folded.
    pub counts: Contingency,
    /// The search for the records of the group that hold it.
    ///
    /// Nothing where the query was answered by a step of the ladder or cannot be said together with one more word:
    /// such a search would be another one.
    pub link: Option<SearchRequest>,
}

/// The least G² of a word that is told: so large a difference comes by chance once in a thousand words.
pub const LEAST_G2: f64 = 10.83;

/// The fewest records that hold a word which is looked at.
pub(super) const LEAST_HOLDERS: usize = 3;

/// A word of the vocabulary with its numbers there.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) text: String,
    pub(super) counts: Contingency,
}

/// The words of the vocabulary that differ clearly, of either direction.
pub(super) struct Candidates {
    n_in: usize,
    n_out: usize,
    more: Vec<Candidate>,
    less: Vec<Candidate>,
}

impl Candidates {
    /// How many candidates are counted as phrases for each word that is told.
    pub(super) const FOR_EACH: usize = 3;

    pub(super) fn new(sets: &Sets) -> Candidates {
        let (n_in, n_out) = (sets.n_in, sets.n_out);
        Candidates { n_in, n_out, more: Vec::new(), less: Vec::new() }
    }

    /// Takes a word with the numbers of the records of the group, and of the others, that hold it.
    pub(super) fn offer(&mut self, text: &str, [count_in, count_out]: [usize; 2]) {
        let (n_in, n_out) = (self.n_in, self.n_out);
        // A word with two readings may have been counted twice in a record.
        let (count_in, count_out) = (count_in.min(n_in), count_out.min(n_out));
        let counts = Contingency { count_in, n_in, count_out, n_out };
        if LEAST_G2 <= counts.g2() && tells(text) {
            let list = if counts.is_more() { &mut self.more } else { &mut self.less };
            list.push(Candidate { text: text.to_owned(), counts });
        }
    }

    /// Those that are more frequent in the group, and those that are less frequent; the best first.
    pub(super) fn into_lists(self) -> [Vec<Candidate>; 2] {
        let sorted = |mut list: Vec<Candidate>| {
            list.sort_by(|a, b| order(&a.text, a.counts, &b.text, b.counts));
            list
        };
        [sorted(self.more), sorted(self.less)]
    }
}

/// Whether a word says anything by itself: not a number, and not two kana that stand in any text.
fn tells(text: &str) -> bool {
    let is_hiragana = |c: char| ('ぁ'..='ゖ').contains(&c);
    text.chars().any(char::is_alphabetic)
        && !text.chars().any(char::is_numeric)
        && !(text.chars().count() <= 2 && text.chars().all(is_hiragana))
}

/// The largest difference first, then the longer word, then by characters.
fn order(a: &str, of_a: Contingency, b: &str, of_b: Contingency) -> Ordering {
    let length = |text: &str| text.chars().count();
    of_b.g2().total_cmp(&of_a.g2()).then_with(|| length(b).cmp(&length(a))).then_with(|| a.cmp(b))
}

/// The words that are told, in their order, of those that were counted as phrases.
pub(super) fn told(mut counted: Vec<Candidate>, limit: usize) -> Vec<Candidate> {
    counted.retain(|word| LEAST_G2 <= word.counts.g2());
    counted.sort_by(|a, b| order(&a.text, a.counts, &b.text, b.counts));
    let mut told: Vec<Candidate> = Vec::new();
    for is_more in [true, false] {
        let first = told.len();
        for word in counted.iter().filter(|word| word.counts.is_more() == is_more) {
            if told.len() == first + limit {
                break;
            }
            if !told[first..].iter().any(|known| says_the_same(known, word)) {
                told.push(word.clone());
            }
        }
    }
    told
}

/// Whether one of two words is part of the other and stands in nearly the same records of the group.
fn says_the_same(known: &Candidate, word: &Candidate) -> bool {
    let (a, b) = (known.counts.count_in, word.counts.count_in);
    let are_near = a.abs_diff(b) * NEAR <= a.max(b);
    are_near && (known.text.contains(&word.text) || word.text.contains(&known.text))
}

/// Two numbers are near each other if they differ by no more than one part of this many.
const NEAR: usize = 5;

/// `q` with one more phrase that must be held; `None` if what is read of it is not `q` and the phrase.
pub(super) fn with_phrase(q: &str, phrase: &str) -> Option<String> {
    let quoted = format!("\"{}\"", phrase.replace('\\', "\\\\").replace('"', "\\\""));
    let asked = syntax::parse(q).value;
    let wanted = match asked {
        None => Ast::Phrase(phrase.to_owned()),
        Some(Ast::And(mut parts)) => {
            parts.push(Ast::Phrase(phrase.to_owned()));
            Ast::And(parts)
        }
        Some(part) => Ast::And(vec![part, Ast::Phrase(phrase.to_owned())]),
    };
    let forms =
        [format!("{} {quoted}", q.trim()).trim_start().to_owned(), format!("({q}) {quoted}")];
    forms.into_iter().find(|form| {
        form.chars().count() <= SearchRequest::MAX_QUERY_CHARS
            && syntax::parse(form).value.as_ref() == Some(&wanted)
    })
}

/// The records of the group and the others, by segment.
pub(super) struct Sets {
    pub(super) by_segment: Vec<[BitSet; 2]>,
    pub(super) n_in: usize,
    pub(super) n_out: usize,
}

/// Parts the matches that meet all filters.
pub(super) struct Parting {
    filters: Filters,
    /// The filters of the group.
    narrowed: Filters,
}

impl Parting {
    pub(super) fn new(request: &DistinctiveRequest, narrowed: Filters) -> Parting {
        Parting { filters: request.search.filters.clone(), narrowed }
    }
}

impl Collector for Parting {
    type Fruit = Sets;
    type Child = SegmentParting;

    fn for_segment(
        &self,
        segment: SegmentOrdinal,
        reader: &SegmentReader,
    ) -> tantivy::Result<SegmentParting> {
        let empty = || BitSet::with_max_value(reader.max_doc());
        Ok(SegmentParting {
            segment,
            filtered: Filtered::open(reader, &self.filters)?,
            in_group: Filtered::open(reader, &self.narrowed)?,
            sets: [empty(), empty()],
            sizes: [0, 0],
        })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, mut parts: Vec<SegmentSets>) -> tantivy::Result<Sets> {
        parts.sort_by_key(|part| part.segment);
        let mut sets = Sets { by_segment: Vec::new(), n_in: 0, n_out: 0 };
        for part in parts {
            sets.by_segment.push(part.sets);
            sets.n_in += part.sizes[0];
            sets.n_out += part.sizes[1];
        }
        Ok(sets)
    }
}

/// The parting of one segment.
pub(super) struct SegmentParting {
    segment: SegmentOrdinal,
    filtered: Filtered,
    in_group: Filtered,
    sets: [BitSet; 2],
    sizes: [usize; 2],
}

/// The sets of one segment.
pub(super) struct SegmentSets {
    segment: SegmentOrdinal,
    sets: [BitSet; 2],
    sizes: [usize; 2],
}

impl SegmentCollector for SegmentParting {
    type Fruit = SegmentSets;

    fn collect(&mut self, doc: DocId, _: Score) {
        if !self.filtered.passes_all(doc) {
            return;
        }
        let part = usize::from(!self.in_group.passes_all(doc));
        self.sets[part].insert(doc);
        self.sizes[part] += 1;
    }

    fn harvest(self) -> SegmentSets {
        SegmentSets { segment: self.segment, sets: self.sets, sizes: self.sizes }
    }
}

/// Counts the matches within each of two sets.
pub(super) struct HoldersWithin<'s>(pub(super) &'s Sets);

impl Collector for HoldersWithin<'_> {
    type Fruit = [usize; 2];
    type Child = SegmentHolders;

    fn for_segment(
        &self,
        segment: SegmentOrdinal,
        _: &SegmentReader,
    ) -> tantivy::Result<SegmentHolders> {
        let sets = self.0.by_segment[segment as usize].clone();
        Ok(SegmentHolders { sets, counts: [0, 0] })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, fruits: Vec<[usize; 2]>) -> tantivy::Result<[usize; 2]> {
        Ok(fruits.into_iter().fold([0, 0], |sum, count| [sum[0] + count[0], sum[1] + count[1]]))
    }
}

/// The counts of one segment.
pub(super) struct SegmentHolders {
    sets: [BitSet; 2],
    counts: [usize; 2],
}

impl SegmentCollector for SegmentHolders {
    type Fruit = [usize; 2];

    fn collect(&mut self, doc: DocId, _: Score) {
        for (count, set) in self.counts.iter_mut().zip(&self.sets) {
            *count += usize::from(set.contains(doc));
        }
    }

    fn harvest(self) -> [usize; 2] {
        self.counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(q: &str, expected: Option<&str>) {
        assert_eq!(with_phrase(q, "花壇").as_deref(), expected, "{q}");
    }

    #[test]
    fn a_query_with_one_more_phrase_asks_for_both() {
        check("", Some("\"花壇\""));
        check("　", Some("\"花壇\""));
        check("公園", Some("公園 \"花壇\""));
        check("公園 -遊具", Some("公園 -遊具 \"花壇\""));
        check("公園 OR 緑地", Some("(公園 OR 緑地) \"花壇\""));
        check("公園で遊べますか？", Some("公園で遊べますか？ \"花壇\""));
        check("(公園", Some("(公園 \"花壇\""));
        check("公園)", Some("公園) \"花壇\""));
    }

    #[test]
    fn what_cannot_be_said_with_one_more_phrase_is_not_said() {
        check(&"あ ".repeat(40), None);
        check(&"あ".repeat(510), None);
    }

    #[test]
    fn numbers_and_particles_tell_nothing() {
        for text in ["12", "令和4", "こと", "１２", "3,000", "％"] {
            assert!(!tells(text), "{text}");
        }
        for text in ["花壇", "すべり台", "PCR", "ごみ収集", "うつ病"] {
            assert!(tells(text), "{text}");
        }
    }
}

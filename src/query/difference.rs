//! What changed between two wordings of a text, cut where words begin and end.
//!
//! Both texts are cut into pieces: units of the analyzer, and the characters between them one by one.
//! Pieces are the same when they are printed the same but for width, case and white space, and the longest run of
//! pieces that both texts have stays.
//! What stays of the later text, with what was added, is the later text as printed, character by character.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use crate::analysis;
use crate::analysis::{Unit, Worker};

/// The most pairs of pieces that are compared: beyond, what differs is told as one change.
const MAX_PAIRS: usize = 4_000_000;

/// What stays between two changes and has fewer characters than this is told as changed, too: a particle that two
/// sentences share by chance helps nobody to read either.
const SHORTEST_ISLAND: usize = 3;

/// A stretch of text that stayed, came or went.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ChangedFragment {
    /// What became of it.
    pub change: Change,
    /// The text as printed; what stayed as the later text prints it.
    pub text: String,
}

/// What became of a stretch of text.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Change {
    /// It stands in both.
    Same,
    /// It stands in the later text only.
    Added,
    /// It stands in the earlier text only.
    Removed,
}

/// What has to be done to `before` to get `after`, in the order of reading; removed text stands before added text.
pub fn difference(before: &str, after: &str, worker: &mut Worker) -> Vec<ChangedFragment> {
    let before = Pieces::of(before, worker);
    let after = Pieces::of(after, worker);
    let mut runs = runs(&before, &after);
    close_islands(&mut runs, &after);
    fragments(&runs, &before, &after)
}

/// Whether nothing came and nothing went.
pub fn is_same(fragments: &[ChangedFragment]) -> bool {
    fragments.iter().all(|fragment| fragment.change == Change::Same)
}

/// A text that nothing is compared with.
pub fn unchanged(text: &str) -> Vec<ChangedFragment> {
    match text.is_empty() {
        true => Vec::new(),
        false => vec![ChangedFragment { change: Change::Same, text: text.to_owned() }],
    }
}

/// A text cut into pieces that together are the whole text.
struct Pieces<'t> {
    text: &'t str,
    /// Where each piece ends, and the next begins.
    ends: Vec<usize>,
    /// What the pieces are compared by.
    folded: Vec<String>,
}

impl<'t> Pieces<'t> {
    fn of(text: &'t str, worker: &mut Worker) -> Pieces<'t> {
        let mut units = Vec::new();
        worker.units(text, &mut units);
        let mut pieces = Pieces { text, ends: Vec::new(), folded: Vec::new() };
        let mut end = 0;
        for Unit { range, .. } in units {
            // Dates stand over units that were there before, and units may share a character (㍑).
            if end <= range.start && !range.is_empty() {
                pieces.push_characters(&text[end..range.start]);
                end = range.end;
                pieces.push(&text[range]);
            }
        }
        pieces.push_characters(&text[end..]);
        pieces
    }

    fn push_characters(&mut self, text: &str) {
        for character in text.graphemes(true) {
            self.push(character);
        }
    }

    /// White space belongs to the piece before it, or to the first.
    fn push(&mut self, piece: &str) {
        let end = self.printed(0..self.len()).len() + piece.len();
        let folded: String = analysis::fold(piece).text.split_whitespace().collect();
        match (self.folded.last_mut(), self.ends.last_mut()) {
            (Some(last), Some(last_end)) if folded.is_empty() || last.is_empty() => {
                last.push_str(&folded);
                *last_end = end;
            }
            _ => {
                self.folded.push(folded);
                self.ends.push(end);
            }
        }
    }

    fn len(&self) -> usize {
        self.ends.len()
    }

    /// The pieces of these numbers as printed.
    fn printed(&self, pieces: Range<usize>) -> &'t str {
        let end_of = |n: usize| n.checked_sub(1).map_or(0, |last| self.ends[last]);
        &self.text[end_of(pieces.start)..end_of(pieces.end)]
    }
}

/// Pieces that follow each other and share what became of them; the numbers count pieces of each text.
#[derive(Clone, Copy, Debug)]
struct Run {
    change: Change,
    n_before: usize,
    n_after: usize,
}

impl Run {
    fn same(n: usize) -> Run {
        Run { change: Change::Same, n_before: n, n_after: n }
    }

    fn removed(n: usize) -> Run {
        Run { change: Change::Removed, n_before: n, n_after: 0 }
    }

    fn added(n: usize) -> Run {
        Run { change: Change::Added, n_before: 0, n_after: n }
    }
}

/// The runs that lead from one text to the other.
fn runs(before: &Pieces<'_>, after: &Pieces<'_>) -> Vec<Run> {
    let (old, new) = (&before.folded[..], &after.folded[..]);
    let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old, new) = (&old[head..], &new[head..]);
    let tail = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
    let (old, new) = (&old[..old.len() - tail], &new[..new.len() - tail]);
    let mut runs = vec![Run::same(head)];
    if old.len().saturating_mul(new.len()) <= MAX_PAIRS {
        runs.extend(middle(old, new));
    } else {
        runs.extend([Run::removed(old.len()), Run::added(new.len())]);
    }
    runs.push(Run::same(tail));
    joined(runs)
}

/// The runs of two texts that share neither beginning nor end, by their longest common subsequence.
fn middle(old: &[String], new: &[String]) -> Vec<Run> {
    let width = new.len() + 1;
    // How many pieces stay from each pair of places on; at most 4 million pairs, and so fewer than 65,536 of them.
    let mut staying = vec![0_u16; (old.len() + 1) * width];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            staying[i * width + j] = if old[i] == new[j] {
                staying[(i + 1) * width + j + 1].saturating_add(1)
            } else {
                staying[(i + 1) * width + j].max(staying[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut runs = Vec::new();
    while i < old.len() && j < new.len() {
        if old[i] == new[j] {
            runs.push(Run::same(1));
            (i, j) = (i + 1, j + 1);
        } else if staying[i * width + j + 1] <= staying[(i + 1) * width + j] {
            runs.push(Run::removed(1));
            i += 1;
        } else {
            runs.push(Run::added(1));
            j += 1;
        }
    }
    runs.extend([Run::removed(old.len() - i), Run::added(new.len() - j)]);
    runs
}

/// The same with neighbours of one kind joined, and of each change what was removed first.
fn joined(runs: Vec<Run>) -> Vec<Run> {
    let mut joined = Vec::new();
    let (mut n_removed, mut n_added) = (0, 0);
    for run in runs {
        if run.change != Change::Same {
            n_removed += run.n_before;
            n_added += run.n_after;
            continue;
        }
        if run.n_after == 0 {
            continue;
        }
        push_change(&mut joined, &mut n_removed, &mut n_added);
        match joined.last_mut() {
            Some(Run { change: Change::Same, n_before, n_after }) => {
                *n_before += run.n_before;
                *n_after += run.n_after;
            }
            _ => joined.push(run),
        }
    }
    push_change(&mut joined, &mut n_removed, &mut n_added);
    joined
}

fn push_change(runs: &mut Vec<Run>, n_removed: &mut usize, n_added: &mut usize) {
    let (removed, added) = (std::mem::take(n_removed), std::mem::take(n_added));
    runs.extend((0 < removed).then(|| Run::removed(removed)));
    runs.extend((0 < added).then(|| Run::added(added)));
}

/// Makes changes of what is too short to be worth a stop between two changes that both came and went.
fn close_islands(runs: &mut Vec<Run>, after: &Pieces<'_>) {
    let mut at = 0;
    let mut closed = Vec::new();
    for (n, run) in runs.iter().enumerate() {
        let own = at..at + run.n_after;
        at = own.end;
        let is_inside = run.change == Change::Same && 0 < n && n + 1 < runs.len();
        let is_short = || {
            let n_chars: usize = after.folded[own].iter().map(|text| text.chars().count()).sum();
            n_chars < SHORTEST_ISLAND
        };
        if is_inside && is_short() {
            closed.extend([Run::removed(run.n_before), Run::added(run.n_after)]);
        } else {
            closed.push(*run);
        }
    }
    *runs = joined(closed);
}

fn fragments(runs: &[Run], before: &Pieces<'_>, after: &Pieces<'_>) -> Vec<ChangedFragment> {
    let (mut i, mut j) = (0, 0);
    let mut fragments = Vec::with_capacity(runs.len());
    for run in runs {
        let text = match run.change {
            Change::Removed => before.printed(i..i + run.n_before),
            Change::Same | Change::Added => after.printed(j..j + run.n_after),
        };
        fragments.push(ChangedFragment { change: run.change, text: text.to_owned() });
        (i, j) = (i + run.n_before, j + run.n_after);
    }
    debug_assert!(i == before.len() && j == after.len());
    fragments
}

#[cfg(test)]
mod tests {
    use std::sync::OnceLock;

    use proptest::prelude::*;

    use super::*;
    use crate::analysis::Analyzer;

    fn worker() -> Worker {
        static ANALYZER: OnceLock<Analyzer> = OnceLock::new();
        ANALYZER.get_or_init(|| Analyzer::open(None).unwrap()).worker()
    }

    /// What stays as it is, `[-` what went `-]`, `{+` what came `+}`.
    fn marked(before: &str, after: &str) -> String {
        let fragments = difference(before, after, &mut worker());
        let mark = |fragment: ChangedFragment| match fragment.change {
            Change::Same => fragment.text,
            Change::Added => format!("{{+{}+}}", fragment.text),
            Change::Removed => format!("[-{}-]", fragment.text),
        };
        fragments.into_iter().map(mark).collect()
    }

    #[track_caller]
    fn check(before: &str, after: &str, expected: &str) {
        assert_eq!(marked(before, after), expected);
    }

    #[test]
    fn what_changed_is_marked_word_by_word() {
        check(
            "花壇の手入れを年２回行います。",
            "花壇の手入れを年４回行います。",
            "花壇の手入れを年[-２-]{+４+}回行います。",
        );
        check(
            "駅前の花壇を手入れします。",
            "駅前の花壇を中学生と手入れします。",
            "駅前の花壇を{+中学生と+}手入れします。",
        );
        check("橋を点検します。", "橋を点検します。", "橋を点検します。");
        check("", "橋", "{+橋+}");
        check("橋", "", "[-橋-]");
        check("", "", "");
    }

    #[test]
    fn width_case_and_white_space_are_no_change() {
        check("　年２回、ＨＰで知らせる", "年2回、hpで 知らせる", "年2回、hpで 知らせる");
        check("ｶﾀﾛｸﾞを配る", "カタログを配る", "カタログを配る");
    }

    #[test]
    fn a_particle_between_two_changes_is_changed_with_them() {
        check("朝の挨拶", "夜の電話", "[-朝の挨拶-]{+夜の電話+}");
    }

    #[test]
    fn texts_without_end_are_told_as_one_change() {
        let (before, after) = ("橋、".repeat(3000), "道。".repeat(3000));
        let fragments = difference(&before, &after, &mut worker());
        assert_eq!(fragments.len(), 2);
        assert_eq!(fragments[0], ChangedFragment { change: Change::Removed, text: before });
        assert_eq!(fragments[1], ChangedFragment { change: Change::Added, text: after });
    }

    fn folded(text: &str) -> String {
        text.graphemes(true)
            .flat_map(|c| analysis::fold(c).text.chars().collect::<Vec<_>>())
            .filter(|c| !c.is_whitespace())
            .collect()
    }

    /// Sentences of words that are often shared, and any characters.
    fn text() -> impl Strategy<Value = String> {
        let words = prop::sample::select(vec![
            "花壇",
            "の",
            "手入れ",
            "を",
            "年２回",
            "行い",
            "ます",
            "。",
            "、",
            "　",
            "\n",
            "ﾊﾟｿｺﾝ",
            "㍑",
            "令和４年４月１日",
            "窓口",
            "①",
            "e-ラーニング",
            "が\u{3099}",
        ]);
        let sentence = prop::collection::vec(words, 0..30).prop_map(|words| words.concat());
        prop_oneof![4 => sentence, 1 => "\\PC{0,40}"]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_stayed_and_came_is_the_later_text_and_what_stayed_and_went_the_earlier(
            before in text(),
            after in text(),
        ) {
            let fragments = difference(&before, &after, &mut worker());
            let of = |left_out: Change| -> String {
                let kept = fragments.iter().filter(|fragment| fragment.change != left_out);
                kept.map(|fragment| fragment.text.as_str()).collect()
            };
            prop_assert_eq!(of(Change::Removed), after);
            prop_assert_eq!(folded(&of(Change::Added)), folded(&before));
            for pair in fragments.windows(2) {
                prop_assert_ne!(pair[0].change, pair[1].change);
                prop_assert!(!(pair[0].change == Change::Added && pair[1].change == Change::Removed));
            }
            prop_assert!(fragments.iter().all(|fragment| !fragment.text.is_empty()));
        }
    }
}

//! Likeness of texts: whether two sources print the same, misread by a few characters, reworded, or something else.

use std::collections::{BTreeMap, HashMap};

use unicode_normalization::UnicodeNormalization;

use crate::record::{Record, Role};

/// How alike two texts are, from the most to the least.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Likeness {
    /// The same but for white space, width and the forms of dashes.
    Same,
    /// A few characters differ, none of them a digit: what reading a PDF may do.
    Close,
    /// Half of what stands in them is common.
    Alike,
    /// Something else.
    Unlike,
}

/// A part of a record that is compared with the same part of another: a role, and in text without one the heading.
pub(super) type Part = (Role, String);

/// The parts of a record, folded.
pub(super) type Parts = BTreeMap<Part, String>;

/// The most characters that may differ in texts that are close.
const MOST_DIFFERING: usize = 8;

/// How much of long texts is looked at to tell whether they are alike.
const COMPARED_CHARS: usize = 10_000;

/// The part that a section belongs to.
pub(super) fn part(role: Role, heading: Option<&str>) -> Part {
    match role {
        Role::Body => (role, heading.map(fold).unwrap_or_default()),
        Role::Goal | Role::Result => (role, String::new()),
    }
}

/// The parts of a record that say something; sections of one part count as one text.
pub(super) fn parts(record: &Record) -> Parts {
    let mut parts = Parts::new();
    for section in &record.sections {
        let text = fold(&section.text);
        if !text.is_empty() {
            let part = part(section.role, section.heading.as_deref());
            parts.entry(part).or_default().push_str(&text);
        }
    }
    parts
}

/// A text for comparison: without white space, in one width, with one dash and one wave.
pub(super) fn fold(text: &str) -> String {
    let kept = text.nfkc().filter(|c| !c.is_whitespace() && !c.is_control());
    kept.map(|c| match c {
        '\u{2010}'..='\u{2015}' | '−' | '─' => '-',
        '〜' => '~',
        _ => c,
    })
    .collect()
}

/// How alike two folded texts are.
pub(super) fn likeness(a: &str, b: &str) -> Likeness {
    match () {
        () if a == b => Likeness::Same,
        () if is_close(a, b) => Likeness::Close,
        () if 0.5 <= common(a, b) => Likeness::Alike,
        () => Likeness::Unlike,
    }
}

/// Where two texts begin to differ, with a few characters before and behind, for a person to see.
pub(super) fn difference<'t>(a: &'t str, b: &'t str) -> (&'t str, &'t str) {
    const AROUND: usize = 4;
    const SHOWN: usize = 12;
    let pairs = a.char_indices().zip(b.chars());
    let n_common = pairs.take_while(|((_, x), y)| x == y).count();
    let excerpt = |text: &'t str| {
        let at = |n| text.char_indices().nth(n).map_or(text.len(), |(at, _)| at);
        &text[at(n_common.saturating_sub(AROUND))..at(n_common + SHOWN)]
    };
    (excerpt(a), excerpt(b))
}

/// The share of neighbouring characters that two texts have in common, from 0 to 1.
pub(super) fn common(a: &str, b: &str) -> f64 {
    let pairs = |text: &str| -> Vec<(char, char)> {
        let chars = || text.chars().take(COMPARED_CHARS);
        std::iter::once('\n').chain(chars()).zip(chars().chain(['\n'])).collect()
    };
    let (a, b) = (pairs(a), pairs(b));
    let mut left: HashMap<(char, char), usize> = HashMap::new();
    for pair in &a {
        *left.entry(*pair).or_default() += 1;
    }
    let mut n_common = 0;
    for pair in &b {
        if let Some(n) = left.get_mut(pair).filter(|n| 0 < **n) {
            *n -= 1;
            n_common += 1;
        }
    }
    2.0 * f64::from(n_common) / (a.len() + b.len()) as f64
}

fn is_close(a: &str, b: &str) -> bool {
    let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
    let (long, short) = if a.len() < b.len() { (b, a) } else { (a, b) };
    let (long, short): (Vec<char>, Vec<char>) = (long.chars().collect(), short.chars().collect());
    let n = short.len();
    let most = (n / 20).min(3).max(n / 200).min(MOST_DIFFERING);
    long.len().abs_diff(n) <= most && digits(a) == digits(b) && is_within(&long, &short, most)
}

/// Whether at most `most` characters must be replaced, put in or left out.
fn is_within(a: &[char], b: &[char], most: usize) -> bool {
    // distances[d] is the distance of the texts so far where b is behind a by `most - d` characters: a band of the
    // table of Wagner and Fischer.
    let far = most + 1;
    let mut distances = vec![far; 2 * most + 1];
    for i in 0..=a.len() {
        let mut next = vec![far; 2 * most + 1];
        for d in 0..next.len() {
            let Some(j) = (i + d).checked_sub(most).filter(|j| *j <= b.len()) else { continue };
            let replaced = match (i, j) {
                (0, 0) => 0,
                (0, _) | (_, 0) => far,
                _ => distances[d] + usize::from(a[i - 1] != b[j - 1]),
            };
            let left_out = if 0 < i { distances.get(d + 1).map_or(far, |n| n + 1) } else { far };
            let put_in = if 0 < j && 0 < d { next[d - 1] + 1 } else { far };
            next[d] = replaced.min(left_out).min(put_in).min(far);
        }
        if next.iter().all(|distance| *distance == far) {
            return false;
        }
        distances = next;
    }
    let end = (b.len() + most).checked_sub(a.len());
    end.and_then(|d| distances.get(d)).is_some_and(|distance| *distance <= most)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(a: &str, b: &str, expected: Likeness) {
        for (a, b) in [(a, b), (b, a)] {
            assert_eq!(likeness(&fold(a), &fold(b)), expected, "{a} / {b}");
        }
    }

    #[test]
    fn texts_are_as_alike_as_they_read() {
        let text = "　窓口の案内図を作り直し、４月から総合案内で配布します。\n職員の研修を年２回行います。";
        check(
            text,
            "窓口の案内図を作り直し、4月から総合案内で\n配布します。職員の研修を年2回行います。",
            Likeness::Same,
        );
        check("１０〜１２時−受付", "10～12時―受付", Likeness::Same);
        check(text, &text.replace("研修", "硏修"), Likeness::Close);
        check(text, &text.replace("案内図", "案図"), Likeness::Close);
        check(text, &text.replace('２', "３"), Likeness::Alike);
        check(
            text,
            &text.replace("総合案内で配布", "出張所を含む全ての窓口で配布"),
            Likeness::Alike,
        );
        check(text, "公園の花壇を地域の方と手入れします。", Likeness::Unlike);
        check("継続", "終了", Likeness::Unlike);
        check("継続します。", "継続しました。", Likeness::Alike);
        check("", "", Likeness::Same);
        check("", "継続", Likeness::Unlike);
    }

    #[test]
    fn a_difference_is_shown_with_its_surroundings() {
        let (a, b) = difference("あいうえおかきくけこ", "あいうえおかさくけこ");
        assert_eq!((a, b), ("うえおかきくけこ", "うえおかさくけこ"));
        assert_eq!(difference("あ", "あ"), ("あ", "あ"));
        assert_eq!(difference("", "あ"), ("", "あ"));
    }

    /// The distance by the whole table.
    fn distance(a: &[char], b: &[char]) -> usize {
        let mut row: Vec<usize> = (0..=b.len()).collect();
        for (i, x) in a.iter().enumerate() {
            let mut next = vec![i + 1];
            for (j, y) in b.iter().enumerate() {
                let replaced = row[j] + usize::from(x != y);
                next.push(replaced.min(row[j + 1] + 1).min(next[j] + 1));
            }
            row = next;
        }
        row[b.len()]
    }

    proptest! {
        #[test]
        fn the_band_holds_what_the_table_says(a in "[ab]{0,12}", b in "[ab]{0,12}", most in 0..5_usize) {
            let chars = |text: &str| text.chars().collect::<Vec<_>>();
            let (a, b) = (chars(&a), chars(&b));
            prop_assert_eq!(is_within(&a, &b, most), distance(&a, &b) <= most);
        }

        #[test]
        fn any_two_texts_are_as_alike_one_way_as_the_other(a in "\\PC{0,40}", b in "\\PC{0,40}") {
            let (a, b) = (fold(&a), fold(&b));
            prop_assert_eq!(likeness(&a, &b), likeness(&b, &a));
            prop_assert_eq!(likeness(&a, &a), Likeness::Same);
        }
    }
}

//! Which items of one year's sheet are the items of the next: by what they promise, not by their number alone.
//!
//! Numbers move when an item goes, wordings change every year, and divisions are renamed.
//! So two items are one when their words are alike; number and category add a little, and items of another division
//! have to be more alike, since offices promise the same in many divisions.
//! A division that is there one year and gone the next is known again by the items that went elsewhere together.

use std::collections::{BTreeMap, BTreeSet};

use crate::record::FiscalYear;

use super::likeness::Likeness;

/// How alike two items of one division have to be, evidence included.
///
/// Chosen on the samples, where each item was judged by eye: pairs that are one item have 0.22 and more, pairs that are
/// two and that no better pair rules out have 0.20 and less, with one exception (see `tests/data/comparisons`).
const LEAST: f32 = 0.21;

/// How alike two items of different divisions have to be.
const LEAST_ELSEWHERE: f32 = 0.5;

/// What more is asked of an item that was missing for a year or longer.
const AFTER_A_GAP: f32 = 0.08;

/// What an equal number adds, and what a category in common adds: they decide where words do not.
const EVIDENCE: f32 = 0.05;

/// What being in one division adds, so that an item that all divisions have stays in its own.
const SAME_DIVISION: f32 = 0.1;

/// An item as far as alignment looks at it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Item {
    pub(super) year: Option<FiscalYear>,
    /// The canonical path.
    pub(super) division: Vec<String>,
    pub(super) category: Vec<String>,
    pub(super) number: Option<u32>,
}

/// The items that are one initiative, by their place among all items, earliest year first, one a year at most.
pub(super) type Line = Vec<usize>;

/// Items that may be one, with how likely that is.
struct Pair {
    /// The line that may go on.
    line: usize,
    item: usize,
    /// How alike they are, with what else speaks for it.
    worth: f32,
    /// Whether they belong to one division, under whatever name.
    is_kin: bool,
}

/// Puts each item into a line, by how alike what they promise is; lines stand in the order of their first items.
pub(super) fn align(items: &[Item], likeness: &Likeness) -> Vec<Line> {
    let mut years: BTreeMap<Option<FiscalYear>, Vec<usize>> = BTreeMap::new();
    for (place, item) in items.iter().enumerate() {
        years.entry(item.year).or_default().push(place);
    }
    // What has no year can follow nothing.
    let undated = years.remove(&None).unwrap_or_default();
    let mut aligning = Aligning {
        items,
        likeness,
        lines: undated.iter().map(|item| vec![*item]).collect(),
        open: Vec::new(),
        ended: Vec::new(),
        kinship: Kinship::default(),
    };
    for year in years.values() {
        aligning.advance(year);
    }
    let mut lines = aligning.lines;
    lines.sort_unstable();
    lines
}

struct Aligning<'i> {
    items: &'i [Item],
    likeness: &'i Likeness,
    lines: Vec<Line>,
    /// Lines that have an item in the year before.
    open: Vec<usize>,
    /// Lines that had one earlier.
    ended: Vec<usize>,
    kinship: Kinship,
}

impl Aligning<'_> {
    /// Lets the items of a year continue lines, or begin new ones.
    fn advance(&mut self, year: &[usize]) {
        let before = std::mem::take(&mut self.open);
        self.recognise_divisions(&before, year);
        let mut continued = BTreeMap::new();
        for (lines, more) in [(&before, 0.0), (&self.ended, AFTER_A_GAP)] {
            let left: Vec<usize> =
                year.iter().copied().filter(|item| !continued.contains_key(item)).collect();
            continued.extend(best_first(self.pairs(lines, &left, more)));
        }
        for item in year {
            let line = continued.get(item).copied().unwrap_or(self.lines.len());
            match self.lines.get_mut(line) {
                Some(line) => line.push(*item),
                None => self.lines.push(vec![*item]),
            }
            self.open.push(line);
        }
        let is_open: BTreeSet<usize> = self.open.iter().copied().collect();
        self.ended.extend(before);
        self.ended.retain(|line| !is_open.contains(line));
    }

    /// Finds the new names of divisions that are there no longer.
    fn recognise_divisions(&mut self, before: &[usize], year: &[usize]) {
        let lasts: Vec<usize> = before.iter().map(|line| self.last(*line)).collect();
        let divisions = |items: &[usize]| -> BTreeSet<&Vec<String>> {
            items.iter().map(|item| &self.items[*item].division).collect()
        };
        let (old, new) = (divisions(&lasts), divisions(year));
        let mut moved: BTreeMap<(&Vec<String>, &Vec<String>), usize> = BTreeMap::new();
        let mut pairs = self.pairs(before, year, 0.0);
        pairs.retain(|pair| LEAST_ELSEWHERE <= pair.worth);
        for (item, line) in best_first(pairs) {
            let from = &self.items[self.last(line)].division;
            let to = &self.items[item].division;
            if !new.contains(from) && !old.contains(to) {
                *moved.entry((from, to)).or_default() += 1;
            }
        }
        let mut moved: Vec<_> = moved.into_iter().collect();
        // The most common items first; each division has one successor, and each successor one origin.
        moved.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        let (mut from_known, mut to_known) = (BTreeSet::new(), BTreeSet::new());
        for ((from, to), _) in moved {
            if !from_known.contains(from) && !to_known.contains(to) {
                from_known.insert(from);
                to_known.insert(to);
                self.kinship.join(from, to);
            }
        }
    }

    fn last(&self, line: usize) -> usize {
        *self.lines[line].last().expect("a line begins with an item")
    }

    /// The lines and items that may belong together, where `more` is asked than usually.
    fn pairs(&self, lines: &[usize], items: &[usize], more: f32) -> Vec<Pair> {
        let line_of: BTreeMap<usize, usize> =
            lines.iter().map(|line| (self.last(*line), *line)).collect();
        let lasts: Vec<usize> = line_of.keys().copied().collect();
        let alike = self.likeness.pairs(items, &lasts, LEAST + more - 2.0 * EVIDENCE);
        let pair = |(item, last, likeness): (usize, usize, f32)| {
            let (one, other) = (&self.items[last], &self.items[item]);
            let is_kin = self.kinship.is_kin(&one.division, &other.division);
            let least = if is_kin { LEAST } else { LEAST_ELSEWHERE };
            let worth = likeness + evidence(one, other);
            let line = line_of[&last];
            (least + more <= worth).then_some(Pair { line, item, worth, is_kin })
        };
        alike.into_iter().filter_map(pair).collect()
    }
}

/// What speaks for two items being one beside their words.
fn evidence(one: &Item, other: &Item) -> f32 {
    let same_number = one.number.is_some() && one.number == other.number;
    let same_category = one.category.iter().any(|category| other.category.contains(category));
    f32::from(u8::from(same_number) + u8::from(same_category)) * EVIDENCE
}

/// The best pair first, then the best of what is left; items with their lines.
fn best_first(mut pairs: Vec<Pair>) -> Vec<(usize, usize)> {
    let order = |pair: &Pair| pair.worth + if pair.is_kin { SAME_DIVISION } else { 0.0 };
    pairs.sort_by(|a, b| {
        order(b).total_cmp(&order(a)).then((a.line, a.item).cmp(&(b.line, b.item)))
    });
    let (mut lines, mut items) = (BTreeSet::new(), BTreeSet::new());
    let mut chosen = Vec::new();
    for pair in pairs {
        if !lines.contains(&pair.line) && !items.contains(&pair.item) {
            lines.insert(pair.line);
            items.insert(pair.item);
            chosen.push((pair.item, pair.line));
        }
    }
    chosen
}

/// Which divisions are one under several names.
#[derive(Default)]
struct Kinship {
    /// The later names of a division that was renamed.
    successor: BTreeMap<Vec<String>, Vec<String>>,
}

impl Kinship {
    fn join(&mut self, from: &[String], to: &[String]) {
        let (from, to) = (self.latest(from).to_owned(), self.latest(to).to_owned());
        if from != to {
            self.successor.insert(from, to);
        }
    }

    /// The name that a division has in the end.
    fn latest<'p>(&'p self, mut path: &'p [String]) -> &'p [String] {
        while let Some(next) = self.successor.get(path) {
            path = next;
        }
        path
    }

    fn is_kin(&self, one: &[String], other: &[String]) -> bool {
        let (one, other) = (self.latest(one), self.latest(other));
        // A sheet may leave out the upper names.
        !one.is_empty() && !other.is_empty() && (one.ends_with(other) || other.ends_with(one))
            || one == other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Items as `year division number words`; lines as the places of their items.
    #[track_caller]
    fn check(items: &[(u16, &str, u32, &str)], expected: &[&[usize]]) {
        let words: Vec<BTreeSet<String>> =
            items.iter().map(|item| item.3.split(' ').map(str::to_owned).collect()).collect();
        let items: Vec<Item> = items
            .iter()
            .map(|(year, division, number, _)| Item {
                year: FiscalYear::from_gregorian(*year),
                division: division.split('/').map(str::to_owned).collect(),
                category: Vec::new(),
                number: Some(*number),
            })
            .collect();
        assert_eq!(align(&items, &Likeness::of(&words)), expected);
    }

    #[test]
    fn an_item_is_known_by_its_words_and_not_by_its_number() {
        check(
            &[
                (2021, "庶務課", 1, "橋 点検 写真"),
                (2021, "庶務課", 2, "窓口 案内 番号"),
                (2022, "庶務課", 1, "窓口 案内 番号 札"),
                (2022, "庶務課", 2, "橋 点検 図面"),
                (2022, "庶務課", 3, "花壇 手入れ 水やり"),
            ],
            &[&[0, 3], &[1, 2], &[4]],
        );
    }

    #[test]
    fn an_item_comes_back_after_a_gap() {
        check(
            &[
                (2021, "庶務課", 1, "橋 点検 写真"),
                (2022, "庶務課", 1, "窓口 案内 番号"),
                (2023, "庶務課", 1, "橋 点検 写真 図面"),
            ],
            &[&[0, 2], &[1]],
        );
    }

    #[test]
    fn a_renamed_division_is_known_by_what_went_with_it() {
        check(
            &[
                (2021, "緑の課", 1, "花壇 手入れ 中学生"),
                (2021, "緑の課", 2, "街路樹 剪定 予告"),
                (2021, "窓口課", 1, "番号 札 色"),
                (2022, "公園課", 1, "花壇 手入れ 中学生"),
                // One word of three: too little between divisions, enough within one.
                (2022, "公園課", 2, "街路樹 伐採 説明"),
                (2022, "出納課", 1, "番号 機械 更新"),
            ],
            &[&[0, 3], &[1, 4], &[2], &[5]],
        );
    }

    #[test]
    fn an_item_that_all_divisions_have_stays_in_its_own() {
        check(
            &[
                (2021, "部/一課", 1, "個人情報 研修"),
                (2021, "部/二課", 1, "個人情報 研修"),
                (2022, "部/二課", 1, "個人情報 研修"),
                (2022, "一課", 1, "個人情報 研修"),
            ],
            &[&[0, 3], &[1, 2]],
        );
    }

    #[test]
    fn what_has_no_year_follows_nothing() {
        check(
            &[(0, "一課", 1, "橋"), (2022, "一課", 1, "橋"), (0, "一課", 1, "橋")],
            &[&[0], &[1], &[2]],
        );
    }
}

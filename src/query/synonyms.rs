//! The thesaurus: words that mean the same to a town, from `dictionaries/synonyms.txt`.
//!
//! ```text
//! # a remark
//! ホームページ, ウェブサイト, HP        every word finds every other
//! 窓口 => 受付                          the left finds the right, not the other way round
//! ```
//!
//! Words are compared by their units, so that any spelling and any form of a word is the word.
//! The thesaurus is used on the query's side only: a change needs no new index.

use std::collections::HashMap;

use crate::analysis::{Unit, Worker};

use super::word_file::{LineFault, lines};

/// The file's name.
pub const FILE: &str = "synonyms.txt";

/// The words of a thesaurus and which of them find which.
#[derive(Clone, Debug, Default)]
pub struct Synonyms {
    words: Vec<Word>,
    /// By the first unit of a word: the places of the words that begin with it.
    by_first_unit: HashMap<String, Vec<usize>>,
    n_groups: usize,
}

#[derive(Clone, Debug)]
struct Word {
    surface: String,
    units: Vec<Unit>,
    /// The line that says so, and the places of the words that it finds there.
    finds: Vec<(usize, Vec<usize>)>,
}

/// A stretch of a query that the thesaurus knows.
#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    /// Which of the query's units it covers.
    pub units: std::ops::Range<usize>,
    /// The words that mean the same, as the thesaurus writes them.
    pub synonyms: Vec<Synonym>,
}

impl Span {
    /// The part of a text that the stretch covers, where `units` are those of the text.
    pub fn written<'t>(&self, text: &'t str, units: &[Unit]) -> &'t str {
        let covered = units.get(self.units.clone()).unwrap_or_default();
        let start = covered.iter().map(|unit| unit.range.start).min().unwrap_or(0);
        let end = covered.iter().map(|unit| unit.range.end).max().unwrap_or(text.len());
        text.get(start..end).unwrap_or(text)
    }
}

/// A word that means the same as a stretch of the query.
#[derive(Clone, Debug, PartialEq)]
pub struct Synonym {
    /// As the thesaurus writes it.
    pub surface: String,
    /// Its units.
    pub units: Vec<Unit>,
    /// The line of the thesaurus.
    pub line: usize,
}

impl Synonyms {
    /// Reads a thesaurus; every bad line is reported and left out.
    pub fn parse(text: &str, worker: &mut Worker) -> (Synonyms, Vec<LineFault>) {
        let mut reader =
            LineReader { worker, synonyms: Synonyms::default(), places: HashMap::new() };
        let mut faults = Vec::new();
        for (line, content) in lines(text) {
            if let Err(message) = reader.line(line, content) {
                faults.push(LineFault { file: FILE, line, message });
            }
        }
        (reader.synonyms, faults)
    }

    /// How many groups and one-way entries there are.
    pub fn n_groups(&self) -> usize {
        self.n_groups
    }

    /// The stretches of `units` that the thesaurus knows; the longest at each place, none within another.
    pub fn spans(&self, units: &[Unit]) -> Vec<Span> {
        let mut spans = Vec::new();
        let mut start = 0;
        while start < units.len() {
            let longest = self.words_at(units, start).max_by_key(|word| word.units.len());
            let Some(longest) = longest else {
                start += 1;
                continue;
            };
            let end = start + longest.units.len();
            let synonyms = self.synonyms_of(longest);
            if !synonyms.is_empty() {
                spans.push(Span { units: start..end, synonyms });
            }
            start = end;
        }
        spans
    }

    fn words_at<'s>(&'s self, units: &'s [Unit], start: usize) -> impl Iterator<Item = &'s Word> {
        let places = self.by_first_unit.get(&units[start].term).into_iter().flatten();
        places.map(|place| &self.words[*place]).filter(move |word| {
            let rest = &units[start..];
            word.units.len() <= rest.len() && same(&word.units, &rest[..word.units.len()])
        })
    }

    fn synonyms_of(&self, word: &Word) -> Vec<Synonym> {
        let mut synonyms: Vec<Synonym> = Vec::new();
        for (line, places) in &word.finds {
            for other in places.iter().map(|place| &self.words[*place]) {
                if !synonyms.iter().any(|synonym| same(&synonym.units, &other.units)) {
                    synonyms.push(Synonym {
                        surface: other.surface.clone(),
                        units: other.units.clone(),
                        line: *line,
                    });
                }
            }
        }
        synonyms
    }
}

/// Whether two sequences are the same terms at the same distances.
fn same(a: &[Unit], b: &[Unit]) -> bool {
    let distances = |units: &[Unit]| -> Vec<u32> {
        let first = units.first().map_or(0, |unit| unit.position);
        units.iter().map(|unit| unit.position - first).collect()
    };
    a.len() == b.len()
        && a.iter().zip(b).all(|(a, b)| a.term == b.term)
        && distances(a) == distances(b)
}

/// A thesaurus in the making.
struct LineReader<'w> {
    worker: &'w mut Worker,
    synonyms: Synonyms,
    /// Where each word stands, by its units.
    places: HashMap<Vec<(u32, String)>, usize>,
}

impl LineReader<'_> {
    fn line(&mut self, line: usize, content: &str) -> Result<(), String> {
        let mut sides = content.split("=>");
        let (left, right) = (sides.next().unwrap_or_default(), sides.next());
        if sides.next().is_some() {
            return Err("holds `=>` more than once".to_owned());
        }
        let left = self.words(left)?;
        let right = right.map(|right| self.words(right)).transpose()?;
        if right.is_none() && left.len() < 2 {
            return Err("names one word only; a group needs two".to_owned());
        }
        // Words that are one word to the analyzer find each other anyway: such a line says nothing, or is mistyped.
        let all: Vec<&Named> = left.iter().chain(right.iter().flatten()).collect();
        for (n, word) in all.iter().enumerate() {
            if let Some(other) = all[..n].iter().find(|other| same(&other.units, &word.units)) {
                let (a, b) = (&other.surface, &word.surface);
                return Err(format!("{a:?} and {b:?} are one word to the analyzer"));
            }
        }
        let left: Vec<usize> = left.into_iter().map(|word| self.place(word)).collect();
        let right: Option<Vec<usize>> =
            right.map(|right| right.into_iter().map(|word| self.place(word)).collect());
        for place in &left {
            let found = match &right {
                Some(right) => right.clone(),
                None => left.iter().copied().filter(|other| other != place).collect(),
            };
            self.synonyms.words[*place].finds.push((line, found));
        }
        self.synonyms.n_groups += 1;
        Ok(())
    }

    fn words(&mut self, side: &str) -> Result<Vec<Named>, String> {
        side.split(',').map(|word| self.word(word.trim())).collect()
    }

    fn word(&mut self, surface: &str) -> Result<Named, String> {
        if surface.is_empty() {
            return Err("an empty word stands between its commas".to_owned());
        }
        let mut units = Vec::new();
        self.worker.units(surface, &mut units);
        if units.is_empty() {
            return Err(format!("{surface:?} is nothing that is searched for"));
        }
        Ok(Named { surface: surface.to_owned(), units })
    }

    /// The place of a word, given to it when it is first met.
    fn place(&mut self, word: Named) -> usize {
        let first = word.units[0].position;
        let key =
            word.units.iter().map(|unit| (unit.position - first, unit.term.clone())).collect();
        let synonyms = &mut self.synonyms;
        *self.places.entry(key).or_insert_with(|| {
            let place = synonyms.words.len();
            let first_unit = word.units[0].term.clone();
            synonyms.by_first_unit.entry(first_unit).or_default().push(place);
            synonyms.words.push(Word {
                surface: word.surface,
                units: word.units,
                finds: Vec::new(),
            });
            place
        })
    }
}

/// A word of a line.
struct Named {
    surface: String,
    units: Vec<Unit>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Analyzer;
    use std::sync::OnceLock;

    fn worker() -> Worker {
        static ANALYZER: OnceLock<Analyzer> = OnceLock::new();
        ANALYZER.get_or_init(|| Analyzer::open(None).unwrap()).worker()
    }

    fn found(thesaurus: &str, query: &str) -> Vec<String> {
        let mut worker = worker();
        let (synonyms, faults) = Synonyms::parse(thesaurus, &mut worker);
        assert_eq!(faults, []);
        let mut units = Vec::new();
        worker.units(query, &mut units);
        let spans = synonyms.spans(&units);
        spans.into_iter().flat_map(|span| span.synonyms).map(|word| word.surface).collect()
    }

    #[track_caller]
    fn check(thesaurus: &str, query: &str, expected: &[&str]) {
        assert_eq!(found(thesaurus, query), expected, "{query}");
    }

    #[test]
    fn words_of_a_group_find_each_other_in_any_spelling() {
        let group = "引っ越し, 転居, 移転 # 住所の変更\n";
        check(group, "引越", &["転居", "移転"]);
        check(group, "転居の届出", &["引っ越し", "移転"]);
        check(group, "窓口", &[]);
    }

    #[test]
    fn a_one_way_entry_is_not_read_backwards() {
        check("幼稚園 => こども園, 保育園", "幼稚園", &["こども園", "保育園"]);
        check("幼稚園 => こども園, 保育園", "保育園", &[]);
    }

    #[test]
    fn the_longest_word_is_the_word() {
        let thesaurus = "税, 租税\n固定資産税, 家屋の税金\n";
        check(thesaurus, "固定資産税の納期", &["家屋の税金"]);
        check(thesaurus, "税の納期", &["租税"]);
    }

    #[track_caller]
    fn check_refused(line: &str, expected: &str) {
        let (synonyms, faults) =
            Synonyms::parse(&format!("# remark\n{line}\n苦情, クレーム\n"), &mut worker());
        let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert!(
            faults[0].starts_with("synonyms.txt line 2: ") && faults[0].contains(expected),
            "{faults:?}"
        );
        assert_eq!(synonyms.n_groups(), 1, "the other lines are used");
    }

    #[test]
    fn a_bad_line_is_named_and_left_out() {
        check_refused("窓口", "one word only");
        check_refused("窓口,, 受付", "empty word");
        check_refused("窓口 =>", "empty word");
        check_refused("a => b => c", "more than once");
        check_refused("問合せ, 問い合わせ", "one word to the analyzer");
        check_refused("窓口, これ", "nothing that is searched for");
    }
}

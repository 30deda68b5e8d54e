//! Kana to words: which words of the index, one after the other, are read as a text of kana.
//!
//! ```text
//! こじんじょうほうのほご  →  個人情報・の・保護
//! ```
//!
//! The stretches of the text that are readings make a lattice; the paths through it with the fewest words are taken,
//! and of these those whose words are frequent.
//! Between words a particle of one kana may stand.

use crate::analysis::{fold, is_kana, is_kanji, to_katakana};
use crate::index::Vocabulary;
use crate::index::words::ReadAs;

/// The most readings of one text.
const MOST: usize = 8;

/// The particles that may stand between two words.
const PARTICLES: [&str; 9] = ["ノ", "ト", "ヲ", "ニ", "ハ", "ガ", "ヘ", "ヤ", "モ"];

/// What `term` may be a reading of; nothing if it is no text of kana.
///
/// Kanji in a text that is half typed in kana (こ育て) must be in what is found.
///
/// # Errors
///
/// The index cannot be read.
pub fn read_as(
    vocabulary: &Vocabulary<'_>,
    term: &str,
    reading: &str,
) -> tantivy::Result<Vec<String>> {
    let folded = fold(term).text;
    if !folded.chars().any(is_kana) || !folded.chars().all(|c| is_kana(c) || is_kanji(c)) {
        return Ok(Vec::new());
    }
    let kana = if folded.chars().all(is_kana) { to_katakana(&folded) } else { reading.to_owned() };
    if kana.chars().count() < 2 {
        return Ok(Vec::new());
    }
    let edges = vocabulary.readings_within(&kana)?;
    let mut surfaces: Vec<String> = Vec::new();
    for path in paths(&kana, &edges) {
        let surface = path.surface();
        if !surfaces.contains(&surface) && surface != term && keeps_kanji(&folded, &surface) {
            surfaces.push(surface);
        }
    }
    Ok(surfaces)
}

/// A way through the lattice.
#[derive(Clone, Default)]
struct Path<'e> {
    steps: Vec<Step<'e>>,
    n_words: usize,
    /// Records that hold the rarest of its words.
    least: usize,
}

#[derive(Clone)]
enum Step<'e> {
    Word(&'e ReadAs),
    Particle(&'static str),
}

/// The ways through all of `kana`, the best first: those with the fewest words.
fn paths<'e>(kana: &str, edges: &'e [ReadAs]) -> Vec<Path<'e>> {
    let start = Path { least: usize::MAX, ..Path::default() };
    let mut by_end: Vec<Vec<Path<'e>>> = vec![Vec::new(); kana.len() + 1];
    by_end[0].push(start);
    for (at, _) in kana.char_indices() {
        let here = std::mem::take(&mut by_end[at]);
        if here.is_empty() {
            continue;
        }
        for edge in edges.iter().filter(|edge| edge.range.start == at) {
            let ways = &mut by_end[edge.range.end];
            ways.extend(here.iter().map(|path| path.with_word(edge)));
        }
        for particle in PARTICLES.iter().filter(|particle| kana[at..].starts_with(**particle)) {
            let ends_in_word = |path: &&Path<'_>| matches!(path.steps.last(), Some(Step::Word(_)));
            let ways = here.iter().filter(ends_in_word).map(|path| path.with_particle(particle));
            by_end[at + particle.len()].extend(ways);
        }
        for ways in by_end.iter_mut().skip(at + 1) {
            prune(ways);
        }
    }
    let mut whole = std::mem::take(&mut by_end[kana.len()]);
    whole.retain(|path| matches!(path.steps.last(), Some(Step::Word(_))));
    prune(&mut whole);
    let fewest = whole.first().map_or(0, |path| path.n_words);
    whole.retain(|path| path.n_words == fewest);
    whole
}

fn prune(ways: &mut Vec<Path<'_>>) {
    ways.sort_by_key(|path| (path.n_words, std::cmp::Reverse(path.least)));
    ways.truncate(MOST);
}

impl<'e> Path<'e> {
    fn with_word(&self, edge: &'e ReadAs) -> Path<'e> {
        let mut longer = self.clone();
        longer.steps.push(Step::Word(edge));
        longer.n_words += 1;
        longer.least = longer.least.min(edge.word.count);
        longer
    }

    fn with_particle(&self, particle: &'static str) -> Path<'e> {
        let mut longer = self.clone();
        longer.steps.push(Step::Particle(particle));
        longer
    }

    fn surface(&self) -> String {
        let steps = self.steps.iter().map(|step| match step {
            Step::Word(edge) => edge.word.surface.clone(),
            Step::Particle(particle) => particle.chars().map(hiragana).collect(),
        });
        steps.collect()
    }
}

/// Whether the kanji of `typed` stand in `found`, in their order.
fn keeps_kanji(typed: &str, found: &str) -> bool {
    let mut found = found.chars();
    typed.chars().filter(|c| is_kanji(*c)).all(|kanji| found.any(|c| c == kanji))
}

fn hiragana(character: char) -> char {
    const DISTANCE: u32 = 'ア' as u32 - 'あ' as u32;
    match character {
        'ァ'..='ヶ' => char::from_u32(character as u32 - DISTANCE).unwrap_or(character),
        _ => character,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::KnownWord;

    fn edge(kana: &str, reading: &str, surface: &str, count: usize) -> ReadAs {
        let start = kana.find(reading).unwrap();
        let units = surface.split('|').map(str::to_owned).collect();
        let surface = surface.replace('|', "");
        let word = KnownWord { surface, reading: reading.to_owned(), units, count };
        ReadAs { range: start..start + reading.len(), word }
    }

    #[track_caller]
    fn check(kana: &str, words: &[(&str, &str, usize)], expected: &[&str]) {
        let standing = words.iter().filter(|(reading, ..)| kana.contains(reading));
        let edges: Vec<ReadAs> =
            standing.map(|(reading, surface, n)| edge(kana, reading, surface, *n)).collect();
        let found: Vec<String> = paths(kana, &edges).iter().map(Path::surface).collect();
        assert_eq!(found, expected, "{kana}");
    }

    #[test]
    fn the_fewest_words_are_taken_and_the_frequent_ones_first() {
        let words =
            [("コ", "子", 9), ("コジン", "個人", 3), ("ジン", "人", 9), ("コジン", "故人", 1)];
        check("コジン", &words, &["個人", "故人"]);
        check("コジンジ", &words, &[]);
    }

    #[test]
    fn a_particle_may_stand_between_words() {
        let words = [("ゴミ", "ごみ", 5), ("ブンベツ", "分別", 4)];
        check("ゴミノブンベツ", &words, &["ごみの分別"]);
        check("ノブンベツ", &words, &[]);
        check("ブンベツノ", &words, &[]);
    }

    #[test]
    fn kanji_that_were_typed_are_kept() {
        for (typed, found, expected) in
            [("こ育て", "子育て", true), ("じん権", "人権", true), ("じん権", "人件", false)]
        {
            assert_eq!(keeps_kanji(typed, found), expected, "{typed} {found}");
        }
    }
}

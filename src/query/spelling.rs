//! Mistakes of typing: words of the index that are spelled almost like one that it does not hold.
//!
//! Kana and Latin letters are compared by edit distance, a transposition counting as one.
//! Kanji are compared character by character: one may be another that looks like it or makes the word read the same.

use std::cmp::Reverse;

use crate::analysis::{Token, fold, is_kana, is_kanji, to_katakana};
use crate::index::{KnownWord, Vocabulary};

use super::confusions::Confusions;

/// The most words that are offered for one.
const MOST: usize = 3;

/// How many words of the index are looked at before the best are chosen.
const LOOKED_AT: usize = 50;

/// A word of so many letters may have two mistakes.
const LONG: usize = 8;

/// A shorter word of letters has too many neighbours to be taken for one of them.
const SHORTEST: usize = 3;

/// In so long a word one wrong kanji is a mistake whatever it looks like.
const LONG_KANJI: usize = 4;

/// What words are corrected with.
pub struct Speller<'s> {
    /// The words of the index.
    pub vocabulary: &'s Vocabulary<'s>,
    /// Characters that are taken for one another.
    pub confusions: &'s Confusions,
}

impl Speller<'_> {
    /// The texts that `term` may be a mistake for, the most likely first.
    ///
    /// `tokens` are those of the term.
    ///
    /// # Errors
    ///
    /// The index cannot be read.
    pub fn corrected(&self, term: &str, tokens: &[Token]) -> tantivy::Result<Vec<String>> {
        let reading: String = tokens.iter().map(|token| token.reading.as_str()).collect();
        let whole = self.neighbours(term, &reading)?;
        if !whole.is_empty() || tokens.len() < 2 {
            return Ok(whole);
        }
        let mut corrected = Vec::new();
        for token in tokens {
            if token.stopped || !self.vocabulary.written_as(&fold(&token.surface).text)?.is_empty()
            {
                continue;
            }
            for word in self.neighbours(&token.surface, &token.reading)? {
                let before = term.get(..token.range.start).unwrap_or_default();
                let after = term.get(token.range.end..).unwrap_or_default();
                corrected.push(format!("{before}{word}{after}"));
            }
        }
        corrected.truncate(MOST);
        Ok(corrected)
    }

    /// The words that are spelled almost like `word`, whose reading is `reading` in katakana.
    fn neighbours(&self, word: &str, reading: &str) -> tantivy::Result<Vec<String>> {
        let folded = fold(word).text;
        let n_chars = folded.chars().count();
        let mut found = if folded.chars().any(is_kanji) {
            self.one_kanji_off(&folded, reading)?
        } else if n_chars < SHORTEST || folded.chars().all(|c| c.is_ascii_digit()) {
            Vec::new()
        } else {
            self.letters_off(&folded, n_chars)?
        };
        found.retain(|(_, word)| fold(&word.surface).text != folded);
        found.sort_by_key(|(distance, word)| (*distance, Reverse(word.count)));
        // The nearest only: of words one mistake away, none needs two.
        let nearest = found.first().map_or(0, |(distance, _)| *distance);
        let mut surfaces: Vec<String> = Vec::new();
        for (_, word) in found.into_iter().take_while(|(distance, _)| *distance == nearest) {
            if surfaces.len() < MOST && !surfaces.contains(&word.surface) {
                surfaces.push(word.surface);
            }
        }
        Ok(surfaces)
    }

    fn letters_off(&self, folded: &str, n_chars: usize) -> tantivy::Result<Vec<(u8, KnownWord)>> {
        let most = if n_chars < LONG { 1 } else { 2 };
        let mut found = self.vocabulary.near(folded, most, LOOKED_AT)?;
        // Hiragana may be the misread kana of a word in kanji: こじんじょほう.
        if folded.chars().all(is_kana) && SHORTEST < n_chars {
            let katakana = to_katakana(folded);
            let near = self.vocabulary.near_reading(&katakana, most, LOOKED_AT)?;
            // What reads the same is no mistake of typing.
            found.extend(near.into_iter().filter(|(distance, _)| 0 < *distance));
        }
        Ok(found)
    }

    fn one_kanji_off(&self, folded: &str, reading: &str) -> tantivy::Result<Vec<(u8, KnownWord)>> {
        let n_chars = folded.chars().count();
        if n_chars < 2 {
            return Ok(Vec::new());
        }
        let candidates = if n_chars < LONG_KANJI {
            self.alike_or_read_the_same(folded, reading)?
        } else {
            self.vocabulary.one_character_off(folded, LOOKED_AT)?
        };
        let likeness = |word: &KnownWord| {
            let other = fold(&word.surface).text;
            let (a, b) = folded.chars().zip(other.chars()).find(|(a, b)| a != b)?;
            let reads_the_same = !reading.is_empty() && word.reading == reading;
            if reads_the_same || self.confusions.are_alike(a, b) {
                Some(1)
            } else if LONG_KANJI <= n_chars && is_kanji(a) == is_kanji(b) {
                Some(2)
            } else {
                None
            }
        };
        let alike = candidates.into_iter().filter_map(|word| likeness(&word).zip(Some(word)));
        Ok(alike.collect())
    }

    /// The words one character off that a short word may be taken for: to look each up is less than to look through all.
    fn alike_or_read_the_same(
        &self,
        folded: &str,
        reading: &str,
    ) -> tantivy::Result<Vec<KnownWord>> {
        let mut candidates = Vec::new();
        for (at, character) in folded.char_indices() {
            let (before, rest) = folded.split_at(at);
            let after = &rest[character.len_utf8()..];
            for other in self.confusions.taken_for(character) {
                let other = fold(&format!("{before}{other}{after}")).text;
                candidates.extend(self.vocabulary.written_as(&other)?);
            }
        }
        if !reading.is_empty() {
            let read_the_same = self.vocabulary.read_as(reading)?;
            candidates.extend(read_the_same.into_iter().filter(|word| {
                let other = fold(&word.surface).text;
                let n_differing = folded.chars().zip(other.chars()).filter(|(a, b)| a != b).count();
                other.chars().count() == folded.chars().count() && n_differing == 1
            }));
        }
        Ok(candidates)
    }
}

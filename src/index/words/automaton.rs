//! Which terms of a term dictionary are words that are asked for, as automata over their bytes.
//!
//! The dictionary is walked along the automaton: branches that cannot match are never entered.

use std::sync::OnceLock;

use levenshtein_automata::{DFA, Distance, LevenshteinAutomatonBuilder, SINK_STATE};
use tantivy_fst::Automaton;

use super::key::{LONG_VOWEL, SEPARATOR};

/// What the first part of a term has to be.
pub(super) trait FirstPart {
    /// How far the first part has been read.
    type State: Copy;
    fn start(&self) -> Self::State;
    /// `None` if nothing that follows can match.
    fn step(&self, state: Self::State, byte: u8) -> Option<Self::State>;
    /// Whether the first part may end here.
    fn may_end(&self, state: Self::State) -> bool;
    /// What every first part that matches begins with.
    fn common_beginning(&self) -> &[u8] {
        &[]
    }
    /// Whether all that follows matches, too.
    fn is_open(&self, _state: Self::State) -> bool {
        false
    }
}

/// The terms of a kind whose first part matches.
pub(super) struct Terms<F> {
    pub(super) kind: u8,
    pub(super) first: F,
}

impl<F: FirstPart> Terms<F> {
    /// Where the terms that match begin, and what is behind all of them: the rest need not be walked.
    pub(super) fn bounds(&self) -> (Vec<u8>, Vec<u8>) {
        let mut first = vec![self.kind];
        first.extend_from_slice(self.first.common_beginning());
        let mut behind = first.clone();
        // No term holds the byte 0xFF, which is none of UTF-8.
        behind.push(u8::MAX);
        (first, behind)
    }
}

/// A place in a term.
#[derive(Clone, Copy)]
pub(super) enum At<S> {
    Kind,
    First(S),
    /// Whatever comes belongs to a word that matches.
    Behind,
    Nowhere,
}

impl<F: FirstPart> Terms<F> {
    fn within(&self, state: F::State) -> At<F::State> {
        if self.first.is_open(state) { At::Behind } else { At::First(state) }
    }
}

impl<F: FirstPart> Automaton for Terms<F> {
    type State = At<F::State>;

    fn start(&self) -> Self::State {
        At::Kind
    }

    fn is_match(&self, state: &Self::State) -> bool {
        match *state {
            // A term whose other parts are empty ends with the first.
            At::First(state) => self.first.may_end(state),
            At::Behind => true,
            At::Kind | At::Nowhere => false,
        }
    }

    fn can_match(&self, state: &Self::State) -> bool {
        !matches!(state, At::Nowhere)
    }

    fn will_always_match(&self, state: &Self::State) -> bool {
        matches!(state, At::Behind)
    }

    fn accept(&self, state: &Self::State, byte: u8) -> Self::State {
        match *state {
            At::Kind if byte == self.kind => self.within(self.first.start()),
            At::First(state) if byte == SEPARATOR as u8 => {
                if self.first.may_end(state) {
                    At::Behind
                } else {
                    At::Nowhere
                }
            }
            At::First(state) => {
                self.first.step(state, byte).map_or(At::Nowhere, |state| self.within(state))
            }
            At::Behind => At::Behind,
            At::Kind | At::Nowhere => At::Nowhere,
        }
    }
}

/// All of a text.
pub(super) struct Whole<'t>(pub(super) &'t str);

impl FirstPart for Whole<'_> {
    type State = usize;

    fn start(&self) -> usize {
        0
    }

    fn step(&self, state: usize, byte: u8) -> Option<usize> {
        (self.0.as_bytes().get(state) == Some(&byte)).then_some(state + 1)
    }

    fn may_end(&self, state: usize) -> bool {
        state == self.0.len()
    }

    fn common_beginning(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// What begins with a text.
pub(super) struct Beginning<'t>(pub(super) &'t str);

impl FirstPart for Beginning<'_> {
    type State = usize;

    fn start(&self) -> usize {
        0
    }

    fn step(&self, state: usize, byte: u8) -> Option<usize> {
        Whole(self.0).step(state, byte)
    }

    fn may_end(&self, state: usize) -> bool {
        state == self.0.len()
    }

    fn is_open(&self, state: usize) -> bool {
        state == self.0.len()
    }

    fn common_beginning(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// The readings that begin with a written reading when marks of long vowels are left out that it does not have.
pub(super) struct LooseBeginning<'t>(pub(super) &'t str);

impl FirstPart for LooseBeginning<'_> {
    type State = usize;

    fn start(&self) -> usize {
        0
    }

    fn step(&self, state: usize, byte: u8) -> Option<usize> {
        // No reading begins with the mark.
        let passes_over = byte == LONG_VOWEL && 0 < state;
        Whole(self.0).step(state, byte).or(passes_over.then_some(state))
    }

    fn may_end(&self, state: usize) -> bool {
        state == self.0.len()
    }

    fn is_open(&self, state: usize) -> bool {
        state == self.0.len()
    }

    fn common_beginning(&self) -> &[u8] {
        let first = self.0.chars().next().map_or(0, char::len_utf8);
        &self.0.as_bytes()[..first]
    }
}

/// Any beginning of a text, of one character or more.
pub(super) struct AnyBeginningOf<'t>(pub(super) &'t str);

impl FirstPart for AnyBeginningOf<'_> {
    type State = usize;

    fn start(&self) -> usize {
        0
    }

    fn step(&self, state: usize, byte: u8) -> Option<usize> {
        Whole(self.0).step(state, byte)
    }

    fn may_end(&self, state: usize) -> bool {
        0 < state && self.0.is_char_boundary(state)
    }

    fn common_beginning(&self) -> &[u8] {
        let first = self.0.chars().next().map_or(0, char::len_utf8);
        &self.0.as_bytes()[..first]
    }
}

/// What has as many characters as a text and differs in exactly one of them.
pub(super) struct OneOff<'t>(pub(super) &'t str);

/// How far a word has been compared, character by character.
#[derive(Clone, Copy)]
pub(super) struct Compared {
    /// Where the character of the text begins that is compared.
    at: usize,
    /// How many bytes of the word's own character are still to come.
    n_left: u8,
    /// How many came.
    n_read: u8,
    /// Whether this character differs.
    differs_here: bool,
    /// Whether one differed before.
    differed: bool,
}

impl FirstPart for OneOff<'_> {
    type State = Compared;

    fn start(&self) -> Compared {
        Compared { at: 0, n_left: 0, n_read: 0, differs_here: false, differed: false }
    }

    fn step(&self, mut state: Compared, byte: u8) -> Option<Compared> {
        let character = self.0[state.at..].chars().next()?;
        if state.n_left == 0 {
            let length = match byte {
                0..0xC0 => 1,
                0xC0..0xE0 => 2,
                0xE0..0xF0 => 3,
                _ => 4,
            };
            // Characters of other lengths differ, whatever their bytes.
            state.differs_here = usize::from(length) != character.len_utf8();
            (state.n_left, state.n_read) = (length, 0);
        }
        let own = self.0.as_bytes().get(state.at + usize::from(state.n_read));
        state.differs_here |= own != Some(&byte);
        if state.differs_here && state.differed {
            return None;
        }
        state.n_read += 1;
        state.n_left -= 1;
        if state.n_left == 0 {
            state.at += character.len_utf8();
            state.differed |= state.differs_here;
            (state.n_read, state.differs_here) = (0, false);
        }
        Some(state)
    }

    fn may_end(&self, state: Compared) -> bool {
        state.at == self.0.len() && state.n_left == 0 && state.differed
    }
}

/// What differs from a text in few characters; two that changed places count once.
pub(super) struct Near {
    dfa: DFA,
}

/// The most that [`Near`] can be away.
pub(super) const MAX_DISTANCE: u8 = 2;

impl Near {
    /// What is at most `distance` away from `text`; never more than [`MAX_DISTANCE`].
    pub(super) fn new(text: &str, distance: u8) -> Near {
        // What does not depend on the text is worked out once: it takes milliseconds.
        static BUILDERS: [OnceLock<LevenshteinAutomatonBuilder>; MAX_DISTANCE as usize + 1] =
            [const { OnceLock::new() }; MAX_DISTANCE as usize + 1];
        let distance = distance.min(MAX_DISTANCE);
        let builder = BUILDERS[usize::from(distance)]
            .get_or_init(|| LevenshteinAutomatonBuilder::new(distance, true));
        Near { dfa: builder.build_dfa(text) }
    }

    /// How far `text` is away; `None` if further than asked for.
    pub(super) fn distance(&self, text: &[u8]) -> Option<u8> {
        match self.dfa.eval(text) {
            Distance::Exact(distance) => Some(distance),
            Distance::AtLeast(_) => None,
        }
    }
}

impl FirstPart for &Near {
    type State = u32;

    fn start(&self) -> u32 {
        self.dfa.initial_state()
    }

    fn step(&self, state: u32, byte: u8) -> Option<u32> {
        Some(self.dfa.transition(state, byte)).filter(|state| *state != SINK_STATE)
    }

    fn may_end(&self, state: u32) -> bool {
        matches!(self.dfa.distance(state), Distance::Exact(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::words::key::written_reading;

    fn accepts<F: FirstPart>(first: F, term: &str) -> bool {
        let terms = Terms { kind: b's', first };
        let end = term.bytes().fold(terms.start(), |state, byte| terms.accept(&state, byte));
        terms.is_match(&end)
    }

    #[track_caller]
    fn check<F: FirstPart>(first: F, part: &str, expected: bool) {
        assert_eq!(accepts(first, &format!("s{part}\u{1F}x\u{1F}")), expected, "{part}");
    }

    #[test]
    fn only_the_kind_and_the_first_part_count() {
        assert!(accepts(Whole("保育"), "s保育\u{1F}x"));
        assert!(!accepts(Whole("保育"), "r保育\u{1F}x"));
        assert!(!accepts(Whole("x"), "s保育\u{1F}x"));
        assert!(accepts(Whole("保育"), "s保育"));
        assert!(!accepts(Whole("保育"), "s保"));
    }

    #[test]
    fn a_text_whole_or_its_beginning() {
        check(Whole("保育"), "保育", true);
        check(Whole("保育"), "保育園", false);
        check(Beginning("保育"), "保育園", true);
        check(Beginning(""), "保育園", true);
        check(Beginning("保育"), "保", false);
        check(AnyBeginningOf("コジンジョウ"), "コジン", true);
        check(AnyBeginningOf("コジンジョウ"), "コジンジョウ", true);
        check(AnyBeginningOf("コジンジョウ"), "コジンジョウホウ", false);
        check(AnyBeginningOf("コジンジョウ"), "", false);
    }

    #[test]
    fn marks_of_long_vowels_are_passed_over() {
        let check = |beginning: &str, reading: &str, expected| {
            let written = |text| written_reading(text).expect("katakana");
            check(LooseBeginning(&written(beginning)), &written(reading), expected);
        };
        check("ホムペ", "ホームページ", true);
        check("ホームペ", "ホームページ", true);
        check("ホムペジ", "ホームページ", true);
        check("ホケン", "ホーケーンシツ", true);
        check("ホームペ", "ホムページ", false);
        check("ホン", "ホケン", false);
        check("ア", "ーア", false);
    }

    #[test]
    fn one_character_differs() {
        for (text, expected) in [
            ("個人情法", true),
            ("固人情報", true),
            ("個a情報", true),
            ("個人情報", false),
            ("個人報情", false),
            ("個人情", false),
            ("個人情報課", false),
            ("", false),
        ] {
            check(OneOff("個人情報"), text, expected);
        }
        check(OneOff("pcr"), "pxr", true);
        check(OneOff("pcr"), "p検r", true);
        check(OneOff("pcr"), "pc", false);
    }

    #[test]
    fn near_texts_differ_in_few_characters() {
        for (text, distance) in [
            ("個人情報", Some(0)),
            ("個人情法", Some(1)),
            ("個人報情", Some(1)),
            ("個情報", Some(1)),
            ("個人の情報課", Some(2)),
            ("個人", Some(2)),
            ("保育", None),
        ] {
            let near = Near::new("個人情報", 2);
            assert_eq!(near.distance(text.as_bytes()), distance, "{text}");
            check(&near, text, distance.is_some());
        }
    }
}

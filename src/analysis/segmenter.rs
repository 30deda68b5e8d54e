//! The segmenter: what cuts a text into words of the dictionary.
//!
//! Concatenated segments give back any input, white space included.
//! Text is segmented a sentence at a time; lindera bounds how long one may be.

use std::sync::Arc;

use lindera::dictionary::{Dictionary, UserDictionary, WordId};
use lindera::mode::Mode;
use lindera_dictionary::viterbi::{Lattice, LatticeOptions};

/// Raised when segments change.
pub(crate) const VERSION: u32 = 2;

/// Beyond this many bytes without an end of sentence the text is cut wherever it stands.
///
/// The costs of a path are summed in 32 bits, and the lattice counts characters in 16.
const MAX_SENTENCE_BYTES: usize = 32 * 1024;

/// A word of the text: where it ends, and which entry of the dictionary it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Segment {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) word: WordId,
}

impl Segment {
    /// The segment's part of the text it was cut from.
    pub(crate) fn surface<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.start..self.end).unwrap_or_default()
    }
}

/// A segmenter with the memory that it uses again from text to text; one a thread.
pub(crate) struct Segmenter {
    dictionary: Arc<Dictionary>,
    user_dictionary: Option<Arc<UserDictionary>>,
    lattice: Lattice,
    starts: Vec<(usize, WordId)>,
}

impl Segmenter {
    pub(crate) fn new(
        dictionary: Arc<Dictionary>,
        user_dictionary: Option<Arc<UserDictionary>>,
    ) -> Segmenter {
        Segmenter { dictionary, user_dictionary, lattice: Lattice::default(), starts: Vec::new() }
    }

    /// The segments of `text`, in order and without gaps, into `out`.
    pub(crate) fn segment(&mut self, text: &str, out: &mut Vec<Segment>) {
        out.clear();
        let mut start = 0;
        while start < text.len() {
            let end = start + sentence_len(&text[start..]);
            self.segment_sentence(&text[start..end], start, out);
            start = end;
        }
    }

    /// What the best way to cut `text` costs: the less, the more it is like the Japanese that the dictionary was learned
    /// from. Costs of texts of about the same characters can be compared.
    pub(crate) fn cost(&mut self, text: &str) -> i64 {
        let mut cost = 0;
        let mut start = 0;
        while start < text.len() {
            let end = start + sentence_len(&text[start..]);
            cost += self.sentence_cost(&text[start..end]);
            start = end;
        }
        cost
    }

    fn sentence_cost(&mut self, sentence: &str) -> i64 {
        let dictionary = &self.dictionary;
        self.lattice.set_text_nbest_with_options(
            &dictionary.prefix_dictionary,
            &self.user_dictionary.as_ref().map(|dictionary| &dictionary.dict),
            &dictionary.character_definition,
            &dictionary.unknown_dictionary,
            &dictionary.connection_cost_matrix,
            sentence,
            &LatticeOptions::new(&Mode::Normal),
        );
        let best = self.lattice.nbest_tokens_offset(1, false, None);
        best.first().map_or(0, |(_, cost)| *cost)
    }

    fn segment_sentence(&mut self, sentence: &str, at: usize, out: &mut Vec<Segment>) {
        let dictionary = &self.dictionary;
        // Decomposing long words cuts the last word of a text otherwise than the same word inside one.
        self.lattice.set_text_with_options(
            &dictionary.prefix_dictionary,
            &self.user_dictionary.as_ref().map(|dictionary| &dictionary.dict),
            &dictionary.character_definition,
            &dictionary.unknown_dictionary,
            &dictionary.connection_cost_matrix,
            sentence,
            &LatticeOptions::new(&Mode::Normal),
        );
        self.lattice.tokens_offset_into(&mut self.starts);
        for (i, (start, word)) in self.starts.iter().enumerate() {
            let end = self.starts.get(i + 1).map_or(sentence.len(), |(next, _)| *next);
            out.push(Segment { start: at + start, end: at + end, word: *word });
        }
    }
}

/// How many bytes the first sentence has.
fn sentence_len(text: &str) -> usize {
    for (at, character) in text.char_indices() {
        let end = at + character.len_utf8();
        if matches!(character, '。' | '、' | '\n' | '\t') || MAX_SENTENCE_BYTES <= end {
            return end;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::sync::OnceLock;

    fn segments(text: &str) -> Vec<Segment> {
        static DICTIONARY: OnceLock<Arc<Dictionary>> = OnceLock::new();
        let dictionary =
            DICTIONARY.get_or_init(|| Arc::new(crate::analysis::dictionary::open(None).unwrap()));
        let mut out = Vec::new();
        Segmenter::new(Arc::clone(dictionary), None).segment(text, &mut out);
        out
    }

    #[track_caller]
    fn assert_gives_back(text: &str) {
        let surfaces: Vec<&str> =
            segments(text).iter().map(|segment| segment.surface(text)).collect();
        assert_eq!(surfaces.concat(), text);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn segments_give_back_any_text(text in prop::collection::vec(any::<char>(), 0..60)) {
            assert_gives_back(&text.into_iter().collect::<String>());
        }
    }

    #[test]
    fn segments_give_back_white_space_and_endless_sentences() {
        assert_gives_back(" \n\t\u{3000}窓口 \r\n");
        assert_gives_back(&"窓口案内".repeat(20_000));
        assert_gives_back(&"a".repeat(100_000));
    }
}

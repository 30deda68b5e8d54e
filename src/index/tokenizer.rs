//! The analyzer as tantivy's tokenizers: the only adapter between the two.

use std::collections::HashSet;

use tantivy_tokenizer_api::{Token, TokenStream, Tokenizer};
use unicode_segmentation::UnicodeSegmentation;

use crate::analysis;
use crate::analysis::{Analyzer, Unit, Word, Worker};

use super::words;

/// The name under which an index knows the tokenizer of units.
pub const UNITS: &str = "units";
/// The name under which an index knows the tokenizer of bigrams.
pub const BIGRAMS: &str = "bigrams";
/// The name under which an index knows the tokenizer of words.
pub const WORDS: &str = "words";

/// Gives tantivy the units of the analyzer.
pub struct UnitTokenizer {
    analyzer: Analyzer,
    worker: Worker,
    units: Vec<Unit>,
    token: Token,
}

impl UnitTokenizer {
    /// A tokenizer with buffers of its own.
    pub fn new(analyzer: &Analyzer) -> UnitTokenizer {
        UnitTokenizer {
            analyzer: analyzer.clone(),
            worker: analyzer.worker(),
            units: Vec::new(),
            token: Token::default(),
        }
    }
}

impl Clone for UnitTokenizer {
    fn clone(&self) -> UnitTokenizer {
        UnitTokenizer::new(&self.analyzer)
    }
}

impl Tokenizer for UnitTokenizer {
    type TokenStream<'a> = UnitStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> UnitStream<'a> {
        self.worker.units(text, &mut self.units);
        self.token.reset();
        UnitStream { units: self.units.iter(), token: &mut self.token }
    }
}

/// Gives tantivy the bigrams of a text.
///
/// Behind the last bigram stands the last character alone, so that every character begins some term
/// and a query of one character can be answered by prefix.
#[derive(Clone, Default)]
pub struct BigramTokenizer {
    bigrams: Vec<Unit>,
    token: Token,
}

impl Tokenizer for BigramTokenizer {
    type TokenStream<'a> = UnitStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> UnitStream<'a> {
        analysis::bigrams(text, &mut self.bigrams);
        self.bigrams.extend(last_character(&self.bigrams));
        self.token.reset();
        UnitStream { units: self.bigrams.iter(), token: &mut self.token }
    }
}

fn last_character(bigrams: &[Unit]) -> Option<Unit> {
    let bigram = bigrams.last()?;
    let (start, character) = bigram.term.grapheme_indices(true).next_back()?;
    (0 < start).then(|| Unit {
        term: character.to_owned(),
        range: bigram.range.clone(),
        position: bigram.position + 1,
    })
}

/// Gives tantivy the terms under which the [`Vocabulary`](super::Vocabulary) finds the words of a text, each once.
pub struct WordTokenizer {
    analyzer: Analyzer,
    worker: Worker,
    words: Vec<Word>,
    seen: HashSet<Word>,
    terms: Vec<Unit>,
    token: Token,
}

impl WordTokenizer {
    /// A tokenizer with buffers of its own.
    pub fn new(analyzer: &Analyzer) -> WordTokenizer {
        WordTokenizer {
            analyzer: analyzer.clone(),
            worker: analyzer.worker(),
            words: Vec::new(),
            seen: HashSet::new(),
            terms: Vec::new(),
            token: Token::default(),
        }
    }
}

impl Clone for WordTokenizer {
    fn clone(&self) -> WordTokenizer {
        WordTokenizer::new(&self.analyzer)
    }
}

impl Tokenizer for WordTokenizer {
    type TokenStream<'a> = UnitStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> UnitStream<'a> {
        self.worker.words(text, &mut self.words);
        self.seen.clear();
        self.terms.clear();
        let mut term = String::new();
        for word in self.words.drain(..) {
            if self.seen.contains(&word) {
                continue;
            }
            words::for_each_term(&word, &mut term, |term| {
                self.terms.push(Unit { term: term.to_owned(), range: 0..0, position: 0 });
            });
            self.seen.insert(word);
        }
        self.token.reset();
        UnitStream { units: self.terms.iter(), token: &mut self.token }
    }
}

/// Units on their way to tantivy.
pub struct UnitStream<'a> {
    units: std::slice::Iter<'a, Unit>,
    token: &'a mut Token,
}

impl TokenStream for UnitStream<'_> {
    fn advance(&mut self) -> bool {
        let Some(unit) = self.units.next() else {
            return false;
        };
        self.token.text.clear();
        self.token.text.push_str(&unit.term);
        self.token.position = unit.position as usize;
        self.token.offset_from = unit.range.start;
        self.token.offset_to = unit.range.end;
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

//! The analyzer as tantivy's tokenizers: the only adapter between the two.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::sync::Arc;

use tantivy_tokenizer_api::{Token, TokenStream, Tokenizer};
use unicode_segmentation::UnicodeSegmentation;

use crate::analysis;
use crate::analysis::{Analyzer, Unit, Worker};

use super::words;

/// The name under which an index knows the tokenizer of units.
pub const UNITS: &str = "units";
/// The name under which an index knows the tokenizer of bigrams.
pub const BIGRAMS: &str = "bigrams";
/// The name under which an index knows the tokenizer of words.
pub const WORDS: &str = "words";

/// Gives tantivy the units of the analyzer.
#[derive(Clone)]
pub struct UnitTokenizer {
    analyzer: Analyzer,
    units: Vec<Unit>,
    token: Token,
}

impl UnitTokenizer {
    /// A tokenizer with buffers of its own.
    pub fn new(analyzer: &Analyzer) -> UnitTokenizer {
        UnitTokenizer { analyzer: analyzer.clone(), units: Vec::new(), token: Token::default() }
    }
}

impl Tokenizer for UnitTokenizer {
    type TokenStream<'a> = UnitStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> UnitStream<'a> {
        Desk::with(&self.analyzer, |desk| desk.units(text, &mut self.units));
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
#[derive(Clone)]
pub struct WordTokenizer {
    analyzer: Analyzer,
    terms: Vec<Arc<str>>,
    token: Token,
}

impl WordTokenizer {
    /// A tokenizer with buffers of its own.
    pub fn new(analyzer: &Analyzer) -> WordTokenizer {
        WordTokenizer { analyzer: analyzer.clone(), terms: Vec::new(), token: Token::default() }
    }
}

impl Tokenizer for WordTokenizer {
    type TokenStream<'a> = WordStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordStream<'a> {
        Desk::with(&self.analyzer, |desk| desk.word_terms(text, &mut self.terms));
        self.token.reset();
        // A token that was reset stands before the first position.
        self.token.position = 0;
        WordStream { terms: self.terms.iter(), token: &mut self.token }
    }
}

/// What the tokenizers of a thread share: tantivy has one for each field, and a text is in two fields.
struct Desk {
    analyzer: Analyzer,
    worker: Worker,
    /// Texts whose units were asked for and whose words were not yet, with the numbers of their words.
    waiting: VecDeque<(String, Vec<u32>)>,
    /// By number of a word: its terms.
    terms: Vec<Vec<Arc<str>>>,
    generation: u32,
}

thread_local! {
    static DESK: RefCell<Option<Desk>> = const { RefCell::new(None) };
}

impl Desk {
    /// The most texts whose words are kept; canonical names have units and are never asked for words.
    const MAX_WAITING: usize = 32;

    /// Uses the desk of this thread.
    fn with<T>(analyzer: &Analyzer, work: impl FnOnce(&mut Desk) -> T) -> T {
        DESK.with_borrow_mut(|desk| {
            let desk = match desk {
                Some(desk) if desk.analyzer.is_same(analyzer) => desk,
                _ => desk.insert(Desk::new(analyzer)),
            };
            work(desk)
        })
    }

    fn new(analyzer: &Analyzer) -> Desk {
        Desk {
            analyzer: analyzer.clone(),
            worker: analyzer.worker(),
            waiting: VecDeque::new(),
            terms: Vec::new(),
            generation: 0,
        }
    }

    fn units(&mut self, text: &str, units: &mut Vec<Unit>) {
        let mut words = self.spare();
        self.worker.units_and_words(text, units, &mut words.1);
        self.note_terms();
        words.0.push_str(text);
        self.waiting.push_back(words);
    }

    fn word_terms(&mut self, text: &str, terms: &mut Vec<Arc<str>>) {
        terms.clear();
        let (_, words) = match self.waiting.iter().position(|(waiting, _)| waiting == text) {
            Some(place) => self.waiting.remove(place).unwrap_or_default(),
            None => {
                let mut words = Vec::new();
                self.worker.units_and_words(text, &mut Vec::new(), &mut words);
                self.note_terms();
                (String::new(), words)
            }
        };
        for word in words {
            terms.extend_from_slice(&self.terms[word as usize]);
        }
    }

    /// Room for one more text.
    fn spare(&mut self) -> (String, Vec<u32>) {
        if self.waiting.len() < Self::MAX_WAITING {
            return Default::default();
        }
        let (mut text, words) = self.waiting.pop_front().unwrap_or_default();
        text.clear();
        (text, words)
    }

    /// Writes down the terms of the words that were met for the first time.
    fn note_terms(&mut self) {
        if self.generation != self.worker.words_generation() {
            self.generation = self.worker.words_generation();
            self.terms.clear();
            self.waiting.clear();
        }
        for number in self.terms.len()..self.worker.n_words() {
            let mut terms = Vec::with_capacity(2);
            let word =
                self.worker.word(u32::try_from(number).expect("words are numbered in 32 bits"));
            words::for_each_term(word, |term| terms.push(Arc::from(term)));
            self.terms.push(terms);
        }
    }
}

/// Terms of words on their way to tantivy.
pub struct WordStream<'a> {
    terms: std::slice::Iter<'a, Arc<str>>,
    token: &'a mut Token,
}

impl TokenStream for WordStream<'_> {
    fn advance(&mut self) -> bool {
        let Some(term) = self.terms.next() else {
            return false;
        };
        self.token.text.clear();
        self.token.text.push_str(term);
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
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

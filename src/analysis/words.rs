//! The words of a text as people would type them: what can be suggested, completed and corrected.
//!
//! Units are what is searched for, and nobody types them: `区民課` is one word to a reader and three units.
//! So nouns that stand side by side are words together as well as alone, and a verb is its base form.
//! A run of nouns is taken from a title or a first sentence; it never begins with a suffix nor ends with a prefix, and
//! nothing stands between its parts but the hyphen of `e-ラーニング`.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use lindera_dictionary::viterbi::LexType;

use crate::analysis::character_filter::fold_width;
use crate::analysis::lexicon::{Entry, Kind};
use crate::analysis::segmenter::Segment;
use crate::analysis::{Unit, Worker};

/// Raised when words change, since an index holds them.
pub(crate) const VERSION: u32 = 3;

/// The most characters a word has; what is longer is no word that anyone types.
pub const MAX_WORD_CHARS: usize = 20;

/// The most nouns, prefixes and suffixes that are one word together.
const MAX_PARTS: usize = 3;

/// The most nouns among them behind the first sentence: there a noun is joined with its prefix and suffix only.
///
/// Runs of nouns are most of all words, and most of them stand in one record only; a title and a first sentence have
/// those that a text is about.
const MAX_LATER_NOUNS: usize = 1;

/// A word of a text as a person would type it.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct Word {
    /// As printed with the width folded and the case kept; of an inflected word, the base form.
    pub surface: String,
    /// In katakana; empty where it is not known.
    pub reading: String,
    /// The terms of its content units, in order.
    pub terms: Vec<String>,
    /// Whether it has units without content, too: 区内 has the units of 区 and is another word.
    pub holds_grammar: bool,
}

/// The words that a worker has met, each under a number.
///
/// Most words of a text were met in the texts before it; working them out again would cost as much as segmenting.
#[derive(Default)]
pub(crate) struct WordMemory {
    words: Vec<Arc<Word>>,
    by_word: HashMap<Arc<Word>, u32>,
    /// By the place of the entry that a word is, where it is printed as the dictionary has it.
    by_entry: Vec<Known>,
    /// By the entries that a word is made of, likewise.
    by_entries: HashMap<u64, Option<u32>, BuildHasherDefault<MixingHasher>>,
    /// By number: the last text that held the word.
    last_text: Vec<u32>,
    text: u32,
    generation: u32,
}

/// What is known of the word that an entry is.
#[derive(Clone, Copy, Default)]
enum Known {
    #[default]
    NotAsked,
    Is(Option<u32>),
}

/// Spreads the numbers of entries over the table: they are ours, and nobody gains from making them collide.
#[derive(Default)]
struct MixingHasher(u64);

impl Hasher for MixingHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, number: u64) {
        // The golden ratio in 64 bits; the high half is the well mixed one, and tables look at both ends.
        let mixed = u128::from(self.0 ^ number) * 0x9E37_79B9_7F4A_7C15;
        self.0 = (mixed >> 64) as u64 ^ mixed as u64;
    }
}

impl WordMemory {
    /// Beyond this many words all are forgotten.
    const MAX_WORDS: usize = 1 << 16;

    fn begin_text(&mut self) {
        if Self::MAX_WORDS < self.words.len()
            || Self::MAX_WORDS * 4 < self.by_entries.len()
            || self.text == u32::MAX
        {
            *self =
                WordMemory { generation: self.generation.wrapping_add(1), ..WordMemory::default() };
        }
        self.text += 1;
    }

    fn number(&mut self, word: Word) -> u32 {
        if let Some(number) = self.by_word.get(&word) {
            return *number;
        }
        let number = u32::try_from(self.words.len()).expect("a text has fewer words than bytes");
        let word = Arc::new(word);
        self.words.push(Arc::clone(&word));
        self.by_word.insert(word, number);
        self.last_text.push(0);
        number
    }

    /// Whether the word is met for the first time in this text.
    fn is_new(&mut self, number: u32) -> bool {
        std::mem::replace(&mut self.last_text[number as usize], self.text) != self.text
    }
}

impl Worker {
    /// The words of `text`, each once, in the order in which they are met, into `out`, which is cleared first.
    pub fn words(&mut self, text: &str, out: &mut Vec<Word>) {
        let mut numbers = Vec::new();
        self.segment(text);
        self.number_words(text, &mut numbers);
        out.clear();
        out.extend(numbers.into_iter().map(|number| self.word(number).clone()));
    }

    /// [`units`](Worker::units) and [`words`](Worker::words) of the same text, which is segmented once.
    ///
    /// Words come as the numbers under which [`word`](Worker::word) gives them until the next text is asked for.
    /// A number keeps its meaning as long as [`words_generation`](Worker::words_generation) stays the same.
    pub fn units_and_words(&mut self, text: &str, units: &mut Vec<Unit>, words: &mut Vec<u32>) {
        self.units(text, units);
        self.number_words(text, words);
    }

    /// A word by its number.
    pub fn word(&self, number: u32) -> &Word {
        &self.memory.words[number as usize]
    }

    /// How many words have numbers, which count from 0.
    pub fn n_words(&self) -> usize {
        self.memory.words.len()
    }

    /// Raised whenever numbers are given anew.
    pub fn words_generation(&self) -> u32 {
        self.memory.generation
    }

    /// The words of the text that was segmented last.
    fn number_words(&mut self, text: &str, out: &mut Vec<u32>) {
        out.clear();
        let mut memory = std::mem::take(&mut self.memory);
        let mut pieces = std::mem::take(&mut self.pieces);
        memory.begin_text();
        let mut unknown = Vec::new();
        pieces.clear();
        for at in 0..self.segments.len() {
            let piece = self.piece(self.segments[at], text, &mut unknown);
            pieces.push(piece);
        }
        let mut book = Book { worker: self, unknown: &unknown, text, memory: &mut memory, out };
        let folded = &book.worker.folded.text;
        let ends = |piece: &Piece| matches!(piece.segment.surface(folded), "。" | "\n");
        let n_first = pieces.iter().position(ends).unwrap_or(pieces.len());
        for at in 0..pieces.len() {
            let max_nouns = if at < n_first { MAX_PARTS } else { MAX_LATER_NOUNS };
            book.words_at(&pieces[at..], max_nouns);
        }
        self.memory = memory;
        self.pieces = pieces;
    }

    fn piece(&mut self, segment: Segment, text: &str, unknown: &mut Vec<Entry>) -> Piece {
        if segment.word.lex_type() != LexType::System {
            let entry = self.lexicon.entry(segment.word, segment.surface(&self.folded.text));
            let kind = entry.kind;
            unknown.push(entry);
            return Piece {
                segment,
                kind,
                entry: Place::Unknown(unknown.len() - 1),
                is_plain: false,
            };
        }
        let place = self.place(segment);
        let kind = self.entries[place].kind;
        let is_plain = kind != Kind::Nothing
            && text.get(self.folded.offsets.original(segment.start..segment.end))
                == Some(segment.surface(&self.folded.text));
        Piece { segment, kind, entry: Place::Known(place), is_plain }
    }
}

/// A segment with the part it plays in words.
#[derive(Clone, Copy)]
pub(crate) struct Piece {
    segment: Segment,
    kind: Kind,
    entry: Place,
    /// Whether it is printed as the dictionary has it.
    is_plain: bool,
}

/// Where the entry of a piece is kept.
#[derive(Clone, Copy)]
enum Place {
    Known(usize),
    Unknown(usize),
}

/// What words are read from, and where they are written to.
struct Book<'a> {
    worker: &'a Worker,
    unknown: &'a [Entry],
    text: &'a str,
    memory: &'a mut WordMemory,
    out: &'a mut Vec<u32>,
}

impl Book<'_> {
    /// Writes the words that begin with the first of `pieces`.
    fn words_at(&mut self, pieces: &[Piece], max_nouns: usize) {
        let Some(first) = pieces.first() else { return };
        match first.kind {
            Kind::Nothing | Kind::Joint => return,
            Kind::Inflected | Kind::Suffix => return self.write(&pieces[..1]),
            Kind::Noun | Kind::Prefix => self.write(&pieces[..1]),
        }
        let mut end = 1;
        let mut n_nouns = usize::from(first.kind == Kind::Noun);
        for _ in 1..MAX_PARTS {
            if pieces.get(end).is_some_and(|piece| piece.kind == Kind::Joint) {
                end += 1;
            }
            let Some(next) = pieces.get(end) else { return };
            n_nouns += usize::from(next.kind == Kind::Noun);
            let is_part = matches!(next.kind, Kind::Noun | Kind::Prefix | Kind::Suffix);
            if !is_part || max_nouns < n_nouns {
                return;
            }
            end += 1;
            if next.kind != Kind::Prefix {
                self.write(&pieces[..end]);
            }
        }
    }

    /// Writes the word of these pieces, unless they are none or stood in this text before.
    fn write(&mut self, pieces: &[Piece]) {
        if let Some(number) = self.number(pieces)
            && self.memory.is_new(number)
        {
            self.out.push(number);
        }
    }

    /// The number of the word that these pieces are; `None` if they are no word.
    fn number(&mut self, pieces: &[Piece]) -> Option<u32> {
        if let [Piece { entry: Place::Known(place), is_plain: true, .. }] = pieces {
            if self.memory.by_entry.len() <= *place {
                self.memory.by_entry.resize(*place + 1, Known::NotAsked);
            }
            if let Known::Is(number) = self.memory.by_entry[*place] {
                return number;
            }
            let number = self.make(pieces);
            self.memory.by_entry[*place] = Known::Is(number);
            return number;
        }
        let Some(key) = key(pieces) else { return self.make(pieces) };
        if let Some(number) = self.memory.by_entries.get(&key) {
            return *number;
        }
        let number = self.make(pieces);
        self.memory.by_entries.insert(key, number);
        number
    }

    fn make(&mut self, pieces: &[Piece]) -> Option<u32> {
        let word = match pieces {
            [piece] if piece.kind == Kind::Inflected => self.base_form(*piece),
            _ => self.noun(pieces),
        };
        word.map(|word| self.memory.number(word))
    }

    /// The word that nouns side by side are together.
    fn noun(&self, pieces: &[Piece]) -> Option<Word> {
        let (first, last) = (pieces.first()?, pieces.last()?);
        let printed = first.segment.start..last.segment.end;
        let printed = self.worker.folded.offsets.original(printed);
        let surface = typed(self.text.get(printed)?)?;
        let parts = pieces.iter().filter(|piece| piece.kind != Kind::Joint);
        let entries = || parts.clone().map(|part| self.entry(*part));
        let is_read = entries().all(|entry| !entry.reading.is_empty());
        let reading = entries().filter(|_| is_read).map(|entry| entry.reading.as_str()).collect();
        word(surface, reading, entries())
    }

    fn base_form(&self, piece: Piece) -> Option<Word> {
        let entry = self.entry(piece);
        word(typed(&entry.base_form)?, entry.base_reading.clone(), std::iter::once(entry))
    }

    fn entry(&self, piece: Piece) -> &Entry {
        match piece.entry {
            Place::Known(place) => &self.worker.entries[place],
            Place::Unknown(place) => &self.unknown[place],
        }
    }
}

/// The entries of these pieces as one number, where they alone say what the word is.
fn key(pieces: &[Piece]) -> Option<u64> {
    // The dictionary has fewer than 2²⁰ entries; three of them leave room for the hyphens before two.
    const BITS: usize = 20;
    let (mut parts, mut n_parts, mut hyphens) = (0, 0, 0);
    for piece in pieces {
        match piece.entry {
            Place::Known(_) if piece.is_plain && piece.kind == Kind::Joint => {
                hyphens |= 1 << n_parts
            }
            Place::Known(place) if piece.is_plain && place + 1 < 1 << BITS => {
                parts = parts << BITS | (place + 1) as u64;
                n_parts += 1;
            }
            _ => return None,
        }
    }
    Some(hyphens << (MAX_PARTS * BITS) | parts)
}

/// The word of these entries, unless a word of grammar stands between its units: such a word is asked as a question.
fn word<'e>(
    surface: String,
    reading: String,
    entries: impl Iterator<Item = &'e Entry>,
) -> Option<Word> {
    let mut terms = Vec::new();
    let mut is_broken = false;
    let mut holds_grammar = false;
    for unit in entries.flat_map(|entry| &entry.units) {
        holds_grammar |= unit.stop.is_some();
        match unit.stop {
            Some(_) => is_broken = !terms.is_empty(),
            None if is_broken => return None,
            None => terms.push(unit.term.clone()),
        }
    }
    // What holds the signs that terms are written with could not be read back.
    let is_clean = |term: &String| !term.contains(|c: char| c == ' ' || c.is_control());
    let is_word = !terms.is_empty() && terms.iter().all(is_clean);
    is_word.then_some(Word { surface, reading, terms, holds_grammar })
}

/// What is typed for what is printed; nothing for what nobody types.
fn typed(printed: &str) -> Option<String> {
    let surface = fold_width(printed);
    let is_typed =
        surface.chars().count() <= MAX_WORD_CHARS && !surface.chars().any(char::is_control);
    (is_typed && surface.chars().any(char::is_alphabetic)).then_some(surface)
}

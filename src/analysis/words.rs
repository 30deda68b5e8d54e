//! The words of a text as people would type them: what can be suggested, completed and corrected.
//!
//! Units are what is searched for, and nobody types them: `区民課` is one word to a reader and three units.
//! So nouns that stand side by side are words together as well as alone, and a verb is its base form.
//! A run of nouns never begins with a suffix nor ends with a prefix, and nothing stands between its parts but the
//! hyphen of `e-ラーニング`.

use std::ops::Range;

use crate::analysis::character_filter::fold_width;
use crate::analysis::lexicon::{Entry, Kind};
use crate::analysis::segmenter::Segment;
use crate::analysis::{Unit, Worker};

/// Raised when words change, since an index holds them.
pub(crate) const VERSION: u32 = 1;

/// The most characters a word has; what is longer is no word that anyone types.
pub const MAX_WORD_CHARS: usize = 20;

/// The most nouns that are one word together.
const MAX_PARTS: usize = 3;

/// A word of a text as a person would type it.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct Word {
    /// As printed with the width folded and the case kept; of an inflected word, the base form.
    pub surface: String,
    /// In katakana; empty where it is not known.
    pub reading: String,
    /// The terms of its content units, in order.
    pub terms: Vec<String>,
}

impl Worker {
    /// The words of `text`, in the order in which they begin, into `out`, which is cleared first.
    ///
    /// A word that stands there twice is given twice.
    pub fn words(&mut self, text: &str, out: &mut Vec<Word>) {
        self.segment(text);
        self.words_of_segments(text, out);
    }

    /// [`units`](Worker::units) and [`words`](Worker::words) of the same text, which is segmented once.
    pub fn units_and_words(&mut self, text: &str, units: &mut Vec<Unit>, words: &mut Vec<Word>) {
        self.units(text, units);
        self.words_of_segments(text, words);
    }

    fn words_of_segments(&mut self, text: &str, out: &mut Vec<Word>) {
        out.clear();
        let mut unknown = Vec::new();
        let segments = std::mem::take(&mut self.segments);
        let pieces: Vec<Piece> =
            segments.iter().map(|segment| self.piece(*segment, &mut unknown)).collect();
        self.segments = segments;
        let book = Book { worker: self, unknown: &unknown, text };
        for at in 0..pieces.len() {
            book.words_at(&pieces[at..], out);
        }
    }

    fn piece(&mut self, segment: Segment, unknown: &mut Vec<Entry>) -> Piece {
        if !segment.word.is_unknown() {
            let place = self.place(segment);
            return Piece { segment, kind: self.entries[place].kind, entry: Place::Known(place) };
        }
        let entry = self.lexicon.entry(segment.word, segment.surface(&self.folded.text));
        let kind = entry.kind;
        unknown.push(entry);
        Piece { segment, kind, entry: Place::Unknown(unknown.len() - 1) }
    }
}

/// A segment with the part it plays in words.
#[derive(Clone, Copy)]
struct Piece {
    segment: Segment,
    kind: Kind,
    entry: Place,
}

/// Where the entry of a piece is kept.
#[derive(Clone, Copy)]
enum Place {
    Known(usize),
    Unknown(usize),
}

/// What words are read from: the text that was segmented last, and its entries.
struct Book<'a> {
    worker: &'a Worker,
    unknown: &'a [Entry],
    text: &'a str,
}

impl Book<'_> {
    /// The words that begin with the first of `pieces`.
    fn words_at(&self, pieces: &[Piece], out: &mut Vec<Word>) {
        let Some(first) = pieces.first() else { return };
        match first.kind {
            Kind::Nothing | Kind::Joint => return,
            Kind::Inflected => return out.extend(self.base_form(*first)),
            Kind::Noun | Kind::Prefix | Kind::Suffix => out.extend(self.noun(&[*first])),
        }
        if first.kind == Kind::Suffix {
            return;
        }
        let mut parts = vec![*first];
        let mut rest = &pieces[1..];
        while parts.len() < MAX_PARTS {
            if let [joint, after @ ..] = rest
                && joint.kind == Kind::Joint
            {
                rest = after;
            }
            let [next, after @ ..] = rest else { return };
            if !matches!(next.kind, Kind::Noun | Kind::Prefix | Kind::Suffix) {
                return;
            }
            parts.push(*next);
            rest = after;
            if next.kind != Kind::Prefix {
                out.extend(self.noun(&parts));
            }
        }
    }

    /// The word that nouns side by side are together.
    fn noun(&self, parts: &[Piece]) -> Option<Word> {
        let (first, last) = (parts.first()?, parts.last()?);
        let printed = self.text.get(self.range(first.segment.start..last.segment.end))?;
        let surface = typed(printed)?;
        let entries = || parts.iter().map(|part| self.entry(*part));
        let is_read = entries().all(|entry| !entry.reading.is_empty());
        let reading = if is_read {
            entries().map(|entry| entry.reading.as_str()).collect()
        } else {
            String::new()
        };
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

    fn range(&self, folded: Range<usize>) -> Range<usize> {
        self.worker.folded.offsets.original(folded)
    }
}

/// The word of these entries, unless a word of grammar stands between its units: such a word is asked as a question.
fn word<'e>(
    surface: String,
    reading: String,
    entries: impl Iterator<Item = &'e Entry>,
) -> Option<Word> {
    let mut terms = Vec::new();
    let mut is_broken = false;
    for unit in entries.flat_map(|entry| &entry.units) {
        match unit.stopped {
            true => is_broken = !terms.is_empty(),
            false if is_broken => return None,
            false => terms.push(unit.term.clone()),
        }
    }
    (!terms.is_empty()).then_some(Word { surface, reading, terms })
}

/// What is typed for what is printed; nothing for what nobody types.
fn typed(printed: &str) -> Option<String> {
    let surface = fold_width(printed);
    let is_typed =
        surface.chars().count() <= MAX_WORD_CHARS && !surface.chars().any(char::is_control);
    (is_typed && surface.chars().any(char::is_alphabetic)).then_some(surface)
}

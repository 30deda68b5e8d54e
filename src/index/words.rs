//! The vocabulary: the words that the records hold, asked for by what is typed.
//!
//! Every answer speaks of one snapshot, and counts live records only.
//! Words of more than two units are found by their surface and not by their reading, which their parts have.
//! Work is bounded: of very short beginnings, in very large indexes, only the first words in the order of their
//! characters are looked at.

mod key;
mod automaton;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::collections::BinaryHeap;
use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use tantivy::postings::TermInfo;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::termdict::TermStreamer;
use tantivy::{
    BitSet, DocAddress, DocSet, InvertedIndexReader, Searcher, SegmentReader, TERMINATED,
};

use crate::analysis::{MAX_WORD_CHARS, fold, is_kana, to_katakana};

use super::Fields;

pub use self::key::KnownWord;
pub(super) use self::key::for_each_term;

use self::automaton::{
    AnyBeginningOf, Beginning, FirstPart, LooseBeginning, Near, OneOff, Terms, Whole,
};
use self::key::{READING, SPELLING, SURFACE, written_reading};

/// The most terms that one question looks at.
const MAX_TERMS: usize = 50_000;

/// The longest text whose readings are looked for, in characters.
const MAX_KANA: usize = 64;

/// The most words that are read the same way and given for one stretch of kana.
const MAX_HOMOPHONES: usize = 8;

/// The words of an index at one moment.
pub struct Vocabulary<'s> {
    segments: Vec<Segment<'s>>,
}

struct Segment<'s> {
    reader: &'s SegmentReader,
    terms: Arc<InvertedIndexReader>,
}

/// A word that is read like a stretch of a text of kana.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ReadAs {
    /// The bytes of the text.
    pub range: Range<usize>,
    /// The word.
    pub word: KnownWord,
}

impl<'s> Vocabulary<'s> {
    /// The words of `snapshot`.
    ///
    /// # Errors
    ///
    /// The index cannot be read; as of every question.
    pub fn of(snapshot: &'s Searcher, fields: &Fields) -> tantivy::Result<Vocabulary<'s>> {
        let field: Field = fields.words;
        let segments = snapshot.segment_readers().iter();
        let segments =
            segments.map(|reader| Ok(Segment { reader, terms: reader.inverted_index(field)? }));
        Ok(Vocabulary { segments: segments.collect::<tantivy::Result<_>>()? })
    }

    /// The words whose folded surface begins with `folded`, the whole word first, then by count.
    pub fn starting_with(&self, folded: &str, limit: usize) -> tantivy::Result<Vec<KnownWord>> {
        self.best(SURFACE, Beginning(folded), limit, |part| part == folded.as_bytes())
    }

    /// The words that are written `folded` when width and case are folded, by count.
    pub fn written_as(&self, folded: &str) -> tantivy::Result<Vec<KnownWord>> {
        self.best(SURFACE, Whole(folded), MAX_TERMS, |_| true)
    }

    /// The words of one or two units whose reading begins with `reading`, in katakana: those read exactly so first,
    /// then by count.
    ///
    /// Marks of long vowels that `reading` does not have are passed over: ホムペ begins ホームページ.
    pub fn read_as_prefix(&self, reading: &str, limit: usize) -> tantivy::Result<Vec<KnownWord>> {
        let Some(reading) = written_reading(reading) else { return Ok(Vec::new()) };
        self.best(READING, LooseBeginning(&reading), limit, |part| part == reading.as_bytes())
    }

    /// The words that are read `reading`, in katakana, by count.
    pub fn read_as(&self, reading: &str) -> tantivy::Result<Vec<KnownWord>> {
        let Some(reading) = written_reading(reading) else { return Ok(Vec::new()) };
        self.best(READING, Whole(&reading), MAX_TERMS, |_| true)
    }

    /// Every stretch of `kana` that is the reading of a word, with the word: the edges of a lattice.
    ///
    /// In the order of start, end and count; hiragana is read as katakana.
    /// At most the best eight words are given for a stretch, and of a long text its beginning is looked at.
    pub fn readings_within(&self, kana: &str) -> tantivy::Result<Vec<ReadAs>> {
        let mut all = Vec::new();
        for (start, _) in kana.char_indices().take(MAX_KANA) {
            all.extend(self.readings_at(kana, start)?);
        }
        Ok(all)
    }

    /// Every beginning of `kana` that is the reading of a word, with the word, as
    /// [`readings_within`](Vocabulary::readings_within).
    pub fn readings_at_start(&self, kana: &str) -> tantivy::Result<Vec<ReadAs>> {
        self.readings_at(kana, 0)
    }

    fn readings_at(&self, kana: &str, start: usize) -> tantivy::Result<Vec<ReadAs>> {
        let rest = kana[start..].split(|c| !is_kana(c)).next().unwrap_or_default();
        let Some(reading) = written_reading(&to_katakana(rest)) else { return Ok(Vec::new()) };
        let mut by_length: BTreeMap<usize, Best> = BTreeMap::new();
        let terms = Terms { kind: READING, first: AnyBeginningOf(&reading) };
        self.scan(&terms, |term, count| {
            let length = key::first_part(term).len();
            let best = by_length.entry(length).or_insert_with(|| Best::new(MAX_HOMOPHONES));
            best.offer(term, count, 0);
        })?;
        let mut all = Vec::new();
        for (length, best) in by_length {
            let end = start + rest.chars().take(length).map(char::len_utf8).sum::<usize>();
            let words = self.words(best)?;
            all.extend(words.into_iter().map(|word| ReadAs { range: start..end, word }));
        }
        Ok(all)
    }

    /// The words whose folded surface is at most `distance` (2 at the most) characters away, with their distance:
    /// nearest first, then by count.
    pub fn near(
        &self,
        folded: &str,
        distance: u8,
        limit: usize,
    ) -> tantivy::Result<Vec<(u8, KnownWord)>> {
        self.nearest(SURFACE, folded, distance, limit)
    }

    /// The words whose reading, in katakana, is at most `distance` characters away, as [`near`](Vocabulary::near).
    pub fn near_reading(
        &self,
        reading: &str,
        distance: u8,
        limit: usize,
    ) -> tantivy::Result<Vec<(u8, KnownWord)>> {
        let Some(reading) = written_reading(reading) else { return Ok(Vec::new()) };
        self.nearest(READING, &reading, distance, limit)
    }

    /// The words whose folded surface has as many characters and differs in exactly one of them, by count.
    pub fn one_character_off(&self, folded: &str, limit: usize) -> tantivy::Result<Vec<KnownWord>> {
        self.best(SURFACE, OneOff(folded), limit, |_| true)
    }

    /// The surfaces that stand for these units, by count; without their readings.
    pub fn spellings(&self, units: &[&str]) -> tantivy::Result<Vec<KnownWord>> {
        let mut words = self.best(SPELLING, Whole(&units.join(" ")), MAX_TERMS, |_| true)?;
        let plain = self.written_as(&fold(&units.concat()).text)?;
        for word in plain.into_iter().filter(|word| word.units == units) {
            match words.iter_mut().find(|known| known.surface == word.surface) {
                // The same surface with another reading: records that hold both are counted once or more.
                Some(known) => known.count = known.count.max(word.count),
                None => words.push(KnownWord { reading: String::new(), ..word }),
            }
        }
        words.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.surface.cmp(&b.surface)));
        Ok(words)
    }

    /// How many live records hold any of `words`, among `within` if that is given.
    pub fn count_within(
        &self,
        words: &[KnownWord],
        within: Option<&HashSet<DocAddress>>,
    ) -> tantivy::Result<usize> {
        if let ([word], None) = (words, within) {
            return Ok(word.count);
        }
        let mut count = 0;
        for (ordinal, Segment { reader, terms }) in (0..).zip(&self.segments) {
            let mut holders = BitSet::with_max_value(reader.max_doc());
            for word in words {
                let Some(info) = terms.terms().get(key::surface_term(word))? else { continue };
                let option = IndexRecordOption::Basic;
                let mut postings = terms.read_postings_from_terminfo(&info, option)?;
                while postings.doc() != TERMINATED {
                    let address = DocAddress::new(ordinal, postings.doc());
                    if !reader.is_deleted(address.doc_id)
                        && within.is_none_or(|within| within.contains(&address))
                    {
                        holders.insert(address.doc_id);
                    }
                    postings.advance();
                }
            }
            count += holders.len();
        }
        Ok(count)
    }

    /// Calls `visit` with every word of two characters or more and the number of records of each set that hold it.
    ///
    /// `sets` are the sets of records of each segment, and `least` the fewest records of the index that hold a word
    /// which is looked at.
    /// Words that differ in case or reading only are one word, shown as it is written most often; a record that holds
    /// it in two readings may count twice.
    pub fn count_in<const N: usize>(
        &self,
        sets: &[[BitSet; N]],
        least: usize,
        mut visit: impl FnMut(&str, [usize; N]),
    ) -> tantivy::Result<()> {
        let mut streams = Vec::with_capacity(self.segments.len());
        for (Segment { terms, .. }, sets) in self.segments.iter().zip(sets) {
            let mut stream = terms.terms().range().ge([SURFACE]).lt([SURFACE + 1]).into_stream()?;
            if stream.advance() {
                streams.push((stream, terms, sets));
            }
        }
        let mut word = Spellings::default();
        let mut term = Vec::new();
        while let Some(least_term) = streams.iter().map(|(stream, ..)| stream.key()).min() {
            if key::first_part(least_term) != word.folded.as_slice() {
                word.tell(&mut visit);
                word.begin(key::first_part(least_term));
            }
            term.clear();
            term.extend_from_slice(least_term);
            let here = || streams.iter().filter(|(stream, ..)| stream.key() == term);
            let n_holders = here().map(|(stream, ..)| stream.value().doc_freq as usize).sum();
            // Most words are held by a few records, and opening their postings is what costs.
            if least <= n_holders {
                let mut counts = [0; N];
                for (stream, terms, sets) in here() {
                    add_holders(&mut counts, terms, stream.value(), sets)?;
                }
                word.add(&term, n_holders, counts);
            }
            streams.retain_mut(|(stream, ..)| stream.key() != term || stream.advance());
        }
        word.tell(&mut visit);
        Ok(())
    }

    fn best(
        &self,
        kind: u8,
        first: impl FirstPart,
        limit: usize,
        is_whole: impl Fn(&[u8]) -> bool,
    ) -> tantivy::Result<Vec<KnownWord>> {
        let mut best = Best::new(limit);
        self.scan(&Terms { kind, first }, |term, count| {
            best.offer(term, count, u8::from(is_whole(key::first_part(term))));
        })?;
        self.words(best)
    }

    fn nearest(
        &self,
        kind: u8,
        text: &str,
        distance: u8,
        limit: usize,
    ) -> tantivy::Result<Vec<(u8, KnownWord)>> {
        // No word is so long, and the automaton grows with the text.
        if 2 * MAX_WORD_CHARS < text.chars().count() {
            return Ok(Vec::new());
        }
        let near = Near::new(text, distance);
        let mut best = Best::new(limit);
        self.scan(&Terms { kind, first: &near }, |term, count| {
            let part = key::first_part(term);
            if let Some(distance) = near.distance(part) {
                best.offer(term, count, u8::MAX - distance);
            }
        })?;
        let words = self.counted(best)?;
        Ok(words.into_iter().map(|(preference, word)| (u8::MAX - preference, word)).collect())
    }

    fn words(&self, best: Best) -> tantivy::Result<Vec<KnownWord>> {
        Ok(self.counted(best)?.into_iter().map(|(_, word)| word).collect())
    }

    /// The words of the best terms with their preference, counted and in order.
    fn counted(&self, best: Best) -> tantivy::Result<Vec<(u8, KnownWord)>> {
        let limit = best.limit;
        let mut ranks = best.terms.into_vec();
        if self.segments.iter().any(|segment| segment.reader.has_deletes()) {
            for Reverse(rank) in &mut ranks {
                rank.count = self.count(&rank.term.0)?;
            }
            ranks.retain(|Reverse(rank)| 0 < rank.count);
        }
        ranks.sort_unstable();
        ranks.truncate(limit);
        let words = ranks.into_iter().filter_map(|Reverse(rank)| {
            Some((rank.preference, key::read(&rank.term.0, rank.count)?))
        });
        Ok(words.collect())
    }

    /// How many live records hold a term.
    fn count(&self, term: &[u8]) -> tantivy::Result<usize> {
        let mut count = 0;
        for Segment { reader, terms } in &self.segments {
            let Some(info) = terms.terms().get(term)? else { continue };
            count += match reader.alive_bitset() {
                None => info.doc_freq as usize,
                Some(alive) => {
                    let postings =
                        terms.read_postings_from_terminfo(&info, IndexRecordOption::Basic)?;
                    postings.doc_freq_given_deletes(alive) as usize
                }
            };
        }
        Ok(count)
    }

    /// Calls `visit` with each term that matches and the number of records that hold it, deleted ones included.
    fn scan<F: FirstPart>(
        &self,
        asked_for: &Terms<F>,
        mut visit: impl FnMut(&[u8], usize),
    ) -> tantivy::Result<()> {
        let mut streams: Vec<TermStreamer<'_, &Terms<F>>> = Vec::with_capacity(self.segments.len());
        let (first, behind) = asked_for.bounds();
        for segment in &self.segments {
            let matching = segment.terms.terms().search(asked_for);
            let mut stream = matching.ge(&first).lt(&behind).into_stream()?;
            if stream.advance() {
                streams.push(stream);
            }
        }
        let mut term = Vec::new();
        for _ in 0..MAX_TERMS {
            let Some(least) = streams.iter().map(|stream| stream.key()).min() else { break };
            term.clear();
            term.extend_from_slice(least);
            let mut count = 0;
            streams.retain_mut(|stream| {
                if stream.key() != term {
                    return true;
                }
                count += stream.value().doc_freq as usize;
                stream.advance()
            });
            visit(&term, count);
        }
        Ok(())
    }
}

/// Adds to `counts` how many records of each set hold a term of a segment.
fn add_holders<const N: usize>(
    counts: &mut [usize; N],
    terms: &InvertedIndexReader,
    info: &TermInfo,
    sets: &[BitSet; N],
) -> tantivy::Result<()> {
    let mut postings = terms.read_postings_from_terminfo(info, IndexRecordOption::Basic)?;
    while postings.doc() != TERMINATED {
        for (count, set) in counts.iter_mut().zip(sets) {
            *count += usize::from(set.contains(postings.doc()));
        }
        postings.advance();
    }
    Ok(())
}

/// The terms of one word, which differ in reading, cut and case, taken together.
struct Spellings<const N: usize> {
    /// The folded surface, which they share.
    folded: Vec<u8>,
    /// The term that most records hold, with their number.
    most: (usize, Vec<u8>),
    counts: [usize; N],
}

impl<const N: usize> Default for Spellings<N> {
    fn default() -> Self {
        Spellings { folded: Vec::new(), most: (0, Vec::new()), counts: [0; N] }
    }
}

impl<const N: usize> Spellings<N> {
    fn begin(&mut self, folded: &[u8]) {
        *self = Spellings { folded: folded.to_vec(), ..Spellings::default() };
    }

    fn add(&mut self, term: &[u8], n_holders: usize, counts: [usize; N]) {
        if self.most.0 < n_holders {
            self.most = (n_holders, term.to_vec());
        }
        for (sum, count) in self.counts.iter_mut().zip(counts) {
            *sum += count;
        }
    }

    fn tell(&self, visit: &mut impl FnMut(&str, [usize; N])) {
        let Some(word) = key::read(&self.most.1, self.most.0) else { return };
        if 1 < word.surface.chars().count() {
            visit(&word.surface, self.counts);
        }
    }
}

/// The best of the terms that were offered.
struct Best {
    limit: usize,
    /// The worst on top.
    terms: BinaryHeap<Reverse<Rank>>,
}

/// Orders terms: what is preferred, then what more records hold, then what is shorter.
#[derive(Eq, Ord, PartialEq, PartialOrd)]
struct Rank {
    preference: u8,
    count: usize,
    shortness: Reverse<usize>,
    term: Reverse<Vec<u8>>,
}

impl Best {
    /// Room for some more than asked for, of which deletions may take some.
    const SPARE: usize = 2;

    fn new(limit: usize) -> Best {
        Best { limit, terms: BinaryHeap::new() }
    }

    fn offer(&mut self, term: &[u8], count: usize, preference: u8) {
        let length = key::first_part(term).len();
        let shortness = Reverse(length);
        if self.limit.saturating_mul(Self::SPARE) <= self.terms.len() {
            let Some(Reverse(worst)) = self.terms.peek() else { return };
            if (preference, count, shortness) <= (worst.preference, worst.count, worst.shortness) {
                return;
            }
            self.terms.pop();
        }
        self.terms.push(Reverse(Rank {
            preference,
            count,
            shortness,
            term: Reverse(term.to_vec()),
        }));
    }
}

//! A worker of the analyzer that remembers what it cut: sentences of records that are shown often, terms of one query.

use std::fmt;
use std::num::NonZeroUsize;
use std::ops::{Deref, DerefMut};

use lru::LruCache;

use crate::analysis::{Analyzer, Unit, Worker};

/// How many sentences a worker remembers: some megabytes.
const REMEMBERED: NonZeroUsize = NonZeroUsize::new(4096).expect("some are remembered");

/// Longer sentences are cut anew each time.
const LONGEST_BYTES: usize = 1024;

/// A worker of the analyzer that remembers the sentences it cut last: what is shown often is cut once.
pub struct SentenceWorker {
    worker: Worker,
    sentences: LruCache<String, Sentence>,
}

/// A sentence as it was cut.
#[derive(Clone, Debug, Default)]
pub struct Sentence {
    /// Its units; ranges and positions from its start.
    pub units: Vec<Unit>,
    /// How many positions it takes.
    pub n_positions: u32,
}

impl SentenceWorker {
    /// A worker that remembers nothing yet.
    pub fn new(analyzer: &Analyzer) -> SentenceWorker {
        SentenceWorker { worker: analyzer.worker(), sentences: LruCache::new(REMEMBERED) }
    }

    /// Hands the units of a sentence to `read`.
    pub fn sentence<T>(&mut self, text: &str, read: impl FnOnce(&Sentence) -> T) -> T {
        if let Some(known) = self.sentences.get(text) {
            return read(known);
        }
        let mut sentence = Sentence::default();
        sentence.n_positions = self.worker.units_counted(text, &mut sentence.units);
        let read = read(&sentence);
        if text.len() <= LONGEST_BYTES {
            self.sentences.put(text.to_owned(), sentence);
        }
        read
    }
}

impl fmt::Debug for SentenceWorker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SentenceWorker").finish_non_exhaustive()
    }
}

impl Deref for SentenceWorker {
    type Target = Worker;

    fn deref(&self) -> &Worker {
        &self.worker
    }
}

impl DerefMut for SentenceWorker {
    fn deref_mut(&mut self) -> &mut Worker {
        &mut self.worker
    }
}

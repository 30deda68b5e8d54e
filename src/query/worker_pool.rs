//! Workers of the analyzer that are used again: what they know of words takes longer to learn than a query to answer.

use std::fmt;
use std::num::NonZeroUsize;
use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, PoisonError};

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

/// Workers that wait for queries; as many as queries ran at once.
pub(super) struct WorkerPool {
    analyzer: Analyzer,
    waiting: Mutex<Vec<SentenceWorker>>,
}

impl WorkerPool {
    pub(super) fn new(analyzer: &Analyzer) -> WorkerPool {
        WorkerPool { analyzer: analyzer.clone(), waiting: Mutex::default() }
    }

    /// A worker, which goes back when it is dropped.
    pub(super) fn take(&self) -> Pooled<'_> {
        // Workers are pushed and popped whole: a panic elsewhere leaves the list sound.
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let worker = waiting.unwrap_or_else(|| SentenceWorker::new(&self.analyzer));
        Pooled { worker: Some(worker), pool: self }
    }
}

impl fmt::Debug for WorkerPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorkerPool").finish_non_exhaustive()
    }
}

/// A worker on loan.
pub(super) struct Pooled<'p> {
    worker: Option<SentenceWorker>,
    pool: &'p WorkerPool,
}

impl Deref for Pooled<'_> {
    type Target = SentenceWorker;

    fn deref(&self) -> &SentenceWorker {
        self.worker.as_ref().expect("a worker is there until it is dropped")
    }
}

impl DerefMut for Pooled<'_> {
    fn deref_mut(&mut self) -> &mut SentenceWorker {
        self.worker.as_mut().expect("a worker is there until it is dropped")
    }
}

impl Drop for Pooled<'_> {
    fn drop(&mut self) {
        // What a panic left half done is not used again.
        if let Some(worker) = self.worker.take().filter(|_| !std::thread::panicking()) {
            let mut waiting = self.pool.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            waiting.push(worker);
        }
    }
}

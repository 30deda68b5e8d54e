//! Workers of the analyzer that are used again: what they know of words takes longer to learn than a query to answer.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, PoisonError};

use crate::analysis::Analyzer;

use super::sentence_worker::SentenceWorker;

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

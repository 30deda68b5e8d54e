//! What every request may use.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::Semaphore;

use super::workers::Workers;
use crate::query::Engine;

/// The engine, the threads it runs on, and the limits that requests are held to.
#[derive(Clone)]
pub struct State {
    inner: Arc<Inner>,
    serves_originals: bool,
}

struct Inner {
    engine: Arc<dyn Engine>,
    base_url: Option<String>,
    limits: Limits,
    workers: Workers,
    /// One permit for each original that may be in memory.
    originals: Arc<Semaphore>,
    /// One permit for each file of records that may be in the making.
    exports: Arc<Semaphore>,
}

impl State {
    /// A state whose searches run on threads of their own.
    ///
    /// `base_url` is the address under which people reach the server, as `https://torikumi.example.jp`;
    /// without it citations show paths only, since a `Host` header is the client's word.
    ///
    /// # Errors
    ///
    /// When the threads cannot be started.
    pub fn new(
        engine: Arc<dyn Engine>,
        base_url: Option<String>,
        limits: Limits,
    ) -> std::io::Result<State> {
        let workers = Workers::start(limits.search_threads, limits.search_queue)?;
        let base_url = base_url.map(|url| url.trim_end_matches('/').to_owned());
        let originals = Arc::new(Semaphore::new(limits.originals));
        let exports = Arc::new(Semaphore::new(limits.exports));
        let inner = Arc::new(Inner { engine, base_url, limits, workers, originals, exports });
        Ok(State { inner, serves_originals: false })
    }

    /// The same, handing out the files that records were read from.
    pub fn serving_originals(self) -> State {
        State { serves_originals: true, ..self }
    }

    pub(super) fn serves_originals(&self) -> bool {
        self.serves_originals
    }

    /// Leave to hold one more original in memory, if there is any.
    pub(super) fn original_permit(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.inner.originals).try_acquire_owned().ok()
    }

    /// Leave to make one more file of records, if there is any.
    pub(super) fn export_permit(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.inner.exports).try_acquire_owned().ok()
    }

    pub(super) fn engine(&self) -> &Arc<dyn Engine> {
        &self.inner.engine
    }

    pub(super) fn workers(&self) -> &Workers {
        &self.inner.workers
    }

    /// What requests and connections are held to.
    pub fn limits(&self) -> &Limits {
        &self.inner.limits
    }

    /// Whether the server knows under which address people reach it.
    pub(super) fn is_addressed(&self) -> bool {
        self.inner.base_url.is_some()
    }

    /// The address of a path of this server, absolute where the base is known.
    pub(super) fn address(&self, path: &str) -> String {
        format!("{}{path}", self.inner.base_url.as_deref().unwrap_or_default())
    }
}

/// What requests and connections are held to; the defaults suit one small machine.
#[derive(Clone, Debug, PartialEq)]
pub struct Limits {
    /// From the first moment of a connection, or the end of an answer, to the end of the next request's head.
    /// This is at once the deadline for slow heads and for idle connections.
    pub head: Duration,
    /// Bytes of a request's head; at least 8 KiB.
    pub head_bytes: usize,
    /// Bytes of the target of a request: path and query.
    pub target_bytes: usize,
    /// Bytes of a request's body. No endpoint reads one, and none is waited for.
    pub body_bytes: u64,
    /// From a request's head to its answer.
    pub request: Duration,
    /// From a search's request to its answer, waiting for a thread included.
    pub search: Duration,
    /// From the moment a client stops taking what is sent to the end of the connection.
    pub write: Duration,
    /// From the wish to stop to the end of the last connection.
    pub drain: Duration,
    /// Connections served at once; more wait in the system's queue.
    pub connections: usize,
    /// Threads that search.
    pub search_threads: usize,
    /// Searches that wait for a thread; more are turned away.
    pub search_queue: usize,
    /// From the beginning of a file of records to its last byte made, however slowly the client takes it.
    pub export: Duration,
    /// Files of records in the making at once, each with the places of its records and a state of the index.
    pub exports: usize,
    /// Originals that are held in memory at once, each from the comparison of its content to its last byte sent.
    pub originals: usize,
    /// Bytes of an original; larger ones are not handed out.
    pub original_bytes: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Limits {
            head: Duration::from_secs(3),
            head_bytes: 16 * 1024,
            target_bytes: 8 * 1024,
            body_bytes: 64 * 1024,
            request: Duration::from_secs(10),
            search: Duration::from_secs(5),
            write: Duration::from_secs(10),
            drain: Duration::from_secs(5),
            connections: 1024,
            search_threads: cores.max(2),
            search_queue: 64,
            export: Duration::from_secs(30 * 60),
            exports: 8,
            originals: 4,
            original_bytes: 128 << 20,
        }
    }
}

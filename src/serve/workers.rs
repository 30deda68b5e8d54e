//! Threads that search, apart from the threads that other connections are waiting for.
//!
//! A thread of one's own has the stack that deep queries and deep divisions may need,
//! a queue that ends, and does not keep the process from stopping as the runtime's blocking threads would.

use std::any::Any;
use std::io;
use std::panic::AssertUnwindSafe;
use std::panic::catch_unwind;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;

/// Four times what the deepest request known needs.
const STACK_BYTES: usize = 8 * 1024 * 1024;

type Job = Box<dyn FnOnce() + Send>;

/// A fixed number of threads with a queue of bounded length.
#[derive(Debug)]
pub(super) struct Workers {
    queue: mpsc::SyncSender<Job>,
}

/// Why a job gave nothing.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Unfinished {
    /// The queue is full; nothing was done.
    Busy,
    /// The time was up; the job was left to itself, or never begun.
    Late,
    /// The job panicked, with this message.
    Panicked(String),
}

impl Workers {
    /// Starts the threads; they end with the last handle.
    pub(super) fn start(n_threads: usize, n_waiting: usize) -> io::Result<Workers> {
        let (queue, jobs) = mpsc::sync_channel::<Job>(n_waiting);
        let jobs = Arc::new(Mutex::new(jobs));
        for number in 0..n_threads.max(1) {
            let jobs = Arc::clone(&jobs);
            thread::Builder::new()
                .name(format!("search-{number}"))
                .stack_size(STACK_BYTES)
                .spawn(move || work(&jobs))?;
        }
        Ok(Workers { queue })
    }

    /// Runs `job` on one of the threads and waits for it no longer than `limit`.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        limit: Duration,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Unfinished> {
        let (send, receive) = oneshot::channel();
        let job = Box::new(move || {
            // Whoever asked may have gone while the job stood in the queue.
            if send.is_closed() {
                return;
            }
            let _ = send.send(catch_unwind(AssertUnwindSafe(job)));
        });
        self.queue.try_send(job).map_err(|_| Unfinished::Busy)?;
        match tokio::time::timeout(limit, receive).await {
            Ok(Ok(Ok(value))) => Ok(value),
            Ok(Ok(Err(panic))) => Err(Unfinished::Panicked(panic_message(panic.as_ref()))),
            Ok(Err(_)) | Err(_) => Err(Unfinished::Late),
        }
    }
}

/// Does one job after the other until no more can come.
fn work(jobs: &Mutex<mpsc::Receiver<Job>>) {
    loop {
        let next = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match next {
            Ok(job) => job(),
            Err(mpsc::RecvError) => return,
        }
    }
}

/// What a panic said, as far as it is text.
pub(super) fn panic_message(panic: &(dyn Any + Send)) -> String {
    if let Some(text) = panic.downcast_ref::<&str>() {
        (*text).to_owned()
    } else if let Some(text) = panic.downcast_ref::<String>() {
        text.clone()
    } else {
        "a panic without a message".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(20);

    #[tokio::test]
    async fn a_panic_is_an_answer_and_the_thread_goes_on() {
        let workers = Workers::start(1, 4).unwrap();
        let panicked = workers.run(LONG, || panic!("broken")).await;
        assert_eq!(panicked.map(|()| 0), Err(Unfinished::Panicked("broken".to_owned())));
        assert_eq!(workers.run(LONG, || 7).await, Ok(7));
    }

    #[tokio::test]
    async fn a_full_queue_turns_away_at_once() {
        let workers = Arc::new(Workers::start(1, 1).unwrap());
        let (release, held) = mpsc::channel::<()>();
        let (started, begun) = oneshot::channel();
        let first = tokio::spawn({
            let workers = Arc::clone(&workers);
            async move {
                let job = move || {
                    let _ = started.send(());
                    held.recv().is_ok()
                };
                workers.run(LONG, job).await
            }
        });
        begun.await.unwrap();
        let late = workers.run(Duration::from_millis(1), || 2).await;
        assert_eq!(late, Err(Unfinished::Late), "the second waits behind the first");
        assert_eq!(workers.run(LONG, || 3).await, Err(Unfinished::Busy));
        release.send(()).unwrap();
        assert_eq!(first.await.unwrap(), Ok(true));
    }

    #[tokio::test]
    async fn the_stack_bears_deep_recursion() {
        fn depth(n: usize) -> usize {
            let page = std::hint::black_box([n; 128]);
            if n == 0 { page[0] } else { depth(n - 1) + page[1] - page[2] + 1 }
        }
        let workers = Workers::start(1, 1).unwrap();
        // Each call holds more than 1 KiB: at least the 2 MiB that other threads have in all.
        assert_eq!(workers.run(LONG, || depth(2048)).await, Ok(2048));
    }
}

//! Work on several threads, taken over in order and without much waiting in memory.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use super::worker::Taker;

/// How far the threads may run ahead of what is taken over, for each of them.
const AHEAD: usize = 4;

/// The bytes that may be held by work that is not first in line.
const HELD_BYTES: usize = 16 << 20;

/// How long a thread waits before it looks whether the work is called off.
const GLANCE: Duration = Duration::from_millis(100);

/// What the threads wait at: a limit on how far they run ahead, and on how much they hold.
///
/// Whoever is first in line never waits, so that the line always moves; so no more is held than [`HELD_BYTES`] and one
/// answer.
#[derive(Debug, Default)]
pub(super) struct Gate {
    state: Mutex<State>,
    moved: Condvar,
    called_off: Arc<AtomicBool>,
    has_failed: AtomicBool,
}

#[derive(Debug, Default)]
struct State {
    /// The first piece of work that is not taken over.
    first: usize,
    held_bytes: usize,
}

impl Gate {
    /// A gate that stands open for nobody once `called_off` is set.
    pub(super) fn new(called_off: Arc<AtomicBool>) -> Gate {
        Gate { called_off, ..Gate::default() }
    }

    /// Gives room back.
    pub(super) fn release(&self, n_bytes: usize) {
        let mut state = self.lock();
        state.held_bytes = state.held_bytes.saturating_sub(n_bytes);
        self.moved.notify_all();
    }

    /// Ends the work: what is being done is given up, nothing more is begun.
    fn fail(&self) {
        self.has_failed.store(true, Ordering::Relaxed);
        self.moved.notify_all();
    }

    fn is_called_off(&self) -> bool {
        self.has_failed.load(Ordering::Relaxed) || self.called_off.load(Ordering::Relaxed)
    }

    fn advance(&self, first: usize) {
        self.lock().first = first;
        self.moved.notify_all();
    }

    fn wait_for_turn(&self, index: usize, ahead: usize) {
        drop(self.wait_while(|state| state.first + ahead <= index));
    }

    fn wait_while(&self, is_full: impl Fn(&State) -> bool) -> MutexGuard<'_, State> {
        let mut state = self.lock();
        while is_full(&state) && !self.is_called_off() {
            // Whoever calls off does not ring.
            let waited = self.moved.wait_timeout(state, GLANCE);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        state
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Numbers are never half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The place in the line of one piece of work.
#[derive(Debug)]
pub(super) struct Turn<'g> {
    gate: &'g Gate,
    index: usize,
    n_bytes: AtomicUsize,
}

impl Turn<'_> {
    /// The bytes that are held for this piece of work, to be released once it is taken over.
    pub(super) fn held_bytes(&self) -> usize {
        self.n_bytes.load(Ordering::Relaxed)
    }
}

impl Taker for Turn<'_> {
    fn make_room(&self, n_bytes: usize) {
        let is_full = |state: &State| HELD_BYTES <= state.held_bytes && state.first < self.index;
        self.gate.wait_while(is_full).held_bytes += n_bytes;
        self.n_bytes.fetch_add(n_bytes, Ordering::Relaxed);
    }

    fn is_called_off(&self) -> bool {
        self.gate.is_called_off()
    }
}

/// Does `n` pieces of work on `n_threads` threads and hands each result to `take`, in order, on this thread.
///
/// # Errors
///
/// The first error of `take`, which calls off the rest.
pub(super) fn in_order<T: Send, E>(
    n: usize,
    n_threads: usize,
    gate: &Gate,
    work: impl Fn(usize, &Turn<'_>) -> T + Sync,
    mut take: impl FnMut(T) -> Result<(), E>,
) -> Result<(), E> {
    let next = AtomicUsize::new(0);
    let ahead = AHEAD * n_threads;
    let (sender, done) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..n_threads.min(n) {
            let (sender, next, work) = (sender.clone(), &next, &work);
            scope.spawn(move || {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    if n <= index {
                        break;
                    }
                    gate.wait_for_turn(index, ahead);
                    if gate.is_called_off() {
                        break;
                    }
                    let turn = Turn { gate, index, n_bytes: AtomicUsize::new(0) };
                    if sender.send((index, work(index, &turn))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        let mut waiting = BTreeMap::new();
        let mut first = 0;
        let mut taken = Ok(());
        for (index, result) in done {
            waiting.insert(index, result);
            while let (Ok(()), Some(result)) = (&taken, waiting.remove(&first)) {
                taken = take(result);
                first += 1;
                gate.advance(first);
            }
            if taken.is_err() {
                gate.fail();
            }
        }
        taken
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_however_long_they_take() {
        let mut random = fastrand::Rng::with_seed(3);
        let naps: Vec<u64> = (0..200).map(|_| random.u64(0..500)).collect();
        let nap = |index: usize, _: &Turn<'_>| {
            thread::sleep(Duration::from_micros(naps[index]));
            index
        };
        let mut taken = Vec::new();
        let take = |index| {
            taken.push(index);
            Ok::<(), ()>(())
        };
        in_order(naps.len(), 5, &Gate::default(), nap, take).unwrap();
        assert_eq!(taken, (0..naps.len()).collect::<Vec<_>>());
    }

    #[test]
    fn little_is_held_and_the_line_always_moves() {
        let gate = Gate::default();
        let work = |index: usize, turn: &Turn<'_>| {
            // Later work is done first, if it is let in.
            let milliseconds = if index.is_multiple_of(4) { 5 } else { 0 };
            thread::sleep(Duration::from_millis(milliseconds));
            for _ in 0..3 {
                turn.make_room(HELD_BYTES / 2);
            }
            turn.held_bytes()
        };
        let mut most = 0;
        let take = |n_bytes| {
            most = most.max(gate.lock().held_bytes);
            gate.release(n_bytes);
            Ok::<(), ()>(())
        };
        in_order(40, 4, &gate, work, take).unwrap();
        assert_eq!(gate.lock().held_bytes, 0);
        // What is held before room is refused, one more chunk for each thread, and the answer of the first in line.
        assert!(most <= HELD_BYTES * 9 / 2, "{most}");
    }

    #[test]
    fn an_error_calls_off_the_rest() {
        let n_done = AtomicUsize::new(0);
        let work = |index: usize, _: &Turn<'_>| {
            n_done.fetch_add(1, Ordering::Relaxed);
            index
        };
        let take = |index| if index == 3 { Err(index) } else { Ok(()) };
        assert_eq!(in_order(100_000, 2, &Gate::default(), work, take), Err(3));
        assert!(n_done.into_inner() < 100);
    }
}

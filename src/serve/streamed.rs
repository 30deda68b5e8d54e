//! Answers that are made while they are sent, a piece at a time.
//!
//! A piece is made on a search thread when the one before has been taken, and in between no thread is held:
//! a client that reads slowly costs what the pieces are made from, a piece, and nothing else.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::task::Context;
use std::task::Poll;
use std::task::ready;
use std::time::Duration;

use axum::body::Body;
use axum::body::Bytes;
use hyper::body::Frame;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;

use super::state::State;
use super::workers::Unfinished;

/// Bytes of a piece: little enough that a client with a slow line takes one within the time it is given.
pub(super) const PIECE_BYTES: usize = 64 * 1024;

/// How long a piece waits when no thread is free and the queue is full.
const REST: Duration = Duration::from_millis(50);

/// Makes the next piece, which may be empty; `None` is the end.
pub(super) type Maker = Box<dyn FnMut() -> io::Result<Option<Bytes>> + Send>;

type Piece = io::Result<Option<Bytes>>;

/// A body in the making, and the leave to make it.
struct Streamed {
    state: State,
    maker: Arc<Mutex<Maker>>,
    until: Instant,
    next: Option<Pin<Box<dyn Future<Output = Piece> + Send>>>,
    /// What was made and is not sent yet: one record may be larger than a piece.
    rest: Bytes,
    is_done: bool,
    _permit: OwnedSemaphorePermit,
}

/// The body that `maker` makes, piece by piece, until its end or until the time for it is up.
///
/// An answer that cannot be finished ends its connection before its end, which clients see.
pub(super) fn body(state: &State, maker: Maker, permit: OwnedSemaphorePermit) -> Body {
    Body::new(Streamed {
        state: state.clone(),
        maker: Arc::new(Mutex::new(maker)),
        until: Instant::now() + state.limits().export,
        next: None,
        rest: Bytes::new(),
        is_done: false,
        _permit: permit,
    })
}

impl hyper::body::Body for Streamed {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let this = &mut *self;
        if this.rest.is_empty() && !this.is_done {
            let next = this.next.get_or_insert_with(|| {
                Box::pin(piece(this.state.clone(), Arc::clone(&this.maker), this.until))
            });
            let piece = ready!(next.as_mut().poll(context));
            this.next = None;
            match piece {
                Ok(Some(bytes)) => this.rest = bytes,
                Ok(None) => this.is_done = true,
                Err(error) => {
                    tracing::error!(%error, "an answer was cut off");
                    this.is_done = true;
                    return Poll::Ready(Some(Err(error)));
                }
            }
        }
        if this.rest.is_empty() {
            return Poll::Ready(None);
        }
        let end = this.rest.len().min(PIECE_BYTES);
        Poll::Ready(Some(Ok(Frame::data(this.rest.split_to(end)))))
    }
}

/// The next piece, made on a search thread as soon as one is free.
async fn piece(state: State, maker: Arc<Mutex<Maker>>, until: Instant) -> Piece {
    loop {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        let maker = Arc::clone(&maker);
        let make = move || (maker.lock().unwrap_or_else(PoisonError::into_inner))();
        match state.workers().run(left, make).await {
            // Nothing to send yet: others have their turn.
            Ok(Ok(Some(bytes))) if bytes.is_empty() => {}
            Ok(piece) => return piece,
            Err(Unfinished::Busy) => tokio::time::sleep(REST.min(left)).await,
            Err(Unfinished::Late) => return Err(io::ErrorKind::TimedOut.into()),
            Err(Unfinished::Panicked(message)) => return Err(io::Error::other(message)),
        }
    }
}

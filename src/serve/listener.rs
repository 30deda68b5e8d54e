//! The accept loop: every connection with deadlines, and an end that no client can hold up.

use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::rt::TokioTimer;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use socket2::SockRef;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::connection::Paced;
use super::router;
use super::state::Limits;
use super::state::State;

/// The shortest head buffer that the HTTP library accepts.
const SHORTEST_HEAD: usize = 8 * 1024;

/// Bytes that the system keeps for a client that has not taken them yet.
///
/// Left alone it keeps megabytes and asks for more only when a third of them is taken, which a client with a slow line
/// that reads all the time does not do within [`Limits::write`].
const SEND_BUFFER: usize = 256 * 1024;

/// How long the loop rests when the system has no connection to give (too many open files).
const REST: Duration = Duration::from_millis(50);

/// Serves connections until `shutdown` completes, then finishes the answers under way.
///
/// Returns at the latest [`Limits::drain`] after `shutdown`; what is still open then is closed.
pub async fn run(listener: TcpListener, state: State, shutdown: impl Future<Output = ()>) {
    let limits = state.limits().clone();
    let service = TowerToHyperService::new(router(state));
    let protocol = protocol(&limits);
    let free = Arc::new(Semaphore::new(limits.connections));
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        let accepted = async {
            let place = Arc::clone(&free).acquire_owned().await;
            (place.expect("the semaphore is never closed"), accept(&listener).await)
        };
        let (place, stream) = tokio::select! {
            biased;
            () = &mut shutdown => break,
            accepted = accepted => accepted,
        };
        let stream = TokioIo::new(Paced::new(stream, limits.write));
        let connection = protocol.serve_connection(stream, service.clone());
        let connection = graceful.watch(connection);
        connections.spawn(async move {
            // A client that is late, unclear or gone ends its connection; there is nobody to tell.
            let _ = connection.await;
            drop(place);
        });
        while connections.try_join_next().is_some() {}
    }
    drop(listener);
    let _ = tokio::time::timeout(limits.drain, graceful.shutdown()).await;
    connections.shutdown().await;
}

fn protocol(limits: &Limits) -> http1::Builder {
    let mut protocol = http1::Builder::new();
    protocol
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(limits.head_bytes.max(SHORTEST_HEAD));
    protocol
}

/// The next connection, whatever happens to those that fail while being made.
async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                // Small answers leave at once.
                let _ = stream.set_nodelay(true);
                let _ = SockRef::from(&stream).set_send_buffer_size(SEND_BUFFER);
                return stream;
            }
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                tracing::error!(%error, "cannot accept a connection");
                tokio::time::sleep(REST).await;
            }
        }
    }
}

fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

//! Deadlines and the end, over real sockets.

use std::io::ErrorKind;
use std::io::Read;
use std::io::Write;
use std::net::SocketAddr;
use std::net::TcpStream;
use std::sync::Arc;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use torikumi::record::Record;
use torikumi::serve;
use torikumi::serve::Limits;

use super::shelf::Shelf;
use super::shelf::record;
use super::shelf::records;

/// A server on a port of its own, on threads of its own.
struct Server {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    done: thread::JoinHandle<()>,
}

impl Server {
    fn start(shelf: Shelf, limits: Limits) -> Server {
        let (told, tell) = std::sync::mpsc::channel();
        let (stop, stopped) = oneshot::channel();
        let done = thread::spawn(move || {
            let runtime = Runtime::new().unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
                told.send(listener.local_addr().unwrap()).unwrap();
                let state = serve::State::new(Arc::new(shelf), None, limits).unwrap();
                serve::run(listener, state, async { drop(stopped.await) }).await;
            });
        });
        Server { address: tell.recv().unwrap(), stop: Some(stop), done }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream
    }

    /// Sends `head` on a connection of its own and reads to the end.
    fn ask(&self, head: &str) -> String {
        let mut stream = self.connect();
        stream.write_all(head.as_bytes()).unwrap();
        read_to_end(&mut stream)
    }

    /// Stops the server and says how long that took.
    fn stop(mut self) -> Duration {
        let started = Instant::now();
        self.stop.take().unwrap().send(()).unwrap();
        self.done.join().unwrap();
        started.elapsed()
    }
}

/// Everything until the server closes; a reset is a close.
fn read_to_end(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    match stream.read_to_end(&mut bytes) {
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::ConnectionReset => {}
        Err(error) => panic!("the server does not close: {error}"),
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn quick() -> Limits {
    Limits {
        head: Duration::from_millis(400),
        write: Duration::from_millis(400),
        drain: Duration::from_secs(3),
        ..Limits::default()
    }
}

const GET: &str = "GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

#[test]
fn a_server_answers_and_stops() {
    let server = Server::start(Shelf::new(records()), Limits::default());
    let reply = server.ask(GET);
    assert!(reply.starts_with("HTTP/1.1 200 OK\r\n"), "{reply}");
    assert!(reply.ends_with(r#"{"status":"live"}"#), "{reply}");
    assert!(reply.contains("content-security-policy: "), "{reply}");
    assert!(server.stop() < Duration::from_secs(3));
}

#[test]
fn a_head_that_trickles_in_is_cut_off() {
    let server = Server::start(Shelf::new(records()), quick());
    let mut slow = server.connect();
    let started = Instant::now();
    slow.write_all(b"GET / HTTP/1.1\r\n").unwrap();
    let mut trickle = slow.try_clone().unwrap();
    let feeding = thread::spawn(move || {
        while started.elapsed() < Duration::from_secs(10) {
            if trickle.write_all(b"x").is_err() {
                return;
            }
            thread::sleep(Duration::from_millis(50));
        }
    });
    assert!(server.ask(GET).starts_with("HTTP/1.1 200"), "others are served meanwhile");
    read_to_end(&mut slow);
    assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
    feeding.join().unwrap();
    server.stop();
}

#[test]
fn an_idle_connection_is_closed() {
    let server = Server::start(Shelf::new(records()), quick());
    let mut silent = server.connect();
    let mut kept = server.connect();
    kept.write_all(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    let started = Instant::now();
    assert!(read_to_end(&mut kept).starts_with("HTTP/1.1 200"));
    read_to_end(&mut silent);
    assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
    server.stop();
}

#[test]
fn slow_clients_do_not_hold_up_the_end() {
    let limits = Limits {
        head: Duration::from_secs(60),
        write: Duration::from_secs(60),
        drain: Duration::from_millis(500),
        ..Limits::default()
    };
    let server = Server::start(Shelf::new(records()), limits);
    let mut half = server.connect();
    half.write_all(b"GET / HTTP/1.1\r\nHost: lo").unwrap();
    let _silent = server.connect();
    assert!(server.ask(GET).starts_with("HTTP/1.1 200"));
    let took = server.stop();
    assert!(took < Duration::from_secs(2), "{took:?}");
    read_to_end(&mut half);
}

#[test]
fn an_answer_under_way_is_finished_before_the_end() {
    let server = Server::start(Shelf::new(records()), Limits::default());
    let mut stream = server.connect();
    let head = "GET /api/v1/search?q=sleep HTTP/1.1\r\nHost: localhost\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    thread::sleep(Duration::from_millis(300));
    let reading = thread::spawn(move || read_to_end(&mut stream));
    let took = server.stop();
    let reply = reading.join().unwrap();
    assert!(reply.starts_with("HTTP/1.1 200"), "{reply}");
    assert!(reply.ends_with("\"notices\":[]}"), "{reply}");
    assert!(took < Duration::from_secs(5), "{took:?}");
}

#[test]
fn a_client_that_does_not_read_is_cut_off() {
    let server = Server::start(Shelf::new(long_records()), quick());
    let mut stream = server.connect();
    let head = "GET /api/v1/search HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    let mut byte = [0];
    stream.read_exact(&mut byte).unwrap();
    // The answer has begun; from here on the client takes a byte now and then.
    let started = Instant::now();
    while started.elapsed() < Duration::from_secs(3) {
        stream.read_exact(&mut byte).unwrap();
        thread::sleep(Duration::from_millis(100));
    }
    let rest = read_to_end(&mut stream);
    assert!(!rest.ends_with("\"notices\":[]}"), "the whole answer was sent: {} bytes", rest.len());
    assert!(server.stop() < Duration::from_secs(2));
}

#[test]
fn a_head_that_is_too_large_is_refused() {
    let server = Server::start(Shelf::new(records()), quick());
    let head = format!("GET / HTTP/1.1\r\nHost: localhost\r\nX: {}\r\n\r\n", "a".repeat(20 * 1024));
    let mut stream = server.connect();
    // The server may close before the whole head is sent.
    let _ = stream.write_all(head.as_bytes());
    let reply = read_to_end(&mut stream);
    assert!(reply.is_empty() || reply.starts_with("HTTP/1.1 431"), "{reply}");
    assert!(server.ask(GET).starts_with("HTTP/1.1 200"));
    server.stop();
}

#[test]
fn a_body_that_never_comes_is_not_waited_for() {
    let server = Server::start(Shelf::new(records()), quick());
    let started = Instant::now();
    let reply = server
        .ask("POST /api/v1/search HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nab");
    assert!(reply.starts_with("HTTP/1.1 405"), "{reply}");
    assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
    server.stop();
}

#[test]
fn many_idle_connections_keep_nobody_out() {
    let limits = Limits { head: Duration::from_secs(30), ..Limits::default() };
    let server = Server::start(Shelf::new(records()), limits);
    let idle: Vec<TcpStream> = (0..300).map(|_| server.connect()).collect();
    let started = Instant::now();
    assert!(server.ask(GET).starts_with("HTTP/1.1 200"));
    assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
    let took = server.stop();
    assert!(took < Duration::from_secs(3), "idle connections end at once: {took:?}");
    drop(idle);
}

#[test]
fn no_answer_is_cut_off_by_the_end() {
    for round in 0..10 {
        let server = Server::start(Shelf::new(records()), Limits::default());
        let address = server.address;
        let clients: Vec<_> =
            (0..4).map(|_| thread::spawn(move || ask_until_the_end(address))).collect();
        thread::sleep(Duration::from_millis(20 + 7 * round));
        let took = server.stop();
        assert!(took < Duration::from_secs(4), "{took:?}");
        let n_answers: usize = clients.into_iter().map(|client| client.join().unwrap()).sum();
        assert!(0 < n_answers);
    }
}

/// Asks until nobody answers; every answer that begins is whole. Returns how many there were.
fn ask_until_the_end(address: SocketAddr) -> usize {
    let head = "GET /api/v1/search HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    for n_answers in 0.. {
        let Ok(mut stream) = TcpStream::connect(address) else { return n_answers };
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        if stream.write_all(head.as_bytes()).is_err() {
            return n_answers;
        }
        let reply = read_to_end(&mut stream);
        if reply.is_empty() {
            return n_answers;
        }
        assert!(reply.starts_with("HTTP/1.1 200") && reply.ends_with("\"notices\":[]}"), "{reply}");
    }
    unreachable!("the loop ends with the server")
}

/// Records of which one answer is larger than the buffers of both sides of a local connection.
fn long_records() -> Vec<Record> {
    let text = "長い文章。".repeat(100_000);
    (0..20).map(|n| record(&n.to_string(), 2022, &["課"], "共通", &text, "済")).collect()
}

const EXPORT: &str =
    "GET /api/v1/export?format=jsonl HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

#[test]
fn exports_that_nobody_reads_hold_no_thread_and_are_cut_off() {
    let limits = Limits { search_threads: 1, exports: 3, ..quick() };
    let server = Server::start(Shelf::new(long_records()), limits);
    let mut stalled: Vec<TcpStream> = (0..3).map(|_| server.connect()).collect();
    for stream in &mut stalled {
        stream.write_all(EXPORT.as_bytes()).unwrap();
    }
    for stream in &mut stalled {
        // The answer has begun.
        stream.read_exact(&mut [0]).unwrap();
    }
    let search = "GET /api/v1/search?q=x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    assert!(server.ask(search).starts_with("HTTP/1.1 200"), "the one thread is free");
    assert!(server.ask(EXPORT).starts_with("HTTP/1.1 503"), "three are in the making");
    thread::sleep(Duration::from_secs(2));
    for stream in &mut stalled {
        assert!(!read_to_end(stream).ends_with("0\r\n\r\n"), "it does not look whole");
    }
    let reply = server.ask(EXPORT);
    assert!(
        reply.starts_with("HTTP/1.1 200") && reply.ends_with("0\r\n\r\n"),
        "their places are free"
    );
    server.stop();
}

#[test]
fn a_slow_reader_gets_the_whole_export() {
    // Longer than the deadline for a single piece, many times over.
    let server = Server::start(Shelf::new(long_records()), quick());
    let mut stream = server.connect();
    stream.write_all(EXPORT.as_bytes()).unwrap();
    let started = Instant::now();
    let mut bytes = Vec::new();
    let mut buffer = vec![0; 256 * 1024];
    loop {
        match stream.read(&mut buffer).unwrap() {
            0 => break,
            n => bytes.extend_from_slice(&buffer[..n]),
        }
        thread::sleep(Duration::from_millis(10));
    }
    assert!(bytes.ends_with(b"0\r\n\r\n"), "{} bytes", bytes.len());
    assert!(30_000_000 < bytes.len());
    assert!(quick().write < started.elapsed(), "{:?}", started.elapsed());
    server.stop();
}

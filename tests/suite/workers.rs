//! A worker can do nothing but read its file, and whatever becomes of it the parent knows why.

#![cfg(target_os = "linux")]

use std::fs;
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::process::{Command, Stdio};

use torikumi::ingest::worker::confinement::confine;
use torikumi::ingest::worker::job::Limits;

/// The name of the test that confines its own process.
const CHILD: &str = "workers::a_confined_process_tries_everything";

#[test]
#[ignore = "confines its process; another test starts it"]
fn a_confined_process_tries_everything() {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = server.local_addr().unwrap();
    let file = std::env::temp_dir().join("torikumi-confined");
    assert!(fs::File::open("/proc/self/status").is_ok() && TcpStream::connect(address).is_ok());
    confine(&Limits::default()).unwrap();
    let tried = [
        ("a file is opened", fs::File::open("/etc/hostname").is_ok()),
        ("a file is made", fs::File::create(&file).is_ok()),
        ("a folder is listed", fs::read_dir("/").is_ok()),
        ("a connection is made", TcpStream::connect(address).is_ok()),
        ("a connection is taken", TcpListener::bind("127.0.0.1:0").is_ok()),
        ("a datagram is sent", UdpSocket::bind("127.0.0.1:0").is_ok()),
        ("a name is looked up", TcpStream::connect("localhost:80").is_ok()),
        ("a program is started", Command::new("/bin/true").stdin(Stdio::null()).status().is_ok()),
        ("the memory is there", Vec::<u8>::new().try_reserve(1 << 30).is_ok()),
    ];
    let done: Vec<&str> = tried.iter().filter(|(_, ok)| *ok).map(|(what, _)| *what).collect();
    println!("done: {done:?}");
}

#[test]
fn a_confined_process_opens_nothing() {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", CHILD, "--ignored", "--nocapture", "--test-threads", "1"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("done: []"), "{said}\n{errors}");
}

//! A worker can do nothing but read its file, and whatever becomes of it the parent knows why.

#![cfg(target_os = "linux")]

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use torikumi::index::{Fields, Writer};
use torikumi::ingest;
use torikumi::ingest::worker::Program;
use torikumi::ingest::worker::confinement::confine;
use torikumi::ingest::worker::job::{Limits, TableTexts};
use torikumi::ingest::{FileReader, Options, Summary};

use crate::workspace::{analyzer, cache};

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

/// A file that takes longer to read than anyone waits.
fn endless(folder: &Path) -> PathBuf {
    let path = folder.join("endless.pdf");
    fs::write(&path, crate::damaged::laughing_forms()).unwrap();
    path
}

/// Reads a file, and does something to the worker that reads it; what is said about it.
fn read(path: &Path, seconds: u32, signal: Option<&str>) -> String {
    let mut reading = Command::new(env!("CARGO_BIN_EXE_torikumi"))
        .args(["records", "--worker-seconds", &seconds.to_string()])
        .arg(path)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    if let Some(signal) = signal {
        let worker = worker_of(reading.id());
        assert!(Command::new("kill").args([signal, &worker]).status().unwrap().success());
    }
    let mut said = String::new();
    reading.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!(reading.wait().unwrap().code(), Some(2), "{said}");
    said
}

/// The number of the process that reads for `parent`, once it is confined.
fn worker_of(parent: u32) -> String {
    loop {
        let threads = fs::read_dir(format!("/proc/{parent}/task")).unwrap();
        for thread in threads.flatten() {
            let children = fs::read_to_string(thread.path().join("children")).unwrap_or_default();
            for child in children.split_whitespace() {
                let limits =
                    fs::read_to_string(format!("/proc/{child}/limits")).unwrap_or_default();
                let is_confined = |line: &str| {
                    line.starts_with("Max open files")
                        && line.split_whitespace().nth(3) == Some("3")
                };
                if limits.lines().any(is_confined) {
                    return child.to_owned();
                }
            }
        }
        thread::sleep(Duration::from_millis(5));
    }
}

#[track_caller]
fn check_said(said: &str, expected: &str) {
    assert!(said.contains("endless.pdf: ") && said.contains(expected), "{expected} in {said}");
}

#[test]
fn the_parent_knows_why_a_worker_ended() {
    let folder = tempfile::tempdir().unwrap();
    let path = endless(folder.path());
    check_said(&read(&path, 1, None), "計算が1秒で終わらない");
    check_said(&read(&path, 1, Some("-STOP")), "読み取りが15秒で終わらない");
    check_said(&read(&path, 60, Some("-KILL")), "システムに止められました");
    check_said(&read(&path, 60, Some("-ABRT")), "シグナル6");
    check_said(&read(&path, 60, Some("-TERM")), "シグナル15");
}

#[test]
fn a_worker_does_not_outlive_its_parent() {
    let folder = tempfile::tempdir().unwrap();
    let mut reading = Command::new(env!("CARGO_BIN_EXE_torikumi"))
        .args(["records", "--worker-seconds", "60"])
        .arg(endless(folder.path()))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let worker = worker_of(reading.id());
    reading.kill().unwrap();
    reading.wait().unwrap();
    let begun = Instant::now();
    while fs::read_to_string(format!("/proc/{worker}/status"))
        .is_ok_and(|status| !status.contains("Z (zombie)"))
    {
        assert!(begun.elapsed() < Duration::from_secs(5), "worker {worker} lives on");
        thread::sleep(Duration::from_millis(10));
    }
}

/// `torikumi ingest` over a folder.
fn ingesting(folder: &Path, index: &Path, options: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_torikumi"));
    command
        .arg("ingest")
        .arg("--index")
        .arg(index)
        .args(options)
        .arg(folder)
        .env("TORIKUMI_CACHE", cache());
    command
}

#[test]
fn what_is_declared_beside_the_files_is_read_with_them() {
    let (folder, home) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    fs::create_dir(folder.path().join("港")).unwrap();
    let table = "部署名,番号,取組目標\n総務課,1,窓口を広げます。\n";
    write("a.csv", table);
    write("港/b.csv", table);
    write("sources.toml", "organization = \"緑川市\"\nlicence = \"CC BY 4.0\"\n");
    write("港/sources.toml", "organization = \"港区役所\"\nfiscal_year = \"令和5年度\"\n");
    let run = |code: i32| -> String {
        let output = ingesting(folder.path(), home.path(), &[]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{said}");
        said
    };
    let records = || -> Vec<(String, Option<u64>, String)> {
        let output = Command::new(env!("CARGO_BIN_EXE_torikumi"))
            .args(["export", "--index"])
            .arg(home.path())
            .env("TORIKUMI_CACHE", cache())
            .output()
            .unwrap();
        let lines = String::from_utf8(output.stdout).unwrap();
        let record = |line: &str| {
            let record: serde_json::Value = serde_json::from_str(line).unwrap();
            let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
            (
                text(&record["organization"]),
                record["fiscal_year"].as_u64(),
                text(&record["sources"][0]["licence"]),
            )
        };
        let mut records: Vec<_> = lines.lines().map(record).collect();
        records.sort();
        records
    };
    let said = run(0);
    assert!(said.contains("files: 2 read, 0 unchanged, 0 failed"), "{said}");
    let licence = || "CC BY 4.0".to_owned();
    assert_eq!(
        records(),
        [("港区役所".to_owned(), Some(2023), licence()), ("緑川市".to_owned(), None, licence())]
    );
    // Only the files that it is about are read again.
    write("港/sources.toml", "organization = \"港区役所\"\nfiscal_year = \"令和6年度\"\n");
    let said = run(0);
    assert!(said.contains("files: 1 read, 1 unchanged, 0 failed"), "{said}");
    assert_eq!(records()[0].1, Some(2024));
    // A broken one is named, its files are not read without it, and what is known of them stays.
    write("港/sources.toml", "organization = \"港区役所\"\n\nyear = 2024\n");
    let said = run(1);
    assert!(said.contains("港/b.csv: ") && said.contains("3行目"), "{said}");
    assert!(said.contains("files: 0 read, 1 unchanged, 1 failed"), "{said}");
    assert_eq!(records().len(), 2);
}

#[test]
fn a_folder_is_followed_until_the_program_is_asked_to_stop() {
    let (folder, home) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let table = |office: &str| format!("部署名,番号,取組目標\n{office}課,1,窓口を広げます。\n");
    fs::write(folder.path().join("a.csv"), table("総務")).unwrap();
    let mut following = ingesting(folder.path(), home.path(), &["--watch", "--prune"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(following.stderr.take().unwrap()).lines();
    let mut wait_for = |expected: &str| {
        let found = lines.by_ref().any(|line| line.unwrap().contains(expected));
        assert!(found, "it ended without `{expected}`");
    };
    wait_for("records: 1 added");
    fs::write(folder.path().join("b.csv"), table("税務")).unwrap();
    wait_for("records: 1 added, 0 replaced, 0 removed; 2 in");
    fs::write(folder.path().join("b.csv"), table("納税")).unwrap();
    wait_for("records: 1 added, 0 replaced, 1 removed; 2 in");
    fs::remove_file(folder.path().join("a.csv")).unwrap();
    wait_for("records: 0 added, 0 replaced, 1 removed; 1 in");
    let killed = Command::new("kill").arg(following.id().to_string()).status().unwrap();
    assert!(killed.success());
    assert_eq!(following.wait().unwrap().code(), Some(0));
}

#[test]
fn a_file_that_did_not_change_is_not_opened() {
    let (folder, home) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let path = folder.path().join("a.csv");
    fs::write(&path, "部署名,番号,取組目標\n総務課,1,窓口を広げます。\n").unwrap();
    // How many files are opened, and what is said.
    let run = || -> (usize, Summary) {
        let program = Program {
            path: env!("CARGO_BIN_EXE_torikumi").into(),
            arguments: vec!["worker".into()],
        };
        let reader = FileReader::new(program, Limits::default(), &TableTexts::carried()).unwrap();
        let mut writer = Writer::open(home.path(), &Fields::carried(), &analyzer()).unwrap();
        let roots = [folder.path().to_owned()];
        let found = ingest::find(&roots);
        let summary =
            ingest::ingest(&mut writer, &reader, &roots, &found, Options::default(), |_, _| {})
                .unwrap();
        (reader.n_opened(), summary)
    };
    let (n_opened, summary) = run();
    assert_eq!((n_opened, summary.n_read), (1, 1));
    // It was read within a tick of the clock after it was written: the bytes decide.
    let (n_opened, summary) = run();
    assert_eq!((n_opened, summary.n_unchanged), (1, 1));
    thread::sleep(Duration::from_millis(2100));
    let generation = summary.changes.generation;
    assert_eq!(run().0, 1, "now the stamp is taken");
    let (n_opened, summary) = run();
    assert_eq!((n_opened, summary.n_unchanged, summary.changes.generation), (0, 1, generation));
    // Another content of the same length, with the time set back, is seen all the same.
    let modified = fs::metadata(&path).unwrap().modified().unwrap();
    fs::write(&path, "部署名,番号,取組目標\n税務課,1,窓口を広げます。\n").unwrap();
    fs::File::options().write(true).open(&path).unwrap().set_modified(modified).unwrap();
    let (n_opened, summary) = run();
    assert_eq!((n_opened, summary.n_read), (1, 1));
}

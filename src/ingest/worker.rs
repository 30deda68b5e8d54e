//! Workers: each file that could do harm is parsed in a process of its own, and what that process does is data.
//!
//! A file of a few kilobytes can ask for gigabytes, for hours, or for a stack without end, and no parser is proof
//! against that. So the parser runs in a fresh process of the same program under limits that it cannot lift; the parent
//! opens the file, hands it over as standard input, and takes lines of JSON for an answer. Whatever happens over there
//! is a `Stopped` here.

pub mod child;
pub mod confinement;
pub mod job;

use std::ffi::OsString;
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::notice::Notice;
use crate::record::Record;
use crate::record::ledger::Ledger;
use crate::source::SourceKind;

use self::job::{Job, Limits, Line};
use super::outcome::PageCounts;

/// How workers are started.
#[derive(Clone, Debug)]
pub struct Program {
    /// The program.
    pub path: PathBuf,
    /// The arguments that make it a worker; the job follows as one more.
    pub arguments: Vec<OsString>,
}

/// What a worker read.
#[derive(Clone, Debug, Default)]
pub(super) struct Answer {
    pub(super) sha256: String,
    pub(super) kind: SourceKind,
    pub(super) pages: PageCounts,
    pub(super) notices: Vec<Notice>,
    pub(super) records: Vec<Record>,
    pub(super) ledger: Ledger,
}

/// Why a worker gave no answer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Stopped {
    /// It needed more memory than it may.
    Memory,
    /// It needed more processor time than it may.
    Processor,
    /// It took longer than it may.
    Clock,
    /// It had more to say than it may.
    Answer,
    /// What is nested in the file is deeper than its stack.
    Stack,
    /// A mistake of the program: what the panic said.
    Panic(String),
    /// The system ended it with this signal.
    Signal(i32),
    /// It ended without a whole answer: what it said.
    Cut(String),
    /// The file could not be read to its end.
    Unreadable(String),
    /// It could not be started.
    NotStarted(String),
    /// The run is over: nobody wants the answer any more.
    Called,
}

impl Stopped {
    /// Why, and what to do about it: a sentence for the person who gave the file.
    pub(super) fn sentence(&self, limits: &Limits) -> String {
        let mended = "ファイルが壊れているか、極端に大きいおそれがあります。作成したソフトで開いて保存し直すか、分割してください。";
        match self {
            Stopped::Memory => {
                let megabytes = limits.memory_bytes >> 20;
                format!(
                    "読み取りに要るメモリが上限（{megabytes}MB）を超えたので、中止しました。{mended}"
                )
            }
            Stopped::Processor => {
                let seconds = limits.cpu_seconds;
                format!("読み取りの計算が{seconds}秒で終わらないので、中止しました。{mended}")
            }
            Stopped::Clock => {
                let seconds = limits.wall.as_secs();
                format!("読み取りが{seconds}秒で終わらないので、中止しました。{mended}")
            }
            Stopped::Answer => {
                let megabytes = limits.answer_bytes >> 20;
                format!(
                    "読み取った内容が上限（{megabytes}MB）を超えたので、中止しました。ファイルを分割してください。"
                )
            }
            Stopped::Stack => {
                format!("中の入れ子が深すぎるので、読み取りを中止しました。{mended}")
            }
            Stopped::Panic(said) => format!(
                "読み取りのプログラムが誤りで止まりました。ファイルを添えて開発者に知らせてください（{said}）。"
            ),
            Stopped::Signal(9) => format!(
                "読み取りがシステムに止められました。メモリが足りないおそれがあります。{mended}"
            ),
            Stopped::Signal(signal) => {
                format!("読み取りがシステムに止められました（シグナル{signal}）。{mended}")
            }
            Stopped::Cut(said) => format!("読み取りが途中で終わりました（{said}）。{mended}"),
            Stopped::Unreadable(why) => format!(
                "ファイルを終わりまで読めません（{why}）。ディスクやネットワークの状態を確かめてください。"
            ),
            Stopped::NotStarted(why) => format!("読み取りのプロセスを始められません（{why}）。"),
            Stopped::Called => "読み取りの途中で、終わるように指示されました。".to_owned(),
        }
    }
}

/// What the parent has to say while a worker answers.
pub(super) trait Taker {
    /// Called before `n_bytes` more of an answer are kept; may wait.
    fn make_room(&self, n_bytes: usize);
    /// Whether nobody wants the answer any more.
    fn is_called_off(&self) -> bool;
}

/// How long the parent waits before it looks whether the run is called off.
const GLANCE: Duration = Duration::from_millis(100);

/// No line of an answer is longer: none that our own worker writes comes near.
const LONGEST_LINE_BYTES: usize = 4 << 20;

/// How much of what a worker complains about is kept: the end of it is what counts.
const COMPLAINT_BYTES: usize = 16 << 10;

/// Lets a worker read `file`.
pub(super) fn read(
    program: &Program,
    job: &Job,
    file: File,
    taker: &dyn Taker,
) -> Result<Answer, Stopped> {
    let begun = Instant::now();
    let job_text = serde_json::to_string(job).expect("a job is plain data");
    let mut command = Command::new(&program.path);
    command.args(&program.arguments).arg(job_text);
    // Nothing of the environment is its affair. One arena: further ones reserve address space that nobody uses.
    #[cfg(unix)]
    command.env_clear().env("MALLOC_ARENA_MAX", "1");
    command.stdin(file).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| Stopped::NotStarted(error.to_string()))?;
    let output = child.stdout.take().expect("it is piped");
    let errors = child.stderr.take().expect("it is piped");
    thread::scope(|scope| {
        let (sender, chunks) = sync_channel(1);
        scope.spawn(move || pass_on(output, &sender));
        let complaint = scope.spawn(move || last_of(errors));
        let mut deadline = begun + job.limits.wall;
        let taken = take(&chunks, &mut deadline, &job.limits, taker);
        // Whoever still has something to say finds that nobody listens.
        drop(chunks);
        let ended = match &taken {
            Err(_) => end(&mut child),
            Ok(_) => wait(&mut child, deadline),
        };
        let complaint = complaint.join().unwrap_or_default();
        let answer = taken?;
        match ended {
            Some(status) if status.success() && answer.is_whole => Ok(answer.answer),
            Some(status) => Err(answer.stopped.unwrap_or_else(|| reason(status, &complaint))),
            None => Err(Stopped::Clock),
        }
    })
}

/// An answer as far as it has come.
#[derive(Debug, Default)]
struct Draft {
    answer: Answer,
    /// The bytes behind the last whole line.
    rest: Vec<u8>,
    n_bytes: usize,
    stopped: Option<Stopped>,
    is_whole: bool,
}

impl Draft {
    fn push(&mut self, chunk: &[u8]) -> Result<(), Stopped> {
        for part in chunk.split_inclusive(|&byte| byte == b'\n') {
            self.rest.extend_from_slice(part);
            if LONGEST_LINE_BYTES < self.rest.len() {
                return Err(Stopped::Answer);
            }
            if part.ends_with(b"\n") {
                let line = std::mem::take(&mut self.rest);
                let line = serde_json::from_slice(&line)
                    .map_err(|error| Stopped::Cut(error.to_string()))?;
                self.take(line);
            }
        }
        Ok(())
    }

    fn take(&mut self, line: Line) {
        match line {
            Line::Source { sha256, kind, pages } => {
                self.answer = Answer { sha256, kind, pages, ..std::mem::take(&mut self.answer) };
            }
            Line::Notice(notice) => self.answer.notices.push(notice),
            Line::Record(record) => self.answer.records.push(*record),
            Line::Entry(entry) => self.answer.ledger.entries.push(entry),
            Line::TooLarge => self.stopped = Some(Stopped::Memory),
            Line::Unreadable(why) => self.stopped = Some(Stopped::Unreadable(why)),
            Line::End { n_records } => self.is_whole = n_records == self.answer.records.len(),
        }
    }
}

/// Takes an answer to its end, or to the deadline; what the parent makes it wait does not count.
fn take(
    chunks: &Receiver<Vec<u8>>,
    deadline: &mut Instant,
    limits: &Limits,
    taker: &dyn Taker,
) -> Result<Draft, Stopped> {
    let mut draft = Draft::default();
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        match chunks.recv_timeout(left.min(GLANCE)) {
            Ok(chunk) => {
                draft.n_bytes += chunk.len();
                if limits.answer_bytes < draft.n_bytes {
                    return Err(Stopped::Answer);
                }
                let asked = Instant::now();
                taker.make_room(chunk.len());
                *deadline += asked.elapsed();
                draft.push(&chunk)?;
            }
            Err(RecvTimeoutError::Timeout) if taker.is_called_off() => return Err(Stopped::Called),
            Err(RecvTimeoutError::Timeout) if left.is_zero() => return Err(Stopped::Clock),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Ok(draft),
        }
    }
}

/// Passes on what a worker says, chunk by chunk.
fn pass_on(mut output: impl Read, sender: &SyncSender<Vec<u8>>) {
    let mut chunk = vec![0; 64 << 10];
    while let Ok(n_bytes @ 1..) = output.read(&mut chunk) {
        if sender.send(chunk[..n_bytes].to_vec()).is_err() {
            break;
        }
    }
}

/// The last of what a worker complains about, all of which is read so that it never waits.
fn last_of(mut errors: impl Read) -> String {
    let mut kept = Vec::new();
    let mut chunk = vec![0; 4 << 10];
    while let Ok(n_bytes @ 1..) = errors.read(&mut chunk) {
        kept.extend_from_slice(&chunk[..n_bytes]);
        kept.drain(..kept.len().saturating_sub(COMPLAINT_BYTES));
    }
    String::from_utf8_lossy(&kept).into_owned()
}

/// Waits until the worker has ended, and ends it at the deadline.
fn wait(child: &mut Child, deadline: Instant) -> Option<ExitStatus> {
    let mut nap = Duration::from_micros(200);
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) if Instant::now() < deadline => thread::sleep(nap),
            Ok(None) | Err(_) => {
                end(child);
                return None;
            }
        }
        nap = (nap * 2).min(GLANCE);
    }
}

/// Ends the worker and leaves no trace of it in the table of processes.
fn end(child: &mut Child) -> Option<ExitStatus> {
    // An error means that it has ended already.
    drop(child.kill());
    child.wait().ok()
}

/// Why a worker ended, by its status and by what it said last.
fn reason(status: ExitStatus, complaint: &str) -> Stopped {
    if complaint.contains("overflowed its stack") {
        return Stopped::Stack;
    }
    // Rust says the first, C++ and the C library's checks may say the others.
    if ["memory allocation of", "capacity overflow", "annot allocate memory"]
        .iter()
        .any(|said| complaint.contains(said))
    {
        return Stopped::Memory;
    }
    if let Some(at) = complaint.find("panicked at ") {
        let said: Vec<&str> = complaint[at..].lines().take(2).map(str::trim).collect();
        return Stopped::Panic(shortened(&said.join(" ")));
    }
    match signal(status) {
        Some(CPU_SIGNAL) => Stopped::Processor,
        // Below the stack lies a page that must not be touched; the program is without `unsafe` and touches no other.
        Some(SEGMENT_SIGNAL) => Stopped::Stack,
        Some(signal) => Stopped::Signal(signal),
        None => Stopped::Cut(shortened(match complaint.trim() {
            "" => "応答がありません",
            complaint => complaint,
        })),
    }
}

/// SIGXCPU of Linux.
const CPU_SIGNAL: i32 = 24;
/// SIGSEGV.
const SEGMENT_SIGNAL: i32 = 11;

#[cfg(unix)]
fn signal(status: ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}

#[cfg(not(unix))]
fn signal(_status: ExitStatus) -> Option<i32> {
    None
}

/// What fits on a line.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 200;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::process::ExitStatusExt;

    use super::*;

    #[track_caller]
    fn check(status: i32, complaint: &str, expected: Stopped, sentence: &str) {
        let found = reason(ExitStatus::from_raw(status), complaint);
        assert_eq!(found, expected);
        let said = found.sentence(&Limits::default());
        assert!(said.contains(sentence), "{said}");
    }

    #[test]
    fn every_end_has_its_reason() {
        const ABORT: i32 = 6;
        check(ABORT, "memory allocation of 8589934592 bytes failed\n", Stopped::Memory, "256MB");
        check(
            ABORT,
            "\nthread '<unnamed>' (7) has overflowed its stack\nfatal runtime error: stack overflow\n",
            Stopped::Stack,
            "入れ子",
        );
        check(SEGMENT_SIGNAL, "", Stopped::Stack, "入れ子");
        check(CPU_SIGNAL, "", Stopped::Processor, "20秒");
        check(9, "", Stopped::Signal(9), "メモリが足りない");
        check(ABORT, "", Stopped::Signal(ABORT), "シグナル6");
        check(
            101 << 8,
            "\nthread 'main' (1) panicked at src/source/x.rs:1:2:\nindex out of bounds\nnote: run\n",
            Stopped::Panic("panicked at src/source/x.rs:1:2: index out of bounds".to_owned()),
            "開発者",
        );
        check(0, "", Stopped::Cut("応答がありません".to_owned()), "途中");
        check(2 << 8, "torikumi: x", Stopped::Cut("torikumi: x".to_owned()), "torikumi: x");
    }

    #[test]
    fn an_answer_is_whole_or_nothing() {
        let mut draft = Draft::default();
        let line = |line: &Line| serde_json::to_vec(line).unwrap();
        let record = line(&Line::Record(Box::default()));
        for byte in [&record[..], b"\n", &line(&Line::End { n_records: 2 }), b"\n"].concat() {
            draft.push(&[byte]).unwrap();
        }
        assert_eq!((draft.answer.records.len(), draft.is_whole), (1, false));
        draft
            .push(&[&record[..], b"\n", &line(&Line::End { n_records: 2 }), b"\n"].concat())
            .unwrap();
        assert!(draft.is_whole);
        assert!(matches!(draft.push(b"{\"record\":7}\n"), Err(Stopped::Cut(_))));
        assert_eq!(draft.push(&vec![b'x'; LONGEST_LINE_BYTES + 1]), Err(Stopped::Answer));
    }
}

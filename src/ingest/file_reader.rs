//! One file, read in the way that suits it: not at all if it did not change, in this process if it is short plain text,
//! in a worker otherwise.

use std::fs;
use std::fs::{File, Metadata};
use std::io;
use std::io::{Read, Seek, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Instant, SystemTime};

use sha2::{Digest, Sha256};

use crate::record;
use crate::record::Record;
use crate::record::sources_file::Declared;
use crate::record::tables;
use crate::record::tables::Tables;
use crate::source;
use crate::source::{Source, SourceKind};

use super::bounds::keep_within;
use super::declarations::Declarations;
use super::files::FoundFile;
use super::in_order::{Gate, Turn, in_order};
use super::outcome::{FileOutcome, FileState, PageCounts};
use super::stamp::{Fingerprint, Stamp};
use super::worker;
use super::worker::job::{Job, Limits, TableTexts};
use super::worker::{Answer, Program, Stopped, Taker};

/// Plain text up to this length is read in this process: its readers go through it once from beginning to end.
const SHORT_TEXT_BYTES: u64 = 1 << 20;

/// No more workers than this run at a time, since each may take its limit of memory.
const MOST_THREADS: usize = 8;

/// What files are read with.
#[derive(Debug)]
pub struct FileReader {
    tables: Tables,
    /// The texts of the tables, for workers; none if they are those inside the program. Removed when this is dropped.
    table_file: Option<tempfile::TempPath>,
    program: Program,
    limits: Limits,
    n_opened: AtomicUsize,
    called_off: Arc<AtomicBool>,
}

/// What a file gave.
#[derive(Debug, Default)]
pub(super) struct FileReading {
    pub(super) outcome: FileOutcome,
    pub(super) records: Vec<Record>,
    /// What the index is to remember of the file, if that is new.
    pub(super) fingerprint: Option<Fingerprint>,
    /// What is held in memory for it.
    pub(super) held_bytes: usize,
    /// Whether the run ended before the file was read.
    pub(super) is_called_off: bool,
}

/// What is known of a file before it is read, and what is wanted of it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Wish<'k> {
    pub(super) known: Option<&'k Fingerprint>,
    pub(super) wants_ledger: bool,
}

/// Why a file gave nothing.
enum Failure {
    Sentence(String),
    CalledOff,
}

impl From<String> for Failure {
    fn from(sentence: String) -> Failure {
        Failure::Sentence(sentence)
    }
}

impl FileReader {
    /// What reads files with these tables, each in a worker that `program` starts.
    ///
    /// # Errors
    ///
    /// The tables cannot be written down for the workers.
    pub fn new(program: Program, limits: Limits, texts: &TableTexts) -> io::Result<FileReader> {
        let (tables, _) = texts.parse();
        let is_carried = tables.fingerprint() == Tables::carried().fingerprint();
        let table_file = (!is_carried).then(|| written(texts)).transpose()?;
        let called_off = Arc::default();
        Ok(FileReader {
            tables,
            table_file,
            program,
            limits,
            n_opened: AtomicUsize::new(0),
            called_off,
        })
    }

    /// The number of times that the content of a file was looked at.
    pub fn n_opened(&self) -> usize {
        self.n_opened.load(Ordering::Relaxed)
    }

    /// Set it, and the run ends: what was read stays, what is being read is given up.
    pub fn called_off(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.called_off)
    }

    /// Reads `files` and hands over what each gave, in their order.
    pub(super) fn read_all<'f, E>(
        &self,
        files: &'f [FoundFile],
        wish: impl Fn(&'f FoundFile) -> Wish<'f> + Sync,
        mut take: impl FnMut(FileReading, &Gate) -> Result<(), E>,
    ) -> Result<(), E> {
        let declarations = Declarations::default();
        let gate = Gate::new(self.called_off());
        let n_threads = thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS);
        let read = |index: usize, turn: &Turn<'_>| {
            let file = &files[index];
            self.read(file, wish(file), &declarations, turn)
        };
        in_order(files.len(), n_threads, &gate, read, |reading| take(reading, &gate))
    }

    fn read(
        &self,
        file: &FoundFile,
        wish: Wish<'_>,
        declarations: &Declarations,
        turn: &Turn<'_>,
    ) -> FileReading {
        let begun = Instant::now();
        let mut reading = FileReading {
            outcome: FileOutcome {
                file: file.name(),
                path: file.path.clone(),
                key: file.key(),
                ..FileOutcome::default()
            },
            ..FileReading::default()
        };
        match self.try_read(file, wish, declarations, turn, &mut reading) {
            Ok(()) => {}
            Err(Failure::Sentence(sentence)) => {
                reading.outcome.state = FileState::Failed;
                reading.outcome.failure = Some(sentence);
                reading.outcome.n_records = 0;
                reading.records = Vec::new();
            }
            Err(Failure::CalledOff) => reading.is_called_off = true,
        }
        reading.held_bytes = turn.held_bytes();
        reading.outcome.took = begun.elapsed();
        reading
    }

    fn try_read(
        &self,
        file: &FoundFile,
        wish: Wish<'_>,
        declarations: &Declarations,
        turn: &Turn<'_>,
        reading: &mut FileReading,
    ) -> Result<(), Failure> {
        let declared = declarations.about(file)?;
        let reader = self.reader(&declared);
        let known = wish.known.filter(|known| known.reader == reader);
        let metadata = fs::metadata(&file.path).map_err(unopened)?;
        if let Some(known) = known
            && known.stamp.as_deref() == Some(Stamp::of(&metadata).to_string().as_str())
        {
            reading.outcome.sha256 = Some(known.content.clone());
            reading.outcome.state = FileState::Unchanged;
            return Ok(());
        }
        let (mut content, metadata, stamp) = self.open(&file.path)?;
        if let Some(known) = known {
            let content_now = source::fingerprint_of(&mut content).map_err(unread)?;
            if content_now == known.content {
                reading.outcome.sha256 = Some(content_now);
                reading.outcome.state = FileState::Unchanged;
                reading.fingerprint = Some(Fingerprint { stamp, ..known.clone() });
                return Ok(());
            }
            content.rewind().map_err(unread)?;
        }
        let is_harmless = metadata.len() <= most_bytes_here(&file.path);
        let answer = match is_harmless {
            true => self.read_here(content, file, &declared, wish.wants_ledger, turn)?,
            false => {
                self.read_there(content, &metadata, file, declared, wish.wants_ledger, turn)?
            }
        };
        reading.fingerprint = Some(Fingerprint { content: answer.sha256.clone(), reader, stamp });
        let outcome = &mut reading.outcome;
        outcome.sha256 = Some(answer.sha256);
        outcome.kind = Some(answer.kind);
        outcome.pages = answer.pages;
        outcome.n_records = answer.records.len();
        outcome.ledger = answer.ledger;
        if answer.kind == SourceKind::Other {
            let messages: Vec<String> =
                answer.notices.into_iter().map(|notice| notice.message).collect();
            return Err(messages.join(" ").into());
        }
        outcome.notices = answer.notices;
        reading.records = answer.records;
        match reading.records.is_empty() {
            true => Err("取組を一つも読み取れませんでした。".to_owned().into()),
            false => Ok(()),
        }
    }

    /// What the records of a file depend on beside its bytes: they may change with the version of the program, with the
    /// tables, and with what is declared.
    fn reader(&self, declared: &Declared) -> String {
        let mut reader = format!("{}+{}", env!("CARGO_PKG_VERSION"), self.tables.fingerprint());
        if *declared != Declared::default() {
            let json = serde_json::to_vec(declared).expect("a declaration is plain data");
            let hash = Sha256::digest(json);
            reader.push('+');
            reader.extend(hash.iter().take(8).map(|byte| format!("{byte:02x}")));
        }
        reader
    }

    /// The one place where the content of a file is opened; with what the file system says of it at that moment, and its
    /// stamp if that can be trusted.
    fn open(&self, path: &Path) -> Result<(File, Metadata, Option<String>), Failure> {
        let now = SystemTime::now();
        // Opening a pipe would wait for someone to write into it.
        if !fs::metadata(path).map_err(unopened)?.is_file() {
            return Err("ファイルではないので読めません。".to_owned().into());
        }
        self.n_opened.fetch_add(1, Ordering::Relaxed);
        let file = File::open(path).map_err(unopened)?;
        let metadata = file.metadata().map_err(unopened)?;
        let stamp = Stamp::of(&metadata);
        let stamp = stamp.has_rested(now).then(|| stamp.to_string());
        Ok((file, metadata, stamp))
    }

    fn read_here(
        &self,
        content: File,
        file: &FoundFile,
        declared: &Declared,
        wants_ledger: bool,
        turn: &Turn<'_>,
    ) -> Result<Answer, Failure> {
        let mut bytes = Vec::new();
        content.take(most_bytes_here(&file.path)).read_to_end(&mut bytes).map_err(unread)?;
        turn.make_room(bytes.len());
        let read = || {
            let source = Source::from_bytes(&file.name(), &bytes);
            let mut reading = record::read_declared(&source, &self.tables, declared);
            keep_within(&source.file, &mut reading.records, &mut reading.notices);
            (source, reading)
        };
        let (source, reading) = catch_unwind(AssertUnwindSafe(read))
            .map_err(|_| Stopped::Panic(file.name()).sentence(&self.limits))?;
        Ok(Answer {
            pages: PageCounts::of(&source),
            sha256: source.sha256,
            kind: source.kind,
            notices: reading.notices,
            records: reading.records,
            ledger: if wants_ledger { reading.ledger } else { record::ledger::Ledger::default() },
        })
    }

    fn read_there(
        &self,
        content: File,
        metadata: &Metadata,
        file: &FoundFile,
        declared: Declared,
        wants_ledger: bool,
        turn: &Turn<'_>,
    ) -> Result<Answer, Failure> {
        if self.limits.memory_bytes < metadata.len() {
            return Err(Stopped::Memory.sentence(&self.limits).into());
        }
        let job = Job {
            file: file.name(),
            declared,
            wants_ledger,
            limits: self.limits,
            tables: self.table_file.as_ref().map(|path| path.to_path_buf()),
        };
        worker::read(&self.program, &job, content, turn).map_err(|stopped| match stopped {
            Stopped::Called => Failure::CalledOff,
            stopped => Failure::Sentence(stopped.sentence(&self.limits)),
        })
    }
}

impl TableTexts {
    /// The texts inside the program.
    pub fn carried() -> TableTexts {
        TableTexts {
            headers: tables::HEADERS.to_owned(),
            divisions: tables::DIVISIONS.to_owned(),
            categories: tables::CATEGORIES.to_owned(),
        }
    }

    /// The tables, and every line of them that cannot be used.
    pub fn parse(&self) -> (Tables, Vec<tables::TableError>) {
        Tables::parse(&self.headers, &self.divisions, &self.categories)
    }
}

fn written(texts: &TableTexts) -> io::Result<tempfile::TempPath> {
    let mut file = tempfile::Builder::new().prefix("torikumi-tables-").tempfile()?;
    serde_json::to_writer(&mut file, texts)?;
    file.flush()?;
    Ok(file.into_temp_path())
}

/// Whether a file is plain text by its name, whatever its bytes are.
/// How large a file may be that is read in this process.
fn most_bytes_here(path: &Path) -> u64 {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    match extension.to_ascii_lowercase().as_str() {
        "txt" | "text" => SHORT_TEXT_BYTES,
        // Records that a program wrote, a line each: there is nothing to parse that grows, and there may be many.
        "jsonl" | "ndjson" => u64::MAX,
        _ => 0,
    }
}

fn unopened(error: io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "ファイルが見つかりません。".to_owned(),
        io::ErrorKind::PermissionDenied => {
            "ファイルを開く権限がありません。読み取りの権限を確かめてください。".to_owned()
        }
        _ => format!("ファイルを開けません（{error}）。"),
    }
}

fn unread(error: io::Error) -> String {
    Stopped::Unreadable(error.to_string()).sentence(&Limits::default())
}

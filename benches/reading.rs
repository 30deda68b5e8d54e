//! How fast files become records, measured against a library that only goes through the same file in the same run.
//!
//! ```text
//! cargo bench --bench reading [-- --check] [-- WORD]
//! ```
//!
//! Reads the files below `ingest/` where `TORIKUMI_TEST_DATA` points, or those of them with WORD in their names.
//!
//! - PDF against hayro, which interprets all pages for a device that keeps nothing;
//! - workbooks (xlsx) against calamine, which goes through all cells;
//! - xls and ods against calamine, too: it goes through their cells in a tenth of the time that the records take that
//!   are made of them, so that their shares are printed and not held to anything;
//! - Word, CSV and HTML have no floor: megabytes a second;
//! - one PDF again as the program reads it, in a process of its own, the floor in another;
//! - the most memory that the program holds on each file.
//!
//! Prints medians of five runs, process CPU time and wall clock; a run reads a small file as often as takes 50 ms.
//! What is done once a process (the words of headers, the maps of Japanese fonts) counts in processes of their own only.
//! With `--check` it fails when a PDF reaches less than 30 % of its floor or an xlsx less than 50 %, or when the program
//! holds more than 300 MB.

#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use calamine::{Ods, Reader, Xls, Xlsx};
use cpu_time::ProcessTime;
use hayro_interpret::hayro_syntax::Pdf;
use hayro_interpret::kurbo::Rect;
use hayro_interpret::{
    Context, DummyDevice, InterpreterCache, InterpreterSettings, TransformExt, interpret_page,
};
use torikumi::record;
use torikumi::record::tables::Tables;
use torikumi::source;
use torikumi::source::page::Block;

/// Runs, of which the median counts.
const N_RUNS: usize = 5;

/// What one run takes at least; small files are read again and again.
const SHORTEST_RUN: Duration = Duration::from_millis(50);

/// The whole way to records against the floor, in CPU time.
const LEAST_OF_PDF: f64 = 0.3;
const LEAST_OF_WORKBOOK: f64 = 0.5;

/// The most memory that the program holds, in MB.
const MOST_MEMORY: f64 = 300.0;

/// The table of 113 pages that the program reads in a process of its own.
const LONG_TABLE: &str = "real/okinawa_113_2469.pdf";

/// Arguments with which this program starts itself: to go through a PDF and do nothing else, and to measure another
/// program. A process that has done nothing else measures, since a child's memory counts its parent's at the start.
const ALONE: &str = "--alone";
const SPENT: &str = "--spent";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [ALONE, file] => {
            let bytes = std::fs::read(file).expect("the file was found before");
            (0..interpreted_pages(&bytes)).for_each(|_| println!());
            return ExitCode::SUCCESS;
        }
        [SPENT, program, ref arguments @ ..] => {
            processes::measure(program, arguments);
            return ExitCode::SUCCESS;
        }
        _ => {}
    }
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    println!("{cores} cores, {}", processor());
    let Some(data) = std::env::var_os("TORIKUMI_TEST_DATA") else {
        println!("skipped: TORIKUMI_TEST_DATA is not set");
        return ExitCode::SUCCESS;
    };
    let word = arguments.iter().find(|argument| !argument.starts_with("--"));
    let is_good = compare(&Path::new(&data).join("ingest"), word.map_or("", String::as_str));
    let checked = arguments.iter().any(|argument| argument == "--check");
    if checked && !is_good { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Measures the files of a folder with `word` in their names and says whether all are within the bounds.
fn compare(folder: &Path, word: &str) -> bool {
    let files: Vec<File> = source::walk(folder)
        .expect("the files are there")
        .into_iter()
        .filter(|path| path.to_string_lossy().contains(word))
        .filter_map(|path| File::open(folder, path))
        .collect();
    let tables = Tables::carried();
    let mut is_good = true;
    println!(
        "share of the floor; milliseconds of CPU (wall) for a file, the floor's after the bar"
    );
    for (format, least) in [Format::Pdf, Format::Workbook, Format::OtherWorkbook, Format::Other]
        .map(|f| (f, f.least()))
    {
        let mut lowest = f64::INFINITY;
        for file in files.iter().filter(|file| file.format == format) {
            lowest = lowest.min(file.compare(&tables));
        }
        if lowest.is_finite() && least > 0.0 {
            println!("lowest of {format:?}: {:.0} %", 100.0 * lowest);
        }
        is_good &= lowest >= least;
    }
    is_good & processes::compare(&files, folder, &tables)
}

/// A file to be measured.
struct File {
    path: PathBuf,
    /// Its name, with the folder below `ingest/`.
    name: String,
    bytes: Vec<u8>,
    format: Format,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Format {
    Pdf,
    /// xlsx.
    Workbook,
    /// xls and ods.
    OtherWorkbook,
    Other,
}

impl Format {
    /// The share of the floor that a file must reach.
    fn least(self) -> f64 {
        match self {
            Format::Pdf => LEAST_OF_PDF,
            Format::Workbook => LEAST_OF_WORKBOOK,
            Format::OtherWorkbook | Format::Other => 0.0,
        }
    }
}

/// What was made of a file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Outcome {
    n_pages: usize,
    n_tables: usize,
    n_cells: usize,
    n_records: usize,
}

impl File {
    /// `None` for what is no file of a kind that is measured.
    fn open(folder: &Path, path: PathBuf) -> Option<File> {
        let format = match path.extension()?.to_str()? {
            "pdf" => Format::Pdf,
            "xlsx" => Format::Workbook,
            "xls" | "ods" => Format::OtherWorkbook,
            "csv" | "html" | "docx" => Format::Other,
            _ => return None,
        };
        let name = source::name_under(folder, &path);
        let bytes = std::fs::read(&path).expect("the file can be read");
        Some(File { path, name, bytes, format })
    }

    /// Measures and prints one file; gives its share of the floor's speed, endless where there is no floor.
    fn compare(&self, tables: &Tables) -> f64 {
        let outcome = self.outcome(tables);
        let Outcome { n_pages, n_tables, n_cells, n_records } = outcome;
        assert!(0 < n_pages, "{} has no pages", self.name);
        // Each of them lays out the same fifty records.
        if self.name.starts_with("sheets/") {
            assert_eq!(n_records, 50, "records of {}", self.name);
        }
        let n_in_floor = self.floor();
        match self.format {
            Format::Pdf => assert_eq!(n_in_floor, n_pages, "pages of {}", self.name),
            Format::Workbook | Format::OtherWorkbook => {
                assert!(0 < n_in_floor.min(n_cells), "cells of {}", self.name);
            }
            Format::Other => {}
        }
        // Formats without a floor are measured against doing nothing.
        let floor: &mut dyn FnMut() -> bool = &mut || self.floor() == n_in_floor;
        let [ours, floor] = measure([&mut || self.outcome(tables) == outcome, floor]);
        let read =
            format!("{n_pages} pages, {n_tables} tables, {n_cells} cells, {n_records} records");
        let [ours_ms, floor_ms] = [&ours, &floor].map(Spent::shown);
        if self.format == Format::Other {
            let speed = self.bytes.len() as f64 / 1e6 / ours.cpu.as_secs_f64();
            println!("  {speed:6.1} MB/s {ours_ms}  {}: {read}", self.name);
            return f64::INFINITY;
        }
        let share = floor.cpu.as_secs_f64() / ours.cpu.as_secs_f64();
        println!("  {:5.0} % {ours_ms} | {floor_ms}  {}: {read}", 100.0 * share, self.name);
        share
    }

    /// The whole way to records.
    fn outcome(&self, tables: &Tables) -> Outcome {
        let source = source::read(&self.path).expect("the file can be read");
        let reading = record::read(&source, tables);
        let blocks = || source.pages.iter().flat_map(|page| &page.blocks);
        let cells = blocks().filter_map(|block| match block {
            Block::Table(table) => Some(table.cells.len()),
            _ => None,
        });
        Outcome {
            n_pages: source.pages.len(),
            n_tables: cells.clone().count(),
            n_cells: cells.sum(),
            n_records: reading.records.len(),
        }
    }

    /// The pages or cells that a library goes through without keeping them.
    fn floor(&self) -> usize {
        let bytes = std::fs::read(&self.path).expect("the file can be read");
        match self.path.extension().and_then(|extension| extension.to_str()) {
            Some("pdf") => interpreted_pages(&bytes),
            Some("xlsx") => {
                let mut book = Xlsx::new(Cursor::new(&bytes)).expect("the workbook is whole");
                let names = book.sheet_names();
                let n_cells = names.iter().map(|name| {
                    let mut cells = book.worksheet_cells_reader(name).expect("the sheet is there");
                    std::iter::from_fn(|| cells.next_cell().expect("the sheet is whole")).count()
                });
                n_cells.sum()
            }
            Some("xls") => {
                used_cells(Xls::new(Cursor::new(&bytes)).expect("the workbook is whole"))
            }
            Some("ods") => {
                used_cells(Ods::new(Cursor::new(&bytes)).expect("the workbook is whole"))
            }
            _ => 0,
        }
    }
}

/// Goes through a workbook of a format that calamine reads at once.
fn used_cells<'b>(mut book: impl Reader<Cursor<&'b Vec<u8>>>) -> usize {
    book.worksheets().iter().map(|(_, range)| range.used_cells().count()).sum()
}

/// Runs the drawing instructions of all pages and keeps nothing of them; gives the number of pages.
fn interpreted_pages(bytes: &[u8]) -> usize {
    let pdf = Pdf::new(bytes.to_vec()).expect("the PDF is whole");
    let cache = InterpreterCache::new();
    for page in pdf.pages().iter() {
        let (width, height) = page.render_dimensions();
        let area = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
        let transform = page.initial_transform(true).to_kurbo();
        let settings = InterpreterSettings::default();
        let mut context = Context::new(transform, area, &cache, pdf.xref(), settings);
        interpret_page(page, &mut context, &mut DummyDevice);
    }
    pdf.pages().len()
}

/// What reading a file once takes.
#[derive(Clone, Copy, Eq, Ord, PartialEq, PartialOrd)]
struct Spent {
    cpu: Duration,
    wall: Duration,
}

impl Spent {
    fn shown(&self) -> String {
        let [cpu, wall] = [self.cpu, self.wall].map(|time| 1e3 * time.as_secs_f64());
        format!("{cpu:8.3} ({wall:8.3})")
    }
}

/// The medians of what some things take, each of which says whether it went as before.
///
/// They take turns, so that what else the machine does slows all of them.
fn measure<const N: usize>(mut things: [&mut dyn FnMut() -> bool; N]) -> [Spent; N] {
    let n_times = things.each_mut().map(|thing| {
        let start = ProcessTime::now();
        assert!(thing(), "reading differs from run to run");
        let once = start.elapsed().as_secs_f64().max(1e-6);
        (SHORTEST_RUN.as_secs_f64() / once).ceil().clamp(1.0, 1e4) as u32
    });
    let mut runs = [const { Vec::new() }; N];
    for _ in 0..N_RUNS {
        for ((thing, n_times), runs) in things.iter_mut().zip(n_times).zip(&mut runs) {
            let (wall, cpu) = (Instant::now(), ProcessTime::now());
            for _ in 0..n_times {
                assert!(thing(), "reading differs from run to run");
            }
            runs.push(Spent { cpu: cpu.elapsed() / n_times, wall: wall.elapsed() / n_times });
        }
    }
    runs.map(median)
}

fn median(mut runs: Vec<Spent>) -> Spent {
    runs.sort();
    runs[runs.len() / 2]
}

/// What whole processes take, their start included.
#[cfg(unix)]
mod processes {
    use std::path::Path;
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};

    use nix::sys::resource::{UsageWho, getrusage};
    use nix::sys::time::TimeValLike;
    use torikumi::record::tables::Tables;

    use super::{
        ALONE, File, Format, LEAST_OF_PDF, LONG_TABLE, MOST_MEMORY, N_RUNS, SPENT, Spent, median,
    };

    /// The program, and how it reads a file and prints what it read.
    const PROGRAM: &str = env!("CARGO_BIN_EXE_torikumi");
    const READ: &str = "records";

    /// What a process has used.
    struct Used {
        spent: Spent,
        /// The most memory that it held, in MB.
        memory: f64,
        /// How many lines it printed.
        n_lines: usize,
    }

    /// Measures the program on one long table, and its memory on all files; says whether it is within the bounds.
    pub(super) fn compare(files: &[File], folder: &Path, tables: &Tables) -> bool {
        let mut is_good = true;
        let long_table = folder.join(LONG_TABLE);
        if let Some(file) = files.iter().find(|file| file.path == long_table) {
            is_good &= compare_start(file, tables);
        }
        let mut most = (0.0, "");
        println!("memory of the program, MB");
        for file in files {
            let memory = used(PROGRAM, &[READ], file).memory;
            println!("  {memory:6.1}  {}", file.name);
            if memory > most.0 {
                most = (memory, &file.name);
            }
        }
        println!("most: {:.1} MB, {}", most.0, most.1);
        is_good && most.0 <= MOST_MEMORY
    }

    fn compare_start(file: &File, tables: &Tables) -> bool {
        assert_eq!(file.format, Format::Pdf);
        let (outcome, n_pages) = (file.outcome(tables), file.floor());
        let own = std::env::current_exe().expect("a running program has a place");
        let own = own.to_str().expect("the build directory has a plain name");
        let (mut ours, mut floor) = (Vec::new(), Vec::new());
        for _ in 0..N_RUNS {
            let used_by_program = used(PROGRAM, &[READ], file);
            assert_eq!(used_by_program.n_lines, outcome.n_records, "records of {}", file.name);
            ours.push(used_by_program.spent);
            let used_by_floor = used(own, &[ALONE], file);
            assert_eq!(used_by_floor.n_lines, n_pages, "pages of {}", file.name);
            floor.push(used_by_floor.spent);
        }
        let (ours, floor) = (median(ours), median(floor));
        let share = floor.cpu.as_secs_f64() / ours.cpu.as_secs_f64();
        println!("in processes of their own, start included:");
        let [ours, floor] = [ours, floor].map(|spent| spent.shown());
        println!("  {:5.0} % {ours} | {floor}  {}", 100.0 * share, file.name);
        share >= LEAST_OF_PDF
    }

    /// Runs a program on a file.
    fn used(program: &str, arguments: &[&str], file: &File) -> Used {
        let own = std::env::current_exe().expect("a running program has a place");
        let mut command = Command::new(own);
        let output = command.arg(SPENT).arg(program).args(arguments).arg(&file.path).output();
        let output = output.expect("this program can be started");
        let text = String::from_utf8_lossy(&output.stdout);
        let numbers: Vec<u64> = text.split_whitespace().filter_map(|n| n.parse().ok()).collect();
        let [cpu, wall, memory, n_lines] = numbers[..] else {
            panic!("{program} fails on {}: {}", file.name, String::from_utf8_lossy(&output.stderr))
        };
        Used {
            spent: Spent { cpu: Duration::from_micros(cpu), wall: Duration::from_micros(wall) },
            memory: memory as f64 * 1024.0 / 1e6,
            n_lines: n_lines as usize,
        }
    }

    /// Runs a program and prints its CPU time and wall time in microseconds, its memory in KiB, and how many lines it
    /// printed.
    pub(super) fn measure(program: &str, arguments: &[&str]) {
        let start = Instant::now();
        let mut command = Command::new(program);
        let output = command.args(arguments).stderr(Stdio::inherit()).output();
        let output = output.expect("the program can be started");
        let wall = start.elapsed().as_micros();
        // A file without records is one that the program ends with another status for.
        let status = output.status;
        assert!(status.code().is_some_and(|code| code <= 2), "{program} ends with {status}");
        let used = getrusage(UsageWho::RUSAGE_CHILDREN).expect("a system tells what it gave");
        let cpu = used.user_time().num_microseconds() + used.system_time().num_microseconds();
        let n_lines = output.stdout.iter().filter(|byte| **byte == b'\n').count();
        println!("{cpu} {wall} {} {n_lines}", used.max_rss());
    }
}

/// Elsewhere the system does not tell what a process has used.
#[cfg(not(unix))]
mod processes {
    use std::path::Path;

    use torikumi::record::tables::Tables;

    use super::File;

    pub(super) fn compare(_: &[File], _: &Path, _: &Tables) -> bool {
        println!("skipped: processes of their own are measured on Unix");
        true
    }

    pub(super) fn measure(_: &str, _: &[&str]) {}
}

fn processor() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    model.map_or_else(|| "unknown processor".to_owned(), |(_, name)| name.trim().to_owned())
}

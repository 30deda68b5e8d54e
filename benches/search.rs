//! What a search costs: with all features against the same query word for word, and at its worst.
//!
//! ```text
//! cargo bench --bench search [-- --check] [-- FILE.jsonl]
//! ```
//!
//! Searches the samples and, where `TORIKUMI_TEST_DATA` names it, a corpus of some six thousand records;
//! or the records of a file, with a tenth of the queries.
//! Prints process CPU time, medians of five runs for each query.
//! With `--check` it fails when the median costs more than three times that of `exact=true`, when p99.9 costs more than
//! twenty medians, or when a suggestion costs more than a search.

#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use cpu_time::ThreadTime;
use torikumi::analysis::{Analyzer, Word};
use torikumi::index::{Fields, Reader, SourceUpdate, Writer};
use torikumi::query::{Engine, SearchRequest, Searcher};
use torikumi::record;
use torikumi::record::Record;
use torikumi::record::tables::Tables;
use torikumi::source;

/// Queries of one run, and of one over a file.
const N_QUERIES: usize = 5_000;
const N_QUERIES_OF_FILE: usize = 500;

/// Runs, of which the median counts.
const N_RUNS: usize = 5;

/// The kinds of queries, in their order.
const KINDS: [&str; 10] = [
    "word",
    "word",
    "word",
    "two words",
    "two words",
    "quoted",
    "question",
    "kana",
    "mistyped",
    "with a year",
];

const MOST_AGAINST_EXACT: f64 = 3.0;
const MOST_AT_WORST: f64 = 20.0;

fn main() -> ExitCode {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    println!("{cores} cores, {}", processor());
    let mut is_good = true;
    let scratch = tempfile::tempdir().expect("a benchmark has a temporary directory");
    let files = std::env::args().skip(1).filter(|argument| !argument.starts_with("--"));
    let files: Vec<PathBuf> = files.map(PathBuf::from).collect();
    if files.is_empty() {
        for (name, paths) in corpora(scratch.path()) {
            is_good &= measure(&name, &paths, N_QUERIES);
        }
    } else {
        is_good &= measure("file", &files, N_QUERIES_OF_FILE);
    }
    let checked = std::env::args().any(|argument| argument == "--check");
    if checked && !is_good { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn corpora(scratch: &Path) -> Vec<(String, Vec<PathBuf>)> {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let mut corpora = vec![("samples".to_owned(), vec![samples])];
    match std::env::var_os("TORIKUMI_TEST_DATA").map(PathBuf::from) {
        Some(data) => {
            let packed = data.join("corpora/rs2025.jsonl.zst");
            if let Ok(packed) = std::fs::File::open(packed) {
                let corpus = scratch.join("rs2025.jsonl");
                let file = std::fs::File::create(&corpus).expect("the disk has room");
                zstd::stream::copy_decode(packed, file).expect("the corpus is whole");
                corpora.push(("rs2025".to_owned(), vec![corpus]));
            }
        }
        None => println!("only the samples: TORIKUMI_TEST_DATA is not set"),
    }
    corpora
}

/// Measures one corpus and says whether it is within the bounds.
fn measure(name: &str, paths: &[PathBuf], n_queries: usize) -> bool {
    let home = tempfile::tempdir().expect("a benchmark has a temporary directory");
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache");
    let analyzer = Analyzer::open(Some(&cache)).expect("the carried dictionary opens");
    let records = indexed(home.path(), paths, &analyzer);
    let reader = Reader::open(home.path(), &Fields::carried(), &analyzer).expect("the index opens");
    let searcher = Searcher::new(reader);
    let queries = mixed_queries(&records, &analyzer, n_queries);
    println!("{name}: {} records, {} queries", records.len(), queries.len());
    let request = |q: &String, exact| SearchRequest { q: q.clone(), exact, ..Default::default() };
    let found = queries.iter().filter(|q| 0 < total(&searcher, &request(q, false))).count();
    assert!(queries.len() * 9 / 10 < found, "only {found} queries find anything");
    let whole = times(&queries, |q| drop(searcher.search(&request(q, false))));
    let exact = times(&queries, |q| drop(searcher.search(&request(q, true))));
    let beginning = |q: &String| q.chars().take(2).collect::<String>();
    let suggest = times(&queries, |q| drop(searcher.suggest(&beginning(q), 10)));
    for (n, kind) in KINDS.iter().enumerate() {
        let of_kind = |times: &[f64]| {
            let of_kind = times.iter().zip(0..).filter(|(_, at)| at % KINDS.len() == n);
            Percentiles::of(of_kind.map(|(time, _)| *time).collect()).median
        };
        let (whole, exact) = (of_kind(&whole), of_kind(&exact));
        println!("  {kind:<12} median {whole:.3} ms, word for word {exact:.3} ms");
    }
    let of_each =
        Percentiles::of(whole.iter().zip(&exact).map(|(all, exact)| all / exact).collect());
    println!("  median of the ratios of each query {:.2}", of_each.median);
    let [whole, exact, suggest] = [whole, exact, suggest].map(Percentiles::of);
    println!("  with all features  {whole}");
    println!("  word for word      {exact}");
    println!("  suggestions        {suggest}");
    let against_exact = whole.median / exact.median;
    let at_worst = whole.p999 / whole.median;
    println!(
        "  median against word for word {against_exact:.2}, p99.9 against median {at_worst:.1}"
    );
    against_exact <= MOST_AGAINST_EXACT
        && at_worst <= MOST_AT_WORST
        && suggest.median <= whole.median
}

fn total(searcher: &Searcher, request: &SearchRequest) -> usize {
    searcher.search(request).expect("a query within the limits is answered").total
}

fn indexed(home: &Path, paths: &[PathBuf], analyzer: &Analyzer) -> Vec<Record> {
    let tables = Tables::carried();
    let mut all = Vec::new();
    let mut updates = Vec::new();
    for file in paths.iter().flat_map(|path| source::walk(path).expect("the corpus is there")) {
        let source = source::read(&file).expect("the corpus can be read");
        let records = record::read(&source, &tables).records;
        all.extend(records.clone());
        let key = file.display().to_string();
        updates.push(SourceUpdate { key, fingerprint: source.sha256, records });
    }
    let mut writer = Writer::open(home, &Fields::carried(), analyzer).expect("an index is made");
    writer.update(updates, &[], 0).expect("the records are written");
    all
}

/// Queries as people type them, made of the words of the records: the same at every run.
fn mixed_queries(records: &[Record], analyzer: &Analyzer, n_queries: usize) -> Vec<String> {
    let mut random = fastrand::Rng::with_seed(4);
    let mut worker = analyzer.worker();
    let mut words: Vec<Word> = Vec::new();
    let mut of_records: Vec<(Vec<Word>, String)> = Vec::new();
    for record in records {
        let mut all = Vec::new();
        for section in &record.sections {
            worker.words(&section.text, &mut words);
            all.extend(words.iter().filter(|word| 2 <= word.surface.chars().count()).cloned());
        }
        if 4 <= all.len() {
            let year = record.fiscal_year.map(|year| year.to_string()).unwrap_or_default();
            of_records.push((all, year));
        }
    }
    let queries = (0..n_queries).map(|n| {
        let (words, year) = &of_records[random.usize(..of_records.len())];
        let mut word = || &words[random.usize(..words.len())];
        let (a, b, c) = (word(), word(), word());
        let (x, y, z) = (&a.surface, &b.surface, &c.surface);
        match n % 10 {
            0..3 => x.clone(),
            3 | 4 => format!("{x} {y}"),
            5 => format!("\"{x}\""),
            6 => format!("{x}の{y}について、{z}はどうなっていますか。"),
            7 if !a.reading.is_empty() => hiragana(&a.reading),
            7 => format!("{x} OR {y}"),
            8 => mistyped(x, &mut random),
            _ => format!("{x} {y} {z} {year}"),
        }
    });
    queries.collect()
}

fn hiragana(katakana: &str) -> String {
    let lower = |c: char| match c {
        'ァ'..='ヶ' => char::from_u32(c as u32 - 0x60).unwrap_or(c),
        _ => c,
    };
    katakana.chars().map(lower).collect()
}

/// The word with one of its characters changed.
fn mistyped(word: &str, random: &mut fastrand::Rng) -> String {
    let at = random.usize(..word.chars().count());
    let other = ['ア', '料', 'ン', '係', 'x'][random.usize(..5)];
    word.chars().enumerate().map(|(n, c)| if n == at { other } else { c }).collect()
}

/// Milliseconds of CPU for each query, the median of the runs.
fn times(queries: &[String], mut run: impl FnMut(&String)) -> Vec<f64> {
    let mut all: Vec<Vec<Duration>> = vec![Vec::new(); queries.len()];
    for _ in 0..N_RUNS {
        for (query, times) in queries.iter().zip(&mut all) {
            let started = ThreadTime::now();
            run(query);
            times.push(started.elapsed());
        }
    }
    let median = |mut times: Vec<Duration>| {
        times.sort_unstable();
        times[times.len() / 2].as_secs_f64() * 1e3
    };
    all.into_iter().map(median).collect()
}

struct Percentiles {
    median: f64,
    p99: f64,
    p999: f64,
}

impl Percentiles {
    fn of(mut times: Vec<f64>) -> Percentiles {
        times.sort_by(f64::total_cmp);
        let at = |share: f64| times[((times.len() as f64 * share) as usize).min(times.len() - 1)];
        Percentiles { median: at(0.5), p99: at(0.99), p999: at(0.999) }
    }
}

impl std::fmt::Display for Percentiles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Percentiles { median, p99, p999 } = self;
        write!(f, "median {median:.3} ms, p99 {p99:.3} ms, p99.9 {p999:.3} ms")
    }
}

fn processor() -> String {
    let cpus = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpus.lines().find_map(|line| line.strip_prefix("model name"));
    model.map_or("unknown processor".to_owned(), |name| {
        name.trim_matches([' ', '\t', ':']).to_owned()
    })
}

//! How fast the analysis is, measured against the segmenter alone on the same text in the same run.
//!
//! ```text
//! cargo bench --bench analysis [-- --check]
//! ```
//!
//! Prints the median of fifteen runs, wall clock and process CPU time, for `samples/` and, where `TORIKUMI_TEST_DATA`
//! names it, for the corpora there.
//! With `--check` it fails when all stages together are slower than half the segmenter.

#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use cpu_time::ProcessTime;
use lindera::dictionary::load_fs_dictionary;
use lindera::mode::Mode;
use lindera::segmenter::Segmenter;
use torikumi::analysis::{Analyzer, bigrams};

const N_RUNS: usize = 15;

/// All stages against the segmenter, in CPU time.
const LEAST_RATIO: f64 = 0.5;

fn main() -> ExitCode {
    println!(
        "{} cores, {}",
        std::thread::available_parallelism().map_or(0, usize::from),
        processor()
    );
    let cache = tempfile::tempdir().expect("a benchmark has a temporary directory");
    let analyzer = Analyzer::open(Some(cache.path())).expect("the carried dictionary opens");
    let dictionary = unpacked(cache.path());
    let mut open = || Analyzer::open(Some(cache.path())).map_or(0, |_| 1);
    measure(0, [("opening again", &mut open)]);
    let mut worst = f64::INFINITY;
    for (name, texts) in corpora() {
        let ratio = compare(&name, &texts, &analyzer, &dictionary);
        worst = worst.min(ratio);
    }
    let checked = std::env::args().any(|argument| argument == "--check");
    if checked && worst < LEAST_RATIO { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Measures one corpus and gives the speed of all stages as a share of the segmenter's.
fn compare(name: &str, texts: &[String], analyzer: &Analyzer, dictionary: &Path) -> f64 {
    let n_bytes: usize = texts.iter().map(String::len).sum();
    println!("{name}: {} texts, {:.1} MB", texts.len(), n_bytes as f64 / 1e6);
    let dictionary = load_fs_dictionary(dictionary).expect("the unpacked dictionary loads");
    let segmenter = Segmenter::new(Mode::Normal, dictionary, None).keep_whitespace(true);
    let mut segment_worker = segmenter.new_worker();
    let mut worker = analyzer.worker();
    let mut out = Vec::new();
    let mut pairs = Vec::new();
    let [raw, units, pairs] = measure(
        n_bytes,
        [
            ("segmenter alone", &mut || {
                let n_tokens = |text: &String| segment_worker.segment(text).map_or(0, |t| t.len());
                texts.iter().map(n_tokens).sum()
            }),
            ("units", &mut || {
                let n_units = |text: &String| {
                    worker.units(text, &mut out);
                    out.len()
                };
                texts.iter().map(n_units).sum()
            }),
            ("bigrams", &mut || {
                let n_bigrams = |text: &String| {
                    bigrams(text, &mut pairs);
                    pairs.len()
                };
                texts.iter().map(n_bigrams).sum()
            }),
        ],
    );
    let ratio = raw.as_secs_f64() / (units + pairs).as_secs_f64();
    println!("  all stages reach {:.0} % of the segmenter", ratio * 100.0);
    ratio
}

/// What is measured, by name; each says how many it made.
type Stage<'a> = (&'a str, &'a mut dyn FnMut() -> usize);

/// The median CPU times of the stages, after one run of each to warm up.
///
/// The stages take turns, so that what else the machine does slows all of them.
fn measure<const N: usize>(n_bytes: usize, mut stages: [Stage<'_>; N]) -> [Duration; N] {
    let expected: Vec<usize> = stages.iter_mut().map(|(_, run)| run()).collect();
    let mut times = [const { Vec::new() }; N];
    for _ in 0..N_RUNS {
        for (i, (stage, run)) in stages.iter_mut().enumerate() {
            let (wall, cpu) = (Instant::now(), ProcessTime::now());
            assert_eq!(run(), expected[i], "{stage} differs from run to run");
            times[i].push((cpu.elapsed(), wall.elapsed()));
        }
    }
    std::array::from_fn(|i| {
        let stage = stages[i].0;
        assert!(0 < expected[i], "{stage} gives nothing");
        times[i].sort();
        let (cpu, wall) = times[i][N_RUNS / 2];
        let speed = n_bytes as f64 / 1e6 / cpu.as_secs_f64();
        let n = expected[i];
        println!("  {stage:16} {speed:7.1} MB/s, {n} of them, cpu {cpu:.1?}, wall {wall:.1?}");
        cpu
    })
}

/// The directory into which the analyzer has unpacked the dictionary.
fn unpacked(cache: &Path) -> PathBuf {
    let mut entries =
        std::fs::read_dir(cache.join("torikumi")).expect("the dictionary was unpacked");
    entries.next().expect("the dictionary was unpacked").expect("the cache can be read").path()
}

fn corpora() -> Vec<(String, Vec<String>)> {
    let mut corpora = Vec::new();
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let mut texts = Vec::new();
    for entry in std::fs::read_dir(samples).into_iter().flatten().flatten() {
        if entry.path().extension().is_some_and(|extension| extension == "txt") {
            texts.extend(std::fs::read_to_string(entry.path()).into_iter().flat_map(paragraphs));
        }
    }
    corpora.push(("samples".to_owned(), texts));
    match std::env::var_os("TORIKUMI_TEST_DATA") {
        None => println!("skipped: TORIKUMI_TEST_DATA is not set"),
        Some(data) => {
            for name in ["amagasaki-faq/records.jsonl", "corpora/ofunato2025.jsonl"] {
                let text = std::fs::read_to_string(Path::new(&data).join(name)).unwrap_or_default();
                corpora.push((name.to_owned(), text.lines().map(strings).collect()));
            }
        }
    }
    corpora.retain(|(_, texts)| !texts.is_empty());
    corpora
}

/// Texts of the length of a record.
fn paragraphs(text: String) -> Vec<String> {
    text.split("\n\n").filter(|paragraph| !paragraph.trim().is_empty()).map(str::to_owned).collect()
}

/// All strings of a line of JSON.
fn strings(line: &str) -> String {
    fn collect(value: &serde_json::Value, out: &mut String) {
        match value {
            serde_json::Value::String(text) => {
                out.push_str(text);
                out.push('\n');
            }
            serde_json::Value::Array(items) => items.iter().for_each(|item| collect(item, out)),
            serde_json::Value::Object(fields) => {
                fields.values().for_each(|field| collect(field, out))
            }
            _ => {}
        }
    }
    let mut out = String::new();
    collect(&serde_json::from_str(line).unwrap_or_default(), &mut out);
    out
}

fn processor() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    model.map_or_else(|| "unknown processor".to_owned(), |(_, name)| name.trim().to_owned())
}

//! How well the ranking answers judged questions, what each feature is worth, and how the numbers were chosen.
//!
//! ```text
//! TORIKUMI_TEST_DATA=… cargo bench --bench relevance [-- --write] [-- --explore]
//! ```
//!
//! Prints the tables of `docs/relevance.md`, and with `--write` puts them there.
//! `--explore` prints the figures of every combination of the grid instead.
//! Fails when the figures fall below those the project holds itself to.

#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::fmt::Write;
use std::path::Path;
use std::process::ExitCode;

use torikumi::analysis::Analyzer;
use torikumi::index::{Fields, Reader, SourceUpdate, Writer};
use torikumi::query::Searcher;
use torikumi::query::evaluation;
use torikumi::query::evaluation::{Asked, Measures, Question};
use torikumi::query::tuning::Tuning;
use torikumi::query::widening::WideningKind;
use torikumi::record;
use torikumi::record::tables::Tables;
use torikumi::source;

/// What the ranking is held to.
const LEAST_NDCG: f64 = 0.55;
const LEAST_RECALL: f64 = 0.66;

const N_FOLDS: usize = 5;

fn main() -> ExitCode {
    let Some(data) = std::env::var_os("TORIKUMI_TEST_DATA") else {
        println!("skipped: TORIKUMI_TEST_DATA is not set");
        return ExitCode::SUCCESS;
    };
    let folder = Path::new(&data).join("amagasaki-faq");
    let home = tempfile::tempdir().expect("a benchmark has a temporary directory");
    let mut searcher = searcher(home.path(), &folder.join("records.jsonl"));
    let questions = questions(&folder);
    if std::env::args().any(|argument| argument == "--explore") {
        explore(searcher, &questions);
        return ExitCode::SUCCESS;
    }
    let chosen;
    (searcher, chosen) = ask_all(searcher, Tuning::default(), &questions);
    let mut report = String::new();
    figures(&mut report, &chosen);
    let held_out;
    (searcher, held_out) = held_out_folds(searcher, &questions);
    folds(&mut report, &held_out);
    ablation(&mut report, searcher, &questions, mean(&chosen));
    steps(&mut report, &chosen);
    println!("{report}");
    if std::env::args().any(|argument| argument == "--write") {
        write(&report);
    }
    let Measures { ndcg, recall, .. } = mean(&chosen);
    if LEAST_NDCG <= ndcg && LEAST_RECALL <= recall { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// An index over the answers.
fn searcher(home: &Path, records: &Path) -> Searcher {
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache");
    let analyzer = Analyzer::open(Some(&cache)).expect("the carried dictionary opens");
    let source = source::read(records).expect("the records can be read");
    let records = record::read(&source, &Tables::carried()).records;
    let mut writer = Writer::open(home, &Fields::carried(), &analyzer).expect("an index is made");
    let update = SourceUpdate { key: "records".to_owned(), fingerprint: source.sha256, records };
    writer.update(vec![update], &[], 0).expect("the records are written");
    drop(writer);
    Searcher::new(Reader::open(home, &Fields::carried(), &analyzer).expect("the index opens"))
}

fn questions(folder: &Path) -> Vec<Question> {
    let read = |name| std::fs::read_to_string(folder.join(name)).expect("the questions are there");
    let judgements = evaluation::judgements(&read("qrels.tsv")).expect("judgements");
    evaluation::questions(&read("queries.tsv"), judgements).expect("questions")
}

fn ask_all(searcher: Searcher, tuning: Tuning, questions: &[Question]) -> (Searcher, Vec<Asked>) {
    let searcher = searcher.tuned(tuning);
    let ask = |question| evaluation::ask(&searcher, question).expect("a question is answered");
    let asked = questions.iter().map(ask).collect();
    (searcher, asked)
}

fn mean(asked: &[Asked]) -> Measures {
    evaluation::mean(asked.iter().map(|asked| &asked.measures))
}

fn figures(report: &mut String, chosen: &[Asked]) {
    let Measures { ndcg, recall, precision, mrr } = mean(chosen);
    let _ = writeln!(
        report,
        "| questions | nDCG@10 | Recall@10 | P@10 | MRR@10 |\n|---|---|---|---|---|"
    );
    let n = chosen.len();
    let _ = writeln!(report, "| {n} | {ndcg:.4} | {recall:.4} | {precision:.4} | {mrr:.4} |\n");
}

/// The combinations that the numbers are chosen from.
fn grid() -> Vec<Tuning> {
    let mut grid = Vec::new();
    for field_tie_breaker in [0.2, 0.3, 0.5] {
        for question_synonym in [0.0, 0.4, 0.6, 0.8] {
            for question_bigrams in [0.5, 1.0] {
                for proximity in [0.0, 0.15] {
                    grid.push(Tuning {
                        field_tie_breaker,
                        question_synonym,
                        question_bigrams,
                        proximity,
                        ..Tuning::default()
                    });
                }
            }
        }
    }
    grid
}

fn explore(mut searcher: Searcher, questions: &[Question]) {
    for tuning in grid() {
        let asked;
        (searcher, asked) = ask_all(searcher, tuning, questions);
        let Measures { ndcg, recall, .. } = mean(&asked);
        println!("{ndcg:.4} {recall:.4} {tuning:?}");
    }
}

/// The questions of each fold, answered with the numbers that are best for the other folds.
fn held_out_folds(mut searcher: Searcher, questions: &[Question]) -> (Searcher, Vec<Vec<Asked>>) {
    let mut runs: Vec<Vec<Asked>> = Vec::new();
    for tuning in grid() {
        let asked;
        (searcher, asked) = ask_all(searcher, tuning, questions);
        runs.push(asked);
    }
    let in_fold = |fold: usize, asked: &[Asked]| -> Vec<Asked> {
        asked.iter().zip(0..).filter(|(_, n)| n % N_FOLDS == fold).map(|(a, _)| *a).collect()
    };
    let outside = |fold: usize, asked: &[Asked]| -> Vec<Asked> {
        asked.iter().zip(0..).filter(|(_, n)| n % N_FOLDS != fold).map(|(a, _)| *a).collect()
    };
    let held_out = (0..N_FOLDS).map(|fold| {
        let worth = |asked: &[Asked]| mean(&outside(fold, asked)).ndcg;
        let best = runs.iter().max_by(|a, b| worth(a).total_cmp(&worth(b)));
        in_fold(fold, best.expect("the grid has combinations"))
    });
    let held_out = held_out.collect();
    (searcher, held_out)
}

fn folds(report: &mut String, held_out: &[Vec<Asked>]) {
    let _ =
        writeln!(report, "| held-out fold | questions | nDCG@10 | Recall@10 |\n|---|---|---|---|");
    let means: Vec<Measures> = held_out.iter().map(|fold| mean(fold)).collect();
    for (fold, (asked, Measures { ndcg, recall, .. })) in held_out.iter().zip(&means).enumerate() {
        let _ = writeln!(report, "| {} | {} | {ndcg:.4} | {recall:.4} |", fold + 1, asked.len());
    }
    let Measures { ndcg, recall, .. } = evaluation::mean(&means);
    let n: usize = held_out.iter().map(Vec::len).sum();
    let _ = writeln!(report, "| **mean of the five** | {n} | **{ndcg:.4}** | **{recall:.4}** |\n");
}

/// Each feature off in turn.
fn ablation(report: &mut String, mut searcher: Searcher, questions: &[Question], all: Measures) {
    let default = Tuning::default();
    let rows = [
        ("synonyms", Tuning { synonym: 0.0, question_synonym: 0.0, ..default }),
        ("words of questions left out", Tuning { question_words: false, ..default }),
        ("bigrams of questions", Tuning { question_bigrams: 0.0, ..default }),
        ("best field first (fields summed instead)", Tuning { field_tie_breaker: 1.0, ..default }),
        (
            "least share of a question",
            Tuning { least_units: 0.0, least_share: 0.0, whole_units: 0, ..default },
        ),
        ("neighbours near each other", Tuning { proximity: 0.0, terms_proximity: 0.0, ..default }),
        ("as written first", Tuning { as_written_first: false, ..default }),
    ];
    let _ = writeln!(
        report,
        "| without | nDCG@10 | Recall@10 | difference in nDCG |\n|---|---|---|---|"
    );
    for (name, tuning) in rows {
        let asked;
        (searcher, asked) = ask_all(searcher, tuning, questions);
        let Measures { ndcg, recall, .. } = mean(&asked);
        let difference = ndcg - all.ndcg;
        let _ = writeln!(report, "| {name} | {ndcg:.4} | {recall:.4} | {difference:+.4} |");
    }
    report.push('\n');
}

/// The share of the questions that each step of the ladder answers.
fn steps(report: &mut String, asked: &[Asked]) {
    let _ = writeln!(report, "| answered | questions | share |\n|---|---|---|");
    let answered = |step| move |asked: &&Asked| asked.is_answered && asked.step == step;
    let row = |name: &str, n: usize| {
        let share = 100.0 * n as f64 / asked.len() as f64;
        format!("| {name} | {n} | {share:.1} % |\n")
    };
    for (name, step) in [
        ("as asked, with variants and synonyms", None),
        ("by reading", Some(WideningKind::Reading)),
        ("by spelling", Some(WideningKind::Spelling)),
        ("by some of it", Some(WideningKind::Relaxed)),
    ] {
        report.push_str(&row(name, asked.iter().filter(answered(step)).count()));
    }
    let n_unanswered = asked.iter().filter(|asked| !asked.is_answered).count();
    report.push_str(&row("not at all", n_unanswered));
}

/// Puts the tables between their marks in the document.
fn write(report: &str) {
    const BEGIN: &str = "<!-- measured: begin -->\n";
    const END: &str = "<!-- measured: end -->";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/relevance.md");
    let document = std::fs::read_to_string(&path).expect("the document is there");
    let (before, rest) = document.split_once(BEGIN).expect("the document has its marks");
    let (_, after) = rest.split_once(END).expect("the document has its marks");
    std::fs::write(&path, format!("{before}{BEGIN}\n{report}\n{END}{after}"))
        .expect("the document can be written");
}

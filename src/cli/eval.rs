//! `eval`: how well the ranking answers judged questions.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Context;
use clap::Args;
use serde::Serialize;

use crate::query::{Engine, SearchRequest, Searcher};

use super::Exit;
use super::place::IndexPlace;

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// Questions: `query id ⇥ text` a line.
    #[arg(long, value_name = "Q.tsv")]
    queries: PathBuf,
    /// Judgements: `query id ⇥ record id ⇥ grade` a line.
    #[arg(long, value_name = "R.tsv")]
    qrels: PathBuf,
    /// Print the figures as one JSON object.
    #[arg(long)]
    json: bool,
    /// Print the figures of every question, tab-separated, before the means.
    #[arg(long)]
    per_query: bool,
    #[command(flatten)]
    place: IndexPlace,
}

/// The cut of every measure.
const K: usize = 10;

/// The measures of one question, or their means.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Measures {
    ndcg: f64,
    recall: f64,
    precision: f64,
    mrr: f64,
}

/// The figures of a run; its names are fixed.
#[derive(Debug, Serialize)]
struct Figures {
    queries: usize,
    ndcg_at_10: f64,
    recall_at_10: f64,
    precision_at_10: f64,
    mrr_at_10: f64,
    p50_ms: f64,
    p99_ms: f64,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    let judgements = judgements(&read(&arguments.qrels)?)
        .with_context(|| format!("cannot use {}", arguments.qrels.display()))?;
    let searcher = Searcher::new(arguments.place.reader()?);
    let mut out = io::stdout().lock();
    let mut sum = Measures::default();
    let mut times_ms = Vec::new();
    for line in read(&arguments.queries)?.lines() {
        let (id, question) = line.split_once('\t').with_context(|| {
            format!("{}: a line without a tab: {line}", arguments.queries.display())
        })?;
        let Some(grades) = judgements.get(id) else { continue };
        let request = SearchRequest {
            q: question.to_owned(),
            per_page: K,
            facet_limit: 0,
            ..SearchRequest::default()
        };
        let started = Instant::now();
        let answer = searcher.search(&request)?;
        times_ms.push(started.elapsed().as_secs_f64() * 1000.0);
        let ranking: Vec<String> = answer.hits.into_iter().map(|hit| hit.record.id.0).collect();
        let measures = measure(&ranking, grades);
        if arguments.per_query {
            let Measures { ndcg, recall, precision, mrr } = measures;
            writeln!(out, "{id}\t{ndcg:.4}\t{recall:.4}\t{precision:.4}\t{mrr:.4}")?;
        }
        sum.ndcg += measures.ndcg;
        sum.recall += measures.recall;
        sum.precision += measures.precision;
        sum.mrr += measures.mrr;
    }
    anyhow::ensure!(!times_ms.is_empty(), "no question has a judgement");
    print(&mut out, &figures(sum, times_ms), arguments.json)?;
    Ok(Exit::Success)
}

fn read(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

fn judgements(text: &str) -> anyhow::Result<BTreeMap<String, BTreeMap<String, f64>>> {
    let mut judgements: BTreeMap<String, BTreeMap<String, f64>> = BTreeMap::new();
    for (line, number) in text.lines().zip(1..) {
        let cells: Vec<&str> = line.split('\t').collect();
        let &[query, record, grade] = &cells[..] else {
            anyhow::bail!("line {number}: three cells are needed: {line}");
        };
        let grade = grade.parse().with_context(|| format!("line {number}: no grade: {grade}"))?;
        judgements.entry(query.to_owned()).or_default().insert(record.to_owned(), grade);
    }
    Ok(judgements)
}

/// nDCG with linear gain, recall over all judged relevant, precision and reciprocal rank, all at [`K`].
fn measure(ranking: &[String], grades: &BTreeMap<String, f64>) -> Measures {
    let grade = |id: &String| grades.get(id).copied().unwrap_or(0.0);
    let discounted = |gains: &mut dyn Iterator<Item = f64>| -> f64 {
        gains.take(K).zip(2..).map(|(gain, rank)| gain / f64::from(rank).log2()).sum()
    };
    let mut ideal: Vec<f64> = grades.values().copied().filter(|grade| 0.0 < *grade).collect();
    ideal.sort_by(|a, b| b.total_cmp(a));
    let n_relevant = ideal.len();
    let best = discounted(&mut ideal.into_iter());
    if best == 0.0 {
        return Measures::default();
    }
    let top = &ranking[..ranking.len().min(K)];
    let n_found = top.iter().filter(|id| 0.0 < grade(id)).count();
    let first = top.iter().position(|id| 0.0 < grade(id));
    Measures {
        ndcg: discounted(&mut top.iter().map(grade)) / best,
        recall: n_found as f64 / n_relevant as f64,
        precision: n_found as f64 / K as f64,
        mrr: first.map_or(0.0, |place| 1.0 / (place + 1) as f64),
    }
}

fn figures(sum: Measures, mut times_ms: Vec<f64>) -> Figures {
    times_ms.sort_by(f64::total_cmp);
    let n = times_ms.len();
    let percentile = |share: f64| times_ms[((n as f64 * share).ceil() as usize).clamp(1, n) - 1];
    let mean = |sum: f64| sum / n as f64;
    Figures {
        queries: n,
        ndcg_at_10: mean(sum.ndcg),
        recall_at_10: mean(sum.recall),
        precision_at_10: mean(sum.precision),
        mrr_at_10: mean(sum.mrr),
        p50_ms: percentile(0.50),
        p99_ms: percentile(0.99),
    }
}

fn print(out: &mut impl Write, figures: &Figures, json: bool) -> anyhow::Result<()> {
    if json {
        writeln!(out, "{}", serde_json::to_string(figures)?)?;
        return Ok(());
    }
    writeln!(out, "queries       {}", figures.queries)?;
    writeln!(out, "nDCG@10       {:.4}", figures.ndcg_at_10)?;
    writeln!(out, "Recall@10     {:.4}", figures.recall_at_10)?;
    writeln!(out, "P@10          {:.4}", figures.precision_at_10)?;
    writeln!(out, "MRR@10        {:.4}", figures.mrr_at_10)?;
    writeln!(out, "median, ms    {:.2}", figures.p50_ms)?;
    writeln!(out, "p99, ms       {:.2}", figures.p99_ms)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(ranking: &str, grades: &[(&str, f64)], expected: Measures) {
        let ranking: Vec<String> = ranking.split_whitespace().map(str::to_owned).collect();
        let grades = grades.iter().map(|(id, grade)| ((*id).to_owned(), *grade)).collect();
        let measures = measure(&ranking, &grades);
        let close = |a: f64, b: f64| (a - b).abs() < 1e-4;
        assert!(
            close(measures.ndcg, expected.ndcg)
                && close(measures.recall, expected.recall)
                && close(measures.precision, expected.precision)
                && close(measures.mrr, expected.mrr),
            "{measures:?} instead of {expected:?}"
        );
    }

    #[test]
    fn measures_follow_their_definitions() {
        let two = [("a", 2.0), ("b", 1.0)];
        check("a b c", &two, Measures { ndcg: 1.0, recall: 1.0, precision: 0.2, mrr: 1.0 });
        // DCG = 1/log2(2) + 2/log2(4) = 2; ideal = 2/log2(2) + 1/log2(3) = 2.6309.
        check("b c a", &two, Measures { ndcg: 0.7602, recall: 1.0, precision: 0.2, mrr: 1.0 });
        check("c a", &two, Measures { ndcg: 0.4796, recall: 0.5, precision: 0.1, mrr: 0.5 });
        check("", &two, Measures::default());
        check("a", &[("a", 0.0)], Measures::default());
    }
}

//! `eval`: how well the ranking answers judged questions.

use std::fs;
use std::io;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Context;
use clap::Args;
use serde::Serialize;

use crate::query::evaluation;
use crate::query::evaluation::Measures;

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
    let judgements = evaluation::judgements(&read(&arguments.qrels)?)
        .with_context(|| format!("cannot use {}", arguments.qrels.display()))?;
    let questions = evaluation::questions(&read(&arguments.queries)?, judgements)
        .with_context(|| format!("cannot use {}", arguments.queries.display()))?;
    anyhow::ensure!(!questions.is_empty(), "no question has a judgement");
    let searcher = arguments.place.searcher()?;
    let mut out = io::stdout().lock();
    let mut all = Vec::new();
    let mut times_ms = Vec::new();
    for question in &questions {
        let started = Instant::now();
        let measures = evaluation::ask(&searcher, question)?.measures;
        times_ms.push(started.elapsed().as_secs_f64() * 1000.0);
        if arguments.per_query {
            let Measures { ndcg, recall, precision, mrr } = measures;
            let id = &question.id;
            writeln!(out, "{id}\t{ndcg:.4}\t{recall:.4}\t{precision:.4}\t{mrr:.4}")?;
        }
        all.push(measures);
    }
    print(&mut out, &figures(evaluation::mean(&all), times_ms), arguments.json)?;
    Ok(Exit::Success)
}

fn read(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

fn figures(mean: Measures, mut times_ms: Vec<f64>) -> Figures {
    times_ms.sort_by(f64::total_cmp);
    let n = times_ms.len();
    let percentile = |share: f64| times_ms[((n as f64 * share).ceil() as usize).clamp(1, n) - 1];
    Figures {
        queries: n,
        ndcg_at_10: mean.ndcg,
        recall_at_10: mean.recall,
        precision_at_10: mean.precision,
        mrr_at_10: mean.mrr,
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

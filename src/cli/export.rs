//! `export`: every record that matches, in full.

use std::io;
use std::io::Write;

use clap::{Args, ValueEnum};

use crate::query::SearchRequest;

use super::Exit;
use super::place::IndexPlace;
use super::search::{Narrowing, ensure_no_option};

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// The query; without one, every record.
    #[arg(default_value = "", allow_hyphen_values = true)]
    query: String,
    /// How records are written.
    #[arg(long, value_enum, default_value_t = Format::Jsonl)]
    format: Format,
    #[command(flatten)]
    narrowing: Narrowing,
    #[command(flatten)]
    place: IndexPlace,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// One JSON object a line.
    Jsonl,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    ensure_no_option(&arguments.query)?;
    let request = SearchRequest { q: arguments.query, ..arguments.narrowing.request()? };
    let searcher = arguments.place.searcher()?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    let mut written = Ok(());
    searcher.visit(&request, |record| {
        if written.is_ok() {
            let Format::Jsonl = arguments.format;
            written = serde_json::to_string(&record)
                .map_err(io::Error::from)
                .and_then(|line| writeln!(out, "{line}"));
        }
    })?;
    written?;
    out.flush()?;
    Ok(Exit::Success)
}

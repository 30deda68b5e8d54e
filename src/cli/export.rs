//! `export`: every record that matches, in full.

use std::fs::File;
use std::io;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, ValueEnum};

use crate::export::csv::ByteOrderMark;
use crate::query::request::Sort;
use crate::query::{Engine, Matches, SearchRequest};
use crate::serve::parameters;
use crate::serve::record_file;
use crate::serve::record_file::{About, RecordFile};

use super::Exit;
use super::place::IndexPlace;
use super::reading::remark;
use super::search::{Narrowing, ensure_no_option};

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// The query; without one, every record.
    #[arg(default_value = "", allow_hyphen_values = true)]
    query: String,
    /// How records are written.
    #[arg(long, value_enum, default_value_t = Format::Jsonl)]
    format: Format,
    /// The file to write; without one, standard output.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Leave out the byte order mark of a CSV file, for programs that would read it as text.
    #[arg(long)]
    no_bom: bool,
    /// The order of the records.
    #[arg(long, value_enum, default_value_t = Order::Relevance)]
    sort: Order,
    /// Take the query word for word.
    #[arg(long)]
    exact: bool,
    /// The address under which people reach the server, for links and citations: `https://torikumi.example.jp`
    #[arg(long, value_name = "URL", env = "TORIKUMI_BASE_URL")]
    base_url: Option<String>,
    #[command(flatten)]
    narrowing: Narrowing,
    #[command(flatten)]
    place: IndexPlace,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
enum Format {
    /// One JSON object a line, as `ingest` reads it.
    Jsonl,
    /// Comma-separated values in UTF-8; a cell that could be a formula begins with a `'`.
    Csv,
    /// A workbook.
    Xlsx,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Order {
    /// Best match first; without a query, as in the sheets.
    Relevance,
    /// Latest fiscal year first.
    Newest,
    /// Earliest fiscal year first.
    Oldest,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    ensure_no_option(&arguments.query)?;
    let format = format(arguments.format, arguments.no_bom)?;
    let request = SearchRequest {
        q: arguments.query,
        sort: match arguments.sort {
            Order::Relevance => Sort::Relevance,
            Order::Newest => Sort::Newest,
            Order::Oldest => Sort::Oldest,
        },
        exact: arguments.exact,
        ..arguments.narrowing.request()?
    };
    let matches = arguments.place.searcher()?.matches(&request)?;
    let total = matches.total();
    let base = arguments.base_url.as_deref().unwrap_or_default().trim_end_matches('/');
    let about = About {
        address: format!("{base}{}", parameters::search_url(&request)),
        q: request.q,
        n_records: total,
    };
    match &arguments.output {
        Some(path) => {
            let failed = || format!("cannot write {}", path.display());
            let file = File::create(path).with_context(failed)?;
            write(io::BufWriter::new(file), format, about, matches, base).with_context(failed)?;
            remark(&format!("{total} records written to {}", path.display()));
        }
        None => {
            let out = io::stdout().lock();
            let is_screen = out.is_terminal() && arguments.format == Format::Xlsx;
            anyhow::ensure!(!is_screen, "a workbook is no text; name a file with --output");
            write(io::BufWriter::new(out), format, about, matches, base)?;
        }
    }
    Ok(Exit::Success)
}

fn format(format: Format, no_bom: bool) -> anyhow::Result<record_file::Format> {
    anyhow::ensure!(!no_bom || format == Format::Csv, "--no-bom is for --format csv");
    Ok(match format {
        Format::Jsonl => record_file::Format::JsonLines,
        Format::Xlsx => record_file::Format::Xlsx,
        Format::Csv if no_bom => record_file::Format::Csv(ByteOrderMark::Absent),
        Format::Csv => record_file::Format::Csv(ByteOrderMark::Present),
    })
}

fn write(
    out: impl Write,
    format: record_file::Format,
    about: About,
    matches: Matches,
    base: &str,
) -> anyhow::Result<()> {
    let mut file = RecordFile::new(out, format, about)?;
    for found in matches {
        let record = found?.record;
        let url = format!("{base}{}", parameters::record_url(&record.id.0));
        file.record(&record, &url)?;
    }
    file.finish()?.flush()?;
    Ok(())
}

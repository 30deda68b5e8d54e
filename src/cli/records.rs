//! `records`: files read and printed, without an index.

use std::io;
use std::io::Write;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::ingest;
use crate::ingest::FileState;
use crate::record::{Record, Role};

use super::Exit;
use super::place::DictionaryPlace;
use super::reading;
use super::reading::{ReadingOptions, exit, notices, printable};

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// Files and folders.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// How records are printed.
    #[arg(long, value_enum, default_value_t = Format::Jsonl)]
    format: Format,
    /// Print instead which role every character of the sources has, one range a line.
    #[arg(long)]
    ledger: bool,
    #[command(flatten)]
    reading: ReadingOptions,
    #[command(flatten)]
    dictionaries: DictionaryPlace,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// One JSON object a line.
    Jsonl,
    /// One line a record, its fields separated by tabs.
    Table,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    let reader = arguments.reading.reader(&arguments.dictionaries)?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    let found = ingest::find(&arguments.paths);
    let (mut n_read, mut n_failed) = (0, 0);
    ingest::read(&reader, &found, arguments.ledger, |outcome, records| {
        match outcome.state {
            FileState::Failed => n_failed += 1,
            FileState::Read | FileState::Unchanged => n_read += 1,
        }
        reading::outcome(outcome);
        for entry in &outcome.ledger.entries {
            writeln!(out, "{}", serde_json::to_string(entry)?)?;
        }
        // The ledger is printed in place of the records.
        for record in records.iter().filter(|_| !arguments.ledger) {
            notices(&record.notices);
            match arguments.format {
                Format::Jsonl => writeln!(out, "{}", serde_json::to_string(record)?)?,
                Format::Table => writeln!(out, "{}", row(record))?,
            }
        }
        anyhow::Ok(())
    })?;
    out.flush()?;
    Ok(exit(n_read, n_failed))
}

fn row(record: &Record) -> String {
    let year = record.fiscal_year.map(|year| year.to_string()).unwrap_or_default();
    let number = record.number.map(|number| number.to_string()).unwrap_or_default();
    let mut cells = vec![
        record.organization.clone().unwrap_or_default(),
        year,
        record.division.join("/"),
        number,
        record.category.clone().unwrap_or_default(),
        record.title.clone().unwrap_or_default(),
    ];
    for role in [Role::Goal, Role::Result, Role::Body] {
        let texts = record.sections.iter().filter(|section| section.role == role);
        cells.push(texts.map(|section| section.text.as_str()).collect::<Vec<_>>().join(" "));
    }
    cells.iter().map(|cell| printable(cell)).collect::<Vec<_>>().join("\t")
}

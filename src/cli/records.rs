//! `records`: files read and printed, without an index.

use std::io;
use std::io::Write;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::record;
use crate::record::{Record, Role};
use crate::source;
use crate::source::SourceKind;

use super::Exit;
use super::place::DictionaryPlace;
use super::reading::{failure, find, notices, printable};

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
    let tables = arguments.dictionaries.tables()?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    let (found, mut n_failed) = find(&arguments.paths);
    let mut n_read = 0;
    for file in found {
        let source = match source::read_under(&file.base, &file.path) {
            Ok(source) => source,
            Err(error) => {
                n_failed += 1;
                failure(&error);
                continue;
            }
        };
        if source.kind == SourceKind::Other {
            n_failed += 1;
            notices(&source.notices);
            continue;
        }
        n_read += 1;
        let reading = record::read(&source, &tables);
        notices(&reading.notices);
        if arguments.ledger {
            for entry in &reading.ledger.entries {
                writeln!(out, "{}", serde_json::to_string(entry)?)?;
            }
            continue;
        }
        for record in &reading.records {
            notices(&record.notices);
            match arguments.format {
                Format::Jsonl => writeln!(out, "{}", serde_json::to_string(record)?)?,
                Format::Table => writeln!(out, "{}", row(record))?,
            }
        }
    }
    out.flush()?;
    Ok(match (n_read, n_failed) {
        (_, 0) => Exit::Success,
        (0, _) => Exit::Failure,
        _ => Exit::Partial,
    })
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

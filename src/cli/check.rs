//! `check`: are the dictionaries and the index sound?

use std::io;
use std::io::Write;

use clap::Args;

use crate::index::{Fields, Reader, STORE_FILE, Store};

use super::Exit;
use super::place::{IndexPlace, analyzer};

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// Read every byte of the index and of the record store.
    #[arg(long)]
    deep: bool,
    #[command(flatten)]
    place: IndexPlace,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    let mut out = io::stdout().lock();
    let mut faults = Vec::new();
    let (_, errors) = arguments.place.dictionaries.checked_tables()?;
    writeln!(out, "dictionaries: {} bad lines", errors.len())?;
    faults.extend(errors);
    let home = arguments.place.home()?;
    if home.exists() {
        let analyzer = analyzer()?;
        match Reader::open(&home, &Fields::carried(), &analyzer) {
            Ok(reader) => check_index(&home, &reader, arguments.deep, &mut faults)?,
            Err(error) => faults.push(error.to_string()),
        }
        writeln!(out, "index in {}: checked", home.display())?;
    } else {
        writeln!(out, "index in {}: there is none", home.display())?;
    }
    for fault in &faults {
        writeln!(out, "{fault}")?;
    }
    Ok(if faults.is_empty() { Exit::Success } else { Exit::Partial })
}

/// Counts, checksums, and with `deep` every record of the store.
fn check_index(
    home: &std::path::Path,
    reader: &Reader,
    deep: bool,
    faults: &mut Vec<String>,
) -> anyhow::Result<()> {
    for file in reader.damaged_files()? {
        faults.push(format!(
            "{} is damaged; `torikumi ingest` rebuilds the index from the record store",
            file.display()
        ));
    }
    let store = Store::open(&home.join(STORE_FILE))?;
    let (n_stored, n_indexed) = (store.n_records()?, reader.snapshot().num_docs());
    if n_stored != n_indexed {
        faults.push(format!("the store holds {n_stored} records and the index {n_indexed}"));
    }
    if deep && let Err(error) = store.changed_since(0, |_| {}) {
        faults.push(error.to_string());
    }
    Ok(())
}

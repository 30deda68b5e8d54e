//! `check`: are the dictionaries and the index sound?

use std::io;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use clap::Args;

use crate::analysis::{Analyzer, WordLists};
use crate::index::{Fields, Reader, STORE_FILE, Store, StoreError};
use crate::query::LiveDictionaries;
use crate::query::question_words;

use super::Exit;
use super::place;
use super::place::{DictionaryPlace, IndexPlace};

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
    let (mut faults, remarks, analyzer) = check_dictionaries(&arguments.place.dictionaries)?;
    let live = LiveDictionaries::open(arguments.place.dictionaries.directory(), &analyzer, |_| {});
    // A line that both the analysis and the query find fault with is named once.
    for fault in live.faults() {
        if !faults.contains(&fault) {
            faults.push(fault);
        }
    }
    writeln!(out, "dictionaries: {}", verdict(&faults))?;
    let home = arguments.place.home()?;
    if home.exists() {
        let (found, n_records) = check_index(&home, &analyzer, arguments.deep)?;
        writeln!(out, "index in {}: {n_records} records, {}", home.display(), verdict(&found))?;
        faults.extend(found);
    } else {
        writeln!(out, "index in {}: there is none", home.display())?;
    }
    for fault in remarks.iter().chain(&faults) {
        writeln!(out, "{fault}")?;
    }
    Ok(if faults.is_empty() { Exit::Success } else { Exit::Partial })
}

fn verdict(faults: &[String]) -> String {
    match faults.len() {
        0 => "sound".to_owned(),
        n => format!("{n} faults"),
    }
}

/// Every line of a dictionary that cannot be used, every one that says nothing, and the analyzer as far as it goes.
fn check_dictionaries(
    place: &DictionaryPlace,
) -> anyhow::Result<(Vec<String>, Vec<String>, Analyzer)> {
    let mut faults = Vec::new();
    match place.checked_tables() {
        Ok(tables) => faults.extend(tables.faults),
        Err(error) => faults.push(format!("{error:#}")),
    }
    let lists = match place.checked_lists() {
        Ok(lists) => {
            faults.extend(lists.faults);
            lists.value
        }
        Err(error) => {
            faults.push(format!("{error:#}"));
            WordLists::carried()
        }
    };
    let analyzer = place::open(lists)?;
    let mut lines = analyzer.idle_lines();
    match place.text(question_words::FILE, &mut faults) {
        Ok(text) => {
            lines.extend(analyzer.idle_terms(
                question_words::FILE,
                text.as_deref().unwrap_or(question_words::CARRIED),
            ))
        }
        Err(error) => faults.push(format!("{error:#}")),
    }
    let (remarks, errors): (Vec<_>, Vec<_>) = lines.iter().partition(|line| line.is_remark());
    faults.extend(errors.iter().map(ToString::to_string));
    faults.dedup();
    Ok((faults, remarks.iter().map(ToString::to_string).collect(), analyzer))
}

/// Checksums and counts of index and store, and with `deep` every record of the store.
fn check_index(home: &Path, analyzer: &Analyzer, deep: bool) -> anyhow::Result<(Vec<String>, u64)> {
    let mut faults = Vec::new();
    let mut n_indexed = None;
    match Reader::open(home, &Fields::carried(), analyzer) {
        Ok(reader) => {
            n_indexed = Some(reader.snapshot().num_docs());
            match reader.damaged_files() {
                Ok(files) => faults.extend(files.iter().map(|file| {
                    let file = file.display();
                    format!("{file} is damaged; `torikumi ingest` rebuilds the index from the record store")
                })),
                Err(error) => faults.push(format!("{:#}", anyhow::Error::from(error))),
            }
        }
        Err(error) => faults.push(format!("{:#}", anyhow::Error::from(error))),
    }
    // The store's library takes some damage for a mistake of its own and panics.
    let store = catch_unwind(AssertUnwindSafe(|| check_store(&home.join(STORE_FILE), deep)));
    let n_stored = match store {
        Ok(Ok(n_stored)) => n_stored,
        Ok(Err(error)) => {
            faults.push(format!("{:#}", anyhow::Error::from(error)));
            return Ok((faults, 0));
        }
        Err(_) => {
            faults.push(format!(
                "the record store in {} is damaged; restore it from a backup",
                home.display()
            ));
            return Ok((faults, 0));
        }
    };
    if let Some(n_indexed) = n_indexed
        && n_stored != n_indexed
    {
        faults.push(format!("the store holds {n_stored} records and the index {n_indexed}"));
    }
    Ok((faults, n_stored))
}

/// The number of records in the store, all of them read if `deep`.
fn check_store(path: &Path, deep: bool) -> Result<u64, StoreError> {
    let mut store = Store::open_existing(path)?;
    if deep {
        store.verify()?;
    }
    store.n_records()
}

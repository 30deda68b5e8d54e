//! The worker's side: one file in, its records out, and no way to do anything else.

use std::io;
use std::io::{BufWriter, Read, Write};
use std::thread;

use crate::record;
use crate::record::tables::Tables;
use crate::source::Source;

use super::super::bounds::keep_within;
use super::super::outcome::PageCounts;
use super::confinement::confine;
use super::job::{Job, Line};

/// The stack that files are read on: readers descend into what is nested, and what is nested without end is to be
/// found out by them and not by the system.
const STACK_BYTES: usize = 32 << 20;

/// Reads the file that is `input`, and answers on `output`.
///
/// From here on this process can open nothing; it is meant to end when this returns.
///
/// # Errors
///
/// The process cannot be confined, or nobody takes the answer.
pub fn work(
    job: &Job,
    tables: &Tables,
    input: impl Read + Send,
    output: impl Write + Send,
) -> io::Result<()> {
    thread::scope(|scope| {
        let read = || {
            confine(&job.limits)?;
            answer(job, tables, input, &mut BufWriter::new(output))
        };
        let thread = thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, read)?;
        thread.join().unwrap_or_else(|_| Err(io::Error::other("the reader panicked")))
    })
}

fn answer(
    job: &Job,
    tables: &Tables,
    mut input: impl Read,
    output: &mut impl Write,
) -> io::Result<()> {
    let mut bytes = Vec::new();
    if let Err(error) = input.read_to_end(&mut bytes) {
        drop(bytes);
        let line = match error.kind() {
            io::ErrorKind::OutOfMemory => Line::TooLarge,
            _ => Line::Unreadable(error.to_string()),
        };
        say(output, &line)?;
        return output.flush();
    }
    let source = Source::from_bytes(&job.file, &bytes);
    // What was made of the file is all that is needed of it.
    drop(bytes);
    let (sha256, kind, pages) = (source.sha256.clone(), source.kind, PageCounts::of(&source));
    say(output, &Line::Source { sha256, kind, pages })?;
    let mut reading = record::read_declared(&source, tables, &job.declared);
    drop(source);
    keep_within(&job.file, &mut reading.records, &mut reading.notices);
    for notice in reading.notices {
        say(output, &Line::Notice(notice))?;
    }
    let n_records = reading.records.len();
    for record in reading.records {
        say(output, &Line::Record(Box::new(record)))?;
    }
    for entry in reading.ledger.entries.into_iter().filter(|_| job.wants_ledger) {
        say(output, &Line::Entry(entry))?;
    }
    say(output, &Line::End { n_records })?;
    output.flush()
}

fn say(output: &mut impl Write, line: &Line) -> io::Result<()> {
    serde_json::to_writer(&mut *output, line)?;
    output.write_all(b"\n")
}

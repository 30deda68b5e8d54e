//! The command line: subcommands, dispatch, exit codes.
//!
//! Only here are arguments and the environment read, anything printed, and the process ended.
//! Data goes to standard output, everything else to standard error.

mod place;
mod reading;
mod serve;
mod ingest;
mod records;
mod worker;
mod report;
mod search;
mod analyze;
mod eval;
mod check;
mod export;
mod licenses;

use std::io;
use std::io::Write;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// How a command ended, as scripts see it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Exit {
    /// Found, or all done.
    Success,
    /// Nothing found, or some file failed.
    Partial,
    /// Nothing could be done.
    Failure,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        match exit {
            Exit::Success => ExitCode::SUCCESS,
            Exit::Partial => ExitCode::from(1),
            Exit::Failure => ExitCode::from(2),
        }
    }
}

/// Full-text search for municipal reports (取組).
#[derive(Debug, Parser)]
#[command(
    name = "torikumi",
    version,
    arg_required_else_help = true,
    disable_help_subcommand = true
)]
struct Arguments {
    /// Print the licences of everything the program carries.
    #[arg(long, exclusive = true)]
    licenses: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the page and the API; with paths, exactly those sources.
    Serve(serve::Arguments),
    /// Read files and folders into the index.
    Ingest(ingest::Arguments),
    /// Read files and print their records, without an index.
    Records(records::Arguments),
    /// Read one file for another process of the program.
    #[command(hide = true)]
    Worker(worker::Arguments),
    /// Search and print ranked hits.
    Search(search::Arguments),
    /// Show what the analyzer makes of a text.
    Analyze(analyze::Arguments),
    /// Measure the ranking on judged questions.
    Eval(eval::Arguments),
    /// Verify dictionaries and index.
    Check(check::Arguments),
    /// Print every record that matches.
    Export(export::Arguments),
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are no failures; clap prints them where they belong.
            let code = if error.use_stderr() { Exit::Failure } else { Exit::Success };
            drop(error.print());
            return code.into();
        }
    };
    match run(arguments) {
        Ok(exit) => exit.into(),
        Err(error) if is_broken_pipe(&error) => Exit::Success.into(),
        Err(error) => {
            drop(writeln!(io::stderr(), "torikumi: {error:#}"));
            Exit::Failure.into()
        }
    }
}

fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    if arguments.licenses {
        return licenses::run();
    }
    match arguments.command {
        Some(Command::Serve(arguments)) => serve::run(arguments),
        Some(Command::Ingest(arguments)) => ingest::run(arguments),
        Some(Command::Records(arguments)) => records::run(arguments),
        Some(Command::Worker(arguments)) => worker::run(arguments),
        Some(Command::Search(arguments)) => search::run(arguments),
        Some(Command::Analyze(arguments)) => analyze::run(arguments),
        Some(Command::Eval(arguments)) => eval::run(arguments),
        Some(Command::Check(arguments)) => check::run(arguments),
        Some(Command::Export(arguments)) => export::run(arguments),
        None => Ok(Exit::Failure),
    }
}

/// Whether the reader of standard output went away: `torikumi export | head` is a success.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    })
}

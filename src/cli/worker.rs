//! `worker`: one file, read in a process that can do nothing else; started by the program itself.

use std::fs;
use std::io;

use anyhow::Context;
use clap::Args;

use crate::ingest::worker::child;
use crate::ingest::worker::job::{Job, TableTexts};

use super::Exit;

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// What is to be done, as JSON; the file is standard input.
    job: String,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    let job: Job = serde_json::from_str(&arguments.job).context("cannot read the job")?;
    let texts = match &job.tables {
        Some(path) => {
            let bytes =
                fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
            serde_json::from_slice(&bytes).context("cannot read the tables")?
        }
        None => TableTexts::carried(),
    };
    let (tables, _) = texts.parse();
    child::work(&job, &tables, io::stdin(), io::stdout()).context("cannot read the file")?;
    Ok(Exit::Success)
}

//! `--licenses`: the terms of everything the program carries.

use std::io;
use std::io::Write;

use super::Exit;

/// Written by `docs/third-party-notices`; a test compares its list with the lock file.
const NOTICES: &str = include_str!("../../docs/third-party-notices.txt");

pub(super) fn run() -> anyhow::Result<Exit> {
    let mut out = io::stdout().lock();
    out.write_all(NOTICES.as_bytes())?;
    out.flush()?;
    Ok(Exit::Success)
}

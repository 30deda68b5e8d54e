//! `serve`: the page and the API.

use std::future::Future;
use std::io;
use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use clap::Args;
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

use crate::analysis::Analyzer;
use crate::index::{Fields, IndexError, Reader, Writer};
use crate::ingest::Options;
use crate::query::Searcher;
use crate::query::dictionaries::Event;
use crate::serve;
use crate::serve::{Limits, State};

use super::Exit;
use super::ingest::ingest;
use super::place::IndexPlace;
use super::reading::{ReadingOptions, remark};

#[derive(Args, Debug)]
pub(super) struct Arguments {
    /// Serve exactly these files and folders, in an index of their own; without any, serve the index.
    paths: Vec<PathBuf>,
    /// Address and port.
    #[arg(long, default_value = "127.0.0.1:8080", env = "TORIKUMI_LISTEN")]
    listen: SocketAddr,
    /// The address under which people reach the server, for citations: `https://torikumi.example.jp`
    #[arg(long, value_name = "URL", env = "TORIKUMI_BASE_URL")]
    base_url: Option<String>,
    /// Hand out the files that records were read from, those that the index knows and no others.
    #[arg(long, env = "TORIKUMI_SERVE_ORIGINALS")]
    serve_originals: bool,
    #[command(flatten)]
    reading: ReadingOptions,
    #[command(flatten)]
    place: IndexPlace,
}

pub(super) fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    log();
    // Bound before anything is read: a port that is taken is said at once.
    let listener = std::net::TcpListener::bind(arguments.listen)
        .with_context(|| format!("cannot listen on {}", arguments.listen))?;
    let address = listener.local_addr()?;
    // Lives as long as the server: dropping it removes the index of the paths.
    let analyzer = arguments.place.dictionaries.analyzer()?;
    let own_index = own_index(&arguments, &analyzer)?;
    let reader = match &own_index {
        Some(directory) => Reader::open(directory.path(), &Fields::carried(), &analyzer)?,
        None => up_to_date(&arguments.place, &analyzer)?,
    };
    // An address that stands for all of the machine's is none that people can follow.
    let own_url = (!address.ip().is_unspecified()).then(|| format!("http://{address}"));
    let base_url = arguments.base_url.or(own_url);
    let searcher =
        Searcher::with_dictionaries(reader, arguments.place.dictionaries.directory(), log_event);
    let state = State::new(Arc::new(searcher), base_url, Limits::default())
        .context("cannot start the search threads")?;
    let state = if arguments.serve_originals { state.serving_originals() } else { state };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the server's threads")?;
    runtime.block_on(async {
        listener.set_nonblocking(true)?;
        let listener = TcpListener::from_std(listener)?;
        let stop = stop_signal()?;
        announce(address);
        serve::run(listener, state, stop).await;
        anyhow::Ok(())
    })?;
    // Searches that outlived the drain deadline are not waited for.
    runtime.shutdown_background();
    Ok(Exit::Success)
}

/// The index of the paths on the command line, if there are any.
fn own_index(
    arguments: &Arguments,
    analyzer: &Analyzer,
) -> anyhow::Result<Option<tempfile::TempDir>> {
    if arguments.paths.is_empty() {
        return Ok(None);
    }
    let directory = tempfile::Builder::new()
        .prefix("torikumi-")
        .tempdir()
        .context("cannot create a directory for the index")?;
    let reader = arguments.reading.reader(&arguments.place.dictionaries)?;
    let mut writer = Writer::open(directory.path(), &Fields::carried(), analyzer)?;
    let summary = ingest(&mut writer, &reader, &arguments.paths, Options::default())?;
    anyhow::ensure!(0 < summary.n_read, "no record could be read");
    remark(&format!("{} records read", summary.changes.n_added));
    Ok(Some(directory))
}

/// The index as it is after the last acknowledged ingest.
fn up_to_date(place: &IndexPlace, analyzer: &Analyzer) -> anyhow::Result<Reader> {
    if place.has_store()? {
        match Writer::open(&place.home()?, &Fields::carried(), analyzer) {
            // Whoever is writing brings the index up to date itself.
            Ok(_) | Err(IndexError::Locked(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    place.reader_with(analyzer)
}

/// The one line a person needs, where they can click it.
fn announce(address: SocketAddr) {
    let mut out = io::stdout().lock();
    // Serving goes on without anyone reading this.
    drop(writeln!(out, "http://{address}/"));
    drop(out.flush());
}

/// Completes when the process is asked to stop.
pub(super) fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    #[cfg(unix)]
    let terminated = async move {
        terminate.recv().await;
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    Ok(async move {
        tokio::select! {
            // Without Ctrl-C there is still the other way to be stopped.
            Ok(()) = tokio::signal::ctrl_c() => {}
            () = terminated => {}
        }
    })
}

fn log_event(event: &Event) {
    match event {
        Event::Read => tracing::info!("changed dictionaries are in use"),
        Event::Fault(fault) => tracing::warn!("{fault}"),
    }
}

fn log() {
    let filter = EnvFilter::try_from_env("TORIKUMI_LOG")
        .unwrap_or_else(|_| EnvFilter::new("warn,torikumi=info"));
    let subscriber =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).json();
    // Set once for the process; a second time is a test running in the same one.
    drop(subscriber.try_init());
}

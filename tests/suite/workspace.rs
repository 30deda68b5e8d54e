//! A fresh index over sources, for tests that search.

use std::env;
use std::path::{Path, PathBuf};

use torikumi::analysis::Analyzer;
use torikumi::index::{Changes, Fields, Reader, SourceUpdate, Writer};
use torikumi::query::{Answer, Engine, SearchRequest, Searcher};
use torikumi::record;
use torikumi::record::Record;
use torikumi::record::tables::Tables;
use torikumi::source;

/// The folder of real data, or nothing with a word on the way.
pub(crate) fn real_data() -> Option<PathBuf> {
    let folder = env::var_os("TORIKUMI_TEST_DATA").map(PathBuf::from);
    if folder.is_none() {
        println!("skipped: TORIKUMI_TEST_DATA is not set");
    }
    folder
}

/// The folder of the samples.
pub(crate) fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples")
}

/// The folder that all tests unpack the dictionary to.
pub(crate) fn cache() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache")
}

/// The analyzer, over the cache that all tests share.
pub(crate) fn analyzer() -> Analyzer {
    Analyzer::open(Some(&cache())).expect("the dictionary is carried")
}

/// An index of its own, gone when this is dropped.
pub(crate) struct Workspace {
    pub(crate) home: tempfile::TempDir,
    pub(crate) searcher: Searcher,
    /// Every record, in the order of the sources.
    pub(crate) records: Vec<Record>,
}

impl Workspace {
    /// An index over the files at and below `paths`.
    pub(crate) fn of(paths: &[PathBuf]) -> Workspace {
        let home = tempfile::tempdir().unwrap();
        let updates = updates(paths);
        let records = updates.iter().flat_map(|update| update.records.clone()).collect();
        ingest(home.path(), updates, 1);
        let reader = Reader::open(home.path(), &Fields::carried(), &analyzer()).unwrap();
        Workspace { home, searcher: Searcher::new(reader), records }
    }

    /// The answer to `q` alone.
    pub(crate) fn search(&self, q: &str) -> Answer {
        self.answer(&SearchRequest { q: q.to_owned(), per_page: 100, ..SearchRequest::default() })
    }

    /// The answer to a request within the limits.
    pub(crate) fn answer(&self, request: &SearchRequest) -> Answer {
        self.searcher.search(request).unwrap_or_else(|error| panic!("{error}: {request:?}"))
    }

    /// The identities of every record that matches.
    pub(crate) fn matching(&self, request: &SearchRequest) -> Vec<String> {
        let matches = self.searcher.matches(request).unwrap();
        matches.map(|found| found.unwrap().record.id.0).collect()
    }
}

/// The files at and below `paths`, read.
pub(crate) fn updates(paths: &[PathBuf]) -> Vec<SourceUpdate> {
    let tables = Tables::carried();
    let files = paths.iter().flat_map(|path| source::walk(path).unwrap());
    files
        .map(|file| {
            let source = source::read(&file).unwrap();
            let records = record::read(&source, &tables).records;
            SourceUpdate { key: file.display().to_string(), fingerprint: source.sha256, records }
        })
        .collect()
}

/// Writes `updates` to the index in `home` at the time `now`.
pub(crate) fn ingest(home: &Path, updates: Vec<SourceUpdate>, now: u64) -> Changes {
    let mut writer = Writer::open(home, &Fields::carried(), &analyzer()).unwrap();
    writer.update(updates, &[], now).unwrap()
}

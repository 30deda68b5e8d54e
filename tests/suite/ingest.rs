//! What is ingested stays, once and as it was read, whatever happens to the process.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use torikumi::index::{
    Changes, Fields, IndexError, Reader, STORE_FILE, Store, StoredRecord, Writer,
};
use torikumi::query::{Engine, SearchRequest, Searcher};

use crate::workspace::{Workspace, analyzer, cache, ingest, samples, updates};

/// One sheet of the samples.
fn sheet(name: &str) -> PathBuf {
    samples().join(name)
}

fn stored(home: &Path) -> BTreeMap<String, StoredRecord> {
    let mut all = BTreeMap::new();
    let store = Store::open(&home.join(STORE_FILE)).unwrap();
    store.changed_since(0, |stored| drop(all.insert(stored.record.id.0.clone(), stored))).unwrap();
    all
}

fn searcher(home: &Path) -> Searcher {
    Searcher::new(Reader::open(home, &Fields::carried(), &analyzer()).unwrap())
}

fn total(home: &Path) -> usize {
    searcher(home).search(&SearchRequest::default()).unwrap().total
}

#[test]
fn ingesting_twice_changes_nothing() {
    let workspace = Workspace::of(&[samples()]);
    let home = workspace.home.path();
    let before = (stored(home), workspace.searcher.generation());
    let changes = ingest(home, updates(&[samples()]), 2);
    assert_eq!((changes.n_added, changes.n_replaced, changes.n_removed), (0, 0, 0));
    assert_eq!(changes.generation, 1);
    assert_eq!((stored(home), searcher(home).generation()), before);
}

#[test]
fn a_corrected_text_keeps_its_identity_and_says_when_it_changed() {
    let home = tempfile::tempdir().unwrap();
    ingest(home.path(), updates(&[sheet("hamate-r3.txt")]), 10);
    let mut corrected = updates(&[sheet("hamate-r3.txt")]);
    corrected[0].fingerprint.push('+');
    corrected[0].records[4].sections[0].text.push_str("（訂正）");
    let id = corrected[0].records[4].id.0.clone();
    let dropped = corrected[0].records.pop().unwrap().id.0;
    let changes = ingest(home.path(), corrected, 20);
    assert_eq!((changes.n_added, changes.n_replaced, changes.n_removed), (0, 1, 1));
    let records = stored(home.path());
    assert_eq!((records[&id].first_seen, records[&id].changed), (10, 20));
    assert!(!records.contains_key(&dropped));
    assert_eq!(records.values().filter(|stored| stored.changed == 10).count(), 48);
    let request = SearchRequest { q: "「（訂正）」".to_owned(), ..SearchRequest::default() };
    let found = searcher(home.path()).search(&request).unwrap();
    assert_eq!(found.hits.iter().map(|hit| &hit.record.id.0).collect::<Vec<_>>(), [&id]);
    assert_eq!(total(home.path()), 49);
}

#[test]
fn the_same_sheet_under_two_names_is_kept_once_with_two_sources() {
    let home = tempfile::tempdir().unwrap();
    let mut twice = updates(&[sheet("okate-r3.txt")]);
    twice.extend(twice.clone());
    twice[1].key.push_str(" (copy)");
    twice[1].records.iter_mut().for_each(|r| r.sources[0].file = "copy/okate-r3.txt".to_owned());
    let changes = ingest(home.path(), twice, 1);
    assert_eq!((changes.n_added, changes.notices.len()), (51, 0));
    assert_eq!(total(home.path()), 51);
    assert!(stored(home.path()).values().all(|stored| stored.record.sources.len() == 2));
}

#[test]
fn a_source_that_is_gone_takes_its_records_along() {
    let home = tempfile::tempdir().unwrap();
    let all = updates(&[sheet("hamate-r3.txt"), sheet("okate-r3.txt")]);
    let gone = all[0].key.clone();
    ingest(home.path(), all, 1);
    let mut writer = Writer::open(home.path(), &Fields::carried(), &analyzer()).unwrap();
    let changes = writer.update(Vec::new(), &[gone], 2).unwrap();
    assert_eq!(Changes { notices: Vec::new(), ..changes }.n_removed, 50);
    drop(writer);
    assert_eq!((total(home.path()), stored(home.path()).len()), (51, 51));
}

#[test]
fn a_stale_index_is_refused_and_rebuilt_from_the_store() {
    let workspace = Workspace::of(&[sheet("hamate-r4.txt")]);
    let home = workspace.home.path();
    let manifest = home.join("manifest.json");
    let former = fs::read_to_string(&manifest).unwrap();
    let fingerprint = analyzer().fingerprint();
    assert!(former.contains(&fingerprint));
    fs::write(&manifest, former.replace(&fingerprint, "another")).unwrap();
    let refused = Reader::open(home, &Fields::carried(), &analyzer()).unwrap_err();
    assert!(matches!(refused, IndexError::Stale(_)));
    assert!(refused.to_string().contains("torikumi ingest"), "{refused}");
    drop(Writer::open(home, &Fields::carried(), &analyzer()).unwrap());
    assert_eq!(total(home), 55);
}

#[test]
fn a_lost_index_is_built_anew_from_the_store() {
    let workspace = Workspace::of(&[sheet("hamate-r4.txt")]);
    let home = workspace.home.path();
    for entry in fs::read_dir(home).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            fs::remove_dir_all(entry).unwrap();
        }
    }
    drop(Writer::open(home, &Fields::carried(), &analyzer()).unwrap());
    assert_eq!(total(home), 55);
}

#[test]
fn an_index_that_fell_behind_its_store_catches_up() {
    let home = tempfile::tempdir().unwrap();
    ingest(home.path(), updates(&[sheet("hamate-r3.txt"), sheet("hamate-r4.txt")]), 1);
    // As if the process had been killed between the two commits.
    let store = Store::open(&home.path().join(STORE_FILE)).unwrap();
    let gone = sheet("hamate-r3.txt").display().to_string();
    store.update(updates(&[sheet("okate-r5.txt")]), &[gone], 2).unwrap();
    drop(store);
    assert_eq!(total(home.path()), 105);
    drop(Writer::open(home.path(), &Fields::carried(), &analyzer()).unwrap());
    assert_eq!(total(home.path()), 55 + 53);
}

#[test]
fn a_second_writer_is_refused_at_once() {
    let home = tempfile::tempdir().unwrap();
    let first = Writer::open(home.path(), &Fields::carried(), &analyzer()).unwrap();
    let second = Writer::open(home.path(), &Fields::carried(), &analyzer()).unwrap_err();
    assert!(matches!(second, IndexError::Locked(_)), "{second}");
    drop(first);
    assert!(Writer::open(home.path(), &Fields::carried(), &analyzer()).is_ok());
}

#[test]
fn a_process_killed_at_any_moment_leaves_an_acknowledged_state() {
    let home = tempfile::tempdir().unwrap();
    let folder = tempfile::tempdir().unwrap();
    // Unpacks the dictionary, so that the kills fall into the ingest.
    drop(analyzer());
    let mut random = fastrand::Rng::with_seed(7);
    let mut acknowledged = 0;
    let mut n_killed = 0;
    for round in 0..20 {
        // A sheet of another organisation each round, so that every round adds records.
        let text = fs::read_to_string(sheet("hamate-r3.txt")).unwrap();
        let text = text.replace("浜手区役所", &format!("浜手第{}区役所", round + 1));
        fs::write(folder.path().join(format!("sheet-{round:02}.txt")), text).unwrap();
        let mut ingest = Command::new(env!("CARGO_BIN_EXE_torikumi"))
            .args(["ingest", "--index"])
            .arg(home.path())
            .arg(folder.path())
            .env("TORIKUMI_CACHE", cache())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        thread::sleep(Duration::from_millis(random.u64(5..400)));
        // An error means that the process has ended already.
        drop(ingest.kill());
        let finished = ingest.wait().unwrap().success();
        n_killed += usize::from(!finished);
        drop(Writer::open(home.path(), &Fields::carried(), &analyzer()).unwrap());
        let n_records = stored(home.path()).len();
        assert_eq!(total(home.path()), n_records, "round {round}");
        assert_eq!(n_records % 50, 0, "round {round}: half a sheet");
        assert!(acknowledged <= n_records, "round {round}: acknowledged records are lost");
        if finished {
            assert_eq!(n_records, 50 * (round + 1), "round {round}");
        }
        acknowledged = n_records;
    }
    println!("{n_killed} of 20 were killed in time");
    assert!(3 <= n_killed);
}

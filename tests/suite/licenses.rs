//! Everything the program carries is named in its third-party notices, and nothing else is.
//!
//! The list is written by `docs/third-party-notices`; run it after every change of `Cargo.lock`.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

const NOTICES: &str = include_str!("../../docs/third-party-notices.txt");

/// The system that the list is made for; `docs/third-party-notices` names the same.
const TARGET: &str = "x86_64-unknown-linux-gnu";

/// The line that stands above each licence text.
const RULE: &str =
    "================================================================================";

/// `name | version | expression` of every crate that cargo builds into the program.
fn carried_crates() -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--edges", "normal", "--target", TARGET])
        .args(["--prefix", "none", "--format", "{p}|{l}"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs this test, so it can be run");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8(output.stdout).expect("cargo prints UTF-8");
    tree.lines().filter_map(entry).collect()
}

/// One line of `cargo tree` as an entry of the list; the program itself is none.
fn entry(line: &str) -> Option<String> {
    let (package, expression) = line.trim_end_matches(" (*)").split_once('|')?;
    let (name, rest) = package.split_once(" v")?;
    let version = rest.split(' ').next()?;
    (name != "torikumi").then(|| format!("{name} | {version} | {expression}"))
}

/// The entries of the list, which ends where the first text begins.
fn listed(notices: &str) -> BTreeSet<String> {
    let list = notices.split(RULE).next().unwrap_or_default();
    list.lines().filter(|line| line.contains(" | ")).map(str::to_owned).collect()
}

/// The entries of `carried` that `notices` does not have, or does not give a text for.
fn missing(carried: &BTreeSet<String>, notices: &str) -> Vec<String> {
    let listed = listed(notices);
    let titles: BTreeSet<&str> = notices.lines().collect();
    let is_missing = |entry: &&String| {
        let mut cells = entry.split(" | ");
        let title = format!("{} {}", cells.next().unwrap_or(""), cells.next().unwrap_or(""));
        !listed.contains(*entry) || !titles.contains(title.as_str())
    };
    carried.iter().filter(is_missing).cloned().collect()
}

#[test]
fn every_carried_crate_is_named_with_its_terms() {
    let carried = carried_crates();
    assert!(carried.iter().any(|entry| entry.starts_with("tantivy | ")), "{carried:?}");
    assert_eq!(
        missing(&carried, NOTICES),
        Vec::<String>::new(),
        "run docs/third-party-notices and commit what it writes"
    );
}

#[test]
fn what_is_no_longer_carried_is_no_longer_named() {
    let carried = carried_crates();
    let stale: Vec<String> =
        listed(NOTICES).into_iter().filter(|entry| !carried.contains(entry)).collect();
    // What is carried without being a crate.
    let others = ["IPADIC", "UniDic", "Design tokens", "The Rust standard library"];
    for other in others {
        assert!(stale.iter().any(|entry| entry.starts_with(other)), "{other} is not named");
    }
    assert_eq!(stale.len(), others.len(), "{stale:?}: run docs/third-party-notices");
}

#[test]
fn a_crate_without_an_entry_or_a_text_is_reported() {
    let carried = BTreeSet::from(["made-up | 1.0.0 | MIT".to_owned()]);
    assert_eq!(missing(&carried, NOTICES).len(), 1);
    let listed_only = format!("made-up | 1.0.0 | MIT\n\n{RULE}\nother 1.0.0\n");
    assert_eq!(missing(&carried, &listed_only).len(), 1);
    let whole = format!("made-up | 1.0.0 | MIT\n\n{RULE}\nmade-up 1.0.0\n");
    assert_eq!(missing(&carried, &whole), Vec::<String>::new());
}

#[test]
fn torikumi_itself_comes_with_both_of_its_licences() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (file, words) in [
        ("LICENSE-MIT", "Permission is hereby granted, free of charge"),
        ("LICENSE-APACHE", "TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION"),
    ] {
        let text = std::fs::read_to_string(root.join(file)).unwrap();
        assert!(text.contains(words), "{file}");
    }
}

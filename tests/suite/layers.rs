//! The arrows between layers point one way, and each library is named in the layers it belongs to.
//!
//! `ARCHITECTURE.md` says why; this makes it so.
//! Every line of program text is looked at: comments and what follows `#[cfg(test)]` are not.

use std::fs;
use std::path::{Path, PathBuf};

/// Every layer with the layers below it that it may use, from the bottom up.
const LAYERS: &[(&str, &[&str])] = &[
    ("notice", &[]),
    ("era", &[]),
    ("source", &["notice"]),
    ("record", &["notice", "era", "source"]),
    ("analysis", &["notice", "era"]),
    ("report", &["notice", "record", "analysis"]),
    ("index", &["notice", "record", "analysis"]),
    ("ingest", &["notice", "source", "record", "index"]),
    ("query", &["notice", "record", "analysis", "index"]),
    ("export", &[]),
    ("serve", &["notice", "settings", "record", "query", "export"]),
    (
        "cli",
        &[
            "notice", "settings", "source", "record", "analysis", "report", "index", "ingest",
            "query", "export", "serve",
        ],
    ),
];

/// Libraries with the layers that may name them; a library that is not listed may be named anywhere.
const LIBRARIES: &[(&str, &[&str])] = &[
    ("tantivy", &["index", "query"]),
    ("tantivy_tokenizer_api", &["index"]),
    ("tantivy_fst", &["index"]),
    ("levenshtein_automata", &["index"]),
    ("lindera", &["analysis"]),
    ("lindera_dictionary", &["analysis"]),
    ("redb", &["index"]),
    ("zip", &["source", "export"]),
    ("cfb", &["source"]),
    ("foldhash", &["source"]),
    ("quick_xml", &["source"]),
    ("scraper", &["serve", "source"]),
    ("ego_tree", &["serve", "source"]),
    ("hayro_interpret", &["source"]),
    ("skrifa", &["source"]),
    ("axum", &["serve"]),
    ("hyper", &["serve"]),
    ("hyper_util", &["serve"]),
    ("socket2", &["serve"]),
    ("tower", &["serve"]),
    ("tower_http", &["serve"]),
    ("askama", &["report", "serve"]),
    // The command line starts the runtime and gives the server its listener.
    ("tokio", &["serve", "cli"]),
    ("tracing", &["serve", "cli"]),
    ("tracing_subscriber", &["cli"]),
    ("clap", &["cli"]),
    ("anyhow", &["cli"]),
    ("directories", &["cli"]),
];

/// What only the command line does, as it is written.
const ONLY_CLI: &[(&str, &str)] = &[
    ("print!(", "prints"),
    ("println!(", "prints"),
    ("eprint!(", "prints"),
    ("eprintln!(", "prints"),
    ("io::stdout()", "prints"),
    ("io::stderr()", "prints"),
    ("process::exit", "ends the process"),
    ("process::abort", "ends the process"),
    ("env::var", "reads the environment"),
    ("env::args", "reads the environment"),
    ("env::current_dir", "reads the environment"),
    ("option_env!(", "reads the environment"),
];

/// What no line of the program does.
const NOWHERE: &[(&str, &str)] = &[
    (".unwrap()", "unwraps without a reason"),
    ("crate::{", "imports several modules in one line"),
    ("unsafe {", "is unsafe"),
];

/// A line that breaks a rule, said so that the message alone is enough.
fn fault(layer: &str, line: &str) -> Option<String> {
    let code = without_comment(line);
    let crossing = words_before(code, "crate::").find_map(|used| {
        let used = used?;
        let is_layer = LAYERS.iter().any(|(name, _)| *name == used);
        (is_layer && used != layer && !allowed(layer).contains(&used))
            .then(|| format!("`{layer}` must not use `{used}`"))
    });
    let library = LIBRARIES.iter().find_map(|(library, layers)| {
        (names(code, library) && !layers.contains(&layer))
            .then(|| format!("`{layer}` must not name {library}"))
    });
    let found = |rules: &[(&str, &str)]| {
        let broken = rules.iter().find(|(written, _)| begins_word(code, written));
        broken.map(|(written, does)| format!("`{layer}` {does}: {written}"))
    };
    let beyond = if layer == "cli" { None } else { found(ONLY_CLI) };
    crossing.or(library).or(beyond).or_else(|| found(NOWHERE))
}

fn allowed(layer: &str) -> &'static [&'static str] {
    LAYERS.iter().find(|(name, _)| *name == layer).map_or(&[], |(_, allowed)| allowed)
}

fn without_comment(line: &str) -> &str {
    // A `//` in a text, as in `http://`, has no white space before it.
    match line.trim_start().starts_with("//") {
        true => "",
        false => line.split(" // ").next().unwrap_or_default(),
    }
}

/// The word after each `prefix` in `code`.
fn words_before<'c>(code: &'c str, prefix: &'c str) -> impl Iterator<Item = Option<&'c str>> {
    code.split(prefix).skip(1).map(|rest| rest.split(|c: char| !is_word(c)).next())
}

/// Whether `code` names the library `name` as a path: `name::…`, `use name;`.
fn names(code: &str, name: &str) -> bool {
    code.match_indices(name).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = &code[at + name.len()..];
        // `serve::hyper::` and `self.axum` are not the library, `::axum` and `(axum::` are.
        let is_root = before.is_none_or(|c| !is_word(c) && c != '.')
            && (!code[..at].ends_with("::") || code[..at].trim_end_matches(':').ends_with(' '));
        let is_path = after.starts_with("::");
        let is_import = code.trim_start().starts_with("use ") && after.starts_with(';');
        is_root && (is_path || is_import)
    })
}

/// Whether `written` stands in `code` and is not the end of a longer word, as `print!(` is of `sprint!(`.
fn begins_word(code: &str, written: &str) -> bool {
    code.match_indices(written).any(|(at, _)| {
        let starts_with_word = written.chars().next().is_some_and(is_word);
        !starts_with_word || !code[..at].chars().next_back().is_some_and(is_word)
    })
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Every fault of the text of a file, with its line.
fn faults(layer: &str, file: &str, text: &str) -> Vec<String> {
    let lines = text.lines().zip(1..).take_while(|(line, _)| !is_tests(line));
    let faults = lines.filter_map(|(line, number)| {
        fault(layer, line).map(|fault| format!("{file}:{number}: {fault}"))
    });
    faults.collect()
}

/// Tests stand at the end of a file.
fn is_tests(line: &str) -> bool {
    line.trim() == "#[cfg(test)]"
}

/// `src/layer.rs` and everything below `src/layer/`.
fn sources(layer: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = vec![root.join(format!("{layer}.rs"))];
    let mut folders = vec![root.join(layer)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for path in entries.flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs")
                // Compiled behind `#[cfg(test)]`, as its parent says.
                && !path.ends_with("tests.rs")
            {
                files.push(path);
            }
        }
    }
    files.retain(|file| file.is_file());
    files.sort();
    files
}

#[test]
fn layers_only_look_down() {
    let mut all = Vec::new();
    for (layer, _) in LAYERS {
        let files = sources(layer);
        assert!(!files.is_empty(), "there is no layer `{layer}`");
        for file in files {
            let text = fs::read_to_string(&file).unwrap();
            all.extend(faults(layer, &file.display().to_string(), &text));
        }
    }
    assert!(all.is_empty(), "\n{}", all.join("\n"));
}

#[test]
fn every_module_is_a_layer() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in fs::read_dir(root).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let is_layer = LAYERS.iter().any(|(layer, _)| *layer == name);
        assert!(is_layer || name == "lib" || name == "main", "`{name}` has no place in LAYERS");
    }
}

#[test]
fn the_layers_stand_in_the_order_of_their_arrows() {
    let order: Vec<&str> = LAYERS.iter().map(|(layer, _)| *layer).collect();
    for (place, (layer, allowed)) in LAYERS.iter().enumerate() {
        for below in *allowed {
            // The settings have no module of their own as long as flags and environment are all there is.
            let is_below = order[..place].contains(below) || *below == "settings";
            assert!(is_below, "`{layer}` looks up to `{below}`");
        }
    }
}

#[track_caller]
fn check(layer: &str, line: &str, expected: Option<&str>) {
    assert_eq!(fault(layer, line).as_deref(), expected, "{line}");
}

#[test]
fn a_line_that_breaks_a_rule_is_reported() {
    check("source", "use crate::record::Record;", Some("`source` must not use `record`"));
    check("record", "    crate::analysis::fold(text)", Some("`record` must not use `analysis`"));
    check("analysis", "pub use crate::index;", Some("`analysis` must not use `index`"));
    check("serve", "use crate::index::Reader;", Some("`serve` must not use `index`"));
    check("query", "use crate::serve::api;", Some("`query` must not use `serve`"));
    check("cli", "use tantivy::Term;", Some("`cli` must not name tantivy"));
    check("serve", "fn f(t: &tantivy::Term) {}", Some("`serve` must not name tantivy"));
    check("index", "    lindera::LinderaResult<()>", Some("`index` must not name lindera"));
    check("query", "use axum;", Some("`query` must not name axum"));
    check("index", "use tokio::task;", Some("`index` must not name tokio"));
    check("record", ") -> ::anyhow::Result<()> {", Some("`record` must not name anyhow"));
    check("serve", "println!(\"{x}\");", Some("`serve` prints: println!("));
    check("source", "    writeln!(io::stderr(), \"\")", Some("`source` prints: io::stderr()"));
    check("index", "std::env::var(\"X\")", Some("`index` reads the environment: env::var"));
    check("query", "std::process::exit(1)", Some("`query` ends the process: process::exit"));
    check("cli", "x.unwrap()", Some("`cli` unwraps without a reason: .unwrap()"));
    check(
        "query",
        "use crate::{index, record};",
        Some("`query` imports several modules in one line: crate::{"),
    );
}

#[test]
fn a_line_that_keeps_the_rules_is_not_reported() {
    check("record", "use crate::source::Source;", None);
    check("analysis", "use crate::analysis::Unit;", None);
    check("index", "use tantivy::schema::Field;", None);
    check("serve", "use crate::query::Engine;", None);
    check("serve", "/// As in [`Reader`](crate::index::Reader).", None);
    check("serve", "let x = 1; // unlike tantivy::Term", None);
    check("cli", "std::env::var_os(\"TORIKUMI_CACHE\")", None);
    check("cli", "io::stdout().lock()", None);
    check("index", "env!(\"CARGO_PKG_VERSION\")", None);
    check("record", "x.unwrap_or_default()", None);
    check("query", "fn open_tantivy(x: &Path)", None);
    check("cli", "use super::serve::axum::x;", None);
}

#[test]
fn tests_of_a_file_are_left_out_and_its_lines_are_counted() {
    let text =
        "//! A layer.\n\nfn f() { g().unwrap() }\n\n#[cfg(test)]\nmod tests { x.unwrap() }\n";
    assert_eq!(
        faults("record", "src/record.rs", text),
        ["src/record.rs:3: `record` unwraps without a reason: .unwrap()"]
    );
}

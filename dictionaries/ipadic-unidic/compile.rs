//! Compiles the entries that `units.py` wrote, and packs them for the program to carry.
//!
//! ```text
//! cargo run --example compile-dictionary -- ENTRIES_DIRECTORY OUTPUT_DIRECTORY
//! ```
//!
//! Writes `dictionary.tar.zst`, its `SHA256` and the `MANIFEST` of its files into the output directory.
//! The same entries give the same bytes: files are sorted, carry no time or owner, and one thread compresses.

use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use lindera::dictionary::{DictionaryBuilder, Metadata, Schema};
use sha2::{Digest, Sha256};
use torikumi::analysis::fold_for_segmenter;

const FIELDS: &[&str] = &[
    "surface",
    "left_context_id",
    "right_context_id",
    "cost",
    "part_of_speech",
    "base_form",
    "reading",
    "units",
];

/// Zstandard's highest level without a larger window, which the decoder would have to hold.
const LEVEL: i32 = 19;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [entries, output] = arguments.as_slice() else {
        return Err("usage: compile-dictionary ENTRIES_DIRECTORY OUTPUT_DIRECTORY".into());
    };
    let work = tempfile::tempdir()?;
    let sources = work.path().join("sources");
    let built = work.path().join("built");
    fs::create_dir(&sources)?;
    for name in ["char.def", "unk.def", "matrix.def", "left-id.def", "right-id.def"] {
        fs::copy(entries.join(name), sources.join(name))?;
    }
    let rows = fs::read_to_string(entries.join("entries.tsv"))?;
    fs::write(sources.join("entries.csv"), folded_entries(&rows))?;
    DictionaryBuilder::new(metadata()).build_dictionary(&sources, &built)?;
    pack(&built, output)
}

fn metadata() -> Metadata {
    let fields = |names: &[&str]| Schema::new(names.iter().map(ToString::to_string).collect());
    Metadata::new(
        "ipadic-unidic".to_owned(),
        "UTF-8".to_owned(),
        -10_000,
        1288,
        1288,
        "*".to_owned(),
        false,
        false,
        false,
        fields(FIELDS),
        fields(&["surface", "part_of_speech", "reading"]),
    )
}

/// The entries as CSV, folded as every text is folded before it is segmented.
///
/// Numbers and Latin words are left to the rule for unknown words, which takes them whole: an entry for each digit
/// would cut 令和１０年 otherwise than 令和５年, and `１月` would not meet the 月 of `11月`.
fn folded_entries(rows: &str) -> String {
    let mut seen = std::collections::HashSet::new();
    let mut csv = String::new();
    for row in rows.lines() {
        let mut columns: Vec<String> = row.split('\t').map(str::to_owned).collect();
        columns[0] = fold_for_segmenter(&columns[0]).text;
        columns[5] = fold_for_segmenter(&columns[5]).text;
        columns[7] = fold_for_segmenter(&columns[7]).text;
        let surface = &columns[0];
        let left_to_rule = surface.starts_with(|c: char| c.is_ascii_digit())
            || surface.chars().all(|c| c.is_ascii_alphanumeric());
        if surface.trim().is_empty() || left_to_rule {
            continue;
        }
        let line = columns.iter().map(|column| quoted(column)).collect::<Vec<_>>().join(",");
        if seen.insert(line.clone()) {
            csv.push_str(&line);
            csv.push('\n');
        }
    }
    csv
}

fn quoted(column: &str) -> String {
    if column.contains([',', '"']) {
        format!("\"{}\"", column.replace('"', "\"\""))
    } else {
        column.to_owned()
    }
}

fn pack(built: &Path, output: &Path) -> Result<(), Box<dyn Error>> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(built)?.map(|entry| entry.map(|e| e.path())).collect::<Result<_, _>>()?;
    paths.sort();
    let mut archive = tar::Builder::new(Vec::new());
    let mut manifest = String::new();
    for path in paths {
        let name =
            path.file_name().and_then(|name| name.to_str()).ok_or("a file name is not UTF-8")?;
        let bytes = fs::read(&path)?;
        writeln!(manifest, "{:08x} {} {name}", crc32fast::hash(&bytes), bytes.len())?;
        let mut header = tar::Header::new_ustar();
        header.set_size(u64::try_from(bytes.len())?);
        header.set_mode(0o644);
        archive.append_data(&mut header, name, bytes.as_slice())?;
    }
    let packed = zstd::bulk::compress(&archive.into_inner()?, LEVEL)?;
    let sum =
        Sha256::digest(&packed).iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    fs::write(output.join("dictionary.tar.zst"), packed)?;
    fs::write(output.join("MANIFEST"), manifest)?;
    fs::write(output.join("SHA256"), format!("{sum}  dictionary.tar.zst\n"))?;
    Ok(())
}

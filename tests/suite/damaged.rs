//! A folder of damaged and hostile files: each is read or named with the reason, and every good one among them is read.

mod bombs;
mod damages;
mod good;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use fastrand::Rng;
use torikumi::index::{STORE_FILE, Store};
use torikumi::ingest;
use torikumi::record;
use torikumi::record::sources_file::Declared;
use torikumi::record::tables::Tables;
use torikumi::source::Source;

use crate::workspace::cache;

/// A small PDF that takes longer to read than anyone waits.
pub(crate) fn laughing_forms() -> Vec<u8> {
    bombs::laughing_forms()
}

/// What the program itself may take, whatever the files hold.
const PARENT_BYTES: u64 = 500_000_000;
/// What a worker may take.
const WORKER_BYTES: u64 = 300_000_000;

/// A folder in the making.
struct Folder {
    directory: tempfile::TempDir,
    random: Rng,
    n_files: usize,
    /// How many records each good file has, by the name that records show.
    good: BTreeMap<String, usize>,
}

impl Folder {
    fn new(seed: u64) -> Folder {
        let directory = tempfile::tempdir().unwrap();
        Folder { directory, random: Rng::with_seed(seed), n_files: 0, good: BTreeMap::new() }
    }

    fn put(&mut self, name: impl AsRef<Path>, bytes: &[u8]) -> PathBuf {
        let path = self.directory.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        assert!(!path.exists(), "{} is there already", path.display());
        fs::write(&path, bytes).unwrap();
        self.n_files += 1;
        path
    }

    /// A good file, which is to be read whatever stands around it.
    fn put_good(&mut self, name: impl AsRef<Path>, bytes: &[u8], n_records: usize) {
        let path = self.put(name, bytes);
        let shown = torikumi::source::name_under(self.directory.path(), &path);
        assert_eq!(self.good.insert(shown, n_records), None);
    }
}

/// Files of every kind: those made by hand, and those of the folder of real data.
fn bases() -> Vec<(String, Vec<u8>)> {
    let mut bases: Vec<(String, Vec<u8>)> = good::files(500)
        .into_iter()
        .map(|(extension, bytes)| (extension.to_owned(), bytes))
        .collect();
    if let Some(data) = std::env::var_os("TORIKUMI_TEST_DATA") {
        let found = ingest::find(&[Path::new(&data).join("ingest")]);
        for file in found.files {
            let extension =
                file.path.extension().unwrap_or_default().to_string_lossy().into_owned();
            if extension != "md" && extension != "json" {
                bases.push((extension, fs::read(&file.path).unwrap()));
            }
        }
    }
    bases
}

/// A folder of about `n` files, most of them damaged.
fn folder(n: usize) -> Folder {
    let mut folder = Folder::new(20_221_107);
    for (name, bytes) in bombs::all() {
        folder.put(Path::new("bombs").join(name), &bytes);
    }
    for extension in [
        "pdf", "xlsx", "xls", "ods", "docx", "csv", "tsv", "html", "jsonl", "txt", "doc", "png", "",
    ] {
        folder.put(format!("empty.{extension}"), b"");
        folder.put(format!("blank.{extension}"), b" \n\n ");
    }
    put_odd_names(&mut folder);
    put_no_files(&mut folder);
    let bases = bases();
    for number in 0.. {
        if n <= folder.n_files {
            break;
        }
        let (extension, bytes) = &bases[folder.random.usize(..bases.len())];
        let (extension, bytes) = damages::damage(extension, bytes, &mut folder.random);
        folder.put(format!("damaged-{:02}/{number:04}.{extension}", number / 100), &bytes);
        if number % 20 == 0 {
            let files = good::files(1000 + number);
            let (extension, bytes) = &files[(number / 20) % files.len()];
            folder.put_good(
                format!("damaged-{:02}/{number:04}-good.{extension}", number / 100),
                bytes,
                good::N_RECORDS,
            );
        }
    }
    put_real(&mut folder);
    folder
}

/// Good files whose names other systems have written.
fn put_odd_names(folder: &mut Folder) {
    let decomposed = "odd/か\u{3099}いよう.csv";
    let composed = "odd/がいよう.csv";
    let blank = "odd/取組 　（1）.csv";
    for (office, name) in
        [(600, decomposed), (610, composed), (620, blank), (630, "x.pdf/good.csv")]
    {
        let (_, bytes) = &good::files(office)[0];
        folder.put_good(name, bytes, good::N_RECORDS);
    }
    #[cfg(target_os = "linux")]
    for (office, name) in [(640, &b"odd/\x8e\xe6\x91g.csv"[..]), (650, b"odd/\x8a\xeb\x8b@.xlsx")] {
        use std::os::unix::ffi::OsStrExt;
        let name = Path::new(std::ffi::OsStr::from_bytes(name));
        let extension = name.extension().unwrap().to_str().unwrap();
        let files = good::files(office);
        let (_, bytes) = files.iter().find(|(kind, _)| *kind == extension).unwrap();
        folder.put_good(name, bytes, good::N_RECORDS);
    }
}

/// What has the name of a file and is none, or may not be opened.
fn put_no_files(folder: &mut Folder) {
    let root = folder.directory.path().to_owned();
    fs::create_dir(root.join("empty-folder.xlsx")).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::{PermissionsExt, symlink};
        symlink("nowhere.pdf", root.join("link-to-nowhere.pdf")).unwrap();
        symlink("link-to-itself.pdf", root.join("link-to-itself.pdf")).unwrap();
        symlink(".", root.join("link-to-the-folder")).unwrap();
        let socket = std::os::unix::net::UnixListener::bind(root.join("socket.pdf")).unwrap();
        drop(socket);
        // Whoever may read everything reads it all the same.
        let forbidden = folder.put("forbidden.csv", &good::files(660)[0].1);
        fs::set_permissions(forbidden, fs::Permissions::from_mode(0o000)).unwrap();
    }
}

/// The real files, whole, with the records that they have when they are read alone.
fn put_real(folder: &mut Folder) {
    let Some(data) = std::env::var_os("TORIKUMI_TEST_DATA") else { return };
    for file in ingest::find(&[Path::new(&data).join("ingest/sheets")]).files {
        let bytes = fs::read(&file.path).unwrap();
        let name = format!("real/{}", file.name());
        if name.ends_with(".json") {
            continue;
        }
        let source = Source::from_bytes(&name, &bytes);
        let reading = record::read_declared(&source, &Tables::carried(), &Declared::default());
        assert!(!reading.records.is_empty(), "{name}");
        folder.put_good(name, &bytes, reading.records.len());
    }
}

/// The most memory that a process has had, as far as it runs.
fn peak_bytes(process: &str) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes << 10)
}

/// The most memory that a process and that any of its children has had, until `has_ended`.
fn watch(process: u32, has_ended: &AtomicBool) -> (u64, u64) {
    let (mut parent, mut child) = (0, 0);
    while !has_ended.load(Ordering::Relaxed) {
        parent = parent.max(peak_bytes(&process.to_string()).unwrap_or(0));
        let threads = fs::read_dir(format!("/proc/{process}/task"));
        for thread in threads.into_iter().flatten().flatten() {
            let children = fs::read_to_string(thread.path().join("children")).unwrap_or_default();
            for number in children.split_whitespace() {
                // Before it has become the worker it is a copy of the parent.
                let is_worker = fs::read_to_string(format!("/proc/{number}/cmdline"))
                    .is_ok_and(|line| line.contains("\0worker\0"));
                if is_worker {
                    child = child.max(peak_bytes(number).unwrap_or(0));
                }
            }
        }
        std::thread::sleep(Duration::from_millis(3));
    }
    (parent, child)
}

fn ingesting(folder: &Path, home: &Path, errors: &Path) -> Child {
    Command::new(env!("CARGO_BIN_EXE_torikumi"))
        .args(["ingest", "--worker-seconds", "5", "--index"])
        .arg(home)
        .arg(folder)
        .env("TORIKUMI_CACHE", cache())
        .stdout(Stdio::null())
        .stderr(fs::File::create(errors).unwrap())
        .spawn()
        .unwrap()
}

/// How many records the store has of each file, by the name that records show.
fn stored(home: &Path) -> BTreeMap<String, usize> {
    let mut stored = BTreeMap::new();
    let store = Store::open_existing(&home.join(STORE_FILE)).unwrap();
    let count = |record: torikumi::index::StoredRecord| {
        let files: BTreeSet<String> = record.record.sources.into_iter().map(|s| s.file).collect();
        for file in files {
            *stored.entry(file).or_insert(0) += 1;
        }
    };
    store.changed_since(0, count).unwrap();
    stored
}

fn check_folder(n: usize) {
    let folder = folder(n);
    let home = tempfile::tempdir().unwrap();
    let errors = home.path().join("errors");
    let begun = Instant::now();
    let mut child = ingesting(folder.directory.path(), home.path(), &errors);
    let (process, has_ended) = (child.id(), AtomicBool::new(false));
    let (status, (parent, worker)) = std::thread::scope(|scope| {
        let watched = scope.spawn(|| watch(process, &has_ended));
        let status = child.wait().unwrap();
        has_ended.store(true, Ordering::Relaxed);
        (status, watched.join().unwrap())
    });
    let took = begun.elapsed();
    let said = fs::read_to_string(&errors).unwrap();
    if let Some(place) = std::env::var_os("TORIKUMI_DAMAGED_LOG") {
        fs::write(place, &said).unwrap();
    }
    assert_eq!(status.code(), Some(1), "{said}");

    // Whatever is in the folder was either read or named, and not both.
    let found = ingest::find(&[folder.directory.path().to_owned()]);
    assert_eq!(found.files.len(), folder.n_files, "every file is found");
    let keys = Store::open_existing(&home.path().join(STORE_FILE)).unwrap().sources().unwrap();
    let (mut n_read, mut n_failed) = (0, found.failures.len());
    for file in &found.files {
        let name = file.name();
        let is_named = said.lines().any(|line| line.starts_with(&format!("{name}: ")));
        match keys.contains_key(&file.key()) {
            true => n_read += 1,
            false => {
                n_failed += 1;
                assert!(is_named, "{name} is neither read nor named");
            }
        }
    }
    for failure in &found.failures {
        assert!(said.contains(&format!("{}: ", failure.file)), "{} is not named", failure.file);
    }
    let summary = format!("files: {n_read} read, 0 unchanged, {n_failed} failed");
    assert!(said.contains(&summary), "{summary} in\n{said}");

    // Every good file gave what it gives alone.
    let stored = stored(home.path());
    for (name, n_records) in &folder.good {
        assert_eq!(stored.get(name), Some(n_records), "{name}");
    }
    println!(
        "{} files in {:.0} s: {n_read} read, {n_failed} named, {} good; most memory {} MB, of a worker {} MB",
        folder.n_files,
        took.as_secs_f64(),
        folder.good.len(),
        parent / 1_000_000,
        worker / 1_000_000
    );
    #[cfg(target_os = "linux")]
    {
        assert!(0 < parent && parent < PARENT_BYTES, "{parent} bytes");
        assert!(0 < worker && worker < WORKER_BYTES, "{worker} bytes");
    }
}

#[test]
fn damaged_files_are_named_and_the_good_among_them_are_read() {
    check_folder(250);
}

#[test]
#[ignore = "takes minutes; `cargo test --test suite damaged -- --ignored`"]
fn two_thousand_damaged_files_are_named_and_the_good_among_them_are_read() {
    check_folder(2000);
}

//! The command as scripts see it: what it prints where, and how it exits.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

use torikumi::index::{STORE_FILE, Store};

use crate::workspace::{cache, samples};

fn torikumi(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_torikumi"));
    command.args(arguments).env("TORIKUMI_CACHE", cache()).env_remove("TORIKUMI_INDEX");
    command
}

/// Runs to the end and asserts the exit code.
#[track_caller]
fn run(arguments: &[&str], code: i32) -> Output {
    let output = torikumi(arguments).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}\n{errors}");
    output
}

fn lines(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// An index of the samples, and the folder it is in.
fn index() -> (tempfile::TempDir, String) {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().to_str().unwrap().to_owned();
    run(&["ingest", "--index", &path, samples().to_str().unwrap()], 0);
    (home, path)
}

#[test]
fn records_are_printed_as_json_lines() {
    let output = run(&["records", samples().to_str().unwrap()], 0);
    let records = lines(&output);
    assert_eq!(records.len(), 318);
    assert_eq!(records[0]["organization"], "浜手区役所");
    assert_eq!(records[0]["fiscal_year"], 2021);
    assert_eq!(records[0]["sources"][0]["file"], "hamate-r3.txt");
}

#[test]
fn the_ledger_accounts_for_every_character() {
    let sheet = samples().join("okate-r4.txt");
    let output = run(&["records", "--ledger", sheet.to_str().unwrap()], 0);
    let text = fs::read_to_string(sheet).unwrap();
    let mut end = 0;
    for entry in lines(&output) {
        let at = |field: &str| usize::try_from(entry[field].as_u64().unwrap()).unwrap();
        assert!(text[end..at("start")].chars().all(char::is_whitespace), "{entry}: a gap before");
        end = at("end");
        let n_characters = text[at("start")..end].chars().filter(|c| !c.is_whitespace()).count();
        assert_eq!(at("characters"), n_characters, "{entry}");
    }
    assert!(text[end..].chars().all(char::is_whitespace));
}

#[test]
fn exit_codes_say_what_happened() {
    let (_home, index) = index();
    run(&["search", "--index", &index, "個人情報"], 0);
    run(&["search", "--index", &index, "--exact", "宇宙旅行"], 1);
    run(&["search", "--index", "/nonexistent/index", "個人情報"], 2);
    run(&["search", "--index", &index, &"あ".repeat(513)], 2);
    run(&["records", "/nonexistent/sheet.txt"], 2);
    run(&["records", "/nonexistent/sheet.txt", samples().to_str().unwrap()], 1);
    run(&["ingest", "--index", &index, "/nonexistent/sheet.txt"], 2);
    run(&["ingest", "--index", &index, "/nonexistent/sheet.txt", samples().to_str().unwrap()], 1);
    run(&["search", "--index", &index, "--explan"], 2);
    run(&["search", "--index", &index, "-宇宙旅行 個人情報"], 0);
    run(&["check", "--index", &index, "--dictionaries", "/nonexistent"], 1);
    run(&["check", "--index", &index, "--deep"], 0);
    run(&["nonsense"], 2);
    run(&["--version"], 0);
    run(&["--licenses"], 0);
}

#[test]
fn a_folder_of_dictionaries_replaces_what_it_holds() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().to_str().unwrap();
    let text = "surface,reading,units\r\nほたる便,ホタルビン,\r\nほたる便,ホタルビン,\r\n";
    let (bytes, ..) = encoding_rs::SHIFT_JIS.encode(text);
    fs::write(folder.path().join("user.csv"), bytes).unwrap();
    let terms = |arguments: &[&str]| -> Vec<String> {
        let output = run(&[&["analyze", "--json", "ほたる便の運行"], arguments].concat(), 0);
        let tokens = lines(&output)[0]["tokens"].clone();
        let tokens = tokens.as_array().unwrap().iter().filter(|token| token["stopped"] == false);
        let units = tokens.flat_map(|token| token["units"].as_array().unwrap().clone());
        units.map(|unit| unit["term"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(terms(&["--dictionaries", place]), ["ほたる便", "運行"]);
    assert_ne!(terms(&[]), ["ほたる便", "運行"]);
    // An index of these dictionaries finds by them, and one of others is built anew.
    let (_home, index) = index();
    let environment = ["check", "--index", &index, "--dictionaries", place];
    let output = run(&environment, 1);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("user.csv line 3: \"ほたる便\" is on line 2 already"), "{said}");
    run(&["search", "--index", &index, "--dictionaries", place, "個人情報"], 0);
    fs::write(folder.path().join("user.csv"), "surface,reading,units\nほたる便,ホタルビン,\n")
        .unwrap();
    run(&environment, 0);
}

#[test]
fn analyze_names_the_line_that_spoke() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("user.csv", "surface,reading,units\n# a remark\nほたる便,ホタルビン,ほたる 便\n");
    write("stop_words.txt", "等\n便\n");
    write("stop_tags.txt", "助動詞\n助詞\n");
    let place = ["--dictionaries", folder.path().to_str().unwrap()];
    let text = "ほたる便より窓口、ピポパ（Ｒ４.12）";
    let analyze = |more: &[&str]| run(&[&["analyze", text], &place[..], more].concat(), 0);
    let body = lines(&analyze(&["--json"])).remove(0);
    let token = |surface: &str| {
        let tokens = body["tokens"].as_array().unwrap();
        tokens.iter().find(|token| token["surface"] == surface).unwrap().clone()
    };
    let line = |file: &str, line: u32| serde_json::json!({ "file": file, "line": line });
    assert_eq!(token("ほたる便")["dictionary"], line("user.csv", 3));
    assert_eq!(token("ほたる便")["units"][0]["stopped_by"], Value::Null);
    assert_eq!(token("ほたる便")["units"][1]["stopped_by"], line("stop_words.txt", 2));
    assert_eq!(token("より")["stopped_by"], line("stop_tags.txt", 2));
    assert!(token("窓口")["dictionary"]["entry"].is_u64());
    assert_eq!(token("ピポパ")["dictionary"], Value::Null);
    assert_eq!(token("、")["stopped_by"], serde_json::json!({ "rule": "sign" }));
    assert_eq!(body["dates"][0]["date"], "2022-12");
    let terms: Vec<&str> = body["terms"]
        .as_array()
        .unwrap()
        .iter()
        .map(|term| term["term"].as_str().unwrap())
        .collect();
    assert_eq!(terms, ["ほたる", "窓口", "ピポパ", "r", "4", "12", "2022-12", "2022", "fy2022"]);
    let said = String::from_utf8(analyze(&[]).stdout).unwrap();
    for expected in [
        "ほたる + 便(索引しない: stop_words.txt 2行目)\tuser.csv 3行目",
        "(索引しない: stop_tags.txt 2行目)",
        "Ｒ４.12\t39..48\t年月 2022-12",
        "索引語\tほたる 窓口 ピポパ r 4 12 2022-12 2022 fy2022",
        "未知語",
    ] {
        assert!(said.contains(expected), "{expected} in\n{said}");
    }
}

#[test]
fn every_bad_line_of_a_dictionary_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("headers.tsv", "word\trole\tweight\n部\tdivision\theavy\n");
    write("stop_tags.txt", "助詞\n夢詞\n");
    write("stop_words.txt", "事 物\n打合せ\n等\n");
    write("question_words.txt", "教え # asking\n教え 下さり\n打合せ\n");
    write(
        "user.csv",
        "surface,reading,units\nほたる便,ほたる,\n市民問合せ,シミントイアワセ,市民 問合せ\n",
    );
    write("categories.tsv", "a\0b");
    let index = folder.path().join("none");
    let arguments = ["check", "--index", index.to_str().unwrap(), "--dictionaries"];
    let output = run(&[&arguments[..], &[folder.path().to_str().unwrap()]].concat(), 1);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    for expected in [
        "dictionaries: 6 faults",
        "headers.tsv line 2: \"heavy\" is no weight",
        "categories.tsv: ",
        "stop_tags.txt line 2: no word of the dictionary is \"夢詞\"",
        "stop_words.txt line 1: \"事 物\" is more than one term",
        "stop_words.txt line 2: no text gives the term \"打合せ\"",
        "question_words.txt line 2: \"教え 下さり\" is more than one term",
        "question_words.txt line 3: no text gives the term \"打合せ\"",
        "user.csv line 2: the reading \"ほたる\" is not in katakana",
        "user.csv line 3: alone, \"問合せ\" is [\"問い合わせ\"]",
    ] {
        assert!(said.contains(expected), "{expected} in\n{said}");
    }
    assert!(!said.contains("\"等\""), "{said}");
}

#[test]
fn an_export_is_written_in_every_form() {
    let (home, index) = index();
    let base = ["--base-url", "https://torikumi.example.jp/"];
    let export =
        |more: &[&str]| run(&[&["export", "--index", &index], &base[..], more].concat(), 0);
    let found = lines(&run(&["search", "--json", "--limit", "1", "--index", &index, "窓口"], 0));
    let total = usize::try_from(found[0]["total"].as_u64().unwrap()).unwrap();
    assert!(1 < total);
    let ids: Vec<String> = lines(&export(&["窓口"]))
        .iter()
        .map(|record| record["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(ids.len(), total);
    let output = export(&["窓口", "--format", "csv"]).stdout;
    assert!(output.starts_with(b"\xEF\xBB\xBFid,"));
    let plain = export(&["窓口", "--format", "csv", "--no-bom"]).stdout;
    assert_eq!(plain, output[3..]);
    let mut rows = csv::Reader::from_reader(plain.as_slice());
    let rows: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
    assert!(rows.iter().map(|row| &row[0]).eq(&ids), "in the order of the search");
    assert!(rows[0].iter().any(|cell| cell.starts_with("https://torikumi.example.jp/records/")));
    let file = home.path().join("窓口.xlsx");
    let place = file.to_str().unwrap();
    let output = export(&["窓口", "--format", "xlsx", "--sort", "newest", "-o", place]);
    assert!(output.stdout.is_empty());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains(&format!("{total} records written to")), "{said}");
    assert!(fs::read(file).unwrap().starts_with(b"PK"));
    run(&["export", "--index", &index, "--no-bom"], 2);
    run(&["export", "--index", &index, "--format", "pdf"], 2);
    run(&["export", "--index", &index, "-o", "/nonexistent/folder/a.csv"], 2);
}

#[test]
fn a_damaged_index_fails_its_check() {
    let (home, index) = index();
    let terms = fs::read_dir(home.path()).unwrap().map(|entry| entry.unwrap().path());
    let directory = terms.into_iter().find(|path| path.is_dir()).unwrap();
    let files = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let store =
        files.into_iter().find(|path| path.extension().is_some_and(|e| e == "store")).unwrap();
    let mut bytes = fs::read(&store).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&store, bytes).unwrap();
    let output = run(&["check", "--index", &index], 1);
    let name = store.file_name().unwrap().to_str().unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).contains(name));
}

#[test]
fn a_search_prints_what_the_api_answers() {
    let (_home, index) = index();
    let output = run(&["search", "--index", &index, "--json", "--year", "R4", "個人情報"], 0);
    let answer = &lines(&output)[0];
    assert!(answer["total"].as_u64().unwrap() > 0);
    assert!(answer["hits"].as_array().unwrap().iter().all(|hit| hit["fiscal_year"] == 2022));
    assert_eq!(answer["facets"]["fiscal_year"]["values"].as_array().unwrap().len(), 3);
}

#[test]
fn an_export_can_be_ingested_again() {
    let (_home, index) = index();
    let exported = run(&["export", "--index", &index], 0);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("all.jsonl");
    fs::write(&file, &exported.stdout).unwrap();
    let again = folder.path().join("index");
    run(&["ingest", "--index", again.to_str().unwrap(), file.to_str().unwrap()], 0);
    let mut before = lines(&exported);
    let mut after = lines(&run(&["export", "--index", again.to_str().unwrap()], 0));
    let key = |record: &Value| record["id"].as_str().unwrap().to_owned();
    before.sort_by_key(key);
    after.sort_by_key(key);
    for record in before.iter_mut().chain(&mut after) {
        // Where a record was read from is the one thing that differs.
        record.as_object_mut().unwrap().remove("sources");
    }
    assert_eq!(before, after);
}

/// A folder with copies of these samples, and an index of it.
fn folder(names: &[&str]) -> (tempfile::TempDir, tempfile::TempDir, String, String) {
    let (folder, home) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for name in names {
        fs::copy(samples().join(name), folder.path().join(name)).unwrap();
    }
    let path = |dir: &tempfile::TempDir| dir.path().to_str().unwrap().to_owned();
    let (sources, index) = (path(&folder), path(&home));
    run(&["ingest", "--index", &index, &sources], 0);
    (folder, home, sources, index)
}

#[track_caller]
fn check_n_records(index: &str, expected: usize) {
    assert_eq!(lines(&run(&["export", "--index", index], 0)).len(), expected);
}

#[test]
fn pruning_drops_what_is_gone_and_nothing_else() {
    let (folder, _home, sources, index) = folder(&["hamate-r3.txt", "okate-r3.txt"]);
    fs::remove_file(folder.path().join("hamate-r3.txt")).unwrap();
    run(&["ingest", "--index", &index, &sources], 0);
    check_n_records(&index, 101);
    // A root is the same folder by whatever way it is named.
    let roundabout =
        format!("{sources}/../{}", folder.path().file_name().unwrap().to_str().unwrap());
    run(&["ingest", "--index", &index, "--prune", &roundabout], 0);
    check_n_records(&index, 51);
    // An empty folder may be a disk that is not there.
    fs::remove_file(folder.path().join("okate-r3.txt")).unwrap();
    run(&["ingest", "--index", &index, "--prune", &sources], 2);
    check_n_records(&index, 51);
    run(&["ingest", "--index", &index, "--prune"], 0);
    check_n_records(&index, 0);
}

#[test]
fn a_file_that_moves_keeps_its_records() {
    let (folder, home, sources, index) = folder(&["hamate-r3.txt"]);
    let first_seen = |home: &Path| -> Vec<(String, u64)> {
        let store = Store::open_existing(&home.join(STORE_FILE)).unwrap();
        let mut all = Vec::new();
        store.changed_since(0, |stored| all.push((stored.record.id.0, stored.first_seen))).unwrap();
        all
    };
    let before = first_seen(home.path());
    std::thread::sleep(std::time::Duration::from_millis(1100));
    fs::rename(folder.path().join("hamate-r3.txt"), folder.path().join("renamed.txt")).unwrap();
    run(&["ingest", "--index", &index, &sources], 0);
    assert_eq!(first_seen(home.path()), before);
}

#[test]
fn a_file_that_becomes_unreadable_keeps_its_records() {
    let (folder, _home, sources, index) = folder(&["hamate-r3.txt", "okate-r3.txt"]);
    for broken in [&b""[..], &[0xFF; 4000], b"%PDF-1.7 \0\0"] {
        fs::write(folder.path().join("hamate-r3.txt"), broken).unwrap();
        let output = run(&["ingest", "--index", &index, &sources], 1);
        assert!(String::from_utf8_lossy(&output.stderr).contains("hamate-r3.txt"));
        check_n_records(&index, 101);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn file_names_that_are_no_unicode_are_told_apart() {
    use std::os::unix::ffi::OsStrExt;
    let (folder, home) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for (name, sample) in
        [(&b"\x8a\xeb.txt"[..], "hamate-r3.txt"), (b"\x95\xf1.txt", "okate-r3.txt")]
    {
        let path = folder.path().join(std::ffi::OsStr::from_bytes(name));
        fs::copy(samples().join(sample), path).unwrap();
    }
    let (index, sources) = (home.path().to_str().unwrap(), folder.path().to_str().unwrap());
    for _ in 0..2 {
        run(&["ingest", "--index", index, "--prune", sources], 0);
        check_n_records(index, 101);
    }
}

#[test]
fn what_is_not_ours_stays_in_the_home_of_the_index() {
    let (_folder, home, sources, index) = folder(&["hamate-r3.txt"]);
    fs::create_dir(home.path().join("terms-of-use")).unwrap();
    fs::create_dir(home.path().join("terms-77")).unwrap();
    run(&["ingest", "--index", &index, &sources], 0);
    assert!(home.path().join("terms-of-use").exists());
    assert!(!home.path().join("terms-77").exists());
}

#[test]
fn a_lost_store_is_begun_anew_without_ghosts() {
    let (_folder, home, sources, index) = folder(&["hamate-r3.txt"]);
    fs::remove_file(home.path().join("records.redb")).unwrap();
    run(&["ingest", "--index", &index, &sources], 0);
    check_n_records(&index, 50);
    run(&["check", "--deep", "--index", &index], 0);
}

#[test]
fn a_damaged_store_fails_its_check() {
    let (_folder, home, _sources, index) = folder(&["hamate-r3.txt"]);
    let store = home.path().join("records.redb");
    let bytes = fs::read(&store).unwrap();
    fs::write(&store, &bytes[..bytes.len() / 3]).unwrap();
    run(&["check", "--deep", "--index", &index], 1);
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let mut export = torikumi(&["records", samples().to_str().unwrap()])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut first = [0; 16];
    export.stdout.take().unwrap().read_exact(&mut first).unwrap();
    assert_eq!(export.wait().unwrap().code(), Some(0));
}

/// A running server, killed when this is dropped.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start(arguments: &[&str]) -> Server {
        Server::logging_to(Stdio::null(), arguments)
    }

    fn logging_to(log: Stdio, arguments: &[&str]) -> Server {
        let mut child = torikumi(&["serve", "--listen", "127.0.0.1:0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut url = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut url).unwrap();
        let address = url.trim().trim_start_matches("http://").trim_end_matches('/').to_owned();
        Server { child, address }
    }

    fn get(&self, target: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(stream, "GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[cfg(unix)]
#[test]
fn the_server_answers_and_stops_when_asked() {
    let mut server = Server::start(&[samples().to_str().unwrap()]);
    assert!(server.get("/readyz").starts_with("HTTP/1.1 200"));
    let answer = server.get("/api/v1/search?q=%E5%80%8B%E4%BA%BA%E6%83%85%E5%A0%B1");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let body: Value = serde_json::from_str(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap();
    assert!(body["total"].as_u64().unwrap() > 0);
    let page = server.get(body["hits"][0]["url"].as_str().unwrap());
    assert!(page.contains("</html>") && page.contains("個人情報"), "{page}");
    let killed = Command::new("kill").arg(server.child.id().to_string()).status().unwrap();
    assert!(killed.success());
    assert_eq!(server.child.wait().unwrap().code(), Some(0));
}

/// The total of a search and the name of its answer.
fn total_and_etag(server: &Server, target: &str) -> (u64, String) {
    let answer = server.get(target);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let body: Value = serde_json::from_str(body).unwrap();
    let etag = head.lines().find_map(|line| line.strip_prefix("etag: ")).unwrap();
    (body["total"].as_u64().unwrap(), etag.to_owned())
}

#[test]
fn a_thesaurus_is_followed_while_serving_and_a_broken_one_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let dictionaries = folder.path().join("dictionaries");
    fs::create_dir(&dictionaries).unwrap();
    let thesaurus = dictionaries.join("synonyms.txt");
    fs::write(&thesaurus, "窓口, カウンター\n").unwrap();
    let log = folder.path().join("log");
    let directory = dictionaries.to_str().unwrap();
    let arguments =
        [samples().to_str().unwrap().to_owned(), "--dictionaries".to_owned(), directory.to_owned()];
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let server = Server::logging_to(fs::File::create(&log).unwrap().into(), &arguments);
    // 暗号
    let target = "/api/v1/search?q=%E6%9A%97%E5%8F%B7";
    let (before, first) = total_and_etag(&server, target);
    assert_eq!(before, 0);

    fs::write(&thesaurus, "窓口, カウンター\n暗号 => 個人情報\n").unwrap();
    let (after, second) = total_and_etag(&server, target);
    assert!(0 < after, "the next answer knows the new line");
    assert_ne!(first, second);
    assert!(!server.get("/readyz").contains("faults"));
    run(&["check", "--index", "/nonexistent", "--dictionaries", directory], 0);

    fs::write(&thesaurus, "窓口, カウンター\n暗号\n").unwrap();
    assert_eq!(total_and_etag(&server, target), (after, second));
    let ready = server.get("/readyz");
    assert!(ready.starts_with("HTTP/1.1 200"), "{ready}");
    assert!(ready.contains("synonyms.txt line 2"), "{ready}");
    let output = run(&["check", "--index", "/nonexistent", "--dictionaries", directory], 1);
    assert!(String::from_utf8_lossy(&output.stdout).contains("synonyms.txt line 2"));
    let log = fs::read_to_string(&log).unwrap();
    assert_eq!(log.matches("synonyms.txt line 2").count(), 1, "{log}");
}

#[test]
fn a_server_without_an_index_says_what_to_do() {
    let home = tempfile::tempdir().unwrap();
    let output =
        run(&["serve", "--listen", "127.0.0.1:0", "--index", home.path().to_str().unwrap()], 2);
    assert!(String::from_utf8_lossy(&output.stderr).contains("torikumi ingest PATH"));
}

#[test]
fn a_binary_alone_in_an_empty_directory_works() {
    let folder = tempfile::tempdir().unwrap();
    let binary = folder.path().join("torikumi");
    fs::copy(env!("CARGO_BIN_EXE_torikumi"), &binary).unwrap();
    let analyze = |cache: &Path| {
        Command::new(&binary)
            .args(["analyze", "区役所への問合せ"])
            .env("TORIKUMI_CACHE", cache)
            .current_dir(folder.path())
            .output()
            .unwrap()
    };
    let fresh = analyze(&folder.path().join("cache"));
    assert!(fresh.status.success(), "{}", String::from_utf8_lossy(&fresh.stderr));
    assert!(String::from_utf8_lossy(&fresh.stdout).contains("問い合わせ"));
    // A cache that cannot be written is no obstacle.
    let without = analyze(Path::new("/proc/nowhere"));
    assert_eq!(without.stdout, fresh.stdout);
}

//! What the report says of sheets.

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use torikumi::analysis::Analyzer;
use torikumi::record;
use torikumi::record::tables::Tables;
use torikumi::report::{FileFacts, Findings, IssueKind, Report};
use torikumi::source;

fn analyzer() -> &'static Analyzer {
    static ANALYZER: OnceLock<Analyzer> = OnceLock::new();
    ANALYZER.get_or_init(|| Analyzer::open(None).unwrap())
}

/// The report on files, in that order.
fn report(files: &[&Path]) -> Findings {
    let tables = Tables::carried();
    let mut report = Report::new(analyzer());
    for path in files {
        let source = source::read(path).unwrap();
        let reading = record::read(&source, &tables);
        let facts = FileFacts { file: source.file.clone(), ..FileFacts::default() };
        report.add(&facts, &reading.records, &reading.notices);
    }
    report.finish()
}

/// What was found and what was probably meant, of every probable typo.
fn typos(findings: &Findings) -> Vec<(String, String)> {
    let issues = findings.files.iter().flat_map(|file| &file.issues);
    let typos = issues.filter(|issue| issue.kind == IssueKind::Typo);
    typos.filter_map(|issue| Some((issue.found.clone()?, issue.likely.clone()?))).collect()
}

#[test]
fn the_samples_have_no_typo_and_mixed_spellings() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    let files: Vec<&Path> = files.iter().map(|path| path.as_path()).collect();
    let findings = report(&files);
    assert_eq!(typos(&findings), []);
    let majority = |form: &str| {
        let mut mixed = findings.mixed_spellings.iter();
        mixed.any(|mixed| mixed.majority == form && 1 < mixed.forms.len())
    };
    for form in ["問い合わせ", "サーバ", "ＨＰ"] {
        assert!(majority(form), "{form}");
    }
    // Every place leads to a record.
    let places = findings.mixed_spellings.iter().flat_map(|m| &m.forms).flat_map(|f| &f.places);
    assert!(places.clone().count() > 0);
    for place in places {
        assert!(place.record.is_some() && place.line.is_some(), "{place:?}");
    }
}

#[test]
fn a_slip_put_into_a_sample_is_told() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/hamate-r4.txt");
    let text = fs::read_to_string(sample).unwrap();
    let spoiled = text.replacen("しました。", "しまた。", 1);
    assert_ne!(text, spoiled);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hamate-r4.txt");
    fs::write(&path, spoiled).unwrap();
    let found = typos(&report(&[&path]));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].0.ends_with("しまた") && found[0].1.ends_with("しました"), "{found:?}");
}

#[test]
fn a_real_sheet_has_one_typo() {
    let Some(data) = std::env::var_os("TORIKUMI_TEST_DATA") else {
        println!("skipped: TORIKUMI_TEST_DATA is not set");
        return;
    };
    let sheet = Path::new(&data).join("nakahara-r4-sheet.txt");
    let findings = report(&[&sheet]);
    let found = typos(&findings);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].0.ends_with("しまた") && found[0].1.ends_with("しました"), "{found:?}");
}

//! The words of an index: each is found, counted as the records say, and finds what it promises.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use proptest::prelude::*;
use torikumi::analysis::{Word, fold};
use torikumi::index::{Fields, KnownWord, Reader, SourceUpdate, Vocabulary, document};
use torikumi::query::{Completion, Engine, Searcher};
use torikumi::record::{Record, RecordId, Role, Section};

use crate::workspace::{Workspace, analyzer, ingest, samples, updates};

/// How many of `records` hold each word.
fn counted(records: &[Record]) -> BTreeMap<(String, String, Vec<String>), usize> {
    let mut worker = analyzer().worker();
    let mut counts = BTreeMap::new();
    let mut words = Vec::new();
    for record in records {
        let mut held = BTreeSet::new();
        for (_, text) in document::printed(record) {
            worker.words(&text, &mut words);
            held.extend(words.drain(..).map(|word| (word.surface, word.reading, word.terms)));
        }
        for word in held {
            *counts.entry(word).or_default() += 1;
        }
    }
    counts
}

fn reader(home: &Path) -> Reader {
    Reader::open(home, &Fields::carried(), &analyzer()).unwrap()
}

/// Every word of `records` is in the index in `home` with its count, and no other is.
#[track_caller]
fn check_counts(home: &Path, records: &[Record]) {
    let reader = reader(home);
    let snapshot = reader.snapshot();
    let vocabulary = Vocabulary::of(&snapshot, reader.fields()).unwrap();
    let counts = counted(records);
    assert!(1_000 < counts.len());
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..200 {
        let ((surface, reading, units), count) =
            counts.iter().nth(random.usize(..counts.len())).unwrap();
        let folded = fold(surface).text;
        let expected = KnownWord {
            surface: surface.clone(),
            reading: reading.clone(),
            units: units.clone(),
            count: *count,
        };
        let found = vocabulary.written_as(&folded).unwrap();
        assert!(found.contains(&expected), "{expected:?} in {found:?}");
        assert!(found.iter().all(|word| fold(&word.surface).text == folded), "{found:?}");
        let begun = vocabulary.starting_with(&folded, 10_000).unwrap();
        assert!(begun.contains(&expected), "{expected:?} begins with itself");
        if !reading.is_empty() && units.len() <= 2 {
            let read = vocabulary.read_as(reading).unwrap();
            assert!(read.contains(&expected), "{expected:?} in {read:?}");
            assert!(vocabulary.read_as_prefix(reading, 10_000).unwrap().contains(&expected));
        }
        assert_eq!(vocabulary.count_within(&[expected], None).unwrap(), *count);
    }
    let known: BTreeSet<_> = vocabulary
        .starting_with("", 100_000)
        .unwrap()
        .into_iter()
        .map(|word| ((word.surface, word.reading, word.units), word.count))
        .collect();
    assert!(known == counts.into_iter().collect(), "the vocabulary is that of the records");
}

#[test]
fn every_word_is_found_and_counted() {
    let workspace = Workspace::of(&[samples()]);
    check_counts(workspace.home.path(), &workspace.records);
}

#[test]
fn counts_follow_what_is_replaced_and_removed() {
    let home = tempfile::tempdir().unwrap();
    let mut all = updates(&[samples()]);
    ingest(home.path(), all.clone(), 1);
    for (n, update) in all.iter_mut().enumerate() {
        update.fingerprint.push('2');
        match n % 2 {
            0 => update.records.truncate(20),
            _ => {
                for record in update.records.iter_mut().step_by(3) {
                    record.sections.truncate(1);
                }
            }
        }
    }
    ingest(home.path(), all.clone(), 2);
    let records: Vec<Record> = all.into_iter().flat_map(|update| update.records).collect();
    check_counts(home.path(), &records);
}

/// An index over records of one section each.
fn index_of(texts: &[&str]) -> (tempfile::TempDir, Reader) {
    let records = texts.iter().enumerate().map(|(n, text)| Record {
        id: RecordId(format!("r{n}")),
        sections: vec![Section {
            role: Role::Body,
            heading: None,
            text: (*text).to_owned(),
            source: 0,
        }],
        ..Record::default()
    });
    let update = SourceUpdate {
        key: "made".to_owned(),
        fingerprint: "made".to_owned(),
        records: records.collect(),
    };
    let home = tempfile::tempdir().unwrap();
    ingest(home.path(), vec![update], 1);
    let reader = reader(home.path());
    (home, reader)
}

const TEXTS: [&str; 7] = [
    "個人情報の取扱いを見直す。",
    "個人情報保護の研修",
    "問合せ窓口のホームページ",
    "問い合わせをホームページで受ける",
    "保育園の保育と保健所",
    "ｅ－ラーニングのＰＣＲ検査",
    "法人情報を美しくまとめ、庁舎に来た人に配る",
];

fn surfaces(words: &[KnownWord]) -> Vec<&str> {
    words.iter().map(|word| word.surface.as_str()).collect()
}

#[test]
fn words_are_asked_for_in_every_way() {
    let (_home, reader) = index_of(&TEXTS);
    let snapshot = reader.snapshot();
    let vocabulary = Vocabulary::of(&snapshot, reader.fields()).unwrap();
    let begun = vocabulary.starting_with("個人", 10).unwrap();
    assert_eq!(surfaces(&begun), ["個人", "個人情報", "個人情報保護"]);
    assert_eq!(begun.iter().map(|word| word.count).collect::<Vec<_>>(), [2, 2, 1]);
    assert_eq!(surfaces(&vocabulary.starting_with("個人", 1).unwrap()), ["個人"]);
    assert_eq!(surfaces(&vocabulary.written_as("pcr").unwrap()), ["PCR"]);
    assert_eq!(surfaces(&vocabulary.written_as("pc").unwrap()), [""; 0]);
    let read = vocabulary.read_as("コジンジョウホウ").unwrap();
    assert_eq!(surfaces(&read), ["個人情報"]);
    assert_eq!(read[0].units, ["個人", "情報"]);
    let begun = vocabulary.read_as_prefix("ホムペ", 10).unwrap();
    assert_eq!(surfaces(&begun), ["ホームページ"]);
    assert_eq!(surfaces(&vocabulary.read_as_prefix("クル", 10).unwrap()), ["来る"]);
    assert_eq!(surfaces(&vocabulary.read_as_prefix("ウツクシイ", 10).unwrap()), ["美しい"]);
    assert!(vocabulary.read_as_prefix("保", 10).unwrap().is_empty());
}

#[test]
fn stretches_of_kana_are_words() {
    let (_home, reader) = index_of(&TEXTS);
    let snapshot = reader.snapshot();
    let vocabulary = Vocabulary::of(&snapshot, reader.fields()).unwrap();
    let found = vocabulary.readings_within("こじんじょうほうほご").unwrap();
    let found: Vec<_> =
        found.iter().map(|read| (read.range.clone(), read.word.surface.as_str())).collect();
    for expected in [(0..9, "個人"), (0..24, "個人情報"), (9..24, "情報"), (24..30, "保護")]
    {
        assert!(found.contains(&expected), "{expected:?} in {found:?}");
    }
    let found = vocabulary.readings_within("xほご個人").unwrap();
    assert!(!found.is_empty() && found.iter().all(|read| read.range == (1..7)), "{found:?}");
}

#[test]
fn what_is_nearly_written_is_found() {
    let (_home, reader) = index_of(&TEXTS);
    let snapshot = reader.snapshot();
    let vocabulary = Vocabulary::of(&snapshot, reader.fields()).unwrap();
    let near = vocabulary.near("個人情法", 1, 10).unwrap();
    assert_eq!(
        near.iter().map(|(n, word)| (*n, word.surface.as_str())).collect::<Vec<_>>(),
        [(1, "個人情報")]
    );
    let near = vocabulary.near("ホムページ", 2, 10).unwrap();
    assert_eq!((near[0].0, near[0].1.surface.as_str()), (1, "ホームページ"));
    let near = vocabulary.near_reading("コジンジョホウ", 1, 10).unwrap();
    assert_eq!((near[0].0, near[0].1.surface.as_str()), (1, "個人情報"));
    assert_eq!(surfaces(&vocabulary.one_character_off("個人情報", 10).unwrap()), ["法人情報"]);
    assert!(vocabulary.near(&"個".repeat(500), 2, 10).unwrap().is_empty());
    assert_eq!(surfaces(&vocabulary.spellings(&["問い合わせ"]).unwrap()), ["問い合わせ", "問合せ"]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_has_words_that_are_typed(text in "([個人情報区民課のを]|[ａ-ｚＡ-Ｚ]|㍑|ﾎﾟ|-|－|問合せ|来た|\\PC|\u{1F}){0,40}") {
        let mut words = Vec::new();
        let mut worker = analyzer().worker();
        worker.words(&text, &mut words);
        for word in &words {
            prop_assert!((1..=20).contains(&word.surface.chars().count()), "{:?}", word);
            prop_assert!(!word.terms.is_empty() && word.terms.iter().all(|term| !term.is_empty()));
            prop_assert!(word.reading.chars().all(|c| matches!(c, 'ァ'..='ヺ' | 'ー' | '・')), "{:?}", word);
        }
        let distinct: BTreeSet<_> = words.iter().map(|word| (&word.surface, &word.reading, &word.terms)).collect();
        prop_assert_eq!(distinct.len(), words.len());
        let (mut units, mut again) = (Vec::new(), Vec::new());
        worker.units(&text, &mut units);
        let mut numbers = Vec::new();
        worker.units_and_words(&text, &mut again, &mut numbers);
        prop_assert_eq!(units, again);
        let numbered: Vec<Word> = numbers.iter().map(|number| worker.word(*number).clone()).collect();
        prop_assert_eq!(numbered, words);
    }
}

#[track_caller]
fn check_words(text: &str, expected: &[(&str, &str)]) {
    let mut words = Vec::new();
    analyzer().worker().words(text, &mut words);
    let found: Vec<_> =
        words.iter().map(|word| (word.surface.as_str(), word.reading.as_str())).collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn words_are_what_people_type() {
    check_words(
        "各区民課の窓口",
        &[
            ("各", "カク"),
            ("各区民", "カククミン"),
            ("各区民課", "カククミンカ"),
            ("区民", "クミン"),
            ("区民課", "クミンカ"),
            ("課", "カ"),
            ("窓口", "マドグチ"),
        ],
    );
    check_words("取り組みました", &[("取り組む", "トリクム")]);
    check_words("美しく来た", &[("美しい", "ウツクシイ"), ("来る", "クル")]);
    check_words("ＰＣＲ", &[("PCR", "")]);
    check_words("ﾎｰﾑﾍﾟｰｼﾞ", &[("ホームページ", "ホームページ")]);
    check_words("窓口、案内", &[("窓口", "マドグチ"), ("案内", "アンナイ")]);
    check_words("窓口 案内", &[("窓口", "マドグチ"), ("案内", "アンナイ")]);
    check_words(
        "令和4年5月の12件",
        &[("令和", "レイワ"), ("年", "ネン"), ("月", "ツキ"), ("件", "ケン")],
    );
    check_words("", &[]);
    check_words("これはその", &[]);
}

/// A searcher over the samples.
fn searcher() -> Workspace {
    Workspace::of(&[samples()])
}

fn texts(completions: &[Completion]) -> Vec<&str> {
    completions.iter().map(|completion| completion.text.as_str()).collect()
}

/// Among the completions of `q` is `expected`.
#[track_caller]
fn check_completed(searcher: &Searcher, q: &str, expected: &str) {
    let completions = searcher.suggest(q, 10).unwrap();
    assert!(
        texts(&completions).contains(&expected),
        "{q}: {expected} in {:?}",
        texts(&completions)
    );
}

#[test]
fn words_are_completed_by_surface_and_by_reading() {
    let (_home, reader) = index_of(&TEXTS);
    let searcher = Searcher::new(reader);
    for q in ["ho", "ほ", "ホ", "ＨＯ", "HO"] {
        for expected in ["ホームページ", "保育", "保育園", "保健所", "保護"] {
            check_completed(&searcher, q, expected);
        }
    }
    check_completed(&searcher, "hoi", "保育");
    check_completed(&searcher, "homupe", "ホームページ");
    check_completed(&searcher, "hoomu", "ホームページ");
    check_completed(&searcher, "hōmu", "ホームページ");
    check_completed(&searcher, "kojin", "個人情報");
    check_completed(&searcher, "kojinj", "個人情報");
    check_completed(&searcher, "こじんｊ", "個人情報");
    check_completed(&searcher, "個", "個人情報");
    check_completed(&searcher, "個人じょ", "個人情報");
    check_completed(&searcher, "個人jo", "個人情報");
    check_completed(&searcher, "こじんじょうほうほ", "個人情報保護");
    check_completed(&searcher, "pc", "PCR");
    check_completed(&searcher, "個人情報 ke", "個人情報 研修");
    check_completed(&searcher, "\"個人\"　け", "\"個人\"　研修");
    check_completed(&searcher, "保育 OR け", "保育 OR 研修");
    for q in ["", "個人 ", "保育園 けん", "\"ほ", "部署:ほ", "-ほ", "zzz", "。"] {
        assert_eq!(searcher.suggest(q, 10).unwrap(), [], "{q}");
    }
    let completions = searcher.suggest("個人", 10).unwrap();
    assert_eq!(
        completions[0],
        Completion { text: "個人".to_owned(), reading: Some("コジン".to_owned()), count: 2 }
    );
    assert_eq!(searcher.suggest("ほ", 2).unwrap().len(), 2);
    assert!(searcher.suggest(&"あ".repeat(513), 10).is_err());
}

/// The beginnings of some words of `records`, written and read.
fn prefixes(records: &[Record], n: usize) -> Vec<String> {
    let counts = counted(records);
    let mut random = fastrand::Rng::with_seed(11);
    let mut prefixes = Vec::new();
    while prefixes.len() < n {
        let ((surface, reading, _), _) = counts.iter().nth(random.usize(..counts.len())).unwrap();
        let from = if random.bool() && !reading.is_empty() { reading } else { surface };
        prefixes.push(from.chars().take(random.usize(1..4)).collect());
    }
    prefixes
}

#[test]
fn a_suggestion_finds_what_it_counts() {
    let workspace = searcher();
    let mut n_suggestions = 0;
    for (n, prefix) in prefixes(&workspace.records, 120).into_iter().enumerate() {
        let before = ["", "", "区役所 ", "年度:令和4 ", "「研修」 ", "-窓口 "][n % 6];
        let completions = workspace.searcher.suggest(&format!("{before}{prefix}"), 10).unwrap();
        let distinct: BTreeSet<&str> = texts(&completions).into_iter().collect();
        assert_eq!(distinct.len(), completions.len(), "{prefix}");
        for completion in completions {
            assert!(completion.text.starts_with(before) && 0 < completion.count);
            let total = workspace.search(&completion.text).total;
            assert!(completion.count <= total, "{completion:?} finds {total}");
            n_suggestions += 1;
        }
    }
    assert!(300 < n_suggestions, "{n_suggestions}");
}

//! Text to terms: the laws that hold for any text, and for texts of the kind that is indexed.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use proptest::prelude::*;
use torikumi::analysis::{Analyzer, Unit, bigrams, dates, fold, is_date_term, query_units};
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

use crate::workspace;

fn analyzer() -> &'static Analyzer {
    static ANALYZER: OnceLock<Analyzer> = OnceLock::new();
    ANALYZER.get_or_init(|| Analyzer::open(None).expect("the carried dictionary opens"))
}

fn units(text: &str) -> Vec<Unit> {
    let mut out = Vec::new();
    analyzer().worker().units(text, &mut out);
    out
}

/// The units of words, without those of dates.
fn words(text: &str) -> Vec<Unit> {
    units(text).into_iter().filter(|unit| !is_date_term(&unit.term)).collect()
}

fn bigram_terms(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    bigrams(text, &mut out);
    out.into_iter().map(|unit| unit.term).collect()
}

/// Any characters, among them often those that are folded, joined or cut.
fn texts() -> impl Strategy<Value = String> {
    let japanese = "取り組みを行う区役所サーバーﾊﾞﾟｶﾞＡｂ１２㍑㈱①か\u{3099}\u{fe00}々ー－−〜~・‧⽤⻑。、\n\t \u{3000}👩‍👩‍👧🇯🇵e\u{301}";
    let character = prop_oneof![
        4 => prop::sample::select(japanese.chars().collect::<Vec<char>>()),
        1 => any::<char>(),
    ];
    prop::collection::vec(character, 0..40).prop_map(|characters| characters.into_iter().collect())
}

/// Texts that are mostly dates, pieces of dates, and words around them.
fn texts_with_dates() -> impl Strategy<Value = String> {
    let pieces = [
        "令和4年度",
        "Ｒ４",
        "R4.12",
        "2022年12月1日",
        "2022/12/01",
        "令和",
        "平成31",
        "元年",
        "年",
        "12月",
        "１日",
        "4",
        "２０２２",
        ".",
        "/",
        "-",
        " ",
        "の",
        "予算",
        "下旬",
        "、",
        "末",
        "R",
        "実績",
        "二〇二二年",
        "四",
        "・",
        "
",
        "ab",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..12).prop_map(|p| p.concat())
}

/// A text and a passage of it, cut between graphemes.
fn passages() -> impl Strategy<Value = (String, String)> {
    (texts(), any::<prop::sample::Index>(), any::<prop::sample::Index>()).prop_map(
        |(text, one, other)| {
            let graphemes: Vec<&str> = text.graphemes(true).collect();
            let (one, other) = (one.index(graphemes.len() + 1), other.index(graphemes.len() + 1));
            let passage = graphemes[one.min(other)..one.max(other)].concat();
            (text, passage)
        },
    )
}

/// Asserts that ranges lie on boundaries of `text`, in order, and that positions never go back.
fn assert_in_order(text: &str, units: &[Unit]) {
    for unit in units {
        assert!(text.get(unit.range.clone()).is_some(), "{unit:?} in {text:?}");
        assert!(!unit.term.is_empty(), "{unit:?} in {text:?}");
    }
    for pair in units.windows(2) {
        assert!(pair[0].range.start <= pair[1].range.start, "{pair:?} in {text:?}");
        assert!(pair[0].range.end <= pair[1].range.end, "{pair:?} in {text:?}");
        assert!(pair[0].position < pair[1].position, "{pair:?} in {text:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn units_stand_where_they_say(text in texts()) {
        assert_in_order(&text, &words(&text));
        let mut out = Vec::new();
        bigrams(&text, &mut out);
        assert_in_order(&text, &out);
    }

    #[test]
    fn dates_stand_at_their_last_unit(text in texts_with_dates()) {
        let all = units(&text);
        let expected: Vec<_> = dates(&text)
            .into_iter()
            .flat_map(|(date, range)| date.granularities().map(move |date| (date.term(), range.clone())))
            .collect();
        let found: Vec<_> = all.iter().filter(|unit| is_date_term(&unit.term)).collect();
        let shown: Vec<_> = found.iter().map(|unit| (unit.term.clone(), unit.range.clone())).collect();
        prop_assert_eq!(shown, expected);
        prop_assert!(all.windows(2).all(|pair| pair[0].position <= pair[1].position), "{:?}", all);
        let explained: Vec<Unit> =
            analyzer().explain(&text).into_iter().flat_map(|token| token.units).collect();
        for date in found {
            let last = explained.iter().rfind(|unit| unit.range.start < date.range.end);
            // What joins words takes no position, and no date ends with it.
            prop_assert_eq!(last.map(|unit| unit.position), Some(date.position), "{:?}", date);
        }
        let asked = query_units(all.clone());
        prop_assert!(asked.iter().all(|unit| all.contains(unit)), "{:?} of {:?}", asked, all);
        let n_dates = asked.iter().filter(|unit| is_date_term(&unit.term)).count();
        prop_assert_eq!(n_dates, dates(&text).len());
    }

    #[test]
    fn what_is_explained_is_what_is_indexed(text in texts()) {
        let kept: Vec<Unit> = analyzer()
            .explain(&text)
            .into_iter()
            .filter(|token| !token.stopped)
            .flat_map(|token| token.units)
            .collect();
        // A word that is kept may have a unit that is a stop word.
        let indexed = words(&text);
        prop_assert!(indexed.iter().all(|unit| kept.contains(unit)), "{:?} of {:?}", indexed, kept);
    }

    #[test]
    fn tokens_follow_one_another(text in texts()) {
        let mut before = 0..0;
        for token in analyzer().explain(&text) {
            // Of a character that folds to several, each has the range of the whole.
            prop_assert!(before.end <= token.range.start || before == token.range || before.start <= token.range.start);
            prop_assert_eq!(text.get(token.range.clone()), Some(token.surface.as_str()));
            before = token.range;
        }
    }

    #[test]
    fn a_folded_range_leads_back_to_the_text(text in texts(), at in any::<prop::sample::Index>()) {
        let folded = fold(&text);
        let ends: Vec<usize> =
            folded.text.char_indices().map(|(at, _)| at).chain([folded.text.len()]).collect();
        let at = ends[at.index(ends.len())];
        let before = folded.offsets.original(0..at);
        let after = folded.offsets.original(at..folded.text.len());
        prop_assert!(text.get(before.clone()).is_some() && text.get(after.clone()).is_some());
        // Both sides together lose nothing that is visible.
        let between = text.get(before.end..after.start).unwrap_or_default();
        prop_assert_eq!(fold(between).text, "");
    }

    #[test]
    fn folding_twice_is_folding_once(text in texts()) {
        let once = fold(&text).text;
        prop_assert_eq!(nfkc(&fold(&once).text), nfkc(&once));
    }

    #[test]
    fn every_passage_is_found_by_its_bigrams((text, passage) in passages()) {
        let needle = bigram_terms(&passage);
        // One grapheme has no bigram.
        prop_assume!(2 <= needle.len() || needle.first().is_some_and(|term| 1 < term.graphemes(true).count()));
        let hay = bigram_terms(&text);
        prop_assert!(hay.windows(needle.len()).any(|window| window == needle), "{:?} in {:?}", needle, hay);
    }

    #[test]
    fn bigrams_find_nothing_else((text, _) in passages(), other in "[取り組み区役所 a]{2,3}") {
        let needle = bigram_terms(&other);
        prop_assume!(2 <= needle.len());
        let hay = bigram_terms(&text);
        let found = hay.windows(needle.len()).any(|window| window == needle);
        prop_assert!(!found || fold(&text).text.contains(&fold(&other).text), "{:?} in {:?}", other, text);
    }
}

/// Marks that stood apart may come together when what stood between them is gone; NFKC holds both for one.
fn nfkc(text: &str) -> String {
    text.nfkc().collect()
}

#[test]
fn bigrams_are_pairs_of_folded_characters() {
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(bigram_terms(text), expected, "{text:?}");
    }
    check("窓口", &["窓口"]);
    check("窓", &["窓"]);
    check("", &[]);
    check("窓口\n\u{3000}案内", &["窓口", "口\n", "\n ", " 案", "案内"]);
    check("\u{3000}窓", &[" 窓"]);
    check("５㍑入", &["5リ", "リッ", "ット", "トル", "ル入"]);
    check("ＨＰ", &["hp"]);
    check("ﾊﾟｿ", &["パソ"]);
}

/// Sentences of the kind that is indexed.
const SENTENCES: &str = "\
窓口にお越しの方を待たせないよう、混雑する時期には受付の職員を増やし、案内表示を見直します。
区民の意見を聞くための箱を各階に置き、寄せられた意見は毎月の課内会議で話し合いました。
電話での問合せに対して、担当外の用件であっても内容を聞き取り、正確に引き継ぐよう努めます。
令和５年度は、研修を年３回実施し、全ての職員が接遇の基本を身に付けることを目標とします。
子どもを連れた来庁者が安心して手続きできるように、待合室の一部に遊び場を設けました。
ホームページに掲載する情報は、誰にでも分かりやすい言葉で書き、月に１度は古い記事を確認します。
書類の記入例を作成し、記載台に置いたことで、書き直しが減り、待ち時間の短縮につながりました。
高齢者や障害のある方にも利用しやすい庁舎を目指し、段差の解消と手すりの設置を進めています。
地域の防災訓練に参加し、避難所の開設手順を町内会の皆さんと一緒に確かめました。
eラーニングを活用した情報セキュリティ研修を受講し、個人情報の適切な取扱いを徹底しました。
";

/// The sentences above, and the texts of the samples' records.
fn indexed_texts() -> Vec<String> {
    let samples = workspace::updates(&[workspace::samples()]);
    let sections = samples
        .into_iter()
        .flat_map(|update| update.records)
        .flat_map(|record| record.sections)
        .map(|section| section.text);
    SENTENCES.lines().map(str::to_owned).chain(sections).collect()
}

#[test]
fn a_passage_is_cut_as_in_its_text() {
    const N_PASSAGES: usize = 10_000;
    let texts: Vec<(String, Vec<Unit>)> = indexed_texts()
        .into_iter()
        .map(|text| {
            let words = words(&text);
            (text, words)
        })
        .filter(|(_, u)| 2 < u.len())
        .collect();
    let mut random = 1_u64;
    let mut next = |below: usize| {
        random =
            random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) as usize % below
    };
    let (mut n, mut equal) = (0, 0);
    let mut worker = analyzer().worker();
    let mut alone = Vec::new();
    let mut differing = BTreeMap::new();
    while n < N_PASSAGES {
        let (text, inside) = &texts[next(texts.len())];
        let first = next(inside.len());
        let last = (first + next(6)).min(inside.len() - 1);
        // Half of a character that folds to several is no passage.
        if 0 < first && inside[first - 1].range == inside[first].range
            || inside.get(last + 1).is_some_and(|unit| unit.range == inside[last].range)
        {
            continue;
        }
        let passage = &text[inside[first].range.start..inside[last].range.end];
        worker.units(passage, &mut alone);
        // Half of a date is another one, or none.
        alone.retain(|unit| !is_date_term(&unit.term));
        let expected: Vec<&str> =
            inside[first..=last].iter().map(|unit| unit.term.as_str()).collect();
        let found: Vec<&str> = alone.iter().map(|unit| unit.term.as_str()).collect();
        n += 1;
        equal += usize::from(found == expected);
        if found != expected {
            *differing.entry(format!("{passage:.30}: {found:?} for {expected:?}")).or_insert(0) +=
                1;
        }
    }
    println!("{equal} of {n} passages are cut alike; not alike:");
    for (passage, n) in &differing {
        println!("{n} × {passage}");
    }
    assert!(n * 99 <= equal * 100, "{equal} of {n}");
}

#[test]
fn a_damaged_cache_is_replaced() {
    let cache = tempfile::tempdir().unwrap();
    Analyzer::open(Some(cache.path())).unwrap();
    let directory = only_entry(&cache.path().join("torikumi"));
    let file = directory.join("dict.words");
    let whole = fs::read(&file).unwrap();
    let mut damaged = whole.clone();
    damaged[1_000_000] ^= 1;
    for bytes in [&damaged[..], &whole[..1000], &[]] {
        fs::remove_file(&file).unwrap();
        fs::write(&file, bytes).unwrap();
        Analyzer::open(Some(cache.path())).unwrap();
        assert!(fs::read(&file).unwrap() == whole);
    }
    fs::remove_file(&file).unwrap();
    Analyzer::open(Some(cache.path())).unwrap();
    assert!(fs::read(&file).unwrap() == whole);
    // Nothing is left lying beside it.
    assert_eq!(only_entry(&cache.path().join("torikumi")), directory);
}

#[test]
fn a_cache_that_cannot_be_written_is_done_without() {
    let place = tempfile::tempdir().unwrap();
    let file = place.path().join("file");
    fs::write(&file, "not a directory").unwrap();
    assert!(!Analyzer::open(Some(&file)).unwrap().explain("窓口").is_empty());
}

#[test]
fn two_that_start_at_once_share_a_cache() {
    let cache = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| Analyzer::open(Some(cache.path())).unwrap());
        }
    });
    only_entry(&cache.path().join("torikumi"));
}

#[track_caller]
fn only_entry(directory: &Path) -> std::path::PathBuf {
    let entries: Vec<_> = fs::read_dir(directory)
        .expect("the directory exists")
        .flatten()
        .map(|entry| entry.path())
        .collect();
    assert_eq!(entries.len(), 1, "{entries:?}");
    entries[0].clone()
}

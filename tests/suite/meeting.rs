//! What must meet, and what must not: a query, and the printed text that it finds and shows.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;

use torikumi::analysis;
use torikumi::index::document;
use torikumi::query::answer::Hit;
use torikumi::query::widening::{Unwanted, WideningKind};
use torikumi::query::{Answer, SearchRequest};
use torikumi::record::{FiscalYear, Record};

use crate::workspace::{Workspace, analyzer, real_data, samples};

use WideningKind::{Reading, Relaxed, Spelling, Synonym, Variant};

/// Where on the first page a text is shown.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Place {
    First,
    Anywhere,
    Nowhere,
}

/// A query, a text that is printed in a record and highlighted there, and what leads to it.
struct Row {
    q: &'static str,
    shows: &'static str,
    /// The widening that leads to it; none if it is the word itself, in any spelling.
    by: Option<WideningKind>,
    place: Place,
}

const fn row(q: &'static str, shows: &'static str) -> Row {
    Row { q, shows, by: None, place: Place::Anywhere }
}

const fn by(kind: WideningKind, q: &'static str, shows: &'static str) -> Row {
    Row { by: Some(kind), ..row(q, shows) }
}

const fn never(q: &'static str, shows: &'static str) -> Row {
    Row { place: Place::Nowhere, ..row(q, shows) }
}

impl Row {
    const fn first(self) -> Row {
        Row { place: Place::First, ..self }
    }
}

fn request(q: &str) -> SearchRequest {
    SearchRequest { q: q.to_owned(), ..SearchRequest::default() }
}

/// Whether `text` is printed in the record of `hit` and lies in one highlighted stretch.
fn shows(hit: &Hit, text: &str) -> bool {
    shows_beside(hit, text, text)
}

/// The same, but not as a part of `longer`.
fn shows_beside(hit: &Hit, text: &str, longer: &str) -> bool {
    let is_part = text != longer && longer.contains(text);
    let stands = |own: &str| {
        if is_part { own.replace(longer, "").contains(text) } else { own.contains(text) }
    };
    let is_printed = document::printed(&hit.record).iter().any(|(_, own)| stands(own));
    let mut fragments = hit.snippets.iter().flat_map(|snippet| &snippet.fragments);
    is_printed && fragments.any(|fragment| fragment.hit && stands(&fragment.text))
}

fn has(answer: &Answer, kind: WideningKind) -> bool {
    answer.interpretation.iter().any(|told| told.kind == kind)
}

/// The answer without any widening of `kind`.
fn without(workspace: &Workspace, answer: Answer, kind: WideningKind) -> Answer {
    let mut answer = answer;
    for _ in 0..16 {
        let Some(told) = answer.interpretation.iter().find(|told| told.kind == kind) else { break };
        answer = workspace.answer(&told.undo.clone());
    }
    assert!(!has(&answer, kind), "{kind:?} can be taken back");
    answer
}

fn told(answer: &Answer) -> String {
    let mut text = format!("{} found", answer.total);
    for told in &answer.interpretation {
        let _ = write!(text, ", {:?} {} → {}", told.kind, told.from, told.to);
    }
    text
}

/// What is wrong with the answer to a row.
fn fault(workspace: &Workspace, row: &Row) -> Option<String> {
    let Row { q, shows: text, by, place } = *row;
    let answer = workspace.answer(&request(q));
    let what = |why: &str| Some(format!("{q} {text}: {why}; {}", told(&answer)));
    let is_shown = |answer: &Answer| answer.hits.iter().any(|hit| shows_beside(hit, text, q));
    let is_climbed =
        |answer: &Answer| [Reading, Spelling, Relaxed].into_iter().any(|kind| has(answer, kind));
    match place {
        Place::First if !answer.hits.first().is_some_and(|hit| shows_beside(hit, text, q)) => {
            return what("is not shown first");
        }
        Place::Anywhere if !is_shown(&answer) => return what("is not shown"),
        Place::Nowhere if is_shown(&answer) => return what("is shown"),
        Place::Nowhere => return None,
        _ => {}
    }
    match by {
        None if is_climbed(&answer) => what("was not found as written"),
        None => {
            let plain = without(workspace, answer.clone(), Synonym);
            (!is_shown(&plain)).then(|| what("is found by a synonym only")).flatten()
        }
        Some(kind) if !has(&answer, kind) => what("is not told"),
        Some(kind @ (Synonym | Variant)) => {
            // What then finds nothing is searched for by its reading or its spelling, and says so.
            let plain = without(workspace, answer.clone(), kind);
            (is_shown(&plain) && !is_climbed(&plain)).then(|| what("is found without it")).flatten()
        }
        Some(_) => None,
    }
}

/// Every row holds; all that do not are told at once.
#[track_caller]
fn check(workspace: &Workspace, rows: &[Row]) {
    let faults: Vec<String> = rows.iter().filter_map(|row| fault(workspace, row)).collect();
    assert!(faults.is_empty(), "{} of {}:\n{}", faults.len(), rows.len(), faults.join("\n"));
}

/// An index over texts, one record each; a text may begin with its fiscal year and a bar.
fn of_texts<'t>(texts: impl IntoIterator<Item = &'t str>) -> Workspace {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("texts.jsonl");
    let mut lines = String::new();
    for (number, text) in texts.into_iter().enumerate() {
        let (year, text) = match text.split_once('|') {
            Some((year, text)) => (year.parse::<u16>().ok(), text),
            None => (None, text),
        };
        let record = serde_json::json!({
            "id": format!("text-{number}"),
            "fiscal_year": year,
            "sections": [{ "role": "body", "text": text }],
        });
        let _ = writeln!(lines, "{record}");
    }
    fs::write(&path, lines).unwrap();
    Workspace::of(&[path])
}

fn text(record: &Record) -> &str {
    record.sections.first().map_or("", |section| section.text.as_str())
}

fn texts(answer: &Answer) -> BTreeSet<&str> {
    answer.hits.iter().map(|hit| text(&hit.record)).collect()
}

// ---- What the guide lists

/// Words of the real sheet that meet, each way; no other word of it stands here.
#[test]
fn words_of_the_real_sheet_meet() {
    let Some(data) = real_data() else { return };
    let workspace = Workspace::of(&[data.join("nakahara-r4-sheet.txt")]);
    check(
        &workspace,
        &[
            row("HP", "HP").first(),
            row("HP", "ＨＰ"),
            row("ＨＰ", "HP"),
            row("ＨＰ", "ＨＰ"),
            by(Synonym, "HP", "ホームページ"),
            by(Synonym, "ＨＰ", "ホームページ"),
            by(Synonym, "ホームページ", "HP"),
            by(Synonym, "ホームページ", "ＨＰ"),
            row("ﾎｰﾑﾍﾟｰｼﾞ", "ホームページ").first(),
            by(Synonym, "ﾎｰﾑﾍﾟｰｼﾞ", "HP"),
            row("LoGoチャット", "LoGoチャット").first(),
            by(Variant, "LoGoチャット", "ロゴチャット"),
            row("ロゴチャット", "ロゴチャット").first(),
            by(Variant, "ロゴチャット", "LoGoチャット"),
            row("ぐるかわ", "ぐるかわ").first(),
            by(Variant, "ぐるかわ", "グルかわ"),
            row("グルかわ", "グルかわ").first(),
            by(Variant, "グルかわ", "ぐるかわ"),
            row("eラーニング", "ｅラーニング").first(),
            by(Variant, "eラーニング", "ｅ－ラーニング"),
            row("ｅ－ラーニング", "ｅ－ラーニング").first(),
            by(Variant, "ｅ－ラーニング", "ｅラーニング"),
            by(Variant, "ｅラーニング", "ｅ－ラーニング"),
            row("問合せ", "問合せ").first(),
            by(Variant, "問合せ", "問い合わせ"),
            by(Variant, "問い合わせ", "問合せ"),
            by(Variant, "問合わせ", "問い合わせ"),
            by(Variant, "問合わせ", "問合せ"),
            row("打合せ", "打合せ").first(),
            by(Variant, "打合せ", "打ち合わせ"),
            by(Variant, "打ち合わせ", "打合せ"),
            by(Variant, "取組", "取り組み"),
            row("子ども", "子ども").first(),
            by(Variant, "子供", "子ども"),
            by(Variant, "こども", "子ども"),
            by(Variant, "分かりやすい", "わかりやすい"),
            by(Variant, "分かりやすい", "分かり易い"),
            by(Variant, "分かりやすい", "わかり易い"),
            by(Variant, "わかりやすい", "分かりやすい"),
            by(Variant, "わかりやすい", "分かり易い"),
            by(Variant, "わかりやすい", "わかり易い"),
            by(Variant, "分かり易い", "分かりやすい"),
            by(Variant, "分かり易い", "わかりやすい"),
            by(Variant, "分かり易い", "わかり易い"),
            row("わかり易い", "分かりやすい"),
            row("わかり易い", "わかりやすい"),
            row("わかり易い", "分かり易い"),
            by(Variant, "パーティション", "パーテーション"),
            row("引継ぎ", "引継ぎ").first(),
            by(Variant, "引き継ぎ", "引継ぎ"),
            by(Variant, "引継ぎ", "引き継ぎ"),
            by(Variant, "心掛け", "心がけ"),
            by(Variant, "心がけ", "心掛け"),
            by(Reading, "こじんじょうほう", "個人情報").first(),
            by(Reading, "コジンジョウホウ", "個人情報").first(),
            by(Reading, "セツグウ", "接遇").first(),
            by(Reading, "せつぐう", "接遇").first(),
            by(Spelling, "シュレッター", "シュレッダー").first(),
            row("公正", "公正").first(),
            never("公正", "構成"),
        ],
    );
    let years = ["令和４年度", "令和4年度", "2022年度", "R4", "Ｒ４", "令和5年2月"];
    let found = years.map(|year| (year, workspace.search(&format!("接遇 {year}")).total));
    assert_eq!(found[..5].iter().map(|(_, n)| *n).collect::<BTreeSet<_>>().len(), 1, "{found:?}");
    assert!(0 < found[0].1, "{found:?}");
}

/// Spellings of one word, in a sentence that holds it.
struct Spellings {
    sentence: &'static str,
    words: &'static [&'static str],
}

const fn spellings(sentence: &'static str, words: &'static [&'static str]) -> Spellings {
    Spellings { sentence, words }
}

impl Spellings {
    fn texts(&self) -> impl Iterator<Item = String> {
        self.words.iter().map(|word| self.sentence.replace('＊', word))
    }

    /// Each spelling finds the records of all, its own first, each with its own spelling highlighted.
    fn faults(&self, workspace: &Workspace) -> Vec<String> {
        let mut faults = Vec::new();
        for q in self.words {
            let answer = workspace.search(q);
            for (word, text_of) in self.words.iter().zip(self.texts()) {
                let hit = answer.hits.iter().find(|hit| text(&hit.record) == text_of);
                match hit {
                    None => faults.push(format!("{q} does not find {word}; {}", told(&answer))),
                    Some(hit) if !shows(hit, word) => {
                        faults.push(format!("{q} does not show {word}: {:?}", hit.snippets));
                    }
                    Some(_) => {}
                }
            }
            let own = |word: &&&str| analysis::fold(word).text == analysis::fold(q).text;
            let own: Vec<String> =
                self.words.iter().filter(own).map(|w| self.sentence.replace('＊', w)).collect();
            let first = answer.hits.first().map_or("", |hit| text(&hit.record));
            if !own.iter().any(|text| text == first) {
                faults.push(format!("{q} ranks {first:?} first"));
            }
        }
        faults
    }
}

#[track_caller]
fn check_spellings(groups: &[Spellings]) {
    let all: Vec<String> = groups.iter().flat_map(Spellings::texts).collect();
    let workspace = of_texts(all.iter().map(String::as_str));
    let faults: Vec<String> = groups.iter().flat_map(|group| group.faults(&workspace)).collect();
    assert!(faults.is_empty(), "{}:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn spellings_that_the_guide_lists_meet_whatever_is_typed() {
    check_spellings(&[
        spellings("区の＊を新しくしました。", &["HP", "ＨＰ", "ホームページ", "ﾎｰﾑﾍﾟｰｼﾞ"]),
        spellings(
            "課では＊を使っています。",
            &["ロゴチャット", "LoGoチャット", "ＬｏＧｏチャット"],
        ),
        spellings("日程は＊で共有します。", &["ぐるかわ", "グルかわ"]),
        spellings("全員が＊で学びました。", &["eラーニング", "ｅ－ラーニング", "ｅラーニング"]),
        spellings("電話の＊が減りました。", &["問合せ", "問い合わせ", "問合わせ"]),
        spellings("毎朝の＊を行います。", &["打合せ", "打ち合わせ"]),
        spellings("今年の＊を紹介します。", &["取組", "取り組み"]),
        spellings("公園で＊が遊んでいます。", &["子ども", "子供", "こども"]),
        spellings(
            "とても＊説明でした。",
            &["分かりやすい", "わかりやすい", "分かり易い", "わかり易い"],
        ),
        spellings("受付に＊を立てました。", &["パーテーション", "パーティション"]),
        spellings("後任への＊を済ませました。", &["引継ぎ", "引き継ぎ"]),
        spellings("日頃の＊が大切です。", &["心掛け", "心がけ"]),
        spellings("庁内の＊に保存します。", &["サーバー", "サーバ"]),
    ]);
}

// ---- Spellings

#[test]
fn spellings_of_town_halls_meet_whatever_is_typed() {
    check_spellings(&[
        // What is written after a stem, or left out.
        spellings("窓口での＊が変わりました。", &["手続", "手続き", "手つづき"]),
        spellings("会場の＊を手伝いました。", &["受付", "受け付け", "受付け"]),
        spellings("講座の＊が増えました。", &["申込み", "申し込み", "申込"]),
        spellings("住民からの＊を聞きました。", &["申出", "申し出"]),
        spellings("書類の＊に注意します。", &["取扱い", "取り扱い", "取扱"]),
        spellings("計画の＊を進めます。", &["見直し", "見なおし"]),
        spellings("参加の＊をしました。", &["呼び掛け", "呼びかけ", "呼掛け"]),
        spellings("新しい＊を作りました。", &["手引", "手引き"]),
        spellings("図書の＊を始めました。", &["貸出し", "貸し出し", "貸出"]),
        spellings("料金の＊が遅れました。", &["支払", "支払い"]),
        spellings("早めの＊をお願いします。", &["届出", "届け出"]),
        spellings("遠くへの＊が続きました。", &["引越し", "引っ越し", "引越"]),
        spellings("代金の＊を終えました。", &["払戻し", "払い戻し"]),
        spellings("係の＊を行いました。", &["割振り", "割り振り"]),
        spellings("物品の＊が済みました。", &["買入れ", "買い入れ"]),
        spellings("家庭の＊を減らします。", &["食べ残し", "食べのこし"]),
        // Kanji beside kana, where a kanji is hard or avoided.
        spellings("からだの＊を理解します。", &["障害", "障がい", "障碍"]),
        spellings("名簿の＊を防ぎます。", &["漏えい", "漏洩"]),
        spellings("事業の＊を確かめます。", &["進捗", "進ちょく"]),
        spellings("証拠の＊を見抜きます。", &["捏造", "ねつ造"]),
        spellings("公文書の＊を許しません。", &["改ざん", "改竄"]),
        spellings("財政の＊を避けます。", &["破綻", "破たん"]),
        spellings("不足の＊を求めました。", &["補填", "補てん"]),
        spellings("病床の＊が続きました。", &["逼迫", "ひっ迫"]),
        spellings("山の＊を学びます。", &["崖", "がけ"]),
        spellings("会議で＊を述べます。", &["挨拶", "あいさつ"]),
        spellings("部屋に＊を並べます。", &["椅子", "いす", "イス"]),
        spellings("抽選の＊を送ります。", &["葉書", "はがき", "ハガキ"]),
        spellings("駅前で＊を配ります。", &["ちらし", "チラシ"]),
        spellings("家庭の＊を集めます。", &["ごみ", "ゴミ"]),
        spellings("公園の＊を数えます。", &["猫", "ねこ", "ネコ"]),
        spellings("早期の＊を治します。", &["がん", "ガン", "癌"]),
        spellings("転んだ＊を手当てします。", &["けが", "ケガ", "怪我"]),
        spellings("歩きながらの＊を禁じます。", &["たばこ", "タバコ", "煙草"]),
        spellings("異変の＊を大切にします。", &["気付き", "気づき"]),
        spellings("高齢の＊を見守ります。", &["一人暮らし", "ひとり暮らし", "独り暮らし"]),
        spellings("住民が＊を担います。", &["まちづくり", "街づくり", "町づくり"]),
        // Loanwords.
        spellings("各課の＊を新しくしました。", &["コンピュータ", "コンピューター", "ｺﾝﾋﾟｭｰﾀｰ"]),
        spellings("初めての＊を助けます。", &["ユーザ", "ユーザー"]),
        spellings("共有の＊を整理します。", &["フォルダ", "フォルダー"]),
        spellings("古い＊を捨てました。", &["プリンタ", "プリンター"]),
        spellings("奥の＊を移しました。", &["カウンター", "カウンタ", "ｶｳﾝﾀｰ"]),
        spellings("車いすで＊に乗ります。", &["エレベーター", "エレベータ", "ｴﾚﾍﾞｰﾀｰ"]),
        spellings("機械の＊を学びます。", &["メンテナンス", "メインテナンス"]),
        spellings("新種の＊を防ぎます。", &["ウイルス", "ウィルス"]),
        spellings("毎週の＊を提出します。", &["レポート", "リポート"]),
        // Width and case.
        spellings("遠くと＊で話しました。", &["Web会議", "Ｗｅｂ会議", "WEB会議"]),
        spellings("若者に＊で知らせます。", &["SNS", "ＳＮＳ", "ｓｎｓ"]),
        spellings("回答を＊にまとめます。", &["Q&A", "Ｑ＆Ａ"]),
        spellings("図面を＊で保存します。", &["PDF", "ＰＤＦ", "pdf"]),
        spellings("庭は＊あります。", &["80㎡", "８０㎡", "80m2"]),
        spellings("代表＊を載せました。", &["℡番号", "TEL番号", "ＴＥＬ番号"]),
        // Shapes of one kanji, and marks of repetition.
        spellings("地域の＊が集まります。", &["人々", "人人"]),
    ]);
}

#[test]
fn spellings_meet_in_the_samples() {
    let workspace = Workspace::of(&[samples()]);
    check(
        &workspace,
        &[
            row("ﾊﾟﾝﾌﾚｯﾄ", "ﾊﾟﾝﾌﾚｯﾄ"),
            row("パンフレット", "ﾊﾟﾝﾌﾚｯﾄ"),
            row("カウンター", "ｶｳﾝﾀｰ"),
            row("sns", "ＳＮＳ"),
            row("ＳＮＳ", "SNS"),
            row("ＬＩＮＥ", "LINE"),
            row("qrコード", "ＱＲコード"),
            row("ＱＲコード", "QRコード"),
            row("Ｗｅｂ会議", "Web会議"),
            row("ＦＡＱ", "FAQ"),
            row("dvd", "ＤＶＤ"),
            row("miharatalk", "MiharaTalk"),
            row("ＭｉｈａｒａＴａｌｋ", "MiharaTalk"),
            row("548世帯", "５４８世帯"),
            row("80㎡", "８０㎡"),
            row("tel", "℡"),
            by(Variant, "取り組み", "取組"),
            by(Variant, "手続", "手続き"),
            by(Variant, "手続き", "手続"),
            by(Variant, "手引き", "手引"),
            by(Variant, "申し込み", "申込み"),
            by(Variant, "申込み", "申し込み"),
            by(Variant, "コンピューター", "コンピュータ"),
            by(Variant, "コンピュータ", "コンピューター"),
            by(Variant, "ユーザー", "ユーザ"),
            by(Variant, "サーバ", "サーバー"),
            by(Variant, "障がい", "障害"),
            by(Variant, "漏洩", "漏えい"),
            by(Variant, "引越し", "引っ越し"),
            by(Variant, "引っ越し", "引越"),
            by(Variant, "ちらし", "チラシ"),
            by(Variant, "チラシ", "ちらし"),
            by(Variant, "ゴミ", "ごみ"),
            by(Variant, "ロゴチャット", "LoGoチャット"),
            by(Variant, "貸し出し", "貸出し"),
            by(Variant, "貸出し", "貸し出し"),
            by(Variant, "呼びかけ", "呼び掛け"),
            by(Variant, "声かけ", "声掛け"),
            by(Variant, "引継ぎ", "引き継ぎ"),
            by(Variant, "心がけ", "心掛け"),
            row("分かり易い", "わかりやすく"),
            by(Variant, "パーテーション", "パーティション"),
            by(Variant, "パーティション", "パーテーション"),
            by(Variant, "フォルダ", "フォルダー"),
            by(Variant, "葉書", "はがき"),
            by(Variant, "イヌ", "犬"),
            by(Variant, "e-ラーニング", "eラーニング"),
            by(Variant, "子供", "こども"),
        ],
    );
}

/// Own words are cut so that what stands in them is found.
#[test]
fn words_of_the_user_dictionary_are_found_by_their_parts() {
    let workspace = of_texts([
        "毎月の市民館だよりで行事を紹介しました。",
        "スケジュールはグルかわで共有しました。",
        "席を外すときはぐるかわに行き先を書きます。",
        "庁内の連絡にはLoGoチャットを使います。",
        "急ぎの用件はロゴチャットで知らせます。",
        "受付のデジタルサイネージで待ち時間を示します。",
        "工事は㈱松風に頼みました。",
        "清掃は(株)松風に頼みました。",
    ]);
    check(
        &workspace,
        &[
            row("市民館だより", "市民館だより").first(),
            row("市民館", "市民館").first(),
            row("市民館便り", "市民館だより"),
            row("グルかわ", "グルかわ").first(),
            by(Variant, "グルかわ", "ぐるかわ"),
            by(Variant, "グルカワ", "ぐるかわ"),
            row("チャット", "チャット"),
            row("ＬＯＧＯチャット", "LoGoチャット").first(),
            by(Variant, "ＬＯＧＯチャット", "ロゴチャット"),
            row("サイネージ", "サイネージ"),
            row("㈱松風", "㈱松風").first(),
            row("㈱松風", "(株)松風"),
            by(Synonym, "電子看板", "デジタルサイネージ").first(),
        ],
    );
}

// ---- Synonyms

#[test]
fn words_of_one_meaning_meet_in_the_samples() {
    let workspace = Workspace::of(&[samples()]);
    check(
        &workspace,
        &[
            by(Synonym, "苦情", "クレーム"),
            by(Synonym, "クレーム", "苦情"),
            row("クレーム", "クレーム").first(),
            by(Synonym, "転居", "引っ越し"),
            by(Synonym, "引っ越し", "転居"),
            by(Synonym, "ウェブサイト", "ホームページ"),
            by(Synonym, "ウェブサイト", "ＨＰ"),
            by(Synonym, "HP", "ホームページ"),
            by(Synonym, "保育所", "保育園"),
            by(Synonym, "FAQ", "想定問答"),
            by(Synonym, "町会", "町内会"),
            by(Synonym, "町会", "自治会"),
            by(Synonym, "エアコン", "空調"),
            by(Synonym, "防災マップ", "ハザードマップ"),
            by(Synonym, "がけ崩れ", "土砂災害"),
            by(Synonym, "スマホ", "スマートフォン"),
            by(Synonym, "ポイ捨て", "不法投棄"),
            by(Synonym, "マイナカード", "マイナンバーカード"),
            by(Synonym, "個人番号カード", "マイナンバーカード"),
            by(Synonym, "除草", "草刈り"),
            by(Synonym, "オンライン会議", "Web会議"),
            by(Synonym, "掃除", "清掃"),
            by(Synonym, "大型ごみ", "粗大ごみ"),
            by(Synonym, "大型ゴミ", "粗大ごみ"),
            by(Synonym, "国保", "国民健康保険"),
            by(Synonym, "二次元コード", "QRコード"),
            by(Synonym, "在宅勤務", "テレワーク"),
            by(Synonym, "ビデオ", "動画"),
            by(Synonym, "独居", "一人暮らし"),
            by(Synonym, "監視カメラ", "防犯カメラ"),
            by(Synonym, "助成金", "補助金"),
            by(Synonym, "領収証", "領収書"),
            by(Synonym, "パトロール", "巡回"),
            by(Synonym, "講習", "研修"),
            by(Synonym, "接客", "接遇"),
            by(Synonym, "文句", "苦情"),
            by(Synonym, "申請書 書き方", "記入例"),
            by(Synonym, "ウェブサイト 閲覧", "ホームページ"),
        ],
    );
}

/// Pairs of the thesaurus that are true one way only.
#[test]
fn a_broader_word_does_not_find_the_narrower_one() {
    let pairs = [
        ("文句", "苦情"),
        ("値上げ", "料金改定"),
        ("フォーマット", "様式"),
        ("転勤", "人事異動"),
        ("宣伝", "広報"),
        ("注射", "予防接種"),
        ("滑り台", "遊具"),
        ("ケースワーカー", "生活保護"),
        ("チャリ", "自転車"),
        ("蛇口", "給水装置"),
        ("例規", "要綱"),
        ("シロアリ", "害虫"),
    ];
    let sentence = |word: &str| "今日は＊について話し合いました。".replace('＊', word);
    let all: Vec<String> = pairs.iter().flat_map(|(a, b)| [sentence(a), sentence(b)]).collect();
    let workspace = of_texts(all.iter().map(String::as_str));
    for (narrow, broad) in pairs {
        let forward = workspace.search(narrow);
        let is_known = narrow != "ケースワーカー";
        assert_eq!(texts(&forward).contains(sentence(broad).as_str()), is_known, "{narrow}");
        assert_eq!(has(&forward, Synonym), is_known, "{narrow}: {}", told(&forward));
        assert_eq!(text(&forward.hits[0].record), sentence(narrow), "{narrow} is first");
        let backward = workspace.search(broad);
        assert!(!texts(&backward).contains(sentence(narrow).as_str()), "{}", told(&backward));
    }
}

#[test]
fn synonyms_stand_inside_longer_terms_and_questions() {
    let workspace = of_texts([
        "ホームページ更新の手順を定めました。",
        "個人番号カード交付の予約を受けます。",
        "時間外勤務削減に努めました。",
        "非常勤職員研修を年に二度開きます。",
        "転居の届を土曜日も受けています。",
        "保育園の空きを毎月お知らせします。",
        "粗大ごみの出し方を図で示しました。",
        "駐輪場の定期利用を受け付けます。",
        "庭木の剪定を承ります。",
    ]);
    check(
        &workspace,
        &[
            by(Synonym, "ウェブサイト更新", "ホームページ更新").first(),
            by(Synonym, "マイナンバーカード交付", "個人番号カード交付").first(),
            by(Synonym, "マイナカード交付", "個人番号カード交付").first(),
            by(Synonym, "超過勤務削減", "時間外勤務削減").first(),
            by(Synonym, "残業削減", "時間外勤務削減").first(),
            by(Synonym, "会計年度任用職員研修", "非常勤職員研修").first(),
            by(Synonym, "引っ越しの届はどこに出しますか", "転居").first(),
            by(Synonym, "大型ごみはどうやって出せばいいですか？", "粗大ごみ").first(),
            by(Synonym, "自転車置き場の定期利用をしたいのですが", "駐輪場").first(),
            by(Synonym, "庭木の枝切りを頼めますか", "剪定").first(),
        ],
    );
}

#[test]
fn synonyms_can_be_switched_off() {
    let workspace = Workspace::of(&[samples()]);
    for (q, other) in [("苦情", "クレーム"), ("HP", "ホームページ"), ("町内会", "自治会")]
    {
        let widened = workspace.search(q);
        assert!(widened.hits.iter().any(|hit| shows(hit, other)), "{q}");
        let exact = SearchRequest { exact: true, per_page: 100, ..request(q) };
        let unwanted = Unwanted { kind: Synonym, from: q.to_owned() };
        let refused = SearchRequest { without: vec![unwanted], per_page: 100, ..request(q) };
        let answers = [
            workspace.answer(&exact),
            workspace.search(&format!("\"{q}\"")),
            workspace.search(&format!("「{q}」")),
            workspace.answer(&refused),
        ];
        let folded = analysis::fold(q).text;
        let holds = |record: &&Record| {
            let mut printed = document::printed(record).into_iter();
            printed.any(|(_, text)| analysis::fold(&text).text.contains(&folded))
        };
        let n_holding = workspace.records.iter().filter(holds).count();
        for answer in answers {
            assert!(!has(&answer, Synonym), "{q}: {}", told(&answer));
            assert!(!answer.hits.iter().any(|hit| shows(hit, other)), "{q}");
            assert_eq!(answer.total, n_holding, "{q}: {}", told(&answer));
        }
    }
}

// ---- Readings and mistakes

#[test]
fn kana_find_the_words_that_are_read_so() {
    let workspace = Workspace::of(&[samples()]);
    check(
        &workspace,
        &[
            by(Reading, "こじんじょうほう", "個人情報").first(),
            by(Reading, "コジンジョウホウ", "個人情報").first(),
            by(Reading, "ｺｼﾞﾝｼﾞｮｳﾎｳ", "個人情報").first(),
            by(Reading, "こじん情報", "個人情報").first(),
            by(Reading, "個人じょうほう", "個人情報").first(),
            by(Reading, "セツグウ", "接遇").first(),
            by(Reading, "せつぐう", "接遇").first(),
            by(Reading, "ほいくえん", "保育園").first(),
            by(Reading, "にんちしょう", "認知症").first(),
            by(Reading, "ほちょうき", "補聴器").first(),
            by(Reading, "むじんき", "無人機").first(),
            by(Reading, "さとおや", "里親").first(),
            by(Reading, "がいろじゅ", "街路樹").first(),
            by(Reading, "ふほう投棄", "不法投棄").first(),
            by(Reading, "ちゅうりんじょう", "駐輪場").first(),
            by(Reading, "ほうちじてんしゃ", "放置自転車").first(),
            by(Reading, "ようかいごにんてい", "要介護認定").first(),
            by(Reading, "ヨボウセッシュ", "予防接種").first(),
            by(Reading, "ﾋﾅﾝｼﾞｮ", "避難所").first(),
            by(Reading, "しゅわつうやく", "手話通訳").first(),
            by(Reading, "こじんじょうほうのほご", "個人情報の保護").first(),
            by(Reading, "まちじかんのたんしゅく", "待ち時間の短縮").first(),
            by(Reading, "せつぐう けんしゅう", "接遇"),
        ],
    );
}

#[test]
fn kana_of_a_phrase_find_its_words() {
    let workspace = of_texts([
        "個人情報の取扱いについて確かめました。",
        "公正な選挙を行います。",
        "組織の構成を改めました。",
        "書類はシュレッダーにかけます。",
    ]);
    // Kana stand for every word that is read so.
    for q in ["こうせい", "コウセイ"] {
        let answer = workspace.search(q);
        assert!(texts(&answer).contains("組織の構成を改めました。"), "{q}: {}", told(&answer));
    }
    check(
        &workspace,
        &[
            by(Reading, "こじんじょうほうのとりあつかい", "個人情報の取扱い").first(),
            row("公正", "公正").first(),
            never("公正", "構成"),
            never("構成", "公正"),
            by(Spelling, "シュレッター", "シュレッダー").first(),
        ],
    );
}

#[test]
fn mistakes_of_typing_find_what_was_meant() {
    let workspace = Workspace::of(&[samples()]);
    check(
        &workspace,
        &[
            by(Spelling, "ホームペジ", "ホームページ").first(),
            by(Synonym, "スマートホン", "スマートフォン").first(),
            by(Spelling, "タブレト", "タブレット").first(),
            by(Spelling, "アンケト", "アンケート").first(),
            by(Spelling, "キャシュレス", "キャッシュレス").first(),
            by(Spelling, "ハザドーマップ", "ハザードマップ").first(),
            by(Spelling, "コールセンタ一", "コールセンター").first(),
            by(Spelling, "個人情法", "個人情報").first(),
            by(Spelling, "認知証", "認知症").first(),
            by(Spelling, "ロ座振替", "口座振替").first(),
            by(Spelling, "補聴機", "補聴器").first(),
            by(Spelling, "介護保健", "介護保険").first(),
            by(Spelling, "予防接植", "予防接種").first(),
            by(Spelling, "駐綸場", "駐輪場").first(),
            by(Spelling, "不法投乗", "不法投棄").first(),
            by(Spelling, "こじんじょほう", "個人情報").first(),
            by(Spelling, "ほちうょき", "補聴器").first(),
            by(Spelling, "MihraTalk", "MiharaTalk").first(),
            by(Spelling, "miharatlak", "MiharaTalk").first(),
            by(Spelling, "ヤングケラアー", "ヤングケアラー").first(),
            by(Spelling, "マイナンバカード", "マイナンバーカード").first(),
        ],
    );
}

// ---- Years and dates

#[test]
fn forms_of_a_fiscal_year_ask_for_the_same() {
    let workspace = of_texts([
        "2018|研修を始めました。",
        "2019|研修を続けました。",
        "2019|研修を広げました。",
        "2022|研修を改めました。",
        "2022|研修を見直しました。",
        "2022|研修を減らしました。",
        "2023|研修を終えました。",
    ]);
    for (forms, n) in [
        (&["令和４年度", "令和4年度", "2022年度", "２０２２年度", "R4", "Ｒ４", "r4年度"][..], 3),
        (&["平成31年度", "令和元年度", "令和1年度", "2019年度", "H31", "R1"], 2),
        (&["平成30年度", "平成３０年度", "2018年度", "H30"], 1),
    ] {
        for form in forms {
            for q in [format!("研修 {form}"), format!("{form}　研修"), (*form).to_owned()] {
                let answer = workspace.search(&q);
                assert_eq!(answer.total, n, "{q}: {}", told(&answer));
                assert!(has(&answer, WideningKind::FiscalYear), "{q}: {}", told(&answer));
            }
        }
    }
}

#[test]
fn forms_of_a_month_meet() {
    let forms = ["令和４年１２月", "令和4年12月", "R4.12", "2022年12月", "2022/12"];
    let sentences = forms.map(|form| format!("点検は{form}に済ませました。"));
    let others = ["点検は令和4年11月に済ませました。", "点検は12月に済ませました。"];
    let all = sentences.iter().map(String::as_str).chain(others);
    let workspace = of_texts(all);
    for q in forms {
        let answer = workspace.search(q);
        assert_eq!(answer.total, forms.len(), "{q}: {}", told(&answer));
        for form in forms {
            assert!(answer.hits.iter().any(|hit| shows(hit, form)), "{q} does not show {form}");
        }
        let first = text(&answer.hits[0].record);
        assert!(analysis::fold(first).text.contains(&analysis::fold(q).text), "{q}: {first}");
        let with_word = workspace.search(&format!("点検 {q}"));
        assert_eq!(with_word.total, forms.len(), "点検 {q}");
    }
}

#[test]
fn a_month_puts_its_fiscal_year_first_and_says_so() {
    let workspace = of_texts([
        "2021|冊子は令和5年2月に配りました。",
        "2023|冊子は令和5年2月に配りました。令和5年2月は寒い月でした。",
        "2022|多くの御意見を伺いながら作った冊子は、次の令和5年2月に皆様へ配りました。",
        "2022|冊子は秋に配りました。",
    ]);
    for q in ["令和5年2月", "2023年2月", "R5.2", "冊子 令和５年２月"] {
        let answer = workspace.search(q);
        assert_eq!(answer.total, 3, "{q}: {}", told(&answer));
        let first = answer.hits[0].record.fiscal_year.map(FiscalYear::gregorian);
        assert_eq!(first, Some(2022), "{q}");
        let date = answer.interpretation.iter().find(|told| told.kind == WideningKind::Date);
        let Some(date) = date else { panic!("{q}: {}", told(&answer)) };
        assert_eq!(date.to, "2022", "{q}");
        let undone = workspace.answer(&date.undo);
        assert!(!has(&undone, WideningKind::Date), "{q}");
        assert_eq!(undone.total, 3, "{q}");
        assert_ne!(undone.hits[0].record.fiscal_year.map(FiscalYear::gregorian), Some(2022), "{q}");
    }
}

#[test]
fn a_date_of_the_samples_is_found_in_any_form() {
    let workspace = Workspace::of(&[samples()]);
    check(
        &workspace,
        &[
            row("令和４年１２月", "令和４年１２月").first(),
            row("令和4年12月", "令和４年１２月").first(),
            row("2022年12月", "令和４年１２月").first(),
            row("R4.12", "令和４年１２月").first(),
            row("2022/12", "令和４年１２月").first(),
            row("令和４年６月", "令和4年6月").first(),
            row("2022年6月", "令和4年6月").first(),
        ],
    );
}

// ---- Questions

#[test]
fn questions_have_their_record_among_the_first_three() {
    let workspace = Workspace::of(&[samples()]);
    let mut faults = Vec::new();
    for (q, passage) in [
        ("マイナンバーカードの暗証番号を忘れたらどうすればいいですか", "暗証番号"),
        ("補聴器を買うときに助成はありますか", "補聴器の購入費助成"),
        ("保育園の空きはどこで分かりますか？", "園の空きの見込み"),
        ("引っ越しの時期は窓口がどのくらい混みますか", "引っ越しの時期"),
        ("放置自転車を取りに行くときの手数料の払い方は？", "放置自転車"),
        ("犬の登録をしたいのですが、どうすればいいですか", "犬の登録"),
        ("ひとり親の相談はどこでできますか", "ひとり親"),
        ("外国人が役所で困ったときに頼れるところはありますか", "外国人"),
        ("国民年金の免除に必要な書類は何ですか", "国民年金"),
        ("道路に穴が開いているのを知らせたい", "道路の穴"),
        ("がん検診の予約の仕方が分からない", "がん検診"),
        ("要介護認定の結果はいつ届きますか", "要介護認定"),
        ("障害者手帳の更新で手話はお願いできますか", "手話"),
        ("選挙の期日前投票はどこでできますか", "期日前"),
        ("津波が来たらどこへ逃げればいいですか", "津波"),
        ("飲食店を始めるときの許可について教えてください", "営業許可"),
        ("公園の遊具が壊れているようです", "遊具"),
        ("図書室で大きな文字の本を借りられますか", "大きな活字"),
    ] {
        let answer = workspace.answer(&request(q));
        let holds = |hit: &Hit| hit.record.sections.iter().any(|s| s.text.contains(passage));
        if !answer.hits.iter().take(3).any(holds) {
            let first: Vec<&str> =
                answer.hits.iter().take(3).map(|hit| text(&hit.record)).collect();
            faults.push(format!("{q} {passage}: {first:?}; {}", told(&answer)));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

// ---- Operators

#[test]
fn one_character_is_found_where_it_stands() {
    let workspace = Workspace::of(&[samples()]);
    for q in ["犬", "鍵", "坂", "税", "港", "℡", "穴", "雪"] {
        let answer = workspace.search(q);
        let folded = analysis::fold(q).text;
        let holds = |record: &Record| {
            let printed = document::printed(record);
            printed.iter().any(|(_, text)| analysis::fold(text).text.contains(&folded))
        };
        let n_holding = workspace.records.iter().filter(|record| holds(record)).count();
        assert!(0 < n_holding, "{q}");
        let plain = without(&workspace, answer, Synonym);
        assert!(n_holding <= plain.total, "{q}: {n_holding}, {}", told(&plain));
        for hit in plain.hits.iter().take(n_holding) {
            assert!(holds(&hit.record), "{q}: {}", hit.record.id.0);
        }
        let first = plain.hits.first().unwrap();
        let mut fragments = first.snippets.iter().flat_map(|snippet| &snippet.fragments);
        assert!(fragments.any(|f| f.hit && analysis::fold(&f.text).text.contains(&folded)), "{q}");
    }
}

#[test]
fn operators_and_synonyms_go_together() {
    let [complaint, claim, request, question, plain] = [
        "窓口で苦情を受けました。",
        "窓口でクレームを受けました。",
        "窓口で要望を受けました。",
        "窓口で問い合わせを受けました。",
        "廊下で鍵を拾いました。",
    ];
    let workspace = of_texts([complaint, claim, request, question, plain]);
    for (q, expected) in [
        ("苦情", &[complaint, claim][..]),
        ("窓口 クレーム", &[claim, complaint]),
        ("窓口　苦情", &[complaint, claim]),
        ("窓口 -苦情", &[claim, request, question]),
        ("窓口 NOT クレーム", &[complaint, request, question]),
        ("窓口 -苦情 -クレーム", &[request, question]),
        ("窓口 -問合せ", &[complaint, claim, request]),
        ("窓口 -「問合せ」", &[complaint, claim, request, question]),
        ("苦情 OR 鍵", &[complaint, claim, plain]),
        ("クレーム｜要望", &[complaint, claim, request]),
        ("(苦情 OR 要望) 窓口", &[complaint, claim, request]),
        ("「苦情」 OR 鍵", &[complaint, plain]),
        ("廊下 -窓口", &[plain]),
        ("苦情 廊下 -窓口", &[plain]),
        ("-窓口", &[plain]),
    ] {
        let answer = workspace.search(q);
        let expected: BTreeSet<&str> = expected.iter().copied().collect();
        assert_eq!(texts(&answer), expected, "{q}: {}", told(&answer));
    }
}

/// A term that is there is no mistake for another, whatever stands beside it.
#[test]
fn a_term_that_is_held_is_kept_when_another_finds_nothing() {
    let workspace = Workspace::of(&[samples()]);
    for word in ["窓口", "職員", "保険", "検診", "はがき", "ごみ", "チラシ", "取り出す"]
    {
        let alone = workspace.search(word);
        assert!(0 < alone.total, "{word}");
        let relaxed = workspace.search(&format!("{word} 宇宙旅行"));
        assert!(has(&relaxed, Relaxed), "{word}: {}", told(&relaxed));
        assert!(!has(&relaxed, Spelling), "{word}: {}", told(&relaxed));
        assert_eq!(relaxed.total, alone.total, "{word}: {}", told(&relaxed));
    }
}

// ---- What must not meet

#[test]
fn a_word_comes_before_words_that_merely_hold_its_characters() {
    for (q, word, other) in [
        ("京都", "京都の取組を調べました。", "東京都の取組を調べました。東京都の事例です。"),
        ("人事", "人事の担当を決めました。", "個人事業の届を個人事業主が出しました。"),
        ("会計", "会計の担当を決めました。", "社会計画と社会計測を学びました。"),
        ("市場", "市場の案内を作りました。", "都市場面と都市場所の図です。"),
        ("本市", "本市の計画を作りました。", "日本市民の会と日本市長会の資料です。"),
        ("住民", "住民の意見を聞きました。", "居住民間施設を数えました。"),
        ("ラン", "ランの花を植えました。", "ランチとブランコを楽しみました。ランチの時間です。"),
    ] {
        let workspace = of_texts([other, other, word, other]);
        let answer = workspace.search(q);
        assert_eq!(text(&answer.hits[0].record), word, "{q}: {}", told(&answer));
    }
}

#[test]
fn what_must_not_meet_does_not() {
    let workspace = of_texts([
        "区のHPを新しくしました。",
        "Hewlett-Packardの機器を借りました。",
        "ヒューレット・パッカードの機器を返しました。",
        "公正な選挙を行います。",
        "組織の構成を改めました。",
        "後世に伝えます。",
        "保健の担当を決めました。",
        "保険の担当を決めました。",
        "燃えるごみを集めました。",
        "燃えないごみを集めました。",
        "転出の届を受けました。",
        "転入の届を受けました。",
        "会場に入場しました。",
    ]);
    check(
        &workspace,
        &[
            row("HP", "HP").first(),
            never("HP", "Hewlett-Packard"),
            never("HP", "ヒューレット・パッカード"),
            never("ＨＰ", "Hewlett-Packard"),
            never("ホームページ", "Hewlett-Packard"),
            never("ホームページ", "ヒューレット・パッカード"),
            never("Hewlett-Packard", "HP"),
            never("公正", "構成"),
            never("公正", "後世"),
            never("構成", "公正"),
            never("保健", "保険"),
            never("保険", "保健"),
            never("燃えるごみ", "燃えないごみ"),
            never("燃えないごみ", "燃えるごみ"),
            never("転出", "転入"),
            never("転入", "転出"),
        ],
    );
    for (q, total) in [("HP", 1), ("公正", 1), ("構成", 1), ("保険", 1), ("転入", 1)] {
        let answer = workspace.search(q);
        assert_eq!(answer.total, total, "{q}: {}", told(&answer));
    }
}

// ---- Laws over words of the samples

/// Words of the samples, each once, in an order of chance.
fn random_words(workspace: &Workspace, seed: u64) -> Vec<analysis::Word> {
    let analyzer = analyzer();
    let mut worker = analyzer.worker();
    let mut words = BTreeSet::new();
    let mut found = Vec::new();
    for section in workspace.records.iter().flat_map(|record| &record.sections) {
        found.clear();
        worker.words(&section.text, &mut found);
        words.extend(found.drain(..).map(|word| (word.surface, word.reading, word.terms)));
    }
    let word = |(surface, reading, terms)| analysis::Word {
        surface,
        reading,
        terms,
        ..analysis::Word::default()
    };
    let mut words: Vec<analysis::Word> = words.into_iter().map(word).collect();
    fastrand::Rng::with_seed(seed).shuffle(&mut words);
    words
}

/// The records that hold each word.
fn holders(workspace: &Workspace) -> BTreeMap<String, BTreeSet<&str>> {
    let analyzer = analyzer();
    let mut worker = analyzer.worker();
    let mut holders: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    let mut found = Vec::new();
    for record in &workspace.records {
        for section in &record.sections {
            found.clear();
            worker.words(&section.text, &mut found);
            for word in found.drain(..) {
                holders.entry(word.surface).or_default().insert(record.id.0.as_str());
            }
        }
    }
    holders
}

/// Taking back one widening leaves those of every other part of the query.
#[test]
fn every_widening_is_taken_back_alone() {
    let workspace = Workspace::of(&[samples()]);
    let mut words = random_words(&workspace, 1);
    // A single letter is searched for as a word only: without its spellings it asks for nothing.
    words.retain(|word| 2 <= word.surface.chars().count());
    let mut n_undone = 0;
    for pair in words.chunks_exact(2).take(200) {
        let (one, other) = (&pair[0].surface, &pair[1].surface);
        for q in [one.clone(), format!("{one} {other}"), format!("{one} OR {other}")] {
            let answer = workspace.answer(&request(&q));
            for told_one in &answer.interpretation {
                let undone = workspace.answer(&told_one.undo);
                n_undone += 1;
                let is_told = |kind, from: &str| {
                    undone.interpretation.iter().any(|t| t.kind == kind && t.from == from)
                };
                assert!(!is_told(told_one.kind, &told_one.from), "{q}: {}", told(&undone));
                for kept in answer.interpretation.iter().filter(|t| t.from != told_one.from) {
                    assert!(
                        is_told(kept.kind, &kept.from) || undone.total == 0,
                        "{q}: without {:?} {} also {:?} {} is gone: {}",
                        told_one.kind,
                        told_one.from,
                        kept.kind,
                        kept.from,
                        told(&undone)
                    );
                }
            }
        }
    }
    assert!(200 < n_undone, "{n_undone}");
}

#[test]
fn words_as_written_are_among_what_the_widened_query_finds() {
    let workspace = Workspace::of(&[samples()]);
    for word in random_words(&workspace, 2).iter().take(200) {
        let widened = SearchRequest { q: word.surface.clone(), ..SearchRequest::default() };
        let exact = SearchRequest { exact: true, ..widened.clone() };
        let found: BTreeSet<String> = workspace.matching(&widened).into_iter().collect();
        let as_written = workspace.matching(&exact);
        for id in &as_written {
            assert!(found.contains(id), "{}: {id}", word.surface);
        }
        assert!(as_written.len() <= workspace.answer(&widened).total, "{}", word.surface);
    }
}

fn is_kanji(c: char) -> bool {
    matches!(c, '々' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}')
}

fn hiragana(katakana: &str) -> String {
    let lower = |c: char| match c {
        'ァ'..='ヶ' => char::from_u32(c as u32 - ('ア' as u32 - 'あ' as u32)).unwrap(),
        _ => c,
    };
    katakana.chars().map(lower).collect()
}

#[test]
fn the_kana_of_a_word_find_the_records_that_hold_it() {
    let workspace = Workspace::of(&[samples()]);
    let words = random_words(&workspace, 4);
    let holders = holders(&workspace);
    let is_kanji_word = |word: &&analysis::Word| {
        2 <= word.surface.chars().count()
            && word.surface.chars().all(is_kanji)
            && !word.reading.is_empty()
    };
    let mut faults = Vec::new();
    let mut n_read = 0;
    for word in words.iter().filter(is_kanji_word).take(200) {
        let kana = hiragana(&word.reading);
        let answer = workspace.answer(&request(&kana));
        if answer.interpretation.iter().all(|t| matches!(t.kind, Variant | Synonym))
            && 0 < answer.total
        {
            // The kana stand somewhere as they are, and what is found as written is not widened.
            continue;
        }
        n_read += 1;
        if !has(&answer, Reading) {
            faults.push(format!("{kana} {}: {}", word.surface, told(&answer)));
            continue;
        }
        let found: BTreeSet<String> = workspace.matching(&request(&kana)).into_iter().collect();
        // 中学生 is no word of 小中学生, and is not read so.
        let missing = holders[&word.surface].iter().filter(|id| !found.contains(**id)).count();
        if 0 < missing {
            faults.push(format!("{kana} {}: {missing} missing; {}", word.surface, told(&answer)));
        }
    }
    assert!(100 < n_read, "{n_read}");
    assert!(faults.is_empty(), "{} of {n_read}:\n{}", faults.len(), faults.join("\n"));
}

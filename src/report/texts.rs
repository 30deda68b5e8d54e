//! Text that looks broken: cut off, begun in the middle, one character a line, unreadable.

use crate::analysis::Analyzer;

use super::characters::is_unreadable;
use super::findings::IssueKind;

/// Something the matter with a text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fault {
    pub(super) kind: IssueKind,
    pub(super) message: &'static str,
    /// The text around it, as printed.
    pub(super) passage: String,
    pub(super) found: String,
}

/// Characters of a passage that is shown.
const SHOWN: usize = 40;

/// Lines of one character are suspect when so many stand in a text: a single one may be a mark.
const LEAST_LONE_LINES: usize = 2;

/// Last characters after which a sentence goes on.
///
/// They are asked about at all only if the analyzer says that the word is a particle or a verb that joins on:
/// 見直し and お知らせ are whole, 実施し is not.
const GOES_ON: &str = "をがにはへでとのもてし";

/// Marks after which a text goes on, whatever stood before.
const ALWAYS_GOES_ON: &str = "、，（「『【・";

/// Characters that no sentence begins with.
const NEVER_FIRST: &str = "、。，．）」』】ーっゃゅょッャュョ々";

/// What is the matter with a text.
pub(super) fn faults(text: &str, analyzer: &Analyzer) -> Vec<Fault> {
    let text = text.trim();
    let faults =
        [unreadable(text), cut_off(text, analyzer), begun_late(text), lone_characters(text)];
    faults.into_iter().flatten().collect()
}

fn unreadable(text: &str) -> Option<Fault> {
    let at = text.find(is_unreadable)?;
    let found: String = text[at..].chars().take_while(|c| is_unreadable(*c)).collect();
    let before: usize = text[..at].chars().rev().take(SHOWN / 2).map(char::len_utf8).sum();
    let passage = first(&text[at - before..], SHOWN);
    let message = "文字コードの情報がなく、何の文字か分からない文字があります。";
    Some(Fault { kind: IssueKind::UnreadableCharacters, message, passage, found })
}

fn cut_off(text: &str, analyzer: &Analyzer) -> Option<Fault> {
    let last = text.chars().next_back()?;
    let is_cut = ALWAYS_GOES_ON.contains(last)
        || GOES_ON.contains(last) && goes_on(last_chars(text, SHOWN), analyzer);
    is_cut.then(|| Fault {
        kind: IssueKind::CutText,
        message: "文の途中で終わっています。",
        passage: last_chars(text, SHOWN).to_owned(),
        found: last.to_string(),
    })
}

/// Whether the last word joins on to a word that is not there.
fn goes_on(end: &str, analyzer: &Analyzer) -> bool {
    let tokens = analyzer.explain(end);
    let Some(last) = tokens.last() else { return false };
    // A list item such as 転入のとき or 備考: と may end on a particle that is quoted; alone it says nothing.
    let has_more = 2 < tokens.len();
    let is_particle =
        ["助詞-格助詞", "助詞-係助詞", "助詞-連体化", "助詞-接続助詞", "助詞-並立助詞"]
            .iter()
            .any(|kind| last.part_of_speech.starts_with(kind));
    let joins =
        last.part_of_speech.starts_with("動詞") && last.base_form == "する" && last.surface == "し";
    has_more && (is_particle || joins)
}

fn begun_late(text: &str) -> Option<Fault> {
    let begins = text.chars().next().filter(|c| NEVER_FIRST.contains(*c))?;
    Some(Fault {
        kind: IssueKind::CutText,
        message: "文の途中から始まっています。",
        passage: first(text, SHOWN),
        found: begins.to_string(),
    })
}

fn lone_characters(text: &str) -> Option<Fault> {
    let is_lone = |line: &str| {
        let mut chars = line.trim().chars();
        let one = chars.next().filter(|c| c.is_alphabetic());
        one.is_some() && chars.next().is_none()
    };
    let n_lone = text.lines().filter(|line| is_lone(line)).count();
    let found = text.lines().find(|line| is_lone(line))?;
    (LEAST_LONE_LINES <= n_lone).then(|| Fault {
        kind: IssueKind::OneCharacterLines,
        message: "1文字だけの行が続いています。",
        passage: first(&text.replace('\n', "⏎"), SHOWN),
        found: found.trim().to_owned(),
    })
}

fn first(text: &str, n: usize) -> String {
    match text.char_indices().nth(n) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn last_chars(text: &str, n: usize) -> &str {
    let start = text.char_indices().rev().nth(n - 1).map_or(0, |(at, _)| at);
    &text[start..]
}

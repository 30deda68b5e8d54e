//! Character filters: the many ways one character is typed, folded before anything else looks at the text.
//!
//! A filter sees one [`Cluster`] at a time, that is a character with the marks that follow it, and rewrites it.
//! It knows nothing of offsets: they are kept in one place, for all filters.
//!
//! ```text
//! original   １   ０   ㍑        を   ﾎ    ﾟ
//!            │   │   │         │    └─┬──┘
//! filtered   1   0   リットル   を     ポ
//! ```
//!
//! Folding is for comparing only; nothing folded is ever shown.

mod case;
mod compatibility;
mod invisible;
mod iteration_marks;
mod long_vowel;
mod lookalikes;
mod radicals;

use unicode_normalization::char::is_combining_mark;

use crate::analysis::offsets::OffsetMap;

/// Raised when a filter changes, since terms change with it.
pub(crate) const VERSION: u32 = 3;

/// The filters of [`fold`], in order; none of them looks at the neighbours.
///
/// Invisible characters go first because they stand between a character and its marks;
/// doubles come after width, which has already brought half-width and full-width forms together;
/// case comes last because width makes letters (`㎏` becomes `kg`, `Ⅳ` becomes `IV`).
const FOLDING: &[fn(&mut Cluster)] =
    &[invisible::filter, compatibility::width, radicals::filter, lookalikes::doubles, case::filter];

/// Those of them that leave the case alone.
const WIDTH: &[fn(&mut Cluster)] =
    &[invisible::filter, compatibility::width, radicals::filter, lookalikes::doubles];

/// The filters before the segmenter: what a reader tells apart and a word does not, and what is mended by looking at
/// the neighbours, besides those of [`fold`].
const BEFORE_SEGMENTER: &[fn(&mut Cluster)] = &[
    invisible::filter,
    compatibility::filter,
    radicals::filter,
    iteration_marks::filter,
    long_vowel::filter,
    lookalikes::doubles,
    lookalikes::filter,
    case::filter,
];

/// A character, the marks that follow it, and its neighbours.
#[derive(Debug)]
struct Cluster {
    /// What is rewritten.
    text: String,
    /// The character before, already folded.
    before: Option<char>,
    /// The character after, as it is printed.
    after: Option<char>,
}

impl Cluster {
    /// The only character, unless there are several or none.
    fn single(&self) -> Option<char> {
        let mut characters = self.text.chars();
        let first = characters.next()?;
        characters.next().is_none().then_some(first)
    }

    fn replace(&mut self, character: char) {
        self.text.clear();
        self.text.push(character);
    }
}

/// A folded text, and the way back to the original.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Folded {
    /// The text with width, case and compatibility forms folded.
    pub text: String,
    /// Leads ranges of `text` back to the original.
    pub offsets: OffsetMap,
}

/// Folds width, case and compatibility forms, and nothing else: this is what a quoted phrase is compared with.
///
/// Characters that are printed otherwise stay apart: `①` is not `1`, `―` not `-`, `〇` not `○`, `へ` not `ヘ`.
/// No neighbour is looked at, so that the folded form of a passage stands in the folded form of its text.
pub fn fold(text: &str) -> Folded {
    let mut folded = Folded::default();
    apply(FOLDING, text, &mut folded);
    folded
}

/// What [`fold`] makes of a text, but for the case.
pub(crate) fn fold_width(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let len = match plain_len(rest) {
            0 => cluster_len(rest),
            plain => {
                folded.push_str(&rest[..plain]);
                rest = &rest[plain..];
                continue;
            }
        };
        if first.is_ascii() && len == 1 {
            folded.push(first);
        } else {
            let before = folded.chars().next_back();
            let after = rest[len..].chars().next();
            let mut cluster = Cluster { text: rest[..len].to_owned(), before, after };
            WIDTH.iter().for_each(|filter| filter(&mut cluster));
            folded.push_str(&cluster.text);
        }
        rest = &rest[len..];
    }
    folded
}

/// Folds as far as the segmenter reads: what the entries of its dictionary have to be folded with.
///
/// Beyond [`fold`], numbers in circles are numbers, all dashes are one, and iteration marks are spelled out.
pub fn fold_for_segmenter(text: &str) -> Folded {
    let mut folded = Folded::default();
    before_segmenter(text, &mut folded);
    folded
}

/// What the segmenter reads, in memory that is used again.
pub(crate) fn before_segmenter(text: &str, folded: &mut Folded) {
    apply(BEFORE_SEGMENTER, text, folded);
}

/// Whether no filter changes the character and it stands alone, whatever comes before and after.
pub(crate) fn is_plain(character: char) -> bool {
    matches!(character,
        '\0'..='@' | '['..='\u{7f}'
        | '、'..='】' | '〓'..='〛'
        | 'ぁ'..='ゖ' | 'ァ'..='・' | 'ー'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}')
}

fn apply(filters: &[fn(&mut Cluster)], text: &str, folded: &mut Folded) {
    folded.text.clear();
    folded.offsets.clear();
    folded.text.reserve(text.len());
    let mut done = 0;
    while done < text.len() {
        let plain = done + plain_len(&text[done..]);
        folded.text.push_str(&text[done..plain]);
        done = plain + apply_to_cluster(filters, &text[plain..], plain, folded);
    }
}

/// How many bytes at the start no filter would change.
fn plain_len(text: &str) -> usize {
    let mut last = 0;
    for (at, character) in text.char_indices() {
        if !is_plain(character) {
            // A mark belongs to the character before it.
            return if is_mark(character) { last } else { at };
        }
        last = at;
    }
    text.len()
}

/// Filters the cluster at the start of `rest`, which stands at `at` of the original, and gives its length.
fn apply_to_cluster(
    filters: &[fn(&mut Cluster)],
    rest: &str,
    at: usize,
    folded: &mut Folded,
) -> usize {
    let Some(first) = rest.chars().next() else { return 0 };
    let len = cluster_len(rest);
    if first.is_ascii() && len == 1 {
        folded.text.push(first.to_ascii_lowercase());
        return 1;
    }
    if let Some(narrow) = narrow(first).filter(|_| len == first.len_utf8()) {
        let start = folded.text.len();
        folded.text.push(narrow);
        folded.offsets.push(start..start + 1, at..at + len);
        return len;
    }
    let mut cluster = Cluster {
        text: rest[..len].to_owned(),
        before: folded.text.chars().next_back(),
        after: rest[len..].chars().next(),
    };
    for filter in filters {
        filter(&mut cluster);
    }
    let start = folded.text.len();
    folded.text.push_str(&cluster.text);
    if !runs_alongside(&cluster.text, &rest[..len]) {
        folded.offsets.push(start..folded.text.len(), at..at + len);
    }
    len
}

/// What the filters make of a full-width letter, digit or sign; the dash is left to them.
///
/// These are most of what is folded, and going through every filter takes ten times as long.
pub(crate) fn narrow(wide: char) -> Option<char> {
    const DISTANCE: u32 = '！' as u32 - '!' as u32;
    match wide {
        '－' => None,
        '！'..='～' => {
            char::from_u32(wide as u32 - DISTANCE).map(|narrow| narrow.to_ascii_lowercase())
        }
        _ => None,
    }
}

/// Whether every position of the folded cluster is the same position of the original.
fn runs_alongside(folded: &str, original: &str) -> bool {
    folded == original || folded.len() == original.len() && folded.chars().count() == 1
}

/// The first character and its marks.
fn cluster_len(rest: &str) -> usize {
    rest.char_indices().skip(1).find(|(_, c)| !is_mark(*c)).map_or(rest.len(), |(at, _)| at)
}

/// Whether the character belongs to the one before it: combining and half-width marks, variation selectors.
fn is_mark(character: char) -> bool {
    if character < '\u{300}' || is_plain(character) {
        return false;
    }
    matches!(character, 'ﾞ' | 'ﾟ')
        || invisible::is_selector(character)
        || is_combining_mark(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(fold(text).text, expected, "{text}");
    }

    #[test]
    fn width_and_case_are_folded() {
        check("ＨＰ", "hp");
        check("ﾎｰﾑﾍﾟｰｼﾞ", "ホームページ");
        check("令和４年度", "令和4年度");
        check("ｅ－ラーニング", "e-ラーニング");
        check("㍑と㎡とⅣ", "リットルとm2とiv");
        check("か\u{3099}", "が");
    }

    #[test]
    fn doubles_are_one_character() {
        check("１〜２", "1~2");
        check("１～２", "1~2");
        check("１−２", "1-2");
        check("１－２", "1-2");
        check("A‧B", "a・b");
        check("ŀ", "l・");
        check("“Ａ”", "\"a\"");
        check("⽤と⻑", "用と長");
        check("葛\u{e0100}城", "葛城");
    }

    #[test]
    fn what_is_printed_otherwise_is_kept() {
        check("…", "…");
        check("゛", "゛");
        check("サーバー", "サーバー");
        check("すゝめ", "すゝめ");
        check("①と½とm²", "①と½とm²");
    }

    #[test]
    fn characters_that_a_reader_tells_apart_stay_apart() {
        let rows = [
            "ー－一―─",
            "〇○◯0Oo",
            "へヘ",
            "べベ",
            "ぺペ",
            "りリ",
            "カ力",
            "ロ口",
            "ニ二",
            "ハ八",
            "エ工",
            "タ夕",
            "ト卜",
            "ッツ",
            "ァア",
            "①1",
            "²2",
            "½1",
            "・•●",
            "…。",
            "、,",
            "′'",
            "∥|",
            "崎﨑",
            "高髙",
            "々〃",
            "ゝヽ",
        ];
        for row in rows {
            let folded: Vec<String> = row.chars().map(|c| fold(&c.to_string()).text).collect();
            for (i, one) in folded.iter().enumerate() {
                // Case is folded, and only case.
                let twice = folded[..i].contains(one) && one != "o";
                assert!(!twice, "{one} of {row}");
            }
        }
    }

    #[test]
    fn the_segmenter_reads_what_is_meant() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(fold_for_segmenter(text).text, expected, "{text}");
        }
        check("①、Ａ―Ｂ•Ｃ", "1、a-b・c");
        check("いすゞ", "いすず");
        check("m²", "m2");
    }

    #[test]
    fn a_dash_in_a_loanword_is_its_long_vowel_for_the_segmenter_only() {
        let mut folded = Folded::default();
        before_segmenter("サ－バ−、１－２", &mut folded);
        assert_eq!(folded.text, "サーバー、1-2");
        check("サ－バ−", "サ-バ-");
    }

    #[test]
    fn every_full_width_sign_goes_the_way_of_the_filters() {
        for wide in '！'..='～' {
            let mut cluster = Cluster { text: wide.to_string(), before: None, after: None };
            FOLDING.iter().for_each(|filter| filter(&mut cluster));
            check(&wide.to_string(), &cluster.text);
        }
    }
}

//! Latin letters and kana, as typed, to the beginnings of readings.
//!
//! What is typed is rarely finished: a last `k` may become any of カキクケコ, and a last `n` ン or any of ナニヌネノ.
//! Where one spelling stands for several readings (`zu` for ズ and ヅ, `kinyu` for キニュ and キンユ), all are given.

use unicode_normalization::UnicodeNormalization;

use crate::analysis::to_katakana;

/// Syllables and their kana, by the Hepburn system and by the Kunrei system (ISO 3602), which share most of them;
/// then the spellings that both leave out and input methods take for kana of loanwords.
///
/// Voiced syllables that both systems write alike stand under both kana.
#[rustfmt::skip]
const SYLLABLES: &[(&str, &str)] = &[
    ("a", "ア"), ("i", "イ"), ("u", "ウ"), ("e", "エ"), ("o", "オ"),
    ("ka", "カ"), ("ki", "キ"), ("ku", "ク"), ("ke", "ケ"), ("ko", "コ"),
    ("sa", "サ"), ("si", "シ"), ("shi", "シ"), ("su", "ス"), ("se", "セ"), ("so", "ソ"),
    ("ta", "タ"), ("ti", "チ"), ("chi", "チ"), ("tu", "ツ"), ("tsu", "ツ"), ("te", "テ"), ("to", "ト"),
    ("na", "ナ"), ("ni", "ニ"), ("nu", "ヌ"), ("ne", "ネ"), ("no", "ノ"),
    ("ha", "ハ"), ("hi", "ヒ"), ("hu", "フ"), ("fu", "フ"), ("he", "ヘ"), ("ho", "ホ"),
    ("ma", "マ"), ("mi", "ミ"), ("mu", "ム"), ("me", "メ"), ("mo", "モ"),
    ("ya", "ヤ"), ("yu", "ユ"), ("yo", "ヨ"),
    ("ra", "ラ"), ("ri", "リ"), ("ru", "ル"), ("re", "レ"), ("ro", "ロ"),
    ("wa", "ワ"), ("wo", "ヲ"),
    ("ga", "ガ"), ("gi", "ギ"), ("gu", "グ"), ("ge", "ゲ"), ("go", "ゴ"),
    ("za", "ザ"), ("zi", "ジ"), ("zi", "ヂ"), ("ji", "ジ"), ("ji", "ヂ"),
    ("zu", "ズ"), ("zu", "ヅ"), ("ze", "ゼ"), ("zo", "ゾ"),
    ("da", "ダ"), ("di", "ヂ"), ("du", "ヅ"), ("de", "デ"), ("do", "ド"),
    ("ba", "バ"), ("bi", "ビ"), ("bu", "ブ"), ("be", "ベ"), ("bo", "ボ"),
    ("pa", "パ"), ("pi", "ピ"), ("pu", "プ"), ("pe", "ペ"), ("po", "ポ"),
    ("kya", "キャ"), ("kyu", "キュ"), ("kyo", "キョ"),
    ("sya", "シャ"), ("syu", "シュ"), ("syo", "ショ"), ("sha", "シャ"), ("shu", "シュ"), ("sho", "ショ"),
    ("tya", "チャ"), ("tyu", "チュ"), ("tyo", "チョ"), ("cha", "チャ"), ("chu", "チュ"), ("cho", "チョ"),
    ("nya", "ニャ"), ("nyu", "ニュ"), ("nyo", "ニョ"),
    ("hya", "ヒャ"), ("hyu", "ヒュ"), ("hyo", "ヒョ"),
    ("mya", "ミャ"), ("myu", "ミュ"), ("myo", "ミョ"),
    ("rya", "リャ"), ("ryu", "リュ"), ("ryo", "リョ"),
    ("gya", "ギャ"), ("gyu", "ギュ"), ("gyo", "ギョ"),
    ("zya", "ジャ"), ("zyu", "ジュ"), ("zyo", "ジョ"), ("ja", "ジャ"), ("ju", "ジュ"), ("jo", "ジョ"),
    ("jya", "ジャ"), ("jyu", "ジュ"), ("jyo", "ジョ"),
    ("bya", "ビャ"), ("byu", "ビュ"), ("byo", "ビョ"),
    ("pya", "ピャ"), ("pyu", "ピュ"), ("pyo", "ピョ"),
    ("fa", "ファ"), ("fi", "フィ"), ("fe", "フェ"), ("fo", "フォ"),
    ("va", "ヴァ"), ("vi", "ヴィ"), ("vu", "ヴ"), ("ve", "ヴェ"), ("vo", "ヴォ"),
    ("ti", "ティ"), ("thi", "ティ"), ("di", "ディ"), ("dhi", "ディ"), ("dyu", "デュ"), ("dhu", "デュ"),
    ("she", "シェ"), ("che", "チェ"), ("je", "ジェ"), ("wi", "ウィ"), ("we", "ウェ"), ("tsa", "ツァ"),
    ("xtu", "ッ"), ("ltu", "ッ"), ("xya", "ャ"), ("xyu", "ュ"), ("xyo", "ョ"),
];

/// The most readings that one text is taken for.
const MOST: usize = 40;

/// The longest text that is read, in characters; no word is so long.
const MAX_CHARS: usize = 64;

/// What the reading of a word may begin with for `typed` to be the beginning of it, in katakana.
///
/// Nothing if `typed` is not all kana and letters that can be read so.
/// None of them is the beginning of another.
pub fn beginnings(typed: &str) -> Vec<String> {
    let typed: String = to_katakana(typed).to_lowercase().nfc().collect();
    if typed.is_empty() || MAX_CHARS < typed.chars().count() {
        return Vec::new();
    }
    let mut readings = Readings { found: Vec::new(), n_steps: 0 };
    readings.read(&typed, String::new());
    let mut found = readings.found;
    found.sort_unstable();
    found.dedup_by(|longer, shorter| longer.starts_with(shorter.as_str()));
    found.truncate(MOST);
    found
}

struct Readings {
    found: Vec<String>,
    n_steps: usize,
}

impl Readings {
    /// Takes `rest` apart in every way, behind what was `read` before it.
    fn read(&mut self, rest: &str, read: String) {
        // Ways multiply with every syllable that can be read in two; a few of them are enough.
        const MAX_STEPS: usize = 2_000;
        self.n_steps += 1;
        if MAX_STEPS < self.n_steps || MOST < self.found.len() {
            return;
        }
        let Some(first) = rest.chars().next() else {
            self.found.extend((!read.is_empty()).then_some(read));
            return;
        };
        let after_first = &rest[first.len_utf8()..];
        match first {
            'ァ'..='ヺ' | 'ー' => self.read(after_first, format!("{read}{first}")),
            '-' if !read.is_empty() => self.read(after_first, format!("{read}ー")),
            _ if long_vowel(first).is_some() => self.long(first, after_first, &read),
            'a'..='z' => self.letters(rest, &read),
            _ => {}
        }
    }

    fn letters(&mut self, rest: &str, read: &str) {
        self.nasal(rest, read);
        self.doubled(rest, read);
        for (letters, kana) in SYLLABLES {
            if let Some(after) = rest.strip_prefix(letters) {
                self.read(after, format!("{read}{kana}"));
                self.lengthened(letters, after, &format!("{read}{kana}"));
            } else if letters.starts_with(rest) {
                // The last syllable is not finished.
                self.found.push(format!("{read}{kana}"));
            } else if let Some(after) = with_long_vowel(rest, letters) {
                let vowel = &rest[..rest.len() - after.len()];
                self.long_syllable(vowel, kana, after, read);
            }
        }
    }

    /// `n` before anything but a vowel, `n'`, the `nn` of input methods, and the `m` of `shimbun`.
    fn nasal(&mut self, rest: &str, read: &str) {
        let n = |after: &str, all: &mut Self| all.read(after, format!("{read}ン"));
        if let Some(after) = rest.strip_prefix("n") {
            if let Some(after) = after.strip_prefix(['\'', '’', 'n']) {
                n(after, self);
            }
            match after.chars().next() {
                // Many leave out the apostrophe of kin'yū.
                None => n(after, self),
                Some(next) if !matches!(next, 'a' | 'i' | 'u' | 'e' | 'o' | '\'' | '’') => {
                    n(after, self)
                }
                Some(_) => {}
            }
        }
        let after = rest.strip_prefix('m').unwrap_or_default();
        if after.starts_with(['b', 'm', 'p']) {
            n(after, self);
        }
    }

    /// A consonant written twice, and `tch`: the small ッ. A last consonant may become one, too.
    fn doubled(&mut self, rest: &str, read: &str) {
        let mut letters = rest.chars();
        let Some(first) =
            letters.next().filter(|c| !matches!(c, 'a' | 'i' | 'u' | 'e' | 'o' | 'n'))
        else {
            return;
        };
        match letters.next() {
            Some(second) if second == first || rest.starts_with("tch") => {
                self.read(&rest[1..], format!("{read}ッ"))
            }
            None if !read.is_empty() => {
                let begun = SYLLABLES.iter().filter(|(letters, _)| letters.starts_with(first));
                self.found.extend(begun.map(|(_, kana)| format!("{read}ッ{kana}")));
            }
            _ => {}
        }
    }
}

impl Readings {
    /// A vowel written again for its length: `oo` is オオ and in loanwords オー.
    fn lengthened(&mut self, letters: &str, after: &str, read: &str) {
        let vowel = letters.chars().next_back();
        if let Some(after) = vowel.and_then(|vowel| after.strip_prefix(vowel)) {
            self.read(after, format!("{read}ー"));
        }
    }

    /// A syllable whose vowel carries the mark of a long one.
    fn long_syllable(&mut self, vowel: &str, kana: &str, after: &str, read: &str) {
        let endings = vowel.chars().next_back().and_then(long_vowel).map_or("", |(_, kana)| kana);
        for ending in endings.chars() {
            self.read(after, format!("{read}{kana}{ending}"));
        }
    }

    /// A long vowel without a consonant.
    fn long(&mut self, first: char, after: &str, read: &str) {
        let Some((vowel, endings)) = long_vowel(first) else { return };
        let kana =
            SYLLABLES.iter().find(|(letters, _)| *letters == vowel).map_or("", |(_, kana)| kana);
        for ending in endings.chars() {
            self.read(after, format!("{read}{kana}{ending}"));
        }
    }
}

/// What follows a syllable that is written with the mark of a long vowel in place of its last letter.
fn with_long_vowel<'r>(rest: &'r str, letters: &str) -> Option<&'r str> {
    let (at, vowel) = letters.char_indices().next_back()?;
    let after = rest.strip_prefix(&letters[..at])?;
    let first = after.chars().next()?;
    let (short, _) = long_vowel(first)?;
    (0 < at && short.starts_with(vowel)).then(|| &after[first.len_utf8()..])
}

/// The vowel of a long one, with the kana that may stand for the length: Hepburn's macron, Kunrei's circumflex.
fn long_vowel(letter: char) -> Option<(&'static str, &'static str)> {
    match letter {
        'ā' | 'â' => Some(("a", "アー")),
        'ī' | 'î' => Some(("i", "イー")),
        'ū' | 'û' => Some(("u", "ウー")),
        'ē' | 'ê' => Some(("e", "エイー")),
        'ō' | 'ô' => Some(("o", "ウオー")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Among the readings of `typed` must be those `expected`.
    #[track_caller]
    fn check(typed: &str, expected: &[&str]) {
        let found = beginnings(typed);
        for reading in expected {
            assert!(
                found.iter().any(|begun| reading.starts_with(begun.as_str())),
                "{typed}: {reading} in {found:?}"
            );
        }
        assert_eq!(found.is_empty(), expected.is_empty(), "{typed}: {found:?}");
    }

    #[track_caller]
    fn check_exactly(typed: &str, expected: &[&str]) {
        assert_eq!(beginnings(typed), expected, "{typed}");
    }

    #[test]
    fn both_systems_are_read() {
        for typed in ["shi", "si", "し", "シ", "SHI"] {
            check_exactly(typed, &["シ"]);
        }
        check_exactly("ho", &["ホ"]);
        check_exactly("tsu", &["ツ"]);
        check("tu", &["ツ"]);
        check_exactly("kya", &["キャ"]);
        check("syakai", &["シャカイ"]);
        check("shakai", &["シャカイ"]);
        check("fukusi", &["フクシ"]);
        check("hukushi", &["フクシ"]);
        check("joho", &["ジョホ"]);
        check("jouhou", &["ジョウホウ"]);
        check("zyouhou", &["ジョウホウ"]);
        check("tetsuzuki", &["テツヅキ", "テツズキ"]);
        check("kojin", &["コジン"]);
    }

    #[test]
    fn what_is_not_finished_may_become_anything() {
        check_exactly("k", &["カ", "キ", "ク", "ケ", "コ"]);
        check("hok", &["ホカ", "ホキュ", "ホケン", "ホコ", "ホッカ"]);
        check("ほk", &["ホカ", "ホケン"]);
        check("ky", &["キャ", "キュ", "キョ"]);
        check("sh", &["シ", "シャ"]);
        check("koji", &["コジン"]);
        check("hon", &["ホン", "ホナ", "ホノ"]);
        check("n", &["ン", "ナ", "ノ"]);
    }

    #[test]
    fn nasals_doubles_and_long_vowels() {
        check("sinnrin", &["シンリン"]);
        check("shinrin", &["シンリン"]);
        check("annai", &["アンナイ"]);
        check("annnai", &["アンナイ"]);
        check("shin'yo", &["シンヨ"]);
        check("kinyu", &["キンユ", "キニュ"]);
        check("shimbun", &["シンブン"]);
        check("shinbun", &["シンブン"]);
        check("hokkaido", &["ホッカイド"]);
        check("matcha", &["マッチャ"]);
        check("macchi", &["マッチ"]);
        check("jōhō", &["ジョウホウ"]);
        check("zyôhô", &["ジョウホウ"]);
        check("kōri", &["コオリ", "コウリ"]);
        check("sābisu", &["サービス"]);
        check("saabisu", &["サービス"]);
        check("sa-bisu", &["サービス"]);
        check("ō", &["オオ", "オウ"]);
    }

    #[test]
    fn what_is_no_reading_has_none() {
        for typed in ["", "個人", "x y", "q", "ho!", "1", "-", "hoq", "’"] {
            check(typed, &[]);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_within_bounds(typed in "[a-zā'ぁ-ん\\-ー]{0,80}|\\PC{0,10}") {
            let found = beginnings(&typed);
            prop_assert!(found.len() <= MOST);
            for reading in &found {
                prop_assert!(reading.chars().all(|c| matches!(c, 'ァ'..='ヺ' | 'ー')), "{}", reading);
            }
        }
    }
}

//! Probable typos: what is rare here, one slip away from what is frequent here, and unlikely as Japanese.
//!
//! 実施しまた is found beside a thousand 実施しました without a list of errors and without a model of language.
//! The hiragana between the words of content are what a text is held together by, and there are few of them: their runs
//! of four characters repeat endlessly.
//! A run that is met once or twice is suspect when a single slip (a character lost, doubled, taken for another, two
//! exchanged) turns it and its neighbours into runs that are met many times.
//! Of these, those stay whose correction the analyzer finds so much likelier that no rare but sound phrase explains it.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

use crate::analysis::{Analyzer, Origin, Worker};

use super::keys;
use super::symbols::{Symbol, is_hiragana_symbol, letter, symbols};

/// A run that is met so often at most is rare.
const RARE: u32 = 2;

/// Runs that are met so often are frequent; those of a correction must be.
const FREQUENT: u32 = 8;

/// How much likelier the analyzer must find a correction, in costs of the dictionary.
///
/// A cost of 700 or so is a factor of e in frequency. Corrections that only leave a character out are likelier by
/// themselves, since every word costs something.
const LIKELIER: i64 = 4_200;
const LIKELIER_IF_SHORTER: i64 = 6_500;

/// How much more often what was meant must be met than what was found.
///
/// A letter too many is seen as such; a letter that is missing or another may be a rare word.
const TIMES: u32 = 20;
const TIMES_IF_SHORTER: u32 = 8;

/// The length of the runs that are counted.
const RUN: usize = 4;

/// More sentences than these are not kept to be looked at again; those that became ordinary meanwhile go first.
const MOST_KEPT: usize = 100_000;

/// More sentences and runs than these are not told apart; sentences beyond are counted each time they are met.
const MOST_COUNTED: usize = 4_000_000;

/// Characters of a passage on each side of the suspect.
const AROUND: usize = 24;

/// The slips are looked for among runs that lie so close together: a single slip touches no more.
const MOST_TOUCHED: usize = RUN + 1;

/// Endings that every report has, however short the collection is.
const ENDINGS: &[&str] = &[
    "実施します。",
    "実施しました。",
    "実施しています。",
    "実施していました。",
    "実施していきます。",
    "実施しております。",
    "実施いたします。",
    "実施いたしました。",
    "実施しませんでした。",
    "実施できました。",
    "実施できます。",
    "実施できませんでした。",
    "実施されました。",
    "実施されています。",
    "努めます。",
    "努めました。",
    "努めています。",
    "図ります。",
    "図りました。",
    "行います。",
    "行いました。",
    "行っています。",
    "行ってまいります。",
    "必要があります。",
    "必要がありました。",
    "ありません。",
    "ありませんでした。",
    "効果となりました。",
    "課題となっています。",
    "参加していただきました。",
    "対応することができました。",
];

/// The statistics of a collection as far as it is read.
#[derive(Default)]
pub(super) struct Typos {
    /// By run: how many sentences have it.
    runs: HashMap<u64, u32>,
    /// Hashes of the sentences that are counted: copies of a file would make its slips frequent.
    sentences: HashSet<u64>,
    /// By hash: sentences that had a rare run when they were met.
    kept: HashMap<u64, Kept>,
    /// Words in katakana, with how many sentences have them and where the first stands.
    katakana: HashMap<Box<str>, Loan>,
}

struct Kept {
    sentence: Box<str>,
    record: u32,
}

#[derive(Clone, Copy)]
struct Loan {
    n_sentences: u32,
    record: u32,
    /// Hash of the first sentence.
    sentence: u64,
}

/// A passage that may hold a typo.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Suspect {
    /// The number of the record.
    pub(super) record: u32,
    /// A part of the sentence, as printed.
    pub(super) passage: String,
    /// What looks wrong, as printed.
    pub(super) found: String,
    /// What was probably meant.
    pub(super) likely: String,
    /// How many sentences have what was found, and how many at least what was meant.
    pub(super) n_found: u32,
    pub(super) n_likely: u32,
}

impl Typos {
    /// Counts the sentences of a text of the record of that number.
    pub(super) fn add(&mut self, text: &str, record: u32) {
        for sentence in text.split_inclusive(['。', '\n']) {
            let sentence = sentence.trim();
            let hash = hash(sentence);
            let is_new = self.sentences.len() < MOST_COUNTED && self.sentences.insert(hash);
            if is_new && !sentence.is_empty() {
                self.add_sentence(sentence, hash, record);
            }
        }
        if MOST_KEPT < self.kept.len() {
            self.forget();
        }
    }

    fn add_sentence(&mut self, sentence: &str, hash: u64, record: u32) {
        let symbols = symbols(sentence);
        let mut has_rare = false;
        for run in runs(&symbols).flatten() {
            if let Some(count) = self.runs.get_mut(&run) {
                *count = count.saturating_add(1);
                has_rare |= *count <= RARE;
            } else if self.runs.len() < MOST_COUNTED {
                self.runs.insert(run, 1);
                has_rare = true;
            }
        }
        let has_room = self.katakana.len() < MOST_COUNTED;
        for word in katakana_words(sentence) {
            let sentence = hash;
            has_rare |= match self.katakana.get_mut(word) {
                Some(loan) => {
                    loan.n_sentences = loan.n_sentences.saturating_add(1);
                    false
                }
                None if has_room => {
                    self.katakana.insert(word.into(), Loan { n_sentences: 1, record, sentence });
                    true
                }
                None => false,
            };
        }
        if has_rare {
            self.kept.insert(hash, Kept { sentence: sentence.into(), record });
        }
    }

    /// Lets go of sentences without anything rare, and, where that is not enough, of others.
    fn forget(&mut self) {
        let mut kept = std::mem::take(&mut self.kept);
        kept.retain(|_, kept| self.has_rare(&kept.sentence));
        let n_beyond = kept.len().saturating_sub(MOST_KEPT / 2);
        let beyond: Vec<u64> = kept.keys().take(n_beyond).copied().collect();
        for hash in beyond {
            kept.remove(&hash);
        }
        self.kept = kept;
    }

    fn has_rare(&self, sentence: &str) -> bool {
        let is_rare_word = |word| self.katakana.get(word).is_some_and(|l| l.n_sentences <= RARE);
        runs(&symbols(sentence)).flatten().any(|run| self.count(run) <= RARE)
            || katakana_words(sentence).any(is_rare_word)
    }

    fn count(&self, run: u64) -> u32 {
        self.runs.get(&run).copied().unwrap_or(0)
    }

    /// Every probable typo, in the order of the records.
    pub(super) fn finish(mut self, analyzer: &Analyzer) -> Vec<Suspect> {
        for run in
            ENDINGS.iter().flat_map(|ending| runs(&symbols(ending)).flatten().collect::<Vec<_>>())
        {
            *self.runs.entry(run).or_default() += TIMES;
        }
        let mut worker = analyzer.worker();
        let mut suspects = Vec::new();
        for kept in self.kept.values() {
            suspects.extend(self.suspects_in(kept, &mut worker));
        }
        suspects.extend(self.loan_suspects(analyzer));
        suspects.sort_by(|a, b| (a.record, &a.passage).cmp(&(b.record, &b.passage)));
        suspects
    }

    fn suspects_in(&self, kept: &Kept, worker: &mut Worker) -> Vec<Suspect> {
        let symbols = symbols(&kept.sentence);
        let counts: Vec<Option<u32>> =
            runs(&symbols).map(|run| run.map(|run| self.count(run))).collect();
        let mut suspects = Vec::new();
        let mut at = 0;
        while at < counts.len() {
            let n_rare = counts[at..].iter().take_while(|c| c.is_some_and(|c| c <= RARE)).count();
            if (2..=MOST_TOUCHED).contains(&n_rare) {
                let rare = at..at + n_rare;
                suspects.extend(self.suspect_at(kept, &symbols, &rare, worker));
            }
            at += n_rare.max(1);
        }
        suspects
    }

    /// The likeliest correction that makes all of the rare runs frequent ones.
    fn suspect_at(
        &self,
        kept: &Kept,
        symbols: &[Symbol],
        rare: &Range<usize>,
        worker: &mut Worker,
    ) -> Option<Suspect> {
        let clause = clause(&kept.sentence, symbols[rare.start + 1].start);
        let cost = worker.cost(&kept.sentence[clause.clone()]);
        let mut best: Option<(i64, Suspect)> = None;
        for slip in slips(symbols, rare) {
            let Some(n_likely) = self.least(symbols, &slip) else { continue };
            let Some((range, likely)) = corrected(&kept.sentence, symbols, &slip) else { continue };
            if range.start < clause.start || clause.end < range.end {
                continue;
            }
            let text = &kept.sentence;
            let clause_corrected = format!(
                "{}{likely}{}",
                &text[clause.start..range.start],
                &text[range.end..clause.end]
            );
            let gain = cost - worker.cost(&clause_corrected);
            let is_shorter = matches!(slip, Slip::TooMany(_));
            let (least, times) = match is_shorter {
                true => (LIKELIER_IF_SHORTER, TIMES_IF_SHORTER),
                false => (LIKELIER, TIMES),
            };
            let n_found = rare.clone().map(|at| self.count_at(symbols, at)).min().unwrap_or(0);
            if gain < least
                || n_likely < times * n_found
                || best.as_ref().is_some_and(|(other, _)| gain <= *other)
            {
                continue;
            }
            let shown = shown(text, &range);
            let suspect = Suspect {
                record: kept.record,
                passage: passage(text, &range),
                found: text[shown.clone()].to_owned(),
                likely: format!(
                    "{}{likely}{}",
                    &text[shown.start..range.start],
                    &text[range.end..shown.end]
                ),
                n_found,
                n_likely,
            };
            best = Some((gain, suspect));
        }
        best.map(|(_, suspect)| suspect)
    }

    fn count_at(&self, symbols: &[Symbol], at: usize) -> u32 {
        run(&symbols[at..at + RUN]).map_or(0, |run| self.count(run))
    }

    /// How often the rarest of the runs is met that stand there without `slip`; nothing if one is not frequent.
    fn least(&self, symbols: &[Symbol], slip: &Slip) -> Option<u32> {
        let reach = slip.reach(symbols.len());
        let start = reach.start;
        let mut signs: Vec<u16> = symbols[reach].iter().map(|symbol| symbol.sign).collect();
        match *slip {
            Slip::TooMany(at) => {
                signs.remove(at - start);
            }
            Slip::TooFew(at, letter) => signs.insert(at - start, letter),
            Slip::Other(at, letter) => signs[at - start] = letter,
            Slip::Exchanged(at) => signs.swap(at - start, at - start + 1),
        }
        let counts = signs.windows(RUN).filter_map(pack).map(|run| self.count(run));
        counts.min().filter(|least| FREQUENT <= *least)
    }

    /// Words in katakana that nobody knows, a slip away from one that is frequent.
    fn loan_suspects(&self, analyzer: &Analyzer) -> Vec<Suspect> {
        let frequent: Vec<(&str, u32)> = self
            .katakana
            .iter()
            .filter(|(_, loan)| FREQUENT <= loan.n_sentences)
            .map(|(word, loan)| (&**word, loan.n_sentences))
            .collect();
        let mut suspects = Vec::new();
        for (word, loan) in self.katakana.iter().filter(|(_, loan)| loan.n_sentences <= RARE) {
            let Some(kept) = self.kept.get(&loan.sentence) else { continue };
            let near = frequent.iter().filter(|(other, _)| is_slip(word, other));
            let Some((likely, n_likely)) = near.max_by_key(|(_, n)| *n) else { continue };
            let is_unknown = |word: &str| {
                analyzer.explain(word).iter().any(|token| token.origin == Origin::Unknown)
            };
            let Some(at) = kept.sentence.find(&**word) else { continue };
            if is_unknown(word) && !is_unknown(likely) {
                suspects.push(Suspect {
                    record: loan.record,
                    passage: passage(&kept.sentence, &(at..at + word.len())),
                    found: word.to_string(),
                    likely: (*likely).to_owned(),
                    n_found: loan.n_sentences,
                    n_likely: *n_likely,
                });
            }
        }
        suspects
    }
}

/// What a hand may have done to a text; places are those of symbols.
enum Slip {
    /// The character at this place is too many.
    TooMany(usize),
    /// This letter is missing before this place.
    TooFew(usize, u16),
    /// This letter was meant at this place.
    Other(usize, u16),
    /// The characters at this place and the next have changed places.
    Exchanged(usize),
}

impl Slip {
    /// The symbols of all runs that are others without it.
    fn reach(&self, n_symbols: usize) -> Range<usize> {
        const BESIDE: usize = RUN - 1;
        let (at, n_spoiled) = match *self {
            Slip::TooFew(at, _) => (at, 0),
            Slip::TooMany(at) | Slip::Other(at, _) => (at, 1),
            Slip::Exchanged(at) => (at, 2),
        };
        at.saturating_sub(BESIDE)..(at + n_spoiled + BESIDE).min(n_symbols)
    }
}

/// Every single slip that touches all of the rare runs.
fn slips(symbols: &[Symbol], rare: &Range<usize>) -> Vec<Slip> {
    // The symbols that all of the rare runs share.
    let shared = rare.end - 1..rare.start + RUN;
    let mut slips = Vec::new();
    let long_vowel = 'ー' as u16;
    let is_kana = |at: usize| {
        symbols.get(at).is_some_and(|s| is_hiragana_symbol(s.sign) && s.sign != long_vowel)
    };
    for at in shared.clone() {
        if is_kana(at) {
            // Beside a word of content a letter may belong to it: 治ゆ, 則って.
            if is_kana(at - 1) && !is_word(symbols, at) {
                slips.push(Slip::TooMany(at));
            }
            let sign = symbols[at].sign;
            slips.extend(letters().filter(|l| keys::is_slip(sign, *l)).map(|l| Slip::Other(at, l)));
            if shared.contains(&(at + 1)) && is_kana(at + 1) {
                slips.push(Slip::Exchanged(at));
            }
        }
    }
    // A gap between two of them.
    for at in rare.end..rare.start + RUN {
        if is_kana(at) || is_kana(at - 1) {
            slips.extend(letters().map(|letter| Slip::TooFew(at, letter)));
        }
    }
    slips
}

/// Whether a letter that seems too many may be a word of its own: きて**は**いる is sound beside きている, 含まれ**う**る
/// beside 含まれる.
fn is_word(symbols: &[Symbol], at: usize) -> bool {
    let is = |at: usize, c: char| symbols.get(at).map(|symbol| symbol.sign) == letter(c);
    let is_doubled = symbols[at - 1].sign == symbols[at].sign;
    let is_particle = "はがもをにでのとやか".chars().any(|particle| is(at, particle));
    is_particle && !is_doubled || is(at, 'う') && is(at + 1, 'る')
}

/// The hiragana in use: ぁ to ん without those that no text has any more.
fn letters() -> impl Iterator<Item = u16> {
    ('ぁ'..='ん').filter(|c| !"ゎゐゑ".contains(*c)).map(|c| letter(c).unwrap_or_default())
}

/// The bytes that `slip` spoiled, and what they should be.
fn corrected(text: &str, symbols: &[Symbol], slip: &Slip) -> Option<(Range<usize>, String)> {
    let range = |at: usize| symbols.get(at).map(|symbol| symbol.start..symbol.end);
    let written = |letter: u16| char::from_u32(u32::from(letter)).map(String::from);
    match *slip {
        Slip::TooMany(at) => Some((range(at)?, String::new())),
        Slip::TooFew(at, letter) => {
            let start = range(at)?.start;
            Some((start..start, written(letter)?))
        }
        Slip::Other(at, letter) => Some((range(at)?, written(letter)?)),
        Slip::Exchanged(at) => {
            let (one, other) = (range(at)?, range(at + 1)?);
            let exchanged = format!("{}{}", &text[other.clone()], &text[one.clone()]);
            Some((one.start..other.end, exchanged))
        }
    }
}

/// The part of a sentence between commas that holds the byte `at`.
fn clause(sentence: &str, at: usize) -> Range<usize> {
    let start = sentence[..at].rfind('、').map_or(0, |comma| comma + '、'.len_utf8());
    let end =
        sentence[at..].find('、').map_or(sentence.len(), |comma| at + comma + '、'.len_utf8());
    start..end
}

/// The word around what was spoiled: its hiragana, and the character before them.
fn shown(text: &str, range: &Range<usize>) -> Range<usize> {
    let is_kana = |c: &char| letter(*c).is_some();
    let before: usize =
        text[..range.start].chars().rev().take_while(is_kana).take(4).map(char::len_utf8).sum();
    let mut start = range.start - before;
    let words = text[..start].chars().rev().take_while(|c| c.is_alphabetic() && !is_kana(c));
    start -= words.take(2).map(char::len_utf8).sum::<usize>();
    let behind: usize =
        text[range.end..].chars().take_while(is_kana).take(4).map(char::len_utf8).sum();
    start..range.end + behind
}

/// The text around `range`, within one sentence.
fn passage(text: &str, range: &Range<usize>) -> String {
    let before: usize = text[..range.start].chars().rev().take(AROUND).map(char::len_utf8).sum();
    let behind: usize = text[range.end..].chars().take(AROUND).map(char::len_utf8).sum();
    let (start, end) = (range.start - before, range.end + behind);
    let dots = |is_cut| if is_cut { "…" } else { "" };
    format!("{}{}{}", dots(0 < start), &text[start..end], dots(end < text.len()))
}

/// The runs of a sentence by their place; nothing where a run says little.
fn runs(symbols: &[Symbol]) -> impl Iterator<Item = Option<u64>> {
    symbols.windows(RUN).map(run)
}

fn run(symbols: &[Symbol]) -> Option<u64> {
    let mut signs = [0; RUN];
    for (sign, symbol) in signs.iter_mut().zip(symbols) {
        *sign = symbol.sign;
    }
    pack(&signs)
}

/// A run as one number; nothing for runs with less than three hiragana, of which there is no end.
fn pack(signs: &[u16]) -> Option<u64> {
    let n_kana = signs.iter().filter(|sign| is_hiragana_symbol(**sign)).count();
    (3 <= n_kana).then(|| signs.iter().fold(0, |run, sign| run << 16 | u64::from(*sign)))
}

/// Words in katakana that are long enough that a slip leaves them recognisable.
fn katakana_words(sentence: &str) -> impl Iterator<Item = &str> {
    let is_katakana = |c: char| matches!(c, 'ァ'..='ヺ' | 'ー');
    let words = sentence.split(move |c| !is_katakana(c)).map(|word| word.trim_start_matches('ー'));
    words.filter(|word| 5 <= word.chars().count())
}

/// Whether one slip makes `meant` of `word`, and not one of those that are spellings: long vowels, ヴ, small letters.
fn is_slip(word: &str, meant: &str) -> bool {
    let spelled = |word: &str| -> Vec<char> {
        word.replace("ヴァ", "バ")
            .replace("ヴィ", "ビ")
            .replace("ヴェ", "ベ")
            .replace("ヴォ", "ボ")
            .chars()
            .filter(|c| !matches!(c, 'ー' | 'ッ' | '・'))
            .map(|c| match c {
                'ァ' => 'ア',
                'ィ' => 'イ',
                'ゥ' => 'ウ',
                'ェ' => 'エ',
                'ォ' => 'オ',
                'ャ' => 'ヤ',
                'ュ' => 'ユ',
                'ョ' => 'ヨ',
                'ヴ' => 'ブ',
                _ => c,
            })
            .collect()
    };
    let (word, meant) = (spelled(word), spelled(meant));
    // Words that begin otherwise are mostly others: モックアップ, バックアップ.
    word.first() == meant.first() && 1 == distance_up_to_2(&word, &meant)
}

/// The slips between two words, 2 standing for all beyond 1.
fn distance_up_to_2(one: &[char], other: &[char]) -> usize {
    if 1 < one.len().abs_diff(other.len()) {
        return 2;
    }
    let n_before = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let (one, other) = (&one[n_before..], &other[n_before..]);
    let n_behind = one.iter().rev().zip(other.iter().rev()).take_while(|(a, b)| a == b).count();
    let (one, other) = (&one[..one.len() - n_behind], &other[..other.len() - n_behind]);
    match (one, other) {
        ([], []) => 0,
        ([a, b], [c, d]) if a == d && b == c => 1,
        _ if one.len() <= 1 && other.len() <= 1 => 1,
        _ => 2,
    }
}

fn hash(sentence: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    sentence.hash(&mut hasher);
    hasher.finish()
}

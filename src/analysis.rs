//! Text to terms: folded, segmented, cut into short units, each named by its lemma.
//!
//! ```text
//! text ─character filters→ folded text ─segmenter→ words ─lexicon, token filters→ units
//!   └─────────────────────── offsets ──────────────────────────────────────────────┘
//! ```
//!
//! The analysis is a pure function of the text and the dictionaries that the program carries;
//! texts and queries go through the same [`Analyzer`].
//! Every unit keeps its range of the text as it was printed.

mod bigrams;
mod character_filter;
mod dates;
mod dictionary;
mod lexicon;
mod offsets;
mod refill;
mod script;
mod segmenter;
mod token_filter;
mod user_words;
mod word_lists;
mod words;

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use lindera_dictionary::viterbi::LexType;
use sha2::{Digest, Sha256};

pub use self::bigrams::bigrams;
pub use self::character_filter::{Folded, fold, fold_for_segmenter};
pub use self::dates::{Date, dates, is_date_term, query_units};
pub use self::dictionary::DictionaryError;
pub use self::lexicon::to_katakana;
pub use self::offsets::OffsetMap;
pub use self::script::{is_hiragana, is_kana, is_kanji};
pub use self::token_filter::Stop;
pub use self::word_lists::{
    LineError, LineErrorKind, STOP_TAGS, STOP_WORDS, USER_WORDS, WordLists,
};
pub use self::words::{MAX_WORD_CHARS, Word};

use self::lexicon::{Entry, Lexicon, or, reading};
use self::refill::Refill;
use self::segmenter::{Segment, Segmenter};
use self::words::{Piece, WordMemory};

/// The smallest piece that is searched for: a term, and where it stands.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Unit {
    /// What stands in the index.
    pub term: String,
    /// The bytes of the original text.
    pub range: Range<usize>,
    /// Counted in units, from 0.
    pub position: u32,
}

/// A word of a text and all that is known of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Token {
    /// The bytes of the original text.
    pub range: Range<usize>,
    /// The word as it was printed.
    pub surface: String,
    /// Levels joined by hyphens: `名詞-サ変接続`.
    pub part_of_speech: String,
    /// The form that the dictionary lists.
    pub base_form: String,
    /// In katakana; empty where it is not known.
    pub reading: String,
    /// The units, those without content included.
    pub units: Vec<Unit>,
    /// Whether no unit of it is searched for.
    pub stopped: bool,
    /// Why the whole word is not searched for.
    pub stop: Option<Stop>,
    /// Why units are not searched for, by their place in `units`.
    pub unit_stops: Vec<Option<Stop>>,
    /// Where the word is known from.
    pub origin: Origin,
}

/// Where a word is known from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Origin {
    /// The entry of this number in the carried dictionary.
    Dictionary(u32),
    /// This line of the list of own words.
    UserWords(usize),
    /// Nowhere: it was cut where its script changes.
    Unknown,
}

/// What turns texts and queries into terms; cheap to clone, shared between threads.
#[derive(Clone)]
pub struct Analyzer {
    lexicon: Arc<Lexicon>,
}

impl Analyzer {
    /// Unpacks, or maps, the carried dictionary under `cache` and assembles the stages.
    ///
    /// A cache that is damaged is replaced; without one that can be written, the dictionary is held in memory.
    ///
    /// # Errors
    ///
    /// [`DictionaryError`] if the program itself is damaged or memory is short.
    pub fn open(cache: Option<&Path>) -> Result<Analyzer, DictionaryError> {
        Analyzer::open_with(cache, WordLists::carried())
    }

    /// As [`Analyzer::open`], with other lists than those that the program carries.
    ///
    /// # Errors
    ///
    /// As [`Analyzer::open`]; no list makes it fail.
    pub fn open_with(cache: Option<&Path>, lists: WordLists) -> Result<Analyzer, DictionaryError> {
        let lexicon = Lexicon::new(dictionary::open(cache)?, lists)
            .map_err(|error| DictionaryError::Build(error.to_string()))?;
        Ok(Analyzer { lexicon: Arc::new(lexicon) })
    }

    /// Changes whenever terms could: what an index was built with, to be compared with what a query is read with.
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(dictionary::checksum());
        for version in [
            character_filter::VERSION,
            segmenter::VERSION,
            token_filter::VERSION,
            dates::VERSION,
            bigrams::VERSION,
            words::VERSION,
        ] {
            hash.update(version.to_le_bytes());
        }
        self.lexicon.lists.digest(&mut hash);
        hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }

    /// Whether both are clones of one analyzer.
    pub fn is_same(&self, other: &Analyzer) -> bool {
        Arc::ptr_eq(&self.lexicon, &other.lexicon)
    }

    /// Lines of its lists that are sound and do nothing, or less than they seem to.
    ///
    /// Goes through the whole dictionary, which takes a second.
    pub fn idle_lines(&self) -> Vec<LineError> {
        let lists = &self.lexicon.lists;
        let mut lines = lists.stop_tags.unknown(self.lexicon.parts_of_speech());
        lines.extend(self.never_given(STOP_WORDS, &lists.stop_words.lines()));
        lines.extend(lists.user_words.other_names(|part| self.terms(part)));
        lines
    }

    /// Lines of another list of terms, one a line and remarks after `#`, that no text gives.
    pub fn idle_terms(&self, file: &'static str, list: &str) -> Vec<LineError> {
        let terms = word_lists::rows(list)
            .map(|(line, row)| (line, row.split('#').next().unwrap_or_default().trim()))
            // Whoever reads the list reports a line of several terms.
            .filter(|(_, term)| !term.contains(char::is_whitespace));
        self.never_given(file, &terms.collect::<Vec<_>>())
    }

    /// The terms among `lines` that stand in no entry and that a text of themselves does not give.
    fn never_given(&self, file: &'static str, lines: &[(usize, &str)]) -> Vec<LineError> {
        let mut missing: Vec<(usize, &str)> = lines.to_vec();
        missing.retain(|(_, term)| !self.terms(term).contains(&(*term).to_owned()));
        if !missing.is_empty() {
            let wanted = missing.iter().map(|(_, term)| *term).collect();
            let given = self.lexicon.given_among(wanted);
            missing.retain(|(_, term)| !given.contains(term));
        }
        let error = |(line, term): (usize, &str)| {
            let kind = LineErrorKind::NeverGiven(term.to_owned());
            LineError { file, line, kind }
        };
        missing.into_iter().map(error).collect()
    }

    /// The terms of a text, those that are stopped included.
    fn terms(&self, text: &str) -> Vec<String> {
        self.explain(text).into_iter().flat_map(|token| token.units).map(|unit| unit.term).collect()
    }

    /// A worker with memory of its own; one a thread.
    pub fn worker(&self) -> Worker {
        Worker {
            lexicon: Arc::clone(&self.lexicon),
            segmenter: Segmenter::new(
                Arc::clone(&self.lexicon.dictionary),
                self.lexicon.user_dictionary.clone(),
            ),
            folded: Folded::default(),
            segments: Vec::new(),
            dates: Vec::new(),
            known: Vec::new(),
            entries: Vec::new(),
            memory: WordMemory::default(),
            pieces: Vec::new(),
        }
    }

    /// Everything that is known of each token, stopped ones included.
    pub fn explain(&self, text: &str) -> Vec<Token> {
        let mut worker = self.worker();
        worker.segment(text);
        let mut position = 0;
        let segments = std::mem::take(&mut worker.segments);
        segments.iter().map(|segment| worker.token(text, *segment, &mut position)).collect()
    }
}

/// An analyzer with the memory that it uses again from text to text.
pub struct Worker {
    lexicon: Arc<Lexicon>,
    segmenter: Segmenter,
    folded: Folded,
    segments: Vec<Segment>,
    /// The dates of the folded text.
    dates: Vec<(Date, Range<usize>)>,
    /// By word: one more than the place in `entries`, 0 for words not met yet.
    known: Vec<u32>,
    entries: Vec<Entry>,
    memory: WordMemory,
    pieces: Vec<Piece>,
}

impl Worker {
    /// The units of `text` that carry content into `out`, which is cleared first.
    ///
    /// Positions also count the units that are left out, but not white space nor the marks that join words.
    /// Behind the last unit of a date stand, at its position, the date and what it lies in, over the whole range.
    pub fn units(&mut self, text: &str, out: &mut Vec<Unit>) {
        self.units_counted(text, out);
    }

    /// As [`Worker::units`], and how many positions the text takes.
    pub fn units_counted(&mut self, text: &str, out: &mut Vec<Unit>) -> u32 {
        self.segment(text);
        dates::scan(&self.folded.text, &mut self.dates);
        let mut out = Refill::new(out);
        let mut progress = Progress::default();
        for i in 0..self.segments.len() {
            self.push_units(self.segments[i], &mut progress, &mut out);
        }
        push_dates(&self.dates, usize::MAX, &mut progress, &self.folded.offsets, &mut out);
        progress.position
    }

    /// How unlikely `text` is as Japanese: the cost of the best way to cut it into words.
    ///
    /// It means something only beside the cost of a text that differs in a character or two.
    pub fn cost(&mut self, text: &str) -> i64 {
        character_filter::before_segmenter(text, &mut self.folded);
        self.segmenter.cost(&self.folded.text)
    }

    fn segment(&mut self, text: &str) {
        character_filter::before_segmenter(text, &mut self.folded);
        self.segmenter.segment(&self.folded.text, &mut self.segments);
    }

    fn push_units(&mut self, segment: Segment, progress: &mut Progress, out: &mut Refill<'_>) {
        let unknown;
        let entry = match segment.word.lex_type() {
            LexType::System => {
                let place = self.place(segment);
                &self.entries[place]
            }
            LexType::User | LexType::Unknown => match self.lexicon.known_user_entry(segment.word) {
                Some(entry) => entry,
                None => {
                    unknown = self.lexicon.entry(segment.word, segment.surface(&self.folded.text));
                    &unknown
                }
            },
        };
        let offsets = &self.folded.offsets;
        if progress.next_date(&self.dates).is_none_or(|(_, date)| segment.end <= date.end) {
            if entry.stop.is_none() {
                for (unit, position) in entry.units.iter().zip(progress.position..) {
                    if unit.stop.is_none() {
                        out.push(&[&unit.term], unit.range(segment, offsets), position);
                    }
                }
            }
            progress.position = progress.position.saturating_add(entry.n_positions());
            return;
        }
        // A date ends before the segment or inside it (12月下旬), and stands between units.
        for unit in &entry.units {
            push_dates(&self.dates, segment.start + unit.start, progress, offsets, out);
            if entry.stop.is_none() && unit.stop.is_none() {
                out.push(&[&unit.term], unit.range(segment, offsets), progress.position);
            }
            progress.position = progress.position.saturating_add(u32::from(!entry.joins));
        }
    }

    /// The place of a carried word's entry in `entries`, worked out when the word is first met.
    fn place(&mut self, segment: Segment) -> usize {
        let word = segment.word.id() as usize;
        if self.known.len() <= word {
            self.known.resize(word + 1, 0);
        }
        if self.known[word] == 0 {
            self.entries.push(self.lexicon.entry(segment.word, segment.surface(&self.folded.text)));
            self.known[word] =
                u32::try_from(self.entries.len()).expect("words are numbered in 32 bits");
        }
        self.known[word] as usize - 1
    }

    fn token(&self, text: &str, segment: Segment, position: &mut u32) -> Token {
        let folded = segment.surface(&self.folded.text);
        let fields = self.lexicon.fields(segment.word);
        let entry = self.lexicon.entry(segment.word, folded);
        let range = self.folded.offsets.original(segment.start..segment.end);
        let units: Vec<Unit> = entry
            .units
            .iter()
            .zip(*position..)
            .map(|(unit, position)| Unit {
                term: unit.term.clone(),
                range: unit.range(segment, &self.folded.offsets),
                position,
            })
            .collect();
        *position = position.saturating_add(entry.n_positions());
        Token {
            surface: text.get(range.clone()).unwrap_or_default().to_owned(),
            range,
            part_of_speech: fields.part_of_speech.to_owned(),
            base_form: or(fields.base_form, folded).to_owned(),
            reading: reading(or(fields.reading, folded)),
            units,
            stopped: entry.stop.is_some() || entry.units.iter().all(|unit| unit.stop.is_some()),
            stop: entry.stop,
            unit_stops: entry.units.iter().map(|unit| unit.stop).collect(),
            origin: self.lexicon.origin(segment.word),
        }
    }
}

/// How far a text's units are written.
#[derive(Default)]
struct Progress {
    /// Of the next unit.
    position: u32,
    n_dates: usize,
}

impl Progress {
    fn next_date<'d>(&self, dates: &'d [(Date, Range<usize>)]) -> Option<&'d (Date, Range<usize>)> {
        dates.get(self.n_dates)
    }
}

/// The dates that end before `start`, where the next unit starts, at the position of the unit before it.
fn push_dates(
    dates: &[(Date, Range<usize>)],
    start: usize,
    progress: &mut Progress,
    offsets: &OffsetMap,
    out: &mut Refill<'_>,
) {
    while let Some((date, range)) = progress.next_date(dates).filter(|(_, r)| r.end <= start) {
        let position = progress.position.saturating_sub(1);
        for date in date.granularities() {
            out.push(&[&date.term()], offsets.original(range.clone()), position);
        }
        progress.n_dates += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::OnceLock;

    /// One analyzer for all tests of this module; it is held in memory.
    fn analyzer() -> &'static Analyzer {
        static ANALYZER: OnceLock<Analyzer> = OnceLock::new();
        ANALYZER.get_or_init(|| Analyzer::open(None).unwrap())
    }

    fn terms(text: &str) -> Vec<String> {
        let mut units = Vec::new();
        analyzer().worker().units(text, &mut units);
        units.into_iter().map(|unit| unit.term).collect()
    }

    /// Asserts that all writings give the same terms, alone and within a sentence.
    #[track_caller]
    fn meet(writings: &[&str]) {
        let frames = [
            ("", ""),
            ("", "について"),
            ("町民の", "を見直します。"),
            ("「", "」に努める"),
            ("窓口では", "、"),
        ];
        for (before, after) in frames {
            let expected = terms(&format!("{before}{}{after}", writings[0]));
            for writing in writings {
                let text = format!("{before}{writing}{after}");
                assert_eq!(terms(&text), expected, "{text} as {}", writings[0]);
            }
        }
    }

    #[test]
    fn writings_of_a_word_meet() {
        let rows: &[&[&str]] = &[
            &["HP", "ＨＰ", "hp"],
            &["eラーニング", "ｅ－ラーニング", "ｅラーニング", "e-ラーニング"],
            &["問い合わせ", "問合せ", "問合わせ"],
            &["打ち合わせ", "打合せ", "打合わせ"],
            &["パーティション", "パーテーション"],
            &["申し込み", "申込み", "申込"],
            &["届け出", "届出"],
            &["手続き", "手続"],
            &["受け付け", "受付", "受付け"],
            &["取り組み", "取組", "取組み"],
            &["子供", "子ども", "こども"],
            &["分かりやすい", "わかりやすい", "分かり易い", "わかり易い"],
            &["引き継ぎ", "引継ぎ"],
            &["心掛け", "心がけ"],
            &["サーバー", "サーバ", "ｻｰﾊﾞｰ", "サ－バ－"],
            &["ホームページ", "ﾎｰﾑﾍﾟｰｼﾞ"],
            &["令和4年度", "令和４年度"],
            &["取り扱い", "取扱い", "取扱"],
        ];
        for row in rows {
            meet(row);
        }
    }

    #[test]
    fn writings_of_town_halls_meet() {
        let rows: &[&[&str]] = &[
            &["引っ越し", "引越し", "引越"],
            &["払い込み", "払込み", "払込"],
            &["払い戻し", "払戻し", "払戻"],
            &["貸し出し", "貸出し", "貸出"],
            &["貸し付け", "貸付け", "貸付"],
            &["締め切り", "締切り", "締切"],
            &["繰り返し", "繰返し"],
            &["立ち入り", "立入り", "立入"],
            &["立ち会い", "立会い", "立会"],
            &["割り引き", "割引き", "割引"],
            &["割り当て", "割当て", "割当"],
            &["売り上げ", "売上げ", "売上"],
            &["組み合わせ", "組合せ", "組合わせ"],
            &["待ち合わせ", "待合せ", "待合わせ"],
            &["申し合わせ", "申合せ", "申合わせ"],
            &["受け取り", "受取り", "受取"],
            &["受け入れ", "受入れ", "受入"],
            &["聞き取り", "聞取り", "聞取"],
            &["読み取り", "読取り", "読取"],
            &["切り替え", "切替え", "切替"],
            &["入れ替え", "入替え", "入替"],
            &["建て替え", "建替え", "建替"],
            &["差し替え", "差替え", "差替"],
            &["手引き", "手引", "手びき"],
            &["植え付け", "植付け", "植付"],
            &["取り消し", "取消し", "取消"],
            &["取り止め", "取りやめ", "取止め"],
            &["取りまとめ", "取り纏め", "取纏め", "とりまとめ"],
            &["振り込み", "振込み", "振込"],
            &["積み立て", "積立て", "積立"],
            &["差し押さえ", "差押え", "差押"],
            &["見積もり", "見積り", "見積"],
            &["見積もり書", "見積り書", "見積書"],
            &["見直し", "見なおし"],
            &["申し出", "申出"],
            &["支払い", "支払"],
            &["入り口", "入口"],
            &["声掛け", "声かけ", "声がけ"],
            &["気付き", "気づき"],
            &["位置付け", "位置づけ"],
            &["支え合い", "支えあい"],
            &["障害", "障がい", "障碍"],
            &["車椅子", "車いす", "車イス"],
            &["一人一人", "一人ひとり", "ひとりひとり"],
            &["ひとり親", "一人親"],
            &["まちづくり", "街づくり", "町づくり"],
            &["センター", "センタ"],
            &["インターフェース", "インターフェイス"],
        ];
        for row in rows {
            meet(row);
        }
    }

    #[track_caller]
    fn asks(query: &str, expected: &[(&str, u32)]) {
        let mut units = Vec::new();
        analyzer().worker().units(query, &mut units);
        let asked = query_units(units);
        let asked: Vec<(&str, u32)> =
            asked.iter().map(|unit| (unit.term.as_str(), unit.position)).collect();
        assert_eq!(asked, expected, "{query}");
    }

    #[test]
    fn a_query_asks_for_the_finest_term_of_a_date() {
        asks("令和4年12月", &[("\u{1D}2022-12", 4)]);
        asks("R4.12", &[("\u{1D}2022-12", 3)]);
        asks("令和5年度予算", &[("\u{1D}fy2023", 2), ("予算", 3)]);
        asks("R5予算", &[("\u{1D}fy2023", 1), ("予算", 2)]);
        asks("予算", &[("予算", 0)]);
        asks("2022年と2023年", &[("\u{1D}2022", 1), ("\u{1D}2023", 4)]);
    }

    #[test]
    fn a_date_stands_beside_its_units() {
        let mut units = Vec::new();
        analyzer().worker().units("会議（令和４年12月）で", &mut units);
        let dates: Vec<_> = units
            .iter()
            .filter(|unit| is_date_term(&unit.term))
            .map(|unit| (unit.term.as_str(), unit.range.clone(), unit.position))
            .collect();
        let terms = ["\u{1D}2022-12", "\u{1D}2022", "\u{1D}fy2022"];
        assert_eq!(dates, terms.map(|term| (term, 9..26, 6)));
    }

    #[test]
    fn own_words_meet_and_are_whole() {
        meet(&["LoGoチャット", "ロゴチャット", "ＬｏＧｏチャット", "ﾛｺﾞﾁｬｯﾄ"]);
        meet(&["LoGoフォーム", "ロゴフォーム"]);
        meet(&["グルかわ", "ぐるかわ", "グルカワ"]);
        meet(&["e-Tax", "ｅ－Ｔａｘ", "eTax", "e‐TAX"]);
        assert_eq!(terms("ぐるかわの会場で"), ["グルかわ", "会場"]);
        assert_eq!(terms("市民館だよりを読む"), ["市民", "館", "便り", "読み"]);
        assert_eq!(terms("e-taxi"), ["e", "taxi"]);
    }

    /// A counter stands after its number; alone it is the same word.
    #[test]
    fn a_counter_is_whole_without_its_number() {
        for counter in ["か所", "ヶ所", "カ所", "ヵ所", "ケ所", "箇所"] {
            assert_eq!(terms(counter), ["箇所"], "{counter}");
            assert_eq!(terms(&format!("庁舎の３{counter}に")), ["庁舎", "3", "箇所"], "{counter}");
        }
        for counter in ["日間", "丁目", "周年"] {
            assert_eq!(terms(counter), [counter]);
            assert_eq!(terms(&format!("５{counter}の")), ["5", counter]);
        }
        assert_eq!(terms("分となりました。"), ["分"]);
        assert_eq!(terms("か月"), terms("ヶ月"));
    }

    #[test]
    fn a_causative_that_has_a_noun_is_called_by_it() {
        assert_eq!(terms("お知らせします"), ["知らせ"]);
        assert_eq!(terms("結果を知らせる"), ["結果", "知らせ"]);
        assert_eq!(terms("待たせる"), terms("待つ"));
    }

    #[test]
    fn iteration_marks_after_kana_are_spelled_out() {
        assert_eq!(terms("案内をすゝめる"), terms("案内をすすめる"));
        assert!(terms("様々な日々").contains(&"日々".to_owned()));
    }

    #[test]
    fn a_part_of_a_name_is_another_word() {
        assert!(!terms("東京都").contains(&"京都".to_owned()));
        assert_ne!(terms("公正"), terms("構成"));
        assert_ne!(terms("太田"), terms("大田"));
        assert_ne!(terms("組合"), terms("組み合い"));
        assert_eq!(terms("HP"), ["hp"]);
    }

    #[test]
    fn words_of_grammar_are_left_out() {
        assert_eq!(terms("子どもの問合せに取り組みます。"), ["子供", "問い合わせ", "取り組み"]);
        assert_eq!(terms("はこれをなどで"), [""; 0]);
    }

    #[test]
    fn compounds_fall_into_units_with_their_own_ranges() {
        let mut units = Vec::new();
        analyzer().worker().units("各区役所", &mut units);
        let found: Vec<_> = units
            .iter()
            .map(|unit| (unit.term.as_str(), unit.range.clone(), unit.position))
            .collect();
        assert_eq!(found, [("各", 0..3, 0), ("区", 3..6, 1), ("役所", 6..12, 2)]);
    }

    #[test]
    fn the_carried_archive_has_its_checksum() {
        let archive = include_bytes!("../dictionaries/ipadic-unidic/dictionary.tar.zst");
        let sum: String =
            Sha256::digest(archive).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(sum, dictionary::checksum());
    }
}

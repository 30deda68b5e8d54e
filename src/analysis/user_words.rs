//! Words that no dictionary has: `dictionaries/user.csv`.
//!
//! A line is a word, its reading, and its cut into units.
//! The segmenter takes the words into its lattice beside those of the carried dictionary, at a cost so low that a word
//! wins over its own pieces wherever it stands.
//! Texts are folded before they are segmented, so words and units are folded when they are read.

use lindera::dictionary::UserDictionary;
use lindera_dictionary::builder::user_dictionary::UserDictionaryBuilderOptions;

use crate::analysis::character_filter::fold_for_segmenter;
use crate::analysis::token_filter::katakana_stem::katakana_stem;
use crate::analysis::word_lists::{LineError, LineErrorKind, USER_WORDS, rows};

const LIST: &str = include_str!("../../dictionaries/user.csv");

/// The columns of a line.
const COLUMNS: &str = "surface,reading,units";

/// What a word of the list is to the segmenter.
pub(crate) const PART_OF_SPEECH: &str = "名詞-一般";

/// IPADIC's context of [`PART_OF_SPEECH`], on both sides.
const CONTEXT: u16 = 1285;

/// Ordinary words cost between 2,000 and 10,000 and a seam costs again, so that a word wins over its pieces, and a longer
/// word of the dictionary wins over it and the pieces around it.
const COST: i16 = -2000;

/// A word of the list, folded.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct UserWord {
    pub(crate) surface: String,
    /// In katakana.
    pub(crate) reading: String,
    /// In order and without gaps.
    pub(crate) units: Vec<UserUnit>,
}

/// A unit of a word of the list, folded.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct UserUnit {
    pub(crate) lemma: String,
    pub(crate) surface: String,
}

/// The words of the list, sorted, each with its line; a word's place is its number in the segmenter's dictionary.
#[derive(Clone, Debug, Default)]
pub(crate) struct UserWords {
    words: Vec<(UserWord, usize)>,
}

impl UserWords {
    /// Those of `list`, or of `dictionaries/user.csv`.
    pub(crate) fn parse(list: Option<&str>) -> (UserWords, Vec<LineError>) {
        let mut words: Vec<(UserWord, usize)> = Vec::new();
        let mut errors = Vec::new();
        let mut rows = rows(list.unwrap_or(LIST)).peekable();
        let header = rows.next_if(|(_, row)| is_header(row));
        if let (None, Some((line, _))) = (header, rows.peek()) {
            let kind = LineErrorKind::Header(COLUMNS);
            errors.push(LineError { file: USER_WORDS, line: *line, kind });
        }
        for (line, row) in rows.filter(|(_, row)| !row.chars().all(|c| c == ',')) {
            match word(row) {
                Ok(word) => words.push((word, line)),
                Err(kind) => errors.push(LineError { file: USER_WORDS, line, kind }),
            }
        }
        words.sort_by(|(one, _), (other, _)| one.surface.cmp(&other.surface));
        words.dedup_by(|(later, line), (earlier, first)| {
            let is_same = later.surface == earlier.surface;
            if is_same {
                let kind = LineErrorKind::Repeated(later.surface.clone(), *first);
                errors.push(LineError { file: USER_WORDS, line: *line, kind });
            }
            is_same
        });
        errors.sort_by_key(|error| error.line);
        (UserWords { words }, errors)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &UserWord> {
        self.words.iter().map(|(word, _)| word)
    }

    /// The word of a number, and its line.
    pub(crate) fn get(&self, number: usize) -> Option<(&UserWord, usize)> {
        self.words.get(number).map(|(word, line)| (word, *line))
    }

    /// The parts of words that have another name where `terms` finds them alone.
    pub(crate) fn other_names(&self, terms: impl Fn(&str) -> Vec<String>) -> Vec<LineError> {
        let mut lines = Vec::new();
        for (word, line) in self.words.iter().filter(|(word, _)| 1 < word.units.len()) {
            for unit in word.units.iter().filter(|unit| unit.lemma == unit.surface) {
                let terms = terms(&unit.surface);
                let mut name = unit.lemma.clone();
                katakana_stem(&mut name);
                if terms != [name] {
                    let kind = LineErrorKind::OtherName { part: unit.surface.clone(), terms };
                    lines.push(LineError { file: USER_WORDS, line: *line, kind });
                }
            }
        }
        lines.sort_by_key(|error| error.line);
        lines
    }

    /// The words as the segmenter takes them; none if there are none.
    pub(crate) fn dictionary(&self) -> lindera::LinderaResult<Option<UserDictionary>> {
        if self.words.is_empty() {
            return Ok(None);
        }
        let mut csv = String::new();
        for word in self.iter() {
            csv.push_str(&format!("\"{}\"\n", word.surface.replace('"', "\"\"")));
        }
        // One column is all that the builder is given: it would keep the others as text, and this list keeps them read.
        let builder = UserDictionaryBuilderOptions::default()
            .user_dictionary_fields_num(1)
            .default_word_cost(COST)
            .default_left_context_id(CONTEXT)
            .default_right_context_id(CONTEXT)
            .builder();
        builder.build_from_reader(csv.as_bytes()).map(Some)
    }
}

fn is_header(row: &str) -> bool {
    row.split(',').map(str::trim).eq(COLUMNS.split(','))
}

/// Reads a line.
fn word(row: &str) -> Result<UserWord, LineErrorKind> {
    let columns: Vec<&str> = row.split(',').map(str::trim).collect();
    let [surface, reading, units] = columns[..] else {
        return Err(LineErrorKind::Columns { expected: COLUMNS, found: columns.len() });
    };
    if row.contains('"') {
        return Err(LineErrorKind::Quoted);
    }
    if surface.is_empty() {
        return Err(LineErrorKind::Empty("surface"));
    }
    let folded = fold_for_segmenter(surface).text;
    if !folded.chars().any(char::is_alphanumeric) {
        return Err(LineErrorKind::NoLetter(surface.to_owned()));
    }
    if folded.chars().any(divides) {
        return Err(LineErrorKind::Divided(surface.to_owned()));
    }
    let units = self::units(&folded, units).ok_or_else(|| LineErrorKind::Units {
        units: units.to_owned(),
        surface: surface.to_owned(),
    })?;
    Ok(UserWord { surface: folded, reading: self::reading(reading)?, units })
}

/// Whether no word stands across the character: white space, control characters, and where sentences end.
fn divides(character: char) -> bool {
    character.is_whitespace() || character.is_control() || matches!(character, '。' | '、')
}

fn reading(column: &str) -> Result<String, LineErrorKind> {
    if column.is_empty() {
        return Err(LineErrorKind::Empty("reading"));
    }
    let reading = fold_for_segmenter(column).text;
    let is_katakana = reading.chars().all(|c| matches!(c, 'ァ'..='ヺ' | 'ー' | '・'));
    is_katakana.then_some(reading).ok_or_else(|| LineErrorKind::Reading(column.to_owned()))
}

/// The units of a word; none if they do not join to it.
fn units(surface: &str, column: &str) -> Option<Vec<UserUnit>> {
    if column.is_empty() {
        return Some(vec![UserUnit { lemma: surface.to_owned(), surface: surface.to_owned() }]);
    }
    let folded = fold_for_segmenter(column).text;
    let unit = |part: &str| {
        let (lemma, written) = part.split_once('/').unwrap_or((part, part));
        UserUnit { lemma: lemma.to_owned(), surface: written.to_owned() }
    };
    let units: Vec<UserUnit> = folded.split(' ').map(unit).collect();
    let joined: String = units.iter().map(|unit| unit.surface.as_str()).collect();
    let is_word = |part: &str| !part.is_empty() && !part.chars().any(char::is_control);
    let is_whole = units.iter().all(|unit| is_word(&unit.lemma) && is_word(&unit.surface));
    (is_whole && joined == surface).then_some(units)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(lines: &str) -> (UserWords, Vec<LineError>) {
        UserWords::parse(Some(&format!("{COLUMNS}\n{lines}")))
    }

    #[track_caller]
    fn check(line: &str, expected: &str) {
        let (words, errors) = parse(line);
        let shown: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(shown, [format!("user.csv line 2: {expected}")], "{line}");
        assert_eq!(words.iter().count(), 0);
    }

    #[test]
    fn the_carried_list_has_no_bad_line() {
        let (words, errors) = UserWords::parse(None);
        assert_eq!(errors, []);
        assert!(words.iter().next().is_some());
    }

    #[test]
    fn a_word_is_folded_and_cut() {
        let (words, errors) = parse("ＬｏＧｏチャット,ﾛｺﾞチャット,ロゴ/LoGo チャット");
        assert_eq!(errors, []);
        let (word, line) = words.get(0).unwrap();
        assert_eq!(
            (word.surface.as_str(), word.reading.as_str(), line),
            ("logoチャット", "ロゴチャット", 2)
        );
        let units: Vec<_> =
            word.units.iter().map(|unit| (unit.lemma.as_str(), unit.surface.as_str())).collect();
        assert_eq!(units, [("ロゴ", "logo"), ("チャット", "チャット")]);
    }

    #[test]
    fn a_word_without_units_is_one() {
        let (words, errors) = parse("# a remark\n\n,,\n ほっとひろば , ホットヒロバ ,");
        assert_eq!(errors, []);
        let (word, line) = words.get(0).unwrap();
        assert_eq!((word.units.len(), word.units[0].lemma.as_str(), line), (1, "ほっとひろば", 5));
    }

    #[test]
    fn a_bad_line_says_what_is_wrong() {
        check("ほっとひろば", "needs the columns surface,reading,units, found 1 columns");
        check("ほっと,ホット,,", "needs the columns surface,reading,units, found 4 columns");
        check(",ホット,", "the column surface is empty");
        check("ほっと,,", "the column reading is empty");
        check("ほっと,ほっと,", "the reading \"ほっと\" is not in katakana");
        check(
            "ほっと広場,ホットヒロバ,ほっと",
            "the units \"ほっと\" do not join to \"ほっと広場\"",
        );
        check(
            "ほっと広場,ホットヒロバ,ほっと  広場",
            "the units \"ほっと  広場\" do not join to \"ほっと広場\"",
        );
        check("ほっと,ホット,/ほっと", "the units \"/ほっと\" do not join to \"ほっと\"");
        check("\u{200B},ホット,", "\"\\u{200b}\" holds no letter, number or character");
        check("★・★,ホシ,", "\"★・★\" holds no letter, number or character");
        check("\"ほっと\",ホット,", "quotation marks are not part of the format");
        check(
            "ほっと 広場,ホットヒロバ,",
            "\"ほっと 広場\" holds white space or a mark that ends a sentence, so that no text can hold it",
        );
    }

    #[test]
    fn a_word_is_listed_once() {
        let (words, errors) = parse("ＡＢ広場,エービーヒロバ,\n木,キ,\nab広場,エービーヒロバ,");
        let shown: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["user.csv line 4: \"ab広場\" is on line 2 already"]);
        assert_eq!(words.iter().count(), 2);
    }

    #[test]
    fn a_list_without_its_header_is_read() {
        let (words, errors) = UserWords::parse(Some("木,キ,\n"));
        let shown: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["user.csv line 1: the first line must be surface,reading,units"]);
        assert_eq!(words.iter().count(), 1);
    }
}

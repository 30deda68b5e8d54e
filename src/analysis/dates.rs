//! Dates and years, in the many ways they are written: 令和４年12月, R4.12 and 2022/12 are one month.
//!
//! A date stands in the index beside the units it is written with, once for each granularity, so that every form of it
//! finds every other: a day is found by its month and its year, too.
//! What a form without 年 means is bound by what stands around it: `A4`, `3/4`, `12.5` and `192.168.0.12` are no dates.

use std::ops::Range;

use crate::analysis::Unit;
use crate::analysis::character_filter::fold_for_segmenter;
use crate::era::{ERAS, Era, YEARS};

/// Raised when dates change, since terms change with them.
pub(crate) const VERSION: u32 = 1;

/// What the term of a date begins with: no word has this character before a digit or a letter.
const MARK: char = '\u{1D}';

/// A date, as finely as it is written; years are Gregorian.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Date {
    /// April to March, named by the year of its April.
    FiscalYear(u16),
    /// January to December.
    Year(u16),
    /// A month.
    Month {
        /// The year.
        year: u16,
        /// From 1.
        month: u8,
    },
    /// A day.
    Day {
        /// The year.
        year: u16,
        /// From 1.
        month: u8,
        /// From 1.
        day: u8,
    },
}

impl Date {
    /// The fiscal year that the date lies in; a calendar year lies in two.
    pub fn fiscal_year(&self) -> Option<u16> {
        match *self {
            Date::FiscalYear(year) => Some(year),
            Date::Year(_) => None,
            Date::Month { year, month } | Date::Day { year, month, .. } => {
                Some(if month < 4 { year - 1 } else { year })
            }
        }
    }

    /// The term that the index holds for exactly this date.
    pub fn term(&self) -> String {
        format!("{MARK}{self}")
    }

    /// The date and what it lies in, the finest first: a day, its month, its year, its fiscal year.
    pub fn granularities(&self) -> impl Iterator<Item = Date> + use<> {
        let (month, year) = match *self {
            Date::FiscalYear(_) | Date::Year(_) => (None, None),
            Date::Month { year, .. } => (None, Some(Date::Year(year))),
            Date::Day { year, month, .. } => {
                (Some(Date::Month { year, month }), Some(Date::Year(year)))
            }
        };
        let fiscal_year = year.and(self.fiscal_year()).map(Date::FiscalYear);
        [Some(*self), month, year, fiscal_year].into_iter().flatten()
    }
}

/// `2022-12-01`, `2022-12`, `2022`, and `fy2022` for a fiscal year.
impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Date::FiscalYear(year) => write!(f, "fy{year:04}"),
            Date::Year(year) => write!(f, "{year:04}"),
            Date::Month { year, month } => write!(f, "{year:04}-{month:02}"),
            Date::Day { year, month, day } => write!(f, "{year:04}-{month:02}-{day:02}"),
        }
    }
}

/// Whether `term` is that of a date, and not of a word.
pub fn is_date_term(term: &str) -> bool {
    let date = term.strip_prefix(MARK).map(|date| date.strip_prefix("fy").unwrap_or(date));
    date.is_some_and(|date| {
        !date.is_empty() && date.chars().all(|c| c.is_ascii_digit() || c == '-')
    })
}

/// The dates of `text` with their ranges, in order; ranges do not overlap.
pub fn dates(text: &str) -> Vec<(Date, Range<usize>)> {
    let folded = fold_for_segmenter(text);
    let mut found = Vec::new();
    scan(&folded.text, &mut found);
    for (_, range) in &mut found {
        *range = folded.offsets.original(range.clone());
    }
    found
}

/// The units that a query asks for, of the units of its text: of each date only its finest term.
///
/// However a date is written in the query and in a text, both have this term; the units it is written with would ask for
/// one form.
/// Positions stay as they are: what follows a date stands at the same distance from it in every form.
pub fn query_units(units: Vec<Unit>) -> Vec<Unit> {
    let dates: Vec<Range<usize>> = units
        .iter()
        .filter(|unit| is_date_term(&unit.term))
        .map(|unit| unit.range.clone())
        .collect();
    if dates.is_empty() {
        return units;
    }
    let is_within = |unit: &Unit, date: &Range<usize>| {
        date.start <= unit.range.start && unit.range.end <= date.end
    };
    let mut last_date = None;
    let mut is_asked = |unit: &Unit| {
        if !is_date_term(&unit.term) {
            return !dates.iter().any(|date| is_within(unit, date));
        }
        // The finest comes first.
        last_date.replace(unit.range.clone()) != Some(unit.range.clone())
    };
    units.into_iter().filter(|unit| is_asked(unit)).collect()
}

/// The dates of a text that is folded for the segmenter, into `out`, which is cleared first.
pub(crate) fn scan(text: &str, out: &mut Vec<(Date, Range<usize>)>) {
    out.clear();
    let mut at = 0;
    while let Some(byte) = text.as_bytes().get(at) {
        // Looking at every character would cost as much as all that is done for dates besides.
        if !begins_with(*byte) {
            at += 1;
            continue;
        }
        let start = Cursor { text, at };
        match start.next().filter(|first| begins(*first)).and_then(|_| expression(start)) {
            Some((date, end)) => {
                out.push((date, at..end.at));
                at = end.at;
            }
            None => at = start.skip().at,
        }
    }
}

/// Whether the byte can be the first of a character that begins a date; no byte inside a character is.
fn begins_with(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'r' | b'h' | b's' | b't' | b'm' | 0xE4..=0xE6)
}

/// Whether a date can begin with the character; most cannot.
fn begins(first: char) -> bool {
    matches!(
        first,
        '0'..='9' | 'r' | 'h' | 's' | 't' | 'm' | '令' | '平' | '昭' | '大' | '明' | '一' | '二'
    )
}

/// The date that begins at `start`, and where it ends.
fn expression(start: Cursor<'_>) -> Option<(Date, Cursor<'_>)> {
    let letter = start.next();
    if !letter.is_some_and(|c| c.is_ascii())
        && let Some((era, rest)) = ERAS.iter().find_map(|era| Some((era, start.take(era.name)?)))
    {
        return after_name(era, rest);
    }
    if start.before().is_some_and(is_word) {
        return None;
    }
    if let Some(era) = ERAS.iter().find(|era| letter == Some(era.letter.to_ascii_lowercase())) {
        return after_letter(era, start);
    }
    gregorian(start)
}

/// After 令和.
fn after_name<'t>(era: &Era, rest: Cursor<'t>) -> Option<(Date, Cursor<'t>)> {
    let (year, rest) = era_year(era, rest.spaces())?;
    let bare = || rest.ends_number().then_some((Date::FiscalYear(year), rest));
    in_words(year, rest).or_else(|| in_figures(year, rest, &['.', '/'], 2)).or_else(bare)
}

/// From an era's letter on: `R4` alone is a fiscal year, the way offices write it.
fn after_letter<'t>(era: &Era, start: Cursor<'t>) -> Option<(Date, Cursor<'t>)> {
    // `ab-r4` is a name; `r3-r4` is not.
    let parts = start.text[..start.at].strip_suffix(['-', '.', '/', '_', '&']);
    if parts.is_some_and(|name| name.ends_with(is_latin)) {
        return None;
    }
    let rest = start.skip();
    let number = rest.take(".").unwrap_or(rest);
    let (year, after) = era_year(era, number.spaces())?;
    if let Some(date) = in_words(year, after) {
        return Some(date);
    }
    if number.spaces().at != number.at || !after.before().is_some_and(|c| c.is_ascii_digit()) {
        return None;
    }
    // `M7.3` is an earthquake, `M4` a screw and `T3` a hall.
    let is_unsure = matches!(era.letter, 'M' | 'T');
    let least = if is_unsure { 3 } else { 2 };
    let bare = || (!is_unsure && after.ends_number()).then_some((Date::FiscalYear(year), after));
    in_figures(year, after, &['.', '/'], least).or_else(bare)
}

/// A year of four digits.
fn gregorian(start: Cursor<'_>) -> Option<(Date, Cursor<'_>)> {
    if start.before().is_some_and(|c| kanji_digit(c).is_some()) {
        return None;
    }
    let (year, rest) = start.number(4)?;
    if rest.at - start.at < 4 || !YEARS.contains(&year) {
        return None;
    }
    if let Some(date) = in_words(year, rest) {
        return Some(date);
    }
    if !start.next().is_some_and(|c| c.is_ascii_digit()) {
        return None;
    }
    // `2022.12` is a number.
    let figures =
        in_figures(year, rest, &['/', '-'], 2).or_else(|| in_figures(year, rest, &['.'], 3));
    figures.filter(|_| !start.continues_number(rest.next()))
}

/// The year of an era, as a Gregorian one.
fn era_year<'t>(era: &Era, at: Cursor<'t>) -> Option<(u16, Cursor<'t>)> {
    let (number, rest) = match at.take("元") {
        Some(rest) => (1, rest),
        None => at.number(3)?,
    };
    Some((era.gregorian(number)?, rest))
}

/// What follows a year in words: 年度, 年, 年12月, 年12月1日.
fn in_words(year: u16, rest: Cursor<'_>) -> Option<(Date, Cursor<'_>)> {
    let after_year = rest.spaces().take("年")?;
    if let Some(end) = after_year.take("度") {
        return Some((Date::FiscalYear(year), end));
    }
    let counted = |at: Cursor<'_>, unit, last| {
        let (number, rest) = at.spaces().number(3)?;
        let end = rest.spaces().take(unit)?;
        Some((number_within(number, last)?, end.at))
    };
    let Some((month, end)) = counted(after_year, "月", 12) else {
        return Some((Date::Year(year), after_year));
    };
    let after_month = Cursor { at: end, ..after_year };
    Some(match counted(after_month, "日", days(month)) {
        Some((day, end)) => (Date::Day { year, month, day }, Cursor { at: end, ..after_year }),
        None => (Date::Month { year, month }, after_month),
    })
}

/// What follows a year in figures: `.12`, `/12/01`; both marks are the same, and `least` of the three parts are there.
fn in_figures<'t>(
    year: u16,
    rest: Cursor<'t>,
    marks: &[char],
    least: usize,
) -> Option<(Date, Cursor<'t>)> {
    let mark = rest.next().filter(|mark| marks.contains(mark))?;
    let (month, after_month) = rest.skip().figures()?;
    let month = number_within(month, 12)?;
    let with_day = after_month.take_char(mark).and_then(|at| {
        let (day, end) = at.figures()?;
        Some((Date::Day { year, month, day: number_within(day, days(month))? }, end))
    });
    let (date, end) = match with_day {
        Some(date) => date,
        None if least < 3 => (Date::Month { year, month }, after_month),
        None => return None,
    };
    (!end.goes_on(mark)).then_some((date, end))
}

fn number_within(number: u16, last: u8) -> Option<u8> {
    u8::try_from(number).ok().filter(|number| (1..=last).contains(number))
}

/// How many days a month has at most.
fn days(month: u8) -> u8 {
    match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// A place in a text, from which it is read.
#[derive(Clone, Copy, Debug)]
struct Cursor<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Cursor<'t> {
    fn rest(self) -> &'t str {
        &self.text[self.at..]
    }

    fn next(self) -> Option<char> {
        self.rest().chars().next()
    }

    fn before(self) -> Option<char> {
        self.text[..self.at].chars().next_back()
    }

    /// Behind the next character.
    fn skip(self) -> Cursor<'t> {
        Cursor { at: self.at + self.next().map_or(0, char::len_utf8), ..self }
    }

    /// Behind `written`, if it stands here.
    fn take(self, written: &str) -> Option<Cursor<'t>> {
        let stands = self.rest().starts_with(written);
        stands.then_some(Cursor { at: self.at + written.len(), ..self })
    }

    fn take_char(self, written: char) -> Option<Cursor<'t>> {
        (self.next() == Some(written)).then(|| self.skip())
    }

    /// Behind the white space that a form or a broken line leaves inside a date.
    fn spaces(self) -> Cursor<'t> {
        const MOST: usize = 2;
        let spaces = self.rest().chars().take(MOST).take_while(|c| c.is_whitespace());
        Cursor { at: self.at + spaces.map(char::len_utf8).sum::<usize>(), ..self }
    }

    /// A number of at most `most` digits, or as many kanji and one more, of which it is the whole.
    fn number(self, most: usize) -> Option<(u16, Cursor<'t>)> {
        let rest = self.rest();
        let n_digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if 0 < n_digits {
            let number = rest[..n_digits].parse().ok().filter(|_| n_digits <= most)?;
            return Some((number, Cursor { at: self.at + n_digits, ..self }));
        }
        let n_bytes = rest.find(|c| kanji_digit(c).is_none()).unwrap_or(rest.len());
        let number = kanji_number(&rest[..n_bytes])?;
        Some((number, Cursor { at: self.at + n_bytes, ..self }))
    }

    /// One or two digits.
    fn figures(self) -> Option<(u16, Cursor<'t>)> {
        self.next().filter(char::is_ascii_digit)?;
        self.number(2)
    }

    /// Whether a number that ends here goes on behind `mark`, or a word does.
    fn goes_on(self, mark: char) -> bool {
        let second = self.skip().next();
        match self.next() {
            // A time stands behind the date: `2022-12-01T10:00`.
            Some('t') => !second.is_some_and(|c| c.is_ascii_digit()),
            Some('年') => true,
            Some(next) if next == mark => second.is_some_and(|c| c.is_ascii_digit()),
            next => next.is_some_and(is_word),
        }
    }

    /// Whether a year that ends here stands for itself: not `R4.13`, `R4-2`, `R4号`.
    fn ends_number(self) -> bool {
        let second = self.skip().next();
        match self.next() {
            Some('.' | '-' | '/' | ',' | ':') => !second.is_some_and(|c| c.is_ascii_digit()),
            Some('月' | '日' | '号') => false,
            next => next.is_none_or(|c| !is_word(c) && kanji_digit(c).is_none()),
        }
    }

    /// Whether the number that begins here is a later part of another: `168.2022.12.1`.
    fn continues_number(self, mark: Option<char>) -> bool {
        let before = mark.and_then(|mark| self.text[..self.at].strip_suffix(mark));
        before.is_some_and(|before| before.ends_with(is_word))
    }
}

/// Whether the character is a part of a Latin word or of a number.
fn is_word(character: char) -> bool {
    character.is_ascii_digit() || is_latin(character)
}

fn is_latin(character: char) -> bool {
    character.is_ascii_alphabetic() || matches!(character, '\u{C0}'..='\u{24F}')
}

fn kanji_digit(character: char) -> Option<u16> {
    let digits = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九', '十'];
    let value = digits.iter().position(|digit| *digit == character)?;
    u16::try_from(value).ok()
}

/// 四, 十二, 二十, 三十一; or digit by digit, 二〇二二.
fn kanji_number(written: &str) -> Option<u16> {
    const MOST: usize = 4;
    let digits: Vec<u16> = written.chars().take(MOST + 1).filter_map(kanji_digit).collect();
    let is_unit = |digit: u16| (1..10).contains(&digit);
    match digits[..] {
        [10] => Some(10),
        [10, ones] if is_unit(ones) => Some(10 + ones),
        [tens, 10] if is_unit(tens) => Some(10 * tens),
        [tens, 10, ones] if is_unit(tens) && is_unit(ones) => Some(10 * tens + ones),
        _ if digits.is_empty() || MOST < digits.len() || digits.contains(&10) => None,
        _ => Some(digits.iter().fold(0, |number, digit| 10 * number + digit)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<String> = dates(text).iter().map(|(date, _)| date.to_string()).collect();
        assert_eq!(found, expected, "{text}");
    }

    /// Asserts that the whole text is one date.
    #[track_caller]
    fn whole(text: &str, expected: &str) {
        check(text, &[expected]);
        assert_eq!(dates(text)[0].1, 0..text.len(), "{text}");
    }

    #[test]
    fn every_form_of_a_fiscal_year_is_read() {
        for text in [
            "令和4年度",
            "令和４年度",
            "令和 4 年度",
            "令和四年度",
            "㋿4年度",
            "R4年度",
            "Ｒ４年度",
            "R.4年度",
            "R 4年度",
            "r4",
            "R4",
            "Ｒ４",
            "R.4",
            "令和4",
            "2022年度",
            "２０２２年度",
            "2022 年度",
            "二〇二二年度",
        ] {
            whole(text, "fy2022");
        }
        for text in ["令和元年度", "平成31年度", "H31", "平成三十一年度", "2019年度"]
        {
            whole(text, "fy2019");
        }
        whole("昭和55年度", "fy1980");
        whole("S55", "fy1980");
        whole("大正元年度", "fy1912");
        whole("明治三十年度", "fy1897");
        whole("M30年度", "fy1897");
        whole("平成35年度", "fy2023");
    }

    #[test]
    fn every_form_of_a_year_is_read() {
        for text in ["令和4年", "R4年", "2022年", "令和四年", "二〇二二年"] {
            whole(text, "2022");
        }
    }

    #[test]
    fn every_form_of_a_month_is_read() {
        for text in [
            "令和4年12月",
            "令和４年１２月",
            "令和4年 12月",
            "令和４\n年12月",
            "令和四年十二月",
            "R4年12月",
            "R4.12",
            "Ｒ４．１２",
            "R4/12",
            "令和4.12",
            "2022年12月",
            "2022/12",
            "2022-12",
            "２０２２／１２",
            "2022−12",
        ] {
            whole(text, "2022-12");
        }
        whole("R5.2", "2023-02");
        whole("2023/2", "2023-02");
        whole("令和5年02月", "2023-02");
    }

    #[test]
    fn every_form_of_a_day_is_read() {
        for text in [
            "令和4年12月1日",
            "令和４年１２月１日",
            "令和四年十二月一日",
            "R4.12.1",
            "R4.12.01",
            "R4/12/1",
            "2022年12月1日",
            "2022/12/01",
            "2022/12/1",
            "2022-12-01",
            "2022.12.1",
            "令和4年12月 1 日",
        ] {
            whole(text, "2022-12-01");
        }
        whole("T10.4.1", "1921-04-01");
        whole("昭和二十年八月十五日", "1945-08-15");
    }

    #[test]
    fn dates_stand_in_texts() {
        check("令和5年度予算とR4実績", &["fy2023", "fy2022"]);
        check("R3/R4、R3-R4、R3~R4、R3・R4", &["fy2021", "fy2022"].repeat(4));
        check("令和4(2022)年度", &["fy2022"]);
        check("2022/4-2023/3", &["2022-04", "2023-03"]);
        check("2022-12-01T10:00", &["2022-12-01"]);
        check("令和4年1~3月", &["2022"]);
        check("令和4年13月", &["2022"]);
        check("令和4年2月30日", &["2022-02"]);
        check("第1回(R4.12.1)の", &["2022-12-01"]);
        check("明日は平成30年12月下旬", &["2018-12"]);
        check("1.2022年度の取組", &["fy2022"]);
        check("令和4年度2月補正", &["fy2022"]);
    }

    #[test]
    fn anything_else_is_no_date() {
        for text in [
            "",
            "12.5",
            "3/4",
            "1/2",
            "A4",
            "B5",
            "R4x",
            "xR4",
            "AR4",
            "A-R4",
            "R4-2",
            "R4.13",
            "R4,000",
            "R4号",
            "r4r",
            "2022",
            "2022.12",
            "2022/13",
            "2022-13-01",
            "2022/2/30",
            "2022-12-01-1",
            "2022/12/1/2",
            "12022年",
            "20221年度",
            "192.168.0.12",
            "1.2022.12.1",
            "2022.1.1.1",
            "03-2022-1234",
            "1867年",
            "3000年度",
            "4年度",
            "22年度",
            "12月1日",
            "令和",
            "令和年",
            "令和0年",
            "令和100年",
            "元年",
            "平成時代",
            "M7.3",
            "M4",
            "T3",
            "2022-12a",
            "R",
            "R.",
            "R 4",
            "五年",
            "二〇二二",
            "一二〇二二年",
            "大正解",
            "明治通り",
            "昭和会",
            "COVID-19",
            "H2O",
            "Ver2022-12",
            "Ré4",
            "R五",
            "令和4月",
            "s",
            "2022/",
            "2022-",
        ] {
            check(text, &[]);
        }
    }

    #[test]
    fn every_character_that_begins_a_date_is_told_by_its_first_byte() {
        let beginning = (char::MIN..=char::MAX).filter(|c| begins(*c));
        assert!(beginning.map(|c| c.encode_utf8(&mut [0; 4]).as_bytes()[0]).all(begins_with));
        assert!((0x80..=0xBF).all(|inside| !begins_with(inside)));
    }

    #[test]
    fn a_date_lies_in_a_fiscal_year() {
        let fiscal_year = |text| dates(text)[0].0.fiscal_year();
        assert_eq!(fiscal_year("令和5年2月"), Some(2022));
        assert_eq!(fiscal_year("2022-04-01"), Some(2022));
        assert_eq!(fiscal_year("2022-03-31"), Some(2021));
        assert_eq!(fiscal_year("R4"), Some(2022));
        assert_eq!(fiscal_year("2022年"), None);
    }

    #[test]
    fn a_term_is_a_date_or_a_word() {
        let day = Date::Day { year: 2022, month: 12, day: 1 };
        assert_eq!(day.term(), "\u{1D}2022-12-01");
        assert!(is_date_term(&day.term()));
        assert!(is_date_term(&Date::FiscalYear(2022).term()));
        for term in ["2022-12-01", "\u{1D}", "\u{1D}fy", "\u{1D}ไทย", ""] {
            assert!(!is_date_term(term), "{term}");
        }
        let all: Vec<String> = day.granularities().map(|date| date.to_string()).collect();
        assert_eq!(all, ["2022-12-01", "2022-12", "2022", "fy2022"]);
    }

    /// The forms of a day, of its month, and of its years.
    fn forms(year: u16, month: u8, day: u8) -> Vec<(Date, Vec<String>)> {
        let wide = |text: &str| -> String {
            text.chars()
                .map(|c| match c {
                    '!'..='~' => char::from_u32(u32::from(c) + 0xFEE0).unwrap(),
                    _ => c,
                })
                .collect()
        };
        let mut starts = vec![format!("{year}年")];
        let mut short = Vec::new();
        for era in ERAS.iter().filter(|era| era.before < year && year - era.before < 100) {
            let number = year - era.before;
            starts.push(format!("{}{number}年", era.name));
            starts.push(format!("{}{number}年", era.letter));
            if number == 1 {
                starts.push(format!("{}元年", era.name));
            }
            if !matches!(era.letter, 'M' | 'T') {
                short.push(format!("{}{number}", era.letter));
            }
        }
        let each =
            |end: &str| starts.iter().map(|start| format!("{start}{end}")).collect::<Vec<_>>();
        let mut days = each(&format!("{month}月{day}日"));
        let mut months = each(&format!("{month:02}月"));
        let mut fiscal_years = each("度");
        for short in &short {
            days.push(format!("{short}.{month}.{day}"));
            months.push(format!("{short}.{month}"));
            fiscal_years.push(short.clone());
        }
        days.extend([format!("{year}/{month}/{day}"), format!("{year}-{month:02}-{day:02}")]);
        months.extend([format!("{year}/{month}"), format!("{year}-{month:02}")]);
        let both = |forms: Vec<String>| {
            forms.iter().map(|form| wide(form)).chain(forms.clone()).collect::<Vec<String>>()
        };
        vec![
            (Date::Day { year, month, day }, both(days)),
            (Date::Month { year, month }, both(months)),
            (Date::Year(year), both(each(""))),
            (Date::FiscalYear(year), both(fiscal_years)),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_form_of_a_date_is_that_date(year in 1880_u16..2100, month in 1_u8..=12, day in 1_u8..=28) {
            for (date, forms) in forms(year, month, day) {
                for form in forms {
                    for text in [form.clone(), format!("会議は{form}に開き、"), format!("({form})")] {
                        let found: Vec<Date> = dates(&text).into_iter().map(|(date, _)| date).collect();
                        prop_assert_eq!(&found, &[date], "{}", text);
                    }
                }
            }
        }

        #[test]
        fn any_text_has_its_dates_in_order(
            text in prop_oneof![
                prop::collection::vec(any::<char>(), 0..40),
                prop::collection::vec(prop::sample::select("令和平成元年度月日RrHＲ0124２０〇一二十./-−　 \n㋿①か\u{3099}t".chars().collect::<Vec<char>>()), 0..40),
            ]
        ) {
            let text: String = text.into_iter().collect();
            let mut end = 0;
            for (date, range) in dates(&text) {
                prop_assert!(end <= range.start && range.start < range.end, "{:?} in {:?}", range, text);
                prop_assert!(text.get(range.clone()).is_some(), "{:?} in {:?}", range, text);
                prop_assert!(date.granularities().all(|date| is_date_term(&date.term())));
                end = range.end;
            }
        }
    }
}

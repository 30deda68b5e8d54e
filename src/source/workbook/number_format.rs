//! Numbers as a cell shows them: `#,##0`, `0.0%`, `[$-411]ggge"年"m"月"d"日"`.
//!
//! The codes are those of ECMA-376 part 1, 18.8.31. What depends on the width of a column (`*` fills, `_` pads,
//! `####`) is left out, and what depends on the system is as a Japanese one shows it.

use std::fmt::Write;

/// The formats that have a number and no code in a file, as a Japanese system shows them.
///
/// From ECMA-376 part 1, 18.8.30; those it leaves to the system are the ones it lists for Japanese.
const BUILT_IN: &[(u32, &str)] = &[
    (0, "General"),
    (1, "0"),
    (2, "0.00"),
    (3, "#,##0"),
    (4, "#,##0.00"),
    (5, "\"¥\"#,##0;\"¥\"\\-#,##0"),
    (6, "\"¥\"#,##0;\"¥\"\\-#,##0"),
    (7, "\"¥\"#,##0.00;\"¥\"\\-#,##0.00"),
    (8, "\"¥\"#,##0.00;\"¥\"\\-#,##0.00"),
    (9, "0%"),
    (10, "0.00%"),
    (11, "0.00E+00"),
    (12, "# ?/?"),
    (13, "# ??/??"),
    (14, "yyyy/m/d"),
    (15, "d-mmm-yy"),
    (16, "d-mmm"),
    (17, "mmm-yy"),
    (18, "h:mm AM/PM"),
    (19, "h:mm:ss AM/PM"),
    (20, "h:mm"),
    (21, "h:mm:ss"),
    (22, "yyyy/m/d h:mm"),
    (27, "ge.m.d"),
    (28, "ggge\"年\"m\"月\"d\"日\""),
    (29, "ggge\"年\"m\"月\"d\"日\""),
    (30, "m/d/yy"),
    (31, "yyyy\"年\"m\"月\"d\"日\""),
    (32, "h\"時\"mm\"分\""),
    (33, "h\"時\"mm\"分\"ss\"秒\""),
    (34, "yyyy\"年\"m\"月\""),
    (35, "m\"月\"d\"日\""),
    (36, "ge.m.d"),
    (37, "#,##0;\\-#,##0"),
    (38, "#,##0;\\-#,##0"),
    (39, "#,##0.00;\\-#,##0.00"),
    (40, "#,##0.00;\\-#,##0.00"),
    (41, "#,##0;\\-#,##0;\"-\";@"),
    (42, "\"¥\"#,##0;\"¥\"\\-#,##0;\"¥\"\"-\";@"),
    (43, "#,##0.00;\\-#,##0.00;\"-\";@"),
    (44, "\"¥\"#,##0.00;\"¥\"\\-#,##0.00;\"¥\"\"-\";@"),
    (45, "mm:ss"),
    (46, "[h]:mm:ss"),
    (47, "mm:ss.0"),
    (48, "##0.0E+0"),
    (49, "@"),
    (50, "ge.m.d"),
    (51, "ggge\"年\"m\"月\"d\"日\""),
    (52, "yyyy\"年\"m\"月\""),
    (53, "m\"月\"d\"日\""),
    (54, "ggge\"年\"m\"月\"d\"日\""),
    (55, "yyyy\"年\"m\"月\""),
    (56, "m\"月\"d\"日\""),
    (57, "ge.m.d"),
    (58, "ggge\"年\"m\"月\"d\"日\""),
];

/// The first day as year, month and day, the letter, the name, the Gregorian year before year 1.
type Era = ((i64, u32, u32), &'static str, &'static str, i64);

/// The eras that a cell shows.
const ERAS: [Era; 5] = [
    ((2019, 5, 1), "R", "令和", 2018),
    ((1989, 1, 8), "H", "平成", 1988),
    ((1926, 12, 25), "S", "昭和", 1925),
    ((1912, 7, 30), "T", "大正", 1911),
    ((1868, 1, 25), "M", "明治", 1867),
];

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const JAPANESE_DAYS: [char; 7] = ['日', '月', '火', '水', '木', '金', '土'];

/// The days between 1900-01-01, as serial numbers count from 1900, and the same day in files that count from 1904.
const DAYS_TO_1904: f64 = 1462.0;

/// A place of a format where digits or text stand.
#[derive(Clone, Debug, PartialEq)]
enum Piece {
    /// Text that stands as it is.
    Literal(String),
    /// `0`, `#` or `?`.
    Digit(char),
    Point,
    Comma,
    Percent,
    /// `E+` or `E-`: whether a plus is shown.
    Exponent(bool),
    Slash,
    /// A letter of a date as often as it stands: `yyyy`.
    Date(char, usize),
    /// `[h]`, `[mm]`: hours, minutes or seconds beyond a day.
    Elapsed(char, usize),
    /// `AM/PM`, `A/P`: the two halves of a day.
    Half(String, String),
    General,
    /// `@`.
    Text,
}

/// A code taken apart, for all the cells that have it.
#[derive(Clone, Debug)]
pub(super) struct Format {
    sections: Vec<Section>,
    /// Whether something stands beside the text of a cell.
    surrounds_text: bool,
}

/// One of the parts of a code that `;` separates.
#[derive(Clone, Debug, Default)]
struct Section {
    pieces: Vec<Piece>,
    /// `[>=100]`.
    condition: Option<(String, f64)>,
    /// `[DBNum3]`: digits in full width.
    is_full_width: bool,
    /// `[$-ja-JP-x-gannen]`: the first year of an era is 元年.
    names_first_year: bool,
}

/// The code of a format that a file only numbers.
pub(super) fn built_in(id: u32) -> Option<&'static str> {
    BUILT_IN.iter().find(|(number, _)| *number == id).map(|(_, code)| *code)
}

/// The number `value` in the format `code`; `is_1904` where the days of the file count from 1904.
pub(super) fn number(value: f64, code: &str, is_1904: bool) -> String {
    Format::of(code).number(value, is_1904)
}

/// A text in the format `code`: `"第"@"号"`.
pub(super) fn text(value: &str, code: &str) -> String {
    Format::of(code).text(value)
}

impl Format {
    /// Takes a code apart.
    pub(super) fn of(code: &str) -> Format {
        Format { sections: sections(code), surrounds_text: code.contains('@') && code != "@" }
    }

    /// The number `value` as it is shown; `is_1904` where the days of the file count from 1904.
    pub(super) fn number(&self, value: f64, is_1904: bool) -> String {
        if !value.is_finite() {
            return value.to_string();
        }
        let (section, is_absolute) = chosen(&self.sections, value);
        let Some(section) = section else { return general(value) };
        let shown = if is_absolute { value.abs() } else { value };
        let text = match section.is_date() {
            true => {
                let serial = if is_1904 { value + DAYS_TO_1904 } else { value };
                match Moment::of(serial, section.n_fraction_digits()) {
                    Some(moment) => moment.show(section, serial),
                    // Before the calendar begins a cell shows `####`; the number says more.
                    None => general(value),
                }
            }
            false => section.number(shown),
        };
        match section.is_full_width {
            true => text.chars().map(full_width).collect(),
            false => text,
        }
    }

    /// The text `value` as it is shown.
    pub(super) fn text(&self, value: &str) -> String {
        // By far most cells.
        if !self.surrounds_text {
            return value.to_owned();
        }
        let section = self.sections.iter().find(|section| section.pieces.contains(&Piece::Text));
        let Some(section) = section else { return value.to_owned() };
        let pieces = section.pieces.iter().map(|piece| match piece {
            Piece::Text => value,
            Piece::Literal(text) => text.as_str(),
            _ => "",
        });
        pieces.collect()
    }
}

/// The section for a value, and whether it says itself how a negative number is marked.
fn chosen(sections: &[Section], value: f64) -> (Option<&Section>, bool) {
    // The last of four is for text, and so is one that holds nothing but it.
    let is_for_numbers = |section: &&Section| {
        !section.pieces.contains(&Piece::Text) || section.pieces.contains(&Piece::General)
    };
    let numbers: Vec<&Section> = sections.iter().take(3).filter(is_for_numbers).collect();
    if numbers.iter().any(|section| section.condition.is_some()) {
        let holds =
            |section: &&&Section| section.condition.as_ref().is_none_or(|c| meets(value, c));
        return (numbers.iter().find(holds).copied(), false);
    }
    match *numbers.as_slice() {
        [] => (None, false),
        [only] => (Some(only), false),
        [positive, negative] if value < 0.0 => {
            let _ = positive;
            (Some(negative), true)
        }
        [_, negative, _] if value < 0.0 => (Some(negative), true),
        [_, _, zero, ..] if value == 0.0 => (Some(zero), false),
        [positive, ..] => (Some(positive), false),
    }
}

fn meets(value: f64, (operator, limit): &(String, f64)) -> bool {
    match operator.as_str() {
        "<" => value < *limit,
        "<=" => value <= *limit,
        ">" => *limit < value,
        ">=" => *limit <= value,
        "<>" => value != *limit,
        _ => value == *limit,
    }
}

/// The sections of a code.
fn sections(code: &str) -> Vec<Section> {
    let mut sections = vec![Section::default()];
    let chars: Vec<char> = code.chars().collect();
    let mut at = 0;
    while at < chars.len() {
        let Some(section) = sections.last_mut() else { break };
        let c = chars[at];
        at += 1;
        match c {
            ';' => sections.push(Section::default()),
            '"' => {
                let end = position(&chars, at, '"');
                section.literal(&chars[at..end]);
                at = end + 1;
            }
            '\\' | '!' => {
                section.literal(&chars[at..(at + 1).min(chars.len())]);
                at += 1;
            }
            // The width of a character, and a character that fills the cell.
            '_' | '*' => at += 1,
            '[' => {
                let end = position(&chars, at, ']');
                section.bracket(&chars[at..end]);
                at = end + 1;
            }
            '0' | '#' | '?' => section.pieces.push(Piece::Digit(c)),
            '.' => section.pieces.push(Piece::Point),
            ',' => section.pieces.push(Piece::Comma),
            '%' => section.pieces.push(Piece::Percent),
            '/' => section.pieces.push(Piece::Slash),
            '@' => section.pieces.push(Piece::Text),
            'E' | 'e' if matches!(chars.get(at), Some('+' | '-')) => {
                section.pieces.push(Piece::Exponent(chars[at] == '+'));
                at += 1;
            }
            'A' | 'a' if begins(&chars, at - 1, "AM/PM") => {
                section.pieces.push(Piece::Half("AM".to_owned(), "PM".to_owned()));
                at += 4;
            }
            'A' | 'a' if begins(&chars, at - 1, "A/P") => {
                section.pieces.push(Piece::Half("A".to_owned(), "P".to_owned()));
                at += 2;
            }
            'G' if begins(&chars, at - 1, "GENERAL") => {
                section.pieces.push(Piece::General);
                at += 6;
            }
            '午' if begins(&chars, at - 1, "午前/午後") => {
                section.pieces.push(Piece::Half("午前".to_owned(), "午後".to_owned()));
                at += 4;
            }
            'y' | 'Y' | 'm' | 'M' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' | 'g' | 'G' | 'e' | 'E'
            | 'a' | 'A' | 'r' | 'R' | 'b' | 'B' => {
                let letter = c.to_ascii_lowercase();
                let more =
                    chars[at..].iter().take_while(|c| c.to_ascii_lowercase() == letter).count();
                section.pieces.push(Piece::Date(letter, 1 + more));
                at += more;
            }
            _ => section.literal(&[c]),
        }
    }
    sections
}

/// Where `sought` stands from `at` on, or the end.
fn position(chars: &[char], at: usize, sought: char) -> usize {
    chars[at..].iter().position(|c| *c == sought).map_or(chars.len(), |offset| at + offset)
}

fn begins(chars: &[char], at: usize, word: &str) -> bool {
    let mut rest = chars[at..].iter();
    word.chars().all(|c| rest.next().is_some_and(|d| d.to_ascii_uppercase() == c))
}

impl Section {
    fn literal(&mut self, chars: &[char]) {
        match self.pieces.last_mut() {
            Some(Piece::Literal(text)) => text.extend(chars),
            _ => self.pieces.push(Piece::Literal(chars.iter().collect())),
        }
    }

    /// What stands in brackets: a colour, a language with its currency, a condition, an elapsed time.
    fn bracket(&mut self, chars: &[char]) {
        let text: String = chars.iter().collect();
        let lower = text.to_ascii_lowercase();
        if let Some(currency) = text.strip_prefix('$') {
            self.names_first_year |= lower.contains("gannen");
            let currency: Vec<char> =
                currency.split('-').next().unwrap_or_default().chars().collect();
            self.literal(&currency);
        } else if lower == "dbnum3" {
            self.is_full_width = true;
        } else if let Some(letter) = lower.chars().next().filter(|c| "hms".contains(*c)) {
            if lower.chars().all(|c| c == letter) {
                self.pieces.push(Piece::Elapsed(letter, lower.len()));
            }
        } else if text.starts_with(['<', '>', '=']) {
            let number = text.trim_start_matches(['<', '>', '=']);
            let operator = text[..text.len() - number.len()].to_owned();
            self.condition = number.trim().parse().ok().map(|limit| (operator, limit));
        }
    }

    fn is_date(&self) -> bool {
        self.pieces
            .iter()
            .any(|piece| matches!(piece, Piece::Date(..) | Piece::Elapsed(..) | Piece::Half(..)))
    }

    /// How many digits of a fraction of a second a date shows.
    fn n_fraction_digits(&self) -> u32 {
        let point =
            self.pieces.windows(2).position(|pair| pair == [Piece::Point, Piece::Digit('0')]);
        let digits = point.map_or(&[][..], |at| &self.pieces[at + 1..]);
        let n_digits = digits.iter().take_while(|piece| **piece == Piece::Digit('0')).count();
        u32::try_from(n_digits).unwrap_or(3).min(3)
    }

    fn number(&self, value: f64) -> String {
        if self.pieces.contains(&Piece::General) || self.pieces.is_empty() {
            let sign = if value < 0.0 { "-" } else { "" };
            let texts = self.pieces.iter().map(|piece| match piece {
                Piece::General => general(value.abs()),
                Piece::Literal(text) => text.clone(),
                _ => String::new(),
            });
            // `;;;` hides what it formats.
            return match self.pieces.is_empty() {
                true => String::new(),
                false => sign.to_owned() + &texts.collect::<String>(),
            };
        }
        if !self.pieces.iter().any(|piece| matches!(piece, Piece::Digit(_))) {
            let sign = if value < 0.0 { "-" } else { "" };
            return sign.to_owned() + &self.literals();
        }
        if self.pieces.contains(&Piece::Slash) {
            return self.fraction(value);
        }
        self.decimal(value)
    }

    fn literals(&self) -> String {
        let texts = self.pieces.iter().map(|piece| match piece {
            Piece::Literal(text) => text.as_str(),
            Piece::Percent => "%",
            Piece::Point => ".",
            Piece::Comma => ",",
            Piece::Slash => "/",
            _ => "",
        });
        texts.collect()
    }

    /// A number with its digits at the places of the code.
    fn decimal(&self, value: f64) -> String {
        let pieces = &self.pieces;
        let first = pieces.iter().position(|p| matches!(p, Piece::Digit(_))).unwrap_or(0);
        let point = pieces.iter().position(|p| *p == Piece::Point).filter(|at| {
            // A point before any digit is a point of the number, one behind the exponent is not.
            pieces[..*at].iter().all(|p| !matches!(p, Piece::Exponent(_)))
        });
        let exponent = pieces.iter().position(|p| matches!(p, Piece::Exponent(_)));
        let mantissa_end = exponent.unwrap_or(pieces.len());
        let integer_end = point.unwrap_or(mantissa_end);
        let digits = |range: &[Piece]| -> Vec<char> {
            let digits = range.iter().filter_map(|piece| match piece {
                Piece::Digit(c) => Some(*c),
                _ => None,
            });
            digits.collect()
        };
        let integer_digits = digits(&pieces[..integer_end]);
        let decimal_digits = point.map_or(Vec::new(), |at| digits(&pieces[at..mantissa_end]));
        // Commas behind the last digit divide by a thousand each; one between digits groups them.
        let last_digit = pieces[..integer_end]
            .iter()
            .rposition(|p| matches!(p, Piece::Digit(_)))
            .unwrap_or(first);
        let last_of_all = pieces[..mantissa_end]
            .iter()
            .rposition(|p| matches!(p, Piece::Digit(_)))
            .unwrap_or(last_digit);
        let n_commas_behind = |at: usize, end: usize| {
            let behind = pieces[(at + 1).min(end)..end].iter();
            behind.take_while(|piece| **piece == Piece::Comma).count()
        };
        let n_thousands = n_commas_behind(last_digit, integer_end)
            + if last_of_all == last_digit {
                0
            } else {
                n_commas_behind(last_of_all, mantissa_end)
            };
        let is_grouped = pieces[first.min(last_digit)..last_digit].contains(&Piece::Comma);
        let n_percents = pieces.iter().filter(|p| **p == Piece::Percent).count();
        let mut magnitude = value.abs();
        for _ in 0..n_percents {
            magnitude *= 100.0;
        }
        for _ in 0..n_thousands {
            magnitude /= 1000.0;
        }
        let mut power = 0;
        if exponent.is_some() && magnitude != 0.0 {
            let step = i32::try_from(integer_digits.len()).unwrap_or(1).max(1);
            #[expect(clippy::cast_possible_truncation, reason = "the exponent of a float is small")]
            let order = magnitude.log10().floor() as i32;
            power = if step == 1 { order } else { order.div_euclid(step) * step };
            magnitude /= 10f64.powi(power);
        }
        let rounded = rounded(magnitude, decimal_digits.len());
        let (mut integer, decimals) = match rounded.split_once('.') {
            Some((integer, decimals)) => (integer.to_owned(), decimals.to_owned()),
            None => (rounded.clone(), String::new()),
        };
        let least = integer_digits.iter().filter(|c| **c == '0').count();
        if integer == "0" && least == 0 {
            integer.clear();
        }
        while integer.len() < least {
            integer.insert(0, '0');
        }
        // Digits that the code does not ask for go from the end.
        let kept = decimal_digits
            .iter()
            .enumerate()
            .rposition(|(at, code)| {
                *code == '0' || decimals.as_bytes().get(at).is_some_and(|d| *d != b'0')
            })
            .map_or(0, |at| at + 1);
        let decimals = &decimals[..kept.min(decimals.len())];
        let is_zero = rounded.bytes().all(|b| !b.is_ascii_digit() || b == b'0');
        let sign = if value < 0.0 && !is_zero { "-" } else { "" };
        let mut shown = sign.to_owned();
        let mut n_integer_places = integer_digits.len();
        let mut n_decimals = 0;
        let mut n_exponents = 0;
        for (at, piece) in pieces.iter().enumerate() {
            match piece {
                Piece::Literal(text) => shown += text,
                Piece::Digit(_) if at < integer_end => {
                    // The first place takes all digits that are more than there are places.
                    let is_first = n_integer_places == integer_digits.len();
                    let upto = integer.len().saturating_sub(n_integer_places - 1);
                    let from =
                        if is_first { 0 } else { integer.len().saturating_sub(n_integer_places) };
                    for place in from..upto {
                        shown.push(char::from(integer.as_bytes()[place]));
                        let left = integer.len() - place - 1;
                        if is_grouped && 0 < left && left % 3 == 0 {
                            shown.push(',');
                        }
                    }
                    n_integer_places -= 1;
                }
                Piece::Digit(_) if at < mantissa_end => {
                    if let Some(digit) = decimals.as_bytes().get(n_decimals) {
                        shown.push(char::from(*digit));
                    }
                    n_decimals += 1;
                }
                Piece::Digit(_) => n_exponents += 1,
                // A point stands even where no digit follows: `1.`.
                Piece::Point if Some(at) == point => shown.push('.'),
                Piece::Point => shown.push('.'),
                Piece::Percent => shown.push('%'),
                Piece::Exponent(_) | Piece::Comma | Piece::Slash | Piece::Text | Piece::General => {
                }
                Piece::Date(..) | Piece::Elapsed(..) | Piece::Half(..) => {}
            }
        }
        if let Some(Piece::Exponent(has_plus)) = exponent.map(|at| &pieces[at]) {
            let sign = if power < 0 {
                "-"
            } else if *has_plus {
                "+"
            } else {
                ""
            };
            let _ = write!(shown, "E{sign}{:0width$}", power.abs(), width = n_exponents.max(1));
        }
        shown
    }

    /// A number as a fraction: `# ?/?`.
    fn fraction(&self, value: f64) -> String {
        let slash = self.pieces.iter().position(|p| *p == Piece::Slash).unwrap_or(0);
        let n_digits = self.pieces[slash..].iter().filter(|p| matches!(p, Piece::Digit(_))).count();
        let largest = 10_i64.pow(u32::try_from(n_digits.clamp(1, 4)).unwrap_or(1)) - 1;
        let has_whole = 1 < self.pieces[..slash].split(|p| matches!(p, Piece::Literal(_))).count();
        let magnitude = value.abs();
        if 1e15 < magnitude {
            return general(value);
        }
        let whole = if has_whole { magnitude.floor() } else { 0.0 };
        let part = magnitude - whole;
        let best = (1..=largest)
            .map(|denominator| {
                #[expect(clippy::cast_precision_loss, reason = "at most four digits")]
                let exact = part * denominator as f64;
                (exact.round(), denominator, (exact - exact.round()).abs())
            })
            .map(|(numerator, denominator, error)| {
                #[expect(clippy::cast_precision_loss, reason = "at most four digits")]
                let error = error / denominator as f64;
                (numerator, denominator, error)
            })
            .min_by(|a, b| a.2.total_cmp(&b.2));
        let Some((numerator, denominator, _)) = best else { return general(value) };
        let sign = if value < 0.0 { "-" } else { "" };
        match (has_whole, numerator == 0.0) {
            (true, true) => format!("{sign}{whole}"),
            (true, false) if whole == 0.0 => format!("{sign}{numerator}/{denominator}"),
            (true, false) => format!("{sign}{whole} {numerator}/{denominator}"),
            (false, _) => format!("{sign}{numerator}/{denominator}"),
        }
    }
}

/// A number without a format: all its digits, as many as a cell has room for behind the point.
pub(super) fn general(value: f64) -> String {
    let magnitude = value.abs();
    if magnitude == 0.0 {
        return "0".to_owned();
    }
    if let Some(whole) = whole(magnitude) {
        return format!("{}{whole}", if value < 0.0 { "-" } else { "" });
    }
    if !(1e-4..1e15).contains(&magnitude) {
        let text = format!("{value:.5E}");
        let (mantissa, exponent) = text.split_once('E').unwrap_or((&text, "0"));
        let mantissa = mantissa.trim_end_matches('0').trim_end_matches('.');
        let (sign, exponent) = match exponent.strip_prefix('-') {
            Some(exponent) => ("-", exponent),
            None => ("+", exponent),
        };
        return format!("{mantissa}E{sign}{exponent:0>2}");
    }
    let n_integer = format!("{:.0}", magnitude.trunc()).len();
    let text = rounded(magnitude, 10_usize.saturating_sub(n_integer).max(1));
    let text = text.trim_end_matches('0').trim_end_matches('.');
    format!("{}{text}", if value < 0.0 { "-" } else { "" })
}

/// A number without a fraction that has no more digits than a cell holds.
fn whole(magnitude: f64) -> Option<u64> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the range was tested"
    )]
    let as_whole = |magnitude: f64| magnitude as u64;
    (magnitude.fract() == 0.0 && (0.0..1e15).contains(&magnitude)).then(|| as_whole(magnitude))
}

/// A positive number with so many digits behind the point, halves rounded up as they are written and not as they
/// are held: 1.005 is 1.01.
fn rounded(magnitude: f64, n_decimals: usize) -> String {
    let n_decimals = n_decimals.min(30);
    if let Some(whole) = whole(magnitude) {
        let point = if n_decimals == 0 { "" } else { "." };
        return format!("{whole}{point}{}", "0".repeat(n_decimals));
    }
    // Fifteen digits are what a cell holds.
    let written = format!("{magnitude:.14e}");
    let Some((mantissa, exponent)) = written.split_once('e') else { return written };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let digits: Vec<u8> = mantissa.bytes().filter(u8::is_ascii_digit).map(|b| b - b'0').collect();
    // How many of the digits stand before the rounding place.
    let n_kept = exponent + 1 + i32::try_from(n_decimals).unwrap_or(30);
    let mut kept: Vec<u8> = match usize::try_from(n_kept) {
        Ok(n_kept) => (0..n_kept).map(|at| digits.get(at).copied().unwrap_or(0)).collect(),
        Err(_) => Vec::new(),
    };
    let next = usize::try_from(n_kept).ok().and_then(|at| digits.get(at)).copied().unwrap_or(0);
    if 5 <= next {
        let mut carry = true;
        for digit in kept.iter_mut().rev() {
            if !carry {
                break;
            }
            carry = *digit == 9;
            *digit = if carry { 0 } else { *digit + 1 };
        }
        if carry {
            kept.insert(0, 1);
        }
    }
    while kept.len() <= n_decimals {
        kept.insert(0, 0);
    }
    let text: String = kept.iter().map(|digit| char::from(b'0' + digit)).collect();
    let (integer, decimals) = text.split_at(text.len() - n_decimals);
    let integer = integer.trim_start_matches('0');
    let integer = if integer.is_empty() { "0" } else { integer };
    match n_decimals {
        0 => integer.to_owned(),
        _ => format!("{integer}.{decimals}"),
    }
}

/// A point in time.
#[derive(Clone, Copy, Debug)]
struct Moment {
    year: i64,
    month: u32,
    day: u32,
    /// From Sunday.
    weekday: usize,
    /// Thousandths of a second since midnight.
    milliseconds: u32,
}

impl Moment {
    /// The moment of a serial number: days since the last day of 1899, with the day that 1900 did not have.
    fn of(serial: f64, n_fraction_digits: u32) -> Option<Moment> {
        if !(0.0..2_958_466.0).contains(&serial) {
            return None;
        }
        let unit = 1000.0 / f64::from(10_u32.pow(n_fraction_digits));
        let milliseconds = (serial * 86_400_000.0 / unit).round() * unit;
        #[expect(clippy::cast_possible_truncation, reason = "the range was tested")]
        let milliseconds = milliseconds as i64;
        let days = milliseconds.div_euclid(86_400_000);
        let within = u32::try_from(milliseconds.rem_euclid(86_400_000)).unwrap_or(0);
        let weekday = usize::try_from((days + 6).rem_euclid(7)).unwrap_or(0);
        let (year, month, day) = match days {
            0 => (1900, 1, 0),
            60 => (1900, 2, 29),
            1..60 => date(days - 25_568),
            _ => date(days - 25_569),
        };
        Some(Moment { year, month, day, weekday, milliseconds: within })
    }

    fn show(self, section: &Section, serial: f64) -> String {
        let has_halves = section.pieces.iter().any(|p| matches!(p, Piece::Half(..)));
        let mut shown = String::new();
        // `m` is a minute behind hours and before seconds, else a month.
        let mut is_behind_hours = false;
        let mut n_fraction = 0;
        for (at, piece) in section.pieces.iter().enumerate() {
            let _ = match piece {
                Piece::Literal(text) => write!(shown, "{text}"),
                Piece::Date('m', n)
                    if *n < 3 && (is_behind_hours || before_seconds(section, at)) =>
                {
                    let minutes = self.milliseconds / 60_000 % 60;
                    is_behind_hours = false;
                    write!(shown, "{minutes:0n$}")
                }
                Piece::Date('h', n) => {
                    is_behind_hours = true;
                    let hours = self.milliseconds / 3_600_000;
                    let hours = match has_halves {
                        true => (hours + 11) % 12 + 1,
                        false => hours,
                    };
                    write!(shown, "{hours:0width$}", width = (*n).min(2))
                }
                Piece::Date('s', n) => {
                    let seconds = self.milliseconds / 1000 % 60;
                    write!(shown, "{seconds:0width$}", width = (*n).min(2))
                }
                Piece::Date(letter, n) => {
                    is_behind_hours = false;
                    shown +=
                        &match *letter == 'e' && section.names_first_year && self.era_year() == 1 {
                            true => "元".to_owned(),
                            false => self.date(*letter, *n),
                        };
                    Ok(())
                }
                Piece::Elapsed(letter, n) => {
                    is_behind_hours = *letter == 'h';
                    let seconds = match *letter {
                        'h' => 3600.0,
                        'm' => 60.0,
                        _ => 1.0,
                    };
                    let total = (serial * 86_400.0).round() / seconds;
                    write!(shown, "{:0>n$}", format!("{:.0}", total.floor()))
                }
                Piece::Half(before, after) => {
                    let is_before = self.milliseconds < 43_200_000;
                    write!(shown, "{}", if is_before { before } else { after })
                }
                Piece::Point => write!(shown, "."),
                Piece::Digit(_) => {
                    n_fraction += 1;
                    let fraction = format!("{:03}", self.milliseconds % 1000);
                    write!(shown, "{}", fraction.get(n_fraction - 1..n_fraction).unwrap_or("0"))
                }
                Piece::Comma => write!(shown, ","),
                Piece::Slash => write!(shown, "/"),
                Piece::Percent => write!(shown, "%"),
                Piece::Exponent(_) | Piece::General | Piece::Text => Ok(()),
            };
        }
        shown
    }

    fn era(self) -> Option<&'static Era> {
        let today = (self.year, self.month, self.day);
        ERAS.iter().find(|(first, ..)| *first <= today)
    }

    /// The year of the era; before the eras that a calendar shows, the Gregorian one.
    fn era_year(self) -> i64 {
        self.era().map_or(self.year, |(.., before)| self.year - before)
    }

    /// A part of the date: `yyyy`, `ggg`, `aaa`.
    fn date(self, letter: char, n: usize) -> String {
        let era = self.era();
        let year = self.era_year();
        match (letter, n) {
            ('y', 1 | 2) => format!("{:02}", self.year.rem_euclid(100)),
            ('y', _) => format!("{:04}", self.year),
            ('b', 1 | 2) => format!("{:02}", (self.year + 543).rem_euclid(100)),
            ('b', _) => format!("{:04}", self.year + 543),
            ('e', 1) => year.to_string(),
            ('e', _) => format!("{year:02}"),
            ('g', 1) => era.map_or(String::new(), |(_, letter, ..)| (*letter).to_owned()),
            ('g', 2) => era.map_or(String::new(), |(.., name, _)| name.chars().take(1).collect()),
            ('g', _) => era.map_or(String::new(), |(.., name, _)| (*name).to_owned()),
            // The era's letter or name together with two digits of the year.
            ('r', 1) => format!("{year:02}"),
            ('r', _) => format!("{}{year:02}", era.map_or("", |(.., name, _)| name)),
            ('m', 1 | 2) => format!("{:0n$}", self.month),
            ('m', _) => {
                let name = MONTHS[usize::try_from(self.month).unwrap_or(1).clamp(1, 12) - 1];
                match n {
                    3 => name[..3].to_owned(),
                    5 => name[..1].to_owned(),
                    _ => name.to_owned(),
                }
            }
            ('d', 1 | 2) => format!("{:0n$}", self.day),
            ('d', 3) => DAYS[self.weekday][..3].to_owned(),
            ('d', _) => DAYS[self.weekday].to_owned(),
            ('a', 4..) => format!("{}曜日", JAPANESE_DAYS[self.weekday]),
            ('a', 3) => JAPANESE_DAYS[self.weekday].to_string(),
            // Letters that are no part of a date stand as they are.
            _ => letter.to_string().repeat(n),
        }
    }
}

/// Whether seconds are the next part of a date behind the piece at `at`.
fn before_seconds(section: &Section, at: usize) -> bool {
    let next = section.pieces[at + 1..].iter().find_map(|piece| match piece {
        Piece::Date(letter, _) | Piece::Elapsed(letter, _) => Some(*letter),
        _ => None,
    });
    next == Some('s')
}

/// The date of a day counted from 1970-01-01, by Howard Hinnant's `civil_from_days`.
fn date(days: i64) -> (i64, u32, u32) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = u32::try_from(of_year - (153 * from_march + 2) / 5 + 1).unwrap_or(1);
    let month =
        u32::try_from(if from_march < 10 { from_march + 3 } else { from_march - 9 }).unwrap_or(1);
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

fn full_width(c: char) -> char {
    match c {
        '0'..='9' => char::from_u32(u32::from(c) + 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: f64, code: &str, expected: &str) {
        assert_eq!(number(value, code, false), expected, "{value} in {code}");
    }

    #[test]
    fn numbers() {
        check(1234567.0, "#,##0", "1,234,567");
        check(1234567.0, "#,##0_ ", "1,234,567");
        check(999.0, "#,##0", "999");
        check(0.0, "#,##0", "0");
        check(0.0, "#,###", "");
        check(-1234.5, "#,##0.0;[Red]-#,##0.0", "-1,234.5");
        check(-1234.5, "#,##0.0;\"△\"#,##0.0", "△1,234.5");
        check(-0.2, "0", "0");
        check(5.0, "00", "05");
        check(0.5, "0.00_ ", "0.50");
        check(0.5, "#.##", ".5");
        check(1.5, "0.0##", "1.5");
        check(1.005, "0.00", "1.01");
        check(2.5, "0", "3");
        check(1234567.0, "#,##0,\"千円\"", "1,235千円");
        check(1234567890.0, "0.0,,\"百万円\"", "1234.6百万円");
        check(12345678.0, "000-0000", "1234-5678");
        check(2113013.0, "000-0000", "211-3013");
        check(45.0, "0\"人\"", "45人");
        check(0.0, "0_ ;\"-\"0_ ;\"－\"", "－");
        check(12.0, "[$¥-411]#,##0", "¥12");
        check(12.0, "\\¥#,##0", "¥12");
        check(12.0, ";;;", "");
        check(150.0, "[>=100]\"多\";[<10]\"少\";0", "多");
        check(50.0, "[>=100]\"多\";[<10]\"少\";0", "50");
        check(12.0, "[DBNum3]0", "１２");
        check(3.0, "第0回", "第3回");
        check(3.0, "@", "3");
    }

    #[test]
    fn percents_exponents_and_fractions() {
        check(0.1234, "0%", "12%");
        check(0.1234, "0.0%", "12.3%");
        check(1.0, "0.00%", "100.00%");
        check(12345.0, "0.00E+00", "1.23E+04");
        check(0.00012, "0.0E+0", "1.2E-4");
        check(12345.0, "##0.0E+0", "12.3E+3");
        check(1.5, "# ?/?", "1 1/2");
        check(0.25, "# ??/??", "1/4");
        check(3.0, "# ?/?", "3");
        check(0.75, "?/?", "3/4");
    }

    #[test]
    fn numbers_without_a_format() {
        check(44652.0, "General", "44652");
        check(0.1 + 0.2, "General", "0.3");
        check(1.0 / 3.0, "General", "0.333333333");
        check(-12.5, "General", "-12.5");
        check(1_234_567_890_123.0, "General", "1234567890123");
        check(1e20, "General", "1E+20");
        check(0.000012345, "General", "1.2345E-05");
        check(5.0, "General\"件\"", "5件");
    }

    #[test]
    fn dates_in_eras_and_without() {
        let date = 45017.0; // 2023-04-01, a Saturday.
        check(date, "yyyy/m/d", "2023/4/1");
        check(date, "yyyy\"年\"mm\"月\"dd\"日\"", "2023年04月01日");
        check(date, "[$-411]ggge\"年\"m\"月\"d\"日\"", "令和5年4月1日");
        check(date, "[$-411]ggge\"年\"m\"月\"d\"日\";@", "令和5年4月1日");
        check(date, "[$-ja-JP-x-gannen]ggge\"年\"m\"月\"d\"日\";@", "令和5年4月1日");
        check(date, "[$-411]ge.m.d;@", "R5.4.1");
        check(date, "gee.mm.dd", "R05.04.01");
        check(date, "gge\\.m", "令5.4");
        check(date, "e.m.d", "5.4.1");
        check(date, "m/d(aaa)", "4/1(土)");
        check(date, "aaaa", "土曜日");
        check(date, "d-mmm-yy", "1-Apr-23");
        check(date, "yyyy-mm-dd", "2023-04-01");
        check(date, "yyyy年m月d日", "2023年4月1日");
        check(43585.0, "ggge", "平成31");
        check(43586.0, "ggge", "令和1");
        check(43586.0, "[$-ja-JP-x-gannen]ggge\"年\"", "令和元年");
        check(1.0, "yyyy/m/d", "1900/1/1");
        check(60.0, "yyyy/m/d", "1900/2/29");
        check(61.0, "yyyy/m/d aaa", "1900/3/1 木");
        check(-1.0, "yyyy/m/d", "-1");
        assert_eq!(number(43555.0, "yyyy/m/d", true), "2023/4/1");
    }

    #[test]
    fn times() {
        let noon = 45017.5;
        check(noon, "yyyy/m/d h:mm", "2023/4/1 12:00");
        check(0.3958333333, "h:mm", "9:30");
        check(0.3958333333, "hh\"時\"mm\"分\"", "09時30分");
        check(0.75, "h:mm AM/PM", "6:00 PM");
        check(0.0, "AM/PMh:mm", "AM12:00");
        check(0.75, "午前/午後h\"時\"", "午後6時");
        check(1.5, "[h]:mm", "36:00");
        check(1.5, "[mm]", "2160");
        check(0.5 + 1.25 / 86_400.0, "mm:ss.0", "00:01.3");
        check(0.9999999, "h:mm:ss", "0:00:00");
    }

    #[test]
    fn built_in_formats_are_dates_where_they_say_so() {
        let is_date = |code| sections(code).first().is_some_and(Section::is_date);
        for id in [14, 22, 27, 31, 45, 46, 58] {
            assert!(is_date(built_in(id).unwrap()), "{id}");
        }
        for code in ["General", "#,##0", "0%", "0.00E+00", "@", "[Red]0", "\"year\"0", ""] {
            assert!(!is_date(code), "{code}");
        }
    }

    #[test]
    fn text_has_a_place_in_a_format() {
        assert_eq!(text("甲", "\"第\"@\"号\""), "第甲号");
        assert_eq!(text("甲", "0;0;0;@\"様\""), "甲様");
        assert_eq!(text("甲", "General"), "甲");
        assert_eq!(text("甲", "@"), "甲");
    }

    mod laws {
        use proptest::prelude::*;

        use super::super::*;

        proptest! {
            #[test]
            fn any_number_is_shown_in_any_format(value: f64, code in "[\\PC0#?.,%E+;ymdhsge\\[\\]@/\"]{0,16}") {
                number(value, &code, false);
                text("甲", &code);
            }

            #[test]
            fn whole_numbers_keep_their_digits(value in -999_999_999_999_i64..999_999_999_999) {
                let shown = number(value as f64, "#,##0", false).replace(',', "");
                prop_assert_eq!(&shown, &value.to_string());
                prop_assert_eq!(number(value as f64, "General", false), value.to_string());
            }
        }
    }
}

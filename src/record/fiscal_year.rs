//! Fiscal years, in the many ways they are written.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::era::{ERAS, YEARS};

/// A Japanese fiscal year, named by the Gregorian year of its April: 令和４年度 is 2022.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct FiscalYear(u16);

impl FiscalYear {
    /// The fiscal year whose April lies in `year`, for years that a report can mention.
    pub fn from_gregorian(year: u16) -> Option<FiscalYear> {
        YEARS.contains(&year).then_some(FiscalYear(year))
    }

    /// Reads one whole expression: `令和4年度`, `令和元年`, `令和4`, `R4`, `2022年度`, `2022`, in any width.
    pub fn parse(text: &str) -> Option<FiscalYear> {
        let text = text.trim();
        if !text.starts_with(FiscalYear::may_begin) {
            return None;
        }
        let text: String = text.chars().map(half_width).collect();
        let (year, rest) = Self::parse_prefix(text.trim())?;
        rest.is_empty().then_some(year)
    }

    /// Finds the first expression in `text` that names a fiscal year (with `年度`).
    pub fn find(text: &str) -> Option<FiscalYear> {
        if !FiscalYear::may_stand_in(text) {
            return None;
        }
        let text: String = text.chars().map(half_width).collect();
        let starts = text.char_indices().filter(|(_, c)| FiscalYear::may_begin(*c));
        starts.map(|(start, _)| start).find_map(|start| {
            // An expression is not cut out of a longer number or word: `12022年度`.
            let before = text[..start].chars().next_back();
            if before.is_some_and(|c| c.is_ascii_alphanumeric()) {
                return None;
            }
            let (year, rest) = Self::parse_prefix(&text[start..])?;
            let matched = &text[start..text.len() - rest.len()];
            matched.ends_with("年度").then_some(year)
        })
    }

    /// Finds the first run of fiscal years in `text`: `令和3〜5年度`, `R3-R5`, `令和3年度から令和5年度まで`, `令和3・4年度`.
    ///
    /// The first and the last year, the first before the last.
    pub fn find_span(text: &str) -> Option<(FiscalYear, FiscalYear)> {
        if !FiscalYear::may_stand_in(text) {
            return None;
        }
        let text: String = text.chars().map(half_width).collect();
        let starts = text.char_indices().filter(|(_, c)| FiscalYear::may_begin(*c));
        starts.map(|(start, _)| start).find_map(|start| {
            let before = text[..start].chars().next_back();
            if before.is_some_and(|c| c.is_ascii_alphanumeric()) {
                return None;
            }
            let (first, rest) = Self::parse_prefix(&text[start..])?;
            let matched = &text[start..text.len() - rest.len()];
            let rest = rest.trim_start();
            let rest = ["から", "〜", "～", "~", "-", "－", "―", "–", "・", "、"]
                .iter()
                .find_map(|sign| rest.strip_prefix(sign))?
                .trim_start();
            let (last, rest) = Self::parse_prefix(rest).or_else(|| {
                // The era is written once: 令和3〜5年度.
                let era: String = matched.chars().take_while(|c| !c.is_ascii_digit()).collect();
                let era = era.trim_end().trim_end_matches('元');
                let digits =
                    rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
                let whole = format!("{era}{}", &rest[..digits]);
                let (last, _) = Self::parse_prefix(&whole).filter(|_| 0 < digits)?;
                let rest = rest[digits..].trim_start();
                Some((last, rest.strip_prefix("年度").unwrap_or(rest)))
            })?;
            // A month, a day or a longer number is no year.
            let ends =
                !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || "年月日.．".contains(c));
            (first < last && ends).then_some((first, last))
        })
    }

    /// Whether `text` has what every expression has: a digit, or 元.
    pub(in crate::record) fn may_stand_in(text: &str) -> bool {
        text.chars().any(|c| matches!(c, '0'..='9' | '０'..='９' | '元'))
    }

    /// Whether an expression can begin with `c`, which tells nearly every text that is none at its first character.
    pub(in crate::record) fn may_begin(c: char) -> bool {
        let c = half_width(c);
        match c.is_ascii() {
            true => {
                let letter = c.to_ascii_uppercase();
                c.is_ascii_digit() || ERAS.iter().any(|era| era.letter == letter)
            }
            false => ERAS.iter().any(|era| era.name.starts_with(c)),
        }
    }

    /// The Gregorian year of the fiscal year's April.
    pub fn gregorian(self) -> u16 {
        self.0
    }

    /// Reads an expression at the start of half-width `text`; returns it and what follows.
    fn parse_prefix(text: &str) -> Option<(FiscalYear, &str)> {
        let written = ERAS.iter().find_map(|era| {
            let rest = text.strip_prefix(era.name).or_else(|| {
                let rest = text.strip_prefix([era.letter, era.letter.to_ascii_lowercase()])?;
                Some(rest.strip_prefix('.').unwrap_or(rest))
            })?;
            Some((era, rest.trim_start()))
        });
        let (era, rest) = written.map_or((None, text), |(era, rest)| (Some(era), rest));
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, rest) = match rest.strip_prefix('元') {
            Some(rest) if era.is_some() => (1, rest),
            _ => (rest[..digits].parse::<u16>().ok()?, &rest[digits..]),
        };
        let after_space = rest.trim_start();
        let rest = after_space
            .strip_prefix("年度")
            .or_else(|| after_space.strip_prefix('年'))
            .unwrap_or(rest);
        let year = match era {
            Some(era) => era.gregorian(number)?,
            None => (digits == 4).then_some(number)?,
        };
        Some((Self::from_gregorian(year)?, rest))
    }
}

impl fmt::Display for FiscalYear {
    /// The era form, as reports print it: 令和4年度.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A fiscal year is named by the era of its April; the first year of an era is 元年.
        // 令和 began in May 2019, yet its first fiscal year is called 令和元年度 throughout.
        match ERAS.iter().find(|era| era.before < self.0) {
            Some(era) if self.0 - era.before == 1 => write!(f, "{}元年度", era.name),
            Some(era) => write!(f, "{}{}年度", era.name, self.0 - era.before),
            None => write!(f, "{}年度", self.0),
        }
    }
}

fn half_width(c: char) -> char {
    match c {
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '．' => {
            char::from_u32(u32::from(c) - 0xFEE0).expect("full-width forms lie 0xFEE0 above ASCII")
        }
        '\u{3000}' => ' ',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<u16>) {
        assert_eq!(FiscalYear::parse(text).map(FiscalYear::gregorian), expected, "{text}");
    }

    #[test]
    fn every_form_of_a_year_is_read() {
        check("令和4年度", Some(2022));
        check("令和４年度", Some(2022));
        check("令和 4 年度", Some(2022));
        check("令和元年度", Some(2019));
        check("平成31年度", Some(2019));
        check("令和4", Some(2022));
        check("R4", Some(2022));
        check("r4", Some(2022));
        check("Ｒ４", Some(2022));
        check("R.4", Some(2022));
        check("H31", Some(2019));
        check("2022年度", Some(2022));
        check("２０２２年度", Some(2022));
        check("2022", Some(2022));
    }

    #[test]
    fn anything_else_is_not_a_fiscal_year() {
        for text in [
            "",
            "5年度",
            "令和0年度",
            "令和100年度",
            "令和",
            "R",
            "元年",
            "99999",
            "2022年度の",
            "X4",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn a_year_is_found_in_a_title() {
        let find = |text| FiscalYear::find(text).map(FiscalYear::gregorian);
        assert_eq!(find("浜手区役所　令和５年度　取組シート"), Some(2023));
        assert_eq!(find("２０２１年度の取組"), Some(2021));
        assert_eq!(find("令和４年12月に実施した令和３年度の取組"), Some(2021));
        assert_eq!(find("12022年度"), None);
        assert_eq!(find("年度"), None);
    }

    #[test]
    fn a_run_of_years_has_a_first_and_a_last() {
        let find = |text| FiscalYear::find_span(text).map(|(a, b)| (a.gregorian(), b.gregorian()));
        for text in [
            "令和3〜5年度",
            "令和３～５年度",
            "令和3年度から令和5年度まで",
            "実施計画（令和3年度～令和5年度）",
            "R3-R5",
            "2021～2023年度",
        ] {
            assert_eq!(find(text), Some((2021, 2023)), "{text}");
        }
        assert_eq!(find("令和3・4年度"), Some((2021, 2022)));
        assert_eq!(find("令和元年度～令和3年度"), Some((2019, 2021)));
        assert_eq!(find("平成30年度～令和2年度"), Some((2018, 2020)));
        for text in ["令和4年度", "R4-1", "令和4年4月～5月", "2021-04-01", "令和4年度・令和4年度"]
        {
            assert_eq!(find(text), None, "{text}");
        }
    }

    #[test]
    fn a_year_is_shown_in_its_era() {
        let show = |year| FiscalYear::from_gregorian(year).map(|y| y.to_string());
        assert_eq!(show(2022).as_deref(), Some("令和4年度"));
        assert_eq!(show(2019).as_deref(), Some("令和元年度"));
        assert_eq!(show(2018).as_deref(), Some("平成30年度"));
        assert_eq!(show(1867), None);
    }
}

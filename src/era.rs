//! Eras: the names and letters that Japanese years are counted by.

use std::ops::RangeInclusive;

/// An era.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Era {
    /// As it is written: 令和.
    pub name: &'static str,
    /// Its letter: `R`.
    pub letter: char,
    /// The Gregorian year before its year 1.
    pub before: u16,
}

/// The eras that reports mention, the latest first.
pub const ERAS: [Era; 5] = [
    Era { name: "令和", letter: 'R', before: 2018 },
    Era { name: "平成", letter: 'H', before: 1988 },
    Era { name: "昭和", letter: 'S', before: 1925 },
    Era { name: "大正", letter: 'T', before: 1911 },
    Era { name: "明治", letter: 'M', before: 1867 },
];

/// The Gregorian years that a report can mention.
pub const YEARS: RangeInclusive<u16> = 1868..=2999;

impl Era {
    /// The Gregorian year of the era's year `number`; plans count beyond an era's end (平成35年度).
    pub fn gregorian(&self, number: u16) -> Option<u16> {
        (1..100).contains(&number).then_some(self.before + number)
    }
}

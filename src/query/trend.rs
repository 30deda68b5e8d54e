//! How many records of each fiscal year several queries find.

use std::collections::BTreeMap;

use crate::notice::Notice;
use crate::record::FiscalYear;

use super::answer::Interpretation;
use super::request::SearchRequest;

/// What is to be counted over the years.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TrendRequest {
    /// The first series; the filters are those of all series. Order, page and facets are ignored.
    pub search: SearchRequest,
    /// The queries of the other series, [`TrendRequest::MAX_COMPARED`] at the most.
    pub compare: Vec<String>,
}

impl TrendRequest {
    /// The most queries beside the first.
    pub const MAX_COMPARED: usize = 4;
}

/// Counts of several queries over the same years.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trend {
    /// Every year from the first to the last that has records under the filters, gaps included;
    /// with a filter on years, and where a hundred years would not suffice, only those with records.
    pub years: Vec<FiscalYear>,
    /// The records of each year under the filters, whatever they say: what shares are shares of.
    pub records: Vec<usize>,
    /// Likewise, the records without a year.
    pub records_without_year: usize,
    /// The queries, in the order of the request.
    pub series: Vec<Series>,
}

/// The counts of one query.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// The search whose records are counted.
    pub request: SearchRequest,
    /// Records of each year.
    pub counts: Vec<usize>,
    /// Records without a year.
    pub without_year: usize,
    /// All records: those of the years and those without one.
    pub total: usize,
    /// Every widening and reading of the query that took part.
    pub interpretation: Vec<Interpretation>,
    /// What was noticed in the query.
    pub notices: Vec<Notice>,
}

/// More years than this are not filled up: one mistaken year would make a table of centuries.
const MOST_FILLED: u16 = 100;

/// The years to be shown, from the records of each.
pub(super) fn years(records: &BTreeMap<FiscalYear, usize>, is_filtered: bool) -> Vec<FiscalYear> {
    let (Some((first, _)), Some((last, _))) = (records.first_key_value(), records.last_key_value())
    else {
        return Vec::new();
    };
    let (first, last) = (first.gregorian(), last.gregorian());
    if is_filtered || MOST_FILLED <= last - first {
        return records.keys().copied().collect();
    }
    (first..=last).filter_map(FiscalYear::from_gregorian).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(records: &[u16], is_filtered: bool, expected: &[u16]) {
        let year = |year: &u16| FiscalYear::from_gregorian(*year).unwrap();
        let counts = records.iter().map(|y| (year(y), 1)).collect();
        let shown: Vec<u16> =
            years(&counts, is_filtered).into_iter().map(FiscalYear::gregorian).collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn gaps_are_filled() {
        check(&[2019, 2022], false, &[2019, 2020, 2021, 2022]);
        check(&[2021], false, &[2021]);
        check(&[], false, &[]);
    }

    #[test]
    fn years_that_were_not_asked_for_are_no_gap() {
        check(&[2019, 2022], true, &[2019, 2022]);
    }

    #[test]
    fn a_mistaken_year_makes_no_centuries() {
        check(&[2022, 2999], false, &[2022, 2999]);
    }
}

//! Terms that name a fiscal year: 令和4年度 in a query is a filter, not four words.
//!
//! The reader sees the filter in `interpretation` and can take it back; the term is then searched for in the text.

use crate::record::FiscalYear;

use super::ast::{Ast, FilterField};
use super::widening::{Unwanted, WideningKind};

/// A term that was taken for a fiscal year.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct YearTerm {
    /// As typed.
    pub term: String,
    /// The year it names.
    pub year: FiscalYear,
}

/// Turns the terms of `ast` that name a fiscal year into filters, but for those that are to stay terms.
pub fn into_filters(ast: Ast, unwanted: &[Unwanted]) -> (Ast, Vec<YearTerm>) {
    let mut found = Vec::new();
    (replace(ast, unwanted, &mut found), found)
}

fn replace(ast: Ast, unwanted: &[Unwanted], found: &mut Vec<YearTerm>) -> Ast {
    let is_unwanted = |term: &str| {
        let kind = WideningKind::FiscalYear;
        unwanted.iter().any(|unwanted| unwanted.kind == kind && unwanted.from == term)
    };
    let mut all =
        |parts: Vec<Ast>| parts.into_iter().map(|part| replace(part, unwanted, found)).collect();
    match ast {
        Ast::And(parts) => Ast::And(all(parts)),
        Ast::Or(parts) => Ast::Or(all(parts)),
        Ast::Not(part) => Ast::Not(Box::new(replace(*part, unwanted, found))),
        Ast::Term(term) => match named_year(&term).filter(|_| !is_unwanted(&term)) {
            Some(year) => {
                found.push(YearTerm { term: term.clone(), year });
                Ast::Filter(FilterField::Year, term)
            }
            None => Ast::Term(term),
        },
        other => other,
    }
}

/// The year that a term names: with 年度, or as an era's letter and a number (R4).
///
/// A bare `2022` or `令和4年` may mean a calendar year and stays a term.
fn named_year(term: &str) -> Option<FiscalYear> {
    let begins_with_letter =
        |c: char| c.is_ascii_alphabetic() || matches!(c, 'Ａ'..='Ｚ' | 'ａ'..='ｚ');
    let is_short = term.starts_with(begins_with_letter) && !term.ends_with('年');
    FiscalYear::parse(term).filter(|_| is_short || term.ends_with("年度"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(term: &str, expected: Option<u16>) {
        assert_eq!(named_year(term).map(FiscalYear::gregorian), expected, "{term}");
    }

    #[test]
    fn forms_of_a_fiscal_year_are_filters() {
        check("令和4年度", Some(2022));
        check("令和４年度", Some(2022));
        check("2022年度", Some(2022));
        check("R4", Some(2022));
        check("Ｒ４", Some(2022));
        check("r4年度", Some(2022));
        check("平成31年度", Some(2019));
        check("令和元年度", Some(2019));
    }

    #[test]
    fn what_may_be_something_else_stays_a_term() {
        for term in ["2022", "令和4年", "令和4", "年度", "令和4年度予算", "A4", "R4年", "4年度"]
        {
            check(term, None);
        }
    }
}

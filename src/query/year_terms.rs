//! Terms that name a fiscal year: 令和4年度 in a query is a filter, not four words.
//!
//! The reader sees the filter in `interpretation` and takes it back by putting the term in quotation marks.

use crate::record::FiscalYear;

use super::ast::{Ast, FilterField};

/// A term that was taken for a fiscal year.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct YearTerm {
    /// As typed.
    pub term: String,
    /// The year it names.
    pub year: FiscalYear,
}

/// Turns the terms of `ast` that name a fiscal year into filters.
pub fn into_filters(ast: Ast) -> (Ast, Vec<YearTerm>) {
    let mut found = Vec::new();
    (replace(ast, &mut found), found)
}

/// `q` with the term in quotation marks, so that it is searched as it stands.
pub fn quoted(q: &str, term: &str) -> String {
    let is_edge = |c: Option<char>| {
        c.is_none_or(|c| {
            c.is_whitespace() || matches!(c, '(' | ')' | '（' | '）' | '-' | '|' | '｜')
        })
    };
    let standing_alone = q.match_indices(term).find(|(at, _)| {
        is_edge(q[..*at].chars().next_back()) && is_edge(q[at + term.len()..].chars().next())
    });
    match standing_alone {
        Some((at, _)) => format!("{}\"{term}\"{}", &q[..at], &q[at + term.len()..]),
        None => q.to_owned(),
    }
}

fn replace(ast: Ast, found: &mut Vec<YearTerm>) -> Ast {
    let mut all = |parts: Vec<Ast>| parts.into_iter().map(|part| replace(part, found)).collect();
    match ast {
        Ast::And(parts) => Ast::And(all(parts)),
        Ast::Or(parts) => Ast::Or(all(parts)),
        Ast::Not(part) => Ast::Not(Box::new(replace(*part, found))),
        Ast::Term(term) => match named_year(&term) {
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

    #[test]
    fn a_term_is_quoted_where_it_stands_alone() {
        assert_eq!(quoted("令和4年度予算 令和4年度", "令和4年度"), "令和4年度予算 \"令和4年度\"");
        assert_eq!(quoted("(R4 OR R5) 研修", "R5"), "(R4 OR \"R5\") 研修");
        assert_eq!(quoted("研修", "R5"), "研修");
    }
}

//! What a query that finds nothing, or almost nothing, may have meant: by its reading, or by its spelling.

use crate::analysis::Analyzer;
use crate::index::Vocabulary;

use super::ast::Ast;
use super::confusions::Confusions;
use super::plan::Substitute;
use super::readings;
use super::spelling::Speller;
use super::widening::WideningKind;

/// What queries are corrected with.
pub struct Corrector<'c> {
    /// The words of the index.
    pub vocabulary: Vocabulary<'c>,
    /// The analyzer of the index.
    pub analyzer: &'c Analyzer,
    /// Characters that are taken for one another.
    pub confusions: &'c Confusions,
}

impl Corrector<'_> {
    /// What `term` may be a reading of.
    ///
    /// # Errors
    ///
    /// The index cannot be read.
    pub fn by_reading(&self, term: &str) -> tantivy::Result<Vec<Substitute>> {
        let tokens = self.analyzer.explain(term);
        let reading: String = tokens.iter().map(|token| token.reading.as_str()).collect();
        let surfaces = readings::read_as(&self.vocabulary, term, &reading)?;
        let kind = WideningKind::Reading;
        Ok(surfaces.into_iter().map(|surface| Substitute { kind, surface }).collect())
    }

    /// What `term` may be a mistake for.
    ///
    /// # Errors
    ///
    /// The index cannot be read.
    pub fn by_spelling(&self, term: &str) -> tantivy::Result<Vec<Substitute>> {
        let speller = Speller { vocabulary: &self.vocabulary, confusions: self.confusions };
        let surfaces = speller.corrected(term, &self.analyzer.explain(term))?;
        let kind = WideningKind::Spelling;
        Ok(surfaces.into_iter().map(|surface| Substitute { kind, surface }).collect())
    }
}

/// The terms that are asked for, each once: what must not be there is never read otherwise.
pub fn positive_terms(ast: &Ast) -> Vec<&str> {
    let mut terms = Vec::new();
    gather(ast, &mut terms);
    terms
}

fn gather<'a>(ast: &'a Ast, terms: &mut Vec<&'a str>) {
    match ast {
        Ast::Term(term) if !terms.contains(&term.as_str()) => terms.push(term),
        Ast::And(parts) | Ast::Or(parts) => parts.iter().for_each(|part| gather(part, terms)),
        Ast::Term(_) | Ast::Phrase(_) | Ast::Filter(..) | Ast::Not(_) => {}
    }
}

/// `q` with the term replaced where it stands alone; nothing if it does not.
pub fn replaced(q: &str, term: &str, by: &str) -> Option<String> {
    let at = standing_alone(q, term)?;
    Some(format!("{}{by}{}", &q[..at], &q[at + term.len()..]))
}

/// Where `term` stands in `q` as a term of its own.
fn standing_alone(q: &str, term: &str) -> Option<usize> {
    let is_edge = |c: Option<char>| {
        c.is_none_or(|c| c.is_whitespace() || matches!(c, '(' | ')' | '（' | '）' | '|' | '｜'))
    };
    // Within quotation marks nothing is a term: an even number of them stands before one.
    let n_marks = |text: &str| text.matches(['"', '“', '”', '「', '」', '『', '』', '＂']).count();
    let places = q.match_indices(term).map(|(at, _)| at).filter(|at| n_marks(&q[..*at]) % 2 == 0);
    let mut alone = places.filter(|at| {
        is_edge(q[..*at].chars().next_back()) && is_edge(q[at + term.len()..].chars().next())
    });
    alone.next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_is_replaced_where_it_stands_alone() {
        for (q, term, expected) in [
            ("窓口案内 窓口", "窓口", Some(13)),
            ("(窓口 OR 受付)", "窓口", Some(1)),
            ("窓口案内", "窓口", None),
        ] {
            assert_eq!(standing_alone(q, term), expected, "{q}");
        }
    }

    #[test]
    fn what_must_not_be_there_is_no_term_to_correct() {
        let term = |text: &str| Ast::Term(text.to_owned());
        let not = Ast::Not(Box::new(term("乙")));
        let ast = Ast::And(vec![term("甲"), not, Ast::Or(vec![term("丙"), term("甲")])]);
        assert_eq!(positive_terms(&ast), ["甲", "丙"]);
    }
}

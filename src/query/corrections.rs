//! What a query that finds nothing, or almost nothing, may have meant: by its reading, or by its spelling.

use crate::analysis::{Analyzer, Worker, fold};
use crate::index::Vocabulary;

use super::ast::Ast;
use super::confusions::Confusions;
use super::plan::{Substitute, Substitutes};
use super::readings;
use super::spelling::Speller;
use super::widening::{Unwanted, WideningKind};

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
    /// The words that the terms of `ast` are readings of.
    ///
    /// # Errors
    ///
    /// The index cannot be read.
    pub fn by_reading(&self, ast: &Ast, unwanted: &[Unwanted]) -> tantivy::Result<Substitutes> {
        let mut substitutes = Substitutes::new();
        for term in wanted_terms(ast, WideningKind::Reading, unwanted) {
            let tokens = self.analyzer.explain(term);
            let reading: String = tokens.iter().map(|token| token.reading.as_str()).collect();
            let found = readings::read_as(&self.vocabulary, term, &reading)?;
            if !found.is_empty() {
                substitutes.insert(term.to_owned(), found);
            }
        }
        Ok(substitutes)
    }

    /// The words that the terms of `ast` are almost spelled like, but for terms that have a `known` substitute
    /// and for those that the index holds: another term is why nothing was found.
    ///
    /// # Errors
    ///
    /// The index cannot be read.
    pub fn by_spelling(
        &self,
        ast: &Ast,
        unwanted: &[Unwanted],
        known: &Substitutes,
    ) -> tantivy::Result<Substitutes> {
        let mut substitutes = Substitutes::new();
        let mut worker = self.analyzer.worker();
        for term in wanted_terms(ast, WideningKind::Spelling, unwanted) {
            if known.contains_key(term) || self.is_held(term, &mut worker)? {
                continue;
            }
            let mut found = Vec::new();
            for surface in self.respelled(term)? {
                let mut units = Vec::new();
                worker.units(&surface, &mut units);
                if !units.is_empty() {
                    found.push(Substitute { kind: WideningKind::Spelling, surface, units });
                }
            }
            if !found.is_empty() {
                substitutes.insert(term.to_owned(), found);
            }
        }
        Ok(substitutes)
    }

    /// Other queries that may have been meant, each with one of its terms replaced; the most likely first.
    ///
    /// # Errors
    ///
    /// The index cannot be read.
    pub fn other_queries(&self, q: &str, ast: &Ast) -> tantivy::Result<Vec<String>> {
        let mut queries: Vec<String> = Vec::new();
        for term in positive_terms(ast) {
            let Some(at) = standing_alone(q, term) else { continue };
            let read = self.by_reading(&Ast::Term(term.to_owned()), &[])?;
            let read = read.into_values().flatten().map(|substitute| substitute.surface);
            for surface in read.chain(self.respelled(term)?) {
                let query = format!("{}{surface}{}", &q[..at], &q[at + term.len()..]);
                if !queries.contains(&query) {
                    queries.push(query);
                }
            }
        }
        Ok(queries)
    }

    /// Whether `term` is a word of the index, in any spelling.
    fn is_held(&self, term: &str, worker: &mut Worker) -> tantivy::Result<bool> {
        if !self.vocabulary.written_as(&fold(term).text)?.is_empty() {
            return Ok(true);
        }
        let mut units = Vec::new();
        worker.units(term, &mut units);
        let terms: Vec<&str> = units.iter().map(|unit| unit.term.as_str()).collect();
        Ok(!terms.is_empty() && !self.vocabulary.spellings(&terms)?.is_empty())
    }

    fn respelled(&self, term: &str) -> tantivy::Result<Vec<String>> {
        let speller = Speller { vocabulary: &self.vocabulary, confusions: self.confusions };
        speller.corrected(term, &self.analyzer.explain(term))
    }
}

fn wanted_terms<'a>(
    ast: &'a Ast,
    kind: WideningKind,
    unwanted: &'a [Unwanted],
) -> impl Iterator<Item = &'a str> {
    let is_unwanted = move |term: &str| {
        unwanted.iter().any(|unwanted| unwanted.kind == kind && unwanted.from == term)
    };
    positive_terms(ast).into_iter().filter(move |term| !is_unwanted(term))
}

/// The terms that are asked for, each once: what must not be there is never read otherwise.
fn positive_terms(ast: &Ast) -> Vec<&str> {
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

/// Where `term` stands in `q` as a term of its own.
fn standing_alone(q: &str, term: &str) -> Option<usize> {
    let is_edge = |c: Option<char>| {
        c.is_none_or(|c| c.is_whitespace() || matches!(c, '(' | ')' | '（' | '）' | '|' | '｜'))
    };
    let places = q.match_indices(term).map(|(at, _)| at);
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

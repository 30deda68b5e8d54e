//! もしかして: other queries that find more, where one finds almost nothing.

use crate::query::answer::Suggestion;
use crate::query::ast::Ast;
use crate::query::corrections;
use crate::query::engine::QueryError;
use crate::query::plan::{Demand, Substitutes};
use crate::query::request::SearchRequest;
use crate::query::widening::WideningKind;

use super::{Moment, Outcome, Searcher, index_error, understood};

/// A query that finds no more than this has found almost nothing: perhaps another was meant.
const ALMOST_NOTHING: usize = 2;

/// Other queries that are tried, each with a search of its own.
const MOST_TRIED: usize = 6;

/// Other queries that are told.
const MOST_SUGGESTED: usize = 3;

impl Searcher {
    /// Queries that find more than one that finds almost nothing, each with the records it finds.
    pub(super) fn did_you_mean(
        &self,
        moment: &mut Moment<'_>,
        request: &SearchRequest,
        ast: Option<&Ast>,
        outcome: &Outcome,
    ) -> Result<Vec<Suggestion>, QueryError> {
        let Some(ast) = ast else { return Ok(Vec::new()) };
        let is_corrected = outcome.plan.widenings.iter().any(|widening| {
            matches!(widening.kind, WideningKind::Reading | WideningKind::Spelling)
        });
        let is_answered =
            outcome.demand == Demand::Everything && ALMOST_NOTHING < outcome.collected.n_matches;
        if request.exact || is_corrected || is_answered {
            return Ok(Vec::new());
        }
        let queries = self.other_queries(moment, request, ast)?;
        let mut suggestions = Vec::new();
        for text in queries.into_iter().take(MOST_TRIED) {
            let other = SearchRequest { q: text, ..request.clone() };
            let ast = understood(&other).ast;
            let none = Substitutes::new();
            let demand = Demand::Everything;
            let found = self.run(moment, &other, ast.as_ref(), demand, &none, 0)?;
            let count = found.collected.total;
            if outcome.collected.total < count || outcome.demand != demand && 0 < count {
                suggestions.push(Suggestion { text: other.q, count });
            }
        }
        suggestions.truncate(MOST_SUGGESTED);
        Ok(suggestions)
    }

    /// Other queries that may have been meant: with one of the terms that find almost nothing replaced.
    fn other_queries(
        &self,
        moment: &mut Moment<'_>,
        request: &SearchRequest,
        ast: &Ast,
    ) -> Result<Vec<String>, QueryError> {
        let mut queries: Vec<String> = Vec::new();
        for term in corrections::positive_terms(ast) {
            // What a single term finds anywhere is known.
            let is_known = matches!(ast, Ast::Term(_)) && request.within.is_none();
            if MOST_TRIED <= queries.len()
                || !is_known && ALMOST_NOTHING < self.count(moment, term)?
            {
                continue;
            }
            let corrector = self.corrector(&moment.snapshot, &moment.dictionaries)?;
            let read = corrector.by_reading(term).map_err(index_error)?;
            let spelled = corrector.by_spelling(term).map_err(index_error)?;
            for substitute in read.iter().chain(&spelled) {
                let query = corrections::replaced(&request.q, term, &substitute.surface);
                queries.extend(query.filter(|query| !queries.contains(query)));
            }
        }
        Ok(queries)
    }
}

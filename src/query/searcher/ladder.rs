//! The ladder: what is tried, step by step, only when a query finds nothing at all.

use crate::query::ast::Ast;
use crate::query::corrections;
use crate::query::engine::QueryError;
use crate::query::plan::{Demand, Substitutes};
use crate::query::request::SearchRequest;
use crate::query::widening::WideningKind;

use super::{Moment, Outcome, Searcher, Use, index_error, is_unwanted};

impl Searcher {
    /// Runs the query as asked and, only if it finds nothing at all, climbs the ladder: readings, spelling, some of it.
    ///
    /// The step depends on `q` alone, so that filters, counts and pages always speak of the same query.
    pub(super) fn climb(
        &self,
        moment: &mut Moment<'_>,
        request: &SearchRequest,
        ast: Option<&Ast>,
        n_best: usize,
    ) -> Result<Outcome, QueryError> {
        let mut substitutes = Substitutes::new();
        let whole = Demand::Everything;
        let asked = self.run(moment, request, ast, whole, &substitutes, n_best)?;
        let Some(asked_for) = ast else { return Ok(asked) };
        if request.exact || self.finds(moment, request, asked_for, whole, &substitutes, &asked)? {
            return Ok(asked);
        }
        let missing = match asked_for {
            Ast::Term(term) => vec![term.clone()],
            _ => self.missing(moment, asked_for)?,
        };
        for kind in [WideningKind::Reading, WideningKind::Spelling] {
            let found = self.corrected(moment, request, &missing, kind, &substitutes)?;
            if found.is_empty() {
                continue;
            }
            substitutes.extend(found);
            let run = self.run(moment, request, ast, whole, &substitutes, n_best)?;
            if self.finds(moment, request, asked_for, whole, &substitutes, &run)? {
                return Ok(run);
            }
        }
        if is_unwanted(request, WideningKind::Relaxed, &request.q) {
            return Ok(asked);
        }
        for demand in [Demand::SomeTerms, Demand::SomeUnits] {
            let relaxed = self.run(moment, request, ast, demand, &substitutes, n_best)?;
            if self.finds(moment, request, asked_for, demand, &substitutes, &relaxed)? {
                return Ok(relaxed);
            }
        }
        Ok(asked)
    }

    /// Whether a query that was run finds anything, in whatever part of the records.
    fn finds(
        &self,
        moment: &mut Moment<'_>,
        request: &SearchRequest,
        ast: &Ast,
        demand: Demand,
        substitutes: &Substitutes,
        run: &Outcome,
    ) -> Result<bool, QueryError> {
        if 0 < run.collected.n_matches || request.within.is_none() {
            return Ok(0 < run.collected.n_matches);
        }
        let everywhere = SearchRequest { within: None, ..request.clone() };
        let plan = self.planned(moment, &everywhere, Some(ast), demand, substitutes, Use::Counted);
        Ok(0 < plan.query.count(&moment.snapshot).map_err(index_error)?)
    }

    /// The terms that find nothing by themselves.
    fn missing(&self, moment: &mut Moment<'_>, ast: &Ast) -> Result<Vec<String>, QueryError> {
        let mut missing = Vec::new();
        for term in corrections::positive_terms(ast) {
            if self.count(moment, term)? == 0 {
                missing.push(term.to_owned());
            }
        }
        Ok(missing)
    }

    /// What finds something instead of the terms that do not.
    fn corrected(
        &self,
        moment: &mut Moment<'_>,
        request: &SearchRequest,
        missing: &[String],
        kind: WideningKind,
        known: &Substitutes,
    ) -> Result<Substitutes, QueryError> {
        let mut all = Substitutes::new();
        for term in missing {
            if known.contains_key(term) || is_unwanted(request, kind, term) {
                continue;
            }
            let corrector = self.corrector(&moment.snapshot, &moment.dictionaries)?;
            let found = match kind {
                WideningKind::Reading => corrector.by_reading(term),
                _ => corrector.by_spelling(term),
            };
            let mut found = found.map_err(index_error)?;
            drop(corrector);
            let mut counts = Vec::new();
            for substitute in &found {
                counts.push(self.count(moment, &substitute.surface)?);
            }
            let mut count = counts.into_iter();
            found.retain(|_| count.next().is_some_and(|count| 0 < count));
            if !found.is_empty() {
                all.insert(term.clone(), found);
            }
        }
        Ok(all)
    }
}

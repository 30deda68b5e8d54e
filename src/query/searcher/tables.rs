//! Counting what a query finds: crossed, over the years, by words.

use std::collections::BTreeMap;

use tantivy::query::BooleanQuery;

use crate::index::{TextField, Vocabulary};
use crate::query::ast::Ast;
use crate::query::crosstab::{Crosstab, CrosstabCollector, CrosstabRequest};
use crate::query::dimension::narrowed;
use crate::query::distinctive::{
    self, Candidate, Candidates, Distinctive, DistinctiveRequest, DistinctiveWord, HoldersWithin,
    Parting, Sets,
};
use crate::query::engine::QueryError;
use crate::query::leaves;
use crate::query::log_likelihood::Contingency;
use crate::query::plan::{Demand, Substitutes};
use crate::query::request::SearchRequest;
use crate::query::trend::{self, Series, Trend, TrendRequest};
use crate::query::widening::WideningKind;
use crate::record::FiscalYear;

use super::{Moment, Outcome, Searcher, Understood, Use, check_length, index_error, understood};

/// Records by fiscal year; `None` for those that have none.
type ByYear = BTreeMap<Option<FiscalYear>, usize>;

impl Searcher {
    pub(super) fn count_crossed(&self, request: &CrosstabRequest) -> Result<Crosstab, QueryError> {
        check_length(&request.search)?;
        let mut moment = self.moment()?;
        let Understood { ast, years, notices } = understood(&request.search);
        let outcome = self.climb(&mut moment, &request.search, ast.as_ref(), TOLD)?;
        let collector = CrosstabCollector::new(request);
        let counted = moment.snapshot.search(&*outcome.plan.query, &collector);
        Ok(Crosstab {
            interpretation: Searcher::interpretation(&request.search, years, &outcome),
            notices,
            ..Crosstab::new(request, counted.map_err(index_error)?)
        })
    }

    pub(super) fn count_over_years(&self, request: &TrendRequest) -> Result<Trend, QueryError> {
        let mut moment = self.moment()?;
        let of_query = |q: &str| SearchRequest { q: q.to_owned(), ..request.search.clone() };
        let everything =
            SearchRequest { within: None, exact: false, without: Vec::new(), ..of_query("") };
        let all = self.climb(&mut moment, &everything, None, 0)?;
        let all = by_year(&everything, &all);
        let known = all.iter().filter_map(|(year, count)| Some(((*year)?, *count))).collect();
        let years = trend::years(&known, !request.search.filters.fiscal_year.is_empty());
        let queries = std::iter::once(&request.search.q).chain(&request.compare);
        let series = queries
            .map(|q| self.series(&mut moment, of_query(q), &years))
            .collect::<Result<_, _>>()?;
        let records_of = |year: &FiscalYear| all.get(&Some(*year)).copied().unwrap_or_default();
        Ok(Trend {
            records: years.iter().map(records_of).collect(),
            records_without_year: all.get(&None).copied().unwrap_or_default(),
            years,
            series,
        })
    }

    fn series(
        &self,
        moment: &mut Moment<'_>,
        request: SearchRequest,
        years: &[FiscalYear],
    ) -> Result<Series, QueryError> {
        check_length(&request)?;
        let Understood { ast, years: year_terms, notices } = understood(&request);
        let outcome = self.climb(moment, &request, ast.as_ref(), TOLD)?;
        let counts = by_year(&request, &outcome);
        let of = |year| counts.get(&year).copied().unwrap_or_default();
        Ok(Series {
            counts: years.iter().map(|year| of(Some(*year))).collect(),
            without_year: of(None),
            total: outcome.collected.total,
            interpretation: Searcher::interpretation(&request, year_terms, &outcome),
            notices,
            request,
        })
    }

    pub(super) fn tell_apart(
        &self,
        request: &DistinctiveRequest,
    ) -> Result<Distinctive, QueryError> {
        let search = &request.search;
        check_length(search)?;
        let mut moment = self.moment()?;
        let Understood { ast, years, notices } = understood(search);
        let outcome = self.climb(&mut moment, search, ast.as_ref(), TOLD)?;
        let group = narrowed(search, &request.group);
        let parting = Parting::new(request, group.filters.clone());
        let sets = moment.snapshot.search(&*outcome.plan.query, &parting).map_err(index_error)?;
        let (n_in, n_out) = (sets.n_in, sets.n_out);
        let mut counted = Vec::new();
        if 0 < n_in && 0 < n_out {
            let most = Candidates::FOR_EACH * request.limit;
            for list in self.candidates(&moment, &sets)?.into_lists() {
                let enough = counted.len() + most;
                for word in list {
                    if counted.len() == enough {
                        break;
                    }
                    counted.extend(self.held(&mut moment, search, &sets, word)?);
                }
            }
        }
        let interpretation = Searcher::interpretation(search, years, &outcome);
        // A query that was answered by the ladder asks something else together with one more word.
        let is_as_asked = outcome.demand == Demand::Everything
            && !interpretation
                .iter()
                .any(|told| matches!(told.kind, WideningKind::Reading | WideningKind::Spelling));
        let link = |text: &str| {
            let q = is_as_asked.then(|| distinctive::with_phrase(&search.q, text)).flatten()?;
            Some(SearchRequest { q, ..group.clone() })
        };
        let words = distinctive::told(counted, request.limit).into_iter();
        let words = words.map(|Candidate { text, counts }| DistinctiveWord {
            link: link(&text),
            text,
            counts,
        });
        Ok(Distinctive { words: words.collect(), n_in, n_out, interpretation, notices })
    }

    /// The words of the vocabulary whose numbers differ.
    fn candidates(&self, moment: &Moment<'_>, sets: &Sets) -> Result<Candidates, QueryError> {
        let mut candidates = Candidates::new(sets);
        let vocabulary = Vocabulary::of(&moment.snapshot, self.reader.fields());
        let counted = vocabulary.and_then(|vocabulary| {
            vocabulary.count_in(&sets.by_segment, distinctive::LEAST_HOLDERS, |text, counts| {
                candidates.offer(text, counts);
            })
        });
        counted.map_err(index_error)?;
        Ok(candidates)
    }

    /// A word with the records that hold its characters.
    ///
    /// Nothing if half of them or more hold it in the name of their division or category.
    fn held(
        &self,
        moment: &mut Moment<'_>,
        search: &SearchRequest,
        sets: &Sets,
        word: Candidate,
    ) -> Result<Option<Candidate>, QueryError> {
        let (ast, none) = (Ast::Phrase(word.text.clone()), Substitutes::new());
        let plan =
            self.planned(moment, search, Some(&ast), Demand::Everything, &none, Use::Counted);
        let within = HoldersWithin(sets);
        let held = moment.snapshot.search(&*plan.query, &within).map_err(index_error)?;
        let names = [TextField::Division, TextField::Category];
        let in_names = names.into_iter().filter_map(|field| {
            let characters = self.reader.fields().text(field).bigrams;
            leaves::characters(&moment.statistics, characters, &word.text)
        });
        let in_names = BooleanQuery::union(in_names.collect());
        let named = moment.snapshot.search(&in_names, &within).map_err(index_error)?;
        let is_name = held[0] + held[1] <= 2 * (named[0] + named[1]);
        let counts = Contingency { count_in: held[0], count_out: held[1], ..word.counts };
        Ok((!is_name).then_some(Candidate { counts, ..word }))
    }
}

/// One hit is asked for, so that what is told of a search is told of its counts, too.
const TOLD: usize = 1;

/// The records that meet all filters, by year.
fn by_year(request: &SearchRequest, outcome: &Outcome) -> ByYear {
    let chosen = &request.filters.fiscal_year;
    let mut counts = ByYear::new();
    for (year, count) in &outcome.collected.fiscal_year {
        let year = year.and_then(|year| FiscalYear::from_gregorian(u16::try_from(year).ok()?));
        // The counts of the facet leave out its own filter.
        if chosen.is_empty() || chosen.contains(&year) {
            *counts.entry(year).or_default() += count;
        }
    }
    counts
}

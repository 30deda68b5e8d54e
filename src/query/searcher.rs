//! The engine: runs a request against one snapshot of the index.

mod all_matches;
mod ladder;
mod other_queries;
mod compare;
mod similar;
mod neighbours;
mod tables;

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

use tantivy::collector::DocSetCollector;
use tantivy::query::Query;
use tantivy::{DocAddress, Searcher as Snapshot, TantivyDocument};

use crate::index::{Fields, Reader, Vocabulary, catalogue, document};
use crate::notice::{Notice, Reading};
use crate::record::{Record, RecordId};

use super::answer::{Answer, Fragment, Hit, Interpretation};
use super::ast::Ast;
use super::collect::{AnswerCollector, Collected};
use super::comparison::{
    ComparableOffice, CompareRequest, Comparison, Counterparts, Neighbours, Similar,
};
use super::corrections::Corrector;
use super::crosstab::{Crosstab, CrosstabRequest};
use super::dictionaries::{Dictionaries, Event, LiveDictionaries};
use super::distinctive::{Distinctive, DistinctiveRequest};
use super::engine::{Engine, QueryError};
use super::explanation::Explainer;
use super::furigana::{self, Furigana};
use super::matches::Matches;
use super::plan::{Demand, Plan, Planner, Substitutes};
use super::request::SearchRequest;
use super::statistics::{KnownTotals, Statistics};
use super::suggest::{Completer, Completion};
use super::trend::{Trend, TrendRequest};
use super::tuning::Tuning;
use super::widening::{Unwanted, WideningKind};
use super::worker_pool::{Pooled, WorkerPool};
use super::year_terms::YearTerm;
use super::{facets, snippet, suggest, syntax, year_terms};

use self::all_matches::Unread;
use self::compare::KnownAlignments;

/// Answers searches from an index.
#[derive(Debug)]
pub struct Searcher {
    reader: Reader,
    dictionaries: LiveDictionaries,
    tuning: Tuning,
    workers: WorkerPool,
    totals: KnownTotals,
    alignments: KnownAlignments,
}

/// What one query is answered with: nothing of it changes until the answer is made.
struct Moment<'s> {
    snapshot: Snapshot,
    statistics: Statistics,
    dictionaries: Arc<Dictionaries>,
    worker: Pooled<'s>,
}

/// What a plan is made for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Use {
    /// Its hits are shown, and all that is told about them.
    Shown,
    /// Only what it finds counts.
    Counted,
}

/// A planned query that was run.
struct Outcome {
    collected: Collected,
    plan: Plan,
    demand: Demand,
}

impl Searcher {
    /// Searches what `reader` reads, with the dictionaries inside the program.
    pub fn new(reader: Reader) -> Searcher {
        Searcher::with_dictionaries(reader, None, |_| {})
    }

    /// Searches what `reader` reads, with the dictionaries of a directory, which are followed as they change.
    ///
    /// `heed` is told of what happens to them.
    pub fn with_dictionaries(
        reader: Reader,
        directory: Option<PathBuf>,
        heed: fn(&Event),
    ) -> Searcher {
        let dictionaries = LiveDictionaries::open(directory, reader.analyzer(), heed);
        let workers = WorkerPool::new(reader.analyzer());
        let totals = KnownTotals::default();
        let alignments = KnownAlignments::default();
        Searcher { reader, dictionaries, tuning: Tuning::default(), workers, totals, alignments }
    }

    /// The same with other numbers of the ranking.
    pub fn tuned(self, tuning: Tuning) -> Searcher {
        Searcher { tuning, ..self }
    }

    /// The tantivy query that `request` is planned as, before the ladder.
    ///
    /// # Errors
    ///
    /// [`QueryError::TooLong`].
    pub fn plan(&self, request: &SearchRequest) -> Result<Box<dyn Query>, QueryError> {
        check_length(request)?;
        let ast = understood(request).ast;
        let none = Substitutes::new();
        let plan = self.planned(
            &mut self.moment()?,
            request,
            ast.as_ref(),
            Demand::Everything,
            &none,
            Use::Counted,
        );
        Ok(plan.query)
    }

    /// The records that meet `q` as it is asked; `None` if it asks for nothing in particular.
    fn meeting(
        &self,
        moment: &mut Moment<'_>,
        q: &str,
    ) -> Result<Option<HashSet<DocAddress>>, QueryError> {
        let request = SearchRequest { q: q.to_owned(), ..SearchRequest::default() };
        let Some(ast) = understood(&request).ast else { return Ok(None) };
        let none = Substitutes::new();
        let plan =
            self.planned(moment, &request, Some(&ast), Demand::Everything, &none, Use::Counted);
        let met = moment.snapshot.search(&*plan.query, &DocSetCollector).map_err(index_error)?;
        Ok(Some(met))
    }

    fn moment(&self) -> Result<Moment<'_>, QueryError> {
        let snapshot = self.reader.snapshot();
        let statistics = self.totals.statistics(&snapshot, self.reader.fields());
        Ok(Moment {
            snapshot,
            statistics: statistics.map_err(index_error)?,
            dictionaries: self.dictionaries.current(),
            worker: self.workers.take(),
        })
    }

    /// The records that hold a term, in any spelling or as a word of the same meaning.
    fn count(&self, moment: &mut Moment<'_>, term: &str) -> Result<usize, QueryError> {
        let (request, none) = (SearchRequest::default(), Substitutes::new());
        let ast = Ast::Term(term.to_owned());
        let plan =
            self.planned(moment, &request, Some(&ast), Demand::Everything, &none, Use::Counted);
        plan.query.count(&moment.snapshot).map_err(index_error)
    }

    fn run(
        &self,
        moment: &mut Moment<'_>,
        request: &SearchRequest,
        ast: Option<&Ast>,
        demand: Demand,
        substitutes: &Substitutes,
        n_best: usize,
    ) -> Result<Outcome, QueryError> {
        let use_of = if 0 < n_best { Use::Shown } else { Use::Counted };
        let plan = self.planned(moment, request, ast, demand, substitutes, use_of);
        let collector = AnswerCollector::new(&request.filters, request.sort, n_best);
        let (snapshot, statistics) = (&moment.snapshot, &moment.statistics);
        let collected =
            snapshot.search_with_statistics_provider(&*plan.query, &collector, statistics);
        let collected = collected.map_err(index_error)?;
        Ok(Outcome { collected, plan, demand })
    }

    fn planned(
        &self,
        moment: &mut Moment<'_>,
        request: &SearchRequest,
        ast: Option<&Ast>,
        demand: Demand,
        substitutes: &Substitutes,
        use_of: Use,
    ) -> Plan {
        // Without its words an index can be searched; the search itself then says what is wrong with it.
        let vocabulary = (use_of == Use::Shown)
            .then(|| Vocabulary::of(&moment.snapshot, self.reader.fields()).ok())
            .flatten();
        let planner = Planner {
            snapshot: &moment.snapshot,
            statistics: &moment.statistics,
            fields: self.reader.fields(),
            worker: &mut moment.worker,
            dictionaries: &moment.dictionaries,
            vocabulary: vocabulary.as_ref(),
            tuning: &self.tuning,
            within: request.within,
            exact: request.exact,
            unwanted: &request.without,
            demand,
            excluding: false,
            substitutes,
            explaining: request.explain,
            standing_in: None,
            n_synonyms: 0,
            plan: Plan::default(),
        };
        planner.plan(ast)
    }

    fn corrector<'m>(
        &'m self,
        snapshot: &'m Snapshot,
        dictionaries: &'m Dictionaries,
    ) -> Result<Corrector<'m>, QueryError> {
        Ok(Corrector {
            vocabulary: Vocabulary::of(snapshot, self.reader.fields()).map_err(index_error)?,
            analyzer: self.reader.analyzer(),
            confusions: &dictionaries.confusions,
        })
    }

    fn hit(
        &self,
        moment: &mut Moment<'_>,
        request: &SearchRequest,
        plan: &Plan,
        explainer: Option<&Explainer<'_>>,
        (address, score): (DocAddress, f32),
    ) -> Result<Hit, QueryError> {
        let record = stored_record(self.reader.fields(), &moment.snapshot, address)?;
        let worker = &mut moment.worker;
        let snippets = snippet::snippets(&record, &plan.matchers, request.within, worker);
        let mut explanation = None;
        if let Some(explainer) = explainer {
            let explained = explainer.explain(address, &record, worker);
            explanation = Some(explained.map_err(index_error)?);
        }
        Ok(Hit { record, score, snippets, explanation })
    }

    fn record_at(&self, snapshot: &Snapshot, place: DocAddress) -> Result<Record, QueryError> {
        stored_record(self.reader.fields(), snapshot, place)
    }

    /// The record of that identity, and where it lies.
    fn located(
        &self,
        moment: &Moment<'_>,
        id: &RecordId,
    ) -> Result<Option<(DocAddress, Record)>, QueryError> {
        let address = self.reader.address(&moment.snapshot, id);
        let address = address.map_err(|error| QueryError::Index(error.to_string()))?;
        let Some(address) = address else { return Ok(None) };
        Ok(Some((address, self.record_at(&moment.snapshot, address)?)))
    }

    /// Every widening and reading of the query that took part in the answer.
    fn interpretation(
        request: &SearchRequest,
        years: Vec<YearTerm>,
        outcome: &Outcome,
    ) -> Vec<Interpretation> {
        let told = |kind, from: &str, to: String| Interpretation {
            kind,
            from: from.to_owned(),
            to,
            undo: without(request, kind, from),
        };
        let years = years.into_iter().map(|YearTerm { term, year }| {
            told(WideningKind::FiscalYear, &term, year.gregorian().to_string())
        });
        let mut all: Vec<Interpretation> = years.collect();
        all.extend(
            outcome
                .plan
                .widenings
                .iter()
                .map(|widening| told(widening.kind, &widening.from, widening.to.join("、"))),
        );
        all.sort_by_key(|told| WideningKind::ALL.iter().position(|kind| *kind == told.kind));
        let relaxed_to = match outcome.demand {
            Demand::Everything => return all,
            Demand::SomeTerms => "語のどれかを含むもの",
            Demand::SomeUnits => "語の一部を含むもの",
        };
        all.push(told(WideningKind::Relaxed, &request.q, relaxed_to.to_owned()));
        all
    }
}

impl Engine for Searcher {
    fn search(&self, request: &SearchRequest) -> Result<Answer, QueryError> {
        check_length(request)?;
        let last = request.page.saturating_mul(request.per_page);
        if SearchRequest::MAX_WINDOW < last || request.page == 0 {
            return Err(QueryError::TooDeep { limit: SearchRequest::MAX_WINDOW });
        }
        let mut moment = self.moment()?;
        let Understood { ast, years, notices } = understood(request);
        let outcome = self.climb(&mut moment, request, ast.as_ref(), last)?;
        let first = last - request.per_page;
        let best = outcome.collected.best.iter().skip(first);
        let (snapshot, plan) = (moment.snapshot.clone(), &outcome.plan);
        let explainer = request.explain.then(|| Explainer::new(&snapshot, plan)).transpose();
        let explainer = explainer.map_err(index_error)?;
        let hits = best
            .map(|hit| self.hit(&mut moment, request, plan, explainer.as_ref(), *hit))
            .collect::<Result<_, _>>()?;
        Ok(Answer {
            total: outcome.collected.total,
            hits,
            facets: facets::facets(&outcome.collected, request),
            interpretation: Searcher::interpretation(request, years, &outcome),
            did_you_mean: self.did_you_mean(&mut moment, request, ast.as_ref(), &outcome)?,
            notices,
        })
    }

    fn matches(&self, request: &SearchRequest) -> Result<Matches, QueryError> {
        check_length(request)?;
        let mut moment = self.moment()?;
        let ast = understood(request).ast;
        let n_records = usize::try_from(moment.snapshot.num_docs()).unwrap_or(usize::MAX);
        let outcome = self.climb(&mut moment, request, ast.as_ref(), n_records)?;
        let places = outcome.collected.best.into_iter().map(|(place, _)| place);
        let places = places.collect::<Vec<_>>().into_iter();
        let (snapshot, fields) = (moment.snapshot.clone(), self.reader.fields().clone());
        Ok(Matches::new(outcome.collected.total, Unread { snapshot, fields, places }))
    }

    fn catalogue(&self) -> Result<Vec<(RecordId, u64)>, QueryError> {
        catalogue(&self.reader.snapshot(), self.reader.fields()).map_err(index_error)
    }

    fn suggest(&self, q: &str, limit: usize) -> Result<Vec<Completion>, QueryError> {
        let request = SearchRequest { q: q.to_owned(), ..SearchRequest::default() };
        check_length(&request)?;
        let Some(typed) = suggest::last_term(q) else { return Ok(Vec::new()) };
        let mut moment = self.moment()?;
        let within = self.meeting(&mut moment, typed.asked)?;
        let completer = Completer {
            snapshot: &moment.snapshot,
            fields: self.reader.fields(),
            worker: &mut moment.worker,
            within: within.as_ref(),
        };
        completer.complete(typed, limit).map_err(index_error)
    }

    fn crosstab(&self, request: &CrosstabRequest) -> Result<Crosstab, QueryError> {
        self.count_crossed(request)
    }

    fn trend(&self, request: &TrendRequest) -> Result<Trend, QueryError> {
        self.count_over_years(request)
    }

    fn distinctive(&self, request: &DistinctiveRequest) -> Result<Distinctive, QueryError> {
        self.tell_apart(request)
    }

    fn record(&self, id: &RecordId) -> Result<Option<Record>, QueryError> {
        self.reader
            .record(&self.reader.snapshot(), id)
            .map_err(|error| QueryError::Index(error.to_string()))
    }

    fn compare(&self, request: &CompareRequest) -> Result<Comparison, QueryError> {
        self.comparison(request)
    }

    fn comparable(&self) -> Result<Vec<ComparableOffice>, QueryError> {
        self.offices()
    }

    fn counterparts(&self, id: &RecordId) -> Result<Option<Counterparts>, QueryError> {
        self.counterparts_of(id)
    }

    fn similar(&self, id: &RecordId, limit: usize) -> Result<Option<Vec<Similar>>, QueryError> {
        self.similar_to(id, limit)
    }

    fn neighbours(&self, id: &RecordId) -> Result<Option<Neighbours>, QueryError> {
        self.around(id)
    }

    fn highlighted(
        &self,
        record: &Record,
        request: &SearchRequest,
    ) -> Result<Vec<Vec<Fragment>>, QueryError> {
        check_length(request)?;
        let mut moment = self.moment()?;
        let ast = understood(request).ast;
        let outcome = self.climb(&mut moment, request, ast.as_ref(), 1)?;
        Ok(snippet::whole(record, &outcome.plan.matchers, request.within, &mut moment.worker))
    }

    fn furigana(&self, text: &str) -> Result<Vec<Furigana>, QueryError> {
        Ok(furigana::furigana(self.reader.analyzer(), text))
    }

    fn originals(&self, sha256: &str) -> Result<Vec<PathBuf>, QueryError> {
        self.reader.originals(sha256).map_err(|error| QueryError::Index(error.to_string()))
    }

    fn generation(&self) -> String {
        let index = self.reader.generation(&self.reader.snapshot());
        let dictionaries = self.dictionaries.current();
        format!("{}-{index}-{}", env!("CARGO_PKG_VERSION"), dictionaries.fingerprint())
    }

    fn is_ready(&self) -> bool {
        true
    }

    fn faults(&self) -> Vec<String> {
        self.dictionaries.faults()
    }
}

/// A query as it was understood.
struct Understood {
    ast: Option<Ast>,
    /// Terms that were taken for filters.
    years: Vec<YearTerm>,
    notices: Vec<Notice>,
}

fn understood(request: &SearchRequest) -> Understood {
    let Reading { value: ast, notices } = syntax::parse(&request.q);
    match ast {
        Some(ast) if !request.exact => {
            let (ast, years) = year_terms::into_filters(ast, &request.without);
            Understood { ast: Some(ast), years, notices }
        }
        ast => Understood { ast, years: Vec::new(), notices },
    }
}

/// The first page of `request` without one more widening.
fn without(request: &SearchRequest, kind: WideningKind, from: &str) -> SearchRequest {
    let mut request = SearchRequest { page: 1, ..request.clone() };
    request.without.push(Unwanted { kind, from: from.to_owned() });
    request
}

fn is_unwanted(request: &SearchRequest, kind: WideningKind, from: &str) -> bool {
    request.without.iter().any(|unwanted| unwanted.kind == kind && unwanted.from == from)
}

fn check_length(request: &SearchRequest) -> Result<(), QueryError> {
    let limit = SearchRequest::MAX_QUERY_CHARS;
    if limit < request.q.chars().count() {
        return Err(QueryError::TooLong { limit });
    }
    Ok(())
}

/// The record at a place of a snapshot.
fn stored_record(
    fields: &Fields,
    snapshot: &Snapshot,
    place: DocAddress,
) -> Result<Record, QueryError> {
    let stored: TantivyDocument = snapshot.doc(place).map_err(index_error)?;
    document::record(fields, &stored).ok_or_else(|| {
        QueryError::Index("a stored record is damaged; run `torikumi check`".to_owned())
    })
}

fn index_error(error: tantivy::TantivyError) -> QueryError {
    QueryError::Index(error.to_string())
}

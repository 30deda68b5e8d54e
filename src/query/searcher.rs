//! The engine: runs a request against one snapshot of the index.

use tantivy::query::Query;
use tantivy::{Searcher as Snapshot, TantivyDocument};

use crate::analysis::Worker;
use crate::index::{Reader, document};
use crate::notice::{Notice, Reading};
use crate::record::{Record, RecordId};

use super::answer::{Answer, Hit, Interpretation};
use super::ast::Ast;
use super::collect::{AnswerCollector, Collected};
use super::engine::{Engine, QueryError};
use super::matcher::Matcher;
use super::plan::{Demand, Planner};
use super::question_words::QuestionWords;
use super::request::SearchRequest;
use super::year_terms::YearTerm;
use super::{facets, snippet, syntax, year_terms};

/// Answers searches from an index.
#[derive(Debug)]
pub struct Searcher {
    reader: Reader,
    question_words: QuestionWords,
}

/// A planned query that was run.
struct Outcome {
    collected: Collected,
    matchers: Vec<Matcher>,
    query: Box<dyn Query>,
}

impl Searcher {
    /// Searches what `reader` reads.
    pub fn new(reader: Reader) -> Searcher {
        Searcher { reader, question_words: QuestionWords::carried() }
    }

    /// Hands every record that matches `request`, in its order, to `visit`; page and facets are ignored.
    ///
    /// # Errors
    ///
    /// [`QueryError`], as for a search.
    pub fn visit(
        &self,
        request: &SearchRequest,
        mut visit: impl FnMut(Record),
    ) -> Result<(), QueryError> {
        check_length(request)?;
        let snapshot = self.reader.snapshot();
        let mut worker = self.reader.analyzer().worker();
        let ast = understood(request).ast;
        let n_records = usize::try_from(snapshot.num_docs()).unwrap_or(usize::MAX);
        let (_, outcome) = self.climb(&snapshot, request, ast.as_ref(), n_records, &mut worker)?;
        for (address, _) in &outcome.collected.best {
            visit(self.stored_record(&snapshot, *address)?);
        }
        Ok(())
    }

    /// The tantivy query that `request` is planned as, before any widening.
    ///
    /// # Errors
    ///
    /// [`QueryError::TooLong`].
    pub fn plan(&self, request: &SearchRequest) -> Result<Box<dyn Query>, QueryError> {
        check_length(request)?;
        let ast = understood(request).ast;
        let snapshot = self.reader.snapshot();
        let mut worker = self.reader.analyzer().worker();
        let planner = self.planner(&snapshot, request, Demand::Everything, &mut worker);
        Ok(planner.plan(ast.as_ref()).0)
    }

    /// Runs the query as asked and, if it finds nothing at all, the last step of the ladder: some of it.
    ///
    /// The step depends on `q` alone, so that filters, counts and pages always speak of the same query.
    fn climb(
        &self,
        snapshot: &Snapshot,
        request: &SearchRequest,
        ast: Option<&Ast>,
        n_best: usize,
        worker: &mut Worker,
    ) -> Result<(Demand, Outcome), QueryError> {
        let asked = self.run(snapshot, request, ast, Demand::Everything, n_best, worker)?;
        if 0 < asked.collected.n_matches || request.exact {
            return Ok((Demand::Everything, asked));
        }
        for demand in [Demand::SomeTerms, Demand::SomeUnits] {
            let relaxed = self.run(snapshot, request, ast, demand, n_best, worker)?;
            if 0 < relaxed.collected.n_matches {
                return Ok((demand, relaxed));
            }
        }
        Ok((Demand::Everything, asked))
    }

    fn run(
        &self,
        snapshot: &Snapshot,
        request: &SearchRequest,
        ast: Option<&Ast>,
        demand: Demand,
        n_best: usize,
        worker: &mut Worker,
    ) -> Result<Outcome, QueryError> {
        let (query, matchers) = self.planner(snapshot, request, demand, worker).plan(ast);
        let collector = AnswerCollector::new(&request.filters, request.sort, n_best);
        let collected = snapshot.search(&*query, &collector).map_err(index_error)?;
        Ok(Outcome { collected, matchers, query })
    }

    fn planner<'p>(
        &'p self,
        snapshot: &'p Snapshot,
        request: &SearchRequest,
        demand: Demand,
        worker: &'p mut Worker,
    ) -> Planner<'p> {
        Planner {
            snapshot,
            fields: self.reader.fields(),
            worker,
            question_words: &self.question_words,
            within: request.within,
            exact: request.exact,
            demand,
            matchers: Vec::new(),
        }
    }

    fn hit(
        &self,
        snapshot: &Snapshot,
        request: &SearchRequest,
        outcome: &Outcome,
        (address, score): (tantivy::DocAddress, f32),
        worker: &mut Worker,
    ) -> Result<Hit, QueryError> {
        let record = self.stored_record(snapshot, address)?;
        let snippets = snippet::snippets(&record, &outcome.matchers, request.within, worker);
        let explanation = request
            .explain
            .then(|| outcome.query.explain(snapshot, address).map(|tree| tree.to_pretty_json()))
            .transpose()
            .map_err(index_error)?;
        Ok(Hit { record, score, snippets, explanation })
    }

    fn stored_record(
        &self,
        snapshot: &Snapshot,
        address: tantivy::DocAddress,
    ) -> Result<Record, QueryError> {
        let stored: TantivyDocument = snapshot.doc(address).map_err(index_error)?;
        document::record(self.reader.fields(), &stored).ok_or_else(|| {
            QueryError::Index("a stored record is damaged; run `torikumi check`".to_owned())
        })
    }
}

impl Engine for Searcher {
    fn search(&self, request: &SearchRequest) -> Result<Answer, QueryError> {
        check_length(request)?;
        let last = request.page.saturating_mul(request.per_page);
        if SearchRequest::MAX_WINDOW < last || request.page == 0 {
            return Err(QueryError::TooDeep { limit: SearchRequest::MAX_WINDOW });
        }
        let snapshot = self.reader.snapshot();
        let mut worker = self.reader.analyzer().worker();
        let Understood { ast, years, notices } = understood(request);
        let (demand, outcome) = self.climb(&snapshot, request, ast.as_ref(), last, &mut worker)?;
        let first = last - request.per_page;
        let hits = outcome
            .collected
            .best
            .iter()
            .skip(first)
            .map(|hit| self.hit(&snapshot, request, &outcome, *hit, &mut worker))
            .collect::<Result<_, _>>()?;
        Ok(Answer {
            total: outcome.collected.total,
            hits,
            facets: facets::facets(&outcome.collected, request),
            interpretation: interpretation(request, years, demand),
            did_you_mean: Vec::new(),
            notices,
        })
    }

    fn record(&self, id: &RecordId) -> Result<Option<Record>, QueryError> {
        self.reader
            .record(&self.reader.snapshot(), id)
            .map_err(|error| QueryError::Index(error.to_string()))
    }

    fn generation(&self) -> String {
        format!("{}-{}", env!("CARGO_PKG_VERSION"), self.reader.generation(&self.reader.snapshot()))
    }

    fn is_ready(&self) -> bool {
        true
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
            let (ast, years) = year_terms::into_filters(ast);
            Understood { ast: Some(ast), years, notices }
        }
        ast => Understood { ast, years: Vec::new(), notices },
    }
}

fn interpretation(
    request: &SearchRequest,
    years: Vec<YearTerm>,
    demand: Demand,
) -> Vec<Interpretation> {
    let first_page = SearchRequest { page: 1, ..request.clone() };
    let mut all: Vec<Interpretation> = years
        .into_iter()
        .map(|YearTerm { term, year }| Interpretation {
            kind: "fiscal_year".to_owned(),
            to: year.gregorian().to_string(),
            undo: SearchRequest { q: year_terms::quoted(&request.q, &term), ..first_page.clone() },
            from: term,
        })
        .collect();
    let relaxed_to = match demand {
        Demand::Everything => return all,
        Demand::SomeTerms => "語のどれかを含むもの",
        Demand::SomeUnits => "語の一部を含むもの",
    };
    all.push(Interpretation {
        kind: "relaxed".to_owned(),
        from: request.q.clone(),
        to: relaxed_to.to_owned(),
        undo: SearchRequest { exact: true, ..first_page },
    });
    all
}

fn check_length(request: &SearchRequest) -> Result<(), QueryError> {
    let limit = SearchRequest::MAX_QUERY_CHARS;
    if limit < request.q.chars().count() {
        return Err(QueryError::TooLong { limit });
    }
    Ok(())
}

fn index_error(error: tantivy::TantivyError) -> QueryError {
    QueryError::Index(error.to_string())
}

//! A tree becomes a tantivy query, through the same analyzer as the records.
//!
//! A *short term* matches where its units stand together, or as a substring.
//! A *natural question* is a term with words between its content units (国民年金の免除に必要な持ち物は？):
//! it matches by its content units; a least share of their weight must be there, and the more the better.
//! A *phrase* matches its characters, width and case folded, through the bigrams.

use std::collections::BTreeSet;

use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, EmptyQuery,
    ExistsQuery, Occur, PhraseQuery, Query, RegexQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher as Snapshot, Term};
use unicode_segmentation::UnicodeSegmentation;

use crate::analysis;
use crate::analysis::{Unit, Worker};
use crate::index::schema::path_term;
use crate::index::{Fields, TextField};
use crate::record::{FiscalYear, Role};

use super::ast::{Ast, FilterField};
use super::coverage::Covered;
use super::excluded::Excluded;
use super::matcher::Matcher;
use super::question_words::QuestionWords;
use super::syntax::NO_YEAR;

/// How much of a query a record must meet.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Demand {
    /// What was asked.
    Everything,
    /// Any of the terms; exclusions and filters still hold.
    SomeTerms,
    /// Some of the units of any of the terms; exclusions and filters still hold.
    SomeUnits,
}

/// What a query is planned with.
pub struct Planner<'p> {
    /// The state of the index that is searched.
    pub snapshot: &'p Snapshot,
    /// The fields of the index.
    pub fields: &'p Fields,
    /// The analyzer of the index.
    pub worker: &'p mut Worker,
    /// Words of questions that say nothing about the answer.
    pub question_words: &'p QuestionWords,
    /// Search only in sections of this role.
    pub within: Option<Role>,
    /// Whether terms are taken as phrases.
    pub exact: bool,
    /// How much must be met.
    pub demand: Demand,
    /// What to highlight, gathered while planning.
    pub matchers: Vec<Matcher>,
}

/// How much a unit's match in a further field adds to its best one.
const FIELD_TIE_BREAKER: f32 = 0.5;

/// A record must hold as much of a question as this many of its units weigh on average;
/// people's questions tell stories, and a share of all their units would leave out the best answers.
const LEAST_UNITS: f32 = 0.8;

/// Of a short question no more than this share must be held.
const LEAST_SHARE: f32 = 0.6;

/// A question of so few units must be held whole: ごみの分別 asks for neither alone.
const WHOLE_UNITS: usize = 2;

impl Planner<'_> {
    /// The tantivy query of `ast`, and what to highlight; no tree asks for every record.
    pub fn plan(mut self, ast: Option<&Ast>) -> (Box<dyn Query>, Vec<Matcher>) {
        let Some(ast) = ast else { return (Box::new(AllQuery), Vec::new()) };
        let query = self.part(ast).unwrap_or_else(|| Box::new(EmptyQuery));
        (query, self.matchers)
    }

    /// The query of one part; `None` if it holds nothing that can be searched.
    fn part(&mut self, ast: &Ast) -> Option<Box<dyn Query>> {
        match ast {
            Ast::Term(term) if self.exact => self.phrase(term),
            Ast::Term(term) => self.term(term),
            Ast::Phrase(phrase) => self.phrase(phrase),
            Ast::Filter(field, value) => Some(self.filter(*field, value)),
            Ast::Not(_) => self.all_of(std::slice::from_ref(ast)),
            Ast::And(parts) => self.all_of(parts),
            Ast::Or(parts) => any_of(parts.iter().filter_map(|part| self.part(part)).collect()),
        }
    }

    fn all_of(&mut self, parts: &[Ast]) -> Option<Box<dyn Query>> {
        let mut clauses = Vec::new();
        let mut optional = Vec::new();
        for part in parts {
            match part {
                Ast::Not(excluded) => {
                    let excluded = self.without_highlights(|planner| planner.part(excluded));
                    clauses.extend(excluded.map(|query| {
                        (Occur::MustNot, Box::new(Excluded(query)) as Box<dyn Query>)
                    }));
                }
                Ast::Filter(..) => {
                    clauses.extend(self.part(part).map(|query| (Occur::Must, query)))
                }
                _ if self.demand == Demand::Everything => {
                    clauses.extend(self.part(part).map(|query| (Occur::Must, query)));
                }
                _ => optional.extend(self.part(part)),
            }
        }
        clauses.extend(any_of(optional).map(|query| (Occur::Must, query)));
        if clauses.is_empty() {
            return None;
        }
        if clauses.iter().all(|(occur, _)| *occur == Occur::MustNot) {
            clauses.push((Occur::Must, Box::new(AllQuery)));
        }
        Some(Box::new(BooleanQuery::new(clauses)))
    }

    /// What a record must not hold is not highlighted, and is never widened.
    fn without_highlights<T>(&mut self, plan: impl FnOnce(&mut Self) -> T) -> T {
        let matchers = std::mem::take(&mut self.matchers);
        let demand = std::mem::replace(&mut self.demand, Demand::Everything);
        let planned = plan(self);
        self.matchers = matchers;
        self.demand = demand;
        planned
    }

    fn term(&mut self, term: &str) -> Option<Box<dyn Query>> {
        let mut units = Vec::new();
        self.worker.units(term, &mut units);
        if is_question(&units) || (self.demand == Demand::SomeUnits && 1 < units.len()) {
            return self.question(term, units);
        }
        let mut alternatives = Vec::new();
        if !units.is_empty() {
            self.matchers.push(Matcher::units(&units));
            for field in self.searched() {
                let handles = self.fields.text(field);
                alternatives
                    .push(boosted(units_together(handles.units, &units), handles.settings.boost));
            }
        }
        let n_graphemes = term.graphemes(true).count();
        if 2 <= n_graphemes || term.chars().any(is_kanji) {
            alternatives.extend(self.phrase(term));
        }
        any_of(alternatives)
    }

    /// A natural question: a least share of its units; all of them and its bigrams decide the order.
    fn question(&mut self, text: &str, mut units: Vec<Unit>) -> Option<Box<dyn Query>> {
        let mut seen = BTreeSet::new();
        units.retain(|unit| seen.insert(unit.term.clone()));
        if units.iter().any(|unit| !self.question_words.contains(&unit.term)) {
            units.retain(|unit| !self.question_words.contains(&unit.term));
        }
        self.matchers.extend(units.iter().map(|unit| Matcher::units(std::slice::from_ref(unit))));
        let mut clauses = vec![(Occur::Must, self.enough_of(&units)?)];
        clauses.extend(units.iter().map(|unit| (Occur::Should, self.in_any_field(unit))));
        clauses.extend(self.telling_bigrams(text).into_iter().map(|query| (Occur::Should, query)));
        Some(Box::new(BooleanQuery::new(clauses)))
    }

    /// The records that hold enough of a question's units; how many and which is left to other clauses.
    fn enough_of(&self, units: &[Unit]) -> Option<Box<dyn Query>> {
        let weights: Vec<f32> = units.iter().map(|unit| self.weight(&unit.term)).collect();
        let weighed = units.iter().zip(&weights).map(|(unit, weight)| {
            Box::new(ConstScoreQuery::new(self.in_any_field(unit), *weight)) as Box<dyn Query>
        });
        let weighed: Vec<_> = weighed.collect();
        let total: f32 = weights.iter().sum();
        let minimum = match self.demand {
            Demand::SomeUnits => f32::MIN_POSITIVE,
            _ if units.len() <= WHOLE_UNITS => {
                return Some(boosted(Box::new(BooleanQuery::intersection(weighed)), 0.0));
            }
            _ => total * (LEAST_UNITS / units.len() as f32).min(LEAST_SHARE),
        };
        Some(Box::new(Covered { query: any_of(weighed)?, minimum }))
    }

    /// The bigrams of a question, each once, that are more than grammar.
    fn telling_bigrams(&self, text: &str) -> Vec<Box<dyn Query>> {
        let mut bigrams = Vec::new();
        analysis::bigrams(text, &mut bigrams);
        let mut seen = BTreeSet::new();
        bigrams.retain(|bigram| {
            bigram.term.chars().all(is_telling_character) && seen.insert(bigram.term.clone())
        });
        let mut queries = Vec::new();
        for field in self.searched() {
            let handles = self.fields.text(field);
            queries.extend(bigrams.iter().map(|bigram| {
                let query = units_together(handles.bigrams, std::slice::from_ref(bigram));
                boosted(query, handles.settings.bigram_boost)
            }));
        }
        queries
    }

    /// A unit where it matches best, and a little for every further field.
    fn in_any_field(&self, unit: &Unit) -> Box<dyn Query> {
        let fields = self.searched().map(|field| {
            let handles = self.fields.text(field);
            boosted(
                units_together(handles.units, std::slice::from_ref(unit)),
                handles.settings.boost,
            )
        });
        Box::new(DisjunctionMaxQuery::with_tie_breaker(fields.collect(), FIELD_TIE_BREAKER))
    }

    /// How telling a unit is: its inverse document frequency in the field where it is most frequent.
    ///
    /// A unit that no record holds tells nothing.
    fn weight(&self, unit: &str) -> f32 {
        let n_records = self.snapshot.num_docs() as f32;
        let frequency = |field| {
            let term = Term::from_field_text(self.fields.text(field).units, unit);
            self.snapshot.doc_freq(&term).unwrap_or(0)
        };
        match self.searched().map(frequency).max() {
            None | Some(0) => 0.0,
            Some(frequency) => (1.0 + n_records / frequency as f32).ln(),
        }
    }

    fn phrase(&mut self, phrase: &str) -> Option<Box<dyn Query>> {
        let mut bigrams = Vec::new();
        analysis::bigrams(phrase, &mut bigrams);
        let first = bigrams.first()?;
        let is_single = bigrams.len() == 1 && first.term.graphemes(true).count() == 1;
        self.matchers.push(Matcher::substring(phrase));
        let fields = self.searched().map(|field| {
            let handles = self.fields.text(field);
            let query = if is_single {
                begins_with(handles.bigrams, &first.term)
            } else {
                units_together(handles.bigrams, &bigrams)
            };
            boosted(query, handles.settings.bigram_boost)
        });
        any_of(fields.collect())
    }

    fn filter(&self, field: FilterField, value: &str) -> Box<dyn Query> {
        let term = |field, value: &str| -> Box<dyn Query> {
            let term = Term::from_field_text(field, value);
            Box::new(BoostQuery::new(Box::new(TermQuery::new(term, IndexRecordOption::Basic)), 0.0))
        };
        match field {
            FilterField::Division => {
                let path: Vec<String> = value.split('/').map(str::to_owned).collect();
                term(self.fields.division_within, &path_term(&path))
            }
            FilterField::Category => term(self.fields.category, value),
            FilterField::Organization => term(self.fields.organization, value),
            FilterField::Year if NO_YEAR.contains(&value) => {
                let any_year = Box::new(ExistsQuery::new("fiscal_year".to_owned(), false));
                Box::new(BooleanQuery::new(vec![
                    (Occur::Must, boosted(Box::new(AllQuery), 0.0)),
                    (Occur::MustNot, any_year),
                ]))
            }
            FilterField::Year => match FiscalYear::parse(value) {
                Some(year) => {
                    let year = u64::from(year.gregorian());
                    let term = Term::from_field_u64(self.fields.fiscal_year, year);
                    let query = TermQuery::new(term, IndexRecordOption::Basic);
                    Box::new(BoostQuery::new(Box::new(query), 0.0))
                }
                None => Box::new(EmptyQuery),
            },
        }
    }

    fn searched(&self) -> impl Iterator<Item = TextField> + use<> {
        let within = self.within.map(TextField::of_role);
        TextField::ALL.into_iter().filter(move |field| within.is_none_or(|within| *field == within))
    }
}

/// Whether a term is a natural question: other words stand between its content units.
fn is_question(units: &[Unit]) -> bool {
    units.windows(2).any(|pair| pair[0].position + 1 < pair[1].position)
}

/// Units at the distances they have in the query.
fn units_together(field: Field, units: &[Unit]) -> Box<dyn Query> {
    let term = |unit: &Unit| Term::from_field_text(field, &unit.term);
    match units {
        [] => Box::new(EmptyQuery),
        [unit] => Box::new(TermQuery::new(term(unit), IndexRecordOption::WithFreqs)),
        [first, ..] => {
            let terms =
                units.iter().map(|unit| ((unit.position - first.position) as usize, term(unit)));
            Box::new(PhraseQuery::new_with_offset(terms.collect()))
        }
    }
}

/// Any bigram whose first character is `character`.
fn begins_with(field: Field, character: &str) -> Box<dyn Query> {
    let mut pattern = String::new();
    for c in character.chars() {
        if r".+*?()|[]{}^$\".contains(c) {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern.push_str("(.|\n)*");
    match RegexQuery::from_pattern(&pattern, field) {
        Ok(query) => Box::new(query),
        // The pattern is one escaped character: this cannot be reached, and finding nothing is no failure.
        Err(_) => Box::new(EmptyQuery),
    }
}

fn any_of(mut queries: Vec<Box<dyn Query>>) -> Option<Box<dyn Query>> {
    match queries.len() {
        0 | 1 => queries.pop(),
        _ => Some(Box::new(BooleanQuery::union(queries))),
    }
}

fn boosted(query: Box<dyn Query>, boost: f32) -> Box<dyn Query> {
    Box::new(BoostQuery::new(query, boost))
}

/// Bigrams of hiragana are grammar, and those across a mark of punctuation are chance.
fn is_telling_character(c: char) -> bool {
    c.is_alphanumeric() && !matches!(c, '\u{3041}'..='\u{309F}')
}

fn is_kanji(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

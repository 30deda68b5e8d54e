//! A tree becomes a tantivy query, through the same analyzer as the records.
//!
//! A *short term* matches where its units stand together, or as a substring, or where words of the same meaning stand.
//! What holds it as written is put before other spellings, and these before other words.
//! A *natural question* is a term with words between its content units (国民年金の免除に必要な持ち物は？):
//! it matches by its content units; a least share of their weight must be there, and the more the better.
//! A *phrase* matches its characters, width and case folded, through the bigrams.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, DisjunctionMaxQuery, EmptyQuery,
    ExistsQuery, Occur, PhraseQuery, Query, TermQuery,
};
use tantivy::schema::IndexRecordOption;
use tantivy::{Searcher as Snapshot, Term};
use unicode_segmentation::UnicodeSegmentation;

use crate::analysis;
use crate::analysis::{Date, Unit, is_kanji};
use crate::index::schema::path_term;
use crate::index::{Fields, KnownWord, TextField, Vocabulary};
use crate::record::{FiscalYear, Role};

use super::ast::{Ast, FilterField};
use super::coverage::{Covered, Unscored};
use super::dictionaries::Dictionaries;
use super::excluded::Excluded;
use super::explicable::explicable;
use super::leaves;
use super::matcher::{Matcher, Origin};
use super::raised::Raised;
use super::sentence_worker::SentenceWorker;
use super::statistics::Statistics;
use super::synonyms::{Span, Synonym};
use super::syntax::NO_YEAR;
use super::tuning::Tuning;
use super::widening::{Unwanted, Widening, WideningKind};

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

/// What is searched for instead of a term that finds nothing, by term.
pub type Substitutes = BTreeMap<String, Vec<Substitute>>;

/// Something that is searched for instead of a term.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Substitute {
    /// How it was come by: its reading or its spelling.
    pub kind: WideningKind,
    /// What is searched for, as if it had been typed.
    pub surface: String,
}

/// What a query is planned with.
pub struct Planner<'p> {
    /// The state of the index that is searched.
    pub snapshot: &'p Snapshot,
    /// What it knows of its terms.
    pub statistics: &'p Statistics,
    /// The fields of the index.
    pub fields: &'p Fields,
    /// The analyzer of the index.
    pub worker: &'p mut SentenceWorker,
    /// What queries are read with.
    pub dictionaries: &'p Dictionaries,
    /// The words of the index, where the spellings of what is searched for are to be told.
    pub vocabulary: Option<&'p Vocabulary<'p>>,
    /// The numbers of the ranking.
    pub tuning: &'p Tuning,
    /// Search only in sections of this role.
    pub within: Option<Role>,
    /// Whether terms are taken as phrases.
    pub exact: bool,
    /// Widenings that the reader does not want.
    pub unwanted: &'p [Unwanted],
    /// How much must be met.
    pub demand: Demand,
    /// Whether what is planned is what a record must not hold: only the words themselves, in any spelling.
    pub excluding: bool,
    /// What is searched for instead of what was typed.
    pub substitutes: &'p Substitutes,
    /// Whether it is to be told which part of the query scores how much.
    pub explaining: bool,
    /// What is planned stands for something else that was typed.
    pub standing_in: Option<Origin>,
    /// Synonyms planned so far.
    pub n_synonyms: usize,
    /// What is known of the query so far.
    pub plan: Plan,
}

/// A query as it is run, and all that is told about it.
#[derive(Debug)]
pub struct Plan {
    /// What is run.
    pub query: Box<dyn Query>,
    /// What to highlight.
    pub matchers: Vec<Matcher>,
    /// Synonyms, readings and spellings that are searched for.
    pub widenings: Vec<Widening>,
    /// Parts of the query whose scores explain a hit.
    pub reasons: Vec<Reason>,
}

/// A part of a query, and where it comes from.
#[derive(Debug)]
pub struct Reason {
    /// Why it is searched for.
    pub origin: Origin,
    /// The field it is searched in.
    pub field: TextField,
    /// What its matches are raised by, beside their score.
    pub raised_by: f32,
    /// What is run.
    pub query: Box<dyn Query>,
}

impl Default for Plan {
    fn default() -> Plan {
        Plan {
            query: Box::new(AllQuery),
            matchers: Vec::new(),
            widenings: Vec::new(),
            reasons: Vec::new(),
        }
    }
}

/// No BM25 score of a unit exceeds its inverse document frequency times this (k1 + 1).
const MOST_BM25: f32 = 2.2;

/// The most spellings that are told of one word.
const MOST_VARIANTS: usize = 4;

/// A term of more units than this is no word but a text, and is searched for as a question.
const MOST_UNITS: usize = 16;

/// The most synonyms of one term, and of one query.
const MOST_SYNONYMS: usize = 8;
const MOST_SYNONYMS_IN_ALL: usize = 64;

/// Parts of a query that are explained; what comes later weighs the same for all.
const MOST_REASONS: usize = 256;

/// A question longer than this is not expected to stand in a record as a whole.
const WHOLE_CHARS: usize = 30;

impl Planner<'_> {
    /// The tantivy query of `ast`, and what to tell about it; no tree asks for every record.
    pub fn plan(mut self, ast: Option<&Ast>) -> Plan {
        if let Some(ast) = ast {
            self.plan.query = self.part(ast).unwrap_or_else(|| Box::new(EmptyQuery));
        }
        self.plan
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
                    let excluded = self.excluded(excluded);
                    clauses.extend(excluded.map(|query| {
                        (Occur::MustNot, Box::new(Excluded(query)) as Box<dyn Query>)
                    }));
                }
                Ast::Filter(..) => {
                    clauses.extend(self.part(part).map(|query| (Occur::Must, query)))
                }
                // What is quoted is meant as it stands.
                Ast::Phrase(_) => clauses.extend(self.part(part).map(|query| (Occur::Must, query))),
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
        clauses.extend(self.terms_near(parts).into_iter().map(|query| (Occur::Should, query)));
        if clauses.iter().all(|(occur, _)| *occur == Occur::MustNot) {
            clauses.push((Occur::Must, Box::new(AllQuery)));
        }
        Some(Box::new(BooleanQuery::new(explicable_clauses(clauses))))
    }

    /// What a record must not hold is neither highlighted nor told, and is never widened or relaxed.
    fn excluded(&mut self, ast: &Ast) -> Option<Box<dyn Query>> {
        let demand = std::mem::replace(&mut self.demand, Demand::Everything);
        let excluding = std::mem::replace(&mut self.excluding, true);
        let planned = self.untold(|planner| planner.part(ast));
        self.demand = demand;
        self.excluding = excluding;
        planned
    }

    /// Plans something that is neither highlighted nor told.
    fn untold<T>(&mut self, plan: impl FnOnce(&mut Self) -> T) -> T {
        let told = std::mem::take(&mut self.plan);
        let planned = plan(self);
        self.plan = told;
        planned
    }

    fn term(&mut self, term: &str) -> Option<Box<dyn Query>> {
        match self.substitutes.get(term) {
            Some(substitutes) if !self.excluding => self.substituted(term, substitutes),
            _ => self.typed(term),
        }
    }

    /// A term as it was typed, or what stands in for it.
    fn typed(&mut self, term: &str) -> Option<Box<dyn Query>> {
        let units = self.worker.sentence(term, |cut| cut.units.clone());
        let dates = analysis::dates(term);
        let is_question = is_question(&units, &dates);
        let units = analysis::query_units(units);
        let is_loose = self.demand == Demand::SomeUnits && 1 < units.len();
        // To leave out what holds some word of a question would leave out nearly everything.
        if is_question && self.excluding {
            return self.phrase(term);
        }
        let query = if is_question || is_loose || MOST_UNITS < units.len() {
            self.question(term, units)
        } else {
            self.short_term(term, &units)
        };
        Some(self.with_fiscal_years(term, &dates, query?))
    }

    /// The query, with the fiscal years of the dates that the term names put first.
    fn with_fiscal_years(
        &mut self,
        term: &str,
        dates: &[(Date, Range<usize>)],
        query: Box<dyn Query>,
    ) -> Box<dyn Query> {
        let mut clauses = Vec::new();
        for (date, range) in dates {
            let is_fine = matches!(date, Date::Month { .. } | Date::Day { .. });
            let Some(year) = date.fiscal_year().filter(|_| is_fine) else { continue };
            let from = term.get(range.clone()).unwrap_or(term);
            if self.excluding
                || self.standing_in.is_some()
                || self.is_unwanted(WideningKind::Date, from)
            {
                continue;
            }
            self.note(WideningKind::Date, from, &year.to_string());
            let weight = self.tuning.date * self.most_idf();
            let year = Term::from_field_u64(self.fields.fiscal_year, u64::from(year));
            let year = Box::new(TermQuery::new(year, IndexRecordOption::Basic));
            let year: Box<dyn Query> = Box::new(ConstScoreQuery::new(year, weight));
            clauses.push((Occur::Should, year));
        }
        if clauses.is_empty() {
            return query;
        }
        clauses.push((Occur::Must, query));
        Box::new(BooleanQuery::new(explicable_clauses(clauses)))
    }

    fn units(&mut self, term: &str) -> Vec<Unit> {
        let units = self.worker.sentence(term, |cut| cut.units.clone());
        analysis::query_units(units)
    }

    /// The term as written, then in other spellings, then other words of the same meaning.
    fn short_term(&mut self, term: &str, units: &[Unit]) -> Option<Box<dyn Query>> {
        let tier = self.tier(units.len());
        let n_reasons = self.plan.reasons.len();
        let mut alternatives = Vec::new();
        let mut is_searchable = false;
        if !units.is_empty() && !self.is_unwanted(WideningKind::Variant, term) {
            let origin = self.origin(term);
            let together = self.anywhere(units, &origin);
            let variants = self.variants(units);
            for piece in leaves::pieces(units) {
                let spellings = spellings(term, piece, &variants);
                self.plan
                    .matchers
                    .push(Matcher::units(piece, spellings, origin.clone()).beside(term));
            }
            self.note_variants(term, &variants);
            alternatives.extend(together.map(|query| raised(query, tier)));
            is_searchable = true;
        }
        let n_graphemes = term.graphemes(true).count();
        // A single letter whose other spellings are not wanted is searched for as it is, not left out.
        let is_last = !is_searchable && !units.is_empty();
        if 2 <= n_graphemes || term.chars().any(is_kanji) || is_last {
            // Above other spellings, also where the text cuts the term otherwise than the query does.
            let n_others = self.plan.reasons.len();
            let phrase = self.phrase(term);
            is_searchable |= phrase.is_some();
            alternatives.extend(phrase.map(|query| raised(query, 2.0 * tier)));
            for reason in &mut self.plan.reasons[n_others..] {
                reason.raised_by = tier;
            }
        }
        for reason in &mut self.plan.reasons[n_reasons..] {
            reason.raised_by += tier;
        }
        alternatives.extend(self.synonyms_of_term(term, units));
        any_of(alternatives).or_else(|| is_searchable.then(nothing))
    }

    /// Where what is typed comes from, or what stands in for it.
    fn origin(&self, typed: &str) -> Origin {
        self.standing_in.clone().unwrap_or_else(|| Origin::typed(typed))
    }

    /// More than any score that units of a term can have by other means.
    fn tier(&self, n_units: usize) -> f32 {
        if !self.tuning.as_written_first {
            return 0.0;
        }
        let boosts: f32 = self.searched().map(|field| self.fields.text(field).settings.boost).sum();
        MOST_BM25 * self.most_idf() * boosts * n_units.max(1) as f32
    }

    /// The inverse document frequency of a unit that one record holds.
    fn most_idf(&self) -> f32 {
        (2.0 * (1.0 + self.snapshot.num_docs() as f32)).ln()
    }

    /// The best of what is searched for because it means the same as a part of the term.
    fn synonyms_of_term(&mut self, term: &str, units: &[Unit]) -> Option<Box<dyn Query>> {
        let mut alternatives = Vec::new();
        for span in self.wanted_spans(term, units) {
            for synonym in &span.synonyms {
                let widened = replaced(units, span.units.clone(), &synonym.units);
                let origin = self.widened_by(term, units, &span, synonym);
                let spelling = term.replacen(span.written(term, units), &synonym.surface, 1);
                let spellings = [spelling.as_str()];
                self.plan.matchers.push(Matcher::units(&widened, spellings, origin.clone()));
                let query = self.anywhere(&widened, &origin);
                alternatives.extend(query.map(|query| boosted(query, self.tuning.synonym)));
            }
        }
        best_of(alternatives, 0.0)
    }

    /// The stretches that the thesaurus knows, with the synonyms that the index holds; no more than can be searched for.
    fn wanted_spans(&mut self, term: &str, units: &[Unit]) -> Vec<Span> {
        if self.tuning.synonym == 0.0 || self.excluding || self.standing_in.is_some() {
            return Vec::new();
        }
        let mut wanted = Vec::new();
        let mut n_left = MOST_SYNONYMS.min(MOST_SYNONYMS_IN_ALL.saturating_sub(self.n_synonyms));
        let mut seen = BTreeSet::new();
        for mut span in self.dictionaries.synonyms.spans(units) {
            let from = span.written(term, units);
            if self.is_unwanted(WideningKind::Synonym, from) || !seen.insert(from.to_owned()) {
                continue;
            }
            span.synonyms.retain(|synonym| synonym.units.iter().all(|unit| self.is_held(unit)));
            span.synonyms.truncate(n_left);
            n_left -= span.synonyms.len();
            self.n_synonyms += span.synonyms.len();
            if !span.synonyms.is_empty() {
                wanted.push(span);
            }
        }
        wanted
    }

    /// Notes a synonym among the widenings, and says where what it finds comes from.
    fn widened_by(&mut self, term: &str, units: &[Unit], span: &Span, synonym: &Synonym) -> Origin {
        let from = span.written(term, units);
        self.note(WideningKind::Synonym, from, &synonym.surface);
        let widening = Some(WideningKind::Synonym);
        Origin { from: from.to_owned(), widening, line: Some(synonym.line) }
    }

    /// The spellings that the index holds of `units`, the most frequent first.
    fn variants(&self, units: &[Unit]) -> Vec<KnownWord> {
        let Some(vocabulary) = self.vocabulary.filter(|_| self.standing_in.is_none()) else {
            return Vec::new();
        };
        let terms: Vec<&str> = units.iter().map(|unit| unit.term.as_str()).collect();
        // An index that cannot be read fails the search itself; there is nothing to tell then.
        vocabulary.spellings(&terms).unwrap_or_default()
    }

    /// Notes the spellings of what was typed as `from`.
    fn note_variants(&mut self, from: &str, variants: &[KnownWord]) {
        let typed = analysis::fold(from).text;
        let others = variants.iter().filter(|word| analysis::fold(&word.surface).text != typed);
        for word in others.take(MOST_VARIANTS) {
            self.note(WideningKind::Variant, from, &word.surface);
        }
    }

    fn note(&mut self, kind: WideningKind, from: &str, to: &str) {
        let widenings = &mut self.plan.widenings;
        let known = widenings.iter_mut().find(|known| known.kind == kind && known.from == from);
        match known {
            Some(known) if known.to.iter().any(|other| other == to) => {}
            Some(known) => known.to.push(to.to_owned()),
            None => {
                let widening = Widening { kind, from: from.to_owned(), to: vec![to.to_owned()] };
                widenings.push(widening);
            }
        }
    }

    fn is_unwanted(&self, kind: WideningKind, from: &str) -> bool {
        self.unwanted.iter().any(|unwanted| unwanted.kind == kind && unwanted.from == from)
    }

    /// Whether any record holds `unit` in a field that is searched.
    fn is_held(&self, unit: &Unit) -> bool {
        0 < self.frequency(&unit.term)
    }

    /// What is searched for instead of a term.
    fn substituted(&mut self, term: &str, substitutes: &[Substitute]) -> Option<Box<dyn Query>> {
        let mut alternatives = Vec::new();
        for Substitute { kind, surface } in substitutes {
            let (from, widening) = (term.to_owned(), Some(*kind));
            self.standing_in = Some(Origin { from, widening, line: None });
            alternatives.extend(self.typed(surface));
            self.standing_in = None;
            self.note(*kind, term, surface);
        }
        any_of(alternatives)
    }

    /// Units together in any field.
    fn anywhere(&mut self, units: &[Unit], origin: &Origin) -> Option<Box<dyn Query>> {
        let fields: Vec<TextField> = self.searched().collect();
        let queries = fields.into_iter().map(|field| {
            let handles = self.fields.text(field);
            let query = leaves::pieces_together(self.statistics, handles.units, units)?;
            let query = boosted(query, handles.settings.boost);
            self.reason(origin, field, &*query);
            Some(query)
        });
        any_of(queries.flatten().collect())
    }

    fn reason(&mut self, origin: &Origin, field: TextField, query: &dyn Query) {
        if !self.explaining || MOST_REASONS <= self.plan.reasons.len() {
            return;
        }
        let (origin, query) = (origin.clone(), query.box_clone());
        self.plan.reasons.push(Reason { origin, field, raised_by: 0.0, query });
    }

    /// Neighbouring terms near each other, in the order of the query or not.
    fn terms_near(&mut self, parts: &[Ast]) -> Vec<Box<dyn Query>> {
        if self.tuning.terms_proximity == 0.0 || self.exact {
            return Vec::new();
        }
        let ends: Vec<Option<(Unit, Unit)>> = parts
            .iter()
            .map(|part| match part {
                Ast::Term(term) => {
                    let units = self.units(term);
                    units.first().cloned().zip(units.last().cloned())
                }
                _ => None,
            })
            .collect();
        let pairs = ends.windows(2).filter_map(|pair| match pair {
            [Some((_, last)), Some((first, _))] => Some([last.clone(), first.clone()]),
            _ => None,
        });
        let pairs: Vec<[Unit; 2]> = pairs.collect();
        pairs
            .iter()
            .flat_map(|pair| self.near(pair, TERMS_SLOP, self.tuning.terms_proximity))
            .collect()
    }

    /// Two units with at most `slop` further words between them.
    fn near(&self, [a, b]: &[Unit; 2], slop: u32, weight: f32) -> Vec<Box<dyn Query>> {
        if a.term == b.term {
            return Vec::new();
        }
        let fields = self.searched().filter(|field| !field.is_name());
        let queries = fields.filter_map(|field| {
            let handles = self.fields.text(field);
            let is_held = |unit: &Unit| 0 < self.statistics.frequency(handles.units, &unit.term);
            if !is_held(a) || !is_held(b) {
                return None;
            }
            let term = |unit: &Unit| Term::from_field_text(handles.units, &unit.term);
            let terms = vec![(0, term(a)), (1, term(b))];
            let query = PhraseQuery::new_with_offset_and_slop(terms, slop);
            Some(boosted(Box::new(query), handles.settings.boost * weight))
        });
        queries.collect()
    }

    /// A natural question: a least share of its units; all of them and its bigrams decide the order.
    fn question(&mut self, text: &str, mut units: Vec<Unit>) -> Option<Box<dyn Query>> {
        let mut seen = BTreeSet::new();
        units.retain(|unit| seen.insert(unit.term.clone()));
        let question_words = &self.dictionaries.question_words;
        let tells = |unit: &Unit| !question_words.contains(&unit.term);
        if self.tuning.question_words && units.iter().any(tells) {
            // A word of the thesaurus is more than its parts: the 所 of 保育所 asks for nothing.
            let spans = self.dictionaries.synonyms.spans(&units);
            let is_part =
                |at| spans.iter().any(|span| 1 < span.units.len() && span.units.contains(&at));
            let mut at = 0..;
            units.retain(|unit| at.next().is_some_and(is_part) || tells(unit));
        }
        let concepts = self.concepts(text, &units);
        let mut clauses = vec![(Occur::Must, self.enough_of(&concepts)?)];
        for concept in &concepts {
            let query = self.in_any_field(concept);
            self.plan.matchers.extend(concept.matchers());
            clauses.extend(query.map(|query| (Occur::Should, query)));
        }
        clauses.extend(self.telling_bigrams(text).into_iter().map(|query| (Occur::Should, query)));
        clauses.extend(self.units_near(&units).into_iter().map(|query| (Occur::Should, query)));
        if self.tuning.as_written_first && text.chars().count() <= WHOLE_CHARS {
            let n_reasons = self.plan.reasons.len();
            let tier = self.tier(units.len());
            let whole = self.phrase(text);
            for reason in &mut self.plan.reasons[n_reasons..] {
                reason.raised_by = tier;
            }
            clauses.extend(whole.map(|query| (Occur::Should, raised(query, tier))));
        }
        Some(Box::new(BooleanQuery::new(explicable_clauses(clauses))))
    }

    /// The units of a question, each with the synonyms of the stretch that it stands in.
    fn concepts(&mut self, text: &str, units: &[Unit]) -> Vec<Concept> {
        let mut concepts = Vec::new();
        for unit in units {
            let origin = self.origin(text.get(unit.range.clone()).unwrap_or(&unit.term));
            let is_as_written = self.is_unwanted(WideningKind::Variant, &origin.from);
            let mut variants = Vec::new();
            if !is_as_written {
                variants = self.variants(std::slice::from_ref(unit));
                self.note_variants(&origin.from, &variants);
            }
            let synonyms = Vec::new();
            concepts.push(Concept {
                unit: unit.clone(),
                origin,
                is_as_written,
                variants,
                synonyms,
            });
        }
        if self.tuning.question_synonym == 0.0 {
            return concepts;
        }
        for span in self.wanted_spans(text, units) {
            for synonym in &span.synonyms {
                let origin = self.widened_by(text, units, &span, synonym);
                for concept in &mut concepts[span.units.clone()] {
                    let weight = 1.0 / span.units.len() as f32;
                    concept.synonyms.push((synonym.clone(), origin.clone(), weight));
                }
            }
        }
        concepts
    }

    fn units_near(&self, units: &[Unit]) -> Vec<Box<dyn Query>> {
        let Tuning { proximity, proximity_slop, .. } = *self.tuning;
        if proximity == 0.0 {
            return Vec::new();
        }
        let pairs = units.windows(2).filter_map(|pair| <&[Unit; 2]>::try_from(pair).ok());
        pairs.flat_map(|pair| self.near(pair, proximity_slop, proximity)).collect()
    }

    /// The records that hold enough of a question; how much and what is left to other clauses.
    fn enough_of(&mut self, concepts: &[Concept]) -> Option<Box<dyn Query>> {
        let weights: Vec<f32> = concepts.iter().map(|concept| self.weight(concept)).collect();
        let n_reasons = self.plan.reasons.len();
        let mut weighed: Vec<Box<dyn Query>> = Vec::new();
        for (concept, weight) in concepts.iter().zip(&weights) {
            let query = self.in_any_field(concept).map(|query| Box::new(Unscored(query)));
            weighed.extend(
                query.map(|query| -> Box<dyn Query> {
                    Box::new(ConstScoreQuery::new(query, *weight))
                }),
            );
        }
        // What merely lets a record in does not explain its place.
        self.plan.reasons.truncate(n_reasons);
        let total: f32 = weights.iter().sum();
        let minimum = match self.demand {
            Demand::SomeUnits => f32::MIN_POSITIVE,
            _ if concepts.len() <= self.tuning.whole_units => {
                if weighed.len() < concepts.len() {
                    return Some(nothing());
                }
                return Some(boosted(
                    Box::new(BooleanQuery::intersection(all_explicable(weighed))),
                    0.0,
                ));
            }
            _ => {
                let share = self.tuning.least_units / concepts.len() as f32;
                total * share.min(self.tuning.least_share)
            }
        };
        let query = any_of(weighed).or_else(|| (!concepts.is_empty()).then(nothing))?;
        Some(Box::new(Covered { query, minimum }))
    }

    /// The bigrams of a question, each once, that are more than grammar.
    fn telling_bigrams(&self, text: &str) -> Vec<Box<dyn Query>> {
        if self.tuning.question_bigrams == 0.0 {
            return Vec::new();
        }
        let mut bigrams = Vec::new();
        analysis::bigrams(text, &mut bigrams);
        let mut seen = BTreeSet::new();
        bigrams.retain(|bigram| {
            bigram.term.chars().all(is_telling_character) && seen.insert(bigram.term.clone())
        });
        let mut queries = Vec::new();
        for field in self.searched() {
            let handles = self.fields.text(field);
            queries.extend(bigrams.iter().filter_map(|bigram| {
                let bigram = std::slice::from_ref(bigram);
                let query = leaves::units_together(self.statistics, handles.bigrams, bigram)?;
                let boost = handles.settings.bigram_boost * self.tuning.question_bigrams;
                Some(boosted(query, boost))
            }));
        }
        queries
    }

    /// A concept where it matches best, and a little for every further field; `None` if no field holds it.
    fn in_any_field(&mut self, concept: &Concept) -> Option<Box<dyn Query>> {
        let fields: Vec<TextField> = self.searched().collect();
        let queries = fields.into_iter().filter_map(|field| self.in_field(concept, field));
        let queries = queries.collect();
        best_of(queries, self.tuning.field_tie_breaker)
    }

    /// The unit itself, or the best of its synonyms.
    fn in_field(&mut self, concept: &Concept, field: TextField) -> Option<Box<dyn Query>> {
        let handles = self.fields.text(field);
        let boost = handles.settings.boost;
        let mut alternatives = Vec::new();
        let own = if concept.is_as_written {
            leaves::characters(self.statistics, handles.bigrams, &concept.origin.from)
        } else {
            leaves::units_together(
                self.statistics,
                handles.units,
                std::slice::from_ref(&concept.unit),
            )
        };
        if let Some(own) = own.map(|own| boosted(own, boost)) {
            self.reason(&concept.origin, field, &*own);
            alternatives.push(own);
        }
        for (synonym, origin, weight) in &concept.synonyms {
            let Some(query) =
                leaves::units_together(self.statistics, handles.units, &synonym.units)
            else {
                continue;
            };
            let query = boosted(query, boost * weight * self.tuning.question_synonym);
            self.reason(origin, field, &*query);
            alternatives.push(query);
        }
        best_of(alternatives, 0.0)
    }

    /// How telling a concept is: the inverse document frequency of its unit in the field where it is most frequent.
    ///
    /// A unit that no record holds tells nothing, unless a synonym stands for it.
    fn weight(&self, concept: &Concept) -> f32 {
        let synonyms = concept.synonyms.iter().map(|(synonym, ..)| {
            synonym.units.iter().map(|unit| self.frequency(&unit.term)).min().unwrap_or(0)
        });
        let frequency = match self.frequency(&concept.unit.term) {
            0 => synonyms.max().unwrap_or(0),
            frequency => frequency,
        };
        if frequency == 0 {
            return 0.0;
        }
        (1.0 + self.snapshot.num_docs() as f32 / frequency as f32).ln()
    }

    /// The records that hold `unit` in the field where it is most frequent.
    fn frequency(&self, unit: &str) -> u64 {
        let frequency = |field| self.statistics.frequency(self.fields.text(field).units, unit);
        self.searched().map(frequency).max().unwrap_or(0)
    }

    fn phrase(&mut self, phrase: &str) -> Option<Box<dyn Query>> {
        if !leaves::holds_characters(phrase) {
            return None;
        }
        let fields: Vec<TextField> = self.searched().collect();
        let origin = self.origin(phrase);
        let mut queries = Vec::new();
        for field in fields {
            let handles = self.fields.text(field);
            let Some(query) = leaves::characters(self.statistics, handles.bigrams, phrase) else {
                continue;
            };
            let query = boosted(query, handles.settings.bigram_boost);
            self.reason(&origin, field, &*query);
            queries.push(query);
        }
        self.plan.matchers.push(Matcher::substring(phrase, origin));
        Some(any_of(queries).unwrap_or_else(nothing))
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
        // Most sheets have no titles, and many no text but goals and results.
        let is_filled = |field: &TextField| {
            let handles = self.fields.text(*field);
            self.statistics.is_filled(handles.units) || self.statistics.is_filled(handles.bigrams)
        };
        let filled: Vec<TextField> = TextField::ALL.into_iter().filter(is_filled).collect();
        filled.into_iter().filter(move |field| within.is_none_or(|within| *field == within))
    }
}

/// Words that may stand between two terms that are near each other.
const TERMS_SLOP: u32 = 8;

/// A unit of a question, with what else stands for it.
struct Concept {
    unit: Unit,
    origin: Origin,
    /// Whether only its characters are searched for.
    is_as_written: bool,
    /// Other spellings that the index holds.
    variants: Vec<KnownWord>,
    /// Synonyms, where they come from, and the part of their scores that is this unit's.
    synonyms: Vec<(Synonym, Origin, f32)>,
}

impl Concept {
    fn matchers(&self) -> impl Iterator<Item = Matcher> {
        let own = if self.is_as_written {
            Matcher::substring(&self.origin.from, self.origin.clone())
        } else {
            let variants = self.variants.iter().map(|word| word.surface.as_str());
            let spellings = variants.chain([self.origin.from.as_str()]);
            Matcher::units(std::slice::from_ref(&self.unit), spellings, self.origin.clone())
        };
        let synonyms = self.synonyms.iter();
        let synonyms = synonyms.map(|(synonym, origin, _)| {
            let surface = [synonym.surface.as_str()];
            Matcher::units(&synonym.units, surface, origin.clone())
        });
        std::iter::once(own).chain(synonyms)
    }
}

/// What a stretch of a term may be written as.
fn spellings<'t>(
    term: &'t str,
    piece: &'t [Unit],
    variants: &'t [KnownWord],
) -> impl Iterator<Item = &'t str> {
    variants.iter().map(|word| word.surface.as_str()).chain([span_start(term, piece)])
}

/// `text` from where its first unit stands.
fn span_start<'t>(text: &'t str, units: &[Unit]) -> &'t str {
    units.first().and_then(|unit| text.get(unit.range.start..)).unwrap_or(text)
}

/// `units` with those of `span` replaced, what stands behind moved up or down.
fn replaced(units: &[Unit], span: Range<usize>, by: &[Unit]) -> Vec<Unit> {
    let end_of = |units: &[Unit]| units.last().map_or(0, |unit| unit.position + 1);
    let mut all = units[..span.start].to_vec();
    let at = units[span.start].position;
    let first = by.first().map_or(0, |unit| unit.position);
    let moved = |unit: &Unit, position| Unit { position, ..unit.clone() };
    all.extend(by.iter().map(|unit| moved(unit, at + unit.position - first)));
    let (old_end, new_end) = (end_of(&units[span.clone()]), end_of(&all));
    all.extend(units[span.end..].iter().map(|unit| moved(unit, new_end + unit.position - old_end)));
    all
}

fn raised(query: Box<dyn Query>, by: f32) -> Box<dyn Query> {
    if by == 0.0 { query } else { Box::new(Raised { query, by }) }
}

/// Whether a term is a natural question: other words stand between its content units, and not only within a date.
fn is_question(units: &[Unit], dates: &[(Date, Range<usize>)]) -> bool {
    let is_within = |unit: &Unit, date: &Range<usize>| {
        date.start <= unit.range.start && unit.range.end <= date.end
    };
    let are_one_date =
        |a: &Unit, b: &Unit| dates.iter().any(|(_, date)| is_within(a, date) && is_within(b, date));
    units
        .windows(2)
        .any(|pair| pair[0].position + 1 < pair[1].position && !are_one_date(&pair[0], &pair[1]))
}

/// Parts of a query, each of which can be asked to explain any record.
fn all_explicable(queries: Vec<Box<dyn Query>>) -> Vec<Box<dyn Query>> {
    queries.into_iter().map(explicable).collect()
}

fn explicable_clauses(clauses: Vec<(Occur, Box<dyn Query>)>) -> Vec<(Occur, Box<dyn Query>)> {
    clauses.into_iter().map(|(occur, query)| (occur, explicable(query))).collect()
}

fn any_of(mut queries: Vec<Box<dyn Query>>) -> Option<Box<dyn Query>> {
    match queries.len() {
        0 | 1 => queries.pop(),
        _ => Some(Box::new(BooleanQuery::union(all_explicable(queries)))),
    }
}

fn best_of(mut queries: Vec<Box<dyn Query>>, tie_breaker: f32) -> Option<Box<dyn Query>> {
    match queries.len() {
        0 | 1 => queries.pop(),
        _ => Some(Box::new(DisjunctionMaxQuery::with_tie_breaker(
            all_explicable(queries),
            tie_breaker,
        ))),
    }
}

/// What can be searched for and stands in no record.
fn nothing() -> Box<dyn Query> {
    Box::new(EmptyQuery)
}

fn boosted(query: Box<dyn Query>, boost: f32) -> Box<dyn Query> {
    Box::new(BoostQuery::new(explicable(query), boost))
}

/// Bigrams of hiragana are grammar, and those across a mark of punctuation are chance.
fn is_telling_character(c: char) -> bool {
    c.is_alphanumeric() && !matches!(c, '\u{3041}'..='\u{309F}')
}
//

//! Why a record was found: which words stand where, by which widening, and what weighed how much.

use std::collections::BTreeMap;

use tantivy::query::{EnableScoring, Weight};
use tantivy::{DocAddress, Searcher as Snapshot};

use crate::analysis;
use crate::index::TextField;
use crate::record::Record;

use super::answer::SnippetField;
use super::explicable::explained;
use super::matcher::{Care, Haystack, Matcher, Origin};
use super::plan::Plan;
use super::sentence_worker::SentenceWorker;
use super::snippet;

/// Why a record was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// What matched, what weighed most first.
    pub matches: Vec<Match>,
    /// How the score was computed, exactly: a tree of JSON.
    pub tree: String,
}

/// Something that matched.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// Why it was searched for.
    pub origin: Origin,
    /// What stands in the record, as printed and without repetition; the first few.
    pub printed: Vec<String>,
    /// Where it stands.
    pub field: SnippetField,
    /// Its part of the score, before parts are weighed against one another.
    pub weight: f32,
}

impl Match {
    /// Whether what stands in the record is what was typed, width and case folded.
    pub fn is_as_written(&self) -> bool {
        let typed = analysis::fold(&self.origin.from).text;
        self.printed.iter().any(|printed| analysis::fold(printed).text == typed)
    }
}

/// A record shows no more different writings of one thing than this.
const MOST_PRINTED: usize = 4;

/// What explains the hits of one plan: its parts are prepared once for all hits.
pub struct Explainer<'p> {
    snapshot: &'p Snapshot,
    plan: &'p Plan,
    whole: Box<dyn Weight>,
    /// Of each reason of the plan.
    parts: Vec<Box<dyn Weight>>,
}

impl<'p> Explainer<'p> {
    /// Prepares to explain hits of `plan`.
    ///
    /// # Errors
    ///
    /// The index cannot be read.
    pub fn new(snapshot: &'p Snapshot, plan: &'p Plan) -> tantivy::Result<Explainer<'p>> {
        let scoring = || EnableScoring::enabled_from_searcher(snapshot);
        let parts = plan.reasons.iter().map(|reason| reason.query.weight(scoring()));
        Ok(Explainer {
            snapshot,
            plan,
            whole: plan.query.weight(scoring())?,
            parts: parts.collect::<tantivy::Result<_>>()?,
        })
    }

    /// Explains why the plan finds `record`, which stands at `address`.
    ///
    /// # Errors
    ///
    /// The index cannot be read.
    pub fn explain(
        &self,
        address: DocAddress,
        record: &Record,
        worker: &mut SentenceWorker,
    ) -> tantivy::Result<Explanation> {
        let segment = self.snapshot.segment_reader(address.segment_ord);
        let tree = self.whole.explain(segment, address.doc_id)?.to_pretty_json();
        let plan = self.plan;
        let mut matches: Vec<Match> = Vec::new();
        for (reason, part) in plan.reasons.iter().zip(&self.parts) {
            // A part that does not match has no explanation.
            let Ok(explained) = explained(part.as_ref(), segment, address.doc_id) else { continue };
            let weight = explained.value() + reason.raised_by;
            let field = snippet_field(reason.field);
            let same = |found: &&mut Match| found.origin == reason.origin && found.field == field;
            match matches.iter_mut().find(same) {
                Some(found) => found.weight = found.weight.max(weight),
                None => matches.push(Match {
                    origin: reason.origin.clone(),
                    printed: Vec::new(),
                    field,
                    weight,
                }),
            }
        }
        matches.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        let writings = writings(record, &plan.matchers, worker);
        for found in &mut matches {
            let key = (found.origin.clone(), found.field);
            found.printed = writings.get(&key).cloned().unwrap_or_default();
        }
        Ok(Explanation { matches, tree })
    }
}

/// What stands in each field because of each origin.
fn writings(
    record: &Record,
    matchers: &[Matcher],
    worker: &mut SentenceWorker,
) -> BTreeMap<(Origin, SnippetField), Vec<String>> {
    let sections = record.sections.iter();
    let sections = sections.map(|section| (snippet::field_of(section.role), section.text.as_str()));
    let mut writings: BTreeMap<(Origin, SnippetField), Vec<String>> = BTreeMap::new();
    for (field, text) in snippet::names(record).chain(sections) {
        let haystack = Haystack::new(text, matchers, Care::Every, worker);
        for matcher in matchers {
            for range in haystack.find(matcher) {
                let key = (matcher.origin.clone(), field);
                let known = writings.entry(key).or_default();
                let writing = text.get(range).unwrap_or_default().to_owned();
                if known.len() < MOST_PRINTED && !known.contains(&writing) {
                    known.push(writing);
                }
            }
        }
    }
    writings
}

fn snippet_field(field: TextField) -> SnippetField {
    match field {
        TextField::Title => SnippetField::Title,
        TextField::Goal => SnippetField::Goal,
        TextField::Result => SnippetField::Result,
        TextField::Body => SnippetField::Body,
        TextField::Division => SnippetField::Division,
        TextField::Category => SnippetField::Category,
    }
}

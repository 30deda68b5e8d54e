//! How much of a question a record must hold.
//!
//! The clauses of a question have constant scores, their weights; a record's score is then the weight of what it holds.
//! Records below a minimum are left out, whatever else speaks for them.

use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, Term};

use super::explicable::explained;

/// The records that score at least a minimum.
#[derive(Debug)]
pub struct Covered {
    /// What is scored.
    pub query: Box<dyn Query>,
    /// The least score that is enough.
    pub minimum: Score,
}

/// The same records, each with whatever score: nothing is asked for that only scores need.
#[derive(Debug)]
pub struct Unscored(pub Box<dyn Query>);

impl Clone for Unscored {
    fn clone(&self) -> Unscored {
        Unscored(self.0.box_clone())
    }
}

impl Query for Unscored {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let unscored = scoring.searcher().map_or(scoring, EnableScoring::disabled_from_searcher);
        self.0.weight(unscored)
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        self.0.query_terms(visitor);
    }
}

impl Clone for Covered {
    fn clone(&self) -> Covered {
        Covered { query: self.query.box_clone(), minimum: self.minimum }
    }
}

impl Query for Covered {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        // Scores decide here even where the answer is not sorted by them.
        let scoring = scoring.searcher().map_or(scoring, EnableScoring::enabled_from_searcher);
        Ok(Box::new(CoveredWeight { weight: self.query.weight(scoring)?, minimum: self.minimum }))
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        self.query.query_terms(visitor);
    }
}

struct CoveredWeight {
    weight: Box<dyn Weight>,
    minimum: Score,
}

impl Weight for CoveredWeight {
    fn scorer(&self, reader: &SegmentReader, _boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let mut scorer =
            CoveredScorer { scorer: self.weight.scorer(reader, 1.0)?, minimum: self.minimum };
        scorer.settle();
        Ok(Box::new(scorer))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        let mut explanation = Explanation::new("lets in, adds nothing", 0.0);
        explanation.add_detail(explained(self.weight.as_ref(), reader, doc)?);
        Ok(explanation)
    }
}

/// Stands on records that are covered, and nowhere else.
struct CoveredScorer {
    scorer: Box<dyn Scorer>,
    minimum: Score,
}

impl CoveredScorer {
    fn settle(&mut self) -> DocId {
        while self.scorer.doc() != TERMINATED && self.scorer.score() < self.minimum {
            self.scorer.advance();
        }
        self.scorer.doc()
    }
}

impl DocSet for CoveredScorer {
    fn advance(&mut self) -> DocId {
        self.scorer.advance();
        self.settle()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.scorer.doc() < target {
            self.scorer.seek(target);
        }
        self.settle()
    }

    fn doc(&self) -> DocId {
        self.scorer.doc()
    }

    fn size_hint(&self) -> u32 {
        self.scorer.size_hint()
    }
}

impl Scorer for CoveredScorer {
    /// Covered or not is all that this says; the order is decided by other clauses.
    fn score(&mut self) -> Score {
        0.0
    }
}

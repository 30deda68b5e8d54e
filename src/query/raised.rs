//! A query whose matches are lifted above those of others: each scores a fixed amount more.

use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{DocId, DocSet, Score, SegmentReader, Term};

use super::explicable::explained;

/// The matches of a query, each scored higher by a fixed amount.
#[derive(Debug)]
pub struct Raised {
    /// What is matched.
    pub query: Box<dyn Query>,
    /// What is added to each score.
    pub by: Score,
}

impl Clone for Raised {
    fn clone(&self) -> Raised {
        Raised { query: self.query.box_clone(), by: self.by }
    }
}

impl Query for Raised {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        if !scoring.is_scoring_enabled() {
            return self.query.weight(scoring);
        }
        Ok(Box::new(RaisedWeight { weight: self.query.weight(scoring)?, by: self.by }))
    }

    fn query_terms<'a>(&'a self, visitor: &mut dyn FnMut(&'a Term, bool)) {
        self.query.query_terms(visitor);
    }
}

struct RaisedWeight {
    weight: Box<dyn Weight>,
    by: Score,
}

impl Weight for RaisedWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let scorer = self.weight.scorer(reader, boost)?;
        Ok(Box::new(RaisedScorer { scorer, by: self.by * boost }))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        let inner = explained(self.weight.as_ref(), reader, doc)?;
        let mut explanation =
            Explanation::new("as written, raised: sum of", self.by + inner.value());
        explanation.add_const("raised by", self.by);
        explanation.add_detail(inner);
        Ok(explanation)
    }
}

struct RaisedScorer {
    scorer: Box<dyn Scorer>,
    by: Score,
}

impl DocSet for RaisedScorer {
    fn advance(&mut self) -> DocId {
        self.scorer.advance()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.scorer.seek(target)
    }

    fn doc(&self) -> DocId {
        self.scorer.doc()
    }

    fn size_hint(&self) -> u32 {
        self.scorer.size_hint()
    }
}

impl Scorer for RaisedScorer {
    fn score(&mut self) -> Score {
        self.scorer.score() + self.by
    }
}

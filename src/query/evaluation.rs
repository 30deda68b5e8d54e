//! Measuring a ranking against judged questions.

use std::collections::BTreeMap;

use super::engine::{Engine, QueryError};
use super::request::SearchRequest;
use super::widening::WideningKind;

/// The cut of every measure.
pub const K: usize = 10;

/// Grades by record, by question.
pub type Judgements = BTreeMap<String, BTreeMap<String, f64>>;

/// The measures of one question, or their means.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measures {
    /// Normalised discounted cumulative gain with linear gain.
    pub ndcg: f64,
    /// The share of the relevant records that are among the first [`K`].
    pub recall: f64,
    /// The share of the first [`K`] that are relevant.
    pub precision: f64,
    /// One divided by the place of the first relevant record.
    pub mrr: f64,
}

/// A question that has judgements.
#[derive(Clone, Debug)]
pub struct Question {
    /// Its name.
    pub id: String,
    /// Its text.
    pub text: String,
    /// The grades of its records.
    pub grades: BTreeMap<String, f64>,
}

/// What came of one question.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// How good the ranking is.
    pub measures: Measures,
    /// The step of the ladder that answered; none if the question was answered as asked, or not at all.
    pub step: Option<WideningKind>,
    /// Whether anything was found.
    pub is_answered: bool,
}

/// A line of a file of questions or judgements that cannot be used.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct BadLine {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub message: String,
}

/// The questions that have judgements, from `query id ⇥ text` and `query id ⇥ record id ⇥ grade`.
///
/// # Errors
///
/// The first bad line of either, the judgements first.
pub fn questions(queries: &str, mut judgements: Judgements) -> Result<Vec<Question>, BadLine> {
    let mut questions = Vec::new();
    for (content, line) in queries.lines().zip(1..) {
        let Some((id, text)) = content.split_once('\t') else {
            return Err(BadLine { line, message: format!("no tab: {content}") });
        };
        if let Some(grades) = judgements.remove(id) {
            questions.push(Question { id: id.to_owned(), text: text.to_owned(), grades });
        }
    }
    Ok(questions)
}

/// The judgements of a file with `query id ⇥ record id ⇥ grade` a line.
///
/// # Errors
///
/// The first bad line.
pub fn judgements(text: &str) -> Result<Judgements, BadLine> {
    let mut judgements = Judgements::new();
    for (content, line) in text.lines().zip(1..) {
        let bad = |message: String| BadLine { line, message };
        let cells: Vec<&str> = content.split('\t').collect();
        let &[query, record, grade] = &cells[..] else {
            return Err(bad(format!("three cells are needed: {content}")));
        };
        let grade = grade.parse().map_err(|_| bad(format!("no grade: {grade}")))?;
        judgements.entry(query.to_owned()).or_default().insert(record.to_owned(), grade);
    }
    Ok(judgements)
}

/// Asks `engine` a question and measures the answer.
///
/// # Errors
///
/// [`QueryError`], as for any search.
pub fn ask(engine: &impl Engine, question: &Question) -> Result<Asked, QueryError> {
    let request = SearchRequest {
        q: question.text.clone(),
        per_page: K,
        facet_limit: 0,
        ..SearchRequest::default()
    };
    let answer = engine.search(&request)?;
    let ranking: Vec<String> = answer.hits.into_iter().map(|hit| hit.record.id.0).collect();
    let ladder = [WideningKind::Relaxed, WideningKind::Spelling, WideningKind::Reading];
    let was = |kind: &WideningKind| answer.interpretation.iter().any(|told| told.kind == *kind);
    Ok(Asked {
        measures: measure(&ranking, &question.grades),
        step: ladder.into_iter().find(was),
        is_answered: 0 < answer.total,
    })
}

/// The mean of each measure.
pub fn mean<'m>(all: impl IntoIterator<Item = &'m Measures>) -> Measures {
    let mut sum = Measures::default();
    let mut n = 0.0;
    for measures in all {
        sum.ndcg += measures.ndcg;
        sum.recall += measures.recall;
        sum.precision += measures.precision;
        sum.mrr += measures.mrr;
        n += 1.0;
    }
    Measures {
        ndcg: sum.ndcg / n,
        recall: sum.recall / n,
        precision: sum.precision / n,
        mrr: sum.mrr / n,
    }
}

/// nDCG with linear gain, recall over all judged relevant, precision and reciprocal rank, all at [`K`].
pub fn measure(ranking: &[String], grades: &BTreeMap<String, f64>) -> Measures {
    let grade = |id: &String| grades.get(id).copied().unwrap_or(0.0);
    let discounted = |gains: &mut dyn Iterator<Item = f64>| -> f64 {
        gains.take(K).zip(2..).map(|(gain, rank)| gain / f64::from(rank).log2()).sum()
    };
    let mut ideal: Vec<f64> = grades.values().copied().filter(|grade| 0.0 < *grade).collect();
    ideal.sort_by(|a, b| b.total_cmp(a));
    let n_relevant = ideal.len();
    let best = discounted(&mut ideal.into_iter());
    if best == 0.0 {
        return Measures::default();
    }
    let top = &ranking[..ranking.len().min(K)];
    let n_found = top.iter().filter(|id| 0.0 < grade(id)).count();
    let first = top.iter().position(|id| 0.0 < grade(id));
    Measures {
        ndcg: discounted(&mut top.iter().map(grade)) / best,
        recall: n_found as f64 / n_relevant as f64,
        precision: n_found as f64 / K as f64,
        mrr: first.map_or(0.0, |place| 1.0 / (place + 1) as f64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(ranking: &str, grades: &[(&str, f64)], expected: Measures) {
        let ranking: Vec<String> = ranking.split_whitespace().map(str::to_owned).collect();
        let grades = grades.iter().map(|(id, grade)| ((*id).to_owned(), *grade)).collect();
        let measures = measure(&ranking, &grades);
        let close = |a: f64, b: f64| (a - b).abs() < 1e-4;
        assert!(
            close(measures.ndcg, expected.ndcg)
                && close(measures.recall, expected.recall)
                && close(measures.precision, expected.precision)
                && close(measures.mrr, expected.mrr),
            "{measures:?} instead of {expected:?}"
        );
    }

    #[test]
    fn measures_follow_their_definitions() {
        let two = [("a", 2.0), ("b", 1.0)];
        check("a b c", &two, Measures { ndcg: 1.0, recall: 1.0, precision: 0.2, mrr: 1.0 });
        // DCG = 1/log2(2) + 2/log2(4) = 2; ideal = 2/log2(2) + 1/log2(3) = 2.6309.
        check("b c a", &two, Measures { ndcg: 0.7602, recall: 1.0, precision: 0.2, mrr: 1.0 });
        check("c a", &two, Measures { ndcg: 0.4796, recall: 0.5, precision: 0.1, mrr: 0.5 });
        check("", &two, Measures::default());
        check("a", &[("a", 0.0)], Measures::default());
    }
}

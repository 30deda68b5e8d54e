//! `GET /api/v1/records/{id}/similar`: more like this.

use axum::extract;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::HeaderMap;
use axum::http::Uri;
use axum::response::Response;
use serde::Serialize;

use super::compare::RecordSummary;
use super::{answered, record_id, rounded};
use crate::query::Engine;
use crate::query::comparison::Similar;
use crate::serve::compare_parameters;
use crate::serve::parameters;
use crate::serve::problem::Problem;
use crate::serve::state::State;

/// The records that are most like one, the most alike first.
pub(in crate::serve) async fn similar(
    extract::State(state): extract::State<State>,
    id: Result<Path<String>, PathRejection>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let id = record_id(id)?;
    let limit = compare_parameters::read_limit(uri.query().unwrap_or_default())?;
    let target = format!("{}/similar?limit={limit}", parameters::record_url(&id.0));
    let make = move |engine: &dyn Engine| {
        let similar = engine.similar(&id, limit)?.ok_or_else(Problem::no_such_record)?;
        let similar = similar.iter().map(SimilarBody::from).collect();
        let body = SimilarsBody { id: &id.0, similar };
        Ok(serde_json::to_string(&body).expect("the body has no map and no fallible writer"))
    };
    answered(&state, &headers, &target, make).await
}

#[derive(Serialize)]
struct SimilarsBody<'a> {
    /// The record asked about.
    id: &'a str,
    /// The most alike first; never the record itself.
    similar: Vec<SimilarBody<'a>>,
}

#[derive(Serialize)]
struct SimilarBody<'a> {
    #[serde(flatten)]
    record: RecordSummary<'a>,
    /// Comparable only within one answer.
    score: f64,
    /// The words in common that tell most, as this record prints them.
    words: &'a [String],
}

impl<'a> From<&'a Similar> for SimilarBody<'a> {
    fn from(similar: &'a Similar) -> SimilarBody<'a> {
        let score = rounded(f64::from(similar.score), 4);
        SimilarBody { record: (&similar.record).into(), score, words: &similar.words }
    }
}

//! What watches over the server asks.

use axum::Json;
use axum::extract;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;
use serde_json::json;

use super::problem::Problem;
use super::state::State;

/// Whether the process answers at all.
pub(super) async fn livez() -> Response {
    status("live")
}

/// Whether the index is open and verified, and what is wrong with files that are followed while serving.
pub(super) async fn readyz(
    extract::State(state): extract::State<State>,
) -> Result<Response, Problem> {
    if !state.engine().is_ready() {
        return Err(Problem::not_ready());
    }
    let faults = state.engine().faults();
    let body = if faults.is_empty() {
        json!({ "status": "ready" })
    } else {
        json!({ "status": "ready", "faults": faults })
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(body)).into_response())
}

fn status(word: &str) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], Json(json!({ "status": word }))).into_response()
}

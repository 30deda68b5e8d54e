//! What a request that fails is told: RFC 9457 for programs, a page with a way on for people.
//!
//! A handler returns a [`Problem`]; which form it takes is decided once, by [`Problem::render`],
//! where path, `Accept` and the request's identity are at hand.

use std::any::Any;

use askama::Template;
use axum::body::Body;
use axum::http::HeaderValue;
use axum::http::StatusCode;
use axum::http::header;
use axum::response::IntoResponse;
use axum::response::Response;
use serde::Serialize;

use super::page::frame::Frame;
use super::texts::problem::Complaint;
use super::view::View;
use super::workers::Unfinished;
use super::workers::panic_message;
use crate::query::QueryError;

/// Seconds after which a busy server is worth another try.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("2");

/// The methods of every endpoint: nothing here changes anything.
const ALLOW: HeaderValue = HeaderValue::from_static("GET, HEAD");

/// Why a request has no answer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Problem {
    pub(super) status: StatusCode,
    /// For programs and their authors, in English.
    pub(super) detail: String,
    /// For people.
    pub(super) complaint: Complaint,
    /// The parameter at fault.
    pub(super) parameter: Option<String>,
}

/// Who asked, and how.
pub(super) struct Asker<'r> {
    /// Whether the answer is for a program.
    pub(super) is_program: bool,
    /// Path of the request, without its query.
    pub(super) path: &'r str,
    /// The identity of the request.
    pub(super) request_id: &'r str,
    /// How the page is to be read.
    pub(super) view: View,
}

impl Problem {
    pub(super) fn new(status: StatusCode, detail: &str, complaint: Complaint) -> Problem {
        Problem { status, detail: detail.to_owned(), complaint, parameter: None }
    }

    /// A parameter that cannot be read as what it should be.
    pub(super) fn parameter(name: &str, detail: String, complaint: Complaint) -> Problem {
        let parameter = Some(name.to_owned());
        Problem { status: StatusCode::BAD_REQUEST, detail, complaint, parameter }
    }

    /// A query with too many characters.
    pub(super) fn too_long(limit: usize) -> Problem {
        Problem::parameter(
            "q",
            format!("`q` has more than {limit} characters"),
            Complaint::TooLong(limit),
        )
    }

    /// A page beyond what paging reaches.
    pub(super) fn too_deep(limit: usize) -> Problem {
        Problem::parameter(
            "page",
            format!("`page` × `per_page` is more than {limit}"),
            Complaint::TooDeep(limit),
        )
    }

    /// A division that is too large to be compared.
    pub(super) fn too_many(limit: usize) -> Problem {
        Problem::parameter(
            "division",
            format!("`division` has more than {limit} records"),
            Complaint::TooMany(limit),
        )
    }

    /// A list of pages that does not exist.
    pub(super) fn no_such_sitemap() -> Problem {
        Problem::new(StatusCode::NOT_FOUND, "no sitemap has this number", Complaint::NoSuchPage)
    }

    /// What needs whole addresses, on a server that does not know its own.
    pub(super) fn without_address() -> Problem {
        Problem::new(
            StatusCode::NOT_FOUND,
            "the operator has not told this server its address (`--base-url`)",
            Complaint::NoSuchPage,
        )
    }

    /// A record that does not exist.
    pub(super) fn no_such_record() -> Problem {
        Problem::new(StatusCode::NOT_FOUND, "no record has this id", Complaint::NoSuchRecord)
    }

    /// Originals that the operator keeps to themselves.
    pub(super) fn originals_not_served() -> Problem {
        Problem::new(
            StatusCode::FORBIDDEN,
            "this server does not hand out the files that records were read from",
            Complaint::OriginalsNotServed,
        )
    }

    /// A source that the record does not have, or whose file the index does not know.
    pub(super) fn no_such_original() -> Problem {
        Problem::new(
            StatusCode::NOT_FOUND,
            "the record has no such source, or its file is not one that was ingested here",
            Complaint::NoSuchOriginal,
        )
    }

    /// A file that is there no longer.
    pub(super) fn original_gone() -> Problem {
        Problem::new(
            StatusCode::GONE,
            "the file that the record was read from is no longer there",
            Complaint::OriginalGone,
        )
    }

    /// A file that is another than the record was read from.
    pub(super) fn original_changed() -> Problem {
        Problem::new(
            StatusCode::CONFLICT,
            "the file has changed since the record was read from it; ingest it again",
            Complaint::OriginalChanged,
        )
    }

    /// A file that is too large to be held in memory.
    pub(super) fn original_too_large() -> Problem {
        Problem::new(
            StatusCode::FORBIDDEN,
            "the file is larger than this server hands out",
            Complaint::OriginalTooLarge,
        )
    }

    /// A target longer than any that this server writes.
    pub(super) fn target_too_long(limit: usize) -> Problem {
        Problem::new(
            StatusCode::URI_TOO_LONG,
            &format!("the request target has more than {limit} bytes"),
            Complaint::TargetTooLong,
        )
    }

    /// A body, where none is read.
    pub(super) fn body_too_large(limit: u64) -> Problem {
        Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            &format!("the request body has more than {limit} bytes"),
            Complaint::BodyTooLarge,
        )
    }

    /// An index that is not open yet.
    pub(super) fn not_ready() -> Problem {
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "the index is not ready", Complaint::NotReady)
    }

    /// A server that has too much to do.
    pub(super) fn busy() -> Problem {
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "too many requests are waiting",
            Complaint::Busy,
        )
    }

    /// An answer that took too long.
    pub(super) fn late() -> Problem {
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "the answer took too long", Complaint::Late)
    }

    /// A fault of the server, described in its log and nowhere else.
    pub(super) fn internal() -> Problem {
        Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "the server met an error; its log has the details under this request id",
            Complaint::Internal,
        )
    }

    /// The whole response.
    pub(super) fn render(&self, asker: &Asker<'_>) -> Response {
        let (kind, body) = if asker.is_program {
            ("application/problem+json", self.json(asker))
        } else {
            ("text/html; charset=utf-8", self.page(asker))
        };
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::VARY, HeaderValue::from_static("Accept"));
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, RETRY_AFTER);
        }
        if self.status == StatusCode::METHOD_NOT_ALLOWED {
            headers.insert(header::ALLOW, ALLOW);
        }
        response
    }

    fn json(&self, asker: &Asker<'_>) -> String {
        let body = ProblemBody {
            kind: "about:blank",
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            detail: &self.detail,
            instance: asker.path,
            request_id: asker.request_id,
            parameter: self.parameter.as_deref(),
        };
        serde_json::to_string(&body).expect("strings and numbers are JSON")
    }

    fn page(&self, asker: &Asker<'_>) -> String {
        let frame = Frame::without_address(asker.view);
        let texts = &frame.t.problem;
        let page = ProblemPage {
            title: (texts.title)(&self.complaint),
            sentence: (texts.sentence)(&self.complaint),
            is_fault: self.status.is_server_error(),
            request_id: asker.request_id,
            frame,
        };
        page.render().unwrap_or_else(|_| (texts.sentence)(&self.complaint))
    }
}

/// The body of a problem, in the words of RFC 9457.
#[derive(Serialize)]
struct ProblemBody<'p> {
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    status: u16,
    detail: &'p str,
    instance: &'p str,
    request_id: &'p str,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<&'p str>,
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage<'p> {
    frame: Frame<'static>,
    title: &'static str,
    sentence: String,
    /// Whether a person may want to tell somebody about it.
    is_fault: bool,
    request_id: &'p str,
}

impl IntoResponse for Problem {
    /// A response that has only the status; the problem travels along to where it is rendered.
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<Unfinished> for Problem {
    fn from(unfinished: Unfinished) -> Problem {
        match unfinished {
            Unfinished::Busy => Problem::busy(),
            Unfinished::Late => Problem::late(),
            Unfinished::Panicked(message) => {
                tracing::error!(message, "a search panicked");
                Problem::internal()
            }
        }
    }
}

impl From<QueryError> for Problem {
    fn from(error: QueryError) -> Problem {
        match error {
            QueryError::TooLong { limit } => Problem::too_long(limit),
            QueryError::TooDeep { limit } => Problem::too_deep(limit),
            QueryError::TooMany { limit } => Problem::too_many(limit),
            QueryError::TimedOut { .. } => Problem::late(),
            QueryError::Index(_) => {
                tracing::error!(%error, "a search failed");
                Problem::internal()
            }
        }
    }
}

/// Answers whatever no route knows.
pub(super) async fn not_found() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "nothing is served at this path", Complaint::NoSuchPage)
}

/// Answers methods that no route knows.
pub(super) async fn method_not_allowed() -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "only GET and HEAD are served",
        Complaint::WrongMethod,
    )
}

/// Answers a request whose handler panicked.
#[expect(clippy::needless_pass_by_value, reason = "the shape that the panic layer asks for")]
pub(super) fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!(message = panic_message(panic.as_ref()), "a handler panicked");
    Problem::internal().into_response()
}

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

use super::asset;
use super::wording;
use super::workers::Unfinished;
use super::workers::panic_message;
use crate::query::QueryError;
use crate::query::SearchRequest;

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
    /// For people, in Japanese.
    pub(super) sentence: String,
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
}

impl Problem {
    pub(super) fn new(status: StatusCode, detail: &str, sentence: &str) -> Problem {
        Problem {
            status,
            detail: detail.to_owned(),
            sentence: sentence.to_owned(),
            parameter: None,
        }
    }

    /// A parameter that cannot be read as what it should be.
    pub(super) fn parameter(name: &str, detail: String, sentence: String) -> Problem {
        let parameter = Some(name.to_owned());
        Problem { status: StatusCode::BAD_REQUEST, detail, sentence, parameter }
    }

    /// A query with too many characters.
    pub(super) fn too_long(limit: usize) -> Problem {
        Problem::parameter(
            "q",
            format!("`q` has more than {limit} characters"),
            format!("検索のことばは{limit}文字までです。短くしてもう一度お試しください。"),
        )
    }

    /// A page beyond what paging reaches.
    pub(super) fn too_deep(limit: usize) -> Problem {
        Problem::parameter(
            "page",
            format!("`page` × `per_page` is more than {limit}"),
            format!(
                "ページをめくって見られるのは{}件目までです。条件を加えて絞り込んでください。",
                wording::grouped(limit)
            ),
        )
    }

    /// A division that is too large to be compared.
    pub(super) fn too_many(limit: usize) -> Problem {
        Problem::parameter(
            "division",
            format!("`division` has more than {limit} records"),
            format!(
                "一度に比べられるのは{}件までです。もっと小さい部署を選んでください。",
                wording::grouped(limit)
            ),
        )
    }

    /// A record that does not exist.
    pub(super) fn no_such_record() -> Problem {
        Problem::new(
            StatusCode::NOT_FOUND,
            "no record has this id",
            "この取組は見つかりませんでした。アドレスをお確かめください。",
        )
    }

    /// Originals that the operator keeps to themselves.
    pub(super) fn originals_not_served() -> Problem {
        Problem::new(
            StatusCode::FORBIDDEN,
            "this server does not hand out the files that records were read from",
            "このサーバーでは、もとの資料を配布していません。取組のページの出典をご覧ください。",
        )
    }

    /// A source that the record does not have, or whose file the index does not know.
    pub(super) fn no_such_original() -> Problem {
        Problem::new(
            StatusCode::NOT_FOUND,
            "the record has no such source, or its file is not one that was ingested here",
            "この取組のもとの資料は、このサーバーにはありません。取組のページの出典をご覧ください。",
        )
    }

    /// A file that is there no longer.
    pub(super) fn original_gone() -> Problem {
        Problem::new(
            StatusCode::GONE,
            "the file that the record was read from is no longer there",
            "もとの資料は、取り込んだあとに移されたか、削除されました。取組のページの出典をご覧ください。",
        )
    }

    /// A file that is another than the record was read from.
    pub(super) fn original_changed() -> Problem {
        Problem::new(
            StatusCode::CONFLICT,
            "the file has changed since the record was read from it; ingest it again",
            "もとの資料は、取り込んだあとに書き換えられています。ちがう内容をお見せしないよう、表示を止めました。",
        )
    }

    /// A file that is too large to be held in memory.
    pub(super) fn original_too_large() -> Problem {
        Problem::new(
            StatusCode::FORBIDDEN,
            "the file is larger than this server hands out",
            "もとの資料が大きすぎるため、ここからは配布していません。取組のページの出典をご覧ください。",
        )
    }

    /// A target longer than any that this server writes.
    pub(super) fn target_too_long(limit: usize) -> Problem {
        Problem::new(
            StatusCode::URI_TOO_LONG,
            &format!("the request target has more than {limit} bytes"),
            "アドレスが長すぎます。検索のことばや条件を減らしてください。",
        )
    }

    /// A body, where none is read.
    pub(super) fn body_too_large(limit: u64) -> Problem {
        Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            &format!("the request body has more than {limit} bytes"),
            "送られたデータが大きすぎます。",
        )
    }

    /// An index that is not open yet.
    pub(super) fn not_ready() -> Problem {
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "the index is not ready",
            "検索の準備をしています。しばらくしてからもう一度お試しください。",
        )
    }

    /// A server that has too much to do.
    pub(super) fn busy() -> Problem {
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "too many requests are waiting",
            "ただいま混み合っています。しばらくしてからもう一度お試しください。",
        )
    }

    /// An answer that took too long.
    pub(super) fn late() -> Problem {
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "the answer took too long",
            "検索に時間がかかりすぎたため、中止しました。ことばや条件を変えてお試しください。",
        )
    }

    /// A fault of the server, described in its log and nowhere else.
    pub(super) fn internal() -> Problem {
        Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "the server met an error; its log has the details under this request id",
            "サーバーの中で問題が起きました。もう一度お試しになり、続くときは管理者へお知らせください。",
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
        let page = ProblemPage {
            style: asset::style_url(),
            q: "",
            title: page_title(self.status),
            sentence: &self.sentence,
            is_fault: self.status.is_server_error(),
            request_id: asker.request_id,
            max_chars: SearchRequest::MAX_QUERY_CHARS,
        };
        page.render().unwrap_or_else(|_| self.sentence.clone())
    }
}

/// What stands above the sentence of an error page.
fn page_title(status: StatusCode) -> &'static str {
    match status {
        StatusCode::BAD_REQUEST => "この条件では検索できません",
        StatusCode::NOT_FOUND => "ページが見つかりません",
        StatusCode::FORBIDDEN | StatusCode::CONFLICT | StatusCode::GONE => {
            "もとの資料を表示できません"
        }
        StatusCode::METHOD_NOT_ALLOWED => "この方法では使えません",
        StatusCode::PAYLOAD_TOO_LARGE => "データが大きすぎます",
        StatusCode::URI_TOO_LONG => "アドレスが長すぎます",
        StatusCode::SERVICE_UNAVAILABLE => "いまは検索できません",
        _ => "問題が起きました",
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
    style: &'static str,
    q: &'static str,
    title: &'static str,
    sentence: &'p str,
    /// Whether a person may want to tell somebody about it.
    is_fault: bool,
    request_id: &'p str,
    max_chars: usize,
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
    Problem::new(
        StatusCode::NOT_FOUND,
        "nothing is served at this path",
        "お探しのページはありません。アドレスが変わったか、まちがっているかもしれません。",
    )
}

/// Answers methods that no route knows.
pub(super) async fn method_not_allowed() -> Problem {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "only GET and HEAD are served",
        "このページは、見ること（GET）だけができます。",
    )
}

/// Answers a request whose handler panicked.
#[expect(clippy::needless_pass_by_value, reason = "the shape that the panic layer asks for")]
pub(super) fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!(message = panic_message(panic.as_ref()), "a handler panicked");
    Problem::internal().into_response()
}

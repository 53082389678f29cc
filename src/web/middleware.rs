//! Around every request: its id, its security headers, its line in the access log, its metrics, and errors in the
//! form the asker understands (a page or problem+json).

use std::time::Duration;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, HttpResponseBuilder};

use super::ask::OnlyHead;
use super::errors::Problem;
use super::refused_readings::logged_path;
use super::shell::{self, Page};
use super::site::came_from;
use super::{App, credentials, sending, system};
use crate::error::{Error, Refusal};
use crate::ids;
use crate::limits;
use crate::session;
use crate::who::Actor;

/// The id of a request: taken from a proxy's `X-Request-Id`, else fresh.
#[derive(Clone)]
pub struct RequestId(pub String);

pub fn request_id(req: &HttpRequest) -> String {
    req.extensions()
        .get::<RequestId>()
        .map(|id| id.0.clone())
        .unwrap_or_default()
}

const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'";

/// `HEAD` is answered as `GET` is, but for the body. What was asked with.
fn as_get(req: &mut ServiceRequest) -> Method {
    let method = req.method().clone();
    if method == Method::HEAD {
        req.head_mut().method = Method::GET;
        req.extensions_mut().insert(OnlyHead);
    }
    method
}

pub async fn around(
    mut req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let started = std::time::Instant::now();
    let method = as_get(&mut req);
    sending::in_time(&mut req);
    let id = given_id(req.request()).unwrap_or_else(ids::random_hex);
    req.extensions_mut().insert(RequestId(id.clone()));
    // No clone of the request may be alive while it is routed. Errors of handlers and extractors come back as responses;
    // what is an error here is the transport's.
    let mut response = if req.path().contains("%00") {
        // No address of ours has a NUL character in it, and no database looks one up.
        let (request, _) = req.into_parts();
        ServiceResponse::new(request, HttpResponse::from_error(Error::NotFound))
    } else {
        next.call(req).await?.map_into_boxed_body()
    };
    let request = response.request().clone();
    let actor = asking(&request, &response).await;
    if let Some(shown) = shown_error(&request, &response, &id, &actor) {
        response = ServiceResponse::new(request.clone(), shown);
    }
    let headers = response.headers_mut();
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), microphone=(), geolocation=()",
        ),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        headers.insert(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(CSP),
        );
    }
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert(HeaderName::from_static("x-request-id"), value);
    }
    let pattern = request
        .match_pattern()
        .unwrap_or_else(|| "(none)".to_owned());
    let elapsed = started.elapsed();
    system::observe(
        method.as_str(),
        &pattern,
        response.status().as_u16(),
        elapsed,
    );
    if pattern != "/healthz" {
        log_access(&method, &pattern, &response, elapsed, &id);
    }
    sending::untold(&mut response);
    Ok(match method {
        Method::HEAD => sending::without_body(response),
        _ => sending::in_pieces(response),
    })
}

/// One line a request: for people in its words, for programs also in its fields. Whoever votes, complains, or objects
/// without a name is nobody, from nowhere.
fn log_access(
    method: &Method,
    pattern: &str,
    response: &ServiceResponse<BoxBody>,
    elapsed: Duration,
    id: &str,
) {
    let request = response.request();
    let path = logged_path(request, pattern);
    let status = response.status().as_u16();
    let ms = (elapsed.as_secs_f64() * 10_000.0).round() / 10.0;
    let who = credentials::read_credentials(request).unwrap_or_default();
    let unnamed = ["/vote/", "/box", "/public/complaints"]
        .iter()
        .any(|nobody| pattern.contains(nobody))
        || (who.account().is_none() && pattern.contains("objections"));
    let (account, client) = match unnamed {
        true => (None, None),
        false => (who.account(), limits::client(request)),
    };
    let account = account.unwrap_or("-");
    let client = client.map_or_else(|| "-".to_owned(), |client| client.to_string());
    log::info!(
        target: "biaogan::access",
        method = method.as_str(), path = path.as_str(), status, ms, client = client.as_str(), account, request_id = id;
        "{method} {path} {status} {ms:.1}ms {client} {account} {id}"
    );
}

fn given_id(req: &HttpRequest) -> Option<String> {
    let id = req.headers().get("x-request-id")?.to_str().ok()?;
    let sound = (8..=64).contains(&id.len())
        && id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    sound.then(|| id.to_owned())
}

/// Who sees an error's page: somebody logged in keeps their own frame.
async fn asking(req: &HttpRequest, response: &ServiceResponse<BoxBody>) -> Actor {
    let status = response.status();
    // Where the database does not answer, nobody asks it once more who this is.
    if !(status.is_client_error() || status.is_server_error())
        || status == StatusCode::SERVICE_UNAVAILABLE
        || req.path().starts_with("/api/")
    {
        return Actor::Visitor;
    }
    let (Some(app), Ok(who)) = (
        req.app_data::<Data<App>>(),
        super::credentials::read_credentials(req),
    ) else {
        return Actor::Visitor;
    };
    if who.claims.is_none() {
        return Actor::Visitor;
    }
    app.db
        .read(move |c| session::resolve(c, &who))
        .await
        .unwrap_or(Actor::Visitor)
}

/// The error behind a response, as page or problem+json; None if there is none.
fn shown_error(
    req: &HttpRequest,
    response: &ServiceResponse<BoxBody>,
    id: &str,
    actor: &Actor,
) -> Option<HttpResponse> {
    let status = response.status();
    if let Some(error) = response.response().error() {
        if let Some(ours) = error.as_error::<Error>() {
            if let Error::Internal(cause) = ours {
                let path = logged_path(req, &req.match_pattern().unwrap_or_default());
                log::error!("{} {path} failed: {cause:#} ({id})", req.method());
            }
            return Some(show(req, ours, id, actor));
        }
        let theirs = match status.as_u16() {
            404 => Error::NotFound,
            413 => Error::TooLarge(Refusal::new("body_too_large", "提交的内容过大。")),
            415 => Error::UnsupportedMedia(Refusal::new(
                "unsupported_media_type",
                "不支持这种内容类型。",
            )),
            400..=499 => Error::BadRequest(Refusal::new("bad_request", "请求无法处理。")),
            _ => {
                let path = logged_path(req, &req.match_pattern().unwrap_or_default());
                log::error!("{} {path} failed: {error} ({id})", req.method());
                Error::Internal(anyhow::anyhow!("{error}"))
            }
        };
        return Some(show(req, &theirs, id, actor));
    }
    match status.as_u16() {
        // Actix's own answers for what no route matched.
        404 if response.headers().get(header::CONTENT_TYPE).is_none() => {
            Some(show(req, &Error::NotFound, id, actor))
        }
        405 => {
            let mut shown = show(
                req,
                &Error::BadRequest(Refusal::new("method_not_allowed", "这个地址不支持该操作。")),
                id,
                actor,
            );
            *shown.status_mut() = status;
            let allow = response.headers().get(header::ALLOW);
            if let Some(allow) = allow.and_then(|allow| allow.to_str().ok())
                && let Ok(allow) = HeaderValue::from_str(&allow.replace("GET", "GET, HEAD"))
            {
                shown.headers_mut().insert(header::ALLOW, allow);
            }
            Some(shown)
        }
        _ => None,
    }
}

/// One error, as the asker understands it.
pub fn show(req: &HttpRequest, error: &Error, id: &str, actor: &Actor) -> HttpResponse {
    let mut response = HttpResponse::build(error.status());
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    if let Some(seconds) = error.retry_after() {
        response.insert_header((header::RETRY_AFTER, seconds.to_string()));
    }
    if matches!(error, Error::Unauthorized(_)) && req.path().starts_with("/api/") {
        response.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
    }
    if req.path().starts_with("/api/") || wants_json(req) {
        let mut problem = Problem::new(error, id);
        if problem.code == "method_not_allowed" {
            problem.status = 405;
            problem.title = "Method Not Allowed".to_owned();
        }
        return response
            .content_type("application/problem+json")
            .body(serde_json::to_string(&problem).unwrap_or_default());
    }
    if matches!(error, Error::Unauthorized(_)) && req.method().is_safe() && req.path() != "/login" {
        let next: String =
            form_urlencoded::byte_serialize(req.uri().to_string().as_bytes()).collect();
        return super::see_other(format!("/login?next={next}"), "");
    }
    if error.refusal().code == session::CHANGE_FIRST {
        return super::see_other("/account", "");
    }
    show_page(req, error, id, actor, response)
}

fn wants_json(req: &HttpRequest) -> bool {
    req.headers()
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|accept| {
            accept.starts_with("application/json") || accept.starts_with("application/problem+json")
        })
}

fn show_page(
    req: &HttpRequest,
    error: &Error,
    id: &str,
    actor: &Actor,
    mut response: HttpResponseBuilder,
) -> HttpResponse {
    let refusal = error.refusal();
    let title = match error {
        Error::NotFound => "没有找到",
        Error::Unauthorized(_) => "请先登录",
        Error::Forbidden(_) => "这一步不由您办理",
        Error::Conflict(_) => "现在还不能这样做",
        Error::Internal(_) | Error::Busy => "系统暂时不可用",
        Error::BadRequest(_)
        | Error::PreconditionRequired
        | Error::Invalid(_)
        | Error::TooLarge(_)
        | Error::UnsupportedMedia(_)
        | Error::TooMany(_) => "没有成功",
    };
    let mut details = Vec::new();
    for (name, messages) in error.fields().into_iter().flatten() {
        details.extend(messages.iter().map(|message| format!("{name}：{message}")));
    }
    let back = came_from(req).unwrap_or_else(|| "/".to_owned());
    let page = Page::new("shell/error.html")
        .with("status", &error.status().as_u16())
        .with("title", title)
        .with("detail", &refusal.reason)
        .with("remedy", &refusal.remedy)
        .with("details", &details)
        .with("request_id", id)
        .with("back", &back);
    let rendered = req
        .app_data::<Data<App>>()
        .ok_or_else(|| Error::Internal(anyhow::anyhow!("no app")))
        .and_then(|app| shell::render(app, actor, req.path(), Vec::new(), page));
    response.content_type("text/html; charset=utf-8");
    match rendered {
        Ok(html) => response.body(html),
        Err(cause) => {
            log::error!("cannot render the error page: {cause}");
            response.body(format!(
                "<!doctype html><title>{title}</title><p>{}</p><p>{id}</p>",
                refusal.reason
            ))
        }
    }
}

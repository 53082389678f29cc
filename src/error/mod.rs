//! The one error of the service, and the refusal: a rule's "no" as data.
//!
//! | variant | HTTP | when |
//! |---|---|---|
//! | `NotFound` | 404 | there is no such thing, or the asker may not know of it |
//! | `Unauthorized` | 401 | nobody is logged in |
//! | `BadRequest` | 400 | the request itself cannot be read |
//! | `Forbidden` | 403 | known, but not this person's to do |
//! | `Conflict` | 409 | the state or the version says no |
//! | `PreconditionRequired` | 428 | an edit without `If-Match` |
//! | `Invalid` | 422 | a field is wrong |
//! | `TooLarge`, `UnsupportedMedia`, `TooMany`, `Busy` | 413, 415, 429, 503 | |
//! | `Internal` | 503 | what it runs on is at fault and that passes: a full disk, a database that restarts ([`Error::passes`]) |
//! | `Internal` | 500 | our fault; the cause is logged once, the page shows the request id |

mod passing;

use std::collections::BTreeMap;

use actix_web::http::StatusCode;

use crate::trail::Event;

pub use passing::Passing;
use passing::passes;

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Field name (`targets[0][unit]` for nested ones) to what is wrong with it, in Chinese.
pub type FieldErrors = BTreeMap<String, Vec<String>>;

/// Says what is wrong with a field, beside what was said of it before.
pub fn note(faults: &mut FieldErrors, field: &str, fault: &str) {
    let said = faults.entry(field.to_owned()).or_default();
    said.push(fault.to_owned());
}

/// Refused where anything is wrong.
pub fn sound(faults: FieldErrors) -> Result<()> {
    if faults.is_empty() {
        return Ok(());
    }
    Err(Error::Invalid(faults))
}

/// Why something may not be done now, and what would change that.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Refusal {
    /// Stable, for programs.
    pub code: &'static str,
    /// For people: one sentence.
    pub reason: String,
    /// What would change it: the date, the person, the step before. May be empty.
    pub remedy: String,
    /// A refusal that matters to fairness or security is an audit event of its own.
    #[serde(skip)]
    pub noted: Option<Box<Event>>,
}

impl Refusal {
    pub fn new(code: &'static str, reason: impl Into<String>) -> Self {
        Self {
            code,
            reason: reason.into(),
            remedy: String::new(),
            noted: None,
        }
    }

    #[must_use]
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = remedy.into();
        self
    }

    /// Has the refused attempt itself recorded in the audit trail.
    #[must_use]
    pub fn noted(mut self, event: Event) -> Self {
        self.noted = Some(Box::new(event));
        self
    }
}

#[derive(Debug)]
pub enum Error {
    NotFound,
    Unauthorized(Refusal),
    BadRequest(Refusal),
    Forbidden(Refusal),
    Conflict(Refusal),
    PreconditionRequired,
    Invalid(FieldErrors),
    TooLarge(Refusal),
    UnsupportedMedia(Refusal),
    /// Seconds to wait.
    TooMany(u64),
    /// The writer's queue is full.
    Busy,
    Internal(anyhow::Error),
}

impl Error {
    pub fn field(name: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid(BTreeMap::from([(name.into(), vec![message.into()])]))
    }

    /// What a field names is not there. Whatever else went wrong is none of the field's.
    pub fn unless_there(self, name: &str, words: &str) -> Self {
        match matches!(self, Self::NotFound) {
            true => Self::field(name, words),
            false => self,
        }
    }

    pub fn forbidden(code: &'static str, reason: impl Into<String>) -> Self {
        Self::Forbidden(Refusal::new(code, reason))
    }

    pub fn conflict(code: &'static str, reason: impl Into<String>) -> Self {
        Self::Conflict(Refusal::new(code, reason))
    }

    /// Somebody else changed it first.
    pub fn stale() -> Self {
        Self::Conflict(
            Refusal::new(
                "version_conflict",
                "这份内容在您打开之后已被别人修改，您的修改没有保存。",
            )
            .remedy("请对照最新内容后再保存。"),
        )
    }

    pub fn unauthorized() -> Self {
        Self::Unauthorized(Refusal::new("unauthorized", "请先登录。"))
    }

    /// Whether it may be carried out a little later, although nothing is wrong with it and nobody changes anything.
    pub fn passes(&self) -> bool {
        self.status() == StatusCode::SERVICE_UNAVAILABLE
    }

    /// Seconds after which to try again, where that helps.
    pub fn retry_after(&self) -> Option<u64> {
        if let Self::TooMany(seconds) = self {
            return Some(*seconds);
        }
        self.passes()
            .then_some(if matches!(self, Self::Busy) { 2 } else { 5 })
    }

    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Unauthorized(_) => StatusCode::UNAUTHORIZED,
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::Forbidden(_) => StatusCode::FORBIDDEN,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::PreconditionRequired => StatusCode::PRECONDITION_REQUIRED,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMedia(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(cause) if passes(cause) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// What to tell the asker: the refusal inside, or the words for the variant.
    pub fn refusal(&self) -> Refusal {
        match self {
            Self::Unauthorized(r)
            | Self::BadRequest(r)
            | Self::Forbidden(r)
            | Self::Conflict(r)
            | Self::TooLarge(r)
            | Self::UnsupportedMedia(r) => r.clone(),
            Self::NotFound => {
                Refusal::new("not_found", "没有找到这个页面或内容，也可能您无权查看。")
                    .remedy("请检查地址，或从首页重新进入。")
            }
            Self::PreconditionRequired => {
                Refusal::new("if_match_required", "修改时必须带 If-Match。")
                    .remedy("请先读取，再以其 ETag 作为 If-Match 提交。")
            }
            Self::Invalid(_) => Refusal::new("invalid", "有内容填写不正确，什么都没有改动。")
                .remedy("请按提示修改后重新提交。"),
            Self::TooMany(seconds) => Refusal::new("too_many_requests", "操作过于频繁。")
                .remedy(format!("请在 {seconds} 秒后再试。")),
            Self::Busy => {
                Refusal::new("busy", "系统繁忙，您的操作没有保存。").remedy("请稍后再试。")
            }
            Self::Internal(cause) if matches!(cause.downcast_ref(), Some(Passing::Unknown(_))) => {
                Refusal::new(
                    "outcome_unknown",
                    "系统没有等到数据库的答复，不能确定您的操作是否已经保存。",
                )
                .remedy("请稍后打开有关页面核对，再决定是否重做。")
            }
            Self::Internal(cause) if passes(cause) => {
                Refusal::new("unavailable", "系统暂时不能读写数据，您的操作没有保存。")
                    .remedy("请稍后再试；若仍不行，请把页面上的编号告诉系统管理员。")
            }
            Self::Internal(_) => Refusal::new("internal", "系统出了问题，您的操作没有保存。")
                .remedy("请稍后再试；若仍不行，请把页面上的编号告诉系统管理员。"),
        }
    }

    pub fn fields(&self) -> Option<&FieldErrors> {
        match self {
            Self::Invalid(fields) => Some(fields),
            Self::NotFound
            | Self::Unauthorized(_)
            | Self::BadRequest(_)
            | Self::Forbidden(_)
            | Self::Conflict(_)
            | Self::PreconditionRequired
            | Self::TooLarge(_)
            | Self::UnsupportedMedia(_)
            | Self::TooMany(_)
            | Self::Busy
            | Self::Internal(_) => None,
        }
    }

    /// The audit event this refusal asks for, if any.
    pub fn noted(&self) -> Option<&Event> {
        match self {
            Self::Unauthorized(r) | Self::Forbidden(r) | Self::Conflict(r) => r.noted.as_deref(),
            Self::NotFound
            | Self::BadRequest(_)
            | Self::PreconditionRequired
            | Self::Invalid(_)
            | Self::TooLarge(_)
            | Self::UnsupportedMedia(_)
            | Self::TooMany(_)
            | Self::Busy
            | Self::Internal(_) => None,
        }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Internal(cause) => write!(f, "internal error: {cause:#}"),
            Self::Invalid(fields) => write!(f, "invalid fields: {fields:?}"),
            Self::NotFound
            | Self::Unauthorized(_)
            | Self::BadRequest(_)
            | Self::Forbidden(_)
            | Self::Conflict(_)
            | Self::PreconditionRequired
            | Self::TooLarge(_)
            | Self::UnsupportedMedia(_)
            | Self::TooMany(_)
            | Self::Busy => {
                let refusal = self.refusal();
                write!(f, "{}: {}", refusal.code, refusal.reason)
            }
        }
    }
}

impl std::error::Error for Error {}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        if matches!(error, diesel::result::Error::NotFound) {
            Self::NotFound
        } else {
            Self::Internal(error.into())
        }
    }
}

impl From<anyhow::Error> for Error {
    fn from(error: anyhow::Error) -> Self {
        Self::Internal(error)
    }
}

impl From<Refusal> for Error {
    /// A rule's refusal is a conflict with the present state; permission refusals are made `Forbidden` by `policy`.
    fn from(refusal: Refusal) -> Self {
        Self::Conflict(refusal)
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Internal(error.into())
    }
}

impl From<tera::Error> for Error {
    fn from(error: tera::Error) -> Self {
        Self::Internal(anyhow::anyhow!("{error:?}"))
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::Internal(error.into())
    }
}

impl actix_web::ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        self.status()
    }
    // The body is made by `web::middleware`, which knows whether a page or a program asked.
}

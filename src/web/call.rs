//! What a program sends: JSON bodies, `If-Match` and `Idempotency-Key`.

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest};
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest, Sha256};
use validator::Validate;

use super::credentials::read_credentials;
use super::{errors, strict};
use crate::error::{Error, Refusal, Result};
use crate::session::Who;

/// Longest JSON or form body, in bytes.
pub const BODY_LIMIT: usize = 2 * 1024 * 1024;

/// A body with nothing in it: `{}` or none at all.
#[derive(Debug, Clone, Default, Deserialize, serde::Serialize, Validate, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Empty {}

/// One API call: credentials, validated body, and the headers that make it safe to repeat.
pub struct Call<T> {
    pub who: Who,
    pub input: T,
    pub if_match: IfMatch,
    pub idempotency_key: Option<String>,
    /// SHA-256 over method, path and body.
    pub digest: String,
}

impl<T> Call<T> {
    /// What it may come again as.
    pub fn asked(&self) -> Asked {
        Asked::by_call(self.idempotency_key.clone(), self.digest.clone())
    }
}

impl<T: DeserializeOwned + Validate + 'static> FromRequest for Call<T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let req = req.clone();
        let mut payload = payload.take();
        Box::pin(async move {
            let who = read_credentials(&req)?;
            let body = read_body(&mut payload).await?;
            let idempotency_key = idempotency_key(&req)?;
            let if_match = if_match(&req)?;
            let digest = digest(&req, &body);
            let input = Body::new(&req, body).read()?;
            Ok(Self {
                who,
                input,
                if_match,
                idempotency_key,
                digest,
            })
        })
    }
}

/// SHA-256 over method, path and body: the same call again has the same one.
pub fn digest(req: &HttpRequest, body: &[u8]) -> String {
    let mut hash = Sha256::new();
    hash.update(req.method().as_str());
    hash.update(req.path());
    hash.update(body);
    hash.finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

pub async fn read_body(payload: &mut Payload) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| {
            log::debug!("a body broke off: {error}");
            Error::BadRequest(Refusal::new(
                "unreadable_body",
                "请求没有传完，或无法读取。",
            ))
        })?;
        if body.len() + chunk.len() > BODY_LIMIT {
            return Err(Error::TooLarge(Refusal::new(
                "body_too_large",
                "提交的内容超过 2 MB。",
            )));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// What a program sent, before it is read.
#[derive(Debug, Clone)]
pub struct Body {
    pub bytes: Vec<u8>,
    /// Nothing at all, or JSON by its own word.
    json: bool,
}

impl Body {
    pub fn new(req: &HttpRequest, bytes: Vec<u8>) -> Self {
        let kind = req
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split(';').next())
            .map(|kind| kind.trim().to_ascii_lowercase());
        let json = match kind.as_deref() {
            None => bytes.is_empty(),
            Some(kind) => kind == "application/json",
        };
        Self { bytes, json }
    }

    /// A field `version` at the top: some bodies name what they were made on.
    pub fn version(&self) -> Option<i64> {
        #[derive(Deserialize)]
        struct Named {
            version: Option<i64>,
        }
        serde_json::from_slice::<Named>(&self.bytes).ok()?.version
    }

    pub fn read<T: DeserializeOwned + Validate>(&self) -> Result<T> {
        if !self.json {
            return Err(Error::UnsupportedMedia(
                Refusal::new("json_required", "请求正文须为 JSON。")
                    .remedy("请设置 Content-Type: application/json。"),
            ));
        }
        from_json(if self.bytes.is_empty() {
            b"{}"
        } else {
            &self.bytes
        })
    }
}

/// A JSON object as it is read everywhere: unknown fields, control characters and broken rules are told by field.
pub fn from_json<T: DeserializeOwned + Validate>(body: &[u8]) -> Result<T> {
    let input = typed(object(body)?)?;
    valid(input)
}

/// The object with its texts cleaned. A list would fill the fields in their order; nobody means that.
fn object(body: &[u8]) -> Result<Value> {
    match strict::read(body).map_err(|broken| malformed(&broken))? {
        Ok(Value::Object(fields)) => Ok(Value::Object(fields)),
        Ok(_) => Err(Error::field("body", "请求正文须为一个 JSON 对象。")),
        Err(fault) => Err(match fault.kind {
            strict::Kind::GivenTwice => Error::field(fault.field, "这一项重复了。"),
            strict::Kind::ControlCharacter => errors::unseen(&fault.field),
        }),
    }
}

fn typed<T: DeserializeOwned>(object: Value) -> Result<T> {
    serde_path_to_error::deserialize(object).map_err(|error| {
        Error::Invalid(errors::from_serde(
            &error.path().to_string(),
            &error.inner().to_string(),
        ))
    })
}

/// Held against its own rules.
pub fn valid<T: Validate>(input: T) -> Result<T> {
    match input.validate() {
        Ok(()) => Ok(input),
        Err(found) => Err(Error::Invalid(errors::from_validator(&found))),
    }
}

fn malformed(error: &serde_json::Error) -> Error {
    Error::BadRequest(Refusal::new(
        "malformed_json",
        format!(
            "JSON 无法解析，错在第 {} 行第 {} 列。",
            error.line(),
            error.column()
        ),
    ))
}

pub fn idempotency_key(req: &HttpRequest) -> Result<Option<String>> {
    let Some(value) = req.headers().get("Idempotency-Key") else {
        return Ok(None);
    };
    match value.to_str() {
        Ok(key) if (1..=128).contains(&key.len()) => Ok(Some(key.to_owned())),
        Ok(_) | Err(_) => Err(Error::BadRequest(Refusal::new(
            "bad_idempotency_key",
            "Idempotency-Key 须为 1 到 128 个可见字符。",
        ))),
    }
}

/// The version an edit was made on.
#[derive(Debug, Clone, Copy, Default)]
pub struct IfMatch(pub Option<i64>);

impl IfMatch {
    /// Edits by API must carry it.
    pub fn required(self) -> Result<i64> {
        self.0.ok_or(Error::PreconditionRequired)
    }
}

/// `"v7"`, the ETag of version 7.
pub fn etag(version: i64) -> String {
    format!("\"v{version}\"")
}

/// The version named by the request, if it names one.
pub fn if_match(req: &HttpRequest) -> Result<IfMatch> {
    let Some(value) = req.headers().get(header::IF_MATCH) else {
        return Ok(IfMatch(None));
    };
    let version = value.to_str().ok().and_then(|text| {
        text.trim()
            .strip_prefix("\"v")?
            .strip_suffix('"')?
            .parse()
            .ok()
    });
    match version {
        Some(version) => Ok(IfMatch(Some(version))),
        // An ETag we never gave cannot match.
        None => Err(Error::stale()),
    }
}

/// What a command may come again as, and the digest that tells it from another.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    pub(super) key: Option<String>,
    pub(super) digest: String,
}

impl Asked {
    /// By a program: its key stands for one request, another with the same key is refused.
    pub fn by_call(key: Option<String>, digest: String) -> Self {
        Self { key, digest }
    }

    /// By a program that sends a form.
    #[must_use]
    pub fn called(self, key: Option<String>) -> Self {
        Self { key, ..self }
    }

    /// By a form: whoever writes something else on the same page means something else.
    pub fn by_form(req: &HttpRequest, key: Option<String>, pairs: &[(String, String)]) -> Self {
        let words = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish();
        let digest = digest(req, words.as_bytes());
        let key = key
            .filter(|key| (1..=128).contains(&key.len()))
            .map(|key| format!("form:{key}:{digest}"));
        Self { key, digest }
    }
}

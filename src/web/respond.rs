//! From a room's answer to an HTTP response: pages, redirects, JSON, and commands that are safe to repeat.

use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use serde_json::Value;

use super::call::{Call, etag};
use super::shell::{self, Flash, Page};
use super::{App, credentials};
use crate::audit;
use crate::clock::{self, Instant};
use crate::crypto;
use crate::crypto::Key;
use crate::db::schema::idempotency_keys;
use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
use crate::ids::UserId;
use crate::session;
use crate::session::Who;
use crate::who::Actor;

const FLASH: &str = "flash";

/// What an API call answers.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    /// The subject's version, shown as ETag.
    pub version: Option<i64>,
    pub location: Option<String>,
    pub body: Value,
}

impl Reply {
    pub fn ok<T: Serialize>(body: &T) -> Result<Self> {
        Ok(Self {
            status: 200,
            version: None,
            location: None,
            body: serde_json::to_value(body)?,
        })
    }

    pub fn created<T: Serialize>(location: String, body: &T) -> Result<Self> {
        Ok(Self {
            status: 201,
            location: Some(location),
            ..Self::ok(body)?
        })
    }

    pub fn no_content() -> Self {
        Self {
            status: 204,
            version: None,
            location: None,
            body: Value::Null,
        }
    }

    #[must_use]
    pub fn version(mut self, version: i64) -> Self {
        self.version = Some(version);
        self
    }

    pub fn into_response(self) -> HttpResponse {
        let mut response =
            HttpResponse::build(StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK));
        response.insert_header((header::CACHE_CONTROL, "no-store"));
        if let Some(version) = self.version {
            response.insert_header((header::ETAG, etag(version)));
        }
        if let Some(location) = self.location {
            response.insert_header((header::LOCATION, location));
        }
        if self.status == 204 {
            response.finish()
        } else {
            response.json(self.body)
        }
    }
}

/// 303 to `to`, with a message shown once on the page that follows.
pub fn see_other(to: impl Into<String>, message: &str) -> HttpResponse {
    let mut response = HttpResponse::SeeOther();
    response.insert_header((header::LOCATION, to.into()));
    if !message.is_empty() {
        response.cookie(flash_cookie(message));
    }
    response.finish()
}

fn flash_cookie(message: &str) -> Cookie<'static> {
    let encoded: String = form_urlencoded::byte_serialize(message.as_bytes()).collect();
    Cookie::build(FLASH, encoded)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .max_age(actix_web::cookie::time::Duration::seconds(60))
        .finish()
}

fn read_flash(req: &HttpRequest) -> Vec<Flash> {
    req.cookie(FLASH)
        .and_then(|cookie| {
            let text = format!("m={}", cookie.value());
            form_urlencoded::parse(text.as_bytes())
                .next()
                .map(|(_, text)| text.into_owned())
        })
        .filter(|text| !text.is_empty())
        .map(|text| Flash {
            kind: "ok".to_owned(),
            text,
        })
        .into_iter()
        .collect()
}

impl App {
    /// A page: one blocking job loads the actor, runs the queries and renders.
    pub async fn page<F>(&self, req: &HttpRequest, who: Who, body: F) -> Result<HttpResponse>
    where
        F: FnOnce(&mut Conn, &Actor, Instant) -> Result<Page> + Send + 'static,
    {
        let app = self.clone();
        let path = req.path().to_owned();
        let flash = read_flash(req);
        let flashed = !flash.is_empty();
        let session = who.session();
        let (html, status) = self
            .db
            .read(move |c| {
                let actor = session::resolve(c, &who)?;
                let page = body(c, &actor, app.clock().now())?;
                let status = page.status;
                Ok((shell::render(&app, &actor, &path, flash, page)?, status))
            })
            .await?;
        if let Some(session) = session {
            credentials::keep_alive(self, session);
        }
        let mut response =
            HttpResponse::build(StatusCode::from_u16(status).unwrap_or(StatusCode::OK));
        response
            .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
            .insert_header((header::CACHE_CONTROL, "no-store"));
        if flashed {
            let mut gone = flash_cookie("");
            gone.make_removal();
            response.cookie(gone);
        }
        Ok(response.body(html))
    }

    /// A page for somebody logged in: visitors are refused before anything is read.
    pub async fn private_page<F>(
        &self,
        req: &HttpRequest,
        who: Who,
        body: F,
    ) -> Result<HttpResponse>
    where
        F: FnOnce(&mut Conn, &Actor, Instant) -> Result<Page> + Send + 'static,
    {
        self.page(req, who, |c, actor, now| {
            actor.person()?;
            body(c, actor, now)
        })
        .await
    }

    /// An API reading.
    pub async fn api<F>(&self, who: Who, body: F) -> Result<HttpResponse>
    where
        F: FnOnce(&mut Conn, &Actor, Instant) -> Result<Reply> + Send + 'static,
    {
        let app = self.clone();
        let session = who.session();
        let reply = self
            .db
            .read(move |c| {
                let actor = session::resolve(c, &who)?;
                body(c, &actor, app.clock().now())
            })
            .await?;
        if let Some(session) = session {
            credentials::keep_alive(self, session);
        }
        Ok(reply.into_response())
    }

    /// A page's command: one transaction; a refusal that matters is recorded although the command changed nothing.
    pub async fn command<T, F>(&self, who: &Who, body: F) -> Result<T>
    where
        T: Send + 'static,
        F: Fn(&mut Tx, &Actor) -> Result<T> + Send + 'static,
    {
        let who = who.clone();
        let session = who.session();
        let outcome = self
            .db
            .write(move |tx| {
                let actor = session::resolve(tx, &who)?;
                guarded(tx, &actor, &body)
            })
            .await?;
        if let Some(session) = session {
            credentials::keep_alive(self, session);
        }
        outcome
    }

    /// An API command: like [`App::command`], and a repeated `Idempotency-Key` answers what the first call answered.
    pub async fn api_command<I, F>(&self, call: Call<I>, body: F) -> Result<HttpResponse>
    where
        I: Send + 'static,
        F: Fn(&mut Tx, &Actor, &I) -> Result<Reply> + Send + 'static,
    {
        let asked = Once::asked(call.idempotency_key, call.digest);
        let (who, input) = (call.who, call.input);
        let reply = self
            .api_call(who, asked, move |tx, actor| body(tx, actor, &input))
            .await?;
        Ok(reply.into_response())
    }

    pub(super) async fn api_call<F>(&self, who: Who, asked: Asked, body: F) -> Result<Reply>
    where
        F: Fn(&mut Tx, &Actor) -> Result<Reply> + Send + 'static,
    {
        let session = who.session();
        let outcome = self
            .db
            .write(move |tx| {
                let actor = session::resolve(tx, &who)?;
                let once = Once::of(&actor, &asked)?;
                if let Some(once) = &once
                    && let Some(reply) = once.earlier_reply(tx)?
                {
                    return Ok(Ok(reply));
                }
                let outcome = guarded(tx, &actor, &body)?;
                if let (Some(once), Ok(reply)) = (&once, &outcome) {
                    once.remember(tx, reply)?;
                }
                Ok(outcome)
            })
            .await?;
        if let Some(session) = session {
            credentials::keep_alive(self, session);
        }
        outcome
    }
}

/// The key a call may come again with, and the digest that tells it from another.
pub(super) struct Asked {
    key: Option<String>,
    digest: String,
}

/// Runs a command in a savepoint. If it is refused, what it wrote is undone; a noted refusal is then recorded, and the
/// outer transaction commits that record.
fn guarded<T>(
    tx: &mut Tx,
    actor: &Actor,
    body: &impl Fn(&mut Tx, &Actor) -> Result<T>,
) -> Result<Result<T>> {
    match tx.savepoint(|tx| body(tx, actor)) {
        Ok(value) => Ok(Ok(value)),
        Err(error) => match error.noted().cloned() {
            Some(event) => {
                audit::record(tx, actor, event)?;
                Ok(Err(error))
            }
            None => Err(error),
        },
    }
}

/// A call that may come again. What was answered is kept encrypted: it may tell of a sealed bid, and only whoever knows
/// the call's `Idempotency-Key`, of which no more than a digest is kept, is answered again.
pub(super) struct Once {
    user: UserId,
    name: String,
    request: String,
    key: Key,
}

const ABOUT: &str = "reply";

/// Removes remembered answers that nobody asks for again: a call is repeated within minutes.
pub fn sweep(tx: &mut Tx) -> Result<usize> {
    use diesel::prelude::*;
    use idempotency_keys::dsl;
    let before = clock::real_now() - chrono::Duration::days(2);
    Ok(
        diesel::delete(dsl::idempotency_keys.filter(dsl::created_at.lt(before)))
            .execute(&mut **tx)?,
    )
}

impl Once {
    pub fn asked(key: Option<String>, digest: String) -> Asked {
        Asked { key, digest }
    }

    fn of(actor: &Actor, asked: &Asked) -> Result<Option<Self>> {
        let Some((given, user)) = asked.key.as_deref().zip(actor.user_id()) else {
            return Ok(None);
        };
        let keys = actor.server_keys()?;
        Ok(Some(Self {
            user,
            name: audit::sha256_hex(given.as_bytes()),
            request: keys.fingerprint(given, &asked.digest),
            key: keys.reply(given),
        }))
    }

    fn earlier_reply(&self, tx: &mut Tx) -> Result<Option<Reply>> {
        use diesel::prelude::*;
        use idempotency_keys::dsl;
        let found: Option<(String, i64, String)> = dsl::idempotency_keys
            .filter(dsl::user_id.eq(self.user))
            .filter(dsl::idempotency_key.eq(&self.name))
            .select((dsl::request_digest, dsl::status, dsl::body))
            .first(&mut **tx)
            .optional()?;
        let Some((earlier, status, body)) = found else {
            return Ok(None);
        };
        if earlier != self.request {
            return Err(Error::Conflict(Refusal::new(
                "idempotency_key_reused",
                "这个 Idempotency-Key 已用于另一个请求。",
            )));
        }
        let stored: Value =
            serde_json::from_slice(&self.key.decrypt(ABOUT, &crypto::from_hex(&body))?)?;
        Ok(Some(Reply {
            status: u16::try_from(status).unwrap_or(200),
            version: stored.get("version").and_then(Value::as_i64),
            location: stored
                .get("location")
                .and_then(Value::as_str)
                .map(str::to_owned),
            body: stored.get("body").cloned().unwrap_or(Value::Null),
        }))
    }

    fn remember(&self, tx: &mut Tx, reply: &Reply) -> Result<()> {
        use diesel::prelude::*;
        use idempotency_keys::dsl;
        let now = clock::real_now();
        let stored = serde_json::json!({
            "version": reply.version, "location": reply.location, "body": reply.body,
        });
        let body = self.key.encrypt(ABOUT, stored.to_string().as_bytes())?;
        diesel::insert_into(dsl::idempotency_keys)
            .values((
                dsl::id.eq(crate::ids::fresh(now)),
                dsl::user_id.eq(self.user),
                dsl::idempotency_key.eq(&self.name),
                dsl::request_digest.eq(&self.request),
                dsl::status.eq(i64::from(reply.status)),
                dsl::body.eq(crypto::to_hex(&body)),
                dsl::created_at.eq(now),
            ))
            .execute(&mut **tx)?;
        Ok(())
    }
}

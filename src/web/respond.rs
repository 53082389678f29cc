//! From a room's answer to an HTTP response: pages, redirects, JSON, and commands that are safe to repeat.

use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use serde_json::Value;

use super::call::etag;
use super::shell::{self, Flash, Page};
use super::{App, credentials};
use crate::audit;
use crate::clock::Instant;
use crate::db::{Conn, Tx};
use crate::error::{Error, Result};
use crate::session;
use crate::session::{Login, Who};
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
    /// What a page's login leaves in the browser.
    pub fn leave_cookies(&self, response: &mut HttpResponse, login: &Login) -> Result<()> {
        for cookie in session::cookies_of(login, self.secure_cookies) {
            response
                .add_cookie(&cookie)
                .map_err(|error| Error::Internal(error.into()))?;
        }
        Ok(())
    }

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
        let (html, status, over) = self
            .db
            .read(move |c| {
                let actor = session::resolve(c, &who)?;
                let over = who.session().is_some() && actor.user_id().is_none();
                let page = body(c, &actor, app.clock().now())?;
                let status = page.status;
                let html = shell::render(&app, &actor, &path, flash, page)?;
                Ok((html, status, over))
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
        // The forms of this page are a visitor's: they would not fit the session that is over.
        if over {
            response.cookie(session::session_gone());
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
}

/// Runs a command in a savepoint. If it is refused, what it wrote is undone; a noted refusal is then recorded, and the
/// outer transaction commits that record.
pub(super) fn guarded<T>(
    tx: &mut Tx,
    actor: &Actor,
    body: &impl Fn(&mut Tx, &Actor) -> Result<T>,
) -> Result<Result<T>> {
    match tx.savepoint(|tx| body(tx, actor)) {
        Ok(value) => Ok(Ok(value)),
        Err(error) => match error.noted().cloned() {
            Some(event) => {
                if audit::is_news(tx, &event)? {
                    audit::record(tx, actor, event)?;
                }
                Ok(Err(error))
            }
            None => Err(error),
        },
    }
}

//! The public pages' cache. Only what depends on nothing but published data and the clock is kept; the key holds the
//! data's version, the address and the day and hour's part that the clock can change, so nothing stale is ever found.

use std::sync::Arc;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};

use super::App;
use super::app::Stored;
use super::ask::{Again, Ask, Job};
use super::credentials::read_credentials;
use super::packed::Packed;
use super::shell::{self, Page};
use crate::audit::sha256_hex;
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::session::{self, Who};
use crate::who::Actor;

/// A public answer and the next instant at which the clock alone would change it.
pub struct Public {
    pub content: Content,
    pub until: Option<Instant>,
}

pub enum Content {
    Page(Page),
    Json(serde_json::Value),
    Text(&'static str, String),
}

impl Content {
    /// In this actor's frame, with its type.
    fn rendered(self, app: &App, actor: &Actor, path: &str) -> Result<(String, &'static str)> {
        Ok(match self {
            Self::Page(page) => (
                shell::render(app, actor, path, Vec::new(), page)?,
                "text/html; charset=utf-8",
            ),
            Self::Json(value) => (value.to_string(), "application/json"),
            Self::Text(kind, text) => (text, kind),
        })
    }
}

impl App {
    /// A public page, feed or JSON: answered from the cache if nothing published has changed since.
    pub async fn public<F>(&self, req: &HttpRequest, body: F) -> Result<HttpResponse>
    where
        F: FnOnce(&mut Conn, Instant) -> Result<Public> + Send + 'static,
    {
        let who = read_credentials(req)?;
        self.public_of(req, who, body).await
    }

    /// The same by a route's face.
    pub(super) async fn public_answer(
        &self,
        req: &HttpRequest,
        who: Who,
        job: Job<Public>,
    ) -> Result<HttpResponse> {
        let app = self.clone();
        let (path, query) = (req.path().to_owned(), req.query_string().to_owned());
        self.public_of(req, who, move |c, now| {
            job(&mut Ask {
                c,
                actor: &Actor::Visitor,
                now,
                app: &app,
                path: &path,
                query: &query,
                head: false,
                again: Again::default(),
            })
        })
        .await
    }

    async fn public_of<F>(&self, req: &HttpRequest, who: Who, body: F) -> Result<HttpResponse>
    where
        F: FnOnce(&mut Conn, Instant) -> Result<Public> + Send + 'static,
    {
        if who.claims.is_some() {
            return self.public_for_person(req, who, body).await;
        }
        let key = (self.db.public_version(), req.uri().to_string());
        let now = self.clock().now();
        if let Some(stored) = self
            .cache
            .get(&key)
            .filter(|stored| stored.until.is_none_or(|until| now < until))
        {
            return Ok(answer(req, &stored));
        }
        let app = self.clone();
        let path = req.path().to_owned();
        let stored = self
            .db
            .read(move |c| {
                let public = body(c, app.clock().now())?;
                let (text, content_type) = public.content.rendered(&app, &Actor::Visitor, &path)?;
                Ok(Arc::new(Stored {
                    etag: format!(
                        "\"{}\"",
                        sha256_hex(text.as_bytes())
                            .chars()
                            .take(24)
                            .collect::<String>()
                    ),
                    content_type,
                    body: Packed::new(text)?,
                    until: public.until,
                }))
            })
            .await?;
        // The demo's clock shows on every page, so there nothing is kept.
        if !self.demo {
            self.cache.insert(key, stored.clone());
        }
        Ok(answer(req, &stored))
    }
}

impl App {
    /// Somebody logged in sees public pages in their own frame, so nothing is kept.
    async fn public_for_person<F>(
        &self,
        req: &HttpRequest,
        who: Who,
        body: F,
    ) -> Result<HttpResponse>
    where
        F: FnOnce(&mut Conn, Instant) -> Result<Public> + Send + 'static,
    {
        let app = self.clone();
        let path = req.path().to_owned();
        let (text, content_type) = self
            .db
            .read(move |c| {
                let actor = session::resolve(c, &who)?;
                let public = body(c, app.clock().now())?;
                public.content.rendered(&app, &actor, &path)
            })
            .await?;
        Ok(HttpResponse::Ok()
            .insert_header((header::CONTENT_TYPE, content_type))
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .body(text))
    }
}

fn answer(req: &HttpRequest, stored: &Stored) -> HttpResponse {
    let asked = req.headers().get(header::IF_NONE_MATCH);
    let fresh = asked
        .and_then(|value| value.to_str().ok())
        .is_some_and(|tags| tags.split(',').any(|tag| tag.trim() == stored.etag));
    let mut response = if fresh {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    response
        .insert_header((header::ETAG, stored.etag.clone()))
        .insert_header((header::CACHE_CONTROL, "public, no-cache"));
    if fresh {
        return response
            .insert_header((header::VARY, "Accept-Encoding"))
            .finish();
    }
    response.insert_header((header::CONTENT_TYPE, stored.content_type));
    stored.body.answer(req, response)
}

//! What is sent twice is done once: a program's `Idempotency-Key` and the hidden field of every form. Who sends the same
//! again is answered what the first was answered; what was refused may be sent again.

use actix_web::HttpResponse;
use chrono::Duration;
use serde_json::Value;

use super::call::{Asked, Call};
use super::respond::{Reply, guarded};
use super::{App, credentials};
use crate::audit;
use crate::clock;
use crate::crypto::{self, Key};
use crate::db::schema::idempotency_keys;
use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
use crate::ids::UserId;
use crate::session::{self, Who};
use crate::who::Actor;

/// The hidden field of a form, beside its token.
pub const FIELD: &str = "once";

/// How long answers are remembered.
const KEPT: Duration = Duration::days(30);

/// Where a person goes on, and the sentence said there.
type Said = (String, String);

fn reply_of((to, said): Said) -> Reply {
    Reply {
        status: 303,
        version: None,
        location: Some(to),
        body: Value::String(said),
    }
}

fn said_of(reply: Reply) -> Said {
    let said = reply.body.as_str().unwrap_or_default().to_owned();
    (reply.location.unwrap_or_default(), said)
}

impl App {
    /// An API command: like [`App::command`], and a repeated `Idempotency-Key` answers what the first call answered.
    pub async fn api_command<I, F>(&self, call: Call<I>, body: F) -> Result<HttpResponse>
    where
        I: Send + 'static,
        F: Fn(&mut Tx, &Actor, &I) -> Result<Reply> + Send + 'static,
    {
        let asked = call.asked();
        let (who, input) = (call.who, call.input);
        let reply = self
            .once(&who, asked, move |tx, actor| body(tx, actor, &input))
            .await?;
        Ok(reply.into_response())
    }

    /// A form's command: where it leads and what is said there, whether it was done now or by the same form before.
    pub async fn form_command<F>(&self, who: &Who, asked: Asked, body: F) -> Result<Said>
    where
        F: Fn(&mut Tx, &Actor) -> Result<Said> + Send + 'static,
    {
        let reply = self.once(who, asked, move |tx, actor| body(tx, actor).map(reply_of));
        Ok(said_of(reply.await?))
    }

    /// What the same form was answered before: what is refused ahead of the command may be so because it is done.
    pub async fn form_answered(&self, who: &Who, asked: &Asked) -> Result<Option<Said>> {
        Ok(self.answered(who, asked).await?.map(said_of))
    }

    /// What the same call was answered before.
    pub async fn answered(&self, who: &Who, asked: &Asked) -> Result<Option<Reply>> {
        let (who, asked) = (who.clone(), asked.clone());
        if asked.key.is_none() {
            return Ok(None);
        }
        let answered = self.db.read(move |c| {
            let actor = session::resolve(c, &who)?;
            match Once::of(&actor, &asked)? {
                Some(once) => once.earlier_reply(c),
                None => Ok(None),
            }
        });
        answered.await
    }

    /// A command, or the answer it got when it came before.
    pub async fn once<F>(&self, who: &Who, asked: Asked, body: F) -> Result<Reply>
    where
        F: Fn(&mut Tx, &Actor) -> Result<Reply> + Send + 'static,
    {
        let (who, session) = (who.clone(), who.session());
        let outcome = self
            .db
            .write(move |tx| {
                let actor = session::resolve(tx, &who)?;
                match Once::of(&actor, &asked)? {
                    Some(once) => once.run(tx, &actor, &body),
                    None => guarded(tx, &actor, &body),
                }
            })
            .await?;
        if let Some(session) = session {
            credentials::keep_alive(self, session);
        }
        outcome
    }
}

/// A call that may come again. What was answered is kept encrypted: it may tell of a sealed bid, and only whoever knows
/// the call's `Idempotency-Key`, of which no more than a digest is kept, is answered again.
struct Once {
    user: UserId,
    name: String,
    request: String,
    key: Key,
}

const ABOUT: &str = "reply";

/// Removes answers that are no longer remembered.
pub fn sweep(tx: &mut Tx) -> Result<usize> {
    use diesel::prelude::*;
    use idempotency_keys::dsl;
    let before = clock::real_now() - KEPT;
    Ok(
        diesel::delete(dsl::idempotency_keys.filter(dsl::created_at.lt(before)))
            .execute(&mut **tx)?,
    )
}

impl Once {
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

    fn run(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        body: &impl Fn(&mut Tx, &Actor) -> Result<Reply>,
    ) -> Result<Result<Reply>> {
        if let Some(reply) = self.claim(tx)? {
            return Ok(Ok(reply));
        }
        let outcome = guarded(tx, actor, body)?;
        match &outcome {
            Ok(reply) => self.remember(tx, reply)?,
            Err(_) => self.release(tx)?,
        }
        Ok(outcome)
    }

    fn earlier_reply(&self, c: &mut Conn) -> Result<Option<Reply>> {
        use diesel::prelude::*;
        use idempotency_keys::dsl;
        let found: Option<(String, i64, String)> = dsl::idempotency_keys
            .filter(dsl::user_id.eq(self.user))
            .filter(dsl::idempotency_key.eq(&self.name))
            .select((dsl::request_digest, dsl::status, dsl::body))
            .first(c)
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

    /// Takes the key before anything is done with it, or answers what was answered to whoever took it. Whoever is at it in
    /// this very moment is waited for: the insert fails once they are done, and the write door tries this again.
    fn claim(&self, tx: &mut Tx) -> Result<Option<Reply>> {
        use diesel::prelude::*;
        use idempotency_keys::dsl;
        if let Some(reply) = self.earlier_reply(tx)? {
            return Ok(Some(reply));
        }
        let now = clock::real_now();
        diesel::insert_into(dsl::idempotency_keys)
            .values((
                dsl::id.eq(crate::ids::fresh(now)),
                dsl::user_id.eq(self.user),
                dsl::idempotency_key.eq(&self.name),
                dsl::request_digest.eq(&self.request),
                dsl::status.eq(0),
                dsl::body.eq(""),
                dsl::created_at.eq(now),
            ))
            .execute(&mut **tx)?;
        Ok(None)
    }

    fn remember(&self, tx: &mut Tx, reply: &Reply) -> Result<()> {
        use diesel::prelude::*;
        use idempotency_keys::dsl;
        let stored = serde_json::json!({
            "version": reply.version, "location": reply.location, "body": reply.body,
        });
        let body = self.key.encrypt(ABOUT, stored.to_string().as_bytes())?;
        diesel::update(dsl::idempotency_keys)
            .filter(dsl::user_id.eq(self.user))
            .filter(dsl::idempotency_key.eq(&self.name))
            .set((
                dsl::status.eq(i64::from(reply.status)),
                dsl::body.eq(crypto::to_hex(&body)),
            ))
            .execute(&mut **tx)?;
        Ok(())
    }

    /// Refused: the same may be sent again.
    fn release(&self, tx: &mut Tx) -> Result<()> {
        use diesel::prelude::*;
        use idempotency_keys::dsl;
        diesel::delete(dsl::idempotency_keys)
            .filter(dsl::user_id.eq(self.user))
            .filter(dsl::idempotency_key.eq(&self.name))
            .execute(&mut **tx)?;
        Ok(())
    }
}

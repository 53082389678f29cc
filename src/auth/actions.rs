//! Logging in and out.

use chrono::Duration;
use serde_json::json;

use super::actor::Actor;
use super::session::{LIFE_HOURS, SessionKind};
use super::{password, store};
use crate::app::App;
use crate::audit::{self, Chain, Event, Verb};
use crate::clock;
use crate::db::Tx;
use crate::error::{Error, Refusal, Result};
use crate::ids::{SessionId, UserId};

/// Failures in a row after which an account is locked.
const FAILURES: i64 = 5;
/// Minutes an account stays locked.
const LOCK_MINUTES: i64 = 30;

/// A fresh session.
#[derive(Debug, Clone)]
pub struct Login {
    pub user_id: UserId,
    pub session: SessionId,
    pub token: String,
    pub expires_at: clock::Instant,
}

fn refused() -> Error {
    Error::Unauthorized(
        Refusal::new("login_failed", "用户名或口令不正确。")
            .remedy("连续 5 次错误将锁定 30 分钟；忘记口令请联系系统管理员。"),
    )
}

/// Checks name and password and opens a session. Failures are counted and recorded.
pub async fn login(
    app: &App,
    username: String,
    password: String,
    kind: SessionKind,
) -> Result<Login> {
    let name = username.clone();
    let row = app.db.read(move |c| store::by_username(c, &name)).await?;
    let usable = row
        .clone()
        .filter(|row| !row.disabled && (!row.demo || app.demo));
    let now = clock::real_now();
    if let Some(row) = &usable
        && row.locked_until.is_some_and(|until| until > now)
    {
        return Err(Error::Unauthorized(
            Refusal::new("account_locked", "口令连续输错，账号已锁定。")
                .remedy("请在 30 分钟后再试，或请系统管理员重设口令。"),
        ));
    }
    let good = password::verify(
        password,
        usable.as_ref().and_then(|row| row.password_hash.clone()),
    )
    .await?;
    let Some(row) = usable else {
        app.db
            .write(move |tx| record_failure(tx, None, &username))
            .await?;
        return Err(refused());
    };
    if !good {
        app.db
            .write(move |tx| record_failure(tx, Some(row.id), &username))
            .await?;
        return Err(refused());
    }
    let session = app
        .db
        .write(move |tx| {
            let session = SessionId::fresh(now);
            store::set_failures(tx, row.id, 0, None)?;
            store::insert_session(
                tx,
                session,
                row.id,
                kind,
                now,
                now + Duration::hours(LIFE_HOURS),
            )?;
            let event = Event::new(Verb::LoginSucceeded, Chain::System, "user", row.id.0)
                .detail(json!({ "kind": kind }));
            audit::record_as(tx, Some(row.id), &row.name, event)?;
            Ok(session)
        })
        .await?;
    Ok(Login {
        user_id: row.id,
        session,
        token: app.keys().issue(row.id, session, kind, now)?,
        expires_at: now + Duration::hours(LIFE_HOURS),
    })
}

fn record_failure(tx: &mut Tx, user: Option<UserId>, username: &str) -> Result<()> {
    let now = clock::real_now();
    if let Some(user) = user
        && let Some(row) = store::by_username(tx, username)?
    {
        let failures = row.failed_logins + 1;
        let lock = failures >= FAILURES;
        let until = lock.then(|| now + Duration::minutes(LOCK_MINUTES));
        store::set_failures(tx, user, if lock { 0 } else { failures }, until)?;
        if lock {
            let event = Event::new(Verb::AccountLocked, Chain::System, "user", user.0);
            audit::record_as(tx, Some(user), &row.name, event)?;
        }
    }
    let known: String = username.chars().take(64).collect();
    let event = Event::new(
        Verb::LoginFailed,
        Chain::System,
        "user",
        user.map_or(0, |user| user.0),
    )
    .detail(json!({ "username": known }));
    audit::record_as(tx, user, "(未登录)", event)
}

/// Ends the session everywhere, at once.
pub fn logout(tx: &mut Tx, actor: &Actor) -> Result<()> {
    let person = actor.person()?;
    if let Some(session) = person.session
        && store::revoke_session(tx, session, clock::real_now())? == 1
    {
        let event = Event::new(Verb::LoggedOut, Chain::System, "user", person.user_id.0);
        audit::record(tx, actor, event)?;
    }
    Ok(())
}

/// Ends all of a user's sessions: after a password change or when the account is disabled.
pub fn revoke_all(tx: &mut Tx, user: UserId) -> Result<()> {
    store::revoke_sessions_of(tx, user, clock::real_now())?;
    Ok(())
}

/// Re-entering the password, as a signature asks for. A wrong one is an error on the field and is recorded.
pub async fn check_password(app: &App, who: &super::Who, password: String) -> Result<()> {
    let credentials = who.clone();
    let (user, name, hash) = app
        .db
        .read(move |c| {
            let actor = super::session::resolve(c, &credentials)?;
            let person = actor.person()?;
            Ok((
                person.user_id,
                person.name.clone(),
                store::password_hash(c, person.user_id)?,
            ))
        })
        .await?;
    if password::verify(password, hash).await? {
        return Ok(());
    }
    app.db
        .write(move |tx| {
            let event = Event::new(Verb::LoginFailed, Chain::System, "user", user.0)
                .detail(json!({ "at": "signature" }));
            audit::record_as(tx, Some(user), &name, event)
        })
        .await?;
    Err(Error::field("password", "口令不正确。"))
}

/// Marks a session as used, at most once a minute, without making the request wait.
pub fn keep_alive(app: &App, session: SessionId) {
    if !app.seen_lately(session) {
        let db = app.db.clone();
        actix_web::rt::spawn(async move {
            let touched = db
                .write(move |tx| store::touch_session(tx, session, clock::real_now()))
                .await;
            if let Err(error) = touched {
                log::warn!("cannot mark a session as used: {error}");
            }
        });
    }
}

/// Whether somebody else, present at this screen, entered their own name and password: a witness. Failures count and
/// are recorded like failed logins.
pub async fn check_named_password(
    app: &App,
    username: String,
    password: String,
) -> Result<Option<UserId>> {
    let name = username.clone();
    let row = app.db.read(move |c| store::by_username(c, &name)).await?;
    let now = clock::real_now();
    let usable = row.filter(|row| {
        !row.disabled
            && (!row.demo || app.demo)
            && row.locked_until.is_none_or(|until| until <= now)
    });
    let good = password::verify(
        password,
        usable.as_ref().and_then(|row| row.password_hash.clone()),
    )
    .await?;
    let user = usable.map(|row| row.id);
    if good {
        return Ok(user);
    }
    app.db
        .write(move |tx| record_failure(tx, user, &username))
        .await?;
    Ok(None)
}

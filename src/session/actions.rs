//! Logging in and out.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use chrono::Duration;
use serde_json::json;

use super::SessionKind;
use super::credentials::{Keys, LIFE_HOURS, change_first};
use super::store::{self, LoginRow, NewSession};
use super::strangers::{self, FAILURES, LOCK_MINUTES};
use crate::audit::{self, Chain, Event, Verb};
use crate::clock::{self, Instant};
use crate::db::{Db, Tx};
use crate::error::{Error, Refusal, Result};
use crate::ids::{SessionId, UserId};
use crate::sealing;
use crate::who::{self, Actor, password};

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
    db: &Db,
    keys: &Keys,
    demo: bool,
    username: String,
    password: String,
    kind: SessionKind,
) -> Result<Login> {
    let name = username.clone();
    let row = db.read(move |c| store::by_username(c, &name)).await?;
    let usable = row
        .clone()
        .filter(|row| !row.disabled && (!row.demo || demo));
    let now = clock::real_now();
    let entry = Entry::Login(username);
    match checked(db, usable.as_ref(), entry, password.clone()).await? {
        Verdict::Right => {}
        Verdict::Wrong => return Err(refused()),
        Verdict::Locked => return Err(Error::Unauthorized(locked())),
    }
    let Some(row) = usable else {
        return Err(refused());
    };
    // Whoever set a one-time password would know the key it locks: there is none until it is changed.
    let one_time = db.read(move |c| store::is_one_time(c, row.id)).await?;
    let own = match one_time {
        true => None,
        false => sealing::own_key(db, row.id, password).await?,
    };
    let (secret, locked_key) = own.as_ref().map(who::lock_for_session).transpose()?.unzip();
    let expires_at = now + Duration::hours(LIFE_HOURS);
    let opened = NewSession {
        id: SessionId::fresh(now),
        user_id: row.id,
        kind,
        locked_key,
        one_time,
        created_at: now,
        last_seen_at: now,
        expires_at,
    };
    let session = opened.id;
    db.write(move |tx| {
        // Somebody may have set it meanwhile.
        if store::is_one_time(tx, row.id)? != one_time {
            return Err(refused());
        }
        store::insert_session(tx, &opened)?;
        let event = Event::new(Verb::LoginSucceeded, Chain::System, "user", row.id.0)
            .detail(json!({ "kind": kind }));
        audit::record_as(tx, Some(row.id), &row.name, event)
    })
    .await?;
    Ok(Login {
        user_id: row.id,
        session,
        token: keys.issue(row.id, session, kind, secret, now)?,
        expires_at,
    })
}

fn locked() -> Refusal {
    Refusal::new("account_locked", "口令连续输错，账号已锁定。")
        .remedy("请在 30 分钟后再试，或请系统管理员重设口令。")
}

/// Where a password is entered.
enum Entry {
    /// By somebody who says they have this name.
    Login(String),
    /// The same, beside somebody logged in.
    Witness(String),
    /// Again, by the person of this name who is logged in.
    Again(String),
}

impl Entry {
    fn name(&self) -> &str {
        match self {
            Self::Login(name) | Self::Witness(name) | Self::Again(name) => name,
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Right,
    Wrong,
    Locked,
}

/// The one way a password is checked, wherever it is entered: a locked account is refused, a wrong password counts
/// towards the lock and is recorded, a right one ends the count.
///
/// The attempt counts before the password is looked at, and the last one that is free locks the account until it proves
/// right: of any number at once no more are looked at. At this node an account's attempts are looked at one after the
/// other, so that many right ones at once lock nothing.
async fn checked(
    db: &Db,
    row: Option<&LoginRow>,
    entry: Entry,
    password: String,
) -> Result<Verdict> {
    let Some(row) = row else {
        if !strangers::may_try(entry.name(), clock::real_now()) {
            return Ok(Verdict::Locked);
        }
        password::verify(password, None).await?;
        db.write(move |tx| record_failure(tx, None, &entry)).await?;
        return Ok(Verdict::Wrong);
    };
    let user = row.id;
    let turn = turn_of(user);
    let _mine = turn.lock().await;
    let Some(attempt) = db.write(move |tx| reserve(tx, user)).await? else {
        return Ok(Verdict::Locked);
    };
    if password::verify(password, row.password_hash.clone()).await? {
        db.write(move |tx| store::forget_failures(tx, user, attempt.locks_until))
            .await?;
        return Ok(Verdict::Right);
    }
    let wrong = Some((user, row.name.clone(), attempt));
    db.write(move |tx| record_failure(tx, wrong.as_ref(), &entry))
        .await?;
    Ok(Verdict::Wrong)
}

/// One account's attempts at this node, while there are any.
fn turn_of(user: UserId) -> Arc<tokio::sync::Mutex<()>> {
    type Turns = Mutex<HashMap<UserId, Arc<tokio::sync::Mutex<()>>>>;
    static TURNS: LazyLock<Turns> = LazyLock::new(Mutex::default);
    let mut turns = TURNS.lock().unwrap_or_else(PoisonError::into_inner);
    turns.retain(|_, turn| Arc::strong_count(turn) > 1);
    turns.entry(user).or_default().clone()
}

/// An attempt that was counted.
#[derive(Clone, Copy)]
struct Attempt {
    /// It was the last one free: the account is locked until it proves right.
    locks_until: Option<Instant>,
}

/// None if the account is locked.
fn reserve(tx: &mut Tx, user: UserId) -> Result<Option<Attempt>> {
    let now = clock::real_now();
    let Some(count) = store::reserve_attempt(tx, user, now)? else {
        return Ok(None);
    };
    let locks_until = (count >= FAILURES).then(|| now + Duration::minutes(LOCK_MINUTES));
    if let Some(until) = locks_until {
        store::lock(tx, user, until)?;
    }
    Ok(Some(Attempt { locks_until }))
}

fn record_failure(
    tx: &mut Tx,
    wrong: Option<&(UserId, String, Attempt)>,
    entry: &Entry,
) -> Result<()> {
    if let Some((user, name, attempt)) = wrong
        && attempt.locks_until.is_some()
    {
        let event = Event::new(Verb::AccountLocked, Chain::System, "user", user.0);
        audit::record_as(tx, Some(*user), name, event)?;
    }
    let user = wrong.map(|(user, _, _)| *user);
    let (by, detail) = match entry {
        // What is no account's name may be anything, also a password in the wrong field: it is not kept.
        Entry::Login(username) => (
            "(未登录)",
            json!({ "username": user.map(|_| known(username)) }),
        ),
        Entry::Witness(username) => (
            "(未登录)",
            json!({ "username": user.map(|_| known(username)), "at": "witness" }),
        ),
        Entry::Again(name) => (name.as_str(), json!({ "at": "signature" })),
    };
    let event = Event::new(
        Verb::LoginFailed,
        Chain::System,
        "user",
        user.map_or(0, |user| user.0),
    )
    .detail(detail);
    // Whoever tries names that are nobody's fills no trail.
    if user.is_none() && !audit::is_news(tx, &event)? {
        return Ok(());
    }
    audit::record_as(tx, user, by, event)
}

/// As much of a name as is worth recording.
fn known(username: &str) -> String {
    username.chars().take(64).collect()
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

/// Re-entering the password, as a signature asks for. A wrong one is an error on the field; it is recorded and counts
/// like a failed login.
pub async fn check_password(db: &Db, who: &super::Who, password: String) -> Result<()> {
    let credentials = who.clone();
    let row = db
        .read(move |c| {
            let actor = super::resolve(c, &credentials)?;
            store::login_row(c, actor.person()?.user_id)
        })
        .await?;
    match checked(db, Some(&row), Entry::Again(row.name.clone()), password).await? {
        Verdict::Right => Ok(()),
        Verdict::Wrong => Err(Error::field(
            "password",
            "口令不正确。连续 5 次错误将锁定 30 分钟。",
        )),
        Verdict::Locked => Err(Error::Forbidden(locked())),
    }
}

/// Forgets the keys of sessions that are over, and removes those that ended days ago: the trail knows of them.
pub fn sweep(tx: &mut Tx) -> Result<usize> {
    let now = clock::real_now();
    store::forget_keys(
        tx,
        now - Duration::minutes(super::credentials::IDLE_MINUTES),
        now,
    )?;
    store::sweep(tx, now - Duration::days(7))
}

/// Marks a session as used now.
pub fn touch(tx: &mut Tx, session: SessionId) -> Result<()> {
    store::touch_session(tx, session, clock::real_now())
}

/// Whether somebody else, present at this screen, entered their own name and password: a witness. Failures count and
/// are recorded like failed logins.
pub async fn check_named_password(
    db: &Db,
    demo: bool,
    username: String,
    password: String,
) -> Result<Option<UserId>> {
    let name = username.clone();
    let row = db.read(move |c| store::by_username(c, &name)).await?;
    let usable = row.filter(|row| !row.disabled && (!row.demo || demo));
    let entry = Entry::Witness(username);
    let verdict = checked(db, usable.as_ref(), entry, password).await?;
    let Some(row) = usable.filter(|_| verdict == Verdict::Right) else {
        return Ok(None);
    };
    // Whoever set it knows it, too: it proves nobody's presence.
    if db.read(move |c| store::is_one_time(c, row.id)).await? {
        return Err(change_first());
    }
    Ok(Some(row.id))
}

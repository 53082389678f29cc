//! The one way a password is checked, wherever it is entered.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use chrono::Duration;
use serde_json::json;

use super::credentials::{Who, own_device};
use super::store::{self, Counter, LoginRow};
use super::strangers::{self, FAILURES, LOCK_MINUTES};
use crate::audit::{self, Chain, Event, Verb};
use crate::clock::{self, Instant};
use crate::db::{Db, Tx};
use crate::error::Result;
use crate::ids::UserId;
use crate::who::password;

/// Where a password is entered.
pub(super) enum Entry {
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
pub(super) enum Verdict {
    Right,
    Wrong,
    Locked,
}

/// Who is locked is refused, a wrong password counts towards the lock and is recorded, a right one ends the count.
///
/// The attempt counts before the password is looked at, and the last one that is free locks until it proves right: of any
/// number at once no more are looked at. At this node an account's attempts are looked at one after the other, so that
/// many right ones at once lock nothing. Where from it counts for which lock: see [`Counter`].
pub(super) async fn checked(
    db: &Db,
    who: &Who,
    row: Option<&LoginRow>,
    entry: Entry,
    password: String,
) -> Result<Verdict> {
    let Some(row) = row else {
        if !strangers::may_try(entry.name(), clock::real_now()) {
            return Ok(Verdict::Locked);
        }
        password::verify(password, None).await?;
        db.write(move |tx| record_nobodys(tx, &entry)).await?;
        return Ok(Verdict::Wrong);
    };
    let user = row.id;
    let turn = turn_of(user);
    let _mine = turn.lock().await;
    let from = who.clone();
    let Some(attempt) = db.write(move |tx| reserve(tx, user, &from)).await? else {
        return Ok(Verdict::Locked);
    };
    let client = who.origin.client();
    if password::verify(password, row.password_hash.clone()).await? {
        db.write(move |tx| {
            store::forget_failures(tx, &attempt.counter, attempt.locks_until)?;
            store::forget_mistyped(tx, &attempt.counter, &client)
        })
        .await?;
        return Ok(Verdict::Right);
    }
    let name = row.name.clone();
    db.write(move |tx| record_failure(tx, &attempt, &name, &client, &entry))
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
#[derive(Clone)]
struct Attempt {
    counter: Counter,
    /// It was the last one free: it is locked until it proves right.
    locks_until: Option<Instant>,
}

/// None if it is locked for whoever comes from there.
fn reserve(tx: &mut Tx, user: UserId, from: &Who) -> Result<Option<Attempt>> {
    let now = clock::real_now();
    let device = own_device(tx, from, user)?;
    let counter = store::counter(tx, user, device, now)?;
    let Some(count) = store::reserve_attempt(tx, &counter, now)? else {
        return Ok(None);
    };
    let locks_until = (count >= FAILURES).then(|| now + Duration::minutes(LOCK_MINUTES));
    if let Some(until) = locks_until {
        store::lock(tx, &counter, until)?;
    }
    Ok(Some(Attempt {
        counter,
        locks_until,
    }))
}

/// In the trail, and for its owner to be told.
fn record_failure(
    tx: &mut Tx,
    attempt: &Attempt,
    name: &str,
    client: &str,
    entry: &Entry,
) -> Result<()> {
    let user = attempt.counter.user;
    let locked = attempt.locks_until.is_some();
    let known = attempt.counter.is_of_a_device();
    let client = client.to_owned();
    store::insert_failed(tx, &attempt.counter, client, locked, clock::real_now())?;
    if locked {
        let event = Event::new(Verb::AccountLocked, Chain::System, "user", user.0)
            .detail(json!({ "known_device": known }));
        audit::record_as(tx, Some(user), name, event)?;
    }
    let (by, event) = failed(entry, Some(user));
    audit::record_as(tx, Some(user), by, event)
}

/// Whoever tries names that are nobody's fills no trail.
fn record_nobodys(tx: &mut Tx, entry: &Entry) -> Result<()> {
    let (by, event) = failed(entry, None);
    match audit::is_news(tx, &event)? {
        true => audit::record_as(tx, None, by, event),
        false => Ok(()),
    }
}

/// Whose name stands with a failure, and its event.
fn failed(entry: &Entry, user: Option<UserId>) -> (&str, Event) {
    // What is no account's name may be anything, also a password in the wrong field: it is not kept.
    let known = |name: &String| user.map(|_| name.chars().take(64).collect::<String>());
    let (by, detail) = match entry {
        Entry::Login(name) => ("(未登录)", json!({ "username": known(name) })),
        Entry::Witness(name) => (
            "(未登录)",
            json!({ "username": known(name), "at": "witness" }),
        ),
        Entry::Again(name) => (name.as_str(), json!({ "at": "signature" })),
    };
    let subject = user.map_or(0, |user| user.0);
    let event = Event::new(Verb::LoginFailed, Chain::System, "user", subject);
    (by, event.detail(detail))
}

//! Queries of how often wrong passwords were entered, and from where.
//!
//! Of each account the devices that it logged in with count for themselves, and whoever comes from anywhere else counts
//! together: strangers lock nobody out of a device of their own, and a stolen device has no more tries than a stranger.

use chrono::Duration;
use diesel::prelude::*;

use crate::clock::Instant;
use crate::db::Conn;
use crate::db::schema::{failed_attempts, password_counters};
use crate::error::Result;
use crate::ids::{AttemptId, CounterId, UserId};

/// Days after which a device that was not logged in with is not known any more.
pub const DEVICE_DAYS: i64 = 180;
/// Devices of one account that are known at the most: the latest.
const DEVICES: i64 = 20;
/// Days for which a failed attempt is kept at the most, read or not.
const TOLD_DAYS: i64 = 184;

/// Which of an account's counters it is: that of a device, or the one of all strangers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counter {
    pub user: UserId,
    device: String,
}

impl Counter {
    pub fn is_of_a_device(&self) -> bool {
        !self.device.is_empty()
    }
}

type Sought = diesel::dsl::Filter<
    diesel::dsl::Filter<
        password_counters::table,
        diesel::dsl::Eq<password_counters::user_id, UserId>,
    >,
    diesel::dsl::Eq<password_counters::device, String>,
>;

fn of(counter: &Counter) -> Sought {
    password_counters::table
        .filter(password_counters::user_id.eq(counter.user))
        .filter(password_counters::device.eq(counter.device.clone()))
}

fn insert(c: &mut Conn, counter: &Counter, now: Instant) -> Result<()> {
    diesel::insert_into(password_counters::table)
        .values((
            password_counters::id.eq(CounterId::fresh(now)),
            password_counters::user_id.eq(counter.user),
            password_counters::device.eq(counter.device.clone()),
            password_counters::failed.eq(0),
            password_counters::used_at.eq(now),
        ))
        .execute(c)?;
    Ok(())
}

/// The counter for who comes with this device, if the account knows it; else the strangers'.
pub fn counter(
    c: &mut Conn,
    user: UserId,
    device: Option<String>,
    now: Instant,
) -> Result<Counter> {
    let strangers = Counter {
        user,
        device: String::new(),
    };
    for counter in [
        device.map(|device| Counter { user, device }),
        Some(strangers.clone()),
    ] {
        let Some(counter) = counter else { continue };
        let found = of(&counter)
            .select(password_counters::id)
            .first::<CounterId>(c);
        if found.optional()?.is_some() {
            return Ok(counter);
        }
    }
    insert(c, &strangers, now)?;
    Ok(strangers)
}

/// The account was logged into with this device.
pub fn know_device(c: &mut Conn, user: UserId, device: String, now: Instant) -> Result<()> {
    let counter = Counter { user, device };
    let known = diesel::update(of(&counter))
        .set(password_counters::used_at.eq(now))
        .execute(c)?;
    if known == 0 {
        insert(c, &counter, now)?;
        forget_oldest(c, user)?;
    }
    Ok(())
}

fn forget_oldest(c: &mut Conn, user: UserId) -> Result<()> {
    let oldest = password_counters::table
        .filter(password_counters::user_id.eq(user))
        .filter(password_counters::device.ne(""))
        .order((
            password_counters::used_at.desc(),
            password_counters::id.desc(),
        ))
        .offset(DEVICES)
        .limit(DEVICES)
        .select(password_counters::id)
        .load::<CounterId>(c)?;
    diesel::delete(password_counters::table.filter(password_counters::id.eq_any(oldest)))
        .execute(c)?;
    Ok(())
}

/// Counts an attempt before it is tried: how many in a row it makes; None if it is locked. Each is a statement of its own,
/// so that of any number at once each counts.
pub fn reserve_attempt(c: &mut Conn, counter: &Counter, now: Instant) -> Result<Option<i64>> {
    diesel::update(of(counter).filter(password_counters::locked_until.le(now)))
        .set((
            password_counters::failed.eq(0),
            password_counters::locked_until.eq(None::<Instant>),
        ))
        .execute(c)?;
    let open = of(counter).filter(password_counters::locked_until.is_null());
    Ok(diesel::update(open)
        .set(password_counters::failed.eq(password_counters::failed + 1))
        .returning(password_counters::failed)
        .get_result(c)
        .optional()?)
}

/// Locks what is not locked.
pub fn lock(c: &mut Conn, counter: &Counter, until: Instant) -> Result<()> {
    diesel::update(of(counter).filter(password_counters::locked_until.is_null()))
        .set(password_counters::locked_until.eq(Some(until)))
        .execute(c)?;
    Ok(())
}

/// Ends the count; a lock only if it is the one that this attempt made.
pub fn forget_failures(c: &mut Conn, counter: &Counter, own_lock: Option<Instant>) -> Result<()> {
    let changed = (
        password_counters::failed.eq(0),
        password_counters::locked_until.eq(None::<Instant>),
    );
    match own_lock {
        None => diesel::update(of(counter).filter(password_counters::locked_until.is_null()))
            .set(changed)
            .execute(c)?,
        Some(until) => {
            diesel::update(of(counter).filter(password_counters::locked_until.eq(until)))
                .set(changed)
                .execute(c)?
        }
    };
    Ok(())
}

/// Ends all counts and locks of an account: its password is another.
pub fn begin_anew(c: &mut Conn, user: UserId) -> Result<()> {
    diesel::update(password_counters::table.filter(password_counters::user_id.eq(user)))
        .set((
            password_counters::failed.eq(0),
            password_counters::locked_until.eq(None::<Instant>),
        ))
        .execute(c)?;
    Ok(())
}

/// A wrong password, as its owner is told of it.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = failed_attempts)]
pub struct FailedAttempt {
    pub id: AttemptId,
    pub user_id: UserId,
    pub at: Instant,
    /// The address it came from; empty if it is not known.
    pub client: String,
    /// The known device it came with; empty of a stranger.
    pub device: String,
    /// It was the last one free.
    pub locked: bool,
}

pub fn insert_failed(
    c: &mut Conn,
    counter: &Counter,
    client: String,
    locked: bool,
    now: Instant,
) -> Result<()> {
    let row = FailedAttempt {
        id: AttemptId::fresh(now),
        user_id: counter.user,
        at: now,
        client,
        device: counter.device.clone(),
        locked,
    };
    diesel::insert_into(failed_attempts::table)
        .values(&row)
        .execute(c)?;
    Ok(())
}

/// Whoever mistypes at a device of their own and then does not, need not be told.
pub fn forget_mistyped(c: &mut Conn, counter: &Counter, client: &str) -> Result<()> {
    if !counter.is_of_a_device() {
        return Ok(());
    }
    diesel::delete(
        failed_attempts::table
            .filter(failed_attempts::user_id.eq(counter.user))
            .filter(failed_attempts::device.eq(counter.device.clone()))
            .filter(failed_attempts::client.eq(client.to_owned()))
            .filter(failed_attempts::locked.eq(false)),
    )
    .execute(c)?;
    Ok(())
}

/// What an account's owner has not read yet, the latest first.
pub fn failed_of(c: &mut Conn, user: UserId, limit: i64) -> Result<Vec<FailedAttempt>> {
    Ok(failed_attempts::table
        .filter(failed_attempts::user_id.eq(user))
        .order(failed_attempts::id.desc())
        .limit(limit)
        .select(FailedAttempt::as_select())
        .load(c)?)
}

/// It was read, up to this one.
pub fn forget_failed(c: &mut Conn, user: UserId, last: AttemptId) -> Result<()> {
    diesel::delete(
        failed_attempts::table
            .filter(failed_attempts::user_id.eq(user))
            .filter(failed_attempts::id.le(last)),
    )
    .execute(c)?;
    Ok(())
}

/// Removes devices that nobody came with any more, and attempts of long ago.
pub fn sweep_attempts(c: &mut Conn, now: Instant) -> Result<usize> {
    let before = now - Duration::days(DEVICE_DAYS);
    let devices = password_counters::table
        .filter(password_counters::device.ne(""))
        .filter(password_counters::used_at.lt(before));
    let forgotten = diesel::delete(devices).execute(c)?;
    let before = now - Duration::days(TOLD_DAYS);
    let told = diesel::delete(failed_attempts::table.filter(failed_attempts::at.lt(before)));
    Ok(forgotten + told.execute(c)?)
}

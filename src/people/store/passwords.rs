//! Queries of passwords that somebody else set.

use diesel::prelude::*;

use crate::clock::Instant;
use crate::db::Conn;
use crate::db::schema::set_passwords;
use crate::error::Result;
use crate::ids::{SetPasswordId, UserId};

/// A password that somebody else set; one-time until it ended.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = set_passwords)]
pub struct SetPassword {
    pub id: SetPasswordId,
    pub user_id: UserId,
    /// Why it was asked for; empty for a new account's.
    pub reason: String,
    /// None for a new account's, and for one set from the shell.
    pub asked_by: Option<UserId>,
    pub asked_at: Instant,
    /// None while it waits, and for one set from the shell.
    pub set_by: Option<UserId>,
    pub set_at: Option<Instant>,
    /// Changed by its person, followed by another, or refused.
    pub ended_at: Option<Instant>,
}

/// A password that this person, or the shell, sets another now.
pub fn set_once(c: &mut Conn, user: UserId, by: Option<UserId>, now: Instant) -> Result<()> {
    let row = SetPassword {
        id: SetPasswordId::fresh(now),
        user_id: user,
        reason: String::new(),
        asked_by: None,
        asked_at: now,
        set_by: by,
        set_at: Some(now),
        ended_at: None,
    };
    diesel::insert_into(set_passwords::table)
        .values(&row)
        .execute(c)?;
    Ok(())
}

/// The one-time password is no more.
pub fn end_one_time(c: &mut Conn, user: UserId, now: Instant) -> Result<()> {
    diesel::update(
        set_passwords::table
            .filter(set_passwords::user_id.eq(user))
            .filter(set_passwords::set_at.is_not_null())
            .filter(set_passwords::ended_at.is_null()),
    )
    .set(set_passwords::ended_at.eq(now))
    .execute(c)?;
    Ok(())
}

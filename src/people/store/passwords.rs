//! Queries of passwords that somebody else set.

use chrono::Duration;
use diesel::prelude::*;

use crate::clock::Instant;
use crate::db::Conn;
use crate::db::schema::{organizations, set_passwords, user_roles, users};
use crate::error::Result;
use crate::ids::{OrganizationId, SetPasswordId, UserId};
use crate::who::Role;

/// Days within which what one administrator asked for is carried out by the other.
pub const RESET_DAYS: i64 = 7;

/// A password that somebody else set, or asks to have set; one-time until it ended.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = set_passwords)]
pub struct SetPassword {
    pub id: SetPasswordId,
    pub user_id: UserId,
    /// Why it was asked for; empty for a new account's.
    pub reason: String,
    /// None for a new account's, and for one set from the shell.
    pub asked_by: Option<UserId>,
    /// The administrator's role, which whoever carries it out does not have.
    pub asked_as: Option<Role>,
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
        asked_as: None,
        asked_at: now,
        set_by: by,
        set_at: Some(now),
        ended_at: None,
    };
    insert_set_password(c, &row)
}

pub fn insert_set_password(c: &mut Conn, row: &SetPassword) -> Result<()> {
    diesel::insert_into(set_passwords::table)
        .values(row)
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

impl SetPassword {
    /// Until when it is carried out.
    pub fn until(&self) -> Instant {
        self.asked_at + Duration::days(RESET_DAYS)
    }
}

/// What was asked for and can still be carried out.
pub fn asked_reset(c: &mut Conn, user: UserId, now: Instant) -> Result<Option<SetPassword>> {
    Ok(set_passwords::table
        .filter(set_passwords::user_id.eq(user))
        .filter(set_passwords::set_at.is_null())
        .filter(set_passwords::ended_at.is_null())
        .filter(set_passwords::asked_at.gt(now - Duration::days(RESET_DAYS)))
        .select(SetPassword::as_select())
        .first(c)
        .optional()?)
}

/// Nobody carries it out any more.
pub fn end_asked(c: &mut Conn, user: UserId, now: Instant) -> Result<()> {
    diesel::update(
        set_passwords::table
            .filter(set_passwords::user_id.eq(user))
            .filter(set_passwords::set_at.is_null())
            .filter(set_passwords::ended_at.is_null()),
    )
    .set(set_passwords::ended_at.eq(now))
    .execute(c)?;
    Ok(())
}

/// Carries it out.
pub fn carry_out(c: &mut Conn, id: SetPasswordId, by: UserId, now: Instant) -> Result<()> {
    diesel::update(set_passwords::table.find(id))
        .set((set_passwords::set_by.eq(by), set_passwords::set_at.eq(now)))
        .execute(c)?;
    Ok(())
}

/// Resets of one account since then, the latest first; none of a new account's password.
pub fn resets_of(c: &mut Conn, user: UserId, since: Instant) -> Result<Vec<SetPassword>> {
    Ok(set_passwords::table
        .filter(set_passwords::user_id.eq(user))
        .filter(set_passwords::set_at.gt(since))
        .filter(
            set_passwords::asked_by
                .is_not_null()
                .or(set_passwords::set_by.is_null()),
        )
        .order(set_passwords::id.desc())
        .select(SetPassword::as_select())
        .load(c)?)
}

/// With the name of whose password it is.
pub type Named = (SetPassword, String);

/// What was asked for of accounts below these paths by administrators of the other role, oldest first.
pub fn asked_below(
    c: &mut Conn,
    paths: &[String],
    not_as: Role,
    now: Instant,
    limit: i64,
) -> Result<Vec<Named>> {
    Ok(set_passwords::table
        .inner_join(users::table.inner_join(organizations::table))
        .filter(super::below(paths))
        .filter(users::disabled.eq(false))
        .filter(set_passwords::set_at.is_null())
        .filter(set_passwords::ended_at.is_null())
        .filter(set_passwords::asked_at.gt(now - Duration::days(RESET_DAYS)))
        .filter(set_passwords::asked_as.ne(not_as))
        .order(set_passwords::id)
        .limit(limit)
        .select((SetPassword::as_select(), users::name))
        .load(c)?)
}

/// Resets since then, below these paths or of people who act for these organizations.
pub fn resets_told(
    c: &mut Conn,
    paths: &[String],
    organizations: &[OrganizationId],
    since: Instant,
    limit: i64,
) -> Result<Vec<Named>> {
    let colleague = user_roles::table
        .filter(user_roles::user_id.eq(users::id))
        .filter(user_roles::organization_id.eq_any(organizations.to_vec()))
        .filter(user_roles::role.eq_any([Role::Applicant, Role::BranchSecretary]))
        .filter(user_roles::revoked_at.is_null())
        .select(user_roles::id);
    Ok(set_passwords::table
        .inner_join(users::table.inner_join(organizations::table))
        .filter(set_passwords::set_at.gt(since))
        .filter(
            set_passwords::asked_by
                .is_not_null()
                .or(set_passwords::set_by.is_null()),
        )
        .filter(super::below(paths).or(diesel::dsl::exists(colleague)))
        .order(set_passwords::id.desc())
        .limit(limit)
        .select((SetPassword::as_select(), users::name))
        .load(c)?)
}

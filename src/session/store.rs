//! Queries of sessions and logins.

mod counters;

use diesel::prelude::*;
use serde::Serialize;

pub use counters::*;

use super::SessionKind;
use crate::clock::Instant;
use crate::db::Conn;
use crate::db::schema::{organizations, sessions, set_passwords, user_roles, users};
use crate::error::Result;
use crate::ids::{OrganizationId, SessionId, UserId};
use crate::text::key;
use crate::who::{Grant, Role};

/// A person as everybody who asks something is known.
#[derive(Queryable, Selectable)]
#[diesel(table_name = users)]
pub struct PersonRow {
    #[diesel(column_name = id)]
    pub user_id: UserId,
    pub name: String,
    pub disabled: bool,
    pub organization_id: OrganizationId,
    #[diesel(select_expression = organizations::short_name)]
    pub organization_name: String,
    #[diesel(select_expression = organizations::path)]
    pub organization_path: String,
    #[diesel(select_expression = organizations::committee_id)]
    pub committee_id: OrganizationId,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = sessions)]
pub struct SessionRow {
    pub revoked_at: Option<Instant>,
    pub expires_at: Instant,
    pub last_seen_at: Instant,
    pub locked_key: Option<Vec<u8>>,
    /// Opened with a one-time password.
    pub one_time: bool,
    #[diesel(embed)]
    pub person: PersonRow,
}

pub fn session_with_user(c: &mut Conn, id: SessionId) -> Result<Option<SessionRow>> {
    Ok(sessions::table
        .inner_join(users::table.inner_join(organizations::table))
        .filter(sessions::id.eq(id))
        .select(SessionRow::as_select())
        .first(c)
        .optional()?)
}

/// The roles somebody holds. Who drafts or signs for an organization does so for what was merged into it, too.
pub fn grants(c: &mut Conn, user: UserId) -> Result<Vec<Grant>> {
    let held = organizations::id.eq(user_roles::organization_id);
    let drafts = user_roles::role.eq_any([Role::Applicant, Role::BranchSecretary]);
    let merged = organizations::successor_id
        .assume_not_null()
        .eq(user_roles::organization_id)
        .and(drafts);
    let rows = user_roles::table
        .inner_join(organizations::table.on(held.or(merged)))
        .filter(user_roles::user_id.eq(user))
        .filter(user_roles::revoked_at.is_null())
        .order(user_roles::id)
        .select((
            user_roles::role,
            organizations::id,
            organizations::path,
            organizations::disabled,
        ))
        .load::<(Role, OrganizationId, String, bool)>(c)?;
    Ok(rows
        .into_iter()
        .map(|(role, organization_id, path, disabled)| Grant {
            role,
            organization_id,
            path,
            disabled,
        })
        .collect())
}

/// What a login needs to know of a user.
#[derive(Queryable, Selectable, Debug, Clone)]
#[diesel(table_name = users)]
pub struct LoginRow {
    pub id: UserId,
    pub name: String,
    pub password_hash: Option<String>,
    pub demo: bool,
    pub disabled: bool,
}

/// However it is written.
pub fn by_username(c: &mut Conn, username: &str) -> Result<Option<LoginRow>> {
    Ok(users::table
        .filter(users::username.eq(key(username)))
        .select(LoginRow::as_select())
        .first(c)
        .optional()?)
}

/// An account of the demo, for entering with one click.
#[derive(Queryable, Serialize)]
pub struct DemoAccount {
    pub username: Option<String>,
    pub name: String,
    pub post: String,
}

/// By staff number.
pub fn demo_accounts(c: &mut Conn) -> Result<Vec<DemoAccount>> {
    Ok(users::table
        .filter(users::demo.eq(true))
        .filter(users::disabled.eq(false))
        .filter(users::username.is_not_null())
        .order(users::staff_number)
        .select((users::username, users::name, users::post))
        .load(c)?)
}

pub fn login_row(c: &mut Conn, user: UserId) -> Result<LoginRow> {
    Ok(users::table
        .find(user)
        .select(LoginRow::as_select())
        .first(c)?)
}

#[derive(Insertable)]
#[diesel(table_name = sessions)]
pub struct NewSession {
    pub id: SessionId,
    pub user_id: UserId,
    pub kind: SessionKind,
    pub locked_key: Option<Vec<u8>>,
    pub one_time: bool,
    /// The device it was opened with, if the account knows it.
    pub device: Option<String>,
    pub created_at: Instant,
    pub last_seen_at: Instant,
    pub expires_at: Instant,
}

pub fn insert_session(c: &mut Conn, row: &NewSession) -> Result<()> {
    diesel::insert_into(sessions::table)
        .values(row)
        .execute(c)?;
    Ok(())
}

/// When somebody else set the password this account has now; None if it is its person's own.
pub fn one_time_since(c: &mut Conn, user: UserId) -> Result<Option<Instant>> {
    let live = set_passwords::table
        .filter(set_passwords::user_id.eq(user))
        .filter(set_passwords::set_at.is_not_null())
        .filter(set_passwords::ended_at.is_null());
    let set_at = live
        .select(set_passwords::set_at)
        .first::<Option<Instant>>(c);
    Ok(set_at.optional()?.flatten())
}

/// The device that a session was opened with.
pub fn device_of(c: &mut Conn, session: SessionId) -> Result<Option<String>> {
    let device = sessions::table.find(session).select(sessions::device);
    Ok(device.first::<Option<String>>(c).optional()?.flatten())
}

/// Used now; not if nobody was seen since then: it is over.
pub fn touch_session(c: &mut Conn, id: SessionId, seen: Instant, now: Instant) -> Result<()> {
    diesel::update(
        sessions::table
            .find(id)
            .filter(sessions::revoked_at.is_null())
            .filter(sessions::last_seen_at.gt(seen)),
    )
    .set(sessions::last_seen_at.eq(now))
    .execute(c)?;
    Ok(())
}

/// The key of whoever was not seen since this, or whose session is over, lies nowhere any more.
pub fn forget_keys(c: &mut Conn, seen: Instant, now: Instant) -> Result<usize> {
    Ok(diesel::update(
        sessions::table
            .filter(sessions::locked_key.is_not_null())
            .filter(
                sessions::last_seen_at
                    .lt(seen)
                    .or(sessions::expires_at.lt(now)),
            ),
    )
    .set(sessions::locked_key.eq(None::<Vec<u8>>))
    .execute(c)?)
}

/// Removes what ended before this.
pub fn sweep(c: &mut Conn, before: Instant) -> Result<usize> {
    Ok(diesel::delete(sessions::table.filter(sessions::expires_at.lt(before))).execute(c)?)
}

pub fn revoke_session(c: &mut Conn, id: SessionId, now: Instant) -> Result<usize> {
    Ok(diesel::update(
        sessions::table
            .find(id)
            .filter(sessions::revoked_at.is_null()),
    )
    .set((
        sessions::revoked_at.eq(now),
        sessions::locked_key.eq(None::<Vec<u8>>),
    ))
    .execute(c)?)
}

pub fn revoke_sessions_of(c: &mut Conn, user: UserId, now: Instant) -> Result<usize> {
    Ok(diesel::update(
        sessions::table
            .filter(sessions::user_id.eq(user))
            .filter(sessions::revoked_at.is_null()),
    )
    .set((
        sessions::revoked_at.eq(now),
        sessions::locked_key.eq(None::<Vec<u8>>),
    ))
    .execute(c)?)
}

/// By their username, however it is written.
pub fn person(c: &mut Conn, username: &str) -> Result<PersonRow> {
    Ok(users::table
        .inner_join(organizations::table)
        .filter(users::username.eq(key(username)))
        .select(PersonRow::as_select())
        .first(c)?)
}

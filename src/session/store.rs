//! Queries of sessions and logins.

use diesel::prelude::*;
use serde::Serialize;

use super::SessionKind;
use crate::clock::Instant;
use crate::db::Conn;
use crate::db::schema::{organizations, sessions, user_roles, users};
use crate::error::Result;
use crate::ids::{OrganizationId, SessionId, UserId};
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

pub fn grants(c: &mut Conn, user: UserId) -> Result<Vec<Grant>> {
    let rows = user_roles::table
        .inner_join(organizations::table)
        .filter(user_roles::user_id.eq(user))
        .filter(user_roles::revoked_at.is_null())
        .order(user_roles::id)
        .select((user_roles::role, organizations::id, organizations::path))
        .load::<(Role, OrganizationId, String)>(c)?;
    Ok(rows
        .into_iter()
        .map(|(role, organization_id, path)| Grant {
            role,
            organization_id,
            path,
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
    pub failed_logins: i64,
    pub locked_until: Option<Instant>,
}

pub fn by_username(c: &mut Conn, username: &str) -> Result<Option<LoginRow>> {
    Ok(users::table
        .filter(users::username.eq(username))
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

pub fn set_failures(
    c: &mut Conn,
    user: UserId,
    failures: i64,
    locked_until: Option<Instant>,
) -> Result<()> {
    diesel::update(users::table.find(user))
        .set((
            users::failed_logins.eq(failures),
            users::locked_until.eq(locked_until),
        ))
        .execute(c)?;
    Ok(())
}

pub fn insert_session(
    c: &mut Conn,
    id: SessionId,
    user: UserId,
    kind: SessionKind,
    locked_key: Option<Vec<u8>>,
    now: Instant,
    expires_at: Instant,
) -> Result<()> {
    diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(id),
            sessions::user_id.eq(user),
            sessions::kind.eq(kind),
            sessions::locked_key.eq(locked_key),
            sessions::created_at.eq(now),
            sessions::last_seen_at.eq(now),
            sessions::expires_at.eq(expires_at),
        ))
        .execute(c)?;
    Ok(())
}

pub fn touch_session(c: &mut Conn, id: SessionId, now: Instant) -> Result<()> {
    diesel::update(
        sessions::table
            .find(id)
            .filter(sessions::revoked_at.is_null()),
    )
    .set(sessions::last_seen_at.eq(now))
    .execute(c)?;
    Ok(())
}

pub fn revoke_session(c: &mut Conn, id: SessionId, now: Instant) -> Result<usize> {
    Ok(diesel::update(
        sessions::table
            .find(id)
            .filter(sessions::revoked_at.is_null()),
    )
    .set(sessions::revoked_at.eq(now))
    .execute(c)?)
}

pub fn revoke_sessions_of(c: &mut Conn, user: UserId, now: Instant) -> Result<usize> {
    Ok(diesel::update(
        sessions::table
            .filter(sessions::user_id.eq(user))
            .filter(sessions::revoked_at.is_null()),
    )
    .set(sessions::revoked_at.eq(now))
    .execute(c)?)
}

pub fn person(c: &mut Conn, username: &str) -> Result<PersonRow> {
    Ok(users::table
        .inner_join(organizations::table)
        .filter(users::username.eq(username))
        .select(PersonRow::as_select())
        .first(c)?)
}

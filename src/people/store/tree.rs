//! Queries of what an organization holds: those below it, its people, the roles held at it.

use diesel::prelude::*;

use super::{RoleGrant, User, beneath};
use crate::clock::Instant;
use crate::db::schema::{organizations, pending_grants, user_roles, users};
use crate::db::{self, Conn};
use crate::error::Result;
use crate::ids::{OrganizationId, UserId};

/// Organizations at or below a path: each with its path and its committee.
pub fn subtree(c: &mut Conn, path: &str) -> Result<Vec<(OrganizationId, String, OrganizationId)>> {
    Ok(organizations::table
        .filter(beneath(path))
        .select((
            organizations::id,
            organizations::path,
            organizations::committee_id,
        ))
        .load(c)?)
}

/// Directly below an organization, in their order.
pub fn children(c: &mut Conn, id: OrganizationId) -> Result<Vec<super::Organization>> {
    Ok(organizations::table
        .filter(organizations::parent_id.eq(id))
        .order((organizations::position, organizations::id))
        .select(super::Organization::as_select())
        .load(c)?)
}

pub fn put_place(
    c: &mut Conn,
    id: OrganizationId,
    path: &str,
    committee: OrganizationId,
    now: Instant,
) -> Result<()> {
    diesel::update(organizations::table.find(id))
        .set((
            organizations::path.eq(path),
            organizations::committee_id.eq(committee),
            organizations::version.eq(organizations::version + 1),
            organizations::updated_at.eq(now),
        ))
        .execute(c)?;
    Ok(())
}

/// Under which one it stands, and in which place among its siblings.
pub fn put_parent(
    c: &mut Conn,
    id: OrganizationId,
    parent: OrganizationId,
    position: i64,
) -> Result<()> {
    diesel::update(organizations::table.find(id))
        .set((
            organizations::parent_id.eq(parent),
            organizations::position.eq(position),
        ))
        .execute(c)?;
    Ok(())
}

/// It goes on within another, and so does what it had taken in before.
pub fn put_successor(
    c: &mut Conn,
    id: OrganizationId,
    successor: OrganizationId,
    now: Instant,
) -> Result<()> {
    diesel::update(organizations::table.find(id))
        .set((
            organizations::disabled.eq(true),
            organizations::version.eq(organizations::version + 1),
            organizations::updated_at.eq(now),
        ))
        .execute(c)?;
    diesel::update(
        organizations::table.filter(
            organizations::id
                .eq(id)
                .or(organizations::successor_id.eq(id)),
        ),
    )
    .set(organizations::successor_id.eq(successor))
    .execute(c)?;
    Ok(())
}

/// All who belong to exactly this organization, disabled ones too.
pub fn members(c: &mut Conn, id: OrganizationId) -> Result<Vec<User>> {
    Ok(users::table
        .filter(users::organization_id.eq(id))
        .order(users::id)
        .select(User::as_select())
        .load(c)?)
}

/// Roles held at exactly this organization.
pub fn grants_at(c: &mut Conn, id: OrganizationId) -> Result<Vec<RoleGrant>> {
    Ok(user_roles::table
        .inner_join(organizations::table)
        .filter(user_roles::organization_id.eq(id))
        .filter(user_roles::revoked_at.is_null())
        .order(user_roles::id)
        .select(RoleGrant::as_select())
        .load(c)?)
}

/// Who holds any role at these organizations, each once.
pub fn holders_at(c: &mut Conn, ids: &[OrganizationId]) -> Result<Vec<UserId>> {
    let mut found: Vec<UserId> = db::in_parts(ids, |some| {
        Ok(user_roles::table
            .filter(user_roles::organization_id.eq_any(some))
            .filter(user_roles::revoked_at.is_null())
            .select(user_roles::user_id)
            .load(c)?)
    })?;
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// What waits for a second administrator there is refused.
pub fn answer_pending_at(c: &mut Conn, id: OrganizationId, by: UserId, now: Instant) -> Result<()> {
    diesel::update(
        pending_grants::table
            .filter(pending_grants::organization_id.eq(id))
            .filter(pending_grants::answered_at.is_null()),
    )
    .set((
        pending_grants::answered_by.eq(by),
        pending_grants::answered_at.eq(now),
    ))
    .execute(c)?;
    Ok(())
}

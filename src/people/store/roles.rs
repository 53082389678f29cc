//! Queries of roles.

use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::Instant;
use crate::db::schema::{organizations, user_roles};
use crate::db::{self, Conn};
use crate::error::Result;
use crate::ids::{OrganizationId, RoleGrantId, UserId};
use crate::who::Role;

/// A role somebody holds, or held.
#[derive(Debug, Clone, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = user_roles)]
pub struct RoleGrant {
    /// For revoking it.
    pub id: RoleGrantId,
    #[serde(skip)]
    pub user_id: UserId,
    pub role: Role,
    pub organization_id: OrganizationId,
    #[diesel(select_expression = organizations::short_name)]
    pub organization: String,
    #[serde(skip)]
    #[diesel(select_expression = organizations::path)]
    pub organization_path: String,
    pub granted_at: Instant,
    #[serde(skip)]
    pub revoked_at: Option<Instant>,
}

/// Roles held now by any of these people.
pub fn grants_of(c: &mut Conn, ids: &[UserId]) -> Result<Vec<RoleGrant>> {
    db::in_parts(ids, |some| {
        Ok(user_roles::table
            .inner_join(organizations::table)
            .filter(user_roles::user_id.eq_any(some))
            .filter(user_roles::revoked_at.is_null())
            .order(user_roles::id)
            .select(RoleGrant::as_select())
            .load(c)?)
    })
}

/// A role, revoked or not.
pub fn grant(c: &mut Conn, id: RoleGrantId) -> Result<RoleGrant> {
    Ok(user_roles::table
        .inner_join(organizations::table)
        .filter(user_roles::id.eq(id))
        .select(RoleGrant::as_select())
        .first(c)?)
}

pub fn insert_grant(
    c: &mut Conn,
    id: RoleGrantId,
    user: UserId,
    role: Role,
    organization: OrganizationId,
    now: Instant,
) -> Result<()> {
    diesel::insert_into(user_roles::table)
        .values((
            user_roles::id.eq(id),
            user_roles::user_id.eq(user),
            user_roles::role.eq(role),
            user_roles::organization_id.eq(organization),
            user_roles::granted_at.eq(now),
        ))
        .execute(c)?;
    Ok(())
}

pub fn revoke_grant(c: &mut Conn, id: RoleGrantId, now: Instant) -> Result<usize> {
    Ok(diesel::update(
        user_roles::table
            .find(id)
            .filter(user_roles::revoked_at.is_null()),
    )
    .set(user_roles::revoked_at.eq(now))
    .execute(c)?)
}

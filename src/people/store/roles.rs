//! Queries of roles.

use std::collections::BTreeMap;

use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::Instant;
use crate::db::schema::{organizations, pending_grants, set_passwords, user_roles, users};
use crate::db::{self, Conn};
use crate::error::Result;
use crate::ids::{OrganizationId, RoleGrantId, UserId};
use crate::people::rules::Post;
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
    #[serde(skip)]
    #[diesel(select_expression = organizations::committee_id)]
    pub committee_id: OrganizationId,
    pub granted_at: Instant,
    #[serde(skip)]
    pub revoked_at: Option<Instant>,
}

impl RoleGrant {
    pub fn post(&self) -> Post<'_> {
        Post {
            role: self.role,
            committee: self.committee_id,
            path: &self.organization_path,
        }
    }
}

crate::text_enum! {
    /// Why a second administrator is asked.
    Why {
        SecondRole = "second_role" "本人已有业务角色",
        OwnAccount = "own_account" "账号三十天内由提出的人建立或重设过口令",
    }
}

/// A role that waits for a second administrator, or did.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = pending_grants)]
pub struct PendingGrant {
    /// Of the role, too, once it is confirmed.
    pub id: RoleGrantId,
    pub user_id: UserId,
    pub role: Role,
    pub organization_id: OrganizationId,
    #[diesel(select_expression = organizations::short_name)]
    pub organization: String,
    #[diesel(select_expression = organizations::path)]
    pub organization_path: String,
    #[diesel(select_expression = organizations::committee_id)]
    pub committee_id: OrganizationId,
    pub why: Why,
    pub asked_by: UserId,
    pub asked_at: Instant,
    pub answered_by: Option<UserId>,
    pub answered_at: Option<Instant>,
}

impl PendingGrant {
    /// As it would be held.
    pub fn as_held(&self) -> RoleGrant {
        RoleGrant {
            id: self.id,
            user_id: self.user_id,
            role: self.role,
            organization_id: self.organization_id,
            organization: self.organization.clone(),
            organization_path: self.organization_path.clone(),
            committee_id: self.committee_id,
            granted_at: self.asked_at,
            revoked_at: None,
        }
    }
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
pub fn grant(c: &mut Conn, id: RoleGrantId) -> Result<Option<RoleGrant>> {
    Ok(user_roles::table
        .inner_join(organizations::table)
        .filter(user_roles::id.eq(id))
        .select(RoleGrant::as_select())
        .first(c)
        .optional()?)
}

pub fn pending_grant(c: &mut Conn, id: RoleGrantId) -> Result<Option<PendingGrant>> {
    Ok(pending_grants::table
        .inner_join(organizations::table)
        .filter(pending_grants::id.eq(id))
        .select(PendingGrant::as_select())
        .first(c)
        .optional()?)
}

/// What waits or waited for a second administrator, for one person.
pub fn pending_grants_of(c: &mut Conn, user: UserId) -> Result<Vec<PendingGrant>> {
    Ok(pending_grants::table
        .inner_join(organizations::table)
        .filter(pending_grants::user_id.eq(user))
        .order(pending_grants::id)
        .select(PendingGrant::as_select())
        .load(c)?)
}

/// What waits below these paths for somebody else than this one, who is not meant either; with the person's name.
pub fn pending_below(
    c: &mut Conn,
    paths: &[String],
    not: UserId,
    limit: i64,
) -> Result<Vec<(PendingGrant, String)>> {
    Ok(pending_grants::table
        .inner_join(users::table)
        .inner_join(organizations::table)
        .filter(super::below(paths))
        .filter(pending_grants::answered_at.is_null())
        .filter(pending_grants::asked_by.ne(not))
        .filter(pending_grants::user_id.ne(not))
        .order(pending_grants::id)
        .limit(limit)
        .select((PendingGrant::as_select(), users::name))
        .load(c)?)
}

pub fn insert_pending(c: &mut Conn, row: &PendingGrant) -> Result<()> {
    diesel::insert_into(pending_grants::table)
        .values((
            pending_grants::id.eq(row.id),
            pending_grants::user_id.eq(row.user_id),
            pending_grants::role.eq(row.role),
            pending_grants::organization_id.eq(row.organization_id),
            pending_grants::why.eq(row.why),
            pending_grants::asked_by.eq(row.asked_by),
            pending_grants::asked_at.eq(row.asked_at),
        ))
        .execute(c)?;
    Ok(())
}

/// Confirmed or refused, once.
pub fn answer_pending(c: &mut Conn, id: RoleGrantId, by: UserId, now: Instant) -> Result<usize> {
    Ok(diesel::update(
        pending_grants::table
            .find(id)
            .filter(pending_grants::answered_at.is_null()),
    )
    .set((
        pending_grants::answered_by.eq(by),
        pending_grants::answered_at.eq(now),
    ))
    .execute(c)?)
}

/// Whether this administrator made the account or had a part in setting its password anew since then.
pub fn set_up_by(c: &mut Conn, user: UserId, by: UserId, since: Instant) -> Result<bool> {
    let found: Option<i64> = set_passwords::table
        .filter(set_passwords::user_id.eq(user))
        .filter(set_passwords::set_at.gt(since))
        .filter(
            set_passwords::asked_by
                .eq(by)
                .or(set_passwords::set_by.eq(by)),
        )
        .select(set_passwords::id)
        .first(c)
        .optional()?;
    Ok(found.is_some())
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

/// What is said beside the names of these people where they act: the roles they hold that a second administrator
/// confirmed. By the person's id, as pages look it up.
pub fn confirmed_roles(c: &mut Conn, ids: &[UserId]) -> Result<BTreeMap<String, String>> {
    let rows: Vec<(UserId, Role, Why)> = db::in_parts(ids, |some| {
        Ok(pending_grants::table
            .inner_join(user_roles::table.on(user_roles::id.eq(pending_grants::id)))
            .filter(pending_grants::user_id.eq_any(some))
            .filter(user_roles::revoked_at.is_null())
            .order(pending_grants::id)
            .select((
                pending_grants::user_id,
                pending_grants::role,
                pending_grants::why,
            ))
            .load(c)?)
    })?;
    let mut said: BTreeMap<String, String> = BTreeMap::new();
    for (user, role, why) in rows {
        let line = said.entry(user.to_string()).or_default();
        line.push_str(&format!(
            "{}由两位管理员授予：{}。",
            role.label(),
            why.label()
        ));
    }
    Ok(said)
}

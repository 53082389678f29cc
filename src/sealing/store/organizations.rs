//! Queries of organizations' keys, and of who holds them.

use diesel::prelude::*;

use crate::clock::Instant;
use crate::db::Conn;
use crate::db::schema::{organization_key_grants, organization_keys};
use crate::error::Result;
use crate::ids::{KeyGrantId, KeyId, OrganizationId, UserId};

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = organization_keys)]
pub struct OrganizationKey {
    pub id: KeyId,
    pub organization_id: OrganizationId,
    pub public_key: Vec<u8>,
    pub made_at: Instant,
    pub retired_at: Option<Instant>,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = organization_key_grants)]
pub struct KeyGrant {
    pub id: KeyGrantId,
    pub key_id: KeyId,
    pub user_id: UserId,
    pub sealed_key: Vec<u8>,
    pub granted_by: Option<UserId>,
    pub granted_at: Instant,
    pub ended_at: Option<Instant>,
}

pub fn current_organization_key(
    c: &mut Conn,
    id: OrganizationId,
) -> Result<Option<OrganizationKey>> {
    Ok(organization_keys::table
        .filter(organization_keys::organization_id.eq(id))
        .filter(organization_keys::retired_at.is_null())
        .select(OrganizationKey::as_select())
        .first(c)
        .optional()?)
}

pub fn retire_organization_key(c: &mut Conn, id: KeyId, now: Instant) -> Result<()> {
    diesel::update(organization_keys::table.find(id))
        .set(organization_keys::retired_at.eq(Some(now)))
        .execute(c)?;
    Ok(())
}

pub fn insert_organization_key(c: &mut Conn, key: &OrganizationKey) -> Result<()> {
    diesel::insert_into(organization_keys::table)
        .values(key)
        .execute(c)?;
    Ok(())
}

pub fn insert_grant(c: &mut Conn, grant: &KeyGrant) -> Result<()> {
    diesel::insert_into(organization_key_grants::table)
        .values(grant)
        .execute(c)?;
    Ok(())
}

/// Who holds a key of an organization.
pub fn grants_of_key(c: &mut Conn, key: KeyId) -> Result<Vec<KeyGrant>> {
    Ok(organization_key_grants::table
        .filter(organization_key_grants::key_id.eq(key))
        .filter(organization_key_grants::ended_at.is_null())
        .order(organization_key_grants::id)
        .select(KeyGrant::as_select())
        .load(c)?)
}

/// The keys of an organization one person holds.
pub fn grants_of_user(
    c: &mut Conn,
    organization: OrganizationId,
    user: UserId,
) -> Result<Vec<KeyGrant>> {
    Ok(organization_key_grants::table
        .inner_join(organization_keys::table)
        .filter(organization_keys::organization_id.eq(organization))
        .filter(organization_key_grants::user_id.eq(user))
        .filter(organization_key_grants::ended_at.is_null())
        .order(organization_key_grants::id)
        .select(KeyGrant::as_select())
        .load(c)?)
}

/// Who holds the present keys of these organizations.
pub fn current_holders(
    c: &mut Conn,
    organizations: &[OrganizationId],
) -> Result<Vec<(OrganizationId, UserId)>> {
    Ok(organization_key_grants::table
        .inner_join(organization_keys::table)
        .filter(organization_keys::organization_id.eq_any(organizations.to_vec()))
        .filter(organization_keys::retired_at.is_null())
        .filter(organization_key_grants::ended_at.is_null())
        .order(organization_key_grants::id)
        .select((
            organization_keys::organization_id,
            organization_key_grants::user_id,
        ))
        .load(c)?)
}

/// Somebody who was let in to the present key of an organization.
#[derive(Debug, Clone, Queryable)]
pub struct LetIn {
    pub organization_id: OrganizationId,
    pub user_id: UserId,
    pub by: Option<UserId>,
    pub at: Instant,
}

/// Who was let in since then to the present keys of these organizations.
pub fn let_in(
    c: &mut Conn,
    organizations: &[OrganizationId],
    since: Instant,
) -> Result<Vec<LetIn>> {
    Ok(organization_key_grants::table
        .inner_join(organization_keys::table)
        .filter(organization_keys::organization_id.eq_any(organizations.to_vec()))
        .filter(organization_keys::retired_at.is_null())
        .filter(organization_key_grants::ended_at.is_null())
        .filter(organization_key_grants::granted_by.is_not_null())
        .filter(organization_key_grants::granted_at.gt(since))
        .order(organization_key_grants::id)
        .select((
            organization_keys::organization_id,
            organization_key_grants::user_id,
            organization_key_grants::granted_by,
            organization_key_grants::granted_at,
        ))
        .load(c)?)
}

pub fn grant(c: &mut Conn, key: KeyId, user: UserId) -> Result<Option<KeyGrant>> {
    Ok(organization_key_grants::table
        .filter(organization_key_grants::key_id.eq(key))
        .filter(organization_key_grants::user_id.eq(user))
        .filter(organization_key_grants::ended_at.is_null())
        .select(KeyGrant::as_select())
        .first(c)
        .optional()?)
}

/// What was sealed to a key that is gone opens no more.
pub fn end_grants_of(c: &mut Conn, user: UserId, now: Instant) -> Result<usize> {
    Ok(diesel::update(
        organization_key_grants::table
            .filter(organization_key_grants::user_id.eq(user))
            .filter(organization_key_grants::ended_at.is_null()),
    )
    .set((
        organization_key_grants::ended_at.eq(Some(now)),
        organization_key_grants::sealed_key.eq(Vec::<u8>::new()),
    ))
    .execute(c)?)
}

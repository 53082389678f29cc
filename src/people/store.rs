//! Queries of organizations, users and roles.

use diesel::prelude::*;

use super::OrganizationKind;
use crate::clock::Instant;
use crate::db::Conn;
use crate::db::schema::organizations;
use crate::error::Result;
use crate::ids::OrganizationId;

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = organizations)]
pub struct Organization {
    pub id: OrganizationId,
    pub parent_id: Option<OrganizationId>,
    pub committee_id: OrganizationId,
    pub kind: OrganizationKind,
    pub name: String,
    pub short_name: String,
    pub code: String,
    pub position: i64,
    pub path: String,
    pub disabled: bool,
    pub version: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

pub fn organization(c: &mut Conn, id: OrganizationId) -> Result<Organization> {
    Ok(organizations::table
        .find(id)
        .select(Organization::as_select())
        .first(c)?)
}

pub fn organization_paths(c: &mut Conn) -> Result<Vec<(OrganizationId, String)>> {
    Ok(organizations::table
        .select((organizations::id, organizations::path))
        .load(c)?)
}

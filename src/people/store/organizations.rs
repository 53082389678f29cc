//! Queries of organizations.

use std::collections::HashMap;

use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use super::taken;
use crate::clock::Instant;
use crate::db::schema::organizations;
use crate::db::{self, Conn, MultiBackend, changed};
use crate::error::Result;
use crate::ids::OrganizationId;
use crate::people::{OrganizationKind, rules};
use crate::text::{containing, folded, key};

/// An organization, as everybody who knows of it is shown it.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, Serialize, ToSchema)]
#[diesel(table_name = organizations)]
pub struct Organization {
    pub id: OrganizationId,
    pub parent_id: Option<OrganizationId>,
    /// The nearest committee at or above.
    pub committee_id: OrganizationId,
    pub kind: OrganizationKind,
    pub name: String,
    pub short_name: String,
    pub code: String,
    pub position: i64,
    /// Ids from the root down, such as `/1/5/`.
    #[schema(example = "/1/5/")]
    pub path: String,
    pub disabled: bool,
    /// What it goes on in, if it was merged.
    pub successor_id: Option<OrganizationId>,
    /// For `If-Match: "v<version>"`.
    pub version: i64,
    #[serde(skip)]
    pub created_at: Instant,
    pub updated_at: Instant,
}

/// The organization itself, without asking who wants to see it.
pub fn organization(c: &mut Conn, id: OrganizationId) -> Result<Organization> {
    Ok(organizations::table
        .find(id)
        .select(Organization::as_select())
        .first(c)?)
}

/// Refused if it is disabled.
pub fn in_use(c: &mut Conn, id: OrganizationId) -> Result<()> {
    let row = organization(c, id)?;
    let successor = match row.successor_id {
        Some(successor) => names(c, &[successor])?.remove(&successor),
        None => None,
    };
    Ok(rules::in_use(&row, successor.as_deref())?)
}

/// However it is written.
pub fn organization_by_code(c: &mut Conn, code: &str) -> Result<Option<Organization>> {
    Ok(organizations::table
        .filter(organizations::code_key.eq(key(code)))
        .select(Organization::as_select())
        .first(c)
        .optional()?)
}

/// Paths.
pub fn paths(c: &mut Conn, ids: &[OrganizationId]) -> Result<HashMap<OrganizationId, String>> {
    let found: Vec<(OrganizationId, String)> = db::in_parts(ids, |some| {
        Ok(organizations::table
            .filter(organizations::id.eq_any(some))
            .select((organizations::id, organizations::path))
            .load(c)?)
    })?;
    Ok(found.into_iter().collect())
}

/// Short names.
pub fn names(c: &mut Conn, ids: &[OrganizationId]) -> Result<HashMap<OrganizationId, String>> {
    let found: Vec<(OrganizationId, String)> = db::in_parts(ids, |some| {
        Ok(organizations::table
            .filter(organizations::id.eq_any(some))
            .select((organizations::id, organizations::short_name))
            .load(c)?)
    })?;
    Ok(found.into_iter().collect())
}

/// Full names.
pub fn full_names(c: &mut Conn, ids: &[OrganizationId]) -> Result<HashMap<OrganizationId, String>> {
    let found: Vec<(OrganizationId, String)> = db::in_parts(ids, |some| {
        Ok(organizations::table
            .filter(organizations::id.eq_any(some))
            .select((organizations::id, organizations::name))
            .load(c)?)
    })?;
    Ok(found.into_iter().collect())
}

/// At or below the path, for walking organizations by their index; see [`below`] for what hangs on one of them. Paths hold
/// digits and slashes only and are compared byte by byte on both databases; `0` follows `/`.
pub fn beneath(path: &str) -> Beneath {
    let end = format!("{}0", path.trim_end_matches('/'));
    organizations::path
        .ge(path.to_owned())
        .and(organizations::path.lt(end))
}

type Beneath = diesel::dsl::And<
    diesel::dsl::GtEq<organizations::path, String>,
    diesel::dsl::Lt<organizations::path, String>,
>;

/// Organizations that one select offers, at the most.
pub const OFFERED: i64 = 500;

/// An organization in a select.
#[derive(Debug, Clone, Serialize)]
pub struct Offered {
    pub value: OrganizationId,
    pub label: String,
}

/// Organizations at or below a path that are not disabled, as a select offers them, in the order of the tree; only those
/// whose name holds the word.
pub fn offered(c: &mut Conn, path: &str, word: &str) -> Result<Vec<Offered>> {
    let found: Vec<(OrganizationId, String)> = organizations::table
        .filter(beneath(path))
        .filter(organizations::disabled.eq(false))
        .filter(
            organizations::folded
                .like(containing(&folded(word)))
                .escape('\\'),
        )
        .order(organizations::path)
        .limit(OFFERED)
        .select((organizations::id, organizations::short_name))
        .load(c)?;
    let option = |(value, label)| Offered { value, label };
    Ok(found.into_iter().map(option).collect())
}

/// Filter of the list of organizations; ids of what is made later are greater, so that parents come first.
pub struct OrganizationFilter {
    pub paths: Vec<String>,
    pub parent: Option<OrganizationId>,
    pub kind: Option<OrganizationKind>,
    pub after: Option<i64>,
    pub limit: i64,
}

pub fn organizations(c: &mut Conn, filter: &OrganizationFilter) -> Result<Vec<Organization>> {
    let mut query = organizations::table
        .select(Organization::as_select())
        .order(organizations::id)
        .limit(filter.limit)
        .into_boxed::<MultiBackend>();
    query = query.filter(below(&filter.paths));
    if let Some(parent) = filter.parent {
        query = query.filter(organizations::parent_id.eq(parent));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(organizations::kind.eq(kind));
    }
    if let Some(after) = filter.after {
        query = query.filter(organizations::id.gt(OrganizationId(after)));
    }
    Ok(query.load(c)?)
}

type Below<From> =
    Box<dyn BoxableExpression<From, MultiBackend, SqlType = diesel::sql_types::Bool>>;

/// At or below any of the paths: a condition on what belongs to an organization, looked at row by row.
pub fn below<From: 'static>(paths: &[String]) -> Below<From>
where
    organizations::path: SelectableExpression<From>,
{
    let mut all: Below<From> = Box::new(organizations::path.eq(""));
    for path in paths {
        all = Box::new(all.or(organizations::path.like(format!("{path}%"))));
    }
    all
}

pub fn last_position(c: &mut Conn, parent: Option<OrganizationId>) -> Result<i64> {
    let query = organizations::table
        .select(diesel::dsl::max(organizations::position))
        .into_boxed::<MultiBackend>();
    let query = match parent {
        Some(parent) => query.filter(organizations::parent_id.eq(parent)),
        None => query.filter(organizations::parent_id.is_null()),
    };
    Ok(query.first::<Option<i64>>(c)?.unwrap_or(0))
}

pub fn insert_organization(c: &mut Conn, row: &Organization) -> Result<()> {
    diesel::insert_into(organizations::table)
        .values((
            row,
            organizations::folded.eq(folded(&row.short_name)),
            organizations::code_key.eq(key(&row.code)),
        ))
        .execute(c)
        .map_err(taken)?;
    Ok(())
}

/// Writes what may change, if nobody was faster.
pub fn update_organization(c: &mut Conn, row: &Organization, version: i64) -> Result<()> {
    let rows = diesel::update(
        organizations::table
            .find(row.id)
            .filter(organizations::version.eq(version)),
    )
    .set((
        organizations::name.eq(&row.name),
        organizations::short_name.eq(&row.short_name),
        organizations::folded.eq(folded(&row.short_name)),
        organizations::code.eq(&row.code),
        organizations::code_key.eq(key(&row.code)),
        organizations::position.eq(row.position),
        organizations::disabled.eq(row.disabled),
        organizations::version.eq(row.version),
        organizations::updated_at.eq(row.updated_at),
    ))
    .execute(c)
    .map_err(taken)?;
    changed(rows)
}

/// The first committee of the first tree.
pub fn first_committee(c: &mut Conn) -> Result<Option<OrganizationId>> {
    Ok(organizations::table
        .filter(organizations::parent_id.is_null())
        .order(organizations::position)
        .select(organizations::id)
        .first(c)
        .optional()?)
}

/// No organization and no person yet.
pub fn is_empty(c: &mut Conn) -> Result<bool> {
    let first: Option<OrganizationId> = organizations::table
        .select(organizations::id)
        .first(c)
        .optional()?;
    Ok(first.is_none())
}

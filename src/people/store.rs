//! Queries of organizations, users and roles.

use diesel::prelude::*;

use super::OrganizationKind;
use crate::clock::Instant;
use crate::db::dialect::is_unique_violation;
use crate::db::schema::{organizations, user_roles, users};
use crate::db::{self, Conn, MultiBackend, changed};
use crate::error::{Error, Refusal, Result};
use crate::ids::{OrganizationId, RoleGrantId, UserId};
use crate::who::Role;

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
    /// Ids from the root down: `/1/5/`.
    pub path: String,
    pub disabled: bool,
    pub version: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

/// A person, without what concerns the login.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = users)]
pub struct User {
    pub id: UserId,
    pub organization_id: OrganizationId,
    pub staff_number: String,
    pub username: Option<String>,
    pub name: String,
    pub post: String,
    pub demo: bool,
    pub disabled: bool,
    pub version: i64,
}

#[derive(Insertable)]
#[diesel(table_name = users)]
pub struct NewUser {
    pub id: UserId,
    pub organization_id: OrganizationId,
    pub staff_number: String,
    pub username: Option<String>,
    pub name: String,
    pub post: String,
    pub password_hash: Option<String>,
    pub demo: bool,
    pub disabled: bool,
    pub failed_logins: i64,
    pub locked_until: Option<Instant>,
    pub version: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

/// A role somebody holds.
#[derive(Debug, Clone, Queryable)]
pub struct GrantRow {
    pub id: RoleGrantId,
    pub user_id: UserId,
    pub role: Role,
    pub organization_id: OrganizationId,
    pub organization_name: String,
    pub organization_path: String,
    pub granted_at: Instant,
}

/// Somebody took the same unique value at the same moment: the check before the insert did not see it.
fn taken(error: diesel::result::Error) -> Error {
    if is_unique_violation(&error) {
        Refusal::new("taken_meanwhile", "相同的编号刚刚被使用。")
            .remedy("请更换编号后重试。")
            .into()
    } else {
        error.into()
    }
}

// Organizations.

pub fn organization(c: &mut Conn, id: OrganizationId) -> Result<Organization> {
    Ok(organizations::table
        .find(id)
        .select(Organization::as_select())
        .first(c)?)
}

pub fn organization_by_code(c: &mut Conn, code: &str) -> Result<Option<Organization>> {
    Ok(organizations::table
        .filter(organizations::code.eq(code))
        .select(Organization::as_select())
        .first(c)
        .optional()?)
}

pub fn organization_paths(c: &mut Conn) -> Result<Vec<(OrganizationId, String)>> {
    Ok(organizations::table
        .select((organizations::id, organizations::path))
        .load(c)?)
}

pub fn short_names(c: &mut Conn, ids: &[OrganizationId]) -> Result<Vec<(OrganizationId, String)>> {
    db::in_parts(ids, |some| {
        Ok(organizations::table
            .filter(organizations::id.eq_any(some))
            .select((organizations::id, organizations::short_name))
            .load(c)?)
    })
}

pub fn full_names(c: &mut Conn, ids: &[OrganizationId]) -> Result<Vec<(OrganizationId, String)>> {
    db::in_parts(ids, |some| {
        Ok(organizations::table
            .filter(organizations::id.eq_any(some))
            .select((organizations::id, organizations::name))
            .load(c)?)
    })
}

/// Everything at or below a path. Paths hold digits and slashes only, so that LIKE is exact on both databases.
pub fn subtree(c: &mut Conn, path: &str) -> Result<Vec<Organization>> {
    Ok(organizations::table
        .filter(organizations::path.like(format!("{path}%")))
        .order(organizations::id)
        .select(Organization::as_select())
        .load(c)?)
}

/// Filter of the list of organizations; ids of what is made later are greater, so that parents come first.
pub struct OrganizationFilter {
    pub paths: Vec<String>,
    pub parent: Option<OrganizationId>,
    pub kind: Option<OrganizationKind>,
    pub after: Option<OrganizationId>,
    pub limit: i64,
}

pub fn organizations(c: &mut Conn, filter: &OrganizationFilter) -> Result<Vec<Organization>> {
    let mut query = organizations::table
        .select(Organization::as_select())
        .order(organizations::id)
        .limit(filter.limit)
        .into_boxed::<MultiBackend>();
    let mut reach: OrganizationReach = Box::new(organizations::path.eq(""));
    for path in &filter.paths {
        reach = Box::new(reach.or(organizations::path.like(format!("{path}%"))));
    }
    query = query.filter(reach);
    if let Some(parent) = filter.parent {
        query = query.filter(organizations::parent_id.eq(parent));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(organizations::kind.eq(kind));
    }
    if let Some(after) = filter.after {
        query = query.filter(organizations::id.gt(after));
    }
    Ok(query.load(c)?)
}

type OrganizationReach = Box<
    dyn diesel::BoxableExpression<
            organizations::table,
            MultiBackend,
            SqlType = diesel::sql_types::Bool,
        >,
>;

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
        .values(row)
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
        organizations::position.eq(row.position),
        organizations::disabled.eq(row.disabled),
        organizations::version.eq(row.version),
        organizations::updated_at.eq(row.updated_at),
    ))
    .execute(c)?;
    changed(rows)
}

// People.

pub fn user(c: &mut Conn, id: UserId) -> Result<User> {
    Ok(users::table.find(id).select(User::as_select()).first(c)?)
}

pub fn user_by_username(c: &mut Conn, username: &str) -> Result<Option<User>> {
    Ok(users::table
        .filter(users::username.eq(username))
        .select(User::as_select())
        .first(c)
        .optional()?)
}

pub fn user_by_staff_number(c: &mut Conn, staff_number: &str) -> Result<Option<User>> {
    Ok(users::table
        .filter(users::staff_number.eq(staff_number))
        .select(User::as_select())
        .first(c)
        .optional()?)
}

pub fn user_names(c: &mut Conn, ids: &[UserId]) -> Result<Vec<(UserId, String)>> {
    db::in_parts(ids, |some| {
        Ok(users::table
            .filter(users::id.eq_any(some))
            .select((users::id, users::name))
            .load(c)?)
    })
}

pub fn people_below(c: &mut Conn, path: &str) -> Result<Vec<User>> {
    Ok(users::table
        .inner_join(organizations::table)
        .filter(organizations::path.like(format!("{path}%")))
        .filter(users::disabled.eq(false))
        .order(users::staff_number)
        .select(User::as_select())
        .load(c)?)
}

/// Holders of a role at one of the paths or, if told, below the last of them.
pub fn holders(c: &mut Conn, role: Role, paths: &[String], below: bool) -> Result<Vec<User>> {
    let mut query = user_roles::table
        .inner_join(users::table)
        .inner_join(organizations::table)
        .filter(user_roles::role.eq(role))
        .filter(user_roles::revoked_at.is_null())
        .filter(users::disabled.eq(false))
        .order(users::staff_number)
        .select(User::as_select())
        .into_boxed::<MultiBackend>();
    let at_or_above = organizations::path.eq_any(paths.to_vec());
    query = match paths.last().filter(|_| below) {
        Some(path) => query.filter(at_or_above.or(organizations::path.like(format!("{path}%")))),
        None => query.filter(at_or_above),
    };
    let mut found: Vec<User> = query.load(c)?;
    found.dedup_by_key(|user| user.id);
    Ok(found)
}

pub fn users(c: &mut Conn, ids: &[UserId]) -> Result<Vec<User>> {
    Ok(users::table
        .filter(users::id.eq_any(ids.to_vec()))
        .order(users::staff_number)
        .select(User::as_select())
        .load(c)?)
}

/// Active holders of the bidder's roles at exactly this organization.
pub fn acting_for(c: &mut Conn, organization: OrganizationId) -> Result<Vec<UserId>> {
    let mut found: Vec<UserId> = user_roles::table
        .inner_join(users::table)
        .filter(user_roles::organization_id.eq(organization))
        .filter(user_roles::role.eq_any([Role::Applicant, Role::BranchSecretary]))
        .filter(user_roles::revoked_at.is_null())
        .filter(users::disabled.eq(false))
        .order(users::id)
        .select(users::id)
        .load(c)?;
    found.dedup();
    Ok(found)
}

/// A person with the organization they belong to.
#[derive(Debug, Clone)]
pub struct UserRow {
    pub user: User,
    pub organization: String,
    pub path: String,
}

fn user_rows(found: Vec<(User, String, String)>) -> Vec<UserRow> {
    found
        .into_iter()
        .map(|(user, organization, path)| UserRow {
            user,
            organization,
            path,
        })
        .collect()
}

pub fn user_row(c: &mut Conn, id: UserId) -> Result<UserRow> {
    let (user, organization, path) = users::table
        .inner_join(organizations::table)
        .filter(users::id.eq(id))
        .select((
            User::as_select(),
            organizations::short_name,
            organizations::path,
        ))
        .first(c)?;
    Ok(UserRow {
        user,
        organization,
        path,
    })
}

/// Filter of the list of people.
pub struct UserFilter {
    pub paths: Vec<String>,
    pub role: Option<Role>,
    /// Part of the name, or the whole staff number or username.
    pub text: Option<String>,
    pub without_role: bool,
    pub disabled_too: bool,
    pub before: Option<UserId>,
    pub limit: i64,
}

/// Newest first.
pub fn users_page(c: &mut Conn, filter: &UserFilter) -> Result<Vec<UserRow>> {
    let held = user_roles::table
        .filter(user_roles::user_id.eq(users::id))
        .filter(user_roles::revoked_at.is_null())
        .select(user_roles::id);
    let mut query = users::table
        .inner_join(organizations::table)
        .filter(reach(&filter.paths))
        .select((
            User::as_select(),
            organizations::short_name,
            organizations::path,
        ))
        .order(users::id.desc())
        .limit(filter.limit)
        .into_boxed::<MultiBackend>();
    if let Some(role) = filter.role {
        query = query.filter(diesel::dsl::exists(held.filter(user_roles::role.eq(role))));
    }
    if filter.without_role {
        query = query
            .filter(users::username.is_not_null())
            .filter(users::disabled.eq(false))
            .filter(diesel::dsl::not(diesel::dsl::exists(held)));
    }
    if !filter.disabled_too {
        query = query.filter(users::disabled.eq(false));
    }
    if let Some(text) = &filter.text {
        let part: String = text
            .chars()
            .flat_map(|letter| {
                let special = matches!(letter, '%' | '_' | '\\');
                special.then_some('\\').into_iter().chain([letter])
            })
            .collect();
        query = query.filter(
            users::name
                .like(format!("%{part}%"))
                .escape('\\')
                .or(users::staff_number.eq(text.clone()))
                .or(users::username
                    .is_not_null()
                    .and(users::username.assume_not_null().eq(text.clone()))),
        );
    }
    if let Some(before) = filter.before {
        query = query.filter(users::id.lt(before));
    }
    Ok(user_rows(query.load(c)?))
}

/// Accounts at or below any of the paths to which nobody gave a role; at most 100.
pub fn accounts_without_role(c: &mut Conn, paths: &[String]) -> Result<Vec<User>> {
    let held = user_roles::table
        .filter(user_roles::user_id.eq(users::id))
        .filter(user_roles::revoked_at.is_null())
        .select(user_roles::id);
    Ok(users::table
        .inner_join(organizations::table)
        .filter(users::username.is_not_null())
        .filter(users::disabled.eq(false))
        .filter(diesel::dsl::not(diesel::dsl::exists(held)))
        .filter(reach(paths))
        .order(users::id.desc())
        .limit(100)
        .select(User::as_select())
        .load(c)?)
}

type Reach = Box<
    dyn diesel::BoxableExpression<
            diesel::dsl::InnerJoinQuerySource<users::table, organizations::table>,
            MultiBackend,
            SqlType = diesel::sql_types::Bool,
        >,
>;

/// At or below any of the paths.
fn reach(paths: &[String]) -> Reach {
    let mut all: Reach = Box::new(organizations::path.eq(""));
    for path in paths {
        all = Box::new(all.or(organizations::path.like(format!("{path}%"))));
    }
    all
}

pub fn insert_user(c: &mut Conn, row: &NewUser) -> Result<()> {
    diesel::insert_into(users::table)
        .values(row)
        .execute(c)
        .map_err(taken)?;
    Ok(())
}

/// Takes the person's turn: grants to one person come one after the other. Answers the new version.
pub fn turn(c: &mut Conn, id: UserId, now: Instant) -> Result<i64> {
    Ok(diesel::update(users::table.find(id))
        .set((
            users::version.eq(users::version + 1),
            users::updated_at.eq(now),
        ))
        .returning(users::version)
        .get_result(c)?)
}

pub fn disable_user(c: &mut Conn, id: UserId) -> Result<()> {
    diesel::update(users::table.find(id))
        .set(users::disabled.eq(true))
        .execute(c)?;
    Ok(())
}

/// A new password also ends a lock.
pub fn set_password(c: &mut Conn, id: UserId, hash: &str) -> Result<()> {
    diesel::update(users::table.find(id))
        .set((
            users::password_hash.eq(hash),
            users::demo.eq(false),
            users::failed_logins.eq(0),
            users::locked_until.eq(None::<Instant>),
        ))
        .execute(c)?;
    Ok(())
}

pub fn demo_accounts(c: &mut Conn) -> Result<i64> {
    Ok(users::table
        .filter(users::demo.eq(true))
        .filter(users::disabled.eq(false))
        .count()
        .get_result(c)?)
}

pub fn first_committee(c: &mut Conn) -> Result<Option<OrganizationId>> {
    Ok(organizations::table
        .filter(organizations::parent_id.is_null())
        .order(organizations::position)
        .select(organizations::id)
        .first(c)
        .optional()?)
}

pub fn is_empty(c: &mut Conn) -> Result<bool> {
    let first: Option<OrganizationId> = organizations::table
        .select(organizations::id)
        .first(c)
        .optional()?;
    Ok(first.is_none())
}

// Roles.

type GrantColumns = (
    user_roles::id,
    user_roles::user_id,
    user_roles::role,
    user_roles::organization_id,
    organizations::short_name,
    organizations::path,
    user_roles::granted_at,
);
const GRANT_COLUMNS: GrantColumns = (
    user_roles::id,
    user_roles::user_id,
    user_roles::role,
    user_roles::organization_id,
    organizations::short_name,
    organizations::path,
    user_roles::granted_at,
);

/// Roles held now by any of these people.
pub fn grants_of(c: &mut Conn, ids: &[UserId]) -> Result<Vec<GrantRow>> {
    db::in_parts(ids, |some| {
        Ok(user_roles::table
            .inner_join(organizations::table)
            .filter(user_roles::user_id.eq_any(some))
            .filter(user_roles::revoked_at.is_null())
            .order(user_roles::id)
            .select(GRANT_COLUMNS)
            .load(c)?)
    })
}

pub fn grant(c: &mut Conn, id: RoleGrantId) -> Result<GrantRow> {
    Ok(user_roles::table
        .inner_join(organizations::table)
        .filter(user_roles::id.eq(id))
        .filter(user_roles::revoked_at.is_null())
        .select(GRANT_COLUMNS)
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

pub fn places(c: &mut Conn, ids: &[UserId]) -> Result<Vec<(UserId, String)>> {
    db::in_parts(ids, |some| {
        Ok(users::table
            .inner_join(organizations::table)
            .filter(users::id.eq_any(some))
            .select((users::id, organizations::path))
            .load(c)?)
    })
}

//! Queries of people and their accounts.

use std::collections::HashMap;

use diesel::prelude::*;

use super::taken;
use crate::clock::Instant;
use crate::db::schema::{organizations, pending_grants, user_roles, users};
use crate::db::{self, Conn, MultiBackend, changed};
use crate::error::Result;
use crate::ids::{OrganizationId, UserId};
use crate::people::rules;
use crate::text::{containing, folded, key, spelled, words};
use crate::who::Role;

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
    pub phone: Option<String>,
    pub mail: Option<String>,
    pub reading: Option<String>,
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
    pub version: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

/// These and the following are without asking who wants to see them; names and numbers are found however they are written.
pub fn user(c: &mut Conn, id: UserId) -> Result<User> {
    Ok(users::table.find(id).select(User::as_select()).first(c)?)
}

pub fn user_by_username(c: &mut Conn, username: &str) -> Result<Option<User>> {
    Ok(users::table
        .filter(users::username.eq(key(username)))
        .select(User::as_select())
        .first(c)
        .optional()?)
}

pub fn user_by_staff_number(c: &mut Conn, staff_number: &str) -> Result<Option<User>> {
    Ok(users::table
        .filter(users::staff_key.eq(key(staff_number)))
        .select(User::as_select())
        .first(c)
        .optional()?)
}

pub fn user_names(c: &mut Conn, ids: &[UserId]) -> Result<HashMap<UserId, String>> {
    let found: Vec<(UserId, String)> = db::in_parts(ids, |some| {
        Ok(users::table
            .filter(users::id.eq_any(some))
            .select((users::id, users::name))
            .load(c)?)
    })?;
    Ok(found.into_iter().collect())
}

/// Path of each person's organization.
pub fn places(c: &mut Conn, ids: &[UserId]) -> Result<HashMap<UserId, String>> {
    let found: Vec<(UserId, String)> = db::in_parts(ids, |some| {
        Ok(users::table
            .inner_join(organizations::table)
            .filter(users::id.eq_any(some))
            .select((users::id, organizations::path))
            .load(c)?)
    })?;
    Ok(found.into_iter().collect())
}

/// Active people of an organization and below it, as their names are read.
pub fn roster(c: &mut Conn, organization: OrganizationId) -> Result<Vec<User>> {
    let path = super::organization(c, organization)?.path;
    Ok(users::table
        .inner_join(organizations::table)
        .filter(super::beneath(&path))
        .filter(users::disabled.eq(false))
        .order((users::sort_key, users::id))
        .select(User::as_select())
        .load(c)?)
}

/// Which of the holders of a role are asked for.
#[derive(Debug, Clone, Copy)]
pub enum Sought<'a> {
    All,
    These(&'a [UserId]),
    /// So many after this one, in whose name, or whose organization's, each word is found; by their ids.
    Some {
        find: &'a str,
        after: Option<UserId>,
        most: i64,
    },
}

/// Active accounts that hold a role for the committee with this path: at it or above it, and for the roles of the
/// grassroots and reviewers below it too.
pub fn holders(c: &mut Conn, role: Role, committee_path: &str) -> Result<Vec<User>> {
    holders_sought(c, role, committee_path, Sought::All)
}

/// Those of them that are asked for, each once, by staff number unless told.
pub fn holders_sought(
    c: &mut Conn,
    role: Role,
    committee_path: &str,
    sought: Sought,
) -> Result<Vec<User>> {
    let below = matches!(
        role,
        Role::Applicant | Role::BranchSecretary | Role::Reviewer
    );
    let mut query = user_roles::table
        .inner_join(users::table)
        .inner_join(organizations::table)
        .filter(user_roles::role.eq(role))
        .filter(user_roles::revoked_at.is_null())
        .filter(users::disabled.eq(false))
        .select(User::as_select())
        .distinct()
        .into_boxed::<MultiBackend>();
    let at_or_above = organizations::path.eq_any(rules::path_and_above(committee_path));
    query = if below {
        query.filter(at_or_above.or(super::below(&[committee_path.to_owned()])))
    } else {
        query.filter(at_or_above)
    };
    match sought {
        Sought::All => query = query.order(users::staff_number),
        Sought::These(ids) => {
            query = query
                .filter(users::id.eq_any(ids.to_vec()))
                .order(users::staff_number);
        }
        Sought::Some { find, after, most } => {
            query = query.order(users::id).limit(most);
            if let Some(after) = after {
                query = query.filter(users::id.gt(after));
            }
            for word in words(find) {
                let organization = organizations::folded.like(containing(&word)).escape('\\');
                let name = users::folded.like(containing(&word)).escape('\\');
                query = query.filter(name.or(organization));
            }
        }
    }
    Ok(query.load(c)?)
}

pub fn users(c: &mut Conn, ids: &[UserId]) -> Result<Vec<User>> {
    Ok(users::table
        .filter(users::id.eq_any(ids.to_vec()))
        .order(users::staff_number)
        .select(User::as_select())
        .load(c)?)
}

/// Who drafts or submits for exactly this organization.
pub fn acting_for(c: &mut Conn, organization: OrganizationId) -> Result<Vec<UserId>> {
    let mut found: Vec<UserId> = acting(c, &[organization])?
        .into_iter()
        .map(|one| one.user_id)
        .collect();
    found.dedup();
    Ok(found)
}

/// Somebody who drafts or submits for an organization.
#[derive(Debug, Clone, Queryable)]
pub struct Acting {
    pub organization_id: OrganizationId,
    pub user_id: UserId,
    pub name: String,
    pub role: Role,
}

/// Who acts for exactly these organizations, by person, once for each of their roles.
pub fn acting(c: &mut Conn, organizations: &[OrganizationId]) -> Result<Vec<Acting>> {
    Ok(user_roles::table
        .inner_join(users::table)
        .filter(user_roles::organization_id.eq_any(organizations.to_vec()))
        .filter(user_roles::role.eq_any([Role::Applicant, Role::BranchSecretary]))
        .filter(user_roles::revoked_at.is_null())
        .filter(users::disabled.eq(false))
        .order(users::id)
        .select((
            user_roles::organization_id,
            users::id,
            users::name,
            user_roles::role,
        ))
        .load(c)?)
}

/// A person with the organization they belong to.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = users)]
pub struct UserRow {
    #[diesel(embed)]
    pub user: User,
    #[diesel(select_expression = organizations::short_name)]
    pub organization: String,
    #[diesel(select_expression = organizations::path)]
    pub path: String,
}

pub fn user_row(c: &mut Conn, id: UserId) -> Result<UserRow> {
    Ok(users::table
        .inner_join(organizations::table)
        .filter(users::id.eq(id))
        .select(UserRow::as_select())
        .first(c)?)
}

/// Filter of the list of people.
#[derive(Default)]
pub struct UserFilter {
    pub paths: Vec<String>,
    pub role: Option<Role>,
    /// Words, each part of the name, or the whole staff number or username.
    pub text: Option<String>,
    pub without_role: bool,
    pub disabled_too: bool,
    pub after: Option<i64>,
    pub limit: i64,
}

/// As their names are read.
pub fn users_page(c: &mut Conn, filter: &UserFilter) -> Result<Vec<UserRow>> {
    let held = user_roles::table
        .filter(user_roles::user_id.eq(users::id))
        .filter(user_roles::revoked_at.is_null())
        .select(user_roles::id);
    let waits = pending_grants::table
        .filter(pending_grants::user_id.eq(users::id))
        .filter(pending_grants::answered_at.is_null())
        .select(pending_grants::id);
    let mut query = users::table
        .inner_join(organizations::table)
        .filter(super::below(&filter.paths))
        .select(UserRow::as_select())
        .order((users::sort_key, users::id))
        .limit(filter.limit)
        .into_boxed::<MultiBackend>();
    if let Some(role) = filter.role {
        query = query.filter(diesel::dsl::exists(held.filter(user_roles::role.eq(role))));
    }
    if filter.without_role {
        query = query
            .filter(users::username.is_not_null())
            .filter(users::disabled.eq(false))
            .filter(diesel::dsl::not(diesel::dsl::exists(held)))
            .filter(diesel::dsl::not(diesel::dsl::exists(waits)));
    }
    if !filter.disabled_too {
        query = query.filter(users::disabled.eq(false));
    }
    for word in filter.text.iter().flat_map(|text| words(text)) {
        let username = users::username.is_not_null();
        let username = username.and(users::username.assume_not_null().eq(word.clone()));
        query = query.filter(
            users::folded
                .like(containing(&word))
                .escape('\\')
                .or(users::staff_key.eq(word))
                .or(username),
        );
    }
    if let Some(after) = filter.after.map(UserId) {
        let last: String = users::table
            .find(after)
            .select(users::sort_key)
            .first(c)
            .optional()?
            .unwrap_or_default();
        let same = users::sort_key.eq(last.clone()).and(users::id.gt(after));
        query = query.filter(users::sort_key.gt(last).or(same));
    }
    Ok(query.load(c)?)
}

pub fn insert_user(c: &mut Conn, row: &NewUser) -> Result<()> {
    diesel::insert_into(users::table)
        .values((
            row,
            users::folded.eq(folded(&row.name)),
            users::staff_key.eq(key(&row.staff_number)),
            users::sort_key.eq(spelled(&row.name, None)),
        ))
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

/// Writes what may change of a person, if nobody was faster.
pub fn update_user(c: &mut Conn, row: &User, now: Instant) -> Result<()> {
    let rows = diesel::update(
        users::table
            .find(row.id)
            .filter(users::version.eq(row.version - 1)),
    )
    .set((
        users::organization_id.eq(row.organization_id),
        users::staff_number.eq(&row.staff_number),
        users::staff_key.eq(key(&row.staff_number)),
        users::username.eq(&row.username),
        users::name.eq(&row.name),
        users::folded.eq(folded(&row.name)),
        users::post.eq(&row.post),
        users::phone.eq(&row.phone),
        users::mail.eq(&row.mail),
        users::reading.eq(&row.reading),
        users::sort_key.eq(spelled(&row.name, row.reading.as_deref())),
        users::version.eq(row.version),
        users::updated_at.eq(now),
    ))
    .execute(c)
    .map_err(taken)?;
    changed(rows)
}

pub fn disable_user(c: &mut Conn, id: UserId) -> Result<()> {
    diesel::update(users::table.find(id))
        .set(users::disabled.eq(true))
        .execute(c)?;
    Ok(())
}

/// In use again, with no password: the one of before is nobody's any more.
pub fn enable_user(c: &mut Conn, id: UserId) -> Result<()> {
    diesel::update(users::table.find(id))
        .set((
            users::disabled.eq(false),
            users::demo.eq(false),
            users::password_hash.eq(None::<String>),
        ))
        .execute(c)?;
    Ok(())
}

pub fn set_password(c: &mut Conn, id: UserId, hash: &str) -> Result<()> {
    diesel::update(users::table.find(id))
        .set((users::password_hash.eq(hash), users::demo.eq(false)))
        .execute(c)?;
    Ok(())
}

/// How many accounts of the demo are here: none may be where the service is real.
pub fn demo_accounts(c: &mut Conn) -> Result<i64> {
    Ok(users::table
        .filter(users::demo.eq(true))
        .filter(users::disabled.eq(false))
        .count()
        .get_result(c)?)
}

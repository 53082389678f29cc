//! Queries of what organizations and people are and were called.

use diesel::prelude::*;

use super::Organization;
use crate::clock::Instant;
use crate::db::schema::{former_names, organizations, user_roles, users};
use crate::db::{self, Conn};
use crate::error::Result;
use crate::ids::{FormerNameId, OrganizationId};
use crate::who::Role;

/// An organization by all it is called now.
#[derive(Debug, Clone, Queryable)]
pub struct Called {
    pub id: OrganizationId,
    pub path: String,
    pub name: String,
    pub short_name: String,
    pub code: String,
}

/// The organizations at or below a path, disabled ones too.
pub fn called_below(c: &mut Conn, path: &str) -> Result<Vec<Called>> {
    Ok(organizations::table
        .filter(organizations::path.like(format!("{path}%")))
        .select((
            organizations::id,
            organizations::path,
            organizations::name,
            organizations::short_name,
            organizations::code,
        ))
        .load(c)?)
}

/// An organization by a full name, a short name and a code it bore before.
type CalledBefore = (OrganizationId, String, String, String);

/// What organizations at or below a path were called before.
pub fn called_before(c: &mut Conn, path: &str) -> Result<Vec<CalledBefore>> {
    Ok(former_names::table
        .inner_join(organizations::table)
        .filter(organizations::path.like(format!("{path}%")))
        .select((
            former_names::organization_id,
            former_names::name,
            former_names::short_name,
            former_names::code,
        ))
        .load(c)?)
}

/// Keeps the names, or the code, an organization bears no more from now on.
pub fn keep_former_names(c: &mut Conn, was: &Organization, now: Instant) -> Result<()> {
    diesel::insert_into(former_names::table)
        .values((
            former_names::id.eq(FormerNameId::fresh(now)),
            former_names::organization_id.eq(was.id),
            former_names::name.eq(&was.name),
            former_names::short_name.eq(&was.short_name),
            former_names::code.eq(&was.code),
            former_names::until.eq(now),
        ))
        .execute(c)?;
    Ok(())
}

/// Names of all who belong to these organizations or draft or sign for them, also of those who left.
pub fn people_around(c: &mut Conn, organizations: &[OrganizationId]) -> Result<Vec<String>> {
    let mut names: Vec<String> = db::in_parts(organizations, |some| {
        Ok(users::table
            .filter(users::organization_id.eq_any(some))
            .select(users::name)
            .load(c)?)
    })?;
    names.extend(db::in_parts(organizations, |some| {
        Ok(user_roles::table
            .inner_join(users::table)
            .filter(user_roles::organization_id.eq_any(some))
            .filter(user_roles::role.eq_any([Role::Applicant, Role::BranchSecretary]))
            .select(users::name)
            .load::<String>(c)?)
    })?);
    Ok(names)
}

//! Queries of what organizations and people are and were called.

use std::collections::HashMap;

use diesel::prelude::*;

use super::{Organization, User};
use crate::clock::Instant;
use crate::db::schema::{former_names, former_people, organizations, user_roles, users};
use crate::db::{self, Conn};
use crate::error::Result;
use crate::ids::{FormerNameId, FormerPersonId, OrganizationId, UserId};
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

/// Keeps what a person was called and where they stood until now.
pub fn keep_former_person(c: &mut Conn, was: &User, now: Instant) -> Result<()> {
    diesel::insert_into(former_people::table)
        .values((
            former_people::id.eq(FormerPersonId::fresh(now)),
            former_people::user_id.eq(was.id),
            former_people::organization_id.eq(was.organization_id),
            former_people::name.eq(&was.name),
            former_people::post.eq(&was.post),
            former_people::until.eq(now),
        ))
        .execute(c)?;
    Ok(())
}

/// People's names, today's and those of before.
#[derive(Debug, Default)]
pub struct NamesByDay {
    today: HashMap<UserId, String>,
    /// Until when, the earliest first.
    before: HashMap<UserId, Vec<(Instant, String)>>,
}

impl NamesByDay {
    /// What somebody was called then, or is today.
    pub fn on(&self, id: UserId, then: Option<Instant>) -> &str {
        let mut before = self.before.get(&id).into_iter().flatten();
        let of_then = before.find(|(until, _)| then.is_some_and(|then| then < *until));
        let name = of_then.map(|(_, name)| name).or(self.today.get(&id));
        name.map_or("", String::as_str)
    }
}

pub fn names_by_day(c: &mut Conn, ids: &[UserId]) -> Result<NamesByDay> {
    let mut before: HashMap<UserId, Vec<(Instant, String)>> = HashMap::new();
    let rows: Vec<(UserId, Instant, String)> = db::in_parts(ids, |some| {
        Ok(former_people::table
            .filter(former_people::user_id.eq_any(some))
            .order((former_people::until, former_people::id))
            .select((
                former_people::user_id,
                former_people::until,
                former_people::name,
            ))
            .load(c)?)
    })?;
    for (user, until, name) in rows {
        before.entry(user).or_default().push((until, name));
    }
    Ok(NamesByDay {
        today: super::user_names(c, ids)?,
        before,
    })
}

/// A post somebody held until they moved on.
#[derive(Debug, Clone, Queryable)]
pub struct FormerPost {
    pub user_id: UserId,
    pub post: String,
    pub until: Instant,
    pub organization: String,
    pub path: String,
}

/// Where these people stood before.
pub fn former_posts(c: &mut Conn, ids: &[UserId]) -> Result<Vec<FormerPost>> {
    db::in_parts(ids, |some| {
        Ok(former_people::table
            .inner_join(organizations::table)
            .filter(former_people::user_id.eq_any(some))
            .order(former_people::id)
            .select((
                former_people::user_id,
                former_people::post,
                former_people::until,
                organizations::short_name,
                organizations::path,
            ))
            .load(c)?)
    })
}

/// Names, of today and of before, of all who belong or belonged to these organizations or draft or sign for them, also of
/// those who left.
pub fn people_around(c: &mut Conn, organizations: &[OrganizationId]) -> Result<Vec<String>> {
    let mut around: Vec<(UserId, String)> = db::in_parts(organizations, |some| {
        Ok(users::table
            .filter(users::organization_id.eq_any(some))
            .select((users::id, users::name))
            .load(c)?)
    })?;
    around.extend(db::in_parts(organizations, |some| {
        Ok(user_roles::table
            .inner_join(users::table)
            .filter(user_roles::organization_id.eq_any(some))
            .filter(user_roles::role.eq_any([Role::Applicant, Role::BranchSecretary]))
            .select((users::id, users::name))
            .load::<(UserId, String)>(c)?)
    })?);
    around.extend(db::in_parts(organizations, |some| {
        Ok(former_people::table
            .inner_join(users::table)
            .filter(former_people::organization_id.eq_any(some))
            .select((users::id, users::name))
            .load::<(UserId, String)>(c)?)
    })?);
    let (ids, mut names): (Vec<UserId>, Vec<String>) = around.into_iter().unzip();
    names.extend(db::in_parts(&ids, |some| {
        Ok(former_people::table
            .filter(former_people::user_id.eq_any(some))
            .select(former_people::name)
            .load::<String>(c)?)
    })?);
    Ok(names)
}

//! Who sees which organizations and people: one place for page, list and API.

use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use validator::Validate;

use super::store::{self, UserFilter, UserRow};
use super::{Organization, UserShown, rules, shown};
use crate::db::Conn;
use crate::error::{Error, Refusal, Result};
use crate::ids::{OrganizationId, UserId};
use crate::web::{Cursor, Listing, paging};
use crate::who::{Actor, Role};

/// The tree of one's own committee and of wherever one holds a role.
pub fn organization_paths(c: &mut Conn, actor: &Actor) -> Result<Vec<String>> {
    let person = actor.person()?;
    let mut paths = vec![store::organization(c, person.committee_id)?.path];
    paths.extend(person.grants.iter().map(|grant| grant.path.clone()));
    Ok(rules::outermost(paths))
}

pub fn organization(c: &mut Conn, actor: &Actor, id: OrganizationId) -> Result<Organization> {
    if matches!(actor, Actor::System) {
        return store::organization(c, id);
    }
    let paths = organization_paths(c, actor)?;
    let row = store::organization(c, id)?;
    if paths.iter().any(|path| row.path.starts_with(path)) {
        Ok(row)
    } else {
        Err(Error::NotFound)
    }
}

/// Whom somebody may see, and whether with their accounts.
#[derive(Debug, Clone)]
pub struct Reach {
    pub paths: Vec<String>,
    /// Username, roles and disabled people too.
    pub accounts: bool,
}

/// Administrators see the accounts they keep; the office, the secretary and the supervisor the people of their
/// subtree; the grassroots those of their own organization.
pub fn people(actor: &Actor) -> Result<Reach> {
    actor.person()?;
    let kept = actor.paths_of(&[Role::SystemAdmin, Role::SecurityAdmin]);
    if !kept.is_empty() {
        return Ok(Reach {
            paths: rules::outermost(kept),
            accounts: true,
        });
    }
    let seen = actor.paths_of(&[
        Role::Office,
        Role::CommitteeSecretary,
        Role::Supervisor,
        Role::Applicant,
        Role::BranchSecretary,
    ]);
    if seen.is_empty() {
        return Err(Error::Forbidden(
            Refusal::new("role_required", "人员名单供管理员、党委和支部使用。")
                .remedy("需要时请联系党委党建部。"),
        ));
    }
    Ok(Reach {
        paths: rules::outermost(seen),
        accounts: false,
    })
}

/// Which organizations a page's selects offer, where there are more than fit.
#[derive(Debug, Clone, Default, Deserialize, Serialize, Validate)]
#[serde(deny_unknown_fields)]
pub struct Offer {
    /// Part of the name.
    #[validate(length(max = 40))]
    pub q: Option<String>,
}

/// Filter of the list of people.
#[derive(Debug, Clone, Default, Deserialize, Serialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UserQuery {
    /// Holders of this role.
    pub role: Option<Role>,
    /// At or below this organization.
    #[param(value_type = Option<i64>)]
    pub organization_id: Option<OrganizationId>,
    /// Words, each part of the name or the whole staff number; full width, half width and case are one.
    #[validate(length(max = 50))]
    #[param(max_length = 50)]
    pub q: Option<String>,
    /// Accounts without any role, and without one that waits to be confirmed; for administrators.
    pub without_role: Option<bool>,
    #[validate(range(min = 1, max = 200))]
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
    pub cursor: Option<String>,
}

impl UserQuery {
    /// A page of the people in reach, as their names are read.
    pub fn run(&self, c: &mut Conn, reach: Reach) -> Result<Listing<UserShown>> {
        let limit = self.limit.unwrap_or(paging::DEFAULT_LIMIT);
        let paths = match self.organization_id {
            None => reach.paths,
            Some(id) => vec![within(c, &reach, id)?],
        };
        let filter = UserFilter {
            paths,
            role: self.role,
            text: self.q.clone(),
            without_role: reach.accounts && self.without_role == Some(true),
            disabled_too: reach.accounts,
            after: self.cursor.as_deref().map(Cursor::read).transpose()?,
            limit: limit + 1,
        };
        let rows = store::users_page(c, &filter)?;
        let listing = Listing::new(rows, limit, |row| row.user.id.0);
        Ok(Listing {
            items: shown::people(c, listing.items, reach.accounts)?,
            next_cursor: listing.next_cursor,
        })
    }
}

/// The path of an organization in reach.
fn within(c: &mut Conn, reach: &Reach, id: OrganizationId) -> Result<String> {
    const NONE: &str = "没有这个组织，或不在您的范围内。";
    let path = store::organization(c, id)
        .map_err(|fault| fault.unless_there("organization_id", NONE))?
        .path;
    match reach.paths.iter().any(|reach| path.starts_with(reach)) {
        true => Ok(path),
        false => Err(Error::field("organization_id", NONE)),
    }
}

/// One person, and whether with the account. Everybody sees themselves.
pub fn person(c: &mut Conn, actor: &Actor, id: UserId) -> Result<(UserRow, bool)> {
    let own = actor.person()?.user_id == id;
    let reach = match people(actor) {
        Ok(reach) => reach,
        Err(_) if own => Reach {
            paths: Vec::new(),
            accounts: false,
        },
        Err(error) => return Err(error),
    };
    let row = store::user_row(c, id)?;
    let within = reach.paths.iter().any(|path| row.path.starts_with(path));
    if own || (within && (reach.accounts || !row.user.disabled)) {
        Ok((row, reach.accounts || own))
    } else {
        Err(Error::NotFound)
    }
}

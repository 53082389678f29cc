//! Organizations, people and the roles they hold.
//!
//! Organizations form a tree of any depth; each belongs to the nearest committee at or above it. A role is held at an
//! organization and covers its subtree. People are keyed by staff number; an account is a person with a username.
//!
//! Refused: a code, staff number or username somebody else has; an organization under one that cannot hold it; a weak
//! password; two of the three administrator roles on one account, or one of them beside any business role; a grant to
//! oneself; disabling oneself.
//!
//! Invariants: a path is the parent's path and the own id; `committee_id` is the nearest committee at or above; each
//! committee has an audit chain; a disabled account has no live session.

mod actions;
pub mod api;
pub mod pages;
mod rules;
pub mod store;
pub mod todos;
mod visible;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

pub use actions::{
    change_organization, create_organization, create_user, disable_user, grant_role, revoke_role,
    set_password,
};
pub use rules::{INCOMPATIBLE_ADMINISTRATORS, incompatible};
pub use store::{Organization, User};
pub use visible::UserQuery;

use crate::clock::Instant;
use crate::crypto::PrivateKey;
use crate::db::Conn;
use crate::error::Result;
use crate::ids::{OrganizationId, UserId};
use crate::who::Role;
use crate::who::password::Credentials;

crate::text_enum! {
    /// Kind of organization.
    OrganizationKind {
        Committee = "committee" "党委",
        GeneralBranch = "general_branch" "党总支",
        Branch = "branch" "党支部",
        Group = "group" "党小组",
    }
}

/// A new organization.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganizationInput {
    /// The organization above; none for the first committee, which the command line makes.
    #[serde(default)]
    pub parent_id: Option<OrganizationId>,
    pub kind: OrganizationKind,
    #[validate(length(min = 1, max = 100))]
    #[schema(max_length = 100, example = "国网唐县供电公司运维党支部")]
    pub name: String,
    #[validate(length(min = 1, max = 30))]
    #[schema(max_length = 30, example = "运维党支部")]
    pub short_name: String,
    /// Unique in the whole system.
    #[validate(length(min = 1, max = 32))]
    #[schema(max_length = 32, example = "TX-YW")]
    pub code: String,
    /// Place among its siblings; last unless told.
    #[serde(default)]
    #[validate(range(min = 1, max = 100_000))]
    pub position: Option<i64>,
}

/// What may change of an organization; what is left out stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganizationChange {
    #[serde(default)]
    #[validate(length(min = 1, max = 100))]
    #[schema(max_length = 100)]
    pub name: Option<String>,
    #[serde(default)]
    #[validate(length(min = 1, max = 30))]
    #[schema(max_length = 30)]
    pub short_name: Option<String>,
    #[serde(default)]
    #[validate(range(min = 1, max = 100_000))]
    pub position: Option<i64>,
    /// A disabled organization takes no new people and no new bids.
    #[serde(default)]
    pub disabled: Option<bool>,
}

/// A new person, with or without an account.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserInput {
    pub organization_id: OrganizationId,
    /// Unique in the whole system.
    #[validate(length(min = 1, max = 32))]
    #[schema(max_length = 32, example = "TX0015")]
    pub staff_number: String,
    #[validate(length(min = 1, max = 30))]
    #[schema(max_length = 30, example = "贾永强")]
    pub name: String,
    #[validate(length(min = 1, max = 50))]
    #[schema(max_length = 50, example = "运维党支部书记")]
    pub post: String,
    /// Lower-case letters, digits, `.`, `_`, `-`. With it the person can log in.
    #[serde(default)]
    #[validate(length(min = 2, max = 64))]
    #[schema(min_length = 2, max_length = 64, example = "yunwei.sj")]
    pub username: Option<String>,
    #[serde(default)]
    #[validate(length(min = 1, max = 128))]
    #[schema(max_length = 128, example = "Correct#Horse1")]
    pub password: Option<String>,
    /// What is kept of the password, made before the transaction because it costs CPU; made within it if missing.
    #[serde(skip)]
    #[schema(ignore)]
    pub credentials: Option<Credentials>,
    /// An account of the demo, which may have the demo's password; the system alone makes such.
    #[serde(skip)]
    #[schema(ignore)]
    pub demo: bool,
}

/// A role at an organization, covering its subtree.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleInput {
    pub role: Role,
    pub organization_id: OrganizationId,
}

/// A new password for an account.
#[derive(Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordInput {
    #[validate(length(min = 1, max = 128))]
    #[schema(max_length = 128, example = "Correct#Horse1")]
    pub password: String,
    /// One's own present password; needed for one's own account only.
    #[serde(default)]
    #[validate(length(min = 1, max = 128))]
    #[schema(max_length = 128)]
    pub current: Option<String>,
    #[serde(skip)]
    #[schema(ignore)]
    pub credentials: Option<Credentials>,
    /// One's own private key, opened with the present password.
    #[serde(skip)]
    #[schema(ignore)]
    pub own_key: Option<PrivateKey>,
}

/// The organization itself, without asking who wants to see it.
pub fn organization(c: &mut Conn, id: OrganizationId) -> Result<Organization> {
    store::organization(c, id)
}

pub fn organization_by_code(c: &mut Conn, code: &str) -> Result<Option<Organization>> {
    store::organization_by_code(c, code)
}

/// Path of every organization.
pub fn organization_paths(c: &mut Conn) -> Result<HashMap<OrganizationId, String>> {
    Ok(store::organization_paths(c)?.into_iter().collect())
}

/// Short names.
pub fn names(c: &mut Conn, ids: &[OrganizationId]) -> Result<HashMap<OrganizationId, String>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    Ok(store::short_names(c, ids)?.into_iter().collect())
}

/// Full names.
pub fn full_names(c: &mut Conn, ids: &[OrganizationId]) -> Result<HashMap<OrganizationId, String>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    Ok(store::full_names(c, ids)?.into_iter().collect())
}

/// The organization and everything below it, by path.
pub fn subtree(c: &mut Conn, path: &str) -> Result<Vec<Organization>> {
    store::subtree(c, path)
}

/// These people, without asking who wants to see them.
pub fn users(c: &mut Conn, ids: &[UserId]) -> Result<Vec<User>> {
    store::users(c, ids)
}

pub fn user(c: &mut Conn, id: UserId) -> Result<User> {
    store::user(c, id)
}

pub fn user_by_username(c: &mut Conn, username: &str) -> Result<Option<User>> {
    store::user_by_username(c, username)
}

pub fn user_by_staff_number(c: &mut Conn, staff_number: &str) -> Result<Option<User>> {
    store::user_by_staff_number(c, staff_number)
}

pub fn user_names(c: &mut Conn, ids: &[UserId]) -> Result<HashMap<UserId, String>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    Ok(store::user_names(c, ids)?.into_iter().collect())
}

/// Active accounts that hold a role for the committee with this path: at it or above it, and for the roles of the
/// grassroots and reviewers below it too.
pub fn holders(c: &mut Conn, role: Role, committee_path: &str) -> Result<Vec<User>> {
    let below = matches!(
        role,
        Role::Applicant | Role::BranchSecretary | Role::Reviewer
    );
    store::holders(c, role, &rules::path_and_above(committee_path), below)
}

/// Who drafts or submits for exactly this organization.
pub fn acting_for(c: &mut Conn, organization: OrganizationId) -> Result<Vec<UserId>> {
    store::acting_for(c, organization)
}

/// Active people of an organization and below it, by staff number.
pub fn roster(c: &mut Conn, organization: OrganizationId) -> Result<Vec<User>> {
    let path = store::organization(c, organization)?.path;
    store::people_below(c, &path)
}

/// How many accounts of the demo are here: none may be where the service is real.
pub fn demo_accounts(c: &mut Conn) -> Result<i64> {
    store::demo_accounts(c)
}

/// The first committee of the first tree.
pub fn first_committee(c: &mut Conn) -> Result<Option<OrganizationId>> {
    store::first_committee(c)
}

/// No organization and no person yet.
pub fn is_empty(c: &mut Conn) -> Result<bool> {
    store::is_empty(c)
}

/// An organization as the API gives it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OrganizationShown {
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
    /// For `If-Match: "v<version>"`.
    pub version: i64,
    pub updated_at: Instant,
}

impl From<Organization> for OrganizationShown {
    fn from(row: Organization) -> Self {
        Self {
            id: row.id,
            parent_id: row.parent_id,
            committee_id: row.committee_id,
            kind: row.kind,
            name: row.name,
            short_name: row.short_name,
            code: row.code,
            position: row.position,
            path: row.path,
            disabled: row.disabled,
            version: row.version,
            updated_at: row.updated_at,
        }
    }
}

/// Path of each person's organization.
pub fn places(c: &mut Conn, ids: &[UserId]) -> Result<HashMap<UserId, String>> {
    Ok(store::places(c, ids)?.into_iter().collect())
}

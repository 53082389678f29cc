//! Organizations, people and the roles they hold.
//!
//! Organizations form a tree of any depth; each belongs to the nearest committee at or above it. A role is held at an
//! organization and covers its subtree. People are keyed by staff number; an account is a person with a username.
//!
//! Refused: a code, staff number or username somebody else has; an organization under one that cannot hold it; a weak
//! password; two of the three administrator roles on one account, or one of them beside any business role; a supervisor's
//! role beside a business role of the same committee; a grant to oneself; disabling oneself.
//!
//! What one administrator does not do alone: setting another's password anew, a second business role for one person, and a
//! role for an account they made or set a password of within thirty days. It waits for a second administrator, see
//! [`verbs`]; where there is none, the shell does it, and the trail tells so.
//!
//! Making a person and setting a password keep their own handlers: a password costs CPU that is spent before the
//! transaction, and one's own needs the present one ([`password`]).
//!
//! A name an organization bears no more is kept with the day it was given up: what was signed, submitted or scored before
//! goes by it.
//!
//! Invariants: a path is the parent's path and the own id; `committee_id` is the nearest committee at or above; each
//! committee has an audit chain; a disabled account has no live session.

pub mod api;
mod check;
mod moving;
pub mod pages;
pub mod password;
pub mod room;
mod rules;
pub mod scene;
mod shown;
mod store;
mod todo;
pub mod verbs;
mod visible;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

pub use moving::{Places, hand_over, may_stand, put_under};
pub use password::set_password;
pub use rules::{DISABLED, disabled, path_and_above};
pub use shown::UserShown;
pub use store::{
    Acting, Called, NamesByDay, OFFERED, Offered, Organization, RoleGrant, Sought, User, acting,
    acting_for, below, beneath, called_before, called_below, children, confirmed_roles,
    demo_accounts, first_committee, former_posts, full_names, holders, holders_sought, in_use,
    is_empty, names, names_by_day, offered, organization, organization_by_code, paths,
    people_around, places, put_successor, roster, user, user_by_staff_number, user_by_username,
    user_names, users,
};
pub use verbs::{create_organization, create_user, disable_user, enable_user, grant_role};
pub use visible::{Offer, UserQuery};

use crate::crypto::PrivateKey;
use crate::ids::OrganizationId;
use crate::who::Role;
use crate::who::password::Credentials;

crate::text_enum! {
    /// Kind of organization.
    OrganizationKind {
        Committee = "committee" "党委",
        GeneralBranch = "general_branch" "党总支",
        Branch = "branch" "党支部",
        Group = "group" "党小组",
        Department = "department" "部门",
        Union = "union" "工会",
        Youth = "youth" "团组织",
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
    /// Unique in the whole system, whatever its case or width.
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
    /// Unique in the whole system, whatever its case or width.
    #[serde(default)]
    #[validate(length(min = 1, max = 32))]
    #[schema(max_length = 32)]
    pub code: Option<String>,
    #[serde(default)]
    #[validate(range(min = 1, max = 100_000))]
    pub position: Option<i64>,
    /// A disabled organization takes no new people, begins, saves and submits no bid, and signs nothing new.
    #[serde(default)]
    pub disabled: Option<bool>,
}

/// A new person, with or without an account.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserInput {
    pub organization_id: OrganizationId,
    /// Unique in the whole system, whatever its case or width.
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

/// What a system administrator may change of a person; what is left out stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserChange {
    #[serde(default)]
    #[validate(length(min = 1, max = 30))]
    #[schema(max_length = 30)]
    pub name: Option<String>,
    #[serde(default)]
    #[validate(length(min = 1, max = 50))]
    #[schema(max_length = 50)]
    pub post: Option<String>,
    /// Unique in the whole system, whatever its case or width.
    #[serde(default)]
    #[validate(length(min = 1, max = 32))]
    #[schema(max_length = 32)]
    pub staff_number: Option<String>,
    /// For who has none yet. Nobody gets another, and nobody else gets it.
    #[serde(default)]
    #[validate(length(min = 2, max = 64))]
    #[schema(min_length = 2, max_length = 64)]
    pub username: Option<String>,
    /// How the name is read, a syllable a letter (`yue4 tian1`), where lists order it wrongly.
    #[serde(default)]
    #[validate(length(min = 1, max = 60))]
    #[schema(max_length = 60, example = "shan4 xiong2 xin4")]
    pub reading: Option<String>,
}

/// What everybody says of themselves, as a whole.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnInput {
    #[validate(length(min = 1, max = 30))]
    #[schema(min_length = 1, max_length = 30, example = "贾永强")]
    pub name: String,
    #[validate(length(min = 1, max = 50))]
    #[schema(min_length = 1, max_length = 50, example = "运维党支部书记")]
    pub post: String,
    /// Seen by oneself and by who keeps the account; none unless given.
    #[serde(default)]
    #[validate(length(max = 32))]
    #[schema(max_length = 32, example = "0312-6412345")]
    pub phone: Option<String>,
    /// Seen by oneself and by who keeps the account; none unless given.
    #[serde(default)]
    #[validate(length(max = 100))]
    #[schema(max_length = 100, example = "jia@tx.example")]
    pub mail: Option<String>,
}

/// Where somebody goes on to.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MoveInput {
    pub organization_id: OrganizationId,
    /// The new post; the same unless told.
    #[serde(default)]
    #[validate(length(min = 1, max = 50))]
    #[schema(max_length = 50, example = "营销党支部书记")]
    pub post: Option<String>,
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

//! What is done with organizations, accounts and roles.

mod change_organization;
mod change_user;
mod create_organization;
mod create_user;
mod disable_user;
mod move_user;
mod reset;
mod roles;

pub use change_organization::{ChangeOrganization, DisableOrganization, EnableOrganization};
pub use change_user::{ChangeOwn, ChangeUser, rewrite};
pub use create_organization::CreateOrganization;
pub use create_user::CreateUser;
pub use disable_user::{DisableUser, EnableUser};
pub use move_user::MoveUser;
pub use reset::{AskReset, RefuseReset, ResetInput, waits_for};
pub use roles::{ConfirmRole, GrantRole, RefuseRole, RevokeRole, give};

use super::scene::AccountScene;
use super::{Organization, OrganizationInput, RoleInput, User, UserInput};
use crate::db::Tx;
use crate::error::Result;
use crate::ids::UserId;
use crate::verbs::{Offer, offer, perform};
use crate::who::Actor;

/// The buttons of an account.
pub const OF_ACCOUNT: &[Offer<AccountScene>] = &[
    offer::<ChangeUser>(),
    offer::<MoveUser>(),
    offer::<DisableUser>(),
    offer::<EnableUser>(),
    offer::<GrantRole>(),
    offer::<AskReset>(),
    offer::<RefuseReset>(),
];

/// These are for the command line and for loading a seed.
pub fn create_organization(
    tx: &mut Tx,
    actor: &Actor,
    input: &OrganizationInput,
) -> Result<Organization> {
    Ok(perform::<CreateOrganization>(tx, actor, &(), input)?.row)
}

pub fn create_user(tx: &mut Tx, actor: &Actor, input: &UserInput) -> Result<User> {
    Ok(perform::<CreateUser>(tx, actor, &(), input)?.row.user)
}

pub fn grant_role(tx: &mut Tx, actor: &Actor, user: UserId, input: &RoleInput) -> Result<()> {
    perform::<GrantRole>(tx, actor, &user, input).map(drop)
}

pub fn disable_user(tx: &mut Tx, actor: &Actor, user: UserId) -> Result<()> {
    perform::<DisableUser>(tx, actor, &user, &crate::web::Empty {}).map(drop)
}

pub fn enable_user(tx: &mut Tx, actor: &Actor, user: UserId) -> Result<()> {
    perform::<EnableUser>(tx, actor, &user, &crate::web::Empty {}).map(drop)
}

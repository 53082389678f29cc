//! What is done with organizations, accounts and roles.

mod accounts;
mod organizations;
mod roles;

pub use accounts::{create_user, disable_user, set_password};
pub use organizations::{change_organization, create_organization};
pub use roles::{grant_role, not_oneself, revoke_role};

//! Queries of organizations, people and roles.

mod names;
mod organizations;
mod passwords;
mod roles;
mod tree;
mod users;

pub use names::*;
pub use organizations::*;
pub use passwords::*;
pub use roles::*;
pub use tree::*;
pub use users::*;

use crate::db::dialect::is_unique_violation;
use crate::error::{Error, Refusal};

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

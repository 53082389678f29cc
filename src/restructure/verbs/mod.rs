//! What is done with an organization's place.

mod merge;
mod move_organization;

pub use merge::Merge;
pub use move_organization::MoveOrganization;

use crate::error::Refusal;
use crate::people::Organization;

/// The first committee stands under nothing and goes on in nothing.
fn not_topmost(row: &Organization) -> Result<(), Refusal> {
    match row.parent_id {
        Some(_) => Ok(()),
        None => Err(Refusal::new(
            "topmost",
            "最上级党委不能移动，也不能并入别的组织。",
        )),
    }
}

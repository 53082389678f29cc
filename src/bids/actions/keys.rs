//! Which of an organization's people can read its sealed bids.

use serde::Serialize;
use utoipa::ToSchema;

use crate::db::Conn;
use crate::error::Result;
use crate::ids::{OrganizationId, UserId};
use crate::people;
use crate::sealing;
use crate::who::Actor;

/// One who drafts or submits for the organization.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeyHolder {
    pub user_id: UserId,
    #[schema(example = "贾永强")]
    pub name: String,
    pub post: String,
    /// Can read every sealed bid the asking colleague can.
    pub holds: bool,
    /// Has a key of their own to be granted to.
    pub ready: bool,
}

pub fn key_holders(
    c: &mut Conn,
    actor: &Actor,
    organization: OrganizationId,
) -> Result<Vec<KeyHolder>> {
    let people = people::acting_for(c, organization)?;
    let known = people::users(c, &people)?;
    Ok(sealing::holders(c, actor, organization, &people)?
        .into_iter()
        .filter_map(|holder| {
            let user = known.iter().find(|user| user.id == holder.user_id)?;
            Some(KeyHolder {
                user_id: user.id,
                name: user.name.clone(),
                post: user.post.clone(),
                holds: holder.holds,
                ready: holder.ready,
            })
        })
        .collect())
}

//! Which of an organization's people can read its sealed bids, and letting a colleague read them again.

use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use validator::Validate;

use crate::audit::{self, Chain, Event, Verb};
use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
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

/// Whom to let read.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GrantKeyInput {
    pub user_id: UserId,
}

/// For the organization's own people; nobody else learns of it.
pub fn key_holders(
    c: &mut Conn,
    actor: &Actor,
    organization: OrganizationId,
) -> Result<Vec<KeyHolder>> {
    actor.person()?;
    if !actor.acts_for(organization) {
        return Err(Error::NotFound);
    }
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

pub fn grant_key(
    tx: &mut Tx,
    actor: &Actor,
    organization: OrganizationId,
    to: UserId,
) -> Result<()> {
    actor.person()?;
    if !actor.acts_for(organization) {
        return Err(Error::NotFound);
    }
    if !people::acting_for(tx, organization)?.contains(&to) {
        return Err(Error::field("user_id", "只能授权给本组织的申报人或书记。"));
    }
    if sealing::grant(tx, actor, organization, to)? == 0 {
        return Err(Refusal::new(
            "nothing_to_grant",
            "没有可以授权的：他已能查看，或者您自己也不能查看。",
        )
        .remedy("请由能查看的同事授权；都不能查看的，开标后自然可见。")
        .into());
    }
    let committee = people::organization(tx, organization)?.committee_id;
    let event = Event::new(
        Verb::KeyGranted,
        Chain::Committee(committee),
        "organization",
        organization.0,
    )
    .organization(organization)
    .detail(json!({ "to": to }));
    audit::record(tx, actor, event)
}

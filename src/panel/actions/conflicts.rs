//! Who must leave which topic to others.

use std::collections::BTreeMap;

use crate::db::Conn;
use crate::error::Result;
use crate::ids::{OrganizationId, TopicId, UserId};
use crate::panel::rules::conflict::{self, Ground, Interests};
use crate::panel::scene::Scene;
use crate::panel::store;

/// Who would leave which topic, and why.
pub type Found = BTreeMap<(UserId, TopicId), Ground>;

/// Grounds on which these people leave topics of the round to others, given the bids that were opened: only who is tied to
/// an organization that competes does.
pub fn recusals(
    c: &mut Conn,
    scene: &Scene,
    interests: &[Interests],
    today: chrono::NaiveDate,
) -> Result<Found> {
    let tied = conflict::tied(interests, today);
    let touched = store::touched(c, &scene.path, &tied)?;
    let ids: Vec<OrganizationId> = touched.into_iter().map(|(id, ..)| id).collect();
    let competitors = store::competitors(c, scene.round.id, &ids)?;
    let mut found = Found::new();
    for one in interests {
        for (topic, path) in &competitors {
            let Some(ground) = conflict::ground(one, path, &scene.path, today) else {
                continue;
            };
            // The gravest of a topic's grounds is the one that stands: it decides whether it may ever be lifted.
            match found.get(&(one.user_id, *topic)) {
                Some(known) if known.cause <= ground.cause => {}
                Some(_) | None => {
                    found.insert((one.user_id, *topic), ground);
                }
            }
        }
    }
    Ok(found)
}

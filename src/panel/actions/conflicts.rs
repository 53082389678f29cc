//! Who must leave which topic to others, and whether enough are left.

use std::collections::{BTreeMap, HashSet};

use crate::db::{Conn, Tx};
use crate::error::Result;
use crate::ids::{OrganizationId, TopicId, UserId};
use crate::numbers::rules;
use crate::panel::rules::conflict::{self, Ground, Interests};
use crate::panel::scene::Scene;
use crate::panel::store;
use crate::rounds;
use crate::seats::{self, Recusal};

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

/// Recuses one member on the grounds found: from every topic that stands, and that they do not leave already.
pub fn recuse(tx: &mut Tx, scene: &Scene, user: UserId, found: &Found) -> Result<()> {
    let (now, round) = (tx.now(), scene.round.id);
    let left = seats::recused(tx, round, user)?;
    let standing: HashSet<TopicId> = rounds::topics(tx, round)?
        .into_iter()
        .filter(|topic| !topic.failed && !left.contains(&topic.id))
        .map(|topic| topic.id)
        .collect();
    let asked = found
        .iter()
        .filter(|((of, topic), _)| *of == user && standing.contains(topic));
    for (key, ground) in asked {
        let (cause, reason) = (ground.cause, ground.reason.clone());
        let recusal = Recusal::standing(scene.evaluation.id, *key, cause, reason, now);
        seats::insert_recusal(tx, &recusal)?;
    }
    Ok(())
}

/// Whether so many of the panel's members are a quorum.
pub fn has_quorum(scene: &Scene, left: usize, members: usize) -> bool {
    let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    rules::quorum_met(
        small(left),
        small(members),
        u32::try_from(scene.evaluation.quorum_numerator).unwrap_or(0),
        u32::try_from(scene.evaluation.quorum_denominator).unwrap_or(1),
    )
}

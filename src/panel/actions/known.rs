//! What is known later: a tie registered, signed or come about while bids are judged recuses from that moment on.

use std::collections::HashSet;

use serde_json::json;

use crate::audit::{self, Verb};
use crate::clock::{self, Instant};
use crate::db::{Conn, Tx};
use crate::error::Result;
use crate::ids::{TopicId, UserId};
use crate::panel::actions::{assign, conflicts, interests};
use crate::panel::rules::conflict::Ground;
use crate::panel::scene::{self, Scene, event};
use crate::panel::store;
use crate::rounds;
use crate::seats::{self, Recusal};
use crate::who::Actor;

/// Recusals of these members that follow from what is known now and that nobody recorded yet. What two people lifted
/// stays lifted.
pub fn unrecorded(
    c: &mut Conn,
    scene: &Scene,
    users: Vec<UserId>,
    now: Instant,
) -> Result<Vec<Recusal>> {
    let evaluation = scene.evaluation.id;
    let people: Vec<_> = seats::people_by_id(c, users)?.into_values().collect();
    let interests = interests::interests(c, evaluation, &people)?;
    let found = conflicts::recusals(c, scene, &interests, clock::local_date(now))?;
    let known = seats::all_recusals(c, evaluation)?;
    let standing: HashSet<TopicId> = rounds::topics(c, scene.round.id)?
        .into_iter()
        .filter(|topic| !topic.failed)
        .map(|topic| topic.id)
        .collect();
    let recorded = |key: &(UserId, TopicId), ground: &Ground| {
        known.iter().any(|one| {
            let same = one.cause == ground.cause && one.reason == ground.reason;
            (one.user_id, one.topic_id) == *key && (one.lifted_at.is_none() || same)
        })
    };
    Ok(found
        .into_iter()
        .filter(|(key, ground)| standing.contains(&key.1) && !recorded(key, ground))
        .map(|(key, ground)| Recusal::standing(evaluation, key, ground.cause, ground.reason, now))
        .collect())
}

/// Records them: sheets handed in on the topic's bids are kept, and count no more.
pub fn record(tx: &mut Tx, actor: &Actor, scene: &Scene, found: &[Recusal]) -> Result<()> {
    if found.is_empty() {
        return Ok(());
    }
    let users = found.iter().map(|one| one.user_id).collect();
    let aside = store::handed_in(tx, scene.evaluation.id, users)?;
    let mut said = Vec::new();
    for one in found {
        seats::insert_recusal(tx, one)?;
        said.push(json!({
            "user_id": one.user_id,
            "topic_id": one.topic_id,
            "cause": one.cause,
            "sheets_set_aside": aside.get(&(one.user_id, one.topic_id)).copied().unwrap_or(0),
        }));
    }
    let event = event(scene, Verb::RecusalFound).detail(json!({ "recusals": said }));
    audit::record(tx, actor, event)
}

/// Recuses a member of a panel at work from what is known now; their bids go to others.
pub fn recuse(tx: &mut Tx, actor: &Actor, scene: &Scene, user: UserId) -> Result<()> {
    let now = tx.now();
    let found = unrecorded(tx, scene, vec![user], now)?;
    record(tx, actor, scene, &found)?;
    assign::refill(tx, actor, scene)
}

/// The same on every panel at work on which somebody sits.
pub fn recuse_everywhere(tx: &mut Tx, actor: &Actor, user: UserId) -> Result<()> {
    for round in store::judged_by(tx, user)? {
        let turned = rounds::turn(tx, round)?;
        let scene = scene::of(tx, turned)?;
        recuse(tx, actor, &scene, user)?;
    }
    Ok(())
}

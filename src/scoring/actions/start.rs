//! Whether scoring may start: a sound panel, and enough of it left to mark each topic.

use std::collections::{BTreeMap, HashSet};

use crate::clock::{self, Instant};
use crate::db::Conn;
use crate::error::{Refusal, Result};
use crate::ids::{TopicId, UserId};
use crate::joint;
use crate::panel::actions::quorum::{self, Bench, Leaving};
use crate::panel::actions::{conflicts, interests};
use crate::panel::rules::conflict::Ground;
use crate::panel::scene::Scene;
use crate::rounds::rules::{self, Action};
use crate::rounds::{self, Round, Topic};
use crate::seats::{self, PanelMember};

/// Whether scoring may start as things stand: what starting it would refuse, found without starting it.
pub fn may_start(c: &mut Conn, round: &Round, path: &str, now: Instant) -> Result<()> {
    rules::next(round.state_at(now), Action::StartScoring)?;
    let scene = Scene {
        round: round.clone(),
        evaluation: seats::of_round(c, round.id)?,
        path: path.to_owned(),
        seat: None,
    };
    let members = sound_panel(c, &scene)?;
    joint::may_start(c, round.id)?;
    let topics = rounds::topics(c, round.id)?;
    let failed: Vec<TopicId> = topics
        .iter()
        .filter(|topic| topic.failed)
        .map(|topic| topic.id)
        .collect();
    judged_by_enough(c, &scene, &members, &topics, &failed, now).map(drop)
}

pub fn sound_panel(c: &mut Conn, scene: &Scene) -> Result<Vec<PanelMember>> {
    let members = seats::panel(c, scene.evaluation.id)?;
    match seats::fault_of(c, scene.evaluation.id, &members)? {
        Some(refusal) => Err(refusal.into()),
        None => Ok(members),
    }
}

/// Who must leave which topic to others.
pub struct Recusals {
    /// Those known already.
    pub earlier: HashSet<(UserId, TopicId)>,
    /// What ties and posts say now.
    pub found: BTreeMap<(UserId, TopicId), Ground>,
}

/// Refuses where all topics have failed or one is left with fewer than the quorum.
pub fn judged_by_enough(
    c: &mut Conn,
    scene: &Scene,
    members: &[PanelMember],
    topics: &[Topic],
    failed: &[TopicId],
    now: Instant,
) -> Result<Recusals> {
    if failed.len() == topics.len() {
        return Err(Refusal::new(
            "all_topics_failed",
            "各标的的有效申报都少于规定份数，全部流标，没有可评的申报。",
        )
        .remedy("请党建部逐个决定流标的标的，再以流标办结。")
        .into());
    }

    let people = seats::people_by_id(c, members.iter().map(|m| m.user_id).collect())?;
    let earlier = quorum::recorded(c, scene)?;
    let reviewers: Vec<_> = people.into_values().collect();
    let interests = interests::interests(c, scene.evaluation.id, &reviewers)?;
    let found = conflicts::recusals(c, scene, &interests, clock::local_date(now))?;
    let mut leaving: Leaving = found
        .iter()
        .map(|(key, ground)| (*key, ground.reason.clone()))
        .collect();
    leaving.extend(earlier.clone());
    let standing = topics.iter().filter(|topic| !failed.contains(&topic.id));
    let bench = Bench::of(scene, members, standing.cloned().collect(), &leaving);
    let code = match bench.topics.iter().any(|one| one.left == 0) {
        true => "nobody_eligible",
        false => "start_below_quorum",
    };
    match bench.refusal(c, scene, code)? {
        Some(refusal) => Err(refusal.into()),
        None => Ok(Recusals {
            earlier: earlier.into_keys().collect(),
            found,
        }),
    }
}

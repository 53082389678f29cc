//! Whether scoring may start: a sound panel, and enough of it left to mark each topic.

use std::collections::{BTreeMap, HashSet};

use crate::clock::{self, Instant};
use crate::db::Conn;
use crate::error::{Refusal, Result};
use crate::ids::{TopicId, UserId};
use crate::joint;
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
        .remedy("请逐个决定流标的标的，再以流标办结。")
        .into());
    }

    let people = seats::people_by_id(c, members.iter().map(|m| m.user_id).collect())?;
    let earlier: HashSet<(UserId, TopicId)> = seats::recusals(c, scene.evaluation.id)?
        .into_iter()
        .map(|recusal| (recusal.user_id, recusal.topic_id))
        .collect();
    let reviewers: Vec<_> = people.into_values().collect();
    let interests = interests::interests(c, scene.evaluation.id, &reviewers)?;
    let found = conflicts::recusals(c, scene, &interests, clock::local_date(now))?;
    for topic in topics.iter().filter(|topic| !failed.contains(&topic.id)) {
        let left = members.iter().filter(|member| {
            let key = (member.user_id, topic.id);
            !earlier.contains(&key) && !found.contains_key(&key)
        });
        let left = left.count();
        if left == 0 {
            return Err(Refusal::new(
                "nobody_eligible",
                format!("标的“{}”的评审委员全部须回避，无人可评。", topic.title),
            )
            .remedy("请党建部调整评审委员会名单。")
            .into());
        }
        if !conflicts::has_quorum(scene, left, members.len()) {
            return Err(Refusal::new(
                "start_below_quorum",
                format!(
                    "标的“{}”回避以后只剩 {left} 名委员，不足 {} 名委员的 {}/{}，不能开始评分。",
                    topic.title,
                    members.len(),
                    scene.evaluation.quorum_numerator,
                    scene.evaluation.quorum_denominator
                ),
            )
            .remedy("请党建部用候补委员替换须回避的委员，再开始评分。")
            .into());
        }
    }
    Ok(Recusals { earlier, found })
}

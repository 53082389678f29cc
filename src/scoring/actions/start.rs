//! Scoring starts: conflicts of interest are found, topics with too few bids fail.

use std::collections::{BTreeMap, HashSet};

use serde_json::json;

use crate::audit::{self, Verb};
use crate::clock::{self, Instant};
use crate::db::{Conn, Tx};
use crate::error::{Refusal, Result};
use crate::ids::{RecusalId, RoundId, TopicId, UserId};
use crate::joint;
use crate::panel;
use crate::panel::actions::{assign, conflicts, interests};
use crate::panel::rules::conflict::Ground;
use crate::panel::scene::{self, Scene};
use crate::rounds::rules::{self, Action};
use crate::rounds::{self, Round, Topic};
use crate::seats::{self, EvaluationState, PanelMember, Recusal};
use crate::who::Actor;

/// Starts scoring. The automatic recusals and the failed topics stand from here on.
pub fn start(tx: &mut Tx, actor: &Actor, round: RoundId) -> Result<Scene> {
    let mut scene = scene::command(tx, actor, round)?;
    scene.may_run(actor)?;
    let now = tx.now();
    let next = scene.next(Action::StartScoring, now)?;
    let members = sound_panel(tx, &scene)?;
    joint::may_start(tx, round)?;
    let bids = panel::bid_lines(tx, round)?;
    let topics = rounds::topics(tx, round)?;
    // Bids found void since the opening may have left a topic short.
    let failed = crate::failed::fail_short_topics(tx, actor, &scene.round)?;
    let Recusals { earlier, found } =
        judged_by_enough(tx, &scene, &members, &topics, &failed, now)?;
    let mut recused = Vec::new();
    for ((user_id, topic_id), ground) in found {
        if failed.contains(&topic_id) || earlier.contains(&(user_id, topic_id)) {
            continue;
        }
        let reason = ground.reason;
        recused.push(json!({ "user_id": user_id, "topic_id": topic_id, "cause": ground.cause }));
        seats::insert_recusal(
            tx,
            &Recusal {
                id: RecusalId::fresh(now),
                evaluation_id: scene.evaluation.id,
                topic_id,
                user_id,
                cause: ground.cause,
                reason,
                at: now,
                lifted_at: None,
            },
        )?;
    }
    assign::start(tx, actor, &scene)?;
    scene.evaluation.state = EvaluationState::Scoring;
    scene.evaluation.started_at = Some(now);
    seats::update(tx, &scene.evaluation)?;
    scene.evaluation.version += 1;
    scene.round.version = rounds::advance(tx, &scene.round, next)?;
    scene.round.state = next;
    audit::record(
        tx,
        actor,
        scene::event(&scene, Verb::RoundScoringStarted)
            .detail(json!({ "bids": bids.len(), "failed_topics": failed, "recusals": recused })),
    )?;
    tx.publish_change()?;
    Ok(scene)
}

/// Whether scoring may start as things stand: what [`start`] would refuse, found without starting it.
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

fn sound_panel(c: &mut Conn, scene: &Scene) -> Result<Vec<PanelMember>> {
    let members = seats::panel(c, scene.evaluation.id)?;
    match seats::fault_of(c, scene.evaluation.id, &members)? {
        Some(refusal) => Err(refusal.into()),
        None => Ok(members),
    }
}

/// Who must leave which topic to others.
struct Recusals {
    /// Those known already.
    earlier: HashSet<(UserId, TopicId)>,
    /// What ties and posts say now.
    found: BTreeMap<(UserId, TopicId), Ground>,
}

/// Refuses where all topics have failed or one is left with fewer than the quorum.
fn judged_by_enough(
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
    let found = conflicts::recusals(
        &interests,
        &panel::competitors(c, scene.round.id)?,
        &scene.path,
        clock::local_date(now),
    );
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

//! Scoring starts: conflicts of interest are found, topics with too few bids fail.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::json;

use super::panel;
use super::scene::{self, Scene};
use crate::audit::{self, Verb};
use crate::clock::{self, Instant};
use crate::db::{Conn, Tx};
use crate::error::{Refusal, Result};
use crate::evaluation::panel::actions::{assign, conflicts, interests};
use crate::evaluation::panel::rules::conflict::Ground;
use crate::evaluation::store::{self, BidLine, Evaluation, PanelMember, Recusal};
use crate::evaluation::{EvaluationState, SheetState};
use crate::failed;
use crate::ids::{EvaluationId, RecusalId, RoundId, TopicId, UserId};
use crate::joint;
use crate::rounds::rules::{self, Action};
use crate::rounds::{self, Round, Topic};
use crate::who::Actor;

/// Starts scoring. The automatic recusals and the failed topics stand from here on.
pub fn start(tx: &mut Tx, actor: &Actor, round: RoundId) -> Result<Scene> {
    let mut scene = scene::command(tx, actor, round)?;
    scene.may_run(actor)?;
    let now = tx.now();
    let next = scene.next(Action::StartScoring, now)?;
    let members = sound_panel(tx, &scene)?;
    joint::may_start(tx, round)?;
    let bids = store::bid_lines(tx, round)?;
    let topics = rounds::topics(tx, round)?;
    // Bids found void since the opening may have left a topic short.
    let failed = failed::fail_short_topics(tx, actor, &scene.round)?;
    let Recusals { earlier, found } =
        judged_by_enough(tx, &scene, &members, &topics, &failed, now)?;
    let mut recused = Vec::new();
    for ((user_id, topic_id), ground) in found {
        if failed.contains(&topic_id) || earlier.contains(&(user_id, topic_id)) {
            continue;
        }
        let reason = ground.reason;
        recused.push(json!({ "user_id": user_id, "topic_id": topic_id, "cause": ground.cause }));
        store::insert_recusal(
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
    store::update(tx, &scene.evaluation)?;
    scene.evaluation.version += 1;
    scene.round.version = rounds::advance(tx, &scene.round, next)?;
    scene.round.state = next;
    audit::record(
        tx,
        actor,
        panel::event(&scene, Verb::RoundScoringStarted)
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
        evaluation: store::of_round(c, round.id)?,
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
    let members = store::panel(c, scene.evaluation.id)?;
    match panel::fault_of(c, scene.evaluation.id, &members)? {
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

    let people = panel::by_id(c, members.iter().map(|m| m.user_id).collect())?;
    let earlier: HashSet<(UserId, TopicId)> = store::recusals(c, scene.evaluation.id)?
        .into_iter()
        .map(|recusal| (recusal.user_id, recusal.topic_id))
        .collect();
    let reviewers: Vec<_> = people.into_values().collect();
    let interests = interests::interests(c, scene.evaluation.id, &reviewers)?;
    let found = conflicts::recusals(
        &interests,
        &store::competitors(c, scene.round.id)?,
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

/// One bid on one reviewer's list.
pub struct Assignment {
    pub bid: BidLine,
    pub topic: String,
    pub state: Option<SheetState>,
    /// Hundredths; of one's own sheet.
    pub total: i64,
    /// Entered from paper by the office.
    pub on_paper: bool,
    /// Whether it may be marked now, as far as what was reopened goes.
    pub open: bool,
}

impl Assignment {
    /// Handed in, and not sent back.
    pub fn submitted(&self) -> bool {
        matches!(self.state, Some(SheetState::Submitted | SheetState::Locked))
    }

    /// Waits to be handed in.
    pub fn waits(&self) -> bool {
        self.open && !self.submitted()
    }
}

/// What one marks, and the topics one leaves to others with the reason.
pub type Assignments = (Vec<Assignment>, Vec<(Topic, Recusal)>);

/// What a reviewer is to mark, topic by topic, and the topics left to others.
pub fn assignments(
    c: &mut Conn,
    evaluation: &Evaluation,
    round: RoundId,
    reviewer: UserId,
) -> Result<Assignments> {
    let reopened = evaluation.reopened()?;
    let blind = evaluation.is_blind();
    let evaluation = evaluation.id;
    let topics = rounds::topics(c, round)?;
    let mine: HashMap<TopicId, Recusal> = store::recusals(c, evaluation)?
        .into_iter()
        .filter(|recusal| recusal.user_id == reviewer)
        .map(|recusal| (recusal.topic_id, recusal))
        .collect();
    let sheets = store::sheets_by(c, evaluation, reviewer)?;
    let bids = store::bid_lines(c, round)?;
    let division = assign::division(c, evaluation)?;
    let mut assigned = Vec::new();
    let mut recused = Vec::new();
    for topic in topics {
        if let Some(recusal) = mine.get(&topic.id) {
            recused.push((topic, recusal.clone()));
            continue;
        }
        if topic.failed {
            continue;
        }
        for bid in bids.iter().filter(|bid| {
            bid.topic_id == Some(topic.id) && assign::marks(&division, bid.id, reviewer)
        }) {
            let sheet = sheets.get(&bid.id.0);
            assigned.push(Assignment {
                bid: match blind {
                    true => bid.clone().covered(),
                    false => bid.clone(),
                },
                topic: topic.title.clone(),
                state: sheet.map(|(_, state, ..)| *state),
                total: sheet.map_or(0, |(_, _, total, _)| *total),
                on_paper: sheet.is_some_and(|(.., paper)| paper.is_some()),
                open: store::marks_again(reopened.as_ref(), bid.id, sheet.map(|(id, ..)| *id)),
            });
        }
    }
    Ok((assigned, recused))
}

/// How far one reviewer is: counts only.
pub struct Progress {
    pub member: PanelMember,
    pub assigned: usize,
    pub submitted: usize,
    pub drafts: usize,
    /// Of the submitted ones, those entered from paper.
    pub on_paper: usize,
}

/// Who has scored how many of theirs.
pub fn progress(c: &mut Conn, evaluation: EvaluationId, round: RoundId) -> Result<Vec<Progress>> {
    let failed: HashSet<TopicId> = rounds::topics(c, round)?
        .into_iter()
        .filter(|topic| topic.failed)
        .map(|topic| topic.id)
        .collect();
    let bids = store::bid_lines(c, round)?;
    let recused: HashSet<(UserId, TopicId)> = store::recusals(c, evaluation)?
        .into_iter()
        .map(|recusal| (recusal.user_id, recusal.topic_id))
        .collect();
    let sheets = store::progress(c, evaluation)?;
    let members = store::panel(c, evaluation)?;
    let division = assign::division(c, evaluation)?;
    Ok(members
        .into_iter()
        .map(|member| {
            let own: HashSet<i64> = bids
                .iter()
                .filter(|bid| {
                    bid.topic_id.is_some_and(|topic| {
                        !failed.contains(&topic)
                            && !recused.contains(&(member.user_id, topic))
                            && assign::marks(&division, bid.id, member.user_id)
                    })
                })
                .map(|bid| bid.id.0)
                .collect();
            let count = |wanted: fn(&store::Done) -> bool| {
                sheets
                    .iter()
                    .filter(|one| one.0 == member.user_id && own.contains(&one.1) && wanted(one))
                    .count()
            };
            Progress {
                assigned: own.len(),
                submitted: count(|one| one.2 != SheetState::Draft),
                drafts: count(|one| one.2 == SheetState::Draft),
                on_paper: count(|one| one.3.is_some()),
                member,
            }
        })
        .collect())
}

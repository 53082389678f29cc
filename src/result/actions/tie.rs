//! Bids that share a rank: which they are, and who puts them in order. Lots: [`super::lots`].

use std::collections::{BTreeSet, HashSet};

use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
use crate::ids::{EvaluationId, TopicId, UserId};
use crate::numbers::result_file::{ResolvedBy, ResultFile, TopicRanking};
use crate::panel::scene::Scene;
use crate::result::actions::lock::file_of;
use crate::result::store;
use crate::rounds::{RoundState, Topic};
use crate::seats::{self, PanelMember, Seat};
use crate::who::Actor;

/// Bids of one topic that share a rank, ascending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tied {
    pub topic: TopicId,
    pub bids: Vec<i64>,
}

/// Groups of bids that share a rank, by topic.
pub fn groups(ranking: &[TopicRanking]) -> Vec<Tied> {
    let mut groups = Vec::new();
    for topic in ranking {
        let ranks: BTreeSet<u32> = topic
            .rows
            .iter()
            .filter(|row| row.resolved_by == ResolvedBy::Shared)
            .map(|row| row.rank)
            .collect();
        for rank in ranks {
            let sharing = topic.rows.iter().filter(|row| row.rank == rank);
            let bids: BTreeSet<i64> = sharing.map(|row| row.bid_id).collect();
            groups.push(Tied {
                topic: TopicId(topic.topic_id),
                bids: bids.into_iter().collect(),
            });
        }
    }
    groups
}

/// The same of the result that stands, in the order of these topics.
pub fn standing(c: &mut Conn, evaluation: EvaluationId, topics: &[Topic]) -> Result<Vec<Tied>> {
    let mut groups: Vec<Tied> = Vec::new();
    let rows = store::shared(c, evaluation)?;
    for group in rows.chunk_by(|one, other| (one.0, one.1) == (other.0, other.1)) {
        if let Some((topic, ..)) = group.first() {
            groups.push(Tied {
                topic: *topic,
                bids: group.iter().map(|(.., bid)| *bid).collect(),
            });
        }
    }
    groups.sort_by_key(|group| topics.iter().position(|topic| topic.id == group.topic));
    Ok(groups)
}

/// Who acts for the panel where bids share a rank.
pub struct Presiding {
    /// The chair first, then by alias.
    members: Vec<PanelMember>,
    recused: HashSet<(UserId, TopicId)>,
}

impl Presiding {
    pub fn load(c: &mut Conn, evaluation: EvaluationId) -> Result<Self> {
        let mut members = seats::panel(c, evaluation)?;
        members.sort_by_key(|member| member.seat != Seat::Chair);
        let recused = seats::all_recusals(c, evaluation)?
            .into_iter()
            .filter(|recusal| recusal.lifted_at.is_none())
            .map(|recusal| (recusal.user_id, recusal.topic_id))
            .collect();
        Ok(Self { members, recused })
    }

    /// The chair, or, where the chair is recused from the topic, the first member who is not.
    pub fn over(&self, topic: TopicId) -> Option<&PanelMember> {
        self.members
            .iter()
            .find(|member| !self.recused.contains(&(member.user_id, topic)))
    }

    pub fn is(&self, actor: &Actor, topic: TopicId) -> bool {
        let user = actor.user_id();
        user.is_some() && self.over(topic).map(|member| member.user_id) == user
    }
}

/// Between the lock and the decision.
pub fn may_order(scene: &Scene) -> Result<(), Refusal> {
    if scene.round.state == RoundState::Scored {
        return Ok(());
    }
    Err(Refusal::new(
        "wrong_state",
        format!(
            "批次现在是“{}”，不能排同分的先后。",
            scene.round.state.label()
        ),
    )
    .remedy("评分锁定以后、党委决定以前办理。"))
}

/// Those who share a rank with exactly these bids, in the result that stands.
pub fn tied(tx: &mut Tx, scene: &Scene, bids: &[i64]) -> Result<(ResultFile, Tied)> {
    let stored = store::result(tx, scene.evaluation.id)?.ok_or(Error::NotFound)?;
    let file = file_of(&stored)?;
    let given: BTreeSet<i64> = bids.iter().copied().collect();
    if given.len() != bids.len() {
        return Err(Error::field("bid_ids", "同一份申报书列了两次。"));
    }
    let given: Vec<i64> = given.into_iter().collect();
    let group = groups(&file.ranking)
        .into_iter()
        .find(|group| group.bids == given);
    match group {
        Some(group) => Ok((file, group)),
        None => Err(Error::field(
            "bid_ids",
            "须恰好列出同一名次上并列的全部申报书。",
        )),
    }
}

/// Somebody recused from the topic leaves the order to others, the chair too.
pub fn not_presiding() -> Refusal {
    Refusal::new(
        "recused",
        "这一步由主任委员办理；主任委员回避这一标的的，由名单上第一位没有回避的委员代为办理。",
    )
    .remedy("请没有回避的主任委员或代为办理的委员登录后办理。")
}

/// The chair, or whoever stands in for the chair on some topic.
pub fn presides(c: &mut Conn, scene: &Scene, actor: &Actor) -> Result<bool> {
    if scene.seat.is_none() || scene.chairs() {
        return Ok(scene.chairs());
    }
    let presiding = Presiding::load(c, scene.evaluation.id)?;
    let topics = crate::rounds::topics(c, scene.round.id)?;
    Ok(topics.iter().any(|topic| presiding.is(actor, topic.id)))
}

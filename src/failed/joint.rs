//! A failed topic's bids going on as one joint project (联合攻关): asked, answered, settled.

use super::rules::{self, FailedDecision, Joint, JointAnswer};
use super::store as failures;
use super::store::{FailedTopic, JointBid};
use crate::bids;
use crate::bids::scene::BidScene;
use crate::people;
use crate::rounds::actions::drafting::titled;
use crate::rounds::scene::RoundScene;
use crate::rounds::{self, AnnouncementKind, Post, Round, RoundState, Topic, actions, announce};
use crate::text::quoted;
use crate::verbs::prelude::*;

/// Whether one's bid goes on as part of a joint one (联合攻关).
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JointInput {
    #[schema(example = true)]
    pub agree: bool,
}

/// A lead's answer: whether their bid goes on as part of a joint one.
pub struct AnswerJoint;

impl Verb for AnswerJoint {
    type On = BidScene;
    type Gives = RoundScene;
    type Input = JointInput;
    type Ready = (Topic, FailedTopic);

    const NAME: &'static str = "answer_joint";
    const SAYS: &'static str = "Answer whether one's bid goes on as part of a joint one; the organization's secretary says so.";
    // Recorded before what it leads to, with the organization that answers.
    const EVENT: Option<audit::Verb> = None;
    const FORBIDS: &'static [&'static str] = &["secretary_required"];
    const REFUSES: &'static [&'static str] = &[
        people::DISABLED,
        "not_asked",
        "already_answered",
        "wrong_state",
    ];

    fn who(on: &BidScene, actor: &Actor) -> Result<()> {
        policy::may_sign_for(actor, on.bid.organization_id)
    }

    fn when(c: &mut Conn, on: &BidScene, _: &Actor, _: Instant) -> Result<(Topic, FailedTopic)> {
        let topic = on.bid.topic_id.ok_or_else(not_asked)?;
        let failed = match failures::find(c, topic) {
            Err(Error::NotFound) => return Err(not_asked().into()),
            found => found?,
        };
        if matches!(
            on.round.state,
            RoundState::Concluded | RoundState::Cancelled
        ) {
            return Err(Refusal::new("wrong_state", "批次已经结束，不能再答复。").into());
        }
        let asked = failures::joint_bids(c, vec![topic])?;
        match asked.iter().find(|bid| bid.bid_id == on.bid.id) {
            None => Err(not_asked().into()),
            Some(JointBid { answer: None, .. }) => Ok((rounds::topic(c, topic)?, failed)),
            Some(_) => Err(Refusal::new("already_answered", "您的组织已经答复。").into()),
        }
    }

    fn perform(
        tx: &mut Tx,
        on: BidScene,
        (topic, mut failed): (Topic, FailedTopic),
        actor: &Actor,
        input: &JointInput,
    ) -> Result<Done<Self>> {
        let (now, bid, round) = (tx.now(), on.bid, on.round);
        let answer = if input.agree {
            on.in_use?;
            JointAnswer::Agreed
        } else {
            JointAnswer::Declined
        };
        let by = actor.person()?.user_id;
        crate::db::changed(failures::answer_joint(tx, bid.id, answer, by, now)?)?;
        let event = actions::event(audit::Verb::JointAnswered, &round, round.version)
            .organization(bid.organization_id)
            .detail(json!({ "topic_id": topic.id, "bid_id": bid.id, "answer": answer }));
        audit::record(tx, actor, event)?;
        settle(tx, &round, &topic, &mut failed)?;
        Ok(Done::of(round.id, "已答复。").to(format!("/rounds/{}#failed", round.id)))
    }
}

fn not_asked() -> Refusal {
    Refusal::new("not_asked", "这份申报书没有被征求联合攻关的意见。")
}

/// What stands decided: a joint project that a bid found void since has undone does not.
pub fn decided(c: &mut Conn, row: &FailedTopic) -> Result<Option<FailedDecision>> {
    if row.decision != Some(FailedDecision::Joint) || row.agreed_at.is_some() {
        return Ok(row.decision);
    }
    let asked = failures::joint_bids(c, vec![row.topic_id])?;
    let answers: Vec<_> = asked.iter().map(JointBid::answered).collect();
    Ok(row
        .decision
        .filter(|_| rules::joint(&answers) != Joint::Undone))
}

/// Takes the consequence once all have answered: a joint project with its lead, or the topic undecided again.
pub fn settle(tx: &mut Tx, round: &Round, topic: &Topic, failed: &mut FailedTopic) -> Result<()> {
    let asked = failures::joint_bids(tx, vec![topic.id])?;
    let answers: Vec<_> = asked.iter().map(JointBid::answered).collect();
    let (title, body) = match rules::joint(&answers) {
        Joint::Waiting => return Ok(()),
        Joint::Agreed => {
            let with: Vec<&JointBid> = asked
                .iter()
                .filter(|bid| bid.counted() == Some(JointAnswer::Agreed))
                .collect();
            let lead = with
                .iter()
                .find(|bid| Some(bid.bid_id) == failed.joint_lead_id)
                .or(with.first())
                .ok_or_else(Error::stale)?;
            failed.joint_lead_id = Some(lead.bid_id);
            failed.agreed_at = Some(tx.now());
            let partners: Vec<&str> = with
                .iter()
                .filter(|bid| bid.bid_id != lead.bid_id)
                .map(|bid| bid.organization.as_str())
                .collect();
            (
                "联合攻关公告：",
                format!(
                    "标的{}转为联合攻关，由{}牵头，{}参加，以《{}》为基础。由党委书记决定并公示，批次办结后签订合同。",
                    quoted(&topic.title),
                    lead.organization,
                    partners.join("、"),
                    lead.title.clone().unwrap_or_default()
                ),
            )
        }
        Joint::Undone => {
            failures::forget_asked(tx, topic.id)?;
            failed.undo();
            (
                "联合攻关未成：",
                format!(
                    "标的{}同意联合攻关的不足两个组织，党建部将另行决定。",
                    quoted(&topic.title)
                ),
            )
        }
    };
    failures::update(tx, failed)?;
    let title = titled(&topic.title, title, "");
    announce(tx, Post::of(round, AnnouncementKind::Result, title, body))?;
    Ok(())
}

/// The organizations that go along in the joint project this bid leads.
pub fn partners_of(c: &mut Conn, bid: &bids::Bid) -> Result<Vec<String>> {
    let Some(topic) = bid.topic_id else {
        return Ok(Vec::new());
    };
    let leads = match failures::find(c, topic) {
        Err(Error::NotFound) => return Ok(Vec::new()),
        found => found?,
    };
    if leads.agreed_at.is_none() || leads.joint_lead_id != Some(bid.id) {
        return Ok(Vec::new());
    }
    Ok(failures::joint_bids(c, vec![topic])?
        .into_iter()
        .filter(|asked| asked.bid_id != bid.id && asked.counted() == Some(JointAnswer::Agreed))
        .map(|asked| asked.organization)
        .collect())
}

//! An organization's secretary agrees or declines; the last who agrees makes it one.

use crate::bids;
use crate::failed::rules::JointAnswer;
use crate::ids::{BidId, TopicId};
use crate::joint::scene::{JointScene, event};
use crate::joint::store::{self, Joint, Member};
use crate::joint::{JointState, end, rules};
use crate::people;
use crate::rounds::{self, AnnouncementKind, Post, Round};
use crate::similar::{self, PairDecision};
use crate::verbs::Subject;
use crate::verbs::prelude::*;

/// An organization's answer.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JointAnswerInput {
    #[schema(example = true)]
    pub agree: bool,
    /// Of what was read: an answer to something since changed is refused.
    #[validate(length(max = 64))]
    #[schema(max_length = 64)]
    pub digest: String,
    /// Owed by whoever declines.
    #[serde(default)]
    #[validate(length(max = 500))]
    #[schema(max_length = 500)]
    pub reason: Option<String>,
}

pub struct Answer;

impl Verb for Answer {
    type On = JointScene;
    type Gives = JointScene;
    type Input = JointAnswerInput;
    /// Their bids not yet answered for.
    type Ready = Vec<Member>;

    const NAME: &'static str = "answer";
    const SAYS: &'static str = "Agree or decline for one's organization, as its secretary.";
    // The answer, and what comes of it.
    const EVENT: Option<audit::Verb> = None;
    const FORBIDS: &'static [&'static str] = &["secretary_required"];
    const REFUSES: &'static [&'static str] = &[
        people::DISABLED,
        "merger_changed",
        "merger_ended",
        "already_answered",
        "not_opened",
        "wrong_state",
    ];

    fn who(on: &JointScene, actor: &Actor) -> Result<()> {
        if !on.signed_by(actor).is_empty() {
            return Ok(());
        }
        // Says why: one of their own people who may not sign, or somebody it does not concern.
        let asked = on
            .members
            .iter()
            .find(|member| actor.acts_for(member.organization_id))
            .or(on.members.first())
            .ok_or(Error::NotFound)?;
        policy::may_sign_for(actor, asked.organization_id)
    }

    fn when(_: &mut Conn, on: &JointScene, actor: &Actor, now: Instant) -> Result<Vec<Member>> {
        on.open(now)?;
        let mut owed: Vec<Member> = on.signed_by(actor).into_iter().cloned().collect();
        owed.retain(|member| member.answer.is_none());
        if owed.is_empty() {
            return Err(Refusal::new("already_answered", "您的组织已经答复。")
                .remedy("方案修改以后会再次征求意见。")
                .into());
        }
        Ok(owed)
    }

    fn perform(
        tx: &mut Tx,
        mut on: JointScene,
        owed: Vec<Member>,
        actor: &Actor,
        input: &JointAnswerInput,
    ) -> Result<Done<Self>> {
        let (now, id) = (tx.now(), on.joint.id);
        if input.digest != on.joint.digest {
            return Err(Refusal::new(
                "merger_changed",
                "联合方案在您打开以后改过，您的答复没有记下。",
            )
            .remedy("请看过新的方案再答复。")
            .into());
        }
        let reason = input.reason.as_deref().filter(|words| !words.is_empty());
        let answer = match (input.agree, reason) {
            (true, _) => JointAnswer::Agreed,
            (false, Some(_)) => JointAnswer::Declined,
            (false, None) => return Err(Error::field("reason", "请写明不同意的理由。")),
        };
        for member in &owed {
            if input.agree {
                people::in_use(tx, member.organization_id)?;
            }
            store::put_answer(tx, id, member.bid_id, answer, reason, actor.user_id(), now)?;
        }
        let first = owed.first().ok_or(Error::NotFound)?;
        audit::record(
            tx,
            actor,
            on.event(audit::Verb::JointAnswered)
                .organization(first.organization_id)
                .detail(json!({ "answer": answer, "digest": input.digest, "reason": reason })),
        )?;
        let members = store::members(tx, &[id])?;
        let answers: Vec<_> = members.iter().map(|member| member.answer).collect();
        let (round, joint) = (&on.round, &mut on.joint);
        match rules::outcome(&answers) {
            JointState::Asked | JointState::Withdrawn => {}
            JointState::Declined => {
                let words = reason.unwrap_or_default();
                let why = format!("{}不同意：{words}", first.organization);
                end::end(tx, actor, round, joint, JointState::Declined, &why)?;
            }
            JointState::Merged => merge(tx, actor, round, joint, &members)?,
        }
        Ok(Done::of(id, "已答复。"))
    }
}

/// All agree: the partners' bids go on within the lead's.
fn merge(
    tx: &mut Tx,
    actor: &Actor,
    round: &Round,
    joint: &mut Joint,
    members: &[Member],
) -> Result<()> {
    let ids: Vec<BidId> = members.iter().map(|member| member.bid_id).collect();
    let found = bids::by_ids(tx, &ids)?;
    let lead = members
        .iter()
        .find(|member| member.bid_id == joint.lead_bid_id)
        .ok_or_else(Error::stale)?;
    let topic: TopicId = lead.topic_id;
    for bid in found.iter().filter(|bid| bid.id != joint.lead_bid_id) {
        bids::merge(tx, bid, topic)?;
    }
    joint.state = JointState::Merged;
    joint.ended_at = Some(tx.now());
    store::update(tx, joint)?;
    joint.version += 1;
    similar::follow(
        tx,
        actor,
        round.id,
        &ids,
        PairDecision::Merged,
        &joint.reason,
    )?;
    let partners: Vec<&str> = members
        .iter()
        .filter(|member| member.bid_id != joint.lead_bid_id)
        .map(|member| member.organization.as_str())
        .collect();
    rounds::announce(
        tx,
        Post {
            committee: round.committee_id,
            round: Some(round.id),
            kind: AnnouncementKind::Result,
            title: format!("联合攻关公告：{}", lead.title.clone().unwrap_or_default()),
            body: format!(
                "经各申报组织一致同意，{}的申报与{}的申报《{}》合为联合攻关，由{}牵头，作为一份申报参加评审。各方评委对相应标的一并回避。\n原因：{}",
                partners.join("、"),
                lead.organization,
                lead.title.clone().unwrap_or_default(),
                lead.organization,
                joint.reason,
            ),
            ends_on: None,
        },
    )?;
    audit::record(
        tx,
        actor,
        event(audit::Verb::JointAgreed, joint, round).detail(
            json!({ "lead_bid_id": joint.lead_bid_id, "bids": ids, "digest": joint.digest }),
        ),
    )?;
    Ok(())
}

//! An organization's secretary agrees or declines; the last who agrees makes it one.

use serde_json::json;

use super::{end, read};
use crate::audit::{self, Verb};
use crate::bids;
use crate::db::Tx;
use crate::error::{Error, Refusal, Result};
use crate::failed::rules::JointAnswer;
use crate::ids::{BidId, MergerId, TopicId};
use crate::joint::input::MergerAnswerInput;
use crate::joint::store::{self, Member, Merger};
use crate::joint::{MergerState, rules};
use crate::rounds::{self, AnnouncementKind, Post, Round};
use crate::similar::{self, PairDecision};
use crate::who::{Actor, policy};

pub fn answer(
    tx: &mut Tx,
    actor: &Actor,
    id: MergerId,
    input: &MergerAnswerInput,
) -> Result<Merger> {
    let joint = read::visible(tx, actor, id)?;
    let own: Vec<Member> = joint.signed_by(actor).into_iter().cloned().collect();
    let Some(first) = own.first() else {
        // Says why: one of their own people who may not sign, or somebody it does not concern.
        let asked = joint
            .members
            .iter()
            .find(|member| actor.acts_for(member.organization_id))
            .or(joint.members.first())
            .ok_or(Error::NotFound)?;
        policy::may_sign_for(actor, asked.organization_id)?;
        return Err(Error::NotFound);
    };
    let round = rounds::turn(tx, joint.round.id)?;
    let now = tx.now();
    let mut merger = store::find(tx, id)?;
    rules::still_asked(merger.state)?;
    rules::in_time(round.state_at(now))?;
    if input.digest != merger.digest {
        return Err(Refusal::new(
            "merger_changed",
            "联合方案在您打开以后改过，您的答复没有记下。",
        )
        .remedy("请看过新的方案再答复。")
        .into());
    }
    let reason = input
        .reason
        .as_deref()
        .map(str::trim)
        .filter(|reason| !reason.is_empty());
    let answer = match (input.agree, reason) {
        (true, _) => JointAnswer::Agreed,
        (false, Some(_)) => JointAnswer::Declined,
        (false, None) => return Err(Error::field("reason", "请写明不同意的理由。")),
    };
    let owed: Vec<&Member> = own
        .iter()
        .filter(|member| member.answer.is_none())
        .collect();
    if owed.is_empty() {
        return Err(Refusal::new("already_answered", "您的组织已经答复。")
            .remedy("方案修改以后会再次征求意见。")
            .into());
    }
    for member in owed {
        store::put_answer(tx, id, member.bid_id, answer, reason, actor.user_id(), now)?;
    }
    audit::record(
        tx,
        actor,
        super::event(Verb::JointAnswered, &merger, &round)
            .organization(first.organization_id)
            .detail(json!({ "answer": answer, "digest": merger.digest, "reason": reason })),
    )?;
    let members = store::members(tx, &[id])?;
    let answers: Vec<_> = members.iter().map(|member| member.answer).collect();
    match rules::outcome(&answers) {
        MergerState::Asked | MergerState::Withdrawn => {}
        MergerState::Declined => {
            let why = format!(
                "{}不同意：{}",
                first.organization,
                reason.unwrap_or_default()
            );
            end::end(tx, actor, &round, &mut merger, MergerState::Declined, &why)?;
        }
        MergerState::Merged => merge(tx, actor, &round, &mut merger, &members)?,
    }
    Ok(merger)
}

/// All agree: the partners' bids go on within the lead's.
fn merge(
    tx: &mut Tx,
    actor: &Actor,
    round: &Round,
    merger: &mut Merger,
    members: &[Member],
) -> Result<()> {
    let ids: Vec<BidId> = members.iter().map(|member| member.bid_id).collect();
    let found = bids::by_ids(tx, &ids)?;
    let lead = members
        .iter()
        .find(|member| member.bid_id == merger.lead_bid_id)
        .ok_or_else(Error::stale)?;
    let topic: TopicId = lead.topic_id;
    for bid in found.iter().filter(|bid| bid.id != merger.lead_bid_id) {
        bids::merge(tx, bid, topic)?;
    }
    merger.state = MergerState::Merged;
    merger.ended_at = Some(tx.now());
    store::update(tx, merger)?;
    merger.version += 1;
    similar::follow(
        tx,
        actor,
        round.id,
        &ids,
        PairDecision::Merged,
        &merger.reason,
    )?;
    let partners: Vec<&str> = members
        .iter()
        .filter(|member| member.bid_id != merger.lead_bid_id)
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
                merger.reason,
            ),
            ends_on: None,
        },
    )?;
    audit::record(
        tx,
        actor,
        super::event(Verb::MergerAgreed, merger, round).detail(
            json!({ "lead_bid_id": merger.lead_bid_id, "bids": ids, "digest": merger.digest }),
        ),
    )?;
    Ok(())
}

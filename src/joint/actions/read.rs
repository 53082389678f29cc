//! Who knows of a joint bid, and what others ask about it.

use crate::bids::{self, Bid};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::{Error, Refusal, Result};
use crate::failed;
use crate::ids::{MergerId, RoundId};
use crate::joint::store::{self, Member, Merger};
use crate::joint::{MergerState, rules};
use crate::people;
use crate::rounds::{self, Round};
use crate::who::policy::OVERSEERS;
use crate::who::{Actor, Role, policy};

/// A merger with all that belongs to it.
pub struct Joint {
    pub merger: Merger,
    pub round: Round,
    /// The lead first.
    pub members: Vec<Member>,
    /// Office, secretary or supervisor over the round.
    pub overseen: bool,
}

impl Joint {
    pub fn lead(&self) -> Option<&Member> {
        self.members
            .iter()
            .find(|member| member.bid_id == self.merger.lead_bid_id)
    }

    /// Members of organizations this person signs for.
    pub fn signed_by(&self, actor: &Actor) -> Vec<&Member> {
        self.members
            .iter()
            .filter(|member| actor.holds_at(Role::BranchSecretary, member.organization_id))
            .collect()
    }

    pub fn concerns(&self, actor: &Actor) -> bool {
        self.members
            .iter()
            .any(|member| actor.acts_for(member.organization_id))
    }
}

/// With its members in order, without asking who wants to see it.
pub fn joint(c: &mut Conn, actor: &Actor, merger: Merger) -> Result<Joint> {
    let round = rounds::find(c, merger.round_id)?;
    let path = people::organization(c, round.committee_id)?.path;
    let mut members = store::members(c, &[merger.id])?;
    members.sort_by_key(|member| member.bid_id != merger.lead_bid_id);
    Ok(Joint {
        overseen: actor.holds_any(OVERSEERS, &path),
        merger,
        round,
        members,
    })
}

/// Known to those over the round and to those it concerns; once merged, to whoever reads the lead's bid.
pub fn visible(c: &mut Conn, actor: &Actor, id: MergerId) -> Result<Joint> {
    policy::business_person(actor)?;
    let merger = store::find(c, id)?;
    let joint = joint(c, actor, merger)?;
    if joint.overseen || joint.concerns(actor) {
        return Ok(joint);
    }
    if joint.merger.state == MergerState::Merged {
        let (bid, _) = bids::visible(c, actor, joint.merger.lead_bid_id)?;
        // It names who bids: the panel of a blind round reads it from the lock on.
        if bids::blind::covers(c, actor, &bid)? {
            return Err(Error::NotFound);
        }
        return Ok(joint);
    }
    Err(Error::NotFound)
}

/// Those of a round this person may know of, with one more than asked for.
pub fn list(
    c: &mut Conn,
    actor: &Actor,
    round: RoundId,
    before: Option<i64>,
    limit: i64,
) -> Result<(Round, Vec<Merger>)> {
    let round = rounds::visible(c, actor, round)?;
    let path = people::organization(c, round.committee_id)?.path;
    let own = if actor.holds_any(OVERSEERS, &path) {
        None
    } else {
        Some(actor.own_organizations())
    };
    let found = store::of_round(c, round.id, own, before, limit + 1)?;
    Ok((round, found))
}

/// Why this person cannot propose now, if so.
pub fn may_propose(c: &mut Conn, actor: &Actor, round: &Round, now: Instant) -> Result<()> {
    let path = people::organization(c, round.committee_id)?.path;
    policy::may_run(actor, &path)?;
    rules::in_time(round.state_at(now))?;
    Ok(())
}

/// The office, and the lead's own people.
pub fn may_change(c: &mut Conn, actor: &Actor, joint: &Joint) -> Result<()> {
    if joint
        .lead()
        .is_some_and(|lead| actor.acts_for(lead.organization_id))
    {
        return Ok(());
    }
    let path = people::organization(c, joint.round.committee_id)?.path;
    policy::may_run(actor, &path)
}

/// Scoring does not start while somebody is asked.
pub fn may_start(c: &mut Conn, round: RoundId) -> Result<()> {
    let waiting = store::asked_in(c, round)?;
    if waiting == 0 {
        return Ok(());
    }
    Err(Refusal::new(
        "merger_waiting",
        format!("还有 {waiting} 项联合攻关没有答复完，不能开始评分。"),
    )
    .remedy("请等各支部答复，或者收回提议。")
    .into())
}

/// The organizations that go along with the bid's own: for its contract.
pub fn partners_of(c: &mut Conn, bid: &Bid) -> Result<Vec<String>> {
    match store::of_bid(c, bid.id)? {
        Some(merger) if merger.state == MergerState::Merged && merger.lead_bid_id == bid.id => {
            let mut names: Vec<String> = store::members(c, &[merger.id])?
                .into_iter()
                .filter(|member| member.organization_id != bid.organization_id)
                .map(|member| member.organization)
                .collect();
            names.dedup();
            Ok(names)
        }
        Some(_) | None => failed::partners_of(c, bid),
    }
}

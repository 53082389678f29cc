//! Drafting: begun by the organization's own people, saved on each pause, kept in revisions.

use crate::audit::{self, Verb};
use crate::bids::rules::{self, Action};
use crate::bids::{Bid, BidContent, BidState, store};
use crate::db::Tx;
use crate::error::{Error, Refusal, Result};
use crate::ids::{BidId, OrganizationId, RevisionId, RoundId, TopicId, UserId};
use crate::people;
use crate::rounds::{self, RoundState};
use crate::sealing;
use crate::who::{Actor, policy};

/// The organization a new bid is for: the one asked for, else the actor's only one.
fn organization_for(actor: &Actor, asked: Option<OrganizationId>) -> Result<OrganizationId> {
    if let Some(asked) = asked {
        return Ok(asked);
    }
    match actor.own_organizations().as_slice() {
        [only] => Ok(*only),
        [] => Err(Error::Forbidden(
            Refusal::new(
                "applicant_required",
                "申报由基层组织的申报人或书记起草，您没有这个角色。",
            )
            .remedy("请联系本支部的申报人或书记。"),
        )),
        [_, ..] => Err(Error::field("organization_id", "请选择为哪个组织申报。")),
    }
}

/// Begins a bid in a published round.
pub fn create(
    tx: &mut Tx,
    actor: &Actor,
    round: RoundId,
    organization: Option<OrganizationId>,
    content: &BidContent,
) -> Result<Bid> {
    let round = rounds::visible(tx, actor, round)?;
    let now = tx.now();
    let organization = organization_for(actor, organization)?;
    policy::may_act_for(actor, organization)?;
    let committee = people::organization(tx, round.committee_id)?;
    let own = people::organization(tx, organization)?;
    if !own.path.starts_with(&committee.path) {
        return Err(Error::forbidden(
            "not_in_committee",
            "您的组织不属于招标的党委。",
        ));
    }
    match round.state_at(now) {
        RoundState::Open => {}
        state @ (RoundState::Draft
        | RoundState::Sealed
        | RoundState::Opened
        | RoundState::Scoring
        | RoundState::Scored
        | RoundState::Decided
        | RoundState::Publicized
        | RoundState::Concluded
        | RoundState::Cancelled) => {
            crate::rounds::rules::takes_bids(state, round.opens_at, round.deadline, now)?;
        }
    }
    check_references(tx, &own, round.id, content)?;
    let user = actor.person()?.user_id;
    let id = BidId::fresh(now);
    let bid = Bid {
        id,
        round_id: round.id,
        organization_id: organization,
        state: BidState::Draft,
        draft: Vec::new(),
        draft_revision: 1,
        draft_saved_at: now,
        sealed: None,
        digest: None,
        receipt: None,
        submitted_at: None,
        submitted_by: None,
        withdrawn_at: None,
        void_reason: None,
        topic_id: None,
        title: None,
        leader_name: None,
        budget_total: None,
        version: 1,
        created_by: user,
        created_at: now,
        updated_at: now,
    };
    store::insert(tx, &bid)?;
    let bytes = sealing::begin(tx, actor, id)?.encrypt(&content.to_bytes()?)?;
    store::put_draft(tx, id, &bytes)?;
    let bid = Bid {
        draft: bytes.clone(),
        ..bid
    };
    store::insert_revision(tx, RevisionId::fresh(now), bid.id, 1, &bytes, user, now)?;
    audit::record(tx, actor, super::event(Verb::BidCreated, &bid, &round, 1))?;
    Ok(bid)
}

/// Saves the draft on the version it was read at: a revision, not an audit event. Also after the deadline, so that
/// nothing typed is ever lost; only submitting is over then.
pub fn save(
    tx: &mut Tx,
    actor: &Actor,
    id: BidId,
    version: i64,
    content: &BidContent,
) -> Result<Bid> {
    let (bid, _) = super::visible(tx, actor, id)?;
    policy::may_act_for(actor, bid.organization_id)?;
    rules::next(bid.state, Action::Save)?;
    if bid.version != version {
        return Err(Error::stale());
    }
    let own = people::organization(tx, bid.organization_id)?;
    check_references(tx, &own, bid.round_id, content)?;
    let user: UserId = actor.person()?.user_id;
    let now = tx.now();
    let secret = sealing::secret_to_write(tx, actor, id)?;
    let plain = content.to_bytes()?;
    if plain == secret.decrypt(&bid.draft)? {
        return Ok(bid);
    }
    let bytes = secret.encrypt(&plain)?;
    let version = store::save_draft(tx, &bid, &bytes, now)?;
    store::insert_revision(
        tx,
        RevisionId::fresh(now),
        id,
        bid.draft_revision + 1,
        &bytes,
        user,
        now,
    )?;
    Ok(Bid {
        draft: bytes,
        draft_revision: bid.draft_revision + 1,
        draft_saved_at: now,
        version,
        updated_at: now,
        ..bid
    })
}

/// The topic must be the round's, the team from the organization or below it, what it was copied from its own.
fn check_references(
    tx: &mut Tx,
    own: &people::Organization,
    round: RoundId,
    content: &BidContent,
) -> Result<()> {
    if let Some(topic) = content.topic_id {
        let known: Vec<TopicId> = rounds::topics(tx, round)?
            .into_iter()
            .map(|topic| topic.id)
            .collect();
        if !known.contains(&topic) {
            return Err(Error::field("topic_id", "这个标的不属于本批次。"));
        }
    }
    if let Some(source) = content.copied_from
        && !store::by_ids(tx, &[source])?
            .iter()
            .any(|source| source.organization_id == own.id)
    {
        return Err(Error::field("copied_from", "只能照抄本组织以前的申报书。"));
    }
    let team: Vec<UserId> = content
        .team
        .leader
        .into_iter()
        .chain(content.team.members.iter().copied())
        .collect();
    if team.is_empty() {
        return Ok(());
    }
    let places = people::places(tx, &team)?;
    let inside = |user: &UserId| {
        places
            .get(user)
            .is_some_and(|path| path.starts_with(&own.path))
    };
    if let Some(leader) = content.team.leader
        && !inside(&leader)
    {
        return Err(Error::field("team[leader]", "负责人须是本组织的人员。"));
    }
    for (index, member) in content.team.members.iter().enumerate() {
        if !inside(member) {
            return Err(Error::field(
                format!("team[members][{index}]"),
                "成员须是本组织的人员。",
            ));
        }
    }
    Ok(())
}

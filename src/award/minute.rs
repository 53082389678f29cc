//! The file of the 党委会 minute: attached to the decision it records, read by whoever may read the decision.

use crate::db::Conn;
use crate::error::{Error, Refusal, Result};
use crate::ids::{DecisionId, OrganizationId, RoundId};
use crate::panel;
use crate::panel::scene::{self, Scene};
use crate::result;
use crate::rounds::RoundState;
use crate::who::{Actor, Role};

/// The decision of a round, for whoever may attach its minute now.
pub fn to_attach(c: &mut Conn, actor: &Actor, round: RoundId) -> Result<DecisionId> {
    let scene = scene::scene(c, actor, round)?;
    may_keep(&scene, actor)?;
    let decision = result::decision(c, round)?.ok_or_else(undecided)?;
    may_attach(c, actor, decision.id)?;
    Ok(decision.id)
}

fn undecided() -> Error {
    Refusal::new("not_decided", "党委还没有决定，没有纪要可以上传。")
        .remedy("党委书记决定以后再上传。")
        .into()
}

/// The secretary and the office keep the minute.
fn may_keep(scene: &Scene, actor: &Actor) -> Result<()> {
    actor.person()?;
    if scene.runs(actor) || actor.holds(Role::CommitteeSecretary, &scene.path) {
        return Ok(());
    }
    Err(Error::Forbidden(
        Refusal::new("role_required", "党委会纪要由党委书记或党建部上传。")
            .remedy("请联系党建部。"),
    ))
}

/// From the decision to the conclusion. Answers the committee.
pub fn may_attach(c: &mut Conn, actor: &Actor, id: DecisionId) -> Result<OrganizationId> {
    let (round, standing) = result::round_of_decision(c, id)?;
    let scene = scene::scene(c, actor, round)?;
    may_keep(&scene, actor)?;
    match scene.round.state {
        RoundState::Decided | RoundState::Publicized if standing => Ok(scene.round.committee_id),
        RoundState::Draft
        | RoundState::Open
        | RoundState::Sealed
        | RoundState::Opened
        | RoundState::Scoring
        | RoundState::Scored
        | RoundState::Decided
        | RoundState::Publicized
        | RoundState::Concluded
        | RoundState::Cancelled => Err(Refusal::new(
            "minute_closed",
            format!("批次现在是“{}”，纪要不能再改。", scene.round.state.label()),
        )
        .remedy("党委决定以后、批次办结以前可以上传。")
        .into()),
    }
}

/// Nothing that was published is taken back.
pub fn may_remove(c: &mut Conn, actor: &Actor, id: DecisionId) -> Result<OrganizationId> {
    let committee = may_attach(c, actor, id)?;
    let (round, _) = result::round_of_decision(c, id)?;
    if scene::scene(c, actor, round)?.round.state == RoundState::Publicized {
        return Err(
            Refusal::new("minute_published", "公示已经开始，纪要不能移除。")
                .remedy("需要更正的，请补充上传。")
                .into(),
        );
    }
    Ok(committee)
}

/// Whoever may read the decision: the committee and the panel; the bidding organizations once it is public.
pub fn may_read(c: &mut Conn, actor: &Actor, id: DecisionId) -> Result<()> {
    let (round, standing) = result::round_of_decision(c, id)?;
    let scene = scene::scene(c, actor, round)?;
    if scene.oversees(actor) || scene.seat.is_some() {
        return Ok(());
    }
    let public = if standing {
        matches!(
            scene.round.state,
            RoundState::Publicized | RoundState::Concluded
        )
    } else {
        result::was_published(c, id)?
    };
    if public && panel::bids_in_round(c, round, &actor.own_organizations())? {
        return Ok(());
    }
    Err(Error::NotFound)
}

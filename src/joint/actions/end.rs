//! A proposal ends: declined, withdrawn by the office, or one of its bids found void.

use serde_json::json;

use super::read;
use crate::audit::{self, Verb};
use crate::db::Tx;
use crate::error::Result;
use crate::ids::{BidId, MergerId};
use crate::joint::store::{self, Merger};
use crate::joint::{MergerState, rules};
use crate::people;
use crate::rounds::{self, Round};
use crate::similar::{self, PairDecision};
use crate::who::{Actor, policy};

/// All go on alone.
pub(super) fn end(
    tx: &mut Tx,
    actor: &Actor,
    round: &Round,
    merger: &mut Merger,
    state: MergerState,
    why: &str,
) -> Result<()> {
    merger.state = state;
    merger.ended_reason = Some(why.to_owned());
    merger.ended_at = Some(tx.now());
    store::update(tx, merger)?;
    merger.version += 1;
    let ids: Vec<BidId> = store::members(tx, &[merger.id])?
        .into_iter()
        .map(|member| member.bid_id)
        .collect();
    similar::follow(tx, actor, round.id, &ids, PairDecision::Pending, "")?;
    audit::record(
        tx,
        actor,
        super::event(Verb::MergerEnded, merger, round)
            .detail(json!({ "state": state, "reason": why })),
    )?;
    Ok(())
}

/// The office takes the proposal back.
pub fn withdraw(tx: &mut Tx, actor: &Actor, id: MergerId, reason: &str) -> Result<Merger> {
    let joint = read::visible(tx, actor, id)?;
    let path = people::organization(tx, joint.round.committee_id)?.path;
    policy::may_run(actor, &path)?;
    let round = rounds::turn(tx, joint.round.id)?;
    let mut merger = store::find(tx, id)?;
    rules::still_asked(merger.state)?;
    end(
        tx,
        actor,
        &round,
        &mut merger,
        MergerState::Withdrawn,
        reason.trim(),
    )?;
    Ok(merger)
}

/// A bid was found void: what was asked about it is asked no more.
pub(super) fn without(tx: &mut Tx, actor: &Actor, round: &Round, bid: BidId) -> Result<()> {
    match store::of_bid(tx, bid)? {
        Some(mut merger) if merger.state == MergerState::Asked => end(
            tx,
            actor,
            round,
            &mut merger,
            MergerState::Declined,
            "其中一份申报书按废标处理。",
        ),
        Some(_) | None => Ok(()),
    }
}

//! A proposal ends: declined, withdrawn by the office, or one of its bids found void.

use serde_json::json;

use super::MergerState;
use super::scene::event;
use super::store::{self, Merger};
use crate::audit::{self, Verb};
use crate::db::Tx;
use crate::error::Result;
use crate::ids::BidId;
use crate::rounds::Round;
use crate::similar::{self, PairDecision};
use crate::who::Actor;

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
        event(Verb::MergerEnded, merger, round).detail(json!({ "state": state, "reason": why })),
    )?;
    Ok(())
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

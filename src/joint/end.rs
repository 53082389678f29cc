//! A proposal ends: declined, withdrawn by the office, or one of its bids found void.

use serde_json::json;

use super::JointState;
use super::scene::event;
use super::store::{self, Joint};
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
    joint: &mut Joint,
    state: JointState,
    why: &str,
) -> Result<()> {
    joint.state = state;
    joint.ended_reason = Some(why.to_owned());
    joint.ended_at = Some(tx.now());
    store::update(tx, joint)?;
    joint.version += 1;
    let ids: Vec<BidId> = store::members(tx, &[joint.id])?
        .into_iter()
        .map(|member| member.bid_id)
        .collect();
    similar::follow(tx, actor, round.id, &ids, PairDecision::Pending, "")?;
    audit::record(
        tx,
        actor,
        event(Verb::JointEnded, joint, round).detail(json!({ "state": state, "reason": why })),
    )?;
    Ok(())
}

/// A bid was found void: what was asked about it is asked no more.
pub(super) fn without(tx: &mut Tx, actor: &Actor, round: &Round, bid: BidId) -> Result<()> {
    match store::of_bid(tx, bid)? {
        Some(mut joint) if joint.state == JointState::Asked => end(
            tx,
            actor,
            round,
            &mut joint,
            JointState::Declined,
            "其中一份申报书按废标处理。",
        ),
        Some(_) | None => Ok(()),
    }
}

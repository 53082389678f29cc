//! The office decides a pair.

use serde_json::json;

use super::read;
use crate::audit::{self, Chain, Event, Verb};
use crate::db::Tx;
use crate::error::Result;
use crate::ids::{BidId, RoundId, SimilarPairId};
use crate::people;
use crate::rounds;
use crate::similar::PairDecision;
use crate::similar::store::{self, Pair};
use crate::who::{Actor, policy};

/// The pair is no cause for anything, with the reason.
pub fn dismiss(
    tx: &mut Tx,
    actor: &Actor,
    round: RoundId,
    id: SimilarPairId,
    reason: &str,
) -> Result<Pair> {
    let reader = read::reader(tx, actor, round)?;
    let path = people::organization(tx, reader.round.committee_id)?.path;
    policy::may_run(actor, &path)?;
    rounds::turn(tx, round)?;
    let pair = read::pair(tx, &reader, id)?;
    read::may_decide(&pair)?;
    let now = tx.now();
    store::decide(
        tx,
        &pair,
        PairDecision::Dismissed,
        reason,
        actor.user_id(),
        now,
    )?;
    audit::record(
        tx,
        actor,
        Event::new(
            Verb::SimilarDismissed,
            Chain::Committee(reader.round.committee_id),
            "similar_pair",
            pair.id.0,
        )
        .round(round)
        .version(pair.version + 1)
        .detail(json!({ "bids": [pair.bid_id, pair.other_id], "reason": reason })),
    )?;
    store::pair(tx, id)
}

/// The pairs among these bids follow what becomes of them: asked, merged, or pending again.
pub fn follow(
    tx: &mut Tx,
    actor: &Actor,
    round: RoundId,
    bids: &[BidId],
    decision: PairDecision,
    reason: &str,
) -> Result<()> {
    let now = tx.now();
    for pair in store::among(tx, round, bids)? {
        match pair.decision {
            PairDecision::Pending | PairDecision::Merging => {
                store::decide(tx, &pair, decision, reason, actor.user_id(), now)?;
            }
            PairDecision::Merged | PairDecision::Split | PairDecision::Dismissed => {}
        }
    }
    Ok(())
}

//! What the committee's decision asks about shared topics, and makes of them.

use std::collections::{BTreeMap, HashMap};

use super::SharesState;
use super::rules::Shared;
use super::store::{self, Share, Shares};
use crate::db::{Conn, Tx};
use crate::error::Result;
use crate::ids::{BidId, RoundId, TopicId};

/// Those of a round with their shares.
pub(super) fn of_round(c: &mut Conn, round: RoundId) -> Result<Vec<(Shares, Vec<Share>)>> {
    let proposals = store::of_round(c, round)?;
    if proposals.is_empty() {
        return Ok(Vec::new());
    }
    let mut shares: HashMap<TopicId, Vec<Share>> = HashMap::new();
    for share in store::shares(
        c,
        proposals.iter().map(|proposal| proposal.topic_id).collect(),
    )? {
        shares.entry(share.topic_id).or_default().push(share);
    }
    Ok(proposals
        .into_iter()
        .map(|proposal| {
            let own = shares.remove(&proposal.topic_id).unwrap_or_default();
            (proposal, own)
        })
        .collect())
}

/// What the decision is held against: proposals not taken back, by topic.
pub fn proposed(c: &mut Conn, round: RoundId) -> Result<BTreeMap<TopicId, Shared>> {
    Ok(of_round(c, round)?
        .into_iter()
        .filter(|(proposal, _)| proposal.state != SharesState::Withdrawn)
        .map(|(proposal, shares)| {
            let shared = Shared {
                topic_id: proposal.topic_id,
                reason: proposal.reason,
                shares: shares
                    .into_iter()
                    .map(|share| (share.bid_id, share.scope))
                    .collect(),
            };
            (shared.topic_id, shared)
        })
        .collect())
}

/// Within the decision: adopted where exactly those who share win, else dropped.
pub fn settle(
    tx: &mut Tx,
    proposals: &BTreeMap<TopicId, Shared>,
    winners: &BTreeMap<TopicId, Vec<BidId>>,
) -> Result<()> {
    let now = tx.now();
    for (topic, shared) in proposals {
        let chosen = winners.get(topic).map(Vec::as_slice).unwrap_or_default();
        let state = if shared.adopted_by(chosen) {
            SharesState::Adopted
        } else {
            SharesState::Dropped
        };
        store::set_state(tx, *topic, state, now)?;
    }
    Ok(())
}

/// A winner's part of the work and of the money (分), if its topic is shared: what its contract says.
pub fn of_bid(c: &mut Conn, bid: BidId) -> Result<Option<(String, i64)>> {
    store::adopted(c, bid)
}

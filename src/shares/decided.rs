//! What the committee's decision asks about shared topics, and makes of them.

use std::collections::{BTreeMap, HashMap};

use super::SplitState;
use super::rules::Shared;
use super::store::{self, Share, Split};
use crate::db::{Conn, Tx};
use crate::error::Result;
use crate::ids::{BidId, RoundId, TopicId};

/// Those of a round with their shares.
pub(super) fn of_round(c: &mut Conn, round: RoundId) -> Result<Vec<(Split, Vec<Share>)>> {
    let splits = store::of_round(c, round)?;
    if splits.is_empty() {
        return Ok(Vec::new());
    }
    let mut shares: HashMap<TopicId, Vec<Share>> = HashMap::new();
    for share in store::shares(c, splits.iter().map(|split| split.topic_id).collect())? {
        shares.entry(share.topic_id).or_default().push(share);
    }
    Ok(splits
        .into_iter()
        .map(|split| {
            let own = shares.remove(&split.topic_id).unwrap_or_default();
            (split, own)
        })
        .collect())
}

/// What the decision is held against: proposals not taken back, by topic.
pub fn proposed(c: &mut Conn, round: RoundId) -> Result<BTreeMap<TopicId, Shared>> {
    Ok(of_round(c, round)?
        .into_iter()
        .filter(|(split, _)| split.state != SplitState::Withdrawn)
        .map(|(split, shares)| {
            let shared = Shared {
                topic_id: split.topic_id,
                reason: split.reason,
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
    splits: &BTreeMap<TopicId, Shared>,
    winners: &BTreeMap<TopicId, Vec<BidId>>,
) -> Result<()> {
    let now = tx.now();
    for (topic, shared) in splits {
        let chosen = winners.get(topic).map(Vec::as_slice).unwrap_or_default();
        let state = if shared.adopted_by(chosen) {
            SplitState::Adopted
        } else {
            SplitState::Dropped
        };
        store::set_state(tx, *topic, state, now)?;
    }
    Ok(())
}

/// A winner's part of the work and of the money (分), if its topic is shared: what its contract says.
pub fn of_bid(c: &mut Conn, bid: BidId) -> Result<Option<(String, i64)>> {
    store::adopted(c, bid)
}

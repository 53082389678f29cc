//! Bids topic by topic, one's own across rounds, what many of them say.

use diesel::prelude::*;

use std::collections::HashMap;

use crate::bids::{Bid, BidState, JointState, Named};
use crate::clock::Instant;
use crate::db::schema::{bids, merger_bids, mergers, organizations};
use crate::db::{self, Conn, changed};
use crate::error::Result;
use crate::ids::{BidId, OrganizationId, RoundId, TopicId};

/// Valid bids a topic, after the opening: all that were opened and not found void. One that went into a joint one
/// counts where it was handed in, as long as anything is left there to compete.
pub fn valid_per_topic(c: &mut Conn, round: RoundId) -> Result<Vec<(TopicId, i64)>> {
    let rows: Vec<(Option<TopicId>, i64)> = bids::table
        .filter(bids::round_id.eq(round))
        .filter(bids::topic_id.is_not_null())
        .filter(bids::state.eq(BidState::Opened))
        .group_by(bids::topic_id)
        .select((bids::topic_id, diesel::dsl::count_star()))
        .load(c)?;
    let merged: HashMap<TopicId, i64> = merger_bids::table
        .inner_join(mergers::table)
        .inner_join(bids::table)
        .filter(mergers::round_id.eq(round))
        .filter(mergers::state.eq(JointState::Merged))
        .filter(bids::state.eq(BidState::Merged))
        .group_by(merger_bids::topic_id)
        .select((merger_bids::topic_id, diesel::dsl::count_star()))
        .load::<(TopicId, i64)>(c)?
        .into_iter()
        .collect();
    Ok(rows
        .into_iter()
        .filter_map(|(topic, count)| {
            let topic = topic?;
            Some((topic, count + merged.get(&topic).copied().unwrap_or(0)))
        })
        .collect())
}

/// The opened bids of a topic, the first submitted first.
pub fn opened_on_topic(c: &mut Conn, topic: TopicId) -> Result<Vec<BidId>> {
    Ok(bids::table
        .filter(bids::topic_id.eq(topic))
        .filter(bids::state.eq(BidState::Opened))
        .order((bids::submitted_at, bids::id))
        .select(bids::id)
        .load(c)?)
}

/// Id, round and state of unopened bids, and when they were last saved or submitted.
pub fn touched(
    c: &mut Conn,
    own: Vec<OrganizationId>,
) -> Result<Vec<(BidId, RoundId, BidState, Instant)>> {
    let rows: Vec<(BidId, RoundId, BidState, Instant, Option<Instant>)> = bids::table
        .filter(bids::organization_id.eq_any(own))
        .filter(bids::state.eq_any([BidState::Draft, BidState::Submitted, BidState::Withdrawn]))
        .order(bids::id.desc())
        .limit(100)
        .select((
            bids::id,
            bids::round_id,
            bids::state,
            bids::draft_saved_at,
            bids::submitted_at,
        ))
        .load(c)?;
    Ok(rows
        .into_iter()
        .map(|(id, round, state, saved, submitted)| {
            (
                id,
                round,
                state,
                submitted.max(Some(saved)).unwrap_or(saved),
            )
        })
        .collect())
}

/// The opened bids of these topics with what they are called and whose they are, the first submitted first.
pub fn named_on_topics(
    c: &mut Conn,
    topics: Vec<TopicId>,
) -> Result<Vec<(Option<TopicId>, BidId, Named)>> {
    Ok(bids::table
        .inner_join(organizations::table)
        .filter(bids::topic_id.eq_any(topics))
        .filter(bids::state.eq(BidState::Opened))
        .order((bids::submitted_at, bids::id))
        .select((
            bids::topic_id,
            bids::id,
            (bids::title, organizations::short_name),
        ))
        .load(c)?)
}

/// Lets a bid go on within another, on that one's topic.
pub fn merge(c: &mut Conn, bid: &Bid, topic: TopicId, now: Instant) -> Result<i64> {
    let rows = diesel::update(
        bids::table
            .find(bid.id)
            .filter(bids::version.eq(bid.version)),
    )
    .set((
        bids::state.eq(BidState::Merged),
        bids::topic_id.eq(Some(topic)),
        bids::version.eq(bid.version + 1),
        bids::updated_at.eq(now),
    ))
    .execute(c)?;
    changed(rows)?;
    Ok(bid.version + 1)
}

/// Joint bid and bid of every one that went into a joint bid of the round, with the lead's.
pub fn merged_in(c: &mut Conn, round: RoundId) -> Result<Vec<(BidId, BidId, OrganizationId)>> {
    Ok(merger_bids::table
        .inner_join(mergers::table)
        .inner_join(bids::table)
        .filter(mergers::round_id.eq(round))
        .filter(mergers::state.eq(JointState::Merged))
        .order((mergers::lead_bid_id, merger_bids::bid_id))
        .select((
            mergers::lead_bid_id,
            merger_bids::bid_id,
            bids::organization_id,
        ))
        .load(c)?)
}

/// A bid's topic and payload.
pub type Payload = (BidId, Option<TopicId>, Option<Vec<u8>>);

/// What these bids say, in order of their ids, and nothing else of them: for those who read many.
pub fn sealed(c: &mut Conn, ids: &[BidId]) -> Result<Vec<Payload>> {
    db::in_parts(ids, |some| {
        Ok(bids::table
            .filter(bids::id.eq_any(some))
            .order(bids::id)
            .select((bids::id, bids::topic_id, bids::sealed))
            .load(c)?)
    })
}

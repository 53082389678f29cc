//! Bids topic by topic, and one's own across rounds: no content is read.

use diesel::prelude::*;

use std::collections::HashMap;

use crate::bids::{Bid, BidState, JointState};
use crate::clock::Instant;
use crate::db::schema::{bids, merger_bids, mergers, organizations};
use crate::db::{Conn, changed};
use crate::error::Result;
use crate::ids::{BidId, OrganizationId, RoundId, TopicId};

/// Opened bids a topic, with those that went from it into a joint one.
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

pub fn opened_on_topic(c: &mut Conn, topic: TopicId) -> Result<Vec<BidId>> {
    Ok(bids::table
        .filter(bids::topic_id.eq(topic))
        .filter(bids::state.eq(BidState::Opened))
        .order((bids::submitted_at, bids::id))
        .select(bids::id)
        .load(c)?)
}

/// Id, round, state, draft saved, submitted.
pub type Touched = (BidId, RoundId, BidState, Instant, Option<Instant>);

pub fn touched(c: &mut Conn, own: Vec<OrganizationId>) -> Result<Vec<Touched>> {
    Ok(bids::table
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
        .load(c)?)
}

/// Topic, id, organization, title.
pub type Named = (Option<TopicId>, BidId, String, Option<String>);

pub fn named_on_topics(c: &mut Conn, topics: Vec<TopicId>) -> Result<Vec<Named>> {
    Ok(bids::table
        .inner_join(organizations::table)
        .filter(bids::topic_id.eq_any(topics))
        .filter(bids::state.eq(BidState::Opened))
        .order((bids::submitted_at, bids::id))
        .select((
            bids::topic_id,
            bids::id,
            organizations::short_name,
            bids::title,
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

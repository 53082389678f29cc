//! Bids topic by topic, one's own across rounds, what many of them say.

use diesel::prelude::*;

use std::collections::{HashMap, HashSet};

use crate::bids::{Bid, BidState, JointState, Named};
use crate::clock::Instant;
use crate::db::schema::{bid_keys, bids, merger_bids, mergers, organizations, rounds};
use crate::db::{self, Conn, changed};
use crate::error::Result;
use crate::ids::{BidId, KeyId, OrganizationId, RoundId, TopicId};
use crate::rounds::RoundState;
use crate::todo::MOST;

/// Organizations that compete a topic, after the opening: with a bid that was opened and not found void, however many.
/// One whose bid went into a joint one counts where it was handed in, as long as anything is left there to compete.
pub fn bidders_per_topic(c: &mut Conn, round: RoundId) -> Result<HashMap<TopicId, i64>> {
    let opened: Vec<(Option<TopicId>, OrganizationId)> = bids::table
        .filter(bids::round_id.eq(round))
        .filter(bids::state.eq(BidState::Opened))
        .select((bids::topic_id, bids::organization_id))
        .distinct()
        .load(c)?;
    let merged: Vec<(TopicId, OrganizationId)> = merger_bids::table
        .inner_join(mergers::table)
        .inner_join(bids::table)
        .filter(mergers::round_id.eq(round))
        .filter(mergers::state.eq(JointState::Merged))
        .filter(bids::state.eq(BidState::Merged))
        .select((merger_bids::topic_id, bids::organization_id))
        .distinct()
        .load(c)?;
    let mut all: HashMap<TopicId, HashSet<OrganizationId>> = HashMap::new();
    for (topic, organization) in opened {
        if let Some(topic) = topic {
            all.entry(topic).or_default().insert(organization);
        }
    }
    for (topic, organization) in merged {
        if let Some(there) = all.get_mut(&topic) {
            there.insert(organization);
        }
    }
    let count = |there: HashSet<_>| i64::try_from(there.len()).unwrap_or(i64::MAX);
    Ok(all
        .into_iter()
        .map(|(topic, there)| (topic, count(there)))
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
    now: Instant,
) -> Result<Vec<(BidId, RoundId, BidState, Instant)>> {
    let rows: Vec<(BidId, RoundId, BidState, Instant, Option<Instant>)> = bids::table
        .inner_join(rounds::table)
        .filter(bids::organization_id.eq_any(own))
        .filter(bids::state.eq_any([BidState::Draft, BidState::Submitted, BidState::Withdrawn]))
        .filter(rounds::state.eq(RoundState::Open))
        .filter(rounds::deadline.ge(now))
        .order((rounds::deadline, bids::id))
        .limit(MOST)
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

/// How many submitted bids are sealed to one of these keys and to no other.
pub fn submitted_under(c: &mut Conn, keys: Vec<KeyId>) -> Result<i64> {
    Ok(bid_keys::table
        .inner_join(bids::table.on(bids::id.eq(bid_keys::bid_id)))
        .filter(bid_keys::round_key_id.eq_any(keys))
        .filter(bid_keys::by_server.is_null())
        .filter(bids::state.eq(BidState::Submitted))
        .count()
        .get_result(c)?)
}

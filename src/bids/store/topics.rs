//! Bids topic by topic, and one's own across rounds: no content is read.

use diesel::prelude::*;

use crate::bids::BidState;
use crate::clock::Instant;
use crate::db::Conn;
use crate::db::schema::{bids, organizations};
use crate::error::Result;
use crate::ids::{BidId, OrganizationId, RoundId, TopicId};

/// Opened bids a topic; only an opened bid has a topic in its row.
pub fn valid_per_topic(c: &mut Conn, round: RoundId) -> Result<Vec<(TopicId, i64)>> {
    let rows: Vec<(Option<TopicId>, i64)> = bids::table
        .filter(bids::round_id.eq(round))
        .filter(bids::topic_id.is_not_null())
        .filter(bids::state.ne(BidState::Void))
        .group_by(bids::topic_id)
        .select((bids::topic_id, diesel::dsl::count_star()))
        .load(c)?;
    Ok(rows
        .into_iter()
        .filter_map(|(topic, count)| Some((topic?, count)))
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

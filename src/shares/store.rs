//! Queries of shared topics.

use diesel::prelude::*;
use diesel::sql_types::Bool;
use serde::Serialize;
use utoipa::ToSchema;

use super::SharesState;
use super::rules::Part;
use crate::bids::{BidState, called};
use crate::clock::Instant;
use crate::db::schema::{bids, organizations, topic_shares, topic_splits};
use crate::db::{Conn, MultiBackend};
use crate::error::Result;
use crate::ids::{BidId, RoundId, TopicId, UserId};

#[derive(Debug, Clone, Queryable, Selectable, Insertable, Serialize, ToSchema)]
#[diesel(table_name = topic_splits)]
#[schema(as = SharesRow)]
pub struct Shares {
    pub topic_id: TopicId,
    pub round_id: RoundId,
    pub reason: String,
    pub state: SharesState,
    #[serde(skip)]
    pub proposed_by: UserId,
    pub proposed_at: Instant,
    pub settled_at: Option<Instant>,
    pub version: i64,
}

/// One winner's part, with what it is shown with.
#[derive(Debug, Clone, Queryable, Serialize, ToSchema)]
#[schema(as = ShareShown)]
pub struct Share {
    #[serde(skip)]
    pub topic_id: TopicId,
    pub bid_id: BidId,
    pub scope: String,
    /// 分.
    pub budget: i64,
    pub organization: String,
    pub title: Option<String>,
}

pub fn find(c: &mut Conn, topic: TopicId) -> Result<Option<Shares>> {
    Ok(topic_splits::table
        .find(topic)
        .select(Shares::as_select())
        .first(c)
        .optional()?)
}

pub fn of_round(c: &mut Conn, round: RoundId) -> Result<Vec<Shares>> {
    Ok(topic_splits::table
        .filter(topic_splits::round_id.eq(round))
        .order(topic_splits::topic_id)
        .select(Shares::as_select())
        .load(c)?)
}

pub fn shares(c: &mut Conn, topics: Vec<TopicId>) -> Result<Vec<Share>> {
    Ok(topic_shares::table
        .inner_join(bids::table.inner_join(organizations::table))
        .filter(topic_shares::topic_id.eq_any(topics))
        .order((topic_shares::topic_id, topic_shares::bid_id))
        .select((
            topic_shares::topic_id,
            topic_shares::bid_id,
            topic_shares::scope,
            topic_shares::budget,
            organizations::short_name,
            bids::title,
        ))
        .load(c)?)
}

/// Puts a proposal in place of the one before.
pub fn put(c: &mut Conn, proposal: &Shares, parts: &[Part]) -> Result<()> {
    diesel::delete(topic_shares::table.filter(topic_shares::topic_id.eq(proposal.topic_id)))
        .execute(c)?;
    diesel::delete(topic_splits::table.find(proposal.topic_id)).execute(c)?;
    diesel::insert_into(topic_splits::table)
        .values(proposal)
        .execute(c)?;
    for part in parts {
        diesel::insert_into(topic_shares::table)
            .values((
                topic_shares::topic_id.eq(proposal.topic_id),
                topic_shares::bid_id.eq(part.bid),
                topic_shares::scope.eq(part.scope),
                topic_shares::budget.eq(part.budget),
            ))
            .execute(c)?;
    }
    Ok(())
}

pub fn set_state(c: &mut Conn, topic: TopicId, state: SharesState, now: Instant) -> Result<()> {
    diesel::update(topic_splits::table.find(topic))
        .set((
            topic_splits::state.eq(state),
            topic_splits::settled_at.eq(Some(now)),
            topic_splits::version.eq(topic_splits::version + 1),
        ))
        .execute(c)?;
    Ok(())
}

/// A bid's part in an adopted proposal: its work and its money.
pub fn adopted(c: &mut Conn, bid: BidId) -> Result<Option<(String, i64)>> {
    Ok(topic_shares::table
        .inner_join(topic_splits::table.on(topic_splits::topic_id.eq(topic_shares::topic_id)))
        .filter(topic_shares::bid_id.eq(bid))
        .filter(topic_splits::state.eq(SharesState::Adopted))
        .select((topic_shares::scope, topic_shares::budget))
        .first(c)
        .optional()?)
}

/// A valid bid that may be given a share.
#[derive(Debug, Clone, Queryable, Serialize)]
pub struct Choice {
    pub bid_id: BidId,
    pub organization: String,
    pub title: Option<String>,
    /// The money asked for, in fen.
    pub budget: Option<i64>,
}

/// Valid bids of a topic: those that have a share, and so many of those whose title or organization holds the word.
pub fn choices(
    c: &mut Conn,
    topic: TopicId,
    named: &[BidId],
    word: &str,
    limit: i64,
) -> Result<Vec<Choice>> {
    let shared: Condition = Box::new(bids::id.eq_any(named.to_vec()));
    let shared = choices_by(c, topic, shared, i64::MAX)?;
    let others = bids::id.ne_all(named.to_vec()).and(called(word));
    let found = choices_by(c, topic, Box::new(others), limit)?;
    Ok(shared.into_iter().chain(found).collect())
}

type Bidding = diesel::dsl::InnerJoinQuerySource<bids::table, organizations::table>;
type Condition = Box<dyn BoxableExpression<Bidding, MultiBackend, SqlType = Bool>>;

fn choices_by(c: &mut Conn, topic: TopicId, filter: Condition, limit: i64) -> Result<Vec<Choice>> {
    Ok(bids::table
        .inner_join(organizations::table)
        .filter(bids::topic_id.eq(topic))
        .filter(bids::state.eq(BidState::Opened))
        .filter(filter)
        .order(bids::id)
        .limit(limit)
        .select((
            bids::id,
            organizations::short_name,
            bids::title,
            bids::budget_total,
        ))
        .load(c)?)
}

/// Which of these are valid bids of the topic.
pub fn valid(c: &mut Conn, topic: TopicId, of: Vec<BidId>) -> Result<Vec<BidId>> {
    Ok(bids::table
        .filter(bids::id.eq_any(of))
        .filter(bids::topic_id.eq(topic))
        .filter(bids::state.eq(BidState::Opened))
        .select(bids::id)
        .load(c)?)
}

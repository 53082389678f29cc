//! What an opening reads of a round's bids, and what it writes.

use diesel::prelude::*;
use serde::Serialize;

use super::Bid;
use crate::bids::BidState;
use crate::clock::Instant;
use crate::db::Conn;
use crate::db::dialect::{self, Kind};
use crate::db::schema::bids;
use crate::error::Result;
use crate::ids::{BidId, RoundId, TopicId};

/// Bids that are or were submitted, after the given one, a part at a time: an opening reads all without holding all.
pub fn sealed_after(c: &mut Conn, round: RoundId, after: BidId, limit: i64) -> Result<Vec<Bid>> {
    Ok(bids::table
        .filter(bids::round_id.eq(round))
        .filter(bids::state.eq_any([BidState::Submitted, BidState::Withdrawn]))
        .filter(bids::id.gt(after))
        .order(bids::id)
        .limit(limit)
        .select(Bid::as_select())
        .load(c)?)
}

/// What an opening makes of one bid: readable, with payload and facts in columns, or void.
#[derive(Debug, Serialize)]
pub struct Spread<'a> {
    pub id: BidId,
    pub version: i64,
    pub state: BidState,
    pub void_reason: Option<&'a str>,
    #[serde(flatten)]
    pub facts: Facts<'a>,
}

#[derive(Debug, Default, Serialize)]
pub struct Facts<'a> {
    /// The payload.
    pub sealed: Option<&'a str>,
    pub topic_id: Option<TopicId>,
    pub title: Option<&'a str>,
    pub leader_name: Option<&'a str>,
    /// 分.
    pub budget_total: Option<i64>,
}

/// Writes many [`Spread`]s, as JSON; answers how many bids still were the version they say.
pub fn spread(c: &mut Conn, rows: &str, now: Instant) -> Result<usize> {
    let columns = [
        ("state", Kind::Text),
        ("void_reason", Kind::Text),
        ("sealed", Kind::Written),
        ("topic_id", Kind::Number),
        ("title", Kind::Text),
        ("leader_name", Kind::Text),
        ("budget_total", Kind::Number),
    ];
    dialect::update_rows(c, ("bids", "id"), &columns, rows, Some(now))
}

//! Queries of bids and their revisions.

use diesel::prelude::*;

use super::BidState;
use crate::clock::Instant;
use crate::db::Conn;
use crate::db::schema::bids;
use crate::error::Result;
use crate::ids::{BidId, OrganizationId, RoundId, TopicId, UserId};

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = bids)]
pub struct Bid {
    pub id: BidId,
    pub round_id: RoundId,
    pub organization_id: OrganizationId,
    pub state: BidState,
    /// Canonical JSON of what is being written.
    pub draft: Vec<u8>,
    pub draft_revision: i64,
    pub draft_saved_at: Instant,
    /// What was submitted: content, attachments' digests and the salt, opaque until the opening.
    pub sealed: Option<Vec<u8>>,
    /// SHA-256 over `sealed`.
    pub digest: Option<String>,
    pub receipt: Option<String>,
    pub submitted_at: Option<Instant>,
    pub submitted_by: Option<UserId>,
    pub withdrawn_at: Option<Instant>,
    pub void_reason: Option<String>,
    pub topic_id: Option<TopicId>,
    pub title: Option<String>,
    pub leader_name: Option<String>,
    pub budget_total: Option<i64>,
    pub version: i64,
    pub created_by: UserId,
    pub created_at: Instant,
    pub updated_at: Instant,
}

pub fn find(c: &mut Conn, id: BidId) -> Result<Bid> {
    Ok(bids::table.find(id).select(Bid::as_select()).first(c)?)
}

/// The opened bids of a round: what is scored.
pub fn opened(c: &mut Conn, round: RoundId) -> Result<Vec<Bid>> {
    Ok(bids::table
        .filter(bids::round_id.eq(round))
        .filter(bids::state.eq(BidState::Opened))
        .order(bids::id)
        .select(Bid::as_select())
        .load(c)?)
}

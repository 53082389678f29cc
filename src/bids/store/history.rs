//! A draft's revisions.

use diesel::prelude::*;

use super::Bid;
use crate::clock::Instant;
use crate::db::schema::{bid_revisions, bids};
use crate::db::{Conn, changed};
use crate::error::Result;
use crate::ids::{BidId, UserId};

/// A revision's bytes, as they are kept.
pub fn revision(c: &mut Conn, bid: BidId, revision: i64) -> Result<Vec<u8>> {
    Ok(bid_revisions::table
        .filter(bid_revisions::bid_id.eq(bid))
        .filter(bid_revisions::revision.eq(revision))
        .select(bid_revisions::content)
        .first(c)?)
}

/// The number of the revision before this one.
pub fn revision_number_before(c: &mut Conn, bid: BidId, revision: i64) -> Result<Option<i64>> {
    Ok(bid_revisions::table
        .filter(bid_revisions::bid_id.eq(bid))
        .filter(bid_revisions::revision.lt(revision))
        .order(bid_revisions::revision.desc())
        .select(bid_revisions::revision)
        .first(c)
        .optional()?)
}

/// A revision as it is kept.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = bid_revisions)]
pub struct Revision {
    pub revision: i64,
    pub content: Vec<u8>,
    pub saved_by: UserId,
    pub saved_at: Instant,
    pub submitted_at: Option<Instant>,
}

/// Revisions before this one, newest first.
pub fn revisions_before(
    c: &mut Conn,
    bid: BidId,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<Revision>> {
    Ok(bid_revisions::table
        .filter(bid_revisions::bid_id.eq(bid))
        .filter(bid_revisions::revision.lt(before.unwrap_or(i64::MAX)))
        .order(bid_revisions::revision.desc())
        .limit(limit)
        .select(Revision::as_select())
        .load(c)?)
}

/// This revision is what was submitted.
pub fn mark_submitted(c: &mut Conn, bid: BidId, revision: i64, now: Instant) -> Result<()> {
    diesel::update(
        bid_revisions::table
            .filter(bid_revisions::bid_id.eq(bid))
            .filter(bid_revisions::revision.eq(revision)),
    )
    .set(bid_revisions::submitted_at.eq(Some(now)))
    .execute(c)?;
    Ok(())
}

/// Who saved a revision.
pub fn saver(c: &mut Conn, bid: BidId, revision: i64) -> Result<UserId> {
    Ok(bid_revisions::table
        .filter(bid_revisions::bid_id.eq(bid))
        .filter(bid_revisions::revision.eq(revision))
        .select(bid_revisions::saved_by)
        .first(c)?)
}

/// One more revision, the draft untouched.
pub fn count_revision(c: &mut Conn, bid: &Bid) -> Result<()> {
    let rows = diesel::update(
        bids::table
            .find(bid.id)
            .filter(bids::draft_revision.eq(bid.draft_revision)),
    )
    .set(bids::draft_revision.eq(bid.draft_revision + 1))
    .execute(c)?;
    changed(rows)
}

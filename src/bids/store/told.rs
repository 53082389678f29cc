//! What opened bids say, and nothing else of them: for those who read many.

use diesel::prelude::*;

use crate::db::schema::bids;
use crate::db::{self, Conn};
use crate::error::Result;
use crate::ids::{BidId, TopicId};

/// Topic and payload of these bids, in order of their ids.
pub fn sealed(
    c: &mut Conn,
    ids: &[BidId],
) -> Result<Vec<(BidId, Option<TopicId>, Option<Vec<u8>>)>> {
    db::in_parts(ids, |some| {
        Ok(bids::table
            .filter(bids::id.eq_any(some))
            .order(bids::id)
            .select((bids::id, bids::topic_id, bids::sealed))
            .load(c)?)
    })
}

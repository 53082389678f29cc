//! What opened bids say, and nothing else of them: for those who read many.

use diesel::prelude::*;

use crate::db::schema::bids;
use crate::db::{self, Conn};
use crate::error::Result;
use crate::ids::{BidId, TopicId};

/// A bid's topic and payload.
pub type Payload = (BidId, Option<TopicId>, Option<Vec<u8>>);

/// These bids', in order of their ids.
pub fn sealed(c: &mut Conn, ids: &[BidId]) -> Result<Vec<Payload>> {
    db::in_parts(ids, |some| {
        Ok(bids::table
            .filter(bids::id.eq_any(some))
            .order(bids::id)
            .select((bids::id, bids::topic_id, bids::sealed))
            .load(c)?)
    })
}

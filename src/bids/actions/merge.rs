//! A bid goes on within another, once all whom it concerns agree: asked for by [`crate::joint`] alone.

use crate::bids::rules::{self, Action};
use crate::bids::{Bid, store};
use crate::db::Tx;
use crate::error::Result;
use crate::ids::TopicId;

/// Within the command that has asked everybody.
pub fn merge(tx: &mut Tx, bid: &Bid, topic: TopicId) -> Result<()> {
    rules::next(bid.state, Action::Merge)?;
    let now = tx.now();
    store::topics::merge(tx, bid, topic, now)?;
    Ok(())
}

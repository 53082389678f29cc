//! Who marks which bids, if the bids are divided among the panel.

use std::collections::{HashMap, HashSet};

use crate::db::Conn;
use crate::error::Result;
use crate::ids::{BidId, EvaluationId, UserId};
use crate::seats::store;

/// Who marks which bids, if the bids are divided among the panel.
pub type Division = Option<HashMap<BidId, HashSet<UserId>>>;

pub fn load(c: &mut Conn, evaluation: EvaluationId) -> Result<Division> {
    let divided = store::mode(c, evaluation)?.is_some_and(|mode| mode.assigned_at.is_some());
    if !divided {
        return Ok(None);
    }
    let mut by_bid: HashMap<BidId, HashSet<UserId>> = HashMap::new();
    for (bid, user) in store::assignments(c, evaluation)? {
        by_bid.entry(bid).or_default().insert(user);
    }
    Ok(Some(by_bid))
}

/// Whether this reviewer marks this bid.
pub fn marks(division: &Division, bid: BidId, user: UserId) -> bool {
    division
        .as_ref()
        .is_none_or(|by_bid| by_bid.get(&bid).is_some_and(|users| users.contains(&user)))
}

//! Who must leave which topic to others.

use std::collections::BTreeMap;

use crate::ids::{TopicId, UserId};
use crate::panel::rules::conflict::{self, Ground, Interests};
use crate::panel::store::BidLine;

/// Who would leave which topic, and why.
pub type Found = BTreeMap<(UserId, TopicId), Ground>;

/// Grounds on which members leave topics to others, given the bids that were opened.
pub fn recusals(
    interests: &[Interests],
    bids: &[BidLine],
    committee: &str,
    today: chrono::NaiveDate,
) -> Found {
    let mut found = Found::new();
    for one in interests {
        for bid in bids {
            let Some(topic) = bid.topic_id else { continue };
            let Some(ground) = conflict::ground(one, &bid.path, committee, today) else {
                continue;
            };
            // The gravest of a topic's grounds is the one that stands: it decides whether it may ever be lifted.
            match found.get(&(one.user_id, topic)) {
                Some(known) if known.cause <= ground.cause => {}
                Some(_) | None => {
                    found.insert((one.user_id, topic), ground);
                }
            }
        }
    }
    found
}

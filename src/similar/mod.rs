//! Similar bids (课题整合): opened bids that say the same as another of their round or of an earlier year.
//!
//! Owns `similar_signings`, `similar_parts`, `similar_searches`, `similar_pairs`. Nothing is computed or stored of a bid
//! before its opening; the office's search reads the round's opened bids, and earlier rounds' once and for all: their
//! signatures are kept, some hundred in a row. Words of the guide, of the topics and of what many bids of the round
//! share do not count.
//!
//! | pair | from | by |
//! |---|---|---|
//! | `pending` | found by a search | |
//! | `dismissed` | the office, with a reason | a search never brings it back |
//! | `merging` | the office asks whether both go on as one ([`crate::joint`]) | `merged`, or `pending` again |
//! | `merged` | all agree | both go on in one joint bid |
//!
//! The search takes too long for a command: it has handlers of its own, and the last step alone is written in one.
//!
//! Refused: searching before the opening or by anybody but the office; reading by anybody but office, supervisor and,
//! from the start of scoring, a chair who has signed the undertaking, of topics they have not left to others; deciding
//! a pair twice.

pub mod api;
pub mod pages;
mod read;
pub mod room;
pub mod rules;
pub mod search;
pub mod store;
mod verbs;
mod view;

use crate::db::Tx;
use crate::error::Result;
use crate::ids::{BidId, RoundId};
use crate::who::Actor;

crate::text_enum! {
    /// Which bids a pair compares.
    PairKind { SameRound = "same_round" "同批次" , Earlier = "earlier" "重复立项" }
}

crate::text_enum! {
    /// What the office decided on a pair.
    PairDecision {
        Pending = "pending" "待认定",
        Merging = "merging" "征求同意",
        Merged = "merged" "联合攻关",
        Split = "split" "合力推进",
        Dismissed = "dismissed" "不属相似",
    }
}

/// The pairs among these bids follow what becomes of them: asked, merged, or pending again.
pub fn follow(
    tx: &mut Tx,
    actor: &Actor,
    round: RoundId,
    bids: &[BidId],
    decision: PairDecision,
    reason: &str,
) -> Result<()> {
    let now = tx.now();
    for pair in store::among(tx, round, bids)? {
        match pair.decision {
            PairDecision::Pending | PairDecision::Merging => {
                store::decide(tx, &pair, decision, reason, actor.user_id(), now)?;
            }
            PairDecision::Merged | PairDecision::Split | PairDecision::Dismissed => {}
        }
    }
    Ok(())
}

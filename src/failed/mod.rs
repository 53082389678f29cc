//! Failed topics (流标): fewer valid bids than the topic's minimum at the opening.
//!
//! Owns `failed_topics` and `joint_bids`: why a topic failed, what was decided on it and when, and what the bidders of a
//! failed topic answer when they are asked to go on as one. Deciding is the office's, see [`crate::rulings`]; the rules
//! of both stand in [`rules`]. Pages and API are those of the round.
//!
//! Refused: an answer of a bid that was not asked, a second answer, concluding while a failed topic is undecided.

mod actions;
mod joint;
pub mod rules;
mod store;

pub use actions::{Story, fail_short_topics, failed_notice, may_conclude, stories, told, why};
pub use joint::{AnswerJoint, JointInput, decided, partners_of, settle};
pub use store::{FailedTopic, JointBid, awarded_leads, to_award, waiting};

use crate::db::{Conn, Tx};
use crate::error::Result;
use crate::ids::{BidId, OrganizationId, RoundId, TopicId};

/// One failed topic, without asking who wants to see it.
pub fn find(c: &mut Conn, topic: TopicId) -> Result<FailedTopic> {
    store::find(c, topic)
}

/// Writes all that a decision or its consequences change.
pub fn update(tx: &mut Tx, row: &FailedTopic) -> Result<()> {
    store::update(tx, row)
}

/// A joint project that is not decided for: the topic waits for another decision.
pub fn undo(tx: &mut Tx, row: &mut FailedTopic) -> Result<()> {
    store::forget_asked(tx, row.topic_id)?;
    row.undo();
    store::update(tx, row)
}

/// Asks a bid of the failed topic to go on as part of a joint one.
pub fn ask(tx: &mut Tx, bid: BidId, topic: TopicId) -> Result<()> {
    store::ask_bid(tx, bid, topic)
}

/// Of the given rounds those with a failed topic nobody has decided on, and how many.
pub fn undecided(c: &mut Conn, rounds: Vec<RoundId>) -> Result<Vec<(RoundId, i64)>> {
    store::undecided_rounds(c, rounds)
}

/// What these organizations are asked and have not answered: the bid, its round and title.
pub fn asked_of(
    c: &mut Conn,
    own: Vec<OrganizationId>,
) -> Result<Vec<(BidId, RoundId, Option<String>)>> {
    store::asked_of(c, own)
}

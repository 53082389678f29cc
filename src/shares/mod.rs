//! One topic shared among several winners (合力推进).
//!
//! Owns `topic_splits`, `topic_shares`. Between the opening and the decision the office may propose that several bids of
//! a topic win together, each with its part of the work and of the money. The committee decides: if all of those bids
//! win and no other does, the proposal is adopted, and their number may pass the topic's quota; with winners within
//! the quota it is dropped. Each adopted share goes into its winner's contract, and is published with the outcome.
//!
//! Refused: shares of fewer than two bids, of bids of other topics or not valid, of a failed topic, of more money than
//! the topic has (its ceiling times its quota), before the opening or after the decision.

pub mod api;
mod decided;
pub mod input;
pub mod pages;
pub mod room;
pub mod rules;
pub mod scene;
pub mod store;
pub mod verbs;
mod view;

pub use decided::{of_bid, proposed, settle};
pub use rules::Shared;
pub use store::Share;

crate::text_enum! {
    /// What became of a proposal.
    SharesState {
        Proposed = "proposed" "待党委决定",
        Adopted = "adopted" "已采用",
        Dropped = "dropped" "未采用",
        Withdrawn = "withdrawn" "已收回",
    }
}

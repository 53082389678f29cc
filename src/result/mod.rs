//! The result (评审结果): from the lock on, the marks are a ranking that anybody can recompute.
//!
//! Owns results with their rows, bids that share a rank and the lots drawn between them, fairness reports, the results that
//! were taken the place of, and what was decided on each bid as it is written into the result. The verbs that decide stand
//! in [`crate::award`].
//!
//! | a result | when |
//! |---|---|
//! | is computed | at the lock: the file, its pieces and its rows, with a fairness report |
//! | is ranked anew | an order is found between bids that share a rank, by vote or by lot |
//! | is superseded | a sheet is sent back after the lock, or an objection is upheld: kept whole, with the decision it had |
//!
//! Refused: a lock below quorum, naming who is missing, or while a sheet sent back or disputed waits; an order recorded by
//! somebody recused, or while lots are being drawn; reading before the lock, and by bidders before publicity.
//!
//! Invariants: `results.body` recomputes to its own ranking; its digest is of its bytes; a bid that lost its place to an
//! objection doesn't get it back by a new computation; a draw of lots never changes once it is drawn or void.

pub mod actions;
pub mod api;
mod check;
pub mod pages;
pub mod room;
pub mod scene;
mod store;
mod supersede;
mod todo;
pub mod verbs;
pub mod view;

pub use store::{
    Decision, ResultRow, Superseded, decision, delete_result, fairness, has_lots, insert_decision,
    outcome, result, round_of_decision, rows, rows_around, set_outcome, set_result_body,
    superseded, superseded_heads, was_published, winners,
};
pub use supersede::supersede;

crate::text_enum! {
    /// What the ranking proposes for a bid.
    Proposal {
        Winner = "winner" "拟中标",
        Reserve = "reserve" "备选",
        Tied = "tied" "并列待定",
        BelowThreshold = "below_threshold" "低于分数线",
        NoQuorum = "no_quorum" "评分人数不足",
        FailedTopic = "failed_topic" "流标",
    }
}

crate::text_enum! {
    /// What was decided on a bid.
    Outcome { Winner = "winner" "中标", Reserve = "reserve" "备选", Rejected = "rejected" "未中标", Void = "void" "取消资格" }
}

crate::text_enum! {
    /// The two who draw lots between bids that share a rank.
    LotParty { Chair = "chair" "主任委员", Supervisor = "supervisor" "督导员" }
}

crate::text_enum! {
    /// What an upheld objection brings about.
    Effect { Void = "void" "取消该申报的资格，备选递补", Rescore = "rescore" "退回重新评分" }
}

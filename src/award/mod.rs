//! The award: the party committee decides, the decision is posted, anybody may object, the round is concluded.
//!
//! Owns objections (异议) and the verbs on decisions with their minutes (纪要), publicity (公示) and conclusion; the rows
//! that say what was decided lie with [`crate::result`].
//!
//! | objection | from | to |
//! |---|---|---|
//! | `lodged` | anybody, from the opening until publicity ends | the office takes note |
//! | `acknowledged` | the office | the answer |
//! | `upheld` | the answer | a bid may lose its place, or bids are marked again |
//! | `rejected` | the answer | the result stays |
//!
//! Refused: a decision beyond quota or threshold, without the reason it owes, or while lots are being drawn; publicity for
//! which a year of holidays is missing; a conclusion before publicity is over, or while an objection is open or a failed
//! topic undecided; a minute changed after the conclusion or removed once it was published.
//!
//! Invariants: a code of an objection is kept as its digest alone; who objects is not in the trail; a result that was
//! published and changed is posted again with what changed.

pub mod api;
mod check;
mod effects;
mod input;
pub mod minute;
mod notice;
pub mod pages;
pub mod room;
mod rules;
pub mod scene;
mod store;
mod todo;
pub mod verbs;
mod view;
mod written;

pub use input::{DecisionInput, DecisionItemInput};
pub use store::open_objections;

/// Working days within which an objection is answered.
pub const ANSWER_DAYS: i64 = 5;

crate::text_enum! {
    /// What may be decided on a bid.
    DecidedOutcome { Winner = "winner" "中标", Reserve = "reserve" "备选", Rejected = "rejected" "未中标" }
}

crate::text_enum! {
    Verdict { Upheld = "upheld" "成立", Rejected = "rejected" "不成立" }
}

crate::text_enum! {
    ObjectionState {
        Lodged = "lodged" "待受理", Acknowledged = "acknowledged" "已受理", Upheld = "upheld" "成立", Rejected = "rejected" "不成立",
    }
}

impl ObjectionState {
    /// Waits for its answer.
    pub const OPEN: [Self; 2] = [Self::Lodged, Self::Acknowledged];

    pub fn is_open(self) -> bool {
        Self::OPEN.contains(&self)
    }
}

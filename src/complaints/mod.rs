//! The box for complaints (意见箱): anybody tells a committee what weighs on them, with a name or without.
//!
//! | complaint | from | to |
//! |---|---|---|
//! | `lodged` | anybody | the answer of the committee's office |
//! | `answered` | the answer | nothing: what is new is told anew |
//!
//! Refused: a second answer; a day to answer by for which a year of holidays is missing.
//!
//! Invariants: the code is kept as its digest alone; who complains is not in the trail; how many came and were answered,
//! and how many are late, anybody reads.

mod api;
mod check;
mod pages;
pub mod room;
mod scene;
mod store;
mod todo;
mod verbs;
mod view;

/// Working days within which a complaint is answered.
pub const ANSWER_DAYS: i64 = 10;

crate::text_enum! {
    ComplaintState { Lodged = "lodged" "待答复", Answered = "answered" "已答复" }
}

//! Organizations moved under another, with all below them, and merged into another.
//!
//! Rights follow paths: every path below, and the committee where it changes, moves in the same transaction. What was
//! signed stays under the name it was signed by; an organization that was merged is disabled, names its successor, and
//! whoever acts for the successor goes on with what runs of it.
//!
//! Refused: going under itself or under a kind that cannot hold it; leaving a committee in whose rounds and contracts it
//! still is; merging while a bid of it is judged or a contract of it waits to be signed; roles that nobody may hold
//! together once they stand in one committee.

mod pages;
pub mod room;
mod rules;
mod store;
pub mod verbs;

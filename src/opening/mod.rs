//! The opening (开标) of a round: its openers put the round's key together, all bids open at once, in public.
//!
//! Owns `openings`: who opened with which witness, and the minute as it was published. Who the openers are is told in
//! [`crate::rounds::actions::openers`]. Its handlers are its own, because several people enter their passwords at one
//! screen ([`crate::verbs::ceremony`]).
//!
//! Refused: opening before its hour, without enough openers or without a supervisor who is another than the host, or
//! while bids wait to be sealed again, unless they are given up with a reason; and if anything has changed since the bids
//! were read for it ([`ahead`]).

mod ahead;
mod check;
mod minute;
mod open;
mod pages;
pub mod room;
mod store;

pub use open::{Open, OpeningInput};
pub use store::Opening;

use crate::db::Conn;
use crate::error::Result;
use crate::ids::RoundId;

/// The opening of a round, once there was one.
pub fn of_round(c: &mut Conn, round: RoundId) -> Result<Option<Opening>> {
    store::opening(c, round)
}

//! Pure rules of a round. No database, no clock: the instant comes in as an argument.

use super::RoundState;
use crate::clock::Instant;

/// A deadline is an instant: a submission at exactly that instant is in, one after it is out.
pub fn state_at(stored: RoundState, deadline: Instant, now: Instant) -> RoundState {
    if stored == RoundState::Open && now > deadline {
        RoundState::Sealed
    } else {
        stored
    }
}

//! What is done about joint bids.

mod answer;
mod end;
mod propose;
mod read;
mod void;

pub use answer::answer;
pub use end::withdraw;
pub use propose::{change, propose};
pub use read::{Joint, joint, list, may_change, may_propose, may_start, partners_of, visible};
pub use void::Void;

use super::store::Merger;
use crate::audit::{Chain, Event, Verb};
use crate::rounds::Round;

/// An event about a merger, on the chain of the round's committee.
fn event(verb: Verb, merger: &Merger, round: &Round) -> Event {
    Event::new(
        verb,
        Chain::Committee(round.committee_id),
        "merger",
        merger.id.0,
    )
    .round(round.id)
    .version(merger.version)
}

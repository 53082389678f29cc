//! What verbs and readings of bids share.

mod draft;
pub mod history;
pub mod lanes;
mod open;
mod read;

pub use draft::{Saved, check_references, keep, write_draft};
pub use open::{
    Opened, OpenedLine, Part, ReadPart, VoidAt, all_written, changed_meanwhile, not_sealed_again,
    read_part, sealed_to, waits,
};
pub use read::{Seen, content_of, list, may_void, own_submission, scope, title_of, visible};

use super::Bid;
use crate::audit::{Chain, Event, Verb};
use crate::rounds::Round;

/// An event about a bid, on the chain of the round's committee.
pub fn event(verb: Verb, bid: &Bid, round: &Round, version: i64) -> Event {
    Event::new(verb, Chain::Committee(round.committee_id), "bid", bid.id.0)
        .organization(bid.organization_id)
        .round(round.id)
        .version(version)
}

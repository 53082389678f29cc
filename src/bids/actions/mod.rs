//! What is done with bids: one function a verb.

mod copy;
mod draft;
pub mod history;
mod keep;
mod keys;
mod merge;
mod open;
mod read;
mod seal_again;
mod submit;

pub use copy::{Source, copy, copy_sources};
pub use draft::{create, save};
pub use keep::{Saved, keep};
pub use keys::{GrantKeyInput, KeyHolder, grant_key, key_holders};
pub use merge::merge;
pub use open::{Opened, not_sealed_again, open_all};
pub use read::{
    content_of, list, may, may_void, own_submission, scope, sealed_bytes, sealed_of, title_of,
    visible,
};
pub use seal_again::{seal_again, waits};
pub use submit::{submit, withdraw};

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

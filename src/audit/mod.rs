//! The append-only, hash-chained trail of everything that happened.
//!
//! One chain per committee and one for the system. Each event's digest covers its content and the previous digest;
//! the chain's row keeps the count and the head, and an append-only file outside the database keeps every head that
//! was ever reached: a changed row breaks its digest, a missing or inserted one the sequence, a cut-off tail the file.
//!
//! [`record`] is the only writer, and it is called in the transaction of the change it tells of.
//! Ballots are the exception: they leave no event (see `acceptance`).

mod accepted;
pub mod acknowledge;
mod actions;
mod append;
mod assured;
pub mod checkpoint;
pub mod digest;
mod kept;
mod known;
pub mod proof;
mod rows;
mod seal;
pub mod store;
pub mod tree;
mod upgrade;
pub mod verify;
mod walk;

/// What events about rows as such are about.
const SUBJECT_ROWS: &str = "rows";

pub use crate::crypto::sha256_hex;
pub use crate::trail::{Chain, Event, Verb, subject_kind, subject_label};
pub use actions::{committee_head, heads_shown, is_news, of_round, open_chain, record, record_as};
pub use assured::{changed, last_of};
pub use rows::{begin, trail};
pub use store::{ChainRow, EventFilter, EventRow, chains, list, newest_about};
pub use upgrade::bring_up;

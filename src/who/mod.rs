//! Who is asking: a person with their roles and what they can open, and what a role may do.
//!
//! Everything that asks for rights stands above this room; it asks nobody. How an actor is found behind a request is
//! told in [`crate::session`].
//!
//! Refused: what the role asked about does not cover, a password that is too weak.

mod actor;
mod keyring;
pub mod password;
pub mod policy;

pub use actor::{Actor, Grant, Person, Role};
pub use keyring::{Keyring, ServerKeys, lock_for_session, trail_key};

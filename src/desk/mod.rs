//! The desk: pages that gather several rooms. Each shows its subject with all that stands on it, so it stands above them:
//! a round with its failed topics, its opening and its contracts, a bid with the joint one it went into, a project with its
//! contract and its case, scoring with its lock, the result with its decision, the trail with names.
//!
//! Owns no table and decides nothing: rules and verbs are those of the rooms below. Where it takes more than its own room
//! knows, what a subject is shown as ([`crate::verbs::Subject`]) is told here, too.

pub mod audit;
pub mod bid;
pub mod project;
pub mod result;
pub mod round;
pub mod scoring;

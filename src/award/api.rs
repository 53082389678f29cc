//! JSON API of the award.

pub mod decision;
pub mod objection;

//! Pages of the award.

pub mod decision;
pub mod objection;
pub mod publicity;

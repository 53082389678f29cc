//! Pages of the award.

mod decision;
mod objections;

pub use decision::decision;
pub use objections::{answering, object, objection, objections};

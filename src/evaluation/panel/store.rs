//! Queries of the panel's own tables, by subject.

mod interests;
mod lifts;

pub use interests::*;
pub use lifts::*;

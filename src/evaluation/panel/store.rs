//! Queries of the panel's own tables, by subject.

mod assign;
mod draws;
mod interests;
mod lifts;
mod waiting;

pub use assign::*;
pub use draws::*;
pub use interests::*;
pub use lifts::*;
pub use waiting::*;

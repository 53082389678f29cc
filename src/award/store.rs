//! Queries of objections, and of what waits for whom.

mod objections;
mod waiting;

pub use objections::*;
pub use waiting::*;

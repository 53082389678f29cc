//! Queries of the panel's own tables, by subject.

mod bids;
mod declarations;
mod draws;
mod interests;
mod lifts;
mod waiting;

pub use bids::*;
pub use declarations::*;
pub use draws::*;
pub use interests::*;
pub use lifts::*;
pub use waiting::*;

//! Queries of results, by subject.

mod decisions;
mod lots;
mod results;

pub use decisions::*;
pub use lots::*;
pub use results::*;

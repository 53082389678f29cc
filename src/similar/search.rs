//! Searching a round for similar bids: signatures, candidates, exact measures, a bounded step at a time.

mod compare;
mod job;
mod run;
mod sign;

pub use job::{Computed, Job, Step, begin, may_search, search, searchable};
pub use run::compute;
pub use sign::{Signed, keep};

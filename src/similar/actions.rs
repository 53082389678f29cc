//! What is done about similar bids: searched for, read, decided.

mod decide;
mod read;
mod search;

pub use decide::{dismiss, follow};
pub use read::{Facts, Reader, common, facts, may_decide, pair, pairs, reader};
pub use search::{Computed, compute, may_search, search};

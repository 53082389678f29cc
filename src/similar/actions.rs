//! What is done about similar bids: searched for, read, decided.

mod compare;
mod decide;
mod read;
mod search;
mod sign;

pub use decide::{dismiss, follow};
pub use read::{Facts, Reader, common, facts, may_decide, pair, pairs, reader};
pub use search::{Computed, Job, Step, begin, may_search, search, searchable};
pub use sign::{Signed, keep};

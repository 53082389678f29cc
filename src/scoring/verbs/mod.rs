//! What is done in scoring, one file a verb. Sending a sheet back is the result's verb: it may take the result back.

mod answer;
mod restore;
mod save;
mod start;
mod undertake;

pub use answer::{Confirm, Dispute};
pub use restore::Restore;
pub use save::Save;
pub use start::StartScoring;
pub use undertake::Undertake;

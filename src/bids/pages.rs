//! Pages of bids: the round's list, writing one, its history. The bid's own is [`crate::desk::bid`]'s.

mod again;
mod edit;
mod history;
mod list;
mod resume;

pub use edit::{autosave, edit, save};
pub use history::{revision, revisions};
pub use list::{keys, list};
pub use resume::resume;

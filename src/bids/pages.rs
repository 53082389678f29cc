//! Pages of bids: the round's list, reading one, writing one.

mod again;
mod edit;
mod history;
mod resume;
mod show;

pub use edit::{autosave, edit, save};
pub use history::{revision, revisions};
pub use resume::resume;
pub use show::{keys, list, show};

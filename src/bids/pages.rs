//! Pages of bids: the round's list, reading one, writing one.

mod edit;
mod history;
mod keys;
mod resume;
mod show;

pub use edit::{autosave, edit, save};
pub use history::{copy, restore, revision, revisions};
pub use keys::{grant_key, keys, seal_again};
pub use resume::resume;
pub use show::{create, list, show, submit, void, withdraw};

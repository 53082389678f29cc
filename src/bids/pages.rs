//! Pages of bids: the round's list, reading one, writing one.

mod edit;
mod show;

pub use edit::{autosave, edit, save};
pub use show::{create, list, show, submit, void, withdraw};

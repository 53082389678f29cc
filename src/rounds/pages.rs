//! Pages of rounds: list, one round, the form, the opening.

mod edit;
mod opening;
mod show;

pub use edit::{change, create, edit, new};
pub use opening::{open, opening};
pub use show::{cancel, extend, list, publish, show};

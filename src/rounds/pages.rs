//! Pages of rounds: list, one round, the form, the opening.

mod edit;
mod openers;
mod opening;
mod show;

pub use edit::{change, create, edit, new};
pub use openers::{openers, publish, renew_key, share_again};
pub use opening::{open, opening};
pub use show::{cancel, extend, list, show};

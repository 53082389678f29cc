//! Pages of rounds: list, one round, the form, its openers, its questions.

mod edit;
mod openers;
mod questions;
mod show;

pub use edit::{edit, new};
pub use openers::{openers, share_again};
pub use questions::{answering, questions};
pub use show::{deciding, list, show};

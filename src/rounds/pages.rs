//! Pages of rounds: list, one round, the form, its openers.

mod edit;
mod failed;
mod openers;
mod questions;
mod show;

pub use edit::{change, create, edit, new};
pub use failed::{answer_joint, close, copy, decide_failed};
pub use openers::{openers, publish, renew_key, share_again};
pub use questions::{answer, ask, correct, questions};
pub use show::{cancel, extend, list, show};

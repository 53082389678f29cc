//! Pages about the result. The result's own page is [`crate::desk::result`]'s.

mod fairness;
mod lots;
mod working;

pub use fairness::fairness;
pub use lots::{lots, of_draw};
pub use working::working;

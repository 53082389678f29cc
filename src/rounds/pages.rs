//! Pages of rounds: list, the form, questions. The round's own is [`crate::desk::round`]'s.

mod edit;
mod list;
mod questions;

pub use edit::{edit, new};
pub use list::list;
pub use questions::{answering, questions};

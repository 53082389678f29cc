//! The demo: the sample company on embedded SQLite, with a clock of its own that can be moved.
//!
//! Moving the clock keeps its own handlers: it is nobody's verb and no event, and it does not exist outside `demo`.
//!
//! Its clock resumes where it stopped, so that the open round stays open. Nothing here answers outside `demo`.

mod actions;
pub mod api;
pub mod pages;
pub mod room;
mod store;

pub use actions::{clock_at_start, keep_clock, prepare, save_clock};

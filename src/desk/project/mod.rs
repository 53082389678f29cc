//! A project: its page, its steps, and what stands on it.

mod page;
pub mod room;
mod shown;

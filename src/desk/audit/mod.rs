//! The trail as people read it: with names, and covered where a round is not yet opened.

mod api;
mod page;
pub mod room;
mod view;

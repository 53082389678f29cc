//! The result's page, with what is decided on it.

mod page;
pub mod room;

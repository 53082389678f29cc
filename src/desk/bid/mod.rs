//! A bid's page, and what is done on it.

mod page;
pub mod room;

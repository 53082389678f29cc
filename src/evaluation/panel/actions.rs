//! What is done about the panel, one file a verb.

pub mod conflicts;
pub mod draw;
pub mod interests;
pub mod invite;
pub mod present;
pub mod replace;

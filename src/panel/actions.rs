//! What is done about the panel, one file a verb.

pub mod assign;
pub mod conflicts;
pub mod declare;
pub mod draw;
pub mod interests;
pub mod invite;
pub mod lift;
pub mod naming;
pub mod present;
pub mod recuse;
pub mod replace;

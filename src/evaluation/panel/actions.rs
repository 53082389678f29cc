//! What is done about the panel, one file a verb.

pub mod conflicts;
pub mod interests;

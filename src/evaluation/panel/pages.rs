//! Pages: interests, conflicts, draws, invitations, recusals.

pub mod conflicts;
pub mod draw;
pub mod interests;
pub mod members;
pub mod present;
pub mod work;

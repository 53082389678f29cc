//! Pages: interests, conflicts, draws, invitations, recusals.

pub mod conflicts;
pub mod interests;

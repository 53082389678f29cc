//! Rules of the panel, pure: conflicts of interest, draws by lot, who marks what.

pub mod assign;
pub mod conflict;
pub mod lot;

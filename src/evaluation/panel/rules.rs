//! Rules of the panel, pure: conflicts of interest, draws by lot, who marks what.

pub mod conflict;
pub mod lot;

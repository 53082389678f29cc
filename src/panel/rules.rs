//! The panel's rules, pure: conflicts of interest, and who marks what.

pub mod assign;
pub mod conflict;

//! JSON API of scoring.

pub mod paper;
pub mod sheets;

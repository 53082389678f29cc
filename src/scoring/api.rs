//! JSON API of scoring.

pub mod paper;
pub mod sheet;
pub mod sheets;
pub mod work;

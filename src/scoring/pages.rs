//! Pages of scoring.

pub mod paper;
pub mod print;
pub mod score;
pub mod sheets;
pub mod work;

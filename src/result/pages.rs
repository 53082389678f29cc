//! Pages of the result.

pub mod fairness;
pub mod lots;
pub mod result;
pub mod working;

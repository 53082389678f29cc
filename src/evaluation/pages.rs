//! Pages: panel, scoring, result, decision, objections.

pub mod decision;
pub mod fairness;
pub mod lots;
pub mod objection;
pub mod panel;
pub mod paper;
pub mod print;
pub mod result;
pub mod score;
pub mod sheets;
pub mod working;

//! `/api/v1`: panel, scoring, result, decision, publicity, objections.

pub mod lots;
pub mod objection;
pub mod panel;
pub mod paper;
pub mod result;
pub mod sheet;
pub mod sheets;

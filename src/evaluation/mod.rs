//! Scoring of subjects by a panel.

pub mod result_file;
pub mod rules;

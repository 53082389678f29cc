//! What is done in an evaluation, one function a verb.

pub mod panel;
pub mod rule;
pub mod sheet;

//! What is done in an evaluation, one file a verb.

pub mod acceptance;
pub mod answer;
pub mod decide;
pub mod fairness;
pub mod lock;
pub mod lots;
pub mod minute;
pub mod objection;
pub mod panel;
pub mod paper;
pub mod print;
pub mod propose;
pub mod publicity;
pub mod reopen;
pub mod result;
pub mod rule;
pub mod scene;
pub mod scoring;
pub mod sheet;
pub mod sheets;
pub mod tie;
pub mod unblind;

//! What is done from the decision to the conclusion, one file a verb.

pub mod answer;
pub mod decide;
pub mod minute;
pub mod objection;
pub mod publicity;

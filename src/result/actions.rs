//! What is done with the result, one file a verb.

pub mod fairness;
pub mod lock;
pub mod lots;
pub mod minutes;
pub mod order;
pub mod ranking;
pub mod reopen;
pub mod tie;
pub mod unblind;

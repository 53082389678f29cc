//! What is done with sheets, one file a verb.

pub mod on_site;
pub mod paper;
pub mod print;
pub mod reopen;
pub mod sheet;
pub mod sheets;
pub mod start;
pub mod tally;
pub mod work;

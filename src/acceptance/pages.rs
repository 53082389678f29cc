//! Acceptance in the browser.

mod begin;
mod proof;
mod score;
mod show;
mod vote;

pub use begin::begin;
pub use proof::{certificate, receipts};
pub use score::{autosave, sheet};
pub use show::{show, slips};
pub use vote::{asked, cast};

//! Acceptance in the browser.

mod begin;
mod proof;
mod score;
mod show;
mod vote;

pub use begin::{begin, begin_form};
pub use proof::{certificate, receipts};
pub use score::{autosave, save_sheet, sheet};
pub use show::{close, codes, decide, show};
pub use vote::{asked, cast};

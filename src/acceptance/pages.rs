//! Acceptance in the browser.

mod begin;
mod score;
mod show;
mod vote;

pub use begin::{begin, begin_form};
pub use score::{autosave, save_sheet, sheet};
pub use show::{certificate, close, codes, decide, receipts, show};
pub use vote::{asked, cast};

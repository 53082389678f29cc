//! Scoring (评分): a panel marks subjects. Bids are marked for a round; finished projects on site for an acceptance.
//!
//! Owns score sheets, what they said earlier, and sheets entered from paper.
//!
//! | sheet | from | to | by |
//! |---|---|---|---|
//! | `draft` | the first save, or sent back | handed in | its reviewer alone reads it |
//! | `submitted` | handed in | lock | its reviewer may hand in again; the chair may send it back |
//! | `locked` | lock | | counted as it stands |
//!
//! The chair may send one sheet back with a reason until the result is published. It counts no more until its reviewer
//! hands it in again or the chair takes the sending back; the lock waits for that, so that no sheet can be made to
//! vanish. What the sheet said is kept, and shown to its reviewer, and from the next lock on to the committee. (What a
//! sending back after the lock does to the result stands in [`crate::result`].)
//!
//! A sheet filled in and signed on paper is entered by the office with its scan, while scoring lasts, and counts from
//! then on as its reviewer's own; it says who entered it. Whoever entered it reads it, nobody else who would not read an
//! own sheet. Its reviewer confirms it, disputes it, or hands in another in its place; the office corrects it. The lock
//! waits for a disputed one. What it said before is kept with its scan.
//!
//! Refused: a start with a panel at fault or a topic left below quorum; marks out of range or step, a submitted sheet with
//! a mark or a due comment missing, marks by somebody recused, not on the panel, not assigned or without a signed
//! undertaking, anything after the lock that was not reopened.
//!
//! Handlers that are no verbs: the saving while somebody types, and paper sheets, which come with a scan.
//!
//! Invariants: a sheet's total is the sum of its marks; nobody sees another's sheet before the lock.

pub mod actions;
pub mod api;
mod check;
pub mod input;
pub mod pages;
pub mod room;
pub mod scene;
pub mod shown;
mod store;
mod todo;
pub mod verbs;

pub use actions::on_site::{lock_on_site, score_on_site, start_on_site};
pub use actions::sheet::save_sheet;
pub use store::{
    MarkGiven, ScoreSheet, ShortOf, Whose, assigned_pairs, disputes_waiting, handed_in_on,
    lock_sheets, marked_again, reopen_sheets, sent_back, sheet_by_id, sheets_of,
    sheets_of_evaluation, sheets_on, short_bids, update_sheet, void_bids,
};

crate::text_enum! {
    SheetState { Draft = "draft" "草稿", Submitted = "submitted" "已提交", Locked = "locked" "已锁定" }
}

crate::text_enum! {
    /// Why an earlier version of a sheet is kept. `corrected`: the office entered a paper sheet anew; `replaced`: its
    /// reviewer handed in another sheet in the place of one entered from paper, or a paper sheet took a draft's place.
    VersionKind {
        Reopened = "reopened" "主任委员退回",
        Corrected = "corrected" "更正代录",
        Disputed = "disputed" "评委对代录提出异议",
        Replaced = "replaced" "改用另一份",
    }
}

//! Files: streamed in, sniffed, kept under random names. Who may see, add and remove them is told in
//! [`crate::attachments`].
//!
//! Refused: more than 20 MB, a type that is not on the list, a content that its name does not say, macros and programs, an
//! empty file.
//! Every file lies encrypted under a key of its own; a bid's file cannot be read before the opening by anybody who
//! cannot read the bid. A file's row is written in a command; a file whose command is refused is removed again.

//!
//! What was removed is discarded once no version needs it: its bytes go after the commit that says so. What a crash left
//! behind is swept away once a day.

mod compare;
mod keep;
mod package;
mod rules;
mod sealed;
mod send;
mod storage;
mod store;
mod sweep;
mod upload;
mod whole;

pub use compare::{Expected, Fault, Harm, compare};
pub use keep::{Place, discard, keep_scan, put, take_off};
pub use sealed::{key_of, move_to_key, named, open, reveal, rows};
pub use send::sent;
pub use storage::{Hold, Written, create, open as stored, remove};
pub use store::{Attachment, Stored, StoredFile, find_kept, kept, kept_of};
pub use sweep::{AGE, sweep};
pub use upload::{Received, Sent, Taken, receive, receive_form, take};
pub use whole::{is_kept, stored_files};

use crate::db::Conn;
use crate::error::Result;
use crate::ids::AttachmentId;

crate::text_enum! {
    /// What a file belongs to.
    SubjectKind {
        Bid = "bid" "申报书",
        Step = "step" "步骤材料",
        Decision = "decision" "会议纪要",
        Acceptance = "acceptance" "验收材料",
        Sheet = "sheet" "纸质评分表扫描件",
    }
}

/// Bytes a file may have at most.
pub const LIMIT: usize = 20 * 1024 * 1024;

/// The files of several subjects of one kind, without asking who wants to see them.
pub fn of_subjects(c: &mut Conn, kind: SubjectKind, ids: Vec<i64>) -> Result<Vec<Attachment>> {
    store::of_subjects(c, kind, ids)
}

/// The files of a subject, without asking who wants to see them.
pub fn of_subject(c: &mut Conn, kind: SubjectKind, id: i64) -> Result<Vec<Attachment>> {
    store::of_subject(c, kind, id)
}

/// All files a subject ever had, without asking who wants to see them.
pub fn ever(c: &mut Conn, kind: SubjectKind, id: i64) -> Result<Vec<Attachment>> {
    store::ever_of_subject(c, kind, id)
}

/// A file that was not removed, without asking who wants to see it.
pub fn find(c: &mut Conn, id: AttachmentId) -> Result<Attachment> {
    store::find(c, id)
}

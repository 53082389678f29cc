//! Attachments (附件): who may see, add and remove the files of every subject. The files themselves are kept by
//! [`crate::files`].
//!
//! All that writes keeps its own handlers: an upload is a stream that is written to disk before its command is known to be
//! good.
//!
//! Whoever may change a subject may add to it; whoever may read it may read its files.
//!
//! Refused: a file for a bid, or off one, after its round's deadline, a step that is not open, a decision that is concluded; removing a minute
//! that was published.

mod actions;
pub mod api;
pub mod pages;
pub mod room;
mod shown;
mod upload;

pub use actions::{add, remove, visible};

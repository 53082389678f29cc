//! Bids (申报书): drafted, submitted sealed, opened in public.
//!
//! A bid's content is one opaque payload (canonical JSON bytes) until the opening: SQL, search and statistics see
//! nothing of it. At the opening `topic_id`, `title`, `leader_name` and `budget_total` are spread into columns.

//!
//! Refused: submitting before the round opens or after its deadline (a late attempt is recorded), submitting what is
//! incomplete, anybody's reading before the opening but the bidding organization's own.

pub mod actions;
pub mod api;
pub mod content;
pub mod pages;
pub mod rules;
pub mod store;
mod view;

pub use actions::{open_all, sealed_of, visible};
pub use content::BidContent;
pub use store::Bid;

use crate::db::Conn;
use crate::error::Result;
use crate::ids::{BidId, RoundId};

/// The bid itself, without asking who wants to see it.
pub fn find(c: &mut Conn, id: BidId) -> Result<Bid> {
    store::find(c, id)
}

/// The opened, valid bids of a round: what is scored.
pub fn opened(c: &mut Conn, round: RoundId) -> Result<Vec<Bid>> {
    store::opened(c, round)
}

crate::text_enum! {
    /// Where a bid is.
    BidState {
        Draft = "draft" "草稿",
        Submitted = "submitted" "已提交(密封)",
        Withdrawn = "withdrawn" "已撤回",
        Void = "void" "废标",
        Opened = "opened" "已开标",
    }
}

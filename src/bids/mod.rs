//! Bids (申报书): drafted, submitted sealed, opened in public.
//!
//! A bid's content is one opaque payload (canonical JSON bytes) until the opening: SQL, search and statistics see
//! nothing of it. At the opening `topic_id`, `title`, `leader_name` and `budget_total` are spread into columns.

pub mod content;
pub mod store;

pub use content::BidContent;
pub use store::Bid;

crate::text_enum! {
    /// Where a bid is.
    BidState {
        Draft = "draft" "草稿",
        Submitted = "submitted" "已提交(密封)",
        Withdrawn = "withdrawn" "已撤回",
        Void = "void" "废标",
        Opened = "opened" "已开标",
        Late = "late" "未按时提交",
    }
}

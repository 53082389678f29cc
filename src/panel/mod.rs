//! The panel (评审委员会): who may sit, who is drawn, who must leave what to others, and who marks what.
//!
//! Owns declared posts and relations of reviewers, draws by lot, invitations, substitutes, replacements, declarations with
//! the undertaking (评审承诺), the lifting of recusals, and the order of presentation. The seats themselves, recusals and
//! assignments are facts of [`crate::seats`]; this room's verbs write them. [`scene`] is what every verb and page of
//! panel, scoring, result and award starts from. The undertaking is signed by a verb of [`crate::scoring`], which shows
//! the work that begins with it; what is signed is this room's ([`actions::declare`]).
//!
//! Refused: a panel changed once scoring has started or by hand after a draw, a second draw without a reason, a draw
//! completed by who prepared it, lifting a recusal alone or from one's own organization's topic, replacing somebody without
//! a reason or below quorum, an undertaking signed twice or by somebody without a seat.
//!
//! Before the opening nothing here depends on who has a draft or a bid: conflicts are found from the organization
//! tree, roles, declared posts and relations alone.

pub mod actions;
pub mod api;
mod check;
pub mod declared;
pub mod input;
pub mod pages;
pub mod room;
pub mod rules;
pub mod scene;
pub mod shown;
mod store;
mod todo;
pub mod verbs;

pub use store::{
    BidLine, BidToMark, LINE, bid_lines, bid_to_mark, bids_found, bids_in_round, opened_by_topic,
    opened_of,
};

crate::text_enum! {
    /// How a reviewer stands to an organization or a person.
    RelationKind {
        Kin = "kin" "近亲属",
        FormerPost = "former_post" "三年内曾任职",
        Supervisor = "supervisor" "分管或直接领导",
        Mentor = "mentor" "师徒",
        Cooperation = "cooperation" "项目合作或经济往来",
        Dispute = "dispute" "矛盾纠纷",
        Other = "other" "其他利害关系",
    }
}

crate::text_enum! {
    /// Where a proposal to lift a recusal is.
    LiftState { Proposed = "proposed" "待督导员确认", Confirmed = "confirmed" "已解除", Refused = "refused" "未同意" }
}

crate::text_enum! {
    /// What lots are drawn for.
    DrawPurpose { Panel = "panel" "评审委员", Presentation = "presentation" "述标顺序" }
}

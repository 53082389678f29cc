//! The panel (评审委员会) in depth: who may sit, who is drawn, who must leave what to others.
//!
//! Owns declared posts and relations of reviewers, draws by lot, invitations, substitutes, replacements, declarations,
//! the lifting of recusals, and who marks which bid. The seats themselves are `evaluation::store`'s.
//!
//! Refused: a panel changed by hand after a draw, a second draw without a reason, a draw completed by who prepared it,
//! lifting a recusal alone or from one's own organization's topic, replacing somebody without a reason, starting below
//! quorum.
//!
//! Before the opening nothing here depends on who has a draft or a bid: conflicts are found from the organization
//! tree, roles, declared posts and relations alone.

pub mod actions;
pub mod api;
pub mod input;
pub mod pages;
pub mod rules;
pub mod store;
mod todo;
pub mod view;

pub use todo::todos;

use crate::db::Conn;
use crate::error::{Refusal, Result};
use crate::ids::EvaluationId;

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

crate::text_enum! {
    /// What became of an invitation to the panel.
    InvitationState { Sent = "sent" "待答复", Accepted = "accepted" "已接受", Declined = "declined" "已谢绝" }
}

/// Seats given up by those who declined: each needs a substitute before the round goes on.
pub fn declined_fault(c: &mut Conn, evaluation: EvaluationId) -> Result<Option<Refusal>> {
    let declined = store::declined(c, evaluation)?.len();
    Ok((declined > 0).then(|| {
        Refusal::new(
            "seat_declined",
            format!("有 {declined} 名委员谢绝了邀请，席位须由候补委员接替。"),
        )
        .remedy("请党建部在评审委员会页面替换。")
    }))
}

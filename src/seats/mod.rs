//! Seats: who sits on a panel (评审委员会), is recused, is assigned, is blind.
//!
//! Owns evaluations with their criteria and their rule, panel members, recusals, and who marks which bid. It stands below
//! rounds and bids: it knows their ids alone, and says what they must ask. What is blind is read under a [`Veil`]
//! ([`blind`]), which knows who has begun to bid and nothing of what they say. Rounds make an evaluation with themselves and
//! ask whether its panel is sound; bids ask who reads them, and without which names. The verbs that change who sits stand
//! in [`crate::panel`]; this room holds the facts.
//!
//! | evaluation | from | to | by |
//! |---|---|---|---|
//! | `preparing` | the round is made | scoring starts | panel and criteria may change |
//! | `scoring` | start of scoring | lock | reviewers mark; recusals may be declared |
//! | `locked` | lock | | the result stands, with its inputs and its rule |
//!
//! After the lock the evaluation is in `scoring` again if a sheet is sent back or an objection upheld: [`Reopened`] says
//! what is marked again.
//!
//! Refused: a rule whose criteria don't add up to 100.00, another rule once scoring has started, an even panel or one of
//! fewer than [`PANEL_MINIMUM`] or without exactly one chair, a seat whose holder declined.
//!
//! Invariants: the criteria add up to 100.00; an alias is stable, also when its holder leaves; a lifted recusal stays on
//! record and counts no more.

pub mod actions;
pub mod blind;
pub mod input;
mod rules;
mod store;
mod veil;
mod words;

pub use actions::propose::propose;
pub use actions::rule::{change_rule, create_for_acceptance, create_for_round, rule_of_round};
pub use actions::seat::{
    OFFERED, fault_of, first_offered, name_of, offered, organization_of, people_by_id,
    seat_exactly, sought, who_may_sit,
};
pub use blind::Veils;
pub use input::{CriterionInput, RuleInput, SeatInput};
pub use rules::fault;
pub use store::{
    Criterion, Evaluation, Mode, PanelMember, Recusal, Reopened, Reviewer, all_members,
    all_recusals, assigned_counts, assigned_to, assignments, clear_mode, criteria, declined, find,
    insert_assignment, insert_member, insert_recusal, is_assigned, is_recused, lift_recusal,
    mark_assigned, marks_again, mode, of_round, panel, recusal, recusals, remove_assignment, seat,
    seat_in_round, set_mode, sign_undertaking, update,
};
pub use veil::{COVER, Veil, Veiled};
pub use words::{aggregations, alias, in_words};

use std::collections::HashSet;

use crate::db::Conn;
use crate::error::{Refusal, Result};
use crate::ids::{EvaluationId, RoundId, TopicId, UserId};
use crate::who::Actor;
use crate::who::policy::OVERSEERS;

crate::text_enum! {
    /// What is marked.
    SubjectKind { Bid = "bid" "申报书", Acceptance = "acceptance" "验收", Site = "site" "示范点" }
}

crate::text_enum! {
    EvaluationState { Preparing = "preparing" "准备中", Scoring = "scoring" "评分中", Locked = "locked" "已锁定" }
}

crate::text_enum! {
    /// A seat on the panel (评审委员会).
    Seat { Chair = "chair" "主任委员", Member = "member" "委员" }
}

crate::text_enum! {
    /// Why a reviewer does not mark a topic.
    RecusalCause {
        OwnOrganization = "own_organization" "所在组织参与竞标",
        Post = "post" "在竞标组织任职",
        Relation = "relation" "与竞标组织有登记的关系",
        Tie = "tie" "签署承诺时申报",
        Declared = "declared" "本人申请",
    }
}

/// Fewest members of a panel.
pub const PANEL_MINIMUM: usize = 5;

/// What is wrong with the panel, if anything: asked before publishing and before scoring starts.
pub fn panel_fault(c: &mut Conn, evaluation: EvaluationId) -> Result<Option<Refusal>> {
    let members = store::panel(c, evaluation)?;
    fault_of(c, evaluation, &members)
}

/// Those of these rounds that this person reads without the names of who bids, with their committee's path. In a blind
/// round that is, until the lock, everybody with a seat on the panel, whatever else they may read, and everybody but its
/// office, secretary and supervisor: what others read would reach the panel by them.
pub fn blinded(c: &mut Conn, actor: &Actor, rounds: &[RoundId]) -> Result<Vec<(RoundId, String)>> {
    if rounds.is_empty() || matches!(actor, Actor::System) {
        return Ok(Vec::new());
    }
    let mut blind = store::blind_among(c, rounds)?;
    if let (Some(user), false) = (actor.user_id(), blind.is_empty()) {
        let ids: Vec<RoundId> = blind.iter().map(|(round, _)| *round).collect();
        let seated = store::seated_among(c, &ids, user)?;
        blind.retain(|(round, path)| seated.contains(round) || !actor.holds_any(OVERSEERS, path));
    }
    Ok(blind)
}

/// The same of one.
pub fn blinds(c: &mut Conn, actor: &Actor, round: RoundId) -> Result<bool> {
    Ok(!blinded(c, actor, &[round])?.is_empty())
}

/// Whether the round's panel reads bids without names now.
pub fn is_blind(c: &mut Conn, round: RoundId) -> Result<bool> {
    blinds(c, &Actor::Visitor, round)
}

/// Whether this person has signed the undertaking of the round's panel.
pub fn undertaking(c: &mut Conn, round: RoundId, user: UserId) -> Result<bool> {
    Ok(store::seat_in_round(c, round, user)?.is_some_and(|seat| seat.undertaking_at.is_some()))
}

/// Topics this person does not mark and whose bids they do not read.
pub fn recused(c: &mut Conn, round: RoundId, user: UserId) -> Result<HashSet<TopicId>> {
    Ok(store::recused_topics(c, round, user)?.into_iter().collect())
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

//! Evaluation (评审): a panel marks subjects, the marks become a ranking, the ranking is decided on and posted.
//!
//! Owns evaluations with their criteria and panel, recusals, score sheets, results, decisions and objections. Bids are
//! marked for a round; finished projects are marked on site for an acceptance.
//!
//! | evaluation | from | to | by |
//! |---|---|---|---|
//! | `preparing` | the round is made | scoring starts | panel and criteria may change |
//! | `scoring` | start of scoring | lock | reviewers mark; recusals may be declared |
//! | `locked` | lock | | the result stands, with its inputs and its rule |
//!
//! The chair may send one sheet back with a reason until the result is published. It counts no more until its reviewer
//! hands it in again or the chair takes the sending back; the lock waits for that, so that no sheet can be made to
//! vanish. After the lock the evaluation is in `scoring` again for those sheets alone, and the earlier result is kept as
//! superseded. What the sheet said is kept, and shown to its reviewer, and from the next lock on to the committee.
//!
//! A sheet filled in and signed on paper is entered by the office with its scan, while scoring lasts, and counts from
//! then on as its reviewer's own; it says who entered it. Whoever entered it reads it, nobody else who would not read an
//! own sheet. Its reviewer confirms it, disputes it, or hands in another in its place; the office corrects it. The lock
//! waits for a disputed one. What it said before is kept with its scan.
//!
//! Refused: marks out of range or step, a submitted sheet with a mark or a due comment missing, marks by somebody
//! recused, not on the panel or without a signed undertaking, a lock below quorum, a decision beyond quota or
//! threshold or without the reason it owes, a conclusion while an objection is open.
//!
//! Invariants: the criteria add up to 100.00; a sheet's total is the sum of its marks; nobody sees another's sheet
//! before the lock; `results.body` recomputes to its own ranking; a code of an objection is kept as its digest alone.

pub mod actions;
pub mod api;
pub mod excerpt;
pub mod fairness;
pub mod input;
pub mod pages;
pub mod panel;
pub mod result_file;
pub mod rules;
pub mod store;
mod todo;
mod view;
mod words;

use std::collections::HashSet;

pub use actions::acceptance::{lock_on_site, score_on_site, start_on_site};
pub use actions::propose::propose as propose_panel;
pub use actions::rule::{change_rule, create_for_acceptance, create_for_round, rule_of_round};
pub use actions::scoring::may_start;
pub use actions::sheet::save_sheet;
pub use input::{CriterionInput, MarkInput, RuleInput, SheetInput};
pub use store::{Criterion, Evaluation, MarkGiven, PanelMember, ScoreSheet};
pub use todo::todos;
pub use words::in_words;

use crate::db::Conn;
use crate::error::{Refusal, Result};
use crate::ids::{BidId, EvaluationId, RoundId, TopicId, UserId};
use crate::who::Actor;

crate::text_enum! {
    /// What is marked.
    SubjectKind { Bid = "bid" "申报书", Acceptance = "acceptance" "验收", Site = "site" "示范点" }
}

crate::text_enum! {
    /// How the sheets of a subject become its score.
    Aggregation { TrimmedMean = "trimmed_mean" "截尾平均", Mean = "mean" "平均", Median = "median" "中位数" }
}

crate::text_enum! {
    EvaluationState { Preparing = "preparing" "准备中", Scoring = "scoring" "评分中", Locked = "locked" "已锁定" }
}

crate::text_enum! {
    /// A seat on the panel (评审委员会).
    Seat { Chair = "chair" "主任委员", Member = "member" "委员" }
}

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

crate::text_enum! {
    /// What the ranking proposes for a bid.
    Proposal {
        Winner = "winner" "拟中标",
        Reserve = "reserve" "备选",
        Tied = "tied" "并列待定",
        BelowThreshold = "below_threshold" "低于分数线",
        NoQuorum = "no_quorum" "评分人数不足",
        FailedTopic = "failed_topic" "流标",
    }
}

crate::text_enum! {
    /// What was decided on a bid.
    Outcome { Winner = "winner" "中标", Reserve = "reserve" "备选", Rejected = "rejected" "未中标", Void = "void" "取消资格" }
}

crate::text_enum! {
    /// The two who draw lots between bids that share a rank.
    LotParty { Chair = "chair" "主任委员", Supervisor = "supervisor" "督导员" }
}

crate::text_enum! {
    ObjectionState {
        Lodged = "lodged" "待受理", Acknowledged = "acknowledged" "已受理", Upheld = "upheld" "成立", Rejected = "rejected" "不成立",
    }
}

impl ObjectionState {
    /// Waits for its answer.
    pub const OPEN: [Self; 2] = [Self::Lodged, Self::Acknowledged];

    pub fn is_open(self) -> bool {
        Self::OPEN.contains(&self)
    }
}

/// Fewest members of a panel.
pub const PANEL_MINIMUM: usize = 5;

/// The aggregations for a form's choices: `value` and `label`.
pub fn aggregations() -> Vec<serde_json::Value> {
    Aggregation::ALL
        .iter()
        .map(|one| serde_json::json!({ "value": one.as_str(), "label": one.label() }))
        .collect()
}

pub fn find(c: &mut Conn, id: EvaluationId) -> Result<Evaluation> {
    store::find(c, id)
}

/// The evaluation of a round.
pub fn of_round(c: &mut Conn, round: RoundId) -> Result<Evaluation> {
    store::of_round(c, round)
}

/// In the order of the tie ladder.
pub fn criteria(c: &mut Conn, evaluation: EvaluationId) -> Result<Vec<Criterion>> {
    store::criteria(c, evaluation)
}

/// Who sits on the panel now, by alias.
pub fn panel(c: &mut Conn, evaluation: EvaluationId) -> Result<Vec<PanelMember>> {
    store::panel(c, evaluation)
}

/// What is wrong with the panel, if anything: asked before publishing and before scoring starts.
pub fn panel_fault(c: &mut Conn, evaluation: EvaluationId) -> Result<Option<Refusal>> {
    let members = store::panel(c, evaluation)?;
    actions::panel::fault_of(c, evaluation, &members)
}

/// Whether this person has a seat on the round's panel. What they may read there depends on the round's state, their
/// [`undertaking`] and their recusals.
pub fn sits_on(c: &mut Conn, round: RoundId, user: UserId) -> Result<bool> {
    Ok(store::seat_in_round(c, round, user)?.is_some())
}

/// Whether this person reads the round's bids without names: everybody with a seat on the panel of a blind round, until
/// the lock, whatever else they may read.
pub fn blinds(c: &mut Conn, actor: &Actor, round: RoundId) -> Result<bool> {
    match actor.user_id() {
        Some(user) => store::seat_is_blind(c, round, user),
        None => Ok(false),
    }
}

/// Whether the round's panel reads bids without names now.
pub fn is_blind(c: &mut Conn, round: RoundId) -> Result<bool> {
    Ok(store::of_round(c, round)?.is_blind())
}

/// Whether this person has signed the undertaking of the round's panel.
pub fn undertaking(c: &mut Conn, round: RoundId, user: UserId) -> Result<bool> {
    Ok(store::seat_in_round(c, round, user)?.is_some_and(|seat| seat.undertaking_at.is_some()))
}

/// Topics this person does not mark and whose bids they do not read.
pub fn recused(c: &mut Conn, round: RoundId, user: UserId) -> Result<HashSet<TopicId>> {
    Ok(store::recused_topics(c, round, user)?.into_iter().collect())
}

/// The bids this person is to mark, if the bids are divided among the panel; None if everybody marks everything.
pub fn assigned(c: &mut Conn, round: RoundId, user: UserId) -> Result<Option<Vec<BidId>>> {
    panel::store::assigned_to(c, round, user)
}

/// What was decided on a bid, once it was.
pub fn outcome(c: &mut Conn, bid: BidId) -> Result<Option<Outcome>> {
    store::outcome(c, bid)
}

/// The bids that won, as things stand.
pub fn winners(c: &mut Conn, round: RoundId) -> Result<Vec<BidId>> {
    store::winners(c, round)
}

/// Objections that wait for an answer.
pub fn open_objections(c: &mut Conn, round: RoundId) -> Result<i64> {
    store::open_objections(c, round)
}

/// All sheets on one subject, whatever their state, by id.
pub fn sheets(c: &mut Conn, evaluation: EvaluationId, subject_id: i64) -> Result<Vec<ScoreSheet>> {
    store::sheets_of(c, evaluation, subject_id)
}

/// How many sheets each reviewer still owes, those who owe some: counts, never marks.
pub fn sheets_owed(c: &mut Conn, round: RoundId) -> Result<Vec<(UserId, usize)>> {
    let evaluation = store::of_round(c, round)?.id;
    Ok(actions::scoring::progress(c, evaluation, round)?
        .into_iter()
        .map(|line| {
            (
                line.member.user_id,
                line.assigned.saturating_sub(line.submitted),
            )
        })
        .filter(|(_, owed)| *owed > 0)
        .collect())
}

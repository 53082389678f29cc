//! How the panel, one's own work and objections are shown to programs.

pub mod lots;
pub mod sheets;

use std::collections::HashMap;

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use self::sheets::PaperShown;
use super::actions::objection::{self, Followup};
use super::actions::scene::Scene;
use super::actions::scoring::{Assignment, Progress};
use super::panel::view::draw::PanelRecord;
use super::store::{Criterion, Objection, PanelMember, Paper, Recusal, Reviewer, ScoreSheet};
use super::{EvaluationState, ObjectionState, Seat, SheetState};
use crate::clock::Instant;
use crate::error::Result;
use crate::ids::{
    BidId, CriterionId, EvaluationId, ObjectionId, OrganizationId, RoundId, TopicId, UserId,
};
use crate::marks::Mark;
use crate::rounds::{Round, RoundState, Topic};

/// A round after a command on it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Advanced {
    pub id: RoundId,
    pub state: RoundState,
    pub version: i64,
    pub evaluation_id: EvaluationId,
    pub publicity_from: Option<NaiveDate>,
    pub publicity_until: Option<NaiveDate>,
    /// Something to look at, such as a missing year in the table of holidays.
    pub warning: Option<String>,
}

impl Advanced {
    pub fn of(scene: &Scene, warning: Option<String>) -> Self {
        Self {
            id: scene.round.id,
            state: scene.round.state,
            version: scene.round.version,
            evaluation_id: scene.evaluation.id,
            publicity_from: scene.round.publicity_from,
            publicity_until: scene.round.publicity_until,
            warning,
        }
    }
}

/// The panel of a round.
#[derive(Debug, Serialize, ToSchema)]
pub struct PanelShown {
    pub evaluation_id: EvaluationId,
    pub round_id: RoundId,
    pub members: Vec<MemberShown>,
    /// Substitutes, replacements, invitations.
    pub record: PanelRecord,
    /// What is wrong with it, if anything; it must be right before publishing and scoring.
    pub fault: Option<String>,
    pub version: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct MemberShown {
    pub user_id: UserId,
    pub name: String,
    pub post: String,
    pub organization_id: Option<OrganizationId>,
    pub organization: String,
    pub seat: Seat,
    /// Shown to the committee alone: elsewhere sheets go by it.
    pub alias: Option<String>,
    pub undertaking_at: Option<Instant>,
}

impl PanelShown {
    pub fn of(
        scene: &Scene,
        members: &[PanelMember],
        people: &HashMap<UserId, Reviewer>,
        oversees: bool,
    ) -> Self {
        let chairs = members.iter().filter(|m| m.seat == Seat::Chair).count();
        Self {
            evaluation_id: scene.evaluation.id,
            round_id: scene.round.id,
            members: members
                .iter()
                .map(|member| {
                    let person = people.get(&member.user_id);
                    let text = |field: fn(&Reviewer) -> &String| {
                        person
                            .map(|person| field(person).clone())
                            .unwrap_or_default()
                    };
                    MemberShown {
                        user_id: member.user_id,
                        name: text(|person| &person.name),
                        post: text(|person| &person.post),
                        organization_id: person.map(|person| person.organization_id),
                        organization: text(|person| &person.organization),
                        seat: member.seat,
                        alias: oversees.then(|| member.alias.clone()),
                        undertaking_at: member.undertaking_at,
                    }
                })
                .collect(),
            record: PanelRecord::default(),
            fault: super::actions::panel::fault(members.len(), chairs)
                .map(|refusal| refusal.reason),
            version: scene.evaluation.version,
        }
    }
}

/// An evaluation as its reviewer, its chair and the committee see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct EvaluationShown {
    pub id: EvaluationId,
    pub round_id: RoundId,
    pub round_title: String,
    pub round_state: RoundState,
    pub state: EvaluationState,
    /// One's own seat, if one has one.
    pub seat: Option<Seat>,
    pub undertaking_signed: bool,
    /// What one is to mark, topic by topic; empty until the undertaking is signed and scoring has started.
    pub assignments: Vec<AssignmentShown>,
    /// Topics one leaves to others.
    pub recused: Vec<RecusedShown>,
    /// Who has scored how many, never the marks: for the chair and the committee.
    pub progress: Option<Vec<ProgressShown>>,
    pub version: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AssignmentShown {
    pub bid_id: BidId,
    pub title: String,
    pub organization: String,
    pub topic_id: Option<TopicId>,
    pub topic: String,
    /// None: not begun.
    pub state: Option<SheetState>,
    /// Of one's own sheet.
    pub total: Option<Mark>,
    /// Entered by the office from a signed paper sheet.
    pub on_paper: bool,
    /// False if marking was taken up again after a lock, and not for this one.
    pub open: bool,
}

impl From<&Assignment> for AssignmentShown {
    fn from(one: &Assignment) -> Self {
        Self {
            bid_id: one.bid.id,
            title: one.bid.title.clone().unwrap_or_default(),
            organization: one.bid.organization.clone(),
            topic_id: one.bid.topic_id,
            topic: one.topic.clone(),
            state: one.state,
            total: one.state.map(|_| Mark(one.total)),
            on_paper: one.on_paper,
            open: one.open,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RecusedShown {
    pub topic_id: TopicId,
    pub topic: String,
    pub reason: String,
}

impl From<&(Topic, Recusal)> for RecusedShown {
    fn from((topic, recusal): &(Topic, Recusal)) -> Self {
        Self {
            topic_id: topic.id,
            topic: topic.title.clone(),
            reason: recusal.reason.clone(),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ProgressShown {
    pub user_id: UserId,
    pub name: String,
    pub seat: Seat,
    pub undertaking_signed: bool,
    pub assigned: usize,
    pub submitted: usize,
    pub drafts: usize,
    /// Of the submitted ones, those the office entered from signed paper sheets.
    pub on_paper: usize,
}

impl ProgressShown {
    pub fn of(one: &Progress, people: &HashMap<UserId, Reviewer>) -> Self {
        Self {
            user_id: one.member.user_id,
            name: people
                .get(&one.member.user_id)
                .map(|person| person.name.clone())
                .unwrap_or_default(),
            seat: one.member.seat,
            undertaking_signed: one.member.undertaking_at.is_some(),
            assigned: one.assigned,
            submitted: one.submitted,
            drafts: one.drafts,
            on_paper: one.on_paper,
        }
    }
}

/// One's own score sheet on a bid.
#[derive(Debug, Serialize, ToSchema)]
pub struct SheetOwn {
    pub bid_id: BidId,
    /// None: not begun.
    pub state: Option<SheetState>,
    pub criteria: Vec<SheetCriterion>,
    pub marks: Vec<SheetMark>,
    pub notes: String,
    pub total: Mark,
    /// Marks are given in steps of this.
    pub mark_step: Mark,
    pub submitted_at: Option<Instant>,
    /// The office entered it from a signed paper sheet.
    pub paper: Option<PaperShown>,
    /// 0: not begun.
    pub version: i64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SheetCriterion {
    pub id: CriterionId,
    pub name: String,
    pub description: String,
    pub full_marks: Mark,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct SheetMark {
    pub criterion_id: CriterionId,
    pub mark: Option<Mark>,
    pub comment: String,
}

impl SheetOwn {
    pub fn of(
        bid: BidId,
        step: Mark,
        criteria: &[Criterion],
        sheet: Option<&ScoreSheet>,
        paper: Option<&Paper>,
    ) -> Result<Self> {
        let marks = match sheet {
            Some(sheet) => sheet.marks()?,
            None => Vec::new(),
        };
        Ok(Self {
            bid_id: bid,
            state: sheet.map(|sheet| sheet.state),
            criteria: criteria
                .iter()
                .map(|criterion| SheetCriterion {
                    id: criterion.id,
                    name: criterion.name.clone(),
                    description: criterion.description.clone(),
                    full_marks: criterion.full_marks,
                })
                .collect(),
            marks: marks
                .into_iter()
                .map(|given| SheetMark {
                    criterion_id: given.criterion_id,
                    mark: given.mark.map(Mark),
                    comment: given.comment,
                })
                .collect(),
            notes: sheet.map(|sheet| sheet.notes.clone()).unwrap_or_default(),
            total: Mark(sheet.map_or(0, |sheet| sheet.total)),
            mark_step: step,
            submitted_at: sheet.and_then(|sheet| sheet.submitted_at),
            paper: paper.map(|paper| PaperShown::of(paper, true)),
            version: sheet.map_or(0, |sheet| sheet.version),
        })
    }
}

/// What a saved sheet answers.
#[derive(Debug, Serialize, ToSchema)]
pub struct SheetSaved {
    pub bid_id: BidId,
    pub state: SheetState,
    pub total: Mark,
    pub saved_at: Instant,
    pub version: i64,
}

impl SheetSaved {
    pub fn of(sheet: &ScoreSheet) -> Self {
        Self {
            bid_id: BidId(sheet.subject_id),
            state: sheet.state,
            total: Mark(sheet.total),
            saved_at: sheet.updated_at,
            version: sheet.version,
        }
    }
}

/// A recusal as declared.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecusalDeclared {
    pub evaluation_id: EvaluationId,
    pub topic_id: TopicId,
    pub reason: String,
}

/// What lodging an objection answers: the code is shown once and kept nowhere.
#[derive(Debug, Serialize, ToSchema)]
pub struct ObjectionLodged {
    #[schema(example = "K7QM-3WXP-AB2C")]
    pub code: String,
    /// The day by which it is answered.
    pub due_on: NaiveDate,
}

/// An objection as the office, the secretary and the supervisor see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ObjectionShown {
    pub id: ObjectionId,
    pub round_id: RoundId,
    pub bid_id: Option<BidId>,
    pub anonymous: bool,
    /// None if anonymous.
    pub name: Option<String>,
    pub contact: String,
    pub content: String,
    pub followups: Vec<Followup>,
    pub state: ObjectionState,
    pub lodged_at: Instant,
    pub due_on: NaiveDate,
    pub acknowledged_at: Option<Instant>,
    pub answer: Option<String>,
    pub answered_at: Option<Instant>,
    pub version: i64,
}

impl ObjectionShown {
    pub fn of(row: &Objection) -> Result<Self> {
        Ok(Self {
            id: row.id,
            round_id: row.round_id,
            bid_id: row.bid_id,
            anonymous: row.anonymous,
            name: (!row.anonymous).then(|| row.name.clone()),
            contact: row.contact.clone(),
            content: row.content.clone(),
            followups: objection::followups(row)?,
            state: row.state,
            lodged_at: row.lodged_at,
            due_on: row.due_on,
            acknowledged_at: row.acknowledged_at,
            answer: row.answer.clone(),
            answered_at: row.answered_at,
            version: row.version,
        })
    }
}

/// An objection as whoever has its code sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ObjectionFollowed {
    pub round_id: RoundId,
    pub round_title: String,
    pub bid_id: Option<BidId>,
    pub content: String,
    pub followups: Vec<Followup>,
    pub state: ObjectionState,
    pub lodged_at: Instant,
    pub due_on: NaiveDate,
    pub acknowledged_at: Option<Instant>,
    pub answer: Option<String>,
    pub answered_at: Option<Instant>,
}

impl ObjectionFollowed {
    pub fn of(row: &Objection, round: &Round) -> Result<Self> {
        Ok(Self {
            round_id: row.round_id,
            round_title: round.title.clone(),
            bid_id: row.bid_id,
            content: row.content.clone(),
            followups: objection::followups(row)?,
            state: row.state,
            lodged_at: row.lodged_at,
            due_on: row.due_on,
            acknowledged_at: row.acknowledged_at,
            answer: row.answer.clone(),
            answered_at: row.answered_at,
        })
    }
}

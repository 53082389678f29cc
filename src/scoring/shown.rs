//! One's own work and sheets as they are shown, to programs and on pages.

pub mod sheets;

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::audit::{self, Chain, Event};
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::ids::{BidId, CriterionId, EvaluationId, RoundId, TopicId, UserId};
use crate::marks::Mark;
use crate::panel::actions::quorum::Bench;
use crate::panel::scene::{self, Advanced, Scene};
use crate::rounds::{RoundState, Topic};
use crate::scoring::SheetState;
use crate::scoring::actions::tally::Progress;
use crate::scoring::actions::work::{self, Assignment, Share};
use crate::scoring::input::WorkQuery;
use crate::scoring::scene::{OwnSheet, Scored, Work};
use crate::scoring::shown::sheets::PaperShown;
use crate::scoring::store::{Paper, ScoreSheet};
use crate::seats::{self, Criterion, EvaluationState, Recusal, Reviewer, Seat, Veil};
use crate::verbs::Subject;
use crate::web::Listing;
use crate::who::Actor;

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
    /// A page of what one is to mark, topic by topic; empty until the undertaking is signed and scoring has started.
    pub assignments: Vec<AssignmentShown>,
    /// For the next page of `assignments`; null on the last.
    pub next_cursor: Option<String>,
    /// How many bids one is to mark in all.
    pub assigned: usize,
    /// How many of them are handed in, and not sent back.
    pub submitted: usize,
    /// The first of them that waits.
    #[serde(skip)]
    pub next: Option<BidId>,
    /// Topics one leaves to others.
    pub recused: Vec<RecusedShown>,
    /// Who has scored how many, never the marks: for the chair and the committee.
    pub progress: Option<Vec<ProgressShown>>,
    /// Topics that wait for substitutes, a sentence each, until the lock: for the chair and the committee.
    pub waiting: Vec<String>,
    pub version: i64,
}

impl EvaluationShown {
    /// For the panel and the committee.
    pub fn load(c: &mut Conn, actor: &Actor, scene: &Scene, part: &WorkQuery) -> Result<Self> {
        if scene.seat.is_none() && !scene.oversees(actor) {
            return Err(scene::not_on_panel());
        }
        let id = scene.evaluation.id;
        let started = scene.evaluation.state != EvaluationState::Preparing;
        let signed = scene
            .seat
            .as_ref()
            .is_some_and(|seat| seat.undertaking_at.is_some());
        let share = match &scene.seat {
            Some(seat) if signed && started => Some(Share::load(
                c,
                &scene.evaluation,
                scene.round.id,
                seat.user_id,
            )?),
            Some(_) | None => None,
        };
        let (limit, after) = (part.limit(), part.after()?);
        let (page, next) = match &share {
            Some(share) => (share.after(c, after, limit + 1)?, share.next(c, None)?),
            None => (Vec::new(), None),
        };
        let page = Listing::new(page, limit, |one| one.bid.id.0);
        let veil = Veil::of(c, actor, scene.round.id)?;
        let progress = if scene.watches(actor) {
            let all = work::progress(c, &scene.evaluation, scene.round.id)?;
            let people =
                seats::people_by_id(c, all.iter().map(|one| one.member.user_id).collect())?;
            Some(
                all.iter()
                    .map(|one| ProgressShown::of(one, &people))
                    .collect(),
            )
        } else {
            None
        };
        Ok(Self {
            id,
            waiting: waiting(c, actor, scene)?,
            round_id: scene.round.id,
            round_title: scene.round.title.clone(),
            round_state: scene.round.state,
            state: scene.evaluation.state,
            seat: scene.seat.as_ref().map(|seat| seat.seat),
            undertaking_signed: signed,
            assignments: page
                .items
                .iter()
                .map(|one| AssignmentShown::of(one, &veil))
                .collect(),
            next_cursor: page.next_cursor,
            assigned: share.as_ref().map_or(0, Share::count),
            submitted: share.as_ref().map_or(0, Share::submitted),
            next,
            recused: share
                .iter()
                .flat_map(|share| &share.recused)
                .map(|one| RecusedShown::of(one, &veil))
                .collect(),
            progress,
            version: scene.evaluation.version,
        })
    }
}

/// What is said of topics that wait for substitutes: while bids are judged, to those who follow it.
fn waiting(c: &mut Conn, actor: &Actor, scene: &Scene) -> Result<Vec<String>> {
    match scene.round.state {
        RoundState::Opened | RoundState::Scoring if scene.watches(actor) => {
            let reasons = scene.may_check(actor).is_ok();
            Bench::load(c, scene)?.sentences(c, scene, reasons)
        }
        RoundState::Draft
        | RoundState::Open
        | RoundState::Sealed
        | RoundState::Opened
        | RoundState::Scoring
        | RoundState::Scored
        | RoundState::Decided
        | RoundState::Publicized
        | RoundState::Concluded
        | RoundState::Cancelled => Ok(Vec::new()),
    }
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

impl AssignmentShown {
    fn of(one: &Assignment, veil: &Veil) -> Self {
        Self {
            bid_id: one.bid.id,
            title: one.bid.named.title(veil),
            organization: one.bid.named.organization(veil),
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

impl RecusedShown {
    fn of((topic, recusal): &(Topic, Recusal), veil: &Veil) -> Self {
        Self {
            topic_id: topic.id,
            topic: topic.title.clone(),
            reason: veil.text(&recusal.reason),
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
            name: seats::name_of(people, one.member.user_id),
            seat: one.member.seat,
            undertaking_signed: one.member.undertaking_at.is_some(),
            assigned: one.assigned,
            submitted: one.done.submitted,
            drafts: one.done.drafts,
            on_paper: one.done.on_paper,
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
        veil: &Veil,
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
            paper: paper.map(|paper| PaperShown::of(paper, true, veil)),
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

impl Subject for Scored {
    type Shown = Advanced;

    fn shown(&self, _: &mut Conn, _: &Actor, _: Instant) -> Result<Advanced> {
        Ok(Advanced::of(&self.0, None))
    }

    fn event(&self, verb: audit::Verb) -> Event {
        scene::event(&self.0, verb)
    }

    fn href(&self) -> String {
        format!("/evaluations/{}", self.0.evaluation.id)
    }
}

impl Subject for Work {
    type Shown = EvaluationShown;

    fn shown(&self, c: &mut Conn, actor: &Actor, _: Instant) -> Result<EvaluationShown> {
        EvaluationShown::load(c, actor, &self.0, &WorkQuery::default())
    }

    fn event(&self, verb: audit::Verb) -> Event {
        scene::event(&self.0, verb)
    }

    fn href(&self) -> String {
        format!("/evaluations/{}", self.0.evaluation.id)
    }
}

impl Subject for OwnSheet {
    type Shown = SheetSaved;

    fn shown(&self, _: &mut Conn, _: &Actor, _: Instant) -> Result<SheetSaved> {
        self.sheet
            .as_ref()
            .map(SheetSaved::of)
            .ok_or(Error::NotFound)
    }

    fn event(&self, verb: audit::Verb) -> Event {
        let evaluation = &self.marking.evaluation;
        let sheet = self.sheet.as_ref().map_or(0, |sheet| sheet.id.0);
        Event::new(
            verb,
            Chain::Committee(evaluation.committee_id),
            "score_sheet",
            sheet,
        )
        .organization(evaluation.committee_id)
    }

    fn href(&self) -> String {
        format!("/bids/{}/score", self.marking.bid.id)
    }
}

//! What every command and page of a round's evaluation starts from: the round, its evaluation, and who is asking.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::audit::{Chain, Event, Verb};
use crate::clock::Instant;
use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
use crate::ids::{EvaluationId, RoundId};
use crate::people;
use crate::rounds::rules::Action;
use crate::rounds::{self, Round, RoundState};
use crate::seats::{self, Evaluation, EvaluationState, PanelMember, Recusal, RecusalCause, Seat};
use crate::verbs;
use crate::who::policy::{self, OVERSEERS};
use crate::who::{Actor, Role};

pub struct Scene {
    pub round: Round,
    pub evaluation: Evaluation,
    /// Path of the committee.
    pub path: String,
    /// The asker's seat on the panel.
    pub seat: Option<PanelMember>,
}

/// The round's evaluation as this person may know of it; somebody with a seat knows of the round, too, and so
/// does a supervisor.
pub fn scene(c: &mut Conn, actor: &Actor, id: RoundId) -> Result<Scene> {
    let seat = match actor.user_id() {
        Some(user) => seats::seat_in_round(c, id, user)?,
        None => None,
    };
    let round = match rounds::visible(c, actor, id) {
        Err(Error::NotFound) if seat.is_some() || supervises(c, actor, id)? => rounds::find(c, id)?,
        found => found?,
    };
    complete(c, round, seat)
}

/// A supervisor watches the panel's making, and draws its lots, before the round is published.
fn supervises(c: &mut Conn, actor: &Actor, id: RoundId) -> Result<bool> {
    if !actor.has(Role::Supervisor) {
        return Ok(false);
    }
    let committee = rounds::find(c, id)?.committee_id;
    let path = people::organization(c, committee)?.path;
    Ok(actor.holds(Role::Supervisor, &path))
}

/// The same by the evaluation's id; evaluations of acceptances have no pages of their own.
pub fn scene_of(c: &mut Conn, actor: &Actor, id: EvaluationId) -> Result<Scene> {
    let round = seats::find(c, id)?.round_id.ok_or(Error::NotFound)?;
    scene(c, actor, round)
}

/// For a command: takes the round's turn first, so that the command's instant comes after it.
pub fn command(tx: &mut Tx, actor: &Actor, id: RoundId) -> Result<Scene> {
    let turned = rounds::turn(tx, id)?;
    let mut scene = scene(tx, actor, id)?;
    scene.round = turned;
    Ok(scene)
}

/// The same for what is done to it whoever asks.
pub fn of(c: &mut Conn, round: Round) -> Result<Scene> {
    complete(c, round, None)
}

fn complete(c: &mut Conn, round: Round, seat: Option<PanelMember>) -> Result<Scene> {
    let evaluation = seats::of_round(c, round.id)?;
    let path = people::organization(c, round.committee_id)?.path;
    Ok(Scene {
        round,
        evaluation,
        path,
        seat,
    })
}

impl verbs::Scene for Scene {
    type Id = RoundId;

    fn turn(tx: &mut Tx, id: &RoundId) -> Result<()> {
        rounds::turn(tx, *id).map(drop)
    }

    fn load(c: &mut Conn, actor: &Actor, id: &RoundId) -> Result<Self> {
        scene(c, actor, *id)
    }

    fn version(&self) -> i64 {
        self.evaluation.version
    }
}

impl Scene {
    pub fn runs(&self, actor: &Actor) -> bool {
        actor.holds(Role::Office, &self.path)
    }

    pub fn oversees(&self, actor: &Actor) -> bool {
        actor.holds_any(OVERSEERS, &self.path)
    }

    pub fn chairs(&self) -> bool {
        self.seat.as_ref().is_some_and(|s| s.seat == Seat::Chair)
    }

    /// Follows scoring and reads the fairness report.
    pub fn watches(&self, actor: &Actor) -> bool {
        self.oversees(actor) || self.chairs()
    }

    pub fn may_run(&self, actor: &Actor) -> Result<()> {
        policy::may_run(actor, &self.path)
    }

    /// The office or the chair.
    pub fn may_lock(&self, actor: &Actor) -> Result<()> {
        if self.chairs() {
            return Ok(());
        }
        self.may_run(actor)
    }

    /// The office, the supervisor and the chair: declared posts and relations show through.
    pub fn may_check(&self, actor: &Actor) -> Result<()> {
        actor.person()?;
        if actor.holds_any(&[Role::Office, Role::Supervisor], &self.path) || self.chairs() {
            return Ok(());
        }
        Err(Error::Forbidden(
            Refusal::new(
                "conflicts_private",
                "利害关系核查涉及个人任职和亲属关系，只供党建部、督导员和主任委员查看。",
            )
            .remedy("本人的登记可在“我的账号”查看。"),
        ))
    }

    /// The chair alone.
    pub fn may_chair(&self, actor: &Actor) -> Result<()> {
        actor.person()?;
        if self.chairs() {
            return Ok(());
        }
        Err(Error::Forbidden(
            Refusal::new("chair_required", "这一步由评审委员会主任委员办理。")
                .remedy("请主任委员登录后办理。"),
        ))
    }

    pub fn may_decide(&self, actor: &Actor) -> Result<()> {
        actor.require(Role::CommitteeSecretary, &self.path)
    }

    /// Whether the panel may still change.
    pub fn may_change(&self) -> Result<(), Refusal> {
        match self.round.state {
            RoundState::Draft | RoundState::Open | RoundState::Sealed | RoundState::Opened => {
                Ok(())
            }
            RoundState::Scoring
            | RoundState::Scored
            | RoundState::Decided
            | RoundState::Publicized
            | RoundState::Concluded
            | RoundState::Cancelled => Err(Refusal::new(
                "panel_fixed",
                "已开始评分，评审委员会名单不能再改。",
            )
            .remedy("委员有利害关系的，由本人申请回避；须换人的，由党建部让候补委员接替。")),
        }
    }

    /// Why this recusal stands whatever anybody wants, if it does.
    pub fn may_lift(&self, recusal: &Recusal) -> Result<(), Refusal> {
        if recusal.cause == RecusalCause::OwnOrganization {
            return Err(Refusal::new(
                "own_organization_stands",
                "委员所在组织参与竞标的，回避不能解除。",
            )
            .remedy("人手不够的，请党建部让候补委员接替。"));
        }
        if recusal.lifted_at.is_some() {
            return Err(Refusal::new("recusal_lifted", "这项回避已经解除。"));
        }
        if self.evaluation.state != EvaluationState::Scoring {
            return Err(Refusal::new("not_scoring", "只有评分期间可以解除回避。")
                .remedy("开始评分以后、锁定以前办理。"));
        }
        Ok(())
    }

    /// Whether the round's state lets this happen now.
    pub fn next(&self, action: Action, now: Instant) -> Result<RoundState, Refusal> {
        rounds::rules::next(self.round.state_at(now), action)
    }
}

/// An event about the round's evaluation.
pub fn event(scene: &Scene, verb: Verb) -> Event {
    Event::new(
        verb,
        Chain::Committee(scene.round.committee_id),
        "evaluation",
        scene.evaluation.id.0,
    )
    .organization(scene.round.committee_id)
    .version(scene.evaluation.version)
    .round(scene.round.id)
}

pub fn not_on_panel() -> Error {
    Error::Forbidden(
        Refusal::new("not_on_panel", "您不是本批次的评审委员。")
            .remedy("评审委员会名单由党建部在评分前确定。"),
    )
}

/// Why nothing can be marked any more.
pub fn locked() -> Refusal {
    Refusal::new("scoring_locked", "评分已锁定，不能再改。")
        .remedy("对结果有意见的，请在公示期内提出异议。")
}

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

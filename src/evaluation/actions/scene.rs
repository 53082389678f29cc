//! What every command and page of a round's evaluation starts from: the round, its evaluation, and who is asking.

use crate::clock::Instant;
use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
use crate::evaluation::store::{self, Evaluation, PanelMember};
use crate::evaluation::{EvaluationState, Seat};
use crate::ids::{EvaluationId, RoundId};
use crate::people;
use crate::rounds::rules::Action;
use crate::rounds::{self, Round, RoundState};
use crate::who::policy::OVERSEERS;
use crate::who::{Actor, Role, policy};

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
        Some(user) => store::seat_in_round(c, id, user)?,
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
    let round = store::find(c, id)?.round_id.ok_or(Error::NotFound)?;
    scene(c, actor, round)
}

/// For a command: takes the round's turn first, so that the command's instant comes after it.
pub fn command(tx: &mut Tx, actor: &Actor, id: RoundId) -> Result<Scene> {
    let turned = rounds::turn(tx, id)?;
    let mut scene = scene(tx, actor, id)?;
    scene.round = turned;
    Ok(scene)
}

fn complete(c: &mut Conn, round: Round, seat: Option<PanelMember>) -> Result<Scene> {
    let evaluation = store::of_round(c, round.id)?;
    let path = people::organization(c, round.committee_id)?.path;
    Ok(Scene {
        round,
        evaluation,
        path,
        seat,
    })
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

    /// Whether the round's state lets this happen now.
    pub fn next(&self, action: Action, now: Instant) -> Result<RoundState, Refusal> {
        rounds::rules::next(self.round.state_at(now), action)
    }

    /// Whether the result may be read, and if so, whether with everybody's sheets: by the committee and the panel from
    /// the lock on, by bidding organizations, without others' comments, once publicity has started.
    pub fn may_read_result(&self, c: &mut Conn, actor: &Actor) -> Result<bool> {
        if self.evaluation.state != EvaluationState::Locked {
            return Err(Refusal::new("not_scored", "评分还没有锁定，没有结果。")
                .remedy("锁定评分以后可以查看。")
                .into());
        }
        if self.oversees(actor) || self.seat.is_some() {
            return Ok(true);
        }
        let public = matches!(
            self.round.state,
            RoundState::Publicized | RoundState::Concluded
        );
        if store::bids_in_round(c, self.round.id, &actor.own_organizations())? {
            if public {
                return Ok(false);
            }
            return Err(Error::Forbidden(
                Refusal::new("result_not_public", "结果还没有公示。")
                    .remedy("公示开始以后可以查看本组织的得分和评语。"),
            ));
        }
        Err(Error::Forbidden(
            Refusal::new(
                "result_not_yours",
                "评分明细只供评审委员会、党委和竞标组织查看。",
            )
            .remedy("公示开始以后，请在公示栏查看排名。"),
        ))
    }
}

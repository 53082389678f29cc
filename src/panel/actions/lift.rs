//! Lifting a recusal: the office proposes with a reason, the supervisor confirms; from one's own organization's topic
//! never.

use std::collections::{HashMap, HashSet};

use serde_json::json;

use crate::audit::{self, Verb};
use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
use crate::ids::{LiftId, RecusalId, RoundId, UserId};
use crate::panel::LiftState;
use crate::panel::input::{LiftAnswerInput, LiftInput};
use crate::panel::scene::{self, Scene, event};
use crate::panel::store::{self, Lift};
use crate::rounds::{self, Topic};
use crate::seats::{
    self, EvaluationState, PanelMember, Recusal, RecusalCause, Reviewer, people_by_id,
};
use crate::who::Actor;
use crate::who::Role;

fn load(tx: &mut Tx, actor: &Actor, id: RecusalId) -> Result<(Scene, Recusal)> {
    let recusal = seats::recusal(tx, id)?;
    let round = seats::find(tx, recusal.evaluation_id)?
        .round_id
        .ok_or(Error::NotFound)?;
    let scene = scene::command(tx, actor, round)?;
    Ok((scene, seats::recusal(tx, id)?))
}

/// Why this recusal stands whatever anybody wants, if it does.
pub fn may_lift(scene: &Scene, recusal: &Recusal) -> Result<(), Refusal> {
    if recusal.cause == RecusalCause::OwnOrganization {
        return Err(Refusal::new(
            "own_organization_stands",
            "委员所在组织参与竞标的，回避不能解除。",
        )
        .remedy("人手不够的，请由候补委员接替。"));
    }
    if recusal.lifted_at.is_some() {
        return Err(Refusal::new("recusal_lifted", "这项回避已经解除。"));
    }
    if scene.evaluation.state != EvaluationState::Scoring {
        return Err(Refusal::new("not_scoring", "只有评分期间可以解除回避。")
            .remedy("开始评分以后、锁定以前办理。"));
    }
    Ok(())
}

pub fn propose(tx: &mut Tx, actor: &Actor, id: RecusalId, input: &LiftInput) -> Result<Scene> {
    let (scene, recusal) = load(tx, actor, id)?;
    scene.may_run(actor)?;
    may_lift(&scene, &recusal)?;
    let by = actor.person()?.user_id;
    not_oneself(by, &recusal)?;
    if store::pending_lift(tx, id)?.is_some() {
        return Err(Refusal::new("lift_pending", "已经提出，等督导员确认。").into());
    }
    let now = tx.now();
    let reason = input.reason.trim().to_owned();
    store::insert_lift(
        tx,
        &Lift {
            id: LiftId::fresh(now),
            recusal_id: id,
            reason: reason.clone(),
            state: LiftState::Proposed,
            proposed_by: by,
            proposed_at: now,
            answered_by: None,
            answered_at: None,
            answer: None,
        },
    )?;
    audit::record(
        tx,
        actor,
        event(&scene, Verb::RecusalLiftProposed).detail(json!({
            "recusal_id": id,
            "topic_id": recusal.topic_id,
            "user_id": recusal.user_id,
            "cause": recusal.cause,
            "reason": reason,
        })),
    )?;
    Ok(scene)
}

fn not_oneself(by: UserId, recusal: &Recusal) -> Result<()> {
    if by != recusal.user_id {
        return Ok(());
    }
    Err(Error::Forbidden(
        Refusal::new("not_ones_own", "本人的回避不能由本人办理解除。").remedy("请由他人办理。"),
    ))
}

/// The second of the two: agrees, or does not with a note.
pub fn answer(tx: &mut Tx, actor: &Actor, id: RecusalId, input: &LiftAnswerInput) -> Result<Scene> {
    let (scene, recusal) = load(tx, actor, id)?;
    let by = actor.person()?.user_id;
    actor.require(Role::Supervisor, &scene.path)?;
    let mut lift = store::pending_lift(tx, id)?.ok_or_else(|| {
        Refusal::new("no_lift_proposed", "没有待确认的解除回避。").remedy("须由党建部先提出。")
    })?;
    may_lift(&scene, &recusal)?;
    not_oneself(by, &recusal)?;
    if lift.proposed_by == by {
        return Err(Error::Forbidden(
            Refusal::new("lift_needs_two", "提出和确认须是两个人。").remedy("请另一位督导员确认。"),
        ));
    }
    let note = input.note.as_deref().unwrap_or_default().trim().to_owned();
    if !input.agree && note.is_empty() {
        return Err(Error::field("note", "不同意的，请写明理由。"));
    }
    let now = tx.now();
    lift.state = if input.agree {
        LiftState::Confirmed
    } else {
        LiftState::Refused
    };
    lift.answered_by = Some(by);
    lift.answered_at = Some(now);
    lift.answer = Some(note.clone());
    store::answer_lift(tx, &lift)?;
    if input.agree {
        seats::lift_recusal(tx, id, now)?;
    }
    audit::record(
        tx,
        actor,
        event(&scene, Verb::RecusalLiftAnswered).detail(json!({
            "recusal_id": id,
            "topic_id": recusal.topic_id,
            "user_id": recusal.user_id,
            "agreed": input.agree,
            "proposed_by": lift.proposed_by,
            "note": note,
        })),
    )?;
    Ok(scene)
}

/// All recusals of a round, standing and lifted, with what was proposed about them.
pub struct Recusals {
    pub scene: Scene,
    pub recusals: Vec<Recusal>,
    pub lifts: Vec<Lift>,
    pub topics: Vec<Topic>,
    pub members: Vec<PanelMember>,
    pub people: HashMap<UserId, Reviewer>,
}

/// For the committee and the panel.
pub fn read(c: &mut Conn, actor: &Actor, round: RoundId) -> Result<Recusals> {
    let scene = scene::scene(c, actor, round)?;
    if !scene.oversees(actor) && scene.seat.is_none() {
        actor.person()?;
        return Err(Error::Forbidden(
            Refusal::new("recusals_private", "回避情况供党委和评审委员会查看。")
                .remedy("公示开始以后，评审结果中列有回避情况。"),
        ));
    }
    let recusals = seats::all_recusals(c, scene.evaluation.id)?;
    let lifts = store::lifts(c, scene.evaluation.id)?;
    let topics = rounds::topics(c, round)?;
    let members = seats::all_members(c, scene.evaluation.id)?;
    let named: HashSet<UserId> = recusals
        .iter()
        .map(|one| one.user_id)
        .chain(lifts.iter().map(|lift| lift.proposed_by))
        .chain(lifts.iter().filter_map(|lift| lift.answered_by))
        .collect();
    let people = people_by_id(c, named.into_iter().collect())?;
    Ok(Recusals {
        scene,
        recusals,
        lifts,
        topics,
        members,
        people,
    })
}

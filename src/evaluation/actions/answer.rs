//! The answer to an objection, and what an upheld one brings about.

use serde_json::{Value, json};

use super::decide::write_decision;
use super::publicity;
use super::scene::{self, Scene};
use crate::audit::{self, Chain, Event, Verb};
use crate::auth::Actor;
use crate::db::Tx;
use crate::error::{Error, Refusal, Result};
use crate::evaluation::input::{Effect, ObjectionAnswer, Verdict};
use crate::evaluation::store::{self, Objection};
use crate::evaluation::{EvaluationState, ObjectionState, Outcome, SheetState};
use crate::ids::ObjectionId;
use crate::rounds::{self, RoundState};

pub fn answer(
    tx: &mut Tx,
    actor: &Actor,
    id: ObjectionId,
    input: &ObjectionAnswer,
) -> Result<(Scene, Objection)> {
    let round = store::objection(tx, id)?.round_id;
    let mut scene = scene::command(tx, actor, round)?;
    if !scene.oversees(actor) {
        return Err(Error::NotFound);
    }
    scene.may_run(actor)?;
    let mut row = store::objection(tx, id)?;
    if row.state != ObjectionState::Lodged {
        return Err(Refusal::new("objection_answered", "这件异议已答复。").into());
    }
    if input.answer.trim().is_empty() {
        return Err(Error::field("answer", "请写明答复。"));
    }
    if input.effect.is_some() && input.outcome == Verdict::Rejected {
        return Err(Error::field("effect", "异议不成立时，结果不变。"));
    }
    let now = tx.now();
    let change = match input.effect {
        None => Value::Null,
        Some(Effect::Void) => void(tx, &mut scene, &row)?,
        Some(Effect::Rescore) => rescore(tx, &mut scene)?,
    };
    row.state = match input.outcome {
        Verdict::Upheld => ObjectionState::Upheld,
        Verdict::Rejected => ObjectionState::Rejected,
    };
    row.answer = Some(input.answer.trim().to_owned());
    row.answered_by = actor.user_id();
    row.answered_at = Some(now);
    store::update_objection(tx, &row)?;
    row.version += 1;
    let event = Event::new(
        Verb::ObjectionAnswered,
        Chain::Committee(scene.round.committee_id),
        "objection",
        row.id.0,
    )
    .organization(scene.round.committee_id)
    .version(row.version)
    .round(scene.round.id)
    .detail(json!({ "outcome": row.state, "effect": input.effect, "change": change }));
    audit::record(tx, actor, event)?;
    tx.publish_change()?;
    Ok((scene, row))
}

/// Effects need a decision to change.
fn decided(scene: &Scene) -> Result<()> {
    match scene.round.state {
        RoundState::Decided | RoundState::Publicized => Ok(()),
        RoundState::Draft
        | RoundState::Open
        | RoundState::Sealed
        | RoundState::Opened
        | RoundState::Scoring
        | RoundState::Scored
        | RoundState::Concluded
        | RoundState::Cancelled => Err(Refusal::new(
            "no_decision_to_change",
            format!(
                "批次现在是“{}”，没有可以改变的决定。",
                scene.round.state.label()
            ),
        )
        .remedy("决定以后、办结以前，可以取消资格或退回重新评分；开标到评分之间请用废标。")
        .into()),
    }
}

/// The bid loses its place; if it had won, the next reserve moves up. What was posted is posted anew.
fn void(tx: &mut Tx, scene: &mut Scene, objection: &Objection) -> Result<Value> {
    decided(scene)?;
    let Some(bid) = objection.bid_id else {
        return Err(Error::field(
            "effect",
            "这件异议没有指明申报书，不能取消资格。",
        ));
    };
    let rows = store::rows(tx, scene.evaluation.id)?;
    let Some(row) = rows.iter().find(|row| row.subject_id == bid.0) else {
        return Err(Error::field("effect", "结果里没有这份申报书。"));
    };
    if row.outcome == Some(Outcome::Void) || row.outcome.is_none() {
        return Err(Error::field("effect", "这份申报书已没有资格可以取消。"));
    }
    let mut voided = row.clone();
    voided.outcome = Some(Outcome::Void);
    voided.reserve_order = None;
    voided.deviation_reason = Some("异议成立，取消资格。".to_owned());
    store::set_outcome(tx, &voided)?;
    let mut moved_up = None;
    if row.outcome == Some(Outcome::Winner) {
        let next = rows
            .iter()
            .filter(|other| {
                other.topic_id == row.topic_id && other.outcome == Some(Outcome::Reserve)
            })
            .min_by_key(|other| other.reserve_order);
        if let Some(next) = next {
            let mut winner = next.clone();
            winner.outcome = Some(Outcome::Winner);
            winner.reserve_order = None;
            winner.deviation_reason = Some("中标者被取消资格，备选递补。".to_owned());
            store::set_outcome(tx, &winner)?;
            moved_up = Some(winner.subject_id);
        }
    }
    let digest = write_decision(tx, scene.evaluation.id, scene.round.id)?;
    if scene.round.state == RoundState::Publicized {
        publicity::post(tx, scene, Some("异议成立，一份申报书被取消资格。"))?;
    }
    Ok(json!({ "voided": bid, "was": row.outcome, "moved_up": moved_up, "result_digest": digest }))
}

/// Scoring is taken up again: sheets may be changed, the lock and the decision are to be made anew. The result that
/// was stays in the trail.
fn rescore(tx: &mut Tx, scene: &mut Scene) -> Result<Value> {
    decided(scene)?;
    let stored = store::result(tx, scene.evaluation.id)?.ok_or(Error::NotFound)?;
    let earlier: Vec<Value> = store::rows(tx, scene.evaluation.id)?
        .into_iter()
        .map(|row| {
            json!({
                "bid_id": row.subject_id, "rank": row.rank, "shown": row.shown,
                "proposal": row.proposal, "outcome": row.outcome,
                "reserve": row.reserve_order, "reason": row.deviation_reason,
            })
        })
        .collect();
    let decision = store::decision(tx, scene.round.id)?;
    store::delete_result(tx, scene.evaluation.id)?;
    store::delete_decision(tx, scene.round.id)?;
    store::lock_sheets(
        tx,
        scene.evaluation.id,
        SheetState::Locked,
        SheetState::Submitted,
    )?;
    scene.evaluation.state = EvaluationState::Scoring;
    scene.evaluation.locked_at = None;
    store::update(tx, &scene.evaluation)?;
    scene.evaluation.version += 1;
    scene.round.version = rounds::advance(tx, &scene.round, RoundState::Scoring)?;
    scene.round.state = RoundState::Scoring;
    rounds::announce(
        tx,
        rounds::Post {
            committee: scene.round.committee_id,
            round: Some(scene.round.id),
            kind: rounds::AnnouncementKind::Amendment,
            title: format!("重新评分公告：{}", scene.round.title),
            body: "异议成立，原结果撤销，退回评审委员会重新评分；新的结果将重新公示。".to_owned(),
            ends_on: None,
        },
    )?;
    Ok(json!({
        "evaluation_id": scene.evaluation.id,
        "result_digest": stored.digest,
        "rows": earlier,
        "decision": decision.map(|d| json!({
            "minute_number": d.minute_number, "minute_date": d.minute_date, "decided_at": d.decided_at.and_utc(),
        })),
    }))
}

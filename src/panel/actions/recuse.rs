//! A reviewer leaves a topic to the others.

use serde_json::json;

use crate::audit::{self, Verb};
use crate::db::Tx;
use crate::error::{Error, Refusal, Result};
use crate::ids::{BidId, RecusalId, TopicId};
use crate::panel::actions::assign;
use crate::panel::input::RecusalInput;
use crate::panel::scene::{self, Scene, event, not_on_panel};
use crate::panel::store;
use crate::rounds::RoundState;
use crate::seats::{self, EvaluationState, Recusal, RecusalCause};
use crate::who::Actor;

/// A reviewer leaves a bid's whole topic to the others. A sheet already there stays, and counts no more.
pub fn declare_recusal(
    tx: &mut Tx,
    actor: &Actor,
    bid: BidId,
    input: &RecusalInput,
) -> Result<(Scene, TopicId)> {
    let (line, evaluation) = store::bid_to_mark(tx, bid)?;
    let scene = scene::command(tx, actor, line.round_id)?;
    let (Some(seat), Some(topic)) = (&scene.seat, line.topic_id) else {
        return Err(if scene.oversees(actor) {
            not_on_panel()
        } else {
            Error::NotFound
        });
    };
    match scene.round.state {
        RoundState::Opened | RoundState::Scoring => {}
        RoundState::Draft | RoundState::Open | RoundState::Sealed => return Err(Error::NotFound),
        RoundState::Scored
        | RoundState::Decided
        | RoundState::Publicized
        | RoundState::Concluded
        | RoundState::Cancelled => return Err(scene::locked().into()),
    }
    if seats::is_recused(tx, evaluation.id, seat.user_id, topic)? {
        return Err(Refusal::new("already_recused", "您已回避这一标的。").into());
    }
    let now = tx.now();
    seats::insert_recusal(
        tx,
        &Recusal {
            id: RecusalId::fresh(now),
            evaluation_id: evaluation.id,
            topic_id: topic,
            user_id: seat.user_id,
            cause: RecusalCause::Declared,
            reason: input.reason.trim().to_owned(),
            at: now,
            lifted_at: None,
        },
    )?;
    audit::record(
        tx,
        actor,
        event(&scene, Verb::RecusalDeclared).detail(json!({
            "alias": seat.alias,
            "topic_id": topic,
            "bid_id": bid,
            "reason": input.reason.trim(),
        })),
    )?;
    if scene.evaluation.state == EvaluationState::Scoring {
        assign::refill(tx, actor, &scene)?;
    }
    Ok((scene, topic))
}

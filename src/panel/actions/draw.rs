//! A draw by lot, whatever it is for: fixed first, then completed by the supervisor's word.

use serde_json::{Value, json};

use crate::audit;
use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
use crate::ids::{self, DrawId, UserId};
use crate::numbers::lot;
use crate::panel::DrawPurpose;
use crate::panel::input::ExcludedInput;
use crate::panel::scene::Scene;
use crate::panel::store::{self, Draw};
use crate::who::Actor;

/// What a draw is made of, whatever it is for.
pub struct Prepared {
    pub purpose: DrawPurpose,
    pub pool: Vec<i64>,
    pub seats: i64,
    pub alternates: i64,
    pub chair: Option<UserId>,
    pub excluded: Vec<ExcludedInput>,
    pub reason: Option<String>,
}

/// Fixes everything of a draw but the supervisor's word; answers what is recorded of it.
pub fn prepare(tx: &mut Tx, actor: &Actor, scene: &Scene, prepared: Prepared) -> Result<Value> {
    let earlier = store::draws(tx, scene.evaluation.id, prepared.purpose)?;
    if earlier.iter().any(|draw| draw.drawn_at.is_none()) {
        return Err(Refusal::new("draw_pending", "抽签已准备好，还没有抽。")
            .remedy("请纪委督导员输入口令词，完成抽签。")
            .into());
    }
    let reason = prepared.reason.unwrap_or_default();
    if !earlier.is_empty() && reason.is_empty() {
        return Err(Error::field("reason", "重新抽签须写明理由。"));
    }
    let mut pool = prepared.pool;
    pool.sort_unstable();
    let now = tx.now();
    let secret = format!("{}{}", ids::random_hex(), ids::random_hex());
    let draw = Draw {
        id: DrawId::fresh(now),
        evaluation_id: scene.evaluation.id,
        purpose: prepared.purpose,
        number: i64::try_from(earlier.len()).unwrap_or(0) + 1,
        pool: serde_json::to_string(&pool)?,
        seats: prepared.seats,
        alternates: prepared.alternates,
        chair_id: prepared.chair,
        excluded: serde_json::to_string(&prepared.excluded)?,
        reason,
        commitment: lot::commitment(&secret),
        secret,
        prepared_by: actor.person()?.user_id,
        prepared_at: now,
        nonce: None,
        audit_head: None,
        seed: None,
        outcome: None,
        drawn_by: None,
        drawn_at: None,
    };
    store::insert_draw(tx, &draw)?;
    Ok(json!({
        "draw_id": draw.id,
        "purpose": draw.purpose,
        "number": draw.number,
        "pool": pool,
        "seats": draw.seats,
        "alternates": draw.alternates,
        "commitment": draw.commitment,
        "reason": draw.reason,
    }))
}

/// The draw that waits for this person's word: not for who prepared it.
pub fn prepared(c: &mut Conn, scene: &Scene, actor: &Actor, purpose: DrawPurpose) -> Result<Draw> {
    let draw = store::draws(c, scene.evaluation.id, purpose)?
        .into_iter()
        .find(|draw| draw.drawn_at.is_none())
        .ok_or_else(|| {
            Refusal::new("no_draw_prepared", "还没有准备好的抽签。")
                .remedy("请党建部先确定抽签范围和人数。")
        })?;
    if actor.user_id() == Some(draw.prepared_by) {
        return Err(Error::Forbidden(
            Refusal::new("draw_needs_two", "准备抽签和完成抽签须是两个人。")
                .remedy("请另一位督导员完成。"),
        ));
    }
    Ok(draw)
}

/// Adds the supervisor's word and draws: the order of the lots, and what is recorded.
pub fn complete(
    tx: &mut Tx,
    actor: &Actor,
    scene: &Scene,
    draw: &mut Draw,
    nonce: &str,
) -> Result<(Vec<i64>, Value)> {
    let now = tx.now();
    let audit_head = audit::committee_head(tx, scene.round.committee_id)?;
    let pool = draw.pool()?;
    let seed = lot::seed(lot::Inputs {
        secret: &draw.secret,
        audit_head: &audit_head,
        round: scene.round.id.0,
        pool: &pool,
        nonce,
    });
    let order = lot::order(&seed, &pool);
    let outcome = serde_json::to_string(&order)?;
    let detail = json!({
        "draw_id": draw.id,
        "purpose": draw.purpose,
        "nonce": nonce,
        "secret": draw.secret,
        "audit_head": audit_head,
        "seed": seed,
        "outcome_digest": audit::sha256_hex(outcome.as_bytes()),
    });
    draw.nonce = Some(nonce.to_owned());
    draw.audit_head = Some(audit_head);
    draw.seed = Some(seed);
    draw.outcome = Some(outcome);
    draw.drawn_by = Some(actor.person()?.user_id);
    draw.drawn_at = Some(now);
    store::complete_draw(tx, draw)?;
    Ok((order, detail))
}

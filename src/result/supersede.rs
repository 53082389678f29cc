//! A result that another one takes the place of is kept whole, with the decision it had.

use serde_json::json;

use super::store::{self, Decision, Superseded};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::ids::{ObjectionId, SupersededId};
use crate::panel::scene::Scene;
use crate::rounds::RoundState;

/// Keeps the result that stands, and takes its decision away; answers its digest. Without an objection, a sheet was sent
/// back.
pub fn supersede(
    tx: &mut Tx,
    scene: &Scene,
    objection: Option<ObjectionId>,
    reason: String,
) -> Result<String> {
    let stored = store::result(tx, scene.evaluation.id)?.ok_or(Error::NotFound)?;
    let decision = store::decision(tx, scene.round.id)?;
    let now = tx.now();
    let row = Superseded {
        id: SupersededId::fresh(now),
        evaluation_id: scene.evaluation.id,
        objection_id: objection,
        decision_id: decision.as_ref().map(|decision| decision.id),
        published: scene.round.state == RoundState::Publicized,
        digest: stored.digest.clone(),
        body: stored.body,
        computed_at: stored.computed_at,
        decision: decision.as_ref().map(recorded),
        reason,
        superseded_at: now,
    };
    store::insert_superseded(tx, &row)?;
    store::delete_decision(tx, scene.round.id)?;
    Ok(stored.digest)
}

fn recorded(decision: &Decision) -> String {
    json!({
        "minute_number": decision.minute_number, "minute_date": decision.minute_date,
        "note": decision.note, "decided_by": decision.decided_by,
        "decided_at": decision.decided_at,
        "fairness_digest": decision.fairness_digest,
    })
    .to_string()
}

//! The chair sends a handed-in sheet back. After the lock the result is taken back with it.

use serde_json::json;

use crate::audit::Verb;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::ids::SheetId;
use crate::panel::scene::Scene;
use crate::result::{store, supersede};
use crate::rounds::{self, RoundState};
use crate::scoring::actions::reopen::{chaired, fault, keep, note};
use crate::scoring::input::ReopenInput;
use crate::scoring::{self, SheetState, VersionKind};
use crate::seats::{self, EvaluationState, Reopened};
use crate::who::Actor;

/// Sends a handed-in sheet back to its reviewer. After the lock the result is taken back with it, and so is a decision
/// that was not published yet.
pub fn reopen(tx: &mut Tx, actor: &Actor, id: SheetId, input: &ReopenInput) -> Result<Scene> {
    let mut scene = chaired(tx, actor, id)?;
    let mut row = scoring::sheet_by_id(tx, id)?;
    if let Some(refusal) = fault(tx, &scene, &row)? {
        return Err(refusal.into());
    }
    let reason = input.reason.trim();
    if reason.is_empty() {
        return Err(Error::field("reason", "请写明退回的原因。"));
    }
    let mut superseded = None;
    if scene.round.state != RoundState::Scoring {
        superseded = Some(unlock(tx, &mut scene, reason)?);
    }
    if row.state == SheetState::Locked {
        let mut sheets = match scene.evaluation.reopened()? {
            Some(Reopened::Sheets { sheets }) => sheets,
            Some(Reopened::Bids(_)) | None => Vec::new(),
        };
        sheets.push(id);
        sheets.sort();
        scene.evaluation.reopened = Some(serde_json::to_string(&Reopened::Sheets { sheets })?);
        seats::update(tx, &scene.evaluation)?;
        scene.evaluation.version += 1;
    }
    keep(tx, actor, &row, VersionKind::Reopened, reason, true)?;
    row.state = SheetState::Draft;
    row.submitted_at = None;
    row.updated_at = tx.now();
    scoring::update_sheet(tx, &row)?;
    row.version += 1;
    note(
        tx,
        actor,
        &scene,
        &row,
        Verb::SheetReopened,
        json!({ "subject_id": row.subject_id, "reason": reason, "superseded_digest": superseded }),
    )?;
    tx.publish_change()?;
    Ok(scene)
}

/// Takes the result back, whole, to be computed anew; answers its digest.
fn unlock(tx: &mut Tx, scene: &mut Scene, reason: &str) -> Result<String> {
    let reason = format!("主任委员退回一份评分表：{reason}");
    let digest = supersede(tx, scene, None, reason)?;
    store::delete_result(tx, scene.evaluation.id)?;
    scene.evaluation.state = EvaluationState::Scoring;
    scene.evaluation.locked_at = None;
    scene.round.version = rounds::advance(tx, &scene.round, RoundState::Scoring)?;
    scene.round.state = RoundState::Scoring;
    Ok(digest)
}

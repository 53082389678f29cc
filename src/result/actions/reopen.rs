//! The chair sends a handed-in sheet back. After the lock the result is taken back with it.

use crate::panel::scene::Scene;
use crate::result::{store, supersede};
use crate::rounds::{self, RoundState};
use crate::scoring::actions::reopen::{fault, keep};
use crate::scoring::input::ReopenInput;
use crate::scoring::scene::SheetScene;
use crate::scoring::{self, SheetState, VersionKind};
use crate::seats::{self, EvaluationState, Reopened};
use crate::verbs::prelude::*;

/// After the lock the result is taken back with it, and so is a decision that was not published yet.
pub struct Reopen;

impl Verb for Reopen {
    type On = SheetScene;
    type Gives = SheetScene;
    type Input = ReopenInput;
    type Ready = ();

    const NAME: &'static str = "reopen";
    const SAYS: &'static str = "The chair sends a sheet back to its reviewer, until the result is published. After the lock, the result is taken back with it and computed anew at the next lock.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::SheetReopened);
    const FORBIDS: &'static [&'static str] = &["chair_required"];
    const REFUSES: &'static [&'static str] = &[
        "wrong_state",
        "result_published",
        "sheet_not_submitted",
        "sheet_not_counted",
        "not_reopened",
    ];

    fn who(on: &SheetScene, actor: &Actor) -> Result<()> {
        on.scene.may_chair(actor)
    }

    fn when(c: &mut Conn, on: &SheetScene, _: &Actor, _: Instant) -> Result<()> {
        match fault(c, &on.scene, &on.sheet)? {
            Some(refusal) => Err(refusal.into()),
            None => Ok(()),
        }
    }

    fn perform(
        tx: &mut Tx,
        mut on: SheetScene,
        (): (),
        actor: &Actor,
        input: &ReopenInput,
    ) -> Result<Done<Self>> {
        let (reason, id) = (&input.reason, on.sheet.id);
        let mut superseded = None;
        if on.scene.round.state != RoundState::Scoring {
            superseded = Some(unlock(tx, &mut on.scene, reason)?);
        }
        if on.sheet.state == SheetState::Locked {
            let evaluation = &mut on.scene.evaluation;
            let mut sheets = match evaluation.reopened()? {
                Some(Reopened::Sheets { sheets }) => sheets,
                Some(Reopened::Bids(_)) | None => Vec::new(),
            };
            sheets.push(id);
            sheets.sort();
            evaluation.reopened = Some(serde_json::to_string(&Reopened::Sheets { sheets })?);
            seats::update(tx, evaluation)?;
        }
        keep(tx, actor, &on.sheet, VersionKind::Reopened, reason, true)?;
        on.sheet.state = SheetState::Draft;
        on.sheet.submitted_at = None;
        on.sheet.updated_at = tx.now();
        scoring::update_sheet(tx, &on.sheet)?;
        tx.publish_change()?;
        let detail = on.detail(json!({ "reason": reason, "superseded_digest": superseded }));
        Ok(Done::of(id, "已退回，评委的待办里会看到原因。").detail(detail))
    }
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

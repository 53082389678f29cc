//! The chair sends one sheet back, or takes that back. Neither needs to see the marks.

use std::collections::BTreeSet;

use serde_json::json;

use super::scene::{self, Scene};
use super::{panel, paper, sheet, sheets};
use crate::audit::{self, Chain, Event, Verb};
use crate::bids::{self, BidState};
use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
use crate::evaluation::input::ReopenInput;
use crate::evaluation::store::{self, Reopened, ScoreSheet, SheetVersion, Superseded};
use crate::evaluation::{EvaluationState, SheetState, VersionKind};
use crate::ids::{BidId, SheetId, SheetVersionId, SupersededId, UserId};
use crate::rounds::{self, RoundState};
use crate::who::Actor;

/// Sends a handed-in sheet back to its reviewer. After the lock the result is taken back with it, and so is a decision
/// that was not published yet.
pub fn reopen(tx: &mut Tx, actor: &Actor, id: SheetId, input: &ReopenInput) -> Result<Scene> {
    let mut scene = chaired(tx, actor, id)?;
    let mut row = store::sheet_by_id(tx, id)?;
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
        store::update(tx, &scene.evaluation)?;
        scene.evaluation.version += 1;
    }
    keep(tx, actor, &row, VersionKind::Reopened, reason, true)?;
    row.state = SheetState::Draft;
    row.submitted_at = None;
    row.updated_at = tx.now();
    store::update_sheet(tx, &row)?;
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

/// Takes a sending back back: the sheet says again what it said, and counts.
pub fn restore(tx: &mut Tx, actor: &Actor, id: SheetId) -> Result<Scene> {
    let scene = chaired(tx, actor, id)?;
    let mut row = store::sheet_by_id(tx, id)?;
    let version = store::open_version(tx, id)?.filter(|kept| kept.kind == VersionKind::Reopened);
    let Some(version) = version.filter(|_| scene.round.state == RoundState::Scoring) else {
        return Err(
            Refusal::new("sheet_not_reopened", "这份评分表没有退回，或已重新提交。").into(),
        );
    };
    let kept = version.id;
    say_again(tx, &mut row, version)?;
    paper::put_back(tx, kept, None)?;
    let detail = json!({ "subject_id": row.subject_id });
    note(tx, actor, &scene, &row, Verb::SheetRestored, detail)?;
    tx.publish_change()?;
    Ok(scene)
}

/// The sheet says again what this version says, and is handed in.
pub(super) fn say_again(tx: &mut Tx, row: &mut ScoreSheet, version: SheetVersion) -> Result<()> {
    let now = tx.now();
    row.state = SheetState::Submitted;
    row.marks = version.marks;
    row.total = version.total;
    row.notes = version.notes;
    row.submitted_at = version.submitted_at;
    row.updated_at = now;
    store::update_sheet(tx, row)?;
    row.version += 1;
    store::restore_version(tx, version.id, now)
}

/// The scene of a sheet in front of the chair, at its turn.
fn chaired(tx: &mut Tx, actor: &Actor, id: SheetId) -> Result<Scene> {
    let (known, _) = sheets::known(tx, actor, id)?;
    known.may_chair(actor)?;
    scene::command(tx, actor, known.round.id)
}

/// Why this sheet cannot be sent back now, if so: for the button, too.
pub fn fault(c: &mut Conn, scene: &Scene, row: &ScoreSheet) -> Result<Option<Refusal>> {
    match scene.round.state {
        RoundState::Scoring | RoundState::Scored | RoundState::Decided => {}
        RoundState::Publicized | RoundState::Concluded => {
            return Ok(Some(
                Refusal::new("result_published", "结果已经公示，评分表不能再退回。")
                    .remedy("对结果有意见的，请提出异议；异议成立的，重新评分。"),
            ));
        }
        RoundState::Draft
        | RoundState::Open
        | RoundState::Sealed
        | RoundState::Opened
        | RoundState::Cancelled => {
            return Ok(Some(Refusal::new(
                "wrong_state",
                format!(
                    "批次现在是“{}”，没有可退回的评分表。",
                    scene.round.state.label()
                ),
            )));
        }
    }
    if row.state == SheetState::Draft {
        return Ok(Some(
            Refusal::new("sheet_not_submitted", "这份评分表还没有提交，不用退回。")
                .remedy("评委提交以前可以自行修改。"),
        ));
    }
    if !counts(c, scene, row)? {
        return Ok(Some(Refusal::new(
            "sheet_not_counted",
            "这份评分表不计入结果，不用退回。",
        )));
    }
    let again = scene.evaluation.reopened()?;
    if row.state == SheetState::Locked && matches!(again, Some(Reopened::Bids(_))) {
        return Ok(Some(sheet::not_reopened()));
    }
    Ok(None)
}

/// Whether the sheet enters the result: its reviewer is seated and not recused, its bid stands.
fn counts(c: &mut Conn, scene: &Scene, row: &ScoreSheet) -> Result<bool> {
    let bid = bids::find(c, BidId(row.subject_id))?;
    let (BidState::Opened, Some(topic)) = (bid.state, bid.topic_id) else {
        return Ok(false);
    };
    let evaluation = scene.evaluation.id;
    Ok(store::seat(c, evaluation, row.reviewer_id)?.is_some()
        && !store::is_recused(c, evaluation, row.reviewer_id, topic)?
        && !rounds::topic_failed(c, topic)?)
}

/// Takes the result back, whole, to be computed anew; answers its digest.
fn unlock(tx: &mut Tx, scene: &mut Scene, reason: &str) -> Result<String> {
    let stored = store::result(tx, scene.evaluation.id)?.ok_or(Error::NotFound)?;
    let decision = store::decision(tx, scene.round.id)?;
    let now = tx.now();
    store::insert_superseded(
        tx,
        &Superseded {
            id: SupersededId::fresh(now),
            evaluation_id: scene.evaluation.id,
            objection_id: None,
            decision_id: decision.as_ref().map(|decision| decision.id),
            published: false,
            digest: stored.digest.clone(),
            body: stored.body,
            computed_at: stored.computed_at,
            decision: decision.map(|decision| {
                json!({
                    "minute_number": decision.minute_number, "minute_date": decision.minute_date,
                    "note": decision.note, "decided_by": decision.decided_by,
                    "decided_at": decision.decided_at,
                    "fairness_digest": decision.fairness_digest,
                })
                .to_string()
            }),
            reason: format!("主任委员退回一份评分表：{reason}"),
            superseded_at: now,
        },
    )?;
    store::delete_decision(tx, scene.round.id)?;
    store::delete_result(tx, scene.evaluation.id)?;
    scene.evaluation.state = EvaluationState::Scoring;
    scene.evaluation.locked_at = None;
    scene.round.version = rounds::advance(tx, &scene.round, RoundState::Scoring)?;
    scene.round.state = RoundState::Scoring;
    Ok(stored.digest)
}

/// Keeps what a sheet says now. `waits`: the lock waits until it is handed in again.
pub(super) fn keep(
    tx: &mut Tx,
    actor: &Actor,
    row: &ScoreSheet,
    kind: VersionKind,
    reason: &str,
    waits: bool,
) -> Result<()> {
    let now = tx.now();
    let id = SheetVersionId::fresh(now);
    store::insert_version(
        tx,
        &SheetVersion {
            id,
            sheet_id: row.id,
            kind,
            marks: row.marks.clone(),
            total: row.total,
            notes: row.notes.clone(),
            submitted_at: row.submitted_at,
            reason: reason.to_owned(),
            made_by: actor.person()?.user_id,
            made_at: now,
            ended_at: (!waits).then_some(now),
            restored: false,
        },
    )?;
    store::keep_paper(tx, row.id, id)
}

/// The event of something done with a sheet: never its marks.
pub(super) fn note(
    tx: &mut Tx,
    actor: &Actor,
    scene: &Scene,
    row: &ScoreSheet,
    verb: Verb,
    detail: serde_json::Value,
) -> Result<()> {
    let event = Event::new(
        verb,
        Chain::Committee(scene.round.committee_id),
        "score_sheet",
        row.id.0,
    )
    .organization(scene.round.committee_id)
    .version(row.version)
    .round(scene.round.id)
    .detail(detail);
    audit::record(tx, actor, event)
}

/// Why the lock waits: sheets were sent back and not handed in again.
pub(super) fn waiting(c: &mut Conn, all: &[(UserId, VersionKind)]) -> Result<Option<Refusal>> {
    let (disputed, lacking): (Vec<_>, Vec<_>) = all
        .iter()
        .partition(|(_, kind)| *kind == VersionKind::Disputed);
    let people = panel::by_id(c, all.iter().map(|(user, _)| *user).collect())?;
    let names = |of: &[&(UserId, VersionKind)]| {
        let users: BTreeSet<UserId> = of.iter().map(|(user, _)| *user).collect();
        let known = users.iter().filter_map(|user| people.get(user));
        let mut names: Vec<&str> = known.map(|person| person.name.as_str()).collect();
        names.sort_unstable();
        names.join("、")
    };
    if !disputed.is_empty() {
        let refusal = Refusal::new(
            "sheets_disputed",
            format!(
                "有 {} 份代录的纸质评分表评委提出了异议，还没有处理，不能锁定。",
                disputed.len()
            ),
        );
        return Ok(Some(refusal.remedy(format!(
            "请党建部对照原件更正代录，或请{}提交自己的评分表、确认代录无误。",
            names(&disputed)
        ))));
    }
    if lacking.is_empty() {
        return Ok(None);
    }
    Ok(Some(
        Refusal::new(
            "sheets_sent_back",
            format!(
                "有 {} 份退回的评分表还没有重新提交，不能锁定。",
                lacking.len()
            ),
        )
        .remedy(format!(
            "请催促{}重新提交；由主任委员退回的，也可以由主任委员收回退回，按原表计入。",
            names(&lacking)
        )),
    ))
}

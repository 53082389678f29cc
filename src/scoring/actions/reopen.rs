//! A sheet that is sent back, and what it said.

use std::collections::BTreeSet;

use crate::bids::{self, BidState};
use crate::db::{Conn, Tx};
use crate::error::{Refusal, Result};
use crate::ids::{BidId, SheetVersionId, UserId};
use crate::panel::scene::Scene;
use crate::rounds::{self, RoundState};
use crate::scoring::store::{self, ScoreSheet, SheetVersion};
use crate::scoring::{SheetState, VersionKind};
use crate::seats::{self, Reopened};
use crate::who::Actor;

/// The sheet says again what this version says, and is handed in.
pub fn say_again(tx: &mut Tx, row: &mut ScoreSheet, version: SheetVersion) -> Result<()> {
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
        return Ok(Some(not_reopened()));
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
    Ok(seats::seat(c, evaluation, row.reviewer_id)?.is_some()
        && !seats::is_recused(c, evaluation, row.reviewer_id, topic)?
        && !rounds::topic_failed(c, topic)?)
}

/// Keeps what a sheet says now. `waits`: the lock waits until it is handed in again.
pub fn keep(
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

/// Why the lock waits: sheets were sent back and not handed in again.
pub fn waiting(c: &mut Conn, all: &[(UserId, VersionKind)]) -> Result<Option<Refusal>> {
    let (disputed, lacking): (Vec<_>, Vec<_>) = all
        .iter()
        .partition(|(_, kind)| *kind == VersionKind::Disputed);
    let people = seats::people_by_id(c, all.iter().map(|(user, _)| *user).collect())?;
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

/// Why this one cannot be marked while others can.
pub fn not_reopened() -> Refusal {
    Refusal::new("not_reopened", "这份评分表不在重新评分的范围内。")
        .remedy("锁定以后，只有异议成立指明的申报书和主任委员退回的评分表可以重新评分。")
}

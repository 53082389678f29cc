//! The office enters a paper sheet, or enters it again where it was not entered right.

use serde_json::json;

use crate::audit::{self, Verb};
use crate::bids::BidState;
use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
use crate::files::{self, Received};
use crate::ids::{AttachmentId, BidId, EvaluationId, PaperSheetId, SheetId, UserId};
use crate::panel;
use crate::panel::scene::{self, Scene};
use crate::rounds;
use crate::scoring::actions::paper::{Entry, closed, may_change, may_enter, not_entered, standing};
use crate::scoring::actions::reopen::{keep, not_reopened};
use crate::scoring::actions::{sheet, sheets};
use crate::scoring::input::{PaperAgainInput, PaperInput};
use crate::scoring::scene::event;
use crate::scoring::store::{self, PaperSheet, ScoreSheet};
use crate::scoring::{SheetState, VersionKind};
use crate::seats;
use crate::who::Actor;

/// Enters a signed paper sheet with its scan: it is handed in with that, as its reviewer's own.
pub fn enter(
    tx: &mut Tx,
    actor: &Actor,
    evaluation: EvaluationId,
    input: &PaperInput,
    scan: &Received,
) -> Result<ScoreSheet> {
    let round = seats::find(tx, evaluation)?
        .round_id
        .ok_or(Error::NotFound)?;
    let scene = scene::command(tx, actor, round)?;
    may_enter(&scene, actor)?;
    if let Some(refusal) = closed(&scene) {
        return Err(refusal.into());
    }
    eligible(tx, &scene, input.reviewer_id, input.bid_id)?;
    let subject = input.bid_id.0;
    let earlier = store::sheet(tx, evaluation, subject, input.reviewer_id)?;
    free(tx, &scene, input.bid_id, earlier.as_ref())?;
    if let Some(draft) = &earlier {
        keep_draft(tx, actor, draft)?;
    }
    let criteria = seats::criteria(tx, evaluation)?;
    let row = sheet::put(
        tx,
        &scene.evaluation,
        &criteria,
        subject,
        input.reviewer_id,
        earlier,
        &input.sheet(),
    )?;
    let scan = files::keep_scan(tx, actor, row.id, scene.round.committee_id, scan)?;
    put_paper(tx, actor, &row, scan.id, None)?;
    let detail = json!({
        "subject_id": subject, "reviewer_id": row.reviewer_id, "scan_sha256": scan.sha256,
    });
    audit::record(
        tx,
        actor,
        event(Verb::SheetEntered, &scene, &row).detail(detail),
    )?;
    Ok(row)
}

/// Enters a paper sheet again, on the version it was read at. Whoever entered it may leave the scan as it is; anybody
/// else, who cannot see that scan, brings one.
pub fn correct(
    tx: &mut Tx,
    actor: &Actor,
    id: SheetId,
    version: i64,
    input: &PaperAgainInput,
    scan: Option<&Received>,
) -> Result<ScoreSheet> {
    let (known, _) = sheets::known(tx, actor, id)?;
    may_enter(&known, actor)?;
    let scene = scene::command(tx, actor, known.round.id)?;
    if let Some(refusal) = closed(&scene) {
        return Err(refusal.into());
    }
    let row = store::sheet_by_id(tx, id)?;
    let Entry { paper, disputed } = standing(tx, id)?.ok_or_else(not_entered)?;
    may_change(&scene, &row)?;
    if row.version != version {
        return Err(Error::stale());
    }
    eligible(tx, &scene, row.reviewer_id, BidId(row.subject_id))?;
    let reason = input.reason.trim();
    if reason.is_empty() {
        return Err(Error::field("reason", "请写明更正的原因。"));
    }
    if scan.is_none() && actor.user_id() != Some(paper.entered_by) {
        return Err(Error::field(
            "file",
            "原来的扫描件由别人上传，请上传这份评分表的扫描件。",
        ));
    }
    match disputed {
        Some(_) => keep_draft(tx, actor, &row)?,
        None => keep(tx, actor, &row, VersionKind::Corrected, reason, false)?,
    }
    let criteria = seats::criteria(tx, scene.evaluation.id)?;
    let (subject, reviewer) = (row.subject_id, row.reviewer_id);
    let row = sheet::put(
        tx,
        &scene.evaluation,
        &criteria,
        subject,
        reviewer,
        Some(row),
        &input.sheet(),
    )?;
    let mut detail = json!({ "subject_id": subject, "reviewer_id": reviewer });
    let scan = match scan {
        Some(scan) => {
            let scan = files::keep_scan(tx, actor, id, scene.round.committee_id, scan)?;
            if let Some(fields) = detail.as_object_mut() {
                fields.insert("scan_sha256".to_owned(), json!(scan.sha256));
            }
            scan.id
        }
        None => paper.attachment_id,
    };
    put_paper(tx, actor, &row, scan, Some(reason.to_owned()))?;
    let event = event(Verb::SheetCorrected, &scene, &row).detail(detail);
    audit::record(tx, actor, event)?;
    Ok(row)
}

fn put_paper(
    tx: &mut Tx,
    actor: &Actor,
    row: &ScoreSheet,
    scan: AttachmentId,
    reason: Option<String>,
) -> Result<()> {
    let now = tx.now();
    store::insert_paper(
        tx,
        &PaperSheet {
            id: PaperSheetId::fresh(now),
            sheet_id: row.id,
            version_id: None,
            attachment_id: scan,
            entered_by: actor.person()?.user_id,
            entered_at: now,
            reason,
            confirmed_at: None,
        },
    )
}

/// Whether this reviewer marks this bid: what the scoring page asks of the reviewer, asked for somebody else.
fn eligible(c: &mut Conn, scene: &Scene, reviewer: UserId, bid: BidId) -> Result<()> {
    let found = match panel::bid_to_mark(c, bid) {
        Ok((line, _)) if line.round_id == scene.round.id => line,
        Ok(_) | Err(Error::NotFound) => {
            return Err(Error::field("bid_id", "本批次没有这份申报书。"));
        }
        Err(error) => return Err(error),
    };
    let evaluation = scene.evaluation.id;
    let Some(seat) = seats::seat(c, evaluation, reviewer)? else {
        return Err(Error::field("reviewer_id", "这个人不是评审委员会委员。"));
    };
    if seat.undertaking_at.is_none() {
        return Err(Refusal::new(
            "undertaking_required",
            "这位评委还没有签署评审承诺，不能代录其评分表。",
        )
        .remedy("请评委先登录签署；签署以前的评分不算数。")
        .into());
    }
    let (BidState::Opened, Some(topic)) = (found.state, found.topic_id) else {
        return Err(Error::field("bid_id", "这份申报书不参加评分。"));
    };
    if rounds::topic_failed(c, topic)? {
        return Err(Refusal::new("topic_failed", "这个标的流标，申报书不参加评分。").into());
    }
    if seats::is_recused(c, evaluation, reviewer, topic)? {
        return Err(
            Refusal::new("recused", "这位评委已回避这一标的，其评分表不能代录。")
                .remedy("请核对评委和申报书是否选对。")
                .into(),
        );
    }
    if !seats::is_assigned(c, evaluation, bid, reviewer)? {
        return Err(
            Refusal::new("not_assigned", "这份申报没有分给这位评委，不能代录。")
                .remedy("请核对评委和申报书是否选对。")
                .into(),
        );
    }
    Ok(())
}

/// Whether there is room for a paper sheet: nothing handed in stands there.
fn free(c: &mut Conn, scene: &Scene, bid: BidId, earlier: Option<&ScoreSheet>) -> Result<()> {
    let begun = earlier.map(|row| row.id);
    if let Some(row) = earlier {
        let entry = standing(c, row.id)?;
        if let Some(entry) = entry {
            let what = match entry.disputed {
                Some(_) => "这份评分表已代录过，评委提出了异议。",
                None => "这份评分表已经代录过。",
            };
            return Err(Refusal::new("sheet_entered", what)
                .remedy("录错的，请打开这份评分表更正代录。")
                .into());
        }
        if row.state != SheetState::Draft {
            return Err(Refusal::new(
                "sheet_submitted_online",
                "评委已在线提交这份评分表，不能再代录。",
            )
            .remedy("评委可以自行修改；确须改用纸质的，请主任委员先退回这份评分表。")
            .into());
        }
    }
    if !scene.evaluation.marks_again(bid, begun)? {
        return Err(not_reopened().into());
    }
    Ok(())
}

/// A draft that the paper sheet takes the place of is kept for its reviewer.
fn keep_draft(tx: &mut Tx, actor: &Actor, row: &ScoreSheet) -> Result<()> {
    let begun = |given: &store::MarkGiven| given.mark.is_some() || !given.comment.is_empty();
    let empty = row.notes.is_empty() && !row.marks()?.iter().any(begun);
    let same = |kept: &store::SheetVersion| kept.marks == row.marks && kept.notes == row.notes;
    if empty || store::versions(tx, row.id)?.iter().any(same) {
        return Ok(());
    }
    let reason = "草稿改为代录的纸质评分表。";
    keep(tx, actor, row, VersionKind::Replaced, reason, false)
}

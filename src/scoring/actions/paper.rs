//! Sheets filled in and signed on paper: the office enters them with their scan, their reviewers answer for them.

pub mod desk;
pub mod enter;

use crate::clock::Instant;
use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
use crate::ids::{AttachmentId, BidId, PaperSheetId, RoundId, SheetId, SheetVersionId};
use crate::panel::scene::{self, Scene};
use crate::rounds::RoundState;
use crate::scoring::actions::{reopen, sheets};
use crate::scoring::store::{self, PaperSheet, ScoreSheet, SheetVersion};
use crate::scoring::{SheetState, VersionKind};
use crate::seats::EvaluationState;
use crate::who::Actor;

/// The office, but nobody with a seat: whoever enters a sheet reads it, and no reviewer reads another's before the lock.
pub fn may_enter(scene: &Scene, actor: &Actor) -> Result<()> {
    scene.may_run(actor)?;
    actor.person()?;
    if scene.seat.is_some() {
        return Err(Error::Forbidden(
            Refusal::new(
                "seated_may_not_enter",
                "您是本批次的评审委员，不能代录别人的纸质评分表。",
            )
            .remedy("请党建部其他人员代录；您自己的评分请在评分页提交。"),
        ));
    }
    Ok(())
}

/// Whether this person may enter paper sheets now: for the link.
pub fn enters(scene: &Scene, actor: &Actor) -> bool {
    may_enter(scene, actor).is_ok() && closed(scene).is_none()
}

/// Why nothing is entered or answered now, if so.
pub fn closed(scene: &Scene) -> Option<Refusal> {
    if scene.round.state == RoundState::Scoring
        && scene.evaluation.state == EvaluationState::Scoring
    {
        return None;
    }
    if scene.evaluation.state == EvaluationState::Preparing {
        return Some(
            Refusal::new("scoring_not_started", "还没有开始评分。")
                .remedy("开始评分以后可以代录纸质评分表。"),
        );
    }
    Some(scene::locked())
}

/// What stands of an entry: it is what the sheet says, or it is disputed and not settled.
pub struct Entry {
    pub paper: PaperSheet,
    /// Kept while the dispute lasts.
    pub disputed: Option<SheetVersion>,
}

pub fn standing(c: &mut Conn, sheet: SheetId) -> Result<Option<Entry>> {
    if let Some(paper) = store::paper_now(c, sheet)? {
        let disputed = None;
        return Ok(Some(Entry { paper, disputed }));
    }
    let open = store::open_version(c, sheet)?;
    let Some(version) = open.filter(|kept| kept.kind == VersionKind::Disputed) else {
        return Ok(None);
    };
    let paper = store::paper_of_version(c, version.id)?;
    Ok(paper.map(|paper| Entry {
        paper,
        disputed: Some(version),
    }))
}

pub fn not_entered() -> Error {
    Refusal::new("sheet_not_entered", "这份评分表不是代录的。")
        .remedy("评委在线提交的，由评委本人修改。")
        .into()
}

/// Whether the sheet may change now, as far as the lock goes.
pub fn may_change(scene: &Scene, row: &ScoreSheet) -> Result<()> {
    let bid = BidId(row.subject_id);
    if row.state == SheetState::Locked || !scene.evaluation.marks_again(bid, Some(row.id))? {
        return Err(reopen::not_reopened().into());
    }
    Ok(())
}

/// A reviewer hands in their own sheet: what was entered from paper is kept. Answers whether there was any.
pub fn give_way(tx: &mut Tx, actor: &Actor, row: &ScoreSheet) -> Result<bool> {
    if row.state == SheetState::Locked || store::paper_now(tx, row.id)?.is_none() {
        return Ok(false);
    }
    let reason = "评委改为提交自己的评分表。";
    reopen::keep(tx, actor, row, VersionKind::Replaced, reason, false)?;
    Ok(true)
}

/// This version is the sheet again; if it came from paper, the sheet does.
pub fn put_back(tx: &mut Tx, version: SheetVersionId, confirmed_at: Option<Instant>) -> Result<()> {
    let Some(paper) = store::paper_of_version(tx, version)? else {
        return Ok(());
    };
    let now = tx.now();
    store::insert_paper(
        tx,
        &PaperSheet {
            id: PaperSheetId::fresh(now),
            version_id: None,
            confirmed_at: confirmed_at.or(paper.confirmed_at),
            ..paper
        },
    )
}

/// Whoever reads what was entered from a scan reads the scan.
pub fn may_read_scan(c: &mut Conn, actor: &Actor, scan: AttachmentId) -> Result<RoundId> {
    for paper in store::papers_of_scan(c, scan)? {
        let (scene, own) = sheets::known(c, actor, paper.sheet_id)?;
        if sheets::reads(&scene, actor, own, Some(&paper)) {
            return Ok(scene.round.id);
        }
    }
    Err(Error::NotFound)
}

//! What a reviewer says to a sheet that was entered in their name.

use serde_json::json;

use crate::audit::Verb;
use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
use crate::ids::SheetId;
use crate::panel::scene::{self, Scene};
use crate::scoring::actions::paper::{Entry, closed, may_change, not_entered, put_back, standing};
use crate::scoring::actions::reopen::{keep, note, say_again};
use crate::scoring::actions::sheets;
use crate::scoring::input::DisputeInput;
use crate::scoring::store::{self, ScoreSheet};
use crate::scoring::{SheetState, VersionKind};
use crate::who::Actor;

/// It is not what was signed: it counts no more, and the lock waits until it is settled.
pub fn dispute(tx: &mut Tx, actor: &Actor, id: SheetId, input: &DisputeInput) -> Result<()> {
    let (scene, mut row) = own(tx, actor, id)?;
    let Entry { disputed, .. } = standing(tx, id)?.ok_or_else(not_entered)?;
    if disputed.is_some() {
        return Err(Refusal::new("sheet_disputed", "您已对这份代录提出异议。")
            .remedy("请提交自己的评分表，或等党建部更正。")
            .into());
    }
    let reason = input.reason.trim();
    if reason.is_empty() {
        return Err(Error::field("reason", "请写明与原件哪里不符。"));
    }
    keep(tx, actor, &row, VersionKind::Disputed, reason, true)?;
    row.state = SheetState::Draft;
    row.submitted_at = None;
    row.updated_at = tx.now();
    store::update_sheet(tx, &row)?;
    row.version += 1;
    let detail = json!({ "subject_id": row.subject_id });
    note(tx, actor, &scene, &row, Verb::SheetDisputed, detail)
}

/// It is what was signed. A dispute ends with that, and the sheet says again what was entered.
pub fn confirm(tx: &mut Tx, actor: &Actor, id: SheetId) -> Result<()> {
    let (scene, mut row) = own(tx, actor, id)?;
    let Entry { paper, disputed } = standing(tx, id)?.ok_or_else(not_entered)?;
    let now = tx.now();
    let settles = disputed.is_some();
    match disputed {
        Some(version) => {
            let kept = version.id;
            say_again(tx, &mut row, version)?;
            put_back(tx, kept, Some(now))?;
        }
        None if paper.confirmed_at.is_some() => {
            return Err(Refusal::new("sheet_confirmed", "您已确认这份代录无误。")
                .remedy("发现有误的，可以提出异议或提交自己的评分表。")
                .into());
        }
        None => store::confirm_paper(tx, paper.id, now)?,
    }
    let detail = json!({ "subject_id": row.subject_id, "ends_dispute": settles });
    note(tx, actor, &scene, &row, Verb::SheetConfirmed, detail)
}

/// Nobody answers for another.
fn may_answer(own: bool) -> Result<()> {
    if own {
        return Ok(());
    }
    Err(Error::Forbidden(
        Refusal::new("not_your_sheet", "这份评分表由评委本人核对。").remedy("请评委登录后办理。"),
    ))
}

/// The same before anything is shown again of a form.
pub fn may_begin(c: &mut Conn, actor: &Actor, id: SheetId) -> Result<()> {
    let (_, own) = sheets::known(c, actor, id)?;
    may_answer(own)
}

/// One's own sheet at its round's turn, while it may change.
fn own(tx: &mut Tx, actor: &Actor, id: SheetId) -> Result<(Scene, ScoreSheet)> {
    let (known, own) = sheets::known(tx, actor, id)?;
    may_answer(own)?;
    let scene = scene::command(tx, actor, known.round.id)?;
    if let Some(refusal) = closed(&scene) {
        return Err(refusal.into());
    }
    let row = store::sheet_by_id(tx, id)?;
    may_change(&scene, &row)?;
    Ok((scene, row))
}

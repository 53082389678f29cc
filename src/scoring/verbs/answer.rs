//! What a reviewer says to a sheet that was entered in their name.

use crate::scoring::actions::paper::{Entry, closed, may_change, not_entered, put_back, standing};
use crate::scoring::actions::reopen::{keep, say_again};
use crate::scoring::input::DisputeInput;
use crate::scoring::scene::SheetScene;
use crate::scoring::{SheetState, VersionKind, store};
use crate::verbs::prelude::*;

/// Nobody answers for another.
fn may_answer(on: &SheetScene) -> Result<()> {
    if on.own {
        return Ok(());
    }
    Err(Error::Forbidden(
        Refusal::new("not_your_sheet", "这份评分表由评委本人核对。").remedy("请评委登录后办理。"),
    ))
}

/// What stands of the entry, while it may change.
fn entered(c: &mut Conn, on: &SheetScene) -> Result<Entry> {
    if let Some(refusal) = closed(&on.scene) {
        return Err(refusal.into());
    }
    may_change(&on.scene, &on.sheet)?;
    standing(c, on.sheet.id)?.ok_or_else(not_entered)
}

const FORBIDS: &[&str] = &["not_your_sheet"];

/// It is not what was signed: it counts no more, and the lock waits until it is settled.
pub struct Dispute;

impl Verb for Dispute {
    type On = SheetScene;
    type Gives = SheetScene;
    type Input = DisputeInput;
    type Ready = ();

    const NAME: &'static str = "dispute";
    const SAYS: &'static str = "One's own sheet was not entered as it was signed: it counts no more, and the lock waits until one hands in another or the office enters it again.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::SheetDisputed);
    const FORBIDS: &'static [&'static str] = FORBIDS;
    const REFUSES: &'static [&'static str] = &[
        "scoring_not_started",
        "scoring_locked",
        "not_reopened",
        "sheet_not_entered",
        "sheet_disputed",
    ];

    fn who(on: &SheetScene, _: &Actor) -> Result<()> {
        may_answer(on)
    }

    fn when(c: &mut Conn, on: &SheetScene, _: &Actor, _: Instant) -> Result<()> {
        match entered(c, on)?.disputed {
            Some(_) => Err(Refusal::new("sheet_disputed", "您已对这份代录提出异议。")
                .remedy("请提交自己的评分表，或等党建部更正。")
                .into()),
            None => Ok(()),
        }
    }

    fn perform(
        tx: &mut Tx,
        mut on: SheetScene,
        (): (),
        actor: &Actor,
        input: &DisputeInput,
    ) -> Result<Done<Self>> {
        let kind = VersionKind::Disputed;
        keep(tx, actor, &on.sheet, kind, &input.reason, true)?;
        on.sheet.state = SheetState::Draft;
        on.sheet.submitted_at = None;
        on.sheet.updated_at = tx.now();
        store::update_sheet(tx, &on.sheet)?;
        let said = "已提出异议，处理以前这份评分表不计入，也不能锁定评分。";
        Ok(Done::of(on.sheet.id, said).detail(on.detail(json!({}))))
    }
}

/// It is what was signed. A dispute ends with that, and the sheet says again what was entered.
pub struct Confirm;

impl Verb for Confirm {
    type On = SheetScene;
    type Gives = SheetScene;
    type Input = Empty;
    type Ready = Entry;

    const NAME: &'static str = "confirm";
    const SAYS: &'static str =
        "One's own sheet was entered as it was signed; a dispute ends with that.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::SheetConfirmed);
    const FORBIDS: &'static [&'static str] = FORBIDS;
    const REFUSES: &'static [&'static str] = &[
        "scoring_not_started",
        "scoring_locked",
        "not_reopened",
        "sheet_not_entered",
        "sheet_confirmed",
    ];

    fn who(on: &SheetScene, _: &Actor) -> Result<()> {
        may_answer(on)
    }

    fn when(c: &mut Conn, on: &SheetScene, _: &Actor, _: Instant) -> Result<Entry> {
        let entry = entered(c, on)?;
        if entry.disputed.is_none() && entry.paper.confirmed_at.is_some() {
            return Err(Refusal::new("sheet_confirmed", "您已确认这份代录无误。")
                .remedy("发现有误的，可以提出异议或提交自己的评分表。")
                .into());
        }
        Ok(entry)
    }

    fn perform(
        tx: &mut Tx,
        mut on: SheetScene,
        entry: Entry,
        _: &Actor,
        _: &Empty,
    ) -> Result<Done<Self>> {
        let now = tx.now();
        let settles = entry.disputed.is_some();
        match entry.disputed {
            Some(version) => {
                let kept = version.id;
                say_again(tx, &mut on.sheet, version)?;
                put_back(tx, kept, Some(now))?;
            }
            None => store::confirm_paper(tx, entry.paper.id, now)?,
        }
        Ok(Done::of(on.sheet.id, "已确认代录无误。")
            .detail(on.detail(json!({ "ends_dispute": settles }))))
    }
}

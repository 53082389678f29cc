//! The lock: marks become the result. Refused while a bid is below quorum, naming who is missing.

use crate::result::actions::lock::{Facts, fault, store_result};
use crate::result::actions::{fairness, lots, order, unblind};
use crate::result::scene::Judged;
use crate::rounds::rules::Action;
use crate::rounds::{self, RoundState};
use crate::scoring::{self, SheetState};
use crate::seats::{self, EvaluationState};
use crate::verbs::prelude::*;

pub struct Lock;

impl Verb for Lock {
    type On = Judged;
    type Gives = Judged;
    type Input = Empty;
    type Ready = RoundState;

    const NAME: &'static str = "lock";
    const SAYS: &'static str = "Locks scoring and computes the result: by the office or the chair.";
    const EVENT: Option<audit::Verb> = None;
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &[
        "wrong_state",
        "sheets_disputed",
        "sheets_sent_back",
        "below_quorum",
    ];

    fn who(on: &Judged, actor: &Actor) -> Result<()> {
        on.may_lock(actor)
    }

    fn when(c: &mut Conn, on: &Judged, _: &Actor, now: Instant) -> Result<RoundState> {
        let next = on.next(Action::Lock, now)?;
        match fault(c, on, now)? {
            Some(refusal) => Err(refusal.into()),
            None => Ok(next),
        }
    }

    fn perform(
        tx: &mut Tx,
        mut on: Judged,
        next: RoundState,
        actor: &Actor,
        _: &Empty,
    ) -> Result<Done<Self>> {
        let now = tx.now();
        let facts = Facts::load(tx, &on, now)?;
        facts.record(tx, actor, &on)?;
        let file = facts.file(tx, &on)?;
        let on_paper = facts.on_paper();
        let file = order::carry_over(tx, &on, file)?;
        lots::void_pending(tx, actor, &on, "评分重新锁定，原来的抽签作废。")?;
        let evaluation = on.evaluation.id;
        scoring::lock_sheets(tx, evaluation, SheetState::Submitted, SheetState::Locked)?;
        let digest = store_result(tx, &on, &file, &facts.failed_bids())?;
        let fairness_digest = fairness::keep(tx, &on, &file, &digest)?;
        on.evaluation.state = EvaluationState::Locked;
        on.evaluation.locked_at = Some(tx.now());
        on.evaluation.reopened = None;
        seats::update(tx, &on.evaluation)?;
        on.evaluation.version += 1;
        rounds::advance(tx, &on.round, next)?;
        let detail = json!({
            "bids": file.bids.len(),
            "sheets": file.sheets.len(),
            "paper_sheets": on_paper,
            "result_digest": digest,
            "fairness_digest": fairness_digest,
        });
        on.record(tx, actor, audit::Verb::RoundLocked, detail)?;
        unblind::publish_names(tx, &on)?;
        tx.publish_change()?;
        let round = on.round.id;
        Ok(Done::of(round, "评分已锁定，结果已算出。").to(format!("/rounds/{round}/result")))
    }
}

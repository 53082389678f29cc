//! One's own sheet: saved as a draft, or handed in; again until the lock.

use crate::scoring::actions::sheet;
use crate::scoring::actions::work::next_after;
use crate::scoring::input::SheetInput;
use crate::scoring::scene::OwnSheet;
use crate::verbs::prelude::*;

pub struct Save;

impl Verb for Save {
    type On = OwnSheet;
    type Gives = OwnSheet;
    type Input = SheetInput;
    type Ready = ();

    const NAME: &'static str = "score";
    const SAYS: &'static str = "Saves one's own sheet as a draft, or hands it in (`submit`). It may be handed in again until the lock. `If-Match: \"v0\"` before the first saving.";
    /// Recorded with the sheet itself, once it is handed in.
    const EVENT: Option<audit::Verb> = None;
    const EXPECTS: Expects = Expects::Version;
    const FORBIDS: &'static [&'static str] = &[
        "not_on_panel",
        "undertaking_required",
        "recused",
        "not_assigned",
    ];
    const REFUSES: &'static [&'static str] = &[
        "topic_failed",
        "scoring_not_started",
        "scoring_locked",
        "not_reopened",
        "sheet_submitted",
    ];

    /// Nobody else gets to it.
    fn who(_: &OwnSheet, _: &Actor) -> Result<()> {
        Ok(())
    }

    fn when(_: &mut Conn, on: &OwnSheet, _: &Actor, _: Instant) -> Result<()> {
        sheet::may_mark(&on.marking, on.sheet.as_ref())
    }

    fn perform(
        tx: &mut Tx,
        on: OwnSheet,
        (): (),
        actor: &Actor,
        input: &SheetInput,
    ) -> Result<Done<Self>> {
        let (bid, evaluation) = (on.marking.bid.id, on.marking.evaluation.id);
        sheet::put_own(tx, actor, &on.marking, &on.criteria, on.sheet, input)?;
        if !input.submit {
            return Ok(Done::of(bid, "已存为草稿。"));
        }
        Ok(match next_after(tx, &on.marking)? {
            Some(next) => Done::of(bid, "已提交，这是下一份。").to(format!("/bids/{next}/score")),
            None => {
                Done::of(bid, "已提交，您的评分全部完成。").to(format!("/evaluations/{evaluation}"))
            }
        })
    }
}

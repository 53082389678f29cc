//! A reviewer's sheet on site: saved, or handed in.

use crate::acceptance::scene::SheetScene;
use crate::acceptance::{AcceptanceAction, rules};
use crate::scoring;
use crate::scoring::input::SheetInput;
use crate::verbs::prelude::*;

pub struct Score;

impl Verb for Score {
    type On = SheetScene;
    type Gives = SheetScene;
    type Input = SheetInput;
    type Ready = ();

    const NAME: &'static str = "score";
    const SAYS: &'static str =
        "Save or hand in one's own sheet. `If-Match: \"v0\"` before the first saving.";
    // Recorded with the sheet itself.
    const EVENT: Option<audit::Verb> = None;
    const EXPECTS: Expects = Expects::Version;
    const FORBIDS: &'static [&'static str] = &["not_on_panel"];
    const REFUSES: &'static [&'static str] = &[
        "acceptance_closed",
        "acceptance_decided",
        "acceptance_abandoned",
    ];

    /// Nobody else knows of it.
    fn who(_: &SheetScene, _: &Actor) -> Result<()> {
        Ok(())
    }

    fn when(_: &mut Conn, on: &SheetScene, _: &Actor, _: Instant) -> Result<()> {
        rules::next(on.acceptance.state, AcceptanceAction::Score)?;
        Ok(())
    }

    fn perform(
        tx: &mut Tx,
        on: SheetScene,
        (): (),
        actor: &Actor,
        input: &SheetInput,
    ) -> Result<Done<Self>> {
        let (id, of) = (on.acceptance.id, on.acceptance.evaluation_id);
        scoring::save_sheet(tx, actor, of, id.0, input, on.reviewer)?;
        let said = if input.submit {
            "评分表已提交。"
        } else {
            "已保存。"
        };
        Ok(Done::of(id, said))
    }
}

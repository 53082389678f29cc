//! The chair takes a sending back back: the sheet says again what it said, and counts.

use crate::rounds::RoundState;
use crate::scoring::VersionKind;
use crate::scoring::actions::paper;
use crate::scoring::actions::reopen::say_again;
use crate::scoring::scene::SheetScene;
use crate::scoring::store::{self, SheetVersion};
use crate::verbs::prelude::*;

pub struct Restore;

impl Verb for Restore {
    type On = SheetScene;
    type Gives = SheetScene;
    type Input = Empty;
    type Ready = SheetVersion;

    const NAME: &'static str = "restore";
    const SAYS: &'static str =
        "The chair takes a sending back back: the sheet counts again as it was.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::SheetRestored);
    const FORBIDS: &'static [&'static str] = &["chair_required"];
    const REFUSES: &'static [&'static str] = &["sheet_not_reopened"];

    fn who(on: &SheetScene, actor: &Actor) -> Result<()> {
        on.scene.may_chair(actor)
    }

    fn when(c: &mut Conn, on: &SheetScene, _: &Actor, _: Instant) -> Result<SheetVersion> {
        let open = store::open_version(c, on.sheet.id)?;
        open.filter(|kept| kept.kind == VersionKind::Reopened)
            .filter(|_| on.scene.round.state == RoundState::Scoring)
            .ok_or_else(|| {
                Refusal::new("sheet_not_reopened", "这份评分表没有退回，或已重新提交。").into()
            })
    }

    fn perform(
        tx: &mut Tx,
        mut on: SheetScene,
        version: SheetVersion,
        _: &Actor,
        _: &Empty,
    ) -> Result<Done<Self>> {
        let kept = version.id;
        say_again(tx, &mut on.sheet, version)?;
        paper::put_back(tx, kept, None)?;
        tx.publish_change()?;
        let said = "已收回退回，按原表计入。";
        Ok(Done::of(on.sheet.id, said).detail(on.detail(json!({}))))
    }
}

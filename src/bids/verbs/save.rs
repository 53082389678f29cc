//! Saving the draft as a whole: a revision, not an audit event.

use crate::bids::BidContent;
use crate::bids::actions::write_draft;
use crate::bids::scene::BidScene;
use crate::people;
use crate::verbs::prelude::*;

pub struct Save;

impl Verb for Save {
    type On = BidScene;
    type Gives = BidScene;
    type Input = BidContent;
    type Ready = ();

    const NAME: &'static str = "save";
    const SAYS: &'static str = "Save the draft as a whole.";
    const EVENT: Option<audit::Verb> = None;
    const EXPECTS: Expects = Expects::Version;
    const FORBIDS: &'static [&'static str] = &["not_your_organization", "sealed_without_key"];
    const REFUSES: &'static [&'static str] = &[people::DISABLED, "wrong_state", "merged"];

    fn who(on: &BidScene, actor: &Actor) -> Result<()> {
        on.by_drafters(actor)
    }

    fn when(_: &mut Conn, on: &BidScene, _: &Actor, _: Instant) -> Result<()> {
        on.takes_words()
    }

    fn perform(
        tx: &mut Tx,
        on: BidScene,
        (): (),
        actor: &Actor,
        input: &BidContent,
    ) -> Result<Done<Self>> {
        let id = on.bid.id;
        write_draft(tx, actor, on.bid, input)?;
        Ok(Done::of(id, "已保存。"))
    }
}

//! Voiding a bid (废标) after the opening, with a reason. What was asked about the bid ends with it; a joint bid that is
//! void is void as a whole.

use super::end;
use crate::bids;
use crate::bids::rules::{self, Action};
use crate::bids::scene::BidScene;
use crate::rounds::input::ReasonInput;
use crate::verbs::prelude::*;

pub struct Void;

impl Verb for Void {
    type On = BidScene;
    type Gives = BidScene;
    type Input = ReasonInput;
    type Ready = ();

    const NAME: &'static str = "void";
    const SAYS: &'static str = "Void an opened bid, with a reason.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::BidVoided);
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &["wrong_state", "merged"];

    fn who(on: &BidScene, actor: &Actor) -> Result<()> {
        policy::may_run(actor, &on.committee_path)
    }

    fn when(_: &mut Conn, on: &BidScene, _: &Actor, now: Instant) -> Result<()> {
        bids::may_void(on.round.state_at(now))?;
        rules::next(on.bid.state, Action::Void)?;
        Ok(())
    }

    fn perform(
        tx: &mut Tx,
        on: BidScene,
        (): (),
        actor: &Actor,
        input: &ReasonInput,
    ) -> Result<Done<Self>> {
        let (id, reason) = (on.bid.id, &input.reason);
        bids::set_void(tx, &on.bid, reason)?;
        end::without(tx, actor, &on.round, id)?;
        Ok(Done::of(id, "已按废标处理。").detail(json!({ "reason": reason })))
    }
}

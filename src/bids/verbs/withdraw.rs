//! Taking a submitted bid back, until the deadline.

use crate::bids::rules::{self, Action};
use crate::bids::scene::BidScene;
use crate::bids::{Bid, BidState, attached, store};
use crate::rounds;
use crate::verbs::prelude::*;

pub struct Withdraw;

impl Verb for Withdraw {
    type On = BidScene;
    type Gives = BidScene;
    type Input = Empty;
    type Ready = ();

    const NAME: &'static str = "withdraw";
    const SAYS: &'static str = "Take a submitted bid back, until the deadline.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::BidWithdrawn);
    const FORBIDS: &'static [&'static str] = &["secretary_required"];
    const REFUSES: &'static [&'static str] = &[
        "too_early",
        "deadline_passed",
        "already_opened",
        "cancelled",
        "wrong_state",
    ];

    fn who(on: &BidScene, actor: &Actor) -> Result<()> {
        on.by_secretary(actor)
    }

    fn when(_: &mut Conn, on: &BidScene, _: &Actor, now: Instant) -> Result<()> {
        on.takes_bids(now)?;
        rules::next(on.bid.state, Action::Withdraw)?;
        Ok(())
    }

    fn perform(tx: &mut Tx, on: BidScene, (): (), _: &Actor, _: &Empty) -> Result<Done<Self>> {
        let now = tx.now();
        let new = Bid {
            state: BidState::Withdrawn,
            withdrawn_at: Some(now),
            submitted_revision: None,
            ..on.bid
        };
        let bid = store::update(tx, new, now)?;
        attached::discard_removed(tx, &bid)?;
        rounds::count_bids(tx, on.round.id, -1)?;
        tx.publish_change()?;
        let said = "已撤回。截止前可以修改后重新提交。";
        Ok(Done::of(bid.id, said))
    }
}

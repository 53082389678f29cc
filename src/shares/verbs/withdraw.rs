//! Taking a proposal back.

use serde_json::Value;

use crate::shares::scene::SharesScene;
use crate::shares::{SharesState, store};
use crate::verbs::prelude::*;

pub struct Withdraw;

impl Verb for Withdraw {
    type On = SharesScene;
    type Gives = SharesScene;
    type Input = Empty;
    type Ready = ();

    const NAME: &'static str = "withdraw";
    const SAYS: &'static str = "Take the proposal back.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::SharesWithdrawn);
    const FORBIDS: &'static [&'static str] = &["role_required", "split_readers"];
    const REFUSES: &'static [&'static str] = &[
        "not_opened",
        "wrong_state",
        "split_adopted",
        "split_withdrawn",
    ];

    fn who(on: &SharesScene, actor: &Actor) -> Result<()> {
        policy::may_run(actor, &on.committee_path)
    }

    fn when(_: &mut Conn, on: &SharesScene, _: &Actor, now: Instant) -> Result<()> {
        on.open(now)?;
        let (proposal, _) = on.proposal.as_ref().ok_or(Error::NotFound)?;
        if proposal.state == SharesState::Withdrawn {
            return Err(Refusal::new("split_withdrawn", "提议已经收回。").into());
        }
        Ok(())
    }

    fn perform(tx: &mut Tx, on: SharesScene, (): (), _: &Actor, _: &Empty) -> Result<Done<Self>> {
        let now = tx.now();
        store::set_state(tx, on.topic.id, SharesState::Withdrawn, now)?;
        Ok(Done::of(on.topic.id, "已收回。").detail(Value::Null))
    }
}

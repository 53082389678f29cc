//! The supervisor confirms how many may vote, by counting them: no code is handed out before.

use crate::acceptance::input::ConfirmInput;
use crate::acceptance::scene::AcceptanceScene;
use crate::acceptance::store::{self, Acceptance};
use crate::acceptance::{AcceptanceAction, AcceptanceState, rules};
use crate::verbs::prelude::*;

pub struct ConfirmVoters;

impl Verb for ConfirmVoters {
    type On = AcceptanceScene;
    type Gives = AcceptanceScene;
    type Input = ConfirmInput;
    type Ready = AcceptanceState;

    const NAME: &'static str = "confirm_voters";
    const SAYS: &'static str = "The supervisor confirms the number of voters, as counted by the roster: what is sent must be the number the office gave. Codes are handed out from then on; a number that is corrected is confirmed anew.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::AcceptanceVotersConfirmed);
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &[
        "voters_confirmed",
        "acceptance_closed",
        "acceptance_decided",
        "acceptance_abandoned",
    ];

    fn who(on: &AcceptanceScene, actor: &Actor) -> Result<()> {
        actor.require(Role::Supervisor, &on.committee_path)
    }

    fn when(_: &mut Conn, on: &AcceptanceScene, _: &Actor, _: Instant) -> Result<AcceptanceState> {
        let state = rules::next(on.acceptance.state, AcceptanceAction::ConfirmVoters)?;
        match on.acceptance.voters_confirmed_at {
            None => Ok(state),
            Some(_) => Err(Refusal::new("voters_confirmed", "应到人数已经核定。").into()),
        }
    }

    fn perform(
        tx: &mut Tx,
        on: AcceptanceScene,
        state: AcceptanceState,
        actor: &Actor,
        input: &ConfirmInput,
    ) -> Result<Done<Self>> {
        let was = on.acceptance;
        if input.counted_voters != was.eligible_voters {
            let fault = format!(
                "党委党建部登记的是 {} 人。请对照花名册重新清点；登记错了的，请党委党建部更正。",
                was.eligible_voters
            );
            return Err(Error::field("counted_voters", fault));
        }
        let after = Acceptance {
            state,
            voters_confirmed_by: actor.user_id(),
            voters_confirmed_at: Some(tx.now()),
            ..was
        };
        store::update(tx, &after)?;
        let said = format!("已核定应到 {} 人，可以发放投票码。", after.eligible_voters);
        Ok(Done::of(after.id, said).detail(json!({ "eligible_voters": after.eligible_voters })))
    }
}

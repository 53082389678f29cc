//! An acceptance that went wrong is abandoned before its closing; another may begin as the same attempt.

use crate::acceptance::input::AbandonInput;
use crate::acceptance::scene::AcceptanceScene;
use crate::acceptance::store::{self, Acceptance};
use crate::acceptance::{AcceptanceAction, AcceptanceState, count, rules};
use crate::verbs::prelude::*;

pub struct Abandon;

impl Verb for Abandon {
    type On = AcceptanceScene;
    type Gives = AcceptanceScene;
    type Input = AbandonInput;
    type Ready = AcceptanceState;

    const NAME: &'static str = "abandon";
    const SAYS: &'static str = "Abandons a running acceptance before anybody knows its scores: no marks and votes of it count. Another may begin, as the same attempt.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::AcceptanceAbandoned);
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &[
        "acceptance_closed",
        "acceptance_decided",
        "acceptance_abandoned",
    ];

    fn who(on: &AcceptanceScene, actor: &Actor) -> Result<()> {
        policy::may_run(actor, &on.committee_path)
    }

    fn when(_: &mut Conn, on: &AcceptanceScene, _: &Actor, _: Instant) -> Result<AcceptanceState> {
        Ok(rules::next(on.acceptance.state, AcceptanceAction::Abandon)?)
    }

    fn perform(
        tx: &mut Tx,
        on: AcceptanceScene,
        state: AcceptanceState,
        actor: &Actor,
        input: &AbandonInput,
    ) -> Result<Done<Self>> {
        let id = on.acceptance.id;
        let after = Acceptance {
            state,
            ..on.acceptance.clone()
        };
        store::update(tx, &after)?;
        count::give_up(tx, id)?;
        on.note(tx, actor, "这次验收作废，评分和投票都不计。", &input.reason)?;
        let said = "这次验收已作废，可以在项目页面重新开始。";
        Ok(Done::of(id, said).detail(json!({
            "project_id": after.project_id, "attempt": after.attempt, "reason": input.reason,
        })))
    }
}

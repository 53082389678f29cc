//! Taking note of an objection: whoever lodged it sees that it is being dealt with.

use crate::award::scene::ObjectionScene;
use crate::award::{ObjectionState, store};
use crate::verbs::prelude::*;

pub struct Acknowledge;

impl Verb for Acknowledge {
    type On = ObjectionScene;
    type Gives = ObjectionScene;
    type Input = Empty;
    type Ready = ();

    const NAME: &'static str = "acknowledge";
    const SAYS: &'static str =
        "Takes note of an objection: whoever lodged it sees that it is being dealt with.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::ObjectionAcknowledged);
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &["objection_acknowledged"];

    fn who(on: &ObjectionScene, actor: &Actor) -> Result<()> {
        on.judged.may_run(actor)
    }

    fn when(_: &mut Conn, on: &ObjectionScene, _: &Actor, _: Instant) -> Result<()> {
        if on.row.state == ObjectionState::Lodged {
            return Ok(());
        }
        Err(Refusal::new("objection_acknowledged", "这件异议已受理。").into())
    }

    fn perform(
        tx: &mut Tx,
        on: ObjectionScene,
        (): (),
        actor: &Actor,
        _: &Empty,
    ) -> Result<Done<Self>> {
        let mut row = on.row;
        row.state = ObjectionState::Acknowledged;
        row.acknowledged_by = actor.user_id();
        row.acknowledged_at = Some(tx.now());
        store::update_objection(tx, &row)?;
        let said = "已受理，提出的人凭查询码可以看到。";
        Ok(Done::of(row.id, said).detail(json!({ "due_on": row.due_on })))
    }
}

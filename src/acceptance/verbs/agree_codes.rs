//! The supervisor agrees, at a screen of their own, to the codes the office asked for.

use crate::acceptance::input::AgreeInput;
use crate::acceptance::scene::AcceptanceScene;
use crate::acceptance::{AcceptanceAction, rules, store};
use crate::verbs::prelude::*;

pub struct AgreeCodes;

impl Verb for AgreeCodes {
    type On = AcceptanceScene;
    type Gives = AcceptanceScene;
    type Input = AgreeInput;
    type Ready = ();

    const NAME: &'static str = "agree_codes";
    const SAYS: &'static str = "The supervisor agrees to the voting codes that the office asked for, kind and number as asked. The office's same request hands them out then.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::AcceptanceCodesAgreed);
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &[
        "acceptance_closed",
        "acceptance_decided",
        "acceptance_abandoned",
        "voters_unconfirmed",
        "no_codes_asked",
    ];

    fn who(on: &AcceptanceScene, actor: &Actor) -> Result<()> {
        actor.require(Role::Supervisor, &on.committee_path)
    }

    fn when(c: &mut Conn, on: &AcceptanceScene, _: &Actor, _: Instant) -> Result<()> {
        rules::next(on.acceptance.state, AcceptanceAction::IssueCodes)?;
        rules::confirmed(on.acceptance.voters_confirmed_at)?;
        let asks = store::asks(c, on.acceptance.id)?;
        match asks.iter().any(|ask| ask.agreed_at.is_none()) {
            true => Ok(()),
            false => Err(none_asked().into()),
        }
    }

    fn perform(
        tx: &mut Tx,
        on: AcceptanceScene,
        (): (),
        actor: &Actor,
        input: &AgreeInput,
    ) -> Result<Done<Self>> {
        let (id, now) = (on.acceptance.id, tx.now());
        let asked = store::asked(tx, id, input.kind)?.filter(|ask| ask.agreed_at.is_none());
        let Some(asked) = asked else {
            return Err(none_asked().into());
        };
        if asked.count != input.count {
            let fault = format!("党委党建部申请的是 {} 个。", asked.count);
            return Err(Error::field("count", fault));
        }
        store::agree(tx, asked.id, actor.person()?.user_id, now)?;
        let said = format!(
            "已同意发放{} {} 个，由党委党建部生成、打印、封好。",
            input.kind.label(),
            input.count
        );
        Ok(Done::of(id, said).detail(json!({ "kind": input.kind, "count": input.count })))
    }
}

fn none_asked() -> Refusal {
    Refusal::new("no_codes_asked", "没有等您同意的投票码。")
        .remedy("党委党建部申请以后，这里才能同意。")
}

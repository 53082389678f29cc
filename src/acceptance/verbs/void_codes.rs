//! Slips that were lost: all unused codes of their kind are voided, so that others can be handed out.

use crate::acceptance::input::VoidCodesInput;
use crate::acceptance::scene::AcceptanceScene;
use crate::acceptance::{AcceptanceAction, CodeAct, rules, store};
use crate::verbs::prelude::*;

pub struct VoidCodes;

impl Verb for VoidCodes {
    type On = AcceptanceScene;
    type Gives = AcceptanceScene;
    type Input = VoidCodesInput;
    type Ready = ();

    const NAME: &'static str = "void_codes";
    const SAYS: &'static str = "Voids all codes of a kind that nobody has used, so that others can be handed out; votes already cast stand. Told with its reason beside the result.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::AcceptanceCodesVoided);
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &[
        "acceptance_closed",
        "acceptance_decided",
        "acceptance_abandoned",
        "no_unused_codes",
    ];

    fn who(on: &AcceptanceScene, actor: &Actor) -> Result<()> {
        policy::may_run(actor, &on.committee_path)
    }

    fn when(c: &mut Conn, on: &AcceptanceScene, _: &Actor, _: Instant) -> Result<()> {
        rules::next(on.acceptance.state, AcceptanceAction::VoidCodes)?;
        match store::code_counts(c, on.acceptance.id)?.open() {
            0 => Err(none_unused().into()),
            _ => Ok(()),
        }
    }

    fn perform(
        tx: &mut Tx,
        on: AcceptanceScene,
        (): (),
        actor: &Actor,
        input: &VoidCodesInput,
    ) -> Result<Done<Self>> {
        let id = on.acceptance.id;
        let voided = store::code_counts(tx, id)?.of(input.kind).open();
        if voided == 0 {
            return Err(none_unused().into());
        }
        store::end_codes(tx, id, input.kind)?;
        let now = tx.now();
        store::tell(tx, (id, input.kind), (CodeAct::Voided, voided), now)?;
        let said = format!("作废未用的{} {voided} 个。", input.kind.label());
        on.note(tx, actor, &said, &input.reason)?;
        Ok(Done::of(id, format!("已{said}需要的请重新发放。"))
            .detail(json!({ "kind": input.kind, "voided": voided, "reason": input.reason })))
    }
}

fn none_unused() -> Refusal {
    Refusal::new("no_unused_codes", "没有未用的投票码可以作废。")
}

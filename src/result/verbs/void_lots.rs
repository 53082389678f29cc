//! Declaring a draw void, with a reason that is published: what remains when somebody does not reveal.

use crate::result::actions::lots;
use crate::result::scene::{DrawScene, Lots};
use crate::verbs::prelude::*;

/// Why a draw is void.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VoidLotsInput {
    #[validate(length(min = 1, max = 500))]
    #[schema(min_length = 1, max_length = 500, example = "督导员未在约定时间揭示")]
    pub reason: String,
}

pub struct VoidLots;

fn is_secretary(on: &DrawScene, actor: &Actor) -> bool {
    actor.holds(Role::CommitteeSecretary, &on.judged.path)
}

impl Verb for VoidLots {
    type On = DrawScene;
    type Gives = Lots;
    type Input = VoidLotsInput;
    type Ready = ();

    const NAME: &'static str = "void";
    const SAYS: &'static str = "Declares a draw void, when one of the two does not reveal: by either of them or the secretary.\nThe reason is published, and lots are drawn again from the beginning.";
    const EVENT: Option<audit::Verb> = None;
    const FORBIDS: &'static [&'static str] = &["lots_need_two"];
    const REFUSES: &'static [&'static str] = &["lots_over"];

    fn who(on: &DrawScene, actor: &Actor) -> Result<()> {
        if is_secretary(on, actor) {
            return Ok(());
        }
        lots::may_come(&on.judged, actor)
    }

    fn when(c: &mut Conn, on: &DrawScene, actor: &Actor, _: Instant) -> Result<()> {
        if !is_secretary(on, actor) {
            lots::may_take_part(c, &on.judged, actor)?;
        }
        Ok(lots::over(&on.drawing.lots)?)
    }

    fn perform(
        tx: &mut Tx,
        on: DrawScene,
        (): (),
        actor: &Actor,
        input: &VoidLotsInput,
    ) -> Result<Done<Self>> {
        let DrawScene {
            judged,
            mut drawing,
        } = on;
        drawing.lots.void_reason = Some(input.reason.clone());
        drawing.lots.voided_by = actor.user_id();
        lots::end(tx, actor, &judged, &mut drawing)?;
        lots::publish(tx, &judged)?;
        let said = "这次抽签已作废，理由随结果公布。可以重新抽签。";
        Ok(Done::of(judged.round.id, said))
    }
}

//! The office sends a step back, with the reason.

use crate::projects::rules::StepAction;
use crate::projects::scene::StepScene;
use crate::projects::store::Step;
use crate::projects::{StepState, course};
use crate::verbs::prelude::*;

/// Why a step goes back.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReturnInput {
    #[validate(length(min = 1, max = 1000))]
    #[schema(
        min_length = 1,
        max_length = 1000,
        example = "缺少责任人分工表，请补充。"
    )]
    pub reason: String,
}

pub struct SendBack;

impl Verb for SendBack {
    type On = StepScene;
    type Gives = StepScene;
    type Input = ReturnInput;
    type Ready = StepState;

    const NAME: &'static str = "return";
    const SAYS: &'static str =
        "Sends a submitted step back, with the reason: by the committee's office.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::StepReturned);
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &[
        "not_submitted",
        "step_passed",
        "already_accepted",
        "project_ended",
    ];

    fn who(on: &StepScene, actor: &Actor) -> Result<()> {
        on.checks(actor)
    }

    fn when(_: &mut Conn, on: &StepScene, _: &Actor, _: Instant) -> Result<StepState> {
        on.next(StepAction::Return)
    }

    fn perform(
        tx: &mut Tx,
        on: StepScene,
        state: StepState,
        _: &Actor,
        input: &ReturnInput,
    ) -> Result<Done<Self>> {
        let id = on.id();
        let after = Step {
            state,
            return_reason: Some(input.reason.clone()),
            ..on.step
        };
        course::change(tx, &on.project, on.steps, after)?;
        let said = format!("“{}”已核查。", id.1.label());
        Ok(Done::of(id, said).detail(json!({ "step": id.1, "reason": input.reason })))
    }
}

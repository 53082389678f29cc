//! The office lets a step pass; the next one opens. Promotion passed completes the project.

use crate::bids::content::StepKind;
use crate::projects::rules::{self, StepAction};
use crate::projects::scene::StepScene;
use crate::projects::store::Step;
use crate::projects::{StepState, course};
use crate::verbs::prelude::*;

/// The office's word when a step passes.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PassInput {
    #[serde(default)]
    #[validate(length(max = 1000))]
    #[schema(max_length = 1000)]
    pub note: Option<String>,
}

pub struct Pass;

impl Verb for Pass {
    type On = StepScene;
    type Gives = StepScene;
    type Input = PassInput;
    type Ready = StepState;

    const NAME: &'static str = "pass";
    const SAYS: &'static str = "Lets a submitted step pass: by the committee's office. The acceptance step passes by the acceptance's decision.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::StepPassed);
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &[
        "not_submitted",
        "decided_by_acceptance",
        "step_passed",
        "already_accepted",
        "project_ended",
    ];

    fn who(on: &StepScene, actor: &Actor) -> Result<()> {
        on.checks(actor)
    }

    fn when(_: &mut Conn, on: &StepScene, _: &Actor, _: Instant) -> Result<StepState> {
        let state = on.next(StepAction::Pass)?;
        if on.step.kind == StepKind::Acceptance {
            return Err(rules::by_acceptance().into());
        }
        Ok(state)
    }

    fn perform(
        tx: &mut Tx,
        on: StepScene,
        state: StepState,
        actor: &Actor,
        input: &PassInput,
    ) -> Result<Done<Self>> {
        let id = on.id();
        let after = Step {
            state,
            return_reason: None,
            passed_at: Some(tx.now()),
            passed_by: actor.user_id(),
            ..on.step
        };
        course::change(tx, &on.project, on.steps, after)?;
        let said = format!("“{}”已核查。", id.1.label());
        Ok(Done::of(id, said).detail(json!({ "step": id.1, "note": input.note })))
    }
}

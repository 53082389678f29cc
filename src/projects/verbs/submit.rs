//! Handing a step in for the office's check.

use super::CLOSED;
use crate::clock;
use crate::projects::rules::StepAction;
use crate::projects::scene::StepScene;
use crate::projects::store::Step;
use crate::projects::{StepState, course};
use crate::verbs::prelude::*;

/// What an organization says it has done in a step.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceInput {
    /// What was done and what it changed.
    #[serde(default)]
    #[validate(length(
        min = 1,
        max = 4000,
        message = "请写明这一步做了什么、有什么变化，最多 4000 个字。"
    ))]
    #[schema(
        required,
        min_length = 1,
        max_length = 4000,
        example = "已完成任务分解，共 18 项，责任到人。"
    )]
    pub evidence: String,
}

pub struct Submit;

impl Verb for Submit {
    type On = StepScene;
    type Gives = StepScene;
    type Input = EvidenceInput;
    type Ready = StepState;

    const NAME: &'static str = "submit";
    const SAYS: &'static str =
        "Hands a step in for the office's check: by the organization's applicant or secretary.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::StepSubmitted);
    const FORBIDS: &'static [&'static str] = &["not_your_organization"];
    const REFUSES: &'static [&'static str] = CLOSED;

    fn who(on: &StepScene, actor: &Actor) -> Result<()> {
        on.ours(actor)
    }

    fn when(_: &mut Conn, on: &StepScene, _: &Actor, _: Instant) -> Result<StepState> {
        on.next(StepAction::Submit)
    }

    fn perform(
        tx: &mut Tx,
        on: StepScene,
        state: StepState,
        actor: &Actor,
        input: &EvidenceInput,
    ) -> Result<Done<Self>> {
        let now = tx.now();
        let id = on.id();
        let first = on.step.first_submitted_at.unwrap_or(now);
        let on_time = clock::local_date(first) <= on.step.ends_on;
        let after = Step {
            state,
            evidence: input.evidence.clone(),
            submitted_at: Some(now),
            first_submitted_at: Some(first),
            submitted_by: actor.user_id(),
            ..on.step
        };
        course::change(tx, &on.project, on.steps, after)?;
        Ok(Done::of(id, "已提交，等党委党建部核查。")
            .detail(json!({ "step": id.1, "on_time": on_time })))
    }
}

//! Keeping what was written about a step, without handing it in.

use super::CLOSED;
use crate::projects::course;
use crate::projects::rules::StepAction;
use crate::projects::scene::StepScene;
use crate::verbs::prelude::*;

/// What an organization has written so far.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceDraft {
    #[serde(default)]
    #[validate(length(max = 4000))]
    #[schema(max_length = 4000, example = "已完成任务分解，共 18 项。")]
    pub evidence: String,
}

pub struct Save;

impl Verb for Save {
    type On = StepScene;
    type Gives = StepScene;
    type Input = EvidenceDraft;
    type Ready = ();

    const NAME: &'static str = "save";
    const SAYS: &'static str = "Keeps what was written about a step without submitting it. `If-Match` carries the step's version.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::StepSaved);
    const EXPECTS: Expects = Expects::Version;
    const FORBIDS: &'static [&'static str] = &["not_your_organization"];
    const REFUSES: &'static [&'static str] = CLOSED;

    fn who(on: &StepScene, actor: &Actor) -> Result<()> {
        on.ours(actor)
    }

    fn when(_: &mut Conn, on: &StepScene, _: &Actor, _: Instant) -> Result<()> {
        on.next(StepAction::Submit).map(|_| ())
    }

    fn perform(
        tx: &mut Tx,
        on: StepScene,
        (): (),
        _: &Actor,
        input: &EvidenceDraft,
    ) -> Result<Done<Self>> {
        let mut after = on.step.clone();
        after.evidence.clone_from(&input.evidence);
        course::save_step(tx, &on.step, &mut after)?;
        Ok(Done::of(on.id(), "已保存，还没有提交。")
            .detail(json!({ "project": on.project.id, "step": after.kind })))
    }
}

//! The office takes the proposal back.

use crate::joint::scene::JointScene;
use crate::joint::{JointState, end, rules};
use crate::verbs::prelude::*;

/// Why a proposal is taken back.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[schema(as = JointWithdrawInput)]
#[serde(deny_unknown_fields)]
pub struct WithdrawInput {
    #[validate(length(min = 1, max = 500))]
    #[schema(min_length = 1, max_length = 500, example = "改为分别评审。")]
    pub reason: String,
}

pub struct Withdraw;

impl Verb for Withdraw {
    type On = JointScene;
    type Gives = JointScene;
    type Input = WithdrawInput;
    type Ready = ();

    const NAME: &'static str = "withdraw";
    const SAYS: &'static str = "Take a proposal back, with the reason.";
    // Recorded as the end that it is.
    const EVENT: Option<audit::Verb> = None;
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &["merger_ended"];

    fn who(on: &JointScene, actor: &Actor) -> Result<()> {
        policy::may_run(actor, &on.committee_path)
    }

    fn when(_: &mut Conn, on: &JointScene, _: &Actor, _: Instant) -> Result<()> {
        Ok(rules::still_asked(on.joint.state)?)
    }

    fn perform(
        tx: &mut Tx,
        mut on: JointScene,
        (): (),
        actor: &Actor,
        input: &WithdrawInput,
    ) -> Result<Done<Self>> {
        let state = JointState::Withdrawn;
        end::end(tx, actor, &on.round, &mut on.joint, state, &input.reason)?;
        Ok(Done::of(on.joint.id, "已收回，各申报书分别参加评审。"))
    }
}

//! Terminating, with a reason; the project ends with it.

use crate::contracts::rules::{self, Action};
use crate::contracts::scene::ContractScene;
use crate::contracts::{ContractState, store};
use crate::projects;
use crate::verbs::prelude::*;

/// Why a contract ends before its time.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TerminateInput {
    #[validate(length(min = 1, max = 1000))]
    #[schema(
        min_length = 1,
        max_length = 1000,
        example = "机构调整，项目不再实施。"
    )]
    pub reason: String,
}

pub struct Terminate;

impl Verb for Terminate {
    type On = ContractScene;
    type Gives = ContractScene;
    type Input = TerminateInput;
    type Ready = ContractState;

    const NAME: &'static str = "terminate";
    const SAYS: &'static str = "Ends a contract before its time, and its project with it.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::ContractTerminated);
    const FORBIDS: &'static [&'static str] = &["secretary_required"];
    const REFUSES: &'static [&'static str] = &["contract_ended"];

    fn who(on: &ContractScene, actor: &Actor) -> Result<()> {
        if actor.holds_at(Role::CommitteeSecretary, on.contract.committee_id) {
            return Ok(());
        }
        let reason = format!("终止合同由{}的党委书记决定。", on.facts.committee);
        Err(Error::Forbidden(
            Refusal::new("secretary_required", reason).remedy("请党委书记登录后办理。"),
        ))
    }

    fn when(_: &mut Conn, on: &ContractScene, _: &Actor, _: Instant) -> Result<ContractState> {
        Ok(rules::next(
            on.contract.state,
            Action::Terminate,
            &on.facts,
        )?)
    }

    fn perform(
        tx: &mut Tx,
        on: ContractScene,
        state: ContractState,
        _: &Actor,
        input: &TerminateInput,
    ) -> Result<Done<Self>> {
        let now = tx.now();
        let contract = on.contract;
        store::advance(tx, &contract, state, Some(&input.reason), now)?;
        let project = projects::terminate(tx, contract.id)?;
        Ok(Done::of(contract.id, "合同已终止。").detail(
            json!({ "number": contract.number, "reason": input.reason, "project": project }),
        ))
    }
}

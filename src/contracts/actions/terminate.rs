//! Terminating, with a reason; the project ends with it.

use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use validator::Validate;

use super::{about, facts};
use crate::audit::{self, Verb};
use crate::contracts::rules::{self, Action};
use crate::contracts::store::{self, Contract};
use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
use crate::ids::ContractId;
use crate::projects;
use crate::who::{Actor, Role};

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

/// Whether this person may terminate the contract now.
pub fn may_terminate(c: &mut Conn, actor: &Actor, contract: &Contract) -> Result<()> {
    actor.person()?;
    let facts = facts(c, contract)?;
    if !actor.holds_at(Role::CommitteeSecretary, contract.committee_id) {
        return Err(Error::Forbidden(
            Refusal::new(
                "secretary_required",
                format!("终止合同由{}的党委书记决定。", facts.committee),
            )
            .remedy("请党委书记登录后办理。"),
        ));
    }
    rules::next(contract.state, Action::Terminate, &facts)?;
    Ok(())
}

pub fn terminate(
    tx: &mut Tx,
    actor: &Actor,
    id: ContractId,
    version: Option<i64>,
    input: &TerminateInput,
) -> Result<Contract> {
    let contract = super::super::visible(tx, actor, id)?;
    may_terminate(tx, actor, &contract)?;
    if version.is_some_and(|version| version != contract.version) {
        return Err(Error::stale());
    }
    let reason = input.reason.trim();
    if reason.is_empty() {
        return Err(Error::field("reason", "请写明终止的原因。"));
    }
    let facts = facts(tx, &contract)?;
    let state = rules::next(contract.state, Action::Terminate, &facts)?;
    let now = tx.now();
    let version = store::advance(tx, &contract, state, Some(reason), now)?;
    let project = projects::terminate(tx, id)?;
    let event = about(Verb::ContractTerminated, &contract, version)
        .detail(json!({ "number": contract.number, "reason": reason, "project": project }));
    audit::record(tx, actor, event)?;
    store::find(tx, id)
}

//! Signing: 乙方 first, then 甲方, who brings the contract into force and starts its project.

use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use validator::Validate;

use super::{about, facts};
use crate::audit::{self, Verb};
use crate::contracts::promise::promise;
use crate::contracts::rules::{self, Action, Facts};
use crate::contracts::store::{self, Contract, Signature};
use crate::contracts::{ContractState, PartySide};
use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
use crate::ids::{ContractId, SignatureId};
use crate::people;
use crate::projects;
use crate::who::{Actor, Role};

/// A signature: the password again, and the digest of what was read.
#[derive(Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignInput {
    /// The signatory's own password, entered again.
    #[validate(length(min = 1, max = 128))]
    #[schema(min_length = 1, max_length = 128, example = "Biaogan#2026")]
    pub password: String,
    /// Digest of the content that was read; a content changed since then is refused.
    #[serde(default)]
    #[validate(length(max = 64))]
    #[schema(max_length = 64)]
    pub digest: Option<String>,
}

impl std::fmt::Debug for SignInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignInput").finish_non_exhaustive()
    }
}

/// Which side this person signs for now and what that leads to, or why they cannot.
pub fn may_sign(
    c: &mut Conn,
    actor: &Actor,
    contract: &Contract,
) -> Result<(PartySide, ContractState)> {
    let facts = facts(c, contract)?;
    let side = side_of(actor, contract, &facts)?;
    if !contract.intact() {
        return Err(
            Refusal::new("content_tampered", "合同内容与其摘要不一致，不能签署。")
                .remedy("请审计管理员核对审计记录。")
                .into(),
        );
    }
    let action = match side {
        PartySide::A => Action::SignA,
        PartySide::B => Action::SignB,
    };
    Ok((side, rules::next(contract.state, action, &facts)?))
}

fn side_of(actor: &Actor, contract: &Contract, facts: &Facts) -> Result<PartySide> {
    actor.person()?;
    let b = actor.holds_at(Role::BranchSecretary, contract.organization_id);
    let a = actor.holds_at(Role::CommitteeSecretary, contract.committee_id);
    match (a, b) {
        (true, true) if contract.state == ContractState::Draft => Ok(PartySide::B),
        (true, _) => Ok(PartySide::A),
        (false, true) => Ok(PartySide::B),
        (false, false) => Err(Error::Forbidden(
            Refusal::new(
                "signatory_required",
                format!(
                    "合同由乙方{}的支部书记和甲方{}的党委书记签署。",
                    facts.organization, facts.committee
                ),
            )
            .remedy(match contract.state {
                ContractState::Draft => {
                    format!("现在请{}的支部书记登录后签署。", facts.organization)
                }
                ContractState::SignedByB => {
                    format!("现在请{}的党委书记登录后签署。", facts.committee)
                }
                ContractState::InForce | ContractState::Terminated | ContractState::Fulfilled => {
                    String::new()
                }
            }),
        )),
    }
}

/// Signs. The password was checked before the transaction; `digest` is what the signatory read.
pub fn sign(tx: &mut Tx, actor: &Actor, id: ContractId, digest: Option<&str>) -> Result<Contract> {
    let contract = super::super::visible(tx, actor, id)?;
    let (side, state) = may_sign(tx, actor, &contract)?;
    if digest.is_some_and(|digest| digest != contract.digest) {
        return Err(Refusal::new(
            "content_changed",
            "合同内容在您打开之后有变更，您的签署没有生效。",
        )
        .remedy("请看过最新内容后再签署。")
        .into());
    }
    let person = actor.person()?;
    let post = people::user(tx, person.user_id)?.post;
    let now = tx.now();
    store::insert_signature(
        tx,
        &Signature {
            id: SignatureId::fresh(now),
            contract_id: id,
            content_version: contract.content_version,
            party: side,
            user_id: person.user_id,
            name: person.name.clone(),
            post,
            digest: contract.digest.clone(),
            signed_at: now,
        },
    )?;
    let version = store::advance(tx, &contract, state, None, now)?;
    let event = about(Verb::ContractSigned, &contract, version).detail(json!({
        "number": contract.number,
        "party": side,
        "content_version": contract.content_version,
        "digest": contract.digest,
    }));
    audit::record(tx, actor, event)?;
    let signed = store::find(tx, id)?;
    if state == ContractState::InForce {
        projects::start(tx, actor, &promise(&signed)?)?;
    }
    Ok(signed)
}

//! Signing: 乙方 first, then 甲方, who brings the contract into force and starts its project.

use crate::contracts::promise::promise;
use crate::contracts::rules::{self, Action};
use crate::contracts::scene::ContractScene;
use crate::contracts::store::{self, Signature};
use crate::contracts::{ContractState, PartySide};
use crate::ids::SignatureId;
use crate::verbs::prelude::*;
use crate::{people, projects};

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

pub struct Sign;

impl Verb for Sign {
    type On = ContractScene;
    type Gives = ContractScene;
    type Input = SignInput;
    type Ready = (PartySide, ContractState);

    const NAME: &'static str = "sign";
    const SAYS: &'static str = "Signs for one's side, re-entering the password: 乙方's branch secretary first, then 甲方's committee secretary.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::ContractSigned);
    const FORBIDS: &'static [&'static str] = &["signatory_required"];
    const REFUSES: &'static [&'static str] = &[
        people::DISABLED,
        "b_signs_first",
        "already_signed",
        "already_in_force",
        "contract_ended",
        "content_changed",
        "content_tampered",
    ];
    const PASSWORD: bool = true;

    fn who(on: &ContractScene, actor: &Actor) -> Result<()> {
        side_of(on, actor).map(|_| ())
    }

    fn when(
        c: &mut Conn,
        on: &ContractScene,
        actor: &Actor,
        _: Instant,
    ) -> Result<(PartySide, ContractState)> {
        if !on.contract.intact() {
            return Err(
                Refusal::new("content_tampered", "合同内容与其摘要不一致，不能签署。")
                    .remedy("请审计管理员核对审计记录。")
                    .into(),
            );
        }
        let side = side_of(on, actor)?;
        let (action, party) = match side {
            PartySide::A => (Action::SignA, on.contract.committee_id),
            PartySide::B => (Action::SignB, on.contract.organization_id),
        };
        let next = rules::next(on.contract.state, action, &on.facts)?;
        // What it signed once it may change and end.
        if on.contract.content_version == 1 {
            people::in_use(c, party)?;
        }
        Ok((side, next))
    }

    fn password(input: &SignInput) -> &str {
        &input.password
    }

    fn perform(
        tx: &mut Tx,
        on: ContractScene,
        (side, state): (PartySide, ContractState),
        actor: &Actor,
        input: &SignInput,
    ) -> Result<Done<Self>> {
        let contract = on.contract;
        if input
            .digest
            .as_ref()
            .is_some_and(|read| *read != contract.digest)
        {
            return Err(Refusal::new(
                "content_changed",
                "合同内容在您打开之后有变更，您的签署没有生效。",
            )
            .remedy("请看过最新内容后再签署。")
            .into());
        }
        let person = actor.person()?;
        let now = tx.now();
        let signature = Signature {
            id: SignatureId::fresh(now),
            contract_id: contract.id,
            content_version: contract.content_version,
            party: side,
            user_id: person.user_id,
            name: person.name.clone(),
            post: people::user(tx, person.user_id)?.post,
            digest: contract.digest.clone(),
            signed_at: now,
        };
        store::insert_signature(tx, &signature)?;
        store::advance(tx, &contract, state, None, now)?;
        let said = if state == ContractState::InForce {
            let signed = store::find(tx, contract.id)?;
            projects::start(tx, actor, &promise(&signed)?)?;
            "双方已签署，合同生效，项目已经立项。"
        } else {
            "已签署，接下来由甲方签署。"
        };
        Ok(Done::of(contract.id, said).detail(json!({
            "number": contract.number,
            "party": side,
            "content_version": contract.content_version,
            "digest": contract.digest,
        })))
    }
}

/// The side this person signs for now.
fn side_of(on: &ContractScene, actor: &Actor) -> Result<PartySide> {
    let contract = &on.contract;
    let b = actor.holds_at(Role::BranchSecretary, contract.organization_id);
    let a = actor.holds_at(Role::CommitteeSecretary, contract.committee_id);
    match (a, b) {
        (true, true) if contract.state == ContractState::Draft => Ok(PartySide::B),
        (true, _) => Ok(PartySide::A),
        (false, true) => Ok(PartySide::B),
        (false, false) => Err(Error::Forbidden(somebody_else(on))),
    }
}

fn somebody_else(on: &ContractScene) -> Refusal {
    let (a, b) = (&on.facts.committee, &on.facts.organization);
    let reason = format!("合同由乙方{b}的支部书记和甲方{a}的党委书记签署。");
    Refusal::new("signatory_required", reason).remedy(match on.contract.state {
        ContractState::Draft => format!("现在请{b}的支部书记登录后签署。"),
        ContractState::SignedByB => format!("现在请{a}的党委书记登录后签署。"),
        ContractState::InForce | ContractState::Terminated | ContractState::Fulfilled => {
            String::new()
        }
    })
}

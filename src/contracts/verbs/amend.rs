//! Amending (变更): a new version with a reason, to be signed by both sides again.

use chrono::NaiveDate;

use super::draft;
use crate::bids::content::{StepKind, Target};
use crate::contracts::ContractState;
use crate::contracts::content::{self, Content};
use crate::contracts::rules::{self, Action};
use crate::contracts::scene::ContractScene;
use crate::contracts::store::{self, Contract};
use crate::error::{FieldErrors, sound};
use crate::verbs::prelude::*;

/// New dates of one step.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanChange {
    pub step: StepKind,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
}

/// What changes, and why. What is left out stays.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AmendInput {
    #[validate(length(min = 1, max = 1000))]
    #[schema(
        min_length = 1,
        max_length = 1000,
        example = "迎峰度夏抢修任务增加，调研实践顺延一个月。"
    )]
    pub reason: String,
    #[serde(default)]
    pub ends_on: Option<NaiveDate>,
    #[serde(default)]
    #[validate(length(max = 6), nested)]
    #[schema(max_items = 6)]
    pub plan: Vec<PlanChange>,
    /// All targets, as they shall be.
    #[serde(default)]
    #[validate(length(max = 20), nested)]
    #[schema(max_items = 20)]
    pub targets: Option<Vec<Target>>,
}

pub struct Amend;

impl Verb for Amend {
    type On = ContractScene;
    type Gives = ContractScene;
    type Input = AmendInput;
    type Ready = ContractState;

    const NAME: &'static str = "amend";
    const SAYS: &'static str = "Writes a new version with a reason; both sides sign again.";
    const EVENT: Option<audit::Verb> = Some(audit::Verb::ContractAmended);
    const FORBIDS: &'static [&'static str] = &["role_required"];
    const REFUSES: &'static [&'static str] = &["contract_ended"];

    fn who(on: &ContractScene, actor: &Actor) -> Result<()> {
        policy::may_run(actor, &on.committee_path)
    }

    fn when(_: &mut Conn, on: &ContractScene, _: &Actor, _: Instant) -> Result<ContractState> {
        Ok(rules::next(on.contract.state, Action::Amend, &on.facts)?)
    }

    fn perform(
        tx: &mut Tx,
        on: ContractScene,
        state: ContractState,
        actor: &Actor,
        input: &AmendInput,
    ) -> Result<Done<Self>> {
        let contract = on.contract;
        let old = Content::from_text(&contract.content)?;
        let new = changed(&old, input)?;
        if new == old {
            return Err(Error::field(
                "ends_on",
                "内容与现行文本相同，没有可变更的地方。",
            ));
        }
        let text = new.to_text()?;
        let after = Contract {
            state,
            digest: content::digest_of(&text),
            content: text,
            content_version: contract.content_version + 1,
            ends_on: new.ends_on,
            version: contract.version + 1,
            updated_at: tx.now(),
            ..contract.clone()
        };
        store::rewrite(tx, &contract, &after)?;
        draft::keep_version(tx, actor, &after, &input.reason)?;
        let said = "已形成新的一版，须双方重新签署。";
        Ok(Done::of(contract.id, said).detail(json!({
            "number": after.number,
            "reason": input.reason,
            "content_version": after.content_version,
            "digest": after.digest,
        })))
    }
}

fn changed(old: &Content, input: &AmendInput) -> Result<Content> {
    let mut new = old.clone();
    if let Some(ends_on) = input.ends_on {
        new.ends_on = ends_on;
    }
    for change in &input.plan {
        if let Some(line) = new.plan.iter_mut().find(|line| line.step == change.step) {
            line.starts_on = change.starts_on;
            line.ends_on = change.ends_on;
        }
    }
    if let Some(targets) = &input.targets {
        new.targets = targets.clone();
    }
    let mut faults = FieldErrors::new();
    for fault in rules::plan_faults(&new.plan, new.starts_on, new.ends_on) {
        let row = fault
            .step
            .and_then(|step| input.plan.iter().position(|change| change.step == step));
        let (field, text) = match (row, fault.step) {
            (Some(row), _) => (
                format!("plan[{row}][{}]", fault.field),
                fault.text.to_owned(),
            ),
            (None, Some(step)) => (
                "ends_on".to_owned(),
                format!("“{}”：{}", step.label(), fault.text),
            ),
            (None, None) => (fault.field.to_owned(), fault.text.to_owned()),
        };
        faults.entry(field).or_default().push(text);
    }
    if let Some(targets) = &input.targets {
        for (row, target) in targets.iter().enumerate() {
            if target.name.trim().is_empty() || target.target.trim().is_empty() {
                faults
                    .entry(format!("targets[{row}][name]"))
                    .or_default()
                    .push("请写明指标名称和目标值。".to_owned());
            }
        }
    }
    sound(faults).map(|()| new)
}

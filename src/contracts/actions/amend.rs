//! Amending (变更): a new version with a reason, to be signed by both sides again.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use validator::Validate;

use super::{about, draft, facts};
use crate::audit::{self, Verb};
use crate::bids::content::{StepKind, Target};
use crate::contracts::content::{self, Content};
use crate::contracts::rules::{self, Action};
use crate::contracts::store::{self, Contract};
use crate::db::{Conn, Tx};
use crate::error::{Error, FieldErrors, Result};
use crate::ids::ContractId;
use crate::people;
use crate::who::{Actor, policy};

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

/// Whether this person may amend the contract now.
pub fn may_amend(c: &mut Conn, actor: &Actor, contract: &Contract) -> Result<()> {
    let committee = people::organization(c, contract.committee_id)?;
    policy::may_run(actor, &committee.path)?;
    let facts = facts(c, contract)?;
    rules::next(contract.state, Action::Amend, &facts)?;
    Ok(())
}

/// Writes the next version; both sides sign again. `version` is the row's, when the writer knows it.
pub fn amend(
    tx: &mut Tx,
    actor: &Actor,
    id: ContractId,
    version: Option<i64>,
    input: &AmendInput,
) -> Result<Contract> {
    let contract = super::super::visible(tx, actor, id)?;
    may_amend(tx, actor, &contract)?;
    if version.is_some_and(|version| version != contract.version) {
        return Err(Error::stale());
    }
    let reason = input.reason.trim();
    if reason.is_empty() {
        return Err(Error::field("reason", "请写明变更的原因。"));
    }
    let old = Content::from_text(&contract.content)?;
    let new = changed(&old, input)?;
    if new == old {
        return Err(Error::field(
            "ends_on",
            "内容与现行文本相同，没有可变更的地方。",
        ));
    }
    let facts = facts(tx, &contract)?;
    let text = new.to_text()?;
    let mut after = contract.clone();
    after.state = rules::next(contract.state, Action::Amend, &facts)?;
    after.digest = content::digest_of(&text);
    after.content = text;
    after.content_version += 1;
    after.ends_on = new.ends_on;
    after.version += 1;
    after.updated_at = tx.now();
    store::rewrite(tx, &contract, &after)?;
    draft::keep_version(tx, actor, &after, reason)?;
    let event = about(Verb::ContractAmended, &after, after.version).detail(json!({
        "number": after.number,
        "reason": reason,
        "content_version": after.content_version,
        "digest": after.digest,
    }));
    audit::record(tx, actor, event)?;
    Ok(after)
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
    if faults.is_empty() {
        Ok(new)
    } else {
        Err(Error::Invalid(faults))
    }
}

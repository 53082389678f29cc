//! The verbs of a step.

use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use validator::Validate;

use super::{by_acceptance, change, facts, fresh, load, may_check, may_work, of_step, save_step};
use crate::audit::{self, Verb};
use crate::bids::content::StepKind;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::ids::ProjectId;
use crate::projects::rules::{self, StepAction};
use crate::projects::step_of;
use crate::projects::store::Step;
use crate::who::{Actor, policy};

/// What an organization says it has done in a step.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceInput {
    /// What was done and what it changed.
    #[validate(length(max = 4000))]
    #[schema(max_length = 4000, example = "已完成任务分解，共 18 项，责任到人。")]
    pub evidence: String,
}

/// The office's word when a step passes.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PassInput {
    #[serde(default)]
    #[validate(length(max = 1000))]
    #[schema(max_length = 1000)]
    pub note: Option<String>,
}

/// Why a step goes back.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReturnInput {
    #[validate(length(min = 1, max = 1000))]
    #[schema(
        min_length = 1,
        max_length = 1000,
        example = "缺少责任人分工表，请补充。"
    )]
    pub reason: String,
}

/// Keeps what was written about a step, without submitting it. `version` is the step's, when the writer knows it.
pub fn save(
    tx: &mut Tx,
    actor: &Actor,
    id: ProjectId,
    kind: StepKind,
    version: Option<i64>,
    input: &EvidenceInput,
) -> Result<Step> {
    let (project, steps) = load(tx, actor, id)?;
    policy::may_act_for(actor, project.organization_id)?;
    let step = step_of(&steps, kind)?;
    fresh(step, version)?;
    let facts = facts(tx, &project, &steps, step)?;
    may_work(project.state, kind)?;
    rules::next_step(step.state, StepAction::Submit, &facts)?;
    let mut after = step.clone();
    after.evidence = input.evidence.trim().to_owned();
    save_step(tx, step, &mut after)?;
    let event = of_step(Verb::StepSaved, &project, &after);
    audit::record(tx, actor, event)?;
    Ok(after)
}

/// Hands a step in for the office's check.
pub fn submit(
    tx: &mut Tx,
    actor: &Actor,
    id: ProjectId,
    kind: StepKind,
    version: Option<i64>,
    input: &EvidenceInput,
) -> Result<Step> {
    let (project, steps) = load(tx, actor, id)?;
    policy::may_act_for(actor, project.organization_id)?;
    let step = step_of(&steps, kind)?;
    fresh(step, version)?;
    may_work(project.state, kind)?;
    let facts = facts(tx, &project, &steps, step)?;
    let state = rules::next_step(step.state, StepAction::Submit, &facts)?;
    if input.evidence.trim().is_empty() {
        return Err(Error::field(
            "evidence",
            "请写明这一步做了什么、有什么变化。",
        ));
    }
    let now = tx.now();
    let mut after = step.clone();
    after.state = state;
    after.evidence = input.evidence.trim().to_owned();
    after.submitted_at = Some(now);
    after.submitted_by = actor.user_id();
    let on_time = crate::clock::local_date(now) <= step.ends_on;
    change(tx, &project, steps, &mut after)?;
    let event = of_step(Verb::StepSubmitted, &project, &after)
        .detail(json!({ "step": kind, "on_time": on_time }));
    audit::record(tx, actor, event)?;
    Ok(after)
}

/// The office lets a step pass; the next one opens. Promotion passed completes the project.
pub fn pass(
    tx: &mut Tx,
    actor: &Actor,
    id: ProjectId,
    kind: StepKind,
    version: Option<i64>,
    input: &PassInput,
) -> Result<Step> {
    let (project, steps) = load(tx, actor, id)?;
    may_check(tx, actor, &project)?;
    let step = step_of(&steps, kind)?;
    fresh(step, version)?;
    may_work(project.state, kind)?;
    let facts = facts(tx, &project, &steps, step)?;
    let state = rules::next_step(step.state, StepAction::Pass, &facts)?;
    if kind == StepKind::Acceptance {
        return Err(by_acceptance().into());
    }
    let now = tx.now();
    let mut after = step.clone();
    after.state = state;
    after.return_reason = None;
    after.passed_at = Some(now);
    after.passed_by = actor.user_id();
    change(tx, &project, steps, &mut after)?;
    let event = of_step(Verb::StepPassed, &project, &after)
        .detail(json!({ "step": kind, "note": input.note }));
    audit::record(tx, actor, event)?;
    Ok(after)
}

/// The office sends a step back, with the reason.
pub fn send_back(
    tx: &mut Tx,
    actor: &Actor,
    id: ProjectId,
    kind: StepKind,
    version: Option<i64>,
    input: &ReturnInput,
) -> Result<Step> {
    let (project, steps) = load(tx, actor, id)?;
    may_check(tx, actor, &project)?;
    let step = step_of(&steps, kind)?;
    fresh(step, version)?;
    may_work(project.state, kind)?;
    let facts = facts(tx, &project, &steps, step)?;
    let state = rules::next_step(step.state, StepAction::Return, &facts)?;
    let reason = input.reason.trim().to_owned();
    if reason.is_empty() {
        return Err(Error::field("reason", "请写明退回的原因。"));
    }
    let mut after = step.clone();
    after.state = state;
    after.return_reason = Some(reason.clone());
    change(tx, &project, steps, &mut after)?;
    let event = of_step(Verb::StepReturned, &project, &after)
        .detail(json!({ "step": kind, "reason": reason }));
    audit::record(tx, actor, event)?;
    Ok(after)
}

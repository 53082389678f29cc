//! What is done with projects and steps, one function a verb.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use validator::Validate;

use super::rules::{self, ProjectAction, StepAction, StepFacts};
use super::store::{self, Project, Step};
use super::{Grade, ProjectState, StepState, standing, step_of};
use crate::audit::{self, Chain, Event, Verb};
use crate::auth::{Actor, policy};
use crate::bids::content::StepKind;
use crate::contracts::{Content, Contract};
use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
use crate::ids::{ContractId, ProjectId, StepId};
use crate::people;

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

/// Makes the project of a contract that has come into force, with its six steps. A contract that is in force again
/// after an amendment moves the dates of the steps that have not passed.
pub fn start(tx: &mut Tx, actor: &Actor, contract: &Contract) -> Result<ProjectId> {
    let content = Content::from_text(&contract.content)?;
    if let Some(project) = store::of_contract(tx, contract.id)? {
        reschedule(tx, &project, &content)?;
        return Ok(project.id);
    }
    let now = tx.now();
    let id = ProjectId::fresh(now);
    let first = content.plan.first().map(|line| line.ends_on);
    let project = Project {
        id,
        contract_id: contract.id,
        committee_id: contract.committee_id,
        organization_id: contract.organization_id,
        title: contract.title.clone(),
        state: ProjectState::Active,
        current_step: StepKind::Initiation,
        step_due: first,
        starts_on: contract.starts_on,
        ends_on: contract.ends_on,
        grade: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    store::insert(tx, &project)?;
    for (position, line) in (1..).zip(&content.plan) {
        let step = Step {
            id: StepId::fresh(now),
            project_id: id,
            kind: line.step,
            position,
            state: if line.step == StepKind::Initiation {
                StepState::Open
            } else {
                StepState::Waiting
            },
            work: line.work.clone(),
            responsible: line.responsible.clone(),
            starts_on: line.starts_on,
            ends_on: line.ends_on,
            evidence: String::new(),
            return_reason: None,
            submitted_at: None,
            submitted_by: None,
            passed_at: None,
            passed_by: None,
            version: 1,
        };
        store::insert_step(tx, &step)?;
    }
    let event = about(Verb::ProjectStarted, &project, "project", id.0, 1)
        .round(contract.round_id)
        .detail(json!({ "contract": contract.number }));
    audit::record(tx, actor, event)?;
    Ok(id)
}

fn reschedule(tx: &mut Tx, project: &Project, content: &Content) -> Result<()> {
    let mut steps = store::steps(tx, project.id)?;
    for step in &mut steps {
        let line = content.plan.iter().find(|line| line.step == step.kind);
        if let Some(line) = line.filter(|_| step.state != StepState::Passed) {
            let before = step.clone();
            step.starts_on = line.starts_on;
            step.ends_on = line.ends_on;
            save_step(tx, &before, step)?;
        }
    }
    let mut after = project.clone();
    after.ends_on = content.ends_on;
    settle(tx, project, after, steps)
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

/// The acceptance's decision: the project is accepted with this grade, its acceptance step passes, promotion opens and
/// the contract is fulfilled. The caller has asked who decides, and records the decision itself.
pub fn set_accepted(tx: &mut Tx, actor: &Actor, id: ProjectId, grade: Grade) -> Result<Project> {
    let project = store::find(tx, id)?;
    let steps = store::steps(tx, id)?;
    let state = rules::next(project.state, ProjectAction::Accept)?;
    rules::may_accept(project.state, &standing(&steps))?;
    let step = step_of(&steps, StepKind::Acceptance)?;
    let facts = facts(tx, &project, &steps, step)?;
    let mut passed = step.clone();
    passed.state = rules::next_step(step.state, StepAction::Accept, &facts)?;
    passed.return_reason = None;
    passed.passed_at = Some(tx.now());
    passed.passed_by = actor.user_id();
    save_step(tx, step, &mut passed)?;
    let mut after = project.clone();
    after.state = state;
    after.grade = Some(grade);
    let steps = replaced(steps, passed);
    settle(tx, &project, after, steps)?;
    crate::contracts::actions::fulfil(tx, project.contract_id)?;
    tx.publish_change()?;
    store::find(tx, id)
}

/// The acceptance's decision: not good enough. The organization has until the given day to put it right and is then
/// accepted once more. The caller records the decision.
pub fn set_rectifying(
    tx: &mut Tx,
    id: ProjectId,
    until: NaiveDate,
    reason: &str,
) -> Result<Project> {
    let project = store::find(tx, id)?;
    let steps = store::steps(tx, id)?;
    let state = rules::next(project.state, ProjectAction::Rectify)?;
    let step = step_of(&steps, StepKind::Acceptance)?;
    let mut back = step.clone();
    if step.state == StepState::Submitted {
        back.state = StepState::Returned;
    }
    back.return_reason = Some(reason.to_owned());
    back.ends_on = until;
    save_step(tx, step, &mut back)?;
    let mut after = project.clone();
    after.state = state;
    after.grade = Some(Grade::Unqualified);
    let steps = replaced(steps, back);
    settle(tx, &project, after, steps)?;
    store::find(tx, id)
}

/// The contract was terminated, and the project, if there is one, with it. The caller records why.
pub fn terminate(tx: &mut Tx, contract: ContractId) -> Result<Option<ProjectId>> {
    let Some(project) = store::of_contract(tx, contract)? else {
        return Ok(None);
    };
    let mut after = project.clone();
    after.state = rules::next(project.state, ProjectAction::Terminate)?;
    after.step_due = None;
    after.updated_at = tx.now();
    store::save(tx, &project, &after)?;
    Ok(Some(project.id))
}

fn load(tx: &mut Tx, actor: &Actor, id: ProjectId) -> Result<(Project, Vec<Step>)> {
    let project = super::visible(tx, actor, id)?;
    let steps = store::steps(tx, id)?;
    Ok((project, steps))
}

/// Steps are checked by the committee's office.
pub fn may_check(c: &mut Conn, actor: &Actor, project: &Project) -> Result<()> {
    let committee = people::organization(c, project.committee_id)?;
    policy::may_run(actor, &committee.path)
}

/// Work on a step belongs to a living project; after the acceptance only promotion is left.
pub fn may_work(state: ProjectState, kind: StepKind) -> Result<(), Refusal> {
    match state {
        ProjectState::Active | ProjectState::Rectifying => Ok(()),
        ProjectState::Accepted if kind == StepKind::Promotion => Ok(()),
        ProjectState::Accepted => Err(Refusal::new(
            "already_accepted",
            "项目已经通过验收，这一步不能再改动。",
        )
        .remedy("接下来做“总结推广”。")),
        ProjectState::Completed | ProjectState::Terminated => Err(Refusal::new(
            "project_ended",
            format!("这个项目{}，不能再改动。", state.label()),
        )),
    }
}

/// Why the office's button cannot pass the acceptance step.
pub fn by_acceptance() -> Refusal {
    Refusal::new(
        "decided_by_acceptance",
        "“考评验收”由验收结果决定，不在这里通过。",
    )
    .remedy("请党委党建部发起验收；验收认定后，这一步自动通过。")
}

/// What the rules' words need to know about a step.
pub fn facts(c: &mut Conn, project: &Project, steps: &[Step], step: &Step) -> Result<StepFacts> {
    let organization = people::organization(c, project.organization_id)?;
    Ok(StepFacts {
        kind: step.kind,
        awaited: rules::awaited(step.kind, &standing(steps)),
        starts_on: step.starts_on,
        ends_on: step.ends_on,
        organization: organization.short_name,
    })
}

fn fresh(step: &Step, version: Option<i64>) -> Result<()> {
    match version {
        Some(version) if version != step.version => Err(Error::stale()),
        Some(_) | None => Ok(()),
    }
}

fn save_step(tx: &mut Tx, before: &Step, after: &mut Step) -> Result<()> {
    store::save_step(tx, before, after)?;
    after.version = before.version + 1;
    Ok(())
}

fn replaced(steps: Vec<Step>, changed: Step) -> Vec<Step> {
    steps
        .into_iter()
        .map(|step| {
            if step.id == changed.id {
                changed.clone()
            } else {
                step
            }
        })
        .collect()
}

/// Writes the changed step and what follows from it.
fn change(tx: &mut Tx, project: &Project, steps: Vec<Step>, changed: &mut Step) -> Result<()> {
    let before = step_of(&steps, changed.kind)?.clone();
    save_step(tx, &before, changed)?;
    let steps = replaced(steps, changed.clone());
    settle(tx, project, project.clone(), steps)
}

/// Opens what may open now, completes the project when all has passed, and keeps `current_step` and `step_due` in step.
fn settle(tx: &mut Tx, before: &Project, mut after: Project, mut steps: Vec<Step>) -> Result<()> {
    let opening = rules::opening(&standing(&steps));
    for kind in opening {
        let facts = facts(tx, before, &steps, step_of(&steps, kind)?)?;
        if let Some(step) = steps.iter_mut().find(|step| step.kind == kind) {
            let waiting = step.clone();
            step.state = rules::next_step(waiting.state, StepAction::Open, &facts)?;
            save_step(tx, &waiting, step)?;
        }
    }
    let standing = standing(&steps);
    if standing.iter().all(|step| step.state == StepState::Passed) {
        after.state = rules::next(after.state, ProjectAction::Complete)?;
        tx.publish_change()?;
    }
    after.current_step = rules::current(&standing);
    after.step_due = rules::due(&standing);
    after.updated_at = tx.now();
    store::save(tx, before, &after)
}

fn about(verb: Verb, project: &Project, kind: &'static str, id: i64, version: i64) -> Event {
    Event::new(verb, Chain::Committee(project.committee_id), kind, id)
        .organization(project.organization_id)
        .version(version)
}

fn of_step(verb: Verb, project: &Project, step: &Step) -> Event {
    about(verb, project, "step", step.id.0, step.version)
        .detail(json!({ "project": project.id, "step": step.kind }))
}

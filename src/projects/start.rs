//! A project begins with its contract, and follows its amendments.

use chrono::NaiveDate;
use serde_json::json;

use super::course::{save_step, settle};
use super::scene::event;
use super::store::{self, Project, Step};
use super::{ProjectState, StepState};
use crate::audit::{self, Verb};
use crate::bids::content::StepKind;
use crate::db::Tx;
use crate::error::Result;
use crate::ids::{ContractId, OrganizationId, ProjectId, RoundId, StepId};
use crate::who::Actor;

/// One of the six steps as it was promised.
#[derive(Debug, Clone)]
pub struct PromisedStep {
    pub kind: StepKind,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    pub work: String,
    pub responsible: String,
}

/// All that a project knows of its contract.
#[derive(Debug, Clone)]
pub struct Promise {
    pub contract_id: ContractId,
    /// The contract's number, for the trail.
    pub number: String,
    pub round_id: RoundId,
    pub committee_id: OrganizationId,
    pub organization_id: OrganizationId,
    pub title: String,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    pub plan: Vec<PromisedStep>,
}

/// Makes the project of a contract that has come into force, with its six steps. A contract that is in force again
/// after an amendment moves the dates of the steps that have not passed.
pub fn start(tx: &mut Tx, actor: &Actor, promise: &Promise) -> Result<ProjectId> {
    if let Some(project) = store::of_contract(tx, promise.contract_id)? {
        reschedule(tx, &project, promise)?;
        return Ok(project.id);
    }
    let now = tx.now();
    let id = ProjectId::fresh(now);
    let first = promise.plan.first().map(|line| line.ends_on);
    let project = Project {
        id,
        contract_id: promise.contract_id,
        committee_id: promise.committee_id,
        organization_id: promise.organization_id,
        title: promise.title.clone(),
        state: ProjectState::Active,
        current_step: StepKind::Initiation,
        step_due: first,
        starts_on: promise.starts_on,
        ends_on: promise.ends_on,
        grade: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    store::insert(tx, &project)?;
    for (position, line) in (1..).zip(&promise.plan) {
        let step = Step {
            id: StepId::fresh(now),
            project_id: id,
            kind: line.kind,
            position,
            state: if line.kind == StepKind::Initiation {
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
            first_submitted_at: None,
            submitted_by: None,
            passed_at: None,
            passed_by: None,
            version: 1,
        };
        store::insert_step(tx, &step)?;
    }
    let event = event(Verb::ProjectStarted, &project, "project", id.0)
        .version(1)
        .round(promise.round_id)
        .detail(json!({ "contract": promise.number }));
    audit::record(tx, actor, event)?;
    Ok(id)
}

fn reschedule(tx: &mut Tx, project: &Project, promise: &Promise) -> Result<()> {
    let mut steps = store::steps(tx, project.id)?;
    for step in &mut steps {
        let line = promise.plan.iter().find(|line| line.kind == step.kind);
        if let Some(line) = line.filter(|_| step.state != StepState::Passed) {
            let before = step.clone();
            step.starts_on = line.starts_on;
            step.ends_on = line.ends_on;
            save_step(tx, &before, step)?;
        }
    }
    let mut after = project.clone();
    after.ends_on = promise.ends_on;
    settle(tx, project, after, steps)
}

//! A project begins with its contract, and follows its amendments.

use serde_json::json;

use super::{about, save_step, settle};
use crate::audit::{self, Verb};
use crate::auth::Actor;
use crate::bids::content::StepKind;
use crate::contracts::{Content, Contract};
use crate::db::Tx;
use crate::error::Result;
use crate::ids::{ProjectId, StepId};
use crate::projects::store::{self, Project, Step};
use crate::projects::{ProjectState, StepState};

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

//! A project goes on: what a changed step entails, and what the acceptance or the contract decides.

use chrono::NaiveDate;

use super::rules::{self, ProjectAction, StepAction, StepFacts};
use super::store::{self, Project, Step};
use super::{Grade, StepState, standing, step_of};
use crate::bids::content::StepKind;
use crate::db::Tx;
use crate::error::Result;
use crate::ids::{ContractId, ProjectId};
use crate::people;
use crate::who::Actor;

/// What the words of a step's refusal need.
pub(super) fn facts(steps: &[Step], step: &Step, organization: &str) -> StepFacts {
    StepFacts {
        kind: step.kind,
        awaited: rules::awaited(step.kind, &standing(steps)),
        starts_on: step.starts_on,
        ends_on: step.ends_on,
        organization: organization.to_owned(),
    }
}

pub(super) fn save_step(tx: &mut Tx, before: &Step, after: &mut Step) -> Result<()> {
    store::save_step(tx, before, after)?;
    after.version = before.version + 1;
    Ok(())
}

/// Writes the changed step and what follows from it.
pub(super) fn change(
    tx: &mut Tx,
    project: &Project,
    steps: Vec<Step>,
    changed: Step,
) -> Result<()> {
    change_both(tx, project, project.clone(), steps, changed)
}

/// The same where the project itself is changed too.
fn change_both(
    tx: &mut Tx,
    before: &Project,
    after: Project,
    mut steps: Vec<Step>,
    mut changed: Step,
) -> Result<()> {
    if let Some(step) = steps.iter_mut().find(|step| step.id == changed.id) {
        save_step(tx, step, &mut changed)?;
        *step = changed;
    }
    settle(tx, before, after, steps)
}

/// Opens what may open now, completes the project when all has passed, and keeps `current_step` and `step_due` in step.
pub(super) fn settle(
    tx: &mut Tx,
    before: &Project,
    mut after: Project,
    mut steps: Vec<Step>,
) -> Result<()> {
    let organization = people::organization(tx, before.organization_id)?.short_name;
    for kind in rules::opening(&standing(&steps)) {
        let facts = facts(&steps, step_of(&steps, kind)?, &organization);
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

/// The acceptance's decision: the project is accepted with this grade, its acceptance step passes and promotion opens.
/// The caller has asked who decides, fulfils the contract, and records the decision itself.
pub fn set_accepted(tx: &mut Tx, actor: &Actor, id: ProjectId, grade: Grade) -> Result<Project> {
    let project = store::find(tx, id)?;
    let steps = store::steps(tx, id)?;
    let state = rules::next(project.state, ProjectAction::Accept)?;
    rules::may_accept(project.state, &standing(&steps))?;
    let step = step_of(&steps, StepKind::Acceptance)?;
    let organization = people::organization(tx, project.organization_id)?.short_name;
    let facts = facts(&steps, step, &organization);
    let passed = Step {
        state: rules::next_step(step.state, StepAction::Accept, &facts)?,
        return_reason: None,
        passed_at: Some(tx.now()),
        passed_by: actor.user_id(),
        ..step.clone()
    };
    let after = Project {
        state,
        grade: Some(grade),
        ..project.clone()
    };
    change_both(tx, &project, after, steps, passed)?;
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
    let back = Step {
        state: if step.state == StepState::Submitted {
            StepState::Returned
        } else {
            step.state
        },
        return_reason: Some(reason.to_owned()),
        ends_on: until,
        ..step.clone()
    };
    let after = Project {
        state,
        grade: Some(Grade::Unqualified),
        ..project.clone()
    };
    change_both(tx, &project, after, steps, back)?;
    store::find(tx, id)
}

/// The contract was terminated, and the project, if there is one, with it. The caller records why.
pub fn terminate(tx: &mut Tx, contract: ContractId) -> Result<Option<ProjectId>> {
    let Some(project) = store::of_contract(tx, contract)? else {
        return Ok(None);
    };
    let after = Project {
        state: rules::next(project.state, ProjectAction::Terminate)?,
        step_due: None,
        updated_at: tx.now(),
        ..project.clone()
    };
    store::save(tx, &project, &after)?;
    Ok(Some(project.id))
}

//! What the acceptance or the contract decides about a project.

use chrono::NaiveDate;

use super::{facts, replaced, save_step, settle};
use crate::bids::content::StepKind;
use crate::db::Tx;
use crate::error::Result;
use crate::ids::{ContractId, ProjectId};
use crate::projects::rules::{self, ProjectAction, StepAction};
use crate::projects::store::{self, Project};
use crate::projects::{Grade, StepState, standing, step_of};
use crate::who::Actor;

/// The acceptance's decision: the project is accepted with this grade, its acceptance step passes and promotion opens.
/// The caller has asked who decides, fulfils the contract, and records the decision itself.
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

//! What is done with projects and steps, one function a verb.

mod decide;
mod read;
mod start;
mod step;

use serde_json::json;

pub use decide::{set_accepted, set_rectifying, terminate};
pub use read::{Sides, list, may};
pub use start::{Promise, PromisedStep, start};
pub use step::{EvidenceInput, PassInput, ReturnInput, pass, save, send_back, submit};

use super::rules::{self, ProjectAction, StepAction, StepFacts};
use super::store::{self, Project, Step};
use super::{ProjectState, StepState, standing, step_of};
use crate::audit::{Chain, Event, Verb};
use crate::bids::content::StepKind;
use crate::db::{Conn, Tx};
use crate::error::{Error, Refusal, Result};
use crate::ids::ProjectId;
use crate::people;
use crate::who::{Actor, policy};

pub(super) fn load(tx: &mut Tx, actor: &Actor, id: ProjectId) -> Result<(Project, Vec<Step>)> {
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

pub(super) fn fresh(step: &Step, version: Option<i64>) -> Result<()> {
    match version {
        Some(version) if version != step.version => Err(Error::stale()),
        Some(_) | None => Ok(()),
    }
}

pub(super) fn save_step(tx: &mut Tx, before: &Step, after: &mut Step) -> Result<()> {
    store::save_step(tx, before, after)?;
    after.version = before.version + 1;
    Ok(())
}

pub(super) fn replaced(steps: Vec<Step>, changed: Step) -> Vec<Step> {
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
pub(super) fn change(
    tx: &mut Tx,
    project: &Project,
    steps: Vec<Step>,
    changed: &mut Step,
) -> Result<()> {
    let before = step_of(&steps, changed.kind)?.clone();
    save_step(tx, &before, changed)?;
    let steps = replaced(steps, changed.clone());
    settle(tx, project, project.clone(), steps)
}

/// Opens what may open now, completes the project when all has passed, and keeps `current_step` and `step_due` in step.
pub(super) fn settle(
    tx: &mut Tx,
    before: &Project,
    mut after: Project,
    mut steps: Vec<Step>,
) -> Result<()> {
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

pub(super) fn about(
    verb: Verb,
    project: &Project,
    kind: &'static str,
    id: i64,
    version: i64,
) -> Event {
    Event::new(verb, Chain::Committee(project.committee_id), kind, id)
        .organization(project.organization_id)
        .version(version)
}

pub(super) fn of_step(verb: Verb, project: &Project, step: &Step) -> Event {
    about(verb, project, "step", step.id.0, step.version)
        .detail(json!({ "project": project.id, "step": step.kind }))
}

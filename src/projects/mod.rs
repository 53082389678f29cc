//! Projects (项目) and their six steps (六步法), under watch until they are accepted and copied.
//!
//! Owns `projects` and `steps`. A contract in force makes a project: what it promises is passed in. Step n+1 opens when step n passes; `control` runs
//! beside `research_practice`, and `acceptance` waits for both. `acceptance` passes by the acceptance room's decision,
//! the other steps by the office's check. A project is completed when `promotion` passes.
//!
//! A step:
//!
//! | state | open | submit | pass | return | accept |
//! |---|---|---|---|---|---|
//! | waiting | open | step_waiting | not_submitted | not_submitted | step_waiting |
//! | open | already_open | submitted | not_submitted | not_submitted | passed |
//! | submitted | already_open | already_submitted | passed | returned | passed |
//! | returned | already_open | submitted | not_submitted | not_submitted | passed |
//! | passed | step_passed | step_passed | step_passed | step_passed | step_passed |
//!
//! A project:
//!
//! | state | accept | rectify | complete | terminate |
//! |---|---|---|---|---|
//! | active | accepted | rectifying | not_accepted | terminated |
//! | accepted | already_accepted | already_accepted | completed | already_accepted |
//! | rectifying | accepted | rectified_once | not_accepted | terminated |
//! | completed | project_ended | project_ended | project_ended | project_ended |
//! | terminated | project_ended | project_ended | project_ended | project_ended |
//!
//! Also refused: a step without evidence, a step of an ended project, somebody else's step.
//!
//! Invariants: six steps a project, in order; `current_step` is the first step that has not passed, `step_due` the
//! earliest due date of the steps that wait for the organization (none while all wait for the office); no step passed
//! that was not opened.

pub mod api;
mod check;
mod course;
pub mod pages;
pub mod room;
pub mod rules;
pub mod scene;
pub mod shown;
mod start;
pub mod store;
mod todo;
pub mod verbs;

use chrono::NaiveDate;

pub use course::{set_accepted, set_rectifying, terminate};
pub use rules::{Urgency, urgency};
pub use start::{Promise, PromisedStep, start};
pub use store::{Project, Step};

use crate::bids::content::StepKind;
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::{Error, Refusal, Result};
use crate::ids::{ContractId, ProjectId, StepId};
use crate::numbers::rules::Fraction;
use crate::who::{Actor, policy};

crate::text_enum! {
    /// Where a project is.
    ProjectState {
        Active = "active" "实施中",
        Accepted = "accepted" "已验收",
        Rectifying = "rectifying" "限期整改",
        Completed = "completed" "已办结",
        Terminated = "terminated" "已终止",
    }
}

crate::text_enum! {
    /// Where a step is.
    StepState {
        Waiting = "waiting" "未开始",
        Open = "open" "进行中",
        Submitted = "submitted" "待核查",
        Returned = "returned" "已退回",
        Passed = "passed" "已通过",
    }
}

crate::text_enum! {
    /// What an acceptance found.
    Grade {
        Excellent = "excellent" "优秀",
        Good = "good" "良好",
        Qualified = "qualified" "合格",
        Unqualified = "unqualified" "不合格",
    }
}

/// The project itself, without asking who wants to see it.
pub fn find(c: &mut Conn, id: ProjectId) -> Result<Project> {
    store::find(c, id)
}

/// The project, if this actor may know of it: people of the organization, and office, secretary and supervisor over
/// it. To everybody else there is no such project.
pub fn visible(c: &mut Conn, actor: &Actor, id: ProjectId) -> Result<Project> {
    actor.person()?;
    let project = store::find(c, id)?;
    let organization = crate::people::organization(c, project.organization_id)?;
    if policy::sees_work_of(actor, organization.id, &organization.path) {
        return Ok(project);
    }
    Err(Error::NotFound)
}

/// The project of a contract, once there is one.
pub fn of_contract(c: &mut Conn, contract: ContractId) -> Result<Option<ProjectId>> {
    Ok(store::of_contract(c, contract)?.map(|project| project.id))
}

/// A step with its project, if this actor may know of it.
pub fn visible_step(c: &mut Conn, actor: &Actor, id: StepId) -> Result<(Step, Project)> {
    let step = store::step(c, id)?;
    let project = visible(c, actor, step.project_id)?;
    Ok((step, project))
}

/// Whether a step's evidence may still be changed: it is open or was returned.
pub fn may_save_step(step: &Step) -> Result<(), Refusal> {
    rules::may_save(step.state, step.kind)
}

/// The six steps, in order.
pub fn steps(c: &mut Conn, id: ProjectId) -> Result<Vec<Step>> {
    store::steps(c, id)
}

/// The on-time share of the steps on this instant's day, exact, in hundredths of a mark out of 100.
pub fn process_score(c: &mut Conn, id: ProjectId, now: Instant) -> Result<Fraction> {
    Ok(score_of(&store::steps(c, id)?, now))
}

pub fn score_of(steps: &[Step], now: Instant) -> Fraction {
    let deliveries: Vec<rules::Delivery> = steps
        .iter()
        .map(|step| rules::Delivery {
            ends_on: step.ends_on,
            submitted_on: step.first_submitted_at.map(crate::clock::local_date),
            waits: step.state == StepState::Waiting,
        })
        .collect();
    rules::process_score(&deliveries, crate::clock::local_date(now))
}

/// Why an acceptance cannot begin yet, or nothing: the project must have come to its acceptance step.
pub fn acceptance_refusal(c: &mut Conn, project: &Project) -> Result<Option<Refusal>> {
    let steps = store::steps(c, project.id)?;
    Ok(rules::may_accept(project.state, &standing(&steps)).err())
}

/// What the rules ask about steps.
pub fn standing(steps: &[Step]) -> Vec<rules::Standing> {
    steps
        .iter()
        .map(|step| rules::Standing {
            kind: step.kind,
            state: step.state,
            ends_on: step.ends_on,
        })
        .collect()
}

/// How urgent the project's next due date is on this day.
pub fn urgency_of(project: &Project, today: NaiveDate) -> Urgency {
    rules::project_urgency(project.state, project.step_due, today)
}

/// The step by its kind.
pub fn step_of(steps: &[Step], kind: StepKind) -> Result<&Step> {
    steps
        .iter()
        .find(|step| step.kind == kind)
        .ok_or(Error::NotFound)
}

//! Pure rules of projects and steps: states, what opens when, five-level control, the on-time share.

mod control;

use chrono::NaiveDate;

pub use control::{Delivery, Level, Urgency, first_day, process_score, project_urgency, urgency};

use super::{ProjectState, StepState};
use crate::bids::content::StepKind;
use crate::clock::show_date;
use crate::error::Refusal;

/// What can be done to a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepAction {
    /// The steps before it have passed.
    Open,
    Submit,
    Pass,
    Return,
    /// The acceptance room's decision passes the acceptance step.
    Accept,
}

impl StepAction {
    pub const ALL: [Self; 5] = [
        Self::Open,
        Self::Submit,
        Self::Pass,
        Self::Return,
        Self::Accept,
    ];
}

/// What the words of a step's refusal need.
#[derive(Debug, Clone)]
pub struct StepFacts {
    pub kind: StepKind,
    /// The steps that must pass before this one opens and have not.
    pub awaited: Vec<StepKind>,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    /// 乙方's short name.
    pub organization: String,
}

/// The step's state after the action, or why not and what would change that.
pub fn next_step(
    state: StepState,
    action: StepAction,
    facts: &StepFacts,
) -> Result<StepState, Refusal> {
    use StepAction::{Accept, Open, Pass, Return, Submit};
    use StepState::{Open as Opened, Passed, Returned, Submitted, Waiting};
    match (state, action) {
        (Waiting, Open) if facts.awaited.is_empty() => Ok(Opened),
        (Waiting, Open | Submit | Accept) => Err(waiting(facts)),
        (Waiting | Opened | Returned, Pass | Return) => Err(Refusal::new(
            "not_submitted",
            format!("“{}”还没有提交，不能核查。", facts.kind.label()),
        )
        .remedy(format!(
            "请等{}提交，应在 {} 前。",
            facts.organization,
            show_date(facts.ends_on)
        ))),
        (Opened | Submitted | Returned, Open) => Err(Refusal::new(
            "already_open",
            format!("“{}”已经开始。", facts.kind.label()),
        )),
        (Opened | Returned, Submit) => Ok(Submitted),
        (Submitted, Submit) => Err(Refusal::new(
            "already_submitted",
            format!("“{}”已经提交，正等核查。", facts.kind.label()),
        )
        .remedy("由党委党建部通过或者退回，退回以后可以再提交。")),
        (Submitted, Pass) => Ok(Passed),
        (Submitted, Return) => Ok(Returned),
        (Opened | Submitted | Returned, Accept) => Ok(Passed),
        (Passed, Open | Submit | Pass | Return | Accept) => Err(Refusal::new(
            "step_passed",
            format!("“{}”已经通过，不能再改动。", facts.kind.label()),
        )),
    }
}

fn waiting(facts: &StepFacts) -> Refusal {
    let names: Vec<String> = facts
        .awaited
        .iter()
        .map(|kind| format!("“{}”", kind.label()))
        .collect();
    Refusal::new(
        "step_waiting",
        format!("“{}”还没有开始。", facts.kind.label()),
    )
    .remedy(format!(
        "{}通过以后才开始，计划开始日期是 {}。",
        if names.is_empty() {
            "前面的步骤".to_owned()
        } else {
            names.join("、")
        },
        show_date(facts.starts_on)
    ))
}

/// What can be done to a project as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProjectAction {
    Accept,
    Rectify,
    Complete,
    Terminate,
}

impl ProjectAction {
    pub const ALL: [Self; 4] = [Self::Accept, Self::Rectify, Self::Complete, Self::Terminate];
}

/// The project's state after the action, or why not and what would change that.
pub fn next(state: ProjectState, action: ProjectAction) -> Result<ProjectState, Refusal> {
    use ProjectAction::{Accept, Complete, Rectify, Terminate};
    use ProjectState::{Accepted, Active, Completed, Rectifying, Terminated};
    match (state, action) {
        (Active | Rectifying, Accept) => Ok(Accepted),
        (Active, Rectify) => Ok(Rectifying),
        (Rectifying, Rectify) => Err(Refusal::new(
            "rectified_once",
            "这个项目已经限期整改过一次，不能再次整改。",
        )
        .remedy("再次验收仍不合格的，请党委书记终止合同。")),
        (Active | Rectifying, Complete) => Err(Refusal::new(
            "not_accepted",
            "项目还没有通过验收，不能办结。",
        )
        .remedy("请党委党建部先组织考评验收。")),
        (Active | Rectifying, Terminate) => Ok(Terminated),
        (Accepted, Complete) => Ok(Completed),
        (Accepted, Accept | Rectify | Terminate) => {
            Err(Refusal::new("already_accepted", "项目已经通过验收。")
                .remedy("接下来做“总结推广”。"))
        }
        (Completed | Terminated, Accept | Rectify | Complete | Terminate) => Err(Refusal::new(
            "project_ended",
            format!("这个项目{}，不能再改动。", state.label()),
        )),
    }
}

/// What the rules need to know of a step.
#[derive(Debug, Clone, Copy)]
pub struct Standing {
    pub kind: StepKind,
    pub state: StepState,
    pub ends_on: NaiveDate,
}

/// The steps that must pass before this one opens.
pub fn before(kind: StepKind) -> &'static [StepKind] {
    match kind {
        StepKind::Initiation => &[],
        StepKind::Breakdown => &[StepKind::Initiation],
        StepKind::ResearchPractice | StepKind::Control => &[StepKind::Breakdown],
        StepKind::Acceptance => &[StepKind::ResearchPractice, StepKind::Control],
        StepKind::Promotion => &[StepKind::Acceptance],
    }
}

/// Those of the steps before this one that have not passed.
pub fn awaited(kind: StepKind, steps: &[Standing]) -> Vec<StepKind> {
    before(kind)
        .iter()
        .copied()
        .filter(|wanted| {
            !steps
                .iter()
                .any(|step| step.kind == *wanted && step.state == StepState::Passed)
        })
        .collect()
}

/// The waiting steps that open now.
pub fn opening(steps: &[Standing]) -> Vec<StepKind> {
    steps
        .iter()
        .filter(|step| step.state == StepState::Waiting && awaited(step.kind, steps).is_empty())
        .map(|step| step.kind)
        .collect()
}

/// The first step that has not passed; the last one when all have.
pub fn current(steps: &[Standing]) -> StepKind {
    steps
        .iter()
        .find(|step| step.state != StepState::Passed)
        .map_or(StepKind::Promotion, |step| step.kind)
}

/// The earliest due date of the steps that wait for the organization.
pub fn due(steps: &[Standing]) -> Option<NaiveDate> {
    steps
        .iter()
        .filter(|step| matches!(step.state, StepState::Open | StepState::Returned))
        .map(|step| step.ends_on)
        .min()
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

/// Why a step's evidence can no longer, or not yet, be changed.
pub fn may_save(state: StepState, kind: StepKind) -> Result<(), Refusal> {
    let name = kind.label();
    match state {
        StepState::Open | StepState::Returned => Ok(()),
        StepState::Waiting => Err(Refusal::new(
            "step_waiting",
            format!("“{name}”还没有开始，不能填写材料。"),
        )
        .remedy("前面的步骤通过以后才开始。")),
        StepState::Submitted => Err(Refusal::new(
            "already_submitted",
            format!("“{name}”已经提交，材料不能再改。"),
        )
        .remedy("需要补充时，请党委党建部退回。")),
        StepState::Passed => Err(Refusal::new(
            "step_passed",
            format!("“{name}”已经通过，材料不能再改。"),
        )),
    }
}

/// Why an acceptance cannot begin.
pub fn may_accept(state: ProjectState, steps: &[Standing]) -> Result<(), Refusal> {
    next(state, ProjectAction::Accept)?;
    let awaited = awaited(StepKind::Acceptance, steps);
    if awaited.is_empty() {
        return Ok(());
    }
    let names: Vec<String> = awaited
        .iter()
        .map(|kind| format!("“{}”", kind.label()))
        .collect();
    Err(Refusal::new(
        "steps_not_passed",
        format!("{}还没有通过，不能开始验收。", names.join("、")),
    )
    .remedy("请乙方提交、党委党建部核查通过后再办理。"))
}

#[cfg(test)]
mod tests;

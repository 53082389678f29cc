//! Pure rules of projects and steps: states, what opens when, five-level control, the on-time share.

use chrono::NaiveDate;
use serde::Serialize;

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

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Submit => "submit",
            Self::Pass => "pass",
            Self::Return => "return",
            Self::Accept => "accept",
        }
    }
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

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Rectify => "rectify",
            Self::Complete => "complete",
            Self::Terminate => "terminate",
        }
    }
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

crate::text_enum! {
    /// Who is reminded of an overdue step (五级管控).
    Level {
        Responsible = "responsible" "责任人",
        BranchSecretary = "branch_secretary" "支部书记",
        Department = "department" "归口部门",
        Office = "office" "党委党建部",
        CommitteeSecretary = "committee_secretary" "党委书记",
    }
}

impl Level {
    /// 1 to 5.
    pub fn number(self) -> usize {
        Self::ALL
            .iter()
            .position(|level| *level == self)
            .map_or(0, |nth| nth + 1)
    }
}

/// How urgent a due date is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Urgency {
    None,
    /// So many days are left: 3 to 0.
    Warning(i64),
    Overdue {
        days: i64,
        level: Level,
    },
}

/// Days before the due date from which on it is warned of.
const WARNING_DAYS: i64 = 3;

/// Five-level control: overdue day 1 to 7 the responsible person, 8 to 14 the branch secretary, 15 to 21 the department
/// in charge, 22 to 28 the committee's office, from 29 on its secretary; a warning from three days before.
pub fn urgency(due: NaiveDate, today: NaiveDate) -> Urgency {
    let days = (today - due).num_days();
    let level = match days {
        ..=0 if -days > WARNING_DAYS => return Urgency::None,
        ..=0 => return Urgency::Warning(-days),
        1..=7 => Level::Responsible,
        8..=14 => Level::BranchSecretary,
        15..=21 => Level::Department,
        22..=28 => Level::Office,
        29.. => Level::CommitteeSecretary,
    };
    Urgency::Overdue { days, level }
}

impl Urgency {
    /// `逾期 16 天，归口部门督办`
    pub fn text(self) -> String {
        match self {
            Self::None => String::new(),
            Self::Warning(0) => "今天到期".to_owned(),
            Self::Warning(days) => format!("还剩 {days} 天"),
            Self::Overdue { days, level } => format!("逾期 {days} 天，提醒到{}", level.label()),
        }
    }

    pub fn is_overdue(self) -> bool {
        matches!(self, Self::Overdue { .. })
    }
}

/// A step in the on-time share: its due date and the day it was last submitted.
#[derive(Debug, Clone, Copy)]
pub struct Delivery {
    pub ends_on: NaiveDate,
    pub submitted_on: Option<NaiveDate>,
}

/// The on-time share in hundredths of a mark out of 100: steps submitted by their due date over steps that were due so
/// far (or submitted already), rounded half up. With none due it is full.
pub fn process_score(deliveries: &[Delivery], today: NaiveDate) -> i64 {
    let count = |keep: &dyn Fn(&Delivery) -> bool| {
        i64::try_from(deliveries.iter().filter(|step| keep(step)).count()).unwrap_or(i64::MAX)
    };
    let due = count(&|step| step.submitted_on.is_some() || step.ends_on < today);
    let on_time = count(&|step| step.submitted_on.is_some_and(|day| day <= step.ends_on));
    if due == 0 {
        return 10_000;
    }
    (2 * on_time * 10_000 + due) / (2 * due)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn facts(awaited: Vec<StepKind>) -> StepFacts {
        StepFacts {
            kind: StepKind::Breakdown,
            awaited,
            starts_on: date("2026-03-01"),
            ends_on: date("2026-04-01"),
            organization: "运维党支部".into(),
        }
    }

    fn shows(table: &str) {
        println!("{table}");
        assert!(
            include_str!("mod.rs").contains(table),
            "mod.rs should show:\n{table}"
        );
    }

    #[test]
    fn every_step_state_meets_every_action_and_the_doc_shows_it() {
        let mut table = String::from("//! | state | open | submit | pass | return | accept |\n");
        table += "//! |---|---|---|---|---|---|\n";
        for state in StepState::ALL {
            table += &format!("//! | {state} |");
            for action in StepAction::ALL {
                let cell = match next_step(*state, action, &facts(vec![])) {
                    Ok(state) => state.as_str(),
                    Err(refusal) => refusal.code,
                };
                table += &format!(" {cell} |");
            }
            table += "\n";
        }
        shows(&table);
    }

    #[test]
    fn every_project_state_meets_every_action_and_the_doc_shows_it() {
        let mut table = String::from("//! | state | accept | rectify | complete | terminate |\n");
        table += "//! |---|---|---|---|---|\n";
        for state in ProjectState::ALL {
            table += &format!("//! | {state} |");
            for action in ProjectAction::ALL {
                let cell = match next(*state, action) {
                    Ok(state) => state.as_str(),
                    Err(refusal) => refusal.code,
                };
                table += &format!(" {cell} |");
            }
            table += "\n";
        }
        shows(&table);
    }

    #[test]
    fn a_step_does_not_open_before_those_it_waits_for() {
        let refusal = next_step(
            StepState::Waiting,
            StepAction::Open,
            &facts(vec![StepKind::Initiation]),
        )
        .unwrap_err();
        assert_eq!(refusal.code, "step_waiting");
        assert!(refusal.remedy.contains("计划立项"));
    }

    fn six(states: [StepState; 6]) -> Vec<Standing> {
        StepKind::ALL
            .iter()
            .zip(states)
            .zip(1..)
            .map(|((kind, state), month)| Standing {
                kind: *kind,
                state,
                ends_on: NaiveDate::from_ymd_opt(2026, month, 28).unwrap(),
            })
            .collect()
    }

    #[test]
    fn control_opens_beside_research_and_acceptance_waits_for_both() {
        use StepState::{Open, Passed, Returned, Submitted, Waiting};
        let steps = six([Passed, Passed, Waiting, Waiting, Waiting, Waiting]);
        assert_eq!(
            opening(&steps),
            [StepKind::ResearchPractice, StepKind::Control]
        );
        let steps = six([Passed, Passed, Passed, Open, Waiting, Waiting]);
        assert!(opening(&steps).is_empty());
        assert_eq!(
            may_accept(ProjectState::Active, &steps).unwrap_err().code,
            "steps_not_passed"
        );
        assert_eq!(current(&steps), StepKind::Control);
        let steps = six([Passed, Passed, Passed, Passed, Waiting, Waiting]);
        assert_eq!(opening(&steps), [StepKind::Acceptance]);
        let steps = six([Passed, Passed, Submitted, Returned, Waiting, Waiting]);
        assert_eq!(due(&steps), Some(date("2026-04-28")));
        assert_eq!(current(&steps), StepKind::ResearchPractice);
        let steps = six([Passed; 6]);
        assert_eq!(due(&steps), None);
        assert_eq!(current(&steps), StepKind::Promotion);
        assert!(may_accept(ProjectState::Rectifying, &steps).is_ok());
    }

    #[test]
    fn overdue_climbs_a_level_a_week() {
        let due = date("2026-03-10");
        for (today, expected) in [
            ("2026-03-06", Urgency::None),
            ("2026-03-07", Urgency::Warning(3)),
            ("2026-03-10", Urgency::Warning(0)),
            ("2026-03-11", overdue(1, Level::Responsible)),
            ("2026-03-17", overdue(7, Level::Responsible)),
            ("2026-03-18", overdue(8, Level::BranchSecretary)),
            ("2026-03-24", overdue(14, Level::BranchSecretary)),
            ("2026-03-25", overdue(15, Level::Department)),
            ("2026-03-31", overdue(21, Level::Department)),
            ("2026-04-01", overdue(22, Level::Office)),
            ("2026-04-07", overdue(28, Level::Office)),
            ("2026-04-08", overdue(29, Level::CommitteeSecretary)),
            ("2027-04-08", overdue(394, Level::CommitteeSecretary)),
        ] {
            assert_eq!(urgency(due, date(today)), expected, "{today}");
        }
    }

    fn overdue(days: i64, level: Level) -> Urgency {
        Urgency::Overdue { days, level }
    }

    #[test]
    fn the_on_time_share_counts_what_was_due() {
        let step = |ends_on: &str, submitted_on: Option<&str>| Delivery {
            ends_on: date(ends_on),
            submitted_on: submitted_on.map(date),
        };
        let today = date("2026-06-01");
        for (steps, score) in [
            (vec![], 10_000),
            (vec![step("2026-07-01", None)], 10_000),
            (vec![step("2026-06-01", None)], 10_000),
            (vec![step("2026-05-31", None)], 0),
            (
                vec![
                    step("2026-03-01", Some("2026-03-01")),
                    step("2026-04-01", Some("2026-04-02")),
                    step("2026-07-01", Some("2026-05-02")),
                ],
                6_667,
            ),
        ] {
            assert_eq!(process_score(&steps, today), score, "{steps:?}");
        }
    }
}

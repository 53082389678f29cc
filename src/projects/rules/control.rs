//! Five-level control and the on-time share. Pure.

use chrono::NaiveDate;
use serde::Serialize;

use crate::numbers::rules::Fraction;
use crate::projects::ProjectState;

crate::text_enum! {
    /// Who urges on an overdue step (五级管控).
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

/// The overdue day on which this level begins.
pub fn first_day(level: Level) -> i64 {
    match level {
        Level::Responsible => 1,
        Level::BranchSecretary => 8,
        Level::Department => 15,
        Level::Office => 22,
        Level::CommitteeSecretary => 29,
    }
}

/// The same for a project: one that has ended is not urgent.
pub fn project_urgency(state: ProjectState, due: Option<NaiveDate>, today: NaiveDate) -> Urgency {
    match state {
        ProjectState::Active | ProjectState::Accepted | ProjectState::Rectifying => {
            due.map_or(Urgency::None, |due| urgency(due, today))
        }
        ProjectState::Completed | ProjectState::Terminated => Urgency::None,
    }
}

impl Urgency {
    /// `逾期 16 天，归口部门督办`
    pub fn text(self) -> String {
        match self {
            Self::None => String::new(),
            Self::Warning(0) => "今天到期".to_owned(),
            Self::Warning(days) => format!("还剩 {days} 天"),
            Self::Overdue { days, level } => format!("逾期 {days} 天，由{}督促", level.label()),
        }
    }

    pub fn is_overdue(self) -> bool {
        matches!(self, Self::Overdue { .. })
    }
}

/// A step in the on-time share: its due date, the day it was first submitted, and whether it could be worked on at all.
#[derive(Debug, Clone, Copy)]
pub struct Delivery {
    pub ends_on: NaiveDate,
    pub submitted_on: Option<NaiveDate>,
    /// It never opened: the steps before it have not passed.
    pub waits: bool,
}

/// The on-time share, exact, in hundredths of a mark out of 100: steps first submitted by their due date over steps that
/// were due so far (or submitted already). One that waits for those before it is nobody's delay twice. With none due it is
/// full.
pub fn process_score(deliveries: &[Delivery], today: NaiveDate) -> Fraction {
    let count = |keep: &dyn Fn(&Delivery) -> bool| {
        i128::try_from(deliveries.iter().filter(|step| keep(step)).count()).unwrap_or(i128::MAX)
    };
    let due = count(&|step| step.submitted_on.is_some() || (!step.waits && step.ends_on < today));
    let on_time = count(&|step| step.submitted_on.is_some_and(|day| day <= step.ends_on));
    Fraction::from_ratio(on_time * FULL, due).unwrap_or(const { Fraction::whole(FULL) })
}

/// Full marks in hundredths.
const FULL: i128 = 10_000;

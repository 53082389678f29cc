//! How projects are shown in a list, and when they are overdue. The project as a whole is [`crate::desk::project`]'s.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::rules::{self, Level, Urgency};
use super::store::{Line, Step};
use super::{ProjectState, StepState};

impl ProjectState {
    /// The colour of its tag.
    pub fn tone(self) -> &'static str {
        match self {
            Self::Accepted | Self::Completed => "green",
            Self::Rectifying => "amber",
            Self::Active | Self::Terminated => "",
        }
    }
}

impl Urgency {
    /// The colour of its tag.
    pub fn tone(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Warning(_) => "amber",
            Self::Overdue { .. } => "red",
        }
    }
}

/// An overdue step and who urges it on (五级管控).
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct OverdueShown {
    /// 1 on the day after the due date.
    pub days: i64,
    pub level: Level,
}

impl OverdueShown {
    pub fn of(urgency: Urgency) -> Option<Self> {
        match urgency {
            Urgency::Overdue { days, level } => Some(Self { days, level }),
            Urgency::None | Urgency::Warning(_) => None,
        }
    }
}

/// A line of the list of projects.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProjectLine {
    #[serde(flatten)]
    pub line: Line,
    pub overdue: Option<OverdueShown>,
}

impl ProjectLine {
    pub fn of(line: Line, today: NaiveDate) -> Self {
        Self {
            overdue: OverdueShown::of(rules::project_urgency(line.state, line.step_due, today)),
            line,
        }
    }
}

/// How urgent a step is: only while it waits for the organization.
pub fn step_urgency(project: ProjectState, step: &Step, today: NaiveDate) -> Urgency {
    let waits = matches!(step.state, StepState::Open | StepState::Returned);
    rules::project_urgency(project, waits.then_some(step.ends_on), today)
}

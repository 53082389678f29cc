//! How projects are shown: to programs and on pages.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use super::actions::{self, Sides};
use super::rules::{self, Level, Urgency};
use super::store::{self, Line, Project, Step};
use super::{Grade, ProjectState, StepState};
use crate::bids::content::{StepKind, Target};
use crate::clock::{self, Instant};
use crate::contracts;
use crate::db::Conn;
use crate::error::{Refusal, Result};
use crate::files::{self, Attachment, SubjectKind};
use crate::ids::{AttachmentId, ContractId, OrganizationId, ProjectId, StepId, UserId};
use crate::marks::Mark;
use crate::people;
use crate::who::Actor;

/// An overdue step and who is reminded of it (五级管控).
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct OverdueShown {
    /// 1 on the day after the due date.
    pub days: i64,
    pub level: Level,
}

fn overdue(urgency: Urgency) -> Option<OverdueShown> {
    match urgency {
        Urgency::Overdue { days, level } => Some(OverdueShown { days, level }),
        Urgency::None | Urgency::Warning(_) => None,
    }
}

/// A line of the list of projects.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProjectLine {
    pub id: ProjectId,
    pub contract_id: ContractId,
    pub title: String,
    pub state: ProjectState,
    pub organization_id: OrganizationId,
    #[schema(example = "运维党支部")]
    pub organization: String,
    pub committee_id: OrganizationId,
    /// The first step that has not passed.
    pub current_step: StepKind,
    /// The earliest due date of the steps that wait for the organization.
    pub step_due: Option<NaiveDate>,
    pub overdue: Option<OverdueShown>,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    pub grade: Option<Grade>,
    pub version: i64,
}

impl ProjectLine {
    pub fn of(line: Line, today: NaiveDate) -> Self {
        Self {
            overdue: overdue(rules::project_urgency(line.state, line.step_due, today)),
            id: line.id,
            contract_id: line.contract_id,
            title: line.title,
            state: line.state,
            organization_id: line.organization_id,
            organization: line.organization,
            committee_id: line.committee_id,
            current_step: line.current_step,
            step_due: line.step_due,
            starts_on: line.starts_on,
            ends_on: line.ends_on,
            grade: line.grade,
            version: line.version,
        }
    }
}

/// A file of a step.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FileShown {
    pub id: AttachmentId,
    pub name: String,
    /// Bytes.
    pub size: i64,
    pub sha256: String,
}

impl From<Attachment> for FileShown {
    fn from(file: Attachment) -> Self {
        Self {
            id: file.id,
            name: file.name,
            size: file.size,
            sha256: file.sha256,
        }
    }
}

/// One of the six steps.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct StepShown {
    pub id: StepId,
    pub step: StepKind,
    pub position: i64,
    pub state: StepState,
    pub work: String,
    pub responsible: String,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    pub overdue: Option<OverdueShown>,
    pub evidence: String,
    /// Why it was last returned.
    pub return_reason: Option<String>,
    pub submitted_at: Option<Instant>,
    pub submitted_by: Option<String>,
    pub passed_at: Option<Instant>,
    pub passed_by: Option<String>,
    pub files: Vec<FileShown>,
    /// For `save`, `submit`, `pass`, `return`: null if the asker may do it now, else `{code, reason, remedy}`.
    #[schema(value_type = Object)]
    pub may: BTreeMap<&'static str, Option<Refusal>>,
    /// For `If-Match: "v<version>"`.
    pub version: i64,
}

/// A project as a whole.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ProjectWhole)]
pub struct ProjectShown {
    pub id: ProjectId,
    pub contract_id: ContractId,
    #[schema(example = "党建合〔2026〕12号")]
    pub contract_number: String,
    pub title: String,
    pub state: ProjectState,
    pub committee_id: OrganizationId,
    pub organization_id: OrganizationId,
    #[schema(example = "运维党支部")]
    pub organization: String,
    pub current_step: StepKind,
    pub step_due: Option<NaiveDate>,
    pub overdue: Option<OverdueShown>,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    pub grade: Option<Grade>,
    /// On-time share of the steps, out of 100.
    pub process_score: Mark,
    pub targets: Vec<Target>,
    /// All six, in order.
    pub steps: Vec<StepShown>,
    /// Null if an acceptance may begin, else `{code, reason, remedy}`.
    #[schema(value_type = Option<Object>)]
    pub acceptance: Option<Refusal>,
    pub version: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

impl ProjectShown {
    /// Loads everything around the project; a constant number of queries.
    pub fn load(c: &mut Conn, actor: &Actor, project: Project, now: Instant) -> Result<Self> {
        let today = clock::local_date(now);
        let steps = store::steps(c, project.id)?;
        let sides = Sides::load(c, &project)?;
        let contract = contracts::find(c, project.contract_id)?;
        let people: Vec<UserId> = steps
            .iter()
            .flat_map(|step| [step.submitted_by, step.passed_by])
            .flatten()
            .collect();
        let names = people::user_names(c, &people)?;
        let name = |id: Option<UserId>| id.and_then(|id| names.get(&id).cloned());
        let standing = super::standing(&steps);
        let mut shown = Vec::new();
        for step in &steps {
            let files = files::of_subject(c, SubjectKind::Step, step.id.0)?;
            let may = actions::may(actor, &project, &sides, &standing, step);
            shown.push(StepShown {
                overdue: overdue(step_urgency(project.state, step, today)),
                submitted_by: name(step.submitted_by),
                passed_by: name(step.passed_by),
                files: files.into_iter().map(FileShown::from).collect(),
                may,
                id: step.id,
                step: step.kind,
                position: step.position,
                state: step.state,
                work: step.work.clone(),
                responsible: step.responsible.clone(),
                starts_on: step.starts_on,
                ends_on: step.ends_on,
                evidence: step.evidence.clone(),
                return_reason: step.return_reason.clone(),
                submitted_at: step.submitted_at,
                passed_at: step.passed_at,
                version: step.version,
            });
        }
        Ok(Self {
            targets: contracts::binding_content(c, &contract)?.targets,
            contract_number: contract.number,
            organization: sides.organization.short_name,
            overdue: overdue(super::urgency_of(&project, today)),
            process_score: Mark(super::score_of(&steps, now)),
            acceptance: rules::may_accept(project.state, &standing).err(),
            steps: shown,
            id: project.id,
            contract_id: project.contract_id,
            title: project.title,
            state: project.state,
            committee_id: project.committee_id,
            organization_id: project.organization_id,
            current_step: project.current_step,
            step_due: project.step_due,
            starts_on: project.starts_on,
            ends_on: project.ends_on,
            grade: project.grade,
            version: project.version,
            created_at: project.created_at,
            updated_at: project.updated_at,
        })
    }
}

/// How urgent a step is: only while it waits for the organization.
pub fn step_urgency(project: ProjectState, step: &Step, today: NaiveDate) -> Urgency {
    let waits = matches!(step.state, StepState::Open | StepState::Returned);
    rules::project_urgency(project, waits.then_some(step.ends_on), today)
}

//! Queries of projects and steps.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Grade, ProjectState, StepState};
use crate::bids::content::StepKind;
use crate::clock::Instant;
use crate::db::schema::{organizations, projects, steps};
use crate::db::{Conn, MultiBackend, changed};
use crate::error::Result;
use crate::ids::{ContractId, OrganizationId, ProjectId, StepId, UserId};

#[derive(Debug, Clone, Queryable, Selectable, Insertable, Serialize, ToSchema)]
#[diesel(table_name = projects)]
#[schema(as = ProjectRow)]
pub struct Project {
    pub id: ProjectId,
    pub contract_id: ContractId,
    pub committee_id: OrganizationId,
    pub organization_id: OrganizationId,
    pub title: String,
    pub state: ProjectState,
    /// The first step that has not passed.
    pub current_step: StepKind,
    /// The earliest due date of the steps that wait for the organization.
    pub step_due: Option<NaiveDate>,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    pub grade: Option<Grade>,
    pub version: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

#[derive(Debug, Clone, Queryable, Selectable, Insertable, Serialize, ToSchema)]
#[diesel(table_name = steps)]
#[schema(as = StepRow)]
pub struct Step {
    pub id: StepId,
    #[serde(skip)]
    pub project_id: ProjectId,
    #[serde(rename = "step")]
    pub kind: StepKind,
    /// 1 to 6.
    pub position: i64,
    pub state: StepState,
    pub work: String,
    pub responsible: String,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    pub evidence: String,
    /// Why it was last returned.
    pub return_reason: Option<String>,
    pub submitted_at: Option<Instant>,
    /// What the on-time share counts: being returned makes nobody late.
    pub first_submitted_at: Option<Instant>,
    #[serde(skip)]
    pub submitted_by: Option<UserId>,
    pub passed_at: Option<Instant>,
    #[serde(skip)]
    pub passed_by: Option<UserId>,
    /// For `If-Match: "v<version>"`.
    pub version: i64,
}

/// A line of the list, with the organization's short name.
#[derive(Debug, Clone, Queryable, Serialize, ToSchema)]
#[schema(as = ProjectListRow)]
pub struct Line {
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
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    pub grade: Option<Grade>,
    pub version: i64,
}

/// What the list shows to whom.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Organizations whose projects are seen.
    pub organizations: Vec<OrganizationId>,
    /// Paths under which every organization's projects are seen.
    pub paths: Vec<String>,
    pub state: Option<ProjectState>,
    /// Those with a step that was due before this day.
    pub due_before: Option<NaiveDate>,
    pub before: Option<i64>,
    pub limit: i64,
}

pub fn find(c: &mut Conn, id: ProjectId) -> Result<Project> {
    Ok(projects::table
        .find(id)
        .select(Project::as_select())
        .first(c)?)
}

pub fn of_contract(c: &mut Conn, contract: ContractId) -> Result<Option<Project>> {
    Ok(projects::table
        .filter(projects::contract_id.eq(contract))
        .select(Project::as_select())
        .first(c)
        .optional()?)
}

pub fn list(c: &mut Conn, filter: &Filter) -> Result<Vec<Line>> {
    let mut query = projects::table
        .inner_join(organizations::table.on(organizations::id.eq(projects::organization_id)))
        .select((
            projects::id,
            projects::contract_id,
            projects::title,
            projects::state,
            projects::organization_id,
            organizations::short_name,
            projects::committee_id,
            projects::current_step,
            projects::step_due,
            projects::starts_on,
            projects::ends_on,
            projects::grade,
            projects::version,
        ))
        .into_boxed::<MultiBackend>()
        .filter(projects::organization_id.eq_any(filter.organizations.clone()));
    for path in &filter.paths {
        query = query.or_filter(organizations::path.like(format!("{path}%")));
    }
    if let Some(state) = filter.state {
        query = query.filter(projects::state.eq(state));
    }
    if let Some(day) = filter.due_before {
        query = query
            .filter(projects::step_due.lt(day))
            .filter(projects::state.ne(ProjectState::Terminated));
    }
    if let Some(before) = filter.before {
        query = query.filter(projects::id.lt(ProjectId(before)));
    }
    Ok(query
        .order(projects::id.desc())
        .limit(filter.limit)
        .load(c)?)
}

pub fn insert(c: &mut Conn, row: &Project) -> Result<()> {
    diesel::insert_into(projects::table)
        .values(row)
        .execute(c)?;
    Ok(())
}

pub fn insert_step(c: &mut Conn, row: &Step) -> Result<()> {
    diesel::insert_into(steps::table).values(row).execute(c)?;
    Ok(())
}

pub fn steps(c: &mut Conn, project: ProjectId) -> Result<Vec<Step>> {
    Ok(steps::table
        .filter(steps::project_id.eq(project))
        .order(steps::position)
        .select(Step::as_select())
        .load(c)?)
}

pub fn step(c: &mut Conn, id: StepId) -> Result<Step> {
    Ok(steps::table.find(id).select(Step::as_select()).first(c)?)
}

/// Writes everything of a step that can change, if nobody was faster.
pub fn save_step(c: &mut Conn, before: &Step, after: &Step) -> Result<()> {
    let rows = diesel::update(
        steps::table
            .find(before.id)
            .filter(steps::version.eq(before.version)),
    )
    .set((
        steps::state.eq(after.state),
        steps::starts_on.eq(after.starts_on),
        steps::ends_on.eq(after.ends_on),
        steps::evidence.eq(&after.evidence),
        steps::return_reason.eq(&after.return_reason),
        steps::submitted_at.eq(after.submitted_at),
        steps::first_submitted_at.eq(after.first_submitted_at),
        steps::submitted_by.eq(after.submitted_by),
        steps::passed_at.eq(after.passed_at),
        steps::passed_by.eq(after.passed_by),
        steps::version.eq(before.version + 1),
    ))
    .execute(c)?;
    changed(rows)
}

/// Writes everything of a project that can change, if nobody was faster.
pub fn save(c: &mut Conn, before: &Project, after: &Project) -> Result<()> {
    let rows = diesel::update(
        projects::table
            .find(before.id)
            .filter(projects::version.eq(before.version)),
    )
    .set((
        projects::state.eq(after.state),
        projects::current_step.eq(after.current_step),
        projects::step_due.eq(after.step_due),
        projects::ends_on.eq(after.ends_on),
        projects::grade.eq(after.grade),
        projects::version.eq(before.version + 1),
        projects::updated_at.eq(after.updated_at),
    ))
    .execute(c)?;
    changed(rows)
}

/// A step that waits for somebody.
#[derive(Debug, Clone, Queryable)]
pub struct Waiting {
    pub project_id: ProjectId,
    pub title: String,
    pub organization: String,
    pub kind: StepKind,
    pub state: StepState,
    pub ends_on: NaiveDate,
}

const LIVING: [ProjectState; 3] = [
    ProjectState::Active,
    ProjectState::Accepted,
    ProjectState::Rectifying,
];

/// What waits for whom.
#[derive(Debug, Clone)]
pub enum Waits {
    /// For these organizations, by due date.
    ToSubmit(Vec<OrganizationId>),
    /// For the office of these committees; the acceptance step is the acceptance's.
    ToCheck(Vec<OrganizationId>),
    /// In projects of these committees whose step was due on or before this day.
    OverdueSince(Vec<OrganizationId>, NaiveDate),
}

const AT_WORK: [StepState; 2] = [StepState::Open, StepState::Returned];

pub fn waiting(c: &mut Conn, waits: Waits, limit: i64) -> Result<Vec<Waiting>> {
    let query = steps::table
        .inner_join(projects::table)
        .inner_join(organizations::table.on(organizations::id.eq(projects::organization_id)))
        .filter(projects::state.eq_any(LIVING))
        .limit(limit)
        .select((
            projects::id,
            projects::title,
            organizations::short_name,
            steps::kind,
            steps::state,
            steps::ends_on,
        ))
        .into_boxed::<MultiBackend>();
    let query = match waits {
        Waits::ToSubmit(own) => query
            .filter(projects::organization_id.eq_any(own))
            .filter(steps::state.eq_any(AT_WORK))
            .order((steps::ends_on, steps::id)),
        Waits::ToCheck(committees) => query
            .filter(projects::committee_id.eq_any(committees))
            .filter(steps::state.eq(StepState::Submitted))
            .filter(steps::kind.ne(StepKind::Acceptance))
            .order(steps::id),
        Waits::OverdueSince(committees, day) => query
            .filter(projects::committee_id.eq_any(committees))
            .filter(projects::step_due.le(day))
            .filter(steps::state.eq_any(AT_WORK))
            .filter(steps::ends_on.le(day))
            .order((steps::ends_on, steps::id)),
    };
    Ok(query.load(c)?)
}

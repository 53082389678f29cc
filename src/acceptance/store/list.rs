//! The list of acceptances one may know of.

use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use crate::acceptance::AcceptanceState;
use crate::clock::Instant;
use crate::db::schema::{acceptances, organizations, panel_members, projects};
use crate::db::{Conn, MultiBackend};
use crate::error::Result;
use crate::ids::{AcceptanceId, OrganizationId, ProjectId, UserId};
use crate::projects::Grade;

/// One acceptance in a list.
#[derive(Debug, Clone, Queryable, Serialize, ToSchema)]
pub struct AcceptanceLine {
    pub id: AcceptanceId,
    pub project_id: ProjectId,
    /// The project's title.
    pub project: String,
    #[schema(example = "运维党支部")]
    pub organization: String,
    /// 1, or 2 after rectification.
    pub attempt: i64,
    pub state: AcceptanceState,
    pub grade: Option<Grade>,
    pub opened_at: Instant,
    pub closed_at: Option<Instant>,
    pub decided_at: Option<Instant>,
}

/// Of projects of these organizations or below these paths, and those whose panel this person sits on.
pub struct Wanted {
    pub organizations: Vec<OrganizationId>,
    pub paths: Vec<String>,
    pub reviewer: UserId,
    pub state: Option<AcceptanceState>,
    pub project: Option<ProjectId>,
    /// Only ids below this one.
    pub before: Option<i64>,
    pub limit: i64,
}

/// Newest first.
pub fn list(c: &mut Conn, wanted: &Wanted) -> Result<Vec<AcceptanceLine>> {
    let seats = panel_members::table
        .filter(panel_members::user_id.eq(wanted.reviewer))
        .filter(panel_members::removed_at.is_null())
        .select(panel_members::evaluation_id);
    let mut query = acceptances::table
        .inner_join(projects::table)
        .inner_join(organizations::table.on(organizations::id.eq(projects::organization_id)))
        .select((
            acceptances::id,
            acceptances::project_id,
            projects::title,
            organizations::short_name,
            acceptances::attempt,
            acceptances::state,
            acceptances::grade,
            acceptances::opened_at,
            acceptances::closed_at,
            acceptances::decided_at,
        ))
        .into_boxed::<MultiBackend>()
        .filter(projects::organization_id.eq_any(wanted.organizations.clone()))
        .or_filter(acceptances::evaluation_id.eq_any(seats));
    for path in &wanted.paths {
        query = query.or_filter(organizations::path.like(format!("{path}%")));
    }
    if let Some(state) = wanted.state {
        query = query.filter(acceptances::state.eq(state));
    }
    if let Some(project) = wanted.project {
        query = query.filter(acceptances::project_id.eq(project));
    }
    if let Some(before) = wanted.before {
        query = query.filter(acceptances::id.lt(AcceptanceId(before)));
    }
    Ok(query
        .order(acceptances::id.desc())
        .limit(wanted.limit)
        .load(c)?)
}

//! `/api/v1/projects`.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use super::actions::{self, EvidenceInput, PassInput, ReturnInput};
use super::store::Line;
use super::view::{ProjectLine, ProjectShown};
use super::{ProjectState, find, visible};
use crate::bids::content::StepKind;
use crate::clock::{self, Instant};
use crate::db::{Conn, Tx};
use crate::error::Result;
use crate::ids::ProjectId;
use crate::session::Who;
use crate::web::errors::Problem;
use crate::web::{App, Call, Cursor, Listing, Query, Reply, paging};
use crate::who::Actor;

#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ProjectsQuery {
    pub state: Option<ProjectState>,
    /// `true`: only those with a step that should have been submitted before today.
    pub overdue: Option<bool>,
    #[validate(range(min = 1, max = 200))]
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
    pub cursor: Option<String>,
}

impl ProjectsQuery {
    pub fn run(&self, c: &mut Conn, actor: &Actor, now: Instant) -> Result<Listing<Line>> {
        let limit = self.limit.unwrap_or(paging::DEFAULT_LIMIT);
        let before = self.cursor.as_deref().map(Cursor::read).transpose()?;
        let overdue = self.overdue.unwrap_or(false);
        let due_before = overdue.then(|| clock::local_date(now));
        let rows = actions::list(c, actor, self.state, due_before, before, limit)?;
        Ok(Listing::new(rows, limit, |line| line.id.0))
    }
}

/// The projects of one's own organization, or those in reach of office, secretary and supervisor; newest first.
#[utoipa::path(get, path = "/api/v1/projects", tag = "projects", params(ProjectsQuery),
    responses((status = 200, body = Listing<ProjectLine>), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 422, body = Problem)))]
pub async fn list(app: Data<App>, who: Who, query: Query<ProjectsQuery>) -> Result<HttpResponse> {
    let query = query.0;
    app.api(who, move |c, actor, now| {
        let today = clock::local_date(now);
        Reply::ok(
            &query
                .run(c, actor, now)?
                .map(|line| ProjectLine::of(line, today)),
        )
    })
    .await
}

/// A project as a whole, with its six steps and what the asker may do.
#[utoipa::path(get, path = "/api/v1/projects/{id}", tag = "projects",
    params(("id" = i64, Path)),
    responses((status = 200, body = ProjectShown), (status = 401, body = Problem),
        (status = 404, body = Problem)))]
pub async fn show(app: Data<App>, who: Who, id: Path<ProjectId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api(who, move |c, actor, now| {
        let project = visible(c, actor, id)?;
        let version = project.version;
        Ok(Reply::ok(&ProjectShown::load(c, actor, project, now)?)?.version(version))
    })
    .await
}

/// The whole project as it is after a command.
fn after(tx: &mut Tx, actor: &Actor, id: ProjectId) -> Result<Reply> {
    let project = find(tx, id)?;
    let version = project.version;
    let now = tx.now();
    Ok(Reply::ok(&ProjectShown::load(tx, actor, project, now)?)?.version(version))
}

/// Keeps what was written about a step without submitting it. `If-Match` carries the step's version.
#[utoipa::path(put, path = "/api/v1/projects/{id}/steps/{step}", tag = "projects",
    params(("id" = i64, Path), ("step" = StepKind, Path), ("If-Match" = String, Header)),
    request_body = EvidenceInput,
    responses((status = 200, body = ProjectShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem),
        (status = 428, body = Problem)))]
pub async fn save(
    app: Data<App>,
    path: Path<(ProjectId, StepKind)>,
    call: Call<EvidenceInput>,
) -> Result<HttpResponse> {
    let (id, kind) = path.into_inner();
    let version = call.if_match.required()?;
    app.api_command(call, move |tx, actor, input| {
        actions::save(tx, actor, id, kind, Some(version), input)?;
        after(tx, actor, id)
    })
    .await
}

/// Hands a step in for the office's check: by the organization's applicant or secretary.
#[utoipa::path(post, path = "/api/v1/projects/{id}/steps/{step}/submit", tag = "projects",
    params(("id" = i64, Path), ("step" = StepKind, Path)), request_body = EvidenceInput,
    responses((status = 200, body = ProjectShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem),
        (status = 409, body = Problem, description = "`step_waiting`, `already_submitted`, `step_passed`, \
            `already_accepted`, `project_ended`, `version_conflict`"),
        (status = 422, body = Problem, description = "field `evidence`")))]
pub async fn submit(
    app: Data<App>,
    path: Path<(ProjectId, StepKind)>,
    call: Call<EvidenceInput>,
) -> Result<HttpResponse> {
    let (id, kind) = path.into_inner();
    let version = call.if_match.0;
    app.api_command(call, move |tx, actor, input| {
        actions::submit(tx, actor, id, kind, version, input)?;
        after(tx, actor, id)
    })
    .await
}

/// Lets a submitted step pass: by the committee's office. The acceptance step passes by the acceptance's decision.
#[utoipa::path(post, path = "/api/v1/projects/{id}/steps/{step}/pass", tag = "projects",
    params(("id" = i64, Path), ("step" = StepKind, Path)), request_body = PassInput,
    responses((status = 200, body = ProjectShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem),
        (status = 409, body = Problem, description = "`not_submitted`, `decided_by_acceptance`, `step_passed`, …"),
        (status = 422, body = Problem)))]
pub async fn pass(
    app: Data<App>,
    path: Path<(ProjectId, StepKind)>,
    call: Call<PassInput>,
) -> Result<HttpResponse> {
    let (id, kind) = path.into_inner();
    let version = call.if_match.0;
    app.api_command(call, move |tx, actor, input| {
        actions::pass(tx, actor, id, kind, version, input)?;
        after(tx, actor, id)
    })
    .await
}

/// Sends a submitted step back, with the reason: by the committee's office.
#[utoipa::path(post, path = "/api/v1/projects/{id}/steps/{step}/return", tag = "projects",
    params(("id" = i64, Path), ("step" = StepKind, Path)), request_body = ReturnInput,
    responses((status = 200, body = ProjectShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem, description = "field `reason`")))]
pub async fn send_back(
    app: Data<App>,
    path: Path<(ProjectId, StepKind)>,
    call: Call<ReturnInput>,
) -> Result<HttpResponse> {
    let (id, kind) = path.into_inner();
    let version = call.if_match.0;
    app.api_command(call, move |tx, actor, input| {
        actions::send_back(tx, actor, id, kind, version, input)?;
        after(tx, actor, id)
    })
    .await
}

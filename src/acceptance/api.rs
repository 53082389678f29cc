//! `/api/v1/acceptances`, and voting by code.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use super::input::VoteInput;
use super::scene::{self, AcceptanceScene, SheetScene};
use super::store::AcceptanceLine;
use super::views::{self, SlipsShown};
use super::{AcceptanceState, cast, store};
use crate::error::Result;
use crate::ids::{AcceptanceId, ProjectId};
use crate::session::Who;
use crate::tables::Sheet;
use crate::verbs::{Scene, reading};
use crate::web::{App, Ask, Call, Cursor, Listing, Reply, paging};
use crate::who::policy::{self, OVERSEERS};

/// Query of `GET /api/v1/acceptances`.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AcceptancesQuery {
    pub state: Option<AcceptanceState>,
    pub project_id: Option<ProjectId>,
    #[validate(range(min = 1, max = 200))]
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
    pub cursor: Option<String>,
}

pub fn list(ask: &mut Ask) -> Result<Listing<AcceptanceLine>> {
    let query: AcceptancesQuery = ask.query()?;
    policy::business_person(ask.actor)?;
    let limit = query.limit.unwrap_or(paging::DEFAULT_LIMIT);
    let wanted = store::Wanted {
        organizations: policy::own_work(ask.actor),
        paths: ask.actor.paths_of(OVERSEERS),
        reviewer: ask.actor.person()?.user_id,
        state: query.state,
        project: query.project_id,
        before: query.cursor.as_deref().map(Cursor::read).transpose()?,
        limit: limit + 1,
    };
    let rows = store::list(ask.c, &wanted)?;
    Ok(Listing::new(rows, limit, |line| line.id.0))
}

pub const ACCEPTANCES: Sheet<AcceptanceLine> = Sheet {
    name: "验收",
    columns: &[
        ("编号", |row| row.id.0.into()),
        ("项目", |row| row.project.as_str().into()),
        ("承担组织", |row| row.organization.as_str().into()),
        ("第几次", |row| row.attempt.into()),
        ("状态", |row| row.state.label().into()),
        ("等级", |row| row.grade.map(|grade| grade.label()).into()),
        ("开始", |row| row.opened_at.into()),
        ("收票", |row| row.closed_at.into()),
        ("评定", |row| row.decided_at.into()),
    ],
};

pub fn show(ask: &mut Ask, id: AcceptanceId) -> Result<Reply> {
    reading::<AcceptanceScene>(ask, id)
}

pub fn sheet(ask: &mut Ask, id: AcceptanceId) -> Result<Reply> {
    reading::<SheetScene>(ask, id)
}

/// Codes handed out just now: gone once they were read.
pub fn slips(ask: &mut Ask, (id, code): (AcceptanceId, String)) -> Result<Reply> {
    Reply::ok(&taken(ask, id, &code)?)
}

/// The codes laid down under this code for who asks.
pub fn taken(ask: &mut Ask, id: AcceptanceId, code: &str) -> Result<SlipsShown> {
    AcceptanceScene::load(ask.c, ask.actor, &id)?;
    let laid = scene::laid(ask, code)?;
    Ok(SlipsShown {
        kind: laid.kind,
        codes: laid.codes,
        vote_url: format!("{}/vote/", ask.app.public_url.trim_end_matches('/')),
    })
}

pub async fn asked(app: Data<App>, req: HttpRequest, code: Path<String>) -> Result<HttpResponse> {
    let code = code.into_inner();
    app.limits.vote(&req, &code)?;
    let keys = app.keys().server().clone();
    app.api(Who::visitor(), move |c, _, _| {
        Reply::ok(&cast::asked(c, &keys, &code)?)
    })
    .await
}

/// No actor, no event, no time, no `Idempotency-Key`.
pub async fn cast(
    app: Data<App>,
    req: HttpRequest,
    code: Path<String>,
    call: Call<VoteInput>,
) -> Result<HttpResponse> {
    let code = code.into_inner();
    app.limits.vote(&req, &code)?;
    let (input, keys) = (call.input, app.keys().server().clone());
    let receipt = app
        .db
        .write(move |tx| cast::cast(tx, &keys, &code, &input))
        .await?;
    Ok(HttpResponse::Ok()
        .insert_header(("Cache-Control", "no-store"))
        .json(receipt))
}

pub fn receipts(ask: &mut Ask, id: AcceptanceId) -> Result<Reply> {
    Reply::ok(&views::receipts(ask.c, id)?)
}

/// Codes are not tried for ever.
pub async fn certificate(
    app: Data<App>,
    req: HttpRequest,
    code: Path<String>,
) -> Result<HttpResponse> {
    app.limits.post(&req)?;
    let code = code.into_inner();
    app.api(Who::visitor(), move |c, _, _| {
        Reply::ok(&views::certificate(c, &code)?)
    })
    .await
}

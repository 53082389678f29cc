//! Sheets as the chair and the committee follow them, and the sending back of one.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use crate::db::Conn;
use crate::error::Result;
use crate::ids::{BidId, EvaluationId, SheetId, UserId};
use crate::result::actions::reopen;
use crate::scoring::actions::sheets;
use crate::scoring::input::ReopenInput;
use crate::scoring::store::SheetFilter;
use crate::scoring::view::sheets::{SheetListed, SheetShown};
use crate::session::Who;
use crate::web::errors::Problem;
use crate::web::{App, Call, Cursor, Empty, Listing, Query, Reply, paging};
use crate::who::Actor;

#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SheetsQuery {
    pub reviewer_id: Option<UserId>,
    pub bid_id: Option<BidId>,
    #[validate(range(min = 1, max = 200))]
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<i64>,
    pub cursor: Option<String>,
}

impl SheetsQuery {
    pub fn filter(&self) -> Result<SheetFilter> {
        Ok(SheetFilter {
            reviewer: self.reviewer_id,
            bid: self.bid_id.map(|bid| bid.0),
            after: self.cursor.as_deref().map(Cursor::read).transpose()?,
            limit: self.limit.unwrap_or(paging::DEFAULT_LIMIT),
        })
    }
}

/// The sheets there are: who handed in what when, never what they say. For the chair and the committee.
#[utoipa::path(get, path = "/api/v1/evaluations/{id}/score_sheets", tag = "evaluation",
    params(("id" = i64, Path), SheetsQuery),
    responses((status = 200, body = Listing<SheetListed>), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn list(
    app: Data<App>,
    who: Who,
    id: Path<EvaluationId>,
    query: Query<SheetsQuery>,
) -> Result<HttpResponse> {
    let (id, filter) = (id.into_inner(), query.0.filter()?);
    app.api(who, move |c, actor, _| {
        let (_, lines) = sheets::list(c, actor, id, &filter)?;
        let listing = Listing::new(lines, filter.limit, |line| line.head.id.0);
        Reply::ok(&listing.map(SheetListed::from))
    })
    .await
}

/// One sheet with its earlier versions: what they say is shown to its reviewer, and once locked to the committee.
#[utoipa::path(get, path = "/api/v1/score_sheets/{id}", tag = "evaluation", params(("id" = i64, Path)),
    responses((status = 200, body = SheetShown), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn show(app: Data<App>, who: Who, id: Path<SheetId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api(who, move |c, actor, _| reply(c, actor, id)).await
}

pub fn reply(c: &mut Conn, actor: &Actor, id: SheetId) -> Result<Reply> {
    let shown = SheetShown::of(&sheets::read(c, actor, id)?)?;
    Ok(Reply::ok(&shown)?.version(shown.version))
}

/// The chair sends a sheet back to its reviewer, until the result is published. After the lock, the result is taken
/// back with it and computed anew at the next lock.
#[utoipa::path(post, path = "/api/v1/score_sheets/{id}/reopen", tag = "evaluation", request_body = ReopenInput,
    params(("id" = i64, Path)),
    responses((status = 200, body = SheetShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn reopen(
    app: Data<App>,
    id: Path<SheetId>,
    call: Call<ReopenInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api_command(call, move |tx, actor, input| {
        reopen::reopen(tx, actor, id, input)?;
        reply(tx, actor, id)
    })
    .await
}

/// The chair takes a sending back back: the sheet counts again as it was.
#[utoipa::path(post, path = "/api/v1/score_sheets/{id}/restore", tag = "evaluation", request_body = Empty,
    params(("id" = i64, Path)),
    responses((status = 200, body = SheetShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn restore(app: Data<App>, id: Path<SheetId>, call: Call<Empty>) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api_command(call, move |tx, actor, _| {
        crate::scoring::actions::reopen::restore(tx, actor, id)?;
        reply(tx, actor, id)
    })
    .await
}

//! `/api/v1/rounds/{id}/similar`.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::run::compute;
use super::view::{PairShown, SearchShown, SimilarShown, listing};
use super::{actions, store};
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::ids::{RoundId, SimilarPairId};
use crate::session::Who;
use crate::web::errors::Problem;
use crate::web::paging::PageQuery;
use crate::web::{App, Call, Query, Reply};

/// Nothing but the command.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NothingInput {}

/// Why a pair is no cause for anything.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DismissInput {
    #[validate(length(min = 1, max = 500))]
    #[schema(
        min_length = 1,
        max_length = 500,
        example = "同一套表格，内容各自独立。"
    )]
    pub reason: String,
}

/// The pairs the last search knows, most alike first: for office, supervisor and chair.
#[utoipa::path(get, path = "/api/v1/rounds/{id}/similar", tag = "bids", params(("id" = i64, Path), PageQuery),
    responses((status = 200, body = SimilarShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem, description = "`not_opened`"),
        (status = 422, body = Problem)))]
pub async fn list(
    app: Data<App>,
    who: Who,
    id: Path<RoundId>,
    query: Query<PageQuery>,
) -> Result<HttpResponse> {
    let (id, query) = (id.into_inner(), query.0);
    app.api(who, move |c, actor, _| {
        let reader = actions::reader(c, actor, id)?;
        let found = listing(c, &reader, query.after()?.unwrap_or(0), query.limit())?;
        Reply::ok(&SimilarShown {
            items: found.items,
            next_cursor: found.next_cursor,
            search: store::search(c, id)?.as_ref().map(SearchShown::from),
        })
    })
    .await
}

/// Compare the round's opened bids with each other and with earlier rounds'.
#[utoipa::path(post, path = "/api/v1/rounds/{id}/similar", tag = "bids", params(("id" = i64, Path)),
    request_body = NothingInput,
    responses((status = 200, body = SearchShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem, description = "`not_opened`")))]
pub async fn search(
    app: Data<App>,
    id: Path<RoundId>,
    call: Call<NothingInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let computed = compute(&app, &call.who, id).await?;
    app.api_command(call, move |tx, actor, _| {
        Reply::ok(&SearchShown::from(&actions::search(
            tx, actor, id, &computed,
        )?))
    })
    .await
}

fn shown(c: &mut Conn, reader: &actions::Reader, id: SimilarPairId) -> Result<PairShown> {
    let pair = actions::pair(c, reader, id)?;
    let facts = actions::facts(c, &reader.round, std::slice::from_ref(&pair))?;
    let common = actions::common(c, reader.round.id)?;
    PairShown::of(&facts, &common, &pair)?.ok_or(Error::NotFound)
}

/// One pair.
#[utoipa::path(get, path = "/api/v1/rounds/{id}/similar/{pair_id}", tag = "bids",
    params(("id" = i64, Path), ("pair_id" = i64, Path)),
    responses((status = 200, body = PairShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem, description = "`not_opened`")))]
pub async fn show(
    app: Data<App>,
    who: Who,
    ids: Path<(RoundId, SimilarPairId)>,
) -> Result<HttpResponse> {
    let (id, pair) = ids.into_inner();
    app.api(who, move |c, actor, _| {
        let reader = actions::reader(c, actor, id)?;
        let pair = shown(c, &reader, pair)?;
        let version = pair.version;
        Ok(Reply::ok(&pair)?.version(version))
    })
    .await
}

/// Dismiss a pair, with the reason.
#[utoipa::path(post, path = "/api/v1/rounds/{id}/similar/{pair_id}/dismiss", tag = "bids",
    params(("id" = i64, Path), ("pair_id" = i64, Path)), request_body = DismissInput,
    responses((status = 200, body = PairShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem, description = "`pair_decided`"),
        (status = 422, body = Problem)))]
pub async fn dismiss(
    app: Data<App>,
    ids: Path<(RoundId, SimilarPairId)>,
    call: Call<DismissInput>,
) -> Result<HttpResponse> {
    let (id, pair) = ids.into_inner();
    app.api_command(call, move |tx, actor, input| {
        actions::dismiss(tx, actor, id, pair, &input.reason)?;
        let reader = actions::reader(tx, actor, id)?;
        Reply::ok(&shown(tx, &reader, pair)?)
    })
    .await
}

//! The lock, and the result.

use std::sync::{Arc, Mutex, PoisonError};

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Data, Path};
use serde::Deserialize;
use utoipa::IntoParams;
use validator::Validate;

use crate::error::{Error, Result};
use crate::ids::{BidId, RoundId, SupersededId};
use crate::numbers::fairness::Fairness;
use crate::panel::scene::Advanced;
use crate::result::actions::ranking::{self, RoundResult, Sheets};
use crate::result::actions::{fairness, lock, tie};
use crate::result::input::TieInput;
use crate::session::Who;
use crate::web::errors::Problem;
use crate::web::{App, Call, Empty, Query, Reply};

/// Locks scoring and computes the result: by the office or the chair.
#[utoipa::path(post, path = "/api/v1/rounds/{id}/lock", tag = "rounds", request_body = Empty,
    params(("id" = i64, Path)),
    responses((status = 200, body = Advanced), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn lock(app: Data<App>, id: Path<RoundId>, call: Call<Empty>) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api_command(call, move |tx, actor, _| {
        let scene = lock::lock(tx, actor, id)?;
        Ok(Reply::ok(&Advanced::of(&scene, None))?.version(scene.round.version))
    })
    .await
}

/// Of which bid the sheets are wanted.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ResultQuery {
    /// Only this bid's sheets; without it, those of all bids if there are 40 or fewer.
    #[serde(default)]
    pub bid_id: Option<BidId>,
}

/// The ranking, each number with its sheets: for the committee and the panel from the lock on, for bidding
/// organizations, with their own sheets, once publicity has started.
#[utoipa::path(get, path = "/api/v1/rounds/{id}/result", tag = "evaluation",
    params(("id" = i64, Path), ResultQuery),
    responses((status = 200, body = RoundResult), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn show(
    app: Data<App>,
    who: Who,
    id: Path<RoundId>,
    query: Query<ResultQuery>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let sheets = query.0.bid_id.map_or(Sheets::IfFew, Sheets::Of);
    app.api(who, move |c, actor, _| {
        let (_, shown) = ranking::read(c, actor, id, sheets)?;
        Reply::ok(&shown)
    })
    .await
}

/// The reproducible export: inputs, rule, ranking, decision. `biaogan evaluation recompute` yields the same ranking.
#[utoipa::path(get, path = "/api/v1/rounds/{id}/result.json", tag = "evaluation", params(("id" = i64, Path)),
    responses((status = 200, content_type = "application/json", description = "See `result_file` in the documentation"),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem)))]
pub async fn export(app: Data<App>, who: Who, id: Path<RoundId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    // The file is served byte for byte, so it goes around the JSON reply.
    let found = Arc::new(Mutex::new(None));
    let slot = found.clone();
    app.api(who, move |c, actor, _| {
        let (_, stored, _) = ranking::stored(c, actor, id)?;
        *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some((stored.body, stored.digest));
        Ok(Reply::no_content())
    })
    .await?;
    let file = found.lock().unwrap_or_else(PoisonError::into_inner).take();
    file.map(|(body, digest)| as_file(id, body, &digest))
        .ok_or(Error::NotFound)
}

/// A result that an upheld objection took the place of, as it was published; `result` lists them.
#[utoipa::path(get, path = "/api/v1/rounds/{id}/superseded/{superseded_id}", tag = "evaluation",
    params(("id" = i64, Path), ("superseded_id" = i64, Path)),
    responses((status = 200, content_type = "application/json", description = "See `result_file` in the documentation"),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem)))]
pub async fn superseded(
    app: Data<App>,
    who: Who,
    path: Path<(RoundId, SupersededId)>,
) -> Result<HttpResponse> {
    let (id, earlier) = path.into_inner();
    let found = Arc::new(Mutex::new(None));
    let slot = found.clone();
    app.api(who, move |c, actor, _| {
        let row = ranking::superseded(c, actor, id, earlier)?;
        *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some((row.body, row.digest));
        Ok(Reply::no_content())
    })
    .await?;
    let file = found.lock().unwrap_or_else(PoisonError::into_inner).take();
    file.map(|(body, digest)| as_file(id, body, &digest))
        .ok_or(Error::NotFound)
}

fn as_file(id: RoundId, body: String, digest: &str) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/json"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::ETAG, format!("\"{digest}\"")))
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"result-{id}.json\""),
        ))
        .body(body)
}

/// The chair records the order found among bids that share a rank.
#[utoipa::path(post, path = "/api/v1/rounds/{id}/tie", tag = "evaluation", request_body = TieInput,
    params(("id" = i64, Path)),
    responses((status = 200, body = RoundResult), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn record_tie(
    app: Data<App>,
    id: Path<RoundId>,
    call: Call<TieInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api_command(call, move |tx, actor, input| {
        tie::record_tie(tx, actor, id, input)?;
        Reply::ok(&ranking::read(tx, actor, id, Sheets::IfFew)?.1)
    })
    .await
}

/// Whether the marks may be trusted, as it was found when the result was computed: for the chair, the secretary and the
/// supervisor.
#[utoipa::path(get, path = "/api/v1/rounds/{id}/fairness", tag = "evaluation", params(("id" = i64, Path)),
    responses((status = 200, body = Fairness), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn fairness(app: Data<App>, who: Who, id: Path<RoundId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api(who, move |c, actor, _| {
        Reply::ok(&fairness::read(c, actor, id)?.report)
    })
    .await
}

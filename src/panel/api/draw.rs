//! Draws by lot: of the panel, and of the order of presentation.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use crate::error::Result;
use crate::ids::RoundId;
use crate::panel::actions::{draw, present};
use crate::panel::input::{DrawInput, NonceInput, PresentationInput};
use crate::panel::view::draw::{DrawsShown, PoolShown, PresentationShown};
use crate::panel::{DrawPurpose, scene};
use crate::session::Who;
use crate::web::errors::Problem;
use crate::web::{App, Call, Reply};

/// Who may be drawn: the reviewers of the round's committee; for the committee.
#[utoipa::path(get, path = "/api/v1/rounds/{id}/panel/pool", tag = "evaluation", params(("id" = i64, Path)),
    responses((status = 200, body = PoolShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub async fn pool(app: Data<App>, who: Who, id: Path<RoundId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api(who, move |c, actor, _| {
        let scene = scene::scene(c, actor, id)?;
        draw::may_see_pool(&scene, actor)?;
        Reply::ok(&PoolShown::of(id, &draw::pool(c, &scene)?))
    })
    .await
}

/// Pool, seed and order of every draw: whoever knows of the round may draw it again.
#[utoipa::path(get, path = "/api/v1/rounds/{id}/panel/draw", tag = "evaluation", params(("id" = i64, Path)),
    responses((status = 200, body = DrawsShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub async fn show(app: Data<App>, who: Who, id: Path<RoundId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api(who, move |c, actor, _| {
        let (_, draws, people) = draw::read(c, actor, id, DrawPurpose::Panel)?;
        Reply::ok(&DrawsShown::of(id, &draws, &people)?)
    })
    .await
}

/// Fixes pool and seats, by the office; the supervisor then draws. Drawing again needs a reason.
#[utoipa::path(post, path = "/api/v1/rounds/{id}/panel/draw", tag = "evaluation", request_body = DrawInput,
    params(("id" = i64, Path)),
    responses((status = 201, body = DrawsShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn prepare(
    app: Data<App>,
    id: Path<RoundId>,
    call: Call<DrawInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api_command(call, move |tx, actor, input| {
        draw::prepare(tx, actor, id, input)?;
        let (_, draws, people) = draw::read(tx, actor, id, DrawPurpose::Panel)?;
        let shown = DrawsShown::of(id, &draws, &people)?;
        Reply::created(format!("/api/v1/rounds/{id}/panel/draw"), &shown)
    })
    .await
}

/// The supervisor's word completes the draw: the first lots are seated, the next are substitutes.
#[utoipa::path(post, path = "/api/v1/rounds/{id}/panel/draw/nonce", tag = "evaluation", request_body = NonceInput,
    params(("id" = i64, Path)),
    responses((status = 200, body = DrawsShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn complete(
    app: Data<App>,
    id: Path<RoundId>,
    call: Call<NonceInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api_command(call, move |tx, actor, input| {
        draw::complete(tx, actor, id, input)?;
        let (_, draws, people) = draw::read(tx, actor, id, DrawPurpose::Panel)?;
        Reply::ok(&DrawsShown::of(id, &draws, &people)?)
    })
    .await
}

/// The order of presentation, for the committee, the panel and the bidding organizations.
#[utoipa::path(get, path = "/api/v1/rounds/{id}/presentation", tag = "evaluation", params(("id" = i64, Path)),
    responses((status = 200, body = PresentationShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub async fn presentation(app: Data<App>, who: Who, id: Path<RoundId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api(who, move |c, actor, _| {
        Reply::ok(&PresentationShown::of(&present::read(c, actor, id)?)?)
    })
    .await
}

/// Prepares the lots for the order of presentation, by the office, after the opening.
#[utoipa::path(post, path = "/api/v1/rounds/{id}/presentation", tag = "evaluation", request_body = PresentationInput,
    params(("id" = i64, Path)),
    responses((status = 201, body = PresentationShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn prepare_presentation(
    app: Data<App>,
    id: Path<RoundId>,
    call: Call<PresentationInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api_command(call, move |tx, actor, input| {
        present::prepare(tx, actor, id, input)?;
        let shown = PresentationShown::of(&present::read(tx, actor, id)?)?;
        Reply::created(format!("/api/v1/rounds/{id}/presentation"), &shown)
    })
    .await
}

/// The supervisor's word draws the order of presentation, topic by topic.
#[utoipa::path(post, path = "/api/v1/rounds/{id}/presentation/nonce", tag = "evaluation", request_body = NonceInput,
    params(("id" = i64, Path)),
    responses((status = 200, body = PresentationShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn complete_presentation(
    app: Data<App>,
    id: Path<RoundId>,
    call: Call<NonceInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api_command(call, move |tx, actor, input| {
        present::complete(tx, actor, id, input)?;
        Reply::ok(&PresentationShown::of(&present::read(tx, actor, id)?)?)
    })
    .await
}

//! From the decision to the conclusion.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use crate::award::actions::{decide, publicity};
use crate::award::input::DecisionInput;
use crate::error::Result;
use crate::ids::RoundId;
use crate::panel::scene::Advanced;
use crate::web::App;
use crate::web::errors::Problem;
use crate::web::{Call, Empty, Reply};

/// The party committee's decision, by its secretary.
#[utoipa::path(post, path = "/api/v1/rounds/{id}/decision", tag = "rounds", request_body = DecisionInput,
    params(("id" = i64, Path)),
    responses((status = 200, body = Advanced), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn decide(
    app: Data<App>,
    id: Path<RoundId>,
    call: Call<DecisionInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api_command(call, move |tx, actor, input| {
        let scene = decide::decide(tx, actor, id, input)?;
        Ok(Reply::ok(&Advanced::of(&scene, None))?.version(scene.round.version))
    })
    .await
}

/// Starts the publicity period, today.
#[utoipa::path(post, path = "/api/v1/rounds/{id}/publicity", tag = "rounds", request_body = Empty,
    params(("id" = i64, Path)),
    responses((status = 200, body = Advanced), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn publicize(
    app: Data<App>,
    id: Path<RoundId>,
    call: Call<Empty>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api_command(call, move |tx, actor, _| {
        let (scene, warning) = publicity::publicize(tx, actor, id)?;
        Ok(Reply::ok(&Advanced::of(&scene, warning))?.version(scene.round.version))
    })
    .await
}

/// Concludes the round, once publicity is over and no objection is open.
#[utoipa::path(post, path = "/api/v1/rounds/{id}/conclude", tag = "rounds", request_body = Empty,
    params(("id" = i64, Path)),
    responses((status = 200, body = Advanced), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn conclude(
    app: Data<App>,
    id: Path<RoundId>,
    call: Call<Empty>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api_command(call, move |tx, actor, _| {
        let scene = publicity::conclude(tx, actor, id)?;
        Ok(Reply::ok(&Advanced::of(&scene, None))?.version(scene.round.version))
    })
    .await
}

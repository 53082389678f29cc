//! What becomes of failed topics: `/api/v1/topics/{id}/decision`, `/api/v1/bids/{id}/joint`.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use crate::error::Result;
use crate::failed;
use crate::failed::input::JointInput;
use crate::ids::{BidId, TopicId};
use crate::rounds::view::RoundShown;
use crate::rulings;
use crate::rulings::input::FailedInput;
use crate::web::errors::Problem;
use crate::web::{App, Call};

/// Decide on a failed topic: reopen it in a supplementary round, turn it into a joint project, or close it.
#[utoipa::path(post, path = "/api/v1/topics/{id}/decision", tag = "rounds", params(("id" = TopicId, Path)),
    request_body = FailedInput,
    responses((status = 200, body = RoundShown), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub async fn decide(
    app: Data<App>,
    id: Path<TopicId>,
    call: Call<FailedInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api_command(call, move |tx, actor, input| {
        let round = rulings::decide(tx, actor, id, input)?;
        super::shown(tx, &round)
    })
    .await
}

/// Answer whether one's bid goes on as part of a joint one; the organization's secretary says so.
#[utoipa::path(post, path = "/api/v1/bids/{id}/joint", tag = "rounds", params(("id" = BidId, Path)),
    request_body = JointInput,
    responses((status = 200, body = RoundShown), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub async fn answer_joint(
    app: Data<App>,
    id: Path<BidId>,
    call: Call<JointInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api_command(call, move |tx, actor, input| {
        let round = failed::answer_joint(tx, actor, id, input)?;
        super::shown(tx, &round)
    })
    .await
}

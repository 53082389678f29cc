//! Invitations, substitutes, replacements.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use crate::error::Result;
use crate::ids::RoundId;
use crate::panel::actions::{invite, replace};
use crate::panel::api::panel::panel_reply;
use crate::panel::input::{AnswerInput, ReplacementInput, SubstitutesInput};
use crate::panel::view::PanelShown;
use crate::web::errors::Problem;
use crate::web::{App, Call, Empty};

/// Invites everybody who was not invited yet; refused while the check finds a fault.
#[utoipa::path(post, path = "/api/v1/rounds/{id}/panel/invitations", tag = "evaluation", request_body = Empty,
    params(("id" = i64, Path)),
    responses((status = 200, body = PanelShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn invite(app: Data<App>, id: Path<RoundId>, call: Call<Empty>) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api_command(call, move |tx, actor, _| {
        invite::send(tx, actor, id)?;
        panel_reply(tx, actor, id)
    })
    .await
}

/// A reviewer's own answer to the invitation; declining needs a reason.
#[utoipa::path(post, path = "/api/v1/rounds/{id}/panel/answer", tag = "evaluation", request_body = AnswerInput,
    params(("id" = i64, Path)),
    responses((status = 200, body = PanelShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn answer(
    app: Data<App>,
    id: Path<RoundId>,
    call: Call<AnswerInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api_command(call, move |tx, actor, input| {
        invite::answer(tx, actor, id, input)?;
        panel_reply(tx, actor, id)
    })
    .await
}

/// Names the substitutes in their order, by the office, unless lots were drawn.
#[utoipa::path(put, path = "/api/v1/rounds/{id}/panel/substitutes", tag = "evaluation", request_body = SubstitutesInput,
    params(("id" = i64, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = PanelShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem),
        (status = 428, body = Problem)))]
pub async fn substitutes(
    app: Data<App>,
    id: Path<RoundId>,
    call: Call<SubstitutesInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let version = call.if_match.required()?;
    app.api_command(call, move |tx, actor, input| {
        replace::name(tx, actor, id, version, input)?;
        panel_reply(tx, actor, id)
    })
    .await
}

/// A member leaves with a reason, a substitute takes the seat; until the lock.
#[utoipa::path(post, path = "/api/v1/rounds/{id}/panel/replacements", tag = "evaluation", request_body = ReplacementInput,
    params(("id" = i64, Path)),
    responses((status = 200, body = PanelShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn replace(
    app: Data<App>,
    id: Path<RoundId>,
    call: Call<ReplacementInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api_command(call, move |tx, actor, input| {
        replace::replace(tx, actor, id, input)?;
        panel_reply(tx, actor, id)
    })
    .await
}

//! `/api/v1/rounds/{id}/mergers` and `/api/v1/mergers/{id}`.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use super::actions;
use super::input::{JointStatementInput, MergerAnswerInput, MergerInput};
use super::view::{MergerShown, listing};
use crate::db::Conn;
use crate::error::Result;
use crate::ids::{MergerId, RoundId};
use crate::rounds::input::ReasonInput;
use crate::session::Who;
use crate::web::errors::Problem;
use crate::web::{App, Call, Listing, PageQuery, Query, Reply};
use crate::who::Actor;

fn shown(c: &mut Conn, actor: &Actor, id: MergerId) -> Result<MergerShown> {
    let joint = actions::visible(c, actor, id)?;
    Ok(MergerShown::of(joint.merger, joint.members))
}

fn reply(c: &mut Conn, actor: &Actor, id: MergerId) -> Result<Reply> {
    let shown = shown(c, actor, id)?;
    Ok(Reply::ok(&shown)?.version(shown.version))
}

/// Joint bids (联合攻关) of a round, the newest first: all for those over it, else one's own.
#[utoipa::path(get, path = "/api/v1/rounds/{id}/mergers", tag = "bids", params(("id" = RoundId, Path), PageQuery),
    responses((status = 200, body = Listing<MergerShown>), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn list(
    app: Data<App>,
    who: Who,
    id: Path<RoundId>,
    query: Query<PageQuery>,
) -> Result<HttpResponse> {
    let (id, query) = (id.into_inner(), query.0);
    app.api(who, move |c, actor, _| {
        Reply::ok(&listing(c, actor, id, query.after()?, query.limit())?.1)
    })
    .await
}

/// Propose that bids go on as one, between the opening and the start of scoring.
#[utoipa::path(post, path = "/api/v1/rounds/{id}/mergers", tag = "bids", params(("id" = RoundId, Path)),
    request_body = MergerInput,
    responses((status = 201, body = MergerShown), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "`not_opened`, `wrong_state`"), (status = 422, body = Problem)))]
pub async fn propose(
    app: Data<App>,
    id: Path<RoundId>,
    call: Call<MergerInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api_command(call, move |tx, actor, input| {
        let merger = actions::propose(tx, actor, id, input)?;
        let shown = shown(tx, actor, merger.id)?;
        Ok(
            Reply::created(format!("/api/v1/mergers/{}", merger.id), &shown)?
                .version(shown.version),
        )
    })
    .await
}

/// One joint bid.
#[utoipa::path(get, path = "/api/v1/mergers/{id}", tag = "bids", params(("id" = MergerId, Path)),
    responses((status = 200, body = MergerShown), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn show(app: Data<App>, who: Who, id: Path<MergerId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api(who, move |c, actor, _| reply(c, actor, id)).await
}

/// Change the joint statement: by the office or the lead's people; all are asked anew.
#[utoipa::path(put, path = "/api/v1/mergers/{id}", tag = "bids", params(("id" = MergerId, Path)),
    request_body = JointStatementInput,
    responses((status = 200, body = MergerShown), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "`merger_ended`, `version_conflict`"),
        (status = 422, body = Problem), (status = 428, body = Problem)))]
pub async fn change(
    app: Data<App>,
    id: Path<MergerId>,
    call: Call<JointStatementInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let if_match = call.if_match;
    app.api_command(call, move |tx, actor, input| {
        actions::visible(tx, actor, id)?;
        let version = Some(if_match.required()?);
        actions::change(tx, actor, id, version, &input.statement)?;
        reply(tx, actor, id)
    })
    .await
}

/// Agree or decline for one's organization, as its secretary.
#[utoipa::path(post, path = "/api/v1/mergers/{id}/answer", tag = "bids", params(("id" = MergerId, Path)),
    request_body = MergerAnswerInput,
    responses((status = 200, body = MergerShown), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "`merger_changed`, `merger_ended`, `already_answered`"),
        (status = 422, body = Problem)))]
pub async fn answer(
    app: Data<App>,
    id: Path<MergerId>,
    call: Call<MergerAnswerInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api_command(call, move |tx, actor, input| {
        actions::answer(tx, actor, id, input)?;
        reply(tx, actor, id)
    })
    .await
}

/// Take a proposal back, with the reason.
#[utoipa::path(post, path = "/api/v1/mergers/{id}/withdraw", tag = "bids", params(("id" = MergerId, Path)),
    request_body = ReasonInput,
    responses((status = 200, body = MergerShown), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "`merger_ended`"), (status = 422, body = Problem)))]
pub async fn withdraw(
    app: Data<App>,
    id: Path<MergerId>,
    call: Call<ReasonInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api_command(call, move |tx, actor, input| {
        actions::withdraw(tx, actor, id, &input.reason)?;
        reply(tx, actor, id)
    })
    .await
}

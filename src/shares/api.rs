//! `/api/v1/rounds/{id}/splits` and `/api/v1/topics/{id}/split`.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};
use serde::Serialize;
use utoipa::ToSchema;

use super::actions;
use super::input::SplitInput;
use super::view::SplitShown;
use crate::db::Conn;
use crate::error::{Error, Result};
use crate::ids::{RoundId, TopicId};
use crate::session::Who;
use crate::web::errors::Problem;
use crate::web::{App, Call, Empty, Reply};

/// Shared topics of a round.
#[derive(Debug, Serialize, ToSchema)]
pub struct SplitsShown {
    pub items: Vec<SplitShown>,
}

fn reply(c: &mut Conn, topic: TopicId) -> Result<Reply> {
    let shown = SplitShown::from(actions::of_topic(c, topic)?.ok_or(Error::NotFound)?);
    Ok(Reply::ok(&shown)?.version(shown.version))
}

/// Topics of a round that several are proposed to win together (合力推进).
#[utoipa::path(get, path = "/api/v1/rounds/{id}/splits", tag = "bids", params(("id" = RoundId, Path)),
    responses((status = 200, body = SplitsShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub async fn list(app: Data<App>, who: Who, id: Path<RoundId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api(who, move |c, actor, _| {
        let items = actions::list(c, actor, id)?
            .into_iter()
            .map(SplitShown::from)
            .collect();
        Reply::ok(&SplitsShown { items })
    })
    .await
}

/// Propose that a topic is shared among several winners, in place of any earlier proposal.
#[utoipa::path(post, path = "/api/v1/topics/{id}/split", tag = "bids", params(("id" = TopicId, Path)),
    request_body = SplitInput,
    responses((status = 200, body = SplitShown), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem, description = "`not_opened`, `wrong_state`, `topic_failed`"),
        (status = 422, body = Problem)))]
pub async fn propose(
    app: Data<App>,
    id: Path<TopicId>,
    call: Call<SplitInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api_command(call, move |tx, actor, input| {
        actions::propose(tx, actor, id, input)?;
        reply(tx, id)
    })
    .await
}

/// Take the proposal back.
#[utoipa::path(post, path = "/api/v1/topics/{id}/split/withdraw", tag = "bids", params(("id" = TopicId, Path)),
    request_body = Empty,
    responses((status = 200, body = SplitShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn withdraw(
    app: Data<App>,
    id: Path<TopicId>,
    call: Call<Empty>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api_command(call, move |tx, actor, _| {
        actions::withdraw(tx, actor, id)?;
        reply(tx, id)
    })
    .await
}

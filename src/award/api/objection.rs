//! Objections: lodged and followed without login, answered by the office.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use crate::award::actions::{answer, objection};
use crate::award::input::{FollowupInput, ObjectionAnswer, ObjectionInput};
use crate::award::view::{ObjectionFollowed, ObjectionLodged, ObjectionShown};
use crate::error::Result;
use crate::ids::{ObjectionId, RoundId};
use crate::session::Who;
use crate::web::errors::Problem;
use crate::web::{App, Call, Empty, Listing, PageQuery, Query, Reply};

/// Whoever objects is nobody to the service: no account, no repeated reply, no trace in the trail.
fn nameless<T>(mut call: Call<T>) -> Call<T> {
    call.who = Who::visitor();
    call.idempotency_key = None;
    call
}

/// Lodges an objection, from the opening until publicity ends. The code is shown once.
#[utoipa::path(post, path = "/api/v1/public/rounds/{id}/objections", tag = "evaluation", security(()),
    request_body = ObjectionInput, params(("id" = i64, Path)),
    responses((status = 201, body = ObjectionLodged), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub async fn lodge(
    app: Data<App>,
    req: HttpRequest,
    id: Path<RoundId>,
    call: Call<ObjectionInput>,
) -> Result<HttpResponse> {
    app.limits.post(&req)?;
    let id = id.into_inner();
    app.api_command(nameless(call), move |tx, _, input| {
        let (code, due_on) = objection::lodge(tx, id, input)?;
        Reply::created(
            format!("/api/v1/public/objections/{code}"),
            &ObjectionLodged { code, due_on },
        )
    })
    .await
}

/// Where an objection stands, by its code.
#[utoipa::path(get, path = "/api/v1/public/objections/{code}", tag = "evaluation", security(()),
    params(("code" = String, Path)),
    responses((status = 200, body = ObjectionFollowed), (status = 404, body = Problem), (status = 429, body = Problem)))]
pub async fn follow(app: Data<App>, req: HttpRequest, code: Path<String>) -> Result<HttpResponse> {
    app.limits.post(&req)?;
    let code = code.into_inner();
    app.api(Who::visitor(), move |c, _, _| {
        let (row, round) = objection::follow(c, &code)?;
        Reply::ok(&ObjectionFollowed::of(&row, &round)?)
    })
    .await
}

/// Adds to an objection that waits for its answer.
#[utoipa::path(post, path = "/api/v1/public/objections/{code}", tag = "evaluation", security(()),
    request_body = FollowupInput, params(("code" = String, Path)),
    responses((status = 200, body = ObjectionFollowed), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub async fn add(
    app: Data<App>,
    req: HttpRequest,
    code: Path<String>,
    call: Call<FollowupInput>,
) -> Result<HttpResponse> {
    app.limits.post(&req)?;
    let code = code.into_inner();
    app.api_command(nameless(call), move |tx, _, input| {
        let (row, round) = objection::add(tx, &code, input)?;
        Reply::ok(&ObjectionFollowed::of(&row, &round)?)
    })
    .await
}

/// The objections of a round, newest first: for the office, the secretary and the supervisor.
#[utoipa::path(get, path = "/api/v1/rounds/{id}/objections", tag = "evaluation",
    params(("id" = i64, Path), PageQuery),
    responses((status = 200, body = Listing<ObjectionShown>), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn list(
    app: Data<App>,
    who: Who,
    id: Path<RoundId>,
    query: Query<PageQuery>,
) -> Result<HttpResponse> {
    let (id, query) = (id.into_inner(), query.0);
    app.api(who, move |c, actor, _| {
        let limit = query.limit();
        let (_, rows) = objection::list(c, actor, id, query.after()?, limit + 1)?;
        let listing = Listing::new(rows, limit, |row| row.id.0);
        Reply::ok(&Listing {
            items: listing
                .items
                .iter()
                .map(ObjectionShown::of)
                .collect::<Result<Vec<_>>>()?,
            next_cursor: listing.next_cursor,
        })
    })
    .await
}

/// Answers an objection; an upheld one may void its bid or send the round back to scoring.
#[utoipa::path(post, path = "/api/v1/objections/{id}/answer", tag = "evaluation", request_body = ObjectionAnswer,
    params(("id" = i64, Path)),
    responses((status = 200, body = ObjectionShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn answer(
    app: Data<App>,
    id: Path<ObjectionId>,
    call: Call<ObjectionAnswer>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api_command(call, move |tx, actor, input| {
        let (_, row) = answer::answer(tx, actor, id, input)?;
        Ok(Reply::ok(&ObjectionShown::of(&row)?)?.version(row.version))
    })
    .await
}

/// Takes note of an objection: whoever lodged it sees that it is being dealt with.
#[utoipa::path(post, path = "/api/v1/objections/{id}/acknowledge", tag = "evaluation", request_body = Empty,
    params(("id" = i64, Path)),
    responses((status = 200, body = ObjectionShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn acknowledge(
    app: Data<App>,
    id: Path<ObjectionId>,
    call: Call<Empty>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api_command(call, move |tx, actor, _| {
        let (_, row) = answer::acknowledge(tx, actor, id)?;
        Ok(Reply::ok(&ObjectionShown::of(&row)?)?.version(row.version))
    })
    .await
}

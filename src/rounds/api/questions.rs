//! `/api/v1/rounds/{id}/questions` and `/corrections`.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use crate::error::Result;
use crate::ids::{RoundId, RoundQuestionId};
use crate::rounds::actions::{self, questions};
use crate::rounds::input::{AskInput, CorrectionInput, QuestionAnswer};
use crate::rounds::view::questions::{CorrectionShown, RoundQuestionShown};
use crate::session::Who;
use crate::web::errors::Problem;
use crate::web::{App, Call, Listing, PageQuery, Query, Reply};

/// Questions with their answers, newest first: the office sees all, everybody else the answered ones and their own.
#[utoipa::path(get, path = "/api/v1/rounds/{id}/questions", tag = "rounds", params(("id" = RoundId, Path), PageQuery),
    responses((status = 200, body = Listing<RoundQuestionShown>), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn list(
    app: Data<App>,
    who: Who,
    id: Path<RoundId>,
    query: Query<PageQuery>,
) -> Result<HttpResponse> {
    let (id, query) = (id.into_inner(), query.0);
    app.api(who, move |c, actor, _| {
        let round = actions::visible(c, actor, id)?;
        let listing = questions::questions(c, actor, &round, &query)?;
        Reply::ok(&listing.map(|row| RoundQuestionShown::of(actor, row)))
    })
    .await
}

/// Ask, until the deadline. Who asked is shown to nobody else.
#[utoipa::path(post, path = "/api/v1/rounds/{id}/questions", tag = "rounds", params(("id" = RoundId, Path)),
    request_body = AskInput,
    responses((status = 201, body = RoundQuestionShown), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub async fn ask(app: Data<App>, id: Path<RoundId>, call: Call<AskInput>) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api_command(call, move |tx, actor, input| {
        let (_, question) = questions::ask(tx, actor, id, input)?;
        let location = format!("/api/v1/rounds/{id}/questions");
        Reply::created(location, &RoundQuestionShown::of(actor, question))
    })
    .await
}

/// Answer a question, for all to read.
#[utoipa::path(post, path = "/api/v1/questions/{id}/answer", tag = "rounds", params(("id" = RoundQuestionId, Path)),
    request_body = QuestionAnswer,
    responses((status = 200, body = RoundQuestionShown), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub async fn answer(
    app: Data<App>,
    id: Path<RoundQuestionId>,
    call: Call<QuestionAnswer>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api_command(call, move |tx, actor, input| {
        let question = questions::answer(tx, actor, id, input)?;
        Reply::ok(&RoundQuestionShown::of(actor, question))
    })
    .await
}

/// Corrections (更正公告), newest first.
#[utoipa::path(get, path = "/api/v1/rounds/{id}/corrections", tag = "rounds", params(("id" = RoundId, Path), PageQuery),
    responses((status = 200, body = Listing<CorrectionShown>), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn corrections(
    app: Data<App>,
    who: Who,
    id: Path<RoundId>,
    query: Query<PageQuery>,
) -> Result<HttpResponse> {
    let (id, query) = (id.into_inner(), query.0);
    app.api(who, move |c, actor, _| {
        let round = actions::visible(c, actor, id)?;
        let listing = questions::corrections(c, round.id, &query)?;
        Reply::ok(&listing.map(CorrectionShown::from))
    })
    .await
}

/// Post a dated correction, until the deadline: what was published is never changed silently.
#[utoipa::path(post, path = "/api/v1/rounds/{id}/corrections", tag = "rounds", params(("id" = RoundId, Path)),
    request_body = CorrectionInput,
    responses((status = 201, body = CorrectionShown), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
pub async fn correct(
    app: Data<App>,
    id: Path<RoundId>,
    call: Call<CorrectionInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api_command(call, move |tx, actor, input| {
        let correction = questions::correct(tx, actor, id, input)?;
        let location = format!("/api/v1/rounds/{id}/corrections");
        Reply::created(location, &CorrectionShown::from(correction))
    })
    .await
}

//! Lots between bids that share a rank.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use crate::db::Conn;
use crate::error::Result;
use crate::ids::{RoundId, TieLotsId};
use crate::result::actions::lots;
use crate::result::input::{LotInput, RevealInput, VoidLotsInput};
use crate::result::view::lots::LotsShown;
use crate::session::Who;
use crate::web::errors::Problem;
use crate::web::{App, Call, Reply};
use crate::who::Actor;

fn shown(c: &mut Conn, actor: &Actor, id: RoundId) -> Result<LotsShown> {
    Ok(LotsShown::read(c, actor, id)?.1)
}

/// Who shares a rank, and every draw with all that makes it verifiable: for whoever may read the result. What one of the
/// two reveals is shown once both have.
#[utoipa::path(get, path = "/api/v1/rounds/{id}/lots", tag = "evaluation", params(("id" = i64, Path)),
    responses((status = 200, body = LotsShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn show(app: Data<App>, who: Who, id: Path<RoundId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api(who, move |c, actor, _| Reply::ok(&shown(c, actor, id)?))
        .await
}

/// The chair or the supervisor commits to a word; the first commitment opens the draw. A chair recused from the topic is
/// stood in for by the first member who is not.
#[utoipa::path(post, path = "/api/v1/rounds/{id}/lots", tag = "evaluation", request_body = LotInput,
    params(("id" = i64, Path)),
    responses((status = 201, body = LotsShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn commit(
    app: Data<App>,
    id: Path<RoundId>,
    call: Call<LotInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api_command(call, move |tx, actor, input| {
        lots::commit(tx, actor, id, input)?;
        Reply::created(format!("/api/v1/rounds/{id}/lots"), &shown(tx, actor, id)?)
    })
    .await
}

/// Reveals what one committed to, once both have. The second word finds the order and ranks anew.
#[utoipa::path(post, path = "/api/v1/lots/{id}/reveal", tag = "evaluation", request_body = RevealInput,
    params(("id" = i64, Path)),
    responses((status = 200, body = LotsShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn reveal(
    app: Data<App>,
    id: Path<TieLotsId>,
    call: Call<RevealInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api_command(call, move |tx, actor, input| {
        let round = lots::reveal(tx, actor, id, input)?;
        Reply::ok(&shown(tx, actor, round)?)
    })
    .await
}

/// Declares a draw void, when one of the two does not reveal: by either of them or the secretary. The reason is
/// published, and lots are drawn again from the beginning.
#[utoipa::path(post, path = "/api/v1/lots/{id}/void", tag = "evaluation", request_body = VoidLotsInput,
    params(("id" = i64, Path)),
    responses((status = 200, body = LotsShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn void(
    app: Data<App>,
    id: Path<TieLotsId>,
    call: Call<VoidLotsInput>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api_command(call, move |tx, actor, input| {
        let round = lots::void(tx, actor, id, input)?;
        Reply::ok(&shown(tx, actor, round)?)
    })
    .await
}

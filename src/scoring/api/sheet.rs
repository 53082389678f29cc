//! One's own score sheet.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use crate::error::Result;
use crate::ids::BidId;
use crate::scoring::actions::{sheet, sheets};
use crate::scoring::input::SheetInput;
use crate::scoring::view::{SheetOwn, SheetSaved};
use crate::session::Who;
use crate::web::errors::Problem;
use crate::web::{App, Call, Reply};

/// One's own sheet on a bid; version 0 (`ETag: "v0"`) if it is not begun.
#[utoipa::path(get, path = "/api/v1/bids/{id}/score_sheet", tag = "evaluation", params(("id" = i64, Path)),
    responses((status = 200, body = SheetOwn), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn show(app: Data<App>, who: Who, id: Path<BidId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api(who, move |c, actor, _| {
        let (marking, criteria, sheet) = sheet::own(c, actor, id)?;
        let paper = match &sheet {
            Some(sheet) => sheets::on_paper(c, sheet.id)?,
            None => None,
        };
        let step = marking.evaluation.mark_step;
        let shown = SheetOwn::of(id, step, &criteria, sheet.as_ref(), paper.as_ref())?;
        Ok(Reply::ok(&shown)?.version(shown.version))
    })
    .await
}

/// Saves one's own sheet as a draft, or hands it in (`submit`). It may be handed in again until the lock. `If-Match`
/// is needed once a sheet exists.
#[utoipa::path(put, path = "/api/v1/bids/{id}/score_sheet", tag = "evaluation", request_body = SheetInput,
    params(("id" = i64, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 200, body = SheetSaved), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem),
        (status = 428, body = Problem)))]
pub async fn save(app: Data<App>, id: Path<BidId>, call: Call<SheetInput>) -> Result<HttpResponse> {
    let id = id.into_inner();
    let version = call.if_match.0;
    app.api_command(call, move |tx, actor, input| {
        let saved = SheetSaved::of(&sheet::save(tx, actor, id, version, input)?);
        Ok(Reply::ok(&saved)?.version(saved.version))
    })
    .await
}

//! The whole-panel check.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use crate::error::Result;
use crate::ids::RoundId;
use crate::panel::actions::conflicts;
use crate::panel::view::ConflictsShown;
use crate::session::Who;
use crate::web::errors::Problem;
use crate::web::{App, Reply};

/// Each member against every organization that could bid: for the office, the supervisor and the chair.
#[utoipa::path(get, path = "/api/v1/rounds/{id}/panel/conflicts", tag = "evaluation", params(("id" = i64, Path)),
    responses((status = 200, body = ConflictsShown), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub async fn show(app: Data<App>, who: Who, id: Path<RoundId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    app.api(who, move |c, actor, now| {
        let check = conflicts::check(c, actor, id, now)?;
        Reply::ok(&ConflictsShown::of(&check, now))
    })
    .await
}

//! `/api/v1/rounds/{id}/similar`.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use super::read::{self, PairScene};
use super::view::{SimilarShown, listing};
use super::{search, store};
use crate::error::Result;
use crate::ids::{RoundId, SimilarPairId};
use crate::verbs::reading;
use crate::web::{App, Ask, Call, Empty, PageQuery, Reply};

pub fn list(ask: &mut Ask, id: RoundId) -> Result<Reply> {
    let query: PageQuery = ask.query()?;
    let (c, actor, _) = ask.parts();
    let reader = read::reader(c, actor, id)?;
    let found = listing(c, &reader, query.after()?.unwrap_or(0), query.limit())?;
    Reply::ok(&SimilarShown {
        items: found.items,
        next_cursor: found.next_cursor,
        search: store::search(c, id)?,
    })
}

/// Takes long: not within a command.
pub async fn search(app: Data<App>, id: Path<RoundId>, call: Call<Empty>) -> Result<HttpResponse> {
    let id = id.into_inner();
    let computed = search::compute(&app, &call.who, id).await?;
    app.api_command(call, move |tx, actor, _| {
        Reply::ok(&search::search(tx, actor, id, &computed)?)
    })
    .await
}

pub fn show(ask: &mut Ask, ids: (RoundId, SimilarPairId)) -> Result<Reply> {
    reading::<PairScene>(ask, ids)
}

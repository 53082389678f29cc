//! JSON API of the result: readings.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Data, Path};

use super::actions::fairness;
use super::actions::ranking::{self, ResultQuery};
use super::view::LotsShown;
use crate::db::Conn;
use crate::error::Result;
use crate::ids::{RoundId, SupersededId};
use crate::session::{self, Who};
use crate::tables::Table;
use crate::web::{App, Ask, Reply};
use crate::who::Actor;

pub fn show(ask: &mut Ask, id: RoundId) -> Result<Reply> {
    let query: ResultQuery = ask.query()?;
    Reply::ok(&ranking::read(ask.c, ask.actor, id, &query.part()?)?.1)
}

/// A file has all rows, of all topics or one.
pub fn table(ask: &mut Ask, id: RoundId) -> Result<Table> {
    let query: ResultQuery = ask.query()?;
    ranking::table(ask.c, ask.actor, id, query.topic_id)
}

pub fn lots(ask: &mut Ask, id: RoundId) -> Result<Reply> {
    Reply::ok(&LotsShown::read(ask.c, ask.actor, id)?.1)
}

pub fn fairness(ask: &mut Ask, id: RoundId) -> Result<Reply> {
    Reply::ok(&fairness::read(ask.c, ask.actor, id)?.report)
}

pub async fn export(app: Data<App>, who: Who, id: Path<RoundId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    file(&app, who, id, move |c, actor| {
        let (_, stored, _) = ranking::stored(c, actor, id)?;
        Ok((stored.body, stored.digest))
    })
    .await
}

pub async fn superseded(
    app: Data<App>,
    who: Who,
    path: Path<(RoundId, SupersededId)>,
) -> Result<HttpResponse> {
    let (id, earlier) = path.into_inner();
    file(&app, who, id, move |c, actor| {
        let row = ranking::superseded(c, actor, id, earlier)?;
        Ok((row.body, row.digest))
    })
    .await
}

/// A result file is served byte for byte, so it goes around the JSON reply.
async fn file(
    app: &App,
    who: Who,
    id: RoundId,
    find: impl FnOnce(&mut Conn, &Actor) -> Result<(String, String)> + Send + 'static,
) -> Result<HttpResponse> {
    let read = move |c: &mut Conn| {
        let actor = session::resolve(c, &who)?;
        find(c, &actor)
    };
    let (body, digest) = app.db.read(read).await?;
    let name = format!("attachment; filename=\"result-{id}.json\"");
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/json"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::ETAG, format!("\"{digest}\"")))
        .insert_header((header::CONTENT_DISPOSITION, name))
        .body(body))
}

//! `/api/v1/rounds/{id}/similar`.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use super::read::{self, PairScene};
use super::view::{PairShown, SimilarShown, listing};
use super::{search, store};
use crate::error::Result;
use crate::ids::{RoundId, SimilarPairId};
use crate::tables::{Cell, Sheet};
use crate::verbs::reading;
use crate::web::{App, Ask, Call, Empty, Listing, PageQuery, Reply};

pub fn list(ask: &mut Ask, id: RoundId) -> Result<Reply> {
    let found = pairs(ask, id)?;
    Reply::ok(&SimilarShown {
        items: found.items,
        next_cursor: found.next_cursor,
        search: store::search(ask.c, id)?,
    })
}

/// The same as a list.
pub fn pairs(ask: &mut Ask, id: RoundId) -> Result<Listing<PairShown>> {
    let query: PageQuery = ask.query()?;
    let (c, actor, _) = ask.parts();
    let reader = read::reader(c, actor, id)?;
    listing(c, &reader, query.after()?.unwrap_or(0), query.limit())
}

pub const PAIRS: Sheet<PairShown> = Sheet {
    name: "内容相近",
    columns: &[
        ("编号", |row| row.pair.id.0.into()),
        ("相近程度（%）", |row| {
            Cell::Hundredths(row.pair.jaccard)
        }),
        ("一方项目", |row| row.left.title.as_str().into()),
        ("一方组织", |row| row.left.organization.as_str().into()),
        ("一方标的", |row| row.left.topic.as_str().into()),
        ("另一方项目", |row| row.right.title.as_str().into()),
        ("另一方组织", |row| {
            row.right.organization.as_str().into()
        }),
        ("另一方批次", |row| row.right.round.as_str().into()),
        ("相同的内容", |row| {
            let same = row.same.iter().map(|one| one.label);
            same.collect::<Vec<_>>().join("、").into()
        }),
    ],
};

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

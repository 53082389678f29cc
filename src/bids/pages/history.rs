//! A draft's history: who saved what when, what changed, and back to it.

use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

use crate::bids::actions::{self, history};
use crate::bids::history_api::{AgainstQuery, CopyInput, RestoreInput};
use crate::bids::rules::{self, Action};
use crate::bids::shown;
use crate::clock::show_instant;
use crate::error::Result;
use crate::ids::BidId;
use crate::rounds;
use crate::session::Who;
use crate::web::paging::PageQuery;
use crate::web::{App, Form, Listing, Page, Query, see_other};

/// Revisions on one page.
const ROWS: i64 = 20;

#[derive(Serialize)]
struct Row {
    revision: i64,
    by: String,
    at: String,
    /// Saved when it could no longer be submitted.
    late: bool,
    /// None: sealed, and no key at hand.
    changed: Option<String>,
}

/// `GET /bids/{id}/revisions`
pub async fn revisions(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    id: Path<BidId>,
    query: Query<PageQuery>,
) -> Result<HttpResponse> {
    let (id, query) = (id.into_inner(), query.0);
    app.private_page(&req, who, move |c, actor, _| {
        let bid = history::own(c, actor, id)?;
        let deadline = rounds::find(c, bid.round_id)?.deadline;
        let limit = query.limit.unwrap_or(ROWS);
        let rows = history::page(c, actor, &bid, query.after()?, limit)?;
        let listing = Listing::new(rows, limit, |line| line.revision).map(|line| Row {
            revision: line.revision,
            by: line.by_name,
            at: show_instant(line.at),
            late: line.at > deadline,
            changed: line.changed.map(|changed| changed.join("、")),
        });
        let address = format!("/bids/{id}/revisions");
        Ok(Page::new("bids/revisions.html")
            .with("id", &id)
            .with("current", &bid.draft_revision)
            .with("editable", &rules::next(bid.state, Action::Save).is_ok())
            .with("rows", &listing.items)
            .with(
                "next",
                &listing
                    .next_cursor
                    .map(|cursor| format!("{address}?cursor={cursor}")),
            )
            .with("first", &query.cursor.is_some().then_some(address)))
    })
    .await
}

/// `GET /bids/{id}/revisions/{revision}`
pub async fn revision(
    app: Data<App>,
    req: HttpRequest,
    who: Who,
    ids: Path<(BidId, i64)>,
    query: Query<AgainstQuery>,
) -> Result<HttpResponse> {
    let ((id, revision), query) = (ids.into_inner(), query.0);
    app.private_page(&req, who, move |c, actor, _| {
        let bid = history::own(c, actor, id)?;
        let found = history::compared(c, actor, &bid, revision, query.against)?;
        let refusal = rules::next(bid.state, Action::Save).err();
        Ok(Page::new("bids/revision.html")
            .with("id", &id)
            .with("revision", &revision)
            .with("against", &found.against)
            .with("current", &bid.draft_revision)
            .with("version", &bid.version)
            .with(
                "content",
                &shown::content_shown(c, bid.round_id, &found.content)?,
            )
            .with("changes", &found.changes)
            .with("refusal", &refusal))
    })
    .await
}

/// `POST /bids/{id}/copy`
pub async fn copy(app: Data<App>, id: Path<BidId>, form: Form<CopyInput>) -> Result<HttpResponse> {
    let id = id.into_inner();
    let input = form.input()?;
    app.command(&form.who, move |tx, actor| {
        actions::copy(tx, actor, id, input.version, input.source_id)
    })
    .await?;
    Ok(see_other(
        format!("/bids/{id}/edit"),
        "已照抄。标的、日期请重新填写，其余请逐项核对。",
    ))
}

/// `POST /bids/{id}/revisions/{revision}/restore`
pub async fn restore(
    app: Data<App>,
    ids: Path<(BidId, i64)>,
    form: Form<RestoreInput>,
) -> Result<HttpResponse> {
    let (id, revision) = ids.into_inner();
    let input = form.input()?;
    app.command(&form.who, move |tx, actor| {
        history::restore(tx, actor, id, input.version, revision)
    })
    .await?;
    Ok(see_other(
        format!("/bids/{id}/edit"),
        &format!("已恢复为第 {revision} 次保存的内容，原来的内容仍在修改记录里。"),
    ))
}

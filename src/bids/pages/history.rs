//! A draft's history: who saved what when, what changed.

use crate::bids::actions::history;
use crate::bids::api::AgainstQuery;
use crate::bids::scene::RevisionScene;
use crate::bids::shown;
use crate::bids::verbs::Restore;
use crate::error::Result;
use crate::ids::BidId;
use crate::verbs::{Scene, refusal};
use crate::web::{Ask, Listing, Page, PageQuery};

/// Revisions on one page.
const ROWS: i64 = 20;

/// `GET /bids/{id}/revisions`
pub fn revisions(ask: &mut Ask, id: BidId) -> Result<Page> {
    let query: PageQuery = ask.query()?;
    let on = history::own(ask.c, ask.actor, id)?;
    let limit = query.limit.unwrap_or(ROWS);
    let rows = history::page(ask.c, ask.actor, &on.bid, query.after()?, limit)?;
    // Saved when it could no longer be submitted.
    let late = rows.iter().filter(|row| row.saved_at > on.round.deadline);
    let late: Vec<i64> = late.map(|row| row.revision).collect();
    let listing = Listing::new(rows, limit, |line| line.revision);
    Ok(ask
        .paged("bids/revisions.html", &listing)
        .with("id", &id)
        .with("current", &on.bid.draft_revision)
        .with("editable", &on.takes_words().is_ok())
        .with("late", &late))
}

/// `GET /bids/{id}/revisions/{revision}`
pub fn revision(ask: &mut Ask, named: (BidId, i64)) -> Result<Page> {
    let query: AgainstQuery = ask.query()?;
    let on = RevisionScene::load(ask.c, ask.actor, &named)?;
    let found = history::compared(ask.c, ask.actor, &on, query.against)?;
    let refusal = refusal::<Restore>(ask.c, &on, ask.actor, ask.now)?;
    let bid = &on.on.bid;
    let content = shown::content_shown(ask.c, bid, &found.content)?;
    Ok(Page::new("bids/revision.html")
        .with("id", &bid.id)
        .with("revision", &on.revision)
        .with("against", &found.against)
        .with("current", &bid.draft_revision)
        .with("version", &bid.version)
        .with("content", &content)
        .with("files", &found.files)
        .with("changes", &found.changes)
        .with("refusal", &refusal))
}
